//! The strict first reading, on quick-xml events.

use quick_xml::events::{BytesStart, Event};
use quick_xml::Reader;

use super::text::{is_xml_text, unescape};
use super::{local_name, prefix, Attribute, Element, Node, XmlError};
use crate::limits;

/// Reads a well-formed document; prefixes must be declared.
pub(super) fn parse(text: &str) -> Result<Element, XmlError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = false;
    let mut tree = Tree::default();
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader
            .read_event()
            .map_err(|error| XmlError::malformed(offset, error.to_string()))?;
        match event {
            Event::Start(tag) => tree.open(&tag, offset)?,
            Event::Empty(tag) => {
                tree.open(&tag, offset)?;
                tree.close()?;
            }
            Event::End(_) => tree.close()?,
            Event::Text(raw) => tree.text(&decoded(&raw, offset)?, offset)?,
            Event::CData(raw) => tree.cdata(&decoded(&raw, offset)?, offset)?,
            Event::GeneralRef(raw) => {
                tree.text(&format!("&{};", decoded(&raw, offset)?), offset)?;
            }
            Event::Decl(_) if offset > 0 => {
                return Err(XmlError::malformed(offset, "misplaced declaration"));
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::DocType(_) => return Err(XmlError::DoctypeForbidden),
            Event::Eof => return tree.finish(),
        }
    }
}

fn decoded(raw: &[u8], offset: usize) -> Result<String, XmlError> {
    std::str::from_utf8(raw)
        .map(str::to_owned)
        .map_err(|_| XmlError::malformed(offset, "not UTF-8"))
}

/// The tree being built, shared in shape with the tolerant reading.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    /// Declared prefixes, with the depth at which each was declared.
    prefixes: Vec<(usize, String)>,
    root: Option<Element>,
    nodes: usize,
}

impl Tree {
    fn count(&mut self) -> Result<(), XmlError> {
        self.nodes += 1;
        if self.nodes > limits::XML_NODES {
            return Err(XmlError::TooManyNodes {
                limit: limits::XML_NODES,
            });
        }
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>, offset: usize) -> Result<(), XmlError> {
        if self.root.is_some() {
            return Err(XmlError::malformed(offset, "a second root element"));
        }
        if self.open.len() >= limits::XML_DEPTH {
            return Err(XmlError::TooDeep {
                limit: limits::XML_DEPTH,
            });
        }
        self.count()?;
        let depth = self.open.len();
        let name = decoded(tag.name().as_ref(), offset)?;
        if name.len() > limits::XML_NAME_BYTES {
            return Err(XmlError::TooLong);
        }
        if !is_name(&name) {
            return Err(XmlError::malformed(offset, "not an element name"));
        }
        let mut attributes = Vec::new();
        let mut used = vec![name.clone()];
        for (count, attribute) in tag.attributes().enumerate() {
            let attribute =
                attribute.map_err(|error| XmlError::malformed(offset, error.to_string()))?;
            let key = decoded(attribute.key.as_ref(), offset)?;
            let raw = decoded(&attribute.value, offset)?;
            if key.len() > limits::XML_NAME_BYTES
                || raw.len() > limits::XML_ATTRIBUTE_BYTES
                || count >= limits::XML_ATTRIBUTES
            {
                return Err(XmlError::TooLong);
            }
            let value = unescape(&raw);
            if value.lone_ampersand || raw.contains('<') || !is_name(&key) {
                return Err(XmlError::malformed(offset, "malformed attribute"));
            }
            if key == "xmlns" {
                continue;
            }
            if let Some(declared) = key.strip_prefix("xmlns:") {
                // Looked through for every element, so a handful has to do.
                if self.prefixes.len() >= limits::XML_ATTRIBUTES {
                    return Err(XmlError::TooLong);
                }
                self.prefixes.push((depth, declared.to_owned()));
                continue;
            }
            attributes.push(Attribute {
                name: local_name(&key).to_owned(),
                value: value.text.into_owned(),
            });
            used.push(key);
        }
        for name in &used {
            if let Some(prefix) = prefix(name) {
                let declared = prefix == "xml" || self.prefixes.iter().any(|(_, p)| p == prefix);
                if !declared {
                    return Err(XmlError::malformed(
                        offset,
                        format!("undeclared prefix {prefix:?}"),
                    ));
                }
            }
        }
        self.open.push(Element {
            name: local_name(&name).to_owned(),
            attributes,
            children: Vec::new(),
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        // quick-xml has checked that the end tag fits the start tag.
        let Some(element) = self.open.pop() else {
            return Err(XmlError::malformed(0, "an end tag without a start"));
        };
        let depth = self.open.len();
        self.prefixes.retain(|(declared, _)| *declared < depth);
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, raw: &str, offset: usize) -> Result<(), XmlError> {
        let unescaped = unescape(raw);
        if unescaped.lone_ampersand {
            return Err(XmlError::malformed(offset, "unknown entity"));
        }
        self.push(&unescaped.text, offset)
    }

    fn cdata(&mut self, raw: &str, offset: usize) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return Err(XmlError::malformed(offset, "a section outside the root"));
        }
        self.push(&raw.replace("\r\n", "\n").replace('\r', "\n"), offset)
    }

    fn push(&mut self, text: &str, offset: usize) -> Result<(), XmlError> {
        if !is_xml_text(text) {
            return Err(XmlError::malformed(offset, "a control character"));
        }
        let Some(parent) = self.open.last_mut() else {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(XmlError::malformed(offset, "text outside the root element"))
            };
        };
        if let Some(Node::Text(before)) = parent.children.last_mut() {
            before.push_str(text);
            return Ok(());
        }
        if !text.is_empty() {
            parent.children.push(Node::Text(text.to_owned()));
            self.count()?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, XmlError> {
        if let Some(open) = self.open.last() {
            return Err(XmlError::Truncated {
                element: open.name.clone(),
            });
        }
        self.root.ok_or(XmlError::Empty)
    }
}

/// Whether a name has only characters a name may have, and one colon at most.
fn is_name(name: &str) -> bool {
    let starts = |part: &str| {
        part.chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_' || !c.is_ascii())
    };
    let mut parts = name.split(':');
    parts.clone().count() <= 2
        && parts.all(|part| {
            starts(part)
                && part
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || !c.is_ascii())
        })
}
