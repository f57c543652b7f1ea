//! What all states of one run share.

use super::{EnrolleeInfo, Method, RegistrarInfo};
use crate::secrets::Secret;
use crate::wps::attribute::AttributeType;
use crate::wps::dh::Padded;
use crate::wps::error::{Half, NoticedBy, WpsError, WpsErrorKind};
use crate::wps::message::{open, required, ConfigurationError, Message, MessageType, Nack, M1};

/// A state of the run.
pub(super) trait State {
    /// Message that is due.
    const WAITING_FOR: MessageType;
    /// Whether M4 was sent before.
    const M4_SENT: bool;
}

/// What stays the same from M1 on.
#[derive(Debug)]
pub(super) struct Run {
    pub info: RegistrarInfo,
    pub enrollee: EnrolleeInfo,
    pub uses_pin: bool,
    /// N1.
    pub enrollee_nonce: [u8; 16],
    /// N2.
    pub registrar_nonce: [u8; 16],
    /// PK_E.
    pub public_key: Padded,
    /// M1 as it came: M2 is authenticated over it, whatever was said in between.
    pub m1: Vec<u8>,
    /// Private key to use in place of a drawn one.
    pub private_key: Option<Secret<Padded>>,
}

impl Run {
    pub fn new(
        info: RegistrarInfo,
        method: &Method,
        m1: &M1,
        bytes: &[u8],
        registrar_nonce: [u8; 16],
        private_key: Option<Secret<Padded>>,
    ) -> Box<Run> {
        Box::new(Run {
            info,
            enrollee: EnrolleeInfo::from(m1),
            uses_pin: method.uses_pin(),
            enrollee_nonce: m1.enrollee_nonce,
            registrar_nonce,
            public_key: m1.public_key,
            m1: bytes.to_owned(),
            private_key,
        })
    }

    /// WSC_NACK of this run.
    pub fn nack(&self, configuration_error: ConfigurationError) -> Vec<u8> {
        let nack = Nack {
            enrollee_nonce: self.enrollee_nonce,
            registrar_nonce: self.registrar_nonce,
            configuration_error,
        };
        nack.write()
    }

    /// The error that ends the run in this state.
    pub fn fail<S: State>(&self, kind: WpsErrorKind) -> WpsError {
        let nack = kind.reply().map(|reason| self.nack(reason));
        WpsError::new(kind, S::WAITING_FOR, S::M4_SENT && self.uses_pin, nack)
    }

    /// Reads the message that is due, or the refusal in its place.
    ///
    /// From here on nonces are exact: the gateway has seen both.
    pub fn receive<M: Message>(&self, bytes: &[u8]) -> Result<M, WpsErrorKind> {
        let (found, attributes) = open(bytes)?;
        // N2 stands in all messages of the gateway from M3 on, and comes before anything else.
        if found == M::TYPE || found == MessageType::Nack {
            self.check(
                required(&attributes, AttributeType::REGISTRAR_NONCE)?,
                self.registrar_nonce,
            )?;
        }
        if found == MessageType::Nack {
            let nack = Nack::read(&attributes)?;
            self.check(nack.enrollee_nonce, self.enrollee_nonce)?;
            return Err(refusal(M::TYPE, self.uses_pin, nack.configuration_error));
        }
        if found != M::TYPE {
            return Err(WpsErrorKind::UnexpectedMessage(found));
        }
        Ok(M::read(&attributes)?)
    }

    /// Compares a nonce, in constant time for the sake of uniformity.
    pub fn check(&self, found: [u8; 16], wanted: [u8; 16]) -> Result<(), WpsErrorKind> {
        if openssl::memcmp::eq(&found, &wanted) {
            Ok(())
        } else {
            Err(WpsErrorKind::Nonce)
        }
    }
}

/// What a refusal means in place of the message that was due.
pub(super) fn refusal(
    due: MessageType,
    uses_pin: bool,
    reason: ConfigurationError,
) -> WpsErrorKind {
    let half = match due {
        MessageType::M5 => Some(Half::First),
        MessageType::M7 => Some(Half::Second),
        _ => None,
    };
    match (reason, half) {
        (ConfigurationError::SETUP_LOCKED, _) => WpsErrorKind::SetupLocked,
        (ConfigurationError::PASSWORD_FAILURE, Some(half)) if uses_pin => WpsErrorKind::WrongPin {
            half,
            noticed_by: NoticedBy::Enrollee,
        },
        (configuration_error, _) => WpsErrorKind::Nack {
            configuration_error,
        },
    }
}
