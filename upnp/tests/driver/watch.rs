//! Watching the network on loopback, against devices that lie, move and die.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::support::*;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::time::timeout;
use upnp::driver::{NetworkChange, NetworkWatch, SearchTarget};

const PATIENCE: Duration = Duration::from_secs(20);

/// Sends announcements into the group on loopback.
struct Speaker {
    socket: Socket,
    uuid: &'static str,
}

impl Speaker {
    fn new(uuid: &'static str) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).expect("a socket");
        socket
            .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
            .expect("loopback");
        let local: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
        socket.bind(&local.into()).expect("a port");
        Speaker { socket, uuid }
    }

    fn say(&self, nts: &str, more: &str) {
        let group: SocketAddr = (Ipv4Addr::new(239, 255, 255, 250), 1900).into();
        let text = format!(
            "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n\
             NTS: ssdp:{nts}\r\nUSN: uuid:{}::upnp:rootdevice\r\n{more}\r\n",
            self.uuid
        );
        self.socket
            .send_to(text.as_bytes(), &group.into())
            .expect("sent");
    }

    fn alive(&self, server: &Server, boot: u32) {
        self.say(
            "alive",
            &format!(
                "CACHE-CONTROL: max-age=1800\r\nLOCATION: {}\r\nBOOTID.UPNP.ORG: {boot}\r\n",
                server.url("/desc.xml")
            ),
        );
    }
}

async fn device(uuid: &str) -> Server {
    let body = format!(
        "<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><friendlyName>Test</friendlyName>\
         <UDN>uuid:{uuid}</UDN></device></root>"
    );
    plain(always(http(&body))).await
}

fn watch() -> NetworkWatch {
    control_point(None, Duration::from_secs(2)).watch(vec![SearchTarget::RootDevice])
}

/// The next change that concerns this device; other tests have theirs.
async fn next_of(watch: &mut NetworkWatch, uuid: &str) -> NetworkChange {
    let udn = format!("uuid:{uuid}");
    let about = async {
        loop {
            let change = watch.next().await.expect("the watch goes on");
            let concerned = match &change {
                NetworkChange::Found(device) => Some(device.udn().clone()),
                NetworkChange::Silent(device) => device.udn.clone(),
                NetworkChange::Restarted(udn) | NetworkChange::Gone(udn) => Some(udn.clone()),
                NetworkChange::Adapters(_) => None,
            };
            if concerned.is_some_and(|concerned| concerned.as_str() == udn) {
                return change;
            }
        }
    };
    timeout(PATIENCE, about).await.expect("a change in time")
}

async fn ready(watch: &mut NetworkWatch) {
    let adapters = timeout(PATIENCE, watch.next()).await.expect("in time");
    match adapters {
        Some(NetworkChange::Adapters(adapters)) => assert!(!adapters.is_empty()),
        other => panic!("first the adapters, not {other:?}"),
    }
}

#[tokio::test]
async fn a_goodbye_is_believed_only_when_nobody_answers() {
    let uuid = "aaaa0001-0000-5000-8000-000000000001";
    let (mut watch, speaker, server) = (watch(), Speaker::new(uuid), device(uuid).await);
    ready(&mut watch).await;
    speaker.alive(&server, 1);
    assert!(matches!(
        next_of(&mut watch, uuid).await,
        NetworkChange::Found(_)
    ));
    // Anybody can say goodbye in its name.
    speaker.say("byebye", "");
    let asked = async {
        while server.received.lock().expect("unpoisoned").len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, asked)
        .await
        .expect("it was asked whether it is there");
    let quiet = timeout(Duration::from_millis(300), next_of(&mut watch, uuid)).await;
    assert!(quiet.is_err(), "{quiet:?}");
    drop(server);
    speaker.say("byebye", "");
    assert!(matches!(
        next_of(&mut watch, uuid).await,
        NetworkChange::Gone(_)
    ));
}

#[tokio::test]
async fn a_device_that_restarts_elsewhere_is_followed() {
    let uuid = "aaaa0002-0000-5000-8000-000000000002";
    let (mut watch, speaker, server) = (watch(), Speaker::new(uuid), device(uuid).await);
    ready(&mut watch).await;
    speaker.alive(&server, 7);
    assert!(matches!(
        next_of(&mut watch, uuid).await,
        NetworkChange::Found(_)
    ));
    drop(server);
    let moved = device(uuid).await;
    speaker.alive(&moved, 8);
    let mut restarted = false;
    let location = moved.url("/desc.xml").to_string();
    loop {
        match next_of(&mut watch, uuid).await {
            NetworkChange::Restarted(_) => restarted = true,
            NetworkChange::Found(device) if device.location.to_string() == location => break,
            NetworkChange::Gone(_) => panic!("it is there"),
            _ => {}
        }
    }
    assert!(restarted, "the boot number rose");
}

#[tokio::test]
async fn a_device_that_does_not_answer_is_told_and_holds_up_nobody() {
    let hung = "aaaa0003-0000-5000-8000-000000000003";
    let well = "aaaa0004-0000-5000-8000-000000000004";
    let stuck: Script = std::sync::Arc::new(|_, _| {
        Box::pin(async {
            std::future::pending::<()>().await;
            false
        })
    });
    let (mut watch, silent, server) = (watch(), plain(stuck).await, device(well).await);
    ready(&mut watch).await;
    Speaker::new(hung).alive(&silent, 1);
    Speaker::new(well).alive(&server, 1);
    let started = std::time::Instant::now();
    assert!(matches!(
        next_of(&mut watch, well).await,
        NetworkChange::Found(_)
    ));
    // The deadline of the hung one is two seconds.
    assert!(started.elapsed() < Duration::from_secs(2));
    // Said again, as devices do: another test's flood may have pushed it out.
    let told = async {
        loop {
            let change = timeout(Duration::from_secs(4), next_of(&mut watch, hung)).await;
            if matches!(change, Ok(NetworkChange::Silent(_))) {
                return;
            }
            Speaker::new(hung).alive(&silent, 1);
        }
    };
    timeout(PATIENCE, told).await.expect("told in the end");
}

#[tokio::test]
async fn a_flood_of_invented_devices_does_not_hide_a_real_one() {
    let uuid = "aaaa0005-0000-5000-8000-000000000005";
    let (mut watch, speaker, server) = (watch(), Speaker::new(uuid), device(uuid).await);
    ready(&mut watch).await;
    let liars: Vec<Socket> = (1..=200_u8)
        .map(|host| {
            let socket =
                Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).expect("a socket");
            socket
                .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
                .expect("loopback");
            let local: SocketAddr = (Ipv4Addr::new(127, 9, 0, host), 0).into();
            socket.bind(&local.into()).expect("a port");
            socket
        })
        .collect();
    let group: SocketAddr = (Ipv4Addr::new(239, 255, 255, 250), 1900).into();
    for round in 0..50 {
        for (place, liar) in liars.iter().enumerate() {
            let host = place + 1;
            let text = format!(
                "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n\
                 NTS: ssdp:alive\r\nCACHE-CONTROL: max-age=1800\r\n\
                 LOCATION: http://127.9.0.{host}:9/{round}\r\n\
                 USN: uuid:bbbb{round:04}-0000-5000-8000-{host:012}::upnp:rootdevice\r\n\r\n"
            );
            liar.send_to(text.as_bytes(), &group.into()).expect("sent");
        }
        tokio::task::yield_now().await;
    }
    // Datagrams are lost in a flood; a device repeats itself.
    let found = async {
        loop {
            speaker.alive(&server, 1);
            if let Ok(NetworkChange::Found(_)) =
                timeout(Duration::from_millis(500), next_of(&mut watch, uuid)).await
            {
                return;
            }
        }
    };
    timeout(PATIENCE, found).await.expect("found all the same");
}
