//! Sending edits: journal, one SetValues, read back, verdict.
//!
//! The journal entry with the old values is on disk before the first byte is sent. A
//! gateway sets all of a SetValues or nothing by the book; some do half (CMS:2 digest,
//! section 8), so everything is read back whatever the answer was.

use std::collections::HashMap;

use upnp::data_model::path::ParameterPath;
use upnp::services::configuration_management::ChangeStatus;

use crate::draft::{warning, Edit};
use crate::error::{Error, Step};
use crate::session::Session;
use crate::store::{JournalChange, JournalState, JournalValue};
use crate::view::{ApplyView, ChangeView, EditState};

/// What SetValues came to, before the journal is closed.
pub(crate) struct Outcome {
    pub view: ApplyView,
    pub journal_state: JournalState,
    pub read_back: HashMap<String, String>,
    pub error: Option<Error>,
}

impl Session {
    /// Present values of the edits, read in one request. Secrets are left out.
    pub(crate) async fn present_values(
        &self,
        edits: &[Edit],
        step: Step,
    ) -> Result<HashMap<String, String>, Error> {
        let paths: Vec<String> = edits
            .iter()
            .filter(|edit| !edit.is_secret())
            .map(|edit| edit.upnp_path.clone())
            .collect();
        if paths.is_empty() {
            return Ok(HashMap::new());
        }
        let (values, _) = self
            .read_values(&paths)
            .await
            .map_err(|error| match error {
                Error::Gateway {
                    gateway, source, ..
                } => Error::Gateway {
                    gateway,
                    step,
                    source,
                },
                other => other,
            })?;
        Ok(values
            .iter()
            .map(|(path, value)| (path.to_owned(), value.to_owned()))
            .collect())
    }

    /// Sends the edits in one SetValues and reads them back. The caller has written the
    /// journal entry already and closes it with the outcome.
    pub(crate) async fn send_edits(&self, edits: &[Edit], journal_id: u32) -> Outcome {
        let mut ordered: Vec<&Edit> = edits.iter().collect();
        // What may cut the connection comes last.
        ordered.sort_by_key(|edit| warning(&self.naming.shown(&edit.upnp_path)));
        let mut values = Vec::with_capacity(ordered.len());
        for edit in ordered {
            match ParameterPath::parse(&edit.upnp_path) {
                Ok(path) => values.push((path, edit.new.expose().to_owned())),
                Err(error) => {
                    return self.unsent(edits, journal_id, Error::Usage(error.to_string()))
                }
            }
        }
        let sent = self.configuration().set_values(&values).await;
        for (_, value) in &mut values {
            zeroize(value);
        }
        match sent {
            Ok(status) => self.after_yes(edits, journal_id, &status).await,
            Err(source @ upnp::Error::OutcomeUnknown { .. }) => {
                self.unknown(edits, journal_id, self.failed(Step::Apply, source))
            }
            Err(
                source @ (upnp::Error::Unreachable { .. }
                | upnp::Error::TimedOut { .. }
                | upnp::Error::IdentityChanged { .. }
                | upnp::Error::SessionEnded { .. }),
            ) => self.unsent(edits, journal_id, self.failed(Step::Apply, source)),
            Err(source) => {
                self.after_no(edits, journal_id, self.failed(Step::Apply, source))
                    .await
            }
        }
    }

    async fn after_yes(&self, edits: &[Edit], journal_id: u32, status: &ChangeStatus) -> Outcome {
        let (read_back, failure) = match self.present_values(edits, Step::ReadBack).await {
            Ok(values) => (values, None),
            Err(error) => (HashMap::new(), Some(error)),
        };
        let later = *status != ChangeStatus::ChangesApplied;
        let judge = |edit: &Edit| match read_back.get(&edit.upnp_path) {
            _ if edit.is_secret() => EditState::Accepted,
            Some(now) if self.same_value(&edit.upnp_path, edit.new.expose(), now) => {
                EditState::Verified
            }
            // Not active yet by the gateway's own word (CMS:2 digest, section 8).
            Some(_) if later => EditState::Pending,
            Some(_) => EditState::Differs,
            None if failure.is_some() => EditState::Unknown,
            None => EditState::Differs,
        };
        let changes = self.changes(edits, &read_back, judge);
        let journal_state = if changes
            .iter()
            .any(|change| change.state == EditState::Differs)
        {
            JournalState::Differs
        } else if failure.is_some() {
            // Said yes, but not seen: settled when it answers again.
            JournalState::Unknown
        } else if changes.iter().any(|change| {
            matches!(
                change.state,
                EditState::Pending | EditState::Unknown | EditState::Accepted
            )
        }) {
            JournalState::Applied
        } else {
            JournalState::Verified
        };
        Outcome {
            view: ApplyView {
                status: Some(status.as_str().to_owned()),
                changes,
                journal_id: Some(journal_id),
                failure: failure.as_ref().map(Error::failure),
            },
            journal_state,
            read_back,
            error: failure,
        }
    }

    async fn after_no(&self, edits: &[Edit], journal_id: u32, error: Error) -> Outcome {
        let read = self.present_values(edits, Step::ReadBack).await;
        let unreadable = read.is_err();
        let read_back = read.unwrap_or_default();
        let judge = |edit: &Edit| match read_back.get(&edit.upnp_path) {
            Some(now) if self.same_value(&edit.upnp_path, edit.new.expose(), now) => {
                EditState::Verified
            }
            None if unreadable => EditState::Unknown,
            _ => EditState::Refused,
        };
        let changes = self.changes(edits, &read_back, judge);
        let half = changes
            .iter()
            .any(|change| change.state == EditState::Verified && change.old != change.new);
        let journal_state = if half {
            JournalState::Differs
        } else if unreadable {
            JournalState::Unknown
        } else {
            JournalState::Refused
        };
        Outcome {
            view: ApplyView {
                status: None,
                changes,
                journal_id: Some(journal_id),
                failure: Some(error.failure()),
            },
            journal_state,
            read_back,
            error: Some(error),
        }
    }

    fn unknown(&self, edits: &[Edit], journal_id: u32, error: Error) -> Outcome {
        self.without_answer(
            edits,
            journal_id,
            error,
            EditState::Unknown,
            JournalState::Unknown,
        )
    }

    fn unsent(&self, edits: &[Edit], journal_id: u32, error: Error) -> Outcome {
        self.without_answer(
            edits,
            journal_id,
            error,
            EditState::Draft,
            JournalState::Refused,
        )
    }

    fn without_answer(
        &self,
        edits: &[Edit],
        journal_id: u32,
        error: Error,
        state: EditState,
        journal_state: JournalState,
    ) -> Outcome {
        let read_back = HashMap::new();
        Outcome {
            view: ApplyView {
                status: None,
                changes: self.changes(edits, &read_back, |_| state),
                journal_id: Some(journal_id),
                failure: Some(error.failure()),
            },
            journal_state,
            read_back,
            error: Some(error),
        }
    }

    fn changes(
        &self,
        edits: &[Edit],
        read_back: &HashMap<String, String>,
        judge: impl Fn(&Edit) -> EditState,
    ) -> Vec<ChangeView> {
        edits
            .iter()
            .map(|edit| {
                let state = judge(edit);
                ChangeView {
                    path: self.naming.shown(&edit.upnp_path),
                    upnp_path: edit.upnp_path.clone(),
                    old: edit.old.clone(),
                    new: (!edit.is_secret()).then(|| edit.new.expose().to_owned()),
                    read_back: read_back.get(&edit.upnp_path).cloned(),
                    verified: state == EditState::Verified,
                    state,
                }
            })
            .collect()
    }
}

/// Edits as the journal keeps them, before anything was read back.
pub(crate) fn journal_changes(edits: &[Edit]) -> Vec<JournalChange> {
    edits
        .iter()
        .map(|edit| JournalChange {
            path: edit.upnp_path.clone(),
            old: match &edit.old {
                _ if edit.is_secret() => JournalValue::Secret,
                Some(value) => JournalValue::Value(value.clone()),
                None => JournalValue::None,
            },
            new: if edit.is_secret() {
                JournalValue::Secret
            } else {
                JournalValue::Value(edit.new.expose().to_owned())
            },
            read_back: JournalValue::None,
        })
        .collect()
}

fn zeroize(value: &mut String) {
    use zeroize::Zeroize;
    value.zeroize();
}
