//! A definition file as a stream: one bounded element after the other, never the whole document.
//!
//! Models of several megabytes consist of many small objects. `document`, `model` and a
//! `component` with content are opened and closed; everything else directly inside one of them
//! comes as a whole [`Element`]. Prose of the document itself (bibliography, glossary) is skipped.

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::DefinitionError;
use crate::limits;

/// One element with everything below it; its name without prefix, attributes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    /// Value of an attribute, by its name as written.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Value of an attribute, empty when it is absent.
    pub(super) fn value(&self, name: &str) -> &str {
        self.attribute(name).unwrap_or("")
    }

    /// First child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// What the stream holds.
#[derive(Debug)]
pub(super) enum Piece {
    /// `document`, `component` or `model` begins; the element has attributes only.
    Open(Element),
    /// A whole element directly inside the innermost open one.
    Item(Element),
    /// The innermost open one ends.
    Close,
}

/// Prose and history that nothing is taken from.
const SKIPPED: [&str; 6] = [
    "description",
    "bibliography",
    "glossary",
    "abbreviations",
    "template",
    "dmr",
];

/// Hands every piece of a document to `sink`.
///
/// # Errors
///
/// [`DefinitionError`]: not well-formed, a document type declaration, or a bound exceeded.
pub(super) fn stream(
    input: impl BufRead,
    mut sink: impl FnMut(Piece) -> Result<(), DefinitionError>,
) -> Result<(), DefinitionError> {
    let mut reader = Reader::from_reader(input);
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut containers = 0_usize;
    let mut building: Vec<Element> = Vec::new();
    let mut skipping = 0_usize;
    let mut elements = 0_usize;
    let mut seen_any = false;
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| DefinitionError::NotWellFormed(error.to_string()))?;
        if reader.buffer_position() > limits::DEFINITION_OCTETS {
            return Err(DefinitionError::TooLarge);
        }
        match event {
            Event::Start(start) => {
                elements += 1;
                let depth = containers + building.len() + skipping;
                if elements > limits::DEFINITION_ELEMENTS || depth >= limits::DEFINITION_DEPTH {
                    return Err(DefinitionError::TooLarge);
                }
                if skipping > 0 {
                    skipping += 1;
                    continue;
                }
                let element = started(&start)?;
                let name = element.name.as_str();
                if containers == 0 {
                    if name != "document" {
                        return Err(DefinitionError::NotADefinition);
                    }
                    seen_any = true;
                    containers = 1;
                    sink(Piece::Open(element))?;
                } else if building.is_empty() && containers == 1 && SKIPPED.contains(&name) {
                    skipping = 1;
                } else if building.is_empty()
                    && containers == 1
                    && matches!(name, "model" | "component")
                {
                    containers = 2;
                    sink(Piece::Open(element))?;
                } else {
                    building.push(element);
                }
            }
            Event::End(_) => {
                if skipping > 0 {
                    skipping -= 1;
                } else if let Some(done) = building.pop() {
                    match building.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => sink(Piece::Item(done))?,
                    }
                } else if containers > 0 {
                    containers -= 1;
                    sink(Piece::Close)?;
                }
            }
            Event::Text(text) => {
                let text = text
                    .decode()
                    .map_err(|error| DefinitionError::NotWellFormed(error.to_string()))?;
                append(&mut building, &text)?;
            }
            Event::CData(text) => {
                let text = text
                    .decode()
                    .map_err(|error| DefinitionError::NotWellFormed(error.to_string()))?;
                append(&mut building, &text)?;
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten();
                let name = reference
                    .decode()
                    .map_err(|error| DefinitionError::NotWellFormed(error.to_string()))?;
                let character = character.or(match name.as_ref() {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                });
                // Without a document type there are no other entities.
                let character = character
                    .ok_or_else(|| DefinitionError::NotWellFormed(format!("entity {name}")))?;
                append(&mut building, character.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(DefinitionError::DocumentType),
            // Empty elements come as a start and an end.
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    if !seen_any {
        return Err(DefinitionError::NotADefinition);
    }
    if containers > 0 || !building.is_empty() || skipping > 0 {
        return Err(DefinitionError::NotWellFormed(
            "it ends in the middle".to_owned(),
        ));
    }
    Ok(())
}

fn append(building: &mut [Element], text: &str) -> Result<(), DefinitionError> {
    let Some(element) = building.last_mut() else {
        return Ok(());
    };
    if element.text.len() + text.len() > limits::DEFINITION_TEXT_OCTETS {
        return Err(DefinitionError::TooLarge);
    }
    element.text.push_str(text);
    Ok(())
}

fn started(start: &BytesStart<'_>) -> Result<Element, DefinitionError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute =
            attribute.map_err(|error| DefinitionError::NotWellFormed(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| DefinitionError::NotWellFormed(error.to_string()))?;
        if value.len() > limits::DEFINITION_TEXT_OCTETS {
            return Err(DefinitionError::TooLarge);
        }
        attributes.push((
            // With its prefix: `dmr:version` is something else than `version`.
            local(attribute.key.as_ref())?,
            value.into_owned(),
        ));
    }
    Ok(Element {
        name: local(start.local_name().as_ref())?,
        attributes,
        ..Element::default()
    })
}

fn local(name: &[u8]) -> Result<String, DefinitionError> {
    std::str::from_utf8(name)
        .map(str::to_owned)
        .map_err(|error| DefinitionError::NotWellFormed(error.to_string()))
}
