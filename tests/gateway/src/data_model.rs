//! The parameter tree as the rest of the gateway uses it.

use crate::options::Options;
use crate::store::Store;
use crate::tree::Tree;

/// The tree the options ask for, with the values of the last run.
pub fn open(_options: &Options, _store: &Store) -> Result<Tree, String> {
    Ok(Tree)
}

/// Tells the tree the time.
pub fn advance(_tree: &mut Tree, _now: u64) {}

/// Names and values of the evented state variables.
pub fn state_variables(_tree: &Tree) -> Vec<(&'static str, String)> {
    Vec::new()
}

/// The gateway has restarted.
pub fn restarted(_tree: &mut Tree) {}

/// The gateway forgets everything.
pub fn reset(_tree: &mut Tree) {}

/// Keeps the values for the next run.
pub fn save(_tree: &Tree, _store: &Store) {}
