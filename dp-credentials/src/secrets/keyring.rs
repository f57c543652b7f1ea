//! Secrets in the keyring of the system: Secret Service on Linux, Keychain on macOS,
//! Credential Manager on Windows.
//!
//! A start that failed is tried again with every call, so that a user can unlock the
//! keyring and carry on.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use keyring_core::{CredentialStore, Entry, Error};

use super::{Secret, SecretError, SecretStore};

/// The system keyring, entries named by a service and a name.
pub struct KeyringStore {
    service: String,
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringStore")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

impl KeyringStore {
    /// The keyring, with entries under `service`. Nothing is asked of the system yet.
    pub fn new(service: &str) -> KeyringStore {
        KeyringStore {
            service: service.to_owned(),
            store: Mutex::new(None),
        }
    }

    fn entry(&self, name: &str) -> Result<Entry, SecretError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match store.as_ref() {
            Some(opened) => Arc::clone(opened),
            None => {
                let opened = open_platform_store().map_err(|error| match error {
                    Error::NoStorageAccess(cause) => SecretError::Locked {
                        detail: cause.to_string(),
                    },
                    other => SecretError::Unavailable {
                        detail: words(&other),
                    },
                })?;
                *store = Some(Arc::clone(&opened));
                opened
            }
        };
        opened
            .build(&self.service, name, None)
            .map_err(|error| self.failed(&mut store, &error))
    }

    /// Forgets the connection after a failure: the service may have been restarted.
    fn failed(&self, store: &mut Option<Arc<CredentialStore>>, error: &Error) -> SecretError {
        *store = None;
        match error {
            Error::NoStorageAccess(cause) => SecretError::Locked {
                detail: cause.to_string(),
            },
            Error::NoDefaultStore => SecretError::Unavailable {
                detail: words(error),
            },
            _ => SecretError::Failed {
                detail: words(error),
            },
        }
    }

    fn outcome<T>(&self, result: Result<T, Error>) -> Result<Option<T>, SecretError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(self.failed(
                &mut self.store.lock().unwrap_or_else(PoisonError::into_inner),
                &error,
            )),
        }
    }
}

/// The error in words; never the secret bytes that two of its variants carry.
fn words(error: &Error) -> String {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => cause.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "the entry is damaged".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(target_os = "linux")]
fn open_platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open_platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn open_platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn open_platform_store() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

impl SecretStore for KeyringStore {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
        let entry = self.entry(name)?;
        Ok(self.outcome(entry.get_secret())?.map(Secret::new))
    }

    fn write(&self, name: &str, value: &Secret<Vec<u8>>) -> Result<(), SecretError> {
        let entry = self.entry(name)?;
        match self.outcome(entry.set_secret(value.expose()))? {
            Some(()) => Ok(()),
            None => Err(SecretError::Failed {
                detail: "the keyring did not keep the entry".to_owned(),
            }),
        }
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let entry = self.entry(name)?;
        self.outcome(entry.delete_credential()).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_contract_where_there_is_a_keyring() {
        let store = KeyringStore::new("org.lanside.test");
        match store.read("probe") {
            Ok(_) => crate::secrets::secret_store_contract!(&store),
            // `make test` starts a keyring of its own, so that this happens on bare runs only.
            Err(SecretError::Unavailable { detail } | SecretError::Locked { detail }) => {
                println!("left out: no unlocked keyring on this machine ({detail})");
            }
            Err(error) => panic!("the keyring failed: {error}"),
        }
    }

    #[test]
    fn damaged_entries_do_not_show_their_bytes() {
        let shown = words(&Error::BadEncoding(b"hunter2".to_vec()));
        assert_eq!(shown, "the entry is damaged");
    }
}
