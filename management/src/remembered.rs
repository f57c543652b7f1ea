//! What was known of a gateway's tree when it was last open, shown until it answers.
//!
//! It is for looking only: no check, no forecast and no request is made of it. Secrets are
//! left out. A tree is kept when its gateway is closed; what a later visit did not look at stays
//! from the visit before.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::{blocking, Management};
use crate::clock;
use crate::error::Error;
use crate::limits;
use crate::naming::Naming;
use crate::rows::{self, ShownDrafts};
use crate::session::Session;
use crate::tree::{Node, ParameterTree};
use crate::view::{NodeKind, NodeStatus, NodeView};

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
}

/// As it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    origin: String,
    as_of: String,
    location: String,
    root: Option<String>,
    index_base: Option<u32>,
    nodes: Vec<KeptNode>,
}

/// Depth below the root, name, kind, value, and when it was read in seconds since the origin;
/// parents before children.
type KeptNode = (u16, String, NodeKind, Option<String>, u32);

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
        let known = session.tree();
        let before = before.filter(|_| !session.is_complete());
        let (mut tree, origin) = match before {
            Some(before) => (before.copy(), before.origin.clone()),
            None => (ParameterTree::new(), session.moment(0)),
        };
        let later = clock::seconds_between(&origin, &session.moment(0)).unwrap_or(0.0);
        // A clock that was set back makes old values look as young as the visit, not younger.
        let later = later.max(0.0) as u32;
        for node in known.walk(known.root().id()) {
            note(&mut tree, node, &session.naming, later);
        }
        Remembered {
            tree,
            naming: session.naming.clone(),
            origin,
            as_of: clock::now(),
        }
    }

    fn copy(&self) -> ParameterTree {
        let mut tree = ParameterTree::new();
        for node in self.tree.walk(self.tree.root().id()) {
            note(&mut tree, node, &self.naming, 0);
        }
        tree
    }

    fn encoded(&self) -> Result<Vec<u8>, Error> {
        let mut nodes = Vec::new();
        for node in self.tree.walk(self.tree.root().id()) {
            let Some(parent) = node.parent() else {
                continue;
            };
            let depth = parent.path().matches('/').count();
            nodes.push((
                u16::try_from(depth).unwrap_or(u16::MAX),
                node.name().to_owned(),
                node.kind(),
                node.value().map(str::to_owned),
                node.read_at_s().unwrap_or(0),
            ));
        }
        let document = Document {
            origin: self.origin.clone(),
            as_of: self.as_of.clone(),
            location: self.naming.location().to_owned(),
            root: self.naming.root().map(str::to_owned),
            index_base: self.naming.index_base(),
            nodes,
        };
        serde_json::to_vec(&document).map_err(|error| Error::Internal(error.to_string()))
    }

    /// `None` when it is not what was written: it is read anew from the gateway then.
    fn decoded(octets: &[u8]) -> Option<Remembered> {
        let document: Document = serde_json::from_slice(octets).ok()?;
        let mut tree = ParameterTree::new();
        let mut path = vec![String::new()];
        for (depth, name, kind, value, read_at_s) in document.nodes {
            let depth = usize::from(depth);
            if depth == 0 || depth > path.len() || name.contains('/') {
                return None;
            }
            path.truncate(depth);
            let leaf = format!("{}/{name}", path.last()?);
            match (kind, value) {
                (NodeKind::Parameter, Some(value)) => {
                    tree.insert_value(&leaf, &value, read_at_s);
                }
                (NodeKind::Parameter, None) => {
                    tree.insert_node(&leaf);
                }
                _ => {
                    let id = tree.insert_node(&format!("{leaf}/"));
                    if kind == NodeKind::Table {
                        tree.mark_table(id);
                    }
                    path.push(leaf);
                }
            }
        }
        let naming = match &document.root {
            Some(root) => Naming::new(&document.location, root, document.index_base),
            None => Naming::default(),
        };
        Some(Remembered {
            tree,
            naming,
            origin: document.origin,
            as_of: document.as_of,
        })
    }
}

/// Puts one node of another tree into this one. A table whose rows were asked for keeps those
/// alone; what was refused or is gone loses its old value; a secret never comes along.
fn note(tree: &mut ParameterTree, node: Node<'_>, naming: &Naming, later: u32) {
    let path = node.path();
    let secret = || rows::is_secret(naming.fact(node).as_ref(), &path);
    match node.kind() {
        NodeKind::Parameter => match (node.value(), node.read_at_s()) {
            (Some(value), Some(read)) if !secret() => {
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

    /// Keeps what a session knows of the tree for the next visit. What goes wrong with it costs
    /// time at that visit and nothing else.
    pub(crate) async fn remember_tree(&self, session: &Arc<Session>) {
        if !self.inner.remember_trees || session.tree().known() == 0 {
            return;
        }
        let before = self.remembered(&session.udn).await.ok().flatten();
        let owned = Arc::clone(session);
        let made = blocking(move || {
            let remembered = Remembered::of(&owned, before.as_deref());
            remembered.encoded().map(|octets| (remembered, octets))
        });
        let kept = match made.await {
            Ok(Ok((remembered, octets))) => {
                self.put_remembered(&session.udn, Some(Arc::new(remembered)));
                let (udn, now) = (session.udn.clone(), clock::now());
                self.store(move |store| store.keep_tree(&udn, &octets, &now))
                    .await
            }
            Ok(Err(error)) | Err(error) => Err(error),
        };
        if let Err(error) = kept {
            tracing::warn!(udn = %session.udn, %error, "its tree was not kept for the next visit");
        }
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
                let octets = store.tree(&owned)?;
                Ok(octets.and_then(|octets| Remembered::decoded(&octets)))
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
mod tests {
    use super::*;

    fn remembered() -> Remembered {
        let naming = Naming::new("/BBF/", "Device.", Some(0));
        let mut source = ParameterTree::new();
        source.insert_value("/BBF/DeviceInfo/ModelName", "EX7590", 7);
        source.insert_value("/BBF/WiFi/SSID/0/SSID", "Home", 9);
        source.insert_value(
            "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
            "geheim99",
            9,
        );
        let table = source.insert_node("/BBF/NAT/PortMapping/");
        source.mark_table(table);
        let mut tree = ParameterTree::new();
        for node in source.walk(source.root().id()) {
            note(&mut tree, node, &naming, 3);
        }
        Remembered {
            tree,
            naming,
            origin: "2026-11-20T08:00:00Z".to_owned(),
            as_of: "2026-11-20T08:05:00Z".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_without_its_secrets() {
        let octets = remembered().encoded().expect("written");
        assert!(!String::from_utf8_lossy(&octets).contains("geheim99"));
        let again = Remembered::decoded(&octets).expect("read");
        let value = |path: &str| {
            let node = again.tree.find(path).expect("it is there");
            (node.value().map(str::to_owned), node.read_at_s())
        };
        assert_eq!(
            value("/BBF/DeviceInfo/ModelName"),
            (Some("EX7590".to_owned()), Some(10))
        );
        let key = "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase";
        assert_eq!(value(key), (None, None));
        let rows = again.rows("/BBF/WiFi/SSID/0/").expect("rows");
        assert_eq!(rows.nodes[0].path, "Device.WiFi.SSID.1.SSID");
        assert_eq!(rows.as_of, "2026-11-20T08:05:00Z");
        let nat = again.rows("/BBF/NAT/").expect("rows");
        assert_eq!(nat.nodes[0].kind, NodeKind::Table);
        assert!(again.rows("/BBF/Nowhere/").is_none());
    }

    #[test]
    fn rows_that_went_and_values_that_were_refused_do_not_come_back() {
        let mut old = remembered();
        let mut now = ParameterTree::new();
        let table = now.insert_node("/BBF/WiFi/SSID/");
        now.insert_value("/BBF/WiFi/SSID/4/SSID", "Guest", 1);
        now.mark_table(table);
        now.mark_children_known(table);
        let refused = now.insert_node("/BBF/DeviceInfo/ModelName");
        now.mark_status(refused, NodeStatus::Refused);
        for node in now.walk(now.root().id()) {
            note(&mut old.tree, node, &old.naming, 100);
        }
        assert!(old.tree.find("/BBF/WiFi/SSID/0/").is_none());
        let guest = old.tree.find("/BBF/WiFi/SSID/4/SSID").expect("the new one");
        assert_eq!(guest.read_at_s(), Some(101));
        let model = old.tree.find("/BBF/DeviceInfo/ModelName").expect("a place");
        assert_eq!((model.value(), model.status()), (None, NodeStatus::Refused));
    }

    proptest::proptest! {
        #[test]
        fn no_document_panics(octets in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            Remembered::decoded(&octets);
        }

        #[test]
        fn no_nodes_panic(nodes in proptest::collection::vec(
            (0..5_u16, "[a-z0-9/]{0,3}", 0..4_u8, proptest::option::of("[a-z]{0,3}")), 0..40,
        )) {
            let kinds = ["object", "table", "instance", "parameter"];
            let nodes: Vec<_> = nodes
                .into_iter()
                .map(|(depth, name, kind, value)| {
                    serde_json::json!([depth, name, kinds[usize::from(kind)], value, 0])
                })
                .collect();
            let document = serde_json::json!({
                "origin": "", "as_of": "", "location": "/BBF/", "root": "Device.",
                "index_base": 0, "nodes": nodes,
            });
            let octets = serde_json::to_vec(&document).expect("written");
            if let Some(remembered) = Remembered::decoded(&octets) {
                remembered.encoded().expect("written again");
            }
        }
    }
}
