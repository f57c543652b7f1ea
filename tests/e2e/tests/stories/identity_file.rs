//! The identity on a second computer, and a new one after a theft: `lanside` against
//! `lanside-gateway`, two installations side by side.

use std::path::{Path, PathBuf};

use lanside_e2e::{keys, paired, Answer, Lanside, RunningGateway, SSID};
use serde_json::json;

const PASSPHRASE: &str = "Nebelhorn über Bord 4711";

/// A place for exported files, away from every state directory.
fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a scratch directory");
    let file = dir.path().join("identity.lanside");
    (dir, file)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn export(lanside: &Lanside, file: &Path, passphrase: &str) -> Answer {
    lanside.run_with_input(
        &["identity", "export", text(file)],
        &format!("{passphrase}\n"),
    )
}

fn import(lanside: &Lanside, file: &Path, passphrase: &str, more: &[&str]) -> Answer {
    let arguments = [&["identity", "import", text(file)], more].concat();
    lanside.run_with_input(&arguments, &format!("{passphrase}\n"))
}

fn identity(lanside: &Lanside) -> String {
    let shown = lanside.run(&["identity", "show"]).done();
    shown["identity"].as_str().expect("a UUID").to_owned()
}

fn roles(lanside: &Lanside, device: &str) -> Vec<String> {
    let roles = lanside.run(&["roles", device]).done();
    serde_json::from_value(roles["roles"].clone()).expect("a list of roles")
}

#[test]
fn a_second_computer_opens_the_gateway_without_pairing() {
    let (gateway, first, udn) = paired(&["--friendly-name", "Second laptop"]);
    let (_dir, file) = place();
    let exported = export(&first, &file, PASSPHRASE).done();
    assert_eq!(
        keys(&exported),
        ["certificate_sha256", "file", "gateways", "identity"]
    );
    assert_eq!(exported["gateways"], 1);
    assert_eq!(exported["identity"], identity(&first));

    let second = Lanside::new();
    let imported = import(&second, &file, PASSPHRASE, &[]).done();
    assert_eq!(
        keys(&imported),
        [
            "certificate_sha256",
            "gateways_added",
            "identity",
            "kept_other_certificate",
            "pair_again",
            "replaced"
        ]
    );
    assert_eq!(imported["identity"], exported["identity"]);
    assert_eq!(
        imported["certificate_sha256"],
        exported["certificate_sha256"]
    );
    assert_eq!(imported["gateways_added"], 1);
    assert_eq!(imported["replaced"], json!(null));
    assert_eq!(identity(&second), identity(&first));
    // Known at its address, trusted by its certificate: the same roles and no pairing.
    let location = gateway.told("location");
    assert_eq!(roles(&second, &location), roles(&first, &udn));
    assert_ne!(roles(&second, &udn), ["Public"]);
    let shown = second.run(&["show", &udn]).done();
    assert_eq!(shown["state"], "paired", "{shown}");
    second.run(&["get", &udn, SSID]).done();

    // Once more changes nothing.
    let again = import(&second, &file, PASSPHRASE, &[]).done();
    assert_eq!(
        (&again["gateways_added"], &again["replaced"]),
        (&json!(0), &json!(null))
    );
}

#[test]
fn a_replaced_identity_is_nobody_until_it_is_paired_again() {
    let (gateway, lanside, udn) = paired(&["--friendly-name", "Stolen laptop"]);
    let (_dir, file) = place();
    export(&lanside, &file, PASSPHRASE).done();
    let old = identity(&lanside);
    let before = roles(&lanside, &udn);
    lanside.run(&["identity", "replace"]).failed(2, "Usage");
    assert_eq!(identity(&lanside), old, "nobody could be asked");

    let replaced = lanside.run(&["identity", "replace", "--yes"]).done();
    assert_eq!(
        keys(&replaced),
        ["certificate_sha256", "identity", "replaced", "revoke"]
    );
    assert_eq!(replaced["replaced"], json!(old));
    assert_ne!(replaced["identity"], json!(old));
    assert_eq!(replaced["identity"], identity(&lanside));
    let revoke = replaced["revoke"].as_array().expect("a list");
    assert_eq!(revoke.len(), 1);
    assert_eq!(keys(&revoke[0]), ["address", "identity", "name", "udn"]);
    assert_eq!(revoke[0]["udn"], json!(udn));
    assert_eq!(revoke[0]["identity"], json!(old));
    assert_eq!(revoke[0]["name"], "Stolen laptop");
    assert_eq!(revoke[0]["address"], "127.0.0.1");

    // The gateway is trusted still, and does not know who this is.
    assert_eq!(roles(&lanside, &udn), ["Public"]);
    let mut pair = lanside.command();
    pair.args(["pair", &udn, "--pin-stdin"]);
    lanside_e2e::run_with_input(pair, &gateway.told("pin")).done();
    assert_eq!(roles(&lanside, &udn), before);
    // Until somebody removes it there, the old identity gets in: that is what the list says.
    let thief = Lanside::new();
    import(&thief, &file, PASSPHRASE, &[]).done();
    assert_eq!(roles(&thief, &gateway.told("location")), before);
    lanside.run(&["access", &udn, "remove", &old]).done();
    assert_eq!(roles(&thief, &udn), ["Public"]);
    assert_eq!(roles(&lanside, &udn), before);
}

#[test]
fn another_identity_is_given_up_only_on_purpose() {
    let (gateway, first, _) = paired(&["--friendly-name", "Gateway of the first"]);
    let (other, second, of_second) = paired(&["--friendly-name", "Gateway of the second"]);
    let (_dir, file) = place();
    export(&first, &file, PASSPHRASE).done();
    let own = identity(&second);

    let refused = import(&second, &file, PASSPHRASE, &[]).failed(2, "Usage");
    let message = refused["message"].as_str().expect("a sentence");
    assert!(message.contains("--replace"), "{message}");
    assert!(message.contains("Gateway of the second"), "{message}");
    assert!(!message.contains("Gateway of the first"), "{message}");
    assert_eq!(identity(&second), own);
    assert_ne!(roles(&second, &of_second), ["Public"]);

    let imported = import(&second, &file, PASSPHRASE, &["--replace"]).done();
    assert_eq!(imported["replaced"], json!(own));
    let again = imported["pair_again"].as_array().expect("a list");
    assert_eq!(again.len(), 1, "{imported}");
    assert_eq!(again[0]["udn"], json!(of_second));
    assert_eq!(again[0]["identity"], json!(own));
    assert_eq!(identity(&second), identity(&first));
    assert_ne!(roles(&second, &gateway.told("location")), ["Public"]);
    // Its certificate is trusted still; no strange gateway gets in by an import.
    assert_eq!(roles(&second, &other.told("location")), ["Public"]);
    let shown = second.run(&["show", &of_second]).done();
    assert_eq!(shown["state"], "paired");
}

#[test]
fn a_file_that_does_not_open_changes_nothing() {
    let lanside = Lanside::new();
    let own = identity(&lanside);
    let (dir, file) = place();
    export(&lanside, &file, "1234567").failed(2, "Usage");
    assert!(!file.exists(), "a short passphrase makes no file");
    export(&lanside, &file, PASSPHRASE).done();
    let bytes = std::fs::read(&file).expect("the file");
    let refused = export(&lanside, &file, "another passphrase").failed(2, "Usage");
    let message = refused["message"].as_str().expect("a sentence");
    assert!(message.contains("not overwritten"), "{message}");
    assert_eq!(std::fs::read(&file).expect("the file"), bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let wrong = import(&lanside, &file, "Nebelhorn uber Bord 4711", &["--replace"]);
    let wrong = wrong.failed(2, "Usage");
    let damaged = dir.path().join("damaged");
    let mut changed = bytes.clone();
    *changed.last_mut().expect("not empty") ^= 1;
    std::fs::write(&damaged, &changed).expect("writes");
    let damaged = import(&lanside, &damaged, PASSPHRASE, &["--replace"]).failed(2, "Usage");
    assert_eq!(
        wrong["message"], damaged["message"],
        "they cannot be told apart"
    );
    let foreign = dir.path().join("foreign");
    std::fs::write(&foreign, "-----BEGIN CERTIFICATE-----").expect("writes");
    import(&lanside, &foreign, PASSPHRASE, &["--replace"]).failed(2, "Usage");
    import(&lanside, &dir.path().join("none"), PASSPHRASE, &[]).failed(2, "Usage");
    import(&lanside, dir.path(), PASSPHRASE, &[]).failed(2, "Usage");
    lanside
        .run(&["identity", "import", text(&file)])
        .failed(2, "Usage");
    assert_eq!(identity(&lanside), own);
}

#[test]
fn neither_passphrase_nor_key_is_told() {
    let gateway = RunningGateway::start(&[]);
    let lanside = Lanside::new();
    let pin = gateway.told("pin");
    lanside
        .run(&["pair", &gateway.told("location"), "--pin", &pin])
        .done();
    let (dir, file) = place();
    let trace = dir.path().join("trace.jsonl");
    let run = |lanside: &Lanside, arguments: &[&str], input: &str, code: i32| {
        let mut command = lanside.command();
        command
            .args(["-vv", "--trace", text(&trace)])
            .args(arguments)
            .env("LANSIDE_LOG", "trace");
        let answer = lanside_e2e::run_with_input(command, input);
        assert_eq!(answer.code, code, "{answer:?}");
        format!("{}{}", answer.stdout, answer.stderr)
    };
    let line = format!("{PASSPHRASE}\n");
    let second = Lanside::new();
    let path = text(&file);
    let told = [
        run(&lanside, &["identity", "export", path], &line, 0),
        run(&lanside, &["identity", "export", path], &line, 2),
        run(&second, &["identity", "import", path], "Nebelhorn\n", 2),
        run(&second, &["identity", "import", path], &line, 0),
        run(&second, &["roles", &gateway.told("location")], "", 0),
        run(&lanside, &["identity", "replace", "--yes"], "", 0),
        run(&lanside, &["identity", "import", path], &line, 2),
    ]
    .concat();
    assert!(told.len() > 500, "it was talkative: {told}");
    let kept = std::fs::read(lanside.state_dir().join("secrets/identity")).expect("the key");
    let key = String::from_utf8(kept).expect("PEM");
    let line_of_key = key.lines().nth(3).expect("a line of the key");
    let exported = std::fs::read(&file).expect("the file");
    let traced = std::fs::read(&trace).expect("the trace");
    for (place, bytes) in [
        ("the outputs", told.as_bytes()),
        ("the file", &exported),
        ("the trace", &traced),
    ] {
        for secret in [PASSPHRASE, "Nebelhorn", "PRIVATE KEY", line_of_key] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret:?} in {place}");
        }
    }
}
