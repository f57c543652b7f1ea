//! Fills a tree with rows to a wanted size, to see how everything copes with large gateways.

use super::limits::PARAMETERS;
use super::node::{Body, NodeId, TableKind, Value, ROOT};
use super::shape::{DataType, Shape};
use super::Tree;

impl Tree {
    /// Adds rows until the tree has `parameters` parameters: hosts, port mappings and static addresses in turn, then rows of
    /// a table of ours for the exact number. A tree that has more already stays as it is.
    pub fn fill_to(&mut self, parameters: usize) {
        let wanted = parameters.min(PARAMETERS);
        let mut left = wanted.saturating_sub(self.parameter_count());
        let tables: Vec<(NodeId, usize)> = [
            "Hosts/Host",
            "NAT/PortMapping",
            "DHCPv4/Server/Pool/1/StaticAddress",
            "LANDevice/1/Hosts/Host",
        ]
        .iter()
        .filter_map(|path| self.table_at(path))
        .map(|table| (table, self.row_size(table)))
        .filter(|(_, size)| *size > 0)
        .collect();
        let mut round = 0_u32;
        while tables.iter().any(|(_, size)| *size <= left) {
            for &(table, size) in &tables {
                if size <= left {
                    self.filler_row(table, round);
                    left -= size;
                }
            }
            round += 1;
        }
        if left > 0 {
            self.single_parameters(left);
        }
        self.seal();
    }

    fn table_at(&self, path: &str) -> Option<NodeId> {
        let mut here = self.child_named(ROOT, "BBF")?;
        for part in path.split('/') {
            here = match &self.node(here).body {
                Body::Table(_) => self.row(part.parse().ok()?, here)?,
                _ => self.child_named(here, part)?,
            };
        }
        matches!(self.node(here).body, Body::Table(_)).then_some(here)
    }

    fn row_size(&self, table: NodeId) -> usize {
        match &self.node(table).body {
            Body::Table(body) => body
                .prototype
                .map_or(0, |prototype| self.count_leaves(prototype)),
            _ => 0,
        }
    }

    fn filler_row(&mut self, table: NodeId, round: u32) {
        let Body::Table(body) = &self.node(table).body else {
            return;
        };
        let number = body.last_number + 1;
        let row = self.add_row(table, number);
        let (high, low) = (number / 256 % 256, number % 256);
        let mac = format!("02:00:5E:FF:{high:02X}:{low:02X}");
        let address = format!("192.168.{}.{}", 2 + round / 250 % 250, 2 + round % 250);
        for (name, text) in [
            ("Alias", format!("filler-{number}")),
            ("PhysAddress", mac.clone()),
            ("MACAddress", mac.clone()),
            ("Chaddr", mac),
            ("IPAddress", address.clone()),
            ("Yiaddr", address.clone()),
            ("InternalClient", address),
            ("HostName", format!("host-{number}")),
            ("ExternalPort", (20_000 + round % 40_000).to_string()),
            ("InternalPort", (20_000 + round % 40_000).to_string()),
            ("Description", format!("filler & mapping <{number}>")),
        ] {
            if let Some(id) = self.child_named(row, name) {
                self.store_fresh(id, &text);
            }
        }
    }

    /// Rows with one parameter each, in a table of ours.
    fn single_parameters(&mut self, count: usize) {
        let Some(model) = self.child_named(ROOT, "BBF") else {
            return;
        };
        let holder = match self.child_named(model, "X_LANSIDE_Filler") {
            Some(holder) => holder,
            None => {
                let name = super::node::Name::Word(self.words.place("X_LANSIDE_Filler"));
                self.add_child(model, name, Body::Object(Vec::new()))
            }
        };
        let table = match self.child_named(holder, "Entry") {
            Some(table) => table,
            None => {
                let table = self.add_table(holder, "Entry", TableKind::default());
                let Body::Table(body) = &self.node(table).body else {
                    return;
                };
                let prototype = body.prototype.unwrap_or(table);
                self.add_leaf(prototype, "Note", Shape::plain(DataType::String, true));
                table
            }
        };
        for _ in 0..count {
            let Body::Table(body) = &self.node(table).body else {
                return;
            };
            let number = body.last_number + 1;
            let row = self.add_row(table, number);
            if let Some(leaf) = self
                .child_named(row, "Note")
                .and_then(|id| self.leaf_mut(id))
            {
                leaf.value = Value::text(&format!("note {number}"));
            }
        }
    }
}
