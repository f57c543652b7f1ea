//! PINs, passwords and private keys appear in no output, no log, no trace and no file but
//! the ones made for secrets.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use dp_credentials::secrets::Secret;
use lanside_e2e::{
    options, wrong_first_half, Answer, Lanside, RunningGateway, Workbench, PASSPHRASE, SSID,
};
use lanside_gateway::options::{Options, RolePolicy};

const USER: &str = "anna";
const PASSWORD: &str = "Leuchtturm-1887-Weser";
const NETWORK_KEY: &str = "Nebelhorn-4711-Elbe";

/// All files at and below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let word = chunk
                .iter()
                .chain([&0, &0])
                .take(3)
                .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
            let letters =
                (0..4).map(move |at| char::from(LETTERS[(word >> (18 - 6 * at)) as usize & 63]));
            letters.take(chunk.len() + 1)
        })
        .collect()
}

/// Everything that must not be found, by what it is.
fn forbidden(pin: &str, wrong_pin: &str) -> Vec<(&'static str, String)> {
    let (first, second) = pin.split_at(4);
    vec![
        ("the PIN", pin.to_owned()),
        ("the PIN", format!("{first}-{second}")),
        ("the PIN", format!("{first} {second}")),
        ("the PIN in base64", base64(pin.as_bytes())),
        ("the wrong PIN", wrong_pin.to_owned()),
        ("the password", PASSWORD.to_owned()),
        ("the password in base64", base64(PASSWORD.as_bytes())),
        ("the network key", NETWORK_KEY.to_owned()),
        ("the network key in base64", base64(NETWORK_KEY.as_bytes())),
        ("a private key", "PRIVATE KEY".to_owned()),
    ]
}

/// Asserts that none of it stands in these bytes.
fn holds_no_secret(place: &str, bytes: &[u8], forbidden: &[(&str, String)]) {
    for (what, text) in forbidden {
        let found = bytes
            .windows(text.len())
            .position(|window| window == text.as_bytes());
        if let Some(at) = found {
            let around = &bytes[at.saturating_sub(160)..(at + text.len() + 40).min(bytes.len())];
            panic!("{what} in {place}: …{}…", String::from_utf8_lossy(around));
        }
    }
}

#[test]
fn the_programs_tell_no_secret_however_talkative_they_are() {
    let gateway = RunningGateway::start(&[
        "--role-policy",
        "basic",
        "--user",
        &format!("{USER}:{PASSWORD}"),
    ]);
    let lanside = Lanside::new();
    let traces = tempfile::tempdir().expect("a scratch directory");
    let (udn, pin) = (gateway.told("udn"), gateway.told("pin"));
    let wrong_pin = wrong_first_half(&pin);
    let mut answers: Vec<(String, Answer)> = Vec::new();
    let mut run = |step: &str, arguments: &[&str], input: &str, codes: &[i32]| {
        let mut command = lanside.command();
        command
            .args(["-vv", "--trace"])
            .arg(
                traces
                    .path()
                    .join(format!("{}.jsonl", step.replace(' ', "-"))),
            )
            .args(arguments)
            .env("LANSIDE_LOG", "trace")
            .stdin(Stdio::piped());
        let answer = lanside_e2e::run_with_input(command, input);
        assert!(codes.contains(&answer.code), "{step}: {answer:?}");
        answers.push((step.to_owned(), answer));
    };
    run(
        "wrong pin",
        &["pair", &gateway.told("location"), "--pin-stdin"],
        &wrong_pin,
        &[5],
    );
    run(
        "pair",
        &["pair", &gateway.told("location"), "--pin", &pin],
        "",
        &[0],
    );
    run(
        "wrong password",
        &["login", &udn, "--name", USER],
        "Leuchtturm\n",
        &[5],
    );
    run(
        "login",
        &["login", &udn, "--name", USER],
        &format!("{PASSWORD}\n"),
        &[0],
    );
    run("tree", &["get", &udn, "Device.WiFi."], "", &[0]);
    let edit = format!("{PASSPHRASE}=-");
    run(
        "set",
        &["set", &udn, &edit, &format!("{SSID}=public"), "--yes"],
        &format!("{NETWORK_KEY}\n"),
        &[0],
    );
    run(
        "short key",
        &["set", &udn, &edit, "--yes"],
        "short\n",
        &[2, 7],
    );
    run(
        "call",
        &[
            "call",
            &udn,
            "DeviceProtection",
            "GetUserLoginChallenge",
            "ProtocolType=PKCS5",
            &format!("Name={USER}"),
        ],
        "",
        &[0],
    );
    run("reboot", &["reboot", &udn, "--wait", "20"], "", &[0]);

    let forbidden = forbidden(&pin, &wrong_pin);
    for (step, answer) in &answers {
        holds_no_secret(
            &format!("standard output of {step}"),
            answer.stdout.as_bytes(),
            &forbidden,
        );
        holds_no_secret(
            &format!("standard error of {step}"),
            answer.stderr.as_bytes(),
            &forbidden,
        );
    }
    let log: usize = answers.iter().map(|(_, answer)| answer.stderr.len()).sum();
    assert!(log > 1_000, "it was talkative: {log} bytes");
    let traced = files(traces.path());
    assert!(traced.len() >= answers.len(), "{traced:?}");
    let mut told = String::new();
    for file in traced {
        let bytes = std::fs::read(&file).expect("a trace");
        holds_no_secret(&file.display().to_string(), &bytes, &forbidden);
        told.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(
        told.contains("SendSetupMessage") && told.contains("SetValues"),
        "the trace tells the story"
    );
    assert!(told.contains("public"), "and hides no more than it has to");
    let secrets = lanside.state_dir().join("secrets");
    for file in files(&lanside.state_dir()) {
        if !file.starts_with(&secrets) {
            holds_no_secret(
                &file.display().to_string(),
                &std::fs::read(&file).expect("a file"),
                &forbidden,
            );
        }
    }
    // The one place for the private key; the password is not even there.
    let kept: Vec<u8> = files(&secrets)
        .iter()
        .flat_map(|file| std::fs::read(file).expect("a file"))
        .collect();
    let but_the_key: Vec<_> = forbidden
        .into_iter()
        .filter(|(what, _)| *what != "a private key")
        .collect();
    holds_no_secret("the files for secrets", &kept, &but_the_key);
}

#[cfg(unix)]
#[test]
fn the_files_for_secrets_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let lanside = Lanside::new();
    lanside.run(&["identity", "show"]).done();
    let secrets = lanside.state_dir().join("secrets");
    let mode = |path: &Path| {
        std::fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&secrets), 0o700);
    let kept = files(&secrets);
    assert!(!kept.is_empty());
    for file in kept {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    // Made readable for others, they are not used any more.
    for file in files(&secrets) {
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    }
    lanside
        .run(&["identity", "show"])
        .failed(9, "KeyringUnavailable");
}

#[tokio::test]
async fn the_application_keeps_no_secret_in_its_state_or_its_errors() {
    let mut bench = Workbench::new(Options {
        role_policy: RolePolicy::Basic,
        users: vec![format!("{USER}:{PASSWORD}").parse().expect("a user")],
        ..options("Confidential")
    })
    .await;
    let trace = bench.state_dir().join("trace.jsonl");
    let path = trace.clone();
    bench
        .restart_management_with(move |options| options.trace = Some(path))
        .await;
    let (udn, pin) = (bench.udn(), bench.gateway.pin());
    let wrong_pin = wrong_first_half(&pin);
    let mut said = String::new();
    let error = bench.pair(&wrong_pin).await.expect_err("a wrong PIN");
    said.push_str(&format!("{error} {error:?} {:?}", error.failure()));
    said.push_str(&format!("{:?}", bench.pair(&pin).await.expect("paired")));
    let error = bench
        .management
        .log_in(&udn, USER, Secret::new("Leuchtturm".to_owned()))
        .await
        .expect_err("wrong");
    said.push_str(&format!("{error} {error:?} {:?}", error.failure()));
    bench
        .management
        .log_in(&udn, USER, Secret::new(PASSWORD.to_owned()))
        .await
        .expect("logged in");
    let draft = bench
        .management
        .stage(&udn, PASSPHRASE, NETWORK_KEY)
        .await
        .expect("staged");
    said.push_str(&format!("{draft:?}"));
    bench.inject("refuse:SetValues:708").await;
    said.push_str(&format!(
        "{:?}",
        bench.management.apply_draft(&udn).await.expect("told")
    ));
    bench.gateway.clear_faults();
    said.push_str(&format!(
        "{:?}",
        bench.management.apply_draft(&udn).await.expect("told")
    ));
    let session = bench.session().await;
    said.push_str(&format!(
        "{session:?} {:?}",
        session.nodes("/BBF/WiFi/", None).await.expect("a tree")
    ));
    said.push_str(&format!("{:?}", bench.management));
    bench.management.close().await;
    let forbidden = forbidden(&pin, &wrong_pin);
    holds_no_secret("what was said", said.as_bytes(), &forbidden);
    let kept = files(&bench.state_dir());
    assert!(kept.contains(&trace));
    for file in kept {
        holds_no_secret(
            &file.display().to_string(),
            &std::fs::read(&file).expect("a file"),
            &forbidden,
        );
    }
}
