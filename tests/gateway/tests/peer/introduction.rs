//! A control point meets the gateway: description, refusals over HTTP, introduction, roles.

use std::time::Duration;

use crate::support::registrar::Registrar;
use crate::support::{handshake, start, Client, ControlPoint, BMS, CMS, DP, PIN};
use lanside_gateway::enrollee::tlv::kind;
use lanside_gateway::identity::IdentityUuid;
use lanside_gateway::options::RolePolicy;
use lanside_gateway::quirks::Quirk;
use openssl::ssl::SslVersion;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_is_the_same_on_both_ports() {
    let gateway = start(|_| ()).await;
    let plain = Client::plain(&gateway).get("/description.xml");
    let secure = ControlPoint::new("First")
        .client(&gateway)
        .get("/description.xml");
    assert_eq!(plain.body, secure.body);
    assert!(plain
        .body
        .contains(&format!("<UDN>{}</UDN>", gateway.udn())));
    for path in ["/cms/scpd.xml", "/bms/scpd.xml", "/dp/scpd.xml"] {
        assert!(
            Client::plain(&gateway)
                .get(path)
                .body
                .contains("<actionList>"),
            "{path}"
        );
    }
    assert_eq!(Client::plain(&gateway).get("/nowhere").status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn protected_actions_are_refused_over_http() {
    let gateway = start(|_| ()).await;
    let mut client = Client::plain(&gateway);
    for (service, action) in [
        (CMS, "GetValues"),
        (CMS, "SetValues"),
        (BMS, "Reboot"),
        (BMS, "Ping"),
        (DP, "SendSetupMessage"),
        (DP, "GetACLData"),
        (DP, "UserLogin"),
        (DP, "UserLogout"),
        (DP, "RemoveIdentity"),
    ] {
        assert_eq!(client.call(service, action, &[]).code(), 606, "{action}");
    }
    assert_eq!(client.call(BMS, "GetDeviceStatus", &[]).code(), 0);
    assert_eq!(client.roles(), "Public");
    assert!(client
        .call(DP, "GetSupportedProtocols", &[])
        .out("ProtocolList")
        .contains("<Name>WPS</Name>"));
    assert_eq!(client.call(BMS, "Dance", &[]).code(), 401);
    assert_eq!(
        client.call(BMS, "GetDeviceStatus", &[("More", "1")]).code(),
        402
    );
    let without_header = "POST /bms/control HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(client.send(without_header).unwrap().status, 412);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secure_port_wants_a_certificate() {
    let gateway = start(|_| ()).await;
    assert!(handshake(gateway.addresses().https, None, SslVersion::TLS1_2).is_err());
    // With TLS 1.3 the refusal shows with the first bytes.
    let stream = handshake(gateway.addresses().https, None, SslVersion::TLS1_3);
    let served = stream.map(|stream| {
        Client::over(stream).send("GET /description.xml HTTP/1.1\r\nHost: x\r\n\r\n")
    });
    assert!(!matches!(served, Ok(Ok(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pin_gives_admin_over_both_versions_of_tls() {
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let gateway = start(|_| ()).await;
        let control_point = ControlPoint::new("First");
        let (mut client, leaf) = control_point.connect(&gateway, version);
        assert_eq!(client.roles(), "Public");
        assert_eq!(client.call(DP, "GetACLData", &[]).code(), 606);
        let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
        let uuid_e = registrar.begin(&mut client).unwrap();
        assert_eq!(uuid_e, *IdentityUuid::of_leaf_der(&leaf).as_bytes());
        assert_eq!(registrar.announce(&mut client), Ok((kind::ACK, None)));
        registrar.rest(&mut client).unwrap();
        assert_eq!(client.roles(), "Public Basic Admin");
        let acl = client.call(DP, "GetACLData", &[]).out("ACL");
        assert!(
            acl.contains("<CP introduced=\"1\"><Name>First</Name>"),
            "{acl}"
        );
        assert!(acl.contains(&control_point.uuid().to_string()));
        let needed = client.call(
            DP,
            "GetRolesForAction",
            &[
                ("DeviceUDN", &gateway.udn()),
                ("ServiceId", "urn:upnp-org:serviceId:BasicManagement"),
                ("ActionName", "Reboot"),
            ],
        );
        assert_eq!(needed.out("RoleList"), "Admin");
        // Another connection of the same control point has the roles; another control point does not.
        assert_eq!(control_point.client(&gateway).roles(), "Public Basic Admin");
        assert_eq!(
            ControlPoint::new("Second").client(&gateway).roles(),
            "Public"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_wrong_pins_lock_the_introduction() {
    let gateway = start(|_| ()).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    for pin in ["99995670", "12349999", "00000000"] {
        let run = Registrar::with_pin(control_point.uuid(), pin).run(&mut client);
        assert_eq!(run, Err(704), "{pin}");
    }
    let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::NACK, Some(15))));
    assert_eq!(client.roles(), "Public");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_second_half_fails_only_at_m6() {
    let gateway = start(|_| ()).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    let mut registrar = Registrar::with_pin(control_point.uuid(), "12349999");
    registrar.begin(&mut client).unwrap();
    registrar.prove_possession(&mut client).unwrap();
    registrar.prove_first_half(&mut client).unwrap();
    assert_eq!(registrar.prove_second_half(&mut client), Err(704));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_button_makes_a_waiting_control_point_basic() {
    let gateway = start(|_| ()).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    let mut registrar = Registrar::with_button(control_point.uuid());
    registrar.begin(&mut client).unwrap();
    let ready = |client: &mut Client| {
        let query = ("/dp/control", "urn:schemas-upnp-org:control-1-0");
        client
            .call(query, "QueryStateVariable", &[("varName", "SetupReady")])
            .out("return")
    };
    assert_eq!(registrar.announce(&mut client), Ok((kind::NACK, Some(14))));
    assert_eq!(ready(&mut client), "0");
    gateway.press_button();
    assert_eq!(ready(&mut client), "1");
    registrar.rest(&mut client).unwrap();
    assert_eq!(client.roles(), "Public Basic");
    // One press, one introduction.
    let mut again = Registrar::with_button(control_point.uuid());
    again.begin(&mut client).unwrap();
    assert_eq!(again.announce(&mut client), Ok((kind::NACK, Some(14))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_introduction_at_a_time() {
    let gateway = start(|_| ()).await;
    let (first, second) = (ControlPoint::new("First"), ControlPoint::new("Second"));
    let (mut one, mut two) = (first.client(&gateway), second.client(&gateway));
    Registrar::with_pin(first.uuid(), PIN)
        .begin(&mut one)
        .unwrap();
    assert_eq!(
        Registrar::with_pin(second.uuid(), PIN).begin(&mut two),
        Err(708)
    );
    // The same control point may start over, and its leaving frees the gateway.
    Registrar::with_pin(first.uuid(), PIN)
        .begin(&mut one)
        .unwrap();
    drop(one);
    let mut begun = Err(708);
    for _ in 0..50 {
        begun = Registrar::with_pin(second.uuid(), PIN).begin(&mut two);
        if begun.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn setup_messages_that_make_no_sense() {
    let gateway = start(|_| ()).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    assert_eq!(client.setup(b"not empty"), Err(402));
    Registrar::with_pin(control_point.uuid(), PIN)
        .begin(&mut client)
        .unwrap();
    assert_eq!(client.setup(b"\x10\x4a\x00"), Err(704));
    let mut liar = Registrar::with_pin(ControlPoint::new("Second").uuid(), PIN);
    liar.begin(&mut client).unwrap();
    assert_eq!(liar.announce(&mut client), Err(704));
    let answer = client.call(
        DP,
        "SendSetupMessage",
        &[("ProtocolType", "wps"), ("InMessage", "")],
    );
    assert_eq!(answer.code(), 600);
    let answer = client.call(
        DP,
        "SendSetupMessage",
        &[("ProtocolType", "WPS"), ("InMessage", "=!=")],
    );
    assert_eq!(answer.code(), 704);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_decide_who_becomes_administrator() {
    for (policy, before, after) in [
        (RolePolicy::LabelPin, "Public", "Public Basic Admin"),
        (RolePolicy::Basic, "Public", "Public Basic"),
        (
            RolePolicy::AutoAdmin,
            "Public Basic Admin",
            "Public Basic Admin",
        ),
        (RolePolicy::Open, "Public Basic Admin", "Public Basic Admin"),
    ] {
        let gateway = start(|options| options.role_policy = policy).await;
        let control_point = ControlPoint::new("First");
        let mut client = control_point.client(&gateway);
        assert_eq!(client.roles(), before, "{policy:?}");
        Registrar::with_pin(control_point.uuid(), PIN)
            .run(&mut client)
            .unwrap();
        assert_eq!(client.roles(), after, "{policy:?}");
        let open = policy == RolePolicy::Open;
        assert_eq!(
            ControlPoint::new("Second").client(&gateway).roles() != "Public",
            open
        );
        assert_eq!(
            Client::plain(&gateway).call(BMS, "GetLogURIs", &[]).code() == 0,
            open
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quirks_of_the_introduction() {
    let control_point = ControlPoint::new("First");
    let with = |quirk| start(move |options| options.quirks.add(quirk));
    let wrong =
        |client: &mut Client| Registrar::with_pin(control_point.uuid(), "99995670").run(client);

    let gateway = with(Quirk::PinFault501).await;
    assert_eq!(wrong(&mut control_point.client(&gateway)), Err(501));

    let gateway = with(Quirk::NackInsteadOf704).await;
    let mut client = control_point.client(&gateway);
    let mut registrar = Registrar::with_pin(control_point.uuid(), "99995670");
    registrar.begin(&mut client).unwrap();
    registrar.prove_possession(&mut client).unwrap();
    let nack = registrar.prove_first_half(&mut client).unwrap();
    assert_eq!(
        (nack[9], nack.len(), nack[nack.len() - 1]),
        (kind::NACK, 56, 18)
    );

    let gateway = with(Quirk::NoM2dAck).await;
    let mut client = control_point.client(&gateway);
    let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::NACK, Some(14))));
    registrar.rest(&mut client).unwrap();

    let gateway = with(Quirk::BusyOnce).await;
    let mut client = control_point.client(&gateway);
    assert_eq!(client.setup(b""), Err(708));
    assert!(client.setup(b"").is_ok());

    let gateway = with(Quirk::WrongUuidE).await;
    let (mut client, leaf) = control_point.connect(&gateway, SslVersion::TLS1_3);
    let uuid_e = Registrar::with_pin(control_point.uuid(), PIN)
        .begin(&mut client)
        .unwrap();
    assert_ne!(uuid_e, *IdentityUuid::of_leaf_der(&leaf).as_bytes());
}
