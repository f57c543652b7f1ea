//! What real computers have and the loopback interface does not: several adapters, adapters that
//! come and go, IPv6 alone. Told in network namespaces; left out, and said, where there are none.
#![cfg(target_os = "linux")]

use lanside_e2e::namespaces::{eventually, Host, Lab};
use lanside_e2e::{Lanside, RunningGateway};
use serde_json::{json, Value};

/// A gateway with the least of a tree.
fn gateway(host: &Host, bind: &str, more: &[&str]) -> RunningGateway {
    let mut arguments = vec!["--model", "minimal", "--bind", bind];
    arguments.extend(more);
    RunningGateway::start_on(host, &arguments)
}

/// What a search finds of these gateways, in this order.
fn discover(desk: &Host, lanside: &Lanside, gateways: &[&RunningGateway]) -> Vec<Option<Value>> {
    let found = lanside.run_on(desk, &["discover", "--for", "3"]).done();
    let devices = found["devices"].as_array().expect("a list");
    let of = |gateway: &&RunningGateway| {
        let udn = gateway.told("udn");
        let mut same = devices.iter().filter(|device| device["udn"] == udn);
        let device = same.next().cloned();
        assert!(same.next().is_none(), "each gateway once: {found}");
        device
    };
    gateways.iter().map(of).collect()
}

fn found(desk: &Host, lanside: &Lanside, gateway: &RunningGateway) -> Value {
    eventually("the gateway is found", || {
        discover(desk, lanside, &[gateway]).remove(0)
    })
}

/// Pairs by what the person names, then reads a value that strangers may not read.
fn pair_and_read(desk: &Host, lanside: &Lanside, gateway: &RunningGateway, name: &str) {
    let paired = lanside
        .run_on(desk, &["pair", name, "--pin", &gateway.told("pin")])
        .done();
    assert_eq!(paired["udn"], gateway.told("udn"));
    let read = lanside
        .run_on(desk, &["get", &gateway.told("udn"), "/BBF/Time/NTPServer1"])
        .done();
    assert_eq!(read["problems"], json!([]), "{read}");
    assert!(read["parameters"][0]["value"].is_string(), "{read}");
}

#[test]
fn two_networks_are_searched_and_each_gateway_is_told_with_its_adapter() {
    let Some(lab) = Lab::open("two adapters") else {
        return;
    };
    let (left, right) = (lab.switch(), lab.switch());
    let (desk, one, two) = (lab.host(), lab.host(), lab.host());
    lab.wire(&desk, "wired0", &left, &["10.77.0.1/24"]);
    lab.wire(&desk, "air0", &right, &["10.78.0.1/24"]);
    lab.wire(&one, "eth0", &left, &["10.77.0.9/24"]);
    lab.wire(&two, "eth0", &right, &["10.78.0.9/24"]);
    let (one, two) = (
        gateway(&one, "10.77.0.9", &["--friendly-name", "Wired one"]),
        gateway(&two, "10.78.0.9", &["--friendly-name", "Other one"]),
    );
    let lanside = Lanside::new();
    let both = eventually("both are found", || {
        let both = discover(&desk, &lanside, &[&one, &two]);
        both.into_iter().collect::<Option<Vec<Value>>>()
    });
    for (device, gateway, adapter) in [(&both[0], &one, "wired0"), (&both[1], &two, "air0")] {
        assert_eq!(device["interface"], adapter, "{device}");
        assert_eq!(device["location"], gateway.told("location"), "{device}");
    }
    // An installation that knows neither of them yet.
    let only = Lanside::new()
        .run_on(&desk, &["--interface", "air0", "discover", "--for", "2"])
        .done();
    let devices = only["devices"].as_array().expect("a list");
    assert!(
        devices
            .iter()
            .all(|device| device["udn"] != one.told("udn")),
        "{only}"
    );
    assert!(
        devices
            .iter()
            .any(|device| device["udn"] == two.told("udn")),
        "{only}"
    );
    pair_and_read(&desk, &lanside, &one, "Wired one");
    pair_and_read(&desk, &lanside, &two, "Other one");
}

#[test]
fn of_two_gateways_with_one_address_neither_is_trusted_for_the_other() {
    let Some(lab) = Lab::open("two adapters with overlapping addresses") else {
        return;
    };
    let (left, right) = (lab.switch(), lab.switch());
    let (desk, one, two) = (lab.host(), lab.host(), lab.host());
    lab.wire(&desk, "wired0", &left, &["10.77.0.1/24"]);
    lab.wire(&desk, "air0", &right, &["10.77.0.2/24"]);
    lab.wire(&one, "eth0", &left, &["10.77.0.9/24"]);
    lab.wire(&two, "eth0", &right, &["10.77.0.9/24"]);
    let ports = ["--http-port", "5000", "--https-port", "5443"];
    let (one, two) = (
        gateway(&one, "10.77.0.9", &ports),
        gateway(&two, "10.77.0.9", &ports),
    );
    assert_eq!(one.told("location"), two.told("location"));
    // The system leads to that address through one adapter only, the first; each gateway is
    // spoken to on the adapter it was heard on all the same.
    let lanside = Lanside::new();
    let both = eventually("both gateways are found", || {
        let both = discover(&desk, &lanside, &[&one, &two]);
        both.into_iter().collect::<Option<Vec<Value>>>()
    });
    for (device, adapter) in both.iter().zip(["wired0", "air0"]) {
        assert_eq!(device["interface"], adapter, "{device}");
        assert_eq!(device["address"], "10.77.0.9", "{device}");
    }
    pair_and_read(&desk, &lanside, &one, &one.told("udn"));
    pair_and_read(&desk, &lanside, &two, &two.told("udn"));
    pair_and_read(&desk, &lanside, &one, &one.told("udn"));
    // The other one is never taken for it: what was agreed with the first is refused here.
    desk.ip("link set wired0 down");
    let get = ["get", &one.told("udn"), "/BBF/Time/NTPServer1"];
    let refused = lanside.run_on(&desk, &get);
    assert_eq!(refused.code, 6, "IdentityChanged: {refused:?}");
    // Now the system leads to the other one.
    let fresh = Lanside::new();
    let device = found(&desk, &fresh, &two);
    assert_eq!(device["interface"], "air0", "{device}");
    pair_and_read(&desk, &fresh, &two, "10.77.0.9");
}

#[test]
fn an_adapter_that_was_away_is_searched_again() {
    let Some(lab) = Lab::open("an adapter that goes down and comes back") else {
        return;
    };
    let switch = lab.switch();
    let (desk, home) = (lab.host(), lab.host());
    lab.wire(&desk, "eth0", &switch, &["10.77.0.1/24", "fe80::1/64"]);
    lab.wire(&home, "eth0", &switch, &["10.77.0.9/24"]);
    let home = gateway(&home, "10.77.0.9", &["--friendly-name", "Comes back"]);
    let lanside = Lanside::new();
    assert_eq!(found(&desk, &lanside, &home)["state"], "new");
    pair_and_read(&desk, &lanside, &home, "Comes back");

    desk.ip("link set eth0 down");
    let away = lanside.run_on(&desk, &["discover", "--for", "1"]);
    away.failed(3, "Unreachable");
    let get = ["get", &home.told("udn"), "/BBF/Time/NTPServer1"];
    lanside.run_on(&desk, &get).failed(3, "Unreachable");

    desk.ip("link set eth0 up");
    let back = found(&desk, &lanside, &home);
    assert_eq!(
        (&back["state"], &back["interface"]),
        (&json!("paired"), &json!("eth0"))
    );
    lanside.run_on(&desk, &get).done();
}

#[test]
fn a_gateway_with_nothing_but_a_link_local_address_is_found_and_paired() {
    let Some(lab) = Lab::open("IPv6 only, link-local") else {
        return;
    };
    let switch = lab.switch();
    let (desk, home) = (lab.host(), lab.host());
    // A second network, so that the adapter is not the only one there is.
    lab.wire(&desk, "other0", &lab.switch(), &["fe80::1/64"]);
    lab.wire(&desk, "eth7", &switch, &["fe80::1/64"]);
    lab.wire(&home, "eth0", &switch, &["fe80::9/64"]);
    let home = gateway(&home, "fe80::9%eth0", &["--friendly-name", "Link-local"]);
    let location = home.told("location");
    assert!(location.starts_with("http://[fe80::9]:"), "{location}");
    let lanside = Lanside::new();
    let device = found(&desk, &lanside, &home);
    assert_eq!(
        (&device["kind"], &device["interface"]),
        (&json!("tr064"), &json!("eth7"))
    );
    let address = device["address"].as_str().expect("an address");
    assert!(address.starts_with("[fe80::9%"), "{device}");
    let other = Lanside::new();
    for (lanside, name) in [
        (&lanside, "Link-local"),
        (&other, "[fe80::9%eth7]"),
        (&other, address),
    ] {
        let shown = lanside.run_on(&desk, &["show", name]).done();
        assert_eq!(shown["udn"], home.told("udn"), "{name}: {shown}");
        assert_eq!(shown["kind"], "tr064", "{name}: {shown}");
    }
    pair_and_read(&desk, &lanside, &home, "Link-local");
}

#[test]
fn a_gateway_with_a_unique_local_address_is_found_and_paired() {
    let Some(lab) = Lab::open("IPv6 only, unique local") else {
        return;
    };
    let switch = lab.switch();
    let (desk, home) = (lab.host(), lab.host());
    lab.wire(&desk, "eth0", &switch, &["fd77::1/64", "fe80::1/64"]);
    lab.wire(&home, "eth0", &switch, &["fd77::9/64", "fe80::9/64"]);
    let home = gateway(&home, "fd77::9", &[]);
    let lanside = Lanside::new();
    let device = found(&desk, &lanside, &home);
    assert_eq!(
        (&device["address"], &device["interface"]),
        (&json!("[fd77::9]"), &json!("eth0"))
    );
    pair_and_read(&desk, &lanside, &home, "fd77::9");
}
