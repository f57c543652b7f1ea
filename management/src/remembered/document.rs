//! How a remembered tree is written: a head, and pieces that end where the path of a node says
//! so. What was not read again since leaves its piece as it was, and it is not written again.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::naming::Naming;
use crate::store::{path_mark, KeptTree};
use crate::tree::ParameterTree;
use crate::view::NodeKind;

use super::Remembered;

/// A piece ends before one node in this many, on average.
const NODES: u64 = 64;
/// A piece ends when its values are this long, whatever the paths.
const OCTETS: usize = 64 * 1024;

/// What is said once.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    origin: String,
    as_of: String,
    location: String,
    root: Option<String>,
    index_base: Option<u32>,
}

/// Path of the object the first node stands in, without the last slash, and nodes: parents before
/// children.
type Piece = (String, Vec<KeptNode>);

/// Depth below the root, name, kind, value, and when it was read in seconds since the origin.
type KeptNode = (u16, String, NodeKind, Option<String>, u32);

impl Remembered {
    pub(super) fn encoded(&self) -> Result<KeptTree, Error> {
        let mut kept = KeptTree::default();
        let mut piece: Piece = Piece::default();
        let mut octets = 0;
        for node in self.tree.walk(self.tree.root().id()) {
            let Some(parent) = node.parent() else {
                continue;
            };
            let (above, path) = (parent.path(), node.path());
            let ends = path_mark(&path).is_multiple_of(NODES) || octets > OCTETS;
            if ends && !piece.1.is_empty() {
                kept.pieces.push(written(&std::mem::take(&mut piece))?);
                octets = 0;
            }
            if piece.1.is_empty() {
                above.trim_end_matches('/').clone_into(&mut piece.0);
            }
            let depth = above.matches('/').count();
            octets += node.value().map_or(0, str::len);
            piece.1.push((
                u16::try_from(depth).unwrap_or(u16::MAX),
                node.name().to_owned(),
                node.kind(),
                node.value().map(str::to_owned),
                node.read_at_s().unwrap_or(0),
            ));
        }
        if !piece.1.is_empty() {
            kept.pieces.push(written(&piece)?);
        }
        kept.head = written(&Head {
            origin: self.origin.clone(),
            as_of: self.as_of.clone(),
            location: self.naming.location().to_owned(),
            root: self.naming.root().map(str::to_owned),
            index_base: self.naming.index_base(),
        })?;
        Ok(kept)
    }

    /// `None` when it is not what was written: it is read anew from the gateway then.
    pub(super) fn decoded(kept: &KeptTree) -> Option<Remembered> {
        let head: Head = serde_json::from_slice(&kept.head).ok()?;
        let mut tree = ParameterTree::new();
        for octets in &kept.pieces {
            let (above, nodes): Piece = serde_json::from_slice(octets).ok()?;
            let mut path: Vec<String> = Vec::new();
            let mut at = String::new();
            for part in above.split('/') {
                if !path.is_empty() {
                    at.push('/');
                }
                at.push_str(part);
                path.push(at.clone());
            }
            for (depth, name, kind, value, read_at_s) in nodes {
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
        }
        let naming = match &head.root {
            Some(root) => Naming::new(&head.location, root, head.index_base),
            None => Naming::default(),
        };
        Some(Remembered::new(tree, naming, head.origin, head.as_of))
    }
}

fn written<T: Serialize>(what: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(what).map_err(|error| Error::Internal(error.to_string()))
}
