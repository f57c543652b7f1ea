//! Keeping a tree while its gateway is open, so that a program that is killed loses little of it.
//!
//! One task a session looks now and then whether something new was learned. It copies the tree,
//! makes the document on a thread of its own and hands the store what changed, in small
//! writes: nothing a person does waits for it. It rests a hundred times as long as it
//! worked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::application::{blocking, Management};
use crate::clock;
use crate::error::Error;
use crate::limits;
use crate::session::Session;
use crate::tree::Revision;

use super::Remembered;

impl Management {
    /// Keeps what is learned in a session now and then, until it ends.
    pub(crate) fn remember_behind(&self, session: &Arc<Session>) {
        if !self.inner.remember_trees {
            return;
        }
        let inner = Arc::downgrade(&self.inner);
        let opened = Arc::downgrade(session);
        session.behind().spawn(async move {
            let mut rest = limits::REMEMBER_EVERY;
            let mut quiet = Duration::ZERO;
            loop {
                tokio::time::sleep(rest).await;
                let (Some(inner), Some(session)) = (inner.upgrade(), opened.upgrade()) else {
                    return;
                };
                quiet += rest;
                rest = limits::REMEMBER_EVERY;
                let (before, now) = (session.remembered_at(), session.tree().revision());
                // Counters go on all the time; they alone are kept less often.
                if now.learned == before.learned
                    && (now == before || quiet < limits::REMEMBER_CHANGES_EVERY)
                {
                    continue;
                }
                let management = Management { inner };
                // A closed session was kept when it was closed.
                if !management.is_open(&session) {
                    return;
                }
                let began = Instant::now();
                management.remember_tree(&session).await;
                quiet = Duration::ZERO;
                rest = rest.max(began.elapsed() * limits::REMEMBER_REST);
            }
        });
    }

    /// Keeps what a session knows of the tree for the next visit. What goes wrong with it costs
    /// time at that visit and nothing else.
    pub(crate) async fn remember_tree(&self, session: &Arc<Session>) {
        let (known, revision) = {
            let tree = session.tree();
            (tree.known(), tree.revision())
        };
        if !self.inner.remember_trees || known == 0 || revision == session.remembered_at() {
            return;
        }
        match self.remember(session).await {
            Ok(()) => session.mark_remembered(revision),
            Err(error) => {
                tracing::warn!(udn = %session.udn, %error, "its tree was not kept for the next visit");
            }
        }
    }

    async fn remember(&self, session: &Arc<Session>) -> Result<(), Error> {
        let before = self.remembered(&session.udn).await.ok().flatten();
        let owned = Arc::clone(session);
        let (remembered, kept) = blocking(move || {
            let remembered = Remembered::of(&owned, before.as_deref());
            let kept = remembered.encoded()?;
            Ok::<_, Error>((remembered, kept))
        })
        .await??;
        self.put_remembered(&session.udn, Some(Arc::new(remembered)));
        let (udn, now) = (session.udn.clone(), clock::now());
        self.store(move |store| store.keep_tree(&udn, &kept, &now))
            .await
    }
}

impl Session {
    /// What of the tree is kept for the next visit.
    pub(crate) fn remembered_at(&self) -> Revision {
        *self.remembered()
    }

    fn mark_remembered(&self, revision: Revision) {
        *self.remembered() = revision;
    }
}
