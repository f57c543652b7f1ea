//! `kill -9` at any moment of pairing: the store stays readable, the identity stays the same,
//! and a gateway is trusted with the certificate it proved or not at all.
//!
//! 60 rounds; `LANSIDE_KILL_ROUNDS=500` for more, `LANSIDE_KILL_SEED` for other moments.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dp_credentials::secrets::file::FileStore;
use dp_credentials::secrets::SecretStore;
use dp_credentials::trust::TrustStore;
use lanside_e2e::{copy_files, programs, Answer, Keys};

fn setting(name: &str, otherwise: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(otherwise, |text| text.parse().expect("a number"))
}

/// A small generator, so that a seed names the moments of a run.
struct Moments(u64);

impl Moments {
    fn next(&mut self, most: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        most.mul_f64((self.0 % 10_000) as f64 / 10_000.0)
    }
}

fn command(state: &Path, arguments: &[&str]) -> Command {
    let program = format!("lanside{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(programs().join(program));
    command
        .args(["--json", "--secrets", "file", "--interface", "127.0.0.1"])
        .arg("--state-dir")
        .arg(state)
        .args(arguments)
        .env_remove("LANSIDE_STATE_DIR")
        .env_remove("LANSIDE_SECRETS")
        .stdin(Stdio::null());
    command
}

fn run(state: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = command(state, arguments).output().expect("lanside runs");
    Answer::from(output).done()
}

/// Certificates that are trusted, and the identity, read as the program reads them.
fn kept(state: &Path) -> (Vec<String>, Vec<u8>) {
    let store = FileStore::open(&state.join("secrets")).expect("opens");
    let trust = TrustStore::load(&store).expect("readable, whatever happened");
    let trusted = trust.iter().map(|one| one.fingerprint.to_string());
    let identity = store.read("identity").expect("reads").expect("there");
    (trusted.collect(), identity.expose().clone())
}

#[test]
fn killed_at_any_moment_of_pairing_nothing_false_is_trusted_and_nothing_lost() {
    let rounds = setting("LANSIDE_KILL_ROUNDS", 60);
    let mut moments = Moments(setting("LANSIDE_KILL_SEED", 0x1a5_1de));
    let keys = Keys::new();
    let gateway = keys.serve(&[]);
    let (location, pin) = (gateway.told("location"), gateway.told("pin"));
    let pair = ["pair", &location, "--pin", &pin];
    let dir = tempfile::tempdir().expect("a scratch directory");
    let base = dir.path().join("base");
    keys.give_identity(&base);
    run(&base, &["identity", "show"]);
    let (nothing, identity) = kept(&base);
    assert!(nothing.is_empty());

    // Once to the end: what it has to be, and how long it takes here.
    let whole = dir.path().join("whole");
    copy_files(&base, &whole);
    let started = Instant::now();
    let paired = run(&whole, &pair);
    let most = started.elapsed().mul_f64(1.2);
    let proven = paired["certificate_sha256"]
        .as_str()
        .expect("a hash")
        .to_owned();
    assert_eq!(kept(&whole), (vec![proven.clone()], identity.clone()));

    let (mut before, mut after) = (0, 0);
    for round in 0..rounds {
        let state = dir.path().join("round");
        copy_files(&base, &state);
        let mut child = command(&state, &pair)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("lanside runs");
        std::thread::sleep(moments.next(most));
        child.kill().expect("it is ours to kill");
        child.wait().expect("it ends");
        let (trusted, own) = kept(&state);
        assert_eq!(own, identity, "round {round}");
        match trusted.as_slice() {
            [] => before += 1,
            [one] => {
                assert_eq!(*one, proven, "round {round}");
                after += 1;
            }
            more => panic!("round {round}: {more:?}"),
        }
        // The next one starts as if nothing had been, and leaves no litter of the last.
        if round % 10 == 0 || round + 1 == rounds {
            let again = run(&state, &pair);
            assert_eq!(
                again["certificate_sha256"],
                proven.as_str(),
                "round {round}"
            );
            assert_eq!(kept(&state), (vec![proven.clone()], identity.clone()));
            let files = std::fs::read_dir(state.join("secrets")).expect("lists");
            let unfinished = files
                .flatten()
                .filter(|file| file.file_name().to_string_lossy().contains("unfinished"));
            assert_eq!(unfinished.count(), 0, "round {round}");
        }
        std::fs::remove_dir_all(&state).expect("removes");
    }
    assert!(before > 0, "not once was it killed before the end");
    println!("{before} rounds ended before the trust was kept, {after} after it");
}
