//! What a face can meet, and the sentence a person reads about it.
//!
//! [`Error`] says which gateway, which step and who erred. [`Error::failure`] turns it
//! into the closed set of [`Code`]s and the facts of a [`FailureKind`], with an English
//! message, a technical detail and the act that cures it. Faces match code and kind, never
//! the text.

mod kind;
mod words;

use std::fmt;

use dp_credentials::identity::Fingerprint;
use dp_credentials::secrets::SecretError;
use dp_credentials::trust::Weakness;
use dp_credentials::wps::PinError;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::diagnostics::TestProblem;
use crate::schema::SyntaxProblem;
use crate::software::SoftwareProblem;
use crate::store::StoreError;
use crate::view::{ChangedView, Code, Failure, FailureKind, RoleCure};
use kind::code_of;

/// What was being done for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
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
    /// Reading or changing the access list.
    Access,
    /// Subscribing to events.
    Follow,
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
    /// Letting the gateway test something.
    Test,
    /// Reading a log.
    Logs,
    /// Looking at or changing its software.
    Software,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Find => "looking for it",
            Step::Open => "opening it",
            Step::Introduce => "pairing",
            Step::LogIn => "logging in",
            Step::Roles => "asking for roles",
            Step::Access => "working on its access list",
            Step::Follow => "subscribing to its events",
            Step::Read => "reading parameters",
            Step::Apply => "applying changes",
            Step::ReadBack => "reading changes back",
            Step::Reboot => "restarting",
            Step::Call => "calling an action",
            Step::Test => "letting it test",
            Step::Logs => "reading its log",
            Step::Software => "working on its software",
        })
    }
}

/// Which roles an action takes, as the gateway told when it was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleFacts {
    /// The action.
    pub action: String,
    /// Roles that may call it; empty when the gateway does not tell.
    pub roles: Vec<String>,
    /// Roles that may call it under conditions.
    pub restricted: Vec<String>,
    /// Roles held.
    pub held: Vec<String>,
    /// What helps, best first.
    pub cures: Vec<RoleCure>,
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
    /// The certificate is not the trusted one; nothing was sent.
    #[error("{gateway}, while {step}: {source}")]
    IdentityChanged {
        /// Name and address of the gateway.
        gateway: String,
        /// What was being done.
        step: Step,
        /// Old and new side by side.
        changed: Option<Box<ChangedView>>,
        /// What the handshake found.
        source: upnp::Error,
    },
    /// The gateway refused an action for want of a role, and was asked which.
    #[error("{gateway}, while {step}: {source}")]
    NeedsRole {
        /// Name and address of the gateway.
        gateway: String,
        /// What was being done.
        step: Step,
        /// Which roles it takes, which are held, and what helps.
        facts: Box<RoleFacts>,
        /// The refusal.
        source: upnp::Error,
    },
    /// What was typed is no PIN; nothing was sent.
    #[error("{0}")]
    NotPin(#[from] PinError),
    /// No role is given without an introduction.
    #[error("{gateway} gives no role without an introduction")]
    NothingWithoutIntroduction {
        /// Name of the gateway.
        gateway: String,
    },
    /// The certificate is not the one a person confirmed.
    #[error("{gateway} shows the certificate {found}, not {confirmed}, which was confirmed")]
    ConfirmedAnother {
        /// Name of the gateway.
        gateway: String,
        /// What was confirmed.
        confirmed: Fingerprint,
        /// What answers.
        found: Fingerprint,
    },
    /// Trusted, but never proven by PIN or button; no password is told to it.
    #[error("{gateway} was never introduced by PIN or button")]
    NotProven {
        /// Name of the gateway.
        gateway: String,
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
        /// What was trusted, and what is known of who answers now.
        changed: Option<Box<ChangedView>>,
    },
    /// A gateway that protected its connection better no longer does; nothing was sent.
    #[error(
        "{gateway} used to protect its connection better; now it offers only {}",
        words::weaknesses(offers)
    )]
    ProtectionWeakened {
        /// Name of the gateway.
        gateway: String,
        /// What it offers now.
        offers: Vec<Weakness>,
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
    /// The gateway accepted a restart and goes on working.
    #[error("{gateway} {} within {waited_s} s and goes on working", if *later { "said that it restarts later, did not do so" } else { "accepted the restart, did not restart" })]
    NotRestarted {
        /// Name of the gateway.
        gateway: String,
        /// How long it was waited.
        waited_s: u64,
        /// Whether it said that it restarts later.
        later: bool,
    },
    /// A test the gateway runs came to nothing.
    #[error("{gateway}: {problem}")]
    Test {
        /// Name of the gateway.
        gateway: String,
        /// What is special to tests.
        problem: TestProblem,
    },
    /// A change of software came to nothing.
    #[error("{gateway}: {problem}")]
    Software {
        /// Name of the gateway.
        gateway: String,
        /// What is special to software.
        problem: SoftwareProblem,
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
            Error::IdentityChanged { .. } | Error::ConfirmedAnother { .. } => Code::IdentityChanged,
            Error::NeedsRole { .. }
            | Error::NotProven { .. }
            | Error::NothingWithoutIntroduction { .. } => Code::NotAuthorized,
            Error::NotFound { .. } | Error::NotBack { .. } | Error::NotRestarted { .. } => {
                Code::Unreachable
            }
            Error::Ambiguous { .. }
            | Error::NoSuchPath { .. }
            | Error::InvalidValue { .. }
            | Error::ReadOnly { .. }
            | Error::NotPin(_)
            | Error::Usage(_) => Code::Usage,
            Error::NotManageable { .. } | Error::NoPairing { .. } => Code::ActionRefused,
            Error::NotPaired { .. } => Code::NotAuthorized,
            Error::ProtectionDropped { .. } | Error::ProtectionWeakened { .. } => {
                Code::IdentityChanged
            }
            Error::NotVerified { .. } => Code::NotVerified,
            Error::Test { problem, .. } => problem.code(),
            Error::Software { problem, .. } => problem.code(),
            Error::Secrets(SecretError::PassphraseWrong) => Code::PinRejected,
            Error::Secrets(SecretError::PassphraseShort) => Code::Usage,
            Error::Secrets(_) => Code::KeyringUnavailable,
            Error::Store(_) | Error::Internal(_) => Code::Internal,
        }
    }

    /// How a request to a gateway failed, when it was one that did.
    pub(crate) fn request(&self) -> Option<&upnp::Error> {
        match self {
            Error::Gateway { source, .. }
            | Error::IdentityChanged { source, .. }
            | Error::NeedsRole { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Whether the gateway answered, and the answer was no; for want of a role or otherwise.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.request(), Some(upnp::Error::Refused { .. }))
    }

    /// Whether nobody answered, rather than somebody who said something.
    pub(crate) fn is_silence(&self) -> bool {
        match self {
            Error::NotFound { .. } | Error::NotBack { .. } => true,
            _ => matches!(
                self.request(),
                Some(
                    upnp::Error::Unreachable { .. }
                        | upnp::Error::TimedOut { .. }
                        | upnp::Error::SessionEnded { .. }
                )
            ),
        }
    }

    /// Number of the gateway's fault, when it gave one.
    pub fn upnp_code(&self) -> Option<u16> {
        Some(self.request()?.upnp_fault()?.code)
    }

    /// Whether a change was sent and nobody knows if it was carried out.
    pub fn outcome_unknown(&self) -> bool {
        matches!(self.request(), Some(upnp::Error::OutcomeUnknown { .. }))
    }

    /// Name and address of the gateway that was asked, where one was.
    pub fn gateway(&self) -> Option<&str> {
        match self {
            Error::Gateway { gateway, .. }
            | Error::IdentityChanged { gateway, .. }
            | Error::NeedsRole { gateway, .. }
            | Error::NotManageable { gateway, .. }
            | Error::NoPairing { gateway, .. }
            | Error::NotPaired { gateway }
            | Error::NotProven { gateway }
            | Error::NothingWithoutIntroduction { gateway, .. }
            | Error::ConfirmedAnother { gateway, .. }
            | Error::ProtectionDropped { gateway, .. }
            | Error::ProtectionWeakened { gateway, .. }
            | Error::NoSuchPath { gateway, .. }
            | Error::NotVerified { gateway, .. }
            | Error::NotBack { gateway, .. }
            | Error::NotRestarted { gateway, .. }
            | Error::Test { gateway, .. }
            | Error::Software { gateway, .. } => Some(gateway),
            _ => None,
        }
    }

    /// What was being done for the person.
    pub fn step(&self) -> Option<Step> {
        match self {
            Error::Gateway { step, .. }
            | Error::NeedsRole { step, .. }
            | Error::IdentityChanged { step, .. } => Some(*step),
            Error::NothingWithoutIntroduction { .. } | Error::ConfirmedAnother { .. } => {
                Some(Step::Introduce)
            }
            Error::NotBack { .. } | Error::NotRestarted { .. } => Some(Step::Reboot),
            Error::Test { .. } => Some(Step::Test),
            Error::Software { .. } => Some(Step::Software),
            Error::NotVerified { .. } => Some(Step::ReadBack),
            _ => None,
        }
    }

    /// What exactly went wrong, with its facts.
    pub fn kind(&self) -> FailureKind {
        kind::kind_of(self)
    }

    /// The failure for a person: facts, and English sentences about them.
    pub fn failure(&self) -> Failure {
        let kind = self.kind();
        Failure {
            code: self.code(),
            message: words::message(self, &kind),
            detail: words::detail(self, &kind),
            upnp_code: self.upnp_code(),
            next: words::next(self, &kind),
            kind,
            gateway: self.gateway().map(str::to_owned),
            step: self.step(),
        }
    }
}
