//! Paths: `/BBF/WiFi/Radio/0/Channel` to a node and back, and references in values.

use std::fmt::Write as _;

use super::limits::PATH_PARTS;
use super::node::{Body, Name, NodeId, ROOT};
use super::{Tree, TreeError};

impl Tree {
    /// The node at a path with real identifiers. Objects end with a slash, parameters do not.
    ///
    /// # Errors
    /// [`TreeError::Syntax`] when the text is no path, [`TreeError::NoSuchName`] when nothing is there.
    pub(crate) fn find(&self, path: &str) -> Result<NodeId, TreeError> {
        let found = self.find_all(path, false)?;
        found.first().copied().ok_or(TreeError::NoSuchName)
    }

    /// The nodes at a path in which `#` stands for every row (when `wildcards`).
    pub(crate) fn find_all(&self, path: &str, wildcards: bool) -> Result<Vec<NodeId>, TreeError> {
        let (parts, is_object) = split(path)?;
        let mut here = vec![ROOT];
        let mut wild = false;
        for part in parts {
            let mut next = Vec::new();
            for &id in &here {
                match &self.node(id).body {
                    Body::Table(table) if part == "#" && wildcards => {
                        wild = true;
                        next.extend_from_slice(&table.rows);
                    }
                    _ => next.extend(self.child(id, part)),
                }
            }
            if next.is_empty() && !wild {
                return Err(TreeError::NoSuchName);
            }
            here = next;
        }
        here.retain(|&id| matches!(self.node(id).body, Body::Leaf(_)) != is_object);
        if here.is_empty() && !wild {
            return Err(TreeError::NoSuchName);
        }
        Ok(here)
    }

    /// The pattern node of a structure path, in which `#` (or any number) leads through the prototype of a table.
    pub(crate) fn find_structure(&self, path: &str) -> Result<NodeId, TreeError> {
        let (parts, is_object) = split(path)?;
        let mut here = ROOT;
        for part in parts {
            here = match &self.node(here).body {
                Body::Table(table)
                    if part == "#" || part.bytes().all(|byte| byte.is_ascii_digit()) =>
                {
                    table.prototype
                }
                _ => self.child(here, part),
            }
            .ok_or(TreeError::NoSuchName)?;
        }
        if matches!(self.node(here).body, Body::Leaf(_)) == is_object {
            return Err(TreeError::NoSuchName);
        }
        Ok(here)
    }

    /// The child of this name, or the row of this identifier.
    fn child(&self, id: NodeId, part: &str) -> Option<NodeId> {
        match &self.node(id).body {
            Body::Object(_) => self.child_named(id, part),
            Body::Table(_) => {
                // A row has one spelling only, without signs or leading zeros.
                if part.len() > 1 && part.starts_with('0')
                    || !part.bytes().all(|byte| byte.is_ascii_digit())
                {
                    return None;
                }
                let identifier: u32 = part.parse().ok()?;
                self.row(identifier.checked_add(1)?.checked_sub(self.index_base)?, id)
            }
            Body::Leaf(_) => None,
        }
    }

    /// The row with this CWMP number.
    pub(crate) fn row(&self, number: u32, table: NodeId) -> Option<NodeId> {
        let Body::Table(table) = &self.node(table).body else {
            return None;
        };
        let place = table
            .rows
            .binary_search_by_key(&number, |&row| self.number(row))
            .ok()?;
        table.rows.get(place).copied()
    }

    /// The CWMP number of a row, 0 for other nodes.
    pub(crate) fn number(&self, id: NodeId) -> u32 {
        match self.node(id).name {
            Name::Number(number) => number,
            _ => 0,
        }
    }

    /// The child of an object with this name.
    pub(crate) fn child_named(&self, id: NodeId, name: &str) -> Option<NodeId> {
        let word = self.words.find(name)?;
        self.child_word(id, word)
    }

    /// The child of an object with this word as its name.
    pub(crate) fn child_word(&self, id: NodeId, word: u32) -> Option<NodeId> {
        let Body::Object(children) = &self.node(id).body else {
            return None;
        };
        children
            .iter()
            .copied()
            .find(|&child| self.node(child).name == Name::Word(word))
    }

    /// The last part of a node's path, `#` for prototypes and the number's identifier for rows.
    pub(crate) fn push_part(&self, id: NodeId, index_base: u32, out: &mut String) {
        match self.node(id).name {
            Name::Word(word) => out.push_str(self.words.get(word)),
            Name::Number(number) => {
                // Writing to a String cannot fail.
                let _ = write!(
                    out,
                    "{}",
                    number.saturating_add(index_base).saturating_sub(1)
                );
            }
            Name::Prototype => out.push('#'),
        }
    }

    /// The name of a node, empty for rows and prototypes.
    pub(crate) fn name(&self, id: NodeId) -> &str {
        match self.node(id).name {
            Name::Word(word) => self.words.get(word),
            _ => "",
        }
    }

    /// The full path of a node as a peer writes it.
    #[must_use]
    pub(crate) fn path(&self, id: NodeId) -> String {
        self.path_from(id, self.index_base)
    }

    /// The full path with the first row called `index_base`.
    pub(crate) fn path_from(&self, id: NodeId, index_base: u32) -> String {
        let mut chain = Vec::new();
        let mut at = id;
        while at != ROOT {
            chain.push(at);
            at = self.node(at).parent;
        }
        let mut path = String::from("/");
        for (place, &part) in chain.iter().rev().enumerate() {
            if place > 0 {
                path.push('/');
            }
            self.push_part(part, index_base, &mut path);
        }
        if id != ROOT && !matches!(self.node(id).body, Body::Leaf(_)) {
            path.push('/');
        }
        path
    }

    /// The node a stored reference (`Device.IP.Interface.1`) leads to.
    pub(crate) fn reference_target(&self, reference: &str) -> Option<NodeId> {
        let below = reference
            .trim()
            .trim_end_matches('.')
            .strip_prefix(&*self.cwmp_root)?;
        let mut here = self.child_named(ROOT, "BBF")?;
        for part in below.split('.').filter(|part| !part.is_empty()) {
            here = match &self.node(here).body {
                Body::Table(_) => self.row(part.parse().ok()?, here)?,
                _ => self.child_named(here, part)?,
            };
        }
        Some(here)
    }

    /// A list of stored references as the peer sees them.
    pub(crate) fn shown_references(&self, stored: &str) -> String {
        if self.settings.cwmp_references {
            return stored.to_owned();
        }
        let shown: Vec<String> = stored
            .split(',')
            .map(|item| self.shown_reference(item))
            .collect();
        shown.join(",")
    }

    fn shown_reference(&self, stored: &str) -> String {
        let Some(below) = stored
            .strip_prefix(&*self.cwmp_root)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            return stored.to_owned();
        };
        if let Some(target) = self.reference_target(stored) {
            return self.path(target);
        }
        // The target is gone or never was: still the right spelling.
        let mut path = String::from("/BBF/");
        for part in below.split('.').filter(|part| !part.is_empty()) {
            match part.parse::<u32>() {
                Ok(number) => {
                    let _ = write!(
                        path,
                        "{}/",
                        number.saturating_add(self.index_base).saturating_sub(1)
                    );
                }
                Err(_) => {
                    let _ = write!(path, "{part}/");
                }
            }
        }
        path
    }

    /// References a peer wrote in either form, in the form they are stored in.
    pub(crate) fn stored_references(&self, written: &str) -> String {
        let stored: Vec<String> = written
            .split(',')
            .map(|item| self.stored_reference(item.trim()))
            .collect();
        stored.join(",")
    }

    fn stored_reference(&self, written: &str) -> String {
        let Some(below) = written.strip_prefix("/BBF/") else {
            return written.trim_end_matches('.').to_owned();
        };
        let mut stored = self.cwmp_root.to_string();
        for part in below.split('/').filter(|part| !part.is_empty()) {
            stored.push('.');
            match part.parse::<u32>() {
                Ok(identifier) => {
                    let _ = write!(
                        stored,
                        "{}",
                        identifier.saturating_add(1).saturating_sub(self.index_base)
                    );
                }
                Err(_) => stored.push_str(part),
            }
        }
        stored
    }
}

/// The parts of a path and whether it names an object.
///
/// # Errors
/// [`TreeError::Syntax`] when the text does not start with a slash or has empty parts.
pub(crate) fn split(path: &str) -> Result<(Vec<&str>, bool), TreeError> {
    let below = path.strip_prefix('/').ok_or(TreeError::Syntax)?;
    if below.is_empty() {
        return Ok((Vec::new(), true));
    }
    let (names, is_object) = match below.strip_suffix('/') {
        Some(names) => (names, true),
        None => (below, false),
    };
    let parts: Vec<&str> = names.split('/').collect();
    let odd = |part: &&str| {
        part.is_empty()
            || part
                .contains(|c: char| c.is_whitespace() || c.is_control() || "<>&\"'?*[]".contains(c))
    };
    if parts.len() > PATH_PARTS || parts.iter().any(odd) || !is_object && parts.last() == Some(&"#")
    {
        return Err(TreeError::Syntax);
    }
    Ok((parts, is_object))
}
