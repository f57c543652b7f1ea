//! Logins, the access list, reboot and reset, tests, events and injected faults.

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use base64::prelude::{Engine, BASE64_STANDARD};
use lanside_gateway::faults::Fault;
use lanside_gateway::options::{InitialUser, Options, RolePolicy};
use lanside_gateway::quirks::Quirk;
use lanside_gateway::Gateway;
use openssl::hash::MessageDigest;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use support::registrar::Registrar;
use support::{start, Client, ControlPoint, BMS, CMS, DP, PIN};

const PASSWORD: &str = "correct horse";

async fn gateway_with_user(change: impl FnOnce(&mut Options)) -> Gateway {
    start(|options| {
        options.role_policy = RolePolicy::Basic;
        options.users.push(format!("Administrator:{PASSWORD}").parse::<InitialUser>().unwrap());
        change(options);
    })
    .await
}

fn introduced(gateway: &Gateway, name: &str) -> Client {
    let control_point = ControlPoint::new(name);
    let mut client = control_point.client(gateway);
    Registrar::with_pin(control_point.uuid(), PIN).run(&mut client).unwrap();
    client
}

fn stored(name: &str, password: &str, salt: &[u8]) -> Vec<u8> {
    let mut stored = vec![0; 16];
    let salted = [name.as_bytes(), salt].concat();
    pbkdf2_hmac(password.as_bytes(), &salted, 5000, MessageDigest::sha256(), &mut stored).unwrap();
    stored
}

/// Logs in; the error number, 0 for a success.
fn login(gateway: &Gateway, client: &mut Client, who: &str, name: &str, password: &str) -> std::io::Result<u16> {
    let challenge =
        client.call(DP, "GetUserLoginChallenge", &[("ProtocolType", "PKCS5"), ("Name", name)]);
    if challenge.code() != 0 {
        return Ok(challenge.code());
    }
    let salt = BASE64_STANDARD.decode(challenge.out("Salt")).unwrap();
    let text = challenge.out("Challenge");
    let key = PKey::hmac(&stored(name, password, &salt)).unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    signer.update(&BASE64_STANDARD.decode(&text).unwrap()).unwrap();
    signer.update(gateway.identity().as_bytes()).unwrap();
    signer.update(ControlPoint::new(who).uuid().as_bytes()).unwrap();
    let authenticator = BASE64_STANDARD.encode(&signer.sign_to_vec().unwrap()[..16]);
    let answer = client.try_call(
        DP,
        "UserLogin",
        &[("ProtocolType", "PKCS5"), ("Challenge", &text), ("Authenticator", &authenticator)],
    )?;
    Ok(answer.code())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_adds_roles_to_its_session_only() {
    let gateway = gateway_with_user(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    assert_eq!(client.roles(), "Public Basic");
    assert_eq!(client.call(BMS, "Reboot", &[]).code(), 606);
    assert_eq!(login(&gateway, &mut client, "First", "Administrator", PASSWORD).unwrap(), 0);
    assert_eq!(client.roles(), "Public Basic Admin");
    assert_eq!(ControlPoint::new("First").client(&gateway).roles(), "Public Basic");
    assert_eq!(client.call(DP, "UserLogout", &[]).code(), 0);
    assert_eq!(client.roles(), "Public Basic");
    assert_eq!(login(&gateway, &mut client, "First", "Nobody", PASSWORD).unwrap(), 600);
    // A control point nobody introduced gets no challenge.
    let mut stranger = ControlPoint::new("Second").client(&gateway);
    assert_eq!(login(&gateway, &mut stranger, "Second", "Administrator", PASSWORD).unwrap(), 606);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_failed_logins_close_the_connection() {
    for silent in [false, true] {
        let gateway = gateway_with_user(|options| {
            if silent {
                options.quirks.add(Quirk::LoginFiveStrikesSilent);
            }
        })
        .await;
        let mut client = introduced(&gateway, "First");
        for _ in 0..4 {
            assert_eq!(login(&gateway, &mut client, "First", "Administrator", "wrong").unwrap(), 701);
        }
        let fifth = login(&gateway, &mut client, "First", "Administrator", "wrong");
        assert_eq!(fifth.ok(), (!silent).then_some(701));
        assert!(client.try_call(DP, "GetAssignedRoles", &[]).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_manages_the_access_list() {
    let gateway = start(|_| ()).await;
    let mut admin = introduced(&gateway, "First");
    let list = "<Identities xmlns=\"urn:schemas-upnp-org:gw:DeviceProtection\"><User><Name>Ada</Name></User></Identities>";
    let added = admin.call(DP, "AddIdentityList", &[("IdentityList", list)]);
    assert!(added.out("IdentityListResult").contains("<Name>Ada</Name>"));
    assert_eq!(login(&gateway, &mut admin, "First", "Ada", "x").unwrap(), 600);

    let salt = [7; 16];
    let set = [
        ("ProtocolType", "PKCS5"),
        ("Name", "Ada"),
        ("Stored", &BASE64_STANDARD.encode(stored("Ada", "lovelace", &salt))),
        ("Salt", &BASE64_STANDARD.encode(salt)),
    ];
    assert_eq!(admin.call(DP, "SetUserLoginPassword", &set).code(), 0);
    let ada = ("Identity", "<Identity><User><Name>Ada</Name></User></Identity>");
    assert_eq!(admin.call(DP, "AddRolesForIdentity", &[ada, ("RoleList", "Basic King")]).code(), 600);
    assert_eq!(admin.call(DP, "AddRolesForIdentity", &[ada, ("RoleList", "Basic")]).code(), 0);
    assert_eq!(login(&gateway, &mut admin, "First", "Ada", "lovelace").unwrap(), 0);

    let own = format!("<Identity><CP><ID>{}</ID></CP></Identity>", ControlPoint::new("First").uuid());
    assert_eq!(admin.call(DP, "RemoveIdentity", &[("Identity", &own)]).code(), 600, "the last administrator");
    assert_eq!(admin.call(DP, "RemoveIdentity", &[("Identity", "<Identity/>")]).code(), 600);
    let mut second = introduced(&gateway, "Second");
    assert_eq!(admin.call(DP, "RemoveIdentity", &[("Identity", &own)]).code(), 0);
    // The rights end at once, the login with the user's own roles goes on.
    assert_eq!(admin.roles(), "Public Basic");
    assert_eq!(second.call(DP, "RemoveIdentity", &[ada]).code(), 0);
    assert_eq!(admin.roles(), "Public");
}

fn group_listener() -> UdpSocket {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).unwrap();
    socket.set_reuse_address(true).unwrap();
    #[cfg(unix)]
    socket.set_reuse_port(true).unwrap();
    socket.bind(&"0.0.0.0:1900".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    socket.join_multicast_v4(&Ipv4Addr::new(239, 255, 255, 250), &Ipv4Addr::LOCALHOST).unwrap();
    let socket: UdpSocket = socket.into();
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
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
    assert!(announced(&listener, &["ssdp:alive", &usn, "BOOTID.UPNP.ORG: 1\r", "SECURELOCATION.UPNP.ORG: https://"]));
    let (location, fingerprint) = (gateway.location(), gateway.fingerprint_hex());
    let mut client = introduced(&gateway, "First");
    assert_eq!(client.call(BMS, "Reboot", &[]).out("RebootStatus"), "RebootNow");
    assert!(announced(&listener, &["ssdp:byebye", &usn]));
    std::thread::sleep(Duration::from_millis(100));
    assert!(client.try_call(BMS, "GetDeviceStatus", &[]).is_err(), "open connections are cut");
    assert!(std::net::TcpStream::connect(gateway.addresses().http).is_err(), "nobody listens");
    assert!(announced(&listener, &["ssdp:alive", &usn, "BOOTID.UPNP.ORG: 2\r"]));
    assert_eq!((gateway.location(), gateway.fingerprint_hex()), (location, fingerprint));
    assert_eq!(ControlPoint::new("First").client(&gateway).roles(), "Public Basic Admin");
    gateway.stop().await;
    assert!(announced(&listener, &["ssdp:byebye", &usn, "BOOTID.UPNP.ORG: 2\r"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_baseline_reset_forgets_everybody() {
    let listener = group_listener();
    let gateway = start(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    assert_eq!(client.call(BMS, "BaselineReset", &[]).code(), 0);
    let usn = format!("USN: {}\r", gateway.udn());
    assert!(announced(&listener, &["ssdp:alive", &usn, "BOOTID.UPNP.ORG: 2\r"]));
    assert_eq!(ControlPoint::new("First").client(&gateway).roles(), "Public");
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
    assert_eq!((second.udn(), second.fingerprint_hex(), second.pin()), (udn.clone(), fingerprint.clone(), pin));
    assert_eq!(second.boot_id(), 2);
    assert_eq!(ControlPoint::new("First").client(&second).roles(), "Public Basic Admin");
    second.inject(Fault::NewCertificate).await.unwrap();
    assert_ne!(second.fingerprint_hex(), fingerprint);
    assert_eq!(second.udn(), udn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_are_answered_by_several_gateways_on_one_host() {
    let (first, second) = (start(|_| ()).await, start(|options| options.udn = Some("6c1b2f0e-0000-4000-8000-000000000001".to_owned())).await);
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    socket.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    let socket: UdpSocket = socket.into();
    socket.set_read_timeout(Some(Duration::from_millis(600))).unwrap();
    let search = |target: &str, mx: &str| {
        format!("M-SEARCH * HTTP/1.1\r\nHOST: x\r\nMAN: \"ssdp:discover\"\r\n{mx}ST: {target}\r\n\r\n")
    };
    let answers = || {
        let mut buffer = [0; 2048];
        let received = std::iter::from_fn(|| socket.recv(&mut buffer).ok().map(|length| String::from_utf8_lossy(&buffer[..length]).into_owned()));
        received.collect::<Vec<_>>()
    };
    let kind = "urn:schemas-upnp-org:service:ConfigurationManagement:1";
    socket.send_to(search(kind, "MX: 1\r\n").as_bytes(), "239.255.255.250:1900").unwrap();
    let found = answers();
    for gateway in [&first, &second] {
        let own: Vec<_> = found.iter().filter(|answer| answer.contains(&format!("USN: {}::{kind}", gateway.udn()))).collect();
        assert_eq!(own.len(), 1);
        assert!(own[0].contains(&format!("LOCATION: {}", gateway.location())));
        assert!(own[0].contains(&format!("SEARCHPORT.UPNP.ORG: {}", gateway.addresses().search_port)));
    }
    socket.send_to(search("ssdp:all", "").as_bytes(), ("127.0.0.1", second.addresses().search_port)).unwrap();
    assert_eq!(answers().len(), 6);
    socket.send_to(search("ssdp:all", "").as_bytes(), "239.255.255.250:1900").unwrap();
    assert_eq!(answers().len(), 0, "a multicast search needs MX");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_hears_everything_once_and_changes_after_that() {
    let gateway = start(|_| ()).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let callback = listener.local_addr().unwrap();
    let mut client = Client::plain(&gateway);
    let subscribe = |path: &str, callback: &str| {
        format!("SUBSCRIBE {path} HTTP/1.1\r\nHost: x\r\nCALLBACK: <http://{callback}/e>\r\nNT: upnp:event\r\nTIMEOUT: Second-60\r\n\r\n")
    };
    let answer = client.send(&subscribe("/bms/event", &callback.to_string())).unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.head.to_ascii_lowercase().contains("timeout: second-60"), "{}", answer.head);
    let sid = answer.head.lines().find_map(|line| line.strip_prefix("Sid: ")).unwrap().to_owned();
    let initial = receive(&listener);
    for text in ["SEQ: 0", &format!("SID: {sid}"), "<DeviceStatus>OK,", "<SequenceMode>0<", "<TestIDs></TestIDs>"] {
        assert!(initial.contains(text), "{text}: {initial}");
    }
    let mut admin = introduced(&gateway, "First");
    admin.call(BMS, "SelfTest", &[]);
    let change = receive(&listener);
    assert!(change.contains("SEQ: 1") && change.contains("<TestIDs>1</TestIDs>"), "{change}");
    assert!(!change.contains("DeviceStatus"));
    assert_eq!(client.send(&subscribe("/bms/event", "192.0.2.1:80")).unwrap().status, 412);
    let renew = format!("SUBSCRIBE /bms/event HTTP/1.1\r\nHost: x\r\nSID: {sid}\r\nTIMEOUT: Second-90\r\n\r\n");
    assert_eq!(client.send(&renew).unwrap().status, 200);
    let end = format!("UNSUBSCRIBE /bms/event HTTP/1.1\r\nHost: x\r\nSID: {sid}\r\n\r\n");
    assert_eq!(client.send(&end).unwrap().status, 200);
    assert_eq!(client.send(&end).unwrap().status, 412);
    assert_eq!(client.send(&renew).unwrap().status, 412);
    assert_eq!(gateway.subscriptions(), 0);
}

fn receive(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains("</e:propertyset>") {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_hit_the_action_they_name() {
    let gateway = start(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    gateway.inject("drop-next:SelfTest".parse().unwrap()).await.unwrap();
    assert!(client.try_call(BMS, "SelfTest", &[]).is_err());
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).out("TestIDs"), "");
    gateway.inject("drop-after:SelfTest".parse().unwrap()).await.unwrap();
    assert!(client.try_call(BMS, "SelfTest", &[]).is_err());
    let mut client = control_point.client(&gateway);
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).out("TestIDs"), "1");
    gateway.inject("refuse:GetTestIDs:501".parse().unwrap()).await.unwrap();
    gateway.inject("malformed:GetDeviceStatus".parse().unwrap()).await.unwrap();
    gateway.inject("delay:GetSequenceMode:300".parse().unwrap()).await.unwrap();
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).code(), 501);
    assert!(!client.call(BMS, "GetDeviceStatus", &[]).body.contains("Envelope>"));
    let before = Instant::now();
    assert_eq!(client.call(BMS, "GetSequenceMode", &[]).code(), 0);
    assert!(before.elapsed() >= Duration::from_millis(300));
    gateway.clear_faults();
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).code(), 0);
    assert_eq!(gateway.requests(|log| log.count("SelfTest")), 2);
    let refused = gateway.requests(|log| log.records()).into_iter().filter(|record| record.outcome == Some(501));
    assert_eq!(refused.count(), 1);

    gateway.inject("vanish-after:GetDeviceStatus".parse().unwrap()).await.unwrap();
    client.call(BMS, "GetDeviceStatus", &[]);
    std::thread::sleep(Duration::from_millis(300));
    assert!(client.try_call(BMS, "GetDeviceStatus", &[]).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn descriptions_can_be_spoilt() {
    for (fault, found) in
        [("dtd:description", "<!DOCTYPE"), ("deep-xml:description", "<a><a><a>"), ("huge-description", "     ")]
    {
        let gateway = start(|_| ()).await;
        gateway.inject(fault.parse().unwrap()).await.unwrap();
        let body = Client::plain(&gateway).get("/description.xml").body;
        assert!(body.contains(found), "{fault}");
        assert_eq!(fault == "huge-description", body.len() > 4 * 1024 * 1024);
    }
    let gateway = start(|_| ()).await;
    gateway.inject("endless:description".parse().unwrap()).await.unwrap();
    let mut stream = std::net::TcpStream::connect(gateway.addresses().http).unwrap();
    stream.write_all(b"GET /description.xml HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut taken = Vec::new();
    stream.take(4 * 1024 * 1024).read_to_end(&mut taken).unwrap();
    assert_eq!(taken.len(), 4 * 1024 * 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_can_be_framed_as_other_makers_do() {
    for (quirk, version, framing) in [
        (Quirk::Chunked, "HTTP/1.1 200", "transfer-encoding: chunked"),
        (Quirk::Http10Close, "HTTP/1.0 200", "content-length: "),
        (Quirk::BadContentLength, "HTTP/1.1 200", "content-length: "),
    ] {
        let gateway = start(|options| options.quirks.add(quirk)).await;
        let mut stream = std::net::TcpStream::connect(gateway.addresses().http).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        stream.write_all(b"GET /description.xml HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        let closed = stream.read_to_end(&mut bytes).is_ok();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(version), "{quirk:?}: {head}");
        assert!(head.to_ascii_lowercase().contains(framing), "{quirk:?}: {head}");
        assert_eq!(closed, quirk != Quirk::Chunked);
        if quirk == Quirk::BadContentLength {
            let announced = support::between(head, "ength: ", "\r\n").unwrap().parse::<usize>().unwrap();
            assert_eq!(announced, body.len() + 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn configuration_management_answers() {
    let gateway = start(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    let answer = client.call(CMS, "GetCurrentConfigurationVersion", &[]);
    assert_ne!(answer.code(), 606);
}
