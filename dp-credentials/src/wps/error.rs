//! Why an introduction failed, whose fault it is, and what it cost.

use openssl::error::ErrorStack;

use super::attribute::AttributeError;
use super::dh::DhError;
use super::keys::KeyError;
use super::message::{ConfigurationError, MessageError, MessageType};
use crate::identity::IdentityUuid;

/// Why an introduction failed.
///
/// Says what went wrong ([`kind`](Self::kind)), while waiting for which message, and
/// whether the PIN was risked ([`pin_exposed`](Self::pin_exposed)). Holds no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (while waiting for {waiting_for})")]
pub struct WpsError {
    kind: WpsErrorKind,
    waiting_for: MessageType,
    pin_exposed: bool,
    nack: Option<Vec<u8>>,
}

/// Which half of the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Proven by M4 and M5.
    First,
    /// Proven by M6 and M7.
    Second,
}

/// Who found that the two sides do not hold the same PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticedBy {
    /// The gateway refused our proof: the PIN was mistyped, or is another gateway's.
    Enrollee,
    /// The gateway's own proof is wrong: it may be an impostor that does not know the PIN.
    Registrar,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WpsErrorKind {
    /// The gateway sent an empty message, as some do when they could not read ours.
    #[error("the gateway sent an empty setup message")]
    EmptyMessage,
    /// The message cannot be read.
    #[error("the gateway sent a setup message that cannot be read: {0}")]
    Malformed(AttributeError),
    /// The message does not belong here.
    #[error("the gateway sent {0} out of turn")]
    UnexpectedMessage(MessageType),
    /// The message belongs to another run.
    #[error("the gateway sent a setup message of another run")]
    Nonce,
    /// The gateway claims an identity that is not that of its certificate.
    #[error("the gateway claims to be {claimed}, but its certificate says {expected}")]
    IdentityMismatch {
        /// UUID-E in M1.
        claimed: IdentityUuid,
        /// What follows from the certificate of the TLS session.
        expected: IdentityUuid,
    },
    /// The public key is not allowed: it would give the keys of the run away.
    #[error("the gateway sent a public key that is not allowed")]
    PublicKey,
    /// The Authenticator does not fit: the message was changed on its way, or the
    /// gateway computes another key.
    #[error("the setup message of the gateway is not authentic")]
    Authenticator,
    /// The settings cannot be decrypted.
    #[error("the gateway sent settings that cannot be decrypted")]
    EncryptedSettings,
    /// The two sides do not hold the same PIN.
    #[error("the PIN is wrong, by its {} half", match half { Half::First => "first", Half::Second => "second" })]
    WrongPin {
        /// Which half was found to be wrong.
        half: Half,
        /// Who found it.
        noticed_by: NoticedBy,
    },
    /// The gateway's proof is wrong though no PIN was used: it took another password.
    #[error("the gateway did not prove that its button was pressed")]
    Proof,
    /// The gateway has locked setup after wrong PINs.
    #[error("the gateway has locked its setup")]
    SetupLocked,
    /// The gateway refuses for another reason.
    #[error("the gateway refused: {configuration_error}")]
    Nack {
        /// Its reason.
        configuration_error: ConfigurationError,
    },
    /// The crypto library failed.
    #[error("the crypto library failed: {0}")]
    Crypto(String),
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The gateway sent what is no message.
    EnrolleeNonsense,
    /// The gateway broke the protocol, or somebody plays gateway.
    EnrolleeProtocol,
    /// The gateway refused.
    EnrolleeRefused,
    /// The PIN.
    Pin,
    /// This program, or the system it runs on.
    Ours,
}

impl WpsError {
    pub(super) fn new(
        kind: WpsErrorKind,
        waiting_for: MessageType,
        pin_exposed: bool,
        nack: Option<Vec<u8>>,
    ) -> Self {
        WpsError {
            kind,
            waiting_for,
            pin_exposed,
            nack,
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> &WpsErrorKind {
        &self.kind
    }

    /// Message that was due when it went wrong.
    pub fn waiting_for(&self) -> MessageType {
        self.waiting_for
    }

    /// Whether M4 was sent in a run with a PIN. An attacker may then know half of it:
    /// such a PIN is not to be used again unasked (section 4.11).
    pub fn pin_exposed(&self) -> bool {
        self.pin_exposed
    }

    /// WSC_NACK to send, so that the gateway need not wait for its time limit; `None`
    /// when the run is over on its side already. Its answer does not matter.
    pub fn nack(&self) -> Option<&[u8]> {
        self.nack.as_deref()
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        self.kind.fault()
    }
}

impl WpsErrorKind {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::EmptyMessage | Self::Malformed(_) => Fault::EnrolleeNonsense,
            Self::UnexpectedMessage(_)
            | Self::Nonce
            | Self::IdentityMismatch { .. }
            | Self::PublicKey
            | Self::Authenticator
            | Self::EncryptedSettings
            | Self::Proof => Fault::EnrolleeProtocol,
            Self::SetupLocked | Self::Nack { .. } => Fault::EnrolleeRefused,
            Self::WrongPin { .. } => Fault::Pin,
            Self::Crypto(_) => Fault::Ours,
        }
    }

    /// What our WSC_NACK says; `None` when the gateway ended the run itself.
    pub(super) fn reply(&self) -> Option<ConfigurationError> {
        match self {
            Self::SetupLocked | Self::Nack { .. } => None,
            Self::WrongPin {
                noticed_by: NoticedBy::Enrollee,
                ..
            } => None,
            Self::Proof
            | Self::WrongPin {
                noticed_by: NoticedBy::Registrar,
                ..
            } => Some(ConfigurationError::PASSWORD_FAILURE),
            Self::EncryptedSettings => Some(ConfigurationError::DECRYPTION_FAILURE),
            _ => Some(ConfigurationError::NONE),
        }
    }
}

impl From<ErrorStack> for WpsErrorKind {
    fn from(error: ErrorStack) -> Self {
        WpsErrorKind::Crypto(error.to_string())
    }
}

impl From<AttributeError> for WpsErrorKind {
    fn from(error: AttributeError) -> Self {
        WpsErrorKind::Malformed(error)
    }
}

impl From<MessageError> for WpsErrorKind {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Empty => WpsErrorKind::EmptyMessage,
            MessageError::Malformed(error) => WpsErrorKind::Malformed(error),
            MessageError::Unexpected(found) => WpsErrorKind::UnexpectedMessage(found),
        }
    }
}

impl From<DhError> for WpsErrorKind {
    fn from(error: DhError) -> Self {
        match error {
            DhError::PublicKey => WpsErrorKind::PublicKey,
            DhError::Crypto(error) => error.into(),
        }
    }
}

impl From<KeyError> for WpsErrorKind {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Authenticator => WpsErrorKind::Authenticator,
            KeyError::Settings => WpsErrorKind::EncryptedSettings,
            KeyError::Attribute(error) => error.into(),
            KeyError::Crypto(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::attribute::AttributeType;
    use super::*;

    #[test]
    fn every_failure_has_somebody_at_fault_and_the_right_reply() {
        let uuid = IdentityUuid::from_leaf_der(b"abc");
        let wrong = |noticed_by| WpsErrorKind::WrongPin {
            half: Half::First,
            noticed_by,
        };
        let none = Some(ConfigurationError::NONE);
        for (kind, fault, reply) in [
            (WpsErrorKind::EmptyMessage, Fault::EnrolleeNonsense, none),
            (
                AttributeError::Missing(AttributeType::UUID_E).into(),
                Fault::EnrolleeNonsense,
                none,
            ),
            (
                WpsErrorKind::UnexpectedMessage(MessageType::M1),
                Fault::EnrolleeProtocol,
                none,
            ),
            (WpsErrorKind::Nonce, Fault::EnrolleeProtocol, none),
            (
                WpsErrorKind::IdentityMismatch {
                    claimed: uuid,
                    expected: uuid,
                },
                Fault::EnrolleeProtocol,
                none,
            ),
            (WpsErrorKind::PublicKey, Fault::EnrolleeProtocol, none),
            (WpsErrorKind::Authenticator, Fault::EnrolleeProtocol, none),
            (
                WpsErrorKind::EncryptedSettings,
                Fault::EnrolleeProtocol,
                Some(ConfigurationError::DECRYPTION_FAILURE),
            ),
            (
                WpsErrorKind::Proof,
                Fault::EnrolleeProtocol,
                Some(ConfigurationError::PASSWORD_FAILURE),
            ),
            (
                wrong(NoticedBy::Registrar),
                Fault::Pin,
                Some(ConfigurationError::PASSWORD_FAILURE),
            ),
            (wrong(NoticedBy::Enrollee), Fault::Pin, None),
            (WpsErrorKind::SetupLocked, Fault::EnrolleeRefused, None),
            (
                WpsErrorKind::Nack {
                    configuration_error: ConfigurationError::ROGUE_SUSPECTED,
                },
                Fault::EnrolleeRefused,
                None,
            ),
        ] {
            assert_eq!(kind.reply(), reply, "{kind}");
            let error = WpsError::new(kind, MessageType::M5, true, None);
            assert_eq!(error.fault(), fault, "{error}");
            assert!(
                error.to_string().ends_with("(while waiting for M5)"),
                "{error}"
            );
        }
    }
}
