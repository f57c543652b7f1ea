//! Who the gateway is, and who a control point is: certificates and the identities derived from them
//! (DeviceProtection:1, clause 2.6.8.2).

use std::fmt;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sha::sha256;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use openssl::x509::{X509Builder, X509Name, X509NameBuilder, X509};

use crate::secret::Secret;
use crate::tls::Key;

/// Years are not in the certificate's interest: the identity is its hash, so renewing changes it.
const VALID_DAYS: u32 = 10_000;
/// Longest common name other makers' devices can hold, in bytes.
const COMMON_NAME: usize = 48;

/// The 16 bytes that stand for a certificate in setup messages and logins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityUuid([u8; 16]);

impl IdentityUuid {
    /// The identity of a leaf certificate in DER: the first half of its SHA-256 with version 5 set in.
    pub fn of_leaf_der(der: &[u8]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&sha256(der)[..16]);
        Self::from_hash(bytes)
    }

    /// Sets version and variant bits in 16 bytes of a hash.
    pub fn from_hash(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x50;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }

    /// The bytes in network order.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads the text form, in any case, with or without `uuid:`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text
            .get(..5)
            .filter(|start| start.eq_ignore_ascii_case("uuid:"))
            .map_or(text, |_| &text[5..]);
        let groups: Vec<&str> = text.split('-').collect();
        if groups.iter().map(|group| group.len()).ne([8, 4, 4, 4, 12]) {
            return None;
        }
        let bytes = from_hex(&groups.concat())?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for IdentityUuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                formatter.write_str("-")?;
            }
            write!(formatter, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for IdentityUuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IdentityUuid({self})")
    }
}

/// Lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads hexadecimal of even length.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

/// The gateway's own key and its chain: a leaf signed by a root of its own.
pub struct DeviceIdentity {
    key: PKey<Private>,
    leaf: X509,
    root: X509,
    leaf_der: Vec<u8>,
}

impl DeviceIdentity {
    /// Makes a new key pair and chain. Takes a good part of a second.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn generate(common_name: &str, kind: Key) -> Result<Self, ErrorStack> {
        let root_key = kind.generate()?;
        let root_name = name(&truncated(&format!("{common_name} Local CA")))?;
        let mut root = builder(&root_name, &root_name, &root_key)?;
        root.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        root.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
        root.sign(&root_key, MessageDigest::sha256())?;
        let root = root.build();

        let key = kind.generate()?;
        let mut leaf = builder(&name(&truncated(common_name))?, &root_name, &key)?;
        leaf.append_extension(
            KeyUsage::new()
                .digital_signature()
                .key_encipherment()
                .build()?,
        )?;
        leaf.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
        leaf.sign(&root_key, MessageDigest::sha256())?;
        let leaf = leaf.build();
        let leaf_der = leaf.to_der()?;
        Ok(Self {
            key,
            leaf,
            root,
            leaf_der,
        })
    }

    /// Key, leaf and root, one after the other.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn to_pem(&self) -> Result<Secret<Vec<u8>>, ErrorStack> {
        let mut pem = self.key.private_key_to_pem_pkcs8()?;
        pem.extend(self.leaf.to_pem()?);
        pem.extend(self.root.to_pem()?);
        Ok(Secret::new(pem))
    }

    /// Reads what [`DeviceIdentity::to_pem`] wrote.
    ///
    /// # Errors
    /// A part is missing or unreadable.
    pub fn from_pem(pem: &[u8]) -> Result<Self, ErrorStack> {
        let key = PKey::private_key_from_pem(pem)?;
        let mut chain = X509::stack_from_pem(pem)?.into_iter();
        let (Some(leaf), Some(root)) = (chain.next(), chain.next()) else {
            return Err(ErrorStack::get());
        };
        let leaf_der = leaf.to_der()?;
        Ok(Self {
            key,
            leaf,
            root,
            leaf_der,
        })
    }

    /// The identity of the leaf.
    pub fn uuid(&self) -> IdentityUuid {
        IdentityUuid::of_leaf_der(&self.leaf_der)
    }

    /// SHA-256 of the leaf in DER, lower-case hexadecimal.
    pub fn fingerprint_hex(&self) -> String {
        to_hex(&sha256(&self.leaf_der))
    }

    /// The private key of the leaf.
    pub fn key(&self) -> &PKey<Private> {
        &self.key
    }

    /// The leaf certificate.
    pub fn leaf(&self) -> &X509 {
        &self.leaf
    }

    /// The root certificate.
    pub fn root(&self) -> &X509 {
        &self.root
    }
}

fn truncated(text: &str) -> String {
    let mut end = text.len().min(COMMON_NAME);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn name(common_name: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
    Ok(name.build())
}

fn builder(
    subject: &X509Name,
    issuer: &X509Name,
    key: &PKey<Private>,
) -> Result<X509Builder, ErrorStack> {
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let mut serial = BigNum::new()?;
    serial.rand(63, MsbOption::MAYBE_ZERO, false)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(VALID_DAYS)?)?;
    builder.set_pubkey(key)?;
    Ok(builder)
}

/// A control point as its TLS certificate shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificate {
    /// Identity of the leaf.
    pub identity: IdentityUuid,
    /// Common name of the leaf's subject, empty when it has none.
    pub common_name: String,
}

impl PeerCertificate {
    /// Reads what the gateway needs from a leaf certificate.
    ///
    /// # Errors
    /// The certificate cannot be encoded.
    pub fn of(leaf: &openssl::x509::X509Ref) -> Result<Self, ErrorStack> {
        let common_name = leaf
            .subject_name()
            .entries_by_nid(Nid::COMMONNAME)
            .next()
            .and_then(|entry| entry.data().to_string().ok())
            .unwrap_or_default();
        Ok(Self {
            identity: IdentityUuid::of_leaf_der(&leaf.to_der()?),
            common_name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_goes_both_ways() {
        let identity = IdentityUuid::of_leaf_der(b"abc");
        assert_eq!(identity.to_string(), "ba7816bf-8f01-5fea-8141-40de5dae2223");
        assert_eq!(
            IdentityUuid::parse("uuid:BA7816BF-8F01-5FEA-8141-40DE5DAE2223"),
            Some(identity)
        );
        for bad in [
            "",
            "ba7816bf",
            "ba7816bf-8f01-5fea-8141-40de5dae222x",
            "uuid:",
            "é-1-1-1-1",
        ] {
            assert_eq!(IdentityUuid::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_chain_survives_saving_and_stays_small() {
        let made = DeviceIdentity::generate(
            "A gateway with a name that is much longer than others can hold",
            Key::default(),
        )
        .unwrap();
        let read = DeviceIdentity::from_pem(made.to_pem().unwrap().expose()).unwrap();
        assert_eq!(read.uuid(), made.uuid());
        assert_eq!(read.fingerprint_hex(), made.fingerprint_hex());
        assert!(made.leaf.to_der().unwrap().len() <= 1000);
        assert!(made.leaf.verify(&made.root.public_key().unwrap()).unwrap());
        assert!(DeviceIdentity::from_pem(b"nothing").is_err());
    }
}
