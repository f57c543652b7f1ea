//! Staged changes, which survive a crash. Values of secrets are sealed.

use dp_credentials::secrets::Secret;
use rusqlite::params;

use crate::schema::is_secret;

use super::limits;
use super::open::{bounded, Store, StoreError};
use super::records::{Draft, DraftValue};
use super::seal::{SealError, Sealer};

/// The drafts of a gateway.
#[derive(Debug, Default)]
pub struct StoredDrafts {
    /// Those that can be used, by path.
    pub drafts: Vec<Draft>,
    /// Those whose sealed value cannot be opened now.
    pub unreadable: Vec<UnreadableDraft>,
}

/// A draft whose sealed value cannot be opened.
#[derive(Debug)]
pub struct UnreadableDraft {
    /// Path of the parameter.
    pub path: String,
    /// Why; with [`SealError::KeyUnavailable`] it may well open later.
    pub reason: SealError,
}

/// How a value goes into the file.
struct Kept {
    old: Option<String>,
    plain: Option<String>,
    sealed: Option<Vec<u8>>,
}

impl Store {
    /// Stages changes, all or none, each in the place of an earlier draft of the same parameter.
    ///
    /// # Errors
    ///
    /// [`StoreError::Seal`] if a secret is among them and cannot be sealed,
    /// [`StoreError::TooLarge`] for a value or a number of drafts beyond [`limits`].
    pub fn stage(&self, drafts: &[Draft], sealer: &dyn Sealer) -> Result<(), StoreError> {
        // Before the transaction: a keyring may ask its owner first, and others want to write.
        let mut rows = Vec::with_capacity(drafts.len());
        for draft in drafts {
            rows.push((draft, keep(draft, sealer)?));
        }
        self.write(|transaction| {
            for (draft, kept) in &rows {
                transaction.execute(
                    "INSERT OR REPLACE INTO drafts (udn, path, old, plain, sealed, staged_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        draft.udn,
                        draft.path,
                        kept.old,
                        kept.plain,
                        kept.sealed,
                        draft.staged_at
                    ],
                )?;
                let staged: u32 = transaction.query_row(
                    "SELECT count(*) FROM drafts WHERE udn = ?1",
                    [&draft.udn],
                    |row| row.get(0),
                )?;
                if staged > limits::DRAFTS_PER_GATEWAY {
                    return Err(StoreError::TooLarge {
                        what: "the number of drafts",
                        limit: limits::DRAFTS_PER_GATEWAY as usize,
                    });
                }
            }
            Ok(())
        })
    }

    /// The drafts of a gateway, by path.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read. A secret that cannot be opened is no error: it is
    /// listed as unreadable, so that it does not hide the others.
    pub fn drafts(&self, udn: &str, sealer: &dyn Sealer) -> Result<StoredDrafts, StoreError> {
        type Stored = (String, Kept, String);
        let rows: Vec<Stored> = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT path, old, plain, sealed, staged_at FROM drafts WHERE udn = ?1 ORDER BY path",
            )?;
            let rows = statement.query_map([udn], |row| {
                let kept = Kept {
                    old: row.get(1)?,
                    plain: row.get(2)?,
                    sealed: row.get(3)?,
                };
                Ok((row.get(0)?, kept, row.get(4)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })?;
        let mut stored = StoredDrafts::default();
        for (path, kept, staged_at) in rows {
            let new = match (kept.plain, kept.sealed) {
                (Some(plain), _) => Ok(DraftValue::Plain(plain)),
                (None, sealed) => {
                    open(sealer, &sealed.unwrap_or_default(), udn, &path).map(DraftValue::Secret)
                }
            };
            match new {
                Ok(new) => stored.drafts.push(Draft {
                    udn: udn.to_owned(),
                    path,
                    old: kept.old,
                    new,
                    staged_at,
                }),
                Err(reason) => stored.unreadable.push(UnreadableDraft { path, reason }),
            }
        }
        Ok(stored)
    }

    /// Drops one draft; whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn discard_draft(&self, udn: &str, path: &str) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let dropped = transaction.execute(
                "DELETE FROM drafts WHERE udn = ?1 AND path = ?2",
                [udn, path],
            )?;
            Ok(dropped > 0)
        })
    }

    /// Drops several drafts, all or none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be written.
    pub fn discard_drafts_at(&self, udn: &str, paths: &[String]) -> Result<(), StoreError> {
        if paths.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            for path in paths {
                transaction.execute(
                    "DELETE FROM drafts WHERE udn = ?1 AND path = ?2",
                    [udn, path.as_str()],
                )?;
            }
            Ok(())
        })
    }

    /// Drops every draft of a gateway; how many there were.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn discard_drafts(&self, udn: &str) -> Result<usize, StoreError> {
        self.write(|transaction| {
            Ok(transaction.execute("DELETE FROM drafts WHERE udn = ?1", [udn])?)
        })
    }
}

fn keep(draft: &Draft, sealer: &dyn Sealer) -> Result<Kept, StoreError> {
    let value = draft.new.expose();
    bounded("a value", value.len(), limits::VALUE_OCTETS)?;
    if matches!(draft.new, DraftValue::Secret(_)) || is_secret(&draft.path) {
        return Ok(Kept {
            old: None,
            plain: None,
            sealed: Some(sealer.seal(value.as_bytes(), &bound_to(&draft.udn, &draft.path))?),
        });
    }
    bounded(
        "a value",
        draft.old.as_ref().map_or(0, String::len),
        limits::VALUE_OCTETS,
    )?;
    Ok(Kept {
        old: draft.old.clone(),
        plain: Some(value.to_owned()),
        sealed: None,
    })
}

fn open(
    sealer: &dyn Sealer,
    sealed: &[u8],
    udn: &str,
    path: &str,
) -> Result<Secret<String>, SealError> {
    let opened = sealer.open(sealed, &bound_to(udn, path))?;
    let text = std::str::from_utf8(opened.expose()).map_err(|_| SealError::Broken)?;
    Ok(Secret::new(text.to_owned()))
}

/// A sealed value moved to another row does not open: a passphrase cannot turn up as an SSID.
fn bound_to(udn: &str, path: &str) -> Vec<u8> {
    format!("draft\0{}\0{path}", udn.to_ascii_lowercase()).into_bytes()
}
