//! The parameter tree of one gateway as far as it is known.
//!
//! A node is a part of a UPnP path; the root is `/`. Each node says what it is
//! (object, table, row, parameter) and what is known of it: the value and when it
//! was read, not read yet, refused to the roles we hold, or not supported. Nodes
//! live in one arena with interned names, so that a parameter costs well under
//! 200 bytes (`make bench` prints the figure).
//!
//! The tree holds what a gateway sent and nothing else: no requests, no clock.
//! Moments are seconds since the session began, handed in by the caller.

mod arena;
mod names;
mod paths;
mod values;

pub use arena::{NodeId, ParameterTree, Revision};

use crate::view::{NodeKind, NodeStatus};

/// Whether a node may be written, as the gateway's attributes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Nobody said yet.
    #[default]
    Unknown,
    /// `readOnly`.
    ReadOnly,
    /// `readWrite`.
    ReadWrite,
}

/// Bytes of a hash table: it has one control byte an entry and is at most 7/8 full.
fn table_bytes(capacity: usize, entry: usize) -> usize {
    capacity * 8 / 7 * (entry + 1)
}

/// Read-only look at one node.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    tree: &'a ParameterTree,
    id: NodeId,
}

impl<'a> Node<'a> {
    /// Handle of the node.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Last part of the path; empty for the root.
    pub fn name(&self) -> &'a str {
        self.tree.name(self.id)
    }

    /// What the node is.
    pub fn kind(&self) -> NodeKind {
        self.tree.slot(self.id).kind()
    }

    /// What is known of it.
    pub fn status(&self) -> NodeStatus {
        self.tree.slot(self.id).status()
    }

    /// Access as the gateway's attributes say.
    pub fn access(&self) -> Access {
        self.tree.slot(self.id).access()
    }

    /// Value of a parameter that was read.
    pub fn value(&self) -> Option<&'a str> {
        self.tree.value(self.id)
    }

    /// Seconds since the session began at which the value was read.
    pub fn read_at_s(&self) -> Option<u32> {
        self.value().map(|_| self.tree.slot(self.id).read_at_s())
    }

    /// UPnP path: objects, tables and rows end in `/`, parameters do not.
    pub fn path(&self) -> String {
        self.tree.path(self.id)
    }

    /// Path with `#` in the place of each row number.
    pub fn structure_path(&self) -> String {
        self.tree.structure_path(self.id)
    }

    /// Parent, `None` for the root.
    pub fn parent(&self) -> Option<Node<'a>> {
        self.tree.parent(self.id).map(|id| Node {
            tree: self.tree,
            id,
        })
    }

    /// Direct children in the order they became known.
    pub fn children(&self) -> impl Iterator<Item = Node<'a>> + 'a {
        let tree = self.tree;
        tree.children(self.id).map(move |id| Node { tree, id })
    }

    /// Whether the direct children were asked for and are complete.
    pub fn children_known(&self) -> bool {
        self.tree.slot(self.id).children_known()
    }
}
