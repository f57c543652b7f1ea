//! Two trees side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Kept, SavedTree};
use crate::store::SnapshotOrigin;
use crate::view::shorten;

/// How two trees differ at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Both have it, with different values.
    Changed,
    /// Only the first has it.
    Gone,
    /// Only the second has it.
    New,
}

/// One path at which two trees differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DifferenceView {
    /// Shown path.
    pub path: String,
    /// UPnP path, of the second tree where it has one.
    pub upnp_path: String,
    /// How they differ.
    pub difference: Difference,
    /// Value of the first; `null` for secrets and where it has none.
    pub left: Option<String>,
    /// Value of the second; `null` for secrets and where it has none.
    pub right: Option<String>,
    /// Whether it is a setting; otherwise a measurement or state of the gateway's own.
    pub setting: bool,
    /// Whether the value is a secret.
    pub secret: bool,
}

/// Two trees side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ComparisonView {
    /// Where the first comes from.
    pub left: SnapshotOrigin,
    /// Where the second comes from.
    pub right: SnapshotOrigin,
    /// Where they differ, by path.
    pub differences: Vec<DifferenceView>,
    /// How many parameters are the same in both.
    pub same: u32,
}

impl ComparisonView {
    /// Leaves of long values only as many characters as a screen can be asked to draw.
    pub fn shorten(&mut self, characters: usize) {
        for difference in &mut self.differences {
            shorten(&mut difference.left, characters);
            shorten(&mut difference.right, characters);
        }
    }
}

/// Compares by the path people see: two gateways may number rows from 0 and from 1, and
/// mount their data models in different places.
pub(crate) fn compare(left: &SavedTree, right: &SavedTree) -> ComparisonView {
    let by_name = |tree: &SavedTree| -> BTreeMap<String, usize> {
        let names = tree.values.iter().enumerate();
        names.map(|(at, (path, _))| (tree.name(path), at)).collect()
    };
    let (left_names, mut right_names) = (by_name(left), by_name(right));
    let mut differences = Vec::new();
    let mut same = 0;
    for (name, at) in left_names {
        let (path, old) = &left.values[at];
        match right_names.remove(&name) {
            None => differences.push(difference(left, path, Difference::Gone, Some(old), None)),
            Some(at) => {
                let (path, new) = &right.values[at];
                if is_same(old, new) || names_the_same(left, old, right, new) {
                    same += 1;
                } else {
                    differences.push(difference(
                        right,
                        path,
                        Difference::Changed,
                        Some(old),
                        Some(new),
                    ));
                }
            }
        }
    }
    for at in right_names.into_values() {
        let (path, new) = &right.values[at];
        differences.push(difference(right, path, Difference::New, None, Some(new)));
    }
    differences.sort_by_key(|one| natural(&one.path));
    ComparisonView {
        left: left.origin.clone(),
        right: right.origin.clone(),
        differences,
        same,
    }
}

fn difference(
    tree: &SavedTree,
    path: &str,
    difference: Difference,
    left: Option<&Kept>,
    right: Option<&Kept>,
) -> DifferenceView {
    let text = |value: Option<&Kept>| match value {
        Some(Kept::Plain(text)) => Some(text.clone()),
        _ => None,
    };
    DifferenceView {
        path: tree.shown(path),
        upnp_path: path.to_owned(),
        difference,
        left: text(left),
        right: text(right),
        setting: tree.is_setting(path),
        secret: [left, right]
            .into_iter()
            .flatten()
            .any(|value| !matches!(value, Kept::Plain(_))),
    }
}

/// Whether two values refer to the same, each in the notation and with the row numbers of its
/// own gateway.
fn names_the_same(left: &SavedTree, old: &Kept, right: &SavedTree, new: &Kept) -> bool {
    let (Kept::Plain(old), Kept::Plain(new)) = (old, new) else {
        return false;
    };
    let (Some(left), Some(right)) = (left.notation(), right.notation()) else {
        return false;
    };
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split(',').collect(), new.split(',').collect());
    old.len() == new.len()
        && old.iter().zip(new).all(|(old, new)| {
            let named = left.reference(old).map(|found| found.bbf);
            *old == new || (named.is_some() && named == right.reference(new).map(|found| found.bbf))
        })
}

/// A secret nobody knows is not said to differ.
fn is_same(left: &Kept, right: &Kept) -> bool {
    match (left, right) {
        (Kept::Plain(left), Kept::Plain(right)) => left == right,
        (Kept::Secret(left), Kept::Secret(right)) => left.expose() == right.expose(),
        (Kept::Plain(_), _) | (_, Kept::Plain(_)) => false,
        (Kept::Hidden, _) | (_, Kept::Hidden) => true,
    }
}

/// Row 10 after row 9.
fn natural(path: &str) -> Vec<(u64, String)> {
    let part = |part: &str| (part.parse().unwrap_or(0), part.to_owned());
    path.split(['.', '/']).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(base: u32, values: &[(&str, &str)]) -> SavedTree {
        let values = values
            .iter()
            .map(|(path, value)| ((*path).to_owned(), Kept::Plain((*value).to_owned())));
        SavedTree {
            origin: SnapshotOrigin {
                location: "/BBF/".into(),
                root: "Device.".into(),
                index_base: Some(base),
                ..SnapshotOrigin::default()
            },
            values: values.collect(),
        }
    }

    #[test]
    fn trees_with_other_row_numbers_are_compared_by_what_people_see() {
        let left = tree(
            0,
            &[
                ("/BBF/WiFi/SSID/0/SSID", "Home"),
                ("/BBF/WiFi/SSID/1/SSID", "Guest"),
                ("/BBF/DeviceInfo/UpTime", "7"),
            ],
        );
        let right = tree(
            1,
            &[
                ("/BBF/WiFi/SSID/1/SSID", "Home"),
                ("/BBF/Time/Enable", "1"),
                ("/BBF/DeviceInfo/UpTime", "9"),
            ],
        );
        let found = compare(&left, &right);
        assert_eq!(found.same, 1);
        let told: Vec<(&str, Difference, bool)> = found
            .differences
            .iter()
            .map(|difference| {
                (
                    difference.path.as_str(),
                    difference.difference,
                    difference.setting,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Device.DeviceInfo.UpTime", Difference::Changed, false),
                ("Device.Time.Enable", Difference::New, true),
                ("Device.WiFi.SSID.2.SSID", Difference::Gone, true),
            ]
        );
    }
}
