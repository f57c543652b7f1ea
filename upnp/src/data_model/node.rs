//! What ConfigurationManagement tells about one node: type, access and the
//! attributes that steer events.

use super::path::NodeAttributePath;

/// The Type attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub enum NodeType {
    /// Text.
    String,
    /// Number of 32 bits; some gateways use it for unsigned ones as well.
    Int,
    /// Number of up to 64 bits.
    Long,
    /// `0` or `1`.
    Boolean,
    /// ISO 8601 date and time.
    DateTime,
    /// Octets in base64.
    Base64,
    /// Octets as pairs of hexadecimal digits.
    HexBinary,
    /// An object there is one of.
    SingleInstance,
    /// A table.
    MultiInstance,
    /// A row of a table.
    Instance,
    /// Any other text, as sent.
    Other(String),
}

impl NodeType {
    /// Reads the attribute, letter case aside.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().as_str() {
            "string" => Self::String,
            "int" | "unsignedint" => Self::Int,
            "long" | "unsignedlong" => Self::Long,
            "boolean" => Self::Boolean,
            "datetime" => Self::DateTime,
            "base64" => Self::Base64,
            "hexbinary" | "bin" => Self::HexBinary,
            "singleinstance" => Self::SingleInstance,
            "multiinstance" => Self::MultiInstance,
            "instance" => Self::Instance,
            _ => Self::Other(text.trim().to_owned()),
        }
    }

    /// The text of the attribute.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Long => "long",
            Self::Boolean => "boolean",
            Self::DateTime => "dateTime",
            Self::Base64 => "base64",
            Self::HexBinary => "hexBinary",
            Self::SingleInstance => "SingleInstance",
            Self::MultiInstance => "MultiInstance",
            Self::Instance => "Instance",
            Self::Other(text) => text,
        }
    }
}

/// The Access attribute: of a parameter whether it can be set, of a table
/// whether rows can be created, of a row whether it can be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub enum Access {
    /// `readOnly`.
    ReadOnly,
    /// `readWrite`.
    ReadWrite,
}

impl Access {
    /// Reads the attribute, letter case aside.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "readonly" => Some(Self::ReadOnly),
            "readwrite" => Some(Self::ReadWrite),
            _ => None,
        }
    }

    /// The text of the attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
        }
    }
}

/// The attributes of one node. One that is absent was not sent: it may be off
/// or not supported, which gateways do not tell apart.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NodeAttributes {
    /// The node.
    pub path: NodeAttributePath,
    /// Kind of node or value.
    pub node_type: Option<NodeType>,
    /// Whether it can be changed.
    pub access: Option<Access>,
    /// Whether a change moves ConfigurationUpdate.
    pub event_on_change: Option<bool>,
    /// Whether a change is reported with its value, see SetAlarmsEnabled.
    pub alarm_on_change: Option<bool>,
    /// CurrentConfigurationVersion at the last change of the node, 0 = never.
    pub version: Option<u32>,
    /// Media type of a value that is a document.
    pub mime_type: Option<String>,
}

impl NodeAttributes {
    /// A node with no attributes.
    #[must_use]
    pub fn new(path: NodeAttributePath) -> Self {
        Self {
            path,
            node_type: None,
            access: None,
            event_on_change: None,
            alarm_on_change: None,
            version: None,
            mime_type: None,
        }
    }
}
