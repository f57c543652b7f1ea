//! Tests as files: JSON for programs, CSV for spreadsheets, one line a measured value.

use serde::Serialize;

use super::view::{TestResult, TestView};
use crate::snapshots::file::{guarded, line, FileFormat};

const FORMAT: &str = "lanside-tests";
const VERSION: u32 = 1;
const COLUMNS: [&str; 10] = [
    "started", "test", "target", "state", "passed", "status", "item", "name", "value", "unit",
];

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tests: &'a [TestView],
}

/// One measured value: of which hop, answer or network, what, how much, of what.
struct Measured {
    item: String,
    name: &'static str,
    value: String,
    unit: &'static str,
}

/// The text of a file with tests.
pub fn exported(tests: &[TestView], format: FileFormat) -> String {
    match format {
        FileFormat::Json => serde_json::to_string_pretty(&Document {
            format: FORMAT,
            version: VERSION,
            tests,
        })
        .unwrap_or_default(),
        FileFormat::Csv => {
            let mut text = format!("{}\r\n", line(&COLUMNS));
            for test in tests {
                for row in rows(test) {
                    let fields: Vec<&str> = row.iter().map(String::as_str).collect();
                    text.push_str(&line(&fields));
                    text.push_str("\r\n");
                }
            }
            text
        }
    }
}

fn rows(test: &TestView) -> Vec<[String; 10]> {
    let mut measured = vec![one("", "duration", format!("{:.3}", test.seconds), "s")];
    if let Some(result) = &test.result {
        measured.extend(of_result(result));
    }
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    measured
        .into_iter()
        .map(|value| {
            [
                test.started.clone(),
                test.kind.name().to_owned(),
                guarded(test.target.as_deref().unwrap_or_default()),
                serde_json::to_value(test.state).map_or_else(|_| String::new(), |it| word(&it)),
                test.passed.to_string(),
                guarded(&test.status),
                guarded(&value.item),
                value.name.to_owned(),
                value.value,
                value.unit.to_owned(),
            ]
        })
        .collect()
}

fn one(item: &str, name: &'static str, value: impl ToString, unit: &'static str) -> Measured {
    Measured {
        item: item.to_owned(),
        name,
        value: value.to_string(),
        unit,
    }
}

fn text(item: &str, name: &'static str, value: &str) -> Measured {
    one(item, name, guarded(value), "")
}

fn some<T: ToString>(name: &'static str, value: Option<T>, unit: &'static str) -> Option<Measured> {
    value.map(|value| one("", name, value, unit))
}

fn of_result(result: &TestResult) -> Vec<Measured> {
    match result {
        TestResult::Packets {
            received,
            lost,
            minimum_ms,
            average_ms,
            maximum_ms,
            address,
        } => [
            Some(one("", "received", received, "packets")),
            Some(one("", "lost", lost, "packets")),
            some("minimum", *minimum_ms, "ms"),
            some("average", *average_ms, "ms"),
            some("maximum", *maximum_ms, "ms"),
            address.as_ref().map(|it| text("", "address", it)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        TestResult::Route { hops, response_ms } => hops
            .iter()
            .flat_map(|hop| {
                let item = hop.number.to_string();
                let address = text(&item, "address", hop.address.as_deref().unwrap_or_default());
                let times = hop
                    .times_ms
                    .iter()
                    .map(|time| one(&item, "time", time, "ms"));
                std::iter::once(address).chain(times).collect::<Vec<_>>()
            })
            .chain(some("response", *response_ms, "ms"))
            .collect(),
        TestResult::Names { successes, answers } => {
            std::iter::once(one("", "successes", successes, "lookups"))
                .chain(answers.iter().flat_map(|answer| {
                    let found = answer
                        .addresses
                        .iter()
                        .map(|address| text(&answer.name, "address", address));
                    let time = answer
                        .response_ms
                        .map(|time| one(&answer.name, "response", time, "ms"));
                    found.chain(time).collect::<Vec<_>>()
                }))
                .collect()
        }
        TestResult::Transfer {
            octets,
            seconds,
            bits_per_second,
            connect_ms,
            first_octet_ms,
            address,
        } => [
            Some(one("", "octets", octets, "octets")),
            some("transfer", *seconds, "s"),
            some("speed", *bits_per_second, "bit/s"),
            some("connect", *connect_ms, "ms"),
            some("first octet", *first_octet_ms, "ms"),
            address.as_ref().map(|it| text("", "address", it)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        TestResult::Fastest {
            host,
            minimum_ms,
            average_ms,
            maximum_ms,
        } => [
            Some(text("", "host", host)),
            some("minimum", *minimum_ms, "ms"),
            some("average", *average_ms, "ms"),
            some("maximum", *maximum_ms, "ms"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        TestResult::Networks { networks } => networks
            .iter()
            .flat_map(|network| {
                let of = &network.bssid;
                [
                    Some(text(of, "name", &network.ssid)),
                    Some(text(of, "band", &network.band)),
                    network.channel.map(|it| one(of, "channel", it, "")),
                    network.signal_dbm.map(|it| one(of, "signal", it, "dBm")),
                ]
            })
            .flatten()
            .collect(),
        TestResult::Interfaces {
            successes,
            failures,
        } => vec![
            one("", "came back", successes, "interfaces"),
            one("", "did not", failures, "interfaces"),
        ],
        TestResult::Selftest => Vec::new(),
        TestResult::Document { text: document } => vec![text("", "document", document)],
        TestResult::Values { values } => values
            .iter()
            .map(|value| text(&value.name, "value", &value.value))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Hop, RunState, TestKind, TestWay};
    use crate::following::FollowedBy;

    fn test(target: &str, result: TestResult) -> TestView {
        TestView {
            udn: "uuid:1".to_owned(),
            kind: TestKind::Traceroute,
            way: TestWay::DataModel,
            target: Some(target.to_owned()),
            test_id: None,
            started: "2026-03-04T10:11:12Z".to_owned(),
            seconds: 1.5,
            state: RunState::Completed,
            noticed_by: FollowedBy::Event,
            passed: true,
            status: "Complete".to_owned(),
            info: None,
            result: Some(result),
        }
    }

    #[test]
    fn a_spreadsheet_gets_one_line_a_value_and_no_formula() {
        let hop = |number, address: Option<&str>, times: &[f64]| Hop {
            number,
            address: address.map(str::to_owned),
            name: None,
            times_ms: times.to_vec(),
        };
        let route = TestResult::Route {
            hops: vec![hop(1, Some("192.0.2.1"), &[1.5, 2.0]), hop(2, None, &[])],
            response_ms: Some(9.0),
        };
        let text = exported(&[test("=cmd()", route)], FileFormat::Csv);
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        let begin = "2026-03-04T10:11:12Z,traceroute,'=cmd(),completed,true,Complete,";
        let ends: Vec<&str> = lines[1..]
            .iter()
            .map(|line| line.strip_prefix(begin).expect(line))
            .collect();
        assert_eq!(
            ends,
            [
                ",duration,1.500,s",
                "1,address,192.0.2.1,",
                "1,time,1.5,ms",
                "1,time,2,ms",
                "2,address,,",
                ",response,9,ms"
            ]
        );
        assert_eq!(lines[0], COLUMNS.join(","));
    }

    #[test]
    fn a_program_reads_what_was_found() {
        let tests = [test("example.net", TestResult::Selftest)];
        let text = exported(&tests, FileFormat::Json);
        let read: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(read["format"], FORMAT);
        let back: Vec<TestView> =
            serde_json::from_value(read["tests"].clone()).expect("they are tests");
        assert_eq!(back, tests);
    }
}
