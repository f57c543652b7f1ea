//! Keys of one run, and what they prove (sections 4.6 to 4.8).

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::memcmp;
use openssl::pkey::PKey;
use openssl::sha::sha256;
use openssl::sign::Signer;
use openssl::symm::{decrypt, encrypt, Cipher};
use zeroize::Zeroize;

use super::attribute::{write, AttributeError, AttributeType, Attributes};
use super::dh::Padded;
use super::message::{EncryptedSettings, Value};
use super::pin::Pin;
use crate::secrets::Secret;

/// Label of the key derivation.
const LABEL: &[u8] = b"Wi-Fi Easy and Secure Key Derivation";

/// Bits derived.
const DERIVED_BITS: u32 = 640;

/// Bytes of an Authenticator and of a Key Wrap Authenticator.
pub const AUTHENTICATOR_BYTES: usize = 8;

/// Bytes of an attribute that holds an Authenticator.
const AUTHENTICATOR_ATTRIBUTE_BYTES: usize = 4 + AUTHENTICATOR_BYTES;

/// Why Encrypted Settings, or an authenticated message, are not to be trusted.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The Authenticator does not fit.
    #[error("the Authenticator does not fit")]
    Authenticator,
    /// The settings cannot be decrypted, or their Key Wrap Authenticator does not fit.
    #[error("the Encrypted Settings cannot be decrypted")]
    Settings,
    /// An attribute is missing or malformed.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// The crypto library failed.
    #[error("the crypto library failed")]
    Crypto(#[from] ErrorStack),
}

/// HMAC-SHA-256 over the parts, one after the other.
///
/// # Errors
///
/// When the crypto library fails.
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], ErrorStack> {
    let key = PKey::hmac(key)?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    for part in parts {
        signer.update(part)?;
    }
    let mut code = [0; 32];
    signer.sign(&mut code)?;
    Ok(code)
}

/// DHKey: the hash of the shared secret.
pub fn dh_key(shared: &Secret<Padded>) -> Secret<[u8; 32]> {
    Secret::new(sha256(shared.expose()))
}

/// KDK, from DHKey, N1, the MAC address of the Enrollee and N2.
///
/// # Errors
///
/// When the crypto library fails.
pub fn kdk(
    dh_key: &Secret<[u8; 32]>,
    n1: &[u8; 16],
    mac: &[u8; 6],
    n2: &[u8; 16],
) -> Result<Secret<[u8; 32]>, ErrorStack> {
    Ok(Secret::new(hmac(dh_key.expose(), &[n1, mac, n2])?))
}

/// Key derivation function: 640 bits from a key.
///
/// # Errors
///
/// When the crypto library fails.
pub fn kdf(key: &Secret<[u8; 32]>) -> Result<Secret<[u8; 80]>, ErrorStack> {
    let mut derived = [0; 96];
    for (count, block) in (1u32..).zip(derived.chunks_exact_mut(32)) {
        let mut code = hmac(
            key.expose(),
            &[&count.to_be_bytes(), LABEL, &DERIVED_BITS.to_be_bytes()],
        )?;
        block.copy_from_slice(&code);
        code.zeroize();
    }
    let keys = Secret::new(part(&derived, 0));
    derived.zeroize();
    Ok(keys)
}

/// N bytes from a place known to be inside.
fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[from..from + N]);
    part
}

/// AuthKey, KeyWrapKey and EMSK of one run.
#[derive(Debug)]
pub struct SessionKeys {
    auth_key: Secret<[u8; 32]>,
    key_wrap_key: Secret<[u8; 16]>,
    emsk: Secret<[u8; 32]>,
}

impl SessionKeys {
    /// Derives the keys from KDK.
    ///
    /// # Errors
    ///
    /// When the crypto library fails.
    pub fn derive(kdk: &Secret<[u8; 32]>) -> Result<Self, ErrorStack> {
        let keys = kdf(kdk)?;
        Ok(SessionKeys {
            auth_key: Secret::new(part(keys.expose(), 0)),
            key_wrap_key: Secret::new(part(keys.expose(), 32)),
            emsk: Secret::new(part(keys.expose(), 48)),
        })
    }

    /// Key of every proof.
    pub fn auth_key(&self) -> &Secret<[u8; 32]> {
        &self.auth_key
    }

    /// Key of Encrypted Settings.
    pub fn key_wrap_key(&self) -> &Secret<[u8; 16]> {
        &self.key_wrap_key
    }

    /// Extended master session key, which DeviceProtection has no use for.
    pub fn emsk(&self) -> &Secret<[u8; 32]> {
        &self.emsk
    }

    /// First 8 bytes of the HMAC over the parts.
    fn authenticator(&self, parts: &[&[u8]]) -> Result<[u8; AUTHENTICATOR_BYTES], ErrorStack> {
        Ok(part(&hmac(self.auth_key.expose(), parts)?, 0))
    }

    /// Appends the Authenticator of a message that follows `previous`.
    ///
    /// # Errors
    ///
    /// When the crypto library fails.
    pub fn append_authenticator(
        &self,
        previous: &[u8],
        message: &mut Vec<u8>,
    ) -> Result<(), ErrorStack> {
        let code = self.authenticator(&[previous, message])?;
        write(message, AttributeType::AUTHENTICATOR, &code);
        Ok(())
    }

    /// Checks the Authenticator that ends a message that follows `previous`.
    ///
    /// # Errors
    ///
    /// When it is missing, not at the end, or does not fit.
    pub fn verify_authenticator(&self, previous: &[u8], message: &[u8]) -> Result<(), KeyError> {
        let attributes = Attributes::parse(message)?;
        let claimed = last_authenticator(&attributes, AttributeType::AUTHENTICATOR)?;
        let covered = &message[..message.len() - AUTHENTICATOR_ATTRIBUTE_BYTES];
        if memcmp::eq(&claimed, &self.authenticator(&[previous, covered])?) {
            Ok(())
        } else {
            Err(KeyError::Authenticator)
        }
    }

    /// Encrypts attributes, which may be none, with their Key Wrap Authenticator.
    ///
    /// # Errors
    ///
    /// When the crypto library fails.
    pub fn seal(
        &self,
        attributes: &Secret<Vec<u8>>,
        iv: [u8; 16],
    ) -> Result<EncryptedSettings, ErrorStack> {
        let code = self.authenticator(&[attributes.expose()])?;
        // Room for all, so that growing leaves no copy of a secret nonce behind.
        let mut plain =
            Vec::with_capacity(attributes.expose().len() + AUTHENTICATOR_ATTRIBUTE_BYTES);
        plain.extend_from_slice(attributes.expose());
        write(&mut plain, AttributeType::KEY_WRAP_AUTHENTICATOR, &code);
        let plain = Secret::new(plain);
        let mut bytes = iv.to_vec();
        let key = self.key_wrap_key.expose();
        bytes.extend(encrypt(
            Cipher::aes_128_cbc(),
            key,
            Some(&iv),
            plain.expose(),
        )?);
        Ok(EncryptedSettings::new(bytes).expect("invariant: an IV and whole blocks"))
    }

    /// Decrypts settings and takes one nonce out of them.
    ///
    /// # Errors
    ///
    /// When they cannot be decrypted, their Key Wrap Authenticator does not fit or the
    /// nonce is missing.
    pub fn open(
        &self,
        settings: &EncryptedSettings,
        wanted: AttributeType,
    ) -> Result<Secret<[u8; 16]>, KeyError> {
        let (iv, ciphertext) = settings.as_bytes().split_at(EncryptedSettings::BLOCK_BYTES);
        let key = self.key_wrap_key.expose();
        let plain = decrypt(Cipher::aes_128_cbc(), key, Some(iv), ciphertext)
            .map_err(|_| KeyError::Settings)?;
        let plain = Secret::new(plain);
        let attributes = Attributes::parse(plain.expose())?;
        let claimed = last_authenticator(&attributes, AttributeType::KEY_WRAP_AUTHENTICATOR)?;
        let covered = &plain.expose()[..plain.expose().len() - AUTHENTICATOR_ATTRIBUTE_BYTES];
        if !memcmp::eq(&claimed, &self.authenticator(&[covered])?) {
            return Err(KeyError::Settings);
        }
        let nonce =
            <[u8; 16]>::read(attributes.required(wanted)?).ok_or(AttributeError::Value(wanted))?;
        Ok(Secret::new(nonce))
    }

    /// PSK1 and PSK2: what the halves of the PIN become under this run's key.
    ///
    /// # Errors
    ///
    /// When the crypto library fails.
    pub fn psks(&self, pin: &Pin) -> Result<[Secret<[u8; 16]>; 2], ErrorStack> {
        let (first, second) = pin.halves();
        let psk = |half: &[u8]| -> Result<_, ErrorStack> {
            let mut code = hmac(self.auth_key.expose(), &[half])?;
            let psk = Secret::new(part(&code, 0));
            code.zeroize();
            Ok(psk)
        };
        Ok([psk(first)?, psk(second)?])
    }

    /// E-Hash or R-Hash: the commitment to one half of the PIN.
    ///
    /// # Errors
    ///
    /// When the crypto library fails.
    pub fn commitment(
        &self,
        nonce: &Secret<[u8; 16]>,
        psk: &Secret<[u8; 16]>,
        pk_e: &Padded,
        pk_r: &Padded,
    ) -> Result<[u8; 32], ErrorStack> {
        hmac(
            self.auth_key.expose(),
            &[nonce.expose(), psk.expose(), pk_e, pk_r],
        )
    }
}

/// The Authenticator that has to be the last attribute.
fn last_authenticator(
    attributes: &Attributes<'_>,
    wanted: AttributeType,
) -> Result<[u8; AUTHENTICATOR_BYTES], AttributeError> {
    let bytes = attributes.required(wanted)?;
    let code = Value::read(bytes).ok_or(AttributeError::Value(wanted))?;
    match attributes.iter().last() {
        Some((last, _)) if last == wanted => Ok(code),
        _ => Err(AttributeError::NotLast(wanted)),
    }
}
