//! Searching on loopback, against a scripted responder.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::*;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::AsyncWriteExt;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use upnp::driver::{gateway_targets, Found, HostAddress, SearchTarget};
use upnp::ssdp::message::SsdpMessage;
use upnp::Error;

/// Answers searches that reach its address, multicast or unicast.
struct Responder {
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Responder {
    /// `answer` gets a search and says what to send back. Several of them, and
    /// other programs, may share the port.
    fn start(
        at: Ipv4Addr,
        multicast: bool,
        answer: impl Fn(&str) -> Vec<String> + Send + 'static,
    ) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).expect("a socket");
        socket.set_reuse_address(true).expect("reuse");
        #[cfg(unix)]
        socket.set_reuse_port(true).expect("reuse");
        let group = Ipv4Addr::new(239, 255, 255, 250);
        let bind: SocketAddr = (IpAddr::V4(if multicast { group } else { at }), 1900).into();
        socket.bind(&bind.into()).expect("port 1900");
        if multicast {
            socket.join_multicast_v4(&group, &at).expect("the group");
        }
        socket.set_nonblocking(true).expect("nonblocking");
        let socket = UdpSocket::from_std(socket.into()).expect("a socket");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let task = tokio::spawn(async move {
            // Answers come from the device's own address, as they do in life.
            let out = UdpSocket::bind((at, 0)).await.expect("a port");
            let mut buffer = [0_u8; 2048];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                log.lock().expect("unpoisoned").push(text.clone());
                for reply in answer(&text) {
                    let _ = out.send_to(reply.as_bytes(), from).await;
                }
            }
        });
        Responder { seen, task }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("unpoisoned").clone()
    }
}

fn reply(target: &str, location: &str, more: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: {location}\r\n\
         SERVER: test/1 UPnP/2.0 test/1\r\nST: {target}\r\n\
         USN: uuid:11111111-2222-5333-8444-555555555555::{target}\r\n{more}\r\n"
    )
}

fn target_of(search: &str) -> String {
    search
        .lines()
        .find_map(|line| line.strip_prefix("ST: "))
        .unwrap_or_default()
        .to_owned()
}

const CMS: &str = "urn:schemas-upnp-org:service:ConfigurationManagement:2";

#[tokio::test]
async fn a_search_on_loopback_finds_what_answers_there() {
    let server = plain(always(http(DESCRIPTION))).await;
    let silent = plain(Arc::new(|_, _| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            false
        })
    }))
    .await;
    let location = server.url("/desc.xml").to_string();
    let second = server.url("/same.xml").to_string();
    let hung = silent.url("/desc.xml").to_string();
    let port = server.address.port();
    let responder = Responder::start(Ipv4Addr::LOCALHOST, true, move |search| {
        let target = target_of(search);
        if target != CMS {
            return Vec::new();
        }
        let secure = format!("SECURELOCATION.UPNP.ORG: https://127.0.0.1:{port}/desc.xml\r\n");
        vec![
            reply(&target, &location, ""),
            reply(&target, &location, &secure),
            reply(&target, &second, ""),
            reply(&target, &hung, "").replace("uuid:1111", "uuid:9999"),
            reply(&target, "http://192.0.2.77/desc.xml", "").replace("uuid:1111", "uuid:8888"),
            String::from("HTTP/1.1 200 OK\r\n"),
        ]
    });
    let point = control_point(None, Duration::from_millis(1500));
    let (sender, mut found) = mpsc::channel(64);
    let report = point
        .search(&[SearchTarget::parse(CMS)], 1, sender)
        .await
        .expect("a search");
    assert_eq!(report.interfaces.len(), 1);
    let mut devices = Vec::new();
    let mut silent = Vec::new();
    while let Ok(outcome) = found.try_recv() {
        match outcome {
            Found::Device(device) => devices.push(device),
            Found::Silent(device) => silent.push(device),
        }
    }
    // Another program's device may answer on the same port; ours is this one.
    let ours: Vec<_> = devices
        .iter()
        .filter(|device| device.udn().uuid().starts_with("11111111"))
        .collect();
    let last = ours.last().expect("the device was found");
    assert_eq!(last.description.root.friendly_name, "Test gateway");
    assert!(last.secure_location.is_some());
    assert_eq!(
        last.interface.as_deref(),
        Some(report.interfaces[0].name.as_str())
    );
    assert_eq!(last.other_locations.len(), 1);
    let hung = silent
        .iter()
        .find(|device| {
            device
                .udn
                .as_ref()
                .is_some_and(|udn| udn.uuid().starts_with("9999"))
        })
        .expect("the hung device is told");
    assert!(
        matches!(hung.reason, Error::TimedOut { .. }),
        "{:?}",
        hung.reason
    );
    assert!(report
        .ignored
        .iter()
        .any(|ignored| ignored.reason.contains("192.0.2.77")));
    let searches = responder.seen();
    let own: Vec<_> = searches
        .iter()
        .filter(|search| target_of(search) == CMS)
        .collect();
    assert!(own.len() >= 3, "{}", own.len());
    assert!(own[0].contains("MAN: \"ssdp:discover\"\r\n") && own[0].contains("MX: 1\r\n"));
    assert!(
        own[0].contains("HOST: 239.255.255.250:1900\r\n") && own[0].contains("CPFN.UPNP.ORG: ")
    );
}

#[tokio::test]
async fn a_host_that_wants_mx_is_asked_a_second_time() {
    let at = Ipv4Addr::new(127, 0, 7, 1);
    let listener = tokio::net::TcpListener::bind((at, 0))
        .await
        .expect("a port");
    let url = format!(
        "http://{}/desc.xml",
        listener.local_addr().expect("an address")
    );
    let web = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0_u8; 1024];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await;
            let _ = stream.write_all(http(DESCRIPTION).as_bytes()).await;
        }
    });
    let responder = Responder::start(at, false, move |search| {
        if search.contains("MX: ") {
            vec![reply(&target_of(search), &url, "")]
        } else {
            Vec::new()
        }
    });
    let point = control_point(None, Duration::from_secs(5));
    let host = HostAddress::parse("127.0.7.1").expect("a literal");
    let devices = point
        .describe_host(host, None, &[SearchTarget::RootDevice])
        .await
        .expect("the device answers");
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].host(), host);
    let seen = responder.seen();
    assert_eq!(seen.len(), 2);
    assert!(!seen[0].contains("MX: ") && seen[1].contains("MX: 1\r\n"));
    assert!(seen[0].contains("HOST: 127.0.7.1:1900\r\n"));
    web.abort();
}

#[tokio::test]
async fn a_host_without_any_device_is_told_apart_from_a_wrong_one() {
    let point = control_point(None, Duration::from_secs(2));
    let host = HostAddress::parse("127.0.7.9").expect("a literal");
    let outcome = point.describe_host(host, None, &gateway_targets()).await;
    assert!(
        matches!(outcome, Err(Error::Unreachable { .. })),
        "{outcome:?}"
    );
    let group = HostAddress::parse("239.255.255.250").expect("a literal");
    let outcome = point.describe_host(group, None, &gateway_targets()).await;
    assert!(matches!(outcome, Err(Error::Usage { .. })), "{outcome:?}");
}

#[tokio::test]
async fn announcements_are_heard_and_foreign_ones_skipped() {
    let point = control_point(None, Duration::from_secs(2));
    let mut announcements = point.announcements().expect("loopback");
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).expect("a socket");
    socket
        .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
        .expect("loopback");
    let local: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
    socket.bind(&local.into()).expect("a port");
    let group: SocketAddr = (Ipv4Addr::new(239, 255, 255, 250), 1900).into();
    for (uuid, host) in [("foreign", "192.0.2.7"), ("near", "127.0.0.1")] {
        let message = format!(
            "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\n\
             LOCATION: http://{host}:49152/desc.xml\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n\
             USN: uuid:{uuid}-announced::upnp:rootdevice\r\n\r\n"
        );
        socket
            .send_to(message.as_bytes(), &group.into())
            .expect("sent");
    }
    let wait = async {
        while let Some(announced) = announcements.next().await {
            if let SsdpMessage::Alive(alive) = announced.message {
                let uuid = alive.usn.map(|usn| usn.udn.uuid().to_owned());
                match uuid.as_deref() {
                    Some("near-announced") => return announced.interface,
                    Some("foreign-announced") => panic!("it names another host"),
                    // Another program on this computer.
                    _ => {}
                }
            }
        }
        panic!("no socket is left");
    };
    let interface = tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .expect("heard");
    assert!(interface.is_loopback());
}
