//! What a model asks of values together: keys that name one row alone, and references to what is
//! there.
//!
//! A single value is checked by [`crate::schema::validate`]. Here edits are laid over what the
//! gateway has now. Only what an edit itself brings about is told, and only where the gateway
//! shows enough to be sure: what it does not show is its own to judge.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use upnp::data_model::path::is_identifier;

use crate::apply::Present;
use crate::draft::Edit;
use crate::edit_path::{self, EditKind};
use crate::error::{Error, Step};
use crate::limits;
use crate::schema::facts::UniqueKey;
use crate::schema::Reference;
use crate::session::Session;

/// An edit as far as it may be looked at: its UPnP path, and its value unless that is secret.
pub(crate) type Wish<'a> = (&'a str, Option<&'a str>);

/// Edits as wishes.
pub(crate) fn wishes(edits: &[Edit]) -> Vec<Wish<'_>> {
    edits
        .iter()
        .map(|edit| (edit.upnp_path.as_str(), edit.shown_new()))
        .collect()
}

impl Session {
    /// Refuses edits that break a rule together.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] names the first of them; what keeps the gateway from answering.
    pub(crate) async fn require_rules(&self, edits: &[Edit]) -> Result<(), Error> {
        let broken = self.broken_rules(&wishes(edits)).await?;
        match edits.iter().find_map(|edit| {
            let problem = broken.get(&edit.upnp_path)?;
            Some((self.naming.shown(&edit.upnp_path), problem))
        }) {
            None => Ok(()),
            Some((path, problem)) => Err(Error::Usage(format!("{path}: {problem}"))),
        }
    }

    /// Why edits cannot be as they are, by their UPnP paths. The gateway is asked only for
    /// tables whose keys are touched and for targets of references.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from answering; a refusal of it leaves the check out.
    pub(crate) async fn broken_rules(
        &self,
        wishes: &[Wish<'_>],
    ) -> Result<HashMap<String, String>, Error> {
        let mut broken = HashMap::new();
        self.check_keys(wishes, &mut broken).await?;
        self.check_references(wishes, &mut broken).await?;
        Ok(broken)
    }

    async fn check_keys(
        &self,
        wishes: &[Wish<'_>],
        broken: &mut HashMap<String, String>,
    ) -> Result<(), Error> {
        let tables = self.keys_touched(wishes);
        let there: Vec<String> = tables
            .keys()
            .filter(|table| !edit_path::is_new(table))
            .cloned()
            .collect();
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        if !there.is_empty() {
            match self.read_values(&there).await {
                Ok((read, _)) => values.extend(
                    read.iter()
                        .map(|(path, value)| (path.to_owned(), value.to_owned())),
                ),
                Err(error) if is_refusal(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        let deleted = of_kind(wishes, EditKind::Delete);
        values.retain(|path, _| !deleted.iter().any(|row| path.starts_with(row)));
        for (path, value) in wishes {
            if let (EditKind::Set, Some(value)) = (EditKind::of(path), value) {
                values.insert((*path).to_owned(), (*value).to_owned());
            }
        }
        for (table, (keys, enable)) in &tables {
            let rows = rows_of(table, values.keys());
            for key in keys {
                let enabled = |row: &str| {
                    let switch = enable.filter(|_| key.functional);
                    let value = switch.and_then(|name| values.get(&format!("{row}{name}")));
                    value.is_none_or(|value| matches!(value.trim(), "1" | "true"))
                };
                let members: Vec<String> = key
                    .parameters
                    .iter()
                    .map(|name| name.replace('.', "/"))
                    .collect();
                // Rows by the values that name them.
                let mut named: BTreeMap<Vec<&str>, &str> = BTreeMap::new();
                let touched = |row: &str| {
                    members
                        .iter()
                        .map(|name| format!("{row}{name}"))
                        .find(|path| wishes.iter().any(|(wish, _)| wish == path))
                };
                // Rows the edits leave alone come first: the other one is at fault.
                let (ours, others): (Vec<&String>, Vec<&String>) =
                    rows.iter().partition(|row| touched(row).is_some());
                for row in others.into_iter().chain(ours) {
                    let name: Option<Vec<&str>> = members
                        .iter()
                        .map(|name| {
                            values
                                .get(&format!("{row}{name}"))
                                .map(|value| value.trim())
                        })
                        .collect();
                    let Some(name) = name.filter(|name| name.iter().any(|value| !value.is_empty()))
                    else {
                        continue;
                    };
                    if !enabled(row) {
                        continue;
                    }
                    match (named.get(&name), touched(row)) {
                        (Some(other), Some(path)) => {
                            let what = key.parameters.join(" and ");
                            let other = self.naming.shown(other);
                            broken.entry(path).or_insert_with(|| {
                                format!("{other} has the same {what}, which must differ")
                            });
                        }
                        (Some(_), None) => {}
                        (None, _) => {
                            named.insert(name, row);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Tables in whose keys a wish has a part: the keys, and the parameter that switches a row on.
    #[allow(clippy::type_complexity)]
    fn keys_touched(
        &self,
        wishes: &[Wish<'_>],
    ) -> BTreeMap<String, (Vec<UniqueKey>, Option<&'static str>)> {
        let mut tables: BTreeMap<String, (Vec<UniqueKey>, Option<&'static str>)> = BTreeMap::new();
        for (path, value) in wishes {
            let (EditKind::Set, Some(_), Some(row)) = (EditKind::of(path), value, row_of(path))
            else {
                continue;
            };
            let Some(fact) = self.fact_of(row) else {
                continue;
            };
            let Some(object) = fact.object() else {
                continue;
            };
            let name = path.get(row.len()..).unwrap_or("").replace('/', ".");
            let (keys, enable) = tables
                .entry(edit_path::table_of(row).to_owned())
                .or_insert((Vec::new(), object.enable_parameter));
            *enable = object.enable_parameter;
            for key in &object.unique_keys {
                if key.parameters.contains(&name.as_str()) && !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        tables.retain(|_, (keys, _)| !keys.is_empty());
        tables
    }

    async fn check_references(
        &self,
        wishes: &[Wish<'_>],
        broken: &mut HashMap<String, String>,
    ) -> Result<(), Error> {
        if self.naming.index_base().is_none() {
            return Ok(());
        }
        let new_rows: BTreeSet<String> = of_kind(wishes, EditKind::Create)
            .into_iter()
            .flat_map(|row| [row.to_owned(), self.naming.shown(row)])
            .map(|row| bare(&row).to_owned())
            .collect();
        let deleted = of_kind(wishes, EditKind::Delete);
        let mut targets: Vec<(&str, String)> = Vec::new();
        let mut lists: Vec<(&str, &str, String, bool)> = Vec::new();
        for (path, value) in wishes {
            let (EditKind::Set, Some(value)) = (EditKind::of(path), value) else {
                continue;
            };
            let Some(fact) = self.fact_of(path) else {
                continue;
            };
            let Some(parameter) = fact.parameter() else {
                continue;
            };
            match &parameter.references {
                // A weak reference may outlive its target.
                Some(Reference::Path {
                    follows_target: true,
                    ..
                }) => {
                    let items = value
                        .split(',')
                        .map(str::trim)
                        .filter(|item| !item.is_empty());
                    for item in items.filter(|item| !new_rows.contains(bare(item))) {
                        match self.naming.reference(item) {
                            None => {
                                let problem = format!("“{item}” is no path of this gateway");
                                broken.entry((*path).to_owned()).or_insert(problem);
                            }
                            Some(target) if deleted.iter().any(|row| target.starts_with(row)) => {
                                let problem = format!("{item} is deleted at the same time");
                                broken.entry((*path).to_owned()).or_insert(problem);
                            }
                            Some(target) => targets.push((path, target)),
                        }
                    }
                }
                Some(Reference::ValueOf {
                    parameter: listing,
                    null_value,
                }) if *null_value != Some(*value) && !value.is_empty() => {
                    if let Some(listing) = self.beside(listing, path) {
                        lists.push((path, value, listing, parameter.list.is_some()));
                    }
                }
                _ => {}
            }
        }
        let wanted: BTreeSet<&str> = targets.iter().map(|(_, target)| target.as_str()).collect();
        let there = self.present_targets(&wanted).await?;
        for (path, target) in &targets {
            if there.get(target.as_str()) == Some(&false) {
                let target = self.naming.shown(target);
                let problem = format!("there is no {target} it could refer to");
                broken.entry((*path).to_owned()).or_insert(problem);
            }
        }
        self.check_lists(&lists, wishes, broken).await
    }

    /// Which of these objects, rows and parameters there are; what nobody can tell is left out.
    async fn present_targets(
        &self,
        targets: &BTreeSet<&str>,
    ) -> Result<HashMap<String, bool>, Error> {
        let mut there = HashMap::new();
        // The row of each target: itself, or the one it is in.
        let row_in = |target: &str| row_of(&format!("{target}x")).map(str::to_owned);
        let targets: Vec<&str> = targets
            .iter()
            .copied()
            .take(limits::REFERENCES_CHECKED)
            .collect();
        let rows: BTreeSet<String> = targets.iter().filter_map(|one| row_in(one)).collect();
        let rows: Vec<String> = rows.into_iter().collect();
        let present = if rows.is_empty() {
            Present::default()
        } else {
            self.present(&rows, Step::Read).await?
        };
        for target in targets {
            let row = row_in(target);
            let has_row = row.as_deref().map(|row| present.has_row(row));
            let has = match has_row {
                Some(None) => continue,
                Some(Some(has)) if !has || row.as_deref() == Some(target) => Some(has),
                // Neither a row nor in one that is not there.
                _ => self.has_in_structure(target).await?,
            };
            if let Some(has) = has {
                there.insert(target.to_owned(), has);
            }
        }
        Ok(there)
    }

    /// Whether the gateway lists an object or a parameter among what it supports; `None` when
    /// it does not tell.
    async fn has_in_structure(&self, target: &str) -> Result<Option<bool>, Error> {
        let name = bare(target);
        let Some(slash) = name.rfind('/') else {
            return Ok(None);
        };
        let (object, name) = name.split_at(slash + 1);
        match self.structure_of(object, 1).await {
            Ok(listed) if listed.is_empty() => Ok(None),
            Ok(listed) => Ok(Some(listed.iter().any(|path| {
                let path = bare(path).trim_end_matches("/#");
                path.rsplit('/').next() == Some(name)
            }))),
            Err(error) => match error.request() {
                Some(upnp::Error::Refused { fault, .. }) if fault.code == 703 => Ok(Some(false)),
                Some(upnp::Error::Refused { .. }) => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// The parameter of a model path that stands beside an edited one: with its rows.
    fn beside(&self, listing: &str, path: &str) -> Option<String> {
        let listing = self.naming.upnp(&listing.replace("{i}", "1"))?;
        let structure = edit_path::structure(&listing);
        let (mut filled, mut same) = (Vec::new(), true);
        let mut own = path.split('/');
        for part in structure.split('/') {
            let beside = own.next();
            match (part, beside) {
                ("#", Some(row)) if same && is_identifier(row) => filled.push(row),
                ("#", _) => return None,
                (name, beside) => {
                    same &= beside == Some(name);
                    filled.push(name);
                }
            }
        }
        Some(filled.join("/"))
    }

    async fn check_lists(
        &self,
        lists: &[(&str, &str, String, bool)],
        wishes: &[Wish<'_>],
        broken: &mut HashMap<String, String>,
    ) -> Result<(), Error> {
        if lists.is_empty() {
            return Ok(());
        }
        let asked: BTreeSet<String> = lists
            .iter()
            .map(|(_, _, listing, _)| listing.clone())
            .collect();
        let asked: Vec<String> = asked.into_iter().collect();
        let read = match self.read_values(&asked).await {
            Ok((read, _)) => read,
            Err(error) if is_refusal(&error) => return Ok(()),
            Err(error) => return Err(error),
        };
        for (path, value, listing, is_list) in lists {
            let wished = wishes.iter().find(|(wish, _)| wish == listing);
            let wished = wished.and_then(|(_, value)| *value);
            let Some(listed) = wished.or_else(|| read.get(listing)) else {
                continue;
            };
            let listed: Vec<&str> = listed.split(',').map(str::trim).collect();
            if listed.iter().all(|item| item.is_empty()) {
                continue;
            }
            let items: Vec<&str> = match is_list {
                true => value
                    .split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .collect(),
                false => vec![*value],
            };
            if let Some(item) = items.into_iter().find(|item| !listed.contains(item)) {
                let problem = format!(
                    "the gateway takes only what {} lists ({}), not “{item}”",
                    self.naming.shown(listing),
                    listed.join(", ")
                );
                broken.entry((*path).to_owned()).or_insert(problem);
            }
        }
        Ok(())
    }
}

/// Paths of the edits of a kind.
fn of_kind<'a>(wishes: &[Wish<'a>], kind: EditKind) -> Vec<&'a str> {
    let paths = wishes.iter().map(|(path, _)| *path);
    paths.filter(|path| EditKind::of(path) == kind).collect()
}

/// The innermost row a parameter is in, there or new.
fn row_of(path: &str) -> Option<&str> {
    let mut end = path.rfind('/')?;
    loop {
        let inner = path.get(..end)?;
        let start = inner.rfind('/')?;
        let part = inner.get(start + 1..)?;
        if is_identifier(part) || edit_path::is_new_number(part) {
            return path.get(..end + 1);
        }
        end = start;
    }
}

/// Rows of a table that have a value among these paths.
fn rows_of<'a>(table: &str, paths: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    paths
        .filter_map(|path| {
            let rest = path.strip_prefix(table)?;
            let number = rest.split('/').next()?;
            rest.contains('/').then(|| format!("{table}{number}/"))
        })
        .collect()
}

fn bare(path: &str) -> &str {
    path.trim_end_matches(['/', '.'])
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.request(), Some(upnp::Error::Refused { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_a_parameter_is_the_innermost() {
        assert_eq!(row_of("/BBF/A/1/B/+2/C/D"), Some("/BBF/A/1/B/+2/"));
        assert_eq!(row_of("/BBF/A/1/B"), Some("/BBF/A/1/"));
        assert_eq!(row_of("/BBF/A/B"), None);
    }

    #[test]
    fn rows_are_those_with_values() {
        let paths = ["/A/1/X", "/A/1/B/2/Y", "/A/+1/X", "/AB/3/X", "/A/Number"];
        let paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
        let rows: Vec<String> = rows_of("/A/", paths.iter()).into_iter().collect();
        assert_eq!(rows, ["/A/+1/", "/A/1/"]);
    }
}
