//! The schema, as the steps that lead to it. `PRAGMA user_version` counts the steps taken.

use rusqlite::{Connection, TransactionBehavior};

use super::open::StoreError;

/// Each step takes the file from its index to the next. A released step is never edited.
const STEPS: [&str; 11] = [
    // 0 → 1: what was agreed with the gateway's owner and what is known about gateways.
    "CREATE TABLE gateways (
        udn TEXT PRIMARY KEY COLLATE NOCASE,
        seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        location TEXT,
        secure_location TEXT
    ) STRICT;
    CREATE TABLE drafts (
        udn TEXT NOT NULL COLLATE NOCASE,
        path TEXT NOT NULL,
        old TEXT,
        plain TEXT,
        sealed BLOB,
        staged_at TEXT NOT NULL,
        PRIMARY KEY (udn, path),
        CHECK ((plain IS NULL) <> (sealed IS NULL))
    ) STRICT;
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        udn TEXT NOT NULL COLLATE NOCASE,
        time TEXT NOT NULL,
        state TEXT NOT NULL,
        changes TEXT NOT NULL,
        detail TEXT,
        undoes INTEGER
    ) STRICT;
    CREATE INDEX journal_of_gateway ON journal (udn, id);
    CREATE TABLE reboots (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        model TEXT NOT NULL,
        seconds REAL NOT NULL,
        time TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reboots_of_model ON reboots (model, id);
    CREATE TABLE structures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        udn TEXT NOT NULL COLLATE NOCASE,
        software_version TEXT NOT NULL,
        configuration TEXT NOT NULL,
        document BLOB NOT NULL,
        UNIQUE (udn, software_version, configuration)
    ) STRICT;",
    // 1 → 2: saved trees.
    "CREATE TABLE snapshots (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        udn TEXT NOT NULL COLLATE NOCASE,
        time TEXT NOT NULL,
        name TEXT NOT NULL,
        document BLOB NOT NULL
    ) STRICT;
    CREATE INDEX snapshots_of_gateway ON snapshots (udn, id);",
    // 2 → 3: descriptions of trusted gateways, so that they open without being asked first.
    "CREATE TABLE descriptions (
        udn TEXT PRIMARY KEY COLLATE NOCASE,
        location TEXT NOT NULL,
        charset TEXT,
        config_id INTEGER,
        read_at TEXT NOT NULL,
        document BLOB NOT NULL
    ) STRICT;",
    // 3 → 4: tests that were run.
    "CREATE TABLE test_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        udn TEXT NOT NULL COLLATE NOCASE,
        time TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX test_runs_of_gateway ON test_runs (udn, id);",
    // 4 → 5: saved trees in pieces named by their content. Nothing ever wrote to the table they
    // were to be in before, so there is nothing to take along.
    "DROP TABLE snapshots;
    CREATE TABLE snapshots (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        udn TEXT NOT NULL COLLATE NOCASE,
        time TEXT NOT NULL,
        name TEXT NOT NULL,
        how TEXT NOT NULL,
        origin TEXT NOT NULL,
        parameters INTEGER NOT NULL,
        root BLOB NOT NULL
    ) STRICT;
    CREATE INDEX snapshots_of_gateway ON snapshots (udn, id);
    CREATE TABLE snapshot_chunks (
        id BLOB PRIMARY KEY,
        octets BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;",
    // 5 → 6: definitions a person imported.
    "CREATE TABLE definitions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        about TEXT NOT NULL,
        facts TEXT NOT NULL
    ) STRICT;",
    // 6 → 7: set-ups that were begun.
    "CREATE TABLE setups (
        udn TEXT PRIMARY KEY COLLATE NOCASE,
        step TEXT NOT NULL,
        open INTEGER NOT NULL,
        time TEXT NOT NULL,
        card BLOB
    ) STRICT;",
    // 7 → 8: whole trees as they were last read, in place of structures that nobody asked for.
    "DROP TABLE structures;
    CREATE TABLE trees (
        udn TEXT PRIMARY KEY COLLATE NOCASE,
        time TEXT NOT NULL,
        document BLOB NOT NULL
    ) STRICT;",
    // 8 → 9: those trees in pieces. What was kept of them was for looking, and is read anew.
    "DROP TABLE trees;
    CREATE TABLE trees (
        udn TEXT PRIMARY KEY COLLATE NOCASE,
        time TEXT NOT NULL,
        head BLOB NOT NULL,
        pieces BLOB NOT NULL
    ) STRICT;
    CREATE TABLE tree_pieces (
        udn TEXT NOT NULL COLLATE NOCASE,
        name BLOB NOT NULL,
        octets BLOB NOT NULL,
        PRIMARY KEY (udn, name)
    ) STRICT;",
    // 9 → 10: texts that were typed and are no draft yet.
    "CREATE TABLE texts (
        udn TEXT NOT NULL COLLATE NOCASE,
        place TEXT NOT NULL,
        plain TEXT,
        sealed BLOB,
        time TEXT NOT NULL,
        PRIMARY KEY (udn, place),
        CHECK ((plain IS NULL) <> (sealed IS NULL))
    ) STRICT;",
    // 10 → 11: the pieces of saved trees in a table with row numbers. Without them every piece of
    // more than a quarter of a page took a page of its own.
    "CREATE TABLE packed_chunks (
        id BLOB PRIMARY KEY,
        octets BLOB NOT NULL
    ) STRICT;
    INSERT INTO packed_chunks (id, octets) SELECT id, octets FROM snapshot_chunks;
    DROP TABLE snapshot_chunks;
    ALTER TABLE packed_chunks RENAME TO snapshot_chunks;",
];

/// Takes the steps the file still lacks, each whole or not at all.
///
/// # Errors
///
/// [`StoreError::Newer`] if the file has taken steps this program does not know.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    loop {
        // Asked inside the write lock: another process may be migrating the same file.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let taken: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let known = STEPS.len();
        match usize::try_from(taken)
            .ok()
            .and_then(|taken| STEPS.get(taken))
        {
            Some(step) => {
                transaction.execute_batch(step)?;
                transaction.pragma_update(None, "user_version", taken + 1)?;
                transaction.commit()?;
            }
            None if usize::try_from(taken) == Ok(known) => return Ok(()),
            None => {
                return Err(StoreError::Newer {
                    found: taken,
                    known: u32::try_from(known).unwrap_or(u32::MAX),
                })
            }
        }
    }
}

/// Makes a file as an earlier version left it.
#[cfg(test)]
pub(super) fn take_steps(connection: &Connection, steps: usize) {
    for step in &STEPS[..steps] {
        connection.execute_batch(step).expect("a step works");
    }
    connection
        .pragma_update(None, "user_version", steps)
        .expect("sets");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> u32 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version")
    }

    #[test]
    fn every_earlier_version_reaches_the_present_one() {
        for start in 0..=STEPS.len() {
            let mut connection = Connection::open_in_memory().expect("opens");
            take_steps(&connection, start);
            migrate(&mut connection).expect("migrates");
            assert_eq!(version(&connection) as usize, STEPS.len());
            for table in [
                "gateways",
                "drafts",
                "journal",
                "reboots",
                "trees",
                "tree_pieces",
                "snapshots",
                "snapshot_chunks",
                "descriptions",
                "test_runs",
                "definitions",
                "setups",
                "texts",
            ] {
                let rows: u32 = connection
                    .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                        row.get(0)
                    })
                    .unwrap_or_else(|error| panic!("{table}: {error}"));
                assert_eq!(rows, 0);
            }
        }
    }

    #[test]
    fn rows_written_before_a_step_are_kept() {
        let mut connection = Connection::open_in_memory().expect("opens");
        connection
            .execute_batch(STEPS[0])
            .expect("the first step works");
        connection
            .pragma_update(None, "user_version", 1)
            .expect("sets");
        connection
            .execute(
                "INSERT INTO gateways VALUES ('uuid:1', '{}', 'now', NULL, NULL)",
                [],
            )
            .expect("inserts");
        migrate(&mut connection).expect("migrates");
        let rows: u32 = connection
            .query_row("SELECT count(*) FROM gateways", [], |row| row.get(0))
            .expect("counts");
        assert_eq!(rows, 1);
    }

    #[test]
    fn a_later_version_is_left_alone() {
        let mut connection = Connection::open_in_memory().expect("opens");
        connection
            .pragma_update(None, "user_version", 99)
            .expect("sets");
        assert!(matches!(
            migrate(&mut connection),
            Err(StoreError::Newer {
                found: 99,
                known: 11
            })
        ));
        assert_eq!(version(&connection), 99);
    }
}
