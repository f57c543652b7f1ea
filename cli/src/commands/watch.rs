//! `watch`.

use std::time::Duration;

use management::{limits, Error, FollowNews, FollowedBy, Management, ValueChange};

use crate::output::Output;

/// One line, or one JSON object, for each changed value, until Ctrl-C.
pub async fn run(
    management: &Management,
    device: &str,
    paths: &[String],
    every: Option<f64>,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let every = every.map_or(limits::FOLLOW_EVERY, Duration::from_secs_f64);
    let followed = management.follow_values(&udn, paths, every, |news| match news {
        FollowNews::Changed(change) => {
            if output.is_json() {
                output.document(&change);
            } else {
                let value =
                    |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
                output.line(&format!(
                    "{}  {}  {} → {}{}",
                    change.time,
                    change.path,
                    value(&change.old),
                    value(&change.new),
                    by_how_much(&change)
                ));
            }
        }
        FollowNews::By(FollowedBy::Event, _) => {
            anstream::eprintln!("Watching; the gateway tells changes. Ctrl-C ends.");
        }
        FollowNews::By(FollowedBy::Poll, reason) => {
            let reason = reason
                .map(|reason| format!("{reason} "))
                .unwrap_or_default();
            anstream::eprintln!(
                "{reason}The values are read every {:.1} s instead.",
                every.as_secs_f64()
            );
        }
        FollowNews::Back => anstream::eprintln!("The gateway answers again."),
        FollowNews::Silent(reason) => anstream::eprintln!("{reason} Trying again."),
    });
    tokio::select! {
        outcome = followed => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// ` (+1200, 240/s)`, or that readings are missing in between.
fn by_how_much(change: &ValueChange) -> String {
    let number = |number: f64| {
        let text = format!("{number:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let mut parts = Vec::new();
    if let Some(delta) = change.delta {
        let sign = if delta > 0.0 { "+" } else { "" };
        parts.push(format!("{sign}{}", number(delta)));
    }
    if let Some(rate) = change.rate {
        parts.push(format!("{}/s", number(rate)));
    }
    if change.gap {
        parts.push("after a gap".to_owned());
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("  ({})", parts.join(", ")),
    }
}
