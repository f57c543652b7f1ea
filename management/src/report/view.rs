//! A site report, as faces show it and the page prints it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::diagnostics::TestView;
use crate::status::StatusView;
use crate::store::{JournalEntry, JournalState};

/// A part of a report that can be left out of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReportSection {
    /// What is not as it should be.
    Open,
    /// Identity, line, Wi-Fi, faults.
    Found,
    /// Settings, before and after.
    Changed,
    /// Tests the gateway ran.
    Tested,
}

impl ReportSection {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Open, Self::Found, Self::Changed, Self::Tested];
}

/// What was found at a gateway, changed on it, tested, and left open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SiteReport {
    /// UDN of the gateway.
    pub udn: String,
    /// What people call it.
    pub gateway: String,
    /// What whoever makes it calls it; `null` for the usual title.
    pub title: Option<String>,
    /// What its page shows. Everything was gathered all the same.
    pub sections: Vec<ReportSection>,
    /// When the report was made, RFC 3339, by the clock of this computer.
    pub time: String,
    /// Changes and tests since then are listed, RFC 3339.
    pub since: String,
    /// Words of whoever was there.
    pub notes: Vec<String>,
    /// What was found; `null` when it did not answer.
    pub found: Option<StatusView>,
    /// Why nothing was found.
    pub silent: Option<String>,
    /// Changes from this computer, earliest first. Secrets are named, not shown.
    pub changed: Vec<JournalEntry>,
    /// Tests from this computer, earliest first.
    pub tested: Vec<TestView>,
    /// What is not as it should be.
    pub open: Vec<OpenMatter>,
    /// Whether there were more changes or tests than a report lists.
    pub shortened: bool,
    /// Whose seal it gets.
    pub signer: SignerView,
}

/// Something that is left open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "matter", rename_all = "snake_case")]
pub enum OpenMatter {
    /// The gateway did not answer.
    Silent,
    /// A ladder has a broken rung.
    Broken {
        /// Place among the ladders of what was found.
        ladder: u32,
    },
    /// A test that did not pass, and was not passed later.
    Failed {
        /// Place among the tests.
        test: u32,
    },
    /// A change nobody can be sure of, or that reads back differently.
    Change {
        /// Number in the journal.
        #[specta(type = f64)]
        id: i64,
        /// How far it came.
        state: JournalState,
    },
    /// Edits that wait in the draft.
    Draft {
        /// How many.
        edits: u32,
    },
    /// An alarm that stands.
    Alarm {
        /// Place among the alarms of what was found.
        alarm: u32,
    },
}

/// Whose seal a report gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SignerView {
    /// SHA-256 of the certificate, hex.
    pub certificate_sha256: String,
    /// The same as words.
    pub fingerprint_words: String,
    /// Common name of the certificate.
    pub common_name: String,
}

/// What the seal of a report says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SealView {
    /// Whether the report is as it was sealed.
    pub intact: bool,
    /// SHA-256 of the certificate it names, hex.
    pub certificate_sha256: String,
    /// The same as words, to compare by voice.
    pub fingerprint_words: String,
    /// Identity UUID of the certificate.
    pub identity: String,
    /// Common name of the certificate; anybody can choose any.
    pub common_name: String,
    /// Whether the certificate is that of this computer.
    pub this_computer: bool,
}
