//! Builds a tree from the fact tables and from a model text in `models/`.
//!
//! A model text has one statement a line; `#` begins a remark.
//!
//! | statement | meaning |
//! |---|---|
//! | `use Device.WiFi.` | everything the facts hold at and below this object |
//! | `own Device.` | the parameters of this object itself |
//! | `drop Device.WiFi.Radio.{i}.X` | takes a parameter or object out again |
//! | `table /UPnP/DM/X/# rw` | a table of ours, `#` or `{i}` at its end |
//! | `access Device.Users. admin` | who may do what there: `admin`, `not-public`, `basic-writes` |
//! | `@Device.WiFi.Radio.1` | the object or row the following lines are about; made if missing |
//! | `Channel = 6` | a value; `\n`, `\r`, `\t`, `\\`, `\u{…}` stand for characters |
//! | `UpTime ~ uptime` | a value that follows the clock |
//! | `Mode : string rw {a\|b} (..16) [1..9] list secret reboot = a` | a parameter of ours |
//! | `Mode ! reboot` | a trait of this one parameter: `reboot`, `busy`, `list` of allowed texts `{a\|b}` |
//! | `traffic 5000 900` | octets a second in and out, for a Stats object |
//!
//! `{MAC 0A}` and `{SERIAL}` in a value depend on the seed.

use super::access::AccessRule;
use super::counters::Computed;
use super::facts::{Fact, Facts};
use super::node::{Body, Name, NodeId, TableKind, Value, ROOT};
use super::shape::{parse_allowed, DataType, Shape};
use super::syntax::{parse_syntax, table_kind, unescape};
use super::Tree;

/// A tree in the making.
pub(crate) struct Builder {
    pub tree: Tree,
    facts: Option<&'static Facts>,
    seed: u64,
    section: NodeId,
    access: Vec<(NodeId, AccessRule)>,
}

impl Builder {
    /// An empty tree that will take its names from `facts`.
    pub fn new(tree: Tree, facts: Option<&'static Facts>, seed: u64) -> Self {
        Self {
            tree,
            facts,
            seed,
            section: ROOT,
            access: Vec::new(),
        }
    }

    /// Seals the tree.
    pub fn finish(mut self) -> Tree {
        for (id, rule) in std::mem::take(&mut self.access) {
            self.tree.set_access(id, rule);
        }
        self.tree.settle_lower_layers();
        self.tree.rebuild_interface_stack();
        self.tree.seal();
        self.tree
    }

    /// Carries out the statements of a model text.
    ///
    /// # Panics
    /// When the text, which is part of the program, has a mistake.
    pub fn text(&mut self, text: &str) {
        for line in text.lines() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                assert!(
                    self.statement(line).is_some(),
                    "invariant: the model text has no mistake in: {line}"
                );
            }
        }
    }

    fn statement(&mut self, line: &str) -> Option<()> {
        if let Some(section) = line.strip_prefix('@') {
            self.section = self.object(section);
            return Some(());
        }
        let (first, rest) = line.split_once(' ')?;
        match first {
            "use" => self.take_facts(rest),
            "own" => self.take_own_facts(rest),
            "drop" => return self.drop_node(rest),
            "table" => {
                let (path, access) = rest.rsplit_once(' ')?;
                let table = self.table(
                    path,
                    TableKind {
                        creatable: access == "rw",
                        ..TableKind::default()
                    },
                );
                let count = format!("{}NumberOfEntries", self.tree.name(table));
                self.count_rows(table, &count);
            }
            "access" => {
                let (path, rule) = rest.rsplit_once(' ')?;
                let rule = match rule {
                    "admin" => AccessRule::ADMIN_ONLY,
                    "listed" => AccessRule::LISTED,
                    "not-public" => AccessRule::NOT_PUBLIC,
                    "basic-writes" => AccessRule::BASIC_WRITES,
                    _ => return None,
                };
                for id in self.everywhere(path) {
                    self.access.push((id, rule));
                }
            }
            "traffic" => {
                let (received, sent) = rest.split_once(' ')?;
                self.traffic(received.parse().ok()?, sent.parse().ok()?);
            }
            name => return self.parameter_statement(name, rest),
        }
        Some(())
    }

    fn parameter_statement(&mut self, name: &str, rest: &str) -> Option<()> {
        let (sign, rest) = rest.split_at_checked(1)?;
        let rest = rest.trim_start();
        match sign {
            "=" => {
                let id = self.tree.child_named(self.section, name)?;
                let text = self.fill_in(rest);
                self.tree.store_fresh(id, &text);
            }
            "~" => {
                let id = self.tree.child_named(self.section, name)?;
                let computed = self.computed(rest)?;
                self.set_computed(id, computed);
            }
            ":" => {
                let (syntax, value) = rest
                    .split_once('=')
                    .map_or((rest, None), |(syntax, value)| {
                        (syntax, Some(value.trim_start()))
                    });
                let shape = parse_syntax(syntax)?;
                let value =
                    value.map_or_else(|| shape.default.to_string(), |value| self.fill_in(value));
                let id = self.tree.add_leaf(self.section, name, shape);
                self.tree.store_fresh(id, &value);
            }
            "!" => {
                let id = self.tree.child_named(self.section, name)?;
                if rest == "busy" {
                    self.tree.busy.insert(id);
                } else {
                    let mut shape = self.tree.leaf_shape(id)?.clone();
                    match rest {
                        "reboot" => shape.after_reboot = true,
                        _ => {
                            shape.allowed =
                                parse_allowed(rest.strip_prefix('{')?.strip_suffix('}')?)
                        }
                    }
                    let place = self.tree.add_shape(shape);
                    self.tree.leaf_mut(id)?.shape = place;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Everything the facts hold at and below an object.
    pub fn take_facts(&mut self, prefix: &str) {
        let Some(facts) = self.facts else { return };
        for fact in facts.iter().filter(|fact| fact.path.starts_with(prefix)) {
            match fact.kind {
                "object" => {
                    self.object(fact.path);
                }
                "table" => {
                    let table = self.table(fact.path, table_kind(fact));
                    self.count_rows(table, fact.count_in);
                }
                _ => self.fact_parameter(fact),
            }
        }
    }

    fn take_own_facts(&mut self, object: &str) {
        let Some(facts) = self.facts else { return };
        for fact in facts.iter().filter(|fact| fact.kind == "param") {
            if fact
                .path
                .strip_prefix(object)
                .is_some_and(|name| !name.contains('.'))
            {
                self.fact_parameter(fact);
            }
        }
    }

    fn fact_parameter(&mut self, fact: &Fact) {
        if let Some((object, name)) = fact.path.rsplit_once('.') {
            let parent = self.object(object);
            let shape = Shape::from_fact(fact);
            let default = shape.default.to_string();
            let id = self.tree.add_leaf(parent, name, shape);
            self.tree.store_fresh(id, &default);
            if name == "LastChange" {
                if let Some(leaf) = self.tree.leaf_mut(id) {
                    leaf.value = Value::Computed(Box::new(Computed::SecondsSince {
                        relative_ms: -200_000_000,
                    }));
                }
            }
        }
    }

    fn count_rows(&mut self, table: NodeId, parameter: &str) {
        let parent = self.tree.node(table).parent;
        let Name::Word(word) = self.tree.node(table).name else {
            return;
        };
        if let Some(leaf) = self
            .tree
            .child_named(parent, parameter)
            .and_then(|id| self.tree.leaf_mut(id))
        {
            leaf.value = Value::Computed(Box::new(Computed::RowCount { table: word }));
        }
    }

    fn drop_node(&mut self, path: &str) -> Option<()> {
        let (object, name) = path.trim_end_matches('.').rsplit_once('.')?;
        let parent = self.object(object);
        let id = self.tree.child_named(parent, name)?;
        if let Body::Object(children) = &mut self.tree.node_mut(parent).body {
            children.retain(|&child| child != id);
        }
        Some(())
    }

    /// The object or row at a path in CWMP form (`Device.X.1.`) or ours (`/UPnP/DM/X/1/`), made with its ancestors if
    /// missing. Numbers count from 1 in both; `{i}` or `#` is a table's prototype.
    pub fn object(&mut self, path: &str) -> NodeId {
        let mut here = ROOT;
        for part in self.parts(path) {
            here = self.step(here, &part);
        }
        here
    }

    fn step(&mut self, here: NodeId, part: &str) -> NodeId {
        if let Body::Table(table) = &self.tree.node(here).body {
            if matches!(part, "{i}" | "#") {
                return table
                    .prototype
                    .expect("invariant: tables of a model text have a prototype");
            }
            let number: u32 = part
                .parse()
                .expect("invariant: rows of a model text have a number");
            return match self.tree.row(number, here) {
                Some(row) => row,
                None => self.tree.add_row(here, number),
            };
        }
        match self.tree.child_named(here, part) {
            Some(child) => child,
            None => {
                let name = Name::Word(self.tree.words.place(part));
                self.tree.add_child(here, name, Body::Object(Vec::new()))
            }
        }
    }

    /// The nodes at a path in which `{i}` stands for the prototype and every row.
    fn everywhere(&self, path: &str) -> Vec<NodeId> {
        let mut here = vec![ROOT];
        for part in self.parts(path) {
            let mut next = Vec::new();
            for id in here {
                match &self.tree.node(id).body {
                    Body::Table(table) => {
                        next.extend(table.rows.iter().copied().chain(table.prototype))
                    }
                    _ => next.extend(self.tree.child_named(id, &part)),
                }
            }
            here = next;
        }
        here
    }

    fn parts(&self, path: &str) -> Vec<String> {
        if path.starts_with('/') {
            return path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect();
        }
        let below = path.strip_prefix(&*self.tree.cwmp_root).unwrap_or(path);
        let mut parts = vec!["BBF".to_owned()];
        parts.extend(
            below
                .split('.')
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
        parts
    }

    /// The table at a path that ends in `{i}` or `#`, made with an empty prototype if missing.
    pub fn table(&mut self, path: &str, kind: TableKind) -> NodeId {
        let mut parts = self.parts(path);
        parts.pop();
        let name = parts.pop().unwrap_or_default();
        let mut here = ROOT;
        for part in parts {
            here = self.step(here, &part);
        }
        if let Some(table) = self.tree.child_named(here, &name) {
            return table;
        }
        self.tree.add_table(here, &name, kind)
    }

    /// Stores a value in the parameter at a path in CWMP form.
    pub fn put(&mut self, path: &str, text: &str) {
        let (object, name) = path
            .rsplit_once('.')
            .expect("invariant: a parameter is inside an object");
        let object = self.object(object);
        let id = self
            .tree
            .child_named(object, name)
            .expect("invariant: the model has this parameter");
        self.tree.store_fresh(id, text);
    }

    fn fill_in(&self, value: &str) -> String {
        let mut value = unescape(value);
        while let Some(start) = value.find("{MAC ") {
            let last = value.get(start + 5..start + 7).unwrap_or("00").to_owned();
            let end = value
                .get(start..)
                .and_then(|rest| rest.find('}'))
                .map_or(value.len(), |end| start + end + 1);
            value.replace_range(start..end, &self.mac(&last));
        }
        value.replace(
            "{SERIAL}",
            &format!(
                "LS{:010}",
                self.seed.wrapping_mul(7919).wrapping_add(20_260_042) % 10_000_000_000
            ),
        )
    }

    /// An address of the locally administered range.
    pub fn mac(&self, last: &str) -> String {
        let middle = self.seed.wrapping_mul(0x9E37_79B9).wrapping_add(0x1A2B);
        format!(
            "02:00:5E:{:02X}:{:02X}:{last}",
            (middle >> 8) & 0xFF,
            middle & 0xFF
        )
    }

    fn computed(&self, text: &str) -> Option<Computed> {
        let mut words = text.split_whitespace();
        let kind = words.next()?;
        let mut number = || words.next().map(|word| word.parse::<f64>().unwrap_or(0.0));
        Some(match kind {
            "counter" => self.counter(number()? as u64, number()?),
            "uptime" => Computed::SecondsSince { relative_ms: 0 },
            "since" => Computed::SecondsSince {
                relative_ms: (number()? * -1000.0) as i64,
            },
            "at" => Computed::Moment {
                relative_s: number()? as i64,
            },
            "local" => Computed::LocalTime,
            "utc" => Computed::UtcTime,
            "wave" => Computed::Wave {
                middle: number()? as i64,
                swing: number()? as i64,
                period_s: number()? as u32,
            },
            _ => return None,
        })
    }

    /// Gives a parameter a computed value; counters of 32-bit parameters begin again at zero.
    fn set_computed(&mut self, id: NodeId, mut computed: Computed) {
        let short = self
            .tree
            .leaf_shape(id)
            .is_some_and(|shape| shape.data_type == DataType::UnsignedInt);
        if let Computed::Counter { wraps_32, .. } = &mut computed {
            *wraps_32 = short;
        }
        if let Some(leaf) = self.tree.leaf_mut(id) {
            leaf.value = Value::Computed(Box::new(computed));
        }
    }

    fn counter(&self, start: u64, per_second: f64) -> Computed {
        let start = start + start / 1000 * (self.seed % 97);
        Computed::Counter {
            start,
            per_second_milli: (per_second * 1000.0) as u64,
            wraps_32: false,
        }
    }

    /// Counters of a Stats object, as if it had run for three days.
    fn traffic(&mut self, received_a_second: u64, sent_a_second: u64) {
        const THREE_DAYS_S: u64 = 259_200;
        // Mean packet sizes of a household's traffic, down and up.
        for (names, a_second) in [
            (
                ["BytesReceived", "TotalBytesReceived"],
                received_a_second as f64,
            ),
            (["BytesSent", "TotalBytesSent"], sent_a_second as f64),
            (
                ["PacketsReceived", "TotalPacketsReceived"],
                received_a_second as f64 / 1100.0,
            ),
            (
                ["PacketsSent", "TotalPacketsSent"],
                sent_a_second as f64 / 240.0,
            ),
            (
                ["UnicastPacketsReceived", ""],
                received_a_second as f64 / 1130.0,
            ),
            (["UnicastPacketsSent", ""], sent_a_second as f64 / 250.0),
            (
                ["BroadcastPacketsReceived", ""],
                (received_a_second as f64).sqrt() / 900.0,
            ),
            (
                ["BroadcastPacketsSent", ""],
                (sent_a_second as f64).sqrt() / 900.0,
            ),
            (
                ["MulticastPacketsReceived", ""],
                (received_a_second as f64).sqrt() / 300.0,
            ),
            (
                ["MulticastPacketsSent", ""],
                (sent_a_second as f64).sqrt() / 300.0,
            ),
        ] {
            for name in names {
                let computed = self.counter((a_second * THREE_DAYS_S as f64) as u64, a_second);
                if let Some(id) = self.tree.child_named(self.section, name) {
                    self.set_computed(id, computed);
                }
            }
        }
    }
}
