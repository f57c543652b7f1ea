//! `attributes`.

use management::{AttributesView, Error, Management};
use serde_json::json;

use crate::output::{table, Output};

/// What is to be switched.
pub struct Wanted {
    pub event_on_change: Option<bool>,
    pub alarm_on_change: Option<bool>,
    pub alarms: Option<bool>,
}

pub async fn run(
    management: &Management,
    device: &str,
    paths: &[String],
    wanted: Wanted,
    rights: bool,
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Asking for attributes");
    let udn = management.resolve(device).await?;
    if rights {
        let (rights, document) = management.node_rights(&udn, paths).await?;
        drop(progress);
        output.result(&json!({ "rights": rights, "document": document }), || {
            if rights.is_empty() {
                return vec![document.clone()];
            }
            let rows: Vec<Vec<String>> = rights
                .iter()
                .map(|node| {
                    let roles =
                        |what: &str, roles: &[String]| format!("{what}: {}", roles.join(" "));
                    vec![
                        node.path.clone(),
                        roles("list", &node.list),
                        roles("read", &node.read),
                        roles("write", &node.write),
                    ]
                })
                .collect();
            table(&rows)
        });
        return Ok(());
    }
    let changes = wanted.event_on_change.is_some() || wanted.alarm_on_change.is_some();
    let mut view = if changes {
        let (event, alarm) = (wanted.event_on_change, wanted.alarm_on_change);
        management.set_attributes(&udn, paths, event, alarm).await?
    } else {
        management.attributes(&udn, paths).await?
    };
    if let Some(alarms) = wanted.alarms {
        view.alarms_enabled = Some(management.set_alarms(&udn, alarms).await?);
    }
    drop(progress);
    output.result(&view, || lines(&view));
    if wanted.alarm_on_change == Some(true) && view.alarms_enabled == Some(false) {
        anstream::eprintln!("Alarms are off for the whole gateway; --alarms on switches them on.");
    }
    Ok(())
}

fn lines(view: &AttributesView) -> Vec<String> {
    let rows: Vec<Vec<String>> = view
        .nodes
        .iter()
        .map(|node| {
            let switch = |name: &str, on: Option<bool>| match on {
                Some(true) => format!("{name} on"),
                Some(false) => format!("{name} off"),
                None => format!("{name} –"),
            };
            vec![
                node.path.clone(),
                node.access.clone().unwrap_or_default(),
                node.node_type.clone().unwrap_or_default(),
                switch("event", node.event_on_change),
                switch("alarm", node.alarm_on_change),
                node.version
                    .map(|version| format!("version {version}"))
                    .unwrap_or_default(),
            ]
        })
        .collect();
    let mut lines = table(&rows);
    match view.alarms_enabled {
        Some(true) => lines.push("Alarms are on.".to_owned()),
        Some(false) => lines.push("Alarms are off.".to_owned()),
        None => {}
    }
    lines
}
