//! The parameter tree of the simulated gateway.

mod access;

pub use access::{Role, Roles};

/// The gateway's data model with its values.
///
/// Signatures being filled in:
/// `Tree::vdsl(index_base: u32, seed: u64)`, `fiber(..)`, `tr098(..)`, `minimal(..)`,
/// `from_tsv(text: &str, index_base) -> Result<Tree, ImportError>`, `fill_to(&mut self, parameters: usize)`,
/// `advance(&mut self, unix_ms: u64)` (the clock; call before every action and now and then),
/// `value(&self, upnp_path) -> Option<String>`, `poke(&mut self, path, value)`, `parameter_count()`,
/// `settings: Settings` (quirk switches), `state_variables() -> Vec<(&'static str, String)>` (the six evented
/// ones), `on_change(Box<dyn Fn(&'static str, &str) + Send>)` (variable, new value), `apply_after_reboot()`,
/// `reset_to_factory()`, `save(dir)`, `load(dir)`.
#[derive(Debug, Default)]
pub struct Tree;
