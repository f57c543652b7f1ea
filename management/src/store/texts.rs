//! Texts that were typed and are no answer and no draft yet: half a name, a value that was refused.
//! Kept so that whatever ends the program loses none of them; those of secrets are sealed.

use dp_credentials::secrets::Secret;
use rusqlite::params;

use crate::schema::is_secret;

use super::limits;
use super::open::{bounded, Store, StoreError};
use super::records::DraftValue;
use super::seal::Sealer;

/// A text that was typed, and where.
#[derive(Debug, Clone)]
pub struct TypedText {
    /// UPnP path of the parameter, or the name of a field.
    pub place: String,
    /// What was typed.
    pub text: DraftValue,
}

impl Store {
    /// Keeps a text in the place of the one before. Of too many the one typed longest ago goes.
    /// `time` is RFC 3339.
    ///
    /// # Errors
    ///
    /// [`StoreError::Seal`] if a secret cannot be sealed, [`StoreError::TooLarge`] for a text beyond
    /// [`limits::VALUE_OCTETS`].
    pub fn keep_text(
        &self,
        udn: &str,
        typed: &TypedText,
        time: &str,
        sealer: &dyn Sealer,
    ) -> Result<(), StoreError> {
        let text = typed.text.expose();
        bounded("a text", text.len(), limits::VALUE_OCTETS)?;
        let secret = matches!(typed.text, DraftValue::Secret(_)) || is_secret(&typed.place);
        // Before the transaction: a keyring may ask its owner first.
        let sealed = secret
            .then(|| sealer.seal(text.as_bytes(), &bound_to(udn, &typed.place)))
            .transpose()?;
        let plain = (!secret).then_some(text);
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO texts (udn, place, plain, sealed, time)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![udn, typed.place, plain, sealed, time],
            )?;
            transaction.execute(
                "DELETE FROM texts WHERE udn = ?1 AND place IN
                    (SELECT place FROM texts WHERE udn = ?1 ORDER BY time DESC LIMIT -1 OFFSET ?2)",
                params![udn, limits::TEXTS_PER_GATEWAY],
            )?;
            Ok(())
        })
    }

    /// The texts of a gateway, by place. One that cannot be opened now is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn texts(&self, udn: &str, sealer: &dyn Sealer) -> Result<Vec<TypedText>, StoreError> {
        type Row = (String, Option<String>, Option<Vec<u8>>);
        let rows: Vec<Row> = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT place, plain, sealed FROM texts WHERE udn = ?1 ORDER BY place",
            )?;
            let rows =
                statement.query_map([udn], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })?;
        let open = |place: &str, sealed: &[u8]| {
            let opened = sealer.open(sealed, &bound_to(udn, place)).ok()?;
            let text = String::from_utf8(opened.expose().clone()).ok()?;
            Some(DraftValue::Secret(Secret::new(text)))
        };
        Ok(rows
            .into_iter()
            .filter_map(|(place, plain, sealed)| {
                let text = match plain {
                    Some(plain) => DraftValue::Plain(plain),
                    None => open(&place, &sealed.unwrap_or_default())?,
                };
                Some(TypedText { place, text })
            })
            .collect())
    }

    /// Forgets texts, all or none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn forget_texts(&self, udn: &str, places: &[&str]) -> Result<(), StoreError> {
        self.write(|transaction| {
            for place in places {
                transaction.execute(
                    "DELETE FROM texts WHERE udn = ?1 AND place = ?2",
                    [udn, place],
                )?;
            }
            Ok(())
        })
    }
}

/// A sealed text moved to another row does not open.
fn bound_to(udn: &str, place: &str) -> Vec<u8> {
    format!("text\0{}\0{place}", udn.to_ascii_lowercase()).into_bytes()
}
