//! Cached structures: which parameters and tables a gateway has, so that it need not be asked again.

use rusqlite::{params, OptionalExtension};

use super::limits;
use super::open::{Store, StoreError};
use super::records::StructureKey;

impl Store {
    /// Keeps the structure of a gateway. One that is too large is not kept, which is no error.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn keep_structure(&self, key: &StructureKey, document: &[u8]) -> Result<(), StoreError> {
        if document.len() > limits::STRUCTURE_OCTETS {
            return Ok(());
        }
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO structures (udn, software_version, configuration, document)
                 VALUES (?1, ?2, ?3, ?4)",
                params![key.udn, key.software_version, key.configuration, document],
            )?;
            transaction.execute(
                "DELETE FROM structures WHERE id IN
                    (SELECT id FROM structures WHERE udn = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
                params![key.udn, limits::STRUCTURES_PER_GATEWAY],
            )?;
            Ok(())
        })
    }

    /// The structure kept under a key, `None` if there is none or anything in the key has changed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn structure(&self, key: &StructureKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            Ok(connection
                .query_row(
                    "SELECT document FROM structures
                     WHERE udn = ?1 AND software_version = ?2 AND configuration = ?3",
                    params![key.udn, key.software_version, key.configuration],
                    |row| row.get(0),
                )
                .optional()?)
        })
    }

    /// Drops every structure kept of a gateway, after something showed it to be wrong.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn drop_structures(&self, udn: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM structures WHERE udn = ?1", [udn])?;
            Ok(())
        })
    }
}
