//! ParameterValueList: the one document that gets large.
//!
//! A whole tree, 20 000 parameters and more, comes as one list. It is read in
//! one pass over the unescaped text, entry by entry, without a tree of
//! elements, and kept in one buffer.

use std::borrow::Cow;
use std::sync::Arc;

use super::path::ContentPath;
use crate::limits;
use crate::xml::scan::Token;
use crate::xml::write::Writer;
use crate::xml::{local_name, note, Forgiven, XmlError};

use super::document::CMS;
use super::list::{clip, ListReading};

mod arriving;
mod escaped;

pub use arriving::{ArrivingValues, WholeList};

/// Hears of the parameters of an answer as soon as they are there, on whatever
/// thread reads them: paths with values as [`ParameterValues::iter`] gives them.
pub type Hearer = Arc<dyn Fn(&mut dyn Iterator<Item = (&str, &str)>) + Send + Sync>;

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
        let mut values = Self::default();
        values.reserve(octets);
        values
    }

    /// Makes room for a list of so many octets.
    fn reserve(&mut self, octets: usize) {
        // Tags take more than half of a list.
        self.text.reserve(octets / 2);
        self.ends.reserve(octets / 160);
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

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Paths with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter_from(0)
    }

    /// Paths with their values, without so many at the beginning.
    fn iter_from(&self, first: usize) -> impl Iterator<Item = (&str, &str)> {
        let before = first.checked_sub(1).and_then(|last| self.ends.get(last));
        let mut start = before.map_or(0, |&(_, end)| end);
        let ends = self.ends.get(first..).unwrap_or_default();
        ends.iter().map(move |&(path_end, end)| {
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
    let mut list = ListReading::new(text)?;
    let limit = limits::PARAMETER_VALUES;
    list.read(ROOT, "Parameter", limit, |list, name| {
        parameter(list, name, &mut entry)
    })?;
    Ok(list.forgiven)
}

/// Reads one parameter, up to its end tag.
fn parameter<'a>(
    list: &mut ListReading<'a>,
    element: &str,
    entry: &mut impl FnMut(&str, &str),
) -> Result<(), XmlError> {
    let mut path: Option<Cow<'a, str>> = None;
    let mut value: Option<Cow<'a, str>> = None;
    let mut fields = 0_usize;
    loop {
        let at = list.position();
        match list.next(element)? {
            Token::Start { name, empty, .. } => {
                fields += 1;
                if fields > limits::XML_ATTRIBUTES {
                    let limit = limits::XML_ATTRIBUTES;
                    return Err(XmlError::TooManyNodes { limit });
                }
                let (text, markup) = if empty {
                    (Cow::Borrowed(""), false)
                } else {
                    list.inside(name)?
                };
                let field = match local_name(name) {
                    "ParameterPath" => &mut path,
                    "Value" => &mut value,
                    _ => continue,
                };
                if markup {
                    let what = format!("markup in {}", clip(local_name(name)));
                    list.note(Forgiven::Value(what));
                }
                *field = Some(text);
            }
            Token::End { name } => {
                list.check_end(element, name, at)?;
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
            list.note(Forgiven::Skipped(what));
        }
        _ => {
            let what = String::from("a parameter without a path");
            list.note(Forgiven::Skipped(what));
        }
    }
    Ok(())
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
