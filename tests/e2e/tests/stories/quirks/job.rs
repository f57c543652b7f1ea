//! The main job, step by step.

use std::path::Path;

use lanside_e2e::{options, seconds, Workbench, SSID, SSID_UPNP};
use lanside_gateway::options::Options;
use lanside_gateway::quirks::Quirk;
use management::view::Code;
use management::{introduction_control, Error, Proof};
use upnp::driver::{ControlPoint, Event, Location, Options as ControlPointOptions};

use crate::quirks::tables::NAMED;

/// Path, new value, and where the gateway keeps it: a text that has to be escaped, a number, a boolean.
const EDITS: [(&str, &str, &str); 3] = [
    (SSID, "K\u{fc}che & <Bad>", SSID_UPNP),
    (
        "Device.WiFi.Radio.1.Channel",
        "11",
        "/BBF/WiFi/Radio/0/Channel",
    ),
    ("Device.WiFi.SSID.1.Enable", "0", "/BBF/WiFi/SSID/0/Enable"),
];

/// The state variable that tells of changes.
const UPDATE: &str = "ConfigurationUpdate";

/// A step of the main job, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Find,
    Pair,
    Read,
    Refusal,
    Change,
    Reboot,
    Return,
    Events,
    Trace,
}

/// A step that did not work, and how.
#[derive(Debug)]
pub struct Failure {
    pub step: Step,
    pub code: Option<Code>,
    pub detail: String,
}

fn failed(step: Step) -> impl Fn(Error) -> Failure {
    move |error| Failure {
        step,
        code: Some(error.code()),
        detail: error.to_string(),
    }
}

pub fn wrong(step: Step, detail: impl std::fmt::Debug) -> Failure {
    Failure {
        step,
        code: None,
        detail: format!("{detail:?}"),
    }
}

/// The whole main job, by the name under which the search told of the gateway.
pub async fn main_job(quirk: Option<Quirk>) -> Result<(), Failure> {
    let mut bench = Workbench::apart(Options {
        quirks: quirk.into_iter().collect(),
        ..options(quirk.map_or("no-quirk", Quirk::name))
    })
    .await;
    let trace = bench.state_dir().join("trace.jsonl");
    let file = Some(trace.clone());
    bench
        .restart_management_with(|options| options.trace = file)
        .await;
    let udn = find(&bench).await?;
    pair(&bench, &udn).await?;
    let old = bench.value(SSID_UPNP);
    read(&bench, &udn, Step::Read, &old).await?;
    refusal(&bench, &udn).await?;
    change(&bench, &udn).await?;
    reboot(&bench, &udn).await?;
    read(&bench, &udn, Step::Return, EDITS[0].1).await?;
    events(&bench).await?;
    is_named(&bench, quirk, &trace)
}

/// Whether the trace tells what was accepted, as [`NAMED`] has it.
fn is_named(bench: &Workbench, quirk: Option<Quirk>, trace: &Path) -> Result<(), Failure> {
    let Some((_, words)) = NAMED.iter().find(|(named, _)| Some(*named) == quirk) else {
        return Ok(());
    };
    let text = std::fs::read_to_string(trace).expect("the trace");
    // Other gateways are in it, too: they were found by the same search.
    let addresses = bench.gateway.addresses();
    let own = [addresses.http.to_string(), addresses.https.to_string()];
    let told = text
        .lines()
        .filter(|line| line.contains(words))
        .any(|line| {
            line.contains("accepted all the same")
                || own.iter().any(|own| line.contains(own.as_str()))
        });
    if told {
        Ok(())
    } else {
        Err(wrong(Step::Trace, format!("{words} is not in the trace")))
    }
}

/// Searches until the gateway is there, as a person does who presses the button again.
async fn find(bench: &Workbench) -> Result<String, Failure> {
    let told = bench.udn();
    let uuid = told.trim_start_matches("uuid:");
    // Shortly at first; one quirk answers later than it should, and a busy machine all of them.
    for time in [Some(seconds(1)), None, None, None] {
        let found = bench.management.discover(time, |_| {}).await;
        let found = found.map_err(failed(Step::Find))?;
        let this = found
            .devices
            .into_iter()
            .map(|view| view.udn)
            .find(|udn| udn.trim_start_matches("uuid:").eq_ignore_ascii_case(uuid));
        if let Some(udn) = this {
            return Ok(udn);
        }
    }
    Err(wrong(Step::Find, "not among what was found"))
}

async fn pair(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let failed = failed(Step::Pair);
    let proof = Proof::pin(&bench.gateway.pin()).map_err(&failed)?;
    let (_control, signals) = introduction_control();
    let paired = bench.management.pair(udn, proof, signals, |_| {}).await;
    let paired = paired.map_err(&failed)?;
    if paired.roles.contains(&"Admin".to_owned()) {
        Ok(())
    } else {
        Err(wrong(Step::Pair, paired))
    }
}

/// Reads everything about the wireless network and compares its name.
async fn read(bench: &Workbench, udn: &str, step: Step, expected: &str) -> Result<(), Failure> {
    let failed = failed(step);
    let session = bench.management.open_gateway(udn).await;
    let session = session.map_err(&failed)?;
    let root = session.naming().location().to_owned();
    let all = session.read_subtree(&format!("{root}WiFi/")).await;
    all.map_err(&failed)?;
    let read = session.values(&[format!("{root}WiFi/SSID/")]).await;
    let (nodes, problems) = read.map_err(&failed)?;
    let name = nodes.iter().find(|node| node.path == SSID);
    let value = name.and_then(|node| node.value.as_deref());
    if problems.is_empty() && value == Some(expected) {
        Ok(())
    } else {
        Err(wrong(step, (name, problems)))
    }
}

/// Asks for something that does not exist, which must not be taken for a value.
async fn refusal(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let failed = failed(Step::Refusal);
    let session = bench.management.open_gateway(udn).await;
    let session = session.map_err(&failed)?;
    let root = session.naming().location();
    let nowhere = [format!("{root}WiFi/SSID/0/NoSuchThing")];
    match session.values(&nowhere).await {
        Err(error) if error.code() == Code::ActionRefused => Ok(()),
        Err(error) => Err(failed(error)),
        Ok((nodes, problems)) if nodes.is_empty() && problems.len() == 1 => Ok(()),
        Ok(read) => Err(wrong(Step::Refusal, read)),
    }
}

/// Edits, applies and compares with what the gateway has then.
async fn change(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let failed = failed(Step::Change);
    for (path, value, _) in EDITS {
        let staged = bench.management.stage(udn, path, value).await;
        staged.map_err(&failed)?;
    }
    let applied = bench.management.apply_draft(udn).await;
    let applied = applied.map_err(&failed)?;
    let verified = applied.changes.iter().filter(|change| change.verified);
    let kept = EDITS
        .iter()
        .all(|(_, value, upnp_path)| bench.value(upnp_path) == *value);
    if verified.count() == EDITS.len() && kept {
        Ok(())
    } else {
        Err(wrong(Step::Change, applied))
    }
}

async fn reboot(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let boot_id = bench.gateway.boot_id();
    let wait = Some(seconds(25));
    let back = bench.management.reboot(udn, wait, |_| {}).await;
    let back = back.map_err(failed(Step::Reboot))?;
    if back.back && bench.gateway.boot_id() != boot_id {
        Ok(())
    } else {
        Err(wrong(Step::Reboot, back))
    }
}

/// Subscribes, and hears of a change somebody else makes.
async fn events(bench: &Workbench) -> Result<(), Failure> {
    let failed = |error: upnp::Error| wrong(Step::Events, error);
    let point = ControlPoint::new(ControlPointOptions::default()).map_err(failed)?;
    let location: Location = bench.gateway.location().parse().map_err(failed)?;
    let device = point.describe(location).await.map_err(failed)?;
    let service = device.service("ConfigurationManagement").map_err(failed)?;
    let subscribed = point.subscribe(&device, &service, None).await;
    let mut subscription = subscribed.map_err(failed)?;
    let mut changed = false;
    let heard = async {
        while let Some(event) = subscription.next().await {
            match event {
                Event::Values { initial: true, .. } => {
                    changed = bench.gateway.tree(|tree| tree.poke(SSID_UPNP, "By hand"));
                }
                Event::Values { variables, .. } if changed => {
                    let update = variables.iter().find(|(name, _)| name == UPDATE);
                    if update.is_some() {
                        return Ok(());
                    }
                }
                Event::Values { .. } => {}
                other => return Err(wrong(Step::Events, other)),
            }
        }
        Err(wrong(Step::Events, "the subscription ended"))
    };
    let heard = tokio::time::timeout(seconds(15), heard).await;
    heard.map_err(|_| wrong(Step::Events, "nothing was heard"))??;
    subscription.close().await;
    Ok(())
}
