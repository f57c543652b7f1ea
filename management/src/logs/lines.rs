//! Lines of logs: made harmless, with their level, and filtered.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::view::{LogLine, LogText};
use crate::limits;

/// How severe a record is, the most severe first (BMS:2, A_ARG_TYPE_LogLevel).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
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

impl LogLevel {
    /// All, the most severe first.
    pub const ALL: [LogLevel; 8] = [
        LogLevel::Emergency,
        LogLevel::Alert,
        LogLevel::Critical,
        LogLevel::Error,
        LogLevel::Warning,
        LogLevel::Notice,
        LogLevel::Informational,
        LogLevel::Debug,
    ];

    /// The word of the standard.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Emergency => "Emergency",
            LogLevel::Alert => "Alert",
            LogLevel::Critical => "Critical",
            LogLevel::Error => "Error",
            LogLevel::Warning => "Warning",
            LogLevel::Notice => "Notice",
            LogLevel::Informational => "Informational",
            LogLevel::Debug => "Debug",
        }
    }

    /// The level a word means: the standard's, or what syslog writes.
    fn of_word(word: &str) -> Option<LogLevel> {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        Some(match word.to_ascii_lowercase().as_str() {
            "emergency" | "emerg" | "panic" => LogLevel::Emergency,
            "alert" => LogLevel::Alert,
            "critical" | "crit" => LogLevel::Critical,
            "error" | "err" => LogLevel::Error,
            "warning" | "warn" => LogLevel::Warning,
            "notice" => LogLevel::Notice,
            "informational" | "info" => LogLevel::Informational,
            "debug" => LogLevel::Debug,
            _ => return None,
        })
    }
}

/// Which lines are wanted.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// This level and more severe ones; lines that do not say are kept.
    pub level: Option<LogLevel>,
    /// Lines with this text, letter case aside.
    pub text: Option<String>,
}

impl LogText {
    /// The lines that are wanted.
    pub fn filtered(mut self, filter: &LogFilter) -> LogText {
        let text = filter.text.as_ref().map(|text| text.to_lowercase());
        self.lines.retain(|line| {
            let severe = match (filter.level, line.level) {
                (Some(most), Some(level)) => level <= most,
                _ => true,
            };
            severe
                && text
                    .as_ref()
                    .is_none_or(|text| line.text.to_lowercase().contains(text))
        });
        self
    }
}

/// Words of a line in which its level is looked for: time, host and program come first.
const LEVEL_WORDS: usize = 6;

/// The lines of a log, whatever its octets are.
pub(super) fn read(octets: &[u8]) -> Vec<LogLine> {
    String::from_utf8_lossy(octets)
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
        .take(limits::LOG_LINES)
        .map(|line| {
            // Terminals act on control characters.
            let text: String = line
                .chars()
                .map(|c| if c == '\t' { ' ' } else { c })
                .filter(|c| !c.is_control())
                .collect();
            LogLine {
                level: text
                    .split_whitespace()
                    .take(LEVEL_WORDS)
                    .flat_map(|word| word.split(['.', ':', '<', '>', '[', ']', '|']))
                    .find_map(LogLevel::of_word),
                text,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_found_in_words_of_either_kind() {
        for (line, level) in [
            (
                "2026-11-21T03:00:00Z Warning system: reboot",
                Some(LogLevel::Warning),
            ),
            (
                "Nov 21 03:00:00 box daemon.err pppd[7]: failed",
                Some(LogLevel::Error),
            ),
            ("<6>[info] hello", Some(LogLevel::Informational)),
            ("nothing is said in these words, error comes late", None),
        ] {
            assert_eq!(read(line.as_bytes())[0].level, level, "{line}");
        }
    }

    #[test]
    fn lines_hold_nothing_a_terminal_acts_on() {
        let lines = read(b"one\r\n\x1b[2Jtwo\tthree\x07\n\n\xff\xfe four");
        let texts: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
        assert_eq!(texts, ["one", "[2Jtwo three", "\u{fffd}\u{fffd} four"]);
    }

    #[test]
    fn what_does_not_say_its_level_is_not_hidden() {
        let text = LogText {
            uri: String::new(),
            protected: false,
            octets: 0,
            cut: false,
            lines: read(b"a Debug x\nb Error Y\nc z"),
        };
        let filter = LogFilter {
            level: Some(LogLevel::Warning),
            text: None,
        };
        let texts: Vec<String> = text
            .clone()
            .filtered(&filter)
            .lines
            .into_iter()
            .map(|line| line.text)
            .collect();
        assert_eq!(texts, ["b Error Y", "c z"]);
        let filter = LogFilter {
            level: None,
            text: Some("y".to_owned()),
        };
        assert_eq!(text.filtered(&filter).lines.len(), 1);
    }
}
