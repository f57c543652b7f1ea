//! The program is killed at every moment of an Apply. Afterwards each change is known to have
//! arrived or not, and nothing that was typed is lost.
//!
//! `LANSIDE_KILL_ROUNDS` sets how often (default 60).

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use lanside_e2e::{paired, Lanside, SSID};
use serde_json::Value;

const NTP: &str = "Device.Time.NTPServer1";
const PORTS: &str = "Device.NAT.PortMapping.";

fn value_of(lanside: &Lanside, udn: &str, path: &str) -> String {
    let got = lanside.run(&["get", udn, path]).done();
    got["parameters"][0]["value"]
        .as_str()
        .expect("a value")
        .to_owned()
}

/// Descriptions of the port mappings that this test made, with their number.
fn mappings(lanside: &Lanside, udn: &str) -> Vec<String> {
    let got = lanside.run(&["get", udn, PORTS]).done();
    let parameters = got["parameters"].as_array().expect("parameters").clone();
    let mut found: Vec<String> = parameters
        .iter()
        .filter(|parameter| {
            parameter["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(".Description"))
        })
        .filter_map(|parameter| parameter["value"].as_str())
        .filter(|value| value.starts_with("round "))
        .map(str::to_owned)
        .collect();
    found.sort();
    found
}

#[test]
fn every_round_ends_in_certainty_and_nothing_typed_is_lost() {
    let rounds: u32 = std::env::var("LANSIDE_KILL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(60);
    // Every call that changes something takes a moment, so that there is one to be killed in.
    let (_gateway, lanside, udn) = paired(&[
        "--friendly-name",
        "Killed",
        "--fault",
        "delay:SetValues:25",
        "--fault",
        "delay:CreateInstance:25",
    ]);
    // How long an undisturbed one takes.
    let started = std::time::Instant::now();
    lanside
        .run(&["set", &udn, &format!("{NTP}=first.example"), "--yes"])
        .done();
    let whole = started.elapsed() + Duration::from_millis(120);
    let (mut arrived, mut not_begun, mut lost) = (0, 0, 0);
    for round in 0..rounds {
        let wanted = format!("round {round}");
        let makes_row = round % 3 == 2;
        let before = mappings(&lanside, &udn);
        let mut command = lanside.command();
        if makes_row {
            command.args([
                "add",
                &udn,
                PORTS,
                &format!("Description={wanted}"),
                &format!("ExternalPort={}", 20_000 + round),
                "--yes",
            ]);
        } else {
            command.args([
                "set",
                &udn,
                &format!("{SSID}={wanted}"),
                &format!("{NTP}=n{round}.example"),
                "--yes",
            ]);
        }
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("lanside runs");
        std::thread::sleep(whole.mul_f64(f64::from(round % 20 + 1) / 20.0));
        child.kill().ok();
        child.wait().expect("it ends");
        // The next start settles what the last left.
        let draft = lanside.run(&["draft", &udn]).done();
        let edits = draft["edits"].as_array().expect("edits").clone();
        let history = lanside.run(&["undo", &udn, "--list"]).done();
        let entries = history["entries"].as_array().expect("entries").clone();
        let about_this: Vec<&Value> = entries
            .iter()
            .filter(|entry| {
                entry["changes"].as_array().is_some_and(|changes| {
                    changes
                        .iter()
                        .any(|change| change["new"] == wanted.as_str())
                })
            })
            .collect();
        for entry in &entries {
            let state = entry["state"].as_str().expect("a state");
            assert!(
                !["sending", "unknown"].contains(&state),
                "not settled in round {round}: {entry}"
            );
        }
        let is_there = if makes_row {
            let after = mappings(&lanside, &udn);
            let distinct: BTreeSet<&String> = after.iter().collect();
            assert_eq!(
                distinct.len(),
                after.len(),
                "made twice in round {round}: {after:?}"
            );
            after.len() > before.len()
        } else {
            let (ssid, ntp) = (
                value_of(&lanside, &udn, SSID),
                value_of(&lanside, &udn, NTP),
            );
            assert_eq!(
                ssid == wanted,
                ntp == format!("n{round}.example"),
                "all or nothing in round {round}"
            );
            ssid == wanted
        };
        let typed_is_kept = edits.iter().any(|edit| edit["new"] == wanted.as_str());
        match (about_this.first(), is_there) {
            (Some(entry), true) => {
                assert_eq!(entry["state"], "verified", "round {round}: {entry}");
                assert_eq!(entry["undoable"], true, "round {round}: {entry}");
                assert!(
                    !typed_is_kept,
                    "round {round}: it arrived, so it is no draft: {draft}"
                );
                arrived += 1;
            }
            (Some(entry), false) => {
                assert_eq!(entry["state"], "refused", "round {round}: {entry}");
                assert!(
                    typed_is_kept,
                    "round {round}: what was typed is lost: {draft}"
                );
                lost += 1;
            }
            (None, true) => panic!("round {round}: changed without an entry in the journal"),
            // Killed before it was said that something would be sent.
            (None, false) => not_begun += 1,
        }
        lanside.run(&["draft", &udn, "discard"]).done();
    }
    println!("{rounds} rounds: {arrived} arrived, {lost} did not and are drafts, {not_begun} were killed before they began");
    assert!(arrived > 0 && not_begun > 0, "{arrived} {lost} {not_begun}");
}
