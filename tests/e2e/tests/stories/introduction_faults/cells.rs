//! The matrix: every trouble of the gateway's table at every message it can befall, what does not fit into it, and how
//! `lanside pair` has to end (exit codes: the command line's contract; what faults mean: digest of
//! DeviceProtection:1, section 4.11).

use lanside_gateway::setup_faults::{SetupFault, SetupMessage, Trouble};

/// One fault and what has to come of it.
pub struct Cell {
    /// The fault, as `lanside-gateway` reads it.
    pub spec: String,
    pub ending: Ending,
}

impl Cell {
    /// Whether the gateway says nothing at all.
    pub fn is_silent(&self) -> bool {
        self.spec.starts_with(Trouble::Stall.name())
    }
}

/// How the introduction ends.
#[derive(Debug, PartialEq)]
pub enum Ending {
    Paired,
    Failed(Expected),
}

/// A failure.
#[derive(Debug, PartialEq)]
pub struct Expected {
    pub exit: i32,
    pub code: &'static str,
    /// The message says one of these, in lower case.
    pub words: &'static [&'static str],
}

const fn failed(exit: i32, code: &'static str, words: &'static [&'static str]) -> Ending {
    Ending::Failed(Expected { exit, code, words })
}

const LOST: Ending = failed(
    3,
    "Unreachable",
    &[
        "stopped answering",
        "does not answer",
        "broke",
        "connection",
    ],
);
/// Everything was sent; only the gateway's last word is missing.
const UNCONFIRMED: Ending = failed(3, "Unreachable", &["it may know this computer by now"]);
/// Before M4: the PIN is as secret as before.
const REFUSED: Ending = failed(7, "ActionRefused", &["broke pairing off", "broke off"]);
/// After M4 every refusal may be about the PIN.
const MAYBE_PIN: Ending = failed(5, "PinRejected", &["pin"]);
const FIRST_HALF: Ending = failed(5, "PinRejected", &["first four digits"]);
const LAST_HALF: Ending = failed(5, "PinRejected", &["last four digits"]);
const IMPOSTOR: Ending = failed(5, "PinRejected", &["impostor"]);
const LOCKED: Ending = failed(5, "PinRejected", &["locked"]);
const UNREADABLE: Ending = failed(8, "UnreadableAnswer", &["cannot be understood"]);
const NOTHING_IN_IT: Ending = failed(8, "UnreadableAnswer", &["broke pairing off", "broke off"]);
const FORGED: Ending = failed(6, "IdentityChanged", &["somebody stands between"]);
const ANOTHER: Ending = failed(
    6,
    "IdentityChanged",
    &["somebody stands between", "identity"],
);

/// What has to come of one fault of the table.
fn ending(fault: &SetupFault) -> Ending {
    use SetupMessage::{Done, M5, M7};
    match (fault.trouble, fault.message) {
        (Trouble::Disconnect | Trouble::Stall, Done) => UNCONFIRMED,
        (Trouble::Disconnect | Trouble::Stall, _) => LOST,
        (Trouble::Nack | Trouble::Fault704 | Trouble::Fault501, M5) => FIRST_HALF,
        (Trouble::Nack | Trouble::Fault704 | Trouble::Fault501, M7) => LAST_HALF,
        (Trouble::Nack | Trouble::Fault704 | Trouble::Fault501, Done) => MAYBE_PIN,
        (Trouble::Nack | Trouble::Fault704 | Trouble::Fault501, _) => REFUSED,
        (Trouble::WantsCredential, _) => MAYBE_PIN,
        (Trouble::Replay | Trouble::OutOfOrder | Trouble::TruncatedTlv, _) => UNREADABLE,
        (Trouble::Empty, _) => NOTHING_IN_IT,
        (Trouble::WrongHash1 | Trouble::WrongHash2, _) => IMPOSTOR,
        (Trouble::WrongUuid, _) => ANOTHER,
        (
            Trouble::WrongAuthenticator
            | Trouble::WrongNonce
            | Trouble::WrongPublicKey
            | Trouble::WrongSettings,
            _,
        ) => FORGED,
        (Trouble::Credential, _) => Ending::Paired,
    }
}

/// What does not fit into the table: other numbers, faults that go away, another certificate.
const SPECIAL: [(&str, Ending); 16] = [
    ("wrong-certificate", ANOTHER),
    ("nack:m1:15", LOCKED),
    ("nack:ack:15", LOCKED),
    ("nack:m3:15", LOCKED),
    ("nack:m5:15", LOCKED),
    ("nack:m7:15", LOCKED),
    // "Not ready yet": M2 follows all the same.
    ("nack:ack:14", Ending::Paired),
    ("nack:m5:0", MAYBE_PIN),
    // Before M4 the introduction begins anew by itself, once, and only where a fault says so.
    ("once:fault-704:m1", Ending::Paired),
    ("once:fault-501:ack", Ending::Paired),
    ("once:fault-704:m3", Ending::Paired),
    ("once:nack:m3", REFUSED),
    // After M4 never: a second try would have worked.
    ("once:fault-704:m5", FIRST_HALF),
    ("once:fault-501:m7", LAST_HALF),
    ("once:disconnect:m5", LOST),
    ("once:empty:done", NOTHING_IN_IT),
];

/// All cells, the slowest first.
pub fn all() -> Vec<Cell> {
    let table = SetupFault::all().map(|fault| Cell {
        spec: fault.to_string(),
        ending: ending(&fault),
    });
    let special = SPECIAL.into_iter().map(|(spec, ending)| Cell {
        spec: spec.to_owned(),
        ending,
    });
    let mut cells: Vec<Cell> = table.chain(special).collect();
    cells.sort_by_key(|cell| !cell.is_silent());
    cells
}
