//! Who we are and who a gateway is: certificates, identity UUIDs, fingerprints
//! (DeviceProtection:1, section 3).

use std::fmt;
use std::str::FromStr;

use openssl::error::ErrorStack;
use openssl::sha::sha256;
use openssl::x509::X509;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod own;
mod signature;

pub use own::{Identity, KeyKind};
pub use signature::signature_fits;

/// Longest common name that devices in the field read in full, in bytes (section 3.1).
pub const COMMON_NAME_MAX_BYTES: usize = 48;

/// Largest leaf certificate that devices in the field take, in bytes of DER (section 3.1).
pub const LEAF_MAX_BYTES: usize = 1000;

/// What can go wrong with an identity.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The text is no UUID or fingerprint.
    #[error("not a valid {what}: {text:?}")]
    Malformed {
        /// What it should have been.
        what: &'static str,
        /// What it was.
        text: String,
    },
    /// The common name cannot be used.
    #[error("the name of the certificate must have 1 to {COMMON_NAME_MAX_BYTES} bytes")]
    CommonName,
    /// The PEM text does not hold a key, its certificate and the root.
    #[error("not an identity: {0}")]
    Incomplete(&'static str),
    /// The crypto library failed.
    #[error("making or reading the certificate failed")]
    Crypto(#[from] ErrorStack),
}

/// Identity of a control point or a device: 16 bytes that follow from its certificate.
///
/// The first half of SHA-256 over the DER of the leaf, marked as a version 5 UUID
/// (section 3.3). Written in lower case, read in any case, with or without `uuid:`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityUuid([u8; 16]);

impl IdentityUuid {
    /// The identity behind a leaf certificate.
    pub fn from_leaf_der(der: &[u8]) -> Self {
        Self::from_sha256(&sha256(der))
    }

    /// The identity behind the SHA-256 of a leaf certificate.
    pub fn from_sha256(hash: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x50;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        IdentityUuid(bytes)
    }

    /// Bytes as they stand in UUID-E, UUID-R and the login proof.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        IdentityUuid(bytes)
    }

    /// Bytes as they stand in UUID-E, UUID-R and the login proof.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for IdentityUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for IdentityUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityUuid({self})")
    }
}

impl FromStr for IdentityUuid {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let malformed = || IdentityError::Malformed {
            what: "UUID",
            text: text.chars().take(64).collect(),
        };
        let trimmed = text.trim();
        let bare = match trimmed.get(..5) {
            Some(scheme) if scheme.eq_ignore_ascii_case("uuid:") => &trimmed[5..],
            _ => trimmed,
        };
        let dashes = [8, 13, 18, 23];
        if bare.len() != 36
            || !bare.is_ascii()
            || dashes.iter().any(|at| bare.as_bytes()[*at] != b'-')
        {
            return Err(malformed());
        }
        hex_array(&bare.replace('-', ""))
            .map(IdentityUuid)
            .ok_or_else(malformed)
    }
}

/// SHA-256 of a leaf certificate: what is pinned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Fingerprint of a leaf certificate.
    pub fn of_leaf_der(der: &[u8]) -> Self {
        Fingerprint(sha256(der))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 66 bits as six short words, to compare by voice.
    ///
    /// Each word is consonant, vowel, consonant, vowel out of 16 × 4 × 8 × 4 = 2^11
    /// possibilities; sounds that are mistaken for each other are left out.
    pub fn words(&self) -> String {
        const FIRST: [u8; 16] = *b"bdfghjklmnprstvz";
        const VOWEL: [u8; 4] = *b"aiou";
        const SECOND: [u8; 8] = *b"bdfklmnr";
        let mut bits = self
            .0
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
        let mut take = |count: usize| {
            bits.by_ref()
                .take(count)
                .fold(0usize, |sum, bit| sum << 1 | usize::from(bit))
        };
        let mut words = Vec::with_capacity(6);
        for _ in 0..6 {
            let letters = [
                FIRST[take(4)],
                VOWEL[take(2)],
                SECOND[take(3)],
                VOWEL[take(2)],
            ];
            words.push(letters.map(char::from).iter().collect::<String>());
        }
        words.join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
        hex_array(&digits)
            .map(Fingerprint)
            .ok_or_else(|| IdentityError::Malformed {
                what: "fingerprint",
                text: text.chars().take(96).collect(),
            })
    }
}

macro_rules! serde_as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

serde_as_text!(IdentityUuid);
serde_as_text!(Fingerprint);

/// Common name of a certificate, empty when it has none; control characters are dropped.
pub fn common_name(certificate: &openssl::x509::X509Ref) -> String {
    certificate
        .subject_name()
        .entries_by_nid(openssl::nid::Nid::COMMONNAME)
        .next()
        .and_then(|entry| entry.data().to_string().ok())
        .map(|name| name.chars().filter(|c| !c.is_control()).take(64).collect())
        .unwrap_or_default()
}

/// Common name of a certificate in DER, empty when there is none to read.
pub fn common_name_of_der(der: &[u8]) -> String {
    X509::from_der(der)
        .map(|certificate| common_name(&certificate))
        .unwrap_or_default()
}

fn hex_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Rust's own reading of numbers would take a sign for a digit.
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_read_in_any_spelling_and_written_in_one() {
        let written = "ba7816bf-8f01-5fea-8141-40de5dae2223";
        assert_eq!(IdentityUuid::from_leaf_der(b"abc").to_string(), written);
        for text in [
            written.to_uppercase(),
            format!("uuid:{written}"),
            format!(" UUID:{written} "),
        ] {
            assert_eq!(
                text.parse::<IdentityUuid>().expect("valid").to_string(),
                written
            );
        }
        for text in [
            "",
            "ba7816bf",
            "ba7816bf-8f01-5fea-8141-40de5dae222g",
            "ba7816bf08f01-5fea-8141-40de5dae2223",
            "+a7816bf-8f01-5fea-8141-40de5dae2223",
        ] {
            assert!(text.parse::<IdentityUuid>().is_err(), "{text}");
        }
    }

    #[test]
    fn fingerprints_have_a_spoken_form() {
        let fingerprint = Fingerprint::of_leaf_der(b"abc");
        assert_eq!(
            fingerprint.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(fingerprint.words().split(' ').count(), 6);
        assert_ne!(
            fingerprint.words(),
            Fingerprint::of_leaf_der(b"abd").words()
        );
        assert_eq!(
            fingerprint
                .to_string()
                .parse::<Fingerprint>()
                .expect("valid"),
            fingerprint
        );
        assert!("+a".repeat(32).parse::<Fingerprint>().is_err());
    }
}
