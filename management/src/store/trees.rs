//! The trees of gateways as they were last read, to be shown before a gateway answers.

use rusqlite::{params, OptionalExtension};

use super::limits;
use super::open::{Store, StoreError};

impl Store {
    /// Keeps the tree of a gateway in place of an earlier one. One that is too large is not
    /// kept, which is no error. `time` is RFC 3339.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn keep_tree(&self, udn: &str, document: &[u8], time: &str) -> Result<(), StoreError> {
        if document.len() > limits::TREE_OCTETS {
            return Ok(());
        }
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO trees (udn, time, document) VALUES (?1, ?2, ?3)",
                params![udn, time, document],
            )?;
            transaction.execute(
                "DELETE FROM trees WHERE udn IN
                    (SELECT udn FROM trees ORDER BY time DESC LIMIT -1 OFFSET ?1)",
                [limits::TREES],
            )?;
            Ok(())
        })
    }

    /// The tree kept of a gateway.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn tree(&self, udn: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            Ok(connection
                .query_row("SELECT document FROM trees WHERE udn = ?1", [udn], |row| {
                    row.get(0)
                })
                .optional()?)
        })
    }

    /// Drops the tree kept of a gateway.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn drop_tree(&self, udn: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM trees WHERE udn = ?1", [udn])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youngest_trees_are_kept_and_none_that_is_too_large() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("opens");
        for at in 0..=limits::TREES {
            let (udn, time) = (format!("uuid:{at}"), format!("{at:08}"));
            store.keep_tree(&udn, b"tree", &time).expect("kept");
        }
        assert_eq!(store.tree("uuid:0").expect("read"), None);
        assert_eq!(store.tree("UUID:1").expect("read"), Some(b"tree".to_vec()));
        let large = vec![b'x'; limits::TREE_OCTETS + 1];
        store.keep_tree("uuid:1", &large, "9").expect("no error");
        assert_eq!(store.tree("uuid:1").expect("read"), Some(b"tree".to_vec()));
        store.drop_tree("uuid:1").expect("dropped");
        assert_eq!(store.tree("uuid:1").expect("read"), None);
    }
}
