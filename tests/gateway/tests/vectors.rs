//! The Enrollee against published vectors: given the scripted random bytes, every message must come out
//! byte for byte.

use std::collections::VecDeque;

use lanside_gateway::enrollee::crypto::{key_derivation, KeyPair};
use lanside_gateway::enrollee::machine::{
    Allowance, Deviations, DeviceFacts, Method, Randomness, Run, RunError, Step, ERROR_BUSY,
    ERROR_PASSWORD,
};
use lanside_gateway::enrollee::pin::Pin;
use lanside_gateway::identity::{from_hex, to_hex, IdentityUuid};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("fixtures/device-protection-vectors.json")).unwrap()
}

fn hex(value: &Value) -> Vec<u8> {
    from_hex(value.as_str().unwrap()).unwrap()
}

struct Script(VecDeque<Vec<u8>>);

impl Randomness for Script {
    fn fill(&mut self, buffer: &mut [u8]) {
        let next = self
            .0
            .pop_front()
            .expect("the script has as many entries as the run draws");
        buffer.copy_from_slice(&next);
    }
}

struct Fixture {
    vector: Value,
    run: Run,
    script: Script,
}

impl Fixture {
    fn new(name: &str) -> (Self, Vec<u8>) {
        let vector = vectors()[name].clone();
        let settings = &vector["encrypted_settings"];
        let mut script = Script(
            [
                &vector["enrollee_nonce_n1"],
                &vector["enrollee_dh_private"],
                &vector["e_s1"],
                &vector["e_s2"],
                &settings["M5"]["iv"],
                &settings["M7"]["iv"],
            ]
            .map(hex)
            .into(),
        );
        let number = |key: &str| u16::try_from(vector[key].as_u64().unwrap()).unwrap();
        let facts = DeviceFacts {
            uuid_e: IdentityUuid::from_hash(hex(&vector["uuid_e"]).try_into().unwrap()),
            mac: hex(&vector["enrollee_mac"]).try_into().unwrap(),
            config_methods: number("enrollee_config_methods"),
            password_id: number("device_password_id"),
            configured: false,
            manufacturer: "Example Corp".to_owned(),
            model_name: "GW".to_owned(),
            model_number: "1.0".to_owned(),
            serial_number: "SN0001".to_owned(),
            device_name: "Example Gateway".to_owned(),
            primary_device_type: [0, 1, 0, 0x50, 0xf2, 4, 0, 1],
        };
        // The third run is about keys that begin with zeros, so keys are taken as they come.
        let deviations = Deviations {
            full_length_key: false,
            ..Deviations::default()
        };
        let uuid_r = IdentityUuid::from_hash(hex(&vector["uuid_r"]).try_into().unwrap());
        let (run, m1) = Run::start(&facts, deviations, uuid_r, &mut script).unwrap();
        (
            Self {
                vector,
                run,
                script,
            },
            m1,
        )
    }

    fn message(&self, name: &str) -> Vec<u8> {
        hex(&self.vector["messages"][name])
    }

    fn handle(&mut self, message: &[u8]) -> Result<Step, RunError> {
        let password = self.vector["password_ascii"].as_str().unwrap().to_owned();
        let allowed = Allowance {
            pin: Ok(&password),
            button: Ok(()),
        };
        self.run.handle(message, allowed, &mut self.script)
    }

    fn exchange(&mut self, sent: &str, expected: &str) {
        let step = self.handle(&self.message(sent)).unwrap();
        let Step::Reply(reply) = step else {
            panic!("{sent} ended the run")
        };
        assert_eq!(
            to_hex(&reply),
            to_hex(&self.message(expected)),
            "{expected}"
        );
    }

    fn until(&mut self, last: &str) {
        for (sent, expected) in [("M2", "M3"), ("M4", "M5"), ("M6", "M7")] {
            if sent == last {
                return;
            }
            self.exchange(sent, expected);
        }
    }
}

#[test]
fn whole_runs() {
    for (name, method) in [
        ("wps_pin", Method::Pin),
        ("wps_pbc", Method::Button),
        ("wps_pin_leading_zero", Method::Pin),
    ] {
        for with_m2d in [true, false] {
            let (mut fixture, m1) = Fixture::new(name);
            assert_eq!(to_hex(&m1), to_hex(&fixture.message("M1")), "{name}");
            if with_m2d {
                fixture.exchange("M2D", "WSC_ACK");
            }
            fixture.until("M8");
            let done = fixture.handle(&fixture.message("M8")).unwrap();
            assert_eq!(
                done,
                Step::Done(fixture.message("WSC_Done"), method),
                "{name}"
            );
            assert_eq!(
                fixture.handle(&fixture.message("M8")),
                Err(RunError::Unexpected)
            );
        }
    }
}

#[test]
fn a_button_not_pressed_is_answered_with_the_busy_nack_and_m2_goes_on() {
    let (mut fixture, _) = Fixture::new("wps_pbc");
    let waiting = Allowance {
        pin: Ok("49226874"),
        button: Err(ERROR_BUSY),
    };
    let nack = hex(&fixture.vector["messages"]["WSC_NACK_busy_alternative"]);
    for message in ["M2D", "M2"] {
        let step = fixture
            .run
            .handle(&fixture.message(message), waiting, &mut fixture.script);
        assert_eq!(step, Ok(Step::Reply(nack.clone())), "{message}");
    }
    fixture.exchange("M2", "M3");
}

#[test]
fn every_changed_bit_is_refused() {
    // One bit in every byte of every message of the control point, at the step it belongs to.
    for message in ["M2", "M4", "M6", "M8"] {
        let length = Fixture::new("wps_pin").0.message(message).len();
        for at in (0..length).step_by(5) {
            let (mut fixture, _) = Fixture::new("wps_pin");
            fixture.until(message);
            let mut bytes = fixture.message(message);
            bytes[at] ^= 1 << (at % 8);
            let answer = fixture.handle(&bytes);
            assert!(answer.is_err(), "{message} byte {at}: {answer:?}");
        }
    }
}

#[test]
fn every_cut_is_refused() {
    for message in ["M2D", "M2", "M4", "M6", "M8"] {
        let whole = Fixture::new("wps_pin").0.message(message);
        for length in (0..whole.len()).step_by(7) {
            let (mut fixture, _) = Fixture::new("wps_pin");
            fixture.until(message);
            // M2D may end early: its last attribute is optional, and what lies between is not needed.
            if message != "M2D" || length < 60 {
                assert!(
                    fixture.handle(&whole[..length]).is_err(),
                    "{message} cut at {length}"
                );
            }
        }
    }
}

#[test]
fn a_message_out_of_order_ends_the_run() {
    for message in ["M4", "M6", "M8"] {
        let (mut fixture, _) = Fixture::new("wps_pin");
        assert_eq!(
            fixture.handle(&fixture.message(message)),
            Err(RunError::Unexpected)
        );
        assert_eq!(
            fixture.handle(&fixture.message("M2")),
            Err(RunError::Unexpected)
        );
    }
}

#[test]
fn a_wrong_pin_is_found_half_by_half_and_reveals_nothing_more() {
    for (pin, last) in [("12346874", "M4"), ("49221234", "M6")] {
        let (mut fixture, _) = Fixture::new("wps_pin");
        let allowed = Allowance {
            pin: Ok(pin),
            button: Err(ERROR_BUSY),
        };
        // The Enrollee knows another PIN than the registrar of the vectors: its hashes differ, so the
        // registrar's next messages cannot be replayed past the first difference.
        let m3 = fixture
            .run
            .handle(&fixture.message("M2"), allowed, &mut fixture.script)
            .unwrap();
        let Step::Reply(m3) = m3 else {
            panic!("M2 ended the run")
        };
        assert_ne!(m3, fixture.message("M3"));
        let answer = fixture
            .run
            .handle(&fixture.message("M4"), allowed, &mut fixture.script);
        assert!(
            matches!(answer, Err(RunError::Authenticator)),
            "{last}: {answer:?}"
        );
    }
    let (fixture, _) = Fixture::new("wps_pin");
    assert_eq!(
        fixture.run.nack(ERROR_PASSWORD)[..6],
        fixture.message("WSC_ACK")[..6]
    );
}

#[test]
fn another_control_points_identity_is_refused() {
    for message in ["M2D", "M2"] {
        let (mut fixture, _) = Fixture::new("wps_pin");
        let mut bytes = fixture.message(message);
        let uuid_r = hex(&fixture.vector["uuid_r"]);
        let at = bytes
            .windows(16)
            .position(|window| window == uuid_r)
            .unwrap();
        bytes[at] ^= 0x80;
        assert_eq!(fixture.handle(&bytes), Err(RunError::Identity), "{message}");
    }
}

#[test]
fn key_derivation_and_key_agreement() {
    let vectors = vectors();
    let kdf = &vectors["kdf"];
    let key: [u8; 32] = hex(&kdf["key"]).try_into().unwrap();
    assert_eq!(
        to_hex(&key_derivation(&key).unwrap()),
        kdf["output"].as_str().unwrap()
    );

    let run = &vectors["wps_pin_leading_zero"];
    let pair =
        KeyPair::from_private(&hex(&run["enrollee_dh_private"]).try_into().unwrap()).unwrap();
    assert_eq!(
        to_hex(&pair.public_key(true)),
        run["pk_e"].as_str().unwrap()
    );
    assert_eq!(pair.public_key(false).len(), 191);
    let shared = pair.agree(&hex(&run["pk_r"]), true).unwrap().unwrap();
    assert_eq!(to_hex(&shared), run["dh_shared_z_padded"].as_str().unwrap());

    let prime = hex(&vectors["dh"]["prime"]);
    let mut largest = prime.clone();
    *largest.last_mut().unwrap() -= 1;
    for refused in [vec![0; 192], vec![1], prime, largest, pair.public_key(true)] {
        assert!(pair.agree(&refused, true).unwrap().is_none());
    }
}

#[test]
fn identities_and_pins() {
    let vectors = vectors();
    let identity = &vectors["identity"];
    let hashed = IdentityUuid::from_hash(
        hex(&identity["hash_only"]["sha256_first16"])
            .try_into()
            .unwrap(),
    );
    assert_eq!(
        hashed.to_string(),
        identity["hash_only"]["uuid_text"].as_str().unwrap()
    );
    for who in ["control_point", "device"] {
        use base64::prelude::{Engine, BASE64_STANDARD};
        let der = BASE64_STANDARD
            .decode(identity[who]["leaf_der_b64"].as_str().unwrap())
            .unwrap();
        assert_eq!(
            IdentityUuid::of_leaf_der(&der).to_string(),
            identity[who]["uuid_text"].as_str().unwrap()
        );
    }
    for pin in vectors["pin_checksum"].as_array().unwrap() {
        let first: u32 = pin["first7"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            Pin::from_number(first).expose(),
            pin["pin"].as_str().unwrap()
        );
        assert!(Pin::parse(pin["pin"].as_str().unwrap()).is_some());
    }
    for bad in vectors["pin_checksum_invalid"].as_array().unwrap() {
        assert!(Pin::parse(bad.as_str().unwrap()).is_none());
    }
}
