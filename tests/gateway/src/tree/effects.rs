//! What follows from a change: Status follows Enable, a fixed channel ends the automatic choice, a request starts a test.

use super::change::NewTexts;
use super::node::NodeId;
use super::Tree;

impl Tree {
    /// What follows from a new text that is stored already.
    pub(crate) fn consequences(&mut self, id: NodeId, new: &NewTexts) {
        match self.name(id) {
            "Channel" => {
                if let Some(automatic) = self
                    .sibling(id, "AutoChannelEnable")
                    .filter(|automatic| !new.contains_key(automatic))
                {
                    self.store_text(automatic, "0");
                }
            }
            "DiagnosticsState" => self.diagnostics_state_written(id),
            _ => {
                if let Some(state) = self
                    .sibling(id, "DiagnosticsState")
                    .filter(|state| !new.contains_key(state))
                {
                    self.cancel_diagnostics(state);
                }
            }
        }
        self.after_change(id);
        self.provider_hears(id);
    }

    /// What follows from a changed value, whoever changed it.
    pub(crate) fn after_change(&mut self, id: NodeId) {
        let mut moved = Vec::new();
        match self.name(id) {
            "Enable" => {
                moved.extend(self.status_follows_enable(id));
                moved.extend(self.settle_lower_layers());
            }
            "LowerLayers" => {
                self.rebuild_interface_stack();
                moved.extend(self.settle_lower_layers());
            }
            _ => return,
        }
        self.changed_by_itself(&moved);
    }

    /// Rows came or went.
    pub(crate) fn after_rows_changed(&mut self) {
        self.rebuild_interface_stack();
        let moved = self.settle_lower_layers();
        self.changed_by_itself(&moved);
    }

    fn status_follows_enable(&mut self, enable: NodeId) -> Vec<NodeId> {
        let on = self.kept_text(enable) == "1";
        let mut changed = Vec::new();
        for (name, when_on, when_off) in [
            (
                "Status",
                &["Up", "Enabled", "Synchronized"][..],
                &["Down", "Disabled"][..],
            ),
            (
                "ConnectionStatus",
                &["Connected", "Bound"],
                &["Disconnected", "Unconfigured"],
            ),
            ("DHCPStatus", &["Bound"], &["Init"]),
        ] {
            let Some(status) = self.sibling(enable, name) else {
                continue;
            };
            let choice = if on && !self.is_unplugged(status) {
                when_on
            } else {
                when_off
            };
            let Some(shape) = self.leaf_shape(status) else {
                continue;
            };
            let Some(text) = choice
                .iter()
                .find(|text| shape.allowed.iter().any(|allowed| *allowed.text == ***text))
            else {
                continue;
            };
            if self.kept_text(status) != *text {
                self.set_status(status, text);
                changed.push(status);
            }
        }
        changed
    }

    /// An Ethernet port without a cable stays down.
    fn is_unplugged(&self, status: NodeId) -> bool {
        self.sibling(status, "CurrentBitRate")
            .is_some_and(|rate| self.kept_text(rate) == "0")
    }

    /// A command parameter was written: it keeps no value.
    pub(crate) fn carry_out(&mut self, id: NodeId, text: &str) {
        if text == "1" && self.name(id) == "Reset" {
            if let Some(counter) = self.sibling(id, "ResetCounter") {
                let next = self
                    .kept_text(counter)
                    .parse::<u32>()
                    .unwrap_or(0)
                    .wrapping_add(1);
                self.store_text(counter, &next.to_string());
            }
            self.provider_hears(id);
        }
    }
}
