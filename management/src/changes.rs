//! Drafts, review and apply of one gateway: what is kept, checked, sent and undone.

use std::collections::HashMap;
use std::sync::Arc;

use dp_credentials::secrets::SecretError;

use crate::application::Management;
use crate::apply::{journal_changes, Fate, Outcome, Present};
use crate::clock;
use crate::draft::{shown_drafts, Edit};
use crate::edit_path::{self, EditKind, MadeRows};
use crate::error::{Error, Step};
use crate::limits;
use crate::rows::ShownDrafts;
use crate::session::Session;
use crate::store::{Draft, DraftValue, JournalEntry, JournalState, JournalValue};
use crate::table_rules::wishes;
use crate::view::{ApplyView, DraftView, EditState};

impl Management {
    /// The draft of an opened gateway.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], [`Error::Secrets`], or what keeps the gateway from being opened.
    pub async fn draft(&self, udn: &str) -> Result<DraftView, Error> {
        let session = self.open_gateway(udn).await?;
        let drafts = self.drafts(udn).await?;
        let states = self.unknown_states(udn).await?;
        Ok(session.draft_view(&drafts, &Present::default(), &states))
    }

    /// Checks an edit and keeps it in the draft. Nothing is sent. An edit back to the
    /// gateway's own value leaves the draft.
    ///
    /// # Errors
    ///
    /// As [`Session::check_edit`]; [`Error::Usage`] for a draft that is too long.
    pub async fn stage(&self, udn: &str, path: &str, value: &str) -> Result<DraftView, Error> {
        let session = self.open_gateway(udn).await?;
        let edit = session.check_edit(path, value)?;
        let same = edit
            .old
            .as_deref()
            .is_some_and(|old| session.same_value(&edit.upnp_path, old, edit.new.expose()));
        if same {
            return self.unstage(udn, &edit.upnp_path).await;
        }
        self.keep_staged(udn, vec![edit]).await?;
        self.draft(udn).await
    }

    /// Takes one edit out of the draft.
    ///
    /// # Errors
    ///
    /// As [`Management::draft`].
    pub async fn unstage(&self, udn: &str, path: &str) -> Result<DraftView, Error> {
        let session = self.open_gateway(udn).await?;
        let path = session.upnp_path(path)?;
        if EditKind::of(&path) == EditKind::Create {
            // A row that will not be made has no parameters either.
            self.drop_within(udn, &path).await?;
            return self.draft(udn).await;
        }
        let owned = udn.to_owned();
        self.store(move |store| store.discard_draft(&owned, &path))
            .await?;
        self.count_drafts(udn).await?;
        self.draft(udn).await
    }

    /// Drops the whole draft.
    ///
    /// # Errors
    ///
    /// As [`Management::draft`].
    pub async fn discard(&self, udn: &str) -> Result<DraftView, Error> {
        let owned = udn.to_owned();
        self.store(move |store| store.discard_drafts(&owned))
            .await?;
        self.count_drafts(udn).await?;
        self.draft(udn).await
    }

    /// The draft compared with what the gateway has at this moment. Edits whose outcome
    /// was unknown are settled: what arrived leaves the draft.
    ///
    /// # Errors
    ///
    /// As [`Management::draft`], and what keeps the gateway from answering.
    pub async fn review(&self, udn: &str) -> Result<DraftView, Error> {
        let session = self.open_gateway(udn).await?;
        self.settle_unknown(udn, &session).await?;
        let drafts = self.drafts(udn).await?;
        let paths: Vec<String> = drafts.iter().map(|draft| draft.path.clone()).collect();
        let present = session.present(&paths, Step::Read).await?;
        let states = self.unknown_states(udn).await?;
        let edits = edits_of(&drafts);
        let broken = session.broken_rules(&wishes(&edits)).await?;
        let mut view = session.draft_view(&drafts, &present, &states);
        for edit in &mut view.edits {
            if edit.problem.is_none() {
                edit.problem = broken.get(&edit.upnp_path).cloned();
            }
        }
        view.ready = view.edits.iter().all(|edit| edit.problem.is_none());
        Ok(view)
    }

    /// Sends the whole draft and reads it back: values in one SetValues, rows in calls of
    /// their own. Verified edits leave the draft; everything else stays in it.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for an empty draft, and what went wrong before anything was sent. A
    /// refusal of the gateway is part of the view.
    pub async fn apply_draft(&self, udn: &str) -> Result<ApplyView, Error> {
        Ok(self.apply_staged(udn).await?.0)
    }

    /// As [`Management::apply_draft`], with the error behind a failure.
    ///
    /// # Errors
    ///
    /// As [`Management::apply_draft`].
    pub async fn apply_staged(&self, udn: &str) -> Result<(ApplyView, Option<Error>), Error> {
        let session = self.open_gateway(udn).await?;
        self.require_readable(udn, &session).await?;
        let edits = edits_of(&self.drafts(udn).await?);
        session.require_rules(&edits).await?;
        self.apply(&session, edits, None).await
    }

    /// Sends these edits, and only these, and reads them back. Gives the verdict and the
    /// error behind it, if one was met.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there is nothing to send, [`Error::Store`] when the journal
    /// cannot be written: nothing is sent then.
    pub async fn apply(
        &self,
        session: &Arc<Session>,
        mut edits: Vec<Edit>,
        undoes: Option<i64>,
    ) -> Result<(ApplyView, Option<Error>), Error> {
        if edits.is_empty() {
            return Err(Error::Usage("there is nothing to apply".to_owned()));
        }
        let udn = session.udn.clone();
        // The values of now are what the way back leads to, whatever was seen when the
        // edit was made.
        let paths: Vec<String> = edits.iter().map(|edit| edit.upnp_path.clone()).collect();
        let present = session.present(&paths, Step::Apply).await?;
        for edit in &mut edits {
            if let Some(now) = present.value(&edit.upnp_path) {
                edit.old = Some(now.to_owned());
            }
        }
        let undoes = match undoes {
            Some(entry) => Some(entry),
            None => self.taken_back_by(session, &edits).await?,
        };
        // What was typed is on disk before it is sent, secrets included: a program that is
        // killed in the middle has it in the draft.
        let staged = self.draft_paths(&udn).await?;
        let ours: Vec<Edit> = edits
            .iter()
            .filter(|edit| !staged.contains(&edit.upnp_path))
            .cloned()
            .collect();
        let our_paths: Vec<String> = ours.iter().map(|edit| edit.upnp_path.clone()).collect();
        self.keep_edits(&udn, ours).await?;
        let changes = journal_changes(&edits, &present, |path| session.is_secret(path));
        let (owned, now) = (udn.clone(), clock::now());
        let mut entry = self
            .store(move |store| store.begin_change(&owned, &now, changes, undoes))
            .await?;
        let Outcome {
            view,
            journal_state,
            fates,
            error,
        } = self.send_edits(session, &edits, &mut entry).await;
        // The gateway was asked: what is known of it is told even if the disk fails now. The
        // draft first: an entry that is still open is looked at again, a row that is still
        // in the draft would be made twice.
        let cleared = self.clear_draft(session, &edits, &fates, &our_paths).await;
        let closed = self
            .close_entry(entry, journal_state, &edits, &fates, error.as_ref())
            .await;
        if let Err(error) = cleared.and(closed) {
            tracing::error!(%error, "the change was sent, but not all of it could be noted");
        }
        if fates.iter().any(|fate| fate.state == EditState::Unknown) {
            self.close_gateway(&udn).await;
        }
        Ok((view, error))
    }

    async fn close_entry(
        &self,
        mut entry: JournalEntry,
        state: JournalState,
        edits: &[Edit],
        fates: &[Fate],
        error: Option<&Error>,
    ) -> Result<(), Error> {
        entry.state = state;
        entry.detail = error.map(ToString::to_string);
        for change in &mut entry.changes {
            let at = edits.iter().position(|edit| edit.upnp_path == change.path);
            let read_back = at.and_then(|at| fates.get(at)?.read_back.clone());
            if let Some(value) = read_back {
                change.read_back = JournalValue::Value(value);
            }
        }
        self.store(move |store| store.finish_change(&entry)).await
    }

    /// Takes what arrived out of the draft, and what was not in it before and did not
    /// arrive. A draft that was changed meanwhile is another wish and stays. What is left of
    /// a row that was made moves to the gateway's number.
    async fn clear_draft(
        &self,
        session: &Session,
        edits: &[Edit],
        fates: &[Fate],
        ours: &[String],
    ) -> Result<(), Error> {
        let udn = session.udn.clone();
        let kept = self.drafts(&udn).await?;
        let mut gone = Vec::new();
        let mut moved = MadeRows::default();
        for (edit, fate) in edits.iter().zip(fates) {
            let arrived = matches!(
                fate.state,
                EditState::Verified | EditState::Pending | EditState::Accepted
            );
            if edit.kind() == EditKind::Create && !edit_path::is_new(&fate.path) {
                moved.note(&edit.upnp_path, &fate.path);
                gone.push(edit.upnp_path.clone());
            } else if (arrived && is_staged(&kept, edit))
                || (!arrived && fate.state != EditState::Unknown && ours.contains(&edit.upnp_path))
            {
                // What did not arrive and was never a draft was told at once, as a failure.
                gone.push(edit.upnp_path.clone());
            }
        }
        self.move_drafts(session, kept, gone, &moved).await
    }

    /// Drops drafts, and gives those in rows that were made the gateway's number.
    pub(crate) async fn move_drafts(
        &self,
        session: &Session,
        kept: Vec<Draft>,
        mut gone: Vec<String>,
        moved: &MadeRows,
    ) -> Result<(), Error> {
        let udn = session.udn.clone();
        let mut again = Vec::new();
        for draft in kept {
            if gone.contains(&draft.path) {
                continue;
            }
            let path = moved.path(&draft.path);
            let value = moved.value(draft.new.expose(), |path| session.naming.shown(path));
            if path == draft.path && value == draft.new.expose() {
                continue;
            }
            gone.push(draft.path.clone());
            again.push(Draft {
                path,
                new: match draft.new {
                    DraftValue::Plain(_) => DraftValue::Plain(value),
                    secret @ DraftValue::Secret(_) => secret,
                },
                ..draft
            });
        }
        let (owned, sealer) = (udn.clone(), Arc::clone(&self.inner.sealer));
        self.store(move |store| {
            store.stage(&again, &*sealer)?;
            // Paths that were moved onto are not among those that go: they have no `+`.
            store.discard_drafts_at(&owned, &gone)
        })
        .await?;
        self.count_drafts(&udn).await
    }

    /// Refuses to send a draft of which a part cannot be read: sending the rest would be
    /// another change than the person reviewed.
    async fn require_readable(&self, udn: &str, session: &Session) -> Result<(), Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        let stored = self
            .store(move |store| store.drafts(&owned, &*sealer))
            .await?;
        match stored.unreadable.first() {
            None => Ok(()),
            Some(draft) => Err(Error::Secrets(SecretError::Failed {
                detail: format!(
                    "the staged value of {} cannot be opened ({}); nothing was sent",
                    session.naming.shown(&draft.path),
                    draft.reason
                ),
            })),
        }
    }

    /// Staged values of a gateway, as rows show them.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn shown_drafts(&self, udn: &str) -> Result<ShownDrafts, Error> {
        Ok(shown_drafts(&self.drafts(udn).await?))
    }

    /// Keeps checked edits in the draft, each in the place of an earlier one of the same
    /// parameter.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a draft that is too long, [`Error::Store`], [`Error::Secrets`].
    pub async fn keep_staged(&self, udn: &str, edits: Vec<Edit>) -> Result<(), Error> {
        let staged = self.draft_paths(udn).await?;
        let more = edits
            .iter()
            .filter(|edit| !staged.contains(&edit.upnp_path));
        if staged.len() + more.count() > limits::DRAFT_EDITS {
            return Err(Error::Usage(format!(
                "a draft holds at most {} edits; apply or discard some first",
                limits::DRAFT_EDITS
            )));
        }
        self.keep_edits(udn, edits).await
    }

    /// UPnP paths of the edits in the draft, unreadable ones included.
    pub(crate) async fn draft_paths(&self, udn: &str) -> Result<Vec<String>, Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        let stored = self
            .store(move |store| store.drafts(&owned, &*sealer))
            .await?;
        let unreadable = stored.unreadable.into_iter().map(|draft| draft.path);
        Ok(stored
            .drafts
            .into_iter()
            .map(|draft| draft.path)
            .chain(unreadable)
            .collect())
    }

    /// Takes every edit at or below a path out of the draft.
    pub(crate) async fn drop_within(&self, udn: &str, path: &str) -> Result<(), Error> {
        let mut within = self.draft_paths(udn).await?;
        within.retain(|staged| staged.starts_with(path));
        let owned = udn.to_owned();
        self.store(move |store| store.discard_drafts_at(&owned, &within))
            .await?;
        self.count_drafts(udn).await
    }

    pub(crate) async fn keep_edits(&self, udn: &str, edits: Vec<Edit>) -> Result<(), Error> {
        let staged_at = clock::now();
        let drafts: Vec<Draft> = edits
            .into_iter()
            .map(|edit| Draft {
                udn: udn.to_owned(),
                path: edit.upnp_path,
                old: edit.old,
                new: edit.new,
                staged_at: staged_at.clone(),
            })
            .collect();
        let sealer = Arc::clone(&self.inner.sealer);
        self.store(move |store| store.stage(&drafts, &*sealer))
            .await?;
        self.count_drafts(udn).await
    }

    pub(crate) async fn drafts(&self, udn: &str) -> Result<Vec<Draft>, Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        let stored = self
            .store(move |store| store.drafts(&owned, &*sealer))
            .await?;
        Ok(stored.drafts)
    }

    async fn unknown_states(&self, udn: &str) -> Result<HashMap<String, EditState>, Error> {
        let owned = udn.to_owned();
        let entries = self
            .store(move |store| store.unfinished_changes(&owned))
            .await?;
        let unknown = entries
            .into_iter()
            .filter(|entry| entry.state != JournalState::Applied);
        let paths = unknown
            .flat_map(|entry| entry.changes)
            .map(|change| (change.path, EditState::Unknown));
        Ok(paths.collect())
    }

    pub(crate) async fn count_drafts(&self, udn: &str) -> Result<(), Error> {
        let count = u32::try_from(self.drafts(udn).await?.len()).unwrap_or(u32::MAX);
        self.inventory()
            .update(udn, |view| view.draft_count = count);
        Ok(())
    }
}

/// Whether the draft still holds what was sent.
fn is_staged(drafts: &[Draft], edit: &Edit) -> bool {
    drafts
        .iter()
        .any(|draft| draft.path == edit.upnp_path && draft.new.expose() == edit.new.expose())
}

fn edits_of(drafts: &[Draft]) -> Vec<Edit> {
    drafts
        .iter()
        .map(|draft| Edit {
            upnp_path: draft.path.clone(),
            old: draft.old.clone(),
            new: draft.new.clone(),
        })
        .collect()
}
