//! GetSelectedValues: parameters that match a structure path, kept when `path = value` terms hold.

use crate::tree::{Roles, Tree, TreeError};

/// The parameters a structure path and a filter select.
///
/// # Errors
/// 701 for a filter that is not terms joined by `and`, 703 for a path nothing is at.
pub(super) fn select(
    tree: &Tree,
    roles: Roles,
    start: &str,
    filter: &str,
) -> Result<Vec<u32>, TreeError> {
    let terms = terms(filter)?;
    let mut selected = Vec::new();
    for target in tree.find_all(start, true)? {
        for leaf in tree.readable_leaves(target, roles) {
            let path = tree.path(leaf);
            if terms
                .iter()
                .all(|(term, wanted)| holds(tree, &path, term, wanted))
            {
                selected.push(leaf);
            }
        }
    }
    Ok(selected)
}

/// `A = x and B = y`.
fn terms(filter: &str) -> Result<Vec<(String, String)>, TreeError> {
    let filter = filter.trim();
    if filter.is_empty() {
        return Ok(Vec::new());
    }
    filter
        .replace(" AND ", " and ")
        .split(" and ")
        .map(|term| {
            let (path, value) = term.split_once('=').ok_or(TreeError::Syntax)?;
            let path = path.trim();
            if path.starts_with('/') {
                Ok((path.to_owned(), value.trim().trim_matches('"').to_owned()))
            } else {
                Err(TreeError::Syntax)
            }
        })
        .collect()
}

/// Whether a term holds for a candidate: as long as both paths go the same way, `#` is the candidate's own row.
fn holds(tree: &Tree, candidate: &str, term: &str, wanted: &str) -> bool {
    let mut same_way = true;
    let mut own = candidate.split('/');
    let parts: Vec<&str> = term
        .split('/')
        .map(|part| {
            let theirs = own.next().unwrap_or("");
            match part {
                "#" if same_way => theirs,
                other => {
                    same_way = same_way && other == theirs;
                    other
                }
            }
        })
        .collect();
    tree.find_all(&parts.join("/"), true).is_ok_and(|found| {
        found
            .iter()
            .any(|&id| tree.value(&tree.path(id)).as_deref() == Some(wanted))
    })
}
