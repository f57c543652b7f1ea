//! `doctor`.

use management::doctor::{
    AdapterCheckView, AdapterKindView, AddressCheckView, DoctorView, FindingView, GatewayCheckView,
    LeftOutView, PortHolderView, Severity,
};
use management::{Error, Management};

use crate::output::{table, tone, Output, Tone};

pub async fn run(management: &Management, output: &Output) -> Result<(), Error> {
    let progress = output.progress("Looking at adapters, multicast and routers");
    let found = management.why_nothing().await?;
    drop(progress);
    output.result(&found, || lines(&found));
    Ok(())
}

/// What was searched, what was seen besides, and what follows from it.
fn lines(found: &DoctorView) -> Vec<String> {
    let mut searched: Vec<Vec<String>> = found.adapters.iter().flat_map(adapter_rows).collect();
    if !searched.is_empty() {
        let titles = "ADAPTER KIND ADDRESS SENT HEARD-BACK ANSWERS".split(' ');
        searched.insert(0, titles.map(|title| title.replace('-', " ")).collect());
    }
    let mut lines: Vec<String> = Vec::new();
    for part in [
        table(&searched),
        table(&surroundings(found)),
        found.findings.iter().flat_map(finding_lines).collect(),
    ] {
        if !lines.is_empty() && !part.is_empty() {
            lines.push(String::new());
        }
        lines.extend(part);
    }
    lines
}

fn surroundings(found: &DoctorView) -> Vec<Vec<String>> {
    let row = |name: &str, says: String| vec![name.to_owned(), says];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for adapter in &found.adapters {
        rows.extend(left_out_words(adapter).map(|says| row("Left out", says)));
        for gateway in &adapter.gateways {
            rows.push(row("Router", router_words(gateway, &adapter.name)));
        }
    }
    if let Some(holders) = &found.port_holders {
        let holders: Vec<String> = holders.iter().map(holder_words).collect();
        let says = match holders.as_slice() {
            [] => "no other program".to_owned(),
            holders => holders.join(", "),
        };
        rows.push(row("UDP port 1900", says));
    }
    if let Some(adapter) = &found.group_adapter {
        let says = format!("the system would send it through {adapter}");
        rows.push(row("Multicast", says));
    }
    if !found.firewalls.is_empty() {
        rows.push(row("Firewall", found.firewalls.join(", ")));
    }
    rows
}

fn router_words(gateway: &GatewayCheckView, adapter: &str) -> String {
    let says = match (gateway.answers_search, gateway.reachable) {
        (true, _) => "answers a search sent to it alone",
        (_, true) => "is there, but answers no search",
        _ => "does not answer",
    };
    let ports: Vec<String> = gateway.open_ports.iter().map(u16::to_string).collect();
    let open = match ports.as_slice() {
        [] => String::new(),
        ports => format!("; open: {}", ports.join(" ")),
    };
    format!("{} on {adapter} {says}{open}", gateway.address)
}

fn holder_words(holder: &PortHolderView) -> String {
    let program = holder.program.as_deref();
    let program = program.unwrap_or("a program of another user");
    let pid = holder.pid.map(|pid| format!(" ({pid})"));
    let pid = pid.unwrap_or_default();
    format!("{program}{pid} on {}", holder.address)
}

/// One row an address that was searched.
fn adapter_rows(adapter: &AdapterCheckView) -> impl Iterator<Item = Vec<String>> + '_ {
    adapter.checks.iter().map(|check| {
        let [sent, heard, answers] = check_words(check);
        vec![
            adapter.name.clone(),
            kind_words(adapter.kind).to_owned(),
            check.address.clone(),
            sent,
            heard,
            answers,
        ]
    })
}

fn left_out_words(adapter: &AdapterCheckView) -> Option<String> {
    let reason = match adapter.left_out? {
        LeftOutView::Down => "not connected",
        LeftOutView::Loopback => "leads only to this computer",
        LeftOutView::NoAddress => "no address",
        LeftOutView::NoSuitableAddress => "no address UPnP can use",
        LeftOutView::NotNamed => "not named",
    };
    let kind = kind_words(adapter.kind);
    let mut says = format!("{} ({kind}): {reason}", adapter.name);
    if !adapter.addresses.is_empty() {
        says.push_str(&format!("; {}", adapter.addresses.join(" ")));
    }
    Some(says)
}

fn check_words(check: &AddressCheckView) -> [String; 3] {
    let sent = if check.sent { "yes" } else { "no" };
    let heard = match (check.heard_back, check.listening) {
        (true, _) => "yes",
        (_, true) => "no",
        _ => "cannot listen",
    };
    let answers = match check.answering_hosts.len() {
        0 => "none".to_owned(),
        1 => format!("{} from 1 host", check.answers),
        hosts => format!("{} from {hosts} hosts", check.answers),
    };
    [sent.to_owned(), heard.to_owned(), answers]
}

fn finding_lines(finding: &FindingView) -> Vec<String> {
    let (word, style) = match finding.severity {
        Severity::Problem => ("Problem", Tone::Bad),
        Severity::Hint => ("Hint", Tone::Caution),
        Severity::Ok => ("Works", Tone::Good),
    };
    let mut lines = vec![format!(
        "{}  {}",
        tone(style, &format!("{word:<7}")),
        finding.message
    )];
    lines.extend(finding.next.iter().map(|next| format!("         → {next}")));
    lines
}

fn kind_words(kind: AdapterKindView) -> &'static str {
    match kind {
        AdapterKindView::Cable => "cable",
        AdapterKindView::Wireless => "Wi-Fi",
        AdapterKindView::Loopback => "this computer",
        AdapterKindView::Vpn => "VPN",
        AdapterKindView::Virtual => "virtual",
        AdapterKindView::Other => "network",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use management::doctor::{FindingCode, FindingFacts};

    #[test]
    fn everything_that_was_measured_is_shown_in_columns() {
        let searched = AdapterCheckView {
            name: "wlan0".to_owned(),
            kind: AdapterKindView::Wireless,
            up: true,
            multicast: Some(true),
            addresses: vec!["192.0.2.9/24".to_owned()],
            used: true,
            left_out: None,
            checks: vec![AddressCheckView {
                address: "192.0.2.9".to_owned(),
                sent: true,
                not_sent: None,
                listening: true,
                not_listening: None,
                heard_back: true,
                other_hosts: 0,
                answers: 3,
                answering_hosts: vec!["192.0.2.7".to_owned()],
            }],
            gateways: vec![GatewayCheckView {
                address: "192.0.2.1".to_owned(),
                answers_search: false,
                open_ports: vec![80],
                reachable: true,
            }],
        };
        let down = AdapterCheckView {
            name: "eth0".to_owned(),
            kind: AdapterKindView::Cable,
            up: false,
            used: false,
            left_out: Some(LeftOutView::Down),
            addresses: Vec::new(),
            checks: Vec::new(),
            gateways: Vec::new(),
            ..searched.clone()
        };
        let found = DoctorView {
            adapters: vec![searched, down],
            port_holders: Some(vec![PortHolderView {
                address: "0.0.0.0".to_owned(),
                program: Some("mediaserver".to_owned()),
                pid: Some(7),
            }]),
            group_adapter: None,
            firewalls: Vec::new(),
            devices: 0,
            manageable: 0,
            seconds: 2.6,
            findings: vec![FindingView {
                code: FindingCode::NobodyAnswered,
                severity: Severity::Problem,
                message: "Nobody answered.".to_owned(),
                next: Some("Look again.".to_owned()),
                facts: FindingFacts::default(),
            }],
        };
        let text = lines(&found).join("\n");
        for expected in [
            "ADAPTER  KIND   ADDRESS    SENT",
            "wlan0    Wi-Fi  192.0.2.9  yes",
            "3 from 1 host",
            "Left out       eth0 (cable): not connected",
            "Router         192.0.2.1 on wlan0 is there, but answers no search; open: 80",
            "UDP port 1900  mediaserver (7) on 0.0.0.0",
            "→ Look again.",
        ] {
            assert!(text.contains(expected), "{expected:?} in\n{text}");
        }
    }
}
