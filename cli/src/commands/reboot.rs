//! `reboot`, and the timeline `reset` shares with it.

use std::time::Duration;

use management::view::{RebootPhase, RebootStepView, RebootView};
use management::{Error, Management};

use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    wait: Option<f64>,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let usual = match wait {
        Some(_) => management.usual_restart(&udn).await?,
        None => None,
    };
    let progress = output.progress(match usual {
        Some(usual) => format!(
            "Restarting; usually that takes {:.0} s",
            usual.as_secs_f64()
        ),
        None => "Restarting".to_owned(),
    });
    let wait = wait.map(Duration::from_secs_f64);
    let outcome = management
        .reboot(&udn, wait, |step| show_step(&step, output))
        .await?;
    drop(progress);
    if wait.is_some() {
        output.result(&outcome, || ended(&outcome));
    } else if outcome.later && !output.is_json() {
        output.line("It restarts when it has time; `--wait SECONDS` follows it.");
    }
    Ok(())
}

/// One line of the timeline, as it happens.
pub fn show_step(step: &RebootStepView, output: &Output) {
    output.result(step, || {
        let mut line = format!("{:>6.1} s  {}", step.seconds, phase_words(step.phase));
        if let Some(address) = &step.address {
            line.push_str(&format!(", at another address: {address}"));
        }
        vec![line]
    });
}

fn ended(outcome: &RebootView) -> Vec<String> {
    let usual = outcome
        .usual_seconds
        .map(|usual| format!(" Usually it takes {usual:.0} s."))
        .unwrap_or_default();
    let back = format!("Back after {:.1} s.{usual}", outcome.seconds);
    let mut lines = vec![tone(Tone::Good, &back)];
    if let Some(address) = &outcome.moved_to {
        lines.push(tone(
            Tone::Caution,
            &format!("It has another address now: {address}."),
        ));
    }
    if !outcome.differing.is_empty() {
        lines.push(tone(
            Tone::Caution,
            &format!(
                "{} of {} values changed from here are not as expected:",
                outcome.differing.len(),
                outcome.checked
            ),
        ));
        let rows: Vec<Vec<String>> = outcome
            .differing
            .iter()
            .map(|value| {
                vec![
                    format!("  {}", value.path),
                    value.found.clone().unwrap_or_else(|| "(gone)".to_owned()),
                    format!("expected {}", value.expected),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    lines.extend(kept_draft(outcome.draft_count));
    lines
}

/// Says that edits still wait.
pub fn kept_draft(edits: u32) -> Option<String> {
    match edits {
        0 => None,
        1 => Some("One edit still waits in its draft; it was not applied.".to_owned()),
        edits => Some(format!(
            "{edits} edits still wait in its draft; they were not applied."
        )),
    }
}

fn phase_words(phase: RebootPhase) -> &'static str {
    match phase {
        RebootPhase::Sent => "the gateway accepted the request",
        RebootPhase::Deferred => "it says that it restarts later",
        RebootPhase::Goodbye => "it says goodbye",
        RebootPhase::Gone => "it is gone",
        RebootPhase::Announced => "it announces itself",
        RebootPhase::Reachable => "it answers",
        RebootPhase::NewCertificate => "it shows another certificate than the trusted one",
        RebootPhase::Secured => "it shows the trusted certificate",
        RebootPhase::Verified => "it is the same gateway and shows its values",
        RebootPhase::Differs => "it is the same gateway; some values are not as expected",
    }
}
