//! `reset`.

use std::time::Duration;

use management::view::{RebootPhase, ResetEnd, ResetPlanView, ResetView};
use management::{Error, Management, ResetWish};
use serde_json::Map;

use super::ask::{asked, line_from_stdin, somebody_is_there};
use super::reboot::{kept_draft, Timeline};
use crate::output::{tone, Output, Tone};

/// What the command line says about it.
pub struct How {
    pub erase_everything: bool,
    pub confirm: Option<String>,
    pub snapshot: bool,
    pub wait: f64,
}

pub async fn run(
    management: &Management,
    device: &str,
    how: How,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let plan = management.reset_plan(&udn).await?;
    let confirmation = confirmed(&plan, &how).await?;
    let snapshot = if how.snapshot && wants_snapshot(&plan, &how).await? {
        let progress = output.progress("Saving its tree first");
        let saved = management
            .save_snapshot(&udn, "before the reset", |known, all| {
                progress.say(format!("Saving its tree first: {known} of {all}"));
            })
            .await?;
        drop(progress);
        if !output.is_json() {
            output.line(&format!(
                "Saved as snapshot {} ({} parameters).",
                saved.id, saved.parameters
            ));
        }
        Some(saved)
    } else {
        None
    };
    let progress = output.progress("Resetting; do not cut its power");
    let saved = snapshot.as_ref().map(|saved| saved.id);
    let timeline = Timeline::new(output);
    let wish = ResetWish {
        confirmation,
        snapshot,
        wait: Some(Duration::from_secs_f64(how.wait)),
    };
    let outcome = management
        .reset(&udn, wish, |step| {
            let mut facts = Map::new();
            if let (RebootPhase::Sent, Some(id)) = (step.phase, saved) {
                facts.insert("snapshot".to_owned(), id.into());
            }
            timeline.show_with(step, facts);
        })
        .await?;
    drop(progress);
    timeline.end(&outcome, || ended(&outcome, device));
    Ok(())
}

/// Says what is lost, and has the name typed. A script says so with --erase-everything.
async fn confirmed(plan: &ResetPlanView, how: &How) -> Result<String, Error> {
    if let Some(typed) = &how.confirm {
        management::confirm_reset(&plan.name, typed)?;
        return Ok(typed.clone());
    }
    if !somebody_is_there() {
        if how.erase_everything {
            return Ok(plan.name.clone());
        }
        return Err(Error::Usage(
            "a reset erases every setting and needs --erase-everything when nobody can be asked; \
             nothing was sent"
                .to_owned(),
        ));
    }
    for line in what_is_lost(plan) {
        anstream::eprintln!("{line}");
    }
    anstream::eprint!("Type its name, {}, to go on: ", plan.name);
    let typed = asked(line_from_stdin).await?;
    management::confirm_reset(&plan.name, &typed)?;
    Ok(typed)
}

fn what_is_lost(plan: &ResetPlanView) -> Vec<String> {
    let mut lines = vec![
        tone(
            Tone::Caution,
            &format!("{} will be as it was delivered.", plan.name),
        ),
        "Lost: the internet access with its name and password, Wi-Fi names and passwords, port \
         forwardings, users and passwords, and who it knows."
            .to_owned(),
    ];
    if plan.paired {
        lines.push(
            "Afterwards it has to be paired again with the PIN on its label; have it at hand."
                .to_owned(),
        );
    }
    if let Some(snapshot) = &plan.latest_snapshot {
        lines.push(format!(
            "Its tree was last saved on {} (snapshot {}).",
            snapshot.time, snapshot.id
        ));
    }
    lines.extend(kept_draft(plan.draft_count));
    lines
}

/// Unless somebody says no: without a saved tree nothing can be put back.
async fn wants_snapshot(plan: &ResetPlanView, how: &How) -> Result<bool, Error> {
    if !somebody_is_there() || how.confirm.is_some() {
        return Ok(true);
    }
    let once_more = match &plan.latest_snapshot {
        Some(_) => " once more",
        None => "",
    };
    anstream::eprint!(
        "Save its tree{once_more} before? Without it settings cannot be put back. [Y/n] "
    );
    let answer = asked(line_from_stdin).await?;
    Ok(!matches!(
        answer.trim().to_lowercase().as_str(),
        "n" | "no" | "nein"
    ))
}

fn ended(outcome: &ResetView, device: &str) -> Vec<String> {
    let seconds = outcome.seconds;
    // Whom to name from now on.
    let now = outcome.successor.as_ref().map_or(device, |one| &one.udn);
    let mut lines = vec![match outcome.end {
        ResetEnd::NotFollowed => "The reset was sent.".to_owned(),
        ResetEnd::AccessLost => tone(
            Tone::Good,
            &format!("It is back after {seconds:.1} s with its certificate, and does not know this computer any more."),
        ),
        ResetEnd::OtherCertificate => tone(
            Tone::Caution,
            &format!("After {seconds:.1} s a gateway answers with another certificate. That is usual after a reset; only pairing proves that it is yours."),
        ),
        ResetEnd::AccessKept if outcome.values_kept == Some(true) => tone(
            Tone::Caution,
            &format!("It is back after {seconds:.1} s with everything it had: the reset may not have happened, or was cut short."),
        ),
        ResetEnd::AccessKept => tone(
            Tone::Good,
            &format!("It is back after {seconds:.1} s and still knows this computer."),
        ),
        ResetEnd::OtherUdn => tone(
            Tone::Caution,
            &format!("After {seconds:.1} s a gateway answers there under another name of its own (UDN)."),
        ),
        ResetEnd::Unprotected => tone(
            Tone::Bad,
            &format!("After {seconds:.1} s something answers without a protected side. Nothing was sent to it."),
        ),
    }];
    if let Some(address) = &outcome.moved_to {
        lines.push(tone(
            Tone::Caution,
            &format!("It has another address now: {address}."),
        ));
    }
    if let Some(successor) = &outcome.successor {
        let serial = match &successor.serial_number {
            Some(number) => format!(", serial number {number}"),
            None => String::new(),
        };
        lines.push(format!(
            "It says it is the same {}{serial}, at {}: probably your gateway, set back. Only pairing proves it.",
            successor.model, successor.address
        ));
        lines.push(format!(
            "It is called {} now; what was kept of it stays with {device}.",
            successor.udn
        ));
    }
    lines.push("Next:".to_owned());
    match outcome.end {
        ResetEnd::NotFollowed => lines.push("  lanside discover".to_owned()),
        ResetEnd::AccessLost | ResetEnd::OtherUdn => {
            lines.push(format!("  lanside pair {now} --pin PIN"));
        }
        ResetEnd::OtherCertificate => lines.push(format!(
            "  lanside pair {device} --pin PIN --replace-certificate"
        )),
        ResetEnd::AccessKept if outcome.values_kept == Some(true) => {
            lines.push(format!("  lanside reset {device} --erase-everything"));
        }
        ResetEnd::AccessKept => {}
        ResetEnd::Unprotected => lines.push(
            "  Stop. Look at its web page and its label before you trust it with anything."
                .to_owned(),
        ),
    }
    if let Some(snapshot) = &outcome.snapshot {
        lines.push(format!(
            "  lanside snapshot {now} restore {}   # settings as a draft, to be reviewed",
            snapshot.id
        ));
    }
    lines.extend(kept_draft(outcome.draft_count));
    lines
}
