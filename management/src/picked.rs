//! Values of one reading, with rows and references: what a summary of a gateway is made from.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::naming::Naming;
use crate::session::Session;

/// Values below some objects of the data model, by the path below its root.
#[derive(Debug, Default)]
pub(crate) struct Picked {
    values: BTreeMap<String, String>,
    root: String,
    naming: Naming,
}

impl Picked {
    /// Reads objects and parameters in one request. What the gateway does not have or show is
    /// missing from the values.
    pub(crate) async fn read(session: &Session, below: &[&str]) -> Result<Picked, Error> {
        let root = session.naming().location().to_owned();
        let paths: Vec<String> = below.iter().map(|path| format!("{root}{path}")).collect();
        let (values, _) = session.read_values(&paths).await?;
        let values = values
            .iter()
            .filter_map(|(path, value)| {
                let below = path.strip_prefix(root.as_str())?;
                Some((below.to_owned(), value.trim().to_owned()))
            })
            .collect();
        Ok(Picked {
            values,
            naming: session.naming().clone(),
            root,
        })
    }

    /// A value; nothing when it is missing or empty.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.values
            .get(path)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// A whole number.
    pub(crate) fn number(&self, path: &str) -> Option<i64> {
        self.text(path)?.parse().ok()
    }

    /// A boolean in any of its spellings; nothing when it is missing.
    pub(crate) fn flag(&self, path: &str) -> Option<bool> {
        match self.text(path)?.to_ascii_lowercase().as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        }
    }

    /// Whether something is switched on; what has no switch is.
    pub(crate) fn enabled(&self, object: &str) -> bool {
        self.flag(&format!("{object}Enable")).unwrap_or(true)
    }

    /// Whether there is anything at or below a path.
    pub(crate) fn has(&self, object: &str) -> bool {
        self.below(object).next().is_some()
    }

    /// A value in an object by the end of its name: makers put their own beginning before it.
    pub(crate) fn ending(&self, object: &str, end: &str) -> Option<&str> {
        let path = self.below(object).find(|path| path.ends_with(end))?;
        self.text(path)
    }

    /// Whether the gateway has a parameter, with or without a value.
    pub(crate) fn is_there(&self, path: &str) -> bool {
        self.values.contains_key(path)
    }

    fn below<'a>(&'a self, object: &'a str) -> impl Iterator<Item = &'a str> {
        self.values
            .range(object.to_owned()..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(object))
    }

    /// Paths of the rows of a table, in the order of their numbers, each with its final slash.
    pub(crate) fn rows(&self, table: &str) -> Vec<String> {
        let mut numbers: Vec<u64> = self
            .below(table)
            .filter_map(|path| path.strip_prefix(table)?.split('/').next()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
            .into_iter()
            .map(|number| format!("{table}{number}/"))
            .collect()
    }

    /// Objects a value refers to, as paths below the root with a final slash.
    pub(crate) fn references(&self, path: &str) -> Vec<String> {
        let Some(text) = self.text(path) else {
            return Vec::new();
        };
        text.split(',')
            .filter_map(|one| {
                let one = one.trim();
                let upnp = match self.naming.reference(one) {
                    Some(upnp) => upnp,
                    None if one.starts_with('/') => one.to_owned(),
                    None => return None,
                };
                let below = upnp.strip_prefix(self.root.as_str())?;
                Some(format!("{}/", below.trim_end_matches('/')))
            })
            .collect()
    }

    /// The path as people know it.
    pub(crate) fn shown(&self, path: &str) -> String {
        self.naming.shown(&format!("{}{path}", self.root))
    }
}

#[cfg(test)]
impl Picked {
    /// Values of a gateway that numbers rows from 1.
    pub(crate) fn of(values: &[(&str, &str)]) -> Picked {
        Picked {
            values: values
                .iter()
                .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
                .collect(),
            root: "/BBF/".to_owned(),
            naming: Naming::new("/BBF/", "Device.", Some(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_by_number_and_references_in_either_notation() {
        let picked = Picked::of(&[
            ("A/10/X", "1"),
            ("A/9/X", "true"),
            ("A/9/Enable", "0"),
            ("AB/1/X", ""),
            ("A/9/Lower", "Device.A.10, /BBF/AB/1/,nonsense"),
        ]);
        assert_eq!(picked.rows("A/"), ["A/9/", "A/10/"]);
        assert_eq!(picked.references("A/9/Lower"), ["A/10/", "AB/1/"]);
        assert_eq!(
            (picked.flag("A/10/X"), picked.flag("A/9/X")),
            (Some(true), Some(true))
        );
        assert!(!picked.enabled("A/9/") && picked.enabled("A/10/"));
        assert_eq!(picked.text("AB/1/X"), None, "empty is nothing");
        assert!(picked.has("AB/") && !picked.has("B/"));
    }
}
