//! The gateway's XML: a small reader without DTDs and a writer's escaping.
//!
//! Elements are matched by their local names, whatever prefix or namespace a control point used. The
//! reader is used for requests only, which are small; answers are written directly.

use std::fmt::Write as _;

use quick_xml::events::{BytesStart, Event};
use quick_xml::Reader;

use crate::limits;

/// Why a document was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed, with the reader's words.
    #[error("not well-formed: {0}")]
    Malformed(String),
    /// A document type declaration, which is never accepted.
    #[error("a document type declaration is not accepted")]
    DocType,
    /// Too deep or too many elements.
    #[error("the document is too deep or too large")]
    TooLarge,
    /// No element at all.
    #[error("there is no element")]
    Empty,
}

/// An element with everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Child elements in document order.
    pub children: Vec<Element>,
    /// All character data directly inside, unescaped.
    pub text: String,
    /// The markup between the tags, exactly as received.
    pub inner: String,
}

impl Element {
    /// Reads a document; anything before and after the root element is ignored.
    ///
    /// # Errors
    /// See [`XmlError`].
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<(Element, usize)> = Vec::new();
        let mut elements = 0usize;
        loop {
            let event = reader
                .read_event()
                .map_err(|error| XmlError::Malformed(error.to_string()))?;
            let position = position(&reader);
            match event {
                Event::Start(start) => {
                    elements += 1;
                    if elements > limits::XML_ELEMENTS || open.len() >= limits::XML_DEPTH {
                        return Err(XmlError::TooLarge);
                    }
                    open.push((started(&start)?, position));
                }
                Event::End(_) => {
                    let Some((mut element, from)) = open.pop() else {
                        return Err(XmlError::Malformed(
                            "an end tag without its start".to_owned(),
                        ));
                    };
                    // `</name>` ends at `position`; its start is looked up backwards because the tag may hold blanks.
                    let closing = text
                        .get(..position)
                        .and_then(|before| before.rfind("</"))
                        .unwrap_or(from);
                    // Only the outer levels of an envelope are ever wanted as markup.
                    if open.len() <= 5 {
                        element.inner = text.get(from..closing).unwrap_or_default().to_owned();
                    }
                    match open.last_mut() {
                        Some((parent, _)) => parent.children.push(element),
                        None => return Ok(element),
                    }
                }
                Event::Text(data) => {
                    let data = data
                        .decode()
                        .map_err(|error| XmlError::Malformed(error.to_string()))?;
                    append(&mut open, &data);
                }
                Event::CData(data) => {
                    let data = data
                        .decode()
                        .map_err(|error| XmlError::Malformed(error.to_string()))?;
                    append(&mut open, &data);
                }
                Event::GeneralRef(reference) => {
                    let name = reference
                        .decode()
                        .map_err(|error| XmlError::Malformed(error.to_string()))?;
                    let character = match name.as_ref() {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference
                            .resolve_char_ref()
                            .map_err(|error| XmlError::Malformed(error.to_string()))?,
                    };
                    match character {
                        Some(character) => append(&mut open, character.encode_utf8(&mut [0; 4])),
                        None => {
                            return Err(XmlError::Malformed(format!("unknown entity &{name};")))
                        }
                    }
                }
                Event::DocType(_) => return Err(XmlError::DocType),
                Event::Eof if open.is_empty() => return Err(XmlError::Empty),
                Event::Eof => {
                    return Err(XmlError::Malformed("the document ends early".to_owned()))
                }
                Event::Empty(_) | Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            }
        }
    }

    /// First child with this local name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Text of the first child with this local name, trimmed.
    pub fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim())
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn started(start: &BytesStart<'_>) -> Result<Element, XmlError> {
    // Attributes mean nothing here, but they have to be well-formed.
    for attribute in start.attributes() {
        attribute.map_err(|error| XmlError::Malformed(error.to_string()))?;
    }
    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
    Ok(Element {
        name,
        ..Element::default()
    })
}

fn append(open: &mut [(Element, usize)], text: &str) {
    if let Some((element, _)) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Escapes character data: only the three characters old parsers all decode.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\r' => escaped.push_str("&#13;"),
            // Characters XML 1.0 cannot carry at all.
            '\u{0}'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                escaped.push('\u{fffd}');
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// Escapes an attribute value between double quotes.
pub fn escape_attribute(text: &str) -> String {
    escape(text)
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
}

/// Appends `<name>text</name>` with the text escaped.
pub fn leaf(out: &mut String, name: &str, text: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<{name}>{}</{name}>", escape(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prefixed_and_undeclared_names_alike() {
        let element = Element::parse(
            "<?xml version=\"1.0\"?><cms:List><a:P x='1'>a &amp; b&#65;</a:P></cms:List>",
        )
        .unwrap();
        assert_eq!(element.name, "List");
        assert_eq!(element.child_text("P"), Some("a & bA"));
        assert_eq!(element.inner, "<a:P x='1'>a &amp; b&#65;</a:P>");
    }

    #[test]
    fn refuses_document_types_depth_and_stubs() {
        assert_eq!(Element::parse("<!DOCTYPE a><a/>"), Err(XmlError::DocType));
        let deep = "<a>".repeat(limits::XML_DEPTH + 1);
        assert_eq!(Element::parse(&deep), Err(XmlError::TooLarge));
        assert_eq!(Element::parse(""), Err(XmlError::Empty));
        assert!(Element::parse("<a>&unknown;</a>").is_err());
        assert!(Element::parse("<a><b></a>").is_err());
    }

    #[test]
    fn escaping_survives_a_round_trip() {
        let nasty = "<&>\"' ]]> \r\n \u{1f600}";
        let element = Element::parse(&format!("<a>{}</a>", escape(nasty))).unwrap();
        assert_eq!(element.text, nasty);
    }
}
