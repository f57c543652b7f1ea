//! How far the set-up of a gateway is. Answers are in its draft; only the card for the wall,
//! which is printed after the draft is gone, is kept here, sealed.

use dp_credentials::secrets::Secret;
use rusqlite::{params, OptionalExtension};

use super::limits;
use super::open::{Store, StoreError};
use super::seal::{SealError, Sealer};

/// A set-up that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSetup {
    /// UDN of the gateway.
    pub udn: String,
    /// Where the person is.
    pub step: String,
    /// Whether the person is in it: it comes up by itself then.
    pub open: bool,
}

/// What a sealed card is bound to.
fn bound_to(udn: &str) -> Vec<u8> {
    format!("setup-card\0{}", udn.to_ascii_lowercase()).into_bytes()
}

impl Store {
    /// Notes where the person is. The set-up of another gateway does not come up by itself any
    /// more. `time` is RFC 3339.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn keep_setup(&self, setup: &KeptSetup, time: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE setups SET open = 0 WHERE udn <> ?1", [&setup.udn])?;
            transaction.execute(
                "INSERT INTO setups (udn, step, open, time) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (udn) DO UPDATE SET step = ?2, open = ?3, time = ?4",
                params![setup.udn, setup.step, setup.open, time],
            )?;
            transaction.execute(
                "DELETE FROM setups WHERE udn IN
                    (SELECT udn FROM setups ORDER BY time DESC LIMIT -1 OFFSET ?1)",
                [limits::SETUPS],
            )?;
            Ok(())
        })
    }

    /// The set-up of a gateway.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn setup(&self, udn: &str) -> Result<Option<KeptSetup>, StoreError> {
        self.one("udn = ?1", udn)
    }

    /// The set-up the person is in.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn open_setup(&self) -> Result<Option<KeptSetup>, StoreError> {
        self.one("open = ?1 ORDER BY time DESC LIMIT 1", true)
    }

    fn one(
        &self,
        which: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<KeptSetup>, StoreError> {
        self.read(|connection| {
            let found = connection
                .prepare_cached(&format!("SELECT udn, step, open FROM setups WHERE {which}"))?
                .query_row(params![value], |row| {
                    Ok(KeptSetup {
                        udn: row.get(0)?,
                        step: row.get(1)?,
                        open: row.get(2)?,
                    })
                })
                .optional()?;
            Ok(found)
        })
    }

    /// Keeps the card of a set-up that was begun, sealed; `None` drops it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Seal`] if it cannot be sealed; else when it cannot be written.
    pub fn keep_setup_card(
        &self,
        udn: &str,
        card: Option<&Secret<String>>,
        sealer: &dyn Sealer,
    ) -> Result<(), StoreError> {
        // Before the transaction: a keyring may ask its owner first.
        let sealed = card
            .map(|card| sealer.seal(card.expose().as_bytes(), &bound_to(udn)))
            .transpose()?;
        self.write(|transaction| {
            transaction.execute(
                "UPDATE setups SET card = ?2 WHERE udn = ?1",
                params![udn, sealed],
            )?;
            Ok(())
        })
    }

    /// The card; nothing where there is none, or none that can be opened any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::Seal`] when the key cannot be had now; else when it cannot be read.
    pub fn setup_card(
        &self,
        udn: &str,
        sealer: &dyn Sealer,
    ) -> Result<Option<Secret<String>>, StoreError> {
        let sealed: Option<Vec<u8>> = self.read(|connection| {
            let found = connection
                .prepare_cached("SELECT card FROM setups WHERE udn = ?1")?
                .query_row([udn], |row| row.get(0))
                .optional()?;
            Ok(found.flatten())
        })?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        match sealer.open(&sealed, &bound_to(udn)) {
            Ok(card) => Ok(String::from_utf8(card.expose().clone())
                .ok()
                .map(Secret::new)),
            Err(SealError::Broken) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets a set-up and its card.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn end_setup(&self, udn: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM setups WHERE udn = ?1", [udn])?;
            Ok(())
        })
    }
}
