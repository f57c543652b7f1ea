//! “Will this cut me off?”: what is foretold is compared with what then happens. The simulated
//! gateway really switches off, moves and drops, by rules of its own.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use lanside_e2e::{options, paired, seconds, Workbench};
use lanside_gateway::options::Options;
use management::forecast::{ForecastCode, ForecastSeverity};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// What comes of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Stays,
    Moves(&'static str),
    Gone,
}

const WIRED: &str = "pc-bruno";
const WIRELESS: &str = "laptop-anna";
const AP: &str = "/BBF/WiFi/AccessPoint/1/";

/// Host that this computer is, what is changed, what must come of it.
type Case = (&'static str, &'static [(&'static str, &'static str)], Way);

const CASES: &[Case] = &[
    (
        WIRED,
        &[("/BBF/Time/NTPServer1", "ntp.example")],
        Way::Stays,
    ),
    (
        WIRED,
        &[("/BBF/Ethernet/Interface/0/Enable", "0")],
        Way::Gone,
    ),
    (
        WIRED,
        &[("/BBF/Ethernet/Interface/1/Enable", "0")],
        Way::Stays,
    ),
    (WIRED, &[("/BBF/Ethernet/Link/1/Enable", "0")], Way::Gone),
    (WIRED, &[("/BBF/Ethernet/Link/0/Enable", "0")], Way::Stays),
    (WIRED, &[("/BBF/Bridging/Bridge/0/Enable", "0")], Way::Gone),
    (WIRED, &[("/BBF/Bridging/Bridge/2/Enable", "0")], Way::Stays),
    (
        WIRED,
        &[("/BBF/Bridging/Bridge/0/Port/1/Enable", "0")],
        Way::Gone,
    ),
    (
        WIRED,
        &[("/BBF/Bridging/Bridge/0/Port/2/Enable", "0")],
        Way::Stays,
    ),
    (
        WIRED,
        &[("/BBF/Bridging/Bridge/0/Port/1/LowerLayers", "")],
        Way::Gone,
    ),
    (WIRED, &[("/BBF/IP/Interface/1/Enable", "0")], Way::Gone),
    (WIRED, &[("/BBF/IP/Interface/0/Enable", "0")], Way::Stays),
    (WIRED, &[("/BBF/IP/Interface/1/IPv4Enable", "0")], Way::Gone),
    (
        WIRED,
        &[("/BBF/IP/Interface/1/IPv4Address/0/IPAddress", "127.0.0.77")],
        Way::Moves("127.0.0.77"),
    ),
    (
        WIRED,
        &[("/BBF/IP/Interface/1/IPv4Address/0/IPAddress", "127.0.9.1")],
        Way::Gone,
    ),
    (
        WIRED,
        &[("/BBF/IP/Interface/1/IPv4Address/0/Enable", "0")],
        Way::Gone,
    ),
    (WIRED, &[("/BBF/DHCPv4/Server/Enable", "0")], Way::Stays),
    (WIRED, &[("/BBF/WiFi/SSID/1/SSID", "anders")], Way::Stays),
    (WIRED, &[("/BBF/UPnP/Device/Enable", "0")], Way::Gone),
    (WIRELESS, &[("/BBF/WiFi/SSID/1/SSID", "anders")], Way::Gone),
    (WIRELESS, &[("/BBF/WiFi/SSID/0/SSID", "anders")], Way::Stays),
    (WIRELESS, &[("/BBF/WiFi/Radio/1/Enable", "0")], Way::Gone),
    (WIRELESS, &[("/BBF/WiFi/Radio/0/Enable", "0")], Way::Stays),
    (
        WIRELESS,
        &[("/BBF/WiFi/AccessPoint/1/Enable", "0")],
        Way::Gone,
    ),
    (
        WIRELESS,
        &[(
            "/BBF/WiFi/AccessPoint/1/Security/KeyPassphrase",
            "ganz-anderer-schluessel",
        )],
        Way::Gone,
    ),
    (
        WIRELESS,
        &[(
            "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
            "ganz-anderer-schluessel",
        )],
        Way::Stays,
    ),
    (
        WIRELESS,
        &[("/BBF/Ethernet/Interface/0/Enable", "0")],
        Way::Stays,
    ),
    (
        WIRELESS,
        &[("/BBF/Bridging/Bridge/0/Port/6/Enable", "0")],
        Way::Gone,
    ),
];

async fn answers(address: SocketAddr) -> bool {
    matches!(
        timeout(seconds(1), TcpStream::connect(address)).await,
        Ok(Ok(_))
    )
}

/// Where the gateway is a moment later, seen by connecting to it.
async fn what_happens(before: SocketAddr, moves: Option<IpAddr>) -> (bool, bool) {
    sleep(Duration::from_millis(400)).await;
    let there = match moves {
        Some(address) => answers(SocketAddr::new(address, before.port())).await,
        None => false,
    };
    (answers(before).await, there)
}

#[tokio::test]
async fn what_is_foretold_happens() {
    let mut wrong = Vec::new();
    for (at, (host, edits, expected)) in CASES.iter().enumerate() {
        let options = Options {
            visitor: Some((*host).to_owned()),
            ..options(&format!("Forecast {at}"))
        };
        let bench = Workbench::paired(options).await;
        let session = bench.session().await;
        let edits: Vec<_> = edits
            .iter()
            .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
            .collect();
        let edits = bench
            .management
            .prepare(&session, &edits)
            .await
            .unwrap_or_else(|error| panic!("{edits:?}: {error}"));
        let forecast = bench
            .management
            .forecast(&session, &edits)
            .await
            .expect("a forecast");
        let foretold = match (forecast.severity, &forecast.found_at) {
            (severity, _) if severity < ForecastSeverity::Moves => Way::Stays,
            (ForecastSeverity::Moves, Some(found_at)) => match expected {
                Way::Moves(address) if address == found_at => *expected,
                _ => Way::Moves("elsewhere"),
            },
            _ => Way::Gone,
        };
        let before = bench.gateway.addresses().http;
        let moves = match expected {
            Way::Moves(address) => address.parse().ok(),
            _ => None,
        };
        let sent = bench.management.apply(&session, edits.clone(), None).await;
        assert!(sent.is_ok(), "{:?}", sent.err());
        let (here, there) = what_happens(before, moves).await;
        let happened = match (here, there, expected) {
            (true, _, _) => Way::Stays,
            (false, true, expected) => *expected,
            (false, false, _) => Way::Gone,
        };
        if foretold != happened || happened != *expected {
            wrong.push(format!("{host} {:?}: foretold {foretold:?} ({forecast:?}), happened {happened:?}, expected {expected:?}", edits[0].upnp_path));
        }
    }
    println!("{} cases, {} foretold wrongly", CASES.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_gateway_that_moved_is_found_and_the_change_taken_back() {
    let options = Options {
        visitor: Some(WIRED.to_owned()),
        ..options("Mover")
    };
    let bench = Workbench::paired(options).await;
    let udn = bench.udn();
    let address = "/BBF/IP/Interface/1/IPv4Address/0/IPAddress";
    bench
        .management
        .stage(&udn, address, "127.0.0.78")
        .await
        .expect("staged");
    let forecast = bench
        .management
        .forecast_draft(&udn)
        .await
        .expect("a forecast");
    assert_eq!(
        (forecast.severity, forecast.found_at.as_deref()),
        (ForecastSeverity::Moves, Some("127.0.0.78")),
        "{forecast:?}"
    );
    assert_eq!(forecast.effects[0].code, ForecastCode::AddressMoves);
    bench.management.apply_draft(&udn).await.expect("sent");
    let found = bench
        .management
        .hunt(&udn, forecast.found_at.as_deref(), seconds(20))
        .await
        .expect("it is found");
    assert_eq!(found.address.as_deref(), Some("127.0.0.78"));
    let history = bench.management.history(&udn).await.expect("a history");
    assert_eq!(
        history[0].changes[0].read_back.as_deref(),
        Some("127.0.0.78"),
        "settled: {history:?}"
    );
    bench
        .management
        .stage_way_back(&udn, None)
        .await
        .expect("a way back");
    bench.management.apply_draft(&udn).await.expect("sent");
    bench
        .management
        .hunt(&udn, Some("127.0.0.1"), seconds(20))
        .await
        .expect("it is back");
    assert_eq!(bench.value(address), "127.0.0.1");
}

#[test]
fn yes_alone_does_not_cut_anybody_off() {
    let (_gateway, lanside, udn) =
        paired(&["--friendly-name", "Careful yes", "--visitor", WIRELESS]);
    let edit = format!("{AP}Enable=0");
    let dry = lanside.run(&["set", &udn, &edit, "--dry-run"]).done();
    assert_eq!(dry["forecast"]["severity"], "cut_off", "{dry}");
    let refused = lanside
        .run(&["set", &udn, &edit, "--yes"])
        .failed(2, "Usage");
    assert!(
        refused["message"]
            .as_str()
            .is_some_and(|text| text.contains("--even-if-cut-off")),
        "{refused}"
    );
    let still = lanside.run(&["get", &udn, &format!("{AP}Enable")]).done();
    assert_eq!(still["parameters"][0]["value"], "1");
}
