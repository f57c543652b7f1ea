//! The gateway's log.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::str::FromStr;

use super::{boolean, plain, Arguments};
use crate::clock;
use crate::cms::Answer;
use crate::limits;
use crate::soap::UpnpError;

/// Identifier of the only log.
pub(super) const LOG_URI: &str = "urn:lanside:log:system";
/// Path the log is read at.
pub const LOG_PATH: &str = "/logs/system.txt";
/// Largest size announced, in octets.
const MAX_SIZE: u32 = 65_536;

/// How severe a line is; the most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// The gateway cannot be used.
    Emergency,
    /// Somebody has to act at once.
    Alert,
    /// Critical.
    Critical,
    /// Error.
    Error,
    /// Warning.
    Warning,
    /// Normal but worth noting.
    Notice,
    /// For information.
    Informational,
    /// Everything.
    Debug,
}

const LEVELS: [(LogLevel, &str); 8] = [
    (LogLevel::Emergency, "Emergency"),
    (LogLevel::Alert, "Alert"),
    (LogLevel::Critical, "Critical"),
    (LogLevel::Error, "Error"),
    (LogLevel::Warning, "Warning"),
    (LogLevel::Notice, "Notice"),
    (LogLevel::Informational, "Informational"),
    (LogLevel::Debug, "Debug"),
];

impl LogLevel {
    fn name(self) -> &'static str {
        LEVELS
            .iter()
            .find(|(level, _)| *level == self)
            .map_or("", |(_, name)| name)
    }
}

impl FromStr for LogLevel {
    type Err = UpnpError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = LEVELS.iter().find(|(_, name)| *name == text);
        found
            .map(|(level, _)| *level)
            .ok_or_else(UpnpError::value_invalid)
    }
}

/// The latest lines with the settings SetLogInfo changes.
#[derive(Debug)]
pub struct DeviceLog {
    lines: VecDeque<String>,
    enabled: bool,
    level: LogLevel,
    last_change: String,
}

impl Default for DeviceLog {
    fn default() -> Self {
        Self {
            lines: VecDeque::new(),
            enabled: true,
            level: LogLevel::Informational,
            last_change: clock::upnp_now(),
        }
    }
}

impl DeviceLog {
    /// Adds a line if the log is on and the level is kept.
    pub fn add(&mut self, level: LogLevel, part: &str, text: &str) {
        if !self.enabled || level > self.level {
            return;
        }
        if self.lines.len() >= limits::LOG_LINES {
            self.lines.pop_front();
        }
        self.last_change = clock::upnp_now();
        self.lines.push_back(format!(
            "{} {} {part}: {text}",
            self.last_change,
            level.name()
        ));
    }

    /// The whole log as text.
    pub fn text(&self) -> String {
        self.lines.iter().fold(String::new(), |mut out, line| {
            let _ = writeln!(out, "{line}");
            out
        })
    }

    pub(super) fn info(&self, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        check_uri(arguments)?;
        Ok(vec![
            plain("Configurable", 1),
            plain("Enabled", u8::from(self.enabled)),
            plain("LogLevel", self.level.name()),
            plain("LogURL", LOG_PATH),
            plain("MaxSize", MAX_SIZE),
            plain("LastChange", &self.last_change),
        ])
    }

    pub(super) fn set_info(&mut self, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        check_uri(arguments)?;
        let enabled = boolean(arguments.text("Enabled")?)?;
        self.level = arguments.text("LogLevel")?.parse()?;
        self.enabled = enabled;
        Ok(Vec::new())
    }
}

fn check_uri(arguments: &Arguments<'_>) -> Result<(), UpnpError> {
    if arguments.text("LogURI")? == LOG_URI {
        Ok(())
    } else {
        Err(UpnpError::value_invalid())
    }
}
