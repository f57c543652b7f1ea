//! How a computer comes to hold Admin, once for every way that TR-064, Appendix I.1.3, gives examples of: the real
//! `lanside` against the real `lanside-gateway`.

mod browser;
mod screen;

use std::io::{Read, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use lanside_e2e::{wrong_first_half, Answer, Keys, Lanside, RunningGateway, SSID};

use crate::role_policies::browser::Browser;

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::new);

const PASSWORD: &str = "correcthorse7";
const USER: &str = "Administrator:correcthorse7";

/// The longest that anything is waited for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(90);

fn serve(policy: &str, more: &[&str]) -> RunningGateway {
    KEYS.serve(&[&["--role-policy", policy], more].concat())
}

fn pair(lanside: &Lanside, gateway: &RunningGateway, pin: &str) -> Answer {
    lanside.run(&["pair", &gateway.told("location"), "--pin", pin])
}

fn names(roles: &serde_json::Value) -> Vec<String> {
    let list = roles["roles"].as_array().expect("roles");
    let mut names: Vec<String> = list
        .iter()
        .map(|role| role.as_str().expect("a role").to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// The roles that the gateway says this computer holds.
fn roles(lanside: &Lanside, gateway: &RunningGateway) -> Vec<String> {
    names(&lanside.run(&["roles", &gateway.told("udn")]).done())
}

const ADMIN: [&str; 3] = ["Admin", "Basic", "Public"];
const BASIC: [&str; 2] = ["Basic", "Public"];

/// A computer that was introduced with less logs in, and does what only an administrator may.
fn log_in_and_administer(lanside: &Lanside, gateway: &RunningGateway) {
    let udn = gateway.told("udn");
    lanside
        .run(&["call", &udn, "BasicManagement", "Reboot"])
        .failed(4, "NotAuthorized");
    let login = ["login", &udn, "--name", "Administrator"];
    let logged_in = lanside.run_with_input(&login, PASSWORD).done();
    assert_eq!(names(&logged_in), ADMIN);
    assert_eq!(roles(lanside, gateway), ADMIN);
    lanside.run(&["access", &udn, "list"]).done();
}

#[test]
fn the_pin_on_the_label_gives_admin() {
    let (gateway, lanside) = (serve("label-pin", &[]), KEYS.lanside());
    let paired = pair(&lanside, &gateway, &gateway.told("pin")).done();
    assert_eq!(names(&paired), ADMIN);
    assert_eq!(roles(&lanside, &gateway), ADMIN);
}

#[test]
fn the_pin_gives_basic_and_the_password_admin() {
    let (gateway, lanside) = (serve("basic", &["--user", USER]), KEYS.lanside());
    let paired = pair(&lanside, &gateway, &gateway.told("pin")).done();
    assert_eq!(names(&paired), BASIC);
    log_in_and_administer(&lanside, &gateway);
}

#[test]
fn a_pin_that_a_user_makes_on_the_web_page_gives_admin() {
    let (gateway, lanside) = (serve("web-pin", &["--user", USER]), KEYS.lanside());
    let mut browser = Browser::log_in(&gateway.told("web"), "Administrator", PASSWORD);
    // The label's PIN is nothing to this gateway.
    pair(&lanside, &gateway, &gateway.told("pin")).failed(5, "PinRejected");
    let pin = browser.new_pin("Admin");
    let paired = pair(&lanside, &gateway, &pin).done();
    assert_eq!(names(&paired), ADMIN);
    assert_eq!(roles(&lanside, &gateway), ADMIN);
    // It was for one introduction.
    let other = Lanside::new();
    pair(&other, &gateway, &pin).failed(5, "PinRejected");
}

#[test]
fn a_user_of_the_web_page_makes_an_administrator_of_a_computer_with_basic() {
    for policy in ["basic", "web-pin"] {
        let gateway = serve(policy, &["--user", USER, "--web-port", "0"]);
        let lanside = KEYS.lanside();
        let mut browser = Browser::log_in(&gateway.told("web"), "Administrator", PASSWORD);
        let pin = match policy {
            "basic" => gateway.told("pin"),
            _ => browser.new_pin("Basic"),
        };
        assert_eq!(
            names(&pair(&lanside, &gateway, &pin).done()),
            BASIC,
            "{policy}"
        );
        let own = lanside.run(&["identity", "show"]).done();
        let id = own["identity"].as_str().expect("an identity");
        assert!(browser.page().contains(id), "the page lists this computer");
        assert_eq!(browser.send("role", &[("id", id), ("role", "Admin")]), 303);
        assert_eq!(roles(&lanside, &gateway), ADMIN, "{policy}");
    }
}

#[test]
fn the_button_gives_basic_and_the_password_admin() {
    let (mut gateway, lanside) = (serve("push-button", &["--user", USER]), KEYS.lanside());
    // There is no PIN to be right or wrong.
    let refused = pair(&lanside, &gateway, &gateway.told("pin"));
    assert_ne!(refused.code, 0, "{refused:?}");
    let location = gateway.told("location");
    let arguments = ["pair", location.as_str(), "--push-button"];
    let paired = lanside.run_by_hand(&arguments, "Press the button", || {
        gateway.act("button");
        Some(String::new())
    });
    assert_eq!(names(&paired.done()), BASIC);
    log_in_and_administer(&lanside, &gateway);
}

#[test]
fn a_gateway_that_says_that_its_button_was_pressed_needs_no_word_of_the_person() {
    let (mut gateway, lanside) = (serve("push-button", &[]), KEYS.lanside());
    let location = gateway.told("location");
    let arguments = ["pair", location.as_str(), "--push-button"];
    let paired = lanside.run_by_hand(&arguments, "goes on by itself", || {
        gateway.act("button");
        None
    });
    assert_eq!(names(&paired.done()), BASIC);
}

#[test]
fn the_first_computer_is_administrator_by_itself_and_the_second_is_not() {
    let gateway = serve("auto-admin", &[]);
    let (first, second) = (KEYS.lanside(), Lanside::new());
    for (lanside, expected) in [(&first, &ADMIN[..]), (&second, &BASIC[..])] {
        let paired = pair(lanside, &gateway, &gateway.told("pin")).done();
        assert_eq!(names(&paired), expected);
        assert_eq!(roles(lanside, &gateway), expected);
    }
}

#[test]
fn an_open_gateway_asks_for_nothing() {
    let (gateway, lanside) = (serve("open", &["--model", "vdsl"]), KEYS.lanside());
    let location = gateway.told("location");
    assert_eq!(lanside.run(&["show", &location]).done()["state"], "new");
    let change = format!("{SSID}=Open house");
    lanside.run(&["set", &location, &change, "--yes"]).done();
    let read = lanside.run(&["get", &location, SSID]).done();
    assert_eq!(read["parameters"][0]["value"], "Open house");
    let paired = pair(&lanside, &gateway, &gateway.told("pin")).done();
    assert_eq!(names(&paired), ADMIN);
}

#[test]
fn a_locked_gateway_takes_the_right_pin_once_it_has_waited() {
    // Long enough for the next try, which begins with a search.
    let lock = ["--lock-after", "2", "--lock-seconds", "12"];
    let (gateway, lanside) = (serve("label-pin", &lock), KEYS.lanside());
    let pin = gateway.told("pin");
    for _ in 0..2 {
        pair(&lanside, &gateway, &wrong_first_half(&pin)).failed(5, "PinRejected");
    }
    let error = pair(&lanside, &gateway, &pin).failed(5, "PinRejected");
    let said = error["message"].as_str().unwrap_or_default();
    assert!(said.contains("locked"), "{error}");
    let since = Instant::now();
    let paired = loop {
        let answer = pair(&lanside, &gateway, &pin);
        if answer.code != 5 {
            break answer.done();
        }
        assert!(since.elapsed() < PATIENCE, "it stays locked: {answer:?}");
        std::thread::sleep(Duration::from_millis(500));
    };
    assert_eq!(names(&paired), ADMIN);
}

#[test]
fn a_gateway_whose_plug_is_pulled_knows_its_administrator_again() {
    let state = tempfile::tempdir().expect("a scratch directory");
    let state = state.path().to_str().expect("a path in UTF-8");
    let lanside = KEYS.lanside();
    let arguments = ["--state-dir", state, "--model", "minimal"];
    let mut gateway = RunningGateway::start(&arguments);
    pair(&lanside, &gateway, &gateway.told("pin")).done();
    let udn = gateway.told("udn");
    for role in ["Basic", "Admin"] {
        // It is killed as soon as it has said that the change is made.
        let user = format!("Guest{role}");
        let add = ["access", &udn, "add", "user", &user, "--role", role];
        lanside.run_with_input(&add, PASSWORD).done();
        gateway.kill();
        gateway = RunningGateway::start(&arguments);
        assert_eq!(gateway.told("udn"), udn);
        assert_eq!(roles(&lanside, &gateway), ADMIN);
        let list = lanside.run(&["access", &udn, "list"]).done().to_string();
        assert!(list.contains(&user), "{list}");
    }
}

#[test]
fn two_computers_at_once_come_one_after_the_other() {
    let mut gateway = serve("label-pin", &[]);
    // The first one is left without an answer in the middle, and gives up after a while.
    gateway.act("fault once:stall:m3");
    let (first, second) = (KEYS.lanside(), Lanside::new());
    second.run(&["identity", "show"]).done();
    let (location, pin) = (gateway.told("location"), gateway.told("pin"));
    let trace = second.state_dir().join("trace.jsonl");
    let path = trace.to_str().expect("a path in UTF-8");
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            let arguments = ["--timeout", "12", "pair", &location, "--pin", &pin];
            first.run(&arguments).failed(3, "Unreachable");
        });
        // It has begun when the gateway is not ready any more.
        let since = Instant::now();
        while !is_busy(&gateway) {
            assert!(since.elapsed() < PATIENCE, "the first one never begins");
            std::thread::sleep(Duration::from_millis(50));
        }
        let arguments = ["--trace", path, "pair", &location, "--pin", &pin];
        let paired = second.run(&arguments).done();
        assert_eq!(names(&paired), ADMIN);
        slow.join().expect("the first one ends");
    });
    let told = std::fs::read_to_string(&trace).expect("the trace");
    assert!(told.contains("708"), "it was told to wait");
    // Nobody is shut out for good.
    pair(&first, &gateway, &pin).done();
}

/// What the gateway says of itself, as a control point of old asks it over HTTP.
fn is_busy(gateway: &RunningGateway) -> bool {
    let location = gateway.told("location");
    let address = location.trim_start_matches("http://");
    let address = address.split('/').next().expect("an address");
    let body = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <u:QueryStateVariable xmlns:u=\"urn:schemas-upnp-org:control-1-0\"><varName>SetupReady</varName>\
         </u:QueryStateVariable></s:Body></s:Envelope>";
    let mut stream = std::net::TcpStream::connect(address).expect("the gateway answers");
    write!(
        stream,
        "POST /dp/control HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         SOAPACTION: \"urn:schemas-upnp-org:control-1-0#QueryStateVariable\"\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.contains("<return>0</return>")
}
