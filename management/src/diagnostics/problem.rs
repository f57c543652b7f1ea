//! What can go wrong with a test besides what can with any request.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::view::{TestKind, TestWay};
use crate::error::Error;
use crate::view::Code;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum TestProblem {
    /// The target or an option cannot be right; nothing was sent.
    #[error("{}: {reason}", kind.name())]
    Target {
        /// What was asked for.
        kind: TestKind,
        /// What is wrong.
        reason: String,
    },
    /// The gateway has no such test.
    #[error("it offers no {}{}; it offers {}", kind.name(), way.map(|way| format!(" {}", way.words())).unwrap_or_default(), listed(offered))]
    NotOffered {
        /// What was asked for.
        kind: TestKind,
        /// How, when that was said.
        way: Option<TestWay>,
        /// What there is.
        offered: Vec<TestKind>,
    },
    /// Somebody else is running this test; the data model holds one at a time.
    #[error("somebody else is running this test{}", target.as_ref().map(|target| format!(" against {target}")).unwrap_or_default())]
    Busy {
        /// What the other test is against.
        target: Option<String>,
    },
    /// Somebody else started the same test meanwhile, so the result is not ours.
    #[error(
        "somebody else started the same test meanwhile; its result is not the one you asked for"
    )]
    TakenOver,
    /// The test did not end; it was stopped, or stopping was tried.
    #[error("the test did not end within {after_s} s{}", if *stopped { " and was stopped" } else { "; it could not be stopped" })]
    NeverEnds {
        /// How long it was waited.
        after_s: u32,
        /// Whether the gateway stopped it.
        stopped: bool,
    },
    /// The gateway does not know the test any more.
    #[error("it no longer knows test {test_id}; it may have restarted meanwhile")]
    Forgotten {
        /// Number of the test.
        test_id: u32,
    },
    /// The gateway says that the test is over and refuses its result.
    #[error("it says that test {test_id} is over and keeps its result back")]
    NoResult {
        /// Number of the test.
        test_id: u32,
    },
}

fn listed(offered: &[TestKind]) -> String {
    if offered.is_empty() {
        return "no tests".to_owned();
    }
    let names: Vec<&str> = offered.iter().map(|kind| kind.name()).collect();
    names.join(", ")
}

impl TestProblem {
    pub(super) fn at(self, gateway: &str) -> Error {
        Error::Test {
            gateway: gateway.to_owned(),
            problem: self,
        }
    }

    /// What a face acts on.
    pub(crate) fn code(&self) -> Code {
        match self {
            TestProblem::Target { .. } => Code::Usage,
            TestProblem::NotOffered { .. } | TestProblem::Busy { .. } => Code::ActionRefused,
            TestProblem::NeverEnds { .. } => Code::Unreachable,
            TestProblem::TakenOver
            | TestProblem::Forgotten { .. }
            | TestProblem::NoResult { .. } => Code::ActionRefused,
        }
    }

    /// What cures it.
    pub(crate) fn next(&self) -> &'static str {
        match self {
            TestProblem::Target { .. } => "Correct the target; nothing was sent.",
            TestProblem::NotOffered { .. } => {
                "Run `lanside test DEVICE --list` to see what it offers."
            }
            TestProblem::Busy { .. } => "Wait until that test is over, then try again.",
            TestProblem::NeverEnds { .. } => {
                "Allow more time with `--for SECONDS`, or restart the gateway."
            }
            TestProblem::TakenOver
            | TestProblem::Forgotten { .. }
            | TestProblem::NoResult { .. } => "Run the test again.",
        }
    }
}
