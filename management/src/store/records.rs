//! What goes into the store and comes out of it.

use dp_credentials::secrets::Secret;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A gateway that was seen before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownGateway {
    /// Unique device name; two spellings that differ in case are the same gateway.
    pub udn: String,
    /// What was seen of it, as the caller likes to keep it.
    pub seen: serde_json::Value,
    /// When it last answered, RFC 3339.
    pub last_seen: String,
    /// URL of its description.
    pub location: Option<String>,
    /// URL of its description over TLS.
    pub secure_location: Option<String>,
}

/// A description of a trusted gateway as it came over the protected connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDescription {
    /// UDN of the root device.
    pub udn: String,
    /// URL it was read at, the base of those inside.
    pub location: String,
    /// Of the Content-Type, if named there.
    pub charset: Option<String>,
    /// Number of the configuration it belongs to (UPnP Device Architecture 2.0, CONFIGID); none
    /// when the gateway numbers nothing.
    pub config_id: Option<u32>,
    /// When the gateway last sent these octets, RFC 3339.
    pub read_at: String,
    /// The octets.
    pub document: Vec<u8>,
}

/// A set of imported definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionSet {
    /// Name of the file that defines its models; a later set of the name takes its place.
    pub name: String,
    /// What is known of it, JSON as the caller likes to keep it.
    pub about: String,
    /// Its models in the compact form of facts.
    pub facts: String,
}

/// A value waiting in a draft.
#[derive(Debug, Clone)]
pub enum DraftValue {
    /// A value that may be shown.
    Plain(String),
    /// A secret; sealed before it is written.
    Secret(Secret<String>),
}

impl DraftValue {
    /// The value itself, for the gateway only.
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(value) => value,
            Self::Secret(value) => value.expose(),
        }
    }
}

/// A staged change of one parameter, not yet sent.
#[derive(Debug, Clone)]
pub struct Draft {
    /// UDN of the gateway.
    pub udn: String,
    /// Path of the parameter; one gateway has one draft for each.
    pub path: String,
    /// The gateway's value when the change was staged; `None` if not read, always for a secret.
    pub old: Option<String>,
    /// The value to be.
    pub new: DraftValue,
    /// When it was staged, RFC 3339.
    pub staged_at: String,
}

/// How far an applied change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum JournalState {
    /// Written before the first byte goes out. Found after a crash, it means nobody knows whether
    /// the gateway took the change.
    Sending,
    /// The gateway said yes; not read back yet.
    Applied,
    /// Read back, every value is what was asked for.
    Verified,
    /// Read back, at least one value is not.
    Differs,
    /// No answer, or none that says.
    Unknown,
    /// The gateway refused; nothing changed.
    Refused,
}

/// A value in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum JournalValue {
    /// The value.
    Value(String),
    /// There was a value and it is a secret.
    Secret,
    /// Not known, or there is none.
    None,
}

/// One parameter in a journal entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalChange {
    /// Path of the parameter, or of the row that was created or deleted.
    pub path: String,
    /// Before.
    pub old: JournalValue,
    /// As asked for.
    pub new: JournalValue,
    /// As read afterwards.
    pub read_back: JournalValue,
}

/// One action that changed a gateway, or tried to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalEntry {
    /// Number of the entry, rising with time.
    #[specta(type = f64)]
    pub id: i64,
    /// UDN of the gateway.
    pub udn: String,
    /// When it was sent, RFC 3339.
    pub time: String,
    /// What was changed.
    pub changes: Vec<JournalChange>,
    /// How far it came.
    pub state: JournalState,
    /// A remark for people: the fault's number and words, the reason for an undo.
    pub detail: Option<String>,
    /// Entry whose change this one takes back.
    #[specta(type = Option<f64>)]
    pub undoes: Option<i64>,
}

/// Where a saved tree comes from, as far as it helps to read and compare it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct SnapshotOrigin {
    /// UDN of the gateway that was read.
    pub udn: String,
    /// What it called itself.
    pub friendly_name: Option<String>,
    /// Its maker.
    pub manufacturer: Option<String>,
    /// Its model.
    pub model_name: Option<String>,
    /// Its software.
    pub software_version: Option<String>,
    /// Where its data model is mounted, for example `/BBF/`.
    pub location: String,
    /// Root of its data model, for example `Device.`; empty when it has none.
    pub root: String,
    /// Number of its first rows, once known.
    pub index_base: Option<u32>,
}

/// A saved tree without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SnapshotHead {
    /// Number of the snapshot.
    #[specta(type = f64)]
    pub id: i64,
    /// UDN of the gateway it is kept for.
    pub udn: String,
    /// When it was taken, RFC 3339.
    pub time: String,
    /// Name given by the user.
    pub name: String,
    /// `saved` by a person, taken on a `visit`, or `imported` from a file.
    pub how: String,
    /// What was read.
    pub origin: SnapshotOrigin,
    /// How many parameters it holds.
    pub parameters: u32,
}

/// A value in a saved tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedValue {
    /// As the gateway gave it.
    Plain(String),
    /// A secret the gateway did not show, or that was not kept.
    Hidden,
    /// A secret, sealed for this installation.
    Sealed(Vec<u8>),
}

/// A tree to be saved.
#[derive(Debug, Clone)]
pub struct NewSnapshot {
    /// Gateway it is kept for.
    pub udn: String,
    /// When it was taken, RFC 3339.
    pub time: String,
    /// Name for people.
    pub name: String,
    /// `saved`, `visit` or `imported`.
    pub how: String,
    /// What was read.
    pub origin: SnapshotOrigin,
    /// Values by UPnP path.
    pub values: Vec<(String, SavedValue)>,
}

/// A saved tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is.
    pub head: SnapshotHead,
    /// Values by UPnP path, in the order of the paths.
    pub values: Vec<(String, SavedValue)>,
}
