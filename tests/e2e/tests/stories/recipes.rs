//! A recipe on one gateway and on several, through the program.

use std::path::PathBuf;

use lanside_e2e::{paired, Lanside, RunningGateway, PASSPHRASE, SSID};
use serde_json::Value;

const PASSWORD: &str = "Leuchtturm 1887";

fn example() -> String {
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../recipes/first-set-up.toml"
    )
    .to_owned()
}

/// Arguments of `apply`, with the Wi-Fi's name.
fn apply<'a>(recipe: &'a str, devices: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["apply", recipe];
    arguments.extend(devices);
    arguments.extend(["--var", "wifi-name=Zum Anker", "--var-stdin"]);
    arguments.extend(more);
    arguments
}

fn secret() -> String {
    format!("wifi-password={PASSWORD}\n")
}

fn value(lanside: &Lanside, udn: &str, path: &str) -> String {
    let document = lanside.run(&["get", udn, path]).done();
    document["parameters"][0]["value"]
        .as_str()
        .unwrap_or_else(|| panic!("{document}"))
        .to_owned()
}

/// Rows of the table of open ports.
fn mappings(lanside: &Lanside, udn: &str) -> usize {
    let document = lanside.run(&["get", udn, "Device.NAT.PortMapping."]).done();
    let parameters = document["parameters"].as_array().expect("a list");
    parameters
        .iter()
        .filter(|one| {
            one["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(".ExternalPort"))
        })
        .count()
}

fn outcomes(document: &Value) -> Vec<String> {
    let results = document["results"].as_array().expect("a list");
    let outcomes = results.iter().map(|one| one["outcome"].as_str());
    outcomes
        .map(|one| one.expect("a word").to_owned())
        .collect()
}

fn written(lanside: &Lanside, text: &str) -> PathBuf {
    let file = lanside.state_dir().with_extension("toml");
    std::fs::write(&file, text).expect("the recipe is written");
    file
}

#[test]
fn the_example_is_tried_applied_and_changes_no_row_twice() {
    let (_gateway, lanside, udn) = paired(&["--friendly-name", "Recipe"]);
    let before = value(&lanside, &udn, SSID);
    let rows = mappings(&lanside, &udn);
    let example = example();

    let tried = lanside.run_with_input(&apply(&example, &[&udn], &["--dry-run"]), &secret());
    let document = tried.done();
    assert_eq!(outcomes(&document), ["planned"]);
    let changes = document["results"][0]["changes"]
        .as_array()
        .expect("changes");
    let change = |path: &str| {
        let found = changes.iter().find(|one| one["path"] == path);
        found.unwrap_or_else(|| panic!("{path} in {document}"))
    };
    assert_eq!(change(SSID)["old"], before.as_str());
    assert_eq!(change(SSID)["new"], "Zum Anker");
    assert_eq!(
        change(PASSPHRASE)["new"],
        Value::Null,
        "a secret is not shown"
    );
    assert!(
        changes.iter().any(|one| one["kind"] == "create"),
        "{document}"
    );
    assert_eq!(value(&lanside, &udn, SSID), before, "nothing was sent");
    assert_eq!(mappings(&lanside, &udn), rows);

    let done = lanside.run_with_input(&apply(&example, &[&udn], &["--yes"]), &secret());
    let first = done.done();
    assert_eq!(outcomes(&first), ["changed"], "{first}");
    assert_eq!(first["results"][0]["checks"][0]["holds"], true);
    assert_eq!(value(&lanside, &udn, SSID), "Zum Anker");
    assert_eq!(mappings(&lanside, &udn), rows + 1);

    let again = lanside.run_with_input(&apply(&example, &[&udn], &["--yes"]), &secret());
    let document = again.done();
    let changes = document["results"][0]["changes"]
        .as_array()
        .expect("changes");
    let paths: Vec<_> = changes.iter().map(|one| one["path"].as_str()).collect();
    assert_eq!(
        paths,
        [Some(PASSPHRASE)],
        "only what nobody can read is sent again"
    );
    assert_eq!(
        mappings(&lanside, &udn),
        rows + 1,
        "the row is known by its key"
    );
    for said in [tried, done, again] {
        assert!(!said.stdout.contains(PASSWORD) && !said.stderr.contains(PASSWORD));
    }

    // The way back is the same as of every other change; a secret has none.
    let entry = first["results"][0]["journal_id"].to_string();
    lanside.run(&["undo", &udn, &entry, "--yes"]).done();
    assert_eq!(value(&lanside, &udn, SSID), before);
    assert_eq!(mappings(&lanside, &udn), rows);
}

#[test]
fn several_gateways_each_have_their_own_end() {
    let first = RunningGateway::start(&["--friendly-name", "One"]);
    let second = RunningGateway::start(&["--friendly-name", "Two", "--model", "tr098"]);
    let mut third = RunningGateway::start(&["--friendly-name", "Three"]);
    let lanside = Lanside::new();
    for gateway in [&first, &second, &third] {
        let (location, pin) = (gateway.told("location"), gateway.told("pin"));
        lanside.run(&["pair", &location, "--pin", &pin]).done();
    }
    let recipe = written(
        &lanside,
        "format = 1\nname = \"Name\"\n[applies-to]\ndata-model = \"tr-181\"\n[[set]]\npath = \"Device.WiFi.SSID.1.SSID\"\nvalue = \"Same everywhere\"\n",
    );
    let recipe = recipe.to_str().expect("a path");
    let udns = [first.told("udn"), second.told("udn"), third.told("udn")];
    let devices: Vec<&str> = udns.iter().map(String::as_str).collect();
    third.kill();
    let arguments = [
        &["--timeout", "1", "apply", recipe],
        &devices[..],
        &["--yes"],
    ]
    .concat();
    let document = lanside.run(&arguments);
    document.failed(2, "Usage");
    let document = document.json();
    assert_eq!(
        outcomes(&document),
        ["changed", "not_for_it", "not_reached"],
        "{document}"
    );
    assert_eq!(value(&lanside, &udns[0], SSID), "Same everywhere");
    let again = lanside.run(&["apply", recipe, devices[0], "--yes"]).done();
    assert_eq!(outcomes(&again), ["already_so"]);
    assert_eq!(
        again["results"][0]["journal_id"],
        Value::Null,
        "nothing was sent"
    );
}

#[test]
fn a_check_that_does_not_hold_and_a_refusal_are_said() {
    let (mut gateway, lanside, udn) = paired(&["--friendly-name", "Checks"]);
    let recipe = |text: &str| {
        let file = written(&lanside, &format!("format = 1\nname = \"R\"\n{text}"));
        file.to_str().expect("a path").to_owned()
    };
    let check = recipe("[[check]]\npath = \"Device.WiFi.SSID.1.SSID\"\nequals = \"Nowhere\"\n");
    let document = lanside.run(&["apply", &check, &udn, "--yes"]);
    document.failed(10, "NotVerified");
    assert_eq!(outcomes(&document.json()), ["differs"]);

    let set = "[[set]]\npath = \"Device.WiFi.SSID.1.SSID\"\nvalue = \"New\"\n";
    gateway.act("fault refuse:SetValues:705");
    let document = lanside.run(&["apply", &recipe(set), &udn, "--yes"]);
    document.failed(7, "ActionRefused");
    assert_eq!(outcomes(&document.json()), ["refused"]);

    // What the data model forbids is refused before anything is sent.
    let long = set.replace("New", &"x".repeat(33));
    let document = lanside.run(&["apply", &recipe(&long), &udn, "--yes"]);
    document.failed(2, "Usage");
    assert_eq!(outcomes(&document.json()), ["refused"]);
    let missing = "[[row]]\ntable = \"Device.NAT.PortMapping.\"\nkey = { ExternalPort = \"1\" }\ncreate = false\n";
    let document = lanside.run(&["apply", &recipe(missing), &udn, "--yes"]);
    let error = document.failed(2, "Usage");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("Line 3 of the recipe")),
        "{error}"
    );
}

#[test]
fn a_secret_is_taken_neither_from_the_command_line_nor_into_a_value_people_see() {
    let (_gateway, lanside, udn) = paired(&["--friendly-name", "Secrets"]);
    let example = example();
    let argument = format!("wifi-password={PASSWORD}");
    let answer = lanside.run(&[
        "apply",
        &example,
        &udn,
        "--var",
        "wifi-name=A",
        "--var",
        &argument,
        "--yes",
    ]);
    let error = answer.failed(2, "Usage");
    assert!(error["message"]
        .as_str()
        .is_some_and(|text| text.contains("--var-stdin")));
    assert!(!answer.stdout.contains(PASSWORD));

    let recipe = written(
        &lanside,
        "format = 1\nname = \"R\"\n[variables.pw]\nsecret = true\n[[set]]\npath = \"Device.WiFi.SSID.1.SSID\"\nvalue = \"{pw}\"\n",
    );
    let recipe = recipe.to_str().expect("a path");
    let before = value(&lanside, &udn, SSID);
    let answer = lanside.run_with_input(
        &["apply", recipe, &udn, "--var-stdin", "--yes"],
        &format!("pw={PASSWORD}\n"),
    );
    let error = answer.failed(2, "Usage");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("no secret goes into it")),
        "{error}"
    );
    assert!(!answer.stdout.contains(PASSWORD) && !answer.stderr.contains(PASSWORD));
    assert_eq!(value(&lanside, &udn, SSID), before);
}

#[test]
fn a_mistake_in_the_file_has_line_and_column() {
    let lanside = Lanside::new();
    std::fs::create_dir_all(lanside.state_dir()).expect("a directory");
    let file = written(
        &lanside,
        "format = 1\nname = \"R\"\n[[set]]\npath = \"Device.A\"\nvlaue = \"1\"\n",
    );
    let file = file.to_str().expect("a path");
    let error = lanside.run(&["apply", file, "nowhere"]).failed(2, "Usage");
    let message = error["message"].as_str().expect("a text");
    assert!(
        message.contains(":5:1: ") && message.contains("did you mean “value”?"),
        "{message}"
    );
}
