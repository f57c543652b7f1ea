//! Saved trees. The store does not look inside: the caller leaves secrets out.

use rusqlite::{params, OptionalExtension, Row};

use super::limits;
use super::open::{bounded, Store, StoreError};
use super::records::{Snapshot, SnapshotHead};

impl Store {
    /// Saves a tree under a name; two snapshots may have the same one. Drops the oldest of the
    /// gateway beyond the bound.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] for a document beyond [`limits::SNAPSHOT_OCTETS`].
    pub fn save_snapshot(
        &self,
        udn: &str,
        time: &str,
        name: &str,
        document: &[u8],
    ) -> Result<SnapshotHead, StoreError> {
        bounded("a snapshot", document.len(), limits::SNAPSHOT_OCTETS)?;
        let id = self.write(|transaction| {
            transaction.execute(
                "INSERT INTO snapshots (udn, time, name, document) VALUES (?1, ?2, ?3, ?4)",
                params![udn, time, name, document],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.execute(
                "DELETE FROM snapshots WHERE id IN
                    (SELECT id FROM snapshots WHERE udn = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
                params![udn, limits::SNAPSHOTS_PER_GATEWAY],
            )?;
            Ok(id)
        })?;
        Ok(SnapshotHead {
            id,
            udn: udn.to_owned(),
            time: time.to_owned(),
            name: name.to_owned(),
        })
    }

    /// The snapshots of a gateway, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn snapshots(&self, udn: &str) -> Result<Vec<SnapshotHead>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, udn, time, name FROM snapshots WHERE udn = ?1 ORDER BY id DESC",
            )?;
            let heads = statement.query_map([udn], head)?;
            Ok(heads.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// One snapshot with its content.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn snapshot(&self, id: i64) -> Result<Option<Snapshot>, StoreError> {
        self.read(|connection| {
            Ok(connection
                .query_row(
                    "SELECT id, udn, time, name, document FROM snapshots WHERE id = ?1",
                    [id],
                    |row| {
                        Ok(Snapshot {
                            head: head(row)?,
                            document: row.get(4)?,
                        })
                    },
                )
                .optional()?)
        })
    }

    /// Drops a snapshot; whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn drop_snapshot(&self, id: i64) -> Result<bool, StoreError> {
        self.write(|transaction| {
            Ok(transaction.execute("DELETE FROM snapshots WHERE id = ?1", [id])? > 0)
        })
    }
}

fn head(row: &Row<'_>) -> rusqlite::Result<SnapshotHead> {
    Ok(SnapshotHead {
        id: row.get(0)?,
        udn: row.get(1)?,
        time: row.get(2)?,
        name: row.get(3)?,
    })
}
