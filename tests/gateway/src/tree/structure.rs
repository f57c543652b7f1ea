//! What the gateway supports, whether or not it has rows of it: GetSupportedParameters and the access list.

use super::access::Roles;
use super::node::{Body, NodeId};
use super::{Tree, TreeError};

/// One entry of the access list ConfigurationManagement:2 shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclEntry {
    /// Path of the node, with `#` for rows unless the peer named one.
    pub path: String,
    /// Holds for everything below, too.
    pub factorized: bool,
    /// Who sees it.
    pub list: Roles,
    /// Who reads it.
    pub read: Roles,
    /// Who writes it.
    pub write: Roles,
}

impl Tree {
    /// GetSupportedParameters: structure paths below a start, one start.
    ///
    /// With `depth` 0 all leaves; otherwise the leaves within `depth` levels and the objects exactly `depth` levels away, a
    /// table written with `#/`. `#` counts as a level.
    ///
    /// # Errors
    /// 701 for a text that is no structure path, 703 when nothing visible is there.
    pub fn supported_parameters(
        &self,
        roles: Roles,
        start: &str,
        depth: u32,
    ) -> Result<Vec<String>, TreeError> {
        let id = self.find_structure(start)?;
        if !self.node(id).access.list.intersects(roles) {
            return Err(TreeError::NoSuchName);
        }
        let mut paths = Vec::new();
        // The start's own spelling is kept, so that a number stays where the peer wrote one as `#`.
        let mut path = self.path(id);
        if matches!(self.node(id).body, Body::Leaf(_)) {
            paths.push(path);
        } else {
            self.collect_structure(roles, id, depth, 1, &mut path, &mut paths);
        }
        if self.settings.structure_with_numbers {
            let first = format!("/{}/", self.index_base);
            for path in &mut paths {
                *path = path.replace("/#/", &first);
            }
        }
        Ok(paths)
    }

    fn collect_structure(
        &self,
        roles: Roles,
        id: NodeId,
        depth: u32,
        distance: u32,
        path: &mut String,
        paths: &mut Vec<String>,
    ) {
        let prototype;
        let children: &[NodeId] = match &self.node(id).body {
            Body::Object(children) => children,
            Body::Table(table) => {
                prototype = table.prototype;
                prototype.as_slice()
            }
            Body::Leaf(_) => &[],
        };
        if children.is_empty() && depth == 0 {
            // Nothing is known below: the object itself is the end of the structure.
            let rows = if matches!(self.node(id).body, Body::Table(_)) {
                "#/"
            } else {
                ""
            };
            paths.push(format!("{path}{rows}"));
        }
        for &child in children {
            let node = self.node(child);
            if !node.access.list.intersects(roles) {
                continue;
            }
            let length = path.len();
            self.push_part(child, self.index_base, path);
            match &node.body {
                Body::Leaf(_) => paths.push(path.clone()),
                body => {
                    path.push('/');
                    if distance == depth {
                        let rows = if matches!(body, Body::Table(_)) {
                            "#/"
                        } else {
                            ""
                        };
                        paths.push(format!("{path}{rows}"));
                    } else {
                        self.collect_structure(roles, child, depth, distance + 1, path, paths);
                    }
                }
            }
            path.truncate(length);
        }
    }

    /// GetACLData: the entry of the node at a path (`#` allowed) and of every node below whose rule differs from its parent's.
    ///
    /// # Errors
    /// 701 and 703 as for reading.
    pub fn acl_entries(&self, roles: Roles, start: &str) -> Result<Vec<AclEntry>, TreeError> {
        let id = match self.find(start) {
            Ok(id) => id,
            Err(_) => self.find_structure(start)?,
        };
        if !self.node(id).access.list.intersects(roles) {
            return Err(TreeError::NoSuchName);
        }
        let mut entries = vec![self.acl_entry(id)];
        self.collect_acl(roles, id, &mut entries);
        Ok(entries)
    }

    fn acl_entry(&self, id: NodeId) -> AclEntry {
        let node = self.node(id);
        AclEntry {
            path: self.path(id),
            factorized: !matches!(node.body, Body::Leaf(_)),
            list: node.access.list,
            read: node.access.read,
            write: node.access.write,
        }
    }

    fn collect_acl(&self, roles: Roles, id: NodeId, entries: &mut Vec<AclEntry>) {
        let node = self.node(id);
        let prototype;
        let children: &[NodeId] = match &node.body {
            Body::Object(children) => children,
            Body::Table(table) => {
                prototype = table.prototype;
                prototype.as_slice()
            }
            Body::Leaf(_) => &[],
        };
        for &child in children {
            let below = self.node(child);
            if !below.access.list.intersects(roles) {
                continue;
            }
            if below.access != node.access {
                entries.push(self.acl_entry(child));
            }
            self.collect_acl(roles, child, entries);
        }
    }
}
