//! Invented situations, one a test: what is said first is what helps.

use std::net::IpAddr;

use upnp::driver::doctor::{
    AdapterKind, AdapterReport, GatewayProbe, GroupRoute, LeftOut, Measurements, OwnAddress,
    PortHolder, Probe, SendFailure, SendRefusal,
};
use upnp::driver::HostAddress;

use super::*;

fn host(text: &str) -> HostAddress {
    HostAddress::parse(text).expect("a literal")
}

fn own(text: &str) -> OwnAddress {
    OwnAddress {
        address: host(text),
        prefix_bits: 24,
    }
}

/// Sent, heard back, nobody answers.
fn probe(address: &str) -> Probe {
    Probe {
        address: host(address),
        not_sent: None,
        not_listening: None,
        port_taken: false,
        heard_self: true,
        heard_hosts: Vec::new(),
        answers: 0,
        answering_hosts: Vec::new(),
    }
}

/// Up, searched, with one address.
fn adapter(name: &str, kind: AdapterKind, address: &str) -> AdapterReport {
    AdapterReport {
        name: name.to_owned(),
        index: 2,
        kind,
        up: true,
        multicast: Some(true),
        addresses: vec![own(address)],
        left_out: None,
        strict_reverse_path: Some(false),
        probes: vec![probe(address)],
        gateways: Vec::new(),
    }
}

fn router(address: &str, answers_search: bool, refuses: bool) -> GatewayProbe {
    GatewayProbe {
        address: host(address),
        answers_search,
        open_ports: Vec::new(),
        refuses,
    }
}

/// Wi-Fi with a router nothing is heard of.
fn wifi() -> AdapterReport {
    let mut wifi = adapter("wlan0", AdapterKind::Wireless, "192.168.2.9");
    wifi.gateways.push(router("192.168.2.1", false, false));
    wifi
}

fn measured(adapters: Vec<AdapterReport>) -> Measurements {
    Measurements {
        adapters,
        routes_known: true,
        port_holders: Some(Vec::new()),
        ..Measurements::default()
    }
}

fn device(kind: GatewayKind) -> GatewayView {
    GatewayView {
        udn: "uuid:1".to_owned(),
        friendly_name: Some("Living room".to_owned()),
        manufacturer: None,
        model_name: None,
        model_number: None,
        serial_number: None,
        software_version: None,
        address: Some("192.168.2.7".to_owned()),
        interface: Some("wlan0".to_owned()),
        location: None,
        secure_location: None,
        services: Vec::new(),
        kind,
        state: GatewayState::New,
        reason: None,
        last_seen: None,
        draft_count: 0,
    }
}

/// Codes in order, as scripts see them, each with its severity's first letter.
fn said(measured: &Measurements, devices: &[GatewayView]) -> Vec<String> {
    let list = findings(measured, devices);
    for finding in &list {
        assert!(finding.message.ends_with('.'), "{finding:?}");
        assert!(
            !finding.message.contains("nothing "),
            "an empty fact: {finding:?}"
        );
        assert_eq!(
            finding.next.is_none(),
            finding.severity == Severity::Ok,
            "{finding:?}"
        );
    }
    list.iter()
        .map(|finding| {
            let code = serde_json::to_value(finding.code).expect("a code");
            let severity = serde_json::to_value(finding.severity).expect("a word");
            let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
            format!("{} {}", text(&severity), text(&code))
        })
        .collect()
}

#[test]
fn no_adapter_is_up() {
    let mut lan = adapter("eth0", AdapterKind::Cable, "192.168.2.9");
    lan.left_out = Some(LeftOut::Down);
    lan.up = false;
    lan.probes.clear();
    assert_eq!(said(&measured(vec![lan]), &[]), ["problem no_adapter"]);
    let mut bare = adapter("eth0", AdapterKind::Cable, "192.168.2.9");
    bare.left_out = Some(LeftOut::NoAddress);
    bare.addresses.clear();
    bare.probes.clear();
    assert_eq!(said(&measured(vec![bare]), &[]), ["problem no_address"]);
}

#[test]
fn only_a_vpn_or_containers_are_up() {
    let vpn = adapter("tun0", AdapterKind::Tunnel, "10.8.0.2");
    let docker = adapter("docker0", AdapterKind::Virtual, "172.17.0.1");
    let both = [vpn, docker.clone()];
    assert_eq!(said(&measured(both.to_vec()), &[]), ["problem only_vpn"]);
    assert_eq!(said(&measured(vec![docker]), &[]), ["problem only_virtual"]);
}

#[test]
fn a_vpn_takes_the_way_from_the_wifi() {
    let vpn = adapter("wg0", AdapterKind::Tunnel, "10.8.0.2");
    let mut wifi = wifi();
    wifi.strict_reverse_path = Some(true);
    let mut case = measured(vec![wifi, vpn]);
    case.group_route = Some(GroupRoute {
        adapter: Some("wg0".to_owned()),
        address: IpAddr::from([10, 8, 0, 2]),
    });
    let codes = said(&case, &[]);
    assert_eq!(
        codes,
        [
            "problem vpn_takes_route",
            "problem gateway_silent",
            "problem nobody_answered",
            "hint reverse_path_strict",
            "ok multicast_works",
        ]
    );
    let first = findings(&case, &[]).remove(0);
    assert_eq!(first.facts.adapters, ["wg0"]);
    assert_eq!(first.facts.other_adapters, ["wlan0"]);
    case.group_route = None;
    assert!(said(&case, &[]).contains(&"hint vpn_up".to_owned()));
    // A tunnel that is down may have left its route behind.
    case.adapters[1].up = false;
    assert!(!said(&case, &[]).contains(&"hint vpn_up".to_owned()));
    case.group_route = Some(GroupRoute {
        adapter: Some("wg0".to_owned()),
        address: IpAddr::from([10, 8, 0, 2]),
    });
    assert_eq!(said(&case, &[])[0], "problem vpn_takes_route");
    case.group_route = None;
    case.adapters[1].up = true;
    // The tunnels macOS keeps for itself are no VPN.
    case.adapters[1].addresses = vec![own("fe80::1%4")];
    assert!(!said(&case, &[]).contains(&"hint vpn_up".to_owned()));
}

#[test]
fn a_firewall_takes_multicast_away() {
    let mut wifi = wifi();
    wifi.probes[0].heard_self = false;
    let mut case = measured(vec![wifi]);
    assert_eq!(said(&case, &[])[0], "problem multicast_not_heard");
    assert!(findings(&case, &[])[0].message.contains("a firewall here"));
    case.firewalls = vec!["ufw".to_owned()];
    assert!(findings(&case, &[])[0].message.contains("(ufw)"));
    // Most gateways speak IPv4 only, so IPv6 makes no difference unless it is alone.
    case.adapters[0].probes.push(probe("fe80::9%2"));
    assert_eq!(said(&case, &[])[0], "problem multicast_not_heard");
    case.adapters[0].probes.remove(0);
    assert!(!said(&case, &[]).contains(&"problem multicast_not_heard".to_owned()));
}

#[test]
fn a_firewall_drops_the_answers() {
    let mut case = measured(vec![wifi()]);
    case.firewalls = vec!["firewalld".to_owned()];
    assert!(said(&case, &[]).contains(&"hint firewall_running".to_owned()));
    case.adapters[0].probes[0].heard_hosts = vec![host("192.168.2.1")];
    assert_eq!(said(&case, &[])[0], "problem firewall_running");
    // What this computer says itself proves nothing.
    case.adapters[0].probes[0].heard_hosts = vec![host("192.168.2.9")];
    assert!(said(&case, &[]).contains(&"hint firewall_running".to_owned()));
}

#[test]
fn the_router_answers_directly_but_not_to_multicast() {
    let mut wifi = wifi();
    wifi.gateways = vec![router("192.168.2.1", true, false)];
    let case = measured(vec![wifi]);
    assert_eq!(
        said(&case, &[]),
        [
            "problem gateway_answers_unicast_only",
            "problem nobody_answered",
            "ok multicast_works"
        ]
    );
    let next = findings(&case, &[]).remove(0).next.expect("what to do");
    assert!(next.contains("lanside show 192.168.2.1"), "{next}");
}

#[test]
fn the_router_is_there_without_upnp_or_not_at_all() {
    let mut case = measured(vec![wifi()]);
    assert_eq!(said(&case, &[])[0], "problem gateway_silent");
    case.adapters[0].gateways = vec![
        router("fe80::1%2", false, false),
        router("192.168.2.1", false, true),
    ];
    assert_eq!(said(&case, &[])[0], "problem gateway_without_upnp");
    case.adapters[0].gateways.clear();
    let codes = said(&case, &[]);
    assert_eq!(codes[0], "problem nobody_answered");
    assert!(codes.contains(&"hint no_router".to_owned()), "{codes:?}");
}

#[test]
fn port_1900_is_held_by_one_program() {
    let mut wifi = wifi();
    wifi.probes[0].heard_self = false;
    wifi.probes[0].not_listening = Some("address in use".to_owned());
    wifi.probes[0].port_taken = true;
    let mut case = measured(vec![wifi]);
    case.port_holders = Some(vec![PortHolder {
        address: IpAddr::from([0, 0, 0, 0]),
        program: Some("mediaserver".to_owned()),
        pid: Some(812),
    }]);
    let codes = said(&case, &[]);
    // Searching works all the same, so a silent router explains more.
    assert_eq!(codes[0], "problem gateway_silent");
    let first = findings(&case, &[]).remove(1);
    assert_eq!(
        (first.code, first.severity),
        (FindingCode::PortHeld, Severity::Problem)
    );
    assert!(
        first.message.contains("mediaserver (812)"),
        "{}",
        first.message
    );
    case.adapters[0].probes[0] = probe("192.168.2.9");
    assert!(said(&case, &[]).contains(&"ok port_shared".to_owned()));
    case.adapters[0].probes[0].heard_self = false;
    case.adapters[0].probes[0].not_listening = Some("no such device".to_owned());
    assert!(said(&case, &[]).contains(&"hint not_listening".to_owned()));
}

#[test]
fn the_search_does_not_leave() {
    for (reason, code) in [
        (SendRefusal::Forbidden, "problem search_forbidden"),
        (SendRefusal::NoRoute, "problem search_no_route"),
        (SendRefusal::Other, "problem search_not_sent"),
    ] {
        let mut wifi = wifi();
        wifi.probes[0].not_sent = Some(SendFailure {
            reason,
            detail: "the system says no".to_owned(),
        });
        assert_eq!(said(&measured(vec![wifi]), &[])[0], code);
    }
}

#[test]
fn two_adapters_are_in_the_same_network() {
    let cable = adapter("eth0", AdapterKind::Cable, "192.168.2.10");
    let mut case = measured(vec![wifi(), cable]);
    assert!(said(&case, &[]).contains(&"hint same_network".to_owned()));
    case.adapters[1].addresses = vec![own("192.168.3.10")];
    assert!(!said(&case, &[]).contains(&"hint same_network".to_owned()));
}

#[test]
fn nobody_gave_the_adapter_an_address() {
    let cable = adapter("eth0", AdapterKind::Cable, "169.254.7.7");
    let mut case = measured(vec![cable]);
    assert_eq!(
        said(&case, &[]),
        [
            "problem self_given_address",
            "problem nobody_answered",
            "ok multicast_works"
        ]
    );
    case.adapters
        .push(adapter("eth1", AdapterKind::Cable, "192.168.2.9"));
    case.adapters[0].probes[0].not_sent = Some(SendFailure {
        reason: SendRefusal::Other,
        detail: "not yet".to_owned(),
    });
    assert!(said(&case, &[]).contains(&"hint search_not_sent".to_owned()));
    case.adapters[0].probes[0].not_sent = None;
    assert!(said(&case, &[]).contains(&"hint self_given_address".to_owned()));
    case.adapters.truncate(1);
    case.adapters[0].addresses.push(own("192.168.2.9"));
    assert_eq!(said(&case, &[])[0], "problem nobody_answered");
}

#[test]
fn devices_are_found_and_none_can_be_managed() {
    let mut wifi = wifi();
    wifi.gateways.clear();
    wifi.probes[0].answers = 3;
    wifi.probes[0].answering_hosts = vec![host("192.168.2.7")];
    let mut case = measured(vec![wifi]);
    case.routes_known = false;
    assert_eq!(
        said(&case, &[device(GatewayKind::Other)]),
        ["problem none_manageable", "ok multicast_works"]
    );
    assert_eq!(
        said(&case, &[device(GatewayKind::Tr064Issue1)])[0],
        "problem only_issue_one"
    );
    assert_eq!(said(&case, &[])[0], "problem descriptions_unreadable");
    // Answers of this computer itself are none.
    case.adapters[0].probes[0].answering_hosts = vec![host("192.168.2.9")];
    assert_eq!(said(&case, &[])[0], "problem nobody_answered");
    // The television answers and the router does not.
    case.adapters[0].probes[0].answering_hosts = vec![host("192.168.2.7")];
    case.adapters[0].gateways = vec![router("192.168.2.1", true, false)];
    assert_eq!(
        said(&case, &[device(GatewayKind::Other)])[0],
        "problem gateway_answers_unicast_only"
    );
}

#[test]
fn with_a_gateway_nothing_is_a_problem() {
    let vpn = adapter("wg0", AdapterKind::Tunnel, "10.8.0.2");
    let mut case = measured(vec![wifi(), vpn]);
    case.adapters[0].probes[0].heard_self = false;
    let view = DoctorView::new(&case, &[device(GatewayKind::Tr064)]);
    assert!(
        view.findings
            .iter()
            .all(|one| one.severity != Severity::Problem),
        "{view:?}"
    );
    let codes = said_codes(&view);
    assert!(codes.contains(&FindingCode::GatewaysFound), "{codes:?}");
    assert_eq!((view.devices, view.manageable), (1, 1));
}

fn said_codes(view: &DoctorView) -> Vec<FindingCode> {
    view.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn who_names_adapters_is_told_of_the_others() {
    let lo = adapter("lo", AdapterKind::Loopback, "127.0.0.1");
    let mut cable = adapter("eth0", AdapterKind::Cable, "192.168.2.9");
    cable.left_out = Some(LeftOut::NotNamed);
    cable.probes.clear();
    let mut case = measured(vec![lo, cable]);
    case.adapters_named = true;
    assert_eq!(
        said(&case, &[]),
        [
            "problem nobody_answered",
            "hint adapters_not_named",
            "ok multicast_works"
        ]
    );
    // On the loopback adapter this computer's own answers count.
    case.adapters[0].probes[0].answers = 1;
    case.adapters[0].probes[0].answering_hosts = vec![host("127.0.0.1")];
    assert_eq!(said(&case, &[])[0], "problem descriptions_unreadable");
}
