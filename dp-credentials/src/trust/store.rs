//! The gateways this installation was introduced to (DeviceProtection:1, section 3.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::weakness::{narrow, Weakness};
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
    /// Somebody compared the fingerprint with what the gateway itself shows.
    ByHand,
}

impl TrustedBy {
    /// Whether this leaves less room for an impostor than `other`: nothing was proven at first
    /// use; a button tells that somebody may be introduced, and not who answers; a comparison
    /// rests on a person's eyes; the PIN on arithmetic.
    pub fn proves_more_than(self, other: TrustedBy) -> bool {
        let rank = |how| match how {
            TrustedBy::FirstUse => 0,
            TrustedBy::PushButton => 1,
            TrustedBy::ByHand => 2,
            TrustedBy::Pin => 3,
        };
        rank(self) > rank(other)
    }
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
    /// What of its TLS falls short and was allowed by a person; nothing for most. Only ever
    /// gets shorter: see [`TrustedGateway::narrow`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak_tls: Vec<Weakness>,
    /// Identity of ours that it was introduced to; `None` in records of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<IdentityUuid>,
    /// Identities that were ours and that it was never seen to have forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<IdentityUuid>,
}

impl TrustedGateway {
    /// Takes back what was allowed for old versions once the gateway spoke a newer one,
    /// `version` in the TLS library's spelling. True when something changed.
    pub fn narrow(&mut self, version: &str) -> bool {
        let before = self.weak_tls.clone();
        narrow(&mut self.weak_tls, version);
        self.weak_tls != before
    }
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

    /// Trusts a gateway we were introduced to. What is known of our former identities there
    /// stays known.
    pub fn introduce(&mut self, mut gateway: TrustedGateway) {
        if let Some(before) = self.get(&gateway.udn) {
            let known = before.known_as.filter(|old| Some(*old) != gateway.known_as);
            gateway
                .former
                .extend(before.former.iter().copied().chain(known));
            gateway.former.sort_unstable();
            gateway.former.dedup();
        }
        self.insert(gateway);
    }

    /// Notes with every gateway that knows it that an identity is ours no longer; `None` for
    /// one that cannot be told any more.
    pub fn retire(&mut self, identity: Option<IdentityUuid>) {
        for gateway in self.gateways.values_mut() {
            gateway.known_as = gateway.known_as.or(identity);
            let gone = gateway
                .known_as
                .filter(|_| identity.is_none_or(|old| gateway.known_as == Some(old)));
            if let Some(gone) = gone.filter(|gone| !gateway.former.contains(gone)) {
                gateway.former.push(gone);
            }
        }
    }

    /// Takes down that a gateway knows only those of our former identities that `still` names.
    /// True when that is news.
    pub fn forgotten(&mut self, udn: &str, still: impl Fn(&IdentityUuid) -> bool) -> bool {
        self.gateways.get_mut(&key(udn)).is_some_and(|gateway| {
            let before = gateway.former.len();
            gateway.former.retain(still);
            gateway.former.len() != before
        })
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
            weak_tls: Vec::new(),
            known_as: None,
            former: Vec::new(),
        }
    }

    #[test]
    fn every_identity_that_a_gateway_was_introduced_to_is_remembered() {
        let [first, second, third] = [b"1", b"2", b"3"].map(|der| IdentityUuid::from_leaf_der(der));
        let introduced = |udn: &str, identity| TrustedGateway {
            known_as: Some(identity),
            ..gateway(udn, "2026-01-01T00:00:00Z")
        };
        let former = |store: &TrustStore, udn: &str| {
            let mut former = store.get(udn).expect("trusted").former.clone();
            former.sort_unstable();
            former
        };
        let sorted = |mut all: Vec<IdentityUuid>| {
            all.sort_unstable();
            all
        };
        let mut store = TrustStore::default();
        store.introduce(introduced("uuid:a", first));
        store.introduce(introduced("uuid:b", first));
        // One of before, which does not say as whom it knows us.
        store.insert(gateway("uuid:old", "2026-01-01T00:00:00Z"));
        store.retire(Some(first));
        store.introduce(introduced("uuid:a", second));
        store.retire(Some(second));
        assert_eq!(former(&store, "uuid:a"), sorted(vec![first, second]));
        assert_eq!(former(&store, "uuid:b"), [first], "it never met the second");
        assert_eq!(former(&store, "uuid:old"), [first]);
        store.introduce(introduced("uuid:b", third));
        // The identity of now was damaged: as whom each gateway knows us is still written down.
        store.retire(None);
        assert_eq!(former(&store, "uuid:b"), sorted(vec![first, third]));
        assert!(store.forgotten("uuid:a", |identity| *identity == second));
        assert!(!store.forgotten("uuid:a", |identity| *identity == second));
        assert_eq!(former(&store, "uuid:a"), [second]);
    }

    #[test]
    fn what_was_allowed_gets_less_and_never_more() {
        let (old, less_old, key) = (Weakness::Tls10, Weakness::Tls11, Weakness::RsaKey(1024));
        for (allowed, version, kept) in [
            (vec![old, key], "TLSv1", vec![old, key]),
            (vec![old, key], "TLSv1.1", vec![less_old, key]),
            (vec![old, key], "TLSv1.2", vec![key]),
            (vec![less_old], "TLSv1", vec![]),
            (vec![key], "TLSv1", vec![key]),
            (vec![], "TLSv1.3", vec![]),
        ] {
            let mut gateway = gateway("uuid:old", "2026-01-01T00:00:00Z");
            gateway.weak_tls.clone_from(&allowed);
            let changed = gateway.narrow(version);
            assert_eq!(gateway.weak_tls, kept, "{allowed:?} and {version}");
            assert_eq!(changed, kept != allowed, "{allowed:?} and {version}");
        }
    }

    #[test]
    fn a_gateway_of_before_allows_nothing() {
        let mut written = serde_json::to_value(gateway("uuid:a", "now")).expect("writes");
        assert!(written.get("weak_tls").is_none());
        let read: TrustedGateway = serde_json::from_value(written.clone()).expect("reads");
        assert_eq!(read.weak_tls, []);
        written["weak_tls"] = serde_json::json!(["tls1.0", "rsa1024"]);
        let read: TrustedGateway = serde_json::from_value(written).expect("reads");
        assert_eq!(read.weak_tls, [Weakness::Tls10, Weakness::RsaKey(1024)]);
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
