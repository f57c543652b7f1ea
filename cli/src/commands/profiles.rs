//! `profiles`: which profiles of its data model a gateway fulfils.

use std::path::Path;

use management::profiles::{html, Fulfilment, Missing, ProfileReportView, ProfileView};
use management::schema::Language;
use management::{Error, Management};

use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    file: Option<&Path>,
    language: Language,
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Reading");
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let report = session.profile_report().await?;
    drop(progress);
    if let Some(file) = file {
        std::fs::write(file, html(&report, language)).map_err(|error| {
            Error::Usage(format!("{} cannot be written: {error}", file.display()))
        })?;
    }
    output.result(&report, || lines(&report));
    Ok(())
}

fn lines(report: &ProfileReportView) -> Vec<String> {
    let of = |state: Fulfilment| report.profiles.iter().filter(move |one| one.state == state);
    let size = |one: &ProfileView| format!("{}/{}", one.present, one.members);
    let mut lines = Vec::new();
    if !report.structure_known {
        let text = "The gateway does not tell what it supports; what showed no value counts as not supported.";
        lines.push(tone(Tone::Caution, text));
    }
    lines.push(format!("Fulfilled: {}", report.fulfilled));
    let rows: Vec<_> = of(Fulfilment::Fulfilled)
        .map(|one| vec![format!("  {}", one.name), size(one)])
        .collect();
    lines.extend(table(&rows));
    lines.push(format!("Partly there: {}", report.partly));
    let rows: Vec<_> = of(Fulfilment::Partly)
        .map(|one| {
            let few: Vec<String> = one
                .missing
                .iter()
                .take(4)
                .map(|member| {
                    let why = match member.why {
                        Missing::NotSupported => "",
                        Missing::Refused => " (refused)",
                        Missing::NotWritable => " (not writable)",
                    };
                    format!("{}{why}", member.path)
                })
                .collect();
            let more = match one.missing.len().saturating_sub(few.len()) {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            vec![
                format!("  {}", one.name),
                size(one),
                format!("missing {}{more}", few.join(", ")),
            ]
        })
        .collect();
    lines.extend(table(&rows));
    lines.push(tone(
        Tone::Faint,
        &format!(
            "Not there: {} (all of them with --json or --html FILE)",
            report.absent
        ),
    ));
    lines
}
