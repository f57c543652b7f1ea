//! Who visits the page: a key in a cookie, a token in every form.

use std::time::Instant;

use crate::enrollee::crypto::same;
use crate::enrollee::machine::{OsRandomness, Randomness};
use crate::identity::to_hex;
use crate::limits;
use crate::secret::Secret;

/// A value nobody can guess.
#[derive(Debug, Clone)]
pub struct Key(Secret<[u8; 16]>);

impl Key {
    fn new() -> Self {
        let mut bytes = [0; 16];
        OsRandomness.fill(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// As cookies and forms carry it.
    pub fn text(&self) -> String {
        to_hex(self.0.expose())
    }

    fn is(&self, text: &str) -> bool {
        same(self.text().as_bytes(), text.as_bytes())
    }
}

/// One visitor.
#[derive(Debug, Clone)]
pub struct Visitor {
    key: Key,
    /// What every form of theirs carries.
    pub token: Key,
    /// Who they are, once they have logged in.
    pub user: Option<String>,
    last: Instant,
}

/// All visitors.
#[derive(Debug, Default)]
pub struct Sessions {
    visitors: Vec<Visitor>,
    failures: Vec<Instant>,
}

impl Sessions {
    /// Somebody opens the page: the visitor of that key, or a new one with the key to give them.
    pub fn visit(&mut self, key: Option<&str>, now: Instant) -> (Visitor, Option<Key>) {
        self.expire(now);
        if let Some(visitor) = self.find(key) {
            visitor.last = now;
            return (visitor.clone(), None);
        }
        let visitor = self.add(None, now);
        let key = visitor.key.clone();
        (visitor, Some(key))
    }

    /// The visitor who sent a form with this token.
    pub fn known(&mut self, key: Option<&str>, token: &str, now: Instant) -> Option<Visitor> {
        self.expire(now);
        let visitor = self.find(key)?;
        visitor.last = now;
        visitor.token.is(token).then(|| visitor.clone())
    }

    /// A user has logged in and gets a key of their own.
    pub fn logged_in(&mut self, user: &str, now: Instant) -> Key {
        self.failures.clear();
        self.add(Some(user.to_owned()), now).key
    }

    /// Ends a visit.
    pub fn forget(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.visitors.retain(|visitor| !visitor.key.is(key));
        }
    }

    /// Ends all visits, as a restart does.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    /// A password was wrong.
    pub fn failed(&mut self, now: Instant) {
        self.failures.push(now);
    }

    /// Whether another password may be tried.
    pub fn may_try(&mut self, now: Instant) -> bool {
        self.failures
            .retain(|at| now.duration_since(*at) < limits::WEB_FAILURES_WINDOW);
        self.failures.len() < limits::WEB_FAILURES
    }

    fn find(&mut self, key: Option<&str>) -> Option<&mut Visitor> {
        let key = key?;
        let mut visitors = self.visitors.iter_mut();
        visitors.find(|visitor| visitor.key.is(key))
    }

    fn add(&mut self, user: Option<String>, now: Instant) -> Visitor {
        if self.visitors.len() >= limits::WEB_VISITORS {
            // Those who have logged in are the last to go.
            let oldest = self
                .visitors
                .iter()
                .enumerate()
                .min_by_key(|(_, visitor)| (visitor.user.is_some(), visitor.last))
                .map(|(index, _)| index);
            self.visitors.remove(oldest.unwrap_or(0));
        }
        let visitor = Visitor {
            key: Key::new(),
            token: Key::new(),
            user,
            last: now,
        };
        self.visitors.push(visitor.clone());
        visitor
    }

    fn expire(&mut self, now: Instant) {
        self.visitors
            .retain(|visitor| now.duration_since(visitor.last) < limits::WEB_VISIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_needs_the_key_and_the_token_of_one_visitor() {
        let now = Instant::now();
        let mut sessions = Sessions::default();
        let (one, _) = sessions.visit(None, now);
        let (other, _) = sessions.visit(Some("forged"), now);
        let (key, token) = (one.key.text(), one.token.text());
        assert!(sessions.known(Some(&key), &token, now).is_some());
        assert!(sessions
            .known(Some(&key), &other.token.text(), now)
            .is_none());
        assert!(sessions
            .known(Some(&other.key.text()), &token, now)
            .is_none());
        assert!(sessions.known(None, &token, now).is_none());
        let late = now + limits::WEB_VISIT;
        assert!(sessions.known(Some(&key), &token, late).is_none());
    }

    #[test]
    fn visitors_and_tries_are_limited() {
        let now = Instant::now();
        let mut sessions = Sessions::default();
        let key = sessions.logged_in("Ada", now).text();
        for _ in 0..3 * limits::WEB_VISITORS {
            sessions.visit(None, now);
        }
        assert_eq!(sessions.visitors.len(), limits::WEB_VISITORS);
        assert_eq!(
            sessions.visit(Some(&key), now).0.user.as_deref(),
            Some("Ada")
        );
        for _ in 0..limits::WEB_FAILURES {
            assert!(sessions.may_try(now));
            sessions.failed(now);
        }
        assert!(!sessions.may_try(now));
        assert!(sessions.may_try(now + limits::WEB_FAILURES_WINDOW));
    }
}
