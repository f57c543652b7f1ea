//! Values that do not print, and the places that keep them.
//!
//! [`Secret`] wraps a value so that no log, error or `{:?}` shows it, and wipes it when it
//! goes. It does not implement `Serialize` at all. A [`SecretStore`] keeps named secrets:
//! the system keyring ([`keyring`]), one file behind a passphrase ([`sealed_file`]), files
//! only the owner can read ([`file`], both on request), or nothing but memory ([`memory`],
//! for tests). What has to leave this computer goes into
//! a file behind a passphrase ([`sealed`]).

use std::fmt;

use zeroize::Zeroize;

mod atomic;
pub mod file;
pub mod keyring;
pub mod memory;
pub mod sealed;
pub mod sealed_file;

/// A value that prints as a placeholder and is wiped when dropped.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value, for the code that cannot do without it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Whether the value is these octets. Takes as long for a near guess as for a far one;
    /// only the length shows.
    pub fn is(&self, octets: &[u8]) -> bool {
        let own = self.0.as_ref();
        own.len() == octets.len() && openssl::memcmp::eq(own, octets)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Secret(self.0.clone())
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret::new(value)
    }
}

/// Why a secret cannot be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// There is no such place on this system, for example no keyring service.
    #[error("no secret storage is available: {detail}")]
    Unavailable {
        /// The system's words.
        detail: String,
    },
    /// The place is there and locked.
    #[error("the secret storage is locked: {detail}")]
    Locked {
        /// The system's words.
        detail: String,
    },
    /// Others could read the file or directory.
    #[error("{path} can be read by other users; make it readable by you alone (chmod go= {path})")]
    TooOpen {
        /// Which one.
        path: String,
    },
    /// Nobody has told the passphrase of the file in this run.
    #[error("the passphrase is missing: {detail}")]
    PassphraseMissing {
        /// Why nobody could be asked.
        detail: String,
    },
    /// The passphrase of a new file is too short to protect anything.
    #[error(
        "the passphrase must have at least {} characters",
        sealed::PASSPHRASE_MIN_CHARS
    )]
    PassphraseShort,
    /// The passphrase is not that of the file.
    #[error("the passphrase is wrong")]
    PassphraseWrong,
    /// Reading or writing failed.
    #[error("the secret storage failed: {detail}")]
    Failed {
        /// The system's words.
        detail: String,
    },
}

/// A place that keeps named secrets. Calls block: use a blocking pool.
pub trait SecretStore: Send + Sync + fmt::Debug {
    /// Reads one; `None` when there is none of that name.
    ///
    /// # Errors
    ///
    /// See [`SecretError`].
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError>;

    /// Writes one, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// See [`SecretError`].
    fn write(&self, name: &str, value: &Secret<Vec<u8>>) -> Result<(), SecretError>;

    /// Removes one; it is no error when there was none.
    ///
    /// # Errors
    ///
    /// See [`SecretError`].
    fn remove(&self, name: &str) -> Result<(), SecretError>;
}

/// The suite every [`SecretStore`] passes: `secret_store_contract!(expression)`.
#[cfg(test)]
macro_rules! secret_store_contract {
    ($store:expr) => {{
        use $crate::secrets::{Secret, SecretStore};
        let store: &dyn SecretStore = $store;
        let bytes = |name: &str| {
            store
                .read(name)
                .expect("reads")
                .map(|secret| secret.expose().clone())
        };
        store
            .remove("contract one")
            .expect("removing nothing is fine");
        assert_eq!(bytes("contract one"), None);
        store
            .write("contract one", &Secret::new(vec![0, 255, 10, b'x']))
            .expect("writes");
        store
            .write("contract/../two", &Secret::new(Vec::new()))
            .expect("writes nothing at all");
        assert_eq!(bytes("contract one"), Some(vec![0, 255, 10, b'x']));
        store
            .write("contract one", &Secret::new(b"later".to_vec()))
            .expect("overwrites");
        assert_eq!(bytes("contract one"), Some(b"later".to_vec()));
        assert_eq!(bytes("contract/../two"), Some(Vec::new()));
        store.remove("contract one").expect("removes");
        store.remove("contract/../two").expect("removes");
        assert_eq!(bytes("contract one"), None);
    }};
}
#[cfg(test)]
pub(crate) use secret_store_contract;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_compared_whole() {
        let secret = Secret::new(String::from("49226874"));
        assert!(secret.is(b"49226874"));
        for other in [&b"49226875"[..], b"4922687", b"492268744", b""] {
            assert!(!secret.is(other));
        }
    }

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new(String::from("49226874"));
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(secret.clone())),
            "[secret] [secret] Some([secret])"
        );
    }
}
