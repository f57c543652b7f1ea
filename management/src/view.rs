//! What a face shows: plain values, the same for `--json` and for the window.
//!
//! Field names are the promise of the command-line contract (snake_case); the
//! TypeScript bindings are generated from these types. Nothing here holds a
//! secret: values of secret parameters are replaced before a view is made.

mod failure;
mod restart;
mod trust;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::limits;

pub use crate::edit_path::EditKind;
pub use failure::{Code, Failure, FailureKind, RoleCure};
pub use restart::{
    DifferingValue, RebootPhase, RebootStepView, RebootView, ResetEnd, ResetPlanView, ResetView,
    SuccessorView,
};
pub use trust::{
    CertificateView, ChangeReason, ChangedView, FirstContactView, PairingMethod, PairingProgress,
    PairingStep, PairingView, TrustView, TrustedHow,
};

/// One network adapter address that took part in a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InterfaceView {
    /// Name of the adapter as the system calls it, for example `enp3s0`.
    pub name: String,
    /// Literal address the search was sent from.
    pub address: String,
    /// Why the adapter was left out; `None` when it was searched.
    pub left_out: Option<String>,
}

/// What kind of device answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum GatewayKind {
    /// Offers ConfigurationManagement: can be managed here.
    #[serde(rename = "tr064")]
    Tr064,
    /// Speaks TR-064 Issue 1 or a vendor's protocol: recognised, not managed here.
    #[serde(rename = "tr064-issue-1")]
    Tr064Issue1,
    /// Offers DeviceProtection but no ConfigurationManagement.
    #[serde(rename = "device-protection")]
    DeviceProtection,
    /// Any other UPnP root device.
    #[serde(rename = "other")]
    Other,
}

/// How this installation stands to a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GatewayState {
    /// Never introduced.
    New,
    /// Introduced; its certificate is trusted.
    Paired,
    /// Shows another certificate than the trusted one, or dropped its protection.
    Changed,
    /// Known or announced, but does not answer.
    Silent,
}

/// One service of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ServiceView {
    /// Full service type URN.
    #[serde(rename = "type")]
    pub service_type: String,
    /// Service id as the description spells it.
    pub id: String,
    /// Absolute control URL (unprotected base).
    pub control_url: Option<String>,
    /// UDN of the (embedded) device the service belongs to.
    pub device_udn: String,
}

/// One gateway, `DEV` of the command-line contract. A value nobody sent is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GatewayView {
    /// Unique Device Name of the root device, `uuid:` included.
    pub udn: String,
    /// Name the gateway gives itself.
    pub friendly_name: Option<String>,
    /// Manufacturer as described.
    pub manufacturer: Option<String>,
    /// Model name as described.
    pub model_name: Option<String>,
    /// Model number as described.
    pub model_number: Option<String>,
    /// Serial number as described.
    pub serial_number: Option<String>,
    /// Firmware version, once it was read from the data model.
    pub software_version: Option<String>,
    /// Literal address the gateway answered from.
    pub address: Option<String>,
    /// Adapter through which it was found.
    pub interface: Option<String>,
    /// Description URL.
    pub location: Option<String>,
    /// Description URL of the protected side (SECURELOCATION).
    pub secure_location: Option<String>,
    /// Services of the root device and everything embedded.
    pub services: Vec<ServiceView>,
    /// What it is.
    pub kind: GatewayKind,
    /// How we stand to it.
    pub state: GatewayState,
    /// One sentence that explains the state or kind, where it needs one.
    pub reason: Option<String>,
    /// When it was last heard of, RFC 3339; `null` when only just found.
    pub last_seen: Option<String>,
    /// How many edits wait in its draft.
    pub draft_count: u32,
}

/// Answer of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DiscoveryView {
    /// Adapter addresses searched, and those left out with the reason.
    pub interfaces: Vec<InterfaceView>,
    /// Devices found.
    pub devices: Vec<GatewayView>,
}

/// One entry of GetSupportedDataModels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DataModelView {
    /// URI of the model, for example `urn:broadband-forum-org:tr-181-2-11-0`.
    pub uri: String,
    /// UPnP path it is mounted at.
    pub location: String,
    /// Text of the gateway about it.
    pub description: Option<String>,
}

/// An opened gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SessionView {
    /// UDN of the gateway.
    pub udn: String,
    /// True when requests go over TLS to the trusted certificate.
    pub protected: bool,
    /// Roles held.
    pub roles: Vec<String>,
    /// Name of the user logged in on this connection.
    pub user: Option<String>,
    /// Data models.
    pub data_models: Vec<DataModelView>,
    /// 0 or 1 once detected; `null` while undecided (paths are then shown as UPnP paths).
    pub index_base: Option<u8>,
    /// Parameters whose value is loaded.
    pub loaded: u32,
    /// Parameters known to exist, as far as the tree was walked.
    pub total: u32,
    /// True when `total` covers the whole tree.
    pub complete: bool,
}

/// What a node of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// Single object.
    Object,
    /// Multi-instance object (table).
    Table,
    /// Row of a table.
    Instance,
    /// Leaf with a value.
    Parameter,
}

/// What is known about a node's value or children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeStatus {
    /// Read; the value stands beside.
    Known,
    /// Exists, was not read yet.
    NotRead,
    /// The gateway refused to show it to the roles we hold.
    Refused,
    /// The gateway does not have it.
    NotSupported,
}

/// One row of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeView {
    /// `Device.WiFi.SSID.1.SSID`; the UPnP path when the index base is undecided.
    pub path: String,
    /// `/BBF/WiFi/SSID/0/SSID`.
    pub upnp_path: String,
    /// Last part of the path, as shown.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// `readOnly` or `readWrite`; `null` when neither gateway nor data model says.
    pub access: Option<String>,
    /// Data type of a parameter (`string`, `boolean`, `unsignedInt`…), `null` otherwise or when unknown.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// Value as the gateway sent it; `null` when not known, always `null` for a secret.
    pub value: Option<String>,
    /// Unit of the value, when the data model names one.
    pub units: Option<String>,
    /// Whether the value is a secret (write-only in effect).
    pub secret: bool,
    /// What is known.
    pub status: NodeStatus,
    /// Number of direct children known so far.
    pub children: u32,
    /// True when expanding it needs no request.
    pub expanded_before: bool,
    /// Name of a row, when it has an Alias, Name or SSID.
    pub label: Option<String>,
    /// Value staged in the draft (a placeholder for a secret).
    pub draft: Option<String>,
    /// Characters of the whole value, where only its beginning is here; else `null`.
    pub cut: Option<u32>,
}

impl NodeView {
    /// Leaves of a long value only as many characters as a screen can be asked to draw.
    pub fn shorten(&mut self, characters: usize) {
        if let Some(whole) = shorten(&mut self.value, characters) {
            self.cut = Some(whole);
        }
        shorten(&mut self.label, limits::LABEL_CHARACTERS);
    }
}

/// Leaves of a long text only its beginning, and gives the characters of the whole; nothing for
/// a text that is short enough.
pub(crate) fn shorten(text: &mut Option<String>, characters: usize) -> Option<u32> {
    let long = text.as_mut().filter(|text| text.len() > characters)?;
    let (end, _) = long.char_indices().nth(characters)?;
    let whole = u32::try_from(long.chars().count()).unwrap_or(u32::MAX);
    long.truncate(end);
    long.shrink_to_fit();
    Some(whole)
}

/// Facts of the standard data model about one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FactView {
    /// Data type.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Whether the value is a comma-separated list.
    pub list: bool,
    /// Allowed values; empty when not enumerated.
    pub enumeration: Vec<String>,
    /// Allowed range in words, for example `1 to 4094`.
    pub range: Option<String>,
    /// Longest text allowed, in characters.
    pub max_length: Option<u32>,
    /// Unit.
    pub units: Option<String>,
    /// Default value, when the model states one.
    pub default: Option<String>,
    /// Version of the model that brought it.
    pub since: Option<String>,
    /// `current`, `deprecated` or `obsoleted`.
    pub status: String,
}

/// Everything the details column shows about one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeDetailsView {
    /// The row itself.
    pub node: NodeView,
    /// Facts of the data model; `null` for vendor parameters.
    pub fact: Option<FactView>,
    /// Meaning in a sentence of ours, in the language asked for.
    pub meaning: Option<String>,
    /// When the value was read, RFC 3339.
    pub read_at: Option<String>,
    /// Why it cannot be edited; `null` when it can.
    pub locked_because: Option<String>,
    /// Path the value refers to, when it is a reference to a known node.
    pub refers_to: Option<String>,
    /// Shown paths the value refers to: a list may have several.
    pub links: Vec<String>,
    /// Shown paths of the parameters that refer to this object or row.
    pub referred_by: Vec<String>,
    /// Everything the data models say, of objects too; `null` for what no model knows.
    pub facts: Option<crate::explaining::ParameterFactsView>,
}

/// One result of the search box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchView {
    /// Rows that fit, best first, at most the limit asked for.
    pub hits: Vec<NodeView>,
    /// How many match in all.
    pub matches: u32,
    /// How many parameters were searched.
    pub searched: u32,
    /// How many are known to exist.
    pub total: u32,
    /// Which of the rows were not read since an earlier visit; `null` when none is such.
    pub before: Option<SearchedBefore>,
}

/// Results as they were at an earlier visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchedBefore {
    /// When the tree was last read, RFC 3339.
    pub as_of: String,
    /// UPnP paths of those rows.
    pub paths: Vec<String>,
}

/// Where one edit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EditState {
    /// Only here; nothing was sent.
    Draft,
    /// Being sent.
    Sending,
    /// Read back and equal.
    Verified,
    /// Accepted; a secret, which reads back as empty and so cannot be compared.
    Accepted,
    /// Accepted, becomes active later (after a reboot).
    Pending,
    /// Accepted, but the value read back differs.
    Differs,
    /// The gateway refused.
    Refused,
    /// Sent, and nobody knows whether it arrived; checked when the gateway answers again.
    Unknown,
}

/// What an edit may cause besides the change itself. Later ones are worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EditWarning {
    /// Devices on this Wi-Fi lose the connection and reconnect.
    WifiReconnects,
    /// Devices on this Wi-Fi need the new name or password.
    WifiNeedsNewName,
    /// The internet connection drops for a moment.
    InternetDrops,
    /// The gateway may answer under another address afterwards.
    AddressMoves,
    /// This computer may lose its way to the gateway.
    MayLockOut,
}

/// One edit of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EditView {
    /// What it does; a new row has the path `…/+1/` until the gateway numbers it.
    pub kind: EditKind,
    /// Shown path.
    pub path: String,
    /// UPnP path.
    pub upnp_path: String,
    /// Value when the edit was made; `null` for secrets and values not read.
    pub old: Option<String>,
    /// New value; `null` for secrets.
    pub new: Option<String>,
    /// Whether the values are secret.
    pub secret: bool,
    /// Why it cannot be sent, in words.
    pub problem: Option<String>,
    /// Present value of the gateway, when it moved since the edit was made.
    pub conflict: Option<String>,
    /// What the edit may cause.
    pub warning: Option<EditWarning>,
    /// Where it stands.
    pub state: EditState,
}

/// The draft of one gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DraftView {
    /// UDN of the gateway.
    pub udn: String,
    /// Edits in the order they were made.
    pub edits: Vec<EditView>,
    /// True when every edit can be sent.
    pub ready: bool,
}

/// One edit after Apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChangeView {
    /// What was done.
    pub kind: EditKind,
    /// Shown path.
    pub path: String,
    /// UPnP path.
    pub upnp_path: String,
    /// Value before; `null` for secrets.
    pub old: Option<String>,
    /// Value sent; `null` for secrets.
    pub new: Option<String>,
    /// Value read back; `null` for secrets and when it could not be read.
    pub read_back: Option<String>,
    /// True when the value read back equals the value sent.
    pub verified: bool,
    /// Where it stands.
    pub state: EditState,
}

/// Result of Apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ApplyView {
    /// `ChangesApplied`, `ChangesCommitted`, or `null` when nobody knows.
    pub status: Option<String>,
    /// One entry a parameter.
    pub changes: Vec<ChangeView>,
    /// Entry of the journal that can be undone.
    pub journal_id: Option<u32>,
    /// What stopped it, when something did.
    pub failure: Option<Failure>,
}

/// Roles held, and which an action needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RolesView {
    /// Roles of this connection.
    pub roles: Vec<String>,
    /// Roles that may call the action asked about.
    pub needed: Vec<String>,
}
