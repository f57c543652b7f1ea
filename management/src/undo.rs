//! The journal as a person reads it, and the way back of any of its entries.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use specta::Type;
use upnp::data_model::path::is_identifier;

use crate::application::Management;
use crate::draft::Edit;
use crate::edit_path::{self, EditKind};
use crate::error::Error;
use crate::limits;
use crate::schema::Access;
use crate::session::Session;
use crate::store::{DraftValue, JournalChange, JournalEntry, JournalState, JournalValue};
use crate::view::DraftView;

/// One line of the history of a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryView {
    /// Number of the entry.
    pub id: u32,
    /// When it was sent, RFC 3339.
    pub time: String,
    /// How far it came.
    pub state: JournalState,
    /// What was changed.
    pub changes: Vec<HistoryChangeView>,
    /// What the gateway or the line said, when it did not go well.
    pub detail: Option<String>,
    /// Entry this one took back.
    pub undoes: Option<u32>,
    /// Entry that took this one back.
    pub undone_by: Option<u32>,
    /// Whether there is a way back: it took effect, and not all of it was secret.
    pub undoable: bool,
}

/// One change of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryChangeView {
    /// What was done.
    pub kind: EditKind,
    /// Shown path.
    pub path: String,
    /// UPnP path; of a row that was made, with the gateway's number.
    pub upnp_path: String,
    /// Value before; `null` for secrets, for rows, and when it was not known.
    pub old: Option<String>,
    /// Value asked for; `null` for secrets and rows.
    pub new: Option<String>,
    /// Value read afterwards.
    pub read_back: Option<String>,
    /// Whether the values are secret.
    pub secret: bool,
}

/// The way back of an entry.
#[derive(Debug, Clone)]
pub struct WayBack {
    /// The entry.
    pub entry: i64,
    /// What leads back.
    pub edits: Vec<Edit>,
    /// Shown paths of what cannot be brought back: secrets, whose old values nobody knows.
    pub left_out: Vec<String>,
}

impl Management {
    /// What was done to a gateway, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], and what keeps the gateway from being opened.
    pub async fn history(&self, udn: &str) -> Result<Vec<HistoryView>, Error> {
        let session = self.open_gateway(udn).await?;
        let owned = udn.to_owned();
        let entries = self
            .store(move |store| store.journal(Some(&owned), None, limits::HISTORY_ENTRIES))
            .await?;
        let number = |id: i64| u32::try_from(id).unwrap_or(u32::MAX);
        let undone_by = |id: i64| {
            let takes_back =
                |later: &&JournalEntry| later.undoes == Some(id) && in_effect(later.state);
            entries
                .iter()
                .find(takes_back)
                .map(|later| number(later.id))
        };
        Ok(entries
            .iter()
            .map(|entry| HistoryView {
                id: number(entry.id),
                time: entry.time.clone(),
                state: entry.state,
                changes: changes_of(&session, entry),
                detail: entry.detail.clone(),
                undoes: entry.undoes.map(number),
                undone_by: undone_by(entry.id),
                undoable: in_effect(entry.state)
                    && !way_back_of(&session, entry, 1).edits.is_empty(),
            })
            .collect())
    }

    /// The edits that lead back from an applied change: the last one that was not taken back
    /// yet, or any by its number.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there is nothing to take back, or only secrets were changed,
    /// whose old values nobody knows.
    pub async fn way_back(&self, session: &Session, entry: Option<i64>) -> Result<WayBack, Error> {
        let udn = session.udn.clone();
        let found = match entry {
            None => self.store(move |store| store.last_undoable(&udn)).await?,
            Some(id) => {
                let found = self.store(move |store| store.journal_entry(id)).await?;
                Some(
                    found
                        .filter(|entry| entry.udn.eq_ignore_ascii_case(&udn))
                        .ok_or_else(|| {
                            Error::Usage(format!("there is no entry {id} of this gateway"))
                        })?,
                )
            }
        };
        let entry = found
            .ok_or_else(|| Error::Usage("there is no applied change to take back".to_owned()))?;
        if !in_effect(entry.state) {
            return Err(Error::Usage(format!(
                "entry {} changed nothing, so there is nothing to take back",
                entry.id
            )));
        }
        let taken = self.draft_paths(&session.udn).await?;
        let first = edit_path::next_number(taken.iter().map(String::as_str));
        let way_back = way_back_of(session, &entry, first);
        if way_back.edits.is_empty() {
            return Err(Error::Usage(
                "this change was of secrets, whose old values cannot be read".to_owned(),
            ));
        }
        Ok(way_back)
    }

    /// Puts the way back of an entry into the draft, to be reviewed and applied like any
    /// other. Gives the draft and what cannot be brought back.
    ///
    /// # Errors
    ///
    /// As [`Management::way_back`].
    pub async fn stage_way_back(
        &self,
        udn: &str,
        entry: Option<i64>,
    ) -> Result<(DraftView, Vec<String>), Error> {
        let session = self.open_gateway(udn).await?;
        let mut way_back = self.way_back(&session, entry).await?;
        session.fill_present(&mut way_back.edits).await?;
        self.keep_staged(udn, way_back.edits).await?;
        Ok((self.draft(udn).await?, way_back.left_out))
    }

    /// The entry whose way back these edits are, so that the journal knows when a person
    /// takes a change back by way of the draft.
    pub(crate) async fn taken_back_by(
        &self,
        session: &Session,
        edits: &[Edit],
    ) -> Result<Option<i64>, Error> {
        let udn = session.udn.clone();
        let entry = self.store(move |store| store.last_undoable(&udn)).await?;
        let leads_back = |entry: &JournalEntry| {
            let back = way_back_of(session, entry, 1).edits;
            back.len() == edits.len()
                && back.iter().all(|edit| {
                    let same = |other: &&Edit| {
                        unnumbered(&other.upnp_path) == unnumbered(&edit.upnp_path)
                            && other.new.expose() == edit.new.expose()
                    };
                    edits.iter().any(|other| same(&other))
                })
        };
        Ok(entry.filter(leads_back).map(|entry| entry.id))
    }
}

impl Session {
    /// Gives edits the values they will take the place of, for a person to read.
    async fn fill_present(&self, edits: &mut [Edit]) -> Result<(), Error> {
        let sets = edits.iter().filter(|edit| {
            edit.kind() == EditKind::Set && !edit.is_secret() && !edit_path::is_new(&edit.upnp_path)
        });
        let paths: Vec<String> = sets.map(|edit| edit.upnp_path.clone()).collect();
        let (values, _) = self.read_values(&paths).await?;
        for (path, value) in values.iter() {
            for edit in edits.iter_mut().filter(|edit| edit.upnp_path == path) {
                edit.old = Some(value.to_owned());
            }
        }
        Ok(())
    }
}

/// A path without the numbers that a draft gives to new rows.
fn unnumbered(path: &str) -> String {
    let part = |part| {
        if edit_path::is_new_number(part) {
            "+"
        } else {
            part
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Whether an entry of this state may have changed something that is known.
pub(crate) fn in_effect(state: JournalState) -> bool {
    matches!(
        state,
        JournalState::Applied | JournalState::Verified | JournalState::Differs
    )
}

/// Rows that were made are deleted, deleted ones made again, values set back; of an entry
/// that arrived in part, only what arrived.
/// `first` is the number of the first row that is made again.
fn way_back_of(session: &Session, entry: &JournalEntry, first: u32) -> WayBack {
    let mut edits = Vec::new();
    let mut left_out = Vec::new();
    let again = rows_again(session, entry, first);
    let plain = |path: String, value: &str| Edit {
        upnp_path: path,
        old: None,
        new: DraftValue::Plain(value.to_owned()),
    };
    edits.extend(again.iter().map(|(_, new)| plain(new.clone(), "")));
    let made: Vec<&String> = entry.changes.iter().filter_map(made_row).collect();
    for change in &entry.changes {
        match (EditKind::of(&change.path), &change.old) {
            (EditKind::Create, _) => {
                // A row within a row that goes, goes with it.
                let within = |row: &str| {
                    let mut outer = made.iter().filter(|outer| outer.len() < row.len());
                    outer.any(|outer| row.starts_with(outer.as_str()))
                };
                if let Some(row) = made_row(change).filter(|row| !within(row)) {
                    edits.push(plain(row.clone(), ""));
                }
            }
            // Made again above, outer rows first.
            (EditKind::Delete, _) => {}
            (EditKind::Set, _) if edit_path::is_new(&change.path) => {}
            (EditKind::Set, old) => {
                // The innermost: rows within rows stand behind the outer ones.
                let row = again
                    .iter()
                    .rev()
                    .find(|(row, _)| change.path.starts_with(row));
                match (row, old) {
                    (Some((row, new)), JournalValue::Value(old)) => {
                        let path = change.path.replacen(row.as_str(), new, 1);
                        if can_be_given_again(session, new, &path, old) {
                            edits.push(plain(path, old));
                        }
                    }
                    (None, JournalValue::Value(old)) if took_effect(entry, change) => {
                        edits.push(plain(change.path.clone(), old));
                    }
                    (_, JournalValue::Secret) => left_out.push(session.naming.shown(&change.path)),
                    _ => {}
                }
            }
        }
    }
    WayBack {
        entry: entry.id,
        edits,
        left_out,
    }
}

/// The row that a change made, by the gateway's number.
fn made_row(change: &JournalChange) -> Option<&String> {
    match (&change.read_back, EditKind::of(&change.path)) {
        (JournalValue::Value(row), EditKind::Create) => Some(row),
        _ => None,
    }
}

/// Every row that went with an entry, and what the draft calls it when it is made again: outer
/// rows first. A row that comes back is a new row, and the gateway gives it a number of its own.
/// Rows within a deleted one come back where the model lets rows of their table be made; the
/// others the gateway makes itself.
fn rows_again(session: &Session, entry: &JournalEntry, first: u32) -> Vec<(String, String)> {
    let mut rows: BTreeSet<&str> = BTreeSet::new();
    let of_kind = |kind| {
        let paths = entry.changes.iter().map(|change| change.path.as_str());
        paths.filter(move |path| EditKind::of(path) == kind)
    };
    for deleted in of_kind(EditKind::Delete) {
        rows.insert(deleted);
        for member in of_kind(EditKind::Set).filter(|path| path.starts_with(deleted)) {
            let slashes = member.match_indices('/').map(|(at, _)| at);
            for end in slashes.filter(|end| *end >= deleted.len()) {
                let above = &member[..=end];
                let last = above.trim_end_matches('/').rsplit('/').next();
                if last.is_some_and(is_identifier) && makes_rows(session, above) {
                    rows.insert(above);
                }
            }
        }
    }
    let mut rows: Vec<&str> = rows.into_iter().collect();
    rows.sort_by_key(|row| row.matches('/').count());
    let mut again: Vec<(String, String)> = Vec::new();
    for row in rows {
        let table = edit_path::table_of(row);
        let outer = again
            .iter()
            .rev()
            .find(|(outer, _)| table.starts_with(outer));
        let table = match outer {
            Some((outer, new)) => table.replacen(outer.as_str(), new, 1),
            None => table.to_owned(),
        };
        // Within a row that the gateway makes itself nothing can be named.
        if outer.is_some() && has_row_number(&table, outer.map_or("", |(_, new)| new)) {
            continue;
        }
        let number = first as usize + again.len();
        again.push((row.to_owned(), format!("{table}+{number}/")));
    }
    again
}

/// Whether the model lets rows be made beside a row.
fn makes_rows(session: &Session, row: &str) -> bool {
    session.fact_of(row).is_some_and(|fact| {
        fact.access == Access::ReadWrite && fact.object().is_some_and(|object| !object.fixed)
    })
}

/// Whether a path has numbers of rows behind its beginning.
fn has_row_number(path: &str, beginning: &str) -> bool {
    let rest = path.strip_prefix(beginning).unwrap_or(path);
    rest.split('/').any(is_identifier)
}

/// Whether an old value is given to a row that is made again. What a gateway sets itself it sets
/// again, and its own default needs no word of ours. In objects of the row only what the model
/// knows is tried: one refusal would cost the others.
fn can_be_given_again(session: &Session, row: &str, path: &str, old: &str) -> bool {
    if old.is_empty() || has_row_number(path, row) || session.check_edit(path, old).is_err() {
        return false;
    }
    if !path[row.len()..].contains('/') {
        return true;
    }
    let Some(fact) = session.fact_of(path) else {
        return false;
    };
    let default = fact.parameter().and_then(|parameter| parameter.default);
    default.is_none_or(|default| !session.same_value(path, default.value, old))
}

/// Whether a change of an entry did anything: in one that came half-way, what still reads
/// as before did not.
fn took_effect(entry: &JournalEntry, change: &JournalChange) -> bool {
    entry.state != JournalState::Differs || change.read_back != change.old
}

fn changes_of(session: &Session, entry: &JournalEntry) -> Vec<HistoryChangeView> {
    let text = |value: &JournalValue| match value {
        JournalValue::Value(text) => Some(text.clone()),
        JournalValue::Secret | JournalValue::None => None,
    };
    entry
        .changes
        .iter()
        .map(|change| {
            let kind = EditKind::of(&change.path);
            let is_value = kind == EditKind::Set;
            let path = made_row(change).unwrap_or(&change.path).clone();
            HistoryChangeView {
                kind,
                path: session.naming.shown(&path),
                upnp_path: path,
                old: text(&change.old).filter(|_| is_value),
                new: text(&change.new).filter(|_| is_value),
                read_back: text(&change.read_back).filter(|_| is_value),
                secret: change.new == JournalValue::Secret || change.old == JournalValue::Secret,
            }
        })
        .collect()
}
