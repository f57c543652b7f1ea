//! One process: what is written comes back, stays bounded, and holds no secret in clear.

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

fn gateway(udn: &str, last_seen: &str) -> KnownGateway {
    KnownGateway {
        udn: udn.into(),
        seen: json!({"friendly_name": "Hall", "services": ["a", "b"]}),
        last_seen: last_seen.into(),
        location: Some("http://192.168.1.1:80/desc.xml".into()),
        secure_location: None,
    }
}

/// Whether any file of the store holds the text, in UTF-8 or UTF-16.
fn lies_in_clear(directory: &Path, text: &str) -> bool {
    let needles = [
        text.as_bytes().to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ];
    std::fs::read_dir(directory)
        .expect("lists")
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("reads"))
        .any(|bytes| {
            needles
                .iter()
                .any(|needle| bytes.windows(needle.len()).any(|window| window == needle))
        })
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
    let key = StructureKey {
        udn: UDN.into(),
        software_version: "1.0".into(),
        configuration: "Device:2.15".into(),
    };
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
        store.keep_structure(&key, b"structure").expect("keeps");
        let head = store
            .save_snapshot(UDN, TIME, "before", b"tree")
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
    assert_eq!(
        store.structure(&key).expect("reads").as_deref(),
        Some(b"structure".as_slice())
    );
    assert_eq!(
        store.snapshot(head.id).expect("reads"),
        Some(Snapshot {
            head,
            document: b"tree".to_vec()
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
        store.save_snapshot(udn, TIME, "s", b"tree").expect("saves");
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
fn a_parameter_has_one_draft() {
    let fixture = Fixture::new();
    let store = fixture.open();
    store
        .stage(&[draft(SSID, Some("Old"), "First")], &fixture.sealer)
        .expect("stages");
    store
        .stage(&[draft(SSID, Some("Old"), "Second")], &fixture.sealer)
        .expect("stages");
    assert_eq!(
        fixture.drafts(&store, UDN),
        [(SSID.into(), Some("Old".into()), "Second".into())]
    );
    assert!(store.discard_draft(UDN, SSID).expect("discards"));
    assert!(!store.discard_draft(UDN, SSID).expect("discards"));
    store
        .stage(
            &[draft("A", None, "1"), draft("B", None, "")],
            &fixture.sealer,
        )
        .expect("stages");
    assert_eq!(store.discard_drafts(UDN).expect("discards"), 2);
}

#[test]
fn drafts_beyond_a_bound_are_refused_whole() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let too_long = "x".repeat(limits::VALUE_OCTETS + 1);
    let outcome = store.stage(
        &[draft("A", None, "1"), draft("B", None, &too_long)],
        &fixture.sealer,
    );
    assert!(
        matches!(outcome, Err(StoreError::TooLarge { .. })),
        "{outcome:?}"
    );
    let too_many: Vec<_> = (0..=limits::DRAFTS_PER_GATEWAY)
        .map(|number| draft(&format!("P{number}"), None, "1"))
        .collect();
    let outcome = store.stage(&too_many, &fixture.sealer);
    assert!(
        matches!(outcome, Err(StoreError::TooLarge { .. })),
        "{outcome:?}"
    );
    assert!(fixture.drafts(&store, UDN).is_empty());
}

#[test]
fn secrets_never_lie_in_the_files_in_clear() {
    let fixture = Fixture::new();
    let own = Draft {
        new: DraftValue::Secret(Secret::new("marked-by-caller-7788".into())),
        old: Some("old-of-marked-7788".into()),
        ..draft("Device.X_MAKER_Thing.Code", None, "")
    };
    let secrets = [
        "marked-by-caller-7788",
        "old-of-marked-7788",
        "new-passphrase-4711",
        "old-passphrase-4711",
        "read-passphrase-4711",
        "maker-password-0815",
    ];
    {
        let store = fixture.open();
        store
            .stage(
                &[
                    own,
                    // Given in clear by mistake, in both notations: the store knows better.
                    draft(
                        PASSPHRASE,
                        Some("old-passphrase-4711"),
                        "new-passphrase-4711",
                    ),
                    draft(
                        "/BBF/X_MAKER_Thing/0/AdminPassword",
                        None,
                        "maker-password-0815",
                    ),
                    draft(SSID, Some("Old"), "visible-name-1234"),
                ],
                &fixture.sealer,
            )
            .expect("stages");
        let mut entry = store
            .begin_change(
                UDN,
                TIME,
                vec![
                    change(PASSPHRASE, "old-passphrase-4711", "new-passphrase-4711"),
                    change(SSID, "Old", "visible-name-1234"),
                ],
                None,
            )
            .expect("begins");
        assert_eq!(entry.changes[0].new, JournalValue::Secret);
        assert_eq!(entry.changes[0].old, JournalValue::Secret);
        assert_eq!(entry.changes[0].read_back, JournalValue::None);
        entry.state = JournalState::Verified;
        entry.changes[0].read_back = JournalValue::Value("read-passphrase-4711".into());
        store.finish_change(&entry).expect("finishes");
        let kept = store
            .journal_entry(entry.id)
            .expect("reads")
            .expect("is there");
        assert_eq!(kept.changes[0].read_back, JournalValue::Secret);
        // While open, the write-ahead log is looked through as well.
        assert!(
            lies_in_clear(fixture.directory.path(), "visible-name-1234"),
            "the search works"
        );
        for secret in secrets {
            assert!(!lies_in_clear(fixture.directory.path(), secret), "{secret}");
        }
    }
    for secret in secrets {
        assert!(
            !lies_in_clear(fixture.directory.path(), secret),
            "{secret}, closed"
        );
    }
    let store = fixture.open();
    assert_eq!(
        fixture.drafts(&store, UDN),
        [
            (
                "/BBF/X_MAKER_Thing/0/AdminPassword".into(),
                None,
                "maker-password-0815".into()
            ),
            (PASSPHRASE.into(), None, "new-passphrase-4711".into()),
            (SSID.into(), Some("Old".into()), "visible-name-1234".into()),
            (
                "Device.X_MAKER_Thing.Code".into(),
                None,
                "marked-by-caller-7788".into()
            ),
        ]
    );
}

#[test]
fn a_lost_key_hides_secret_drafts_only() {
    let fixture = Fixture::new();
    let store = fixture.open();
    store
        .stage(
            &[
                draft(PASSPHRASE, None, "passphrase"),
                draft(SSID, None, "Name"),
            ],
            &fixture.sealer,
        )
        .expect("stages");
    for key in [None, Some(vec![7; 32]), Some(vec![7; 5])] {
        fixture.secrets.remove(KEY_NAME).expect("removes");
        if let Some(key) = key {
            fixture
                .secrets
                .write(KEY_NAME, &Secret::new(key))
                .expect("writes");
        }
        let sealer = SecretSealer::new(Arc::clone(&fixture.secrets) as Arc<dyn SecretStore>);
        let stored = store.drafts(UDN, &sealer).expect("reads");
        assert_eq!(stored.drafts.len(), 1);
        assert_eq!(stored.unreadable.len(), 1);
        assert_eq!(stored.unreadable[0].path, PASSPHRASE);
        assert!(matches!(stored.unreadable[0].reason, SealError::Broken));
    }
}

#[test]
fn an_entry_goes_from_sending_to_its_outcome() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let mut entry = store
        .begin_change(UDN, TIME, vec![change(SSID, "a", "b")], None)
        .expect("begins");
    assert_eq!(
        store.unfinished_changes(UDN).expect("reads"),
        [entry.clone()]
    );
    for state in [
        JournalState::Applied,
        JournalState::Verified,
        JournalState::Differs,
        JournalState::Unknown,
        JournalState::Refused,
    ] {
        entry.state = state;
        entry.detail = Some(format!("{state:?}"));
        entry.changes[0].read_back = JournalValue::Value("b".into());
        store.finish_change(&entry).expect("finishes");
        assert_eq!(
            store.journal_entry(entry.id).expect("reads"),
            Some(entry.clone())
        );
    }
    assert!(store.unfinished_changes(UDN).expect("reads").is_empty());
    let lost = JournalEntry { id: 999, ..entry };
    assert!(matches!(
        store.finish_change(&lost),
        Err(StoreError::NoSuchEntry { id: 999 })
    ));
}

#[test]
fn the_journal_is_read_backwards_in_pages() {
    let fixture = Fixture::new();
    let store = fixture.open();
    for number in 0..10 {
        let udn = if number % 2 == 0 { UDN } else { OTHER };
        store
            .begin_change(
                udn,
                TIME,
                vec![change(SSID, "a", &number.to_string())],
                None,
            )
            .expect("begins");
    }
    let ids = |udn, before, count| -> Vec<i64> {
        let page = store.journal(udn, before, count).expect("reads");
        page.iter().map(|entry| entry.id).collect()
    };
    assert_eq!(ids(None, None, 3), [10, 9, 8]);
    assert_eq!(ids(None, Some(8), 3), [7, 6, 5]);
    assert_eq!(ids(Some(UDN), None, 9), [9, 7, 5, 3, 1]);
    assert_eq!(ids(Some("uuid:unknown"), None, 9), [0_i64; 0]);
}

#[test]
fn undo_finds_the_last_change_that_is_still_in_effect() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let act = |state, undoes| {
        let mut entry = store
            .begin_change(UDN, TIME, vec![change(SSID, "a", "b")], undoes)
            .expect("begins");
        entry.state = state;
        store.finish_change(&entry).expect("finishes");
        entry.id
    };
    let undoable = || {
        store
            .last_undoable(UDN)
            .expect("reads")
            .map(|entry| entry.id)
    };
    assert_eq!(undoable(), None);
    let first = act(JournalState::Verified, None);
    let second = act(JournalState::Differs, None);
    act(JournalState::Refused, None);
    act(JournalState::Unknown, None);
    assert_eq!(undoable(), Some(second));
    act(JournalState::Refused, Some(second));
    assert_eq!(undoable(), Some(second), "a refused undo undoes nothing");
    act(JournalState::Verified, Some(second));
    assert_eq!(undoable(), Some(first));
    act(JournalState::Applied, Some(first));
    assert_eq!(undoable(), None);
    assert_eq!(store.last_undoable(OTHER).expect("reads"), None);
}

#[test]
fn the_journal_stays_bounded_and_its_numbers_rise() {
    let fixture = Fixture::new();
    let store = fixture.open();
    // Filled behind the store's back: five thousand durable writes would take a while.
    let raw = rusqlite::Connection::open(fixture.directory.path().join(FILE_NAME)).expect("opens");
    raw.execute_batch(&format!(
        "INSERT INTO journal (udn, time, state, changes)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
         SELECT '{UDN}', '{TIME}', 'verified', '[]' FROM n",
        limits::JOURNAL_ENTRIES
    ))
    .expect("fills");
    for _ in 0..3 {
        store
            .begin_change(UDN, TIME, vec![change(SSID, "a", "b")], None)
            .expect("begins");
    }
    let all = store.journal(None, None, u32::MAX).expect("reads");
    assert_eq!(all.len(), limits::JOURNAL_ENTRIES as usize);
    assert_eq!(all.first().map(|entry| entry.id), Some(5_003));
    assert_eq!(all.last().map(|entry| entry.id), Some(4));
    store.forget_gateway(UDN).expect("forgets");
    let next = store
        .begin_change(UDN, TIME, Vec::new(), None)
        .expect("begins");
    assert_eq!(next.id, 5_004, "a number is never used twice");
}

#[test]
fn a_journal_entry_is_bounded() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let too_many = vec![change(SSID, "a", "b"); limits::CHANGES_PER_ENTRY + 1];
    let outcome = store.begin_change(UDN, TIME, too_many, None);
    assert!(matches!(outcome, Err(StoreError::TooLarge { .. })));
    let too_long = change(SSID, "a", &"b".repeat(limits::VALUE_OCTETS + 1));
    let outcome = store.begin_change(UDN, TIME, vec![too_long], None);
    assert!(matches!(outcome, Err(StoreError::TooLarge { .. })));
    assert!(store.journal(None, None, 9).expect("reads").is_empty());
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
fn a_structure_is_void_when_anything_in_its_key_changes() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let key = |software: &str| StructureKey {
        udn: UDN.into(),
        software_version: software.into(),
        configuration: "c".into(),
    };
    store.keep_structure(&key("1"), b"one").expect("keeps");
    store
        .keep_structure(&key("1"), b"one again")
        .expect("keeps");
    assert_eq!(
        store.structure(&key("1")).expect("reads"),
        Some(b"one again".to_vec())
    );
    assert_eq!(store.structure(&key("2")).expect("reads"), None);
    for software in ["2", "3", "4"] {
        store
            .keep_structure(&key(software), b"later")
            .expect("keeps");
    }
    assert_eq!(
        store.structure(&key("1")).expect("reads"),
        None,
        "the oldest is dropped"
    );
    store
        .keep_structure(&key("5"), &vec![0; limits::STRUCTURE_OCTETS + 1])
        .expect("is no error");
    assert_eq!(
        store.structure(&key("5")).expect("reads"),
        None,
        "too large to keep"
    );
    store.drop_structures(UDN).expect("drops");
    assert_eq!(store.structure(&key("4")).expect("reads"), None);
}

#[test]
fn snapshots_are_listed_newest_first_and_bounded() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let first = store
        .save_snapshot(UDN, TIME, "same name", b"1")
        .expect("saves");
    let second = store
        .save_snapshot(UDN, TIME, "same name", b"2")
        .expect("saves");
    assert_eq!(
        store.snapshots(UDN).expect("reads"),
        [second.clone(), first.clone()]
    );
    assert!(store.drop_snapshot(first.id).expect("drops"));
    assert!(!store.drop_snapshot(first.id).expect("drops"));
    for _ in 0..limits::SNAPSHOTS_PER_GATEWAY {
        store.save_snapshot(UDN, TIME, "more", b"3").expect("saves");
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
