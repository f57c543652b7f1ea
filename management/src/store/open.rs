//! Opens the file, brings it to the present schema, and turns SQLite's errors into ours.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::limits;
use super::migrations;
use super::seal::SealError;

/// Name of the database inside the store's directory.
pub const FILE_NAME: &str = "lanside.sqlite";

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory or file cannot be created or opened.
    #[error("cannot open {path}: {detail}", path = .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// A newer version of the program has written the file.
    #[error("the saved data was written by a newer version of Lanside (format {found}, this one knows {known})")]
    Newer {
        /// Format of the file.
        found: u32,
        /// Newest format this program knows.
        known: u32,
    },
    /// Another process kept the file locked for longer than the busy timeout.
    #[error("the saved data is in use by another program")]
    Busy,
    /// The disk is full.
    #[error("no space left for the saved data")]
    Full,
    /// The file is not a database or is damaged; [`Store::set_aside`] starts anew.
    #[error("the saved data is damaged: {detail}")]
    Damaged {
        /// What SQLite said, or which record cannot be read.
        detail: String,
    },
    /// A value is larger than the store takes.
    #[error("{what} is larger than {limit} can hold", limit = .limit)]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The bound, octets or rows.
        limit: usize,
    },
    /// There is no journal entry or snapshot of that number.
    #[error("there is no entry {id}")]
    NoSuchEntry {
        /// The number.
        id: i64,
    },
    /// A secret cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Anything else SQLite objects to; our fault.
    #[error("the saved data cannot be used: {detail}")]
    Database {
        /// What SQLite said.
        detail: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { detail },
            _ => Self::Database { detail },
        }
    }
}

/// The open store. Every method blocks; see the module for what it promises.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    /// Opens the store in a directory, which is created (for this user only) if it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] for a file of a later program, [`StoreError::Damaged`] for one that is
    /// no database, [`StoreError::Io`] when directory or file cannot be made.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        create_private_directory(directory)?;
        let path = directory.join(FILE_NAME);
        create_private_file(&path)?;
        let mut connection = Connection::open(&path)?;
        connection.busy_timeout(limits::BUSY_TIMEOUT)?;
        use_write_ahead_log(&connection)?;
        // FULL, not NORMAL: a journal entry must be on the disk before the first byte is sent.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        migrations::migrate(&mut connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    /// Moves a damaged file out of the way, so that [`Store::open`] starts with an empty one.
    /// `mark` becomes part of the new name; the caller passes the time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] when the file cannot be renamed.
    pub fn set_aside(directory: &Path, mark: &str) -> Result<PathBuf, StoreError> {
        let mark: String = mark.chars().filter(char::is_ascii_alphanumeric).collect();
        let kept = directory.join(format!("{FILE_NAME}.damaged-{mark}"));
        // The log belongs to the file: left behind it would be replayed into the new one.
        for suffix in ["-wal", "-shm", ""] {
            let from = directory.join(format!("{FILE_NAME}{suffix}"));
            let to = PathBuf::from(format!("{}{suffix}", kept.display()));
            match fs::rename(&from, &to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(io_error(&from, &error))
                }
                _ => {}
            }
        }
        Ok(kept)
    }

    /// Runs a reading closure on the connection.
    pub(super) fn read<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A panic in a closure leaves at most a transaction, which its drop has rolled back.
        let connection = self.lock();
        body(&connection)
    }

    /// Runs a closure in one write transaction: all of it happens, or nothing.
    pub(super) fn write<T>(
        &self,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        write_in(&mut self.lock(), body)
    }

    /// [`Store::write`] without waiting for the disk: for what is found again when the power
    /// fails, and whose loss costs a search.
    pub(super) fn write_soon<T>(
        &self,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let outcome = write_in(&mut connection, body);
        // Without this the next journal entry would not be on the disk in time.
        connection.pragma_update(None, "synchronous", "FULL")?;
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_in<T>(
    connection: &mut Connection,
    body: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // Immediate: taking the write lock later, after a read, could fail without waiting.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let outcome = body(&transaction)?;
    transaction.commit()?;
    Ok(outcome)
}

/// The switch to the log needs the file for itself for a moment, and SQLite does not wait for that.
fn use_write_ahead_log(connection: &Connection) -> Result<(), StoreError> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut tries_left = limits::BUSY_TIMEOUT.as_millis() / PAUSE.as_millis();
    loop {
        match connection
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(StoreError::from)
        {
            Err(StoreError::Busy) if tries_left > 0 => {
                tries_left -= 1;
                std::thread::sleep(PAUSE);
            }
            outcome => return outcome,
        }
    }
}

fn create_private_directory(directory: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(directory)
        .map_err(|error| io_error(directory, &error))
}

/// Made before SQLite would make it, so that it is never readable by others; log files inherit it.
fn create_private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| io_error(path, &error))
}

fn io_error(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        detail: error.to_string(),
    }
}

/// Refuses what is larger than its bound.
pub(super) fn bounded(what: &'static str, size: usize, limit: usize) -> Result<(), StoreError> {
    if size > limit {
        return Err(StoreError::TooLarge { what, limit });
    }
    Ok(())
}

/// A text column that should hold JSON of ours.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged {
        detail: error.to_string(),
    })
}

/// The JSON of one of our records.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Database {
        detail: error.to_string(),
    })
}
