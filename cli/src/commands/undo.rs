//! `undo`.

use management::store::JournalState;
use management::view::EditKind;
use management::{Error, HistoryChangeView, HistoryView, Management};
use serde_json::json;

use super::write::{send, How};
use crate::output::{tone, Output, Tone};
use crate::Ended;

pub async fn undo(
    management: &Management,
    device: &str,
    entry: Option<i64>,
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let way_back = management.way_back(&session, entry).await?;
    for path in &way_back.left_out {
        anstream::eprintln!(
            "{path} is a secret; its old value is not known and stays as it is now."
        );
    }
    let how = How {
        undoes: Some(way_back.entry),
        ..how
    };
    send(management, &session, way_back.edits, how, output).await
}

pub async fn list(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let entries = management.history(&udn).await?;
    output.result(&json!({ "entries": entries }), || lines(&entries));
    Ok(())
}

fn lines(entries: &[HistoryView]) -> Vec<String> {
    if entries.is_empty() {
        return vec!["Nothing was changed from this computer so far.".to_owned()];
    }
    let mut lines = Vec::new();
    for entry in entries {
        let mut remarks = vec![state_words(entry.state)];
        if let Some(undone) = entry.undoes {
            remarks.push(format!("takes back {undone}"));
        }
        if let Some(by) = entry.undone_by {
            remarks.push(format!("taken back by {by}"));
        } else if !entry.undoable {
            remarks.push("cannot be taken back".to_owned());
        }
        lines.push(format!(
            "{:>5}  {}  {}",
            entry.id,
            entry.time,
            remarks.join(", ")
        ));
        lines.extend(
            entry
                .changes
                .iter()
                .map(|change| format!("       {}", change_words(change))),
        );
    }
    lines
}

fn change_words(change: &HistoryChangeView) -> String {
    let text = |value: &Option<String>| match value {
        _ if change.secret => "(secret)".to_owned(),
        Some(value) => value.clone(),
        None => "–".to_owned(),
    };
    match change.kind {
        EditKind::Create => format!("{}  new row", change.path),
        EditKind::Delete => format!("{}  row deleted", change.path),
        EditKind::Set => format!(
            "{}  {} → {}",
            change.path,
            text(&change.old),
            text(&change.new)
        ),
    }
}

fn state_words(state: JournalState) -> String {
    match state {
        JournalState::Verified => tone(Tone::Good, "verified"),
        JournalState::Applied => tone(Tone::Caution, "accepted, not all of it seen yet"),
        JournalState::Differs => tone(Tone::Bad, "arrived in part"),
        JournalState::Refused => tone(Tone::Faint, "nothing changed"),
        JournalState::Sending | JournalState::Unknown => tone(Tone::Caution, "unknown"),
    }
}
