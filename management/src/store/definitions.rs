//! Imported definitions: for each set what is known of it, and its facts written out.

use rusqlite::params;

use super::limits;
use super::open::{bounded, Store, StoreError};
use super::records::DefinitionSet;

impl Store {
    /// Keeps sets in the place of those of the same names; all of them or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`], or when they cannot be written.
    pub fn keep_definitions(&self, sets: &[DefinitionSet]) -> Result<(), StoreError> {
        for set in sets {
            bounded(
                "an imported definition",
                set.facts.len(),
                limits::DEFINITION_OCTETS,
            )?;
        }
        self.write(|transaction| {
            for set in sets {
                transaction.execute(
                    "INSERT OR REPLACE INTO definitions (name, about, facts) VALUES (?1, ?2, ?3)",
                    params![set.name, set.about, set.facts],
                )?;
            }
            let kept: usize =
                transaction.query_row("SELECT count(*) FROM definitions", [], |row| row.get(0))?;
            bounded(
                "the number of imported definitions",
                kept,
                limits::DEFINITION_SETS,
            )
        })
    }

    /// What is known of each set, by name.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn definitions(&self) -> Result<Vec<String>, StoreError> {
        self.column("SELECT about FROM definitions ORDER BY name")
    }

    /// The facts of each set, those imported later behind.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    pub fn definition_facts(&self) -> Result<Vec<String>, StoreError> {
        self.column("SELECT facts FROM definitions ORDER BY id")
    }

    /// Drops a set; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn remove_definitions(&self, name: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM definitions WHERE name = ?1", [name])?;
            Ok(())
        })
    }

    fn column(&self, query: &str) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare(query)?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
    }
}
