//! Data model definitions of the Broadband Forum's form (`cwmp-datamodel` schema), read from XML.
//!
//! [`Library`] takes any number of files and resolves what they say of each other: named types,
//! imports, components, models built on earlier ones. The result is one [`Model`] for each model,
//! with everything written out, and [`compact`] writes it in the form the program's own facts
//! have (`facts/facts.txt`), descriptions and all. The same code makes the facts the program
//! carries (`examples/generate_facts`) and imports a person's files at run time.
//!
//! Files come from anywhere: document types are refused, depth, number and size of everything is
//! bounded by `limits`, and nothing a file names is ever fetched.

pub mod compact;
mod element;
mod reading;
mod resolving;
mod syntax;
mod words;

pub use resolving::{Library, Resolved};

/// Why a definition file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// The XML is broken, with the reader's words.
    #[error("it is not well-formed XML: {0}")]
    NotWellFormed(String),
    /// It declares a document type, which could define entities.
    #[error("it declares a document type, which is not accepted")]
    DocumentType,
    /// Too large, too deep or too many elements.
    #[error("it is too large, too deep or has too many elements")]
    TooLarge,
    /// XML, but no data model definition.
    #[error("it is not a data model definition (its root is not “document”)")]
    NotADefinition,
    /// Nothing in the files is a model.
    #[error("it defines no model; a file of parts needs the file that uses them beside it")]
    NoModel,
}

/// How an item stands in its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Standing {
    /// In force.
    #[default]
    Current,
    /// Valid, to be replaced.
    Deprecated,
    /// Not to be implemented any more.
    Obsoleted,
    /// Taken out; kept in the file for the record.
    Deleted,
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnumeratedValue {
    /// The value.
    pub value: String,
    /// A gateway may report it, nobody may write it.
    pub report_only: bool,
    /// How it stands.
    pub standing: Standing,
}

/// Type and limits of a value, named types resolved. Texts are in the notation of the compact
/// table: `1..4094`, `..64`, `pathRef(strong,row): .IP.Interface.`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Syntax {
    /// Built-in type.
    pub built_in: String,
    /// Named type.
    pub named: Option<String>,
    /// Shape of the list, if it is one.
    pub list: Option<String>,
    /// Allowed values.
    pub enumeration: Vec<EnumeratedValue>,
    /// Allowed numbers.
    pub ranges: Vec<String>,
    /// Allowed lengths.
    pub lengths: Vec<String>,
    /// Patterns.
    pub patterns: Vec<String>,
    /// Unit.
    pub units: Option<String>,
    /// What the value points at.
    pub reference: Option<String>,
    /// Reads back as empty always.
    pub hidden: bool,
    /// Reads back as empty for most.
    pub secured: bool,
    /// Writing starts something.
    pub command: bool,
    /// Letter of its kind (`o`bject, `f`actory, `i`mplementation) and the default.
    pub default: Option<(char, String)>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameter {
    /// Last name of the path.
    pub name: String,
    /// `readOnly`, `readWrite` or `writeOnceReadOnly`.
    pub access: String,
    /// Version that brought it; empty when the object's applies.
    pub since: String,
    /// How it stands, its object's standing counted in.
    pub standing: Standing,
    /// Type and limits.
    pub syntax: Syntax,
    /// Plain text of its description.
    pub description: String,
}

/// An object or table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object {
    /// Full path, ending in a dot.
    pub path: String,
    /// Access; on a table, whether rows can be made.
    pub access: String,
    /// Version that brought it.
    pub since: String,
    /// How it stands.
    pub standing: Standing,
    /// A table has rows.
    pub table: bool,
    /// Most rows, when bounded.
    pub max_entries: Option<String>,
    /// Parameter that counts the rows.
    pub number_of_entries: String,
    /// Parameter that switches a row on.
    pub enable_parameter: String,
    /// Keys in the notation of the compact table.
    pub unique_keys: Vec<String>,
    /// Rows are given by the hardware.
    pub fixed: bool,
    /// Plain text of its description.
    pub description: String,
    /// Parameters, in the order of the definition.
    pub parameters: Vec<Parameter>,
}

/// What a profile asks of one object and its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// Path of the object.
    pub path: String,
    /// `present`, `create`, `delete`, `createDelete` or `notSpecified`.
    pub requirement: String,
    /// Name and required access of each parameter.
    pub parameters: Vec<(String, String)>,
}

/// A profile as it is written, without what it is based on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Name and version, `WiFiRadio:1`.
    pub name: String,
    /// Version of the model that brought it.
    pub since: String,
    /// How it stands.
    pub standing: Standing,
    /// Profiles whose members it includes.
    pub includes: Vec<String>,
    /// Members of its own.
    pub members: Vec<Member>,
}

/// A data model with everything written out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// Name and version, `Device:2.19`.
    pub name: String,
    /// The file that defines it, as it was named when it was added.
    pub file: String,
    /// Objects, parents before children.
    pub objects: Vec<Object>,
    /// Profiles in the order of the file.
    pub profiles: Vec<Profile>,
}
