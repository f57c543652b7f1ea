//! Tests as text for people.

use management::diagnostics::{
    Hop, NameAnswer, NeighbourNetwork, RunState, TestResult, TestView, TestsView,
};

use crate::output::{table, tone, Tone};

/// What `--list` shows.
pub fn listed(tests: &TestsView) -> Vec<String> {
    let mut lines = Vec::new();
    if tests.offered.is_empty() {
        lines.push("It offers no tests.".to_owned());
    } else {
        lines.push("Offered".to_owned());
        let rows: Vec<Vec<String>> = tests
            .offered
            .iter()
            .map(|test| {
                vec![
                    format!("  {}", test.kind.name()),
                    test.way.words().to_owned(),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    if !tests.interfaces.is_empty() {
        lines.push("To go out through (--through)".to_owned());
        let rows: Vec<Vec<String>> = tests
            .interfaces
            .iter()
            .map(|one| vec![format!("  {}", one.path), one.name.clone()])
            .collect();
        lines.extend(table(&rows));
    }
    if let Some(info) = &tests.bandwidth_info {
        lines.push("What bandwidth can measure, for --spec".to_owned());
        lines.extend(of_document(info));
    }
    if !tests.remembered.is_empty() {
        lines.push("Remembered by the gateway".to_owned());
        let rows: Vec<Vec<String>> = tests
            .remembered
            .iter()
            .map(|test| {
                let state = test.state.map_or("?", |state| match state {
                    RunState::Requested => "waiting to begin",
                    RunState::InProgress => "running",
                    RunState::Canceled => "stopped",
                    RunState::Completed => "done",
                });
                vec![
                    format!("  {}", test.test_id),
                    test.test_type.clone(),
                    state.to_owned(),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    if !tests.history.is_empty() {
        lines.push("Run from this computer".to_owned());
        let rows: Vec<Vec<String>> = tests
            .history
            .iter()
            .take(10)
            .map(|test| {
                vec![
                    format!("  {}", test.started),
                    test.kind.name().to_owned(),
                    test.target.clone().unwrap_or_default(),
                    if test.passed { "passed" } else { "failed" }.to_owned(),
                    test.status.clone(),
                ]
            })
            .collect();
        lines.extend(table(&rows));
    }
    lines
}

/// One test and what it found.
pub fn shown(test: &TestView) -> Vec<String> {
    let subject = match &test.target {
        Some(target) => format!("{} {target}", test.kind.name()),
        None => test.kind.name().to_owned(),
    };
    let verdict = match (test.state, test.passed) {
        (RunState::Completed, true) => tone(Tone::Good, "passed"),
        // The test itself went well; what it found did not.
        (RunState::Completed, false) if matches!(&*test.status, "Success" | "Complete") => {
            tone(Tone::Bad, "failed")
        }
        (RunState::Completed, false) => tone(Tone::Bad, &format!("failed: {}", test.status)),
        _ => tone(Tone::Caution, "stopped; there is no result"),
    };
    let mut lines = vec![format!(
        "{subject}: {verdict} {}",
        tone(
            Tone::Faint,
            &format!("({:.1} s, {})", test.seconds, test.way.words())
        )
    )];
    lines.extend(test.info.iter().map(|info| format!("  {info}")));
    if let Some(result) = &test.result {
        lines.extend(of_result(result));
    }
    lines
}

/// A document as it came, without what terminals act on.
fn of_document(text: &str) -> Vec<String> {
    let shown = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>();
    text.lines()
        .map(|line| format!("  {}", shown(line)))
        .collect()
}

fn of_result(result: &TestResult) -> Vec<String> {
    match result {
        TestResult::Packets {
            received,
            lost,
            minimum_ms,
            average_ms,
            maximum_ms,
            address,
        } => {
            let mut lines = vec![format!("  {received} came back, {lost} were lost")];
            if let (Some(least), Some(mean), Some(most)) = (minimum_ms, average_ms, maximum_ms) {
                lines.push(format!(
                    "  {least:.1} / {mean:.1} / {most:.1} ms (least / mean / most)"
                ));
            }
            lines.extend(address.iter().map(|address| format!("  address {address}")));
            lines
        }
        TestResult::Route { hops, .. } => table(&hops.iter().map(hop).collect::<Vec<_>>()),
        TestResult::Names { answers, .. } => table(&answers.iter().map(answer).collect::<Vec<_>>()),
        TestResult::Transfer {
            octets,
            seconds,
            bits_per_second,
            connect_ms,
            ..
        } => {
            let speed = bits_per_second.map_or("no speed was measured".to_owned(), |bits| {
                format!("{:.1} Mbit/s", bits / 1e6)
            });
            let mut lines = vec![format!(
                "  {speed}: {:.1} MB{}",
                octets / 1e6,
                seconds
                    .map(|seconds| format!(" in {seconds:.1} s"))
                    .unwrap_or_default()
            )];
            lines.extend(connect_ms.map(|ms| format!("  connected in {ms:.0} ms")));
            lines
        }
        TestResult::Fastest {
            host, average_ms, ..
        } => vec![format!(
            "  {host} answers fastest{}",
            average_ms
                .map(|ms| format!(", after {ms:.1} ms"))
                .unwrap_or_default()
        )],
        TestResult::Networks { networks } if networks.is_empty() => {
            vec!["  no other networks around".to_owned()]
        }
        TestResult::Networks { networks } => {
            table(&networks.iter().map(network).collect::<Vec<_>>())
        }
        TestResult::Interfaces {
            successes,
            failures,
        } => {
            vec![format!(
                "  {successes} interfaces came back, {failures} did not"
            )]
        }
        TestResult::Selftest => Vec::new(),
        TestResult::Document { text } => of_document(text),
        TestResult::Values { values } => table(
            &values
                .iter()
                .map(|value| vec![format!("  {}", value.name), value.value.clone()])
                .collect::<Vec<_>>(),
        ),
    }
}

fn hop(hop: &Hop) -> Vec<String> {
    let times: Vec<String> = hop
        .times_ms
        .iter()
        .map(|ms| format!("{ms:.0} ms"))
        .collect();
    vec![
        format!("  {}", hop.number),
        hop.address.clone().unwrap_or_else(|| "(silent)".to_owned()),
        hop.name.clone().unwrap_or_default(),
        times.join("  "),
    ]
}

fn answer(answer: &NameAnswer) -> Vec<String> {
    vec![
        format!("  {}", answer.name),
        if answer.addresses.is_empty() {
            answer.status.clone()
        } else {
            answer.addresses.join(", ")
        },
        format!("from {}", answer.server),
        answer
            .response_ms
            .map(|ms| format!("{ms:.0} ms"))
            .unwrap_or_default(),
    ]
}

fn network(network: &NeighbourNetwork) -> Vec<String> {
    vec![
        format!(
            "  {}",
            if network.ssid.is_empty() {
                "(hidden)"
            } else {
                &network.ssid
            }
        ),
        network.band.clone(),
        network
            .channel
            .map(|channel| format!("channel {channel}"))
            .unwrap_or_default(),
        network
            .signal_dbm
            .map(|signal| format!("{signal} dBm"))
            .unwrap_or_default(),
        network.security.clone(),
    ]
}
