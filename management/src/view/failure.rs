//! What went wrong, as a code, as facts and as English sentences.
//!
//! [`Failure::kind`] holds everything a face needs to say it in another language; the
//! sentences beside it are what the command line prints.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::trust::ChangedView;
use crate::diagnostics::TestProblem;
use crate::error::Step;
use crate::software::SoftwareProblem;

/// Closed set of failures a face acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Code {
    /// Our fault.
    Internal,
    /// Input not valid; nothing was sent.
    Usage,
    /// Not found, no answer, refused, too slow.
    Unreachable,
    /// A role or an introduction is missing.
    NotAuthorized,
    /// PIN or password refused, or setup locked.
    PinRejected,
    /// Certificate is not the trusted one; nothing was sent.
    IdentityChanged,
    /// The gateway refused.
    ActionRefused,
    /// The answer cannot be understood.
    UnreadableAnswer,
    /// No place to keep secrets.
    KeyringUnavailable,
    /// Applied, but the value read back differs.
    NotVerified,
    /// The gateway offers no TLS that protects as it should; nothing was sent. A person may
    /// allow it for this one gateway.
    WeakTls,
}

impl Code {
    /// Exit code of the command line for this failure.
    pub fn exit_code(self) -> u8 {
        match self {
            Code::Internal => 1,
            Code::Usage => 2,
            Code::Unreachable => 3,
            Code::NotAuthorized => 4,
            Code::PinRejected => 5,
            Code::IdentityChanged => 6,
            Code::ActionRefused => 7,
            Code::UnreadableAnswer => 8,
            Code::KeyringUnavailable => 9,
            Code::NotVerified => 10,
            Code::WeakTls => 11,
        }
    }
}

/// A failure for a person, `error` of the command-line contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Failure {
    /// What a face acts on.
    pub code: Code,
    /// One sentence for a person; names the gateway and the step.
    pub message: String,
    /// Technical detail, never a secret.
    pub detail: Option<String>,
    /// Number of the gateway's fault.
    pub upnp_code: Option<u16>,
    /// The command or act that cures it.
    pub next: Option<String>,
    /// What exactly it was, with the facts of the sentence.
    pub kind: FailureKind,
    /// Name and address of the gateway, where one was asked.
    pub gateway: Option<String>,
    /// What was being done for the person.
    pub step: Option<Step>,
}

/// What exactly went wrong: one value for each sentence a face has, with its facts.
/// Names of gateways and steps stand in [`Failure`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FailureKind {
    // A PIN, a button, an introduction.
    /// What was typed is no PIN: a letter, or not eight digits. No try was spent.
    PinMalformed,
    /// The check digit does not fit: a typing mistake. No try was spent.
    PinCheckDigit,
    /// The gateway refused the first half of the PIN.
    PinFirstHalf,
    /// The gateway refused the second half of the PIN.
    PinSecondHalf,
    /// The gateway refused the PIN and did not say which half.
    PinRefused,
    /// Whoever answers does not know the PIN: another gateway's PIN, or an impostor.
    GatewayUnproven {
        /// Which half it could not prove, 1 or 2. It may know the halves up to this one now.
        half: u8,
    },
    /// Somebody stands between: the messages are not those of the holder of the certificate.
    MessagesForged {
        /// Whether the first half of the PIN may be known to them.
        pin_exposed: bool,
    },
    /// The gateway takes no PIN for now, after wrong ones.
    SetupLocked {
        /// How long the standard lets it stay locked at least, seconds.
        seconds: u32,
    },
    /// Somebody else is being introduced.
    Busy {
        /// How long it was waited for, seconds.
        seconds: u32,
    },
    /// Nobody pressed the gateway's button in time.
    ButtonNotPressed {
        /// How long it was waited for, seconds.
        seconds: u32,
    },
    /// Nobody typed the PIN the gateway shows in time.
    PinNotTyped {
        /// How long it was waited for, seconds.
        seconds: u32,
    },
    /// The gateway broke the introduction off without saying why.
    DeviceGaveUp {
        /// Which message it did not take: `M1`, `M2D`, `M2`, `M4`, `M6` or `M8`.
        at: String,
        /// Whether the first half of the PIN had been told.
        pin_exposed: bool,
    },
    /// The gateway fell silent in the middle of an introduction.
    IntroductionSilent {
        /// Which message it did not answer.
        at: String,
        /// How long it was waited for, seconds.
        seconds: u32,
    },
    /// The person stopped it.
    Cancelled,
    /// The gateway gives no role without an introduction: first use has nothing to trust.
    NothingWithoutIntroduction,
    /// The certificate is not the one the person was shown and confirmed.
    ConfirmedAnother {
        /// SHA-256 that was confirmed, lower-case hex.
        confirmed: String,
        /// SHA-256 of the one that answers now.
        found: String,
    },

    // Trust.
    /// The certificate is not the trusted one; nothing was sent.
    CertificateChanged {
        /// Old and new side by side; nothing when the gateway is not known any more.
        changed: Option<Box<ChangedView>>,
    },
    /// A gateway that was protected no longer is; nothing was sent.
    ProtectionDropped {
        /// What was trusted, and what is known of who answers now.
        changed: Option<Box<ChangedView>>,
    },
    /// The gateway offers nothing better than TLS that protects little; nothing was sent. A
    /// person may allow it when pairing.
    WeakTls {
        /// What it offers: `tls1.0`, `tls1.1`, `rsa1024`, `sha1`, `small-dh`.
        offers: Vec<String>,
    },
    /// A trusted gateway protects its connection less than it did; nothing was sent.
    ProtectionWeakened {
        /// What it offers now, as in `WeakTls`.
        offers: Vec<String>,
    },
    /// The gateway does not know this computer yet; nothing was sent.
    NotPaired,
    /// A password is told only to a gateway that proved itself by PIN or button.
    NotProven,
    /// The gateway has nothing to be introduced to.
    NoPairing,
    /// The gateway does not take this computer's certificate.
    OwnCertificateRefused,
    /// Name or password is wrong.
    LoginRefused,
    /// The action takes a role that is not held.
    NeedsRole {
        /// The action, as the standard names it.
        action: String,
        /// Roles that may call it; empty when the gateway does not tell.
        roles: Vec<String>,
        /// Roles that may call it under conditions.
        restricted: Vec<String>,
        /// Roles held.
        held: Vec<String>,
        /// What helps, best first.
        cures: Vec<RoleCure>,
    },

    // The line.
    /// No answer, or nothing listens there.
    NoAnswer {
        /// How long it was waited, seconds; nothing when the network said no at once.
        seconds: Option<u32>,
    },
    /// The connection broke while a message was under way that must not be sent twice.
    ConnectionLost {
        /// The setup message that was under way, for example `M4`; empty when none was.
        at: String,
    },
    /// No protected connection came about, for another reason than trust.
    NoSecureConnection,
    /// A change was sent, no answer came, and nobody knows whether it took effect.
    OutcomeUnknown {
        /// The action.
        action: String,
    },

    // What was asked, and what came back.
    /// The gateway refused.
    Refused {
        /// The action.
        action: String,
        /// Its number.
        number: u16,
    },
    /// An HTTP status in place of an answer.
    HttpStatus {
        /// The status.
        status: u16,
    },
    /// The answer cannot be understood.
    Unreadable,
    /// The answer is far too long.
    TooLarge,
    /// It speaks TR-064 Issue 1.
    IssueOne,
    /// The gateway does not have this.
    NotOffered {
        /// What, as the description or the standard names it.
        what: String,
    },
    /// The device cannot be managed here.
    NotManageable,
    /// No such path.
    NoSuchPath {
        /// As it was written.
        path: String,
    },
    /// A value that cannot be right; nothing was sent.
    InvalidValue {
        /// Where it was to go.
        path: String,
    },
    /// A parameter that cannot be written; nothing was sent.
    ReadOnly {
        /// Which.
        path: String,
    },
    /// Applied, but values read back differ.
    NotVerified {
        /// How many differ.
        differing: u32,
        /// How many were sent.
        sent: u32,
    },
    /// The gateway did not come back after a restart.
    NotBack {
        /// How long it was waited, seconds.
        seconds: u32,
    },
    /// The gateway accepted a restart and goes on working.
    NotRestarted {
        /// How long it was waited, seconds.
        seconds: u32,
        /// Whether it said that it restarts later.
        later: bool,
    },
    /// A test the gateway runs came to nothing.
    Test {
        /// What is special to tests.
        problem: TestProblem,
    },
    /// A change of software came to nothing.
    Software {
        /// What is special to software.
        problem: SoftwareProblem,
    },
    /// No gateway is called so.
    NotFound {
        /// What was written.
        selector: String,
    },
    /// Several gateways are called so.
    Ambiguous {
        /// What was written.
        selector: String,
        /// Their names.
        names: Vec<String>,
    },
    /// What was written makes no sense; the sentence says why.
    Usage,

    // This computer.
    /// The keyring, or the files of secrets.
    Secrets,
    /// The passphrase of the file of secrets is wrong.
    PassphraseWrong,
    /// A new passphrase is too short to protect anything.
    PassphraseShort {
        /// How many characters it must have at least.
        least: u32,
    },
    /// Nobody told the passphrase of the file of secrets yet.
    PassphraseMissing,
    /// The state on disk.
    Store,
    /// This computer could not do its part.
    Local,
    /// Our fault.
    Internal,
}

/// What gives the role that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RoleCure {
    /// Being introduced.
    Pair,
    /// Logging in as a user who holds it.
    LogIn {
        /// Users who do, as the access list names them; empty when it may not be read.
        names: Vec<String>,
    },
    /// Somebody who is an administrator grants it to this computer.
    Ask {
        /// Control points that are, by name.
        names: Vec<String>,
    },
}
