//! The published run of an introduction, for inputs that begin in the middle of one.

use std::sync::OnceLock;

use dp_credentials::identity::IdentityUuid;
use dp_credentials::secrets::Secret;
use dp_credentials::wps::{Method, Pin, RandomSource, RegistrarInfo};
use serde_json::Value;

/// Device messages of a run, in turn.
pub(crate) const DEVICE: [&str; 6] = ["M1", "WSC_ACK", "M3", "M5", "M7", "WSC_Done"];

/// One published run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Device messages in turn.
    pub messages: Vec<Vec<u8>>,
    /// The gateway's refusal in place of WSC_ACK.
    pub busy: Vec<u8>,
    /// Password of the run.
    pub password: String,
    pub info: RegistrarInfo,
    private_key: [u8; 192],
    /// Random octets in the documented order.
    random: Vec<Vec<u8>>,
}

impl Run {
    /// The run with a PIN, or the one with a button.
    pub fn of(button: bool) -> &'static Self {
        static RUNS: OnceLock<[Run; 2]> = OnceLock::new();
        let [pin, pushed] = RUNS.get_or_init(|| {
            let text = include_str!(
                "../../../dp-credentials/tests/fixtures/device-protection-vectors.json"
            );
            let all: Value = serde_json::from_str(text).expect("invariant: valid JSON");
            ["wps_pin", "wps_pbc"].map(|run| Self::read(&all[run]))
        });
        if button {
            pushed
        } else {
            pin
        }
    }

    fn read(run: &Value) -> Self {
        let octets = |path: &str| octets(run, path);
        let uuid =
            |path| IdentityUuid::from_bytes(octets(path).try_into().expect("invariant: 16 octets"));
        Self {
            messages: DEVICE
                .iter()
                .map(|name| octets(&format!("messages/{name}")))
                .collect(),
            busy: octets("messages/WSC_NACK_busy_alternative"),
            password: run["password_ascii"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            info: RegistrarInfo {
                uuid_r: uuid("uuid_r"),
                expected_uuid_e: uuid("uuid_e"),
                manufacturer: String::from("Example Corp"),
                model_name: String::from("CP"),
                model_number: String::from("1.0"),
                serial_number: String::from("SN0002"),
                device_name: String::from("Example CP"),
            },
            private_key: octets("registrar_dh_private")
                .try_into()
                .expect("invariant: 192 octets"),
            random: [
                "registrar_nonce_n2",
                "r_s1",
                "r_s2",
                "encrypted_settings/M4/iv",
                "encrypted_settings/M6/iv",
                "encrypted_settings/M8/iv",
            ]
            .map(octets)
            .into(),
        }
    }

    pub fn pin(&self) -> Pin {
        Pin::parse(&self.password).expect("invariant: a PIN")
    }

    /// The method of the run; `to_come` when the gateway is to show its PIN first.
    pub fn method(&self, button: bool, to_come: bool) -> Method {
        match (button, to_come) {
            (true, _) => Method::PushButton,
            (false, true) => Method::PinToCome,
            (false, false) => Method::Pin(self.pin()),
        }
    }

    pub fn private_key(&self) -> Secret<[u8; 192]> {
        Secret::new(self.private_key)
    }

    pub fn script(&self) -> Script {
        Script(self.random.iter().rev().cloned().collect())
    }
}

fn octets(run: &Value, path: &str) -> Vec<u8> {
    let text = run.pointer(&format!("/{path}")).and_then(Value::as_str);
    let text = text.expect("invariant: the vectors have it");
    crate::corpus::hex(text).expect("invariant: hex digits")
}

/// Random octets of the published run, latest first.
pub(crate) struct Script(Vec<Vec<u8>>);

impl RandomSource for Script {
    fn fill(&mut self, octets: &mut [u8]) {
        let next = self
            .0
            .pop()
            .expect("a run draws what the published one draws");
        octets.copy_from_slice(&next);
    }
}
