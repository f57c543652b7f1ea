//! What control points asked of the gateway, for tests that must know.

use std::collections::VecDeque;

use crate::limits;

/// One request that reached the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Whether it came over TLS.
    pub secure: bool,
    /// HTTP method, or `M-SEARCH`.
    pub method: String,
    /// Path, or service name for an action.
    pub target: String,
    /// Action name, for control requests.
    pub action: Option<String>,
    /// Error number the action was refused with, 0 when it succeeded, nothing while it runs or when cut.
    pub outcome: Option<u16>,
}

/// The latest requests and how many there were.
#[derive(Debug, Default)]
pub struct RequestLog {
    records: VecDeque<RequestRecord>,
    dropped: usize,
    searches: u64,
    connections: u64,
}

impl RequestLog {
    pub(crate) fn searched(&mut self) {
        self.searches += 1;
    }

    pub(crate) fn connected(&mut self) {
        self.connections += 1;
    }

    /// Adds a record and returns its number for [`RequestLog::finish`].
    pub(crate) fn add(&mut self, record: RequestRecord) -> usize {
        if self.records.len() >= limits::REQUEST_LOG {
            self.records.pop_front();
            self.dropped += 1;
        }
        self.records.push_back(record);
        self.dropped + self.records.len() - 1
    }

    pub(crate) fn finish(&mut self, number: usize, outcome: u16) {
        let record = number
            .checked_sub(self.dropped)
            .and_then(|index| self.records.get_mut(index));
        if let Some(record) = record {
            record.outcome = Some(outcome);
        }
    }

    /// The records, oldest first.
    pub fn records(&self) -> Vec<RequestRecord> {
        self.records.iter().cloned().collect()
    }

    /// Searches that were answered.
    pub fn searches(&self) -> u64 {
        self.searches
    }

    /// TCP connections that were accepted.
    pub fn connections(&self) -> u64 {
        self.connections
    }

    /// How often an action was called.
    pub fn count(&self, action: &str) -> usize {
        self.records
            .iter()
            .filter(|record| record.action.as_deref() == Some(action))
            .count()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
