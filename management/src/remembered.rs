//! What was known of a gateway's tree when it was last open, shown and searched until it
//! answers.
//!
//! It is for looking only: no check, no forecast and no request is made of it. Secrets are
//! left out, and so are values too large to look at. A tree is kept while its gateway is open and
//! when it is closed (`remembered/keeping.rs`); what a later visit did not look at stays from the
//! visit before.

mod document;
mod keeping;
mod searching;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::Management;
use crate::clock;
use crate::error::Error;
use crate::limits;
use crate::naming::Naming;
use crate::rows::{self, ShownDrafts};
use crate::search::Finder;
use crate::session::Session;
use crate::tree::{Node, ParameterTree};
use crate::view::{NodeKind, NodeStatus, NodeView};
use searching::Unread;

/// Rows of one branch as they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RememberedRows {
    /// The rows, without drafts.
    pub nodes: Vec<NodeView>,
    /// When the tree was last read, RFC 3339.
    pub as_of: String,
}

/// A tree as it was, and how its nodes are named.
#[derive(Debug)]
pub(crate) struct Remembered {
    tree: ParameterTree,
    naming: Naming,
    /// Beginning of the clock that read moments count from, RFC 3339.
    origin: String,
    as_of: String,
    finder: Mutex<Finder>,
    unread: Mutex<Unread>,
}

impl Remembered {
    fn rows(&self, upnp_path: &str) -> Option<RememberedRows> {
        let drafts = ShownDrafts::new();
        let nodes: Vec<NodeView> = self
            .tree
            .find(upnp_path)?
            .children()
            .map(|child| rows::row(child, &self.naming, &drafts))
            .collect();
        (!nodes.is_empty()).then(|| RememberedRows {
            nodes,
            as_of: self.as_of.clone(),
        })
    }

    /// What a session knows, and before that what was remembered of places it did not look at.
    fn of(session: &Session, before: Option<&Remembered>) -> Remembered {
        // A copy costs milliseconds; whoever reads or searches meanwhile waits for no more.
        let known = session.tree().clone();
        let before = before.filter(|_| !session.is_complete());
        let (mut tree, origin) = match before {
            Some(before) => (before.tree.clone(), before.origin.clone()),
            None => (ParameterTree::new(), session.moment(0)),
        };
        let later = clock::seconds_between(&origin, &session.moment(0)).unwrap_or(0.0);
        // A clock that was set back makes old values look as young as the visit, not younger.
        let later = later.max(0.0) as u32;
        for node in known.walk(known.root().id()) {
            note(&mut tree, node, &session.naming, later);
        }
        Remembered::new(tree, session.naming.clone(), origin, clock::now())
    }

    fn new(tree: ParameterTree, naming: Naming, origin: String, as_of: String) -> Remembered {
        Remembered {
            tree,
            naming,
            origin,
            as_of,
            finder: Mutex::default(),
            unread: Mutex::default(),
        }
    }

    fn finder(&self) -> MutexGuard<'_, Finder> {
        self.finder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts one node of another tree into this one. A table whose rows were asked for keeps those
/// alone; what was refused or is gone loses its old value; a secret never comes along.
fn note(tree: &mut ParameterTree, node: Node<'_>, naming: &Naming, later: u32) {
    let path = node.path();
    let secret = || rows::is_secret(naming.fact(node).as_ref(), &path);
    match node.kind() {
        NodeKind::Parameter => match (node.value(), node.read_at_s()) {
            (Some(value), Some(read))
                if value.len() <= limits::REMEMBERED_VALUE_OCTETS && !secret() =>
            {
                tree.insert_value(&path, value, read.saturating_add(later));
            }
            _ => {
                let id = tree.insert_node(&path);
                if matches!(
                    node.status(),
                    NodeStatus::Refused | NodeStatus::NotSupported
                ) {
                    tree.mark_status(id, node.status());
                }
            }
        },
        kind => {
            let id = tree.insert_node(&path);
            if kind == NodeKind::Table {
                tree.mark_table(id);
                if node.children_known() {
                    let rows: Vec<&str> = node.children().map(|row| row.name()).collect();
                    tree.retain_rows(id, &rows);
                }
            }
        }
    }
}

impl Management {
    /// Rows of a branch as they were at an earlier visit; nothing is sent. `None` when the
    /// branch was never seen.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn remembered_rows(
        &self,
        udn: &str,
        upnp_path: &str,
    ) -> Result<Option<RememberedRows>, Error> {
        let remembered = self.remembered(udn).await?;
        Ok(remembered.and_then(|remembered| remembered.rows(upnp_path)))
    }

    /// Forgets what was known of a gateway's tree.
    pub(crate) async fn forget_tree(&self, udn: &str) -> Result<(), Error> {
        self.put_remembered(udn, None);
        let owned = udn.to_owned();
        self.store(move |store| store.drop_tree(&owned)).await
    }

    async fn remembered(&self, udn: &str) -> Result<Option<Arc<Remembered>>, Error> {
        let key = udn.to_ascii_lowercase();
        if let Some(remembered) = self.inner.remembered().get(&key) {
            return Ok(remembered.clone());
        }
        let owned = udn.to_owned();
        let remembered = self
            .store(move |store| {
                let kept = store.tree(&owned)?;
                Ok(kept.and_then(|kept| Remembered::decoded(&kept)))
            })
            .await?
            .map(Arc::new);
        self.put_remembered(udn, remembered.clone());
        Ok(remembered)
    }

    fn put_remembered(&self, udn: &str, remembered: Option<Arc<Remembered>>) {
        let mut all = self.inner.remembered();
        if all.len() >= limits::REMEMBERED_TREES {
            // They are on disk; which one is read again matters little.
            all.clear();
        }
        all.insert(udn.to_ascii_lowercase(), remembered);
    }
}

#[cfg(test)]
mod tests;
