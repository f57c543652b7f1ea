//! Kept descriptions: what a trusted gateway said it is, so that it opens without being asked.

use rusqlite::{params, OptionalExtension};

use super::limits;
use super::open::{Store, StoreError};
use super::records::KeptDescription;

impl Store {
    /// Keeps the description of a gateway in the place of the one before. One that is too large is
    /// not kept, which is no error, but neither is the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn keep_description(&self, kept: &KeptDescription) -> Result<(), StoreError> {
        if kept.document.len() > limits::DESCRIPTION_OCTETS {
            return self.drop_description(&kept.udn);
        }
        self.write_soon(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO descriptions
                    (udn, location, charset, config_id, read_at, document)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    kept.udn,
                    kept.location,
                    kept.charset,
                    kept.config_id,
                    kept.read_at,
                    kept.document
                ],
            )?;
            transaction.execute(
                "DELETE FROM descriptions WHERE udn IN
                    (SELECT udn FROM descriptions ORDER BY read_at DESC, rowid DESC LIMIT -1 OFFSET ?1)",
                [limits::DESCRIPTIONS],
            )?;
            Ok(())
        })
    }

    /// Keeps a newer description of a gateway of which one is kept, and nothing of a gateway that
    /// was forgotten meanwhile.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn renew_description(&self, kept: &KeptDescription) -> Result<(), StoreError> {
        if kept.document.len() > limits::DESCRIPTION_OCTETS {
            return self.drop_description(&kept.udn);
        }
        self.write_soon(|transaction| {
            transaction.execute(
                "UPDATE descriptions SET location = ?2, charset = ?3, config_id = ?4, read_at = ?5,
                     document = ?6
                 WHERE udn = ?1",
                params![
                    kept.udn,
                    kept.location,
                    kept.charset,
                    kept.config_id,
                    kept.read_at,
                    kept.document
                ],
            )?;
            Ok(())
        })
    }

    /// The kept description of a gateway.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn description(&self, udn: &str) -> Result<Option<KeptDescription>, StoreError> {
        self.read(|connection| {
            Ok(connection
                .query_row(
                    "SELECT udn, location, charset, config_id, read_at, document
                     FROM descriptions WHERE udn = ?1",
                    [udn],
                    |row| {
                        Ok(KeptDescription {
                            udn: row.get(0)?,
                            location: row.get(1)?,
                            charset: row.get(2)?,
                            config_id: row.get(3)?,
                            read_at: row.get(4)?,
                            document: row.get(5)?,
                        })
                    },
                )
                .optional()?)
        })
    }

    /// Drops the kept description of a gateway, after something showed it to be wrong.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn drop_description(&self, udn: &str) -> Result<(), StoreError> {
        self.write_soon(|transaction| {
            transaction.execute("DELETE FROM descriptions WHERE udn = ?1", [udn])?;
            Ok(())
        })
    }
}
