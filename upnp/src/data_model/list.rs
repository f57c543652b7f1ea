//! Documents that are one long list, read entry by entry without a tree.
//!
//! Element names are matched without prefix. What departs from the standard is
//! reported, as far as a list can be read in one pass at all.

use std::borrow::Cow;

use crate::limits;
use crate::xml::scan::{attributes, Scanner, Token};
use crate::xml::text::unescape;
use crate::xml::{local_name, note, prefix, Forgiven, XmlError};

/// A list on its way from text to entries.
pub(super) struct ListReading<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    /// What had to be forgiven so far.
    pub(super) forgiven: Vec<Forgiven>,
}

impl<'a> ListReading<'a> {
    /// Starts with a text of at most [`limits::DOCUMENT_BYTES`].
    ///
    /// # Errors
    /// [`XmlError::TooLarge`].
    pub(super) fn new(text: &'a str) -> Result<Self, XmlError> {
        let limit = limits::DOCUMENT_BYTES;
        if text.len() > limit {
            return Err(XmlError::TooLarge { limit });
        }
        Ok(Self {
            text,
            scanner: Scanner::new(text),
            forgiven: Vec::new(),
        })
    }

    /// Reads the list with this root, of at most `limit` entries. Entries are
    /// the elements of the local name `entry`; `read` is given the name as
    /// sent and reads up to the end tag. Others are left out and reported, as
    /// are empty ones.
    ///
    /// # Errors
    /// When the text is not well-formed, ends early or holds too much.
    pub(super) fn read(
        &mut self,
        root: &str,
        entry: &str,
        limit: usize,
        mut read: impl FnMut(&mut Self, &'a str) -> Result<(), XmlError>,
    ) -> Result<(), XmlError> {
        let Some(root) = self.root(root)? else {
            return Ok(());
        };
        let mut entries = 0_usize;
        loop {
            let at = self.position();
            match self.next(root)? {
                Token::Start { name, empty, .. } => {
                    entries += 1;
                    if entries > limit {
                        return Err(XmlError::TooManyNodes { limit });
                    }
                    if local_name(name) == entry && !empty {
                        read(self, name)?;
                    } else {
                        self.note(Forgiven::Skipped(clip(name)));
                        if !empty {
                            self.inside(name)?;
                        }
                    }
                }
                Token::End { name } => {
                    self.check_end(root, name, at)?;
                    let rest = self.scanner.between(self.position(), self.text.len());
                    if !rest.trim().is_empty() {
                        self.note(Forgiven::TrailingText);
                    }
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// Octets read so far.
    pub(super) fn position(&self) -> usize {
        self.scanner.position()
    }

    /// Adds to what had to be forgiven.
    pub(super) fn note(&mut self, what: Forgiven) {
        note(&mut self.forgiven, what);
    }

    /// The root's name; none when the list is empty.
    fn root(&mut self, expected: &str) -> Result<Option<&'a str>, XmlError> {
        loop {
            match self.scanner.next_token()? {
                // An empty argument is an empty list.
                None => return Ok(None),
                Some(Token::Start {
                    name,
                    attributes: raw,
                    empty,
                }) => {
                    let local = local_name(name);
                    if local != expected {
                        let expected = expected.to_owned();
                        let found = clip(local);
                        self.note(Forgiven::OtherName { expected, found });
                    }
                    for attribute in attributes(raw).filter(|attribute| !attribute.quoted) {
                        let name = clip(attribute.name);
                        self.note(Forgiven::UnquotedAttribute(name));
                    }
                    if let Some(prefix) = prefix(name) {
                        let declared =
                            attributes(raw).any(|a| a.name.strip_prefix("xmlns:") == Some(prefix));
                        if !declared {
                            let prefix = clip(prefix);
                            self.note(Forgiven::UndeclaredPrefix(prefix));
                        }
                    }
                    return Ok((!empty).then_some(name));
                }
                Some(Token::Text(text)) if !text.trim().is_empty() => {
                    self.note(Forgiven::LeadingText);
                }
                Some(Token::End { .. }) => {
                    return Err(XmlError::malformed(0, "an end tag without a start"));
                }
                Some(_) => {}
            }
        }
    }

    /// The next token of the element `inside`.
    pub(super) fn next(&mut self, inside: &str) -> Result<Token<'a>, XmlError> {
        self.scanner
            .next_token()?
            .ok_or_else(|| XmlError::Truncated {
                element: clip(local_name(inside)),
            })
    }

    /// Whether an end tag at octet `at` closes the element that is open.
    pub(super) fn check_end(&mut self, open: &str, end: &str, at: usize) -> Result<(), XmlError> {
        if open == end {
            return Ok(());
        }
        if local_name(open) != local_name(end) {
            return Err(XmlError::malformed(
                at,
                format!("end tag {:?} closes {:?}", clip(end), clip(open)),
            ));
        }
        self.note(Forgiven::EndTagPrefix(clip(open)));
        Ok(())
    }

    fn unescaped(&mut self, raw: &'a str) -> Cow<'a, str> {
        let unescaped = unescape(raw);
        if unescaped.lone_ampersand {
            self.note(Forgiven::LoneAmpersand);
        }
        unescaped.text
    }

    /// What is inside the element just opened: its text, or its markup when
    /// there are elements, and which of the two.
    pub(super) fn inside(&mut self, element: &str) -> Result<(Cow<'a, str>, bool), XmlError> {
        if let Some(raw) = self.scanner.leaf_text(element) {
            return Ok((self.unescaped(raw), false));
        }
        let start = self.scanner.position();
        let mut text: Cow<'a, str> = Cow::Borrowed("");
        let mut depth = 1_usize;
        let mut elements = false;
        loop {
            let at = self.scanner.position();
            match self.next(element)? {
                Token::Text(raw) => {
                    if elements {
                        continue;
                    }
                    let more = self.unescaped(raw);
                    if text.is_empty() {
                        text = more;
                    } else {
                        text.to_mut().push_str(&more);
                    }
                }
                Token::CData(raw) => text.to_mut().push_str(raw),
                Token::Start { empty, .. } => {
                    elements = true;
                    depth += usize::from(!empty);
                    if depth > limits::XML_DEPTH {
                        let limit = limits::XML_DEPTH;
                        return Err(XmlError::TooDeep { limit });
                    }
                }
                Token::End { name } => {
                    depth -= 1;
                    if depth > 0 {
                        continue;
                    }
                    self.check_end(element, name, at)?;
                    if elements {
                        text = Cow::Borrowed(self.scanner.between(start, at));
                    }
                    return Ok((text, elements));
                }
                Token::Instruction(_) => {}
            }
        }
    }
}

/// The beginning of a name from outside, for messages.
pub(super) fn clip(text: &str) -> String {
    text.chars().take(64).collect()
}
