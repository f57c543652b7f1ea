//! Timelines of a restart and of a reset.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::ChangedView;
use crate::store::SnapshotHead;

/// Phase of a restart or a reset. Which come, and in which order, is the gateway's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RebootPhase {
    /// The gateway accepted the request.
    Sent,
    /// It says that it will restart later (RebootLater).
    Deferred,
    /// It said goodbye.
    Goodbye,
    /// It stopped answering, or shows that it restarted meanwhile.
    Gone,
    /// It announced itself again.
    Announced,
    /// Its description can be read.
    Reachable,
    /// It shows another certificate than the trusted one. Only a reset goes on then.
    NewCertificate,
    /// TLS with the trusted certificate stands.
    Secured,
    /// It is the same gateway, and has the values it is expected to have.
    Verified,
    /// It is the same gateway, and some values are not what they were.
    Differs,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RebootStepView {
    /// When, RFC 3339.
    pub time: String,
    /// What happened.
    pub phase: RebootPhase,
    /// Seconds since the request.
    pub seconds: f64,
    /// Number of the boot it announces (BOOTID), where that is news.
    pub boot_id: Option<u32>,
    /// Address it answers at, where that is another one than before.
    pub address: Option<String>,
}

/// A value that is not what it was expected to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DifferingValue {
    /// Shown path.
    pub path: String,
    /// Value before the restart, or the one that was to become active with it.
    pub expected: String,
    /// Value now; `null` when it is gone.
    pub found: Option<String>,
}

/// End of a restart's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RebootView {
    /// Whether the same gateway answers again.
    pub back: bool,
    /// Seconds from the request to the last phase.
    pub seconds: f64,
    /// Usual time of this model, learned; `null` the first time.
    pub usual_seconds: Option<f64>,
    /// Whether it said that it restarts later.
    pub later: bool,
    /// Address it answers at, where that is another one than before.
    pub moved_to: Option<String>,
    /// Edits that wait in its draft; they were kept.
    pub draft_count: u32,
    /// How many values changed from here were looked at before and after.
    pub checked: u32,
    /// Those that are not what they were expected to be.
    pub differing: Vec<DifferingValue>,
}

/// What a person should know before a gateway is set back to how it was delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ResetPlanView {
    /// UDN of the gateway.
    pub udn: String,
    /// Its name, to be typed by whoever means it.
    pub name: String,
    /// Whether this computer is paired with it; a reset usually ends that.
    pub paired: bool,
    /// Edits that wait in its draft.
    pub draft_count: u32,
    /// Its latest saved tree, if there is one.
    pub latest_snapshot: Option<SnapshotHead>,
    /// Usual time of a restart of this model, learned; a reset takes longer.
    pub usual_restart_seconds: Option<f64>,
}

/// How a gateway came out of a reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ResetEnd {
    /// Nobody waited for it.
    NotFollowed,
    /// It shows the trusted certificate and does not know this computer any more.
    AccessLost,
    /// It shows another certificate, as a reset may bring about. Nothing proves that it is the
    /// same gateway until it is paired again.
    OtherCertificate,
    /// This computer may do what it did: perhaps only settings were reset, perhaps nothing.
    AccessKept,
    /// Where it was, the same maker, model and serial number answer under another UDN: probably
    /// the same gateway, set back, and as good as a stranger until it is paired. What was known
    /// of it stays with the old UDN.
    OtherUdn,
    /// It answers and offers no protected side any more. Nothing was sent to it.
    Unprotected,
}

/// End of a reset's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ResetView {
    /// Whether a gateway with its UDN answers again.
    pub back: bool,
    /// How it came out.
    pub end: ResetEnd,
    /// Seconds from the request to the last phase.
    pub seconds: f64,
    /// With [`ResetEnd::AccessKept`], whether all values that were looked at are as before:
    /// then the reset may not have happened. `null` when none could be compared.
    pub values_kept: Option<bool>,
    /// Address it answers at, where that is another one than before.
    pub moved_to: Option<String>,
    /// Tree that was saved before, to be restored after pairing.
    pub snapshot: Option<SnapshotHead>,
    /// Edits that wait in its draft; they were kept.
    pub draft_count: u32,
    /// Old and new certificate side by side, where it shows another one.
    pub changed: Option<Box<ChangedView>>,
    /// The gateway that answers in its place, with [`ResetEnd::OtherUdn`].
    pub successor: Option<SuccessorView>,
}

/// A gateway that answers under another UDN where one was reset, and what speaks for its being
/// the same. All of it is only its own word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SuccessorView {
    /// UDN it announces itself by now.
    pub udn: String,
    /// Name.
    pub friendly_name: Option<String>,
    /// Maker and model, the same as before.
    pub model: String,
    /// Serial number, the same as before; `null` when neither says one.
    pub serial_number: Option<String>,
    /// Address, the same as before.
    pub address: String,
}
