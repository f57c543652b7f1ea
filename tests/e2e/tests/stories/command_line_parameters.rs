//! Reading, changing and restarting as a script does it: `lanside` against
//! `lanside-gateway`, each a process of its own, judged by documents and exit codes alone.

use lanside_e2e::{has_keys, paired, LAN_MODE, PASSPHRASE, READ_ONLY, SSID, SSID_UPNP};
use serde_json::{json, Value};

#[test]
fn tree_and_get_take_both_notations() {
    let (_gateway, lanside, udn) = paired(&[]);
    let tree = lanside
        .run(&["tree", &udn, "Device.WiFi.", "--depth", "1"])
        .done();
    let nodes = tree["nodes"].as_array().expect("a list");
    has_keys(&nodes[0], &["path", "upnp_path", "kind", "access", "type"]);
    let table = nodes
        .iter()
        .find(|node| node["path"] == "Device.WiFi.SSID.")
        .expect("a table");
    assert_eq!(
        (&table["kind"], &table["upnp_path"]),
        (&json!("table"), &json!("/BBF/WiFi/SSID/"))
    );
    assert!(nodes
        .iter()
        .all(|node| node["path"].as_str().is_some_and(|path| path
            .trim_end_matches('.')
            .matches('.')
            .count()
            == 2)));
    let all = lanside.run(&["tree", &udn]).done();
    assert!(all["nodes"].as_array().expect("a list").len() > 1_500);

    let by_name = lanside.run(&["get", &udn, SSID]).done();
    let by_upnp = lanside.run(&["get", &udn, SSID_UPNP]).done();
    let parameter = &by_name["parameters"][0];
    for key in ["path", "upnp_path", "value", "type", "status"] {
        assert_eq!(parameter[key], by_upnp["parameters"][0][key], "{key}");
    }
    has_keys(
        parameter,
        &["path", "upnp_path", "value", "read_at", "status"],
    );
    assert_eq!(
        (&parameter["path"], &parameter["upnp_path"]),
        (&json!(SSID), &json!(SSID_UPNP))
    );
    assert!(parameter["value"]
        .as_str()
        .is_some_and(|value| value.starts_with("Hafenbox")));
    assert_eq!(by_name["problems"], json!([]));

    let below = lanside.run(&["get", &udn, "Device.WiFi.SSID.1."]).done();
    assert!(
        below["parameters"].as_array().expect("a list").len() > 5,
        "{below}"
    );
    let some = lanside
        .run(&["get", &udn, SSID, "Device.WiFi.SSID.1.Nothing"])
        .done();
    assert_eq!(some["parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(some["problems"][0]["path"], "Device.WiFi.SSID.1.Nothing");
    lanside
        .run(&["get", &udn, "Device.WiFi.SSID.1.Nothing"])
        .failed(7, "ActionRefused");
    lanside
        .run(&["get", &udn, "Nothing.Like.This"])
        .failed(2, "Usage");
    let secret = lanside.run(&["get", &udn, PASSPHRASE]).done();
    assert_eq!(secret["parameters"][0]["value"], Value::Null);
}

#[test]
fn set_shows_the_difference_first_and_verifies_afterwards() {
    let (_gateway, lanside, udn) = paired(&[]);
    let edit = format!("{SSID}=Lanside & Söhne");
    let planned = lanside.run(&["set", &udn, &edit, "--dry-run"]).done();
    assert_eq!(planned["status"], Value::Null);
    assert_eq!(planned["changes"][0]["new"], "Lanside & Söhne");
    let before = planned["changes"][0]["old"].clone();
    assert_eq!(
        lanside.run(&["get", &udn, SSID]).done()["parameters"][0]["value"],
        before,
        "nothing was sent"
    );
    lanside.run(&["set", &udn, &edit]).failed(2, "Usage");

    let done = lanside
        .run(&[
            "set",
            &udn,
            &edit,
            "Device.Time.NTPServer1=ntp.example",
            "--yes",
        ])
        .done();
    has_keys(&done, &["status", "changes"]);
    assert_eq!(done["status"], "ChangesApplied");
    let changes = done["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 2);
    for change in changes {
        has_keys(change, &["path", "old", "new", "read_back", "verified"]);
        assert_eq!(change["verified"], true, "{change}");
        assert_eq!(change["new"], change["read_back"]);
    }
    assert_eq!(changes[0]["old"], before);

    let undone = lanside.run(&["undo", &udn, "--yes"]).done();
    assert!(
        undone["changes"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|change| change["verified"] == true),
        "{undone}"
    );
    assert_eq!(
        lanside.run(&["get", &udn, SSID]).done()["parameters"][0]["value"],
        before
    );
}

#[test]
fn set_refuses_what_cannot_be_right_and_tells_what_the_gateway_refused() {
    let (_gateway, lanside, udn) = paired(&[]);
    lanside
        .run(&["set", &udn, &format!("{READ_ONLY}=1"), "--yes"])
        .failed(2, "Usage");
    lanside
        .run(&["set", &udn, "Device.WiFi.Radio.1.Channel=256", "--yes"])
        .failed(2, "Usage");
    lanside
        .run(&["set", &udn, SSID, "--yes"])
        .failed(2, "Usage");
    lanside
        .run(&[
            "set",
            &udn,
            &format!("{SSID}=a"),
            &format!("{SSID_UPNP}=b"),
            "--yes",
        ])
        .failed(2, "Usage");
    let refused = lanside.run(&[
        "set",
        &udn,
        &format!("{SSID}=new"),
        "Device.X_LANSIDE_Lan.LedBrightness=101",
        "--yes",
    ]);
    let error = refused.failed(7, "ActionRefused");
    assert_eq!(error["upnp_code"], 705);
    let document = refused.json();
    assert_eq!(document["status"], Value::Null);
    let ssid = document["changes"]
        .as_array()
        .and_then(|changes| changes.iter().find(|change| change["path"] == SSID));
    let ssid = ssid.expect("how things stand");
    assert_eq!(
        (&ssid["verified"], &ssid["read_back"]),
        (&json!(false), &ssid["old"])
    );
    let later = lanside
        .run(&["set", &udn, &format!("{LAN_MODE}=modem"), "--yes"])
        .done();
    assert_eq!(
        (&later["status"], &later["changes"][0]["verified"]),
        (&json!("ChangesCommitted"), &json!(false))
    );
}

#[test]
fn a_secret_comes_from_standard_input_and_goes_nowhere_else() {
    let (_gateway, lanside, udn) = paired(&[]);
    let answer = lanside.run_with_input(
        &["set", &udn, &format!("{PASSPHRASE}=-"), "--yes"],
        "Nebelhorn-4711\n",
    );
    let done = answer.done();
    assert_eq!(done["changes"][0]["new"], Value::Null);
    assert!(
        !answer.stdout.contains("Nebelhorn") && !answer.stderr.contains("Nebelhorn"),
        "{answer:?}"
    );
}

#[test]
fn reboot_streams_its_phases_until_the_gateway_is_back() {
    let (_gateway, lanside, udn) = paired(&[]);
    lanside
        .run(&["set", &udn, &format!("{LAN_MODE}=modem"), "--yes"])
        .done();
    let answer = lanside.run(&["reboot", &udn, "--wait", "20"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let stream = answer.stream();
    let phases: Vec<&str> = stream
        .iter()
        .filter_map(|line| line["phase"].as_str())
        .collect();
    assert_eq!(
        phases,
        [
            "sent",
            "gone",
            "announced",
            "reachable",
            "secured",
            "verified"
        ]
    );
    assert!(stream
        .iter()
        .take(phases.len())
        .all(|line| line["time"].is_string()));
    // What else happened is told by the phase it came before.
    assert_eq!(stream[1]["before"][0]["phase"], "goodbye", "{stream:?}");
    let last = stream.last().expect("an end");
    assert_eq!(last["back"], true);
    assert!(
        last["seconds"]
            .as_f64()
            .is_some_and(|seconds| seconds > 0.5),
        "{last}"
    );
    assert_eq!(
        lanside.run(&["get", &udn, LAN_MODE]).done()["parameters"][0]["value"],
        "modem"
    );
}
