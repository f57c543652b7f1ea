//! Node attributes: type and access, which are fixed, and the two marks a control point may set.

use super::access::Roles;
use super::node::{Body, Name, NodeId};
use super::shape::DataType;
use super::{Tree, TreeError};

/// What a node is, for its Type attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A parameter of this type.
    Parameter(DataType),
    /// An object that is there once.
    SingleInstance,
    /// A table.
    MultiInstance,
    /// A row.
    Instance,
}

/// The attributes of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAttributes {
    /// The node.
    pub path: String,
    /// Type.
    pub kind: NodeKind,
    /// Access: a value may be written, a row be created or this row be deleted.
    pub writable: bool,
    /// EventOnChange, `None` where it does not exist.
    pub event_on_change: Option<bool>,
    /// AlarmOnChange, `None` where it does not exist.
    pub alarm_on_change: Option<bool>,
    /// Version, `None` for nodes outside the versioned configuration.
    pub version: Option<u32>,
}

/// The marks to change on one node; `None` leaves a mark as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkChange {
    /// The node.
    pub path: String,
    /// EventOnChange.
    pub event_on_change: Option<bool>,
    /// AlarmOnChange.
    pub alarm_on_change: Option<bool>,
}

impl Tree {
    /// GetAttributes of one node.
    ///
    /// # Errors
    /// 701 for a text that is no path, 703 when nothing visible is there.
    pub fn attributes(&self, roles: Roles, path: &str) -> Result<NodeAttributes, TreeError> {
        let id = self.find(path)?;
        let node = self.node(id);
        if !node.access.list.intersects(roles) {
            return Err(TreeError::NoSuchName);
        }
        let kind = self.node_kind(id);
        let writable = self.is_writable(id);
        let is_leaf = matches!(kind, NodeKind::Parameter(_));
        let is_table = kind == NodeKind::MultiInstance;
        Ok(NodeAttributes {
            path: self.path(id),
            kind,
            writable,
            event_on_change: (is_leaf || is_table).then_some(node.marks.event_on_change),
            alarm_on_change: is_leaf.then_some(node.marks.alarm_on_change),
            version: (is_table || is_leaf && (writable || node.marks.event_on_change))
                .then_some(node.version),
        })
    }

    fn node_kind(&self, id: NodeId) -> NodeKind {
        match (&self.node(id).body, self.node(id).name) {
            (Body::Leaf(leaf), _) => NodeKind::Parameter(self.shape(leaf.shape).data_type),
            (Body::Table(_), _) => NodeKind::MultiInstance,
            (Body::Object(_), Name::Word(_)) => NodeKind::SingleInstance,
            (Body::Object(_), _) => NodeKind::Instance,
        }
    }

    /// Whether the node's definition lets it be written, created below or deleted.
    pub(crate) fn is_writable(&self, id: NodeId) -> bool {
        match &self.node(id).body {
            Body::Leaf(leaf) => self.shape(leaf.shape).writable,
            Body::Table(table) => self.kind(table.kind).creatable,
            Body::Object(_) => match (&self.node(self.node(id).parent).body, self.node(id).name) {
                (Body::Table(table), Name::Number(_)) => self.kind(table.kind).creatable,
                _ => false,
            },
        }
    }

    /// SetAttributes: for each node the marks to change. All or nothing.
    ///
    /// # Errors
    /// 701, 703, 706 when a node does not have the mark or may not be changed, 707 when a node is named twice.
    pub fn set_attributes(
        &mut self,
        roles: Roles,
        changes: &[MarkChange],
    ) -> Result<(), TreeError> {
        let mut checked: Vec<(NodeId, Option<bool>, Option<bool>)> =
            Vec::with_capacity(changes.len());
        for MarkChange {
            path,
            event_on_change: event,
            alarm_on_change: alarm,
        } in changes
        {
            let id = self.find(path)?;
            let node = self.node(id);
            if !node.access.list.intersects(roles) {
                return Err(TreeError::NoSuchName);
            }
            if !node.access.write.intersects(roles) {
                return Err(TreeError::ReadOnly);
            }
            let kind = self.node_kind(id);
            let is_leaf = matches!(kind, NodeKind::Parameter(_));
            if alarm.is_some() && !is_leaf
                || event.is_some() && !is_leaf && kind != NodeKind::MultiInstance
            {
                return Err(TreeError::ReadOnly);
            }
            if checked.iter().any(|(other, ..)| *other == id) {
                return Err(TreeError::MultipleSet);
            }
            checked.push((id, *event, *alarm));
        }
        for (id, event, alarm) in checked {
            let marks = &mut self.node_mut(id).marks;
            marks.event_on_change = event.unwrap_or(marks.event_on_change);
            marks.alarm_on_change = alarm.unwrap_or(marks.alarm_on_change);
            marks.attributes_set = true;
            self.watch_as_marked(id);
        }
        self.versions.attributes = self.versions.attributes.wrapping_add(1);
        self.versions.attributes_ms = self.clock.now_ms;
        if let Some(update) = self.state_variable("AttributeValuesUpdate") {
            self.announce("AttributeValuesUpdate", &update);
        }
        Ok(())
    }
}
