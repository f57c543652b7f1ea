//! One definition file, as it is written: types, components and models not yet joined.

use std::io::BufRead;

use super::element::{stream, Element, Piece};
use super::DefinitionError;
use crate::limits;

/// A component or model: its attributes, and what is in it in the order of the file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) head: Element,
    pub(super) items: Vec<Element>,
}

/// What one file holds.
#[derive(Debug)]
pub(super) struct File {
    /// Name it was given under.
    pub(super) name: String,
    /// `file` and `spec` of the document.
    pub(super) head: Element,
    pub(super) imports: Vec<Element>,
    pub(super) types: Vec<Element>,
    pub(super) components: Vec<Part>,
    pub(super) models: Vec<Part>,
}

impl File {
    /// Reads a file.
    pub(super) fn read(name: &str, input: impl BufRead) -> Result<Self, DefinitionError> {
        let mut file = File {
            name: name.to_owned(),
            head: Element::default(),
            imports: Vec::new(),
            types: Vec::new(),
            components: Vec::new(),
            models: Vec::new(),
        };
        let mut open: Option<Part> = None;
        let bounded = std::io::BufReader::new(input.take(limits::DEFINITION_OCTETS + 1));
        stream(bounded, |piece| {
            match piece {
                Piece::Open(head) if head.name == "document" => file.head = head,
                Piece::Open(head) => {
                    open = Some(Part {
                        head,
                        items: Vec::new(),
                    });
                }
                Piece::Item(item) => match (&mut open, item.name.as_str()) {
                    (Some(part), _) => part.items.push(item),
                    (None, "import") => file.imports.push(item),
                    (None, "dataType") => file.types.push(item),
                    (None, _) => {}
                },
                Piece::Close => match open.take() {
                    Some(part) if part.head.name == "model" => file.models.push(part),
                    Some(part) => file.components.push(part),
                    None => {}
                },
            }
            Ok(())
        })?;
        Ok(file)
    }
}
