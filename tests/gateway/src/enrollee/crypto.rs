//! Keys and proofs of an introduction (Wi-Fi Simple Configuration 1.0h, as DeviceProtection:1 uses it).

use openssl::bn::{BigNum, BigNumContext};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::memcmp;
use openssl::pkey::PKey;
use openssl::sha::sha256;
use openssl::sign::Signer;
use openssl::symm::{decrypt, encrypt, Cipher};
use zeroize::Zeroize;

use super::tlv::{id, Attributes, Message};

/// Length of a public key and of the shared secret on the wire.
pub const KEY_LENGTH: usize = 192;

const KDF_LABEL: &[u8] = b"Wi-Fi Easy and Secure Key Derivation";

/// HMAC-SHA-256 over the parts, one after the other.
///
/// # Errors
/// The crypto library failed.
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], ErrorStack> {
    let key = PKey::hmac(key)?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    for part in parts {
        signer.update(part)?;
    }
    let mut out = [0; 32];
    signer.sign(&mut out)?;
    Ok(out)
}

/// Compares two byte strings without leaking where they differ.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && memcmp::eq(left, right)
}

/// The first `N` bytes of a hash.
fn first<const N: usize>(hash: [u8; 32]) -> [u8; N] {
    std::array::from_fn(|index| hash[index])
}

/// A Diffie-Hellman key pair in the 1536-bit group.
pub struct KeyPair {
    private: BigNum,
    public: BigNum,
}

impl KeyPair {
    /// The pair that belongs to a private number of 192 bytes.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn from_private(bytes: &[u8; KEY_LENGTH]) -> Result<Self, ErrorStack> {
        let mut private = BigNum::from_slice(bytes)?;
        private.set_const_time();
        let prime = BigNum::get_rfc3526_prime_1536()?;
        let mut public = BigNum::new()?;
        public.mod_exp(
            &*BigNum::from_u32(2)?,
            &private,
            &prime,
            &mut *BigNumContext::new()?,
        )?;
        Ok(Self { private, public })
    }

    /// The public key, left-padded with zeros unless `padded` is off.
    pub fn public_key(&self, padded: bool) -> Vec<u8> {
        bytes_of(&self.public, padded)
    }

    /// The shared secret with the peer's public key, or nothing for a key that must be refused.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn agree(&self, peer: &[u8], padded: bool) -> Result<Option<Vec<u8>>, ErrorStack> {
        let prime = BigNum::get_rfc3526_prime_1536()?;
        let peer = BigNum::from_slice(peer)?;
        let one = BigNum::from_u32(1)?;
        let mut largest = BigNum::new()?;
        largest.checked_sub(&prime, &one)?;
        if peer <= one || peer >= largest || peer == self.public {
            return Ok(None);
        }
        let mut shared = BigNum::new()?;
        shared.mod_exp(&peer, &self.private, &prime, &mut *BigNumContext::new()?)?;
        let bytes = bytes_of(&shared, padded);
        shared.clear();
        Ok(Some(bytes))
    }
}

impl Drop for KeyPair {
    fn drop(&mut self) {
        self.private.clear();
    }
}

fn bytes_of(number: &BigNum, padded: bool) -> Vec<u8> {
    let digits = number.to_vec();
    if !padded {
        return digits;
    }
    let mut bytes = vec![0; KEY_LENGTH.saturating_sub(digits.len())];
    bytes.extend(digits);
    bytes
}

/// The keys of one run.
pub struct SessionKeys {
    auth_key: [u8; 32],
    key_wrap_key: [u8; 16],
}

impl SessionKeys {
    /// Derives the keys from the shared secret, both nonces and the Enrollee's MAC address.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn derive(
        shared: &[u8],
        n1: &[u8; 16],
        mac: &[u8; 6],
        n2: &[u8; 16],
    ) -> Result<Self, ErrorStack> {
        let mut kdk = hmac(&sha256(shared), &[n1, mac, n2])?;
        let mut output = key_derivation(&kdk)?;
        kdk.zeroize();
        let mut keys = Self {
            auth_key: [0; 32],
            key_wrap_key: [0; 16],
        };
        keys.auth_key.copy_from_slice(&output[..32]);
        keys.key_wrap_key.copy_from_slice(&output[32..48]);
        output.zeroize();
        Ok(keys)
    }

    /// PSK1 or PSK2: the proof key of one half of the password.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn password_key(&self, half: &[u8]) -> Result<[u8; 16], ErrorStack> {
        Ok(first(hmac(&self.auth_key, &[half])?))
    }

    /// E-Hash or R-Hash: commits to a secret nonce, one half of the password and both public keys.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn commitment(
        &self,
        secret_nonce: &[u8; 16],
        half: &[u8],
        public_e: &[u8],
        public_r: &[u8],
    ) -> Result<[u8; 32], ErrorStack> {
        let mut key = self.password_key(half)?;
        let hash = hmac(&self.auth_key, &[secret_nonce, &key, public_e, public_r]);
        key.zeroize();
        hash
    }

    /// The Authenticator of `message` (without that attribute) that follows `previous`.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn authenticator(&self, previous: &[u8], message: &[u8]) -> Result<[u8; 8], ErrorStack> {
        Ok(first(hmac(&self.auth_key, &[previous, message])?))
    }

    /// Wraps attributes for Encrypted Settings.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn wrap(&self, attributes: Message, iv: &[u8; 16]) -> Result<Vec<u8>, ErrorStack> {
        let authenticator: [u8; 8] = first(hmac(&self.auth_key, &[attributes.as_bytes()])?);
        let mut plain = attributes
            .attribute(id::KEY_WRAP_AUTHENTICATOR, &authenticator)
            .into_bytes();
        let cipher_text = encrypt(Cipher::aes_128_cbc(), &self.key_wrap_key, Some(iv), &plain);
        plain.zeroize();
        let mut value = iv.to_vec();
        value.extend(cipher_text?);
        Ok(value)
    }

    /// Opens Encrypted Settings and checks their Key Wrap Authenticator, which must be the last attribute.
    pub fn unwrap(&self, value: &[u8]) -> Option<Vec<u8>> {
        let (iv, cipher_text) = value.split_at_checked(16)?;
        let plain = decrypt(
            Cipher::aes_128_cbc(),
            &self.key_wrap_key,
            Some(iv),
            cipher_text,
        )
        .ok()?;
        let authenticator = Attributes::parse(&plain)
            .ok()?
            .exact::<8>(id::KEY_WRAP_AUTHENTICATOR)?;
        let before = plain.len().checked_sub(12)?;
        let expected: [u8; 8] = first(hmac(&self.auth_key, &[plain.get(..before)?]).ok()?);
        same(&authenticator, &expected).then_some(plain)
    }
}

impl Drop for SessionKeys {
    fn drop(&mut self) {
        self.auth_key.zeroize();
        self.key_wrap_key.zeroize();
    }
}

/// The key derivation function: 640 bits from a 256-bit key.
///
/// # Errors
/// The crypto library failed.
pub fn key_derivation(key: &[u8; 32]) -> Result<[u8; 80], ErrorStack> {
    let mut output = [0; 80];
    for (block, counter) in output.chunks_mut(32).zip(1u32..) {
        let hash = hmac(
            key,
            &[&counter.to_be_bytes(), KDF_LABEL, &640u32.to_be_bytes()],
        )?;
        block.copy_from_slice(&hash[..block.len()]);
    }
    Ok(output)
}
