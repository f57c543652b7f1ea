//! Secrets in memory, for tests and for a run that shall leave nothing behind.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Secret, SecretError, SecretStore};

/// Keeps secrets until it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    secrets: Mutex<HashMap<String, Secret<Vec<u8>>>>,
}

impl SecretStore for MemoryStore {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
        Ok(self
            .secrets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned())
    }

    fn write(&self, name: &str, value: &Secret<Vec<u8>>) -> Result<(), SecretError> {
        self.secrets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), value.clone());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.secrets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_contract() {
        crate::secrets::secret_store_contract!(&MemoryStore::default());
    }
}
