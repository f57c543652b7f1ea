//! `reboot`, and the timeline `reset` shares with it.

use std::sync::Mutex;
use std::time::Duration;

use management::view::{RebootPhase, RebootStepView, RebootView};
use management::{Error, Management};
use serde::Serialize;
use serde_json::{Map, Value};

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
    let timeline = Timeline::new(output);
    let outcome = management
        .reboot(&udn, wait, |step| timeline.show(step))
        .await?;
    drop(progress);
    if wait.is_some() {
        timeline.end(&outcome, || ended(&outcome));
    } else if outcome.later && !output.is_json() {
        output.line("It restarts when it has time; `--wait SECONDS` follows it.");
    }
    Ok(())
}

/// The timeline, line by line as it happens.
///
/// A program that reads the JSON stream was promised six phases. What else happens between two of
/// them is told by the next line, in `before`.
pub struct Timeline<'a> {
    output: &'a Output,
    before: Mutex<Vec<RebootStepView>>,
}

/// A document of the stream with what happened since the last one.
#[derive(Serialize)]
struct Line<'a, T: Serialize> {
    #[serde(flatten)]
    document: &'a T,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<RebootStepView>,
}

impl<'a> Timeline<'a> {
    pub fn new(output: &'a Output) -> Self {
        Self {
            output,
            before: Mutex::default(),
        }
    }

    /// Shows a step.
    pub fn show(&self, step: RebootStepView) {
        self.show_with(step, Map::new());
    }

    /// Shows a step; a program also reads the members of `facts`.
    pub fn show_with(&self, step: RebootStepView, facts: Map<String, Value>) {
        if self.output.is_json() && !is_promised(step.phase) {
            self.kept().push(step);
            return;
        }
        let mut line = format!("{:>6.1} s  {}", step.seconds, phase_words(step.phase));
        if let Some(address) = &step.address {
            line.push_str(&format!(", at another address: {address}"));
        }
        #[derive(Serialize)]
        struct Told {
            #[serde(flatten)]
            step: RebootStepView,
            #[serde(flatten)]
            facts: Map<String, Value>,
        }
        self.end(&Told { step, facts }, || vec![line]);
    }

    /// Shows how it ended.
    pub fn end(&self, outcome: &impl Serialize, lines: impl FnOnce() -> Vec<String>) {
        let before = std::mem::take(&mut *self.kept());
        let document = outcome;
        self.output.result(&Line { document, before }, lines);
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<RebootStepView>> {
        self.before
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Whether it is one of the six phases every reader of the stream knows.
fn is_promised(phase: RebootPhase) -> bool {
    match phase {
        RebootPhase::Sent
        | RebootPhase::Gone
        | RebootPhase::Announced
        | RebootPhase::Reachable
        | RebootPhase::Secured
        | RebootPhase::Verified => true,
        RebootPhase::Deferred
        | RebootPhase::Goodbye
        | RebootPhase::NewCertificate
        | RebootPhase::Differs => false,
    }
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
