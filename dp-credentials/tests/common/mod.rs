//! The published vectors, and scripted randomness that makes the Registrar repeat them.

use std::collections::VecDeque;

use dp_credentials::identity::IdentityUuid;
use dp_credentials::secrets::Secret;
use dp_credentials::wps::{
    AfterM2d, ExpectM1, ExpectM3, Introduced, Method, Pin, RandomSource, RegistrarInfo, WpsError,
};
use serde_json::Value;

/// Everything in the vector file.
pub fn vectors() -> Value {
    serde_json::from_str(include_str!("../fixtures/device-protection-vectors.json"))
        .expect("valid JSON")
}

/// Bytes of a lower-case hex text.
pub fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "whole bytes");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex"))
        .collect()
}

/// Bytes of a hex text in the vectors, found by its path, as in `messages/M1`.
pub fn bytes(value: &Value, path: &str) -> Vec<u8> {
    hex(text(value, path))
}

/// Text in the vectors.
pub fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value
        .pointer(&format!("/{path}"))
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no text at {path}"))
}

/// Fixed-length bytes in the vectors.
pub fn array<const N: usize>(value: &Value, path: &str) -> [u8; N] {
    bytes(value, path)
        .try_into()
        .unwrap_or_else(|_| panic!("{path} has {N} bytes"))
}

/// Gives what the script says, and fails the test when asked for anything else.
pub struct Script(pub VecDeque<Vec<u8>>);

impl RandomSource for Script {
    fn fill(&mut self, bytes: &mut [u8]) {
        let next = self.0.pop_front().expect("the script goes on");
        bytes.copy_from_slice(&next);
    }
}

/// A published run: the vectors of one key such as `wps_pin`.
pub struct Published(pub Value);

// Each test program uses its own part of these.
#[allow(dead_code)]
impl Published {
    pub fn load(key: &str) -> Self {
        Published(vectors()[key].clone())
    }

    pub fn message(&self, name: &str) -> Vec<u8> {
        bytes(&self.0, &format!("messages/{name}"))
    }

    /// Random bytes of the run in the documented order; the private key is left out, for
    /// it is handed over.
    pub fn script(&self) -> Script {
        let settings = |message: &str| bytes(&self.0, &format!("encrypted_settings/{message}/iv"));
        let drawn = [
            bytes(&self.0, "registrar_nonce_n2"),
            bytes(&self.0, "r_s1"),
            bytes(&self.0, "r_s2"),
            settings("M4"),
            settings("M6"),
            settings("M8"),
        ];
        Script(drawn.into())
    }

    pub fn info(&self) -> RegistrarInfo {
        RegistrarInfo {
            uuid_r: IdentityUuid::from_bytes(array(&self.0, "uuid_r")),
            expected_uuid_e: IdentityUuid::from_bytes(array(&self.0, "uuid_e")),
            manufacturer: "Example Corp".to_owned(),
            model_name: "CP".to_owned(),
            model_number: "1.0".to_owned(),
            serial_number: "SN0002".to_owned(),
            device_name: "Example CP".to_owned(),
        }
    }

    pub fn pin(&self) -> Pin {
        Pin::parse(text(&self.0, "password_ascii")).expect("valid")
    }

    pub fn method(&self) -> Method {
        match self.0["device_password_id"].as_u64() {
            Some(4) => Method::PushButton,
            _ => Method::Pin(self.pin()),
        }
    }

    pub fn private_key(&self) -> Secret<[u8; 192]> {
        Secret::new(array(&self.0, "registrar_dh_private"))
    }

    pub fn start(&self) -> ExpectM1 {
        self.start_with(self.method())
    }

    pub fn start_with(&self, method: Method) -> ExpectM1 {
        ExpectM1::new(self.info(), method).with_private_key(self.private_key())
    }

    /// The state after M2, when M1 is this.
    pub fn until_m3(
        &self,
        m1: &[u8],
        method: Method,
        random: &mut Script,
    ) -> Result<ExpectM3, WpsError> {
        let (state, _) = self.start_with(method).handle(m1, random)?;
        match state.handle(&self.message("WSC_ACK"), random)? {
            AfterM2d::Ready(state, _) => Ok(state),
            other => panic!("ready, not {other:?}"),
        }
    }

    /// A whole run with one device message in place of the published one.
    pub fn run_with(&self, replaced: &str, by: &[u8]) -> Result<Introduced, WpsError> {
        let message = |name: &str| {
            if name == replaced {
                by.to_owned()
            } else {
                self.message(name)
            }
        };
        let mut random = self.script();
        let (state, _) = self.start().handle(&message("M1"), &mut random)?;
        let state = match state.handle(&message("WSC_ACK"), &mut random)? {
            AfterM2d::Ready(state, _) => state,
            AfterM2d::ButtonNeeded(state) => state.pressed(&mut random)?.0,
            AfterM2d::PinNeeded(state) => state.entered(&self.pin(), &mut random)?.0,
        };
        let (state, _) = state.handle(&message("M3"), &mut random)?;
        let (state, _) = state.handle(&message("M5"), &mut random)?;
        let (state, _) = state.handle(&message("M7"), &mut random)?;
        state.handle(&message("WSC_Done"))
    }
}
