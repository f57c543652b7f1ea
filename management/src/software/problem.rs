//! What can go wrong with software besides what can with any request.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::view::SoftwareAct;
use crate::error::Error;
use crate::view::Code;

/// Why a change of software came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SoftwareProblem {
    /// The address cannot be right; nothing was sent.
    #[error("the address {reason}")]
    Address {
        /// What is wrong.
        reason: String,
    },
    /// The gateway has nothing of that number; nothing was sent.
    #[error("it has nothing with the number {id} to {}", act.action().to_lowercase())]
    NoSuchUnit {
        /// What was to be done.
        act: SoftwareAct,
        /// The number.
        id: u32,
    },
    /// The gateway does not offer this; nothing was sent.
    #[error("it offers no {} of software", act.action())]
    NotOffered {
        /// What was to be done.
        act: SoftwareAct,
    },
    /// The gateway tried and failed.
    #[error("{} failed: {}", act.action(), words(error))]
    Failed {
        /// What was to be done.
        act: SoftwareAct,
        /// `Error_Network` and so on, as sent.
        error: String,
        /// Further words of the gateway.
        info: Option<String>,
    },
    /// It did not end.
    #[error("{} did not end within {after_s} s; it may still be under way", act.action())]
    NeverEnds {
        /// What was to be done.
        act: SoftwareAct,
        /// Number of the operation.
        operation_id: u32,
        /// How long it was waited.
        after_s: u32,
    },
}

fn words(error: &str) -> String {
    match error {
        "Error_ConcurrentAccess" => "something else is being done to it".to_owned(),
        "Error_MissingDependency" => "it needs other software that is not there".to_owned(),
        "Error_Network" => "the gateway could not fetch it".to_owned(),
        "Error_CorruptedFile" => "what the gateway fetched is damaged".to_owned(),
        "Error_DiskFull" => "the gateway has no room for it".to_owned(),
        other => format!("the gateway says {other}"),
    }
}

impl SoftwareProblem {
    pub(super) fn at(self, gateway: &str) -> Error {
        Error::Software {
            gateway: gateway.to_owned(),
            problem: self,
        }
    }

    /// What a face acts on.
    pub(crate) fn code(&self) -> Code {
        match self {
            SoftwareProblem::Address { .. } | SoftwareProblem::NoSuchUnit { .. } => Code::Usage,
            SoftwareProblem::NotOffered { .. } | SoftwareProblem::Failed { .. } => {
                Code::ActionRefused
            }
            SoftwareProblem::NeverEnds { .. } => Code::Unreachable,
        }
    }

    /// What cures it.
    pub(crate) fn next(&self) -> &'static str {
        match self {
            SoftwareProblem::Address { .. } => "Correct the address; nothing was sent.",
            SoftwareProblem::NoSuchUnit { .. } | SoftwareProblem::NotOffered { .. } => {
                "Run `lanside software DEVICE` to see what there is; nothing was sent."
            }
            SoftwareProblem::Failed { error, .. } => match error.as_str() {
                "Error_ConcurrentAccess" => "Wait until that is over, then try again.",
                "Error_MissingDependency" => "Try again without `--alone`.",
                "Error_Network" => {
                    "The gateway fetches it itself: the address must be reachable from there."
                }
                "Error_DiskFull" => "Uninstall something first.",
                _ => "Look into its logs with `lanside logs DEVICE`.",
            },
            SoftwareProblem::NeverEnds { .. } => {
                "Do not cut its power. Look again later with `lanside software DEVICE`."
            }
        }
    }
}
