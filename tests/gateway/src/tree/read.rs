//! Reading: values, whole subtrees of values, instances.

use super::access::Roles;
use super::counters::Computed;
use super::node::{Body, Leaf, Name, NodeId, Value};
use super::shape::DataType;
use super::{Tree, TreeError};

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a document of its own.
    Document,
    /// Escaped once more, ready to stand as text inside a SOAP argument.
    Escaped,
}

impl Form {
    /// The sign that opens a tag.
    pub(crate) fn open(self) -> &'static str {
        match self {
            Self::Document => "<",
            Self::Escaped => "&lt;",
        }
    }

    /// The sign that closes a tag.
    pub(crate) fn close(self) -> &'static str {
        match self {
            Self::Document => ">",
            Self::Escaped => "&gt;",
        }
    }

    /// Appends markup of the document.
    pub(crate) fn push_markup(self, markup: &str, out: &mut String) {
        match self {
            Self::Document => out.push_str(markup),
            Self::Escaped => out.push_str(
                &markup
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;"),
            ),
        }
    }

    /// Appends character data of the document.
    pub(crate) fn push_text(self, text: &str, out: &mut String) {
        let mut copied = 0;
        for (place, byte) in text.bytes().enumerate() {
            let (document, escaped) = match byte {
                b'&' => ("&amp;", "&amp;amp;"),
                b'<' => ("&lt;", "&amp;lt;"),
                b'>' => ("&gt;", "&amp;gt;"),
                // A bare carriage return would reach the reader as a line feed.
                b'\r' => ("&#13;", "&amp;#13;"),
                // XML cannot carry the other control characters at all.
                0..=8 | 11 | 12 | 14..=31 => ("\u{FFFD}", "\u{FFFD}"),
                _ => continue,
            };
            out.push_str(text.get(copied..place).unwrap_or_default());
            out.push_str(if self == Self::Document {
                document
            } else {
                escaped
            });
            copied = place + 1;
        }
        out.push_str(text.get(copied..).unwrap_or_default());
    }
}

/// Writes the entries of one ParameterValueList.
struct ValueWriter<'t, 'o> {
    tree: &'t Tree,
    roles: Roles,
    out: &'o mut String,
    form: Form,
    before_path: String,
    between: String,
    after_value: String,
    /// Path of the node being written.
    path: String,
    scratch: String,
}

impl<'t, 'o> ValueWriter<'t, 'o> {
    fn new(tree: &'t Tree, roles: Roles, form: Form, out: &'o mut String) -> Self {
        let (open, close) = (form.open(), form.close());
        let space = if tree.settings.spaced_paths {
            "\n      "
        } else {
            ""
        };
        Self {
            tree,
            roles,
            form,
            out,
            before_path: format!("{open}Parameter{close}{open}ParameterPath{close}{space}"),
            between: format!("{space}{open}/ParameterPath{close}{open}Value{close}"),
            after_value: format!("{open}/Value{close}{open}/Parameter{close}"),
            path: String::new(),
            scratch: String::new(),
        }
    }

    fn subtree(&mut self, id: NodeId) -> Result<(), TreeError> {
        let node = self.tree.node(id);
        if !node.access.list.intersects(self.roles) {
            return self.forbidden();
        }
        match &node.body {
            Body::Leaf(leaf) => {
                if !node.access.read.intersects(self.roles) {
                    return self.forbidden();
                }
                self.entry(leaf, id);
                Ok(())
            }
            Body::Object(children) => self.children(children),
            Body::Table(table) => self.children(&table.rows),
        }
    }

    fn forbidden(&self) -> Result<(), TreeError> {
        if self.tree.settings.abort_on_forbidden {
            Err(TreeError::NoSuchName)
        } else {
            Ok(())
        }
    }

    fn children(&mut self, children: &[NodeId]) -> Result<(), TreeError> {
        for &child in children {
            let length = self.path.len();
            self.tree
                .push_part(child, self.tree.index_base, &mut self.path);
            if !matches!(self.tree.node(child).body, Body::Leaf(_)) {
                self.path.push('/');
            }
            self.subtree(child)?;
            self.path.truncate(length);
        }
        Ok(())
    }

    fn entry(&mut self, leaf: &Leaf, id: NodeId) {
        self.out.push_str(&self.before_path);
        self.form.push_text(&self.path, self.out);
        self.out.push_str(&self.between);
        match (self.tree.shape(leaf.shape), &leaf.value) {
            // The usual case: the text goes straight from the tree into the answer.
            (shape, Value::Text(text))
                if !shape.secret
                    && shape.reference.is_none()
                    && shape.data_type != DataType::Boolean =>
            {
                self.form.push_text(text, self.out);
            }
            _ => {
                self.scratch.clear();
                self.tree.push_value(id, &mut self.scratch);
                self.form.push_text(&self.scratch, self.out);
            }
        }
        self.out.push_str(&self.after_value);
    }
}

impl Tree {
    /// Appends the `Parameter` entries of everything at and below the nodes these roles may read.
    ///
    /// # Errors
    /// 703 when a named node is not visible (or, with `abort_on_forbidden`, any node below).
    pub(crate) fn write_values(
        &self,
        roles: Roles,
        targets: &[NodeId],
        form: Form,
        out: &mut String,
    ) -> Result<(), TreeError> {
        let mut writer = ValueWriter::new(self, roles, form, out);
        for &target in targets {
            let node = self.node(target);
            let hidden = !node.access.list.intersects(roles);
            let unreadable =
                matches!(node.body, Body::Leaf(_)) && !node.access.read.intersects(roles);
            if hidden || unreadable {
                return Err(TreeError::NoSuchName);
            }
            writer.path = self.path(target);
            writer.subtree(target)?;
        }
        Ok(())
    }

    /// Appends a parameter's value as peers read it; nothing for other nodes.
    pub(crate) fn push_value(&self, id: NodeId, out: &mut String) {
        let Body::Leaf(leaf) = &self.node(id).body else {
            return;
        };
        let shape = self.shape(leaf.shape);
        match &leaf.value {
            _ if shape.secret => out.push_str(shape.empty()),
            Value::Text(text) if shape.reference.is_some() => {
                out.push_str(&self.shown_references(text))
            }
            Value::Text(text)
                if shape.data_type == DataType::Boolean && self.settings.words_for_booleans =>
            {
                out.push_str(if &**text == "1" { "true" } else { "false" });
            }
            Value::Text(text) => out.push_str(text),
            Value::Computed(computed) => self.push_computed(id, computed, out),
        }
    }

    fn push_computed(&self, id: NodeId, computed: &Computed, out: &mut String) {
        if let Computed::RowCount { table } = computed {
            let rows = self
                .child_word(self.node(id).parent, *table)
                .map_or(0, |table| match &self.node(table).body {
                    Body::Table(table) => table.rows.len(),
                    _ => 0,
                });
            out.push_str(&rows.to_string());
        } else {
            computed.write(&self.clock, out);
        }
    }

    /// A parameter's value as it is kept: references in CWMP form, secrets in clear.
    pub(crate) fn kept_text(&self, id: NodeId) -> String {
        match &self.node(id).body {
            Body::Leaf(Leaf {
                value: Value::Text(text),
                ..
            }) => text.to_string(),
            Body::Leaf(Leaf {
                value: Value::Computed(computed),
                ..
            }) => {
                let mut text = String::new();
                self.push_computed(id, computed, &mut text);
                text
            }
            _ => String::new(),
        }
    }

    /// The value of the parameter at a path, as an administrator reads it.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<String> {
        let id = self.find(path).ok()?;
        matches!(self.node(id).body, Body::Leaf(_)).then(|| {
            let mut text = String::new();
            self.push_value(id, &mut text);
            text
        })
    }

    /// What is really kept for the parameter at a path, secrets included: for tests that look behind the empty value.
    #[must_use]
    pub fn kept_value(&self, path: &str) -> Option<String> {
        let id = self.find(path).ok()?;
        matches!(self.node(id).body, Body::Leaf(_)).then(|| self.kept_text(id))
    }

    /// The parameters at and below a node these roles may read.
    pub(crate) fn readable_leaves(&self, id: NodeId, roles: Roles) -> Vec<NodeId> {
        let mut leaves = Vec::new();
        self.each_leaf(id, &mut |tree, id| {
            let access = tree.node(id).access;
            if access.list.intersects(roles) && access.read.intersects(roles) {
                leaves.push(id);
            }
        });
        leaves
    }

    /// The paths of the objects and tables directly below an object.
    pub(crate) fn objects_below(&self, path: &str) -> Vec<String> {
        let Ok(id) = self.find(path) else {
            return Vec::new();
        };
        let Body::Object(children) = &self.node(id).body else {
            return Vec::new();
        };
        children
            .iter()
            .filter(|&&child| !matches!(self.node(child).body, Body::Leaf(_)))
            .map(|&child| self.path(child))
            .collect()
    }

    /// The data model's root in CWMP, with its dot.
    pub(crate) fn source_location(&self) -> &'static str {
        if &*self.cwmp_root == "Device" {
            "Device."
        } else {
            "InternetGatewayDevice."
        }
    }

    /// All paths of parameters that have a value, in tree order.
    #[must_use]
    pub fn parameter_paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.each_leaf(super::node::ROOT, &mut |tree, id| paths.push(tree.path(id)));
        paths
    }

    /// Calls `visit` for every parameter at and below a node, prototypes left out.
    pub(crate) fn each_leaf(&self, id: NodeId, visit: &mut dyn FnMut(&Self, NodeId)) {
        match &self.node(id).body {
            Body::Leaf(_) => visit(self, id),
            Body::Object(children) => children
                .iter()
                .for_each(|&child| self.each_leaf(child, visit)),
            Body::Table(table) => table
                .rows
                .iter()
                .for_each(|&row| self.each_leaf(row, visit)),
        }
    }

    /// GetInstances: the paths of the rows within `depth` levels below a partial path (0 = all).
    ///
    /// # Errors
    /// 701 when the path does not end with a slash, 703 when nothing visible is there.
    pub fn instances(
        &self,
        roles: Roles,
        start: &str,
        depth: u32,
    ) -> Result<Vec<String>, TreeError> {
        if !start.ends_with('/') || start.split('/').any(|part| part == "#") {
            return Err(TreeError::Syntax);
        }
        let id = self.find(start)?;
        if !self.node(id).access.list.intersects(roles) {
            return Err(TreeError::NoSuchName);
        }
        let mut paths = Vec::new();
        let left = if depth == 0 { u32::MAX } else { depth };
        self.collect_instances(roles, id, left, &mut paths)?;
        Ok(paths)
    }

    fn collect_instances(
        &self,
        roles: Roles,
        id: NodeId,
        left: u32,
        paths: &mut Vec<String>,
    ) -> Result<(), TreeError> {
        let children: &[NodeId] = match &self.node(id).body {
            Body::Object(children) => children,
            Body::Table(table) => &table.rows,
            Body::Leaf(_) => &[],
        };
        let Some(left) = left.checked_sub(1) else {
            return Ok(());
        };
        for &child in children {
            let node = self.node(child);
            if matches!(node.body, Body::Leaf(_)) {
                continue;
            }
            if !node.access.list.intersects(roles) {
                if self.settings.abort_on_forbidden {
                    return Err(TreeError::NoSuchName);
                }
                continue;
            }
            if matches!(node.name, Name::Number(_)) {
                paths.push(self.path(child));
            }
            self.collect_instances(roles, child, left, paths)?;
        }
        Ok(())
    }
}
