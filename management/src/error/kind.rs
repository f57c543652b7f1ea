//! From an error to its facts. Which sentence is said about them is decided elsewhere.

use dp_credentials::secrets::sealed::PASSPHRASE_MIN_CHARS;
use dp_credentials::secrets::SecretError;
use dp_credentials::wps::{Half, NoticedBy, PinError, WpsErrorKind};

use super::Error;
use crate::limits;
use crate::link::{is_refused_login, NOT_AUTHORIZED};
use crate::view::{Code, FailureKind};

/// What exactly went wrong.
pub(super) fn kind_of(error: &Error) -> FailureKind {
    match error {
        Error::Gateway { source, .. } => of_gateway(source),
        Error::IdentityChanged { changed, .. } => FailureKind::CertificateChanged {
            changed: changed.clone(),
        },
        Error::ProtectionDropped { changed, .. } => FailureKind::ProtectionDropped {
            changed: changed.clone(),
        },
        Error::ProtectionWeakened { offers, .. } => FailureKind::ProtectionWeakened {
            offers: offers.iter().map(ToString::to_string).collect(),
        },
        Error::NeedsRole { facts, .. } => FailureKind::NeedsRole {
            action: facts.action.clone(),
            roles: facts.roles.clone(),
            restricted: facts.restricted.clone(),
            held: facts.held.clone(),
            cures: facts.cures.clone(),
        },
        Error::NotPin(PinError::CheckDigit) => FailureKind::PinCheckDigit,
        Error::NotPin(_) => FailureKind::PinMalformed,
        Error::NothingWithoutIntroduction { .. } => FailureKind::NothingWithoutIntroduction,
        Error::ConfirmedAnother {
            confirmed, found, ..
        } => FailureKind::ConfirmedAnother {
            confirmed: confirmed.to_string(),
            found: found.to_string(),
        },
        Error::NotFound { selector } => FailureKind::NotFound {
            selector: selector.clone(),
        },
        Error::Ambiguous { selector, names } => FailureKind::Ambiguous {
            selector: selector.clone(),
            names: names.clone(),
        },
        Error::NotManageable { .. } => FailureKind::NotManageable,
        Error::NoPairing { .. } => FailureKind::NoPairing,
        Error::NotPaired { .. } => FailureKind::NotPaired,
        Error::NotProven { .. } => FailureKind::NotProven,
        Error::NoSuchPath { path, .. } => FailureKind::NoSuchPath { path: path.clone() },
        Error::InvalidValue { path, .. } => FailureKind::InvalidValue { path: path.clone() },
        Error::ReadOnly { path } => FailureKind::ReadOnly { path: path.clone() },
        Error::Usage(_) => FailureKind::Usage,
        Error::NotVerified {
            differing, sent, ..
        } => FailureKind::NotVerified {
            differing: count(*differing),
            sent: count(*sent),
        },
        Error::NotRestarted {
            waited_s, later, ..
        } => FailureKind::NotRestarted {
            seconds: u32::try_from(*waited_s).unwrap_or(u32::MAX),
            later: *later,
        },
        Error::NotBack { waited_s, .. } => FailureKind::NotBack {
            seconds: u32::try_from(*waited_s).unwrap_or(u32::MAX),
        },
        Error::Software { problem, .. } => FailureKind::Software {
            problem: problem.clone(),
        },
        Error::Test { problem, .. } => FailureKind::Test {
            problem: problem.clone(),
        },
        Error::Secrets(SecretError::PassphraseWrong) => FailureKind::PassphraseWrong,
        Error::Secrets(SecretError::PassphraseShort) => FailureKind::PassphraseShort {
            least: count(PASSPHRASE_MIN_CHARS),
        },
        Error::Secrets(SecretError::PassphraseMissing { .. }) => FailureKind::PassphraseMissing,
        Error::Secrets(_) => FailureKind::Secrets,
        Error::Store(_) => FailureKind::Store,
        Error::Internal(_) => FailureKind::Internal,
    }
}

fn of_gateway(error: &upnp::Error) -> FailureKind {
    use upnp::Error as E;
    match error {
        E::Unreachable { .. } => FailureKind::NoAnswer { seconds: None },
        E::TimedOut { after, .. } => FailureKind::NoAnswer {
            seconds: Some(seconds(*after)),
        },
        E::WeakTls { offers, .. } => FailureKind::WeakTls {
            offers: offers.iter().map(ToString::to_string).collect(),
        },
        E::OutcomeUnknown { action, .. } => FailureKind::OutcomeUnknown {
            action: action.clone(),
        },
        E::SessionEnded { .. } => FailureKind::ConnectionLost { at: String::new() },
        E::IntroductionLost {
            step,
            after: Some(after),
            ..
        } => FailureKind::IntroductionSilent {
            at: (*step).to_owned(),
            seconds: seconds(*after),
        },
        E::IntroductionLost { step, .. } => FailureKind::ConnectionLost {
            at: (*step).to_owned(),
        },
        E::Tls { .. } => FailureKind::NoSecureConnection,
        E::Refused { action, fault } if is_refused_login(action, fault.code) => {
            FailureKind::LoginRefused
        }
        E::Refused { action, fault } if fault.code == NOT_AUTHORIZED => FailureKind::NeedsRole {
            action: action.clone(),
            roles: Vec::new(),
            restricted: Vec::new(),
            held: Vec::new(),
            cures: Vec::new(),
        },
        E::Refused { action, fault } => FailureKind::Refused {
            action: action.clone(),
            number: fault.code,
        },
        E::HttpStatus { status, .. } => FailureKind::HttpStatus { status: *status },
        E::ClientCertificateRefused { .. } => FailureKind::OwnCertificateRefused,
        E::IssueOneLogin { .. } => FailureKind::IssueOne,
        E::NotOffered { what } => FailureKind::NotOffered { what: what.clone() },
        E::IdentityChanged { .. } => FailureKind::CertificateChanged { changed: None },
        E::WrongPin { half: Some(1), .. } => FailureKind::PinFirstHalf,
        E::WrongPin { half: Some(2), .. } => FailureKind::PinSecondHalf,
        E::WrongPin { .. } => FailureKind::PinRefused,
        E::SetupLocked { .. } => locked(),
        E::Busy { waited, .. } => FailureKind::Busy {
            seconds: seconds(*waited),
        },
        E::ButtonNotPressed { after, .. } => FailureKind::ButtonNotPressed {
            seconds: seconds(*after),
        },
        E::PinNotTyped { after, .. } => FailureKind::PinNotTyped {
            seconds: seconds(*after),
        },
        E::IntroductionRefused {
            step, pin_exposed, ..
        } => FailureKind::DeviceGaveUp {
            at: (*step).to_owned(),
            pin_exposed: *pin_exposed,
        },
        E::Introduction {
            step,
            pin_exposed,
            source,
            ..
        } => of_introduction(source.kind(), step, *pin_exposed),
        E::Unreadable { .. } | E::ForeignAddress { .. } => FailureKind::Unreadable,
        E::TooLarge { .. } => FailureKind::TooLarge,
        E::Cancelled => FailureKind::Cancelled,
        E::Usage { .. } => FailureKind::Usage,
        E::Local { .. } => FailureKind::Local,
        _ => FailureKind::Internal,
    }
}

fn of_introduction(kind: &WpsErrorKind, step: &str, pin_exposed: bool) -> FailureKind {
    match kind {
        WpsErrorKind::WrongPin {
            noticed_by: NoticedBy::Registrar,
            half,
        } => FailureKind::GatewayUnproven {
            half: match half {
                Half::First => 1,
                Half::Second => 2,
            },
        },
        WpsErrorKind::WrongPin {
            half: Half::First, ..
        } => FailureKind::PinFirstHalf,
        WpsErrorKind::WrongPin {
            half: Half::Second, ..
        } => FailureKind::PinSecondHalf,
        WpsErrorKind::SetupLocked => locked(),
        kind if is_forgery(kind) => FailureKind::MessagesForged { pin_exposed },
        WpsErrorKind::Nack { .. } | WpsErrorKind::EmptyMessage => FailureKind::DeviceGaveUp {
            at: step.to_owned(),
            pin_exposed,
        },
        WpsErrorKind::Crypto(_) => FailureKind::Local,
        _ => FailureKind::Unreadable,
    }
}

/// Whether a message is not from the holder of the certificate.
fn is_forgery(kind: &WpsErrorKind) -> bool {
    matches!(
        kind,
        WpsErrorKind::IdentityMismatch { .. }
            | WpsErrorKind::Authenticator
            | WpsErrorKind::Nonce
            | WpsErrorKind::PublicKey
            | WpsErrorKind::EncryptedSettings
            | WpsErrorKind::Proof
    )
}

/// Which code a failure of the protocol crate means.
pub(super) fn code_of(error: &upnp::Error) -> Code {
    use upnp::Error as E;
    match error {
        E::Unreachable { .. }
        | E::TimedOut { .. }
        | E::OutcomeUnknown { .. }
        | E::SessionEnded { .. }
        | E::IntroductionLost { .. }
        | E::Tls { .. } => Code::Unreachable,
        E::Busy { .. } | E::ButtonNotPressed { .. } | E::PinNotTyped { .. } => Code::Unreachable,
        E::Unreadable { .. } | E::TooLarge { .. } => Code::UnreadableAnswer,
        E::Refused { action, fault } => match fault.code {
            NOT_AUTHORIZED => Code::NotAuthorized,
            code if is_refused_login(action, code) => Code::PinRejected,
            _ => Code::ActionRefused,
        },
        E::HttpStatus {
            status: 401 | 403, ..
        }
        | E::ClientCertificateRefused { .. } => Code::NotAuthorized,
        E::HttpStatus { .. } | E::IssueOneLogin { .. } | E::NotOffered { .. } => {
            Code::ActionRefused
        }
        E::ForeignAddress { .. } => Code::UnreadableAnswer,
        E::IdentityChanged { .. } => Code::IdentityChanged,
        E::WeakTls { .. } => Code::WeakTls,
        E::WrongPin { .. } | E::SetupLocked { .. } => Code::PinRejected,
        E::IntroductionRefused {
            pin_exposed: true, ..
        } => Code::PinRejected,
        E::IntroductionRefused { .. } => Code::ActionRefused,
        E::Introduction {
            source,
            pin_exposed,
            ..
        } => match source.kind() {
            WpsErrorKind::WrongPin { .. } | WpsErrorKind::SetupLocked => Code::PinRejected,
            // After M4 a WSC_NACK means what a fault means there (digest 4.11).
            WpsErrorKind::Nack { .. } if *pin_exposed => Code::PinRejected,
            // The other side is not who the certificate says: what a person reads and what a
            // script sees are the same.
            kind if is_forgery(kind) => Code::IdentityChanged,
            WpsErrorKind::Nack { .. } => Code::ActionRefused,
            _ => Code::UnreadableAnswer,
        },
        E::Usage { .. } | E::Cancelled => Code::Usage,
        _ => Code::Internal,
    }
}

fn locked() -> FailureKind {
    FailureKind::SetupLocked {
        seconds: seconds(limits::SETUP_LOCK_LEAST),
    }
}

fn seconds(time: std::time::Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
