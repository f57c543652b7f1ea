//! CreateInstance and DeleteInstance.

use super::access::Roles;
use super::change::{ChangeStatus, NewTexts};
use super::limits::CREATED_ROWS_PER_TABLE;
use super::node::{Body, Name, NodeId, ROOT};
use super::{Tree, TreeError};

impl Tree {
    /// CreateInstance: a new row with some initial values, by names relative to the row. Returns the row's path.
    ///
    /// # Errors
    /// 703 for anything but a table, 706 when rows of it cannot be created, 501 when there are too many, and what SetValues
    /// refuses for an initial value; no row is left behind then.
    pub fn create_instance(
        &mut self,
        roles: Roles,
        table: &str,
        initial: &[(String, String)],
    ) -> Result<(String, ChangeStatus), TreeError> {
        let id = self.find_table(table)?;
        if !self.node(id).access.list.intersects(roles) {
            return Err(TreeError::NoSuchName);
        }
        let Body::Table(body) = &self.node(id).body else {
            return Err(TreeError::NoSuchName);
        };
        if !self.kind(body.kind).creatable || !self.node(id).access.write.intersects(roles) {
            return Err(TreeError::ReadOnly);
        }
        if body
            .rows
            .iter()
            .filter(|&&row| self.node(row).marks.created)
            .count()
            >= CREATED_ROWS_PER_TABLE
        {
            return Err(TreeError::Failed);
        }
        let number = body.last_number + 1;
        let row = self.add_row(id, number);
        match self.initial_texts(row, initial) {
            Ok(texts) => {
                self.node_mut(row).marks.created = true;
                let order: Vec<NodeId> = texts.iter().map(|(id, _)| *id).collect();
                let status = self.apply_quietly(&order, texts.into_iter().collect());
                self.after_rows_changed();
                self.bump_configuration(&[id]);
                Ok((self.path(row), status))
            }
            Err(error) => {
                self.take_row_out(id, row);
                Err(error)
            }
        }
    }

    /// A MultiInstancePath, with or without `#/` at its end.
    fn find_table(&self, path: &str) -> Result<NodeId, TreeError> {
        if !path.starts_with('/') {
            return Err(TreeError::Syntax);
        }
        let bare = path.strip_suffix("#/").unwrap_or(path);
        if !bare.ends_with('/') {
            return Err(TreeError::NoSuchName);
        }
        let id = self.find(bare)?;
        if matches!(self.node(id).body, Body::Table(_)) {
            Ok(id)
        } else {
            Err(TreeError::NoSuchName)
        }
    }

    fn initial_texts(
        &mut self,
        row: NodeId,
        initial: &[(String, String)],
    ) -> Result<Vec<(NodeId, String)>, TreeError> {
        let mut texts: Vec<(NodeId, String)> = Vec::new();
        if let Some(alias) = self.child_named(row, "Alias") {
            texts.push((alias, format!("cpe-{}", self.number(row))));
        }
        let mut named = Vec::new();
        for (name, text) in initial {
            let mut id = row;
            for part in name.split('/').filter(|part| !part.is_empty()) {
                id = self.child_named(id, part).ok_or(TreeError::NoSuchName)?;
            }
            if !matches!(self.node(id).body, Body::Leaf(_)) {
                return Err(TreeError::NoSuchName);
            }
            if !self.is_writable(id) {
                return Err(TreeError::ReadOnly);
            }
            if named.contains(&id) {
                return Err(TreeError::MultipleSet);
            }
            named.push(id);
            let text = self.checked_text(id, text)?;
            texts.retain(|(other, _)| *other != id);
            texts.push((id, text));
        }
        let new: NewTexts = texts.iter().cloned().collect();
        self.check_together(&new)?;
        Ok(texts)
    }

    /// Like [`Tree::apply`] for values that belong to a change which is announced as a whole.
    fn apply_quietly(&mut self, order: &[NodeId], new: NewTexts) -> ChangeStatus {
        let listener = self.listener.take();
        let before = self.versions.clone();
        let status = self.apply(order, new);
        self.versions = before;
        self.listener = listener;
        status
    }

    /// DeleteInstance: one row of a table rows can be created in.
    ///
    /// # Errors
    /// 703 for anything but a row, 706 when it cannot be deleted.
    pub fn delete_instance(&mut self, roles: Roles, path: &str) -> Result<ChangeStatus, TreeError> {
        if !path.starts_with('/') {
            return Err(TreeError::Syntax);
        }
        let row = self.find(path)?;
        if !matches!(self.node(row).name, Name::Number(_))
            || !self.node(row).access.list.intersects(roles)
        {
            return Err(TreeError::NoSuchName);
        }
        let table = self.node(row).parent;
        if !self.is_writable(row) || !self.node(table).access.write.intersects(roles) {
            return Err(TreeError::ReadOnly);
        }
        if !self.node(row).marks.created {
            self.deleted.insert(self.path_from(row, 1));
        }
        let mut touched = self.drop_references(row);
        self.take_row_out(table, row);
        self.after_rows_changed();
        touched.push(table);
        self.bump_configuration(&touched);
        Ok(ChangeStatus::Applied)
    }

    /// Takes a row out of its table. Its nodes stay in the arena, marked as gone.
    pub(crate) fn take_row_out(&mut self, table: NodeId, row: NodeId) {
        if let Body::Table(body) = &mut self.node_mut(table).body {
            body.rows.retain(|&other| other != row);
        }
        self.mark_gone(row);
    }

    fn mark_gone(&mut self, id: NodeId) {
        self.node_mut(id).marks.gone = true;
        self.waiting.remove(&id);
        self.watched.remove(&id);
        self.busy.remove(&id);
        let below: Vec<NodeId> = match &self.node(id).body {
            Body::Object(children) => children.clone(),
            Body::Table(table) => table.rows.clone(),
            Body::Leaf(_) => Vec::new(),
        };
        for child in below {
            self.mark_gone(child);
        }
    }

    /// Takes references to a row, and to anything below it, out of all values. Returns the parameters that changed.
    fn drop_references(&mut self, row: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.each_leaf(ROOT, &mut |tree, id| {
            if tree
                .leaf_shape(id)
                .is_some_and(|shape| shape.reference.is_some())
            {
                let text = tree.kept_text(id);
                let stays = |item: &&str| {
                    !tree
                        .reference_target(item)
                        .is_some_and(|target| tree.is_within(target, row))
                };
                let left: Vec<&str> = text.split(',').filter(stays).collect();
                let left = left.join(",");
                if left != text && !tree.is_within(id, row) {
                    found.push((id, left));
                }
            }
        });
        let ids = found.iter().map(|(id, _)| *id).collect();
        for (id, left) in found {
            self.store_text(id, &left);
        }
        ids
    }

    fn is_within(&self, id: NodeId, ancestor: NodeId) -> bool {
        let mut at = id;
        loop {
            if at == ancestor {
                return true;
            }
            if at == ROOT {
                return false;
            }
            at = self.node(at).parent;
        }
    }
}
