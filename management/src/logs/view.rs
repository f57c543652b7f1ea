//! Logs as faces show them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::lines::LogLevel;

/// A log the gateway keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LogView {
    /// What it is asked for by: a URI of BasicManagement, or a row of the data model.
    pub uri: String,
    /// Name, where the data model has one.
    pub name: Option<String>,
    /// Whether it can be switched and its level set.
    pub configurable: bool,
    /// Whether it is written.
    pub enabled: Option<bool>,
    /// Records of this level and more severe ones are kept.
    pub level: Option<String>,
    /// Where it can be read, as sent; `null` when nowhere.
    pub url: Option<String>,
    /// Greatest size, octets.
    pub max_octets: Option<u32>,
    /// When it last changed, as sent.
    pub last_change: Option<String>,
}

/// What is in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LogText {
    /// Which log.
    pub uri: String,
    /// Whether it came over the protected connection.
    pub protected: bool,
    /// Octets that were read.
    pub octets: u32,
    /// Whether the log goes on and only its beginning was read.
    pub cut: bool,
    /// Lines in the order of the log.
    pub lines: Vec<LogLine>,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LogLine {
    /// How severe, where the line says so.
    pub level: Option<LogLevel>,
    /// The line without control characters.
    pub text: String,
}
