//! Seals values that must survive a crash and must not lie in a file in clear.

use std::sync::{Arc, Mutex, PoisonError};

use dp_credentials::secrets::{Secret, SecretError, SecretStore};
use openssl::rand::rand_bytes;
use openssl::symm::{decrypt_aead, encrypt_aead, Cipher};

/// Turns secrets into octets a file may hold, and back.
///
/// `bound_to` says what the secret belongs to; it is not part of the sealed octets, and opening
/// needs the same again. Both methods may block for as long as a keyring asks its owner.
pub trait Sealer: Send + Sync {
    /// Seals a secret.
    ///
    /// # Errors
    ///
    /// [`SealError::KeyUnavailable`] when the key cannot be had.
    fn seal(&self, secret: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Opens what [`Sealer::seal`] made.
    ///
    /// # Errors
    ///
    /// [`SealError::Broken`] for octets that are damaged, bound to something else, or sealed with a
    /// key that is gone; [`SealError::KeyUnavailable`] when the key cannot be had now.
    fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<Secret<Vec<u8>>, SealError>;
}

/// Why a value cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The place that keeps the key is locked, missing or failing.
    #[error("the key that protects drafts cannot be had: {0}")]
    KeyUnavailable(#[source] SecretError),
    /// The sealed value is damaged, belongs elsewhere, or its key is gone.
    #[error("a protected value cannot be opened any more")]
    Broken,
    /// The cryptography library failed; our fault.
    #[error("a value cannot be protected: {detail}")]
    Failed {
        /// What the library said.
        detail: String,
    },
}

/// Name of the key in the [`SecretStore`].
pub const KEY_NAME: &str = "draft-sealing-key";

const FORMAT: u8 = 1;
const KEY_OCTETS: usize = 32;
const NONCE_OCTETS: usize = 12;
const TAG_OCTETS: usize = 16;

/// AES-256-GCM with a key that is made on first need and kept in a [`SecretStore`].
///
/// Sealed: one octet format, 12 octets nonce, 16 octets tag, ciphertext. Nonces are random: with
/// the few thousand drafts one key ever sees, two equal ones are out of reach.
pub struct SecretSealer {
    secrets: Arc<dyn SecretStore>,
    key: Mutex<Option<Secret<Vec<u8>>>>,
}

impl SecretSealer {
    /// A sealer whose key is in `secrets`. Touches nothing until a secret is sealed or opened.
    pub fn new(secrets: Arc<dyn SecretStore>) -> Self {
        Self {
            secrets,
            key: Mutex::new(None),
        }
    }

    /// Runs a closure with the key, reading it if it has not been read; `make` says whether a
    /// missing one is made.
    fn with_key<T>(
        &self,
        make: bool,
        body: impl FnOnce(&[u8]) -> Result<T, SealError>,
    ) -> Result<T, SealError> {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if key.is_none() {
            *key = self.stored_key()?;
        }
        if key.is_none() && make {
            let mut fresh = vec![0; KEY_OCTETS];
            rand_bytes(&mut fresh).map_err(failed)?;
            self.secrets
                .write(KEY_NAME, &Secret::new(fresh))
                .map_err(SealError::KeyUnavailable)?;
            // Read back: what counts is what the store keeps, should another process have been
            // making a key in the same moment.
            *key = self.stored_key()?;
        }
        body(key.as_ref().ok_or(SealError::Broken)?.expose())
    }

    /// The key in the store; one of the wrong length is as good as none.
    fn stored_key(&self) -> Result<Option<Secret<Vec<u8>>>, SealError> {
        let key = self
            .secrets
            .read(KEY_NAME)
            .map_err(SealError::KeyUnavailable)?;
        Ok(key.filter(|key| key.expose().len() == KEY_OCTETS))
    }
}

impl std::fmt::Debug for SecretSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretSealer")
    }
}

impl Sealer for SecretSealer {
    fn seal(&self, secret: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, SealError> {
        self.with_key(true, |key| {
            let mut nonce = [0; NONCE_OCTETS];
            rand_bytes(&mut nonce).map_err(failed)?;
            let mut tag = [0; TAG_OCTETS];
            let ciphertext = encrypt_aead(
                Cipher::aes_256_gcm(),
                key,
                Some(&nonce),
                bound_to,
                secret,
                &mut tag,
            )
            .map_err(failed)?;
            Ok([&[FORMAT], nonce.as_slice(), &tag, &ciphertext].concat())
        })
    }

    fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let rest = sealed.strip_prefix(&[FORMAT]).ok_or(SealError::Broken)?;
        let (nonce, rest) = rest
            .split_at_checked(NONCE_OCTETS)
            .ok_or(SealError::Broken)?;
        let (tag, ciphertext) = rest.split_at_checked(TAG_OCTETS).ok_or(SealError::Broken)?;
        self.with_key(false, |key| {
            decrypt_aead(
                Cipher::aes_256_gcm(),
                key,
                Some(nonce),
                bound_to,
                ciphertext,
                tag,
            )
            .map(Secret::new)
            .map_err(|_| SealError::Broken)
        })
    }
}

fn failed(error: openssl::error::ErrorStack) -> SealError {
    SealError::Failed {
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dp_credentials::secrets::memory::MemoryStore;

    fn sealer() -> SecretSealer {
        SecretSealer::new(Arc::new(MemoryStore::default()))
    }

    #[test]
    fn opens_what_it_sealed() {
        let sealer = sealer();
        for secret in [b"".as_slice(), b"x", &[0; 5000]] {
            let sealed = sealer.seal(secret, b"here").expect("seals");
            assert_eq!(
                sealer.open(&sealed, b"here").expect("opens").expose(),
                secret
            );
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let sealer = sealer();
        let sealed = |_| sealer.seal(b"secret", b"").expect("seals");
        let all: std::collections::HashSet<_> = (0..100).map(sealed).collect();
        assert_eq!(all.len(), 100);
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_noticed() {
        let sealer = sealer();
        let sealed = sealer.seal(b"secret", b"here").expect("seals");
        for bit in 0..sealed.len() * 8 {
            let mut broken = sealed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            let outcome = sealer.open(&broken, b"here");
            assert!(matches!(outcome, Err(SealError::Broken)), "bit {bit}");
        }
        for length in 0..sealed.len() {
            let outcome = sealer.open(&sealed[..length], b"here");
            assert!(matches!(outcome, Err(SealError::Broken)), "length {length}");
        }
    }

    #[test]
    fn a_sealed_secret_belongs_where_it_was_sealed_for() {
        let sealer = sealer();
        let sealed = sealer.seal(b"secret", b"here").expect("seals");
        assert!(matches!(
            sealer.open(&sealed, b"there"),
            Err(SealError::Broken)
        ));
    }

    #[test]
    fn the_key_is_made_once_and_shared_through_the_secret_store() {
        let secrets: Arc<dyn SecretStore> = Arc::new(MemoryStore::default());
        let first = SecretSealer::new(Arc::clone(&secrets));
        let second = SecretSealer::new(Arc::clone(&secrets));
        let sealed = first.seal(b"secret", b"").expect("seals");
        assert_eq!(
            second.open(&sealed, b"").expect("opens").expose(),
            b"secret"
        );
        let key = secrets.read(KEY_NAME).expect("reads").expect("is there");
        assert_eq!(key.expose().len(), KEY_OCTETS);
    }

    #[test]
    fn opening_makes_no_key() {
        let secrets: Arc<dyn SecretStore> = Arc::new(MemoryStore::default());
        let elsewhere = sealer().seal(b"secret", b"").expect("seals");
        let sealer = SecretSealer::new(Arc::clone(&secrets));
        assert!(matches!(
            sealer.open(&elsewhere, b""),
            Err(SealError::Broken)
        ));
        assert!(secrets.read(KEY_NAME).expect("reads").is_none());
    }

    fn unavailable() -> SecretError {
        SecretError::Unavailable {
            detail: "no keyring".into(),
        }
    }

    #[derive(Debug)]
    struct NoStore;

    impl SecretStore for NoStore {
        fn read(&self, _: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
            Err(unavailable())
        }
        fn write(&self, _: &str, _: &Secret<Vec<u8>>) -> Result<(), SecretError> {
            Err(unavailable())
        }
        fn remove(&self, _: &str) -> Result<(), SecretError> {
            Err(unavailable())
        }
    }

    #[test]
    fn a_missing_keyring_is_not_taken_for_a_lost_key() {
        let sealed = sealer().seal(b"secret", b"").expect("seals");
        let sealer = SecretSealer::new(Arc::new(NoStore));
        let sealing = sealer.seal(b"secret", b"");
        assert!(matches!(
            sealing,
            Err(SealError::KeyUnavailable(SecretError::Unavailable { .. }))
        ));
        let opening = sealer.open(&sealed, b"");
        assert!(matches!(
            opening,
            Err(SealError::KeyUnavailable(SecretError::Unavailable { .. }))
        ));
    }
}
