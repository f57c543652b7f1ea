//! The store across processes: killed in the middle of a write, and two at the same time.
//!
//! A test starts this test program again with `STORE_CHILD` set, which makes the one test named in
//! its arguments play the other process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use dp_credentials::secrets::memory::MemoryStore;
use management::store::{
    Draft, DraftValue, JournalChange, JournalState, JournalValue, SecretSealer, Store,
};

const UDN: &str = "uuid:11111111-2222-3333-4444-555555555555";
const TIME: &str = "2026-01-31T12:00:00Z";
const CHILD: &str = "STORE_CHILD";

/// The directory to work in, if this is the child.
fn child_directory() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

fn start_child(test: &str, directory: &Path) -> Child {
    Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(CHILD, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the test program starts")
}

fn sealer() -> SecretSealer {
    SecretSealer::new(Arc::new(MemoryStore::default()))
}

fn draft(path: String) -> Draft {
    Draft {
        udn: UDN.into(),
        path,
        old: None,
        new: DraftValue::Plain("value".into()),
        staged_at: TIME.into(),
    }
}

fn changes(path: String) -> Vec<JournalChange> {
    vec![JournalChange {
        path,
        old: JournalValue::None,
        new: JournalValue::Value("value".into()),
        read_back: JournalValue::None,
    }]
}

#[test]
fn a_process_that_dies_inside_a_transaction_leaves_no_trace_of_it() {
    if let Some(directory) = child_directory() {
        let store = Store::open(&directory).expect("opens");
        store
            .stage(&[draft("Device.Before".into())], &sealer())
            .expect("stages");
        let mut raw = rusqlite::Connection::open(directory.join("lanside.sqlite")).expect("opens");
        // A page cache of next to nothing, so that unfinished pages do reach the file.
        raw.pragma_update(None, "cache_size", 2).expect("sets");
        let transaction = raw.transaction().expect("begins");
        for number in 0..2_000 {
            transaction
                .execute(
                    "INSERT INTO drafts (udn, path, plain, staged_at) VALUES (?1, ?2, ?3, ?4)",
                    rusqlite::params![UDN, format!("Device.Lost{number}"), "x".repeat(500), TIME],
                )
                .expect("inserts");
        }
        std::process::abort();
    }
    let directory = tempfile::tempdir().expect("a directory");
    let status = start_child(
        "a_process_that_dies_inside_a_transaction_leaves_no_trace_of_it",
        directory.path(),
    )
    .wait()
    .expect("ends");
    assert!(!status.success(), "the child aborts");
    // A failed assertion in the child would exit with a number; an abort does not.
    #[cfg(unix)]
    assert_eq!(status.code(), None);
    let store = Store::open(directory.path()).expect("opens again");
    let paths: Vec<_> = drafts(&store);
    assert_eq!(paths, ["Device.Before"]);
    store
        .stage(&[draft("Device.After".into())], &sealer())
        .expect("still writes");
    assert_eq!(drafts(&store), ["Device.After", "Device.Before"]);
}

#[test]
fn what_a_killed_process_had_written_is_there() {
    if let Some(directory) = child_directory() {
        let store = Store::open(&directory).expect("opens");
        for number in 0.. {
            let path = format!("Device.P{number:06}");
            let entry = store
                .begin_change(UDN, TIME, changes(path.clone()), None)
                .expect("begins");
            store.stage(&[draft(path)], &sealer()).expect("stages");
            println!("written {}", entry.id);
            if number > 1_500 {
                return;
            }
        }
    }
    let directory = tempfile::tempdir().expect("a directory");
    let mut child = start_child(
        "what_a_killed_process_had_written_is_there",
        directory.path(),
    );
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut confirmed = 0;
    for line in output.lines() {
        let line = line.expect("readable");
        // The first one stands behind the test program's own words on the same line.
        if let Some((_, id)) = line.split_once("written ") {
            confirmed = id.parse().expect("a number");
            if confirmed >= 25 {
                break;
            }
        }
    }
    child.kill().expect("is killed");
    child.wait().expect("ends");
    assert!(confirmed >= 25, "{confirmed}");

    let store = Store::open(directory.path()).expect("opens again");
    let journal = store.journal(Some(UDN), None, u32::MAX).expect("reads");
    let staged = drafts(&store);
    assert!(journal.len() >= 25, "{}", journal.len());
    assert!(staged.len() >= 25, "{}", staged.len());
    assert!(
        journal.len() - staged.len() <= 1,
        "at most the last pair is torn"
    );
    assert!(journal
        .iter()
        .all(|entry| entry.state == JournalState::Sending));
    assert_eq!(
        store.unfinished_changes(UDN).expect("reads").len(),
        journal.len()
    );
}

#[test]
fn two_processes_open_a_new_store_and_write_at_the_same_time() {
    const EACH: usize = 60;
    if let Some(directory) = child_directory() {
        let store = Store::open(&directory).expect("opens");
        let process = std::process::id();
        for number in 0..EACH {
            let path = format!("Device.P{process}x{number}");
            let mut entry = store
                .begin_change(UDN, TIME, changes(path), None)
                .expect("begins");
            entry.state = JournalState::Verified;
            store.finish_change(&entry).expect("finishes");
        }
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let name = "two_processes_open_a_new_store_and_write_at_the_same_time";
    let children = [(); 3].map(|()| start_child(name, directory.path()));
    for child in children {
        let output = child.wait_with_output().expect("ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let store = Store::open(directory.path()).expect("opens");
    let journal = store.journal(Some(UDN), None, u32::MAX).expect("reads");
    assert_eq!(journal.len(), 3 * EACH);
    assert!(journal
        .iter()
        .all(|entry| entry.state == JournalState::Verified));
}

#[test]
fn threads_share_a_store() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::open(directory.path()).expect("opens");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..10 {
                    let path = format!("Device.T{thread}N{number}");
                    store
                        .begin_change(UDN, TIME, changes(path), None)
                        .expect("begins");
                }
            });
        }
    });
    assert_eq!(store.journal(None, None, 99).expect("reads").len(), 40);
}

fn drafts(store: &Store) -> Vec<String> {
    let stored = store.drafts(UDN, &sealer()).expect("reads");
    stored.drafts.into_iter().map(|draft| draft.path).collect()
}
