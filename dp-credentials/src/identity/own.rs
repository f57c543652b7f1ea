//! Our own identity: key pair, leaf certificate and the root that signed it.

use std::fmt;
use std::str::FromStr;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use openssl::x509::{X509Builder, X509NameBuilder, X509};
use zeroize::Zeroizing;

use super::{common_name, Fingerprint, IdentityError, IdentityUuid, COMMON_NAME_MAX_BYTES};
use crate::secrets::Secret;

/// The identity is the hash of the certificate, so a renewal would be a new identity:
/// certificates last about 27 years.
const VALID_DAYS: u32 = 10_000;

/// Kind of a key pair of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyKind {
    /// RSA with 2048 bits: what every known gateway reads (section 3.1).
    #[default]
    Rsa2048,
    /// ECDSA on P-256. Many gateways take RSA alone.
    P256,
}

impl KeyKind {
    fn generate(self) -> Result<PKey<Private>, ErrorStack> {
        match self {
            KeyKind::Rsa2048 => PKey::from_rsa(Rsa::generate(2048)?),
            KeyKind::P256 => {
                let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
                PKey::from_ec_key(EcKey::generate(&curve)?)
            }
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyKind::Rsa2048 => "rsa2048",
            KeyKind::P256 => "p256",
        })
    }
}

impl FromStr for KeyKind {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        match text {
            "rsa2048" => Ok(KeyKind::Rsa2048),
            "p256" => Ok(KeyKind::P256),
            _ => Err(IdentityError::Malformed {
                what: "kind of key (rsa2048 or p256)",
                text: text.chars().take(64).collect(),
            }),
        }
    }
}

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
    /// Makes a new identity with an RSA key: see [`Identity::generate_with`].
    ///
    /// # Errors
    ///
    /// [`IdentityError::CommonName`] for a name of no or too many bytes.
    pub fn generate(common_name: &str) -> Result<Identity, IdentityError> {
        Self::generate_with(common_name, KeyKind::default())
    }

    /// Makes a new identity: a self-signed root and a leaf for client authentication,
    /// shaped as section 3.1 wants. The root's key is thrown away.
    ///
    /// Slow for RSA (two key pairs): call it on a blocking pool.
    ///
    /// # Errors
    ///
    /// [`IdentityError::CommonName`] for a name of no or too many bytes.
    pub fn generate_with(common_name: &str, kind: KeyKind) -> Result<Identity, IdentityError> {
        if common_name.is_empty() || common_name.len() > COMMON_NAME_MAX_BYTES {
            return Err(IdentityError::CommonName);
        }
        let root_key = kind.generate()?;
        let key = kind.generate()?;
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
        let mut usage = KeyUsage::new();
        usage.digital_signature();
        if kind == KeyKind::Rsa2048 {
            // For the key exchange of old suites, which only RSA has.
            usage.key_encipherment();
        }
        builder.append_extension(usage.build()?)?;
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
        let key = Zeroizing::new(self.key.private_key_to_pem_pkcs8()?);
        let (leaf, root) = (self.leaf.to_pem()?, self.root.to_pem()?);
        // Room for all, so that growing leaves no copy of the key behind.
        let mut pem = String::with_capacity(key.len() + leaf.len() + root.len());
        for part in [key.as_slice(), &leaf, &root] {
            pem.push_str(
                std::str::from_utf8(part)
                    .map_err(|_| IdentityError::Incomplete("PEM is not text"))?,
            );
        }
        Ok(Secret::new(pem))
    }

    /// Common name of the leaf.
    pub fn common_name(&self) -> String {
        common_name(&self.leaf)
    }

    /// Kind of the key pair; `None` for one that this program never makes.
    pub fn key_kind(&self) -> Option<KeyKind> {
        match (self.key.id(), self.key.bits()) {
            (Id::RSA, 2048) => Some(KeyKind::Rsa2048),
            (Id::EC, 256) => Some(KeyKind::P256),
            _ => None,
        }
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

fn certificate(
    subject: &str,
    issuer: &str,
    key: &PKey<Private>,
) -> Result<X509Builder, ErrorStack> {
    let name = |common_name: &str| {
        let mut builder = X509NameBuilder::new()?;
        builder.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
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

#[cfg(test)]
mod tests {
    use super::super::LEAF_MAX_BYTES;
    use super::*;

    #[test]
    fn a_made_identity_fits_the_devices_in_the_field() {
        let name = "Lanside on a laptop with quite a long host name";
        for (kind, bits) in [(KeyKind::Rsa2048, 2048), (KeyKind::P256, 256)] {
            let identity = Identity::generate_with(name, kind).expect("valid name");
            let size = identity.leaf_der().len();
            assert!(size <= LEAF_MAX_BYTES, "{kind}: {size} bytes");
            assert!(identity
                .leaf()
                .verify(&*identity.root().public_key().expect("has a key"))
                .expect("verifies"));
            assert_ne!(identity.leaf_der(), identity.root_der());
            assert_eq!(identity.private_key().bits(), bits);
            let pem = identity.to_pem().expect("encodes");
            let again = Identity::from_pem(pem.expose()).expect("reads back");
            assert_eq!(again.uuid(), identity.uuid());
            assert_eq!(again.root_der(), identity.root_der());
            assert_eq!(again.key_kind(), Some(kind));
            assert_eq!(identity.common_name(), name);
            assert!(!format!("{identity:?}{pem:?}").contains("PRIVATE"));
        }
        assert_eq!(KeyKind::default(), KeyKind::Rsa2048);
    }

    #[test]
    fn names_that_devices_cut_off_are_refused() {
        for name in [String::new(), "x".repeat(49)] {
            assert!(matches!(
                Identity::generate(&name),
                Err(IdentityError::CommonName)
            ));
        }
    }

    #[test]
    fn kinds_of_keys_are_read_as_they_are_written() {
        for kind in [KeyKind::Rsa2048, KeyKind::P256] {
            assert_eq!(kind.to_string().parse::<KeyKind>().expect("known"), kind);
        }
        assert!("rsa1024".parse::<KeyKind>().is_err());
    }
}
