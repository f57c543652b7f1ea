//! ParameterValueList: the one document that gets large.
//!
//! A whole tree, 20 000 parameters and more, comes as one list. It is read in
//! one pass over the unescaped text, entry by entry, without a tree of
//! elements, and kept in one buffer.

use std::borrow::Cow;

use super::path::ContentPath;
use crate::limits;
use crate::xml::scan::{attributes, Scanner, Token};
use crate::xml::text::unescape;
use crate::xml::write::Writer;
use crate::xml::{local_name, note, prefix, Forgiven, XmlError};

use super::document::CMS;

mod arriving;
mod escaped;

pub use arriving::ArrivingValues;

/// Local name of the root element.
pub const ROOT: &str = "ParameterValueList";

/// Parameters with their values, in the order of the gateway, which means
/// nothing. Values are exactly as sent: padding is for whoever knows the type
/// to drop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParameterValues {
    /// Paths and values, one after the other.
    text: String,
    /// Where each path and each value ends in `text`.
    ends: Vec<(usize, usize)>,
}

impl ParameterValues {
    /// Reads a list and adds what it forgave to `forgiven`.
    ///
    /// # Errors
    /// As [`read`].
    pub fn parse(text: &str, forgiven: &mut Vec<Forgiven>) -> Result<Self, XmlError> {
        let mut values = Self::with_room_for(text.len());
        for what in read(text, |path, value| values.push(path, value))? {
            note(forgiven, what);
        }
        Ok(values)
    }

    /// Reads a list that is still escaped, as it stands in an answer, if it is
    /// written in the plain form all gateways but the odd ones use. Whatever
    /// departs from that is for [`Self::parse`], after unescaping.
    #[must_use]
    pub fn parse_escaped(escaped: &str) -> Option<Self> {
        let mut values = Self::with_room_for(escaped.len());
        escaped::read(escaped, |path, value| values.push(path, value))?;
        Some(values)
    }

    fn with_room_for(octets: usize) -> Self {
        Self {
            // Tags take more than half of a list.
            text: String::with_capacity(octets / 2),
            ends: Vec::with_capacity(octets / 160),
        }
    }

    /// Adds one parameter.
    pub fn push(&mut self, path: &str, value: &str) {
        self.text.push_str(path);
        let path_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((path_end, self.text.len()));
    }

    /// Adds all parameters of another list.
    pub fn append(&mut self, other: &Self) {
        for (path, value) in other.iter() {
            self.push(path, value);
        }
    }

    /// How many parameters there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many octets the values have together.
    #[must_use]
    pub fn value_octets(&self) -> usize {
        self.ends.iter().map(|(path_end, end)| end - path_end).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Paths with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(path_end, end)| {
            let path = self.text.get(start..path_end).unwrap_or_default();
            start = end;
            (path, self.text.get(path_end..end).unwrap_or_default())
        })
    }

    /// The value of one parameter; looks through the list.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.iter()
            .find(|(found, _)| *found == path)
            .map(|(_, value)| value)
    }

    /// The asked paths that brought no parameter at all. A gateway may answer
    /// an unknown path with success and nothing (the UPnP Forum's sample light
    /// sensor does); an object without parameters looks the same.
    #[must_use]
    pub fn missing<'a>(&self, asked: &'a [ContentPath]) -> Vec<&'a ContentPath> {
        let mut missing: Vec<&ContentPath> = asked.iter().collect();
        for (path, _) in self.iter() {
            missing.retain(|asked| {
                let asked = asked.as_str();
                !(path == asked || (asked.ends_with('/') && path.starts_with(asked)))
            });
            if missing.is_empty() {
                break;
            }
        }
        missing
    }
}

impl<P: AsRef<str>, V: AsRef<str>> FromIterator<(P, V)> for ParameterValues {
    fn from_iter<I: IntoIterator<Item = (P, V)>>(parameters: I) -> Self {
        let mut values = Self::default();
        for (path, value) in parameters {
            values.push(path.as_ref(), value.as_ref());
        }
        values
    }
}

/// Reads a list and calls `entry` with the path and the value of each
/// parameter, as soon as it is complete. Returns what was forgiven.
///
/// Element names are matched without prefix, children in any order; paths are
/// trimmed. A value sent as markup is given as that markup. An entry without
/// a path or a value is left out and reported.
///
/// # Errors
/// When the text is not well-formed, ends early or is too large. Entries
/// before the fault have been given out by then.
pub fn read(text: &str, mut entry: impl FnMut(&str, &str)) -> Result<Vec<Forgiven>, XmlError> {
    let limit = limits::DOCUMENT_BYTES;
    if text.len() > limit {
        return Err(XmlError::TooLarge { limit });
    }
    let mut reading = Reading {
        scanner: Scanner::new(text),
        forgiven: Vec::new(),
    };
    reading.list(text, &mut entry)?;
    Ok(reading.forgiven)
}

struct Reading<'a> {
    scanner: Scanner<'a>,
    forgiven: Vec<Forgiven>,
}

impl<'a> Reading<'a> {
    fn list(&mut self, text: &str, entry: &mut impl FnMut(&str, &str)) -> Result<(), XmlError> {
        let Some(root) = self.root()? else {
            return Ok(());
        };
        let mut entries = 0_usize;
        loop {
            let at = self.scanner.position();
            match self.next(root)? {
                Token::Start { name, empty, .. } => {
                    entries += 1;
                    if entries > limits::PARAMETER_VALUES {
                        let limit = limits::PARAMETER_VALUES;
                        return Err(XmlError::TooManyNodes { limit });
                    }
                    if local_name(name) == "Parameter" && !empty {
                        self.parameter(name, entry)?;
                    } else {
                        note(&mut self.forgiven, Forgiven::Skipped(clip(name)));
                        if !empty {
                            self.inside(name)?;
                        }
                    }
                }
                Token::End { name } => {
                    self.check_end(root, name, at)?;
                    let rest = self.scanner.between(self.scanner.position(), text.len());
                    if !rest.trim().is_empty() {
                        note(&mut self.forgiven, Forgiven::TrailingText);
                    }
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// The root's name; none when the list is empty.
    fn root(&mut self) -> Result<Option<&'a str>, XmlError> {
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
                    if local != ROOT {
                        let expected = ROOT.to_owned();
                        let found = clip(local);
                        note(&mut self.forgiven, Forgiven::OtherName { expected, found });
                    }
                    for attribute in attributes(raw).filter(|attribute| !attribute.quoted) {
                        let name = clip(attribute.name);
                        note(&mut self.forgiven, Forgiven::UnquotedAttribute(name));
                    }
                    if let Some(prefix) = prefix(name) {
                        let declared =
                            attributes(raw).any(|a| a.name.strip_prefix("xmlns:") == Some(prefix));
                        if !declared {
                            let prefix = clip(prefix);
                            note(&mut self.forgiven, Forgiven::UndeclaredPrefix(prefix));
                        }
                    }
                    return Ok((!empty).then_some(name));
                }
                Some(Token::Text(text)) if !text.trim().is_empty() => {
                    note(&mut self.forgiven, Forgiven::LeadingText);
                }
                Some(Token::End { .. }) => {
                    return Err(XmlError::malformed(0, "an end tag without a start"));
                }
                Some(_) => {}
            }
        }
    }

    fn next(&mut self, inside: &str) -> Result<Token<'a>, XmlError> {
        self.scanner
            .next_token()?
            .ok_or_else(|| XmlError::Truncated {
                element: clip(local_name(inside)),
            })
    }

    fn check_end(&mut self, open: &str, end: &str, at: usize) -> Result<(), XmlError> {
        if open == end {
            return Ok(());
        }
        if local_name(open) != local_name(end) {
            return Err(XmlError::malformed(
                at,
                format!("end tag {:?} closes {:?}", clip(end), clip(open)),
            ));
        }
        note(&mut self.forgiven, Forgiven::EndTagPrefix(clip(open)));
        Ok(())
    }

    fn parameter(
        &mut self,
        element: &str,
        entry: &mut impl FnMut(&str, &str),
    ) -> Result<(), XmlError> {
        let mut path: Option<Cow<'a, str>> = None;
        let mut value: Option<Cow<'a, str>> = None;
        let mut fields = 0_usize;
        loop {
            let at = self.scanner.position();
            match self.next(element)? {
                Token::Start { name, empty, .. } => {
                    fields += 1;
                    if fields > limits::XML_ATTRIBUTES {
                        let limit = limits::XML_ATTRIBUTES;
                        return Err(XmlError::TooManyNodes { limit });
                    }
                    let (text, markup) = if empty {
                        (Cow::Borrowed(""), false)
                    } else {
                        self.inside(name)?
                    };
                    let field = match local_name(name) {
                        "ParameterPath" => &mut path,
                        "Value" => &mut value,
                        _ => continue,
                    };
                    if markup {
                        let what = format!("markup in {}", clip(local_name(name)));
                        note(&mut self.forgiven, Forgiven::Value(what));
                    }
                    *field = Some(text);
                }
                Token::End { name } => {
                    self.check_end(element, name, at)?;
                    break;
                }
                _ => {}
            }
        }
        match (path.as_deref().map(str::trim), value) {
            (Some(path), Some(value)) if !path.is_empty() && path.len() <= limits::PATH_BYTES => {
                entry(path, &value);
            }
            (Some(path), None) => {
                let what = format!("{} without a value", clip(path));
                note(&mut self.forgiven, Forgiven::Skipped(what));
            }
            _ => {
                let what = String::from("a parameter without a path");
                note(&mut self.forgiven, Forgiven::Skipped(what));
            }
        }
        Ok(())
    }

    fn unescaped(&mut self, raw: &'a str) -> Cow<'a, str> {
        let unescaped = unescape(raw);
        if unescaped.lone_ampersand {
            note(&mut self.forgiven, Forgiven::LoneAmpersand);
        }
        unescaped.text
    }

    /// What is inside the element just opened: its text, or its markup when
    /// there are elements, and which of the two.
    fn inside(&mut self, element: &str) -> Result<(Cow<'a, str>, bool), XmlError> {
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

fn clip(text: &str) -> String {
    text.chars().take(64).collect()
}

/// Writes a list for SetValues.
#[must_use]
pub fn write<P: AsRef<str>, V: AsRef<str>>(parameters: &[(P, V)]) -> String {
    let mut writer = Writer::with_declaration();
    let root = format!("cms:{ROOT}");
    writer.open(&root, &[("xmlns:cms", CMS)]);
    for (path, value) in parameters {
        writer
            .open("Parameter", &[])
            .leaf("ParameterPath", path.as_ref())
            .leaf("Value", value.as_ref())
            .close("Parameter");
    }
    writer.close(&root);
    writer.finish()
}
