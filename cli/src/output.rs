//! What goes to standard output: text for people or JSON for programs. Progress goes to
//! standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use management::view::Failure;
use serde::Serialize;
use serde_json::json;

const FAINT: anstyle::Style = anstyle::Style::new().dimmed();
const GOOD: anstyle::Style = anstyle::AnsiColor::Green.on_default();
const BAD: anstyle::Style = anstyle::AnsiColor::Red.on_default();
const CAUTION: anstyle::Style = anstyle::AnsiColor::Yellow.on_default();

/// How a piece of text is meant.
#[derive(Debug, Clone, Copy)]
pub enum Tone {
    /// A remark.
    Faint,
    /// Verified.
    Good,
    /// Failed.
    Bad,
    /// Pending, or worth a second look.
    Caution,
}

/// Standard output in the form that was asked for.
#[derive(Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// JSON or text.
    pub fn new(json: bool) -> Output {
        Output { json }
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The result: the document for programs, or the lines for people.
    pub fn result(&self, document: &impl Serialize, lines: impl FnOnce() -> Vec<String>) {
        if self.json {
            self.document(document);
        } else {
            lines().iter().for_each(|line| self.line(line));
        }
    }

    /// One JSON document, on a line of its own.
    pub fn document(&self, document: &impl Serialize) {
        let text = serde_json::to_string(document)
            .unwrap_or_else(|error| json!({ "error": error.to_string() }).to_string());
        self.line(&text);
    }

    /// One line. A closed pipe (`lanside get … | head`) ends the program in silence.
    pub fn line(&self, text: &str) {
        let mut out = anstream::stdout().lock();
        if writeln!(out, "{text}")
            .and_then(|()| out.flush())
            .is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        {
            std::process::exit(0);
        }
    }

    /// A failure: JSON on standard output, or words on standard error.
    pub fn failure(&self, failure: &Failure) {
        if self.json {
            self.document(&json!({ "error": failure }));
            return;
        }
        let mut text = tone(Tone::Bad, &failure.message);
        if let Some(detail) = &failure.detail {
            text.push_str(&format!("\n  {}", tone(Tone::Faint, detail)));
        }
        if let Some(next) = &failure.next {
            text.push_str(&format!("\n  {next}"));
        }
        anstream::eprintln!("{text}");
    }

    /// A sign of life on standard error for anything that may take over a second. It goes
    /// when it is dropped.
    pub fn progress(&self, text: impl Into<String>) -> Progress {
        let bar = ProgressBar::new_spinner();
        if !io::stderr().is_terminal() {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style);
        bar.set_message(text.into());
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress(bar)
    }
}

/// A running sign of life.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Says what is being done now.
    pub fn say(&self, text: impl Into<String>) {
        self.0.set_message(text.into());
    }

    /// Takes it away while something else is written to standard error.
    pub fn hide<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Text in a tone; colour is left out where the terminal or `NO_COLOR` says so.
pub fn tone(tone: Tone, text: &str) -> String {
    let style = match tone {
        Tone::Faint => FAINT,
        Tone::Good => GOOD,
        Tone::Bad => BAD,
        Tone::Caution => CAUTION,
    };
    format!("{style}{text}{style:#}")
}

/// Rows with their columns aligned; the last column is not padded.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                line.push_str(cell);
                if at + 1 < row.len() {
                    let pad = widths[at].saturating_sub(cell.chars().count()) + 2;
                    line.push_str(&" ".repeat(pad));
                }
            }
            line.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_what_is_seen() {
        let rows = [
            vec!["Küche".to_owned(), "1".to_owned()],
            vec!["Flur".to_owned(), "22".to_owned()],
        ];
        assert_eq!(table(&rows), ["Küche  1", "Flur   22"]);
        assert!(table(&[]).is_empty());
    }
}
