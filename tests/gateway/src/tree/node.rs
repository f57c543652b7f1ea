//! What the tree is made of: nodes in one arena, addressed by number.

use super::access::AccessRule;
use super::counters::Computed;

/// Place of a node in the arena.
pub(crate) type NodeId = u32;

/// The node every path starts from.
pub(crate) const ROOT: NodeId = 0;

/// Last part of a node's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// A word of the data model, by its place in the word list.
    Word(u32),
    /// A row, by the instance number it has in CWMP (counted from 1).
    Number(u32),
    /// The pattern of a table's rows, written `#`.
    Prototype,
}

/// One object, table, row or parameter.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub parent: NodeId,
    pub name: Name,
    pub body: Body,
    /// Configuration version of the last change, 0 = never changed.
    pub version: u32,
    pub marks: Marks,
    /// Place in the list of access rules.
    pub access: AccessRule,
}

/// Marks a node carries.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks {
    pub event_on_change: bool,
    pub alarm_on_change: bool,
    /// An attribute differs from the factory's.
    pub attributes_set: bool,
    /// The value differs from the factory's, or may.
    pub value_set: bool,
    /// The row was created after the factory.
    pub created: bool,
    /// Deleted: no path leads here any more.
    pub gone: bool,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// An object, or one row of a table.
    Object(Vec<NodeId>),
    Table(Box<Table>),
    Leaf(Leaf),
}

/// A table and its rows.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// In the order of their numbers.
    pub rows: Vec<NodeId>,
    pub prototype: Option<NodeId>,
    /// Highest number ever given; numbers are not used twice.
    pub last_number: u32,
    /// Place in the list of table kinds.
    pub kind: u32,
}

/// What all tables of one definition share.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableKind {
    /// Rows may be created and deleted.
    pub creatable: bool,
    /// Groups of parameters whose values no two rows share.
    pub unique: Vec<UniqueKey>,
    /// Parameter that switches a row on.
    pub enable: Option<Box<str>>,
}

/// Parameters that together tell rows apart.
#[derive(Debug, Clone)]
pub(crate) struct UniqueKey {
    pub parameters: Vec<Box<str>>,
    /// Holds only among rows that are switched on.
    pub functional: bool,
}

/// A parameter.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    /// Place in the list of shapes.
    pub shape: u32,
    pub value: Value,
}

/// Where a parameter's value comes from.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(Box<str>),
    Computed(Box<Computed>),
}

impl Value {
    /// A stored text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }
}
