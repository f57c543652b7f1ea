//! A customer sets the internet up, from a gateway as it left the factory to one that works.

use std::path::{Path, PathBuf};

use lanside_e2e::{Answer, Lanside, RunningGateway, SSID};
use serde_json::Value;

const USER_NAME: &str = "anna@nordnetz.example";
const PASSWORD: &str = "einwahl-9731";
const WIFI_PASSWORD: &str = "Leuchtturm; 1887";

/// A gateway whose provider lets this account in; it has neither name nor password yet.
fn factory_new(more: &[&str]) -> RunningGateway {
    let account = format!("{USER_NAME}:{PASSWORD}");
    let mut arguments = vec!["--friendly-name", "Setup", "--ppp-account", &account];
    arguments.extend(more);
    RunningGateway::start(&arguments)
}

fn operator() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/operator.toml").to_owned()
}

fn setup(lanside: &Lanside, gateway: &RunningGateway, answers: &str, more: &[&str]) -> Answer {
    let location = gateway.told("location");
    let mut arguments = vec!["setup", &location, "--answers", "-"];
    arguments.extend(more);
    lanside.run_with_input(&arguments, answers)
}

/// All answers, with this password of the line.
fn answers(gateway: &RunningGateway, password: &str) -> String {
    format!(
        "pin = \"{}\"\nuser-name = \"anna\"\npassword = \"{password}\"\nwifi-name = \"Zum Anker\"\nwifi-password = \"{WIFI_PASSWORD}\"\n",
        gateway.told("pin")
    )
}

fn card_file(lanside: &Lanside, end: &str) -> PathBuf {
    lanside.state_dir().with_extension(end)
}

/// Whether a file below a directory holds a text.
fn holds(dir: &Path, text: &str) -> bool {
    std::fs::read_dir(dir)
        .expect("a directory")
        .flatten()
        .any(|entry| {
            let path = entry.path();
            if path.is_dir() {
                return holds(&path, text);
            }
            let octets = std::fs::read(&path).unwrap_or_default();
            octets
                .windows(text.len())
                .any(|some| some == text.as_bytes())
        })
}

fn paths(document: &Value) -> Vec<&str> {
    let changes = document["changes"].as_array().expect("changes");
    changes
        .iter()
        .filter_map(|one| one["path"].as_str())
        .collect()
}

#[test]
fn from_the_box_to_the_internet_with_a_slip_on_the_way() {
    let gateway = factory_new(&[]);
    let lanside = Lanside::new();
    let operator = operator();

    // Nothing is sent before it was looked at; the answers are kept, the secret ones sealed.
    let tried = setup(
        &lanside,
        &gateway,
        &answers(&gateway, "einwahl-9713"),
        &["--operator", &operator, "--dry-run"],
    );
    let document = tried.done();
    assert_eq!(
        document["steps"].to_string(),
        r#"["find","pair","internet","wifi","check","done"]"#
    );
    assert_eq!(document["status"], Value::Null);
    assert!(paths(&document).contains(&"Device.PPP.Interface.1.Password"));
    for secret in ["einwahl-9713", WIFI_PASSWORD] {
        assert!(!tried.stdout.contains(secret) && !tried.stderr.contains(secret));
        assert!(
            !holds(&lanside.state_dir(), secret),
            "{secret} lies in a file"
        );
    }
    let udn = gateway.told("udn");
    let name = lanside.run(&["get", &udn, SSID]).done();
    assert_ne!(name["parameters"][0]["value"], "Zum Anker");

    // The program ended there. The next one goes on with what was answered.
    let refused = setup(&lanside, &gateway, "", &["--operator", &operator, "--yes"]);
    assert_eq!(refused.code, 5, "{refused:?}");
    let document = refused.json();
    assert_eq!(document["verdict"]["works"], false);
    assert_eq!(document["verdict"]["trouble"], "login_refused");
    assert_eq!(document["verdict"]["wifi_on"], true);

    // Corrected, and nothing else is sent again.
    let card = card_file(&lanside, "html");
    let corrected = format!("{{\"user-name\": \"anna\", \"password\": \"{PASSWORD}\"}}");
    let works = setup(
        &lanside,
        &gateway,
        &corrected,
        &[
            "--operator",
            &operator,
            "--yes",
            "--card",
            card.to_str().expect("UTF-8"),
            "--language",
            "de",
        ],
    );
    let document = works.done();
    assert_eq!(document["verdict"]["works"], true, "{document}");
    assert_eq!(paths(&document), ["Device.PPP.Interface.1.Password"]);
    let user = lanside
        .run(&["get", &udn, "Device.PPP.Interface.1.Username"])
        .done();
    assert_eq!(
        user["parameters"][0]["value"], USER_NAME,
        "the provider's ending was added"
    );
    let name = lanside.run(&["get", &udn, SSID]).done();
    assert_eq!(name["parameters"][0]["value"], "Zum Anker");

    // The card outlived two programs, and is gone from here now that it was made.
    let page = std::fs::read_to_string(&card).expect("the card was written");
    assert!(page.contains("Zum Anker") && page.contains(WIFI_PASSWORD) && page.contains("<svg"));
    assert!(!works.stdout.contains(WIFI_PASSWORD));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&card)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let second = card_file(&lanside, "svg");
    let second = second.to_str().expect("UTF-8");
    let again = setup(&lanside, &gateway, "", &["--yes", "--card", second]).done();
    assert_eq!(
        again["card"],
        Value::Null,
        "nobody knows the password any more"
    );
    assert_eq!(again["changes"], Value::Array(Vec::new()));
}

#[test]
fn an_older_gateway_is_set_up_the_same_way() {
    let gateway = factory_new(&["--model", "tr098", "--index-base", "1"]);
    let lanside = Lanside::new();
    let operator = operator();
    let answers = answers(&gateway, PASSWORD);
    let done = setup(
        &lanside,
        &gateway,
        &answers,
        &["--operator", &operator, "--yes"],
    )
    .done();
    assert_eq!(done["verdict"]["works"], true, "{done}");
    let changed = paths(&done);
    for path in [
        "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.Username",
        "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID",
        "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.PreSharedKey.1.KeyPassphrase",
    ] {
        assert!(changed.contains(&path), "{path} in {changed:?}");
    }
}

#[test]
fn a_line_that_works_is_left_alone() {
    let gateway = RunningGateway::start(&["--friendly-name", "Setup works"]);
    let lanside = Lanside::new();
    let pin = format!("pin = \"{}\"\n", gateway.told("pin"));
    let wifi = format!("{pin}wifi-name = \"Zum Anker\"\n");
    let done = setup(&lanside, &gateway, &wifi, &["--yes"]).done();
    assert_eq!(done["verdict"]["works"], true);
    assert_eq!(
        paths(&done),
        [SSID, "Device.WiFi.SSID.2.SSID"],
        "guests keep their name"
    );
}

#[test]
fn what_cannot_be_right_is_said_before_anything_is_sent() {
    let gateway = factory_new(&[]);
    let lanside = Lanside::new();
    let no_pin = setup(&lanside, &gateway, "", &["--yes"]);
    no_pin.failed(2, "Usage");
    let pin = format!("pin = \"{}\"\n", gateway.told("pin"));
    let no_login = setup(&lanside, &gateway, &pin, &["--yes"]);
    let error = no_login.failed(2, "Usage");
    assert!(
        error["message"]
            .as_str()
            .expect("text")
            .contains("user-name"),
        "{error}"
    );
    for (answers, says) in [
        ("user-name = \"anna \"\npassword = \"x\"", "blank"),
        (
            "user-name = \"anna\"\npassword = \"x\"\nwifi-password = \"kurz\"",
            "fewer than 8",
        ),
        (
            "user-name = \"anna\"\npassword = \"x\"\nwifi-password = \"Schlüssel 1\"",
            "accents",
        ),
        ("user_name = \"anna\"", "did you mean “user-name”"),
        ("user-name = anna", "line 1"),
    ] {
        let error = setup(&lanside, &gateway, answers, &["--yes"]).failed(2, "Usage");
        let message = error["message"].as_str().expect("text");
        assert!(message.contains(says), "{message}");
    }
    let file = lanside.state_dir().with_extension("toml");
    std::fs::write(&file, "format = 1\nname = \"N\"\naccent = \"#ffee00\"\n").expect("written");
    let file = file.to_str().expect("UTF-8");
    let error = setup(&lanside, &gateway, "", &["--operator", file]).failed(2, "Usage");
    let message = error["message"].as_str().expect("text");
    assert!(message.contains("line 3, column 10"), "{message}");
    let journal = lanside
        .run(&["undo", &gateway.told("udn"), "--list"])
        .done();
    let entries = journal["entries"].as_array().map_or(0, Vec::len);
    assert_eq!(entries, 0, "{journal}");
}
