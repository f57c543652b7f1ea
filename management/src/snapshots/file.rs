//! Snapshots as files: JSON for programs, CSV for spreadsheets. What is written is read back
//! as it was. A file may come from anybody: its size, its paths and its values are bounded.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use specta::Type;
use upnp::data_model::path::ParameterPath;

use crate::limits;
use crate::store::SnapshotOrigin;

/// Kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// One JSON document.
    Json,
    /// Comma-separated values with a line of names (RFC 4180).
    Csv,
}

/// One parameter of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parameter {
    pub path: String,
    pub upnp_path: String,
    /// None for a secret that is left out.
    pub value: Option<String>,
    #[serde(default)]
    pub secret: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub name: String,
    pub time: String,
    pub origin: SnapshotOrigin,
    pub parameters: Vec<Parameter>,
}

const FORMAT: &str = "lanside-snapshot";
const VERSION: u32 = 1;
const COLUMNS: [&str; 4] = ["path", "upnp_path", "value", "secret"];

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    name: String,
    time: String,
    gateway: SnapshotOrigin,
}

#[derive(Serialize, Deserialize)]
struct Document {
    #[serde(flatten)]
    head: Head,
    parameters: Vec<Parameter>,
}

/// The text of a file.
pub(crate) fn write(content: &Content, format: FileFormat) -> String {
    let head = Head {
        format: FORMAT.to_owned(),
        version: VERSION,
        name: content.name.clone(),
        time: content.time.clone(),
        gateway: content.origin.clone(),
    };
    match format {
        FileFormat::Json => {
            let document = Document {
                head,
                parameters: content.parameters.clone(),
            };
            serde_json::to_string_pretty(&document).unwrap_or_default()
        }
        FileFormat::Csv => {
            let head = serde_json::to_string(&head).unwrap_or_default();
            let mut text = format!("{}\r\n{}\r\n", line(&["#", &head]), line(&COLUMNS));
            for parameter in &content.parameters {
                // Secrets that are left out, and empty ones, are told apart.
                let secret = match (parameter.secret, &parameter.value) {
                    (false, _) => "",
                    (true, Some(_)) => "yes",
                    (true, None) => "hidden",
                };
                let value = guarded(parameter.value.as_deref().unwrap_or_default());
                text.push_str(&line(&[
                    &parameter.path,
                    &parameter.upnp_path,
                    &value,
                    secret,
                ]));
                text.push_str("\r\n");
            }
            text
        }
    }
}

/// Reads a file of either kind.
///
/// # Errors
///
/// Why it is no snapshot, in words.
pub(crate) fn read(text: &str) -> Result<Content, String> {
    if text.len() > limits::SNAPSHOT_FILE_OCTETS {
        return Err(format!(
            "the file is larger than {} MB",
            limits::SNAPSHOT_FILE_OCTETS / 1_000_000
        ));
    }
    let text = text.trim_start_matches('\u{feff}');
    let (head, parameters) = if text.trim_start().starts_with('{') {
        let document: Document = serde_json::from_str(text).map_err(|error| {
            format!(
                "the file is no snapshot: line {}, column {}",
                error.line(),
                error.column()
            )
        })?;
        (document.head, document.parameters)
    } else {
        read_csv(text)?
    };
    if head.format != FORMAT {
        return Err("the file is no snapshot of Lanside".to_owned());
    }
    if head.version > VERSION {
        return Err(format!(
            "the file was written by a newer version of Lanside (format {}, this one knows {VERSION})",
            head.version
        ));
    }
    check(&head, &parameters)?;
    Ok(Content {
        name: head.name,
        time: head.time,
        origin: head.gateway,
        parameters,
    })
}

fn check(head: &Head, parameters: &[Parameter]) -> Result<(), String> {
    if parameters.len() > limits::TREE_PARAMETERS as usize {
        return Err(format!(
            "the file holds more than {} parameters",
            limits::TREE_PARAMETERS
        ));
    }
    let origin = &head.gateway;
    let texts = [
        &head.name,
        &head.time,
        &origin.udn,
        &origin.location,
        &origin.root,
    ];
    let names = [
        &origin.friendly_name,
        &origin.manufacturer,
        &origin.model_name,
        &origin.software_version,
    ];
    let longest = texts
        .into_iter()
        .chain(names.into_iter().flatten())
        .map(String::len)
        .max();
    if longest.unwrap_or(0) > limits::SNAPSHOT_TEXT_OCTETS
        || texts
            .into_iter()
            .any(|text| text.chars().any(char::is_control))
    {
        return Err("the head of the file makes no sense".to_owned());
    }
    let mut seen = HashSet::with_capacity(parameters.len());
    for (at, parameter) in parameters.iter().enumerate() {
        let place = at + 1;
        if ParameterPath::parse(&parameter.upnp_path).is_err() {
            return Err(format!("parameter {place} of the file has no path"));
        }
        if parameter
            .value
            .as_ref()
            .is_some_and(|value| value.len() > limits::SNAPSHOT_VALUE_OCTETS)
        {
            return Err(format!(
                "the value of parameter {place} of the file is too large"
            ));
        }
        if parameter.value.is_none() && !parameter.secret {
            return Err(format!("parameter {place} of the file has no value"));
        }
        if !seen.insert(parameter.upnp_path.as_str()) {
            return Err(format!("parameter {place} stands in the file twice"));
        }
    }
    Ok(())
}

fn read_csv(text: &str) -> Result<(Head, Vec<Parameter>), String> {
    let mut records = Records { rest: text };
    let first = records.next().transpose()?.ok_or("the file is empty")?;
    let head = match first.as_slice() {
        [mark, head] if mark == "#" => head,
        _ => return Err("the file is no snapshot of Lanside".to_owned()),
    };
    let head: Head = serde_json::from_str(head)
        .map_err(|_| "the first line of the file makes no sense".to_owned())?;
    let names = records.next().transpose()?.unwrap_or_default();
    if names != COLUMNS {
        return Err(format!(
            "the second line of the file must be {}",
            COLUMNS.join(",")
        ));
    }
    let mut parameters = Vec::new();
    for record in records {
        let record = record?;
        let place = parameters.len() + 1;
        let [path, upnp_path, value, secret] = <[String; 4]>::try_from(record)
            .map_err(|_| format!("parameter {place} of the file has not four columns"))?;
        let (secret, value) = match secret.as_str() {
            "" => (false, Some(unguarded(&value))),
            "yes" => (true, Some(unguarded(&value))),
            "hidden" => (true, None),
            _ => {
                return Err(format!(
                    "parameter {place} of the file: the last column makes no sense"
                ))
            }
        };
        parameters.push(Parameter {
            path,
            upnp_path,
            value,
            secret,
        });
        if parameters.len() > limits::TREE_PARAMETERS as usize {
            break;
        }
    }
    Ok((head, parameters))
}

pub(crate) fn line(fields: &[&str]) -> String {
    let field = |field: &&str| {
        if field.contains(['"', ',', '\r', '\n']) || field.starts_with(' ') || field.ends_with(' ')
        {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            (*field).to_owned()
        }
    };
    fields.iter().map(field).collect::<Vec<_>>().join(",")
}

/// What a spreadsheet would take for a formula begins with an apostrophe in the file: the
/// values come from a gateway, and may come from an attacker.
pub(crate) fn guarded(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

fn unguarded(value: &str) -> String {
    value.strip_prefix('\'').unwrap_or(value).to_owned()
}

/// Lines of comma-separated values; a field in quotes may hold line ends.
struct Records<'a> {
    rest: &'a str,
}

impl Iterator for Records<'_> {
    type Item = Result<Vec<String>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            if fields.len() > COLUMNS.len() {
                self.rest = "";
                return Some(Err("a line of the file has too many columns".to_owned()));
            }
            let (field, rest) = match self.rest.strip_prefix('"') {
                Some(quoted) => match unquoted(quoted) {
                    Some(found) => found,
                    None => {
                        self.rest = "";
                        return Some(Err("a quote in the file is not closed".to_owned()));
                    }
                },
                None => {
                    let end = self.rest.find([',', '\r', '\n']).unwrap_or(self.rest.len());
                    (self.rest[..end].to_owned(), &self.rest[end..])
                }
            };
            fields.push(field);
            if let Some(rest) = rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            let after = rest
                .strip_prefix("\r\n")
                .or_else(|| rest.strip_prefix(['\n', '\r']));
            match after {
                Some(after) => self.rest = after,
                None if rest.is_empty() => self.rest = "",
                None => {
                    self.rest = "";
                    return Some(Err(
                        "there is something behind a quote in the file".to_owned()
                    ));
                }
            }
            return Some(Ok(fields));
        }
    }
}

/// A field up to its closing quote, and what follows.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"')?;
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Some((field, rest)),
        }
    }
}

#[cfg(test)]
mod tests;
