//! The Registrar: our side of the exchange, one type a state (sections 4.2, 4.9, 4.10).
//!
//! ```text
//! ExpectM1 ─M1─▶ ExpectAck ─ACK──────────────────────────▶ ExpectM3 ─M3─▶ ExpectM5 ─M5─▶ ExpectM7 ─M7─▶ ExpectDone ─Done─▶ Introduced
//!      sends M2D      ├─NACK─▶ AwaitButton ─pressed────────▶    sends M4       sends M6       sends M8
//!                     └─ACK──▶ AwaitPin ─entered───────────▶
//!                                             sends M2
//! ```
//!
//! Every state takes the gateway's message, consumes itself and gives the next state
//! with the message to send, or the error that ends the run: a message out of turn has
//! no code to reach. Nothing here does I/O or knows the time.
//!
//! Random bytes are drawn in this order: N2 (16 bytes) for M2D; private keys (192 each,
//! until one fits) for M2; R-SNonce1, R-SNonce2 and an initialisation vector (16 each)
//! for M4; an initialisation vector each for M6 and M8.

use super::message::{ConfigMethods, ConfigurationError, DevicePasswordId, M1};
use super::pin::Pin;
use crate::identity::IdentityUuid;

mod opening;
mod proving;
mod run;

pub use opening::{AfterM2d, AwaitButton, AwaitPin, ExpectAck, ExpectM1};
pub use proving::{ExpectDone, ExpectM3, ExpectM5, ExpectM7};

/// Who we say we are, and whom we expect.
///
/// Texts longer than their attributes are cut: 64 bytes for the manufacturer, 32 for the
/// others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrarInfo {
    /// Identity of our certificate.
    pub uuid_r: IdentityUuid,
    /// Identity of the certificate the gateway showed in this TLS session.
    pub expected_uuid_e: IdentityUuid,
    /// Who made this program.
    pub manufacturer: String,
    /// Name of this program.
    pub model_name: String,
    /// Version of this program.
    pub model_number: String,
    /// Serial number, for what it is worth.
    pub serial_number: String,
    /// Name of this computer, as the user knows it.
    pub device_name: String,
}

/// How the user proves to stand at the gateway.
#[derive(Debug, Clone)]
pub enum Method {
    /// With a PIN that is known already, as one on a label.
    Pin(Pin),
    /// With a PIN that the gateway makes and shows only after M2D: the run stops at
    /// [`AwaitPin`].
    PinToCome,
    /// With the gateway's button.
    PushButton,
}

impl Method {
    /// Config Methods and Device Password ID that announce the method (section 4.2).
    fn announced(&self) -> (ConfigMethods, DevicePasswordId) {
        match self {
            Method::Pin(_) | Method::PinToCome => (
                ConfigMethods::PIN_OF_ENROLLEE,
                DevicePasswordId::DEFAULT_PIN,
            ),
            Method::PushButton => (ConfigMethods::PUSH_BUTTON, DevicePasswordId::PUSH_BUTTON),
        }
    }

    fn uses_pin(&self) -> bool {
        !matches!(self, Method::PushButton)
    }
}

/// What M1 says about the gateway. Only `uuid_e` was checked; the rest is its claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolleeInfo {
    /// Identity: that of its certificate.
    pub uuid_e: IdentityUuid,
    /// MAC address; some send zeros.
    pub mac_address: [u8; 6],
    /// How a user can prove presence.
    pub config_methods: ConfigMethods,
    /// Which password it is ready for.
    pub device_password_id: DevicePasswordId,
    /// What is wrong already.
    pub configuration_error: ConfigurationError,
    /// Whether its wireless network is configured (Wi-Fi Protected Setup State 2).
    pub configured: bool,
    /// Who made it.
    pub manufacturer: String,
    /// Name of the model.
    pub model_name: String,
    /// Number of the model.
    pub model_number: String,
    /// Serial number.
    pub serial_number: String,
    /// Friendly name.
    pub device_name: String,
}

impl From<&M1> for EnrolleeInfo {
    fn from(m1: &M1) -> Self {
        EnrolleeInfo {
            uuid_e: m1.uuid_e,
            mac_address: m1.mac_address,
            config_methods: m1.config_methods,
            device_password_id: m1.device_password_id,
            configuration_error: m1.configuration_error,
            configured: m1.setup_state == 2,
            manufacturer: m1.manufacturer.as_str().to_owned(),
            model_name: m1.model_name.as_str().to_owned(),
            model_number: m1.model_number.as_str().to_owned(),
            serial_number: m1.serial_number.as_str().to_owned(),
            device_name: m1.device_name.as_str().to_owned(),
        }
    }
}

/// The end of a successful run: both sides have proven that they know the PIN, or that
/// the button was pressed, and the gateway holds the key of its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// Identity to trust from now on.
    pub uuid_e: IdentityUuid,
    /// What the gateway said about itself.
    pub enrollee: EnrolleeInfo,
}

/// What can be asked in every state after M1.
macro_rules! state {
    ($state:ty, $waiting_for:ident, $m4_sent:literal) => {
        impl $state {
            /// What the gateway says about itself.
            pub fn enrollee(&self) -> &$crate::wps::registrar::EnrolleeInfo {
                &self.run.enrollee
            }

            /// Whether M4 was sent in a run with a PIN: the gateway may know half of it,
            /// and the PIN is not to be used again unasked should the run fail now.
            pub fn pin_exposed(&self) -> bool {
                $m4_sent && self.run.uses_pin
            }

            /// WSC_NACK that gives the run up, for instance because the user does. The
            /// gateway's answer does not matter.
            pub fn abort(self, reason: $crate::wps::message::ConfigurationError) -> Vec<u8> {
                self.run.nack(reason)
            }
        }

        impl $crate::wps::registrar::run::State for $state {
            const WAITING_FOR: $crate::wps::message::MessageType =
                $crate::wps::message::MessageType::$waiting_for;
            const M4_SENT: bool = $m4_sent;
        }
    };
}
use state;
