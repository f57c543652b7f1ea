//! `discover` and `show`.

use std::time::Duration;

use management::view::{GatewayKind, GatewayState, GatewayView};
use management::{Error, Management, Neighbourhood};
use serde_json::json;

use crate::output::{table, tone, Output, Tone};

pub async fn discover(
    management: &Management,
    time: Option<f64>,
    all: bool,
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Searching");
    let mut found = management
        .discover(time.map(Duration::from_secs_f64), |_| {})
        .await?;
    drop(progress);
    if !all {
        found
            .devices
            .retain(|device| device.kind != GatewayKind::Other);
    }
    output.result(&found, || {
        if found.devices.is_empty() {
            let searched: Vec<String> =
                found.interfaces.iter().map(|interface| format!("{} ({})", interface.name, interface.address)).collect();
            return vec![
                "No gateway answered.".to_owned(),
                format!("Searched on {}.", if searched.is_empty() { "no adapter".to_owned() } else { searched.join(", ") }),
                "Ask why with `lanside doctor`, try `lanside discover --all`, or give an address: `lanside show 192.168.1.1`.".to_owned(),
            ];
        }
        let mut rows = vec![["NAME", "MODEL", "ADDRESS", "STATE", "UDN"].map(str::to_owned).to_vec()];
        rows.extend(found.devices.iter().map(|device| {
            vec![
                device.friendly_name.clone().unwrap_or_default(),
                device.model_name.clone().unwrap_or_default(),
                device.address.clone().unwrap_or_default(),
                state_words(device).to_owned(),
                device.udn.clone(),
            ]
        }));
        table(&rows)
    });
    Ok(())
}

/// One line, or one JSON object, for each change, until Ctrl-C.
pub async fn follow(management: &Management, all: bool, output: &Output) -> Result<(), Error> {
    let watched = management.watch_network(|news| match news {
        Neighbourhood::Device(device) if all || device.kind != GatewayKind::Other => {
            if output.is_json() {
                output.document(&json!({ "device": device }));
            } else {
                let name = device.friendly_name.as_deref().unwrap_or(&device.udn);
                let address = device.address.as_deref().unwrap_or("–");
                output.line(&format!("{:<8} {name}  {address}", state_words(&device)));
            }
        }
        Neighbourhood::Device(_) => {}
        Neighbourhood::Interfaces(interfaces) => {
            if output.is_json() {
                output.document(&json!({ "interfaces": interfaces }));
            } else if interfaces.is_empty() {
                output.line("No adapter to search through; waiting for one.");
            } else {
                let names: Vec<String> = interfaces
                    .iter()
                    .map(|interface| format!("{} ({})", interface.name, interface.address))
                    .collect();
                output.line(&format!("Searching on {}.", names.join(", ")));
            }
        }
    });
    tokio::select! {
        outcome = watched => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

pub async fn show(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let progress = output.progress("Looking for it");
    let udn = management.resolve(device).await?;
    let shown = management.show(&udn).await?;
    drop(progress);
    let mut document =
        serde_json::to_value(&shown.gateway).map_err(|error| Error::Internal(error.to_string()))?;
    if let Some(object) = document.as_object_mut() {
        object.insert("data_models".into(), json!(shown.data_models));
        object.insert("protocols".into(), json!(shown.protocols));
        object.insert("roles".into(), json!(shown.roles));
    }
    output.result(&document, || {
        let gateway = &shown.gateway;
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let mut rows: Vec<Vec<String>> = [
            ("Name", text(&gateway.friendly_name)),
            ("Maker", text(&gateway.manufacturer)),
            (
                "Model",
                format!(
                    "{} {}",
                    text(&gateway.model_name),
                    gateway.model_number.clone().unwrap_or_default()
                ),
            ),
            ("Serial number", text(&gateway.serial_number)),
            ("Software", text(&gateway.software_version)),
            ("Address", text(&gateway.address)),
            ("UDN", gateway.udn.clone()),
            ("Description", text(&gateway.location)),
            ("Protected", text(&gateway.secure_location)),
            ("State", state_words(gateway).to_owned()),
            (
                "Roles",
                if shown.roles.is_empty() {
                    "–".to_owned()
                } else {
                    shown.roles.join(" ")
                },
            ),
        ]
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value])
        .collect();
        rows.extend(shown.data_models.iter().map(|model| {
            vec![
                "Data model".to_owned(),
                format!("{} at {}", model.uri, model.location),
            ]
        }));
        rows.extend(
            gateway
                .services
                .iter()
                .map(|service| vec!["Service".to_owned(), service.service_type.clone()]),
        );
        let mut lines = table(&rows);
        lines.extend(gateway.reason.clone());
        if gateway.state == GatewayState::New && gateway.secure_location.is_some() {
            lines.push(tone(
                Tone::Faint,
                "Pair with `lanside pair DEVICE --pin PIN`; the PIN is on its label.",
            ));
        }
        lines
    });
    Ok(())
}

fn state_words(device: &GatewayView) -> &'static str {
    match (device.kind, device.state) {
        (_, GatewayState::Changed) => "certificate changed",
        (_, GatewayState::Silent) => "not answering",
        (_, GatewayState::Paired) => "paired",
        (GatewayKind::Tr064, GatewayState::New) if device.secure_location.is_some() => {
            "needs pairing"
        }
        (GatewayKind::Tr064, GatewayState::New) => "open",
        (GatewayKind::Tr064Issue1, _) => "TR-064 Issue 1",
        (GatewayKind::DeviceProtection, _) => "no data model",
        (GatewayKind::Other, _) => "other device",
    }
}
