//! The gateways this installation was introduced to (DeviceProtection:1, section 3.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::identity::{Fingerprint, IdentityUuid};
use crate::secrets::{Secret, SecretError, SecretStore};

/// Name of the trust store among the secrets.
const ENTRY: &str = "trust";

/// Most gateways that are remembered; a technician meets some thousand in a life.
pub const TRUSTED_MAX: usize = 20_000;

/// What made a certificate trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustedBy {
    /// The gateway proved that it knows the PIN.
    Pin,
    /// Its button was pressed.
    PushButton,
    /// Taken as it was at first use.
    FirstUse,
    /// Somebody compared the fingerprint.
    ByHand,
}

/// One gateway and the certificate it was introduced with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedGateway {
    /// UDN as announced, `uuid:` included.
    pub udn: String,
    /// Identity UUID of the certificate.
    pub identity: IdentityUuid,
    /// SHA-256 of the leaf: what is compared.
    pub fingerprint: Fingerprint,
    /// When, RFC 3339.
    pub since: String,
    /// How.
    pub how: TrustedBy,
}

/// Trusted gateways by UDN. A value: [`TrustStore::load`] and [`TrustStore::save`] go
/// through a [`SecretStore`], so that nobody slips a certificate in by editing a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustStore {
    gateways: BTreeMap<String, TrustedGateway>,
}

impl TrustStore {
    /// Reads the store; empty when nothing was kept yet. Blocks.
    ///
    /// # Errors
    ///
    /// [`SecretError`], also when what was kept cannot be read: starting with an empty
    /// store then would silently forget every gateway.
    pub fn load(secrets: &dyn SecretStore) -> Result<TrustStore, SecretError> {
        match secrets.read(ENTRY)? {
            None => Ok(TrustStore::default()),
            Some(bytes) => {
                serde_json::from_slice(bytes.expose()).map_err(|error| SecretError::Failed {
                    detail: format!("the list of trusted gateways is damaged: {error}"),
                })
            }
        }
    }

    /// Keeps the store. Blocks.
    ///
    /// # Errors
    ///
    /// [`SecretError`].
    pub fn save(&self, secrets: &dyn SecretStore) -> Result<(), SecretError> {
        let bytes = serde_json::to_vec(self).map_err(|error| SecretError::Failed {
            detail: error.to_string(),
        })?;
        secrets.write(ENTRY, &Secret::new(bytes))
    }

    /// The trusted certificate of a gateway. UDNs compare without regard to case.
    pub fn get(&self, udn: &str) -> Option<&TrustedGateway> {
        self.gateways.get(&key(udn))
    }

    /// Trusts a certificate, in place of an earlier one of the same UDN. When the store
    /// is full the oldest goes.
    pub fn insert(&mut self, gateway: TrustedGateway) {
        self.gateways.insert(key(&gateway.udn), gateway);
        if self.gateways.len() > TRUSTED_MAX {
            let oldest = self
                .gateways
                .iter()
                .min_by(|a, b| a.1.since.cmp(&b.1.since))
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.gateways.remove(&oldest);
            }
        }
    }

    /// Stops trusting a gateway; says what was trusted.
    pub fn remove(&mut self, udn: &str) -> Option<TrustedGateway> {
        self.gateways.remove(&key(udn))
    }

    /// All of them, by UDN.
    pub fn iter(&self) -> impl Iterator<Item = &TrustedGateway> {
        self.gateways.values()
    }
}

fn key(udn: &str) -> String {
    udn.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::memory::MemoryStore;

    fn gateway(udn: &str, since: &str) -> TrustedGateway {
        TrustedGateway {
            udn: udn.into(),
            identity: IdentityUuid::from_leaf_der(b"abc"),
            fingerprint: Fingerprint::of_leaf_der(b"abc"),
            since: since.into(),
            how: TrustedBy::Pin,
        }
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let secrets = MemoryStore::default();
        let mut store = TrustStore::load(&secrets).expect("starts empty");
        store.insert(gateway("uuid:ABC", "2026-01-01T00:00:00Z"));
        store.save(&secrets).expect("saves");
        let mut again = TrustStore::load(&secrets).expect("loads");
        assert_eq!(again, store);
        assert_eq!(
            again.get("UUID:abc").map(|gateway| gateway.how),
            Some(TrustedBy::Pin)
        );
        assert!(again.remove("uuid:aBc").is_some());
        assert_eq!(again.iter().count(), 0);
    }

    #[test]
    fn a_damaged_store_is_an_error_and_not_an_empty_one() {
        let secrets = MemoryStore::default();
        secrets
            .write(ENTRY, &Secret::new(b"{".to_vec()))
            .expect("writes");
        assert!(matches!(
            TrustStore::load(&secrets),
            Err(SecretError::Failed { .. })
        ));
    }

    #[test]
    fn a_full_store_drops_the_oldest() {
        let mut store = TrustStore::default();
        for at in 0..=TRUSTED_MAX {
            store.insert(gateway(&format!("uuid:{at}"), &format!("{at:08}")));
        }
        assert_eq!(store.iter().count(), TRUSTED_MAX);
        assert!(store.get("uuid:0").is_none());
        assert!(store.get("uuid:1").is_some());
    }
}
