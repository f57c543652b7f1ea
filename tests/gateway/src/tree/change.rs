//! SetValues: every pair is checked before anything changes.

use std::collections::HashMap;

use super::access::Roles;
use super::node::{Body, Leaf, NodeId, Value};
use super::shape::{Reference, Unfit};
use super::{Tree, TreeError};

/// When a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeStatus {
    /// Stored, in effect after the next reboot.
    Committed,
    /// In effect now.
    Applied,
}

impl ChangeStatus {
    /// The value of the Status argument.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Committed => "ChangesCommitted",
            Self::Applied => "ChangesApplied",
        }
    }
}

/// New texts of parameters, checked one by one but not stored yet.
pub(crate) type NewTexts = HashMap<NodeId, String>;

impl Tree {
    /// SetValues.
    ///
    /// # Errors
    /// 701, 703 to 708; nothing has changed then (except that a 708 is given once).
    pub fn set_values(
        &mut self,
        roles: Roles,
        pairs: &[(String, String)],
    ) -> Result<ChangeStatus, TreeError> {
        let mut order = Vec::with_capacity(pairs.len());
        let mut new = NewTexts::with_capacity(pairs.len());
        for (path, text) in pairs {
            let id = self.find_leaf(path)?;
            if !self.node(id).access.list.intersects(roles) {
                return Err(TreeError::NoSuchName);
            }
            if !self.is_writable(id) || !self.node(id).access.write.intersects(roles) {
                return Err(TreeError::ReadOnly);
            }
            let text = self.checked_text(id, text)?;
            if new.insert(id, text).is_some() {
                return Err(TreeError::MultipleSet);
            }
            order.push(id);
        }
        self.check_together(&new)?;
        if let Some(&busy) = order.iter().find(|id| self.busy.contains(id)) {
            self.busy.remove(&busy);
            return Err(TreeError::TemporarilyUnavailable);
        }
        Ok(self.apply(&order, new))
    }

    /// Changes a value the way the gateway itself would: read-only parameters too, no checks, reported if somebody watches.
    /// Returns whether there is such a parameter.
    pub fn poke(&mut self, path: &str, text: &str) -> bool {
        let Ok(id) = self.find_leaf(path) else {
            return false;
        };
        let text = self.stored_form(id, text);
        self.store_text(id, &text);
        self.changed_by_itself(&[id]);
        true
    }

    /// The next write of the parameter at a path answers 708. Returns whether there is such a parameter.
    pub fn make_busy_once(&mut self, path: &str) -> bool {
        self.find_leaf(path).map(|id| self.busy.insert(id)).is_ok()
    }

    fn find_leaf(&self, path: &str) -> Result<NodeId, TreeError> {
        if path.split('/').any(|part| part == "#") {
            return Err(TreeError::Syntax);
        }
        let id = self.find(path)?;
        if matches!(self.node(id).body, Body::Leaf(_)) {
            Ok(id)
        } else {
            Err(TreeError::NoSuchName)
        }
    }

    fn stored_form(&self, id: NodeId, text: &str) -> String {
        match self.leaf_shape(id) {
            Some(shape) if shape.reference.is_some() => self.stored_references(text),
            Some(shape) => shape.normalise(text).unwrap_or_else(|_| text.to_owned()),
            None => text.to_owned(),
        }
    }

    /// The text as it would be stored, if the parameter takes it.
    pub(crate) fn checked_text(&self, id: NodeId, text: &str) -> Result<String, TreeError> {
        let shape = self.leaf_shape(id).ok_or(TreeError::NoSuchName)?;
        let text = shape.normalise(text).map_err(|unfit| match unfit {
            Unfit::Type => TreeError::ValueType,
            Unfit::Value => TreeError::Value,
        })?;
        let Some(reference) = shape.reference else {
            return Ok(text);
        };
        let stored = self.stored_references(&text);
        let dangling = |item: &str| !item.is_empty() && self.reference_target(item).is_none();
        if reference == Reference::Strong && stored.split(',').any(dangling) {
            return Err(TreeError::Value);
        }
        Ok(stored)
    }

    /// Stores checked texts, with everything that follows from them.
    pub(crate) fn apply(&mut self, order: &[NodeId], new: NewTexts) -> ChangeStatus {
        let was_inconsistent = !self.waiting.is_empty();
        let mut status = ChangeStatus::Applied;
        let mut touched = Vec::new();
        for &id in order {
            let Some(text) = new.get(&id) else { continue };
            let Some(shape) = self.leaf_shape(id) else {
                continue;
            };
            let (command, after_reboot) = (shape.command, shape.after_reboot);
            if command {
                self.carry_out(id, text);
                continue;
            }
            let same = self.kept_text(id) == *text;
            if after_reboot {
                if same {
                    self.waiting.remove(&id);
                } else {
                    status = ChangeStatus::Committed;
                    self.waiting.insert(id, text.as_str().into());
                    touched.push(id);
                }
            } else if !same || self.starts_something(id, text) {
                self.store_text(id, text);
                if !self.is_diagnostic(id) {
                    touched.push(id);
                }
            }
        }
        for &id in order {
            let applied_now = self
                .leaf_shape(id)
                .is_some_and(|shape| !shape.after_reboot && !shape.command);
            if applied_now {
                self.consequences(id, &new);
            }
        }
        if !touched.is_empty() {
            self.bump_configuration(&touched);
        }
        let is_inconsistent = !self.waiting.is_empty();
        if is_inconsistent != was_inconsistent {
            self.announce(
                "InconsistentStatus",
                if is_inconsistent { "1" } else { "0" },
            );
        }
        status
    }

    /// Stores a text and remembers that it is no longer the factory's.
    pub(crate) fn store_text(&mut self, id: NodeId, text: &str) {
        let node = self.node_mut(id);
        if let Body::Leaf(Leaf { value, .. }) = &mut node.body {
            *value = Value::text(text);
            node.marks.value_set = true;
        }
    }
}
