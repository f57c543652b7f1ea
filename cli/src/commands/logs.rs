//! `logs`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use management::logs::{LogFilter, LogLevel, LogText, LogView};
use management::{limits, Error, Management};
use serde_json::json;

use crate::output::{table, tone, Output, Tone};

/// Which log, and what of it.
#[derive(Debug, Args)]
pub struct LogArguments {
    /// UDN, IP address, description URL, or a piece of the name that fits one gateway.
    #[arg(value_name = "DEVICE")]
    device: String,
    /// Which logs there are.
    #[arg(long, conflicts_with_all = ["get", "save"])]
    list: bool,
    /// Read this log (default: the only one).
    #[arg(long, value_name = "NAME")]
    get: Option<String>,
    /// Write the log to a new file; an existing one is not overwritten.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Only lines of this level and more severe ones; lines that do not say are shown.
    #[arg(long, value_enum, value_name = "LEVEL")]
    level: Option<Level>,
    /// Only lines with this text.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Read at most this many octets.
    #[arg(long, value_name = "N", default_value_t = limits::LOG_OCTETS)]
    octets: usize,
    /// Fetch a log that lies on another host than the gateway.
    #[arg(long)]
    elsewhere: bool,
    /// Let the gateway keep records of this level and more severe ones from now on.
    #[arg(long, value_enum, value_name = "LEVEL", conflicts_with_all = ["list", "save"])]
    keep: Option<Level>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Emergency,
    Alert,
    Critical,
    Error,
    Warning,
    Notice,
    Informational,
    Debug,
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> LogLevel {
        LogLevel::ALL[level as usize]
    }
}

pub async fn run(
    management: &Management,
    arguments: LogArguments,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(&arguments.device).await?;
    if arguments.list {
        let logs = management.logs(&udn).await?;
        output.result(&json!({ "logs": logs }), || listed(&logs));
        return Ok(());
    }
    let named = arguments.get.clone().unwrap_or_default();
    if let Some(level) = arguments.keep {
        let log = management
            .configure_log(&udn, &named, None, Some(level.into()))
            .await?;
        output.result(&json!({ "logs": [log] }), || {
            listed(std::slice::from_ref(&log))
        });
        return Ok(());
    }
    let progress = output.progress("Reading the log");
    let text = management
        .log_text(&udn, &named, arguments.octets, arguments.elsewhere)
        .await?;
    drop(progress);
    let text = text.filtered(&LogFilter {
        level: arguments.level.map(LogLevel::from),
        text: arguments.search.clone(),
    });
    match &arguments.save {
        Some(file) => {
            save(&text, file)?;
            let saved = json!({
                "uri": text.uri,
                "file": file,
                "lines": text.lines.len(),
                "cut": text.cut,
            });
            output.result(&saved, || {
                let mut lines = vec![format!("{} lines in {}", text.lines.len(), file.display())];
                lines.extend(remark(&text));
                lines
            });
        }
        None => output.result(&text, || {
            let mut lines: Vec<String> = text.lines.iter().map(shown).collect();
            lines.extend(remark(&text));
            lines
        }),
    }
    Ok(())
}

fn shown(line: &management::logs::LogLine) -> String {
    match line.level {
        Some(level) if level <= LogLevel::Error => tone(Tone::Bad, &line.text),
        Some(LogLevel::Warning) => tone(Tone::Caution, &line.text),
        _ => line.text.clone(),
    }
}

/// That there is more than was read.
fn remark(text: &LogText) -> Option<String> {
    text.cut.then(|| {
        tone(
            Tone::Caution,
            &format!(
                "The log goes on: only its first {} octets were read (--octets N reads more).",
                text.octets
            ),
        )
    })
}

fn save(text: &LogText, file: &Path) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Usage(format!("{}: {error}", file.display()));
    let out = std::fs::File::create_new(file).map_err(failed)?;
    let mut out = std::io::BufWriter::new(out);
    for line in &text.lines {
        writeln!(out, "{}", line.text).map_err(failed)?;
    }
    out.flush().map_err(failed)
}

fn listed(logs: &[LogView]) -> Vec<String> {
    if logs.is_empty() {
        return vec!["It keeps no logs.".to_owned()];
    }
    let rows: Vec<Vec<String>> = logs
        .iter()
        .map(|log| {
            vec![
                log.uri.clone(),
                match log.enabled {
                    Some(true) => "on".to_owned(),
                    Some(false) => "off".to_owned(),
                    None => String::new(),
                },
                log.level.clone().unwrap_or_default(),
                log.last_change.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(&rows)
}
