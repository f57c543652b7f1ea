//! The parameter tree of the simulated gateway: TR-181 (or TR-098) below `/BBF/`, the common objects below
//! `/UPnP/DM/`.
//!
//! [`Tree`] holds everything and does no input or output besides [`Tree::save`] and [`Tree::load`]; the clock is passed in
//! with [`Tree::advance`]. ConfigurationManagement:2 on top of it is [`crate::cms`].
//!
//! Inside, instance numbers are those of CWMP, counted from 1, and references have CWMP's form
//! (`Device.IP.Interface.1`); both are turned into what the peer sees when they are read.

mod access;
mod attributes;
mod build;
mod change;
mod counters;
mod diagnostics;
mod effects;
mod facts;
mod fiber;
mod fill;
mod grow;
mod import;
mod limits;
mod minimal;
mod node;
mod path;
mod persist;
mod provider;
mod read;
mod rows;
mod rules;
mod settings;
mod shape;
mod stack;
mod structure;
mod syntax;
mod tr098;
mod vdsl;
mod versions;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use access::{Role, Roles};
pub use attributes::{MarkChange, NodeAttributes, NodeKind};
pub use change::ChangeStatus;
pub use facts::{Fact, Facts};
pub use import::ImportError;
pub use persist::StateError;
pub use provider::Account;
pub use read::Form;
pub use settings::{DateTimeStyle, Settings};
pub use shape::DataType;
pub use structure::AclEntry;

use access::AccessRule;
use counters::Clock;
use node::{Body, Marks, Name, Node, NodeId, TableKind, ROOT};
use shape::Shape;
use versions::{Listener, Versions};
use words::Words;

/// Why the tree refuses, with the error number of ConfigurationManagement:2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// 501: too many rows.
    #[error("Action Failed")]
    Failed,
    /// 701: the path or the depth is not of the grammar.
    #[error("Invalid Argument Syntax")]
    Syntax,
    /// 703: no such node, or not visible with these roles.
    #[error("No Such Name")]
    NoSuchName,
    /// 704: not a text of the type.
    #[error("Invalid Value Type")]
    ValueType,
    /// 705: outside the limits of the parameter.
    #[error("Invalid Value")]
    Value,
    /// 706: read-only, or not with these roles.
    #[error("Read Only Violation")]
    ReadOnly,
    /// 707: named twice.
    #[error("Multiple Set")]
    MultipleSet,
    /// 708: try again later.
    #[error("Resource Temporarily Unavailable")]
    TemporarilyUnavailable,
}

impl TreeError {
    /// The UPnP error number.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Failed => 501,
            Self::Syntax => 701,
            Self::NoSuchName => 703,
            Self::ValueType => 704,
            Self::Value => 705,
            Self::ReadOnly => 706,
            Self::MultipleSet => 707,
            Self::TemporarilyUnavailable => 708,
        }
    }
}

/// The gateway's data model with its values.
pub struct Tree {
    /// Ways to answer that real gateways differ in.
    pub settings: Settings,
    /// What the first row of a table is called in paths: 0 or 1.
    index_base: u32,
    /// `Device` or `InternetGatewayDevice`.
    cwmp_root: Box<str>,
    data_model_uri: Box<str>,
    words: Words,
    shapes: Vec<Shape>,
    kinds: Vec<TableKind>,
    nodes: Vec<Node>,
    /// The nodes as the factory left them.
    factory: Arc<Vec<Node>>,
    clock: Clock,
    versions: Versions,
    alarms_enabled: bool,
    /// New values that wait for the next reboot.
    waiting: BTreeMap<NodeId, Box<str>>,
    /// Parameters that refuse their next write with 708.
    busy: BTreeSet<NodeId>,
    jobs: Vec<diagnostics::Job>,
    /// Who answers at the other end of the line.
    provider: Option<provider::Provider>,
    /// Last reported values of clock-driven parameters somebody watches.
    watched: BTreeMap<NodeId, String>,
    /// Factory rows that were deleted, in the path form of the state file.
    deleted: BTreeSet<String>,
    listener: Option<Listener>,
    /// InterfaceStack is made from LowerLayers; in imported trees it is what it was.
    stack_is_derived: bool,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree")
            .field("data_model_uri", &self.data_model_uri)
            .field("parameters", &self.parameter_count())
            .finish_non_exhaustive()
    }
}

impl Tree {
    /// A VDSL2 gateway with Wi-Fi, more than 1,500 parameters. `index_base` is 0 or 1; `seed` varies addresses and counters.
    #[must_use]
    pub fn vdsl(index_base: u32, seed: u64) -> Self {
        vdsl::tree(index_base, seed)
    }

    /// A fibre gateway: like the VDSL one, with an optical interface instead of the line.
    #[must_use]
    pub fn fiber(index_base: u32, seed: u64) -> Self {
        fiber::tree(index_base, seed)
    }

    /// An older gateway with the InternetGatewayDevice:1 model.
    #[must_use]
    pub fn tr098(index_base: u32, seed: u64) -> Self {
        tr098::tree(index_base, seed)
    }

    /// A gateway with a few dozen parameters.
    #[must_use]
    pub fn minimal(index_base: u32, seed: u64) -> Self {
        minimal::tree(index_base, seed)
    }

    /// An empty tree: only the root.
    fn empty(index_base: u32, cwmp_root: &str, data_model_uri: &str) -> Self {
        let root = Node {
            parent: ROOT,
            name: Name::Prototype,
            body: Body::Object(Vec::new()),
            version: 0,
            marks: Marks::default(),
            access: AccessRule::USUAL,
        };
        Self {
            settings: Settings::default(),
            index_base,
            cwmp_root: cwmp_root.into(),
            data_model_uri: data_model_uri.into(),
            words: Words::default(),
            shapes: Vec::new(),
            kinds: vec![TableKind::default()],
            nodes: vec![root],
            factory: Arc::default(),
            clock: Clock::default(),
            versions: Versions::default(),
            alarms_enabled: false,
            waiting: BTreeMap::new(),
            busy: BTreeSet::new(),
            jobs: Vec::new(),
            provider: None,
            watched: BTreeMap::new(),
            deleted: BTreeSet::new(),
            listener: None,
            stack_is_derived: true,
        }
    }

    /// Tells the tree the time, in milliseconds since 1970. The first time told is the boot. Finishes diagnostics and
    /// dialling that are due and reports watched values that moved.
    pub fn advance(&mut self, unix_ms: u64) {
        if !self.clock.started {
            self.clock.started = true;
            self.clock.booted_ms = unix_ms;
            self.versions.start(unix_ms);
        }
        self.clock.now_ms = unix_ms.max(self.clock.booted_ms);
        self.finish_due_diagnostics();
        self.finish_due_dialling();
        self.report_watched();
    }

    /// The time last told, milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms
    }

    /// The gateway has rebooted: waiting values take effect, ages and counters begin again.
    pub fn apply_after_reboot(&mut self) {
        self.clock.booted_ms = self.clock.now_ms;
        self.clock.first_boot = false;
        self.jobs.clear();
        let waiting = std::mem::take(&mut self.waiting);
        let had_waiting = !waiting.is_empty();
        for (id, text) in waiting {
            self.store_text(id, &text);
            self.after_change(id);
        }
        if had_waiting {
            self.announce("InconsistentStatus", "0");
        }
        self.dialled();
    }

    /// Takes every change back. The configuration version still grows.
    pub fn reset_to_factory(&mut self) {
        let was_inconsistent = !self.waiting.is_empty();
        self.nodes = self.factory.as_ref().clone();
        self.waiting.clear();
        self.watched.clear();
        self.deleted.clear();
        self.jobs.clear();
        self.alarms_enabled = false;
        self.clock.booted_ms = self.clock.now_ms;
        self.clock.first_boot = false;
        self.bump_configuration(&[]);
        if was_inconsistent {
            self.announce("InconsistentStatus", "0");
        }
    }

    /// Remembers the present nodes as what the factory made.
    fn seal(&mut self) {
        self.factory = Arc::new(self.nodes.clone());
    }

    /// How many parameters have a value, rows included.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.count_leaves(ROOT)
    }

    /// What a row is called in paths when its CWMP number is 1.
    #[must_use]
    pub fn index_base(&self) -> u32 {
        self.index_base
    }

    /// The data model's URN.
    #[must_use]
    pub fn data_model_uri(&self) -> &str {
        &self.data_model_uri
    }

    fn count_leaves(&self, id: NodeId) -> usize {
        match &self.node(id).body {
            Body::Leaf(_) => 1,
            Body::Object(children) => children.iter().map(|&child| self.count_leaves(child)).sum(),
            Body::Table(table) => table.rows.iter().map(|&row| self.count_leaves(row)).sum(),
        }
    }

    fn node(&self, id: NodeId) -> &Node {
        self.nodes
            .get(id as usize)
            .expect("invariant: node numbers come from this arena")
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        self.nodes
            .get_mut(id as usize)
            .expect("invariant: node numbers come from this arena")
    }

    fn shape(&self, shape: u32) -> &Shape {
        self.shapes
            .get(shape as usize)
            .expect("invariant: shape numbers come from this list")
    }

    fn kind(&self, kind: u32) -> &TableKind {
        self.kinds
            .get(kind as usize)
            .expect("invariant: kind numbers come from this list")
    }

    /// The shape of a parameter, `None` for anything else.
    fn leaf_shape(&self, id: NodeId) -> Option<&Shape> {
        match &self.node(id).body {
            Body::Leaf(leaf) => Some(self.shape(leaf.shape)),
            _ => None,
        }
    }
}
