//! What a gateway is expected to have after a restart: the values changed from here, as they
//! were before it, and those that become active with it.

use crate::application::Management;
use crate::edit_path::{self, EditKind};
use crate::error::Error;
use crate::limits;
use crate::session::Session;
use crate::store::{JournalState, JournalValue};
use crate::view::DifferingValue;

/// Paths with the values they should have. Secrets are never among them: they read as empty.
#[derive(Debug, Default)]
pub(super) struct Expected(Vec<(String, String)>);

impl Expected {
    /// Reads what was changed from this computer. What cannot be read is not expected.
    pub async fn of(management: &Management, session: &Session) -> Result<Expected, Error> {
        let udn = session.udn.clone();
        let entries = management
            .store(move |store| store.journal(Some(&udn), None, limits::HISTORY_ENTRIES))
            .await?;
        let mut wanted: Vec<(String, Option<String>)> = Vec::new();
        for entry in entries {
            let waits = entry.state == JournalState::Applied;
            if !waits && !matches!(entry.state, JournalState::Verified | JournalState::Differs) {
                continue;
            }
            for change in entry.changes {
                let JournalValue::Value(new) = change.new else {
                    continue;
                };
                let plain = EditKind::of(&change.path) == EditKind::Set
                    && !edit_path::is_new(&change.path)
                    && !new.contains("/+");
                // The newest entry counts.
                if plain && wanted.iter().all(|(path, _)| *path != change.path) {
                    wanted.push((change.path, waits.then_some(new)));
                }
            }
        }
        wanted.truncate(limits::RESTART_VALUES);
        let paths: Vec<String> = wanted.iter().map(|(path, _)| path.clone()).collect();
        if paths.is_empty() {
            return Ok(Expected::default());
        }
        let Ok((present, _)) = session.read_values(&paths).await else {
            return Ok(Expected::default());
        };
        let expected = wanted.into_iter().filter_map(|(path, pending)| {
            let now = present.get(&path)?.to_owned();
            Some((path, pending.unwrap_or(now)))
        });
        Ok(Expected(expected.collect()))
    }

    /// How many values are expected.
    pub fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Those that are not what they should be.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from answering.
    pub async fn differing(&self, session: &Session) -> Result<Vec<DifferingValue>, Error> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let paths: Vec<String> = self.0.iter().map(|(path, _)| path.clone()).collect();
        let (present, _) = session.read_values(&paths).await?;
        let differing = self.0.iter().filter_map(|(path, expected)| {
            let found = present.get(path);
            if found.is_some_and(|found| session.same_value(path, expected, found)) {
                return None;
            }
            Some(DifferingValue {
                path: session.naming.shown(path),
                expected: expected.clone(),
                found: found.map(str::to_owned),
            })
        });
        Ok(differing.collect())
    }
}
