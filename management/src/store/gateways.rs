//! Gateways seen before.

use rusqlite::{params, OptionalExtension, Row};

use super::limits;
use super::open::{bounded, from_json, to_json, Store, StoreError};
use super::records::KnownGateway;

const COLUMNS: &str = "udn, seen, last_seen, location, secure_location";

impl Store {
    /// Remembers a gateway, in the place of what was remembered about it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn remember_gateway(&self, gateway: &KnownGateway) -> Result<(), StoreError> {
        let seen = to_json(&gateway.seen)?;
        bounded(
            "the description of a gateway",
            seen.len(),
            limits::VALUE_OCTETS,
        )?;
        self.write_soon(|transaction| {
            transaction.execute(
                "INSERT INTO gateways (udn, seen, last_seen, location, secure_location)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (udn) DO UPDATE SET udn = ?1, seen = ?2, last_seen = ?3,
                     location = ?4, secure_location = ?5",
                params![
                    gateway.udn,
                    seen,
                    gateway.last_seen,
                    gateway.location,
                    gateway.secure_location
                ],
            )?;
            transaction.execute(
                "DELETE FROM gateways WHERE udn IN
                    (SELECT udn FROM gateways ORDER BY last_seen DESC, rowid DESC LIMIT -1 OFFSET ?1)",
                [limits::GATEWAYS],
            )?;
            Ok(())
        })
    }

    /// Every known gateway, the one seen last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn gateways(&self) -> Result<Vec<KnownGateway>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM gateways ORDER BY last_seen DESC, rowid DESC"
            ))?;
            let rows = statement.query_map([], from_row)?;
            rows.map(|row| row?).collect()
        })
    }

    /// A known gateway.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn gateway(&self, udn: &str) -> Result<Option<KnownGateway>, StoreError> {
        self.read(|connection| {
            connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM gateways WHERE udn = ?1"),
                    [udn],
                    from_row,
                )
                .optional()?
                .transpose()
        })
    }

    /// Drops the record of a gateway, its description and its sealed drafts. Other drafts and the
    /// journal stay.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written; then nothing is dropped.
    pub fn drop_gateway_record(&self, udn: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM gateways WHERE udn = ?1", [udn])?;
            transaction.execute("DELETE FROM descriptions WHERE udn = ?1", [udn])?;
            transaction.execute(
                "DELETE FROM drafts WHERE udn = ?1 AND sealed IS NOT NULL",
                [udn],
            )?;
            Ok(())
        })
    }

    /// Drops a gateway and everything kept about it: description, drafts, journal, tree as
    /// last read, snapshots.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written; then nothing is dropped.
    pub fn forget_gateway(&self, udn: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            for table in [
                "gateways",
                "descriptions",
                "drafts",
                "journal",
                "trees",
                "tree_pieces",
                "snapshots",
            ] {
                transaction.execute(&format!("DELETE FROM {table} WHERE udn = ?1"), [udn])?;
            }
            super::snapshots::sweep(transaction)?;
            Ok(())
        })
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Result<KnownGateway, StoreError>> {
    let seen: String = row.get(1)?;
    let (udn, last_seen) = (row.get(0)?, row.get(2)?);
    let (location, secure_location) = (row.get(3)?, row.get(4)?);
    Ok(from_json(&seen).map(|seen| KnownGateway {
        udn,
        seen,
        last_seen,
        location,
        secure_location,
    }))
}
