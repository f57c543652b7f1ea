//! `status`.

use management::status::StatusView;
use management::{Error, Management};

use super::ladder;
use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    text: bool,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let view = management.status(&udn).await?;
    if text && output.is_json() {
        output.document(&serde_json::json!({ "text": view.ticket_text() }));
    } else if text {
        view.ticket_text()
            .lines()
            .for_each(|line| output.line(line));
    } else {
        output.result(&view, || shown(&view));
    }
    Ok(())
}

fn shown(view: &StatusView) -> Vec<String> {
    let none = || "-".to_owned();
    let identity = &view.identity;
    let mut rows = vec![
        row("Gateway", identity.name.clone()),
        row(
            "Model",
            [&identity.manufacturer, &identity.model]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" "),
        ),
        row(
            "Firmware",
            identity.software_version.clone().unwrap_or_else(none),
        ),
        row(
            "Serial",
            identity.serial_number.clone().unwrap_or_else(none),
        ),
        row(
            "Up for",
            view.up_time_s.map_or_else(none, |seconds| {
                format!(
                    "{} d {:02}:{:02} h",
                    seconds / 86_400,
                    seconds / 3_600 % 24,
                    seconds / 60 % 60
                )
            }),
        ),
    ];
    if let Some(status) = &view.device_status {
        rows.push(row(
            "Says",
            [Some(&status.status), status.detail.as_ref()]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        ));
    }
    let wan = &view.wan;
    rows.push(row(
        "Internet",
        [&wan.status, &wan.connection]
            .into_iter()
            .flatten()
            .cloned()
            .chain(wan.addresses.iter().cloned())
            .collect::<Vec<_>>()
            .join("  "),
    ));
    if !wan.name_servers.is_empty() {
        rows.push(row("Names", wan.name_servers.join("  ")));
    }
    for line in &view.lines {
        let rate = |kbit: Option<u32>| {
            kbit.map_or_else(
                || "?".to_owned(),
                |kbit| format!("{:.1} Mbit/s", f64::from(kbit) / 1e3),
            )
        };
        rows.push(row(
            "Line",
            format!(
                "{} {}  {} down  {} up",
                line.kind,
                line.status.as_deref().unwrap_or("?"),
                rate(line.down_kbit.or(line.max_down_kbit)),
                rate(line.up_kbit.or(line.max_up_kbit))
            ),
        ));
    }
    for network in &view.wifi {
        rows.push(row(
            "Wi-Fi",
            format!(
                "{}  {}  {}  {} devices",
                network.ssid,
                if network.enabled { "on" } else { "off" },
                network.band.as_deref().unwrap_or_default(),
                network.stations
            ),
        ));
    }
    rows.push(row(
        "Devices",
        format!("{} there, {} known", view.hosts.active, view.hosts.known),
    ));
    for change in &view.last_changes {
        rows.push(row(
            "Changed",
            format!("{}  {}", change.time, change.paths.join(" ")),
        ));
    }
    if view.draft_count > 0 {
        rows.push(row("Draft", format!("{} values wait", view.draft_count)));
    }
    for alarm in &view.alarms {
        rows.push(row(
            "Alarm",
            tone(Tone::Bad, &format!("{} {}", alarm.severity, alarm.text)),
        ));
    }
    for unit in &view.software {
        rows.push(row(
            "Software",
            format!("{} {}  {}", unit.name, unit.version, unit.state),
        ));
    }
    let mut lines = table(&rows);
    for one in view.ladders.iter().filter(|ladder| ladder.broken.is_some()) {
        lines.push(String::new());
        lines.extend(ladder::one(one));
    }
    lines
}

fn row(name: &str, value: String) -> Vec<String> {
    vec![name.to_owned(), value]
}
