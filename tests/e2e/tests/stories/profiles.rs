//! Which profiles of its data model a gateway fulfils, over the real programs.

use lanside_e2e::{has_keys, paired};
use serde_json::Value;

fn profile<'a>(report: &'a Value, name: &str) -> &'a Value {
    let profiles = report["profiles"].as_array().expect("profiles");
    let found = profiles.iter().find(|profile| profile["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_dsl_gateway_fulfils_what_it_is_made_of() {
    let (gateway, lanside, udn) = paired(&["--model", "vdsl"]);
    let page = lanside.state_dir().join("profiles.html");
    let file = page.to_str().expect("a plain path");
    let report = lanside.run(&["profiles", &udn, "--html", file]).done();
    has_keys(
        &report,
        &[
            "udn",
            "gateway",
            "time",
            "fulfilled",
            "partly",
            "absent",
            "profiles",
        ],
    );
    assert_eq!(report["structure_known"], true);
    for name in [
        "Baseline:4",
        "VDSL2:4",
        "PTMLink:1",
        "IPInterface:2",
        "WiFiRadio:1",
        "NAT:1",
    ] {
        let found = profile(&report, name);
        assert_eq!(found["state"], "fulfilled", "{found}");
        assert_eq!(found["members"], found["present"]);
    }
    let absent = profile(&report, "Optical:1");
    assert_eq!(absent["state"], "absent");
    let missing = absent["missing"].as_array().expect("a list");
    assert!(missing
        .iter()
        .any(|one| one["path"] == "Device.Optical." && one["why"] == "not_supported"));
    let count = |state: &str| {
        let profiles = report["profiles"].as_array().expect("profiles");
        profiles.iter().filter(|one| one["state"] == state).count()
    };
    assert_eq!(report["fulfilled"], count("fulfilled"));
    assert_eq!(report["partly"], count("partly"));
    assert_eq!(report["absent"], count("absent"));
    let page = std::fs::read_to_string(page).expect("the page was written");
    assert!(page.starts_with("<!doctype html>") && page.contains("VDSL2:4"));
    drop(gateway);
}

#[test]
fn other_models_are_judged_by_their_own_profiles() {
    let (_fiber, lanside, udn) = paired(&["--model", "fiber"]);
    let report = lanside.run(&["profiles", &udn]).done();
    assert_eq!(profile(&report, "VDSL2:4")["state"], "absent");
    assert_eq!(profile(&report, "WiFiSSID:1")["state"], "fulfilled");

    let (_old, lanside, udn) = paired(&["--model", "tr098"]);
    let report = lanside.run(&["profiles", &udn]).done();
    let baseline = profile(&report, "Baseline:1");
    assert_eq!(baseline["model"], "InternetGatewayDevice:1.14");
    assert_ne!(baseline["state"], "absent");
}
