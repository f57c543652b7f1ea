//! The TLS side of trust: a client context that shows our chain and lets in the one
//! certificate that is expected (DeviceProtection:1, section 3.1 and 3.2).
//!
//! The decision falls inside the handshake, on the leaf, before a byte of a request is
//! sent. Issuers, host names and dates prove nothing here and are not looked at: gateways
//! sign their own certificates, are reached by address, and lose their clock with the
//! mains. What TLS itself proves, that the other side owns the key, stays in force.

use std::sync::{Arc, Mutex, PoisonError};

use openssl::error::ErrorStack;
use openssl::ssl::{
    SslContext, SslContextBuilder, SslMethod, SslOptions, SslSessionCacheMode, SslVerifyMode,
};

use super::weakness::{judge_key, set_strength, Weakness};
use crate::identity::{Fingerprint, Identity};

/// Which certificate may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// The one we were introduced to.
    Trusted(Fingerprint),
    /// Nobody was introduced yet: any certificate, which is then recorded.
    FirstContact,
}

/// Why a certificate is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Another certificate than the trusted one.
    #[error("another certificate than the trusted one: {found} instead of {expected}")]
    Changed {
        /// The trusted one.
        expected: Fingerprint,
        /// The one shown.
        found: Fingerprint,
    },
    /// No certificate was shown.
    #[error("no certificate was shown")]
    Missing,
    /// The key falls short of what is taken unasked.
    #[error("the key of the certificate is weak ({0})")]
    Weak(Weakness),
    /// The key is of a kind or size that protects nothing.
    #[error("the key of the certificate, of {bits} bits, protects nothing")]
    Key {
        /// Its size.
        bits: u32,
    },
}

/// What the handshake found, readable while and after it runs.
#[derive(Debug, Clone, Default)]
pub struct Verdict(Arc<Mutex<Option<Judged>>>);

/// Fingerprint and DER of the leaf that was let in, or why it was not.
pub type Judged = Result<(Fingerprint, Vec<u8>), TrustError>;

impl Verdict {
    /// Fingerprint and DER of the leaf that was let in, the refusal, or `None` when no
    /// certificate was seen yet.
    pub fn get(&self) -> Option<Judged> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, outcome: Judged) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }
}

/// Judges a leaf certificate, DER.
///
/// # Errors
///
/// [`TrustError::Changed`] when it is not the expected one.
pub fn judge_leaf(expectation: Expectation, leaf_der: &[u8]) -> Result<Fingerprint, TrustError> {
    let found = Fingerprint::of_leaf_der(leaf_der);
    match expectation {
        Expectation::Trusted(expected) if expected != found => {
            Err(TrustError::Changed { expected, found })
        }
        _ => Ok(found),
    }
}

/// A client context for one connection: TLS 1.2 and newer, keys of today, and what was
/// `allowed` besides; our two certificates, no resumption (a resumed session would not show
/// its certificate), no renegotiation.
///
/// # Errors
///
/// Only when the crypto library fails.
pub fn client_context(
    identity: &Identity,
    expectation: Expectation,
    allowed: &[Weakness],
) -> Result<(SslContext, Verdict), ErrorStack> {
    let verdict = Verdict::default();
    let mut builder = SslContextBuilder::new(SslMethod::tls_client())?;
    set_strength(&mut builder, allowed)?;
    builder.set_options(
        SslOptions::NO_RENEGOTIATION | SslOptions::NO_TICKET | SslOptions::NO_COMPRESSION,
    );
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_certificate(identity.leaf())?;
    builder.add_extra_chain_cert(identity.root().clone())?;
    builder.set_private_key(identity.private_key())?;
    let seen = verdict.clone();
    let allowed = allowed.to_owned();
    builder.set_verify_callback(SslVerifyMode::PEER, move |_chain_ok, context| {
        // Called for every certificate and every problem; only the leaf decides.
        if context.error_depth() != 0 {
            return true;
        }
        let leaf = context.current_cert();
        let der = leaf.and_then(|leaf| leaf.to_der().ok());
        let outcome = match (leaf, der) {
            // Who it is comes first: the key of a stranger does not matter.
            (Some(leaf), Some(der)) => judge_leaf(expectation, &der)
                .and_then(|fingerprint| judge_key(leaf, &allowed).map(|()| (fingerprint, der))),
            _ => Err(TrustError::Missing),
        };
        let let_in = outcome.is_ok();
        seen.set(outcome);
        let_in
    });
    Ok((builder.build(), verdict))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_trusted_leaf_is_let_in() {
        let trusted = Fingerprint::of_leaf_der(b"abc");
        assert_eq!(
            judge_leaf(Expectation::Trusted(trusted), b"abc"),
            Ok(trusted)
        );
        assert_eq!(
            judge_leaf(Expectation::Trusted(trusted), b"abd"),
            Err(TrustError::Changed {
                expected: trusted,
                found: Fingerprint::of_leaf_der(b"abd")
            })
        );
        assert_eq!(judge_leaf(Expectation::FirstContact, b"abc"), Ok(trusted));
    }
}
