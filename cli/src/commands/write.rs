//! `set`, and what every verb that changes a gateway shares: show, ask, send, read back.

use std::sync::Arc;

use management::view::{ApplyView, EditKind, EditState, EditWarning};
use management::{edit_path, warning, Edit, Error, Management, Session};
use serde_json::json;

use super::ask::{asked, line_from_stdin, somebody_is_there, yes_or_no};
use super::{forecast, name_and_value};
use crate::output::{table, tone, Output, Tone};
use crate::Ended;

pub async fn set(
    management: &Management,
    device: &str,
    edits: &[String],
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    let wanted = names_and_values(edits).await?;
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let edits = management.prepare(&session, &wanted).await?;
    send(management, &session, edits, how, output).await
}

/// NAME=VALUE arguments; `-` as a value is read from standard input.
pub async fn names_and_values(arguments: &[String]) -> Result<Vec<(String, String)>, Error> {
    let mut wanted = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let (name, value) = name_and_value(argument)?;
        // Passwords do not belong on a command line, where others can see them.
        let value = match value.as_str() {
            "-" => asked(line_from_stdin).await?,
            _ => value,
        };
        wanted.push((name, value));
    }
    Ok(wanted)
}

/// How edits are sent.
pub struct How {
    /// Entry of the journal they take back.
    pub undoes: Option<i64>,
    /// Show only.
    pub dry_run: bool,
    /// Do not ask.
    pub yes: bool,
    /// Send it even if it cuts this computer off.
    pub even_if_cut_off: bool,
}

impl How {
    /// An ordinary change, no undo.
    pub fn new(dry_run: bool, yes: bool, even_if_cut_off: bool) -> How {
        How {
            undoes: None,
            dry_run,
            yes,
            even_if_cut_off,
        }
    }
}

/// Shows, asks, sends and reads back, as told.
pub async fn send(
    management: &Management,
    session: &Arc<Session>,
    edits: Vec<Edit>,
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    let forecast = management.forecast(session, &edits).await?;
    let warnings = forecast::sentences(&forecast);
    if how.dry_run {
        let changes: Vec<_> = edits
            .iter()
            .map(|edit| {
                json!({
                    "kind": edit.kind(),
                    "path": session.naming().shown(&edit.upnp_path),
                    "upnp_path": edit.upnp_path,
                    "old": edit.old,
                    "new": edit.shown_new(),
                    "read_back": null,
                    "verified": false,
                })
            })
            .collect();
        let document = json!({ "status": null, "changes": changes, "forecast": forecast });
        output.result(&document, || {
            let mut lines = difference(session, &edits);
            lines.extend(warnings);
            lines
        });
        return Ok(());
    }
    forecast::require_way(&forecast, how.yes, how.even_if_cut_off)?;
    if !how.yes {
        let mut lines = difference(session, &edits);
        lines.extend(warnings);
        confirm(session, &lines, edits.len()).await?;
    }
    let progress = output.progress("Sending and reading back");
    let (applied, error) = management.apply(session, edits, how.undoes).await?;
    drop(progress);
    forecast::look_for(management, session, &forecast, output).await;
    tell(session, &applied, error, output)
}

/// Asks, sends the draft and reads it back.
pub async fn send_draft(
    management: &Management,
    session: &Arc<Session>,
    lines: &[String],
    count: usize,
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    let forecast = management.forecast_draft(&session.udn).await?;
    forecast::require_way(&forecast, how.yes, how.even_if_cut_off)?;
    if !how.yes && count > 0 {
        let mut lines = lines.to_vec();
        lines.extend(forecast::sentences(&forecast));
        confirm(session, &lines, count).await?;
    }
    let progress = output.progress("Sending and reading back");
    let (applied, error) = management.apply_staged(&session.udn).await?;
    drop(progress);
    forecast::look_for(management, session, &forecast, output).await;
    tell(session, &applied, error, output)
}

/// Says what became of it.
fn tell(
    session: &Session,
    applied: &ApplyView,
    error: Option<Error>,
    output: &Output,
) -> Result<(), Ended> {
    let differing = applied
        .changes
        .iter()
        .filter(|change| change.state == EditState::Differs)
        .count();
    let error = error.or_else(|| {
        (differing > 0).then(|| Error::NotVerified {
            gateway: session.name.clone(),
            differing,
            sent: applied.changes.len(),
        })
    });
    match error {
        None => {
            output.result(&document(applied), || verdict(applied));
            Ok(())
        }
        Some(error) if output.is_json() => {
            // The failure and how things stand, in one document.
            let mut document = document(applied);
            if let Some(object) = document.as_object_mut() {
                object.remove("failure");
                object.insert("error".into(), json!(error.failure()));
            }
            output.document(&document);
            Err(Ended::Told(error.code()))
        }
        Some(error) => {
            verdict(applied).iter().for_each(|line| output.line(line));
            Err(error.into())
        }
    }
}

/// What was applied; of a row that was made, its path at the top.
fn document(applied: &ApplyView) -> serde_json::Value {
    let mut document = json!(applied);
    let made = applied
        .changes
        .iter()
        .find(|change| change.kind == EditKind::Create && !edit_path::is_new(&change.upnp_path));
    if let (Some(object), Some(made)) = (document.as_object_mut(), made) {
        object.insert("instance".into(), json!(made.path));
        object.insert("upnp_instance".into(), json!(made.upnp_path));
    }
    document
}

async fn confirm(session: &Session, lines: &[String], count: usize) -> Result<(), Error> {
    if somebody_is_there() {
        for line in lines {
            anstream::eprintln!("{line}");
        }
    }
    yes_or_no(
        &format!("Apply {} to {}?", plural(count), session.name),
        "changing a gateway needs --yes when nobody can be asked",
        "nothing was sent",
    )
    .await
}

/// Edits as people read them before they are sent.
pub fn difference(session: &Session, edits: &[Edit]) -> Vec<String> {
    let rows: Vec<Vec<String>> = edits
        .iter()
        .map(|edit| {
            let hidden = || "(secret)".to_owned();
            let path = session.naming().shown(&edit.upnp_path);
            match edit.kind() {
                EditKind::Create => return vec![path, "new row".to_owned()],
                EditKind::Delete => return vec![path, "row goes".to_owned()],
                EditKind::Set => {}
            }
            let old = if edit.is_secret() {
                hidden()
            } else {
                edit.old.clone().unwrap_or_else(|| "?".to_owned())
            };
            let new = if edit.is_secret() {
                hidden()
            } else {
                edit.new.expose().to_owned()
            };
            let risk = warning(&path).map(warning_words).unwrap_or_default();
            vec![path, old, "→".to_owned(), new, risk.to_owned()]
        })
        .collect();
    table(&rows)
}

fn verdict(applied: &ApplyView) -> Vec<String> {
    let rows: Vec<Vec<String>> = applied
        .changes
        .iter()
        .map(|change| {
            let text =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "(hidden)".to_owned());
            let state = state_words(change.state);
            match change.kind {
                EditKind::Create => {
                    return vec![
                        change.path.clone(),
                        "new row".to_owned(),
                        String::new(),
                        String::new(),
                        state,
                    ]
                }
                EditKind::Delete => {
                    return vec![
                        change.path.clone(),
                        "row gone".to_owned(),
                        String::new(),
                        String::new(),
                        state,
                    ]
                }
                EditKind::Set => {}
            }
            vec![
                change.path.clone(),
                text(&change.old),
                "→".to_owned(),
                text(&change.new),
                state,
            ]
        })
        .collect();
    table(&rows)
}

/// Where an edit stands, in words.
pub fn state_words(state: EditState) -> String {
    match state {
        EditState::Verified => tone(Tone::Good, "verified"),
        EditState::Accepted => tone(Tone::Good, "accepted (a secret cannot be read back)"),
        EditState::Pending => tone(Tone::Caution, "active after a restart"),
        EditState::Differs => tone(Tone::Bad, "differs after reading back"),
        EditState::Refused => tone(Tone::Bad, "not changed"),
        EditState::Unknown => tone(Tone::Caution, "unknown; kept as a draft"),
        EditState::Draft | EditState::Sending => tone(Tone::Caution, "not sent"),
    }
}

pub fn warning_words(warning: EditWarning) -> &'static str {
    match warning {
        EditWarning::WifiReconnects => "Wi-Fi devices will reconnect",
        EditWarning::WifiNeedsNewName => "Wi-Fi devices need the new name or password",
        EditWarning::InternetDrops => "the internet connection drops for a moment",
        EditWarning::AddressMoves => "the gateway may move to another address",
        EditWarning::MayLockOut => "this computer may lose its way to the gateway",
    }
}

fn plural(count: usize) -> String {
    if count == 1 {
        "1 change".to_owned()
    } else {
        format!("{count} changes")
    }
}
