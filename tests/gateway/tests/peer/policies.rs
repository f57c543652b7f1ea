//! How the role policies of TR-064, Appendix I.1.3, are met on the wire: where the PIN comes from, when there is
//! none, and how wrong ones lock the gateway.

use std::time::Duration;

use lanside_gateway::enrollee::lock::LockRule;
use lanside_gateway::enrollee::permission::ScreenText;
use lanside_gateway::enrollee::tlv::{id, kind, Attributes};
use lanside_gateway::options::RolePolicy;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::support::registrar::Registrar;
use crate::support::{start, Client, ControlPoint, PIN};

/// Config Methods and Device Password ID of M1.
fn announced(client: &mut Client) -> (Option<u16>, Option<u16>) {
    let m1 = client.setup(b"").unwrap();
    let attributes = Attributes::parse(&m1).unwrap();
    let numbers = [id::CONFIG_METHODS, id::DEVICE_PASSWORD_ID];
    let [methods, password] = numbers.map(|id| attributes.number(id));
    (methods, password)
}

/// SetupReady as the gateway tells it over HTTP.
fn ready(client: &mut Client) -> String {
    let query = ("/dp/control", "urn:schemas-upnp-org:control-1-0");
    client
        .call(query, "QueryStateVariable", &[("varName", "SetupReady")])
        .out("return")
}

fn shown(screen: &mut UnboundedReceiver<ScreenText>) -> Option<String> {
    let text = screen.try_recv().expect("the screen has changed");
    text.map(|pin| pin.expose().clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pin_on_the_screen_is_made_for_one_introduction() {
    let mut gateway = start(|options| options.role_policy = RolePolicy::ScreenPin).await;
    let mut screen = gateway.screen().unwrap();
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    assert_eq!(announced(&mut client), (Some(0x0008), Some(0)));
    assert!(screen.try_recv().is_err(), "nobody asked for a PIN yet");

    // The label's PIN is nothing here, and trying it voids the one on the screen.
    let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::ACK, None)));
    let first = shown(&mut screen).unwrap();
    assert_eq!(registrar.rest(&mut client), Err(704));
    assert_eq!(shown(&mut screen), None);

    // The PIN of a run that ended is nothing in the next one.
    let mut registrar = Registrar::with_pin(control_point.uuid(), &first);
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::ACK, None)));
    let second = shown(&mut screen).unwrap();
    assert_ne!(first, second);
    assert_eq!(registrar.rest(&mut client), Err(704));
    assert_eq!(shown(&mut screen), None);

    let mut registrar = Registrar::with_pin(control_point.uuid(), "00000000");
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::ACK, None)));
    registrar.read_pin(&shown(&mut screen).unwrap());
    registrar.rest(&mut client).unwrap();
    assert_eq!(shown(&mut screen), None);
    assert_eq!(client.roles(), "Public Basic Admin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_control_point_that_sends_no_m2d_is_introduced_all_the_same() {
    for policy in [RolePolicy::LabelPin, RolePolicy::ScreenPin] {
        let mut gateway = start(|options| options.role_policy = policy).await;
        let mut screen = gateway.screen().unwrap();
        let control_point = ControlPoint::new("First");
        let mut client = control_point.client(&gateway);
        let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
        registrar.begin(&mut client).unwrap();
        assert_eq!(registrar.prove_possession(&mut client), Ok(kind::M3));
        if policy == RolePolicy::ScreenPin {
            registrar.read_pin(&shown(&mut screen).unwrap());
        }
        registrar.prove_first_half(&mut client).unwrap();
        registrar.prove_second_half(&mut client).unwrap();
        assert_eq!(registrar.finish(&mut client), Ok(kind::DONE), "{policy:?}");
        assert_eq!(client.roles(), "Public Basic Admin", "{policy:?}");
    }
    let gateway = start(|options| options.role_policy = RolePolicy::PushButton).await;
    gateway.press_button();
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    let mut registrar = Registrar::with_button(control_point.uuid());
    registrar.begin(&mut client).unwrap();
    registrar.rest(&mut client).unwrap();
    assert_eq!(client.roles(), "Public Basic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_with_nothing_but_a_button_takes_no_pin() {
    let gateway = start(|options| options.role_policy = RolePolicy::PushButton).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    assert_eq!(announced(&mut client), (Some(0x0080), Some(4)));
    let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::NACK, Some(14))));
    assert_eq!(registrar.prove_possession(&mut client), Ok(kind::NACK));

    let mut registrar = Registrar::with_button(control_point.uuid());
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::NACK, Some(14))));
    assert_eq!(ready(&mut client), "0");
    gateway.press_button();
    assert_eq!(ready(&mut client), "1");
    registrar.rest(&mut client).unwrap();
    assert_eq!(client.roles(), "Public Basic");
    assert_eq!(ready(&mut client), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_told_and_ends_by_itself() {
    let rule = LockRule {
        after: 2,
        time: Duration::from_millis(400),
    };
    let gateway = start(|options| options.lock = rule).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    let try_pin =
        |client: &mut Client, pin| Registrar::with_pin(control_point.uuid(), pin).run(client);
    for _ in 0..2 {
        assert_eq!(try_pin(&mut client, "99995670"), Err(704));
    }
    assert_eq!(ready(&mut client), "1", "nobody was refused yet");
    let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::NACK, Some(15))));
    assert_eq!(ready(&mut client), "0");

    // The button is none of the lock's business.
    gateway.press_button();
    let second = ControlPoint::new("Second");
    let mut other = second.client(&gateway);
    Registrar::with_button(second.uuid())
        .run(&mut other)
        .unwrap();

    tokio::time::sleep(rule.time).await;
    assert_eq!(ready(&mut client), "1");
    try_pin(&mut client, PIN).unwrap();
    assert_eq!(client.roles(), "Public Basic Admin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_does_not_outlast_a_restart_of_the_gateway() {
    let rule = LockRule {
        after: 1,
        time: Duration::from_secs(60),
    };
    let gateway = start(|options| options.lock = rule).await;
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    let run = Registrar::with_pin(control_point.uuid(), "99995670").run(&mut client);
    assert_eq!(run, Err(704));
    let boot_id = gateway.boot_id();
    gateway.reboot();
    while gateway.boot_id() == boot_id
        || std::net::TcpStream::connect(gateway.addresses().https).is_err()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut client = control_point.client(&gateway);
    let run = Registrar::with_pin(control_point.uuid(), PIN).run(&mut client);
    assert_eq!(run, Ok(()));
}
