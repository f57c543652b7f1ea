//! What Lanside is made of, as `packaging/licences.mjs` listed it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LicenceView {
    /// `crate` or `npm`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// Where its source is; `null` when it does not say.
    pub source: Option<String>,
}

/// All of them, by name.
pub fn all() -> Vec<LicenceView> {
    serde_json::from_str(include_str!("../../packaging/licences.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_whole() {
        let all = all();
        assert!(all.len() > 300, "{} components", all.len());
        assert!(all.iter().all(|one| !one.licence.is_empty()));
        for (kind, name) in [("crate", "tauri"), ("npm", "svelte")] {
            assert!(all.iter().any(|one| one.kind == kind && one.name == name));
        }
    }
}
