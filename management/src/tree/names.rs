//! The names in a tree, each kept once.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// Handle of a name in its store.
pub(super) type NameId = u32;

/// Names by handle; they are never taken out.
#[derive(Debug, Clone)]
pub(super) struct Names {
    names: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, NameId, RandomState>,
    /// For each name the one that was asked for after it the last time: rows
    /// of a table have the same parameters in the same order.
    followers: Vec<NameId>,
    last: NameId,
}

impl Names {
    /// A store with the empty name, whose handle is 0.
    pub fn new() -> Self {
        let mut names = Names {
            names: Vec::new(),
            ids: HashMap::default(),
            followers: Vec::new(),
            last: 0,
        };
        names.intern("");
        names
    }

    /// The name of a handle of this store.
    pub fn get(&self, id: NameId) -> &str {
        &self.names[id as usize]
    }

    /// The handle of a name that is kept.
    pub fn find(&self, name: &str) -> Option<NameId> {
        self.ids.get(name).copied()
    }

    /// The handle of a name, which is kept from now on.
    pub fn intern(&mut self, name: &str) -> NameId {
        let follower = self.followers.get(self.last as usize).copied();
        let guess = follower.unwrap_or_default();
        let id = match self.names.get(guess as usize) {
            Some(guessed) if **guessed == *name => guess,
            _ => self.find(name).unwrap_or_else(|| self.add(name)),
        };
        if let Some(follower) = self.followers.get_mut(self.last as usize) {
            *follower = id;
        }
        self.last = id;
        id
    }

    /// Gives back what was kept for growth.
    pub fn shrink_to_fit(&mut self) {
        self.names.shrink_to_fit();
        self.ids.shrink_to_fit();
        self.followers.shrink_to_fit();
    }

    /// Bytes on the heap, by capacity.
    pub fn heap_bytes(&self) -> usize {
        use std::mem::size_of;
        // Two counters stand before the letters.
        let letters = |name: &Arc<str>| name.len() + 2 * size_of::<usize>();
        self.names.capacity() * size_of::<Arc<str>>()
            + self.names.iter().map(letters).sum::<usize>()
            + super::table_bytes(self.ids.capacity(), size_of::<(Arc<str>, NameId)>())
            + self.followers.capacity() * size_of::<NameId>()
    }

    fn add(&mut self, name: &str) -> NameId {
        // More names than nodes there cannot be, and those are counted in 32 bits.
        let id = self.names.len() as NameId;
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.followers.push(0);
        self.ids.insert(name, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_one_handle_in_whatever_order_it_is_asked_for() {
        let mut names = Names::new();
        let words: Vec<String> = (0..50).map(|n| format!("Name{n}")).collect();
        let ids: Vec<NameId> = words.iter().map(|word| names.intern(word)).collect();
        for round in 0..200_usize {
            let at = (round * 7) % words.len();
            assert_eq!(names.intern(&words[at]), ids[at]);
            assert_eq!(names.find(&words[at]), Some(ids[at]));
            assert_eq!(names.get(ids[at]), words[at]);
        }
        assert_eq!(names.intern(""), 0);
        assert_eq!(names.find("Other"), None);
    }
}
