//! The journal: states, pages, undo, bounds.

use super::*;

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
