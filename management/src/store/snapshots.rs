//! Saved trees, in pieces named by their content ([`super::chunks`]): a tree that is saved
//! fifty times with few changes costs little more than once.

use std::collections::{HashMap, HashSet};

use rusqlite::{params, Connection, OptionalExtension, Row, Transaction};

use crate::schema::is_secret;

use super::chunks::{self, ChunkId};
use super::limits;
use super::open::{bounded, from_json, to_json, Store, StoreError};
use super::records::{NewSnapshot, SavedValue, Snapshot, SnapshotHead};

const COLUMNS: &str = "id, udn, time, name, how, origin, parameters, root";

impl Store {
    /// Saves a tree; two snapshots may have the same name. Drops the oldest of the gateway
    /// beyond the bound of its kind. A secret in clear is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] for a tree beyond [`limits::SNAPSHOT_OCTETS`].
    pub fn save_snapshot(&self, new: &NewSnapshot) -> Result<SnapshotHead, StoreError> {
        let origin = to_json(&new.origin)?;
        bounded(
            "a snapshot",
            origin.len() + new.name.len(),
            limits::VALUE_OCTETS,
        )?;
        let mut lines = Vec::with_capacity(new.values.len());
        let mut octets = 0;
        let mut secrets = Secrets::default();
        for (path, value) in &new.values {
            let value = match value {
                SavedValue::Plain(text) if !text.is_empty() && secrets.have(path) => {
                    &SavedValue::Hidden
                }
                value => value,
            };
            let line = to_json(&(path, value))?;
            octets += line.len();
            lines.push((path.clone(), line));
        }
        bounded("a snapshot", octets, limits::SNAPSHOT_OCTETS)?;
        lines.sort();
        let pieces = chunks::cut(&lines);
        let root = pieces.last().map(|piece| piece.id).unwrap_or_default();
        let parameters = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let id = self.write(|transaction| {
            let mut keep = transaction.prepare_cached(
                "INSERT OR IGNORE INTO snapshot_chunks (id, octets) VALUES (?1, ?2)",
            )?;
            for piece in &pieces {
                keep.execute(params![piece.id.as_slice(), piece.octets])?;
            }
            transaction.execute(
                "INSERT INTO snapshots (udn, time, name, how, origin, parameters, root)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    new.udn,
                    new.time,
                    new.name,
                    new.how,
                    origin,
                    parameters,
                    root.as_slice()
                ],
            )?;
            let id = transaction.last_insert_rowid();
            // Snapshots somebody asked for never make way for automatic ones.
            let dropped = transaction.execute(
                "DELETE FROM snapshots WHERE id IN
                    (SELECT id FROM snapshots WHERE udn = ?1 AND how = ?2
                     ORDER BY id DESC LIMIT -1 OFFSET ?3)",
                params![new.udn, new.how, limits::SNAPSHOTS_PER_GATEWAY],
            )?;
            if dropped > 0 {
                sweep(transaction)?;
            }
            Ok(id)
        })?;
        Ok(SnapshotHead {
            id,
            udn: new.udn.clone(),
            time: new.time.clone(),
            name: new.name.clone(),
            how: new.how.clone(),
            origin: new.origin.clone(),
            parameters,
        })
    }

    /// The snapshots of a gateway, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn snapshots(&self, udn: &str) -> Result<Vec<SnapshotHead>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM snapshots WHERE udn = ?1 ORDER BY id DESC"
            ))?;
            let heads = statement.query_map([udn], head)?;
            heads.map(|head| Ok(head??.0)).collect()
        })
    }

    /// One snapshot with its content, by path.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn snapshot(&self, id: i64) -> Result<Option<Snapshot>, StoreError> {
        self.read(|connection| {
            let found = connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM snapshots WHERE id = ?1"),
                    [id],
                    head,
                )
                .optional()?;
            let Some((head, root)) = found.transpose()? else {
                return Ok(None);
            };
            let lines = chunks::join(&root, |id| piece(connection, id))?;
            let values = lines.iter().map(|line| from_json(line));
            Ok(Some(Snapshot {
                head,
                values: values.collect::<Result<_, _>>()?,
            }))
        })
    }

    /// Drops a snapshot; whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn drop_snapshot(&self, id: i64) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let dropped = transaction.execute("DELETE FROM snapshots WHERE id = ?1", [id])? > 0;
            if dropped {
                sweep(transaction)?;
            }
            Ok(dropped)
        })
    }

    /// Octets all snapshots together take in the file, for the bench and for people who
    /// wonder.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn snapshot_octets(&self) -> Result<u64, StoreError> {
        self.read(|connection| {
            let octets: i64 = connection.query_row(
                "SELECT coalesce((SELECT sum(length(octets) + length(id)) FROM snapshot_chunks), 0)
                    + coalesce((SELECT sum(length(origin) + length(name) + 64) FROM snapshots), 0)",
                [],
                |row| row.get(0),
            )?;
            Ok(u64::try_from(octets).unwrap_or(0))
        })
    }
}

/// Which parameters are secrets: asked of the facts once for all rows of a table.
#[derive(Default)]
struct Secrets {
    known: HashMap<String, bool>,
    /// The path that is asked for, kept from one to the next.
    generic: String,
}

impl Secrets {
    fn have(&mut self, path: &str) -> bool {
        self.generic.clear();
        for part in path.split_inclusive(['/', '.']) {
            let name = part.trim_end_matches(['/', '.']);
            let is_row = !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_digit());
            self.generic.push_str(if is_row { "#" } else { name });
            self.generic.push('/');
        }
        if let Some(known) = self.known.get(&self.generic) {
            return *known;
        }
        let secret = is_secret(path);
        self.known.insert(self.generic.clone(), secret);
        secret
    }
}

/// Drops the pieces no snapshot needs any more.
pub(super) fn sweep(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS needed (id BLOB PRIMARY KEY) WITHOUT ROWID;
         DELETE FROM needed;",
    )?;
    let roots: Vec<ChunkId> = {
        let mut statement = transaction.prepare_cached("SELECT DISTINCT root FROM snapshots")?;
        let roots = statement.query_map([], |row| row.get(0))?;
        roots.collect::<rusqlite::Result<_>>()?
    };
    let mut needed = HashSet::new();
    for root in roots {
        // One that cannot be read keeps alive what was found of it.
        chunks::names(&root, |id| piece(transaction, id), |id| needed.insert(*id)).ok();
    }
    let mut note = transaction.prepare_cached("INSERT OR IGNORE INTO needed (id) VALUES (?1)")?;
    for id in needed {
        note.execute([id.as_slice()])?;
    }
    transaction.execute(
        "DELETE FROM snapshot_chunks WHERE id NOT IN (SELECT id FROM needed)",
        [],
    )?;
    Ok(())
}

fn piece(connection: &Connection, id: &ChunkId) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT octets FROM snapshot_chunks WHERE id = ?1")?;
    Ok(statement
        .query_row([id.as_slice()], |row| row.get(0))
        .optional()?)
}

fn head(row: &Row<'_>) -> rusqlite::Result<Result<(SnapshotHead, ChunkId), StoreError>> {
    let origin: String = row.get(5)?;
    let (id, udn, time) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (name, how, parameters, root) = (row.get(3)?, row.get(4)?, row.get(6)?, row.get(7)?);
    Ok(from_json(&origin).map(|origin| {
        let head = SnapshotHead {
            id,
            udn,
            time,
            name,
            how,
            origin,
            parameters,
        };
        (head, root)
    }))
}
