//! `software`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use management::software::{
    SoftwareAct, SoftwareChange, SoftwareChangeView, SoftwareListView, SoftwareNews,
    SoftwareSource, UnitKind,
};
use management::{Error, Management};

use super::ask::yes_or_no;
use crate::output::{table, tone, Output, Tone};

/// Which gateway, and what to do with its software.
#[derive(Debug, Args)]
pub struct SoftwareArguments {
    /// UDN, IP address, description URL, or a piece of the name that fits one gateway.
    #[arg(value_name = "DEVICE")]
    device: String,
    /// What to do (default: list it).
    #[command(subcommand)]
    what: Option<SoftwareVerb>,
}

#[derive(Debug, Subcommand)]
enum SoftwareVerb {
    /// What is installed and runs.
    List,
    /// Let the gateway fetch and install something.
    Install {
        /// Where the gateway fetches it; it must be reachable from there.
        #[arg(value_name = "URL")]
        url: String,
        /// What it is.
        #[arg(
            long = "type",
            value_enum,
            value_name = "KIND",
            default_value = "application"
        )]
        kind: Kind,
        #[command(flatten)]
        how: How,
    },
    /// Let the gateway fetch another version.
    Update {
        /// Number of the deployment unit.
        #[arg(value_name = "ID")]
        id: u32,
        /// Where the gateway fetches it; it must be reachable from there.
        #[arg(value_name = "URL")]
        url: String,
        #[command(flatten)]
        how: How,
    },
    /// Remove something.
    Uninstall {
        /// Number of the deployment unit.
        #[arg(value_name = "ID")]
        id: u32,
        #[command(flatten)]
        how: How,
    },
    /// Start something that is installed.
    Start {
        /// Number of the execution unit.
        #[arg(value_name = "ID")]
        id: u32,
        #[command(flatten)]
        how: How,
    },
    /// Stop something that runs.
    Stop {
        /// Number of the execution unit.
        #[arg(value_name = "ID")]
        id: u32,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Debug, Clone, Args)]
struct How {
    /// Leave other software it needs alone.
    #[arg(long)]
    alone: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Wait so long for it.
    #[arg(long = "for", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=7200))]
    patience: Option<u32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Firmware,
    Application,
    Configuration,
    Other,
}

impl From<Kind> for UnitKind {
    fn from(kind: Kind) -> UnitKind {
        match kind {
            Kind::Firmware => UnitKind::Firmware,
            Kind::Application => UnitKind::Application,
            Kind::Configuration => UnitKind::Configuration,
            Kind::Other => UnitKind::Other,
        }
    }
}

impl SoftwareVerb {
    fn change(self) -> Option<(SoftwareChange, How)> {
        Some(match self {
            SoftwareVerb::List => return None,
            SoftwareVerb::Install { url, kind, how } => {
                let (kind, dependencies) = (kind.into(), !how.alone);
                let change = SoftwareChange::Install {
                    url,
                    kind,
                    dependencies,
                };
                (change, how)
            }
            SoftwareVerb::Update { id, url, how } => {
                let dependencies = !how.alone;
                let change = SoftwareChange::Update {
                    id,
                    url,
                    dependencies,
                };
                (change, how)
            }
            SoftwareVerb::Uninstall { id, how } => {
                let dependencies = !how.alone;
                (SoftwareChange::Uninstall { id, dependencies }, how)
            }
            SoftwareVerb::Start { id, how } => {
                let dependencies = !how.alone;
                (SoftwareChange::Start { id, dependencies }, how)
            }
            SoftwareVerb::Stop { id, how } => {
                let dependencies = !how.alone;
                (SoftwareChange::Stop { id, dependencies }, how)
            }
        })
    }
}

pub async fn run(
    management: &Management,
    arguments: SoftwareArguments,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(&arguments.device).await?;
    let Some((change, how)) = arguments.what.and_then(SoftwareVerb::change) else {
        let list = management.software(&udn).await?;
        output.result(&list, || listed(&list));
        return Ok(());
    };
    if !how.yes {
        confirm(change.act()).await?;
    }
    let patience = how
        .patience
        .map(|seconds| Duration::from_secs(seconds.into()));
    let doing = doing(change.act());
    let progress = output.progress(doing);
    let view = management
        .change_software(&udn, &change, patience, |news| match news {
            SoftwareNews::Started { operation_id, .. } => {
                progress.say(format!("{doing}: operation {operation_id}"));
            }
            SoftwareNews::State { state, .. } => {
                progress.say(format!("{doing}: {}", words(&state)))
            }
            SoftwareNews::Silent => progress.say(format!(
                "{doing}: the gateway restarts; do not cut its power"
            )),
        })
        .await?;
    drop(progress);
    output.result(&view, || changed(&view));
    Ok(())
}

/// What changes a gateway is asked about once.
async fn confirm(act: SoftwareAct) -> Result<(), Error> {
    let question = match act {
        SoftwareAct::Install | SoftwareAct::Update => {
            "The gateway fetches and installs this itself; firmware restarts it. Go on?"
        }
        SoftwareAct::Uninstall => "It is removed, with its settings. Go on?",
        SoftwareAct::Start | SoftwareAct::Stop => "This changes what runs on the gateway. Go on?",
    };
    yes_or_no(
        &tone(Tone::Caution, question),
        "changing software needs --yes when nobody can be asked",
        "nothing was sent",
    )
    .await
}

fn doing(act: SoftwareAct) -> &'static str {
    match act {
        SoftwareAct::Install => "Installing",
        SoftwareAct::Update => "Updating",
        SoftwareAct::Uninstall => "Uninstalling",
        SoftwareAct::Start => "Starting",
        SoftwareAct::Stop => "Stopping",
    }
}

fn words(state: &str) -> &str {
    match state {
        "Requested" => "waiting to begin",
        "InProgress" => "under way",
        "Completed" => "done",
        other => other,
    }
}

fn changed(view: &SoftwareChangeView) -> Vec<String> {
    let seconds = view.seconds;
    let restarted = if view.restarted {
        ", with a restart"
    } else {
        ""
    };
    let mut lines = vec![match view.verified {
        true => tone(Tone::Good, &format!("Done after {seconds:.1} s{restarted}.")),
        false => tone(
            Tone::Caution,
            &format!("The gateway says that it is done after {seconds:.1} s{restarted}, and its list does not show it."),
        ),
    }];
    lines.extend(listed(&view.now));
    lines
}

fn listed(list: &SoftwareListView) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(
        list.firmware
            .as_ref()
            .map(|version| format!("Firmware {version}")),
    );
    match list.source {
        SoftwareSource::Nothing => lines.push("It lists no other software.".to_owned()),
        SoftwareSource::DataModel => {
            lines.push("Read from its data model; it cannot be changed from here.".to_owned());
        }
        SoftwareSource::SoftwareManagement => {}
    }
    if !list.units.is_empty() {
        lines.push("Installed".to_owned());
        let rows: Vec<Vec<String>> = list
            .units
            .iter()
            .map(|unit| {
                vec![
                    format!("  {}", unit.id),
                    unit.name.clone(),
                    unit.version.clone(),
                    unit.kind
                        .clone()
                        .or(unit.vendor.clone())
                        .unwrap_or_default(),
                    unit.state.clone(),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    if !list.executions.is_empty() {
        lines.push("Can run".to_owned());
        let rows: Vec<Vec<String>> = list
            .executions
            .iter()
            .map(|unit| {
                vec![
                    format!("  {}", unit.id),
                    unit.name.clone(),
                    unit.version.clone(),
                    unit.state.clone(),
                    unit.fault.clone().unwrap_or_default(),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    lines
}
