//! Tests that were run, as the room of tests likes to keep them.

use rusqlite::params;

use super::limits;
use super::open::{Store, StoreError};

impl Store {
    /// Keeps what a test found. `time` is RFC 3339.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn keep_test_run(
        &self,
        udn: &str,
        time: &str,
        document: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let text = document.to_string();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO test_runs (udn, time, document) VALUES (?1, ?2, ?3)",
                params![udn, time, text],
            )?;
            transaction.execute(
                "DELETE FROM test_runs WHERE id IN
                    (SELECT id FROM test_runs WHERE udn = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
                params![udn, limits::TEST_RUNS_PER_GATEWAY],
            )?;
            Ok(())
        })
    }

    /// What was kept of a gateway's tests, latest first. One that cannot be read is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn test_runs(&self, udn: &str) -> Result<Vec<serde_json::Value>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT document FROM test_runs WHERE udn = ?1 ORDER BY id DESC")?;
            let texts = statement.query_map([udn], |row| row.get::<_, String>(0))?;
            Ok(texts
                .collect::<rusqlite::Result<Vec<_>>>()?
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok())
                .collect())
        })
    }
}
