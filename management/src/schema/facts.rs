//! Facts about objects and parameters, by path.
//!
//! The compiled table (`facts/facts.txt`) is indexed on the first question and lives as long as the
//! program; a [`Fact`] is a small value that borrows its texts from it.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Serialize;
use specta::Type;

use super::record::{self, Record};
use super::reference::Reference;

static TABLE: &str = include_str!("../../facts/facts.txt");

/// A root data model the facts cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
pub enum DataModel {
    /// Device:2.19, TR-181 Issue 2 Amendment 19.
    Device2,
    /// InternetGatewayDevice:1.14, TR-098 Amendment 8.
    InternetGatewayDevice,
}

impl DataModel {
    /// The name and version as the Broadband Forum writes them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device2 => "Device:2.19",
            Self::InternetGatewayDevice => "InternetGatewayDevice:1.14",
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
}

impl Fact {
    /// The last name of the path, without `{i}`.
    pub fn name(&self) -> &str {
        self.path
            .rsplit('.')
            .find(|part| !part.is_empty() && *part != INSTANCE)
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

const INSTANCE: &str = "{i}";

/// The facts of both models.
#[derive(Debug)]
pub struct Facts {
    objects: HashMap<&'static str, Entry>,
    /// Paths of the objects in the order of the table: parents before children, models apart.
    order: Vec<&'static str>,
}

#[derive(Debug)]
struct Entry {
    model: DataModel,
    record: Record,
    since: &'static str,
    parameters: Vec<Record>,
    children: Vec<&'static str>,
}

impl Facts {
    /// The table that is part of the program, indexed on the first call (a few milliseconds).
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Facts> = OnceLock::new();
        SHARED.get_or_init(|| Self::index(TABLE))
    }

    /// The fact about a path, `None` if neither model has it.
    ///
    /// Takes instance numbers or `{i}` (`Device.WiFi.SSID.1.SSID`, `Device.WiFi.SSID.{i}.SSID`); for
    /// an object the last dot may be missing, and a table is found with and without its instance.
    pub fn of_path(path: &str) -> Option<Fact> {
        Self::shared().find(path)
    }

    /// The parameters and objects directly below an object, `None` if no model has the object.
    pub fn children(path: &str) -> Option<Children> {
        let facts = Self::shared();
        let (name, entry) = facts.object(&template(path))?;
        Some(Children {
            parameters: entry
                .parameters
                .iter()
                .map(|record| entry.parameter_fact(name, record))
                .collect(),
            objects: entry
                .children
                .iter()
                .filter_map(|child| Some(facts.objects.get(child)?.object_fact(child)))
                .collect(),
        })
    }

    /// Every fact of a model: each object, then its parameters, parents before children.
    pub fn of_model(model: DataModel) -> impl Iterator<Item = Fact> {
        let facts = Self::shared();
        facts
            .order
            .iter()
            .filter_map(move |path| {
                let entry = facts.objects.get(path)?;
                (entry.model == model).then_some((*path, entry))
            })
            .flat_map(|(path, entry)| {
                std::iter::once(entry.object_fact(path)).chain(
                    entry
                        .parameters
                        .iter()
                        .map(move |record| entry.parameter_fact(path, record)),
                )
            })
    }

    fn find(&self, path: &str) -> Option<Fact> {
        let template = template(path);
        let (object, name) = template.rsplit_once('.').unwrap_or((&template, ""));
        if !name.is_empty() && name != INSTANCE {
            // Objects end in a dot, so a parameter's object is everything up to its last dot.
            let parameter = self
                .objects
                .get_key_value(&template[..=object.len()])
                .and_then(|(object, entry)| {
                    let record = entry.parameters.iter().find(|record| record.name == name)?;
                    Some(entry.parameter_fact(object, record))
                });
            if parameter.is_some() {
                return parameter;
            }
        }
        let (object, entry) = self.object(&template)?;
        Some(entry.object_fact(object))
    }

    fn object(&self, template: &str) -> Option<(&'static str, &Entry)> {
        let stem = template.strip_suffix('.').unwrap_or(template);
        let found = |path: String| {
            self.objects
                .get_key_value(path.as_str())
                .map(|(path, entry)| (*path, entry))
        };
        found(format!("{stem}.")).or_else(|| found(format!("{stem}.{INSTANCE}.")))
    }

    fn index(table: &'static str) -> Self {
        let mut facts = Self {
            objects: HashMap::with_capacity(1100),
            order: Vec::with_capacity(1100),
        };
        let mut model = DataModel::Device2;
        let mut current: Option<(&'static str, Entry)> = None;
        for line in table.lines() {
            if let Some(name) = line.strip_prefix('%') {
                if name == DataModel::InternetGatewayDevice.name() {
                    facts.add(current.take());
                    model = DataModel::InternetGatewayDevice;
                }
            } else if let Some(object) = line.strip_prefix('@') {
                facts.add(current.take());
                let record = Record::new(object);
                let entry = Entry {
                    model,
                    since: record::since(&record).unwrap_or(""),
                    record,
                    parameters: Vec::new(),
                    children: Vec::new(),
                };
                current = Some((entry.record.name, entry));
            } else if let Some((_, entry)) = &mut current {
                entry.parameters.push(Record::new(line));
            }
        }
        facts.add(current);
        facts.link_children();
        facts
    }

    fn add(&mut self, object: Option<(&'static str, Entry)>) {
        if let Some((path, entry)) = object {
            self.order.push(path);
            self.objects.insert(path, entry);
        }
    }

    fn link_children(&mut self) {
        for child in &self.order {
            let stem = child.trim_end_matches('.').trim_end_matches(".{i}");
            let Some(dot) = stem.rfind('.') else { continue };
            if let Some(parent) = self.objects.get_mut(&child[..=dot]) {
                parent.children.push(child);
            }
        }
    }
}

impl Entry {
    fn object_fact(&self, path: &'static str) -> Fact {
        record::object_fact(&self.record, path, self.model, self.since)
    }

    fn parameter_fact(&self, object: &str, record: &Record) -> Fact {
        record::parameter_fact(record, object, self.model, self.since)
    }
}

/// The path with `{i}` in the place of each instance number.
fn template(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for (index, part) in path.split('.').enumerate() {
        if index > 0 {
            out.push('.');
        }
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(if is_number { INSTANCE } else { part });
    }
    out
}
