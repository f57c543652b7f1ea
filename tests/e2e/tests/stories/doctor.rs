//! “Why do I see nothing?” asked on the loopback adapter, with a gateway and without one.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lanside_e2e::{has_keys, programs, Answer, Lanside, RunningGateway};
use serde_json::Value;

fn codes(found: &Value) -> Vec<&str> {
    let findings = found["findings"].as_array().expect("a list");
    findings
        .iter()
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect()
}

fn severity<'a>(found: &'a Value, code: &str) -> Option<&'a str> {
    let findings = found["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|finding| finding["code"] == code)?;
    finding["severity"].as_str()
}

fn loopback(found: &Value) -> &Value {
    let adapters = found["adapters"].as_array().expect("a list");
    adapters
        .iter()
        .find(|adapter| adapter["kind"] == "loopback")
        .expect("this computer has one")
}

#[test]
fn with_a_gateway_nothing_is_wrong() {
    let _gateway = RunningGateway::start(&["--model", "minimal", "--friendly-name", "Doctor"]);
    let start = Instant::now();
    let found = Lanside::new().run(&["doctor"]).done();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "a busy machine included"
    );
    has_keys(&found, &["adapters", "findings"]);
    for finding in found["findings"].as_array().expect("a list") {
        has_keys(finding, &["code", "severity", "message", "next", "facts"]);
        assert_ne!(finding["severity"], "problem", "{found}");
    }
    assert_eq!(severity(&found, "gateways_found"), Some("ok"), "{found}");
    assert_eq!(severity(&found, "multicast_works"), Some("ok"), "{found}");
    assert!(found["manageable"]
        .as_u64()
        .is_some_and(|number| number >= 1));
    let check = &loopback(&found)["checks"][0];
    assert_eq!(check["address"], "127.0.0.1");
    for works in ["sent", "listening", "heard_back"] {
        assert_eq!(check[works], true, "{works}: {found}");
    }
    assert!(check["answers"]
        .as_u64()
        .is_some_and(|answers| answers >= 1));
}

#[test]
fn only_the_named_adapter_is_used() {
    let found = Lanside::new().run(&["doctor"]).done();
    for adapter in found["adapters"].as_array().expect("a list") {
        if adapter["kind"] == "loopback" {
            assert_eq!(adapter["used"], true, "{adapter}");
            continue;
        }
        assert_eq!(adapter["used"], false, "{adapter}");
        assert_eq!(adapter["checks"], Value::Array(Vec::new()), "{adapter}");
        assert_eq!(adapter["gateways"], Value::Array(Vec::new()), "{adapter}");
        assert!(adapter["left_out"].is_string(), "{adapter}");
    }
    let error = Lanside::new();
    let mut command = error.command();
    command.args(["--interface", "no-such-adapter", "doctor"]);
    let answer: Answer = command.output().expect("lanside runs").into();
    answer.failed(2, "Usage");
}

/// Runs `lanside` where no gateway of another story can be heard: in a network of its own.
/// `None` where the system does not give one away.
fn alone(lanside: &Lanside, json: bool, arguments: &[&str]) -> Option<Answer> {
    let up = "ip link set lo up && exec \"$@\"";
    let start = |words: &[&std::ffi::OsStr]| {
        Command::new("unshare")
            .args(["-rn", "sh", "-c", up, "sh"])
            .args(words)
            .stdin(Stdio::null())
            .output()
            .ok()
    };
    let usable = start(&["true".as_ref()])?.status.success();
    let program = programs().join("lanside");
    let command = lanside.command();
    let mut words = vec![program.as_os_str()];
    words.extend(command.get_args().filter(|word| json || *word != "--json"));
    words.extend(arguments.iter().map(std::ffi::OsStr::new));
    usable.then(|| start(&words).expect("lanside runs").into())
}

#[test]
fn without_a_gateway_it_says_that_nobody_answered() {
    let lanside = Lanside::new();
    let Some(answer) = alone(&lanside, true, &["doctor"]) else {
        // Other gateways may be about; it still runs and says so.
        assert!(!codes(&lanside.run(&["doctor"]).done()).is_empty());
        return;
    };
    let found = answer.done();
    assert_eq!(
        severity(&found, "nobody_answered"),
        Some("problem"),
        "{found}"
    );
    assert_eq!(severity(&found, "multicast_works"), Some("ok"), "{found}");
    assert_eq!(codes(&found)[0], "nobody_answered", "what helps most first");
    let first = &found["findings"][0];
    assert!(first["next"]
        .as_str()
        .is_some_and(|next| next.contains("lanside show")));
    assert_eq!(
        (&found["devices"], &found["manageable"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn a_search_that_finds_nothing_names_it() {
    let lanside = Lanside::new();
    let Some(answer) = alone(&lanside, false, &["discover", "--for", "1"]) else {
        return;
    };
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.stdout.contains("lanside doctor"), "{answer:?}");
    let words = alone(&lanside, false, &["doctor"]).expect("a network of its own");
    assert_eq!(words.code, 0, "{words:?}");
    for expected in ["ADAPTER", "127.0.0.1", "Problem", "Nobody answered", "→"] {
        assert!(words.stdout.contains(expected), "{expected}: {words:?}");
    }
    assert!(!words.stdout.contains('\u{1b}'), "no colour in a pipe");
}
