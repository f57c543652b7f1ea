//! Finding, pairing and everything around it as a script does it: `lanside` against
//! `lanside-gateway`, each a process of its own, judged by documents and exit codes alone.

use lanside_e2e::{
    has_keys, keys, paired, wrong_first_half, wrong_second_half, Lanside, RunningGateway,
};
use serde_json::{json, Value};

#[test]
fn discover_and_show_tell_what_the_contract_says() {
    let gateway = RunningGateway::start(&["--friendly-name", "Command line"]);
    let lanside = Lanside::new();
    let found = lanside.run(&["discover", "--for", "2"]).done();
    assert_eq!(keys(&found), ["devices", "interfaces"]);
    let devices = found["devices"].as_array().expect("a list");
    let device = devices
        .iter()
        .find(|device| device["udn"] == gateway.told("udn"))
        .expect("it is found");
    has_keys(
        device,
        &[
            "udn",
            "friendly_name",
            "manufacturer",
            "model_name",
            "model_number",
            "serial_number",
            "software_version",
            "address",
            "interface",
            "location",
            "secure_location",
            "services",
            "kind",
            "state",
        ],
    );
    assert_eq!(device["friendly_name"], "Command line");
    assert_eq!(device["location"], gateway.told("location"));
    assert_eq!(device["secure_location"], gateway.told("secure_location"));
    assert_eq!(
        (&device["kind"], &device["state"]),
        (&json!("tr064"), &json!("new"))
    );
    assert_eq!(device["software_version"], Value::Null, "nobody sent it");
    has_keys(
        &device["services"][0],
        &["type", "id", "control_url", "device_udn"],
    );

    let shown = lanside.run(&["show", &gateway.told("location")]).done();
    has_keys(
        &shown,
        &["udn", "services", "data_models", "protocols", "roles"],
    );
    assert!(
        shown["data_models"][0]["uri"]
            .as_str()
            .is_some_and(|uri| uri.contains("tr-181")),
        "{shown}"
    );
    assert_eq!(
        lanside.run(&["show", "command LINE"]).done()["udn"],
        gateway.told("udn"),
        "a piece of its name is enough"
    );
}

#[test]
fn pairing_takes_a_pin_from_the_command_line_or_standard_input() {
    let gateway = RunningGateway::start(&["--model", "minimal"]);
    let (location, pin) = (gateway.told("location"), gateway.told("pin"));
    let lanside = Lanside::new();
    let paired = lanside
        .run_with_input(
            &["pair", &location, "--pin-stdin"],
            &format!("{} - {}\n", &pin[..4], &pin[4..]),
        )
        .done();
    has_keys(&paired, &["certificate_sha256", "roles", "udn"]);
    assert_eq!(paired["how"], "pin");
    assert_eq!(paired["udn"], gateway.told("udn"));
    assert_eq!(
        paired["certificate_sha256"].as_str().map(str::len),
        Some(64)
    );
    assert!(
        paired["roles"]
            .as_array()
            .expect("a list")
            .contains(&json!("Admin")),
        "{paired}"
    );
    let shown = lanside.run(&["show", &gateway.told("udn")]).done();
    assert_eq!(shown["state"], "paired");
    assert!(shown["software_version"].is_string(), "{shown}");
    let forgotten = lanside.run(&["forget", &gateway.told("udn")]).done();
    assert_eq!(forgotten, json!({ "udn": gateway.told("udn") }));
    let shown = lanside.run(&["show", &location]).done();
    assert_eq!(shown["state"], "new");
}

#[test]
fn a_wrong_pin_is_exit_code_5_and_a_mistyped_one_2() {
    let gateway = RunningGateway::start(&["--model", "minimal"]);
    let (location, pin) = (gateway.told("location"), gateway.told("pin"));
    let lanside = Lanside::new();
    for wrong in [wrong_first_half(&pin), wrong_second_half(&pin)] {
        let answer = lanside.run(&["pair", &location, "--pin", &wrong]);
        let error = answer.failed(5, "PinRejected");
        assert!(
            error["next"]
                .as_str()
                .is_some_and(|next| next.contains("once more")),
            "{error}"
        );
        assert!(
            !answer.stdout.contains(&wrong) && !answer.stderr.contains(&wrong),
            "{answer:?}"
        );
    }
    lanside
        .run(&["pair", &location, "--pin", "12345678"])
        .failed(2, "Usage");
    lanside.run(&["pair", &location]).failed(2, "Usage");
    lanside.run(&["pair", &location, "--pin", &pin]).done();
}

#[cfg(unix)]
#[test]
fn the_button_pairs_as_well() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    let gateway = RunningGateway::start(&["--model", "minimal"]);
    let lanside = Lanside::new();
    let mut command = lanside.command();
    command.args(["pair", &gateway.told("location"), "--push-button"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("lanside runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let asked = stderr
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("Press the button"));
    assert!(asked, "it says what to do");
    // The simulated gateway takes this signal for its button.
    let pressed = Command::new("kill")
        .args(["-USR1", &gateway.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(pressed.success());
    stdin.write_all(b"\n").expect("Enter");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn roles_tell_who_we_are_and_what_an_action_needs() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal"]);
    let roles = lanside
        .run(&["roles", &udn, "--action", "BasicManagement/Reboot"])
        .done();
    assert_eq!(keys(&roles), ["needed", "roles"]);
    assert!(
        roles["roles"]
            .as_array()
            .expect("a list")
            .contains(&json!("Admin")),
        "{roles}"
    );
    assert!(
        roles["needed"]
            .as_array()
            .expect("a list")
            .contains(&json!("Admin")),
        "{roles}"
    );
    assert_eq!(lanside.run(&["roles", &udn]).done()["needed"], json!([]));
    lanside
        .run(&["roles", &udn, "--action", "Nonsense"])
        .failed(2, "Usage");
}

#[test]
fn call_checks_arguments_against_the_description() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal"]);
    let status = lanside
        .run(&["call", &udn, "BasicManagement", "GetDeviceStatus"])
        .done();
    assert!(status["out"]["DeviceStatus"].is_string(), "{status}");
    lanside
        .run(&["call", &udn, "BasicManagement", "Juggle"])
        .failed(2, "Usage");
    lanside
        .run(&["call", &udn, "Circus", "Juggle"])
        .failed(2, "Usage");
    lanside
        .run(&["call", &udn, "BasicManagement", "Ping", "Host=127.0.0.1"])
        .failed(2, "Usage");
    lanside
        .run(&[
            "call",
            &udn,
            "BasicManagement",
            "GetDeviceStatus",
            "Extra=1",
        ])
        .failed(2, "Usage");
    lanside.run(&[
        "call",
        &udn,
        "DeviceProtection",
        "GetUserLoginChallenge",
        "ProtocolType=Nonsense",
        "Name=nobody",
    ]);
    let error = lanside
        .run(&[
            "call",
            &udn,
            "ConfigurationManagement",
            "GetValues",
            "Parameters=nonsense",
        ])
        .failed(7, "ActionRefused");
    assert!(error["upnp_code"].is_u64(), "{error}");
}

#[test]
fn a_user_logs_in_with_a_password_from_standard_input() {
    let (_gateway, lanside, udn) = paired(&[
        "--model",
        "minimal",
        "--role-policy",
        "basic",
        "--user",
        "anna:Leuchtturm 1887",
    ]);
    let edit = ["set", &udn, "Device.Time.NTPServer1=ntp.example", "--yes"];
    let refused = lanside.run(&edit);
    assert!(
        matches!(refused.code, 4 | 7),
        "Basic may not write: {refused:?}"
    );
    lanside
        .run_with_input(&["login", &udn, "--name", "anna"], "wrong\n")
        .failed(5, "PinRejected");
    let login = lanside
        .run_with_input(&["login", &udn, "--name", "anna"], "Leuchtturm 1887\n")
        .done();
    assert_eq!(keys(&login), ["name", "roles", "udn"]);
    assert_eq!(login["name"], "anna");
    assert!(
        login["roles"]
            .as_array()
            .expect("a list")
            .contains(&json!("Admin")),
        "{login}"
    );
    lanside.run(&edit).done();
    let logout = lanside.run(&["logout", &udn]).done();
    assert!(
        !logout["roles"]
            .as_array()
            .expect("a list")
            .contains(&json!("Admin")),
        "{logout}"
    );
    assert!(matches!(lanside.run(&edit).code, 4 | 7));
}

#[test]
fn strangers_get_4_and_nobody_gets_3() {
    let mut gateway = RunningGateway::start(&["--model", "minimal"]);
    let lanside = Lanside::new();
    let location = gateway.told("location");
    let error = lanside
        .run(&["get", &location, "/BBF/Time/NTPServer1"])
        .failed(4, "NotAuthorized");
    assert!(
        error["next"]
            .as_str()
            .is_some_and(|next| next.contains("lanside pair")),
        "{error}"
    );
    lanside
        .run(&["reboot", &location])
        .failed(4, "NotAuthorized");
    lanside
        .run_with_input(&["login", &location, "--name", "anna"], "secret\n")
        .failed(4, "NotAuthorized");
    gateway.kill();
    Lanside::new()
        .run(&["show", &location])
        .failed(3, "Unreachable");
    Lanside::new()
        .run(&[
            "--timeout",
            "1",
            "show",
            "uuid:00000000-0000-4000-8000-000000000000",
        ])
        .failed(3, "Unreachable");
    lanside
        .run(&["--interface", "no-such-adapter", "discover"])
        .failed(2, "Usage");
    lanside.run(&["juggle"]).failed(2, "Usage");
}

#[test]
fn a_changed_certificate_is_exit_code_6_until_it_is_forgotten() {
    let dir = tempfile::tempdir().expect("a scratch directory");
    let state = dir.path().to_str().expect("a name in UTF-8");
    let (mut gateway, lanside, udn) = paired(&["--model", "minimal", "--state-dir", state]);
    gateway.kill();
    let gateway = RunningGateway::start(&[
        "--model",
        "minimal",
        "--state-dir",
        state,
        "--fault",
        "new-certificate",
    ]);
    assert_eq!(gateway.told("udn"), udn);
    let path = "Device.Time.NTPServer1";
    lanside
        .run(&["get", &udn, path])
        .failed(6, "IdentityChanged");
    lanside
        .run(&["pair", &udn, "--pin", &gateway.told("pin")])
        .failed(6, "IdentityChanged");
    lanside.run(&["forget", &udn]).done();
    lanside
        .run(&[
            "pair",
            &gateway.told("location"),
            "--pin",
            &gateway.told("pin"),
        ])
        .done();
    lanside.run(&["get", &udn, path]).done();
}

#[test]
fn an_unreadable_answer_is_exit_code_8() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal", "--fault", "dtd:GetValues"]);
    lanside
        .run(&["get", &udn, "/BBF/Time/NTPServer1"])
        .failed(8, "UnreadableAnswer");
}

#[test]
fn the_identity_is_one_and_the_same_in_every_run() {
    let lanside = Lanside::new();
    let first = lanside.run(&["identity", "show"]).done();
    has_keys(&first, &["identity", "certificate_sha256", "common_name"]);
    assert_eq!(first, lanside.run(&["identity", "show"]).done());
    assert_ne!(first, Lanside::new().run(&["identity", "show"]).done());
}

#[test]
fn the_demonstration_does_the_main_job() {
    let answer = Lanside::new().run(&["demo"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let stream = answer.stream();
    assert!(stream.len() >= 6, "{stream:?}");
    for step in stream {
        has_keys(&step, &["step", "ok", "seconds"]);
        assert_eq!(step["ok"], true, "{step}");
    }
}

#[test]
fn without_json_there_are_words_and_errors_go_to_standard_error() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal"]);
    let plain = |arguments: &[&str]| {
        let mut command = lanside.command();
        let kept: Vec<std::ffi::OsString> = command
            .get_args()
            .filter(|word| *word != "--json")
            .map(Into::into)
            .collect();
        let program = command.get_program().to_owned();
        command = std::process::Command::new(program);
        command
            .args(kept)
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .expect("lanside runs")
    };
    let one = plain(&["get", &udn, "Device.DeviceInfo.ModelName"]);
    assert_eq!(
        String::from_utf8_lossy(&one.stdout),
        "Bake 1\n",
        "a single value stands alone"
    );
    let failed = plain(&["get", &udn, "Nothing.Like.This"]);
    assert_eq!(failed.status.code(), Some(2));
    assert!(failed.stdout.is_empty(), "{failed:?}");
    let words = String::from_utf8_lossy(&failed.stderr);
    assert!(
        words.contains("Nothing.Like.This") && !words.contains('\u{1b}'),
        "no colour in a pipe: {words}"
    );
}
