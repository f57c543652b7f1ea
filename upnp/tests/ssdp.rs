//! Datagrams of SSDP, and the tracker under a clock of its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use upnp::http_message::{HttpMessage, HttpMessageError, StartLine};
use upnp::limits;
use upnp::ssdp::message::{BootId, Search, SearchTarget, SsdpError, SsdpMessage};
use upnp::ssdp::tracker::{Tracker, TrackerEvent};
use upnp::{ServiceType, Udn};

const GATEWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fn search(host: &str, mx: Option<u8>, target: SearchTarget) -> Search {
    Search {
        target,
        host: host.parse::<SocketAddr>().unwrap(),
        mx,
        user_agent: String::from("Linux/6 UPnP/2.0 Lanside/0.1"),
        friendly_name: Some(String::from("Desk\r\nX: y")),
        control_point_uuid: None,
    }
}

#[test]
fn a_search_has_quotes_crlf_and_an_empty_line() {
    let cms = ServiceType::standard("ConfigurationManagement", 2);
    let multicast = search(
        "239.255.255.250:1900",
        Some(9),
        SearchTarget::ServiceType(cms),
    );
    assert_eq!(
        String::from_utf8(multicast.to_bytes()).unwrap(),
        "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 5\r\n\
         ST: urn:schemas-upnp-org:service:ConfigurationManagement:2\r\n\
         USER-AGENT: Linux/6 UPnP/2.0 Lanside/0.1\r\nCPFN.UPNP.ORG: Desk  X: y\r\n\r\n"
    );
    let unicast = search("[fe80::1%3]:1900", None, SearchTarget::RootDevice).to_bytes();
    let text = String::from_utf8(unicast).unwrap();
    assert!(
        text.contains("HOST: [fe80::1]:1900\r\n") && !text.contains("MX:"),
        "{text}"
    );
}

/// What is left of a message that was understood.
fn summary(datagram: &[u8]) -> Result<String, SsdpError> {
    let announced = |a: &upnp::ssdp::Announcement| {
        format!(
            "{} {} {} secure={} {}s boot={:?} config={:?} port={:?}",
            a.usn
                .as_ref()
                .map_or("?".into(), |usn| usn.udn.uuid().to_owned()),
            a.target,
            a.location,
            a.secure_location.as_ref().map_or("-", |url| url.as_str()),
            a.max_age.as_secs(),
            a.boot_id,
            a.config_id,
            a.search_port,
        )
    };
    SsdpMessage::parse(datagram).map(|message| match message {
        SsdpMessage::SearchResponse(a) => format!("response {}", announced(&a)),
        SsdpMessage::Alive(a) => format!("alive {}", announced(&a)),
        SsdpMessage::Update {
            announcement,
            next_boot_id,
        } => {
            format!("update {} next={next_boot_id:?}", announced(&announcement))
        }
        SsdpMessage::ByeBye(d) => format!(
            "byebye {} {} boot={:?}",
            d.usn.udn.uuid(),
            d.target,
            d.boot_id
        ),
        SsdpMessage::Search => String::from("search"),
    })
}

#[test]
fn datagrams_of_real_devices() {
    let cms = "urn:schemas-upnp-org:service:ConfigurationManagement:2";
    let check =
        |datagram: &[u8], expected: String| assert_eq!(summary(datagram).unwrap(), expected);
    check(
        include_bytes!("fixtures/devolo-gwsim/search-response.txt"),
        format!(
            "response 51625d8d-cf52-3074-91e1-584cfa6febf0 {cms} http://192.0.2.4:60001/a1/gatedesc.xml secure=- 1800s \
             boot=Some(Nls(\"7f6b668c-34c7-11ed-a091-92417c447b47\")) config=None port=None"
        ),
    );
    check(
        include_bytes!("fixtures/devolo-generic-router/search-response.txt"),
        format!(
            "response 739f2409-bccb-40e7-8e6c-582af7c5b426 {cms} http://192.0.2.5:49001/tr064gen.xml secure=- 1800s \
             boot=None config=None port=None"
        ),
    );
    check(
        include_bytes!("fixtures/nokia-igd/search-response.txt"),
        String::from(
            "response 744a962e-f312-5eba-97c0-e59d818176af urn:schemas-upnp-org:service:DeviceProtection:1 \
             http://192.0.2.1:49152/gatedesc.xml secure=https://192.0.2.1:49600/gatedesc.xml 1800s boot=None config=None port=None",
        ),
    );
    check(
        include_bytes!("fixtures/nokia-igd/byebye.txt"),
        String::from("byebye 744a962e-f312-5eba-97c0-e59d818176af upnp:rootdevice boot=None"),
    );
    check(
        include_bytes!("fixtures/miniupnpd-stub/alive.txt"),
        String::from(
            "alive 11111111-2222-3333-4444-555555555555 upnp:rootdevice http://192.0.2.1:37941/rootDesc.xml secure=- 120s \
             boot=Some(Number(1795230758)) config=Some(1337) port=None",
        ),
    );
}

#[test]
fn spellings_of_headers() {
    let check = |header: &str, expected: &str| {
        let datagram = format!("HTTP/1.1 200 OK\nst : upnp:rootdevice\nlocation:http://192.0.2.1/d\nusn: uuid:a\n{header}\n\n");
        let found = summary(datagram.as_bytes()).unwrap();
        assert!(found.contains(expected), "{header}: {found}");
    };
    check(
        "Cache-Control: no-cache=\"Ext\", MAX-AGE = \"100\"",
        " 100s ",
    );
    check("cache-control: max-age=5", " 60s ");
    check("cache-control: max-age=99999999999", " 86400s ");
    check("cache-control: max-age=soon", " 1800s ");
    check("X: y", " 1800s ");
    check("BOOTID.UPNP.ORG: -1\n01-NLS: z", "boot=Some(Nls(\"z\"))");
    check("CONFIGID.UPNP.ORG: configuration number", "config=None");
    check("SEARCHPORT.UPNP.ORG: 49160", "port=Some(49160)");
    check("SECURELOCATION.UPNP.ORG: http://192.0.2.1/", "secure=-");
    check("CACHE-CONTROL:\n  max-age=77", " 77s ");
    check("a line that is no header", " 1800s ");
}

#[test]
fn datagrams_that_mean_nothing() {
    let check = |datagram: &str, expected: SsdpError| {
        assert_eq!(
            SsdpMessage::parse(datagram.as_bytes()),
            Err(expected),
            "{datagram}"
        );
    };
    check("", SsdpError::Message(HttpMessageError::StartLine));
    check("\0\0\0", SsdpError::Message(HttpMessageError::StartLine));
    check("HTTP/1.1 500 no\r\nST: x\r\n", SsdpError::OtherMessage);
    check("GET / HTTP/1.1\r\n\r\n", SsdpError::OtherMessage);
    check(
        "HTTP/1.1 200 OK\r\nLOCATION: http://192.0.2.1/\r\n\r\n",
        SsdpError::Header("ST"),
    );
    check(
        "HTTP/1.1 200 OK\r\nST: x\r\n\r\n",
        SsdpError::Header("LOCATION"),
    );
    check(
        "HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: ftp://192.0.2.1/\r\n\r\n",
        SsdpError::Header("LOCATION"),
    );
    check(
        "NOTIFY * HTTP/1.1\r\nNT: x\r\nNTS: ssdp:what\r\n\r\n",
        SsdpError::Header("NTS"),
    );
    check(
        "NOTIFY * HTTP/1.1\r\nNT: x\r\nNTS: ssdp:byebye\r\n\r\n",
        SsdpError::Header("USN"),
    );
    assert_eq!(
        SsdpMessage::parse(b"M-SEARCH * HTTP/1.1\r\n\r\n"),
        Ok(SsdpMessage::Search)
    );
}

#[test]
fn only_so_many_headers_and_octets() {
    let mut datagram = String::from("HTTP/1.1 200 OK\r\n");
    for number in 0..=limits::HEADERS {
        datagram.push_str(&format!("h{number}: x\r\n"));
    }
    let limit = limits::HEADERS;
    assert_eq!(
        HttpMessage::parse(datagram.as_bytes()),
        Err(HttpMessageError::TooManyHeaders { limit })
    );

    let mut datagram = String::from("HTTP/1.1 200 OK\r\nX: ");
    datagram.push_str(&"x".repeat(limits::DATAGRAM_BYTES));
    datagram.push_str("\r\nLATE: y\r\n\r\n");
    let message = HttpMessage::parse(datagram.as_bytes()).unwrap();
    assert_eq!(message.headers.get("late"), None);

    let long = format!(
        "HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: http://192.0.2.1/{}\r\n\r\n",
        "x".repeat(limits::URL_BYTES)
    );
    assert_eq!(
        SsdpMessage::parse(long.as_bytes()),
        Err(SsdpError::Header("LOCATION"))
    );
    assert!(Udn::parse(&"x".repeat(limits::IDENTIFIER_BYTES + 1)).is_err());
}

// ---- the tracker ----------------------------------------------------------

struct Net {
    tracker: Tracker,
    start: Instant,
}

impl Net {
    fn new() -> Self {
        Self {
            tracker: Tracker::new(),
            start: Instant::now(),
        }
    }

    fn at(&self, seconds: u64) -> Instant {
        self.start + Duration::from_secs(seconds)
    }

    fn hear(&mut self, seconds: u64, datagram: &str) {
        let message = SsdpMessage::parse(datagram.as_bytes()).unwrap();
        let now = self.at(seconds);
        self.tracker.handle_message(now, GATEWAY, message);
    }

    fn events(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.tracker.poll_event())
            .map(|event| match event {
                TrackerEvent::Appeared(udn) => format!("+{udn}"),
                TrackerEvent::Restarted(udn) => format!("restart {udn}"),
                TrackerEvent::Changed(udn) => format!("change {udn}"),
                TrackerEvent::Expiring(udn) => format!("?{udn}"),
                TrackerEvent::Gone(udn) => format!("-{udn}"),
            })
            .collect()
    }
}

fn alive(udn: &str, target: &str, extra: &str) -> String {
    format!(
        "NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nNT: {target}\r\nUSN: {udn}::{target}\r\n\
         LOCATION: http://192.0.2.1:80/d.xml\r\nCACHE-CONTROL: max-age=100\r\n{extra}\r\n"
    )
}

fn byebye(udn: &str, extra: &str) -> String {
    format!(
        "NOTIFY * HTTP/1.1\r\nNTS: ssdp:byebye\r\nNT: upnp:rootdevice\r\nUSN: {udn}::upnp:rootdevice\r\n{extra}\r\n"
    )
}

#[test]
fn a_device_appears_once_whatever_it_announces() {
    let mut net = Net::new();
    net.hear(0, &alive("uuid:A", "upnp:rootdevice", ""));
    net.hear(
        1,
        &alive(
            "uuid:a",
            "urn:schemas-upnp-org:service:BasicManagement:2",
            "",
        ),
    );
    assert_eq!(net.events(), ["+uuid:A"]);
    let udn = Udn::parse("UUID:a").unwrap();
    let presence = net.tracker.get(&udn).unwrap();
    assert!(presence.is_root);
    let bms = SearchTarget::ServiceType(ServiceType::standard("BasicManagement", 2));
    assert!(net.tracker.announces(&udn, &bms));
    assert_eq!(net.tracker.poll_timeout(), Some(net.at(101)));
}

#[test]
fn goodbye_of_the_root_takes_the_embedded_devices() {
    let mut net = Net::new();
    net.hear(
        0,
        &alive("uuid:root", "upnp:rootdevice", "BOOTID.UPNP.ORG: 5\r\n"),
    );
    net.hear(
        0,
        &alive("uuid:child", "urn:schemas-upnp-org:device:WANDevice:2", ""),
    );
    net.events();
    net.hear(1, &byebye("uuid:root", "BOOTID.UPNP.ORG: 4\r\n"));
    assert!(net.events().is_empty(), "the goodbye of an earlier boot");
    net.hear(2, &byebye("uuid:root", "BOOTID.UPNP.ORG: 5\r\n"));
    assert_eq!(net.events(), ["-uuid:root", "-uuid:child"]);
    net.hear(3, &byebye("uuid:root", ""));
    assert!(net.events().is_empty());
}

#[test]
fn boot_configuration_and_location_are_told_apart() {
    let mut net = Net::new();
    let mut step = |extra: &str| {
        net.hear(0, &alive("uuid:a", "upnp:rootdevice", extra));
        net.events()
    };
    assert_eq!(
        step("BOOTID.UPNP.ORG: 5\r\nCONFIGID.UPNP.ORG: 1\r\n"),
        ["+uuid:a"]
    );
    assert!(step("BOOTID.UPNP.ORG: 5\r\n").is_empty());
    assert!(step("").is_empty(), "headers may be missing on any message");
    assert_eq!(step("BOOTID.UPNP.ORG: 6\r\n"), ["restart uuid:a"]);
    assert_eq!(
        step("BOOTID.UPNP.ORG: 2\r\n"),
        ["restart uuid:a"],
        "the counter was reset"
    );
    assert_eq!(step("CONFIGID.UPNP.ORG: 2\r\n"), ["change uuid:a"]);
    assert_eq!(
        step("SECURELOCATION.UPNP.ORG: https://192.0.2.1:443/d.xml\r\n"),
        ["change uuid:a"]
    );
    let update = "NOTIFY * HTTP/1.1\r\nNTS: ssdp:update\r\nNT: upnp:rootdevice\r\nUSN: uuid:a\r\n\
                  LOCATION: http://192.0.2.1:80/d.xml\r\nBOOTID.UPNP.ORG: 2\r\nNEXTBOOTID.UPNP.ORG: 9\r\n\r\n";
    net.hear(0, update);
    net.hear(
        0,
        &alive("uuid:a", "upnp:rootdevice", "BOOTID.UPNP.ORG: 9\r\n"),
    );
    assert!(net.events().is_empty(), "an announced change is no restart");
    let presence = net.tracker.get(&Udn::parse("uuid:a").unwrap()).unwrap();
    assert_eq!(presence.boot_id, Some(BootId::Number(9)));

    net.hear(
        0,
        &alive("uuid:a", "upnp:rootdevice", "").replace(":80/", ":8080/"),
    );
    net.hear(
        0,
        &alive("uuid:a", "upnp:rootdevice", "").replace("192.0.2.1:80/", "[fd00::1]:80/"),
    );
    assert_eq!(net.events(), ["change uuid:a", "change uuid:a"]);
    let presence = net.tracker.get(&Udn::parse("uuid:a").unwrap()).unwrap();
    let locations: Vec<&str> = presence.locations.iter().map(url::Url::as_str).collect();
    assert_eq!(
        locations,
        ["http://[fd00::1]/d.xml", "http://192.0.2.1:8080/d.xml"]
    );
}

#[test]
fn an_expired_device_is_asked_for_before_it_is_gone() {
    let mut net = Net::new();
    net.hear(0, &alive("uuid:a", "upnp:rootdevice", ""));
    net.events();
    net.tracker.handle_timeout(net.at(99));
    assert!(net.events().is_empty());
    net.tracker.handle_timeout(net.at(500));
    assert_eq!(net.events(), ["?uuid:a"]);
    assert_eq!(net.tracker.poll_timeout(), Some(net.at(515)));
    net.hear(501, &alive("uuid:a", "upnp:rootdevice", ""));
    net.tracker.handle_timeout(net.at(600));
    assert!(net.events().is_empty());
    net.tracker.handle_timeout(net.at(601));
    net.tracker.handle_timeout(net.at(616));
    assert_eq!(net.events(), ["?uuid:a", "-uuid:a"]);
    assert_eq!(net.tracker.poll_timeout(), None);
}

#[test]
fn a_flood_of_devices_is_bounded() {
    let mut net = Net::new();
    let many = limits::TRACKED_DEVICES as u64 + 10;
    for number in 0..many {
        net.hear(
            number,
            &alive(&format!("uuid:{number}"), "upnp:rootdevice", ""),
        );
    }
    assert_eq!(net.tracker.iter().count(), limits::TRACKED_DEVICES);
    assert!(net.tracker.get(&Udn::parse("uuid:0").unwrap()).is_none());
    assert!(net
        .tracker
        .get(&Udn::parse(&format!("uuid:{}", many - 1)).unwrap())
        .is_some());

    for number in 0..limits::TRACKED_TARGETS as u64 + 10 {
        let target = format!("urn:schemas-upnp-org:service:S{number}:1");
        net.hear(many, &alive("uuid:9", &target, ""));
        let location = format!("http://192.0.2.{}:80/", number + 2);
        net.hear(
            many,
            &alive("uuid:9", "upnp:rootdevice", "").replace("http://192.0.2.1:80/", &location),
        );
    }
    let udn = Udn::parse("uuid:9").unwrap();
    assert_eq!(
        net.tracker.get(&udn).unwrap().locations.len(),
        limits::TRACKED_LOCATIONS
    );
    let last = format!(
        "urn:schemas-upnp-org:service:S{}:1",
        limits::TRACKED_TARGETS + 9
    );
    assert!(!net.tracker.announces(&udn, &SearchTarget::parse(&last)));

    for number in 0..limits::TRACKER_EVENTS + 10 {
        let extra = format!("BOOTID.UPNP.ORG: {number}\r\n");
        net.hear(many, &alive("uuid:9", "upnp:rootdevice", &extra));
    }
    assert_eq!(net.events().len(), limits::TRACKER_EVENTS);
}

proptest! {
    #[test]
    fn no_datagram_panics(octets in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = SsdpMessage::parse(&octets);
        let mut datagram = b"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nLOCATION: ".to_vec();
        datagram.extend(&octets);
        let _ = SsdpMessage::parse(&datagram);
    }

    #[test]
    fn a_message_reads_back(
        names in proptest::collection::vec("[A-Z][A-Z.-]{0,12}", 0..8),
        value in "[ -~]{0,40}",
        code in 100_u16..600,
    ) {
        let mut message = HttpMessage {
            start: StartLine::Status { code, reason: String::from("OK") },
            headers: upnp::http_message::Headers::default(),
        };
        for name in &names {
            message.headers.push(name, value.trim());
        }
        prop_assert_eq!(HttpMessage::parse(&message.to_bytes()).unwrap(), message);
    }

    #[test]
    fn identifiers_read_back(text in "[ -~]{1,60}") {
        if let Ok(udn) = Udn::parse(&text) {
            prop_assert_eq!(Udn::parse(udn.as_str()).unwrap(), udn);
        }
        let target = SearchTarget::parse(&text);
        prop_assert_eq!(SearchTarget::parse(&target.to_string()), target);
    }
}
