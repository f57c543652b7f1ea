//! `set` and `undo`.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use management::view::{ApplyView, EditState, EditWarning};
use management::{warning, Edit, Error, Management, Session};
use serde_json::json;

use super::{asked, line_from_stdin, name_and_value};
use crate::output::{table, tone, Output, Tone};

pub async fn set(
    management: &Management,
    device: &str,
    edits: &[String],
    dry_run: bool,
    yes: bool,
    output: &Output,
) -> Result<(), Error> {
    let mut wanted = Vec::with_capacity(edits.len());
    for edit in edits {
        let (path, value) = name_and_value(edit)?;
        // Passwords do not belong on a command line, where others can see them.
        wanted.push((
            path,
            if value == "-" {
                asked(line_from_stdin).await?
            } else {
                value
            },
        ));
    }
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let edits = management.prepare(&session, &wanted).await?;
    send(management, &session, edits, None, dry_run, yes, output).await
}

pub async fn undo(
    management: &Management,
    device: &str,
    yes: bool,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let (entry, edits) = management.way_back(&session).await?;
    send(management, &session, edits, Some(entry), false, yes, output).await
}

async fn send(
    management: &Management,
    session: &Arc<Session>,
    edits: Vec<Edit>,
    undoes: Option<i64>,
    dry_run: bool,
    yes: bool,
    output: &Output,
) -> Result<(), Error> {
    if dry_run {
        let changes: Vec<_> = edits
            .iter()
            .map(|edit| {
                json!({
                    "path": session.naming().shown(&edit.upnp_path),
                    "upnp_path": edit.upnp_path,
                    "old": edit.old,
                    "new": (!edit.is_secret()).then(|| edit.new.expose()),
                    "read_back": null,
                    "verified": false,
                })
            })
            .collect();
        output.result(&json!({ "status": null, "changes": changes }), || {
            difference(session, &edits)
        });
        return Ok(());
    }
    if !yes {
        confirm(session, &edits).await?;
    }
    let progress = output.progress("Sending and reading back");
    let (applied, error) = management.apply(session, edits, undoes).await?;
    drop(progress);
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
            output.result(&applied, || verdict(&applied));
            Ok(())
        }
        Some(error) if output.is_json() => {
            // The failure and how things stand, in one document.
            let mut document = json!({ "error": error.failure() });
            if let (Some(object), Ok(applied)) =
                (document.as_object_mut(), serde_json::to_value(&applied))
            {
                object.insert("status".into(), applied["status"].clone());
                object.insert("changes".into(), applied["changes"].clone());
            }
            output.document(&document);
            std::process::exit(error.code().exit_code().into());
        }
        Some(error) => {
            verdict(&applied).iter().for_each(|line| output.line(line));
            Err(error)
        }
    }
}

async fn confirm(session: &Session, edits: &[Edit]) -> Result<(), Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage(
            "changing a gateway needs --yes when nobody can be asked".to_owned(),
        ));
    }
    for line in difference(session, edits) {
        anstream::eprintln!("{line}");
    }
    eprint!("Apply {} to {}? [y/N] ", plural(edits.len()), session.name);
    std::io::stderr().flush().ok();
    let answer = asked(line_from_stdin).await?;
    if matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "j" | "ja"
    ) {
        Ok(())
    } else {
        Err(Error::Usage("nothing was sent".to_owned()))
    }
}

fn difference(session: &Session, edits: &[Edit]) -> Vec<String> {
    let rows: Vec<Vec<String>> = edits
        .iter()
        .map(|edit| {
            let hidden = || "(secret)".to_owned();
            let path = session.naming().shown(&edit.upnp_path);
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
            vec![
                change.path.clone(),
                text(&change.old),
                "→".to_owned(),
                text(&change.new),
                state_words(change.state),
            ]
        })
        .collect();
    table(&rows)
}

fn state_words(state: EditState) -> String {
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

fn warning_words(warning: EditWarning) -> &'static str {
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
