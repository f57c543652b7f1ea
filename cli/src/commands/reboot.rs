//! `reboot`.

use std::time::Duration;

use management::view::RebootPhase;
use management::{Error, Management};
use serde_json::json;

use crate::output::{tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    wait: Option<f64>,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let progress = output.progress("Restarting");
    let wait = wait.map(Duration::from_secs_f64);
    let outcome = management
        .reboot(&udn, wait, |step| {
            if output.is_json() {
                output.document(&json!({ "time": step.time, "phase": step.phase }));
            } else {
                output.line(&format!(
                    "{:>6.1} s  {}",
                    step.seconds,
                    phase_words(step.phase)
                ));
            }
        })
        .await?;
    drop(progress);
    if wait.is_some() {
        output.result(&outcome, || {
            vec![tone(
                Tone::Good,
                &format!("Back after {:.1} s.", outcome.seconds),
            )]
        });
    }
    Ok(())
}

fn phase_words(phase: RebootPhase) -> &'static str {
    match phase {
        RebootPhase::Sent => "the gateway accepted the restart",
        RebootPhase::Gone => "it is gone",
        RebootPhase::Announced => "it announces itself",
        RebootPhase::Reachable => "it answers",
        RebootPhase::Secured => "it shows the trusted certificate",
        RebootPhase::Verified => "it is the same gateway and shows its values",
    }
}
