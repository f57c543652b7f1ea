//! Trees from tables of a real device's parameters: `path kind writable type value`, tab-separated.

use super::build::Builder;
use super::counters::Computed;
use super::facts::Facts;
use super::node::{Body, Name, NodeId, TableKind, Value};
use super::shape::{is_secret_name, DataType, Reference, Shape};
use super::syntax::unescape;
use super::Tree;

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No parameter, or none below `Device.` or `InternetGatewayDevice.`.
    #[error("the table holds no parameter of a known data model")]
    Empty,
    /// A line is not of the form.
    #[error("line {line} is not `path kind writable type value`: {detail}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        detail: &'static str,
    },
}

/// One parameter or object of the table.
struct Row<'a> {
    path: &'a str,
    is_object: bool,
    writable: bool,
    data_type: DataType,
    value: String,
}

impl Tree {
    /// A tree with the parameters of a table with the columns path, kind (`object` or `param`), writable (`true`/`false`),
    /// type and value (backslash escapes). What rows have in common becomes the structure of their table. Types and
    /// access are those of the table; limits of TR-181 are not enforced, since real firmware differs.
    ///
    /// # Errors
    /// A line that is not of the form, or nothing usable at all.
    pub fn from_tsv(text: &str, index_base: u32) -> Result<Self, ImportError> {
        let rows = parse(text)?;
        let root = if rows
            .iter()
            .any(|row| row.path.starts_with("InternetGatewayDevice."))
        {
            "InternetGatewayDevice"
        } else {
            "Device"
        };
        let uri = if root == "Device" {
            "urn:broadband-forum-org:tr-181-2-12-0"
        } else {
            "urn:broadband-forum-org:tr-098-1-8-0"
        };
        let facts = if root == "Device" {
            Facts::tr181()
        } else {
            Facts::tr098()
        };
        let prefix = format!("{root}.");
        let mut builder = Builder::new(Tree::empty(index_base, root, uri), None, 0);
        builder.tree.stack_is_derived = false;
        let mut any = false;
        for row in rows.iter().filter(|row| row.path.starts_with(&prefix)) {
            if row.is_object {
                import_object(&mut builder, row, facts);
            } else {
                import_parameter(&mut builder, row, facts);
                any = true;
            }
        }
        if !any {
            return Err(ImportError::Empty);
        }
        let mut tree = builder.finish();
        tree.count_imported_rows();
        tree.seal();
        Ok(tree)
    }

    /// NumberOfEntries parameters follow the rows where a table of that name is beside them.
    fn count_imported_rows(&mut self) {
        for place in 0..self.nodes.len() {
            let id = place as NodeId;
            let Some(table_name) = self
                .name(id)
                .strip_suffix("NumberOfEntries")
                .map(str::to_owned)
            else {
                continue;
            };
            let Some(table) = self.sibling(id, &table_name) else {
                continue;
            };
            let Name::Word(word) = self.node(table).name else {
                continue;
            };
            let counted = match &self.node(table).body {
                Body::Table(table) => table.rows.len().to_string(),
                _ => continue,
            };
            // Dumps may leave rows out: a count that does not fit stays as it was dumped.
            if self.kept_text(id) == counted {
                if let Some(leaf) = self.leaf_mut(id) {
                    leaf.value = Value::Computed(Box::new(Computed::RowCount { table: word }));
                }
            }
        }
    }
}

fn parse(text: &str) -> Result<Vec<Row<'_>>, ImportError> {
    let mut rows = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let refuse = |detail| ImportError::Line {
            line: place + 1,
            detail,
        };
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.starts_with('#') || line.starts_with("path\t") {
            continue;
        }
        let mut cells = line.split('\t');
        let path = cells.next().unwrap_or("");
        let kind = cells.next().ok_or_else(|| refuse("the kind is missing"))?;
        let writable = cells.next().ok_or_else(|| refuse("writable is missing"))? == "true";
        let data_type = cells.next().unwrap_or("");
        let value = unescape(cells.next().unwrap_or(""));
        let is_object = match kind {
            "object" => true,
            "param" => false,
            _ => return Err(refuse("the kind is neither object nor param")),
        };
        if path.split('.').any(|part| part.contains(['/', '#', ' ']))
            || path.trim_end_matches('.').split('.').any(str::is_empty)
        {
            return Err(refuse("the path has an unusable part"));
        }
        rows.push(Row {
            path,
            is_object,
            writable,
            data_type: DataType::from_name(data_type).unwrap_or(DataType::String),
            value,
        });
    }
    Ok(rows)
}

/// Finds or makes every object, table and row on the way; a number after a name makes that name a table.
fn ensure(builder: &mut Builder, parts: &[&str]) -> Option<(NodeId, Option<NodeId>)> {
    let mut here = builder.object(&format!("{}.", builder.tree.cwmp_root.clone()));
    let mut pattern = None;
    let mut parts = parts.iter().peekable();
    while let Some(part) = parts.next() {
        if matches!(builder.tree.node(here).body, Body::Table(_)) {
            let number: u32 = part.parse().ok()?;
            let prototype = match &builder.tree.node(here).body {
                Body::Table(table) => table.prototype,
                _ => None,
            };
            here = match builder.tree.row(number, here) {
                Some(row) => row,
                None => builder.tree.add_bare_row(here, number),
            };
            pattern = prototype;
            continue;
        }
        let makes_table = parts
            .peek()
            .is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
        let next = child_or_new(&mut builder.tree, here, part, makes_table);
        pattern = match pattern {
            Some(pattern) => {
                let child = child_or_new(&mut builder.tree, pattern, part, makes_table);
                share_prototype(&mut builder.tree, next, child);
                Some(child)
            }
            None => None,
        };
        here = next;
    }
    Some((here, pattern))
}

fn child_or_new(tree: &mut Tree, parent: NodeId, name: &str, is_table: bool) -> NodeId {
    match tree.child_named(parent, name) {
        Some(child)
            if is_table
                && matches!(&tree.node(child).body, Body::Object(children) if children.is_empty()) =>
        {
            // Listed bare before its first row.
            if let Body::Object(children) = &mut tree.node_mut(parent).body {
                children.retain(|&other| other != child);
            }
            tree.add_table(parent, name, TableKind::default())
        }
        Some(child) => child,
        None if is_table => tree.add_table(parent, name, TableKind::default()),
        None => {
            let name = Name::Word(tree.words.place(name));
            tree.add_child(parent, name, Body::Object(Vec::new()))
        }
    }
}

/// A table inside a row has the prototype of the same table inside the row's prototype.
fn share_prototype(tree: &mut Tree, in_row: NodeId, in_pattern: NodeId) {
    let shared = match &tree.node(in_pattern).body {
        Body::Table(table) => (table.prototype, table.kind),
        _ => return,
    };
    if let Body::Table(table) = &mut tree.node_mut(in_row).body {
        (table.prototype, table.kind) = shared;
    }
}

fn parts_of<'a>(path: &'a str, root: &str) -> Vec<&'a str> {
    path.strip_prefix(root)
        .unwrap_or(path)
        .split('.')
        .filter(|part| !part.is_empty())
        .collect()
}

fn import_object(builder: &mut Builder, row: &Row<'_>, facts: &Facts) {
    let root = builder.tree.cwmp_root.clone();
    let parts = parts_of(row.path, &root);
    let Some((mut id, pattern)) = ensure(builder, &parts) else {
        return;
    };
    let known_table = facts.get(&format!("{}{{i}}.", generic(row.path))).is_some();
    if let (true, Some(name)) = (known_table, parts.last()) {
        // A table without rows looks like an object without content.
        let parent = builder.tree.node(id).parent;
        id = child_or_new(&mut builder.tree, parent, name, true);
        if let Some(pattern) = pattern {
            let parent = builder.tree.node(pattern).parent;
            let in_pattern = child_or_new(&mut builder.tree, parent, name, true);
            share_prototype(&mut builder.tree, id, in_pattern);
        }
    }
    if row.writable {
        let table = match &builder.tree.node(id).body {
            Body::Table(_) => id,
            _ => builder.tree.node(id).parent,
        };
        if let Body::Table(body) = &builder.tree.node(table).body {
            let kind = body.kind as usize;
            if let Some(kind) = builder.tree.kinds.get_mut(kind).filter(|_| kind != 0) {
                kind.creatable = true;
            }
        }
    }
}

fn import_parameter(builder: &mut Builder, row: &Row<'_>, facts: &Facts) {
    let root = builder.tree.cwmp_root.clone();
    let mut parts = parts_of(row.path, &root);
    let Some(name) = parts.pop() else { return };
    let Some((object, pattern)) = ensure(builder, &parts) else {
        return;
    };
    if matches!(builder.tree.node(object).body, Body::Table(_))
        || builder
            .tree
            .child_named(object, name)
            .is_some_and(|id| builder.tree.leaf_shape(id).is_none())
    {
        return;
    }
    let mut shape = Shape::plain(row.data_type, row.writable);
    shape.secret = is_secret_name(row.path) && row.writable;
    let known = facts.get(&generic(row.path));
    let refers = row.value.split(',').all(|item| {
        item.strip_prefix(&*root)
            .is_some_and(|rest| rest.starts_with('.'))
    });
    if known.is_some_and(|fact| !fact.reference.is_empty())
        || refers && row.data_type == DataType::String
    {
        shape.reference = Some(Reference::Weak);
        if known.is_some_and(|fact| !fact.list.is_empty()) {
            shape.list = Some(Vec::new());
        }
    }
    let value = if shape.reference.is_some() {
        row.value
            .split(',')
            .map(|item| item.trim().trim_end_matches('.'))
            .collect::<Vec<_>>()
            .join(",")
    } else {
        row.value.clone()
    };
    if let Some(pattern) =
        pattern.filter(|&pattern| matches!(builder.tree.node(pattern).body, Body::Object(_)))
    {
        if builder.tree.child_named(pattern, name).is_none() {
            builder.tree.add_leaf(pattern, name, shape.clone());
        }
    }
    let id = builder.tree.add_leaf(object, name, shape);
    builder.tree.store_fresh(id, &value);
}

/// The path with `{i}` for numbers.
fn generic(path: &str) -> String {
    let part = |part: &str| {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            "{i}".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('.').map(part).collect::<Vec<_>>().join(".")
}
