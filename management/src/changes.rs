//! Drafts, review and apply of one gateway: what is kept, checked, sent and undone.

use std::collections::HashMap;
use std::sync::Arc;

use dp_credentials::secrets::SecretError;

use crate::application::Management;
use crate::apply::{journal_changes, Outcome};
use crate::clock;
use crate::draft::{shown_drafts, Edit};
use crate::error::{Error, Step};
use crate::limits;
use crate::rows::ShownDrafts;
use crate::session::Session;
use crate::store::{Draft, DraftValue, JournalChange, JournalEntry, JournalState, JournalValue};
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
        Ok(session.draft_view(&drafts, &HashMap::new(), &states))
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
        if self.drafts(udn).await?.len() >= limits::DRAFT_EDITS {
            return Err(Error::Usage(format!(
                "a draft holds at most {} edits; apply or discard some first",
                limits::DRAFT_EDITS
            )));
        }
        self.keep_edits(udn, vec![edit]).await?;
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
        let edits = edits_of(&drafts);
        let present = session.present_values(&edits, Step::Read).await?;
        let states = self.unknown_states(udn).await?;
        Ok(session.draft_view(&drafts, &present, &states))
    }

    /// Sends the whole draft in one SetValues and reads it back. Verified edits leave the
    /// draft; everything else stays in it.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for an empty draft, and what went wrong before anything was sent. A
    /// refusal of the gateway is part of the view.
    pub async fn apply_draft(&self, udn: &str) -> Result<ApplyView, Error> {
        let session = self.open_gateway(udn).await?;
        self.require_readable(udn, &session).await?;
        let drafts = self.drafts(udn).await?;
        let edits = edits_of(&drafts);
        let (outcome, _) = self.apply(&session, edits, None).await?;
        Ok(outcome)
    }

    /// Sends these edits, and only these, in one SetValues and reads them back. Gives the
    /// verdict and the error behind it, if one was met.
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
        let present = session.present_values(&edits, Step::Apply).await?;
        for edit in &mut edits {
            if let Some(now) = present.get(&edit.upnp_path) {
                edit.old = Some(now.clone());
            }
        }
        let changes = journal_changes(&edits);
        let (owned, now) = (udn.clone(), clock::now());
        let entry = self
            .store(move |store| store.begin_change(&owned, &now, changes, undoes))
            .await?;
        let journal_id = u32::try_from(entry.id).unwrap_or(u32::MAX);
        let Outcome {
            view,
            journal_state,
            read_back,
            error,
        } = session.send_edits(&edits, journal_id).await;
        // The gateway was asked: what is known of it is told even if the disk fails now.
        let closed = self
            .close_entry(entry, journal_state, &read_back, error.as_ref())
            .await;
        let cleared = self.clear_draft(session, &view, edits).await;
        if let Err(error) = closed.and(cleared) {
            tracing::error!(%error, "the change was sent, but not all of it could be noted");
        }
        Ok((view, error))
    }

    /// Takes what arrived out of the draft and keeps what nobody knows about. A draft that was
    /// changed meanwhile is another wish and stays.
    async fn clear_draft(
        &self,
        session: &Session,
        view: &ApplyView,
        edits: Vec<Edit>,
    ) -> Result<(), Error> {
        let udn = session.udn.clone();
        let kept = self.drafts(&udn).await?;
        let sent = |path: &str| edits.iter().find(|edit| edit.upnp_path == path);
        let done: Vec<String> = view
            .changes
            .iter()
            .filter(|change| {
                matches!(
                    change.state,
                    EditState::Verified | EditState::Pending | EditState::Accepted
                )
            })
            .filter(|change| sent(&change.upnp_path).is_some_and(|edit| is_staged(&kept, edit)))
            .map(|change| change.upnp_path.clone())
            .collect();
        let owned = udn.clone();
        self.store(move |store| {
            done.iter()
                .try_for_each(|path| store.discard_draft(&owned, path).map(|_| ()))
        })
        .await?;
        if view
            .changes
            .iter()
            .any(|change| change.state == EditState::Unknown)
        {
            // What the person typed must be there when the gateway answers again.
            let unknown: Vec<Edit> = edits
                .into_iter()
                .filter(|edit| {
                    view.changes.iter().any(|change| {
                        change.upnp_path == edit.upnp_path && change.state == EditState::Unknown
                    })
                })
                .filter(|edit| !kept.iter().any(|draft| draft.path == edit.upnp_path))
                .collect();
            self.keep_edits(&udn, unknown).await?;
            self.close_gateway(&udn).await;
        }
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

    /// The edits that lead back from the last applied change.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there is nothing to take back, or a secret was changed, whose
    /// old value nobody knows.
    pub async fn way_back(&self, session: &Session) -> Result<(i64, Vec<Edit>), Error> {
        let udn = session.udn.clone();
        let entry = self
            .store(move |store| store.last_undoable(&udn))
            .await?
            .ok_or_else(|| Error::Usage("there is no applied change to take back".to_owned()))?;
        let mut edits = Vec::new();
        for change in &entry.changes {
            if let JournalValue::Value(old) = &change.old {
                edits.push(Edit {
                    upnp_path: change.path.clone(),
                    old: None,
                    new: DraftValue::Plain(old.clone()),
                });
            }
        }
        if edits.is_empty() {
            return Err(Error::Usage(
                "the last change was of secrets, whose old values cannot be read".to_owned(),
            ));
        }
        Ok((entry.id, edits))
    }

    /// Staged values of a gateway, as rows show them.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn shown_drafts(&self, udn: &str) -> Result<ShownDrafts, Error> {
        Ok(shown_drafts(&self.drafts(udn).await?))
    }

    /// Settles what an earlier attempt left unknown, by reading it back.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], and what keeps the gateway from answering.
    pub async fn settle_unknown(&self, udn: &str, session: &Session) -> Result<(), Error> {
        let owned = udn.to_owned();
        let entries = self
            .store(move |store| store.unfinished_changes(&owned))
            .await?;
        if entries.is_empty() {
            return Ok(());
        }
        for entry in entries {
            if entry.state == JournalState::Applied {
                self.settle_pending(session, entry).await?;
            } else {
                self.settle_sent(session, entry).await?;
            }
        }
        self.count_drafts(udn).await
    }

    /// Reads back what was sent without an answer. What arrived leaves the draft; what did
    /// not is an ordinary draft again.
    async fn settle_sent(&self, session: &Session, entry: JournalEntry) -> Result<(), Error> {
        let asked = asked_for(&entry);
        let paths: Vec<String> = asked.iter().map(|(path, _)| path.clone()).collect();
        let values = match paths.is_empty() {
            true => upnp::data_model::parameter_values::ParameterValues::default(),
            false => session.read_values(&paths).await?.0,
        };
        let arrived: Vec<String> = asked
            .iter()
            .filter(|(path, new)| {
                values
                    .get(path)
                    .is_some_and(|now| session.same_value(path, new, now))
            })
            .map(|(path, _)| path.clone())
            .collect();
        // A secret reads back as empty: whether it arrived, only the person can find out.
        let secrets = entry.changes.len() - asked.len();
        let state = match (arrived.len() == asked.len(), secrets) {
            (true, 0) => JournalState::Verified,
            (true, _) => JournalState::Differs,
            (false, _) => JournalState::Refused,
        };
        let read_back = values
            .iter()
            .map(|(path, value)| (path.to_owned(), value.to_owned()))
            .collect();
        self.close_entry(entry, state, &read_back, None).await?;
        let udn = session.udn.clone();
        // A draft that was changed meanwhile is another wish and stays.
        let kept = self.drafts(&udn).await?;
        let as_sent = |path: &String| {
            let new = asked.iter().find(|(asked, _)| asked == path);
            new.is_some_and(|(_, new)| {
                kept.iter()
                    .any(|draft| draft.path == *path && draft.new.expose() == new)
            })
        };
        let arrived: Vec<String> = arrived.into_iter().filter(as_sent).collect();
        self.store(move |store| {
            arrived
                .iter()
                .try_for_each(|path| store.discard_draft(&udn, path).map(|_| ()))
        })
        .await
    }

    /// Reads back what was accepted for later; what is active by now is verified.
    async fn settle_pending(&self, session: &Session, entry: JournalEntry) -> Result<(), Error> {
        let asked = asked_for(&entry);
        if asked.is_empty() {
            return Ok(());
        }
        let paths: Vec<String> = asked.iter().map(|(path, _)| path.clone()).collect();
        let (values, _) = session.read_values(&paths).await?;
        let active = asked.iter().all(|(path, new)| {
            values
                .get(path)
                .is_some_and(|now| session.same_value(path, new, now))
        });
        if active {
            let read_back = values
                .iter()
                .map(|(path, value)| (path.to_owned(), value.to_owned()))
                .collect();
            self.close_entry(entry, JournalState::Verified, &read_back, None)
                .await?;
        }
        Ok(())
    }

    async fn close_entry(
        &self,
        mut entry: JournalEntry,
        state: JournalState,
        read_back: &HashMap<String, String>,
        error: Option<&Error>,
    ) -> Result<(), Error> {
        entry.state = state;
        entry.detail = error.map(ToString::to_string);
        for change in &mut entry.changes {
            let JournalChange {
                path,
                read_back: slot,
                ..
            } = change;
            if let Some(value) = read_back.get(path) {
                *slot = JournalValue::Value(value.clone());
            }
        }
        self.store(move |store| store.finish_change(&entry)).await
    }

    async fn keep_edits(&self, udn: &str, edits: Vec<Edit>) -> Result<(), Error> {
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

    async fn drafts(&self, udn: &str) -> Result<Vec<Draft>, Error> {
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

    async fn count_drafts(&self, udn: &str) -> Result<(), Error> {
        let count = u32::try_from(self.drafts(udn).await?.len()).unwrap_or(u32::MAX);
        self.inventory()
            .update(udn, |view| view.draft_count = count);
        Ok(())
    }
}

/// What an entry asked for, secrets left out.
fn asked_for(entry: &JournalEntry) -> Vec<(String, String)> {
    let plain = entry.changes.iter().filter_map(|change| match &change.new {
        JournalValue::Value(new) => Some((change.path.clone(), new.clone())),
        JournalValue::Secret | JournalValue::None => None,
    });
    plain.collect()
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
