//! A site report: one page about a visit, with what was found, changed, tested and left open,
//! sealed with this installation's identity so that whoever gets it can see that it is as it was
//! made. It can be made of a gateway that does not answer: that is found, too.

mod html;
mod seal;
mod view;
mod words;

use std::time::Duration;

pub use view::{OpenMatter, ReportSection, SealView, SignerView, SiteReport};

use crate::application::Management;
use crate::clock;
use crate::diagnostics::{RunState, TestView};
use crate::error::Error;
use crate::limits;
use crate::schema::Language;
use crate::status::StatusView;
use crate::store::{JournalEntry, JournalState, JournalValue};

/// How long a visit is taken to have lasted when nobody says.
pub const VISIT: Duration = Duration::from_secs(12 * 60 * 60);

impl Management {
    /// Gathers what there is to report of a gateway since a moment, RFC 3339; the last
    /// [`VISIT`] when left out. Changes nothing on the gateway. Title and sections are the usual
    /// ones; whoever shows the report may choose others before it is sealed.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a time that is none; [`Error::IdentityChanged`] and whatever else is
    /// wrong with trust, because then nobody knows of which gateway it would be; the store's.
    pub async fn site_report(
        &self,
        udn: &str,
        since: Option<&str>,
        notes: Vec<String>,
    ) -> Result<SiteReport, Error> {
        let time = clock::now();
        let since = match since {
            Some(since) if clock::seconds_between(since, &time).is_none() => {
                return Err(Error::Usage(format!(
                    "{since:?} is no time; write it as {time}"
                )))
            }
            Some(since) => since.to_owned(),
            None => clock::earlier(&time, VISIT),
        };
        let identity = self.identity().await?;
        let (found, silent) = match self.status(udn).await {
            Ok(status) => (Some(status), None),
            Err(error) if error.is_silence() => (None, Some(error.to_string())),
            Err(error) => return Err(error),
        };
        let owned = udn.to_owned();
        let entries = self
            .store(move |store| store.journal(Some(&owned), None, u32::MAX))
            .await?;
        let is_new = |moment: &str| {
            clock::seconds_between(&since, moment).is_some_and(|seconds| seconds >= 0.0)
        };
        let mut changed: Vec<JournalEntry> = entries
            .into_iter()
            .filter(|entry| is_new(&entry.time))
            .collect();
        let mut tested: Vec<TestView> = self
            .test_history(udn)
            .await?
            .into_iter()
            .filter(|test| is_new(&test.started))
            .collect();
        let shortened =
            changed.len() > limits::REPORT_ENTRIES || tested.len() > limits::REPORT_ENTRIES;
        // The latest are kept, and told in the order they happened in.
        changed.truncate(limits::REPORT_ENTRIES);
        tested.truncate(limits::REPORT_ENTRIES);
        changed.reverse();
        tested.reverse();
        let waiting = self.draft_paths(udn).await?.len();
        let open = open_matters(found.as_ref(), &changed, &tested, waiting);
        if let Some(session) = self.session(udn) {
            for change in changed.iter_mut().flat_map(|entry| &mut entry.changes) {
                change.path = session.naming().shown(&change.path);
            }
        }
        Ok(SiteReport {
            udn: udn.to_owned(),
            gateway: found
                .as_ref()
                .map_or_else(|| self.name(udn), |found| found.identity.name.clone()),
            title: None,
            sections: ReportSection::ALL.to_vec(),
            time,
            since,
            notes,
            found,
            silent,
            changed,
            tested,
            open,
            shortened,
            signer: SignerView {
                certificate_sha256: identity.fingerprint().to_string(),
                fingerprint_words: identity.fingerprint().words(),
                common_name: identity.common_name(),
            },
        })
    }

    /// The report as one self-contained page, sealed with this installation's identity.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`] without the identity, [`Error::Internal`] when the crypto library fails.
    pub async fn sealed_report(
        &self,
        report: &SiteReport,
        language: Language,
    ) -> Result<String, Error> {
        let identity = self.identity().await?;
        let page = html::page(report, language);
        seal::seal(&page, &identity).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Whether a report is as it was sealed, and by whom.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a document without a seal, [`Error::Secrets`] without our identity.
    pub async fn check_report(&self, document: &[u8]) -> Result<SealView, Error> {
        let ours = self.identity().await?.fingerprint();
        seal::check(document, Some(ours))
    }
}

/// What is not as it should be, the worst first.
fn open_matters(
    found: Option<&StatusView>,
    changed: &[JournalEntry],
    tested: &[TestView],
    waiting: usize,
) -> Vec<OpenMatter> {
    let mut open = Vec::new();
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    match found {
        None => open.push(OpenMatter::Silent),
        Some(found) => {
            let broken = found.ladders.iter().enumerate();
            open.extend(
                broken
                    .filter(|(_, ladder)| ladder.broken.is_some())
                    .map(|(at, _)| OpenMatter::Broken { ladder: place(at) }),
            );
            open.extend((0..found.alarms.len()).map(|at| OpenMatter::Alarm { alarm: place(at) }));
        }
    }
    open.extend(
        changed
            .iter()
            .filter(|entry| !matches!(entry.state, JournalState::Verified | JournalState::Refused))
            .filter(|entry| !is_hidden(entry))
            .map(|entry| OpenMatter::Change {
                id: entry.id,
                state: entry.state,
            }),
    );
    let same = |one: &TestView, other: &TestView| {
        one.kind == other.kind && one.target == other.target && other.state == RunState::Completed
    };
    for (at, test) in tested.iter().enumerate() {
        let is_last = !tested[at + 1..].iter().any(|later| same(test, later));
        if test.state == RunState::Completed && !test.passed && is_last {
            open.push(OpenMatter::Failed { test: place(at) });
        }
    }
    if waiting > 0 {
        open.push(OpenMatter::Draft {
            edits: place(waiting),
        });
    }
    open
}

/// Whether a change was accepted and only secrets of it were not read back: no gateway shows
/// them, so there is nothing left to be done about it.
fn is_hidden(entry: &JournalEntry) -> bool {
    entry.state == JournalState::Applied
        && entry
            .changes
            .iter()
            .all(|change| change.new == JournalValue::Secret || change.new == change.read_back)
}
