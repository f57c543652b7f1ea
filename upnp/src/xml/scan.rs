//! Pull reader over XML text, without a tree and without copying.
//!
//! It is the tolerant reader and the fast one: a SOAP answer of 16 MiB is one
//! element with one long text, and a list of 20 000 parameters is short tags
//! between short texts, so the work is finding the next `<`.

use memchr::{memchr, memchr2, memmem};

use super::{local_name, XmlError};
use crate::limits;

/// One piece of markup or text, borrowed from the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A start tag, or an empty-element tag when `empty` is set.
    Start {
        /// Qualified name as sent.
        name: &'a str,
        /// Everything between the name and the end of the tag, unparsed.
        attributes: &'a str,
        /// Whether the tag closes itself.
        empty: bool,
    },
    /// An end tag.
    End {
        /// Qualified name as sent.
        name: &'a str,
    },
    /// Character data, still escaped; may be only white space.
    Text(&'a str),
    /// The inside of a CDATA section.
    CData(&'a str),
    /// A processing instruction or XML declaration, by its target.
    Instruction(&'a str),
}

/// Cursor over the text of a document.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of the text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// Octets read so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The part of the input between two positions.
    #[must_use]
    pub fn between(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The next token; `None` at the end of the text. Comments are skipped.
    ///
    /// # Errors
    /// A tag, comment or section that never ends, a tag without a name, a
    /// document type declaration, or a name or tag beyond its limit.
    pub fn next_token(&mut self) -> Result<Option<Token<'a>>, XmlError> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Ok(None);
            }
            let bytes = rest.as_bytes();
            match bytes {
                [b'<', b'/', ..] => return self.end_tag(rest).map(Some),
                [b'<', b'!', ..] => {
                    if rest.starts_with("<!--") {
                        self.position += self.find(rest, 4, "-->")? + 3;
                    } else if rest.starts_with("<![CDATA[") {
                        let end = self.find(rest, 9, "]]>")?;
                        self.position += end + 3;
                        return Ok(Some(Token::CData(rest.get(9..end).unwrap_or_default())));
                    } else {
                        return Err(XmlError::DoctypeForbidden);
                    }
                }
                [b'<', b'?', ..] => {
                    let end = self.find(rest, 2, "?>")?;
                    self.position += end + 2;
                    let inside = rest.get(2..end).unwrap_or_default();
                    let target = inside.split_ascii_whitespace().next().unwrap_or_default();
                    return Ok(Some(Token::Instruction(target)));
                }
                [b'<', ..] => return self.start_tag(rest).map(Some),
                _ => {
                    let end = memchr(b'<', bytes).unwrap_or(bytes.len());
                    self.position += end;
                    return Ok(Some(Token::Text(rest.get(..end).unwrap_or_default())));
                }
            }
        }
    }

    /// The text of the element `name` that was just opened, if nothing but
    /// text is in it and its end tag is spelt alike: the usual leaf of a long
    /// list, without the detour over tokens.
    pub fn leaf_text(&mut self, name: &str) -> Option<&'a str> {
        let rest = self.rest();
        let end = memchr(b'<', rest.as_bytes())?;
        let tag = rest.as_bytes().get(end + 2..)?;
        let after = tag.get(name.len()..)?;
        let closes = rest.as_bytes().get(end + 1) == Some(&b'/')
            && tag.starts_with(name.as_bytes())
            && after.first() == Some(&b'>');
        if !closes {
            return None;
        }
        self.position += end + 3 + name.len();
        rest.get(..end)
    }

    /// [`Self::leaf_text`] when it has that many octets or more.
    pub fn long_leaf_text(&mut self, name: &str, octets: usize) -> Option<&'a str> {
        let before = self.position;
        let text = self.leaf_text(name);
        let long = text.filter(|text| text.len() >= octets);
        if long.is_none() {
            self.position = before;
        }
        long
    }

    fn find(&self, rest: &str, from: usize, mark: &str) -> Result<usize, XmlError> {
        rest.as_bytes()
            .get(from..)
            .and_then(|tail| memmem::find(tail, mark.as_bytes()))
            .map(|offset| from + offset)
            .ok_or_else(|| XmlError::malformed(self.position, format!("no {mark:?} follows")))
    }

    fn end_tag(&mut self, rest: &'a str) -> Result<Token<'a>, XmlError> {
        let end = memchr2(b'>', b'<', rest.as_bytes().get(2..).unwrap_or_default())
            .map(|offset| offset + 2)
            .filter(|&end| rest.as_bytes().get(end) == Some(&b'>'))
            .ok_or_else(|| XmlError::malformed(self.position, "an end tag does not end"))?;
        let name = rest.get(2..end).unwrap_or_default().trim_ascii();
        if name.len() > limits::XML_NAME_BYTES {
            return Err(XmlError::TooLong);
        }
        self.position += end + 1;
        Ok(Token::End { name })
    }

    fn start_tag(&mut self, rest: &'a str) -> Result<Token<'a>, XmlError> {
        let bytes = rest.as_bytes();
        let end = bytes
            .iter()
            .skip(1)
            .position(|&octet| !NAME_OCTETS.get(usize::from(octet)).is_some_and(|is| *is))
            .map_or(bytes.len(), |length| 1 + length);
        let name = rest.get(1..end).unwrap_or_default();
        if name.is_empty() || local_name(name).is_empty() {
            return Err(XmlError::malformed(self.position, "a tag has no name"));
        }
        if name.len() > limits::XML_NAME_BYTES {
            return Err(XmlError::TooLong);
        }
        if bytes.get(end) == Some(&b'>') {
            self.position += end + 1;
            return Ok(Token::Start {
                name,
                attributes: "",
                empty: false,
            });
        }
        let close = self.tag_end(bytes, end)?;
        let inside = rest.get(end..close).unwrap_or_default();
        let (attributes, empty) = match inside.strip_suffix('/') {
            Some(attributes) => (attributes, true),
            None => (inside, false),
        };
        self.position += close + 1;
        Ok(Token::Start {
            name,
            attributes: attributes.trim_ascii(),
            empty,
        })
    }

    /// Where the tag ends, stepping over quoted values. A quote opens a value
    /// only after `=`, so that an apostrophe elsewhere does not swallow tags.
    fn tag_end(&self, bytes: &[u8], from: usize) -> Result<usize, XmlError> {
        let limit = limits::XML_ATTRIBUTES * limits::XML_NAME_BYTES + limits::XML_ATTRIBUTE_BYTES;
        let mut at = from;
        let mut after_equals = false;
        while let Some(&octet) = bytes.get(at) {
            match octet {
                b'>' => return Ok(at),
                b'<' => break,
                b'"' | b'\'' if after_equals => {
                    let value = bytes.get(at + 1..).unwrap_or_default();
                    let Some(length) = memchr(octet, value) else {
                        break;
                    };
                    if length > limits::XML_ATTRIBUTE_BYTES {
                        return Err(XmlError::TooLong);
                    }
                    at += length + 2;
                    after_equals = false;
                    continue;
                }
                b'=' => after_equals = true,
                octet if octet.is_ascii_whitespace() => {}
                _ => after_equals = false,
            }
            at += 1;
            if at - from > limit {
                return Err(XmlError::TooLong);
            }
        }
        Err(XmlError::malformed(
            self.position,
            "a start tag does not end",
        ))
    }
}

/// Which octets a name may hold; anything beyond ASCII may.
const NAME_OCTETS: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = 0_u8;
    loop {
        table[octet as usize] = octet.is_ascii_alphanumeric()
            || matches!(octet, b':' | b'_' | b'-' | b'.')
            || octet >= 0x80;
        if octet == u8::MAX {
            break;
        }
        octet += 1;
    }
    table
};

/// One attribute as the tolerant reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawAttribute<'a> {
    /// Qualified name as sent.
    pub name: &'a str,
    /// Value, still escaped.
    pub value: &'a str,
    /// Whether the value stood in quotes.
    pub quoted: bool,
}

/// Splits the attributes of a start tag. A value may lack its quotes (a cable
/// set-top box with iPanel middleware sends such) and the blank between two
/// attributes may be missing (the UPnP Forum's sample light sensor); anything
/// that is no attribute at all ends the list.
pub fn attributes(mut rest: &str) -> impl Iterator<Item = RawAttribute<'_>> {
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        let (name, tail) = rest.split_once('=')?;
        let name = name.trim_ascii();
        let tail = tail.trim_ascii_start();
        let (value, quoted) = match tail.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let inside = tail.get(1..)?;
                let end = memchr(quote, inside.as_bytes())?;
                rest = inside.get(end + 1..)?;
                (inside.get(..end)?, true)
            }
            _ => {
                let end = tail
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(tail.len());
                rest = tail.get(end..)?;
                (tail.get(..end)?, false)
            }
        };
        (!name.is_empty()).then_some(RawAttribute {
            name,
            value,
            quoted,
        })
    })
    .take(limits::XML_ATTRIBUTES)
}
