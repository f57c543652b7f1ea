//! `watch`.

use std::time::Duration;

use management::{limits, Error, FollowNews, FollowedBy, Management};

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
                    "{}  {}  {} → {}",
                    change.time,
                    change.path,
                    value(&change.old),
                    value(&change.new)
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
