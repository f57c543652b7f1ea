//! `ladder`.

use management::ladder::{
    Ladder, LadderView, Layer, NextStep, Purpose, Rung, RungProblem, RungState,
};
use management::{Error, Management};

use crate::output::{table, tone, Output, Tone};

pub async fn run(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let view = management.ladder(&udn).await?;
    output.result(&view, || shown(&view));
    Ok(())
}

/// The ladders, the top rung first, as a ladder is looked at.
pub fn shown(view: &LadderView) -> Vec<String> {
    let mut lines = Vec::new();
    for ladder in &view.ladders {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(one(ladder));
    }
    lines
}

/// One ladder.
pub fn one(ladder: &Ladder) -> Vec<String> {
    let mut lines = vec![heading(ladder)];
    let rows: Vec<Vec<String>> = ladder.rungs.iter().rev().map(rung).collect();
    lines.extend(table(&rows));
    let broken = ladder
        .broken
        .and_then(|broken| ladder.rungs.get(broken as usize));
    for evidence in broken.iter().flat_map(|rung| &rung.evidence) {
        lines.push(tone(
            Tone::Faint,
            &format!("    {} = {}", evidence.path, evidence.value),
        ));
    }
    lines.extend(ladder.next.as_ref().map(|next| format!("  {}", step(next))));
    lines
}

fn heading(ladder: &Ladder) -> String {
    let purpose = match ladder.purpose {
        Purpose::Internet => "Internet".to_owned(),
        Purpose::Wifi => format!("Wi-Fi {}", ladder.name.as_deref().unwrap_or_default()),
        Purpose::Lan => "Home network".to_owned(),
    };
    match ladder.broken {
        Some(_) => format!("{purpose}: {}", tone(Tone::Bad, "broken")),
        None => format!("{purpose}: {}", tone(Tone::Good, "holds")),
    }
}

fn rung(rung: &Rung) -> Vec<String> {
    let (mark, words) = match (rung.state, rung.problem) {
        (RungState::Holds, _) => ("+", tone(Tone::Good, "holds")),
        (RungState::Broken, problem) => ("x", tone(Tone::Bad, problem.map_or("is down", words))),
        (RungState::Waits, _) => ("-", tone(Tone::Faint, "waits for the layer below")),
        (RungState::Unknown, _) => ("?", tone(Tone::Caution, "the gateway does not say")),
    };
    vec![
        format!("  {mark} {}", layer(rung.layer)),
        rung.name.clone().unwrap_or_default(),
        words,
    ]
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Line => "DSL line",
        Layer::Channel => "DSL channel",
        Layer::Fibre => "Fibre",
        Layer::Port => "Ethernet port",
        Layer::Mobile => "Mobile network",
        Layer::Link => "Link",
        Layer::Vlan => "VLAN",
        Layer::Ppp => "PPP login",
        Layer::Address => "Address",
        Layer::Route => "Default route",
        Layer::Dns => "Name servers",
        Layer::Radio => "Radio",
        Layer::Network => "Network",
        Layer::AccessPoint => "Access point",
        Layer::DhcpServer => "DHCP server",
    }
}

fn words(problem: RungProblem) -> &'static str {
    match problem {
        RungProblem::SwitchedOff => "is switched off",
        RungProblem::NoSignal => "has no signal",
        RungProblem::NotInSync => "has a signal, but no sync yet",
        RungProblem::NoLight => "gets no light",
        RungProblem::NoCable => "has no cable, or nothing behind it",
        RungProblem::NothingComesBack => "sends, but nothing comes back",
        RungProblem::PasswordRefused => "name or password was refused",
        RungProblem::AccountBlocked => "the provider blocked the account",
        RungProblem::NoAnswer => "nobody answers",
        RungProblem::Disconnected => "somebody disconnected it",
        RungProblem::NoOffer => "no address is offered",
        RungProblem::NoAddress => "has no address",
        RungProblem::NoDefaultRoute => "is missing",
        RungProblem::NoServer => "none is known",
        RungProblem::Down => "is down",
    }
}

fn step(next: &NextStep) -> String {
    match next {
        NextStep::Test { kind, target } => {
            let target = target.as_deref().unwrap_or(match kind {
                management::diagnostics::TestKind::InterfaceReset => "",
                _ => "TARGET",
            });
            format!("Next: lanside test DEVICE {} {target}", kind.name())
                .trim_end()
                .to_owned()
        }
        NextStep::CheckCable => {
            "Next: check the cable between the wall and the gateway.".to_owned()
        }
        NextStep::CheckValue { path } => format!("Next: check {path}."),
        NextStep::SwitchOn { path } => format!("Next: lanside set DEVICE {path}=1"),
        NextStep::Wait => {
            "Next: wait five minutes; if it stays so, check the cable or ask the provider."
                .to_owned()
        }
        NextStep::AskProvider => "Next: ask the provider.".to_owned(),
        NextStep::Restart => "Next: lanside reboot DEVICE --wait 300".to_owned(),
    }
}
