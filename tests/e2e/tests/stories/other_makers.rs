//! Programs of other makers, each on a computer of its own: their devices and our control point, our
//! gateway and their control points. What is not installed is left out, and that is said.
#![cfg(target_os = "linux")]

use std::path::Path;

use lanside_e2e::namespaces::{eventually, find_program, left_out, Host, Lab, Serving};
use lanside_e2e::{peers, Lanside, RunningGateway};
use serde_json::{json, Value};

const BMS: &str = "urn:schemas-upnp-org:service:BasicManagement:2";

fn services(device: &Value) -> Vec<&str> {
    let services = device["services"].as_array().expect("a list");
    let types = services.iter().map(|service| service["type"].as_str());
    types.map(|kind| kind.expect("a type")).collect()
}

/// The device with this name, if a search of everything finds it.
fn discovered(desk: &Host, lanside: &Lanside, name: &str) -> Option<Value> {
    let found = lanside
        .run_on(desk, &["discover", "--all", "--for", "3"])
        .done();
    let devices = found["devices"].as_array().expect("a list");
    let mut same = devices
        .iter()
        .filter(|device| device["friendly_name"] == name);
    let device = same.next().cloned();
    assert!(same.next().is_none(), "“{name}” once: {found}");
    device
}

#[test]
fn everything_on_one_network_is_found_and_told_apart() {
    let story = "finding devices of other makers";
    let Some(lab) = Lab::open(story) else {
        return;
    };
    let (switch, dir) = (lab.switch(), tempfile::tempdir().expect("a directory"));
    let computer = |number: u8| {
        let host = lab.host();
        let address = format!("10.77.0.{number}/24");
        let link_local = format!("fe80::{number}/64");
        lab.wire(&host, "eth0", &switch, &[&address, &link_local]);
        host
    };
    let (desk, home) = (computer(1), computer(9));
    let ours = RunningGateway::start_on(
        &home,
        &["--bind", "10.77.0.9", "--friendly-name", "Our gateway"],
    );
    type Start = fn(&Host, &Path) -> Option<Serving>;
    let starts: [(&str, u8, &str, Start); 3] = [
        ("rygel", 2, peers::RENDERER, peers::rygel),
        ("minidlna", 3, peers::MEDIA_SERVER, peers::minidlna),
        ("miniupnpd", 4, peers::ROUTER, peers::miniupnpd),
    ];
    let mut present = Vec::new();
    for (package, number, name, start) in starts {
        let host = computer(number);
        match start(&host, dir.path()) {
            Some(serving) => present.push((number, name, host, serving)),
            None => left_out(story, &format!("{package} is not installed")),
        }
    }
    let lanside = Lanside::new();
    for (number, name, ..) in &present {
        let device = eventually(name, || discovered(&desk, &lanside, name));
        assert_eq!(device["interface"], "eth0", "{device}");
        let (v4, v6) = (format!("10.77.0.{number}"), format!("[fe80::{number}%"));
        let address = device["address"].as_str().expect("an address");
        assert!(address == v4 || address.starts_with(&v6), "{device}");
        assert_ne!(device["kind"], "tr064", "{device}");
        let reason = device["reason"].as_str().unwrap_or_default();
        assert!(reason.contains("ConfigurationManagement"), "{device}");
        let (manufacturer, service) = match *name {
            peers::RENDERER => ("Rygel Developers", BMS),
            peers::MEDIA_SERVER => (
                "Justin Maggard",
                "urn:schemas-upnp-org:service:ContentDirectory:1",
            ),
            _ => (
                "Debian",
                "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1",
            ),
        };
        assert_eq!(device["manufacturer"], manufacturer, "{device}");
        assert!(services(&device).contains(&service), "{device}");
    }
    let device = eventually("ours", || discovered(&desk, &lanside, "Our gateway"));
    assert_eq!(device["udn"], ours.told("udn"));
    assert_eq!(
        (&device["kind"], &device["reason"]),
        (&json!("tr064"), &Value::Null)
    );
    // Who looks for gateways is not bothered with media servers.
    let gateways = Lanside::new()
        .run_on(&desk, &["discover", "--for", "3"])
        .done();
    let names = gateways["devices"].as_array().expect("a list").iter();
    let names: Vec<_> = names
        .map(|device| device["friendly_name"].as_str())
        .collect();
    assert!(!names.contains(&Some(peers::MEDIA_SERVER)), "{gateways}");
}

/// A lab with Rygel, and what was found of it.
struct Renderer {
    _lab: Lab,
    desk: Host,
    _host: Host,
    _rygel: Serving,
    dir: tempfile::TempDir,
    lanside: Lanside,
    device: Value,
}

fn renderer(story: &str) -> Option<Renderer> {
    let lab = Lab::open(story)?;
    let dir = tempfile::tempdir().expect("a directory");
    let (switch, desk, host) = (lab.switch(), lab.host(), lab.host());
    lab.wire(&desk, "eth0", &switch, &["10.77.0.1/24"]);
    lab.wire(&host, "eth0", &switch, &["10.77.0.2/24"]);
    let Some(rygel) = peers::rygel(&host, dir.path()) else {
        left_out(story, "rygel or dbus-run-session is not installed");
        return None;
    };
    let lanside = Lanside::new();
    let found = || discovered(&desk, &lanside, peers::RENDERER);
    let device = eventually("the renderer is found", found);
    if !services(&device).contains(&BMS) {
        left_out(story, "rygel came without its plugin playbin");
        return None;
    }
    Some(Renderer {
        _lab: lab,
        desk,
        _host: host,
        _rygel: rygel,
        dir,
        lanside,
        device,
    })
}

impl Renderer {
    /// A control point that listens to the events of BasicManagement.
    fn listener(&self, more: &[&str]) -> Serving {
        let location = self.device["location"].as_str().expect("a location");
        let program = Path::new(env!("CARGO_BIN_EXE_listener"));
        let log = self.dir.path().join("listener.log");
        self.desk.serve(&log, program, |command| {
            command.args([location, "BasicManagement"]).args(more);
        })
    }
}

/// What a listener has printed so far.
fn heard(listener: &Serving) -> Vec<Value> {
    let log = listener.log();
    let lines = log
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let read = lines.map(|line| serde_json::from_str(line).unwrap_or_else(|_| json!(line)));
    read.collect()
}

#[test]
fn a_ping_runs_on_another_makers_device_and_its_events_come() {
    let story = "Ping on rygel, with events";
    let Some(renderer) = renderer(story) else {
        return;
    };
    let listener = renderer.listener(&[]);
    let initial = eventually("the initial event", || heard(&listener).first().cloned());
    assert_eq!(initial["initial"], true, "{initial}");
    assert_eq!(initial["seq"], 0, "{initial}");
    if find_program("ping").is_none() {
        left_out(story, "ping (iputils-ping) is not installed");
        return;
    }
    let name = renderer.device["udn"].as_str().expect("a UDN");
    let call = |words: &[&str]| {
        let mut arguments = vec!["call", name, "BasicManagement"];
        arguments.extend(words);
        renderer.lanside.run_on(&renderer.desk, &arguments).done()["out"].clone()
    };
    let started = call(&[
        "Ping",
        "Host=10.77.0.1",
        "NumberOfRepetitions=2",
        "Timeout=1000",
        "DataBlockSize=32",
        "DSCP=0",
    ]);
    let test = format!("TestID={}", started["TestID"].as_str().expect("a number"));
    eventually("the test ends", || {
        let info = call(&["GetTestInfo", &test]);
        (info["State"] == "Completed").then_some(())
    });
    let result = call(&["GetPingResult", &test]);
    assert_eq!(result["Status"], "Success", "{result}");
    assert_eq!(result["SuccessCount"], "2", "{result}");
    assert_eq!(result["FailureCount"], "0", "{result}");
    // The list of tests is evented: the test came, ran and ended.
    eventually("an event about the test", || {
        let events = heard(&listener);
        let tells = |event: &Value| event["initial"] == false && event["seq"].is_u64();
        events.iter().any(tells).then_some(())
    });
}

/// What `lanside test` says, whichever way the test ended.
fn tested(renderer: &Renderer, words: &[&str]) -> Value {
    let name = renderer.device["udn"].as_str().expect("a UDN");
    let mut arguments = vec!["test", name];
    arguments.extend(words);
    renderer.lanside.run_on(&renderer.desk, &arguments).done()
}

#[test]
fn every_test_of_another_makers_device_runs_to_its_result() {
    let story = "Ping, NSLookup and Traceroute on rygel";
    let Some(renderer) = renderer(story) else {
        return;
    };
    let offered = tested(&renderer, &["--list"]);
    let kinds: Vec<&str> = offered["offered"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|test| test["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["ping", "traceroute", "nslookup"], "{offered}");
    let names = Path::new(env!("CARGO_BIN_EXE_names"));
    let log = renderer.dir.path().join("names.log");
    let _names = renderer.desk.serve(&log, names, |command| {
        command.args(["10.77.0.1:53", "printer.example", "10.77.0.9"]);
    });
    // What the tools of that computer cannot do is its word, too: the result says so.
    for (words, kind, tool) in [
        (
            &["ping", "10.77.0.1", "--count", "3"][..],
            "packets",
            "ping",
        ),
        (&["traceroute", "10.77.0.1"], "route", "traceroute"),
        (
            &["nslookup", "printer.example", "--server", "10.77.0.1"],
            "names",
            "nslookup",
        ),
    ] {
        let result = tested(&renderer, words);
        assert_eq!(result["state"], "completed", "{result}");
        assert_eq!(result["way"], "basic_management", "{result}");
        assert_eq!(result["result"]["type"], kind, "{result}");
        let number = result["test_id"].as_u64().expect("a number").to_string();
        let again = tested(&renderer, &["--result", &number]);
        assert_eq!(again["result"], result["result"], "{again}");
        if find_program(tool).is_none() {
            left_out(
                story,
                &format!("the results of {tool}, which is not installed"),
            );
            assert_eq!(result["passed"], false, "{result}");
            assert_eq!(result["status"], "Error_Internal", "{result}");
        } else {
            assert_eq!(result["passed"], true, "{result}");
            let tells = result["result"].to_string();
            assert!(kind != "names" || tells.contains("10.77.0.9"), "{result}");
        }
    }
    let list = tested(&renderer, &["--list"]);
    assert_eq!(
        list["remembered"].as_array().map(Vec::len),
        Some(3),
        "{list}"
    );
    assert_eq!(list["history"].as_array().map(Vec::len), Some(3), "{list}");
    // Beyond its limits it says so in the result, and a number nobody has is refused.
    let beyond = tested(&renderer, &["ping", "10.77.0.1", "--count", "101"]);
    assert_eq!(beyond["status"], "Error_Other", "{beyond}");
    let name = renderer.device["udn"].as_str().expect("a UDN");
    let unknown = ["test", name, "--result", "77"];
    let answer = renderer.lanside.run_on(&renderer.desk, &unknown);
    assert_eq!(answer.failed(7, "ActionRefused")["upnp_code"], 706);
}

#[test]
fn a_subscription_at_another_makers_device_is_renewed() {
    let Some(renderer) = renderer("renewing a subscription at rygel") else {
        return;
    };
    let listener = renderer.listener(&["4"]);
    let renewals = eventually("two renewals", || {
        let events = heard(&listener);
        let renewals = events.iter().filter_map(|event| event["renewal"].as_str());
        let renewals: Vec<String> = renewals.map(str::to_owned).collect();
        (renewals.len() >= 2).then_some(renewals)
    });
    for status in renewals {
        assert!(status.contains(" 200 "), "{status}: {:?}", heard(&listener));
    }
    let lost = |event: &Value| event.get("other").is_some();
    assert!(!heard(&listener).iter().any(lost), "{:?}", heard(&listener));
}

/// Our gateway and a computer from which others look for it.
fn our_gateway(lab: &Lab) -> (Host, Host, RunningGateway) {
    let (switch, desk, home) = (lab.switch(), lab.host(), lab.host());
    lab.wire(&desk, "eth0", &switch, &["10.77.0.1/24"]);
    lab.wire(&home, "eth0", &switch, &["10.77.0.9/24"]);
    let arguments = ["--bind", "10.77.0.9", "--friendly-name", "Our gateway"];
    let gateway = RunningGateway::start_on(&home, &arguments);
    (desk, home, gateway)
}

#[test]
fn gssdp_discover_finds_our_gateway() {
    let story = "gssdp-discover finds the simulated gateway";
    let Some(program) = find_program("gssdp-discover") else {
        return left_out(story, "gssdp-discover (gupnp-tools) is not installed");
    };
    let Some(lab) = Lab::open(story) else {
        return;
    };
    let (desk, _home, gateway) = our_gateway(&lab);
    let target = "urn:schemas-upnp-org:device:ManageableDevice:2";
    eventually("gssdp-discover shows it", || {
        let output = desk
            .command(&program)
            .args(["-i", "eth0", "-n", "3", "-m", "available", "-t", target])
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let usn = format!("{}::{target}", gateway.told("udn"));
        (said.contains(&usn) && said.contains(&gateway.told("location"))).then_some(())
    });
}

#[test]
fn async_upnp_client_reads_calls_and_subscribes_to_our_gateway() {
    let story = "async-upnp-client with the simulated gateway";
    let absent = "the Python package async-upnp-client is not installed";
    let Some(python) = find_program("python3") else {
        return left_out(story, absent);
    };
    let importable = std::process::Command::new(&python)
        .args(["-c", "import async_upnp_client"])
        .output();
    if !importable.expect("python3 runs").status.success() {
        return left_out(story, absent);
    }
    let Some(lab) = Lab::open(story) else {
        return;
    };
    let (desk, _home, gateway) = our_gateway(&lab);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/control_point.py");
    let udn = gateway.told("udn");
    let output = desk
        .command(&python)
        .args([script, "10.77.0.1", &udn])
        .output()
        .expect("python3 runs");
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{failed}");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["location"], gateway.told("location"));
    assert_eq!(told["name"], "Our gateway");
    assert_eq!(told["services"].as_array().map(Vec::len), Some(3), "{told}");
    let protocols = told["protocols"].as_str().unwrap_or_default();
    assert!(protocols.contains("WPS"), "{told}");
    assert_eq!(told["same_sid"], true, "{told}");
    assert!(told["granted_s"].as_f64() > Some(0.0), "{told}");
    let seen = told["seen"].as_object().expect("variables");
    assert!(seen.contains_key("DeviceStatus"), "{told}");
}
