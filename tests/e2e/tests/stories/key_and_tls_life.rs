//! Keys and certificates over the years: ours, which is RSA unless somebody wants P-256, and
//! gateways with TLS of other days, which are taken one by one and on purpose.

use lanside_e2e::{has_keys, paired, Lanside, RunningGateway, SSID};
use serde_json::{json, Value};

fn pair(lanside: &Lanside, gateway: &RunningGateway, more: &[&str]) -> lanside_e2e::Answer {
    let (device, pin) = (gateway.told("location"), gateway.told("pin"));
    lanside.run(&[&["pair", &device, "--pin", &pin], more].concat())
}

fn offers(error: &Value) -> Vec<String> {
    serde_json::from_value(error["kind"]["offers"].clone()).expect("a list")
}

#[test]
fn an_identity_says_what_it_is_and_until_when() {
    let lanside = Lanside::new();
    let shown = lanside.run(&["identity", "show"]).done();
    has_keys(&shown, &["identity", "key", "valid_until", "revoke"]);
    assert_eq!(shown["key"], "RSA 2048");
    let expires = shown["valid_until"].as_str().expect("a time");
    let year: i32 = expires[..4].parse().expect("a year");
    assert!((2045..2100).contains(&year), "{expires}");
    assert_eq!(shown["revoke"], json!([]));
}

#[test]
fn a_p_256_identity_pairs_where_the_gateway_takes_it() {
    let (gateway, lanside, udn) = paired(&["--model", "minimal"]);
    let replaced = lanside.run(&["identity", "replace", "--key", "p256", "--yes"]);
    assert!(replaced.stderr.contains("RSA"), "{replaced:?}");
    assert_eq!(replaced.done()["revoke"][0]["udn"], json!(udn));
    assert_eq!(lanside.run(&["identity", "show"]).done()["key"], "EC 256");
    pair(&lanside, &gateway, &[]).done();
    lanside.run(&["roles", &udn]).done();
    lanside
        .run(&["identity", "replace", "--key", "p521", "--yes"])
        .failed(2, "Usage");
}

#[test]
fn every_former_identity_is_named_until_the_gateway_forgot_it() {
    let (gateway, lanside, udn) = paired(&["--friendly-name", "Twice replaced"]);
    let replace = || lanside.run(&["identity", "replace", "--key", "p256", "--yes"]);
    let of = |document: &Value, key: &str| document[key].as_str().expect("a UUID").to_owned();
    let first = of(&replace().done(), "replaced");
    // Not paired in between: the gateway never met the second.
    replace().done();
    pair(&lanside, &gateway, &[]).done();
    let last = replace().done();
    let third = of(&last, "replaced");
    let named = |document: &Value| -> Vec<String> {
        let list = document["revoke"].as_array().expect("a list");
        assert!(list.iter().all(|gateway| gateway["udn"] == json!(udn)));
        let mut named: Vec<String> = list.iter().map(|entry| of(entry, "identity")).collect();
        named.sort();
        named
    };
    let mut both = vec![first.clone(), third.clone()];
    both.sort();
    assert_eq!(named(&last), both);
    pair(&lanside, &gateway, &[]).done();
    assert_eq!(named(&lanside.run(&["identity", "show"]).done()), both);
    lanside.run(&["access", &udn, "remove", &first]).done();
    let shown = lanside.run(&["identity", "show"]).done();
    assert_eq!(named(&shown), [third.as_str()]);
    // Removed by somebody else: the next look at the list tells.
    let own = of(&shown, "identity");
    assert_ne!(own, third);
    lanside.run(&["access", &udn, "remove", &third]).done();
    lanside.run(&["access", &udn]).done();
    let shown = lanside.run(&["identity", "show"]).done();
    assert_eq!(shown["revoke"], json!([]));
}

#[test]
fn an_old_gateway_is_taken_on_purpose_and_for_itself_alone() {
    let old = RunningGateway::start(&["--model", "vdsl", "--tls-max", "1.0", "--key", "rsa1024"]);
    let other = RunningGateway::start(&["--model", "minimal", "--tls-max", "1.1"]);
    let lanside = Lanside::new();
    let refused = pair(&lanside, &old, &[]).failed(11, "WeakTls");
    assert_eq!(offers(&refused), ["tls1.0", "rsa1024"]);
    let message = refused["message"].as_str().expect("a sentence");
    assert!(message.contains("simulated gateway"), "{message}");
    assert!(
        message.contains("TLS 1.0") && message.contains("1024"),
        "{message}"
    );
    let next = refused["next"].as_str().expect("what to do");
    assert!(next.contains("--allow-weak-tls"), "{next}");

    let allowed = pair(&lanside, &old, &["--allow-weak-tls"]).done();
    assert_eq!(allowed["weak_tls"], json!(["tls1.0", "rsa1024"]));
    // Remembered: nothing more has to be said, also by a new process.
    lanside.run(&["get", &old.told("udn"), SSID]).done();
    pair(&lanside, &old, &[]).done();

    let refused = pair(&lanside, &other, &[]).failed(11, "WeakTls");
    assert_eq!(offers(&refused), ["tls1.1"], "allowed for the other alone");
}

#[test]
fn a_gateway_of_today_needs_nothing_allowed_and_none_is_remembered() {
    for arguments in [
        ["--tls-max", "1.2", "--key", "p256"],
        ["--tls-max", "1.3", "--key", "rsa2048"],
    ] {
        let gateway = RunningGateway::start(&[&["--model", "minimal"], &arguments[..]].concat());
        let lanside = Lanside::new();
        let paired = pair(&lanside, &gateway, &["--allow-weak-tls"]).done();
        assert_eq!(paired["weak_tls"], json!([]), "{arguments:?}");
    }
}

#[test]
fn a_gateway_that_got_worse_is_refused_and_one_that_got_better_is_held_to_it() {
    let dir = tempfile::tempdir().expect("a scratch directory");
    let state = dir.path().to_str().expect("UTF-8");
    let start = |newest: &str| {
        RunningGateway::start(&[
            "--model",
            "vdsl",
            "--state-dir",
            state,
            "--pin",
            "12345670",
            "--tls-max",
            newest,
        ])
    };
    let lanside = Lanside::new();
    let gateway = start("1.0");
    let udn = gateway.told("udn");
    pair(&lanside, &gateway, &["--allow-weak-tls"]).done();
    lanside.run(&["get", &udn, SSID]).done();
    drop(gateway);
    // Newer firmware.
    let gateway = start("1.2");
    assert_eq!(gateway.told("udn"), udn);
    lanside.run(&["show", &gateway.told("location")]).done();
    lanside.run(&["get", &udn, SSID]).done();
    drop(gateway);
    // The same certificate over TLS 1.0 again is no longer what was allowed.
    let gateway = start("1.0");
    let location = gateway.told("location");
    let refused = lanside
        .run(&["get", &location, SSID])
        .failed(6, "IdentityChanged");
    assert_eq!(refused["kind"]["type"], "protection_weakened");
    assert_eq!(offers(&refused), ["tls1.0"]);
    // Not even when it is asked for, until it is forgotten.
    pair(&lanside, &gateway, &["--allow-weak-tls"]).failed(6, "IdentityChanged");
    lanside.run(&["forget", &udn]).done();
    pair(&lanside, &gateway, &["--allow-weak-tls"]).done();
    lanside.run(&["get", &udn, SSID]).done();
}
