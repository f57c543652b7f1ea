//! Who we are and who a gateway is: certificates, identity UUIDs, fingerprints
//! (DeviceProtection:1, section 3).

use std::fmt;
use std::str::FromStr;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sha::sha256;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use openssl::x509::{X509Builder, X509NameBuilder, X509};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::secrets::Secret;

/// Longest common name that devices in the field read in full, in bytes (section 3.1).
pub const COMMON_NAME_MAX_BYTES: usize = 48;

/// Largest leaf certificate that devices in the field take, in bytes of DER (section 3.1).
pub const LEAF_MAX_BYTES: usize = 1000;

/// Bits of the RSA keys: what every known device can read.
const KEY_BITS: u32 = 2048;

/// The identity is the hash of the certificate, so a renewal would be a new identity:
/// certificates last about 27 years.
const VALID_DAYS: u32 = 10_000;

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

/// This installation's identity: key pair, leaf certificate and the root that signed it.
pub struct Identity {
    key: PKey<Private>,
    leaf: X509,
    root: X509,
    leaf_der: Vec<u8>,
    root_der: Vec<u8>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("uuid", &self.uuid())
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Makes a new identity: a self-signed root and a leaf for client authentication,
    /// shaped as section 3.1 wants. The root's key is thrown away.
    ///
    /// Slow (two RSA key pairs): call it on a blocking pool.
    ///
    /// # Errors
    ///
    /// [`IdentityError::CommonName`] for a name of no or too many bytes.
    pub fn generate(common_name: &str) -> Result<Identity, IdentityError> {
        if common_name.is_empty() || common_name.len() > COMMON_NAME_MAX_BYTES {
            return Err(IdentityError::CommonName);
        }
        let root_key = PKey::from_rsa(Rsa::generate(KEY_BITS)?)?;
        let key = PKey::from_rsa(Rsa::generate(KEY_BITS)?)?;
        // Root and leaf need different names, or the chain looks like two roots.
        let mut root_name: String = common_name.to_owned();
        while root_name.len() + " CA".len() > COMMON_NAME_MAX_BYTES {
            root_name.pop();
        }
        root_name.push_str(" CA");

        let mut builder = certificate(&root_name, &root_name, &root_key)?;
        builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
        builder.sign(&root_key, MessageDigest::sha256())?;
        let root = builder.build();

        let mut builder = certificate(common_name, &root_name, &key)?;
        builder.append_extension(
            KeyUsage::new()
                .digital_signature()
                .key_encipherment()
                .build()?,
        )?;
        builder.append_extension(ExtendedKeyUsage::new().client_auth().build()?)?;
        builder.sign(&root_key, MessageDigest::sha256())?;
        Self::assemble(key, builder.build(), root)
    }

    /// Reads what [`Identity::to_pem`] wrote.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Incomplete`] when a part is missing or the key is not the leaf's.
    pub fn from_pem(pem: &str) -> Result<Identity, IdentityError> {
        let key = PKey::private_key_from_pem(pem.as_bytes())
            .map_err(|_| IdentityError::Incomplete("no private key"))?;
        let mut certificates = X509::stack_from_pem(pem.as_bytes())?.into_iter();
        let leaf = certificates
            .next()
            .ok_or(IdentityError::Incomplete("no certificate"))?;
        let root = certificates
            .next()
            .ok_or(IdentityError::Incomplete("no root certificate"))?;
        if !leaf.public_key()?.public_eq(&key) {
            return Err(IdentityError::Incomplete(
                "the key is not the certificate's",
            ));
        }
        Self::assemble(key, leaf, root)
    }

    /// Private key, leaf and root as PEM, in this order.
    ///
    /// # Errors
    ///
    /// Only when the crypto library fails.
    pub fn to_pem(&self) -> Result<Secret<String>, IdentityError> {
        let mut pem = self.key.private_key_to_pem_pkcs8()?;
        pem.extend(self.leaf.to_pem()?);
        pem.extend(self.root.to_pem()?);
        String::from_utf8(pem)
            .map(Secret::new)
            .map_err(|_| IdentityError::Incomplete("PEM is not text"))
    }

    /// Common name of the leaf.
    pub fn common_name(&self) -> String {
        common_name(&self.leaf)
    }

    /// Identity UUID that gateways know us by.
    pub fn uuid(&self) -> IdentityUuid {
        IdentityUuid::from_leaf_der(&self.leaf_der)
    }

    /// SHA-256 of the leaf.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_leaf_der(&self.leaf_der)
    }

    /// DER of the leaf.
    pub fn leaf_der(&self) -> &[u8] {
        &self.leaf_der
    }

    /// DER of the root.
    pub fn root_der(&self) -> &[u8] {
        &self.root_der
    }

    /// Leaf certificate.
    pub fn leaf(&self) -> &X509 {
        &self.leaf
    }

    /// Root certificate.
    pub fn root(&self) -> &X509 {
        &self.root
    }

    /// Private key of the leaf, for the TLS library alone.
    pub fn private_key(&self) -> &PKey<Private> {
        &self.key
    }

    fn assemble(key: PKey<Private>, leaf: X509, root: X509) -> Result<Identity, IdentityError> {
        let (leaf_der, root_der) = (leaf.to_der()?, root.to_der()?);
        Ok(Identity {
            key,
            leaf,
            root,
            leaf_der,
            root_der,
        })
    }
}

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

fn certificate(
    subject: &str,
    issuer: &str,
    key: &PKey<Private>,
) -> Result<X509Builder, ErrorStack> {
    let name = |common_name: &str| {
        let mut builder = X509NameBuilder::new()?;
        builder.append_entry_by_nid(openssl::nid::Nid::COMMONNAME, common_name)?;
        Ok::<_, ErrorStack>(builder.build())
    };
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(&*name(subject)?)?;
    builder.set_issuer_name(&*name(issuer)?)?;
    // Gateways often have a wrong clock after a power cut: valid since before any of them was built.
    builder.set_not_before(&*Asn1Time::from_str("20200101000000Z")?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(VALID_DAYS)?)?;
    builder.set_pubkey(key)?;
    Ok(builder)
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
    fn a_made_identity_fits_the_devices_in_the_field() {
        let identity = Identity::generate("Lanside on a laptop with quite a long host name")
            .expect("valid name");
        assert!(
            identity.leaf_der().len() <= LEAF_MAX_BYTES,
            "{} bytes",
            identity.leaf_der().len()
        );
        assert!(identity
            .leaf()
            .verify(&*identity.root().public_key().expect("has a key"))
            .expect("verifies"));
        assert_ne!(identity.leaf_der(), identity.root_der());
        assert_eq!(identity.private_key().bits(), 2048);
        let pem = identity.to_pem().expect("encodes");
        let again = Identity::from_pem(pem.expose()).expect("reads back");
        assert_eq!(again.uuid(), identity.uuid());
        assert_eq!(again.root_der(), identity.root_der());
        assert_eq!(
            identity.common_name(),
            "Lanside on a laptop with quite a long host name"
        );
        assert!(!format!("{identity:?}{pem:?}").contains("PRIVATE"));
    }

    #[test]
    fn names_that_devices_cut_off_are_refused() {
        assert!(matches!(
            Identity::generate(""),
            Err(IdentityError::CommonName)
        ));
        assert!(matches!(
            Identity::generate(&"x".repeat(49)),
            Err(IdentityError::CommonName)
        ));
    }

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
