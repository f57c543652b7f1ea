//! `lanside test` as a person at a terminal or a script uses it.

use std::process::{Command, Stdio};

use lanside_e2e::{paired, Answer, Lanside};
use serde_json::Value;

fn test(lanside: &Lanside, udn: &str, words: &[&str]) -> Answer {
    let mut arguments = vec!["test", udn];
    arguments.extend(words);
    lanside.run(&arguments)
}

#[test]
fn from_the_list_to_the_result_and_back() {
    let (_gateway, lanside, udn) = paired(&[]);
    let list = test(&lanside, &udn, &["--list"]).done();
    let offered: Vec<(&str, &str)> = list["offered"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|test| Some((test["kind"].as_str()?, test["way"].as_str()?)))
        .collect();
    for known in [
        ("ping", "basic_management"),
        ("interface_reset", "basic_management"),
        ("download", "data_model"),
        ("neighbours", "data_model"),
    ] {
        assert!(offered.contains(&known), "{known:?}: {offered:?}");
    }
    let ping = test(&lanside, &udn, &["ping", "192.0.2.7", "--count", "3"]).done();
    assert_eq!(ping["passed"], true, "{ping}");
    assert_eq!(ping["result"]["received"], 3, "{ping}");
    let id = ping["test_id"].as_u64().expect("a number").to_string();
    let again = test(&lanside, &udn, &["--result", &id]).done();
    assert_eq!(again["result"], ping["result"]);
    let lost = test(&lanside, &udn, &["ping", "203.0.113.9"]).done();
    assert_eq!(lost["passed"], false, "a finding is no failure: {lost}");
    let route = test(&lanside, &udn, &["traceroute", "192.0.2.200"]).done();
    let hops = route["result"]["hops"].as_array().expect("hops");
    assert!(
        hops.len() > 3 && hops.iter().any(|hop| hop["address"].is_null()),
        "{route}"
    );
    let list = test(&lanside, &udn, &["--list"]).done();
    let history: Vec<&str> = list["history"]
        .as_array()
        .expect("kept")
        .iter()
        .filter_map(|test| test["kind"].as_str())
        .collect();
    assert_eq!(history, ["traceroute", "ping", "ping"], "latest first");
    assert_eq!(
        list["remembered"].as_array().map(Vec::len),
        Some(3),
        "{list}"
    );
}

#[test]
fn resetting_interfaces_is_asked_about_first() {
    let (_gateway, lanside, udn) = paired(&[]);
    test(&lanside, &udn, &["interface-reset"]).failed(2, "Usage");
    let list = test(&lanside, &udn, &["--list"]).done();
    assert_eq!(
        list["remembered"].as_array().map(Vec::len),
        Some(0),
        "{list}"
    );
    for (which, successes) in [("provider", 1), ("all", 4), ("ours", 1)] {
        let words = ["interface-reset", "--interfaces", which, "--yes"];
        let result = test(&lanside, &udn, &words).done();
        assert_eq!(result["passed"], true, "{result}");
        assert_eq!(result["result"]["successes"], successes, "{result}");
    }
}

#[test]
fn the_gateway_looks_at_itself() {
    let (_gateway, lanside, udn) = paired(&[]);
    let well = test(&lanside, &udn, &["selftest"]).done();
    assert_eq!(well["passed"], true, "{well}");
    assert_eq!(well["result"]["type"], "selftest", "{well}");

    let (_gateway, lanside, udn) = paired(&["--quirk", "failed-self-test"]);
    let ill = test(&lanside, &udn, &["selftest"]).done();
    assert_eq!(ill["passed"], false, "{ill}");
    assert_eq!(ill["info"], "flash: 3 bad blocks", "{ill}");
}

#[test]
fn a_bandwidth_is_measured_as_the_makers_document_says() {
    let (_gateway, lanside, udn) = paired(&["--quirk", "bandwidth-test"]);
    let list = test(&lanside, &udn, &["--list"]).done();
    let info = list["bandwidth_info"].as_str().expect("what it measures");
    assert!(info.contains("<Direction>Upload</Direction>"), "{info}");

    // Without a document the gateway chooses.
    let down = test(&lanside, &udn, &["bandwidth"]).done();
    assert_eq!(down["passed"], true, "{down}");
    assert_eq!(down["way"], "basic_management", "{down}");
    assert_eq!(down["result"]["type"], "document", "{down}");
    let text = down["result"]["text"].as_str().expect("a document");
    assert!(text.contains("<Direction>Download</Direction>"), "{text}");
    assert!(text.contains("<KilobitsPerSecond>2"), "{text}");

    let folder = tempfile::tempdir().expect("a temporary directory can be made");
    let spec = folder.path().join("spec.xml");
    let measure = |document: &str| {
        std::fs::write(&spec, document).expect("it can be written");
        let file = spec.display().to_string();
        test(&lanside, &udn, &["bandwidth", "--spec", &file]).done()
    };
    let up = measure("<BandwidthTestSpec><Direction>Upload</Direction></BandwidthTestSpec>");
    let text = up["result"]["text"].as_str().expect("a document");
    assert!(text.contains("<Direction>Upload</Direction>"), "{text}");
    // What the gateway makes of another document is its word, and a finding.
    for (document, status) in [
        (
            "<BandwidthTestSpec><Speed/></BandwidthTestSpec>",
            "Error_Other",
        ),
        (
            "<BandwidthTestSpec><URL>http://nowhere.invalid/x</URL></BandwidthTestSpec>",
            "Error_InitConnectionFailed",
        ),
        (
            "<BandwidthTestSpec><URL>http://203.0.113.9/x</URL></BandwidthTestSpec>",
            "Error_NoResponse",
        ),
    ] {
        let found = measure(document);
        assert_eq!(found["passed"], false, "{found}");
        assert_eq!(found["status"], status, "{found}");
    }
    let id = up["test_id"].as_u64().expect("a number").to_string();
    let again = test(&lanside, &udn, &["--result", &id]).done();
    assert_eq!(again["kind"], "bandwidth", "{again}");
    assert_eq!(again["result"], up["result"], "{again}");
}

#[test]
fn a_bandwidth_test_few_gateways_have_is_not_tried_in_vain() {
    let (_gateway, lanside, udn) = paired(&[]);
    let list = test(&lanside, &udn, &["--list"]).done();
    assert!(list["bandwidth_info"].is_null(), "{list}");
    let error = test(&lanside, &udn, &["bandwidth"]).failed(7, "ActionRefused");
    assert!(error["upnp_code"].is_null(), "it was not sent: {error}");
    let said = error["message"].as_str().unwrap_or_default();
    assert!(
        said.contains("bandwidth") && said.contains("ping"),
        "{error}"
    );
}

#[test]
fn a_test_that_never_ends_is_given_up_and_stopped() {
    let (_gateway, lanside, udn) = paired(&["--quirk", "endless-tests"]);
    let endless = ["ping", "192.0.2.7", "--for", "2"];
    let error = test(&lanside, &udn, &endless).failed(3, "Unreachable");
    let said = error["message"].as_str().expect("words");
    assert!(said.contains("was stopped"), "{said}");
    // A stopped test has no result, and cannot be stopped again.
    let early = test(&lanside, &udn, &["--result", "1"]).failed(7, "ActionRefused");
    assert_eq!(early["upnp_code"], 708);
    test(&lanside, &udn, &["--stop", "1"]).done();
    let unknown = test(&lanside, &udn, &["--stop", "9"]).failed(7, "ActionRefused");
    assert_eq!(unknown["upnp_code"], 706);
}

#[test]
fn what_the_gateway_forgot_in_a_restart_is_said() {
    let (_gateway, lanside, udn) = paired(&[]);
    let ping = test(&lanside, &udn, &["ping", "192.0.2.7"]).done();
    let id = ping["test_id"].as_u64().expect("a number").to_string();
    let restarted = lanside.run(&["reboot", &udn, "--wait", "30"]);
    assert_eq!(restarted.code, 0, "{restarted:?}");
    let error = test(&lanside, &udn, &["--result", &id]).failed(7, "ActionRefused");
    assert_eq!(error["upnp_code"], 706, "{error}");
    // What was found is still known here.
    let list = test(&lanside, &udn, &["--list"]).done();
    assert_eq!(list["history"][0]["result"], ping["result"], "{list}");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_stops_the_test_at_the_gateway() {
    let (_gateway, lanside, udn) = paired(&["--quirk", "endless-tests"]);
    let child = lanside
        .command()
        .args(["test", &udn, "ping", "192.0.2.7"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    lanside_e2e::namespaces::eventually("the test runs", || {
        let list = test(&lanside, &udn, &["--list"]).done();
        (list["remembered"][0]["state"] == "in_progress").then_some(())
    });
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(told.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["state"], "canceled", "{said}");
    let list = test(&lanside, &udn, &["--list"]).done();
    assert_eq!(list["remembered"][0]["state"], "canceled", "{list}");
}

#[test]
fn two_people_test_at_once_and_lost_events_cost_nothing() {
    let (gateway, lanside, udn) = paired(&["--quirk", "lost-events"]);
    let colleague = Lanside::new();
    let (place, pin) = (gateway.told("location"), gateway.told("pin"));
    colleague.run(&["pair", &place, "--pin", &pin]).done();
    let (mine, theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| test(&colleague, &udn, &["ping", "nowhere.invalid"]).done());
        let mine = test(&lanside, &udn, &["ping", "192.0.2.7", "--count", "9"]).done();
        (mine, theirs.join().expect("theirs"))
    });
    assert_eq!(mine["passed"], true, "{mine}");
    assert_eq!(mine["result"]["received"], 9, "{mine}");
    assert_eq!(theirs["status"], "Error_CannotResolveHostName", "{theirs}");
    assert_ne!(mine["test_id"], theirs["test_id"]);
    assert_eq!(mine["noticed_by"], "poll", "{mine}");
    // Each sees the other's at the gateway, and only their own here.
    let list = test(&lanside, &udn, &["--list"]).done();
    assert_eq!(
        list["remembered"].as_array().map(Vec::len),
        Some(2),
        "{list}"
    );
    assert_eq!(list["history"].as_array().map(Vec::len), Some(1), "{list}");
}

#[test]
fn a_test_goes_out_through_a_chosen_interface_and_into_a_file() {
    let (_gateway, lanside, udn) = paired(&[]);
    let list = test(&lanside, &udn, &["--list"]).done();
    let interfaces = list["interfaces"].as_array().expect("a list");
    let path = interfaces[0]["path"].as_str().expect("a path");
    assert!(path.starts_with("Device.IP.Interface."), "{list}");
    let folder = tempfile::tempdir().expect("a temporary directory can be made");
    let name = |file: &str| folder.path().join(file).display().to_string();
    let csv = name("one.csv");
    let ping = ["ping", "192.0.2.7", "--through", path, "--export", &csv];
    let found = test(&lanside, &udn, &ping).done();
    assert_eq!(found["way"], "data_model", "only that takes one: {found}");
    assert_eq!(found["passed"], true, "{found}");
    let lines = std::fs::read_to_string(&csv).expect("it was written");
    assert!(lines.starts_with("started,test,target,"), "{lines}");
    assert!(lines.contains(",ping,192.0.2.7,"), "{lines}");
    let again = test(&lanside, &udn, &ping).failed(2, "Usage");
    let said = again["message"].as_str().unwrap_or_default();
    assert!(said.contains("one.csv"), "what is there is kept: {again}");
    let json = name("all.json");
    test(&lanside, &udn, &["--list", "--export", &json]).done();
    let text = std::fs::read_to_string(&json).expect("it was written");
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(document["format"], "lanside-tests");
    assert_eq!(
        document["tests"].as_array().map(Vec::len),
        Some(1),
        "{text}"
    );
    let refused = ["ping", "192.0.2.7", "--through", path, "--by", "bms"];
    test(&lanside, &udn, &refused).failed(2, "Usage");
}
