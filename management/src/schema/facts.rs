//! What a fact about an object or parameter consists of. `index` finds them by path.

use serde::Serialize;
use specta::Type;

use super::reference::Reference;

/// A data model the facts cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Type)]
pub enum DataModel {
    /// Device:2.19, TR-181 Issue 2 Amendment 19.
    Device2,
    /// InternetGatewayDevice:1.14, TR-098 Amendment 8.
    InternetGatewayDevice,
    /// Device:1.14, TR-181 Issue 1: devices that are no gateways, before Device:2.
    Device1,
    /// VoiceService:2.0, TR-104 Issue 2.
    VoiceService2,
    /// VoiceService:1.1, TR-104 Amendment 1.
    VoiceService1,
    /// STBService:1.4, TR-135.
    StbService,
    /// StorageService:1.3, TR-140.
    StorageService,
    /// FAPService:2.1, TR-196.
    FapService,
    /// The objects below `/UPnP/DM/` that any ConfigurationManagement:2 device may have.
    CommonObjects,
    /// Definitions a person has imported.
    Imported,
}

impl DataModel {
    /// Models that are part of the program, the newer of two with the same root first.
    pub const SHIPPED: [Self; 9] = [
        Self::Device2,
        Self::InternetGatewayDevice,
        Self::Device1,
        Self::VoiceService2,
        Self::VoiceService1,
        Self::StbService,
        Self::StorageService,
        Self::FapService,
        Self::CommonObjects,
    ];

    /// Whether it stands below `Services.` of a device.
    pub fn is_service(self) -> bool {
        matches!(
            self,
            Self::VoiceService2
                | Self::VoiceService1
                | Self::StbService
                | Self::StorageService
                | Self::FapService
        )
    }

    /// The name and version as the Broadband Forum writes them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device2 => "Device:2.19",
            Self::InternetGatewayDevice => "InternetGatewayDevice:1.14",
            Self::Device1 => "Device:1.14",
            Self::VoiceService2 => "VoiceService:2.0",
            Self::VoiceService1 => "VoiceService:1.1",
            Self::StbService => "STBService:1.4",
            Self::StorageService => "StorageService:1.3",
            Self::FapService => "FAPService:2.1",
            Self::CommonObjects => "UPnPDM:1.0",
            Self::Imported => "imported",
        }
    }
}

/// Built-in type of a value (TR-106 data types; named types are in [`Fact::named_type`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DataType {
    /// Text.
    String,
    /// Signed, 32 bit.
    Int,
    /// Unsigned, 32 bit.
    UnsignedInt,
    /// Signed, 64 bit.
    Long,
    /// Unsigned, 64 bit.
    UnsignedLong,
    /// `1` or `0` as Lanside sends it.
    Boolean,
    /// ISO 8601 date and time.
    DateTime,
    /// Octets in base64.
    Base64,
    /// Octets in pairs of hexadecimal digits.
    HexBinary,
    /// Decimal fraction.
    Decimal,
}

impl DataType {
    /// Smallest and largest whole number of the type, `None` for types that are not whole numbers.
    pub fn whole_number_limits(self) -> Option<(i128, i128)> {
        match self {
            Self::Int => Some((i32::MIN.into(), i32::MAX.into())),
            Self::UnsignedInt => Some((0, u32::MAX.into())),
            Self::Long => Some((i64::MIN.into(), i64::MAX.into())),
            Self::UnsignedLong => Some((0, u64::MAX.into())),
            _ => None,
        }
    }
}

/// What the model lets a control point do. On a table: whether rows can be created and deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Can only be read.
    ReadOnly,
    /// Can be read and written.
    ReadWrite,
    /// Can be written until it has a value.
    WriteOnce,
}

/// Standing of an item in the model. What was deleted from a model has no fact at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// In force.
    Current,
    /// Still valid, to be replaced.
    Deprecated,
    /// No longer to be implemented.
    Obsoleted,
}

/// How a secret reads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Secrecy {
    /// Always reads as empty.
    Hidden,
    /// Reads as empty for a client on the LAN.
    Secured,
}

/// When a default applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DefaultKind {
    /// When a row is created.
    Object,
    /// After a factory reset, and when a row is created.
    Factory,
    /// What a gateway does when nobody says otherwise; informative.
    Implementation,
}

/// Value of a parameter nobody has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct DefaultValue {
    /// When it applies.
    pub kind: DefaultKind,
    /// The value as it would be read; a list without the brackets the models write around it.
    pub value: &'static str,
}

/// One allowed stretch of numbers or lengths, both ends included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
pub struct Span {
    /// Smallest allowed.
    #[specta(type = Option<f64>)]
    pub min: Option<i64>,
    /// Largest allowed.
    #[specta(type = Option<f64>)]
    pub max: Option<i64>,
    /// Only `min`, `min + step`, `min + 2 × step`… are allowed.
    #[specta(type = Option<f64>)]
    pub step: Option<i64>,
}

/// The value is a comma-separated list. The other facets of the fact are about each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct ListShape {
    /// Fewest items.
    pub min_items: Option<u32>,
    /// Most items.
    pub max_items: Option<u32>,
    /// Most characters of the whole list.
    pub max_length: Option<u32>,
    /// Each item is itself a list in square brackets.
    pub nested: bool,
}

/// What an object has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Instances {
    /// Rows, each with an instance number; the path ends in `.{i}.`.
    Table,
    /// Itself only.
    Object,
}

/// Parameters whose values together name one row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UniqueKey {
    /// Names of the parameters, relative to the row.
    pub parameters: Vec<&'static str>,
    /// Whether the key matters to function: such a key binds only rows that are enabled.
    pub functional: bool,
}

/// What the model says about an object and not about a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectFact {
    /// Whether there are rows.
    pub instances: Instances,
    /// Parameter beside the table that counts its rows, for example `SSIDNumberOfEntries`.
    pub number_of_entries: Option<&'static str>,
    /// Parameter of a row that switches it on.
    pub enable_parameter: Option<&'static str>,
    /// Keys of the rows.
    pub unique_keys: Vec<UniqueKey>,
    /// Rows mirror hardware: none can be created although parameters can be written.
    pub fixed: bool,
    /// Most rows, where the model limits them.
    pub max_entries: Option<u32>,
}

/// What the model says about a parameter and not about an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParameterFact {
    /// Type of the value, or of each item of a list.
    pub data_type: DataType,
    /// Name of the named type, for example `MACAddress` or `IPv4Address`.
    pub named_type: Option<&'static str>,
    /// Allowed values; empty = any.
    pub enumeration: Vec<&'static str>,
    /// Values of the enumeration a gateway reports but nobody may write.
    pub report_only: Vec<&'static str>,
    /// Values of the enumeration that are going out of use.
    pub deprecated_values: Vec<&'static str>,
    /// Allowed numbers, alternatives; empty = all of the type.
    pub ranges: Vec<Span>,
    /// Allowed lengths, alternatives; characters, or octets for base64 and hexBinary.
    pub lengths: Vec<Span>,
    /// XML Schema patterns, alternatives; each must match the whole value.
    pub patterns: Vec<&'static str>,
    /// Units as the model writes them, for example `seconds`.
    pub units: Option<&'static str>,
    /// The value is a list.
    pub list: Option<ListShape>,
    /// The value is a secret.
    pub secret: Option<Secrecy>,
    /// Writing starts something; the value never shows what was written.
    pub command: bool,
    /// Default.
    pub default: Option<DefaultValue>,
    /// What the value points at.
    pub references: Option<Reference>,
}

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FactKind {
    /// An object or a table.
    Object(ObjectFact),
    /// A parameter.
    Parameter(Box<ParameterFact>),
}

/// What a data model says about one object or parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Path in the model, `{i}` in the place of each instance number; an object's ends in a dot.
    pub path: String,
    /// The model.
    pub model: DataModel,
    /// What may be done with it.
    pub access: Access,
    /// Version of the model that introduced it, for example `2.11`.
    pub since: &'static str,
    /// Standing in the model.
    pub status: Status,
    /// What only objects or only parameters have.
    pub kind: FactKind,
    /// The model's own description, from definitions a person has imported; none are shipped.
    pub description: Option<String>,
    /// Name of the imported model the description, or all of it, comes from.
    pub imported: Option<&'static str>,
}

impl Fact {
    /// The last name of the path, without `{i}`.
    pub fn name(&self) -> &str {
        self.path
            .rsplit('.')
            .find(|part| !part.is_empty() && *part != "{i}")
            .unwrap_or(&self.path)
    }

    /// The parameter's facts, `None` for an object.
    pub fn parameter(&self) -> Option<&ParameterFact> {
        match &self.kind {
            FactKind::Parameter(parameter) => Some(parameter),
            FactKind::Object(_) => None,
        }
    }

    /// The object's facts, `None` for a parameter.
    pub fn object(&self) -> Option<&ObjectFact> {
        match &self.kind {
            FactKind::Object(object) => Some(object),
            FactKind::Parameter(_) => None,
        }
    }

    /// Whether the value must not be shown, logged or stored in clear.
    pub fn is_secret(&self) -> bool {
        self.parameter()
            .is_some_and(|parameter| parameter.secret.is_some())
    }
}

/// The objects and parameters directly below an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Children {
    /// Parameters, in the order of the model.
    pub parameters: Vec<Fact>,
    /// Objects and tables, by path.
    pub objects: Vec<Fact>,
}
