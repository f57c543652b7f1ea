//! Signatures of documents by an installation's identity: who wrote this, and is it as it was
//! written. The other use of the key is TLS; a purpose in front of what is signed keeps the two
//! apart.

use openssl::ec::EcGroupRef;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{HasParams, Id, PKey, PKeyRef, Private};
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Signer, Verifier};
use openssl::x509::X509;

use super::{Identity, IdentityError};

/// Shortest RSA key a signature is believed of, in bits.
const RSA_MIN_BITS: u32 = 2048;

impl Identity {
    /// Signs a document for a purpose, a short word that no other kind of document has:
    /// RSASSA-PSS or ECDSA, with SHA-256, by the kind of our key.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Incomplete`] for a key of another kind than this program makes.
    pub fn sign(&self, purpose: &str, document: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let key: &PKey<Private> = self.private_key();
        if !is_strong(key) {
            return Err(IdentityError::Incomplete("a key that signs nothing"));
        }
        let mut signer = Signer::new(MessageDigest::sha256(), key)?;
        if key.id() == Id::RSA {
            signer.set_rsa_padding(Padding::PKCS1_PSS)?;
            signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        }
        signer.update(purpose.as_bytes())?;
        signer.update(&[0])?;
        signer.update(document)?;
        Ok(signer.sign_to_vec()?)
    }
}

/// Whether a signature is one of this document for this purpose, made with the key of this
/// certificate. Whose certificate that is has to be known from elsewhere. A weak key, or one of
/// another kind, never fits.
///
/// # Errors
///
/// [`IdentityError::Crypto`] for octets that are no certificate.
pub fn signature_fits(
    leaf_der: &[u8],
    purpose: &str,
    document: &[u8],
    signature: &[u8],
) -> Result<bool, IdentityError> {
    let key = X509::from_der(leaf_der)?.public_key()?;
    if !is_strong(&key) {
        return Ok(false);
    }
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key)?;
    if key.id() == Id::RSA {
        verifier.set_rsa_padding(Padding::PKCS1_PSS)?;
        verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
    }
    verifier.update(purpose.as_bytes())?;
    verifier.update(&[0])?;
    verifier.update(document)?;
    // The library fails on octets that cannot be a signature; that is a no, too.
    Ok(verifier.verify(signature).unwrap_or(false))
}

fn is_strong<T: HasParams + openssl::pkey::HasPublic>(key: &PKeyRef<T>) -> bool {
    let named = |group: &EcGroupRef| group.curve_name() == Some(Nid::X9_62_PRIME256V1);
    match key.id() {
        Id::RSA => key.bits() >= RSA_MIN_BITS,
        Id::EC => key.ec_key().is_ok_and(|key| named(key.group())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::KeyKind;

    #[test]
    fn a_signature_is_of_one_document_purpose_and_key() {
        for kind in [KeyKind::Rsa2048, KeyKind::P256] {
            let own = Identity::generate_with("Laptop", kind).expect("an identity");
            let other = Identity::generate_with("Laptop", kind).expect("an identity");
            let signature = own.sign("report", b"text").expect("a signature");
            let fits = |leaf: &[u8], purpose: &str, document: &[u8], signature: &[u8]| {
                signature_fits(leaf, purpose, document, signature).expect("a certificate")
            };
            assert!(fits(own.leaf_der(), "report", b"text", &signature));
            assert!(!fits(own.leaf_der(), "report", b"texts", &signature));
            assert!(!fits(own.leaf_der(), "repor", b"ttext", &signature));
            assert!(!fits(other.leaf_der(), "report", b"text", &signature));
            assert!(!fits(own.leaf_der(), "report", b"text", b""));
            for bit in 0..signature.len() * 8 {
                let mut flipped = signature.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert!(!fits(own.leaf_der(), "report", b"text", &flipped), "{bit}");
            }
        }
    }

    #[test]
    fn no_certificate_is_an_error() {
        assert!(signature_fits(b"no certificate", "report", b"text", b"").is_err());
    }
}
