//! What edits break together is said before anything is sent; what went with a row comes back
//! with it; a recipe that cuts this computer off is held.

use lanside_e2e::{paired, Lanside};

fn value(lanside: &Lanside, udn: &str, path: &str) -> String {
    let read = lanside.run(&["get", udn, path]).done();
    read["parameters"][0]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Refused before it was sent, with these words.
fn refused(lanside: &Lanside, arguments: &[&str], words: &str) {
    let error = lanside.run(arguments).failed(2, "Usage");
    let message = error["message"].as_str().unwrap_or_default();
    assert!(message.contains(words), "{arguments:?}: {message}");
}

#[test]
fn keys_and_references_are_checked_before_anything_is_sent() {
    let (_gateway, lanside, udn) = paired(&[]);
    let first = "Device.WiFi.SSID.1.Alias";
    let second = "Device.WiFi.SSID.2.Alias";
    let (taken, before) = (value(&lanside, &udn, first), value(&lanside, &udn, second));
    assert!(!taken.is_empty() && taken != before, "{taken} {before}");
    let same = format!("{second}={taken}");
    refused(&lanside, &["set", &udn, &same, "--yes"], "must differ");
    refused(&lanside, &["set", &udn, &same, "--dry-run"], "must differ");
    assert_eq!(value(&lanside, &udn, second), before, "nothing was sent");
    // Two rows may swap their names.
    let swap = [format!("{second}={taken}"), format!("{first}={before}")];
    lanside
        .run(&["set", &udn, &swap[0], &swap[1], "--dry-run"])
        .done();
    let row = ["add", &udn, "Device.WiFi.SSID.", &format!("Alias={taken}")];
    refused(&lanside, &[&row[..], &["--yes"]].concat(), "must differ");

    let reference = "Device.WiFi.AccessPoint.1.SSIDReference";
    for wrong in [
        "Device.WiFi.SSID.99.",
        "Device.WiFi.SSID.99",
        "/BBF/WiFi/SSID/77/",
    ] {
        let edit = format!("{reference}={wrong}");
        refused(
            &lanside,
            &["set", &udn, &edit, "--yes"],
            "there is no Device.WiFi.SSID.",
        );
    }
    // What is no row is looked up in the structure.
    for wrong in ["Device.WiFi.Attic.", "Device.WiFi.SSID.99.Stats."] {
        let edit = format!("{reference}={wrong}");
        let arguments = ["set", &udn, &edit, "--yes"];
        refused(&lanside, &arguments, &format!("there is no {wrong}"));
    }
    let edit = format!("{reference}=upstairs");
    refused(&lanside, &["set", &udn, &edit, "--yes"], "no path");
    let mode = "Device.WiFi.AccessPoint.1.Security.ModeEnabled";
    let edit = format!("{mode}=Telepathy");
    refused(&lanside, &["set", &udn, &edit, "--yes"], "ModesSupported");
    let edit = format!("{mode}={}", value(&lanside, &udn, mode));
    lanside.run(&["set", &udn, &edit, "--dry-run"]).done();
}

#[test]
fn what_was_within_a_deleted_row_comes_back_with_it() {
    let (_gateway, lanside, udn) = paired(&[]);
    let pools = "Device.DHCPv4.Server.Pool.";
    let leases = |lanside: &Lanside| {
        let read = lanside.run(&["get", &udn, pools]).done();
        let parameters = read["parameters"].as_array().expect("parameters").clone();
        let of = |name: &str| {
            let mut found: Vec<String> = parameters
                .iter()
                .filter(|one| {
                    let path = one["path"].as_str().unwrap_or_default();
                    path.contains(".StaticAddress.") && path.ends_with(name)
                })
                .map(|one| one["value"].as_str().unwrap_or_default().to_owned())
                .collect();
            found.sort();
            found
        };
        (of(".Chaddr"), of(".Yiaddr"))
    };
    let before = leases(&lanside);
    assert!(before.0.len() >= 2, "{before:?}");
    let pool = format!("{pools}1.");
    lanside
        .run(&["delete", &udn, &pool, "--yes", "--even-if-cut-off"])
        .done();
    assert!(leases(&lanside).0.is_empty());
    lanside
        .run(&["undo", &udn, "--yes", "--even-if-cut-off"])
        .done();
    assert_eq!(leases(&lanside), before);
}

#[test]
fn a_recipe_that_cuts_this_computer_off_is_held_until_it_is_meant() {
    let (_gateway, lanside, udn) = paired(&["--visitor", "pc-bruno"]);
    let recipe = lanside.state_dir().with_extension("toml");
    let text = "format = 1\nname = \"Off\"\n[[set]]\npath = \"Device.UPnP.Device.Enable\"\nvalue = \"0\"\n";
    std::fs::write(&recipe, text).expect("the recipe is written");
    let recipe = recipe.to_string_lossy().into_owned();
    let tried = lanside.run(&["apply", &recipe, &udn, "--dry-run"]).done();
    let forecast = &tried["results"][0]["forecast"];
    assert_eq!(
        forecast["effects"][0]["path"], "Device.UPnP.Device.Enable",
        "{tried}"
    );
    refused(
        &lanside,
        &["apply", &recipe, &udn, "--yes"],
        "--even-if-cut-off",
    );
    assert_eq!(value(&lanside, &udn, "Device.UPnP.Device.Enable"), "1");
}

#[test]
fn known_refused_and_not_supported_are_told_apart() {
    let (_gateway, lanside, udn) = paired(&["--role-policy", "basic"]);
    let [known, refused, missing] = [
        "Device.DeviceInfo.Manufacturer",
        "Device.X_LANSIDE_Test.InstallerNote",
        "Device.DeviceInfo.NoSuchThing",
    ];
    let read = lanside.run(&["get", &udn, known, refused, missing]).done();
    let parameter = &read["parameters"][0];
    assert_eq!(
        (&parameter["path"], &parameter["status"]),
        (&known.into(), &"known".into())
    );
    assert!(parameter["read_at"]
        .as_str()
        .is_some_and(|moment| moment.ends_with('Z')));
    let problem = |path: &str| {
        let problems = read["problems"].as_array().expect("problems").iter();
        let mut found = problems.filter(|problem| problem["path"] == path);
        found
            .next()
            .unwrap_or_else(|| panic!("{path}: {read}"))
            .clone()
    };
    assert_eq!(problem(refused)["status"], "refused");
    assert_eq!(
        problem(refused)["needed_roles"],
        serde_json::json!(["Admin"])
    );
    assert_eq!(problem(missing)["status"], "not_supported");

    let tree = lanside
        .run(&["tree", &udn, "Device.X_LANSIDE_Test."])
        .done();
    let node = |path: &str| {
        let mut nodes = tree["nodes"].as_array().expect("nodes").iter();
        nodes
            .find(|node| node["path"] == path)
            .unwrap_or_else(|| panic!("{path}: {tree}"))
            .clone()
    };
    assert_eq!(node(refused)["status"], "refused");
    assert_eq!(node(refused)["needed_roles"], serde_json::json!(["Admin"]));
    assert_eq!(node("Device.X_LANSIDE_Test.Markup")["status"], "known");
    let count = |key: &str| tree[key].as_u64().unwrap_or_default();
    assert!(
        count("refused") == 1 && count("loaded") + 1 == count("total"),
        "{tree}"
    );
    // One level: what is below is there and not read.
    let level = lanside.run(&["tree", &udn, "--depth", "1"]).done();
    let nodes = level["nodes"].as_array().expect("nodes");
    assert!(
        nodes.iter().any(|node| node["status"] == "not_read"),
        "{level}"
    );
}
