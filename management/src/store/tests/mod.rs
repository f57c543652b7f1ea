//! One process: what is written comes back, stays bounded, and holds no secret in clear.

mod descriptions;
mod drafts;
mod journal;
mod snapshots;
mod texts;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dp_credentials::secrets::memory::MemoryStore;
use dp_credentials::secrets::{Secret, SecretStore};
use serde_json::json;
use tempfile::TempDir;

use super::open::FILE_NAME;
use super::seal::KEY_NAME;
use super::*;

const UDN: &str = "uuid:11111111-2222-3333-4444-555555555555";
const OTHER: &str = "uuid:99999999-2222-3333-4444-555555555555";
const TIME: &str = "2026-01-31T12:00:00Z";
const PASSPHRASE: &str = "Device.WiFi.AccessPoint.1.Security.KeyPassphrase";
const SSID: &str = "Device.WiFi.SSID.1.SSID";

struct Fixture {
    directory: TempDir,
    secrets: Arc<MemoryStore>,
    sealer: SecretSealer,
}

impl Fixture {
    fn new() -> Self {
        let secrets = Arc::new(MemoryStore::default());
        Self {
            directory: TempDir::new().expect("a directory"),
            sealer: SecretSealer::new(Arc::clone(&secrets) as Arc<dyn SecretStore>),
            secrets,
        }
    }

    fn open(&self) -> Store {
        Store::open(self.directory.path()).expect("opens")
    }

    fn drafts(&self, store: &Store, udn: &str) -> Vec<(String, Option<String>, String)> {
        let stored = store.drafts(udn, &self.sealer).expect("reads");
        assert!(stored.unreadable.is_empty(), "{:?}", stored.unreadable);
        stored
            .drafts
            .into_iter()
            .map(|draft| (draft.path, draft.old, draft.new.expose().to_owned()))
            .collect()
    }
}

fn draft(path: &str, old: Option<&str>, new: &str) -> Draft {
    Draft {
        udn: UDN.into(),
        path: path.into(),
        old: old.map(Into::into),
        new: DraftValue::Plain(new.into()),
        staged_at: TIME.into(),
    }
}

fn change(path: &str, old: &str, new: &str) -> JournalChange {
    JournalChange {
        path: path.into(),
        old: JournalValue::Value(old.into()),
        new: JournalValue::Value(new.into()),
        read_back: JournalValue::None,
    }
}

fn kept_tree() -> KeptTree {
    KeptTree {
        head: b"head".to_vec(),
        pieces: vec![b"tree".to_vec()],
    }
}

fn gateway(udn: &str, last_seen: &str) -> KnownGateway {
    KnownGateway {
        udn: udn.into(),
        seen: json!({"friendly_name": "Hall", "services": ["a", "b"]}),
        last_seen: last_seen.into(),
        location: Some("http://192.168.1.1:80/desc.xml".into()),
        secure_location: None,
    }
}

#[test]
fn a_store_can_be_shared_between_threads() {
    fn assert_shared<T: Send + Sync>() {}
    assert_shared::<Store>();
    assert_shared::<SecretSealer>();
}

#[test]
fn everything_comes_back_after_reopening() {
    let fixture = Fixture::new();
    let (entry, head) = {
        let store = fixture.open();
        store.remember_gateway(&gateway(UDN, TIME)).expect("writes");
        store
            .stage(&[draft(SSID, Some("Old"), "New")], &fixture.sealer)
            .expect("stages");
        let entry = store
            .begin_change(UDN, TIME, vec![change(SSID, "Old", "New")], None)
            .expect("begins");
        store
            .learn_reboot("Maker Model", Duration::from_millis(61_500), TIME)
            .expect("learns");
        store.keep_tree(UDN, &kept_tree(), TIME).expect("keeps");
        let head = store
            .save_snapshot(&tree(UDN, "before", "tree"))
            .expect("saves");
        (entry, head)
    };
    let store = fixture.open();
    assert_eq!(store.gateway(UDN).expect("reads"), Some(gateway(UDN, TIME)));
    assert_eq!(
        fixture.drafts(&store, UDN),
        [(SSID.into(), Some("Old".into()), "New".into())]
    );
    assert_eq!(store.journal_entry(entry.id).expect("reads"), Some(entry));
    assert_eq!(
        store.reboot_durations("Maker Model").expect("reads"),
        [Duration::from_millis(61_500)]
    );
    assert_eq!(store.tree(UDN).expect("reads"), Some(kept_tree()));
    assert_eq!(
        store.snapshot(head.id).expect("reads"),
        Some(Snapshot {
            head,
            values: vec![(SSID.to_owned(), SavedValue::Plain("tree".to_owned()))],
        })
    );
}

#[test]
fn gateways_are_one_whatever_the_case_of_their_udn() {
    let fixture = Fixture::new();
    let store = fixture.open();
    store
        .remember_gateway(&gateway(UDN, "2026-01-01T00:00:00Z"))
        .expect("writes");
    store
        .remember_gateway(&gateway(OTHER, "2026-01-02T00:00:00Z"))
        .expect("writes");
    let upper = UDN.to_uppercase();
    store
        .remember_gateway(&gateway(&upper, "2026-01-03T00:00:00Z"))
        .expect("writes");
    let known: Vec<_> = store
        .gateways()
        .expect("reads")
        .into_iter()
        .map(|known| known.udn)
        .collect();
    assert_eq!(known, [upper.as_str(), OTHER]);
    assert!(store.gateway(UDN).expect("reads").is_some());
}

#[test]
fn the_gateway_not_seen_for_longest_goes_first() {
    let fixture = Fixture::new();
    let store = fixture.open();
    for number in 0..limits::GATEWAYS + 2 {
        let seen = format!("2026-01-01T00:{:02}:{:02}Z", number / 60, number % 60);
        store
            .remember_gateway(&gateway(&format!("uuid:{number}"), &seen))
            .expect("writes");
    }
    assert_eq!(
        store.gateways().expect("reads").len(),
        limits::GATEWAYS as usize
    );
    assert_eq!(store.gateway("uuid:1").expect("reads"), None);
    assert!(store.gateway("uuid:2").expect("reads").is_some());
}

#[test]
fn forgetting_a_gateway_leaves_nothing_of_it_and_all_of_others() {
    let fixture = Fixture::new();
    let store = fixture.open();
    for udn in [UDN, OTHER] {
        store.remember_gateway(&gateway(udn, TIME)).expect("writes");
        let staged = Draft {
            udn: udn.into(),
            ..draft(SSID, None, "New")
        };
        store.stage(&[staged], &fixture.sealer).expect("stages");
        store
            .begin_change(udn, TIME, vec![change(SSID, "a", "b")], None)
            .expect("begins");
        store.save_snapshot(&tree(udn, "s", "tree")).expect("saves");
    }
    store.forget_gateway(&UDN.to_uppercase()).expect("forgets");
    assert_eq!(store.gateway(UDN).expect("reads"), None);
    assert!(fixture.drafts(&store, UDN).is_empty());
    assert!(store.journal(Some(UDN), None, 9).expect("reads").is_empty());
    assert!(store.snapshots(UDN).expect("reads").is_empty());
    assert_eq!(store.gateways().expect("reads").len(), 1);
    assert_eq!(fixture.drafts(&store, OTHER).len(), 1);
    assert_eq!(store.journal(None, None, 9).expect("reads").len(), 1);
    assert_eq!(store.snapshots(OTHER).expect("reads").len(), 1);
}

#[test]
fn experience_with_a_model_is_recent() {
    let fixture = Fixture::new();
    let store = fixture.open();
    assert_eq!(store.typical_reboot("M").expect("reads"), None);
    for seconds in 1..=u64::from(limits::DURATIONS_PER_MODEL) + 5 {
        store
            .learn_reboot("M", Duration::from_secs(seconds), TIME)
            .expect("learns");
    }
    store
        .learn_reboot("Other", Duration::from_secs(900), TIME)
        .expect("learns");
    let durations = store.reboot_durations("M").expect("reads");
    assert_eq!(durations.len(), limits::DURATIONS_PER_MODEL as usize);
    assert_eq!(durations.first(), Some(&Duration::from_secs(25)));
    assert_eq!(
        store.typical_reboot("M").expect("reads"),
        Some(Duration::from_secs(16))
    );
}

#[test]
fn snapshots_are_listed_newest_first_and_bounded() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let first = store
        .save_snapshot(&tree(UDN, "same name", "1"))
        .expect("saves");
    let second = store
        .save_snapshot(&tree(UDN, "same name", "2"))
        .expect("saves");
    assert_eq!(
        store.snapshots(UDN).expect("reads"),
        [second.clone(), first.clone()]
    );
    assert!(store.drop_snapshot(first.id).expect("drops"));
    assert!(!store.drop_snapshot(first.id).expect("drops"));
    for _ in 0..limits::SNAPSHOTS_PER_GATEWAY {
        store.save_snapshot(&tree(UDN, "more", "3")).expect("saves");
    }
    assert_eq!(
        store.snapshots(UDN).expect("reads").len(),
        limits::SNAPSHOTS_PER_GATEWAY as usize
    );
    assert_eq!(store.snapshot(second.id).expect("reads"), None);
}

#[test]
fn a_file_that_is_no_database_can_be_set_aside() {
    let fixture = Fixture::new();
    let path = fixture.directory.path().join(FILE_NAME);
    std::fs::write(
        &path,
        "this is not a database, and it is long enough to be looked at".repeat(50),
    )
    .expect("writes");
    let outcome = Store::open(fixture.directory.path());
    assert!(
        matches!(outcome, Err(StoreError::Damaged { .. })),
        "{outcome:?}"
    );
    let kept = Store::set_aside(fixture.directory.path(), "2026-01-31T12:00:00Z").expect("renames");
    assert!(
        kept.ends_with("lanside.sqlite.damaged-20260131T120000Z"),
        "{}",
        kept.display()
    );
    assert!(kept.exists());
    fixture
        .open()
        .remember_gateway(&gateway(UDN, TIME))
        .expect("a new file works");
}

#[test]
fn an_empty_file_of_version_zero_is_brought_up() {
    let fixture = Fixture::new();
    std::fs::write(fixture.directory.path().join(FILE_NAME), "").expect("writes");
    fixture
        .open()
        .remember_gateway(&gateway(UDN, TIME))
        .expect("writes");
}

#[test]
fn a_record_of_ours_that_cannot_be_read_is_an_error_not_a_panic() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let raw = rusqlite::Connection::open(fixture.directory.path().join(FILE_NAME)).expect("opens");
    raw.execute_batch(
        "INSERT INTO journal (udn, time, state, changes) VALUES ('u', 't', 'nonsense', '[]');
         INSERT INTO gateways VALUES ('u', '{', 't', NULL, NULL);",
    )
    .expect("writes");
    assert!(matches!(
        store.journal(None, None, 9),
        Err(StoreError::Damaged { .. })
    ));
    assert!(matches!(store.gateways(), Err(StoreError::Damaged { .. })));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    let directory = fixture.directory.path().join("deep/inside");
    let store = Store::open(&directory).expect("opens");
    store.remember_gateway(&gateway(UDN, TIME)).expect("writes");
    let mode = |path: &Path| {
        std::fs::metadata(path)
            .expect("is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&directory), 0o700);
    for entry in std::fs::read_dir(&directory).expect("lists") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let fixture = Fixture::new();
    let file = fixture.directory.path().join("file");
    std::fs::write(&file, "").expect("writes");
    let outcome = Store::open(&file.join("below"));
    let text = outcome
        .map(|_| ())
        .map_err(|error| error.to_string())
        .expect_err("fails");
    assert!(text.contains("below"), "{text}");
}

fn tree(udn: &str, name: &str, value: &str) -> NewSnapshot {
    NewSnapshot {
        udn: udn.into(),
        time: TIME.into(),
        name: name.into(),
        how: "saved".into(),
        origin: SnapshotOrigin::default(),
        values: vec![(SSID.into(), SavedValue::Plain(value.into()))],
    }
}

#[test]
fn a_secret_in_clear_does_not_reach_a_snapshot() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let path = "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase";
    let new = NewSnapshot {
        values: vec![(path.into(), SavedValue::Plain("Nebelhorn-4711".into()))],
        ..tree(UDN, "secret", "")
    };
    let id = store.save_snapshot(&new).expect("saves").id;
    let saved = store.snapshot(id).expect("reads").expect("is there");
    assert_eq!(saved.values, [(path.to_owned(), SavedValue::Hidden)]);
}
