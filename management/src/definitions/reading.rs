//! One definition file, as it is written: types, components and models not yet joined.

use std::collections::HashMap;
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
    pub(super) types: Vec<Element>,
    pub(super) components: Vec<Part>,
    pub(super) models: Vec<Part>,
    imports: Vec<Element>,
    /// Places in the lists above by kind and name, the first of each name: a file may name its
    /// parts as often as it likes, and looking must not take longer for it.
    own: HashMap<(Kind, String), usize>,
    /// Import, and item in it, by kind and the name given here.
    imported: HashMap<(Kind, String), (usize, usize)>,
}

/// What one definition may take over from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A named type.
    Type,
    /// A component.
    Component,
    /// A model.
    Model,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "dataType" => Some(Self::Type),
            "component" => Some(Self::Component),
            "model" => Some(Self::Model),
            _ => None,
        }
    }
}

impl File {
    /// Reads a file.
    pub(super) fn read(name: &str, input: impl BufRead) -> Result<Self, DefinitionError> {
        let mut file = File {
            name: name.to_owned(),
            head: Element::default(),
            types: Vec::new(),
            components: Vec::new(),
            models: Vec::new(),
            imports: Vec::new(),
            own: HashMap::new(),
            imported: HashMap::new(),
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
        file.list_names();
        Ok(file)
    }

    /// Place of what this file itself defines under a name.
    pub(super) fn own(&self, kind: Kind, name: &str) -> Option<usize> {
        self.own.get(&(kind, name.to_owned())).copied()
    }

    /// The import that brings something under a name, and the name in the other file.
    pub(super) fn import(&self, kind: Kind, name: &str) -> Option<(&Element, &str)> {
        let (import, item) = *self.imported.get(&(kind, name.to_owned()))?;
        let import = self.imports.get(import)?;
        let item = import.children.get(item)?;
        Some((import, item.attribute("ref").unwrap_or(item.value("name"))))
    }

    fn list_names(&mut self) {
        let types = self.types.iter().map(|element| element.value("name"));
        let components = self.components.iter().map(|part| part.head.value("name"));
        let models = self.models.iter().map(|part| part.head.value("name"));
        let all = (types.enumerate().map(|(at, name)| (Kind::Type, at, name)))
            .chain(
                components
                    .enumerate()
                    .map(|(at, name)| (Kind::Component, at, name)),
            )
            .chain(models.enumerate().map(|(at, name)| (Kind::Model, at, name)));
        for (kind, at, name) in all {
            self.own.entry((kind, name.to_owned())).or_insert(at);
        }
        for (import, element) in self.imports.iter().enumerate() {
            for (at, item) in element.children.iter().enumerate() {
                let Some(kind) = Kind::of(&item.name) else {
                    continue;
                };
                let key = (kind, item.value("name").to_owned());
                self.imported.entry(key).or_insert((import, at));
            }
        }
    }
}
