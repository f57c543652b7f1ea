//! `kill -9` while a sealed file is written: what was acknowledged is there, and the file opens.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use dp_credentials::secrets::sealed_file::{SealedFileStore, Told};
use dp_credentials::secrets::{Secret, SecretStore};

const FILE: &str = "LANSIDE_TEST_SEALED";

fn open(path: &Path) -> SealedFileStore {
    let passphrase = Secret::new("Nebelhorn 4711".to_owned());
    SealedFileStore::new(path, Arc::new(Told::new(passphrase)))
}

fn number(store: &SealedFileStore, name: &str) -> u64 {
    let read = store.read(name).expect("the file opens, whatever happened");
    read.map_or(0, |value| {
        let text = std::str::from_utf8(value.expose()).expect("text");
        text.trim_end_matches('.').parse().expect("a number")
    })
}

/// The writer, in a process of its own; does nothing in an ordinary run of the tests.
#[test]
fn write_until_killed() {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    let store = open(Path::new(&path));
    let mut count = number(&store, "count");
    loop {
        count += 1;
        // Of changing length, so that half of one would not look like another.
        let filler = ".".repeat(usize::try_from(count % 97).expect("small") * 100);
        let value = Secret::new(format!("{count}{filler}").into_bytes());
        store.write("count", &value).expect("writes");
        store.write("after", &value).expect("writes");
        println!("kept {count}");
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let rounds = std::env::var("LANSIDE_KILL_ROUNDS").ok();
    let rounds: u64 = rounds.map_or(12, |text| text.parse().expect("a number"));
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("secrets.sealed");
    open(&path)
        .write("bystander", &Secret::new(b"x".to_vec()))
        .expect("writes");
    let mut random = 0x1a5_1de_u64;
    let mut most = 0;
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "write_until_killed", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let stdout = child.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let told = |line: String| line.split("kept ").nth(1)?.trim().parse::<u64>().ok();
        let mut acknowledged = lines.by_ref().find_map(told).expect("it writes");
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        std::thread::sleep(Duration::from_micros((random >> 33) % 30_000));
        child.kill().expect("ours to kill");
        child.wait().expect("ends");
        acknowledged = lines.filter_map(told).last().unwrap_or(acknowledged);
        let store = open(&path);
        let (count, after) = (number(&store, "count"), number(&store, "after"));
        assert!(
            after >= acknowledged,
            "round {round}: {after} < {acknowledged}"
        );
        assert!(
            count == after || count == after + 1,
            "round {round}: {count}, {after}"
        );
        assert!(store.read("bystander").expect("reads").is_some());
        let left = std::fs::read_dir(dir.path()).expect("lists").count();
        assert_eq!(left, 1, "round {round}: what was half written is gone");
        most = count;
    }
    assert!(most >= rounds, "it did write");
}
