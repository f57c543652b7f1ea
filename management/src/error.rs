//! What a face can meet, and the sentence a person reads about it.
//!
//! [`Error`] says which gateway, which step and who erred. [`Error::failure`] turns it
//! into the closed set of [`Code`]s with a message, a technical detail and the act that
//! cures it. Faces match the code, never the text.

use std::fmt;

use dp_credentials::secrets::SecretError;
use dp_credentials::wps::{Half, NoticedBy, WpsErrorKind};

use crate::schema::SyntaxProblem;
use crate::store::StoreError;
use crate::view::{Code, Failure};

/// What was being done for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looking for gateways.
    Find,
    /// Opening a gateway: description, connection, roles, data models.
    Open,
    /// Being introduced.
    Introduce,
    /// Logging a user in or out.
    LogIn,
    /// Asking which roles are held or needed.
    Roles,
    /// Reading the tree or values.
    Read,
    /// Sending changes.
    Apply,
    /// Reading changes back.
    ReadBack,
    /// Restarting the gateway.
    Reboot,
    /// Calling any other action.
    Call,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Find => "looking for it",
            Step::Open => "opening it",
            Step::Introduce => "pairing",
            Step::LogIn => "logging in",
            Step::Roles => "asking for roles",
            Step::Read => "reading parameters",
            Step::Apply => "applying changes",
            Step::ReadBack => "reading changes back",
            Step::Reboot => "restarting",
            Step::Call => "calling an action",
        })
    }
}

/// Everything a caller of this crate can meet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A gateway, or the way to it, failed a request.
    #[error("{gateway}, while {step}: {source}")]
    Gateway {
        /// Name and address of the gateway.
        gateway: String,
        /// What was being done.
        step: Step,
        /// What went wrong.
        source: upnp::Error,
    },
    /// No gateway answers to what the person wrote.
    #[error("no gateway found for “{selector}”")]
    NotFound {
        /// What was written.
        selector: String,
    },
    /// Several gateways answer to what the person wrote.
    #[error("“{selector}” fits {} gateways: {}", names.len(), names.join(", "))]
    Ambiguous {
        /// What was written.
        selector: String,
        /// Names of the gateways.
        names: Vec<String>,
    },
    /// The device cannot be managed, whatever is tried.
    #[error("{gateway} cannot be managed here: {reason}")]
    NotManageable {
        /// Name of the device.
        gateway: String,
        /// Why.
        reason: String,
    },
    /// The gateway offers no protected side to be introduced to.
    #[error("{gateway} offers no pairing: {reason}")]
    NoPairing {
        /// Name of the gateway.
        gateway: String,
        /// What is missing.
        reason: String,
    },
    /// Needs an introduction first; nothing was sent.
    #[error("{gateway} is not paired with this computer")]
    NotPaired {
        /// Name of the gateway.
        gateway: String,
    },
    /// A gateway that was protected no longer is; nothing was sent.
    #[error("{gateway} used to be protected and no longer says so")]
    ProtectionDropped {
        /// Name of the gateway.
        gateway: String,
    },
    /// The path is of neither notation, or not in this gateway's tree.
    #[error("{gateway} has no “{path}”")]
    NoSuchPath {
        /// Name of the gateway.
        gateway: String,
        /// What was written.
        path: String,
    },
    /// A value that cannot be right; nothing was sent.
    #[error("{path} {problem}")]
    InvalidValue {
        /// Shown path.
        path: String,
        /// What is wrong.
        problem: SyntaxProblem,
    },
    /// A parameter that cannot be written; nothing was sent.
    #[error("{path} is read-only")]
    ReadOnly {
        /// Shown path.
        path: String,
    },
    /// What was written makes no sense; nothing was sent.
    #[error("{0}")]
    Usage(String),
    /// Applied, but a value read back differs.
    #[error(
        "{gateway} accepted the change, but {} of {} values read back differ",
        differing,
        sent
    )]
    NotVerified {
        /// Name of the gateway.
        gateway: String,
        /// How many differ.
        differing: usize,
        /// How many were sent.
        sent: usize,
    },
    /// The gateway did not come back in time after a reboot.
    #[error("{gateway} did not come back within {waited_s} s")]
    NotBack {
        /// Name of the gateway.
        gateway: String,
        /// How long it was waited.
        waited_s: u64,
    },
    /// No place to keep secrets.
    #[error("secrets cannot be kept: {0}")]
    Secrets(#[from] SecretError),
    /// The files of this installation.
    #[error("the state on disk cannot be used: {0}")]
    Store(#[from] StoreError),
    /// Our fault.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// What a face acts on.
    pub fn code(&self) -> Code {
        match self {
            Error::Gateway { source, .. } => code_of(source),
            Error::NotFound { .. } | Error::NotBack { .. } => Code::Unreachable,
            Error::Ambiguous { .. }
            | Error::NoSuchPath { .. }
            | Error::InvalidValue { .. }
            | Error::ReadOnly { .. }
            | Error::Usage(_) => Code::Usage,
            Error::NotManageable { .. } | Error::NoPairing { .. } => Code::ActionRefused,
            Error::NotPaired { .. } => Code::NotAuthorized,
            Error::ProtectionDropped { .. } => Code::IdentityChanged,
            Error::NotVerified { .. } => Code::NotVerified,
            Error::Secrets(_) => Code::KeyringUnavailable,
            Error::Store(_) | Error::Internal(_) => Code::Internal,
        }
    }

    /// Number of the gateway's fault, when it gave one.
    pub fn upnp_code(&self) -> Option<u16> {
        match self {
            Error::Gateway {
                source: upnp::Error::Refused { fault, .. },
                ..
            }
            | Error::Gateway {
                source: upnp::Error::IntroductionRefused { fault, .. },
                ..
            } => Some(fault.code),
            _ => None,
        }
    }

    /// Whether a change was sent and nobody knows if it was carried out.
    pub fn outcome_unknown(&self) -> bool {
        matches!(
            self,
            Error::Gateway {
                source: upnp::Error::OutcomeUnknown { .. },
                ..
            }
        )
    }

    /// The failure in words for a person.
    pub fn failure(&self) -> Failure {
        Failure {
            code: self.code(),
            message: self.message(),
            detail: self.detail(),
            upnp_code: self.upnp_code(),
            next: self.next(),
        }
    }

    fn message(&self) -> String {
        match self {
            Error::Gateway {
                gateway,
                step,
                source,
            } => sentence(gateway, *step, source),
            Error::NotPaired { gateway } => format!("{gateway} does not know this computer yet."),
            Error::ProtectionDropped { gateway } => {
                format!("{gateway} used to be protected and is not any more. Nothing was sent.")
            }
            other => {
                let text = other.to_string();
                let mut letters = text.chars();
                let first = letters.next().map(|first| first.to_uppercase().to_string());
                format!("{}{}.", first.unwrap_or_default(), letters.as_str())
            }
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Error::Gateway { step, source, .. } => Some(format!("while {step}: {source}")),
            _ => None,
        }
    }

    fn next(&self) -> Option<String> {
        let next = match self {
            Error::Gateway { step: Step::Introduce, source, .. } if code_of(source) == Code::PinRejected => match source {
                upnp::Error::SetupLocked { .. } => "Wait a minute or restart the gateway, then pair again with the PIN from its label.",
                _ => "Check the PIN on the label. Try at most once more: after three wrong PINs gateways lock themselves.",
            },
            Error::Gateway { source, .. } => match code_of(source) {
                Code::Unreachable => "Check the cable or Wi-Fi, then run `lanside discover`.",
                Code::NotAuthorized => "Pair with `lanside pair DEVICE --pin PIN`, or log in with `lanside login DEVICE --name NAME`.",
                Code::PinRejected => "Check the name and the password.",
                Code::IdentityChanged => "Stop. If the gateway was reset or replaced, `lanside forget DEVICE` and pair again.",
                Code::ActionRefused => "Correct the value or the path and try again.",
                Code::UnreadableAnswer => "Repeat with `--trace FILE` and keep the file for a report.",
                _ => "Repeat with `--trace FILE` and report it.",
            },
            Error::NotFound { .. } => "Run `lanside discover --all` to see what answers, or give an IP address.",
            Error::Ambiguous { .. } => "Give the UDN or the IP address instead.",
            Error::NotManageable { .. } | Error::NoPairing { .. } => "Use the gateway's own web page.",
            Error::NotPaired { .. } => "Pair with `lanside pair DEVICE --pin PIN`; the PIN is on the gateway's label.",
            Error::ProtectionDropped { .. } => "Stop. If the gateway was reset or replaced, `lanside forget DEVICE` and pair again.",
            Error::NoSuchPath { .. } => "Run `lanside tree DEVICE` to see what there is.",
            Error::InvalidValue { .. } => "Correct the value; nothing was sent.",
            Error::ReadOnly { .. } => "Choose another parameter; nothing was sent.",
            Error::Usage(_) => "See `lanside --help`; nothing was sent.",
            Error::NotVerified { .. } => "Read the values again with `lanside get`.",
            Error::NotBack { .. } => "Look at its lights; then run `lanside discover`.",
            Error::Secrets(_) => "Unlock the system keyring and retry, or use `--secrets file`.",
            Error::Store(_) => "Check that the state directory is writable and not full.",
            Error::Internal(_) => return None,
        };
        Some(next.to_owned())
    }
}

/// Which code a failure of the protocol crate means.
fn code_of(error: &upnp::Error) -> Code {
    use upnp::Error as E;
    match error {
        E::Unreachable { .. }
        | E::TimedOut { .. }
        | E::OutcomeUnknown { .. }
        | E::SessionEnded { .. }
        | E::Tls { .. } => Code::Unreachable,
        E::Busy { .. } | E::ButtonNotPressed { .. } => Code::Unreachable,
        E::Unreadable { .. } | E::TooLarge { .. } => Code::UnreadableAnswer,
        E::Refused { fault, .. } => match fault.code {
            606 => Code::NotAuthorized,
            600 | 701 if error_is_login(error) => Code::PinRejected,
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
        E::WrongPin { .. } | E::SetupLocked { .. } => Code::PinRejected,
        E::IntroductionRefused {
            pin_exposed: true, ..
        } => Code::PinRejected,
        E::IntroductionRefused { .. } => Code::ActionRefused,
        E::Introduction { source, .. } => match source.kind() {
            WpsErrorKind::WrongPin { .. } | WpsErrorKind::SetupLocked => Code::PinRejected,
            WpsErrorKind::IdentityMismatch { .. } => Code::IdentityChanged,
            WpsErrorKind::Nack { .. } | WpsErrorKind::Proof => Code::ActionRefused,
            _ => Code::UnreadableAnswer,
        },
        E::Usage { .. } => Code::Usage,
        E::Cancelled => Code::Usage,
        _ => Code::Internal,
    }
}

/// Number 701 of UserLogin means a wrong password and 600 of GetUserLoginChallenge a name
/// nobody knows (DeviceProtection:1 digest, section 5); elsewhere they mean something else.
fn error_is_login(error: &upnp::Error) -> bool {
    matches!(error, upnp::Error::Refused { action, fault } if refused_login(action, fault.code))
}

fn refused_login(action: &str, code: u16) -> bool {
    matches!(
        (action, code),
        ("UserLogin", 701) | ("GetUserLoginChallenge", 600)
    )
}

fn sentence(gateway: &str, step: Step, error: &upnp::Error) -> String {
    use upnp::Error as E;
    match error {
        E::Unreachable { .. } | E::TimedOut { .. } => {
            format!("{gateway} does not answer (while {step}).")
        }
        E::OutcomeUnknown { .. } => {
            format!("{gateway} stopped answering while {step}. Nobody knows yet whether it took effect.")
        }
        E::SessionEnded { .. } => {
            format!("{gateway} closed the protected connection (while {step}).")
        }
        E::Tls { .. } => format!("No protected connection to {gateway} could be made."),
        E::Refused { fault, action } => match fault.code {
            606 => format!("{gateway} needs another role for this (while {step})."),
            code if refused_login(action, code) => {
                format!("{gateway} did not accept the name and password.")
            }
            _ => format!(
                "{gateway} refused {action} with number {}{}.",
                fault.code,
                number_in_words(action, fault.code)
                    .map(|words| format!(": {words}"))
                    .unwrap_or_default()
            ),
        },
        E::ClientCertificateRefused { .. } => {
            format!("{gateway} does not accept this computer's certificate.")
        }
        E::IssueOneLogin { .. } => {
            format!("{gateway} speaks TR-064 Issue 1 and cannot be managed here.")
        }
        E::NotOffered { what } => format!("{gateway} does not offer {what}."),
        E::IdentityChanged { .. } => {
            format!(
                "{gateway} shows another certificate than the one you trusted. Nothing was sent."
            )
        }
        E::WrongPin { half: Some(1), .. } => {
            format!("{gateway} did not accept the PIN: its first four digits are wrong.")
        }
        E::WrongPin { half: Some(2), .. } => {
            format!("{gateway} did not accept the PIN: its last four digits are wrong.")
        }
        E::WrongPin { .. }
        | E::IntroductionRefused {
            pin_exposed: true, ..
        } => {
            format!("{gateway} did not accept the PIN.")
        }
        E::SetupLocked { .. } => format!("{gateway} has locked pairing after wrong PINs."),
        E::Busy { .. } => format!("{gateway} is being set up by somebody else right now."),
        E::ButtonNotPressed { .. } => format!("The button of {gateway} was not pressed in time."),
        E::Introduction { source, .. } => introduction_sentence(gateway, source.kind()),
        E::Unreadable { .. } | E::ForeignAddress { .. } => {
            format!("{gateway} sent something that cannot be understood (while {step}).")
        }
        E::TooLarge { .. } => {
            format!("{gateway} sent far too much (while {step}); reading was stopped.")
        }
        other => format!("{gateway}, while {step}: {other}."),
    }
}

fn introduction_sentence(gateway: &str, kind: &WpsErrorKind) -> String {
    match kind {
        WpsErrorKind::WrongPin {
            noticed_by: NoticedBy::Registrar,
            ..
        } => {
            format!("{gateway} does not know this PIN. Check that it is the right gateway: it may be an impostor.")
        }
        WpsErrorKind::WrongPin {
            half: Half::First, ..
        } => {
            format!("{gateway} did not accept the PIN: its first four digits are wrong.")
        }
        WpsErrorKind::WrongPin {
            half: Half::Second, ..
        } => {
            format!("{gateway} did not accept the PIN: its last four digits are wrong.")
        }
        WpsErrorKind::SetupLocked => format!("{gateway} has locked pairing after wrong PINs."),
        WpsErrorKind::IdentityMismatch { .. } => {
            format!(
                "{gateway} claims another identity than its certificate has. Nothing was trusted."
            )
        }
        other => format!("Pairing with {gateway} broke off: {other}."),
    }
}

/// What a fault number of ConfigurationManagement means, CMS:2 digest section 13.
fn number_in_words(action: &str, code: u16) -> Option<&'static str> {
    let of_cms = matches!(
        action,
        "GetValues"
            | "SetValues"
            | "GetInstances"
            | "GetSupportedParameters"
            | "CreateInstance"
            | "DeleteInstance"
            | "GetAttributes"
            | "SetAttributes"
            | "GetSelectedValues"
    );
    Some(match code {
        401 => "it does not have this action",
        402 => "it expects other arguments",
        501 => "it could not do it now",
        600 | 601 => "it does not accept the value",
        701 if of_cms => "it does not understand the path",
        702 if of_cms => "it does not understand the request",
        703 if of_cms => "this does not exist there, or your role may not see it",
        704 if of_cms => "the value has the wrong type",
        705 if of_cms => "it does not accept the value",
        706 if of_cms => "this is read-only, or your role may not change it",
        707 if of_cms => "the same parameter was sent twice",
        708 if of_cms => "it is busy; try again in a moment",
        _ => return None,
    })
}
