//! Discovery, reboot, reset and what is kept.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use lanside_gateway::faults::Fault;
use lanside_gateway::options::Options;

use crate::support::{introduced, start, ControlPoint, BMS};

fn group_listener() -> UdpSocket {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).unwrap();
    socket.set_reuse_address(true).unwrap();
    #[cfg(unix)]
    socket.set_reuse_port(true).unwrap();
    socket
        .bind(
            &"0.0.0.0:1900"
                .parse::<std::net::SocketAddr>()
                .unwrap()
                .into(),
        )
        .unwrap();
    socket
        .join_multicast_v4(&Ipv4Addr::new(239, 255, 255, 250), &Ipv4Addr::LOCALHOST)
        .unwrap();
    let socket: UdpSocket = socket.into();
    socket
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    socket
}

/// Waits for an announcement that holds all the texts.
fn announced(listener: &UdpSocket, texts: &[&str]) -> bool {
    let until = Instant::now() + Duration::from_secs(5);
    let mut buffer = [0; 2048];
    while Instant::now() < until {
        if let Ok(length) = listener.recv(&mut buffer) {
            let text = String::from_utf8_lossy(&buffer[..length]);
            if texts.iter().all(|wanted| text.contains(wanted)) {
                return true;
            }
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reboot_says_goodbye_and_comes_back_with_the_next_boot_number() {
    let listener = group_listener();
    let gateway = start(|_| ()).await;
    let usn = format!("USN: {}::upnp:rootdevice", gateway.udn());
    assert!(announced(
        &listener,
        &[
            "ssdp:alive",
            &usn,
            "BOOTID.UPNP.ORG: 1\r",
            "SECURELOCATION.UPNP.ORG: https://"
        ]
    ));
    let (location, fingerprint) = (gateway.location(), gateway.fingerprint_hex());
    let mut client = introduced(&gateway, "First");
    assert_eq!(
        client.call(BMS, "Reboot", &[]).out("RebootStatus"),
        "RebootNow"
    );
    assert!(announced(&listener, &["ssdp:byebye", &usn]));
    // Soon, but not at once: on a busy machine the goodbye is heard before the cut.
    let cut = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        client.try_call(BMS, "GetDeviceStatus", &[]).is_err()
    });
    assert!(cut, "open connections are cut");
    assert!(
        std::net::TcpStream::connect(gateway.addresses().http).is_err(),
        "nobody listens"
    );
    assert!(announced(
        &listener,
        &["ssdp:alive", &usn, "BOOTID.UPNP.ORG: 2\r"]
    ));
    assert_eq!(
        (gateway.location(), gateway.fingerprint_hex()),
        (location, fingerprint)
    );
    assert_eq!(
        ControlPoint::new("First").client(&gateway).roles(),
        "Public Basic Admin"
    );
    gateway.stop().await;
    assert!(announced(
        &listener,
        &["ssdp:byebye", &usn, "BOOTID.UPNP.ORG: 2\r"]
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_baseline_reset_forgets_everybody() {
    let listener = group_listener();
    let gateway = start(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    assert_eq!(client.call(BMS, "BaselineReset", &[]).code(), 0);
    let usn = format!("USN: {}\r", gateway.udn());
    assert!(announced(
        &listener,
        &["ssdp:alive", &usn, "BOOTID.UPNP.ORG: 2\r"]
    ));
    assert_eq!(
        ControlPoint::new("First").client(&gateway).roles(),
        "Public"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn state_survives_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let keep = |options: &mut Options| options.state_dir = Some(folder.path().to_owned());
    let first = start(keep).await;
    introduced(&first, "First");
    let (udn, fingerprint, pin) = (first.udn(), first.fingerprint_hex(), first.pin());
    first.stop().await;
    let second = start(|options| {
        keep(options);
        options.pin = None;
    })
    .await;
    assert_eq!(
        (second.udn(), second.fingerprint_hex(), second.pin()),
        (udn.clone(), fingerprint.clone(), pin)
    );
    assert_eq!(second.boot_id(), 2);
    assert_eq!(
        ControlPoint::new("First").client(&second).roles(),
        "Public Basic Admin"
    );
    second.inject(Fault::NewCertificate).await.unwrap();
    assert_ne!(second.fingerprint_hex(), fingerprint);
    assert_eq!(second.udn(), udn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_are_answered_by_several_gateways_on_one_host() {
    let (first, second) = (start(|_| ()).await, start(|_| ()).await);
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    socket.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
    socket
        .bind(
            &"127.0.0.1:0"
                .parse::<std::net::SocketAddr>()
                .unwrap()
                .into(),
        )
        .unwrap();
    let socket: UdpSocket = socket.into();
    socket
        .set_read_timeout(Some(Duration::from_millis(600)))
        .unwrap();
    let search = |target: &str, mx: &str| {
        format!(
            "M-SEARCH * HTTP/1.1\r\nHOST: x\r\nMAN: \"ssdp:discover\"\r\n{mx}ST: {target}\r\n\r\n"
        )
    };
    let answers = || {
        let mut buffer = [0; 2048];
        let received = std::iter::from_fn(|| {
            socket
                .recv(&mut buffer)
                .ok()
                .map(|length| String::from_utf8_lossy(&buffer[..length]).into_owned())
        });
        received.collect::<Vec<_>>()
    };
    let kind = "urn:schemas-upnp-org:service:ConfigurationManagement:1";
    socket
        .send_to(search(kind, "MX: 1\r\n").as_bytes(), "239.255.255.250:1900")
        .unwrap();
    let found = answers();
    for gateway in [&first, &second] {
        let own: Vec<_> = found
            .iter()
            .filter(|answer| answer.contains(&format!("USN: {}::{kind}", gateway.udn())))
            .collect();
        assert_eq!(own.len(), 1);
        assert!(own[0].contains(&format!("LOCATION: {}", gateway.location())));
        assert!(own[0].contains(&format!(
            "SEARCHPORT.UPNP.ORG: {}",
            gateway.addresses().search_port
        )));
    }
    socket
        .send_to(
            search("ssdp:all", "").as_bytes(),
            ("127.0.0.1", second.addresses().search_port),
        )
        .unwrap();
    assert_eq!(answers().len(), 6);
    socket
        .send_to(search("ssdp:all", "").as_bytes(), "239.255.255.250:1900")
        .unwrap();
    assert_eq!(answers().len(), 0, "a multicast search needs MX");
}
