use std::process::Command;

use upnp::{ServiceId, ServiceType, Udn};

use super::*;

const NASTY: &str = "it's \"$HOME\" `id` $(id)\nnext & <b> \\ !x";

fn service() -> ServiceRef {
    ServiceRef {
        service_type: ServiceType::parse("urn:schemas-upnp-org:service:BasicManagement:2")
            .expect("a type"),
        service_id: ServiceId::parse("urn:upnp-org:serviceId:BasicManagement").expect("an id"),
        control_url: "http://192.168.1.1:49000/control/bms?a=1&b=[2]"
            .parse()
            .expect("a URL"),
        device_udn: Udn::parse("uuid:1").expect("a UDN"),
    }
}

fn written(protected: bool, given: &[Given<'_>]) -> CommandLinesView {
    let service = service();
    let target = Target {
        udn: "uuid:1",
        service: &service,
        service_name: "BasicManagement",
        action: "Ping",
        protected,
    };
    write(&target, given).expect("names are names")
}

fn text<'a>(name: &'a str, value: &'a str) -> Given<'a> {
    Given {
        name,
        value,
        secret: false,
    }
}

fn secret<'a>(name: &'a str, value: &'a str) -> Given<'a> {
    Given {
        secret: true,
        ..text(name, value)
    }
}

/// The words a shell makes of a line whose program is replaced by one that prints them.
fn words(line: &str) -> Vec<String> {
    let (program, rest) = line.split_once(' ').expect("arguments follow");
    let script = format!("{program}() {{ printf '%s\\001' \"$@\"; }}\n{program} {rest}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env("LANSIDE_SECRET_1", "hush")
        .output()
        .expect("a shell runs");
    assert!(output.status.success(), "{script}");
    let mut words: Vec<String> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .split('\u{1}')
        .map(str::to_owned)
        .collect();
    words.pop();
    words
}

fn option(words: &[String], name: &str) -> String {
    let at = words.iter().position(|word| word == name).expect(name);
    words[at + 1].clone()
}

#[test]
fn the_command_line_says_what_was_typed() {
    let lines = written(false, &[text("Host", NASTY), text("Timeout", "")]);
    let expected = [
        "call",
        "uuid:1",
        "BasicManagement",
        "Ping",
        &format!("Host={NASTY}"),
        "Timeout=",
    ];
    assert_eq!(words(&lines.cli), expected);
    assert!(lines.files.is_empty() && lines.secrets.is_empty());
    assert_eq!(
        written(false, &[text("Host", "10.0.0.1")]).cli,
        "lanside call uuid:1 BasicManagement Ping Host=10.0.0.1"
    );
}

#[test]
fn curl_posts_the_same_envelope() {
    let harmless = NASTY.replace('<', "(");
    let lines = written(false, &[text("Host", &harmless)]);
    let words = words(&lines.curl);
    assert_eq!(
        option(&words, "--url"),
        "http://192.168.1.1:49000/control/bms?a=1&b=[2]"
    );
    assert!(words.contains(&"--globoff".to_owned()));
    assert!(words.contains(
        &"SOAPACTION: \"urn:schemas-upnp-org:service:BasicManagement:2#Ping\"".to_owned()
    ));
    let body = write_request(&service().service_type, "Ping", &[("Host", &harmless)]);
    assert_eq!(option(&words, "--data-binary").into_bytes(), body);
    assert!(!lines.curl.contains("--cert"));
}

#[test]
fn a_protected_call_names_the_files_and_no_key() {
    let lines = written(true, &[]);
    let words = words(&lines.curl);
    assert_eq!(option(&words, "--cert"), CERTIFICATE);
    assert_eq!(option(&words, "--key"), KEY);
    assert_eq!(option(&words, "--cacert"), GATEWAY);
    assert_eq!(lines.files, [CERTIFICATE, KEY, GATEWAY]);
}

#[test]
fn a_secret_never_stands_in_a_line() {
    let document = "<Login><Password>swordfish</Password></Login>";
    let lines = written(
        false,
        &[
            text("Note", "LANSIDE_:1LANSIDE_:"),
            secret("NewPassword", "swordfish"),
        ],
    );
    assert_eq!(lines.secrets, ["LANSIDE_SECRET_1"]);
    assert!(!format!("{lines:?}").contains("swordfish"));
    assert!(words(&lines.cli).contains(&"NewPassword=hush".to_owned()));
    let body = option(&words(&lines.curl), "--data-binary");
    assert!(body.contains("<NewPassword>hush</NewPassword>"), "{body}");
    assert!(body.contains("<Note>LANSIDE_:1LANSIDE_:</Note>"), "{body}");
    let lines = written(false, &[text("Parameters", document)]);
    assert!(!format!("{lines:?}").contains("swordfish"));
    assert!(lines.cli.ends_with("Parameters=\"${LANSIDE_SECRET_1:?}\""));
}

#[test]
fn a_name_that_is_none_is_not_written() {
    let service = service();
    for action in ["", "-x", "a b", "a\nb", "a>", "a:b", "$(id)"] {
        let target = Target {
            udn: "uuid:1",
            service: &service,
            service_name: "BasicManagement",
            action,
            protected: false,
        };
        assert!(write(&target, &[]).is_err(), "{action}");
    }
    let target = Target {
        udn: "--help",
        service: &service,
        service_name: "BasicManagement",
        action: "Ping",
        protected: false,
    };
    let lines = write(&target, &[]).expect("names are names");
    assert!(lines.cli.starts_with("lanside call -- --help "));
}
