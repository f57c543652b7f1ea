//! The trees of gateways as they were last read, to be shown before a gateway answers: in pieces,
//! so that a tree that is kept again costs what changed in it.

use std::collections::HashSet;

use openssl::sha::sha256;
use rusqlite::{params, Connection, OptionalExtension, Transaction};

use super::chunks::ChunkId;
use super::limits;
use super::open::{Store, StoreError};

/// A tree as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptTree {
    /// What is said once.
    pub head: Vec<u8>,
    /// The rest, in order.
    pub pieces: Vec<Vec<u8>>,
}

impl KeptTree {
    fn octets(&self) -> usize {
        self.head.len() + self.pieces.iter().map(Vec::len).sum::<usize>()
    }
}

impl Store {
    /// Keeps the tree of a gateway in place of an earlier one; pieces that are there are not
    /// written again, and others may use the store between two pieces. One that is too large is
    /// not kept, which is no error. `time` is RFC 3339.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    pub fn keep_tree(&self, udn: &str, tree: &KeptTree, time: &str) -> Result<(), StoreError> {
        if tree.octets() > limits::TREE_OCTETS {
            return Ok(());
        }
        let names: Vec<ChunkId> = tree.pieces.iter().map(|piece| sha256(piece)).collect();
        let there = self.read(|connection| piece_names(connection, udn))?;
        let mut written = HashSet::new();
        let mut fresh: Vec<(&ChunkId, &Vec<u8>)> = names
            .iter()
            .zip(&tree.pieces)
            .filter(|(name, _)| !there.contains(*name) && written.insert(**name))
            .collect();
        while !fresh.is_empty() {
            let mut octets = 0;
            let fits = fresh.iter().take_while(|(_, piece)| {
                octets += piece.len();
                octets <= limits::TREE_WRITE_OCTETS
            });
            let count = fits.count().max(1);
            self.write_soon(|transaction| {
                let mut keep = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO tree_pieces (udn, name, octets) VALUES (?1, ?2, ?3)",
                )?;
                for (name, octets) in fresh.drain(..count) {
                    keep.execute(params![udn, name.as_slice(), octets])?;
                }
                Ok(())
            })?;
        }
        let wanted: HashSet<ChunkId> = names.iter().copied().collect();
        self.write_soon(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO trees (udn, time, head, pieces) VALUES (?1, ?2, ?3, ?4)",
                params![udn, time, tree.head, names.concat()],
            )?;
            for name in there.iter().filter(|name| !wanted.contains(*name)) {
                drop_piece(transaction, udn, name)?;
            }
            let dropped = transaction.execute(
                "DELETE FROM trees WHERE udn IN
                    (SELECT udn FROM trees ORDER BY time DESC LIMIT -1 OFFSET ?1)",
                [limits::TREES],
            )?;
            if dropped > 0 {
                transaction.execute(
                    "DELETE FROM tree_pieces WHERE udn NOT IN (SELECT udn FROM trees)",
                    [],
                )?;
            }
            Ok(())
        })
    }

    /// The tree kept of a gateway, if all of it is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    pub fn tree(&self, udn: &str) -> Result<Option<KeptTree>, StoreError> {
        self.read(|connection| {
            let found: Option<(Vec<u8>, Vec<u8>)> = connection
                .query_row(
                    "SELECT head, pieces FROM trees WHERE udn = ?1",
                    [udn],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((head, names)) = found else {
                return Ok(None);
            };
            let mut pieces = Vec::with_capacity(names.len() / 32);
            let mut read = connection
                .prepare_cached("SELECT octets FROM tree_pieces WHERE udn = ?1 AND name = ?2")?;
            for name in names.chunks(32) {
                match read
                    .query_row(params![udn, name], |row| row.get(0))
                    .optional()?
                {
                    Some(octets) => pieces.push(octets),
                    None => return Ok(None),
                }
            }
            Ok(Some(KeptTree { head, pieces }))
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
            transaction.execute("DELETE FROM tree_pieces WHERE udn = ?1", [udn])?;
            Ok(())
        })
    }
}

fn piece_names(connection: &Connection, udn: &str) -> Result<HashSet<ChunkId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name FROM tree_pieces WHERE udn = ?1")?;
    let names = statement.query_map([udn], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

fn drop_piece(transaction: &Transaction<'_>, udn: &str, name: &ChunkId) -> Result<(), StoreError> {
    let mut drop =
        transaction.prepare_cached("DELETE FROM tree_pieces WHERE udn = ?1 AND name = ?2")?;
    drop.execute(params![udn, name.as_slice()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pieces: &[&[u8]]) -> KeptTree {
        KeptTree {
            head: b"head".to_vec(),
            pieces: pieces.iter().map(|piece| piece.to_vec()).collect(),
        }
    }

    fn rows(store: &Store) -> Vec<i64> {
        let read = store.read(|connection| {
            let mut rows = connection.prepare("SELECT rowid FROM tree_pieces ORDER BY rowid")?;
            let rows = rows.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<rusqlite::Result<Vec<i64>>>()?)
        });
        read.expect("read")
    }

    #[test]
    fn the_youngest_trees_are_kept_and_none_that_is_too_large() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("opens");
        let small = tree(&[b"tree"]);
        for at in 0..=limits::TREES {
            let (udn, time) = (format!("uuid:{at}"), format!("{at:08}"));
            store.keep_tree(&udn, &small, &time).expect("kept");
        }
        assert_eq!(store.tree("uuid:0").expect("read"), None);
        assert_eq!(rows(&store).len(), limits::TREES as usize);
        assert_eq!(store.tree("UUID:1").expect("read"), Some(small.clone()));
        let large = tree(&[&vec![b'x'; limits::TREE_OCTETS + 1]]);
        store.keep_tree("uuid:1", &large, "9").expect("no error");
        assert_eq!(store.tree("uuid:1").expect("read"), Some(small));
        store.drop_tree("uuid:1").expect("dropped");
        assert_eq!(store.tree("uuid:1").expect("read"), None);
    }

    #[test]
    fn only_what_changed_is_written_and_what_is_not_needed_goes() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("opens");
        let first = tree(&[b"a", b"b", b"a", b"c"]);
        store.keep_tree("uuid:1", &first, "1").expect("kept");
        assert_eq!(store.tree("uuid:1").expect("read"), Some(first));
        let before = rows(&store);
        assert_eq!(before.len(), 3);
        let second = tree(&[b"a", b"other", b"c"]);
        store.keep_tree("uuid:1", &second, "2").expect("kept");
        assert_eq!(store.tree("uuid:1").expect("read"), Some(second));
        let after = rows(&store);
        let stayed = after.iter().filter(|row| before.contains(row)).count();
        assert_eq!((stayed, after.len()), (2, 3));
    }

    #[test]
    fn a_large_tree_is_written_in_several_goes() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("opens");
        let pieces: Vec<Vec<u8>> = (0..9_u8)
            .map(|at| vec![at; limits::TREE_WRITE_OCTETS / 2])
            .collect();
        let large = KeptTree {
            head: Vec::new(),
            pieces,
        };
        store.keep_tree("uuid:1", &large, "1").expect("kept");
        assert_eq!(store.tree("uuid:1").expect("read"), Some(large));
    }
}
