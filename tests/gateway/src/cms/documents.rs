//! The documents control points send inside arguments, read as tolerantly as real gateways read them.

use super::{invalid_value, invalid_xml, refusal, NAMESPACE};
use crate::soap::UpnpError;
use crate::tree::MarkChange;
use crate::xml::{Element, XmlError};

/// The input arguments of one action.
pub(super) struct Arguments<'a>(&'a [(String, String)]);

impl<'a> Arguments<'a> {
    /// Strictly there is nothing but the named arguments, each once; otherwise others are ignored.
    pub fn new(
        arguments: &'a [(String, String)],
        names: &[&str],
        strict: bool,
    ) -> Result<Self, UpnpError> {
        let known = |argument: &(String, String)| names.contains(&argument.0.as_str());
        if strict && (arguments.len() > names.len() || !arguments.iter().all(known)) {
            return Err(refusal(402, "Invalid Args"));
        }
        Ok(Self(arguments))
    }

    pub fn find(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| text.as_str())
    }

    /// # Errors
    /// 402 when the argument is missing.
    pub fn text(&self, name: &str) -> Result<&'a str, UpnpError> {
        self.find(name).ok_or_else(|| refusal(402, "Invalid Args"))
    }
}

/// The document of an argument: escaped, inline, in CDATA, escaped twice, or the argument element itself being the root.
///
/// # Errors
/// 402 when the argument is missing, 702 when there is no such document.
pub(super) fn document(
    arguments: &Arguments<'_>,
    name: &str,
    root: &str,
    entry: &str,
    strict: bool,
) -> Result<Element, UpnpError> {
    // One control point puts the list in place of the argument that holds it.
    let text = arguments
        .find(name)
        .or_else(|| arguments.find(root).filter(|_| !strict));
    let text = text.ok_or_else(|| refusal(402, "Invalid Args"))?.trim();
    let unescaped;
    let text = if text.starts_with("&lt;") && !strict {
        unescaped = quick_xml::escape::unescape(text).map_err(|_| invalid_xml())?;
        unescaped.trim()
    } else {
        text
    };
    let parsed = parse(text, strict)?;
    if parsed.name == root {
        if strict && !root_tag(text).contains(NAMESPACE) {
            return Err(invalid_xml());
        }
        return Ok(parsed);
    }
    if parsed.name == entry && !strict {
        return parse(&format!("<{root}>{text}</{root}>"), strict);
    }
    Err(invalid_xml())
}

fn root_tag(text: &str) -> &str {
    let start = text.find("?>").map_or(0, |end| end + 2);
    let rest = text.get(start..).unwrap_or_default();
    rest.get(..rest.find('>').unwrap_or(rest.len()))
        .unwrap_or_default()
}

fn parse(text: &str, strict: bool) -> Result<Element, UpnpError> {
    match Element::parse(text) {
        // Two makers' documents have attributes without quotes or without blanks between them.
        Err(XmlError::Malformed(_)) if !strict => {
            Element::parse(&without_attributes(text)).map_err(|_| invalid_xml())
        }
        outcome => outcome.map_err(|_| invalid_xml()),
    }
}

/// The document with nothing but names in its tags.
fn without_attributes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        let keeps_all = tag.starts_with("<!") || tag.starts_with("<?");
        match tag.find(char::is_whitespace).filter(|_| !keeps_all) {
            Some(blank) => {
                out.push_str(tag.get(..blank).unwrap_or_default());
                out.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
            }
            None => out.push_str(tag),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The paths of a list, without white space around them.
///
/// # Errors
/// 702 when the list holds anything else.
pub(super) fn paths(list: &Element, entry: &str) -> Result<Vec<String>, UpnpError> {
    list.children
        .iter()
        .map(|child| {
            if child.name == entry {
                Ok(child.text.trim().to_owned())
            } else {
                Err(invalid_xml())
            }
        })
        .collect()
}

/// Pairs of path and value.
///
/// # Errors
/// 702 when an entry lacks its path or its value.
pub(super) fn values(list: &Element) -> Result<Vec<(String, String)>, UpnpError> {
    let pair = |entry: &Element| {
        let path = ["ParameterPath", "ParameterInitialPath"]
            .iter()
            .find_map(|name| entry.child_text(name))?;
        Some((path.to_owned(), entry.child("Value")?.text.clone()))
    };
    list.children
        .iter()
        .map(|entry| {
            pair(entry)
                .filter(|_| entry.name == "Parameter")
                .ok_or_else(invalid_xml)
        })
        .collect()
}

/// Initial values of a new row by names relative to it. Full paths, with `#` or a number or nothing for the row, are cut down.
///
/// # Errors
/// 702 as for values, 703 for a full path of another table.
pub(super) fn initial_values(
    list: &Element,
    table: &str,
) -> Result<Vec<(String, String)>, UpnpError> {
    let table = table.strip_suffix("#/").unwrap_or(table);
    values(list)?
        .into_iter()
        .map(|(path, value)| {
            let relative = if path.starts_with('/') {
                path.strip_prefix(table)
                    .ok_or(crate::tree::TreeError::NoSuchName)?
            } else {
                &path
            };
            let relative = match relative.split_once('/') {
                Some((row, rest))
                    if row == "#"
                        || !row.is_empty() && row.bytes().all(|byte| byte.is_ascii_digit()) =>
                {
                    rest
                }
                _ => relative,
            };
            Ok((relative.to_owned(), value))
        })
        .collect()
}

/// The marks to change, node by node.
///
/// # Errors
/// 702 when an entry lacks its path, 705 for a mark that is neither 0 nor 1.
pub(super) fn attribute_changes(list: &Element) -> Result<Vec<MarkChange>, UpnpError> {
    let mark = |entry: &Element, name: &str| match entry.child_text(name) {
        Some(text) => boolean(text).map(Some).ok_or_else(invalid_value),
        None => Ok(None),
    };
    list.children
        .iter()
        .map(|entry| {
            let path = entry
                .child_text("NodeAttributePath")
                .filter(|_| entry.name == "Node")
                .ok_or_else(invalid_xml)?;
            Ok(MarkChange {
                path: path.to_owned(),
                event_on_change: mark(entry, "EventOnChange")?,
                alarm_on_change: mark(entry, "AlarmOnChange")?,
            })
        })
        .collect()
}

/// The spellings of a boolean control points use.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, strict: bool) -> Result<Vec<String>, u16> {
        let arguments = [("Parameters".to_owned(), text.to_owned())];
        let arguments = Arguments::new(&arguments, &["Parameters"], strict).unwrap();
        document(
            &arguments,
            "Parameters",
            "ContentPathList",
            "ContentPath",
            strict,
        )
        .and_then(|list| paths(&list, "ContentPath"))
        .map_err(|error| error.code)
    }

    #[test]
    fn every_known_spelling_of_a_path_list_is_read() {
        let good = r#"<cms:ContentPathList xmlns:cms="urn:schemas-upnp-org:dm:cms"><ContentPath>/A/</ContentPath></cms:ContentPathList>"#;
        assert_eq!(read(good, true), Ok(vec!["/A/".to_owned()]));
        for odd in [
            "<cms:ContentPathList><ContentPath>\n /A/ \n</ContentPath></cms:ContentPathList>",
            "<ContentPathList xmlns:xsi=http://x/y><ContentPath>/A/</ContentPath></ContentPathList>",
            "<ContentPathList a=\"1\"b=\"2\"><ContentPath>/A/</ContentPath></ContentPathList>",
            "&lt;ContentPathList&gt;&lt;ContentPath&gt;/A/&lt;/ContentPath&gt;&lt;/ContentPathList&gt;",
            "<ContentPath>/A/</ContentPath>",
        ] {
            assert_eq!(read(odd, false), Ok(vec!["/A/".to_owned()]), "{odd}");
            assert_eq!(read(odd, true), Err(702), "{odd}");
        }
    }

    #[test]
    fn what_is_no_such_list_is_refused() {
        for bad in [
            "",
            "text",
            "<Other/>",
            "<ContentPathList><Path>/A/</Path></ContentPathList>",
            "<!DOCTYPE a><ContentPathList/>",
            "<ContentPathList>",
        ] {
            assert_eq!(read(bad, false), Err(702), "{bad}");
        }
    }
}
