use std::sync::Arc;

use dp_credentials::identity::Fingerprint;
use dp_credentials::secrets::memory::MemoryStore;
use dp_credentials::secrets::SecretStore;
use dp_credentials::trust::TrustedBy;

use super::*;
use crate::application::Options;
use crate::secret_place::SecretsAt;

fn passphrase() -> Secret<String> {
    Secret::new("Nebelhorn 4711".to_owned())
}

fn gateway(udn: &str, certificate: &[u8]) -> TrustedGateway {
    TrustedGateway {
        udn: udn.to_owned(),
        identity: IdentityUuid::from_leaf_der(certificate),
        fingerprint: Fingerprint::of_leaf_der(certificate),
        since: "2026-01-01T00:00:00Z".to_owned(),
        how: TrustedBy::Pin,
        weak_tls: Vec::new(),
        known_as: None,
        former: Vec::new(),
    }
}

/// An installation that trusts these gateways, and its secrets.
async fn installation(dir: &Path, trusted: Vec<TrustedGateway>) -> (Management, Arc<MemoryStore>) {
    let secrets = Arc::new(MemoryStore::default());
    let management = Management::open(Options {
        state_dir: Some(dir.to_owned()),
        secrets: SecretsAt::Store(Arc::clone(&secrets) as Arc<dyn SecretStore>),
        ..Options::default()
    })
    .await
    .expect("opens");
    management
        .change_trust(|trust| add_strangers(trust, trusted))
        .await
        .expect("kept");
    (management, secrets)
}

#[tokio::test]
async fn an_import_adds_gateways_and_changes_none() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("identity");
    let here = vec![
        gateway("uuid:both", b"one"),
        gateway("uuid:changed", b"here"),
        gateway("uuid:here", b"h"),
    ];
    let there = vec![
        gateway("UUID:BOTH", b"one"),
        gateway("uuid:changed", b"there"),
        gateway("uuid:there", b"t"),
    ];
    let (first, _) = installation(&dir.path().join("there"), there).await;
    let (second, _) = installation(&dir.path().join("here"), here).await;
    let exported = first
        .export_identity(&file, passphrase())
        .await
        .expect("exported");
    assert_eq!(exported.gateways, 3);
    let own = second.identity().await.expect("made").uuid().to_string();
    let error = second
        .import_identity(&file, passphrase(), false)
        .await
        .expect_err("it has one");
    assert!(error.to_string().contains(&own), "{error}");
    let imported = second
        .import_identity(&file, passphrase(), true)
        .await
        .expect("imported");
    assert_eq!(imported.replaced, Some(own.clone()));
    assert_eq!(imported.gateways_added, 1);
    assert_eq!(imported.kept_other_certificate, ["uuid:changed"]);
    let udns: Vec<_> = imported.pair_again.iter().map(|it| &*it.udn).collect();
    assert_eq!(udns, ["uuid:changed", "uuid:here"], "the others know it");
    assert!(imported.pair_again.iter().all(|it| it.identity == own));
    let trusted = second.trusted("uuid:changed").await.expect("read");
    assert_eq!(
        trusted.map(|it| it.fingerprint),
        Some(Fingerprint::of_leaf_der(b"here"))
    );
    assert_eq!(second.trusted_now().await.expect("read").len(), 4);
    // At once, not at the next start.
    assert_eq!(
        second.identity().await.expect("there").uuid().to_string(),
        exported.identity
    );
}

#[tokio::test]
async fn a_new_identity_counts_at_once_and_heals_a_damaged_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let (management, secrets) =
        installation(&dir.path().join("state"), vec![gateway("uuid:a", b"a")]).await;
    let none = management.gateways_that_know_us().await.expect("read");
    assert!(none.is_empty(), "nobody is known yet: {none:?}");
    let old = management.identity().await.expect("made").uuid();
    let replaced = management
        .replace_identity(KeyKind::P256)
        .await
        .expect("replaced");
    assert_eq!(replaced.replaced, Some(old.to_string()));
    assert_eq!(replaced.revoke.len(), 1);
    assert_eq!(replaced.revoke[0].identity, old.to_string());
    let now = management.identity().await.expect("there").uuid();
    assert_ne!(now, old);
    assert_eq!(replaced.identity, now.to_string());

    secrets
        .write("identity", &Secret::new(b"damaged".to_vec()))
        .expect("writes");
    let healed = management
        .replace_identity(KeyKind::P256)
        .await
        .expect("replaced");
    assert_eq!(healed.replaced, None, "nobody can say who that was");
    assert!(management.identity().await.is_ok());
}

#[test]
fn only_an_identity_is_taken_for_one() {
    let identity = Identity::generate("Lanside").expect("made");
    let packed = pack(&identity, vec![gateway("uuid:a", b"a")]).expect("packed");
    let (again, trusted) = unpack(&packed).expect("unpacked");
    assert_eq!(again.uuid(), identity.uuid());
    assert_eq!(trusted, [gateway("uuid:a", b"a")]);
    let text = String::from_utf8(packed.expose().clone()).expect("text");
    for other in [
        String::new(),
        text.replace(KIND, "lanside-drafts-1"),
        text.replacen('{', "", 1),
        text.replace("BEGIN PRIVATE", "BEGIN"),
        text.replacen("BEGIN CERTIFICATE", "BEGIN", 1),
        text.split('\n').next().unwrap_or_default().to_owned(),
    ] {
        let error = unpack(&Secret::new(other.into_bytes())).expect_err("no identity");
        assert!(matches!(error, Error::Usage(_)), "{error}");
        assert!(!error.to_string().contains("PRIVATE"));
    }
}
