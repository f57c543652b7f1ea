//! Sending edits: creates, one SetValues, deletes; read back; a verdict for each.
//!
//! The journal entry with the old values is on disk before the first byte is sent. A
//! gateway sets all of a SetValues or nothing by the book; some do half (CMS:2 digest,
//! section 8), so everything is read back whatever the answer was. Rows are made one by
//! one, and the entry is told of each before the next call: a program that is killed
//! between two calls knows afterwards which rows are its own.

mod order;
mod verdict;

use upnp::data_model::path::{InstancePath, MultiInstancePath, ParameterPath};
use upnp::data_model::{parameter_values, split};
use upnp::services::configuration_management::ChangeStatus;
use zeroize::Zeroize;

use crate::application::Management;
use crate::draft::Edit;
use crate::edit_path::{self, MadeRows};
use crate::error::{Error, Step};
use crate::session::Session;
use crate::store::{JournalEntry, JournalState, JournalValue};
use crate::view::{ApplyView, EditState};

pub(crate) use order::Call;
pub(crate) use verdict::{journal_changes, Present};

/// What sending came to, before the journal is closed.
pub(crate) struct Outcome {
    pub view: ApplyView,
    pub journal_state: JournalState,
    /// One for each edit, in their order.
    pub fates: Vec<Fate>,
    pub error: Option<Error>,
}

/// What became of one edit.
#[derive(Debug, Clone)]
pub(crate) struct Fate {
    pub state: EditState,
    /// Where it is on the gateway: a row that was made has its number here.
    pub path: String,
    pub read_back: Option<String>,
}

/// A sending under way.
struct Sending<'a> {
    management: &'a Management,
    session: &'a Session,
    edits: &'a [Edit],
    entry: &'a mut JournalEntry,
    made: MadeRows,
    states: Vec<EditState>,
    status: Option<ChangeStatus>,
    error: Option<Error>,
}

impl Management {
    /// Sends the edits and reads them back. The caller has written the journal entry
    /// already and closes it with the outcome.
    pub(crate) async fn send_edits(
        &self,
        session: &Session,
        edits: &[Edit],
        entry: &mut JournalEntry,
    ) -> Outcome {
        let mut sending = Sending {
            management: self,
            session,
            edits,
            entry,
            made: MadeRows::default(),
            states: vec![EditState::Draft; edits.len()],
            status: None,
            error: None,
        };
        for call in order::calls(edits, |path| session.naming.shown(path)) {
            if let Err(error) = sending.send(&call).await {
                sending.failed(&call, error);
                break;
            }
        }
        sending.finish().await
    }
}

impl Sending<'_> {
    async fn send(&mut self, call: &Call) -> Result<(), Error> {
        let status = match call {
            Call::Create { row, members } => self.create(*row, members).await?,
            Call::Set(edits) => self.set(edits).await?,
            Call::Delete(row) => {
                let path = &self.edits[*row].upnp_path;
                let row =
                    InstancePath::parse(path).map_err(|error| Error::Usage(error.to_string()))?;
                let sent = self.session.configuration().delete_instance(&row).await;
                sent.map_err(|source| self.session.failed(Step::Apply, source))?
            }
        };
        for at in call.edits() {
            self.states[at] = EditState::Sending;
        }
        // The later of two: what is only stored is not in effect.
        if self.status.is_none() || status != ChangeStatus::ChangesApplied {
            self.status = Some(status);
        }
        Ok(())
    }

    /// Makes a row with the values of its own parameters.
    async fn create(&mut self, row: usize, members: &[usize]) -> Result<ChangeStatus, Error> {
        let new = self.edits[row].upnp_path.clone();
        let place = self.made.path(&new);
        let table = MultiInstancePath::parse(edit_path::table_of(&place))
            .map_err(|error| Error::Usage(error.to_string()))?;
        let mut values: Vec<(String, String)> = members
            .iter()
            .filter_map(|at| {
                let edit = self.edits.get(*at)?;
                let name = edit.upnp_path.strip_prefix(new.as_str())?;
                Some((name.to_owned(), self.value(edit)))
            })
            .collect();
        let sent = self
            .session
            .configuration()
            .create_instance(&table, &values)
            .await;
        wipe(&mut values);
        let created = sent.map_err(|source| self.session.failed(Step::Apply, source))?;
        let made = created.instance.as_str().to_owned();
        self.made.note(&place, &made);
        if place != new {
            self.made.note(&new, &made);
        }
        for change in &mut self.entry.changes {
            if change.path == new {
                change.read_back = JournalValue::Value(made.clone());
            }
        }
        let entry = self.entry.clone();
        // The row is there: that it could not be noted is no reason to stop half-way.
        if let Err(error) = self
            .management
            .store(move |store| store.finish_change(&entry))
            .await
        {
            tracing::error!(%error, "a row was made, but could not be noted");
        }
        Ok(created.status)
    }

    async fn set(&mut self, edits: &[usize]) -> Result<ChangeStatus, Error> {
        let mut values = Vec::with_capacity(edits.len());
        for at in edits {
            let edit = &self.edits[*at];
            let path = ParameterPath::parse(&self.made.path(&edit.upnp_path))
                .map_err(|error| Error::Usage(error.to_string()))?;
            values.push((path, self.value(edit)));
        }
        let mut status = None;
        // One request where it fits one: gateways take all of it or nothing.
        let mut start = 0;
        let mut sent = Ok(());
        for end in batches(&values) {
            match self
                .session
                .configuration()
                .set_values(&values[start..end])
                .await
            {
                Ok(answer) => {
                    if status.is_none() || answer != ChangeStatus::ChangesApplied {
                        status = Some(answer);
                    }
                    for at in &edits[start..end] {
                        self.states[*at] = EditState::Sending;
                    }
                }
                Err(source) => {
                    sent = Err(self.session.failed(Step::Apply, source));
                    break;
                }
            }
            start = end;
        }
        wipe(&mut values);
        sent?;
        status.ok_or_else(|| Error::Usage("there is nothing to apply".to_owned()))
    }

    /// The value as it is sent: references to rows that were made have their numbers.
    fn value(&self, edit: &Edit) -> String {
        let shown = |path: &str| self.session.naming.shown(path);
        self.made.value(edit.new.expose(), shown)
    }

    /// Notes how a call failed. What earlier requests of it did stays as it is.
    fn failed(&mut self, call: &Call, error: Error) {
        let state = match error.request() {
            Some(source) => match source {
                upnp::Error::OutcomeUnknown { .. } => EditState::Unknown,
                // An answer came, but not the row's number: it has to be looked for.
                upnp::Error::Unreadable { .. } | upnp::Error::TooLarge { .. }
                    if matches!(call, Call::Create { .. }) =>
                {
                    EditState::Unknown
                }
                upnp::Error::Unreachable { .. }
                | upnp::Error::TimedOut { .. }
                | upnp::Error::IdentityChanged { .. }
                | upnp::Error::SessionEnded { .. }
                | upnp::Error::Usage { .. } => EditState::Draft,
                _ => EditState::Refused,
            },
            None => EditState::Draft,
        };
        for at in call.edits() {
            if self.states[at] != EditState::Sending {
                self.states[at] = state;
            }
        }
        self.error = Some(error);
    }

    /// Reads back what was sent, and judges.
    async fn finish(mut self) -> Outcome {
        let unknown = self.states.contains(&EditState::Unknown);
        let sent = self.states.iter().any(|state| *state != EditState::Draft);
        let found = if unknown || !sent {
            // The line has just broken: it is read back when the gateway answers again.
            None
        } else {
            let rows = self
                .edits
                .iter()
                .map(|edit| self.made.path(&edit.upnp_path));
            match self
                .session
                .present(&rows.collect::<Vec<_>>(), Step::ReadBack)
                .await
            {
                Ok(found) => Some(found),
                Err(error) => {
                    self.error.get_or_insert(error);
                    None
                }
            }
        };
        let later = self
            .status
            .as_ref()
            .is_some_and(|status| *status != ChangeStatus::ChangesApplied);
        let fates: Vec<Fate> = self
            .edits
            .iter()
            .zip(&self.states)
            .map(|(edit, state)| {
                let path = self.made.path(&edit.upnp_path);
                let value = self.value(edit);
                verdict::fate(
                    self.session,
                    edit,
                    path,
                    &value,
                    *state,
                    found.as_ref(),
                    later,
                )
            })
            .collect();
        self.session.forget_rows(self.edits, &fates);
        let changes = verdict::changes(self.session, self.edits, &fates);
        let journal_state = verdict::journal_state(self.edits, &fates, self.error.is_some());
        Outcome {
            view: ApplyView {
                status: self
                    .status
                    .as_ref()
                    .map(|status| status.as_str().to_owned()),
                changes,
                journal_id: u32::try_from(self.entry.id).ok(),
                failure: self.error.as_ref().map(Error::failure),
            },
            journal_state,
            fates,
            error: self.error,
        }
    }
}

/// Where each request ends, so that every one fits what old gateways accept.
fn batches(values: &[(ParameterPath, String)]) -> Vec<usize> {
    let fits = |part: &[(ParameterPath, String)]| {
        let mut document = parameter_values::write(part);
        let size = split::request_len(&document);
        document.zeroize();
        size <= upnp::limits::REQUEST_BYTES
    };
    let mut ends = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let mut end = values.len();
        // A single value that does not fit is refused by the request itself.
        while end > start + 1 && !fits(&values[start..end]) {
            end = start + (end - start).div_ceil(2);
        }
        ends.push(end);
        start = end;
    }
    ends
}

fn wipe<P>(values: &mut [(P, String)]) {
    for (_, value) in values {
        value.zeroize();
    }
}
