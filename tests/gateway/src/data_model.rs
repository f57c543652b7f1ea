//! The parameter tree as the rest of the gateway uses it.

use crate::options::{Model, Options};
use crate::store::Store;
use crate::tree::Tree;

/// The tree the options ask for, with the values of the last run.
///
/// # Errors
/// The file of parameters, or the values of the last run, cannot be read.
pub fn open(options: &Options, store: &Store) -> Result<Tree, String> {
    let seed = options.seed.unwrap_or(1);
    let mut tree = match &options.tree {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Tree::from_tsv(&text, options.index_base).map_err(|error| format!("{}: {error}", file.display()))?
        }
        None => match options.model {
            Model::Vdsl => Tree::vdsl(options.index_base, seed),
            Model::Fiber => Tree::fiber(options.index_base, seed),
            Model::Tr098 => Tree::tr098(options.index_base, seed),
            Model::Minimal => Tree::minimal(options.index_base, seed),
        },
    };
    if let Some(parameters) = options.parameters {
        tree.fill_to(parameters);
    }
    tree.load(store.folder()).map_err(|error| error.to_string())?;
    Ok(tree)
}

/// Tells the tree the time.
pub fn advance(tree: &mut Tree, now: u64) {
    tree.advance(now);
}

/// Names and values of the evented state variables.
pub fn state_variables(tree: &Tree) -> Vec<(&'static str, String)> {
    tree.state_variables()
}

/// The gateway has restarted.
pub fn restarted(tree: &mut Tree) {
    tree.apply_after_reboot();
}

/// The gateway forgets everything.
pub fn reset(tree: &mut Tree) {
    tree.reset_to_factory();
}

/// Keeps the values for the next run.
pub fn save(tree: &Tree, store: &Store) {
    if let Err(error) = tree.save(store.folder()) {
        tracing::warn!(%error, "values not kept");
    }
}
