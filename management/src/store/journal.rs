//! What was done to gateways.
//!
//! An entry is begun, in state `sending`, before the first byte goes out, and finished with what
//! came of it. One that is still `sending` when the program starts was cut off by a crash.

use rusqlite::{params, Connection, OptionalExtension, Row};

use crate::schema::is_secret;

use super::limits;
use super::open::{bounded, from_json, to_json, Store, StoreError};
use super::records::{JournalChange, JournalEntry, JournalState, JournalValue};

const COLUMNS: &str = "id, udn, time, state, changes, detail, undoes";

impl Store {
    /// Writes down that a change is about to be sent. Drops the oldest entries beyond the bound.
    ///
    /// Values of secrets are replaced by a mark, in the file and in the returned entry. `undoes` is
    /// the entry this one takes back.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] for too many changes or too long a value; whenever this fails,
    /// nothing must be sent.
    pub fn begin_change(
        &self,
        udn: &str,
        time: &str,
        changes: Vec<JournalChange>,
        undoes: Option<i64>,
    ) -> Result<JournalEntry, StoreError> {
        let changes = writable(changes)?;
        let state = JournalState::Sending;
        let id = self.write(|transaction| {
            transaction.execute(
                "INSERT INTO journal (udn, time, state, changes, undoes) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![udn, time, state_name(state), to_json(&changes)?, undoes],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.execute(
                "DELETE FROM journal WHERE id IN
                    (SELECT id FROM journal ORDER BY id DESC LIMIT -1 OFFSET ?1)",
                [limits::JOURNAL_ENTRIES],
            )?;
            Ok(id)
        })?;
        Ok(JournalEntry {
            id,
            udn: udn.to_owned(),
            time: time.to_owned(),
            changes,
            state,
            detail: None,
            undoes,
        })
    }

    /// Writes down what came of a change: state, changes with what was read back, and detail.
    /// The other fields of the entry stay as they were begun.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchEntry`] if the entry has been dropped.
    pub fn finish_change(&self, entry: &JournalEntry) -> Result<(), StoreError> {
        let changes = to_json(&writable(entry.changes.clone())?)?;
        bounded(
            "the detail",
            entry.detail.as_ref().map_or(0, String::len),
            limits::VALUE_OCTETS,
        )?;
        self.write(|transaction| {
            let updated = transaction.execute(
                "UPDATE journal SET state = ?2, changes = ?3, detail = ?4 WHERE id = ?1",
                params![entry.id, state_name(entry.state), changes, entry.detail],
            )?;
            if updated == 0 {
                return Err(StoreError::NoSuchEntry { id: entry.id });
            }
            Ok(())
        })
    }

    /// Entries of a gateway, or of all, newest first: at most `count`, older than `before`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn journal(
        &self,
        udn: Option<&str>,
        before: Option<i64>,
        count: u32,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        self.read(|connection| {
            entries(
                connection,
                &format!(
                    "SELECT {COLUMNS} FROM journal WHERE (?1 IS NULL OR udn = ?1) AND id < ?2
                     ORDER BY id DESC LIMIT ?3"
                ),
                params![udn, before.unwrap_or(i64::MAX), count],
            )
        })
    }

    /// One entry.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn journal_entry(&self, id: i64) -> Result<Option<JournalEntry>, StoreError> {
        self.read(|connection| {
            connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM journal WHERE id = ?1"),
                    [id],
                    from_row,
                )
                .optional()?
                .transpose()
        })
    }

    /// Entries of a gateway of which it is not known how they ended, oldest first: interrupted,
    /// without an answer, or accepted and not yet read back as asked for.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn unfinished_changes(&self, udn: &str) -> Result<Vec<JournalEntry>, StoreError> {
        self.read(|connection| {
            entries(
                connection,
                &format!(
                    "SELECT {COLUMNS} FROM journal WHERE udn = ?1 AND state IN ('sending', 'unknown', 'applied')
                     ORDER BY id"
                ),
                params![udn],
            )
        })
    }

    /// The newest change of a gateway that took effect, undoes nothing, and has not been undone.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn last_undoable(&self, udn: &str) -> Result<Option<JournalEntry>, StoreError> {
        const IN_EFFECT: &str = "('applied', 'verified', 'differs')";
        self.read(|connection| {
            let found = entries(
                connection,
                &format!(
                    "SELECT {COLUMNS} FROM journal AS done
                     WHERE udn = ?1 AND undoes IS NULL AND state IN {IN_EFFECT}
                       AND NOT EXISTS (SELECT 1 FROM journal AS later
                           WHERE later.undoes = done.id AND later.state IN {IN_EFFECT})
                     ORDER BY id DESC LIMIT 1"
                ),
                params![udn],
            )?;
            Ok(found.into_iter().next())
        })
    }
}

fn entries(
    connection: &Connection,
    query: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> Result<Vec<JournalEntry>, StoreError> {
    let mut statement = connection.prepare_cached(query)?;
    let rows = statement.query_map(parameters, from_row)?;
    rows.map(|row| row?).collect()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Result<JournalEntry, StoreError>> {
    let (id, udn, time) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (state, changes): (String, String) = (row.get(3)?, row.get(4)?);
    let (detail, undoes) = (row.get(5)?, row.get(6)?);
    Ok(state_named(&state).and_then(|state| {
        Ok(JournalEntry {
            id,
            udn,
            time,
            changes: from_json(&changes)?,
            state,
            detail,
            undoes,
        })
    }))
}

/// The changes as they may be written: within bounds, secrets replaced.
fn writable(mut changes: Vec<JournalChange>) -> Result<Vec<JournalChange>, StoreError> {
    bounded(
        "the number of changes",
        changes.len(),
        limits::CHANGES_PER_ENTRY,
    )?;
    for change in &mut changes {
        let secret = is_secret(&change.path);
        for value in [&mut change.old, &mut change.new, &mut change.read_back] {
            match value {
                JournalValue::Value(_) if secret => *value = JournalValue::Secret,
                JournalValue::Value(text) => bounded("a value", text.len(), limits::VALUE_OCTETS)?,
                JournalValue::Secret | JournalValue::None => {}
            }
        }
    }
    Ok(changes)
}

const STATES: [JournalState; 6] = [
    JournalState::Sending,
    JournalState::Applied,
    JournalState::Verified,
    JournalState::Differs,
    JournalState::Unknown,
    JournalState::Refused,
];

fn state_name(state: JournalState) -> &'static str {
    match state {
        JournalState::Sending => "sending",
        JournalState::Applied => "applied",
        JournalState::Verified => "verified",
        JournalState::Differs => "differs",
        JournalState::Unknown => "unknown",
        JournalState::Refused => "refused",
    }
}

fn state_named(name: &str) -> Result<JournalState, StoreError> {
    STATES
        .into_iter()
        .find(|state| state_name(*state) == name)
        .ok_or_else(|| StoreError::Damaged {
            detail: format!("journal state {name}"),
        })
}
