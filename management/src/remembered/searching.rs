//! The search box before a gateway answers, and for what was not read again since.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use foldhash::fast::RandomState;

use crate::application::Management;
use crate::error::Error;
use crate::limits;
use crate::rows::{self, ShownDrafts};
use crate::search::{Found, WithTopic};
use crate::session::Session;
use crate::tree::{NodeId, ParameterTree, Revision};
use crate::view::{NodeStatus, NodeView, SearchView, SearchedBefore};

use super::Remembered;

/// The parameters of a remembered tree that a session has not read again, kept from one key
/// stroke to the next.
#[derive(Debug, Default)]
pub(super) struct Unread {
    session: Weak<Mutex<ParameterTree>>,
    /// What the session knew when they were sorted out.
    known: Option<Revision>,
    places: Vec<WithTopic>,
}

impl Remembered {
    fn search(&self, text: &str, limit: usize) -> Found {
        self.finder().search(&self.tree, &self.naming, text, limit)
    }

    /// Searches what a session, whose tree is `now`, has not read again.
    fn search_unread(
        &self,
        session: &Session,
        now: &ParameterTree,
        text: &str,
        limit: usize,
    ) -> Found {
        let mut finder = self.finder();
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let known = Some(now.revision());
        let session = Arc::downgrade(&session.shared_tree());
        if unread.known != known || !unread.session.ptr_eq(&session) {
            let mut places = Places::new(&self.tree, now);
            let all = finder.places(&self.tree, &self.naming).iter();
            *unread = Unread {
                session,
                known,
                places: all
                    .filter(|(id, _)| places.is_unread(*id))
                    .copied()
                    .collect(),
            };
        }
        finder.search_among(&self.tree, &self.naming, text, limit, &unread.places)
    }

    fn row(&self, id: NodeId) -> NodeView {
        rows::row(self.tree.node(id), &self.naming, &ShownDrafts::new())
    }

    fn before(&self, hits: &[NodeView]) -> SearchedBefore {
        SearchedBefore {
            as_of: self.as_of.clone(),
            paths: hits.iter().map(|hit| hit.upnp_path.clone()).collect(),
        }
    }
}

impl Management {
    /// Searches a tree as it was at an earlier visit; nothing is sent. `None` when there was
    /// none.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn search_remembered(
        &self,
        udn: &str,
        text: &str,
        limit: usize,
    ) -> Result<Option<SearchView>, Error> {
        let Some(remembered) = self.remembered(udn).await? else {
            return Ok(None);
        };
        let found = remembered.search(text, limit);
        let hits: Vec<NodeView> = found
            .hits
            .iter()
            .map(|hit| remembered.row(hit.id))
            .collect();
        Ok(Some(SearchView {
            matches: found.matches,
            searched: remembered.tree.known(),
            total: remembered.tree.parameters(),
            before: Some(remembered.before(&hits)),
            hits,
        }))
    }

    /// Searches what is known of an open gateway, and of what was not read yet how it was at an
    /// earlier visit.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn search_known(
        &self,
        session: &Session,
        text: &str,
        limit: usize,
        drafts: &ShownDrafts,
    ) -> Result<SearchView, Error> {
        let remembered = match session.is_complete() || !self.inner.remember_trees {
            true => None,
            false => self.remembered(&session.udn).await?,
        };
        let Some(remembered) = remembered else {
            return Ok(session.search_view(text, limit, drafts));
        };
        let limit = limit.min(limits::SEARCH_HITS);
        let mut finder = session.finder();
        let tree = session.tree();
        let now = finder.search(&tree, &session.naming, text, limit);
        let then = remembered.search_unread(session, &tree, text, limit);
        // Whatever has more words of the question is what was meant.
        let most = now.words.max(then.words);
        let (now, then) = (of(now, most), of(then, most));
        let mut hits: Vec<(f32, bool, NodeView)> = Vec::new();
        for hit in &now.hits {
            let row = rows::row(tree.node(hit.id), &session.naming, drafts);
            hits.push((hit.score, false, row));
        }
        for hit in &then.hits {
            hits.push((hit.score, true, remembered.row(hit.id)));
        }
        hits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        hits.truncate(limit);
        let old: Vec<NodeView> = hits
            .iter()
            .filter(|(_, old, _)| *old)
            .map(|(_, _, row)| row.clone())
            .collect();
        Ok(SearchView {
            matches: now.matches.saturating_add(then.matches),
            searched: tree.known(),
            total: tree.parameters(),
            before: (!old.is_empty()).then(|| remembered.before(&old)),
            hits: hits.into_iter().map(|(_, _, row)| row).collect(),
        })
    }
}

fn of(found: Found, words: usize) -> Found {
    if found.words == words {
        found
    } else {
        Found::default()
    }
}

/// Where nodes of a remembered tree stand in the one that is being read.
struct Places<'a> {
    old: &'a ParameterTree,
    now: &'a ParameterTree,
    known: HashMap<NodeId, Place, RandomState>,
    /// The object of the parameter that was asked for last, and its place.
    object: (NodeId, Place),
    /// What stands behind that parameter now: most likely the next one that is asked for.
    next: Option<NodeId>,
}

#[derive(Clone, Copy)]
enum Place {
    There(NodeId),
    /// Its branch was not looked at yet.
    Unread,
    /// Its branch was, and it is not in it.
    Gone,
}

impl<'a> Places<'a> {
    fn new(old: &'a ParameterTree, now: &'a ParameterTree) -> Self {
        let root = (old.root().id(), Place::There(now.root().id()));
        Places {
            old,
            now,
            known: HashMap::from_iter([root]),
            object: root,
            next: now.first_child(now.root().id()),
        }
    }

    /// Whether a parameter may still be as it was, for all that was read. Quick for parameters
    /// in the order of the tree.
    fn is_unread(&mut self, id: NodeId) -> bool {
        let Some(object) = self.old.parent_of(id) else {
            return false;
        };
        if self.object.0 != object {
            self.object = (object, self.place(object));
            self.next = match self.object.1 {
                Place::There(now) => self.now.first_child(now),
                Place::Unread | Place::Gone => None,
            };
        }
        let object = match self.object.1 {
            Place::There(object) => object,
            Place::Unread => return true,
            Place::Gone => return false,
        };
        let name = self.old.node(id).name();
        let next = self.next.filter(|next| self.now.node(*next).name() == name);
        match next.or_else(|| self.now.child_named(object, name)) {
            Some(now) => {
                self.next = self.now.next_sibling(now);
                self.now.node(now).status() == NodeStatus::NotRead
            }
            None => !self.now.node(object).children_known(),
        }
    }

    fn place(&mut self, id: NodeId) -> Place {
        let mut above = Vec::new();
        let mut at = id;
        let mut place = loop {
            if let Some(place) = self.known.get(&at) {
                break *place;
            }
            above.push(at);
            match self.old.parent_of(at) {
                Some(parent) => at = parent,
                None => break Place::Gone,
            }
        };
        for below in above.into_iter().rev() {
            if let Place::There(parent) = place {
                let name = self.old.node(below).name();
                place = match self.now.child_named(parent, name) {
                    Some(child) => Place::There(child),
                    None if self.now.node(parent).children_known() => Place::Gone,
                    None => Place::Unread,
                };
            }
            self.known.insert(below, place);
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_again_is_not_found_as_it_was() {
        let mut old = ParameterTree::new();
        let mut now = ParameterTree::new();
        for path in ["/B/T/0/x", "/B/T/1/x", "/B/U/y", "/B/z", "/B/refused"] {
            old.insert_value(path, "then", 1);
        }
        // The table was looked at and has one row left; U was not looked at.
        now.insert_value("/B/T/0/x", "now", 1);
        let table = now.insert_node("/B/T/");
        now.mark_children_known(table);
        now.insert_node("/B/U/");
        now.insert_node("/B/z");
        let refused = now.insert_node("/B/refused");
        now.mark_status(refused, NodeStatus::Refused);
        let mut places = Places::new(&old, &now);
        let unread: Vec<String> = old
            .walk(old.root().id())
            .filter(|node| node.value().is_some() && places.is_unread(node.id()))
            .map(|node| node.path())
            .collect();
        assert_eq!(unread, ["/B/U/y", "/B/z"]);
        // In any order.
        let mut places = Places::new(&old, &now);
        for path in [
            "/B/z",
            "/B/T/1/x",
            "/B/U/y",
            "/B/T/0/x",
            "/B/z",
            "/B/refused",
        ] {
            let id = old.find(path).expect("it is there").id();
            let expected = unread.iter().any(|unread| unread == path);
            assert_eq!(places.is_unread(id), expected, "{path}");
        }
    }
}
