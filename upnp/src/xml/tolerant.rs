//! The tolerant second reading: a closed list of faults, each reported.

use super::scan::{attributes, Scanner, Token};
use super::text::unescape;
use super::{local_name, note, prefix, Attribute, Document, Element, Forgiven, Node, XmlError};
use crate::limits;

/// Reads a document that is not well-formed.
pub(super) fn parse(text: &str) -> Result<Document, XmlError> {
    let mut forgiven = Vec::new();
    // Some stacks repeat the HTTP header in front of the document.
    let start = text.find('<').ok_or(XmlError::Empty)?;
    let (before, document) = text.split_at(start);
    if !before.trim_start_matches('\u{FEFF}').trim().is_empty() {
        note(&mut forgiven, Forgiven::LeadingText);
    }
    let mut scanner = Scanner::new(document);
    let mut reading = Reading {
        open: Vec::new(),
        prefixes: Vec::new(),
        nodes: 0,
        forgiven,
    };
    let mut before_root = true;
    loop {
        let at = scanner.position();
        let Some(token) = scanner.next_token()? else {
            return reading.cut_off();
        };
        match token {
            Token::Start {
                name,
                attributes,
                empty,
            } => {
                before_root = false;
                reading.open(name, attributes)?;
                if empty {
                    if let Some(root) = reading.close() {
                        return Ok(reading.finish(root, &scanner, document));
                    }
                }
            }
            Token::End { name } => {
                if let Some(root) = reading.end(name, at)? {
                    return Ok(reading.finish(root, &scanner, document));
                }
            }
            Token::Text(raw) => {
                let unescaped = unescape(raw);
                if unescaped.lone_ampersand {
                    note(&mut reading.forgiven, Forgiven::LoneAmpersand);
                }
                if !before_root {
                    reading.text(&unescaped.text)?;
                } else if !raw.trim().is_empty() {
                    note(&mut reading.forgiven, Forgiven::LeadingText);
                }
            }
            Token::CData(raw) => reading.text(raw)?,
            Token::Instruction("xml") if at > 0 => {
                note(&mut reading.forgiven, Forgiven::MisplacedDeclaration);
            }
            Token::Instruction(_) => {}
        }
    }
}

struct Reading {
    /// Open elements with their qualified names.
    open: Vec<(String, Element)>,
    prefixes: Vec<String>,
    nodes: usize,
    forgiven: Vec<Forgiven>,
}

impl Reading {
    fn count(&mut self) -> Result<(), XmlError> {
        self.nodes += 1;
        if self.nodes > limits::XML_NODES {
            return Err(XmlError::TooManyNodes {
                limit: limits::XML_NODES,
            });
        }
        Ok(())
    }

    fn open(&mut self, name: &str, raw: &str) -> Result<(), XmlError> {
        if self.open.len() >= limits::XML_DEPTH {
            return Err(XmlError::TooDeep {
                limit: limits::XML_DEPTH,
            });
        }
        self.count()?;
        let mut element = Element {
            name: local_name(name).to_owned(),
            ..Element::default()
        };
        for attribute in attributes(raw) {
            if !attribute.quoted {
                note(
                    &mut self.forgiven,
                    Forgiven::UnquotedAttribute(clip(attribute.name)),
                );
            }
            if attribute.name.len() > limits::XML_NAME_BYTES
                || attribute.value.len() > limits::XML_ATTRIBUTE_BYTES
            {
                return Err(XmlError::TooLong);
            }
            if let Some(declared) = attribute.name.strip_prefix("xmlns:") {
                // Only for the report, so the scope of a prefix is not kept.
                if self.prefixes.len() < limits::XML_ATTRIBUTES {
                    self.prefixes.push(declared.to_owned());
                }
                continue;
            }
            let attribute_name = local_name(attribute.name);
            if attribute.name == "xmlns" || element.attribute(attribute_name).is_some() {
                continue;
            }
            element.attributes.push(Attribute {
                name: attribute_name.to_owned(),
                value: unescape(attribute.value).text.into_owned(),
            });
        }
        if let Some(prefix) = prefix(name) {
            if !self.prefixes.iter().any(|declared| declared == prefix) {
                note(&mut self.forgiven, Forgiven::UndeclaredPrefix(clip(prefix)));
            }
        }
        self.open.push((name.to_owned(), element));
        Ok(())
    }

    /// Closes the innermost element; the root when it was the last one.
    fn close(&mut self) -> Option<Element> {
        let (_, element) = self.open.pop()?;
        match self.open.last_mut() {
            Some((_, parent)) => {
                parent.children.push(Node::Element(element));
                None
            }
            None => Some(element),
        }
    }

    fn end(&mut self, name: &str, at: usize) -> Result<Option<Element>, XmlError> {
        let local = local_name(name);
        loop {
            let Some((qualified, element)) = self.open.last() else {
                return Err(XmlError::malformed(at, "an end tag without a start"));
            };
            if element.name == local {
                if qualified != name {
                    let spelt = clip(qualified);
                    note(&mut self.forgiven, Forgiven::EndTagPrefix(spelt));
                }
                return Ok(self.close());
            }
            if !may_lack_end(&element.name) {
                return Err(XmlError::malformed(
                    at,
                    format!("end tag {:?} closes {:?}", clip(name), clip(qualified)),
                ));
            }
            let missing = element.name.clone();
            note(&mut self.forgiven, Forgiven::MissingEndTag(missing));
            self.close();
        }
    }

    fn text(&mut self, text: &str) -> Result<(), XmlError> {
        let Some((_, parent)) = self.open.last_mut() else {
            return Ok(());
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

    /// The end of the text inside the document: forgiven only when nothing
    /// but the SOAP wrapping is open, or a cut-off list would pass for whole.
    fn cut_off(mut self) -> Result<Document, XmlError> {
        let Some((_, innermost)) = self.open.last() else {
            return Err(XmlError::Empty);
        };
        if !self
            .open
            .iter()
            .all(|(_, element)| may_lack_end(&element.name))
        {
            return Err(XmlError::Truncated {
                element: clip(&innermost.name),
            });
        }
        loop {
            if let Some((_, element)) = self.open.last() {
                let missing = element.name.clone();
                note(&mut self.forgiven, Forgiven::MissingEndTag(missing));
            }
            if let Some(root) = self.close() {
                return Ok(Document {
                    root,
                    forgiven: self.forgiven,
                });
            }
        }
    }

    fn finish(mut self, root: Element, scanner: &Scanner<'_>, document: &str) -> Document {
        let rest = scanner.between(scanner.position(), document.len());
        if !rest.trim().is_empty() {
            note(&mut self.forgiven, Forgiven::TrailingText);
        }
        Document {
            root,
            forgiven: self.forgiven,
        }
    }
}

/// The SOAP wrapping, whose end tags some servers forget.
pub(crate) fn may_lack_end(local: &str) -> bool {
    matches!(local, "Envelope" | "Body")
}

/// A name short enough for a report.
pub(crate) fn clip(name: &str) -> String {
    name.chars().take(64).collect()
}
