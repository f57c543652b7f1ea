//! Which row of one gateway is which row of another: by what rows are for and what tells
//! them apart, since numbers mean nothing across gateways.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use upnp::data_model::notation::Notation;
use upnp::data_model::path::is_identifier;

use crate::edit_path;
use crate::snapshots::{Kept, SavedTree};

use super::RestoreHow;

/// A tree indexed for matching.
pub(super) struct Indexed<'a> {
    pub tree: &'a SavedTree,
    notation: Option<Notation>,
    values: HashMap<&'a str, &'a str>,
    /// Rows by table, in the order of their numbers.
    tables: BTreeMap<String, Vec<String>>,
}

/// How deep references are followed from a row.
const DEPTH: usize = 12;

/// Parameters by which a row says what it stands on or belongs to.
const STANDS_ON: [&str; 3] = ["LowerLayers", "SSIDReference", "Interface"];

/// Parameters by which people tell rows apart.
const NAMES: [&str; 5] = ["Name", "Description", "SSID", "HostName", "Username"];

impl<'a> Indexed<'a> {
    pub fn new(tree: &'a SavedTree) -> Self {
        let mut rows: BTreeMap<String, BTreeSet<(u64, String)>> = BTreeMap::new();
        let mut values = HashMap::with_capacity(tree.values.len());
        for (path, value) in &tree.values {
            if let Kept::Plain(text) = value {
                values.insert(path.as_str(), text.as_str());
            }
            let mut at = 0;
            while let Some(end) = path[at + 1..].find('/').map(|end| at + 1 + end) {
                let part = &path[at + 1..end];
                if is_identifier(part) {
                    let number = part.parse().unwrap_or(u64::MAX);
                    let table = path[..=at].to_owned();
                    rows.entry(table)
                        .or_default()
                        .insert((number, path[..=end].to_owned()));
                }
                at = end;
            }
        }
        let tables = rows
            .into_iter()
            .map(|(table, rows)| (table, rows.into_iter().map(|(_, row)| row).collect()));
        Indexed {
            tree,
            notation: tree.notation(),
            values,
            tables: tables.collect(),
        }
    }

    /// Tables with their rows, outer ones first.
    pub fn tables(&self) -> Vec<(&String, &Vec<String>)> {
        let mut tables: Vec<_> = self.tables.iter().collect();
        tables.sort_by_key(|(table, _)| table.matches('/').count());
        tables
    }

    /// Rows of a table.
    pub fn rows(&self, table: &str) -> &[String] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    pub fn value(&self, path: &str) -> Option<&'a str> {
        self.values.get(path).copied()
    }

    /// The row or object a value names, in UPnP spelling.
    pub fn target(&self, value: &str) -> Option<String> {
        Some(self.notation.as_ref()?.reference(value)?.upnp)
    }

    fn member(&self, row: &str, name: &str) -> Option<&'a str> {
        self.value(&format!("{row}{name}"))
            .filter(|value| !value.is_empty())
    }

    /// What a row is for: the home network or the provider's side, which radio.
    fn role(&self, row: &str, depth: usize) -> Option<String> {
        let below = row.strip_prefix(self.tree.origin.location.as_str())?;
        let top = below.split('/').next()?;
        if let Some(band) = self.member(row, "OperatingFrequencyBand") {
            return Some(format!("radio {band}"));
        }
        if self.member(row, "Type") == Some("Loopback") {
            return Some("loopback".to_owned());
        }
        if let Some(upstream) = self.member(row, "Upstream") {
            let provider = matches!(upstream, "1" | "true");
            return Some(if provider { "provider" } else { "home" }.to_owned());
        }
        match top {
            "DSL" | "PTM" | "ATM" | "Optical" | "Cellular" | "PPP" | "FAST" => {
                return Some("provider".to_owned())
            }
            "Bridging" => return Some("home".to_owned()),
            _ => {}
        }
        if depth == 0 {
            return None;
        }
        STANDS_ON.iter().find_map(|name| {
            let value = self.member(row, name)?;
            value
                .split(',')
                .find_map(|item| self.role(&self.target(item)?, depth - 1))
        })
    }

    /// Values of a unique key, none when the row does not have all of them.
    fn key(&self, row: &str, names: &[&str]) -> Option<Vec<String>> {
        let values = names.iter().map(|name| {
            let value = self.value(&format!("{row}{name}"))?;
            // References are compared by what they stand for.
            match self.target(value) {
                Some(target) => Some(
                    self.role(&target, DEPTH)
                        .unwrap_or_else(|| edit_path::structure(&target)),
                ),
                None => Some(value.to_owned()),
            }
        });
        let values: Option<Vec<String>> = values.collect();
        values.filter(|values| values.iter().any(|value| !value.is_empty()))
    }
}

/// A row and the row it is on the other side.
pub(super) struct Pair {
    pub from: String,
    pub to: String,
    pub how: RestoreHow,
}

/// Pairs the rows of a table. `same_gateway`: numbers still mean something.
pub(super) fn pair(
    from: &Indexed<'_>,
    from_rows: &[String],
    to: &Indexed<'_>,
    to_rows: &[String],
    same_gateway: bool,
) -> Vec<Pair> {
    let keys: Vec<Vec<&'static str>> = from_rows
        .first()
        .and_then(|row| from.tree.fact(row))
        .and_then(|fact| fact.object().map(|object| object.unique_keys.clone()))
        .unwrap_or_default()
        .into_iter()
        .map(|key| key.parameters)
        .filter(|names| names.as_slice() != ["Alias"])
        .collect();
    let mut scored = Vec::new();
    for (place, a) in from_rows.iter().enumerate() {
        let role = from.role(a, DEPTH);
        for (other_place, b) in to_rows.iter().enumerate() {
            let other_role = to.role(b, DEPTH);
            let roles_differ = role.is_some() && other_role.is_some() && role != other_role;
            if roles_differ && !same_gateway {
                continue;
            }
            let same_key = keys.iter().any(|names| {
                from.key(a, names)
                    .is_some_and(|key| to.key(b, names).as_ref() == Some(&key))
            });
            let same = |name: &&str| {
                from.member(a, name)
                    .is_some_and(|value| to.member(b, name) == Some(value))
            };
            let same_number = same_gateway && last(a) == last(b);
            let same_alias = same(&"Alias");
            let same_name = NAMES.iter().any(same);
            let same_role = role.is_some() && role == other_role;
            let near = from_rows.len() == to_rows.len() && place == other_place;
            let score = 80 * i32::from(same_key)
                + 70 * i32::from(same_number)
                + 25 * i32::from(same_alias)
                + 30 * i32::from(same_name)
                + 40 * i32::from(same_role)
                + 8 * i32::from(near)
                // Within a role, the first is the first.
                - i32::try_from(place.abs_diff(other_place).min(7)).unwrap_or(7);
            let how = if same_key || same_number {
                RestoreHow::ByKey
            } else if same_name || same_alias {
                RestoreHow::ByName
            } else if same_role {
                RestoreHow::ByRole
            } else {
                RestoreHow::ByPosition
            };
            scored.push((score, place, other_place, how));
        }
    }
    scored.sort_by_key(|(score, place, other, _)| (-score, *place, *other));
    let mut used = (vec![false; from_rows.len()], vec![false; to_rows.len()]);
    let mut pairs = Vec::new();
    for (score, place, other, how) in scored {
        if score < 1 || used.0[place] || used.1[other] {
            continue;
        }
        // On the same gateway a row that has another number and nothing else in common is
        // another row.
        if same_gateway && how == RestoreHow::ByPosition {
            continue;
        }
        used.0[place] = true;
        used.1[other] = true;
        pairs.push(Pair {
            from: from_rows[place].clone(),
            to: to_rows[other].clone(),
            how,
        });
    }
    pairs
}

fn last(row: &str) -> &str {
    row.trim_end_matches('/').rsplit('/').next().unwrap_or(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SnapshotOrigin;

    fn tree(values: &[(&str, &str)]) -> SavedTree {
        let values = values
            .iter()
            .map(|(path, value)| ((*path).to_owned(), Kept::Plain((*value).to_owned())));
        SavedTree {
            origin: SnapshotOrigin {
                location: "/BBF/".into(),
                root: "Device.".into(),
                index_base: Some(0),
                ..SnapshotOrigin::default()
            },
            values: values.collect(),
        }
    }

    fn paired(
        a: &SavedTree,
        b: &SavedTree,
        table: &str,
        same_gateway: bool,
    ) -> Vec<(String, String, RestoreHow)> {
        let (a, b) = (Indexed::new(a), Indexed::new(b));
        let mut pairs: Vec<_> = pair(&a, a.rows(table), &b, b.rows(table), same_gateway)
            .into_iter()
            .map(|pair| {
                (
                    last(&pair.from).to_owned(),
                    last(&pair.to).to_owned(),
                    pair.how,
                )
            })
            .collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs
    }

    #[test]
    fn networks_are_matched_by_their_radio() {
        let a = tree(&[
            ("/BBF/WiFi/Radio/0/OperatingFrequencyBand", "2.4GHz"),
            ("/BBF/WiFi/Radio/1/OperatingFrequencyBand", "5GHz"),
            ("/BBF/WiFi/SSID/0/LowerLayers", "/BBF/WiFi/Radio/0/"),
            ("/BBF/WiFi/SSID/1/LowerLayers", "/BBF/WiFi/Radio/1/"),
        ]);
        let b = tree(&[
            ("/BBF/WiFi/Radio/0/OperatingFrequencyBand", "5GHz"),
            ("/BBF/WiFi/Radio/1/OperatingFrequencyBand", "2.4GHz"),
            ("/BBF/WiFi/SSID/4/LowerLayers", "Device.WiFi.Radio.1."),
            ("/BBF/WiFi/SSID/7/LowerLayers", "Device.WiFi.Radio.2"),
        ]);
        let role = RestoreHow::ByRole;
        assert_eq!(
            paired(&a, &b, "/BBF/WiFi/Radio/", false),
            [
                ("0".into(), "1".into(), role),
                ("1".into(), "0".into(), role)
            ]
        );
        assert_eq!(
            paired(&a, &b, "/BBF/WiFi/SSID/", false),
            [
                ("0".into(), "7".into(), role),
                ("1".into(), "4".into(), role)
            ]
        );
    }

    #[test]
    fn rows_are_matched_by_their_unique_key() {
        let mapping = |row: u32, port: &str| {
            [
                (
                    format!("/BBF/NAT/PortMapping/{row}/ExternalPort"),
                    port.to_owned(),
                ),
                (
                    format!("/BBF/NAT/PortMapping/{row}/Protocol"),
                    "TCP".to_owned(),
                ),
                (
                    format!("/BBF/NAT/PortMapping/{row}/RemoteHost"),
                    String::new(),
                ),
            ]
        };
        let made = |rows: &[(u32, &str)]| {
            let values: Vec<(String, String)> = rows
                .iter()
                .flat_map(|(row, port)| mapping(*row, port))
                .collect();
            let values: Vec<(&str, &str)> = values
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            tree(&values)
        };
        let (a, b) = (
            made(&[(0, "80"), (1, "443")]),
            made(&[(2, "443"), (3, "25")]),
        );
        let found = paired(&a, &b, "/BBF/NAT/PortMapping/", true);
        assert_eq!(found, [("1".into(), "2".into(), RestoreHow::ByKey)]);
    }
}
