//! Paths of edits: a parameter to set, a row to delete, and rows that do not exist yet.
//!
//! The gateway numbers a row when it makes it. Until then a draft calls it `+1`, `+2`…, so
//! that its parameters, and references to it, have a path: `/BBF/NAT/PortMapping/+1/Enable`.
//! A leading `+` is in no path of a gateway, so what an edit is can be read off its path.

use serde::{Deserialize, Serialize};
use specta::Type;
use upnp::data_model::path::is_identifier;

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EditKind {
    /// Gives a parameter a value.
    Set,
    /// Makes a row of a table.
    Create,
    /// Deletes a row.
    Delete,
}

impl EditKind {
    /// What an edit at this path does.
    pub fn of(path: &str) -> EditKind {
        match path
            .strip_suffix('/')
            .and_then(|row| row.rsplit('/').next())
        {
            Some(last) if is_new_number(last) => EditKind::Create,
            Some(_) => EditKind::Delete,
            None => EditKind::Set,
        }
    }
}

/// Whether a part of a path stands for a row that does not exist yet.
pub fn is_new_number(part: &str) -> bool {
    part.strip_prefix('+').is_some_and(is_identifier)
}

/// Whether a path is in a row that does not exist yet, or is that row.
pub fn is_new(path: &str) -> bool {
    path.split('/').any(is_new_number)
}

/// The innermost row that does not exist yet on the way to `path`, itself included.
pub fn new_row(path: &str) -> Option<&str> {
    let mut end = path.len();
    while let Some(at) = path.get(..end)?.rfind('/') {
        let below = path.get(at + 1..end)?;
        if is_new_number(below) {
            // The slash behind the number belongs to the row.
            return path.get(..end + 1);
        }
        end = at;
    }
    None
}

/// Path with `#` in the place of each row, there or not.
pub fn structure(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        if is_identifier(part) || is_new_number(part) {
            "#"
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The table a row is in.
pub fn table_of(row: &str) -> &str {
    let inner = row.trim_end_matches('/');
    inner.rfind('/').map_or("/", |at| &inner[..=at])
}

/// The number `+n` of the next new row, higher than any in use.
pub fn next_number<'a>(paths: impl Iterator<Item = &'a str>) -> u32 {
    let used = paths.flat_map(|path| path.split('/')).filter_map(|part| {
        let number = part.strip_prefix('+')?;
        number.parse::<u32>().ok()
    });
    used.max().unwrap_or(0).saturating_add(1)
}

/// Rows that were made: what the draft called them, and what the gateway does.
#[derive(Debug, Clone, Default)]
pub struct MadeRows {
    rows: Vec<(String, String)>,
}

impl MadeRows {
    /// Notes that `new` has become `made`; both end in a slash.
    pub fn note(&mut self, new: &str, made: &str) {
        self.rows.push((new.to_owned(), made.to_owned()));
    }

    /// A path with the gateway's numbers, as far as rows were made. A row within a row may have
    /// been noted by the outer row's old number or by its new one, before or after it.
    pub fn path(&self, path: &str) -> String {
        self.renumbered(path, |path, new, made| {
            path.strip_prefix(new).map(|rest| format!("{made}{rest}"))
        })
    }

    /// A value with the gateway's numbers where it refers to rows that were made. `shown`
    /// gives the other notation of a path.
    pub fn value(&self, value: &str, shown: impl Fn(&str) -> String) -> String {
        if self.rows.is_empty() || !value.contains('+') {
            return value.to_owned();
        }
        let item = |item: &str| {
            self.renumbered(item, |item, new, made| {
                replaced(item, new, made).or_else(|| replaced(item, &shown(new), &shown(made)))
            })
        };
        value.split(',').map(item).collect::<Vec<_>>().join(",")
    }

    /// Replaces the innermost row that fits, again and again; each time one number is new.
    fn renumbered(
        &self,
        text: &str,
        replace: impl Fn(&str, &str, &str) -> Option<String>,
    ) -> String {
        let mut text = text.to_owned();
        for _ in &self.rows {
            let fitting = self.rows.iter().filter_map(|(new, made)| {
                Some((new.matches('/').count(), replace(&text, new, made)?))
            });
            match fitting.max_by_key(|(depth, _)| *depth) {
                Some((_, next)) => text = next,
                None => break,
            }
        }
        text
    }
}

/// `item` with `made` for `new` at its start; the last separator may be missing in it.
fn replaced(item: &str, new: &str, made: &str) -> Option<String> {
    let bare = |row: &str| row.trim_end_matches(['/', '.']).to_owned();
    if item == bare(new) {
        return Some(bare(made));
    }
    item.strip_prefix(new).map(|rest| format!("{made}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_what_is_done() {
        assert_eq!(EditKind::of("/BBF/WiFi/SSID/0/SSID"), EditKind::Set);
        assert_eq!(EditKind::of("/BBF/NAT/PortMapping/3/"), EditKind::Delete);
        assert_eq!(EditKind::of("/BBF/NAT/PortMapping/+1/"), EditKind::Create);
        assert_eq!(
            EditKind::of("/BBF/NAT/PortMapping/+1/Enable"),
            EditKind::Set
        );
    }

    #[test]
    fn the_new_row_of_a_path_is_the_innermost() {
        assert_eq!(new_row("/A/+1/B/+2/C"), Some("/A/+1/B/+2/"));
        assert_eq!(new_row("/A/+1/B/2/C"), Some("/A/+1/"));
        assert_eq!(new_row("/A/+1/"), Some("/A/+1/"));
        assert_eq!(new_row("/A/1/C"), None);
        assert_eq!(table_of("/A/+1/B/+2/"), "/A/+1/B/");
        assert_eq!(structure("/A/+1/B/0/C"), "/A/#/B/#/C");
        assert_eq!(next_number(["/A/+4/", "/A/+1/B"].into_iter()), 5);
    }

    #[test]
    fn a_row_within_a_row_is_found_however_it_was_noted() {
        let outer = ("/BBF/A/+1/", "/BBF/A/7/");
        let inner = [
            ("/BBF/A/+1/B/+2/", "/BBF/A/7/B/0/"),
            ("/BBF/A/7/B/+2/", "/BBF/A/7/B/0/"),
        ];
        let shown = |path: &str| path.replace("/BBF/", "Device.").replace('/', ".");
        for inner in inner {
            for order in [[outer, inner], [inner, outer]] {
                let mut made = MadeRows::default();
                order.iter().for_each(|(new, row)| made.note(new, row));
                assert_eq!(made.path("/BBF/A/+1/B/+2/C"), "/BBF/A/7/B/0/C", "{order:?}");
                assert_eq!(
                    made.value("Device.A.+1.B.+2", shown),
                    "Device.A.7.B.0",
                    "{order:?}"
                );
                assert_eq!(made.path("/BBF/A/+12/C"), "/BBF/A/+12/C");
            }
        }
    }

    #[test]
    fn made_rows_are_put_into_paths_and_references() {
        let mut made = MadeRows::default();
        made.note("/BBF/A/+1/", "/BBF/A/7/");
        made.note("/BBF/A/7/B/+2/", "/BBF/A/7/B/0/");
        let shown = |path: &str| path.replace("/BBF/", "Device.").replace('/', ".");
        assert_eq!(made.path("/BBF/A/+1/B/+2/C"), "/BBF/A/7/B/0/C");
        assert_eq!(made.value("Device.A.+1", shown), "Device.A.7");
        assert_eq!(
            made.value("/BBF/C/1/,/BBF/A/+1/", shown),
            "/BBF/C/1/,/BBF/A/7/"
        );
        assert_eq!(made.value("1+1", shown), "1+1");
        assert_eq!(made.value("Device.A.+11", shown), "Device.A.+11");
    }
}
