//! `measure`.

use std::time::Duration;

use clap::{Args, Subcommand};
use management::measure::{ChannelsView, LineTonesView, Tones, TrafficView};
use management::{Error, Management};

use crate::output::{table, tone, Output, Tone};

/// Which gateway, and what is measured.
#[derive(Debug, Args)]
pub struct MeasureArguments {
    /// UDN, IP address, description URL, or a piece of the name that fits one gateway.
    #[arg(value_name = "DEVICE")]
    device: String,
    /// What.
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tones of the DSL line: signal to noise, noise, what the line lets through, bits.
    Line,
    /// How crowded the Wi-Fi channels are (`lanside test DEVICE neighbours` looks around).
    Channels,
    /// Traffic counters as rates.
    Traffic {
        /// Seconds between two readings.
        #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = crate::arguments::seconds)]
        every: f64,
        /// How many rates (default: until Ctrl-C).
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        count: Option<u32>,
    },
}

pub async fn run(
    management: &Management,
    arguments: MeasureArguments,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(&arguments.device).await?;
    match arguments.what {
        What::Line => {
            let view = management.line_tones(&udn).await?;
            output.result(&view, || line(&view));
        }
        What::Channels => {
            let view = management.wifi_channels(&udn).await?;
            output.result(&view, || channels(&view));
        }
        What::Traffic { every, count } => {
            let every = Duration::from_secs_f64(every);
            management
                .follow_traffic(&udn, every, count, |view| {
                    output.result(&view, || traffic(&view));
                })
                .await?;
        }
    }
    Ok(())
}

fn line(view: &LineTonesView) -> Vec<String> {
    if view.lines.is_empty() {
        return vec!["It has no DSL line.".to_owned()];
    }
    let mut lines = Vec::new();
    for one in &view.lines {
        lines.push(one.path.clone());
        for (name, tones) in [("down", &one.down), ("up", &one.up)] {
            lines.extend(of_tones(name, tones));
        }
    }
    lines
}

/// A picture in a line for each measure: lowest tones left.
fn of_tones(name: &str, tones: &Tones) -> Vec<String> {
    let measures = [
        ("signal to noise, dB", &tones.snr_db),
        ("noise, dBm/Hz", &tones.qln_dbm_hz),
        ("lets through, dB", &tones.hlog_db),
        ("bits", &tones.bits),
    ];
    let mut lines = Vec::new();
    for (measure, values) in measures {
        let known: Vec<f64> = values.iter().copied().flatten().collect();
        let Some(least) = known.iter().copied().reduce(f64::min) else {
            continue;
        };
        let most = known.iter().copied().fold(least, f64::max);
        lines.push(format!(
            "  {name:<4}  {measure}: {least:.1} to {most:.1}, {} of {} groups of {} tones",
            known.len(),
            values.len(),
            tones.group_size
        ));
        lines.push(format!("        {}", sparkline(values, least, most)));
    }
    lines
}

/// At most 64 columns; a gap stays a gap.
fn sparkline(values: &[Option<f64>], least: f64, most: f64) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const COLUMNS: usize = 64;
    let part = values.len().div_ceil(COLUMNS).max(1);
    values
        .chunks(part)
        .map(|chunk| {
            let known: Vec<f64> = chunk.iter().copied().flatten().collect();
            if known.is_empty() {
                return ' ';
            }
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let height = if most > least {
                (mean - least) / (most - least)
            } else {
                1.0
            };
            STEPS[((height * 7.0).round() as usize).min(7)]
        })
        .collect()
}

fn channels(view: &ChannelsView) -> Vec<String> {
    let mut lines = vec![match &view.looked_at {
        Some(time) => format!("Looked around on {time}."),
        None => tone(
            Tone::Caution,
            "It has not looked around yet: `lanside test DEVICE neighbours`.",
        ),
    }];
    for band in &view.bands {
        lines.push(band.band.clone());
        let rows: Vec<Vec<String>> = band
            .channels
            .iter()
            .filter(|channel| channel.overlapping > 0 || channel.own)
            .map(|channel| {
                let strongest = channel.strongest_dbm;
                vec![
                    format!("  {:>3}", channel.channel),
                    format!("{} networks reach into it", channel.overlapping),
                    strongest
                        .map(|dbm| format!("strongest {dbm} dBm"))
                        .unwrap_or_default(),
                    if channel.own { "this gateway" } else { "" }.to_owned(),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    lines
}

fn traffic(view: &TrafficView) -> Vec<String> {
    let rate =
        |bps: Option<f64>| bps.map_or("?".to_owned(), |bps| format!("{:.3} Mbit/s", bps / 1e6));
    let rows: Vec<Vec<String>> = view
        .interfaces
        .iter()
        .map(|one| {
            vec![
                format!("  {}", one.name),
                format!("received {}", rate(one.received_bps)),
                format!("sent {}", rate(one.sent_bps)),
                match one.errors {
                    Some(errors) if errors > 0 => format!("{errors} errors"),
                    _ => String::new(),
                },
            ]
        })
        .collect();
    let mut lines = vec![tone(Tone::Faint, &view.time)];
    lines.extend(table(&rows));
    lines
}
