//! The TLS handshake: who we are, whom we expect, and what to make of a failure.
//!
//! A gateway whose TLS protects little is refused like any other that offers
//! nothing usable; then one more handshake, over which nothing is sent, finds
//! out what it does offer, so that a person can be told and can decide
//! ([`Error::WeakTls`]). Nothing falls back by itself.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use dp_credentials::identity::{Fingerprint, Identity};
use dp_credentials::trust::verifier::{client_context, judge_leaf, Expectation, TrustError};
use dp_credentials::trust::weakness::{every_old_one, weakness_of_key};
use dp_credentials::trust::Weakness;
use openssl::ssl::Ssl;
use tokio::time::timeout;
use tokio_openssl::SslStream;

use super::address::HostAddress;
use super::limits;
use super::trace::Trace;
use super::wire::Wire;
use crate::error::{Error, Step};

/// Who we are and whom we expect.
pub(crate) struct TlsSettings {
    identity: Arc<Identity>,
    expectation: Expectation,
    /// What of TLS that protects little a person allowed.
    pub allowed: Vec<Weakness>,
    /// The leaf of the first handshake; later ones must show the same.
    pub seen: OnceLock<Vec<u8>>,
    version: Mutex<&'static str>,
    trace: Option<Trace>,
}

impl TlsSettings {
    pub(crate) fn new(
        identity: Arc<Identity>,
        expectation: Expectation,
        allowed: &[Weakness],
        trace: Option<Trace>,
    ) -> Self {
        TlsSettings {
            identity,
            expectation,
            allowed: allowed.to_owned(),
            seen: OnceLock::new(),
            version: Mutex::new(""),
            trace,
        }
    }

    /// Identity of our certificate.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Where handshakes are written down.
    pub(crate) fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// Version of TLS of the newest session, empty before the first.
    pub(crate) fn version(&self) -> &'static str {
        *self.version.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom the next handshake must show.
    fn expectation(&self) -> Expectation {
        self.seen.get().map_or(self.expectation, |leaf| {
            Expectation::Trusted(Fingerprint::of_leaf_der(leaf))
        })
    }

    /// Makes a TLS session of a TCP connection. No server name is sent and no
    /// host name compared: gateways are addressed by number.
    pub(crate) async fn handshake(
        &self,
        address: &str,
        wire: Wire,
        time: Duration,
    ) -> Result<SslStream<Wire>, Error> {
        let stream = self.attempt(address, wire, time, &self.allowed).await?;
        // Once more on the finished session: the callback is the first line,
        // and this one still stands if a library ever skips it.
        let leaf = stream
            .ssl()
            .peer_certificate()
            .and_then(|leaf| leaf.to_der().ok())
            .ok_or_else(|| refused(address, TrustError::Missing))?;
        let fingerprint =
            judge_leaf(self.expectation(), &leaf).map_err(|refusal| refused(address, refusal))?;
        let _ = self.seen.set(leaf);
        let version = stream.ssl().version_str();
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
        if let Some(trace) = &self.trace {
            trace.session(address, version, &fingerprint.to_string());
        }
        Ok(stream)
    }

    /// Why no session came about, when it may be that the gateway has nothing
    /// better than what is refused: asked once more, over a connection of its
    /// own that ends with the handshake.
    pub(crate) async fn explain(
        &self,
        host: HostAddress,
        port: u16,
        time: Duration,
        error: Error,
    ) -> Error {
        let Error::Tls { address, detail } = &error else {
            return error;
        };
        if !is_about_strength(detail) {
            return error;
        }
        let connecting = timeout(limits::CONNECT.min(time), Wire::connect(host, port));
        let Ok(Ok(wire)) = connecting.await else {
            return error;
        };
        let stream = match self.attempt(address, wire, time, &every_old_one()).await {
            Ok(stream) => stream,
            // Who answers is another question than how, and comes first.
            Err(refusal @ (Error::IdentityChanged { .. } | Error::WeakTls { .. })) => {
                return refusal
            }
            Err(_) => return error,
        };
        let mut offers: Vec<Weakness> = Weakness::of_version(stream.ssl().version_str())
            .into_iter()
            .collect();
        let leaf = stream.ssl().peer_certificate();
        if let Some(Ok(Some(key))) = leaf.map(|leaf| weakness_of_key(&leaf)) {
            offers.push(key);
        }
        let is_new = |met: &Weakness| !self.allowed.iter().any(|allowed| allowed.covers(*met));
        offers.retain(is_new);
        if offers.is_empty() {
            // Neither version nor key kept us apart: it was how the handshake is signed.
            let left = if detail.contains("dh key too small") {
                Weakness::SmallGroup
            } else {
                Weakness::Sha1
            };
            if !is_new(&left) {
                return error;
            }
            offers.push(left);
        }
        Error::WeakTls {
            address: address.clone(),
            offers,
        }
    }

    async fn attempt(
        &self,
        address: &str,
        wire: Wire,
        time: Duration,
        allowed: &[Weakness],
    ) -> Result<SslStream<Wire>, Error> {
        let local = |error: openssl::error::ErrorStack| Error::Local {
            detail: format!("the TLS library does not start: {error}"),
        };
        let (context, verdict) =
            client_context(&self.identity, self.expectation(), allowed).map_err(local)?;
        let ssl = Ssl::new(&context).map_err(local)?;
        let mut stream = SslStream::new(ssl, wire).map_err(local)?;
        match timeout(time, Pin::new(&mut stream).connect()).await {
            Err(_) => Err(Error::TimedOut {
                address: address.to_owned(),
                step: Step::Handshake,
                after: time,
            }),
            Ok(Err(error)) => Err(match verdict.get() {
                Some(Err(refusal)) => refused(address, refusal),
                _ => broken(address, &error),
            }),
            Ok(Ok(())) => Ok(stream),
        }
    }
}

impl std::fmt::Debug for TlsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsSettings")
            .field("expectation", &self.expectation)
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

fn refused(address: &str, refusal: TrustError) -> Error {
    let address = address.to_owned();
    match refusal {
        TrustError::Changed { expected, found } => Error::IdentityChanged {
            address,
            expected,
            found,
        },
        TrustError::Weak(weakness) => Error::WeakTls {
            address,
            offers: vec![weakness],
        },
        other => Error::Tls {
            address,
            detail: other.to_string(),
        },
    }
}

fn broken(address: &str, error: &openssl::ssl::Error) -> Error {
    let detail = error.to_string();
    let address = address.to_owned();
    if is_refusal(&detail) {
        Error::ClientCertificateRefused { address, detail }
    } else if error.io_error().is_some() || detail.contains("unexpected eof") {
        Error::Unreachable {
            address,
            step: Step::Handshake,
            detail,
        }
    } else {
        Error::Tls { address, detail }
    }
}

/// Whether the library's words say that the two sides have no version, suite,
/// group or signature in common.
fn is_about_strength(detail: &str) -> bool {
    [
        "unsupported protocol",
        "protocol version",
        "handshake failure",
        "insufficient security",
        "dh key too small",
        "wrong signature type",
        "illegal parameter",
        "internal error",
    ]
    .iter()
    .any(|reason| detail.contains(reason))
}

/// Whether the library's words are an alert about our certificate. The alerts
/// are those of RFC 8446, clause 6.2, that speak of certificates or access.
pub(crate) fn is_refusal(detail: &str) -> bool {
    detail.contains("alert")
        && [
            "certificate",
            "unknown ca",
            "access denied",
            "decrypt error",
        ]
        .iter()
        .any(|reason| detail.contains(reason))
}

#[cfg(test)]
mod tests {
    use super::{is_about_strength, is_refusal};

    #[test]
    fn alerts_about_our_certificate_are_told_apart() {
        for text in [
            "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required",
            "error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert number 48",
            "error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate",
        ] {
            assert!(is_refusal(text), "{text}");
            assert!(!is_about_strength(text), "{text}");
        }
        for text in [
            "error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure",
            "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed",
            "unexpected eof while reading",
        ] {
            assert!(!is_refusal(text), "{text}");
        }
        assert!(!is_about_strength("certificate verify failed"));
    }
}
