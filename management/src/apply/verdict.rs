//! What a gateway has, before and after, and what that says about each edit.

use std::collections::{BTreeSet, HashMap};

use upnp::data_model::path::PartialPath;

use crate::draft::Edit;
use crate::edit_path::{self, EditKind};
use crate::error::{Error, Step};
use crate::session::Session;
use crate::store::{JournalChange, JournalState, JournalValue};
use crate::view::{ChangeView, EditState};

use super::Fate;

/// What a gateway has where edits are: values, and which rows there are.
#[derive(Debug, Default)]
pub(crate) struct Present {
    values: HashMap<String, String>,
    /// Numbers of the rows of a table.
    rows: HashMap<String, Vec<String>>,
}

impl Present {
    /// Value of a parameter.
    pub fn value(&self, path: &str) -> Option<&str> {
        self.values.get(path).map(String::as_str)
    }

    /// Numbers of the rows of a table, where they were asked for.
    pub fn rows(&self, table: &str) -> Option<&[String]> {
        self.rows.get(table).map(Vec::as_slice)
    }

    /// Whether a row is there; `None` when it was not asked.
    pub fn has_row(&self, row: &str) -> Option<bool> {
        let number = row.trim_end_matches('/').rsplit('/').next()?;
        Some(
            self.rows(edit_path::table_of(row))?
                .iter()
                .any(|there| there == number),
        )
    }

    /// Values of the parameters in a row.
    fn within(&self, row: &str) -> Vec<(&String, &String)> {
        let mut within: Vec<_> = self
            .values
            .iter()
            .filter(|(path, _)| path.starts_with(row))
            .collect();
        within.sort();
        within
    }
}

impl Session {
    /// What the gateway has now where these paths lead: parameters by value, in one request,
    /// and which rows of their tables there are for rows. Secrets are left out. With
    /// [`Step::Apply`] rows are read with all that is in them.
    pub(crate) async fn present(&self, paths: &[String], step: Step) -> Result<Present, Error> {
        let mut values = Vec::new();
        let mut tables = BTreeSet::new();
        for path in paths {
            match EditKind::of(path) {
                EditKind::Set if edit_path::is_new(path) => {}
                EditKind::Set => {
                    if !self.is_secret(path) {
                        values.push(path.clone());
                    }
                }
                EditKind::Create | EditKind::Delete => {
                    let table = edit_path::table_of(path);
                    if !edit_path::is_new(table) {
                        tables.insert(table.to_owned());
                    }
                    if step == Step::Apply && !edit_path::is_new(path) {
                        values.push(path.clone());
                    }
                }
            }
        }
        let mut present = Present::default();
        let failed = |error: Error| match error {
            Error::Gateway {
                gateway, source, ..
            } => Error::Gateway {
                gateway,
                step,
                source,
            },
            Error::NeedsRole {
                gateway,
                facts,
                source,
                ..
            } => Error::NeedsRole {
                gateway,
                step,
                facts,
                source,
            },
            other => other,
        };
        if !values.is_empty() {
            let (read, _) = self.read_values(&values).await.map_err(failed)?;
            let owned = |(path, value): (&str, &str)| (path.to_owned(), value.to_owned());
            present.values = read.iter().map(owned).collect();
        }
        for table in tables {
            let Ok(start) = PartialPath::parse(&table) else {
                continue;
            };
            let rows = match self.configuration().get_instances(&start, 1).await {
                Ok(rows) => rows,
                // A table that is not there has no rows; creating one says why.
                Err(upnp::Error::Refused { .. }) => Vec::new(),
                Err(source) => return Err(self.failed(step, source)),
            };
            let numbers = rows.iter().map(|row| row.identifier().to_owned()).collect();
            present.rows.insert(table, numbers);
        }
        Ok(present)
    }

    /// Takes rows that were deleted out of the tree.
    pub(super) fn forget_rows(&self, edits: &[Edit], fates: &[Fate]) {
        let mut tree = self.tree();
        for (edit, fate) in edits.iter().zip(fates) {
            if edit.kind() == EditKind::Delete && fate.state == EditState::Verified {
                let row = tree.find(&fate.path).map(|row| row.id());
                row.into_iter().for_each(|row| tree.remove(row));
            }
        }
    }

    /// Whether the value at a path must not be shown or kept in clear.
    pub(crate) fn is_secret(&self, upnp_path: &str) -> bool {
        crate::rows::is_secret(self.fact_of(upnp_path).as_ref(), upnp_path)
    }
}

/// Edits as the journal keeps them, before anything was sent: with the values that lead back.
pub(crate) fn journal_changes(
    edits: &[Edit],
    present: &Present,
    is_secret: impl Fn(&str) -> bool,
) -> Vec<JournalChange> {
    let mut changes = Vec::with_capacity(edits.len());
    let value = |value: Option<&str>| {
        value.map_or(JournalValue::None, |text| {
            JournalValue::Value(text.to_owned())
        })
    };
    for edit in edits {
        let path = &edit.upnp_path;
        let (old, new) = match EditKind::of(path) {
            EditKind::Set if edit.is_secret() => (JournalValue::Secret, JournalValue::Secret),
            EditKind::Set => (
                value(present.value(path).or(edit.old.as_deref())),
                value(Some(edit.new.expose())),
            ),
            // Which rows there were: a row that nobody heard of any more is found by them.
            EditKind::Create => {
                let rows = present.rows(edit_path::table_of(path)).unwrap_or_default();
                (JournalValue::Value(rows.join(",")), JournalValue::None)
            }
            EditKind::Delete => (JournalValue::None, JournalValue::None),
        };
        changes.push(JournalChange {
            path: path.clone(),
            old,
            new,
            read_back: JournalValue::None,
        });
        if EditKind::of(path) == EditKind::Delete {
            changes.extend(
                present
                    .within(path)
                    .into_iter()
                    .map(|(member, old)| JournalChange {
                        path: member.clone(),
                        old: if is_secret(member) {
                            JournalValue::Secret
                        } else {
                            value(Some(old))
                        },
                        new: JournalValue::None,
                        read_back: JournalValue::None,
                    }),
            );
        }
    }
    changes
}

/// What became of an edit that is at `path` by now. `found` is `None` when nothing could be
/// read back; `later` says that the gateway stored without putting in effect.
pub(super) fn fate(
    session: &Session,
    edit: &Edit,
    path: String,
    value: &str,
    state: EditState,
    found: Option<&Present>,
    later: bool,
) -> Fate {
    let read_back = found
        .and_then(|found| found.value(&path))
        .map(str::to_owned);
    let accepted = state == EditState::Sending;
    let state = match (state, found) {
        (EditState::Sending | EditState::Refused, None) => EditState::Unknown,
        (EditState::Sending | EditState::Refused, Some(found)) => {
            let there = match EditKind::of(&edit.upnp_path) {
                EditKind::Set => read_back
                    .as_deref()
                    .is_some_and(|now| session.same_value(&path, value, now)),
                EditKind::Create => !edit_path::is_new(&path) && found.has_row(&path) == Some(true),
                EditKind::Delete => found.has_row(&path) == Some(false),
            };
            match (accepted, there) {
                (true, _) if edit.is_secret() => EditState::Accepted,
                (_, true) => EditState::Verified,
                // Not active yet by the gateway's own word (CMS:2 digest, section 8).
                (true, false)
                    if later
                        && (read_back.is_some()
                            || EditKind::of(&edit.upnp_path) != EditKind::Set) =>
                {
                    EditState::Pending
                }
                (true, false) => EditState::Differs,
                (false, false) => EditState::Refused,
            }
        }
        (state, _) => state,
    };
    Fate {
        state,
        path,
        read_back: read_back.filter(|_| !edit.is_secret()),
    }
}

/// Whether an edit asked for anything else than was there.
fn changes_something(edit: &Edit) -> bool {
    EditKind::of(&edit.upnp_path) != EditKind::Set || edit.old.as_deref() != Some(edit.new.expose())
}

/// How far the whole came.
pub(super) fn journal_state(edits: &[Edit], fates: &[Fate], failed: bool) -> JournalState {
    let any = |states: &[EditState]| fates.iter().any(|fate| states.contains(&fate.state));
    let arrived = edits.iter().zip(fates).any(|(edit, fate)| {
        let there = matches!(
            fate.state,
            EditState::Verified | EditState::Pending | EditState::Accepted
        );
        there && changes_something(edit)
    });
    if any(&[EditState::Differs]) {
        JournalState::Differs
    } else if any(&[EditState::Unknown]) {
        JournalState::Unknown
    } else if failed || any(&[EditState::Refused, EditState::Draft]) {
        if arrived {
            JournalState::Differs
        } else {
            JournalState::Refused
        }
    } else if any(&[EditState::Pending, EditState::Accepted]) {
        JournalState::Applied
    } else {
        JournalState::Verified
    }
}

/// The edits with their verdicts, for a face.
pub(super) fn changes(session: &Session, edits: &[Edit], fates: &[Fate]) -> Vec<ChangeView> {
    edits
        .iter()
        .zip(fates)
        .map(|(edit, fate)| {
            let kind = EditKind::of(&edit.upnp_path);
            let shows = kind == EditKind::Set && !edit.is_secret();
            ChangeView {
                kind,
                path: session.naming.shown(&fate.path),
                upnp_path: fate.path.clone(),
                old: edit.old.clone().filter(|_| shows),
                new: shows.then(|| edit.new.expose().to_owned()),
                read_back: fate.read_back.clone(),
                verified: fate.state == EditState::Verified,
                state: fate.state,
            }
        })
        .collect()
}
