//! Storage of the parameter tree: an arena of slots with interned names.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::names::Names;
use super::paths::{is_row_number, parts, shared_objects, split_leaf};
use super::values::Values;
use super::{table_bytes, Access, Node};
use crate::view::{NodeKind, NodeStatus};

/// Handle of a node; valid for the tree that gave it, as long as that tree lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

const NONE: u32 = u32::MAX;

/// One node: 32 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    name: u32,
    parent: u32,
    first_child: u32,
    last_child: u32,
    next_sibling: u32,
    value: u32,
    read_at_s: u32,
    kind: NodeKind,
    status: NodeStatus,
    access: AccessBits,
    flags: u8,
}

/// [`Access`] in one byte.
type AccessBits = u8;

const CHILDREN_KNOWN: u8 = 1;
const REMOVED: u8 = 2;
/// The children are in `child_ids`.
const INDEXED: u8 = 4;

/// Up to how many children are looked through one by one. Nearly all objects
/// have fewer, and their children lie side by side: an index of them would
/// take longer to ask and a third of the memory of the tree.
const LOOKED_THROUGH: usize = 32;

impl Slot {
    pub(super) fn kind(&self) -> NodeKind {
        self.kind
    }

    pub(super) fn status(&self) -> NodeStatus {
        self.status
    }

    pub(super) fn access(&self) -> Access {
        match self.access {
            1 => Access::ReadOnly,
            2 => Access::ReadWrite,
            _ => Access::Unknown,
        }
    }

    pub(super) fn read_at_s(&self) -> u32 {
        self.read_at_s
    }

    pub(super) fn children_known(&self) -> bool {
        self.flags & CHILDREN_KNOWN != 0
    }
}

/// How much was learned so far; two that are equal say that nothing came in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revision {
    /// Nodes that came or went, objects whose children are all there, and values that were read
    /// for the first time or lost.
    pub learned: u64,
    /// Values that became others.
    pub changed: u64,
}

/// Everything known of one gateway's parameters.
#[derive(Debug, Clone)]
pub struct ParameterTree {
    slots: Vec<Slot>,
    names: Names,
    // Children by parent and name, of parents with many only.
    child_ids: HashMap<(u32, u32), u32, RandomState>,
    values: Values,
    known: u32,
    parameters: u32,
    revision: Revision,
    // Where the last insertion went: a gateway lists neighbours together.
    last_object: (String, u32),
    // The node found last: the next one asked for is often the one behind it.
    last_node: u32,
    newest: NewestParent,
}

/// The object that got a child last, while all its children are known to be new: a name that
/// became known after all of theirs is none of theirs, and nobody has to look through them.
#[derive(Debug, Clone, Copy)]
struct NewestParent {
    id: u32,
    highest_name: u32,
    children: usize,
}

impl NewestParent {
    const NONE: NewestParent = NewestParent {
        id: NONE,
        highest_name: 0,
        children: 0,
    };
}

impl Default for ParameterTree {
    fn default() -> Self {
        Self::new()
    }
}

impl ParameterTree {
    /// A tree that holds the root `/` alone.
    pub fn new() -> Self {
        let root = Slot {
            name: 0,
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            value: NONE,
            read_at_s: 0,
            kind: NodeKind::Object,
            status: NodeStatus::NotRead,
            access: 0,
            flags: 0,
        };
        ParameterTree {
            slots: vec![root],
            names: Names::new(),
            child_ids: HashMap::default(),
            values: Values::default(),
            known: 0,
            parameters: 0,
            revision: Revision::default(),
            last_object: ("/".into(), 0),
            last_node: 0,
            newest: NewestParent::NONE,
        }
    }

    /// The root node `/`.
    pub fn root(&self) -> Node<'_> {
        self.node(NodeId(0))
    }

    /// Node behind a handle.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Node at a UPnP path; a trailing slash makes no difference.
    pub fn find(&self, path: &str) -> Option<Node<'_>> {
        let mut at = 0;
        for part in parts(path) {
            let name = self.names.find(part)?;
            at = self.look_for(at, name).ok()?;
        }
        Some(self.node(NodeId(at)))
    }

    /// Parameters whose value is known.
    pub fn known(&self) -> u32 {
        self.known
    }

    /// Parameters known to exist, read or not.
    pub fn parameters(&self) -> u32 {
        self.parameters
    }

    /// How much was learned so far.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Notes a value read at `now_s`; makes the path's nodes as needed.
    pub fn insert_value(&mut self, path: &str, value: &str, now_s: u32) -> NodeId {
        let (last, id) = &self.last_object;
        let sibling = path.strip_prefix(last.as_str());
        let (parent, name) = match sibling.filter(|name| !name.as_bytes().contains(&b'/')) {
            Some(name) => (*id, name),
            None => {
                let (object, name) = split_leaf(path);
                (self.object_for(object), name)
            }
        };
        let id = self.child(parent, name, NodeKind::Parameter);
        self.set_value(id, value, now_s);
        NodeId(id)
    }

    /// Notes that a node exists without reading it. Paths that end in `/` are
    /// objects; a row number as last part makes a row, its parent a table.
    pub fn insert_node(&mut self, path: &str) -> NodeId {
        if path.ends_with('/') {
            NodeId(self.object_for(path))
        } else {
            let (object, name) = split_leaf(path);
            let parent = self.object_for(object);
            NodeId(self.child(parent, name, NodeKind::Parameter))
        }
    }

    /// Notes that an object is a table, even when it has no rows.
    pub fn mark_table(&mut self, id: NodeId) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.kind = NodeKind::Table;
        }
    }

    /// Notes what was learned when the node could not be read.
    pub fn mark_status(&mut self, id: NodeId, status: NodeStatus) {
        let Some(slot) = self.slots.get_mut(id.0 as usize) else {
            return;
        };
        let was_known = slot.status == NodeStatus::Known && slot.kind == NodeKind::Parameter;
        if status != NodeStatus::Known && was_known {
            self.values.replace(slot.value, "");
            slot.value = NONE;
            self.known = self.known.saturating_sub(1);
        }
        if slot.status != status {
            self.revision.learned += 1;
        }
        slot.status = status;
    }

    /// Notes access as GetAttributes told it.
    pub fn mark_access(&mut self, id: NodeId, access: Access) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.access = match access {
                Access::Unknown => 0,
                Access::ReadOnly => 1,
                Access::ReadWrite => 2,
            };
        }
    }

    /// Notes that the direct children are all there.
    pub fn mark_children_known(&mut self, id: NodeId) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            self.revision.learned += u64::from(!slot.children_known());
            slot.flags |= CHILDREN_KNOWN;
        }
    }

    /// Keeps only the rows of a table whose number is in `rows`: the others are gone
    /// from the gateway.
    pub fn retain_rows(&mut self, table: NodeId, rows: &[&str]) {
        let kept: HashSet<u32, RandomState> =
            rows.iter().filter_map(|row| self.names.find(row)).collect();
        let gone: Vec<NodeId> = self
            .children(table)
            .filter(|id| {
                let slot = self.slot(*id);
                slot.kind == NodeKind::Instance && !kept.contains(&slot.name)
            })
            .collect();
        self.remove_all(&gone);
    }

    /// Takes a node and everything below it out of the tree.
    pub fn remove(&mut self, id: NodeId) {
        self.remove_all(&[id]);
    }

    /// Takes nodes and everything below them out of the tree; the root stays.
    pub fn remove_all(&mut self, ids: &[NodeId]) {
        let mut parents = Vec::new();
        for id in ids {
            let parent = self.slots.get(id.0 as usize).map(|slot| slot.parent);
            if let Some(parent) = parent.filter(|parent| *parent != NONE) {
                self.forget(id.0);
                parents.push(parent);
            }
        }
        parents.sort_unstable();
        parents.dedup();
        for parent in parents {
            self.drop_removed_children(parent);
        }
        self.last_object = ("/".into(), 0);
        self.last_node = 0;
        self.newest = NewestParent::NONE;
    }

    /// Forgets what was known of a node and of everything below it.
    fn forget(&mut self, id: u32) {
        let mut pending = vec![id];
        while let Some(at) = pending.pop() {
            if self.slots[at as usize].flags & REMOVED != 0 {
                continue;
            }
            self.revision.learned += 1;
            pending.extend(self.children(NodeId(at)).map(|child| child.0));
            let gone = &mut self.slots[at as usize];
            gone.flags |= REMOVED;
            let (kind, status, parent, name) = (gone.kind, gone.status, gone.parent, gone.name);
            gone.first_child = NONE;
            gone.last_child = NONE;
            self.values.replace(gone.value, "");
            self.child_ids.remove(&(parent, name));
            if kind == NodeKind::Parameter {
                self.parameters = self.parameters.saturating_sub(1);
                if status == NodeStatus::Known {
                    self.known = self.known.saturating_sub(1);
                }
            }
        }
    }

    /// Links the children of a node anew, without those that were removed.
    fn drop_removed_children(&mut self, parent: u32) {
        let children: Vec<u32> = self
            .children(NodeId(parent))
            .map(|child| child.0)
            .filter(|child| self.slots[*child as usize].flags & REMOVED == 0)
            .collect();
        let mut next = NONE;
        for child in children.iter().rev() {
            self.slots[*child as usize].next_sibling = next;
            next = *child;
        }
        self.slots[parent as usize].first_child = next;
        self.slots[parent as usize].last_child = children.last().copied().unwrap_or(NONE);
    }

    /// All nodes from `id` downwards, parents before children, in tree order.
    pub fn walk(&self, id: NodeId) -> Walk<'_> {
        Walk {
            tree: self,
            next: id.0,
            top: id.0,
        }
    }

    /// Gives back what was kept for growth, once nothing more is expected.
    pub fn shrink_to_fit(&mut self) {
        self.slots.shrink_to_fit();
        self.names.shrink_to_fit();
        self.child_ids.shrink_to_fit();
        self.values.shrink_to_fit();
    }

    /// Bytes this tree holds on the heap, by capacity.
    pub fn heap_bytes(&self) -> usize {
        use std::mem::size_of;
        self.slots.capacity() * size_of::<Slot>()
            + self.names.heap_bytes()
            + table_bytes(self.child_ids.capacity(), size_of::<((u32, u32), u32)>())
            + self.values.heap_bytes()
    }

    /// Object, table or row a node stands in.
    pub(crate) fn parent_of(&self, id: NodeId) -> Option<NodeId> {
        self.parent(id)
    }

    /// Child of that name.
    pub(crate) fn child_named(&self, id: NodeId, name: &str) -> Option<NodeId> {
        let name = self.names.find(name)?;
        self.look_for(id.0, name).ok().map(NodeId)
    }

    /// The first node in an object.
    pub(crate) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.children(id).next()
    }

    /// The node that became known after it in the same object.
    pub(crate) fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let next = self.slot(id).next_sibling;
        (next != NONE).then_some(NodeId(next))
    }

    /// Number of a node's name; nodes of the same name have the same.
    pub(crate) fn name_id(&self, id: NodeId) -> u32 {
        self.slot(id).name
    }

    pub(super) fn slot(&self, id: NodeId) -> &Slot {
        // Handles come from this tree only and slots are never dropped.
        &self.slots[id.0 as usize]
    }

    pub(super) fn name(&self, id: NodeId) -> &str {
        self.names.get(self.slot(id).name)
    }

    pub(super) fn value(&self, id: NodeId) -> Option<&str> {
        self.values.get(self.slot(id).value)
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.slot(id).parent;
        (parent != NONE).then_some(NodeId(parent))
    }

    pub(super) fn children(&self, id: NodeId) -> Children<'_> {
        Children {
            tree: self,
            next: self.slot(id).first_child,
        }
    }

    pub(super) fn path(&self, id: NodeId) -> String {
        self.spell(id, |node| self.name(node))
    }

    pub(super) fn structure_path(&self, id: NodeId) -> String {
        self.spell(id, |node| match self.slot(node).kind {
            NodeKind::Instance => "#",
            _ => self.name(node),
        })
    }

    fn spell<'a>(&'a self, id: NodeId, part: impl Fn(NodeId) -> &'a str) -> String {
        let mut chain = Vec::new();
        let mut at = Some(id);
        while let Some(node) = at {
            at = self.parent(node);
            if at.is_some() {
                chain.push(node);
            }
        }
        let mut path = String::from("/");
        for node in chain.into_iter().rev() {
            path.push_str(part(node));
            if self.slot(node).kind != NodeKind::Parameter {
                path.push('/');
            }
        }
        path
    }

    fn set_value(&mut self, id: u32, value: &str, now_s: u32) {
        let slot = &mut self.slots[id as usize];
        if slot.status == NodeStatus::Known && self.values.get(slot.value) != Some(value) {
            self.revision.changed += 1;
        }
        let kept = if slot.value == NONE {
            let id = self.values.add(value);
            slot.value = id.unwrap_or(NONE);
            id.is_some()
        } else {
            self.values.replace(slot.value, value)
        };
        if !kept {
            return;
        }
        if slot.status != NodeStatus::Known {
            self.known += 1;
            self.revision.learned += 1;
        }
        slot.status = NodeStatus::Known;
        slot.read_at_s = now_s;
    }

    fn object_for(&mut self, path: &str) -> u32 {
        let (last, mut at) = (self.last_object.0.as_str(), self.last_object.1);
        if last == path {
            return at;
        }
        // The next row of a table is found from the table, not from the root.
        let shared = shared_objects(last, path);
        for _ in parts(&last[shared..]) {
            at = self.slots[at as usize].parent;
        }
        for part in parts(&path[shared..]) {
            let kind = if is_row_number(part) {
                NodeKind::Instance
            } else {
                NodeKind::Object
            };
            at = self.child(at, part, kind);
        }
        self.last_object.0.clear();
        self.last_object.0.push_str(path);
        self.last_object.1 = at;
        at
    }

    fn child(&mut self, parent: u32, name: &str, kind: NodeKind) -> u32 {
        let name = self.names.intern(name);
        let behind = self.slots[self.last_node as usize].next_sibling;
        if let Some(slot) = self.slots.get(behind as usize) {
            if slot.parent == parent && slot.name == name {
                self.last_node = behind;
                return behind;
            }
        }
        let newest = self.newest;
        let siblings = if newest.id == parent && name > newest.highest_name {
            newest.children
        } else {
            match self.look_for(parent, name) {
                Ok(id) => {
                    self.last_node = id;
                    return id;
                }
                Err(looked_through) => looked_through,
            }
        };
        let id = self.slots.len() as u32;
        self.slots.push(Slot {
            name,
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            value: NONE,
            read_at_s: 0,
            kind,
            status: NodeStatus::NotRead,
            access: 0,
            flags: 0,
        });
        self.last_node = id;
        self.revision.learned += 1;
        if kind == NodeKind::Parameter {
            self.parameters += 1;
        }
        let last = self.slots[parent as usize].last_child;
        match self.slots.get_mut(last as usize) {
            Some(sibling) => sibling.next_sibling = id,
            None => self.slots[parent as usize].first_child = id,
        }
        let above = &mut self.slots[parent as usize];
        above.last_child = id;
        if kind == NodeKind::Instance && above.kind == NodeKind::Object {
            above.kind = NodeKind::Table;
        }
        if above.flags & INDEXED != 0 {
            self.child_ids.insert((parent, name), id);
        } else if siblings >= LOOKED_THROUGH {
            self.index(parent);
        }
        self.newest = if last == NONE {
            NewestParent {
                id: parent,
                highest_name: name,
                children: 1,
            }
        } else if newest.id == parent {
            NewestParent {
                id: parent,
                highest_name: newest.highest_name.max(name),
                children: newest.children + 1,
            }
        } else {
            NewestParent::NONE
        };
        id
    }

    /// The child of that name, or how many children were looked through in vain.
    fn look_for(&self, parent: u32, name: u32) -> Result<u32, usize> {
        if self.slots[parent as usize].flags & INDEXED != 0 {
            return self.child_ids.get(&(parent, name)).copied().ok_or(0);
        }
        let mut looked_through = 0;
        for child in self.children(NodeId(parent)) {
            if self.slot(child).name == name {
                return Ok(child.0);
            }
            looked_through += 1;
        }
        Err(looked_through)
    }

    fn index(&mut self, parent: u32) {
        self.slots[parent as usize].flags |= INDEXED;
        let mut at = self.slots[parent as usize].first_child;
        while let Some(slot) = self.slots.get(at as usize) {
            self.child_ids.insert((parent, slot.name), at);
            at = slot.next_sibling;
        }
    }
}

/// Direct children of a node.
pub(super) struct Children<'a> {
    tree: &'a ParameterTree,
    next: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let slot = self.tree.slots.get(self.next as usize)?;
        let id = NodeId(self.next);
        self.next = slot.next_sibling;
        Some(id)
    }
}

/// Nodes in tree order.
pub struct Walk<'a> {
    tree: &'a ParameterTree,
    next: u32,
    /// Where it began, and what it does not go beyond.
    top: u32,
}

impl Walk<'_> {
    /// The node behind one and all that is in it.
    fn behind(&self, mut id: u32) -> u32 {
        while id != self.top {
            match self.tree.slots.get(id as usize) {
                Some(slot) if slot.next_sibling != NONE => return slot.next_sibling,
                Some(slot) => id = slot.parent,
                None => return NONE,
            }
        }
        NONE
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let id = self.next;
        let inside = self.tree.slots.get(id as usize)?.first_child;
        self.next = if inside == NONE {
            self.behind(id)
        } else {
            inside
        };
        Some(self.tree.node(NodeId(id)))
    }
}

#[cfg(test)]
mod tests;
