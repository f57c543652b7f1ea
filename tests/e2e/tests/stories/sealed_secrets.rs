//! Secrets in one file behind a passphrase: for computers without a keyring.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lanside_e2e::{programs, run_with_input, Answer, RunningGateway, SSID};

const PASSPHRASE: &str = "Nebelhorn über Bord 4711";

/// An installation whose secrets are in a sealed file.
struct Sealed {
    dir: tempfile::TempDir,
}

impl Sealed {
    fn new() -> Sealed {
        Sealed {
            dir: tempfile::tempdir().expect("a scratch directory"),
        }
    }

    fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    fn file(&self) -> PathBuf {
        self.state_dir().join("secrets.sealed")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let program = format!("lanside{}", std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(programs().join(program));
        command
            .args(["--json", "--secrets", "sealed-file", "--state-dir"])
            .arg(self.state_dir())
            .args(["--interface", "127.0.0.1"])
            .args(arguments)
            .env_remove("LANSIDE_STATE_DIR")
            .env_remove("LANSIDE_SECRETS")
            .stdin(Stdio::null());
        command
    }

    /// Runs it with these lines of standard input.
    fn run(&self, arguments: &[&str], lines: &[&str]) -> Answer {
        let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
        run_with_input(self.command(arguments), &input)
    }
}

fn holds(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn the_main_job_works_with_one_passphrase_for_each_run() {
    let gateway = RunningGateway::start(&["--friendly-name", "Sealed"]);
    let lanside = Sealed::new();
    let (location, pin) = (gateway.told("location"), gateway.told("pin"));
    // The verb's own line comes after the passphrase.
    let pair = ["pair", &location, "--pin-stdin"];
    lanside.run(&pair, &[PASSPHRASE, &pin]).done();
    let udn = gateway.told("udn");
    lanside.run(&["get", &udn, SSID], &[PASSPHRASE]).done();
    // Met again while the secrets are closed, it is still the one that was paired.
    let met = lanside.run(&["discover", "--for", "2"], &[]).done();
    let state =
        |device: &serde_json::Value| (device["udn"] == *udn).then(|| device["state"].clone());
    let devices = met["devices"].as_array().expect("a list");
    assert_eq!(
        devices.iter().find_map(state).expect("it is there"),
        "paired"
    );
    let shown = lanside.run(&["identity", "show"], &[PASSPHRASE]).done();
    let again = lanside.run(&["identity", "show"], &[PASSPHRASE]).done();
    assert_eq!(shown["identity"], again["identity"]);
    // What needs no secret asks for none.
    lanside.run(&["show", &location], &[PASSPHRASE]).done();

    let state = lanside.state_dir();
    assert!(!state.join("secrets").exists(), "no secret in the open");
    for entry in std::fs::read_dir(&state).expect("lists").flatten() {
        for secret in ["PRIVATE KEY", PASSPHRASE, "Nebelhorn"] {
            assert!(!holds(&entry.path(), secret), "{secret} in {entry:?}");
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = lanside.file().metadata().expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
}

#[test]
fn a_wrong_passphrase_is_its_own_failure_and_changes_nothing() {
    let lanside = Sealed::new();
    lanside
        .run(&["identity", "show"], &["1234567"])
        .failed(2, "Usage");
    assert!(!lanside.file().exists(), "a short passphrase makes no file");
    let own = lanside.run(&["identity", "show"], &[PASSPHRASE]).done();
    let before = std::fs::read(lanside.file()).expect("the file");
    let wrong = "Nebelhorn uber Bord 4711";
    for arguments in [&["identity", "show"][..], &["identity", "replace", "--yes"]] {
        let refused = lanside.run(arguments, &[wrong]).failed(5, "PinRejected");
        assert_eq!(refused["kind"]["type"], "passphrase_wrong");
        assert!(!refused.to_string().contains("Nebelhorn"));
        assert_eq!(std::fs::read(lanside.file()).expect("the file"), before);
    }
    // A damaged file is not called a wrong passphrase, and is not made anew.
    let mut damaged = before.clone();
    *damaged.last_mut().expect("not empty") ^= 1;
    std::fs::write(lanside.file(), &damaged).expect("writes");
    let refused = lanside
        .run(&["identity", "show"], &[PASSPHRASE])
        .failed(9, "KeyringUnavailable");
    let message = refused["message"].as_str().expect("a sentence");
    assert!(message.contains("damaged"), "{message}");
    assert_eq!(std::fs::read(lanside.file()).expect("the file"), damaged);
    std::fs::write(lanside.file(), &before).expect("writes");
    let again = lanside.run(&["identity", "show"], &[PASSPHRASE]).done();
    assert_eq!(again["identity"], own["identity"]);
}

#[test]
fn without_anybody_to_ask_it_says_how_to_hand_the_passphrase_over() {
    let lanside = Sealed::new();
    let refused = lanside.run(&["identity", "show"], &[]);
    let refused = refused.failed(9, "KeyringUnavailable");
    let next = refused["next"].as_str().expect("what to do");
    assert!(next.contains("--passphrase-fd"), "{next}");
}

#[cfg(unix)]
#[test]
fn a_descriptor_hands_the_passphrase_over_and_leaves_standard_input_alone() {
    let lanside = Sealed::new();
    let secret = lanside.dir.path().join("passphrase");
    std::fs::write(&secret, format!("{PASSPHRASE}\n")).expect("writes");
    let show = |file: &Path| {
        let wanted = lanside.command(&["--passphrase-fd", "7", "identity", "show"]);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "exec 7<\"$0\"; exec \"$@\""])
            .arg(file)
            .arg(wanted.get_program())
            .args(wanted.get_args());
        Answer::from(shell.output().expect("a shell"))
    };
    let own = show(&secret).done();
    let again = lanside.run(&["identity", "show"], &[PASSPHRASE]).done();
    assert_eq!(own["identity"], again["identity"]);
    std::fs::write(&secret, "another passphrase\n").expect("writes");
    show(&secret).failed(5, "PinRejected");
    std::fs::write(&secret, "").expect("writes");
    show(&secret).failed(9, "KeyringUnavailable");
}

#[test]
fn a_place_that_was_chosen_once_holds_for_every_later_start() {
    let lanside = Sealed::new();
    let unflagged = |arguments: &[&str], lines: &str| {
        let program = format!("lanside{}", std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(programs().join(program));
        command
            .args(["--json", "--state-dir"])
            .arg(lanside.state_dir())
            .args(arguments)
            .env_remove("LANSIDE_SECRETS");
        run_with_input(command, lines)
    };
    let line = format!("{PASSPHRASE}\n");
    let before = unflagged(&["secrets", "show"], "").done();
    assert_eq!(before["kind"], "keyring");
    assert_eq!(before["sealed_file_exists"], false);
    let short = unflagged(&["secrets", "use", "sealed-file"], "short\n");
    short.failed(2, "Usage");
    assert!(!lanside.file().exists());
    let chosen = unflagged(&["secrets", "use", "sealed-file"], &line).done();
    assert_eq!(chosen["kind"], "sealed_file");
    assert_eq!(chosen["state"]["type"], "ready");
    let own = unflagged(&["identity", "show"], &line).done();
    // The same file is meant where it is named.
    let again = lanside.run(&["identity", "show"], &[PASSPHRASE]).done();
    assert_eq!(own["identity"], again["identity"]);
    // To look at the place takes no passphrase.
    let shown = unflagged(&["secrets", "show"], "").done();
    assert_eq!(shown["state"]["type"], "passphrase_needed");
    assert_eq!(shown["state"]["new"], false);
    let wrong = unflagged(&["secrets", "use", "sealed-file"], "Nebelhorn 4712\n");
    wrong.failed(5, "PinRejected");
}
