//! What an earlier attempt left unknown: read back when the gateway answers again.
//!
//! A change may have been cut off at any point: before it was sent, between two calls of it,
//! before its answer came, before the answer was noted. The journal has what was asked for
//! and what was there before; what the gateway has now tells which it was.

use upnp::data_model::path::is_identifier;

use crate::application::Management;
use crate::apply::Present;
use crate::edit_path::{self, EditKind, MadeRows};
use crate::error::{Error, Step};
use crate::session::Session;
use crate::store::{JournalChange, JournalEntry, JournalState, JournalValue};

impl Management {
    /// Settles what an earlier attempt left unknown, by reading it back.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], and what keeps the gateway from answering.
    pub async fn settle_unknown(&self, udn: &str, session: &Session) -> Result<(), Error> {
        let owned = udn.to_owned();
        let entries = self
            .store(move |store| store.unfinished_changes(&owned))
            .await?;
        if entries.is_empty() {
            return Ok(());
        }
        for entry in entries {
            if entry.state == JournalState::Applied {
                self.settle_pending(session, entry).await?;
            } else {
                self.settle_sent(session, entry).await?;
            }
        }
        self.count_drafts(udn).await
    }

    /// Reads back what was sent without an answer. What arrived leaves the draft; what did
    /// not is an ordinary draft again.
    async fn settle_sent(&self, session: &Session, mut entry: JournalEntry) -> Result<(), Error> {
        let mut made = MadeRows::default();
        for at in 0..entry.changes.len() {
            let change = &entry.changes[at];
            if EditKind::of(&change.path) != EditKind::Create {
                continue;
            }
            let row = match &change.read_back {
                JournalValue::Value(row) => Some(row.clone()),
                _ => self.find_made(session, &entry, change, &made).await?,
            };
            if let Some(row) = row {
                made.note(&made.path(&change.path), &row);
                entry.changes[at].read_back = JournalValue::Value(row);
            }
        }
        let asked: Vec<(String, Asked)> = asked_for(&entry);
        let paths: Vec<String> = asked.iter().map(|(path, _)| made.path(path)).collect();
        let present = session.present(&paths, Step::ReadBack).await?;
        let shown = |path: &str| session.naming.shown(path);
        let there = |path: &str, asked: &Asked| {
            let now = made.path(path);
            match asked {
                Asked::Value(new) => {
                    let new = made.value(new, shown);
                    present
                        .value(&now)
                        .is_some_and(|found| session.same_value(&now, &new, found))
                }
                Asked::Made => !edit_path::is_new(&now) && present.has_row(&now) == Some(true),
                Asked::Deleted => present.has_row(&now) == Some(false),
            }
        };
        let arrived: Vec<&(String, Asked)> = asked
            .iter()
            .filter(|(path, asked)| there(path, asked))
            .collect();
        let secrets = entry.changes.iter().any(|change| {
            change.new == JournalValue::Secret && EditKind::of(&change.path) == EditKind::Set
        });
        let before = |path: &str| {
            let change = entry.changes.iter().find(|change| change.path == path);
            change.map(|change| change.old.clone())
        };
        // What was there already did not arrive by this.
        let something = arrived.iter().any(|(path, asked)| match asked {
            Asked::Value(new) => before(path) != Some(JournalValue::Value(new.clone())),
            Asked::Made | Asked::Deleted => true,
        });
        // A secret reads back as empty: whether it arrived, only the person can find out.
        let state = match (arrived.len() == asked.len(), something, secrets) {
            (true, _, false) => JournalState::Verified,
            (true, _, true) | (false, true, _) => JournalState::Differs,
            (false, false, _) => JournalState::Refused,
        };
        // A draft that was changed meanwhile is another wish and stays.
        let kept = self.drafts(&session.udn).await?;
        let as_sent = |path: &str, asked: &Asked| {
            let draft = kept.iter().find(|draft| draft.path == path);
            draft.is_some_and(|draft| match asked {
                Asked::Value(new) => draft.new.expose() == new,
                Asked::Made | Asked::Deleted => true,
            })
        };
        let gone: Vec<String> = arrived
            .iter()
            .filter(|(path, asked)| as_sent(path, asked))
            .map(|(path, _)| path.clone())
            .collect();
        note_read_back(&mut entry, &present, &made);
        entry.state = state;
        entry.detail = None;
        // The drafts first: an entry that is closed is not looked at again.
        self.move_drafts(session, kept, gone, &made).await?;
        self.store(move |store| store.finish_change(&entry)).await
    }

    /// Finds the row that a CreateInstance made whose answer nobody heard: one that was not
    /// there before and has the values that were sent along.
    async fn find_made(
        &self,
        session: &Session,
        entry: &JournalEntry,
        change: &JournalChange,
        made: &MadeRows,
    ) -> Result<Option<String>, Error> {
        let place = made.path(&change.path);
        let table = edit_path::table_of(&place).to_owned();
        if edit_path::is_new(&table) {
            return Ok(None);
        }
        let before: Vec<String> = match &change.old {
            JournalValue::Value(rows) => rows.split(',').map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let known = entry
            .changes
            .iter()
            .filter_map(|change| match &change.read_back {
                JournalValue::Value(row) if EditKind::of(&change.path) == EditKind::Create => {
                    Some(row)
                }
                _ => None,
            });
        let known: Vec<&String> = known.collect();
        let rows = session
            .present(std::slice::from_ref(&place), Step::ReadBack)
            .await?;
        let fresh = rows
            .rows(&table)
            .unwrap_or_default()
            .iter()
            .filter(|number| {
                is_identifier(number)
                    && !before.contains(number)
                    && !known.iter().any(|row| **row == format!("{table}{number}/"))
            });
        for number in fresh {
            let row = format!("{table}{number}/");
            let sent: Vec<(String, &String)> = entry
                .changes
                .iter()
                .filter_map(|member| {
                    let name = member.path.strip_prefix(change.path.as_str())?;
                    match &member.new {
                        JournalValue::Value(new) if !name.is_empty() && !name.contains('/') => {
                            Some((format!("{row}{name}"), new))
                        }
                        _ => None,
                    }
                })
                .collect();
            let paths: Vec<String> = sent.iter().map(|(path, _)| path.clone()).collect();
            let present = session.present(&paths, Step::ReadBack).await?;
            let same = |(path, new): &(String, &String)| {
                // One that names another new row was set later, if at all.
                new.contains('+')
                    || present
                        .value(path)
                        .is_some_and(|now| session.same_value(path, new, now))
            };
            if sent.iter().all(same) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Reads back what was accepted for later; what is active by now is verified.
    async fn settle_pending(
        &self,
        session: &Session,
        mut entry: JournalEntry,
    ) -> Result<(), Error> {
        let mut made = MadeRows::default();
        for change in &entry.changes {
            if let (EditKind::Create, JournalValue::Value(row)) =
                (EditKind::of(&change.path), &change.read_back)
            {
                made.note(&made.path(&change.path), row);
            }
        }
        let asked: Vec<(String, String)> = asked_for(&entry)
            .into_iter()
            .filter_map(|(path, asked)| match asked {
                Asked::Value(new) => Some((made.path(&path), new)),
                Asked::Made | Asked::Deleted => None,
            })
            .collect();
        if asked.is_empty() {
            return Ok(());
        }
        let paths: Vec<String> = asked.iter().map(|(path, _)| path.clone()).collect();
        let present = session.present(&paths, Step::ReadBack).await?;
        let shown = |path: &str| session.naming.shown(path);
        let active = asked.iter().all(|(path, new)| {
            let new = made.value(new, shown);
            present
                .value(path)
                .is_some_and(|now| session.same_value(path, &new, now))
        });
        if active {
            note_read_back(&mut entry, &present, &made);
            entry.state = JournalState::Verified;
            entry.detail = None;
            self.store(move |store| store.finish_change(&entry)).await?;
        }
        Ok(())
    }
}

/// What was asked for at a path.
enum Asked {
    /// This value.
    Value(String),
    /// A new row.
    Made,
    /// That the row goes.
    Deleted,
}

/// What an entry asked for, secrets left out.
fn asked_for(entry: &JournalEntry) -> Vec<(String, Asked)> {
    let asked = |change: &JournalChange| match (EditKind::of(&change.path), &change.new) {
        (EditKind::Create, _) => Some(Asked::Made),
        (EditKind::Delete, _) => Some(Asked::Deleted),
        (EditKind::Set, JournalValue::Value(new)) => Some(Asked::Value(new.clone())),
        // A secret, or a value that goes with its row.
        (EditKind::Set, _) => None,
    };
    entry
        .changes
        .iter()
        .filter_map(|change| Some((change.path.clone(), asked(change)?)))
        .collect()
}

fn note_read_back(entry: &mut JournalEntry, present: &Present, made: &MadeRows) {
    for change in &mut entry.changes {
        if let Some(value) = present.value(&made.path(&change.path)) {
            change.read_back = JournalValue::Value(value.to_owned());
        }
    }
}
