//! A site report: what was found, changed, tested and left open, under a seal that tells of every
//! change to the file.

use std::path::PathBuf;

use lanside_e2e::{has_keys, paired, Lanside, SSID};
use serde_json::{json, Value};

const NEW_SSID: &str = "Zum <b>Anker</b> & Söhne";
const PASSPHRASE: &str = "Leuchtturm-1887";
const KEY: &str = "Device.WiFi.AccessPoint.1.Security.KeyPassphrase";

fn file(lanside: &Lanside, name: &str) -> PathBuf {
    lanside.state_dir().join(name)
}

fn verify(lanside: &Lanside, arguments: &[&str]) -> (i32, Value) {
    let answer = lanside.run(&[&["report", "verify"], arguments].concat());
    (answer.code, answer.json())
}

#[test]
fn a_visit_is_told_and_sealed() {
    let (gateway, lanside, udn) = paired(&["--failure", "ppp-refused"]);
    lanside
        .run(&["set", &udn, &format!("{SSID}={NEW_SSID}"), "--yes"])
        .done();
    lanside
        .run_with_input(&["set", &udn, &format!("{KEY}=-"), "--yes"], PASSPHRASE)
        .done();
    let test = lanside.run(&["test", &udn, "ping", "192.0.2.99"]);
    assert!(!test.stdout.is_empty(), "{test:?}");
    let page = file(&lanside, "report.html");
    let path = page.to_str().expect("a path");
    let note = "Splitter replaced.\nCustomer: </p><script>alert(1)</script>";
    let told = lanside
        .run(&["report", "make", &udn, "--file", path, "--note", note])
        .done();
    has_keys(
        &told,
        &[
            "udn", "gateway", "time", "since", "notes", "found", "changed", "tested", "open",
            "signer",
        ],
    );
    assert_eq!(told["changed"].as_array().map(Vec::len), Some(2));
    assert_eq!(told["changed"][0]["changes"][0]["path"], SSID);
    let matters: Vec<&str> = told["open"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|matter| matter["matter"].as_str())
        .collect();
    assert!(matters.contains(&"broken"), "{matters:?}");
    // No gateway shows a secret: that one could not be read back leaves nothing open.
    assert!(!matters.contains(&"change"), "{matters:?}");

    let text = std::fs::read_to_string(&page).expect("the page");
    for wanted in [
        "Zum &lt;b&gt;Anker&lt;/b&gt; &amp; Söhne",
        "verified by reading back",
        "Name or password was refused",
        "Splitter replaced.",
        told["signer"]["fingerprint_words"].as_str().expect("words"),
    ] {
        let found = text.to_lowercase().contains(&wanted.to_lowercase());
        assert!(found, "{wanted} is not in the page");
    }
    for unwanted in [
        PASSPHRASE,
        "<script",
        "<b>Anker",
        "http://",
        "https://",
        "laptop-anna",
    ] {
        assert!(!text.contains(unwanted), "{unwanted} is in the page");
    }
    assert!(!told.to_string().contains(PASSPHRASE));

    let (code, seal) = verify(&lanside, &[path]);
    assert_eq!(
        (code, &seal["intact"], &seal["this_computer"]),
        (0, &json!(true), &json!(true))
    );

    // Somebody makes the change look refused.
    let forged = file(&lanside, "forged.html");
    std::fs::write(&forged, text.replace("verified by", "ignored by")).expect("written");
    let (code, seal) = verify(&lanside, &[forged.to_str().expect("a path")]);
    assert_eq!((code, &seal["intact"]), (6, &json!(false)));

    // The office has a computer of its own and knows the technician's certificate.
    let office = Lanside::new();
    let (code, seal) = verify(&office, &[path]);
    assert_eq!((code, &seal["this_computer"]), (0, &json!(false)));
    let sha256 = seal["certificate_sha256"]
        .as_str()
        .expect("a fingerprint")
        .to_owned();
    let (code, _) = verify(&office, &[path, "--certificate", &sha256]);
    assert_eq!(code, 0);
    let own = office.run(&["identity", "show"]).done();
    let own = own["certificate_sha256"].as_str().expect("a fingerprint");
    let (code, seal) = verify(&office, &[path, "--certificate", own]);
    assert_eq!((code, &seal["as_expected"]), (6, &json!(false)));

    // In German, and of a gateway that is gone.
    drop(gateway);
    let told = lanside
        .run(&["report", "make", &udn, "--file", path, "--language", "de"])
        .done();
    assert_eq!(
        (&told["found"], &told["open"][0]["matter"]),
        (&json!(null), &json!("silent"))
    );
    let text = std::fs::read_to_string(&page).expect("the page");
    assert!(
        text.contains("Das Gateway hat nicht geantwortet.")
            && text.contains(SSID.rsplit('.').next().expect("a name"))
    );
    assert_eq!(verify(&lanside, &[path]).0, 0);
}

#[test]
fn a_title_and_the_sections_are_chosen() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal"]);
    let page = file(&lanside, "report.html");
    let path = page.to_str().expect("a path");
    let make = ["report", "make", &udn, "--file", path];
    let wishes = ["--title", "Visit at <Anna>", "--section", "found,changed"];
    let told = lanside.run(&[&make[..], &wishes].concat()).done();
    assert_eq!(
        (&told["title"], &told["sections"]),
        (&json!("Visit at <Anna>"), &json!(["found", "changed"]))
    );
    let text = std::fs::read_to_string(&page).expect("the page");
    for wanted in [
        "<h1>Visit at &lt;Anna&gt;</h1>",
        "Site report: ",
        "<h2>Found</h2>",
        "<h2>Changed</h2>",
        "Not in this report: Left open, Tested",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in the page");
    }
    assert!(!text.contains("<h2>Tested</h2>"));
    assert_eq!(verify(&lanside, &[path]).0, 0);
    lanside
        .run(&[&make[..], &["--section", "secrets"]].concat())
        .failed(2, "Usage");
}

#[test]
fn what_is_no_report_is_not_judged() {
    let lanside = Lanside::new();
    let page = file(&lanside, "page.html");
    std::fs::create_dir_all(lanside.state_dir()).expect("a directory");
    std::fs::write(&page, "<html></html>").expect("written");
    let page = page.to_str().expect("a path");
    lanside.run(&["report", "verify", page]).failed(2, "Usage");
    lanside
        .run(&["report", "verify", &format!("{page}.missing")])
        .failed(2, "Usage");
}

#[test]
fn a_time_that_is_none_is_said_before_anything_is_asked() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal"]);
    lanside
        .run(&["report", "make", &udn, "--since", "yesterday"])
        .failed(2, "Usage");
}
