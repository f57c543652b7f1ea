//! What a gateway's TLS falls short of, and what a person has allowed of it
//! (DeviceProtection:1, sections 3.1 and 3.2).
//!
//! The standard of 2011 knows TLS 1.0 and RSA keys of 1024 bits. Today neither protects
//! much, so both are refused unless a person allowed them for one gateway, and what was
//! allowed is written down with the trust in it.

use std::fmt;
use std::str::FromStr;

use openssl::error::ErrorStack;
use openssl::pkey::Id;
use openssl::ssl::{SslContextBuilder, SslVersion};
use openssl::x509::X509Ref;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::verifier::TrustError;

/// Shortest RSA key that nobody needs to be warned of, in bits.
const RSA_BITS: u16 = 2048;

/// Shortest RSA key that is taken at all, in bits: the least the standard allows.
const RSA_BITS_MIN: u16 = 1024;

/// Shortest key on an elliptic curve, in bits; the standard knows none.
const CURVE_BITS_MIN: u32 = 250;

/// Signatures of handshakes that nobody needs to be warned of.
const STRONG_SIGNATURES: &str = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:\
    RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";

/// What old gateways know besides.
const OLD_SIGNATURES: &str = ":RSA+SHA1:ECDSA+SHA1";

/// Suites for TLS 1.2 and older where old ones are allowed: never one without encryption,
/// without a certificate, or with a cipher that is broken.
const OLD_SUITES: &str = "DEFAULT:!aNULL:!eNULL:!EXPORT:!RC4:!DES:!3DES:!MD5:!PSK:!SRP";

/// One thing in which a gateway's TLS falls short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weakness {
    /// TLS 1.0 and nothing newer.
    Tls10,
    /// TLS 1.1 and nothing newer.
    Tls11,
    /// An RSA key of less than 2048 bits, but not less than 1024.
    RsaKey(u16),
    /// Signatures of the handshake over SHA-1.
    Sha1,
    /// A Diffie-Hellman group of less than 2048 bits.
    SmallGroup,
}

impl Weakness {
    /// The weakness of a protocol version, as the TLS library spells it; none for a version of
    /// today.
    pub fn of_version(version: &str) -> Option<Weakness> {
        match version {
            "TLSv1" | "TLSv1.0" => Some(Weakness::Tls10),
            "TLSv1.1" => Some(Weakness::Tls11),
            _ => None,
        }
    }

    /// Whether it is about the version of the protocol.
    fn is_version(self) -> bool {
        matches!(self, Weakness::Tls10 | Weakness::Tls11)
    }

    /// Whether somebody who allowed `self` has allowed `met` with it: an old version covers
    /// those between it and today's, a short key the longer ones.
    pub fn covers(self, met: Weakness) -> bool {
        match (self, met) {
            (Weakness::Tls10, Weakness::Tls11) => true,
            (Weakness::RsaKey(allowed), Weakness::RsaKey(met)) => allowed <= met,
            _ => self == met,
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weakness::Tls10 => f.write_str("tls1.0"),
            Weakness::Tls11 => f.write_str("tls1.1"),
            Weakness::RsaKey(bits) => write!(f, "rsa{bits}"),
            Weakness::Sha1 => f.write_str("sha1"),
            Weakness::SmallGroup => f.write_str("small-dh"),
        }
    }
}

impl FromStr for Weakness {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bits = |text: &str| text.strip_prefix("rsa")?.parse().ok();
        match text {
            "tls1.0" => Ok(Weakness::Tls10),
            "tls1.1" => Ok(Weakness::Tls11),
            "sha1" => Ok(Weakness::Sha1),
            "small-dh" => Ok(Weakness::SmallGroup),
            other => match bits(other) {
                Some(bits) if (RSA_BITS_MIN..RSA_BITS).contains(&bits) => {
                    Ok(Weakness::RsaKey(bits))
                }
                _ => Err(format!("not a weakness of TLS: {:.32}", other)),
            },
        }
    }
}

impl Serialize for Weakness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Weakness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Leaves of what was allowed for old versions only what `version`, in the TLS library's
/// spelling, needs: a gateway that speaks a newer one has no use for more.
pub fn narrow(allowed: &mut Vec<Weakness>, version: &str) {
    let met = Weakness::of_version(version);
    let had = allowed
        .iter()
        .any(|old| met.is_some_and(|met| old.covers(met)));
    allowed.retain(|allowed| !allowed.is_version());
    if let (Some(met), true) = (met, had) {
        allowed.insert(0, met);
    }
}

/// Everything that can be allowed, to find out what a gateway offers.
pub fn every_old_one() -> [Weakness; 4] {
    [
        Weakness::Tls10,
        Weakness::RsaKey(RSA_BITS_MIN),
        Weakness::Sha1,
        Weakness::SmallGroup,
    ]
}

/// Judges the key of a leaf certificate.
///
/// # Errors
///
/// [`TrustError::Weak`] for one that was not allowed, [`TrustError::Key`] for one that is
/// never taken.
pub fn judge_key(leaf: &X509Ref, allowed: &[Weakness]) -> Result<(), TrustError> {
    match weakness_of_key(leaf)? {
        Some(weakness) if !allowed.iter().any(|allowed| allowed.covers(weakness)) => {
            Err(TrustError::Weak(weakness))
        }
        _ => Ok(()),
    }
}

/// In what a leaf's key falls short.
///
/// # Errors
///
/// [`TrustError::Key`] for one that is never taken.
pub fn weakness_of_key(leaf: &X509Ref) -> Result<Option<Weakness>, TrustError> {
    let key = leaf.public_key().map_err(|_| TrustError::Key { bits: 0 })?;
    let bits = key.bits();
    match key.id() {
        Id::RSA | Id::RSA_PSS => match u16::try_from(bits) {
            Ok(short @ RSA_BITS_MIN..RSA_BITS) => Ok(Some(Weakness::RsaKey(short))),
            Ok(0..RSA_BITS_MIN) => Err(TrustError::Key { bits }),
            _ => Ok(None),
        },
        Id::DSA => Err(TrustError::Key { bits }),
        _ if bits >= CURVE_BITS_MIN => Ok(None),
        _ => Err(TrustError::Key { bits }),
    }
}

/// Sets versions, suites and signatures: those of today, and what was allowed.
pub(super) fn set_strength(
    builder: &mut SslContextBuilder,
    allowed: &[Weakness],
) -> Result<(), ErrorStack> {
    let has = |weakness| allowed.contains(&weakness);
    let oldest = if has(Weakness::Tls10) {
        SslVersion::TLS1
    } else if has(Weakness::Tls11) {
        SslVersion::TLS1_1
    } else {
        SslVersion::TLS1_2
    };
    builder.set_min_proto_version(Some(oldest))?;
    let old_version = oldest != SslVersion::TLS1_2;
    // The library ties SHA-1, which the old versions are made of, to its level 0, and groups
    // of 1024 bits to level 1.
    let level = match () {
        () if old_version || has(Weakness::Sha1) => 0,
        () if has(Weakness::SmallGroup) => 1,
        () => 2,
    };
    builder.set_security_level(level);
    if level < 2 {
        builder.set_cipher_list(OLD_SUITES)?;
    }
    let mut signatures = STRONG_SIGNATURES.to_owned();
    if has(Weakness::Sha1) {
        signatures.push_str(OLD_SIGNATURES);
    }
    builder.set_sigalgs_list(&signatures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaknesses_are_read_as_they_are_written() {
        for weakness in [
            Weakness::Tls10,
            Weakness::Tls11,
            Weakness::RsaKey(1024),
            Weakness::RsaKey(1536),
            Weakness::Sha1,
            Weakness::SmallGroup,
        ] {
            assert_eq!(weakness.to_string().parse(), Ok(weakness));
        }
        for text in ["", "tls1.2", "rsa", "rsa512", "rsa2048"] {
            assert!(text.parse::<Weakness>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_worse_covers_what_is_less_bad_of_its_kind() {
        assert!(Weakness::Tls10.covers(Weakness::Tls11));
        assert!(!Weakness::Tls11.covers(Weakness::Tls10));
        assert!(!Weakness::Tls10.covers(Weakness::Sha1));
        assert!(!Weakness::RsaKey(1536).covers(Weakness::RsaKey(1024)));
        assert!(Weakness::RsaKey(1024).covers(Weakness::RsaKey(1536)));
    }
}
