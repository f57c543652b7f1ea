//! What experience with a model teaches.

use std::time::Duration;

use rusqlite::params;

use super::limits;
use super::open::{Store, StoreError};

impl Store {
    /// Writes down how long a reboot of a model took, from the action to the verified return.
    /// `model` is any text that names maker and model; `time` is RFC 3339.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn learn_reboot(
        &self,
        model: &str,
        duration: Duration,
        time: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO reboots (model, seconds, time) VALUES (?1, ?2, ?3)",
                params![model, duration.as_secs_f64(), time],
            )?;
            transaction.execute(
                "DELETE FROM reboots WHERE id IN
                    (SELECT id FROM reboots WHERE model = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
                params![model, limits::DURATIONS_PER_MODEL],
            )?;
            Ok(())
        })
    }

    /// How long the last reboots of a model took, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn reboot_durations(&self, model: &str) -> Result<Vec<Duration>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT seconds FROM reboots WHERE model = ?1 ORDER BY id DESC")?;
            let seconds = statement.query_map([model], |row| row.get::<_, f64>(0))?;
            Ok(seconds
                .collect::<rusqlite::Result<Vec<_>>>()?
                .into_iter()
                .filter_map(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .collect())
        })
    }

    /// The middle one of the remembered durations, `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn typical_reboot(&self, model: &str) -> Result<Option<Duration>, StoreError> {
        let mut durations = self.reboot_durations(model)?;
        durations.sort_unstable();
        Ok(durations.get(durations.len() / 2).copied())
    }
}
