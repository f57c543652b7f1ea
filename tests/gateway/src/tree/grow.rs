//! Adding to a tree: objects, tables, parameters, and rows copied from their prototype.

use super::access::AccessRule;
use super::node::{Body, Leaf, Marks, Name, Node, NodeId, Table, TableKind, Value};
use super::shape::{DataType, Shape};
use super::Tree;

impl Tree {
    /// Adds a node below an object.
    pub(crate) fn add_child(&mut self, parent: NodeId, name: Name, body: Body) -> NodeId {
        let id = self.add_node(parent, name, body);
        if let Body::Object(children) = &mut self.node_mut(parent).body {
            children.push(id);
        }
        id
    }

    fn add_node(&mut self, parent: NodeId, name: Name, body: Body) -> NodeId {
        let id = NodeId::try_from(self.nodes.len())
            .expect("invariant: fewer nodes than the limit on parameters");
        let access = self.node(parent).access;
        self.nodes.push(Node {
            parent,
            name,
            body,
            version: 0,
            marks: Marks::default(),
            access,
        });
        id
    }

    /// Adds a table with an empty prototype.
    pub(crate) fn add_table(&mut self, parent: NodeId, name: &str, kind: TableKind) -> NodeId {
        let creatable = kind.creatable;
        let place = self.kinds.len() as u32;
        self.kinds.push(kind);
        let name = Name::Word(self.words.place(name));
        let table = self.add_child(
            parent,
            name,
            Body::Table(Box::new(Table {
                rows: Vec::new(),
                prototype: None,
                last_number: 0,
                kind: place,
            })),
        );
        let prototype = self.add_node(table, Name::Prototype, Body::Object(Vec::new()));
        if let Body::Table(body) = &mut self.node_mut(table).body {
            body.prototype = Some(prototype);
        }
        self.node_mut(table).marks.event_on_change = creatable;
        table
    }

    /// Adds a parameter, or gives the one of that name a new shape.
    pub(crate) fn add_leaf(&mut self, parent: NodeId, name: &str, shape: Shape) -> NodeId {
        let event_on_change = shape.writable && !shape.command;
        let value = Value::text(&shape.default);
        let place = self.add_shape(shape);
        let leaf = Body::Leaf(Leaf {
            shape: place,
            value,
        });
        let id = match self.child_named(parent, name) {
            Some(id) => {
                self.node_mut(id).body = leaf;
                id
            }
            None => {
                let name = Name::Word(self.words.place(name));
                self.add_child(parent, name, leaf)
            }
        };
        self.node_mut(id).marks.event_on_change = event_on_change;
        id
    }

    pub(crate) fn add_shape(&mut self, shape: Shape) -> u32 {
        self.shapes.push(shape);
        (self.shapes.len() - 1) as u32
    }

    pub(crate) fn leaf_mut(&mut self, id: NodeId) -> Option<&mut Leaf> {
        match &mut self.node_mut(id).body {
            Body::Leaf(leaf) => Some(leaf),
            _ => None,
        }
    }

    /// Adds a row with the values of the prototype.
    pub(crate) fn add_row(&mut self, table: NodeId, number: u32) -> NodeId {
        let Body::Table(body) = &self.node(table).body else {
            return table;
        };
        let row = match body.prototype {
            Some(prototype) => self.copy_node(prototype, table, Name::Number(number)),
            None => self.add_node(table, Name::Number(number), Body::Object(Vec::new())),
        };
        self.put_row_in(table, row, number)
    }

    /// Adds a row without anything in it.
    pub(crate) fn add_bare_row(&mut self, table: NodeId, number: u32) -> NodeId {
        let row = self.add_node(table, Name::Number(number), Body::Object(Vec::new()));
        self.put_row_in(table, row, number)
    }

    fn put_row_in(&mut self, table: NodeId, row: NodeId, number: u32) -> NodeId {
        let Body::Table(body) = &self.node(table).body else {
            return row;
        };
        let place = body
            .rows
            .partition_point(|&other| self.number(other) < number);
        if let Body::Table(body) = &mut self.node_mut(table).body {
            body.rows.insert(place, row);
            body.last_number = body.last_number.max(number);
        }
        row
    }

    /// Copies a prototype's subtree. Tables inside begin empty and share their prototype.
    fn copy_node(&mut self, from: NodeId, parent: NodeId, name: Name) -> NodeId {
        let node = self.node(from);
        let (access, marks) = (node.access, node.marks);
        let body = match &node.body {
            Body::Leaf(leaf) => Body::Leaf(leaf.clone()),
            Body::Table(table) => Body::Table(Box::new(Table {
                rows: Vec::new(),
                prototype: table.prototype,
                last_number: 0,
                kind: table.kind,
            })),
            Body::Object(children) => {
                let from_children = children.clone();
                let id = self.add_node(
                    parent,
                    name,
                    Body::Object(Vec::with_capacity(from_children.len())),
                );
                let mut copies = Vec::with_capacity(from_children.len());
                for child in from_children {
                    let name = self.node(child).name;
                    copies.push(self.copy_node(child, id, name));
                }
                let copy = self.node_mut(id);
                copy.body = Body::Object(copies);
                copy.access = access;
                copy.marks = marks;
                return id;
            }
        };
        let id = self.add_node(parent, name, body);
        let copy = self.node_mut(id);
        copy.access = access;
        copy.marks = marks;
        id
    }

    /// Stores a value while the tree is built: no checks but the spelling of booleans, no marks.
    pub(crate) fn store_fresh(&mut self, id: NodeId, text: &str) {
        let boolean = self
            .leaf_shape(id)
            .is_some_and(|shape| shape.data_type == DataType::Boolean);
        let text = match text {
            "true" if boolean => "1",
            "false" if boolean => "0",
            other => other,
        };
        if let Some(leaf) = self.leaf_mut(id) {
            leaf.value = Value::text(text);
        }
    }

    /// Gives a node and everything below, rows and prototypes, an access rule.
    pub(crate) fn set_access(&mut self, id: NodeId, rule: AccessRule) {
        self.node_mut(id).access = rule;
        let below: Vec<NodeId> = match &self.node(id).body {
            Body::Object(children) => children.clone(),
            Body::Table(table) => table.rows.iter().copied().chain(table.prototype).collect(),
            Body::Leaf(_) => Vec::new(),
        };
        for child in below {
            self.set_access(child, rule);
        }
    }
}
