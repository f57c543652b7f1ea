//! Finding gateways on the loopback interface and looking at them before anything is
//! trusted.

use lanside_e2e::{options, seconds, Workbench};
use lanside_gateway::options::{Model, Options, RolePolicy};
use management::view::{Code, GatewayKind, GatewayState};
use tokio::net::UdpSocket;

#[tokio::test]
async fn a_search_finds_the_gateway_with_everything_it_says() {
    let bench = Workbench::apart(options("Finding Nemo")).await;
    let mut heard = Vec::new();
    let found = bench
        .management
        .discover(Some(seconds(2)), |view| heard.push(view.udn.clone()))
        .await
        .expect("a search");
    let gateway = found
        .devices
        .iter()
        .find(|view| view.udn == bench.udn())
        .expect("the gateway is found");
    assert!(
        heard.contains(&bench.udn()),
        "it is told as soon as it is found"
    );
    assert_eq!(gateway.friendly_name.as_deref(), Some("Finding Nemo"));
    assert_eq!(gateway.kind, GatewayKind::Tr064);
    assert_eq!(gateway.state, GatewayState::New);
    assert_eq!(gateway.address.as_deref(), Some("127.0.0.1"));
    assert_eq!(gateway.location, Some(bench.gateway.location()));
    assert_eq!(
        gateway.secure_location,
        Some(bench.gateway.secure_location())
    );
    assert_eq!(gateway.services.len(), 3);
    assert!(gateway
        .services
        .iter()
        .all(|service| service.device_udn == bench.udn()));
    assert_eq!(found.interfaces.len(), 1);
    assert_eq!(found.interfaces[0].address, "127.0.0.1");
}

#[tokio::test]
async fn a_description_url_is_enough_and_brings_the_protected_address() {
    let bench = Workbench::apart(options("By address")).await;
    let view = bench
        .management
        .add_by_address(&bench.gateway.location())
        .await
        .expect("the gateway is there");
    assert_eq!(view.udn, bench.udn());
    assert_eq!(
        bench.management.resolve("by ADDR").await.expect("one fits"),
        bench.udn()
    );
    bench
        .pair(&bench.gateway.pin())
        .await
        .expect("pairing finds the protected side");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn an_ip_address_is_enough() {
    // Only Linux answers for the whole of 127/8, which gives this gateway an address of its own.
    let bench = Workbench::apart(Options {
        bind: "127.83.17.5".parse().expect("an address"),
        search_port: 1900,
        ..options("By number")
    })
    .await;
    let view = bench
        .management
        .add_by_address("127.83.17.5")
        .await
        .expect("the gateway is there");
    assert_eq!(view.udn, bench.udn());
    assert_eq!(view.secure_location, Some(bench.gateway.secure_location()));
    assert_eq!(
        bench
            .management
            .resolve("127.83.17.5")
            .await
            .expect("known now"),
        bench.udn()
    );
}

#[tokio::test]
async fn what_is_no_address_and_what_does_not_answer_are_told_apart() {
    let bench = Workbench::apart(options("Elsewhere")).await;
    let error = bench
        .management
        .add_by_address("ftp://192.0.2.1/")
        .await
        .expect_err("no HTTP");
    assert_eq!(error.code(), Code::Usage, "{error}");
    // A port nobody listens on: taken, and given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a port")
        .port();
    let location = format!("http://127.0.0.1:{port}/description.xml");
    let error = bench
        .management
        .add_by_address(&location)
        .await
        .expect_err("nobody there");
    assert_eq!(error.code(), Code::Unreachable, "{error}");
    let failure = error.failure();
    assert!(failure.message.contains(&location), "{failure:?}");
    assert!(failure.next.is_some());
}

#[tokio::test]
async fn two_gateways_on_one_host_are_told_apart() {
    let first = Workbench::new(options("Twin north")).await;
    let second = lanside_gateway::Gateway::start(options("Twin south"))
        .await
        .expect("a second gateway");
    first
        .management
        .find_again(&second.udn())
        .await
        .expect("the second gateway answers");
    assert_ne!(first.udn(), second.udn());
    assert_eq!(
        first
            .management
            .resolve("twin NORTH")
            .await
            .expect("one fits"),
        first.udn()
    );
    assert_eq!(
        first
            .management
            .resolve("twin south")
            .await
            .expect("one fits"),
        second.udn()
    );
    assert_eq!(
        first
            .management
            .resolve(&second.location())
            .await
            .expect("one fits"),
        second.udn()
    );
    let error = first.management.resolve("Twin").await.expect_err("two fit");
    assert_eq!(error.code(), Code::Usage);
    let message = error.failure().message;
    assert!(
        message.contains("Twin north") && message.contains("Twin south"),
        "{message}"
    );
}

#[tokio::test]
async fn a_gateway_is_shown_before_it_knows_us() {
    let bench = Workbench::new(options("Open house")).await;
    let shown = bench
        .management
        .show(&bench.udn())
        .await
        .expect("it is shown");
    assert_eq!(
        shown.gateway.model_name.as_deref(),
        Some("Simulated VDSL gateway")
    );
    let model = shown.data_models.first().expect("it tells its data model");
    assert!(model.uri.contains("tr-181"), "{model:?}");
    assert_eq!(model.location.trim_matches('/'), "BBF");
    assert!(
        shown.protocols.iter().any(|name| name.contains("WPS")),
        "{:?}",
        shown.protocols
    );
    assert!(
        bench.records().iter().all(|record| !record.secure),
        "nothing went over TLS"
    );
}

#[tokio::test]
async fn without_an_introduction_nothing_can_be_read() {
    let bench = Workbench::new(options("Stranger")).await;
    let session = bench.session().await;
    assert!(!session.view().protected);
    let error = session
        .values(&["/BBF/Time/NTPServer1".to_owned()])
        .await
        .expect_err("strangers read nothing");
    assert_eq!(error.code(), Code::NotAuthorized, "{error}");
    assert_eq!(error.upnp_code(), Some(606));
    let failure = error.failure();
    assert!(failure.message.contains("Stranger"), "{failure:?}");
    assert!(failure
        .next
        .is_some_and(|next| next.contains("lanside pair")));
    assert_eq!(
        bench
            .management
            .roles(&bench.udn(), None)
            .await
            .expect("roles")
            .roles,
        ["Public"]
    );
}

#[tokio::test]
async fn a_gateway_that_asks_for_nothing_is_open_to_everybody() {
    let bench = Workbench::new(Options {
        role_policy: RolePolicy::Open,
        model: Model::Minimal,
        ..options("Open door")
    })
    .await;
    let session = bench.session().await;
    let edits = [(
        "Device.Time.NTPServer1".to_owned(),
        "ntp.example".to_owned(),
    )];
    let edits = bench
        .management
        .prepare(&session, &edits)
        .await
        .expect("checked");
    let (view, error) = bench
        .management
        .apply(&session, edits, None)
        .await
        .expect("sent");
    assert!(error.is_none(), "{error:?}");
    assert!(view.changes[0].verified);
}

#[tokio::test]
async fn a_device_that_announces_itself_and_does_not_answer_is_shown_as_silent() {
    let bench = Workbench::apart(options("Bystander")).await;
    let udn = "uuid:5c1e0d1a-5a1e-4b0a-8000-51e47b0c5000";
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a port")
        .port();
    let group = search_socket();
    let announcer = tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((_, from)) = group.recv_from(&mut buffer).await {
            let answer = format!(
                "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: http://127.0.0.1:{port}/d.xml\r\n\
                 SERVER: Linux/6.1 UPnP/2.0 Test/1\r\nST: upnp:rootdevice\r\nUSN: {udn}::upnp:rootdevice\r\n\r\n"
            );
            group.send_to(answer.as_bytes(), from).await.ok();
        }
    });
    let found = bench
        .management
        .discover(Some(seconds(3)), |_| {})
        .await
        .expect("a search");
    announcer.abort();
    let silent = found
        .devices
        .iter()
        .find(|view| view.udn == udn)
        .expect("it is listed");
    assert_eq!(silent.state, GatewayState::Silent);
    assert!(
        silent
            .reason
            .as_deref()
            .is_some_and(|reason| reason.contains("does not answer")),
        "{silent:?}"
    );
}

/// A socket that hears searches on the loopback interface, as every gateway has one.
fn search_socket() -> UdpSocket {
    use std::net::{Ipv4Addr, SocketAddr};
    let socket =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).expect("a socket");
    socket.set_reuse_address(true).expect("reuse");
    #[cfg(unix)]
    socket.set_reuse_port(true).expect("reuse");
    socket.set_nonblocking(true).expect("nonblocking");
    let group = Ipv4Addr::new(239, 255, 255, 250);
    let address = if cfg!(unix) {
        SocketAddr::from((group, 1900))
    } else {
        SocketAddr::from((Ipv4Addr::LOCALHOST, 1900))
    };
    socket.bind(&address.into()).expect("the search port");
    socket
        .join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)
        .expect("the group");
    UdpSocket::from_std(socket.into()).expect("a socket")
}
