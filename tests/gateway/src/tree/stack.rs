//! Interfaces on top of each other: InterfaceStack rows and the LowerLayerDown status, both derived from LowerLayers.

use super::node::{Body, NodeId, Value, ROOT};
use super::Tree;

impl Tree {
    /// Every interface with the interfaces its LowerLayers names.
    fn layers(&self) -> Vec<(NodeId, Vec<NodeId>)> {
        let Some(word) = self.words.find("LowerLayers") else {
            return Vec::new();
        };
        let mut layers = Vec::new();
        self.each_leaf(ROOT, &mut |tree, id| {
            if tree.node(id).name == super::node::Name::Word(word) {
                let lower: Vec<NodeId> = tree
                    .kept_text(id)
                    .split(',')
                    .filter_map(|item| tree.reference_target(item))
                    .collect();
                layers.push((tree.node(id).parent, lower));
            }
        });
        layers
    }

    /// Makes the rows of InterfaceStack those LowerLayers asks for. Rows that stay keep their numbers.
    pub(crate) fn rebuild_interface_stack(&mut self) {
        if !self.stack_is_derived {
            return;
        }
        let Some(table) = self
            .child_named(ROOT, "BBF")
            .and_then(|bbf| self.child_named(bbf, "InterfaceStack"))
        else {
            return;
        };
        let mut wanted: Vec<(NodeId, NodeId)> = Vec::new();
        for (higher, lower) in self.layers() {
            wanted.extend(lower.into_iter().map(|lower| (higher, lower)));
        }
        let Body::Table(body) = &self.node(table).body else {
            return;
        };
        for row in body.rows.clone() {
            let pair = self
                .stacked(row, "HigherLayer")
                .zip(self.stacked(row, "LowerLayer"));
            match pair.and_then(|pair| wanted.iter().position(|other| *other == pair)) {
                Some(place) => {
                    wanted.swap_remove(place);
                }
                None => self.take_row_out(table, row),
            }
        }
        wanted.sort_unstable();
        for (higher, lower) in wanted {
            let Body::Table(body) = &self.node(table).body else {
                return;
            };
            let number = body.last_number + 1;
            let row = self.add_row(table, number);
            let texts = [
                ("Alias", format!("stack-{number}")),
                ("HigherLayer", self.reference_to(higher)),
                ("LowerLayer", self.reference_to(lower)),
                ("HigherAlias", self.alias(higher)),
                ("LowerAlias", self.alias(lower)),
            ];
            for (name, text) in texts {
                if let Some(id) = self.child_named(row, name) {
                    self.store_fresh(id, &text);
                }
            }
        }
    }

    /// Somebody changed what interfaces stand on.
    pub fn stack_changed(&mut self) {
        self.rebuild_interface_stack();
    }

    fn stacked(&self, row: NodeId, name: &str) -> Option<NodeId> {
        self.reference_target(&self.kept_text(self.child_named(row, name)?))
    }

    fn alias(&self, id: NodeId) -> String {
        self.child_named(id, "Alias")
            .map_or_else(String::new, |alias| self.kept_text(alias))
    }

    /// A node below the data model's root as a stored reference, `Device.IP.Interface.1`.
    pub(crate) fn reference_to(&self, id: NodeId) -> String {
        let path = self.path_from(id, 1);
        let below = path
            .strip_prefix("/BBF/")
            .unwrap_or(&path)
            .trim_end_matches('/');
        format!("{}.{}", self.cwmp_root, below.replace('/', "."))
    }

    /// Sets Status to `LowerLayerDown` where every lower interface is down, and back to `Up` where one is up again.
    pub(crate) fn settle_lower_layers(&mut self) -> Vec<NodeId> {
        if !self.stack_is_derived {
            return Vec::new();
        }
        let layers = self.layers();
        let mut changed = Vec::new();
        // A change moves up one layer a round; a loop in LowerLayers ends at the last round.
        for _ in 0..12 {
            let mut moved = false;
            for (interface, lower) in &layers {
                let Some(status) = self.child_named(*interface, "Status") else {
                    continue;
                };
                let enabled = self
                    .child_named(*interface, "Enable")
                    .is_none_or(|id| self.kept_text(id) == "1");
                if lower.is_empty() || !enabled {
                    continue;
                }
                let carried = lower.iter().any(|&lower| self.is_up(lower));
                let next = match (self.kept_text(status).as_str(), carried) {
                    ("Up", false) => "LowerLayerDown",
                    ("LowerLayerDown", true) => "Up",
                    _ => continue,
                };
                self.set_status(status, next);
                changed.push(status);
                moved = true;
            }
            if !moved {
                break;
            }
        }
        changed
    }

    fn is_up(&self, id: NodeId) -> bool {
        self.child_named(id, "Status").is_none_or(|status| {
            matches!(
                self.kept_text(status).as_str(),
                "Up" | "Enabled" | "Dormant"
            )
        })
    }

    /// Stores a Status and restarts the age beside it.
    pub(crate) fn set_status(&mut self, status: NodeId, text: &str) {
        self.store_text(status, text);
        if let Some(age) = self.sibling(status, "LastChange") {
            let since = super::counters::Computed::SecondsSinceMoment {
                unix_ms: self.clock.now_ms,
            };
            if let Some(leaf) = self.leaf_mut(age) {
                leaf.value = Value::Computed(Box::new(since));
            }
        }
    }
}
