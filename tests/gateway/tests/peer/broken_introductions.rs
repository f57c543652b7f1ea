//! Every fault of introductions, seen by a control point: which message is spoilt, and how, while the others are right.

use std::time::Duration;

use base64::prelude::{Engine, BASE64_STANDARD};
use lanside_gateway::enrollee::tlv::{id, kind, Attributes};
use lanside_gateway::identity::IdentityUuid;
use lanside_gateway::setup_faults::{SetupFault, SetupMessage, Trouble};
use openssl::ssl::SslVersion;

use crate::support::registrar::Registrar;
use crate::support::{handshake, start, Client, ControlPoint, Housed, DP, PIN};

/// How far an introduction of a control point that checks nothing of its own gets.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// To the end.
    Done,
    /// To this message, which was refused with this number.
    Refused(SetupMessage, u16),
    /// To this message, for which nothing came.
    Silence(SetupMessage),
    /// To this message, which was another one: its type, and its Configuration Error.
    Other(SetupMessage, Option<u8>, Option<u16>),
}

/// What a message looks like.
struct Seen {
    message: Vec<u8>,
}

impl Seen {
    fn kind(&self) -> Option<u8> {
        Attributes::parse(&self.message).ok()?.message_type()
    }

    fn number(&self, id: u16) -> Option<u16> {
        Attributes::parse(&self.message).ok()?.number(id)
    }
}

/// Runs an introduction with a fault and keeps everything that came.
fn run(client: &mut Client, control_point: &ControlPoint) -> (Outcome, Vec<Seen>) {
    let mut seen = Vec::new();
    let mut registrar = Registrar::with_pin(control_point.uuid(), PIN);
    for (message, due) in SetupMessage::ALL.into_iter().zip([
        kind::M1,
        kind::ACK,
        kind::M3,
        kind::M5,
        kind::M7,
        kind::DONE,
    ]) {
        let came = match registrar.try_next(client, message) {
            Ok(Ok(came)) => Seen { message: came },
            Ok(Err(code)) => return (Outcome::Refused(message, code), seen),
            Err(_) => return (Outcome::Silence(message), seen),
        };
        let found = came.kind();
        if found != Some(due) {
            let error = came.number(id::CONFIGURATION_ERROR);
            seen.push(came);
            return (Outcome::Other(message, found, error), seen);
        }
        seen.push(came);
    }
    (Outcome::Done, seen)
}

fn next(message: SetupMessage) -> SetupMessage {
    let later = SetupMessage::ALL.into_iter().find(|known| *known > message);
    later.expect("Done has no Authenticator")
}

fn expected(fault: &SetupFault) -> Outcome {
    let message = fault.message;
    match fault.trouble {
        // M1 has a Configuration Error of its own.
        Trouble::Replay if message == SetupMessage::Ack => {
            Outcome::Other(message, Some(kind::M1), Some(0))
        }
        Trouble::Replay => {
            let before = match message {
                SetupMessage::M3 => kind::ACK,
                SetupMessage::M5 => kind::M3,
                SetupMessage::M7 => kind::M5,
                _ => kind::M7,
            };
            Outcome::Other(message, Some(before), None)
        }
        // The next message is authenticated over this one, so the gateway notices.
        Trouble::WrongAuthenticator => Outcome::Refused(next(message), 704),
        Trouble::OutOfOrder if message == SetupMessage::Done => {
            Outcome::Other(message, Some(kind::ACK), None)
        }
        Trouble::OutOfOrder => Outcome::Other(message, Some(kind::DONE), None),
        Trouble::TruncatedTlv | Trouble::Empty => Outcome::Other(message, None, None),
        Trouble::Nack => {
            Outcome::Other(message, Some(kind::NACK), Some(fault.configuration_error()))
        }
        Trouble::Fault704 | Trouble::WantsCredential => Outcome::Refused(message, 704),
        Trouble::Fault501 => Outcome::Refused(message, 501),
        Trouble::Disconnect | Trouble::Stall => Outcome::Silence(message),
        // The control point of this test goes on all the same; a real one must not.
        Trouble::WrongUuid
        | Trouble::WrongNonce
        | Trouble::WrongHash1
        | Trouble::WrongHash2
        | Trouble::WrongSettings
        | Trouble::WrongPublicKey
        | Trouble::Credential => Outcome::Done,
    }
}

async fn gateway() -> Housed {
    start(|options| options.model = lanside_gateway::options::Model::Minimal).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_befalls_its_message_and_no_other() {
    let gateway = gateway().await;
    let control_point = ControlPoint::new("First");
    let mut problems = Vec::new();
    // No keys can be agreed on with a wrong public key; it has a test of its own.
    for fault in SetupFault::all().filter(|fault| fault.trouble != Trouble::WrongPublicKey) {
        gateway
            .inject(fault.to_string().parse().unwrap())
            .await
            .unwrap();
        let stream = handshake(
            gateway.addresses().https,
            Some(&control_point.identity),
            SslVersion::TLS1_3,
        )
        .unwrap();
        let patience = Duration::from_millis(if fault.trouble == Trouble::Stall {
            150
        } else {
            10_000
        });
        stream.get_ref().set_read_timeout(Some(patience)).unwrap();
        let (outcome, seen) = run(&mut Client::over(stream), &control_point);
        let wanted = expected(&fault);
        if outcome != wanted {
            let count = seen.len();
            problems.push(format!(
                "{fault}: {outcome:?} after {count}, not {wanted:?}"
            ));
        }
        gateway.clear_faults();
        // Whatever became of it, a right run works afterwards.
        let (outcome, _) = run(&mut control_point.client(&gateway), &control_point);
        if outcome != Outcome::Done {
            problems.push(format!("after {fault}: {outcome:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_of_m8_introduces_nobody() {
    let gateway = gateway().await;
    for (name, spec, admitted) in [
        ("First", "nack:done", false),
        ("Second", "fault-704:done", false),
        ("Third", "wants-credential:done", false),
        ("Fourth", "disconnect:done", true),
    ] {
        let control_point = ControlPoint::new(name);
        gateway.inject(spec.parse().unwrap()).await.unwrap();
        let (outcome, _) = run(&mut control_point.client(&gateway), &control_point);
        assert_ne!(outcome, Outcome::Done, "{spec}");
        let known = gateway.acl().control_point(control_point.uuid()).is_some();
        assert_eq!(known, admitted, "{spec}");
        gateway.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shown_certificate_is_not_the_one_of_uuid_e() {
    let gateway = gateway().await;
    let control_point = ControlPoint::new("First");
    for wrong in [true, false] {
        let (mut client, leaf) = control_point.connect(&gateway, SslVersion::TLS1_3);
        if wrong {
            gateway
                .inject("wrong-certificate".parse().unwrap())
                .await
                .unwrap();
            (client, _) = control_point.connect(&gateway, SslVersion::TLS1_3);
        }
        let uuid_e = Registrar::with_pin(control_point.uuid(), PIN)
            .begin(&mut client)
            .unwrap();
        // UUID-E stays that of the gateway's own certificate.
        assert_eq!(uuid_e, *IdentityUuid::of_leaf_der(&leaf).as_bytes());
        let (_, shown) = control_point.connect(&gateway, SslVersion::TLS1_3);
        assert_eq!(shown != leaf, wrong);
        gateway.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_public_key_is_the_number_one() {
    let gateway = gateway().await;
    gateway
        .inject("wrong-public-key:m1".parse().unwrap())
        .await
        .unwrap();
    let control_point = ControlPoint::new("First");
    let answer = control_point.client(&gateway).call(
        DP,
        "SendSetupMessage",
        &[("ProtocolType", "WPS"), ("InMessage", "")],
    );
    let m1 = BASE64_STANDARD.decode(answer.out("OutMessage")).unwrap();
    let attributes = Attributes::parse(&m1).unwrap();
    let key = attributes.get(id::PUBLIC_KEY).unwrap();
    assert_eq!((key.len(), key[191]), (192, 1));
    assert!(key[..191].iter().all(|byte| *byte == 0));
}
