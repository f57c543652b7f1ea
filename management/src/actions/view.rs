//! What a face shows of the actions of a device.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::Failure;

/// Every service of a device with its actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeviceActionsView {
    /// UDN of the root device.
    pub udn: String,
    /// True when calls go over TLS to the trusted certificate.
    pub protected: bool,
    /// Services in the order of the description.
    pub services: Vec<ServiceActionsView>,
}

/// One service with its actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ServiceActionsView {
    /// What to name it by in a call: nothing else on the device has this name.
    pub key: String,
    /// Full service type URN.
    #[serde(rename = "type")]
    pub service_type: String,
    /// Service id as the description spells it.
    pub id: String,
    /// Short name, for example `BasicManagement`; with the id where several share it.
    pub name: String,
    /// Version of the type.
    pub version: Option<u32>,
    /// Actions in the order of the SCPD.
    pub actions: Vec<ActionView>,
    /// Why the SCPD could not be read.
    pub failure: Option<Failure>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ActionView {
    /// Name.
    pub name: String,
    /// Whether it may change something: its name does not begin with `Get`.
    pub changes: bool,
    /// Arguments to send, in the order of the SCPD.
    pub inputs: Vec<ArgumentView>,
    /// Arguments of the answer.
    pub outputs: Vec<ArgumentView>,
}

/// One argument, as its state variable describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ArgumentView {
    /// Name.
    pub name: String,
    /// Name of the state variable; empty when the SCPD names none.
    pub variable: String,
    /// Data type (`string`, `ui4`, `boolean`…); `null` when it is none of the standard's.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// Allowed values; empty when any is.
    pub allowed_values: Vec<String>,
    /// Least value of a number.
    pub minimum: Option<String>,
    /// Greatest value of a number.
    pub maximum: Option<String>,
    /// Distance between allowed numbers.
    pub step: Option<String>,
    /// Default value.
    pub default: Option<String>,
    /// Whether the value is a password, a PIN or a key.
    pub secret: bool,
    /// Whether the value is a document of several lines.
    pub document: bool,
}

/// One argument with its value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ArgumentValue {
    /// Name.
    pub name: String,
    /// Value, as typed or as the device sent it.
    pub value: String,
}

/// Values may be secret: they are never printed.
impl std::fmt::Debug for ArgumentValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=[{} bytes]", self.name, self.value.len())
    }
}

/// The answer of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct CallView {
    /// Arguments in the order of the answer.
    pub out: Vec<ArgumentValue>,
    /// Seconds from the request to the answer.
    pub seconds: f64,
}

/// A call as command lines for a POSIX shell. Secrets are shell variables without a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CommandLinesView {
    /// With curl.
    pub curl: String,
    /// With `lanside call`.
    pub cli: String,
    /// Files the curl line needs beside it: certificate, key, certificate of the gateway.
    pub files: Vec<String>,
    /// Shell variables that have to be set first.
    pub secrets: Vec<String>,
}
