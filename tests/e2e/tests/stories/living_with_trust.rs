//! After the introduction, told with the real programs: logins come back and go, a refusal says what helps, a
//! certificate that changed is replaced in one deliberate step, and first use is no proof.

use std::sync::LazyLock;

use lanside_e2e::{wrong_first_half, Answer, Keys, Lanside, RunningGateway};
use serde_json::Value;

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::new);

const USER: &str = "Administrator";
const PASSWORD: &str = "correcthorse7";
const ACCOUNT: &str = "Administrator:correcthorse7";
const NTP: &str = "Device.Time.NTPServer1=ntp.example";

/// A gateway whose PIN gives Basic and whose user is administrator, paired.
fn with_basic(name: &str) -> (RunningGateway, Lanside, String) {
    let arguments = ["--role-policy", "basic", "--user", ACCOUNT];
    let gateway = KEYS.serve(&[&arguments[..], &["--friendly-name", name]].concat());
    let lanside = KEYS.lanside();
    pair(&lanside, &gateway, &["--pin", &gateway.told("pin")]).done();
    let udn = gateway.told("udn");
    (gateway, lanside, udn)
}

fn pair(lanside: &Lanside, gateway: &RunningGateway, how: &[&str]) -> Answer {
    let location = gateway.told("location");
    lanside.run(&[&["pair", location.as_str()], how].concat())
}

fn log_in(lanside: &Lanside, udn: &str) -> Answer {
    lanside.run_with_input(&["login", udn, "--name", USER], PASSWORD)
}

/// Runs it and counts how often these actions were sent, in order of the names.
fn run_counting(lanside: &Lanside, arguments: &[&str], actions: &[&str]) -> (Answer, Vec<usize>) {
    let dir = tempfile::tempdir().expect("a scratch directory");
    let trace = dir.path().join("trace.jsonl");
    let path = trace.to_str().expect("a path in UTF-8");
    let answer = lanside.run(&[&["--trace", path], arguments].concat());
    let written = std::fs::read_to_string(&trace).expect("the trace");
    let sent: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    let count = |action: &&str| {
        let is_it = |entry: &&Value| entry["event"] == "request" && entry["action"] == **action;
        sent.iter().filter(is_it).count()
    };
    (answer, actions.iter().map(count).collect())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn a_refusal_says_which_role_is_missing_and_the_cure_it_names_works() {
    let (_gateway, lanside, udn) = with_basic("Needs more");
    let set = ["set", udn.as_str(), NTP, "--yes"];
    let error = lanside.run(&set).failed(4, "NotAuthorized");
    for word in ["Needs more", "Admin", "Basic"] {
        assert!(text(&error, "message").contains(word), "{error}");
    }
    // Word for word what a person may copy.
    let login = format!("`lanside login DEVICE --name {USER}`");
    assert!(text(&error, "next").contains(&login), "{error}");
    log_in(&lanside, &udn).done();
    lanside.run(&set).done();
    lanside.run(&["logout", &udn]).done();
    lanside.run(&set).failed(4, "NotAuthorized");
}

#[test]
fn a_login_is_made_for_each_run_and_ended_with_it() {
    let (_gateway, lanside, udn) = with_basic("Goodbye");
    log_in(&lanside, &udn).done();
    let counted = ["UserLogin", "UserLogout"];
    let (answer, counts) = run_counting(&lanside, &["access", &udn, "list"], &counted);
    answer.done();
    assert_eq!(counts, [1, 1]);
    // Also when the run fails.
    let wrong = ["call", &udn, "BasicManagement", "GetTestInfo", "TestID=999"];
    let (answer, counts) = run_counting(&lanside, &wrong, &counted);
    answer.failed(7, "ActionRefused");
    assert_eq!(counts, [1, 1]);
    lanside.run(&["logout", &udn]).done();
    let (answer, counts) = run_counting(&lanside, &["roles", &udn], &counted);
    answer.done();
    assert_eq!(counts, [0, 0]);
}

#[test]
fn a_login_the_gateway_forgot_is_made_again_once() {
    let (mut gateway, lanside, udn) = with_basic("Forgetful");
    log_in(&lanside, &udn).done();
    let counted = ["UserLogin", "GetACLData", "UserLogout"];
    // The login ends with its connection; what is asked for is there all the same.
    gateway.act("fault drop-next:GetACLData");
    let (answer, counts) = run_counting(&lanside, &["access", &udn, "list"], &counted);
    answer.done();
    assert_eq!((counts[0], counts[2]), (2, 1), "{counts:?}");
    // A gateway that takes it no more is not asked again and again, and the person is told.
    gateway.act("fault refuse:UserLogin:701");
    let (answer, counts) = run_counting(&lanside, &["set", &udn, NTP, "--yes"], &counted);
    let error = answer.failed(4, "NotAuthorized");
    assert!(text(&error, "next").contains("lanside login"), "{error}");
    assert_eq!(counts[0], 1, "{counts:?}");
    gateway.act("clear-faults");
    let (_, counts) = run_counting(&lanside, &["roles", &udn], &counted);
    assert_eq!(counts[0], 0, "a login that was refused is forgotten");
}

#[test]
fn first_use_is_compared_by_a_person_and_proves_nothing() {
    let arguments = ["--role-policy", "auto-admin", "--user", ACCOUNT];
    let gateway = KEYS.serve(&arguments);
    let (lanside, udn) = (KEYS.lanside(), gateway.told("udn"));
    // Nobody is there to be asked, and no certificate is named.
    let answer = pair(&lanside, &gateway, &["--first-use"]);
    let error = answer.failed(2, "Usage");
    assert!(text(&error, "message").contains("--certificate"), "{error}");
    assert!(!lanside.trusts(&udn));
    let shown = shown_certificate(&answer);
    let other = format!("{}{}", &shown[1..], &shown[..1]);
    pair(
        &lanside,
        &gateway,
        &["--first-use", "--certificate", &other],
    )
    .failed(6, "IdentityChanged");
    assert!(!lanside.trusts(&udn));
    let paired = pair(
        &lanside,
        &gateway,
        &["--first-use", "--certificate", &shown],
    )
    .done();
    assert_eq!(paired["how"], "first_use");
    assert_eq!(paired["certificate_sha256"], shown.as_str());
    lanside.run(&["set", &udn, NTP, "--yes"]).done();
    // It never proved that it is the right one.
    let error = log_in(&lanside, &udn).failed(4, "NotAuthorized");
    assert!(text(&error, "message").contains("never proved"), "{error}");
    let proven = pair(&lanside, &gateway, &["--pin", &gateway.told("pin")]).done();
    assert_eq!(proven["how"], "pin");
    log_in(&lanside, &udn).done();
    // Proof is not undone by a visit without one.
    let again = pair(
        &lanside,
        &gateway,
        &["--first-use", "--certificate", &shown],
    )
    .done();
    assert_eq!(again["how"], "pin");
    log_in(&lanside, &udn).done();
}

#[test]
fn a_certificate_compared_by_a_person_is_trusted_by_hand() {
    let gateway = KEYS.serve(&["--role-policy", "auto-admin", "--user", ACCOUNT]);
    let (lanside, udn) = (KEYS.lanside(), gateway.told("udn"));
    // What is compared has to be named.
    pair(&lanside, &gateway, &["--by-hand"]).failed(2, "Usage");
    assert!(!lanside.trusts(&udn));
    let shown = shown_certificate(&pair(&lanside, &gateway, &["--first-use"]));
    let other = format!("{}{}", &shown[1..], &shown[..1]);
    pair(&lanside, &gateway, &["--by-hand", "--certificate", &other]).failed(6, "IdentityChanged");
    assert!(!lanside.trusts(&udn));
    let by_hand = ["--by-hand", "--certificate", &shown];
    let paired = pair(&lanside, &gateway, &by_hand).done();
    assert_eq!(paired["how"], "by_hand");
    // Nobody else can have been taken for it, so a password may be used.
    log_in(&lanside, &udn).done();
    // A later visit that proves less takes nothing back, one that proves more counts.
    let again = pair(
        &lanside,
        &gateway,
        &["--first-use", "--certificate", &shown],
    );
    assert_eq!(again.done()["how"], "by_hand");
    let pin = pair(&lanside, &gateway, &["--pin", &gateway.told("pin")]);
    assert_eq!(pin.done()["how"], "pin");
    let again = pair(&lanside, &gateway, &by_hand).done();
    assert_eq!(again["how"], "pin");
}

#[test]
fn whoever_logs_in_after_a_button_is_told_what_it_leaves_open() {
    let mut gateway = KEYS.serve(&["--role-policy", "push-button", "--user", ACCOUNT]);
    let (lanside, udn) = (KEYS.lanside(), gateway.told("udn"));
    gateway.act("button");
    let paired = pair(&lanside, &gateway, &["--push-button"]).done();
    assert_eq!(paired["how"], "push_button");
    let answer = log_in(&lanside, &udn);
    assert!(answer.stderr.contains("guess this password"), "{answer:?}");
    answer.done();
}

/// The certificate as `pair` showed it before anything was done.
fn shown_certificate(answer: &Answer) -> String {
    let hex = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let shown = answer.stderr.split_whitespace().find(hex);
    shown
        .unwrap_or_else(|| panic!("no certificate: {answer:?}"))
        .to_owned()
}

#[test]
fn a_gateway_that_gives_nothing_away_is_not_trusted_at_first_use() {
    let gateway = KEYS.serve(&["--role-policy", "label-pin"]);
    let lanside = KEYS.lanside();
    let shown = shown_certificate(&pair(&lanside, &gateway, &["--first-use"]));
    let answer = pair(
        &lanside,
        &gateway,
        &["--first-use", "--certificate", &shown],
    );
    let error = answer.failed(4, "NotAuthorized");
    assert!(text(&error, "next").contains("--pin"), "{error}");
    assert!(!lanside.trusts(&gateway.told("udn")));
}

#[test]
fn a_certificate_is_replaced_in_one_deliberate_step_and_only_with_the_pin() {
    let (mut gateway, lanside, udn) = with_basic("Reset");
    let pin = gateway.told("pin");
    log_in(&lanside, &udn).done();
    gateway.act("fault new-certificate");
    let roles = ["roles", udn.as_str()];
    let changed = lanside.run(&roles).failed(6, "IdentityChanged");
    assert!(
        text(&changed, "next").contains("--replace-certificate"),
        "{changed}"
    );
    let old = text(
        &changed["kind"]["changed"]["old"]["certificate"],
        "fingerprint",
    )
    .to_owned();
    let new = text(&changed["kind"]["changed"]["new"], "fingerprint").to_owned();
    assert!(
        !old.is_empty() && !new.is_empty() && old != new,
        "{changed}"
    );
    pair(&lanside, &gateway, &["--pin", &pin]).failed(6, "IdentityChanged");
    // Until the new one is proven the old one stays, whatever is tried.
    let wrong = wrong_first_half(&pin);
    for (how, code, name) in [
        (
            &["--pin", wrong.as_str(), "--replace-certificate"][..],
            5,
            "PinRejected",
        ),
        (
            &[
                "--pin",
                &pin,
                "--replace-certificate",
                "--certificate",
                &old,
            ],
            6,
            "IdentityChanged",
        ),
    ] {
        let answer = pair(&lanside, &gateway, how);
        answer.failed(code, name);
        assert!(answer.stderr.contains(&old), "both are shown: {answer:?}");
        let still = lanside.run(&roles).failed(6, "IdentityChanged");
        assert_eq!(
            text(
                &still["kind"]["changed"]["old"]["certificate"],
                "fingerprint"
            ),
            old
        );
    }
    let paired = pair(
        &lanside,
        &gateway,
        &["--pin", &pin, "--replace-certificate"],
    );
    assert!(
        paired.stderr.contains(&old) && paired.stderr.contains(&new),
        "{paired:?}"
    );
    assert_eq!(paired.done()["certificate_sha256"], new.as_str());
    // The login was with the one before.
    let (answer, counts) = run_counting(&lanside, &roles, &["UserLogin"]);
    answer.done();
    assert_eq!(counts, [0]);
}

#[test]
fn programs_that_run_at_once_lose_neither_the_identity_nor_what_another_one_trusts() {
    let gateways: Vec<RunningGateway> = (0..4).map(|_| KEYS.serve(&[])).collect();
    // Nobody has run here yet: one of them makes the identity.
    let lanside = Lanside::new();
    std::thread::scope(|scope| {
        for gateway in &gateways {
            let lanside = &lanside;
            scope.spawn(move || {
                pair(lanside, gateway, &["--pin", &gateway.told("pin")]).done();
            });
        }
    });
    for gateway in &gateways {
        let udn = gateway.told("udn");
        assert!(lanside.trusts(&udn), "{udn} is not trusted any more");
        // The gateway knows the identity that is kept.
        let roles = lanside.run(&["roles", &udn]).done();
        assert!(roles["roles"].to_string().contains("Admin"), "{roles}");
    }
}
