use std::net::IpAddr;

use super::*;
use crate::driver::Options;

fn point(interfaces: &[&str]) -> ControlPoint {
    ControlPoint::new(Options {
        interfaces: interfaces.iter().map(|name| (*name).to_owned()).collect(),
        ..Options::default()
    })
    .expect("a control point")
}

fn loopback() -> Adapter {
    let named = [String::from("127.0.0.1")];
    let found = crate::driver::adapters(&named).expect("adapters are listed");
    found.into_iter().next().expect("loopback")
}

#[tokio::test]
async fn loopback_hears_its_own_search_in_time() {
    let start = Instant::now();
    let found = point(&["127.0.0.1"]).measure().await.expect("it measures");
    assert!(start.elapsed() < Duration::from_secs(6));
    assert!(found.adapters_named && found.took <= start.elapsed());
    let searched: Vec<&AdapterReport> = found
        .adapters
        .iter()
        .filter(|report| report.left_out.is_none())
        .collect();
    assert_eq!(searched.len(), 1, "{found:?}");
    let report = searched[0];
    assert_eq!(report.kind, AdapterKind::Loopback);
    assert!(report.gateways.is_empty(), "no route leads through it");
    let probe = report.probes.first().expect("it was searched");
    assert_eq!(probe.not_sent, None);
    assert_eq!(probe.not_listening, None);
    assert!(probe.heard_self, "{probe:?}");
    for other in found.adapters.iter().filter(|one| one.left_out.is_some()) {
        assert!(other.probes.is_empty() && other.gateways.is_empty());
    }
}

#[tokio::test]
async fn an_adapter_that_does_not_exist_is_a_mistake() {
    let outcome = point(&["no-such-adapter"]).measure().await;
    assert!(matches!(outcome, Err(Error::Usage { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_router_is_asked_directly() {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = socket.local_addr().expect("bound").port();
    let answering = tokio::spawn(async move {
        let mut buffer = [0_u8; 2048];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.expect("a search");
            // As a device of UDA 1.0: silent without MX.
            if String::from_utf8_lossy(&buffer[..length]).contains("MX:") {
                let answer = "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\
                    USN: uuid:a::upnp:rootdevice\r\nLOCATION: http://127.0.0.1:1/d.xml\r\n\r\n";
                socket.send_to(answer.as_bytes(), from).await.expect("sent");
            }
        }
    });
    let host = HostAddress::parse("127.0.0.1").expect("a literal");
    let point = point(&["127.0.0.1"]);
    let probe = gateway::ask(&point, &loopback(), host, port).await;
    assert!(probe.answers_search && probe.is_there(), "{probe:?}");
    answering.abort();
    let nobody = HostAddress::parse("127.0.0.213").expect("a literal");
    let probe = gateway::ask(&point, &loopback(), nobody, port).await;
    assert!(!probe.answers_search, "{probe:?}");
}

#[test]
fn routers_are_asked_only_through_adapters_that_may_be_used() {
    let own = |name: &str, address: &str| Adapter {
        name: name.to_owned(),
        address: HostAddress::parse(address).expect("a literal"),
        index: 2,
        shares_network: false,
    };
    let used = [
        own("wlan0", "192.168.2.9"),
        own("wlan0", "fd00::9"),
        own("wlan0", "fe80::9%2"),
        own("tun0", "10.8.0.2"),
    ];
    let mut system = System::default();
    assert!(routers(&[], &system, &used).is_empty());
    let zero = "0".repeat(32);
    let v6 = format!(
        "{zero} 00 {zero} 00 fe800000000000000000000000000001 00000400 1 0 00450003 wlan0\n"
    );
    let route = |line: &str| format!("header\n{line}\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
    let mut routes = Vec::new();
    for line in [
        "wlan0\t00000000\t0102A8C0",
        "eth0\t00000000\t0100000A",
        "tun0\t00000000\t0100080A",
    ] {
        routes.extend(system::default_routes_v4(&route(line)));
    }
    routes.extend(system::default_routes_v6(&v6));
    assert_eq!(routes.len(), 4);
    system.routes = Some(routes);
    let reports = adapters::reports(&[], &[], &used, false);
    let asked: Vec<(String, IpAddr)> = routers(&reports, &system, &used)
        .into_iter()
        .map(|(adapter, gateway)| (adapter.address.to_string(), gateway.ip()))
        .collect();
    let through: Vec<&str> = asked.iter().map(|(from, _)| from.as_str()).collect();
    assert_eq!(through, ["192.168.2.9", "[fe80::9%2]"], "{asked:?}");
}

#[test]
fn the_way_to_the_group_is_asked_without_sending() {
    // A computer without a route has no answer; one with a route names an adapter of its own.
    let reports = adapters::reports(&adapters::listed(), &[], &[], false);
    if let Some(route) = group_route(&reports) {
        assert!(route.adapter.is_some(), "{route:?}");
    }
}
