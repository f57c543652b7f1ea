//! Reads one line of the compiled table into a fact. The writer is
//! `definitions::compact`.

use super::facts::{
    Access, DataModel, DataType, DefaultKind, DefaultValue, Fact, FactKind, Instances, ListShape,
    ObjectFact, ParameterFact, Secrecy, Span, Status, UniqueKey,
};
use super::reference::Reference;

/// One line: a name and its fields, not yet looked into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// Path of an object, name of a parameter.
    pub(super) name: &'static str,
    fields: &'static str,
}

impl Record {
    pub(super) fn new(line: &'static str) -> Self {
        let (name, fields) = line.split_once('\t').unwrap_or((line, ""));
        Self { name, fields }
    }

    /// Access, type and status letters, which come first.
    fn head(&self) -> &'static str {
        self.fields.split('\t').next().unwrap_or("")
    }

    fn letter(&self, index: usize) -> Option<char> {
        self.head().chars().nth(index)
    }

    fn tagged(&self) -> impl Iterator<Item = (char, &'static str)> {
        self.fields.split('\t').skip(1).filter_map(|field| {
            let mut characters = field.chars();
            Some((characters.next()?, characters.as_str()))
        })
    }

    fn access(&self) -> Access {
        match self.letter(0) {
            Some('w') => Access::ReadWrite,
            Some('o') => Access::WriteOnce,
            _ => Access::ReadOnly,
        }
    }

    fn status(&self) -> Status {
        match self.letter(2) {
            Some('d') => Status::Deprecated,
            Some('o') => Status::Obsoleted,
            _ => Status::Current,
        }
    }
}

/// The version a line states, if it states one.
pub(super) fn since(record: &Record) -> Option<&'static str> {
    record
        .tagged()
        .find(|(tag, _)| *tag == 'v')
        .map(|(_, text)| text)
}

pub(super) fn object_fact(
    record: &Record,
    path: &'static str,
    model: DataModel,
    since: &'static str,
) -> Fact {
    let mut object = ObjectFact {
        instances: match record.letter(1) {
            Some('t') => Instances::Table,
            _ => Instances::Object,
        },
        number_of_entries: None,
        enable_parameter: None,
        unique_keys: Vec::new(),
        fixed: false,
        max_entries: None,
    };
    for (tag, text) in record.tagged() {
        match tag {
            '#' => object.number_of_entries = Some(text),
            'E' => object.enable_parameter = Some(text),
            'k' => object.unique_keys = text.split("; ").map(unique_key).collect(),
            'x' => object.fixed = true,
            'm' => object.max_entries = text.parse().ok(),
            _ => {}
        }
    }
    Fact {
        path: path.to_owned(),
        model,
        access: record.access(),
        since,
        status: record.status(),
        kind: FactKind::Object(object),
        description: description(record),
        imported: None,
    }
}

pub(super) fn parameter_fact(
    record: &Record,
    object: &str,
    model: DataModel,
    object_since: &'static str,
) -> Fact {
    let mut parameter = ParameterFact {
        data_type: data_type(record.letter(1)),
        named_type: None,
        enumeration: Vec::new(),
        report_only: Vec::new(),
        deprecated_values: Vec::new(),
        ranges: Vec::new(),
        lengths: Vec::new(),
        patterns: Vec::new(),
        units: None,
        list: None,
        secret: None,
        command: false,
        default: None,
        references: None,
    };
    let mut since = object_since;
    for (tag, text) in record.tagged() {
        match tag {
            'v' => since = text,
            'e' => parameter.enumeration = text.split('|').collect(),
            'o' => parameter.report_only = text.split('|').collect(),
            'd' => parameter.deprecated_values = text.split('|').collect(),
            'r' => parameter.ranges = spans(text),
            'n' => parameter.lengths = spans(text),
            'p' => parameter.patterns = text.split(" ; ").collect(),
            'u' => parameter.units = Some(text),
            'l' => parameter.list = Some(list_shape(text)),
            'h' => {
                parameter.secret = Some(match text {
                    "h" => Secrecy::Hidden,
                    _ => Secrecy::Secured,
                })
            }
            'c' => parameter.command = true,
            't' => parameter.named_type = Some(text),
            '=' => parameter.default = Some(default_value(text)),
            '>' => parameter.references = Reference::parse(text, object),
            _ => {}
        }
    }
    if parameter.list.is_some_and(|list| !list.nested) {
        if let Some(default) = &mut parameter.default {
            default.value = without_brackets(default.value);
        }
    }
    Fact {
        path: format!("{object}{}", record.name),
        model,
        access: record.access(),
        since,
        status: record.status(),
        kind: FactKind::Parameter(Box::new(parameter)),
        description: description(record),
        imported: None,
    }
}

/// The description of an imported definition, line ends written as `\n`.
fn description(record: &Record) -> Option<String> {
    let (_, text) = record.tagged().find(|(tag, _)| *tag == '"')?;
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    Some(out)
}

fn data_type(letter: Option<char>) -> DataType {
    match letter {
        Some('i') => DataType::Int,
        Some('u') => DataType::UnsignedInt,
        Some('l') => DataType::Long,
        Some('U') => DataType::UnsignedLong,
        Some('b') => DataType::Boolean,
        Some('d') => DataType::DateTime,
        Some('B') => DataType::Base64,
        Some('x') => DataType::HexBinary,
        Some('f') => DataType::Decimal,
        _ => DataType::String,
    }
}

/// `1..2 ; 12..12`, `..255`, `-65536..65534 step 2`.
fn spans(text: &str) -> Vec<Span> {
    text.split(" ; ").map(span).collect()
}

fn span(text: &str) -> Span {
    let (ends, step) = text.split_once(" step ").unwrap_or((text, ""));
    let (min, max) = ends.split_once("..").unwrap_or((ends, ends));
    Span {
        min: min.parse().ok(),
        max: max.parse().ok(),
        step: step.parse().ok(),
    }
}

/// ` total-length ..1024`, ` 0..8`, ` 4..4 nested=required`.
fn list_shape(text: &str) -> ListShape {
    let mut shape = ListShape::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word == "total-length" {
            let length = words.next().map(span).and_then(|span| span.max);
            shape.max_length = length.and_then(|length| u32::try_from(length).ok());
        } else if word.starts_with("nested") {
            shape.nested = true;
        } else {
            let items = span(word);
            shape.min_items = items.min.and_then(|min| u32::try_from(min).ok());
            shape.max_items = items.max.and_then(|max| u32::try_from(max).ok());
        }
    }
    shape
}

fn default_value(text: &'static str) -> DefaultValue {
    let kind = match text.chars().next() {
        Some('f') => DefaultKind::Factory,
        Some('i') => DefaultKind::Implementation,
        _ => DefaultKind::Object,
    };
    DefaultValue {
        kind,
        value: text.get(1..).unwrap_or(""),
    }
}

/// The models write the default of a list in brackets, which are not part of the value.
fn without_brackets(value: &str) -> &str {
    value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'))
        .unwrap_or(value)
}

/// `ExternalPort+Protocol`, `Alias (nf)`.
fn unique_key(text: &'static str) -> UniqueKey {
    let (names, functional) = match text.strip_suffix(" (nf)") {
        Some(names) => (names, false),
        None => (text, true),
    };
    UniqueKey {
        parameters: names.split('+').collect(),
        functional,
    }
}
