//! Reads what a test of the data model found out of its parameters.

use std::collections::BTreeMap;

use super::parameters::Values;
use super::view::{FoundValue, Hop, NameAnswer, NeighbourNetwork, TestKind, TestResult};
use crate::clock;
use crate::limits;

/// The result that stands in the parameters of a finished test. A number the gateway left out
/// or garbled is missing from it; nothing is made up.
pub(super) fn result(kind: TestKind, values: &Values) -> TestResult {
    match kind {
        TestKind::Ping | TestKind::Udpecho => packets(kind, values),
        TestKind::Traceroute => route(values),
        TestKind::Nslookup => names(values),
        TestKind::Download => transfer(values, &["TestBytesReceived", "TotalBytesReceived"]),
        TestKind::Upload => transfer(
            values,
            &["TestBytesSent", "TestFileLength", "TotalBytesSent"],
        ),
        TestKind::Serverselection => fastest(values),
        TestKind::Neighbours => networks(values),
        _ => TestResult::Values {
            values: values
                .iter()
                .take(limits::TEST_ROWS)
                .map(|(name, value)| FoundValue {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
        },
    }
}

fn text(values: &Values, name: &str) -> Option<String> {
    values
        .get(name)
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn number(values: &Values, name: &str) -> Option<f64> {
    text(values, name)?
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

fn count(values: &Values, name: &str) -> Option<u32> {
    text(values, name)?.parse().ok()
}

/// Milliseconds, from microseconds where the gateway has them.
fn time(values: &Values, name: &str) -> Option<f64> {
    let fine = number(values, &format!("{name}Detailed"))
        .filter(|microseconds| *microseconds > 0.0)
        .map(|microseconds| microseconds / 1_000.0);
    fine.or_else(|| number(values, name))
}

fn packets(kind: TestKind, values: &Values) -> TestResult {
    let received = count(values, "SuccessCount").unwrap_or(0);
    // UDP echo counts microseconds (TR-143), ping milliseconds.
    let unit = if kind == TestKind::Udpecho {
        1_000.0
    } else {
        1.0
    };
    let time = |name: &str| {
        let known = time(values, name).map(|time| time / unit);
        known.filter(|_| received > 0)
    };
    TestResult::Packets {
        received,
        lost: count(values, "FailureCount").unwrap_or(0),
        minimum_ms: time("MinimumResponseTime"),
        average_ms: time("AverageResponseTime"),
        maximum_ms: time("MaximumResponseTime"),
        address: text(values, "IPAddressUsed"),
    }
}

/// Rows of a table in the order of their numbers.
fn rows(values: &Values, table: &str) -> Vec<Values> {
    let mut rows: BTreeMap<u32, Values> = BTreeMap::new();
    for (name, value) in values {
        let Some((row, name)) = name
            .strip_prefix(table)
            .and_then(|rest| rest.strip_prefix('/'))
            .and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        if let Ok(row) = row.parse() {
            rows.entry(row)
                .or_default()
                .insert(name.to_owned(), value.clone());
        }
    }
    rows.into_values().take(limits::TEST_ROWS).collect()
}

fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

fn route(values: &Values) -> TestResult {
    let hops = (1..).zip(rows(values, "RouteHops")).map(|(number, row)| {
        // TR-098 begins its names with “Hop”.
        let either = |name: &str| text(&row, name).or_else(|| text(&row, &format!("Hop{name}")));
        let name = either("Host").filter(|name| name != "*");
        let address = either("HostAddress")
            .filter(|address| address != "*")
            .or_else(|| name.clone());
        Hop {
            number,
            name: name.filter(|name| Some(name) != address.as_ref()),
            address,
            times_ms: list(either("RTTimes"))
                .iter()
                .filter_map(|time| time.parse().ok())
                .filter(|time: &f64| time.is_finite())
                .collect(),
        }
    });
    TestResult::Route {
        hops: hops.collect(),
        response_ms: number(values, "ResponseTime").filter(|time| *time > 0.0),
    }
}

fn names(values: &Values) -> TestResult {
    let answers: Vec<NameAnswer> = rows(values, "Result")
        .iter()
        .map(|row| NameAnswer {
            status: text(row, "Status").unwrap_or_default(),
            answer_type: text(row, "AnswerType").unwrap_or_default(),
            name: text(row, "HostNameReturned").unwrap_or_default(),
            addresses: list(text(row, "IPAddresses")),
            server: text(row, "DNSServerIP").unwrap_or_default(),
            response_ms: number(row, "ResponseTime"),
        })
        .collect();
    TestResult::Names {
        successes: count(values, "SuccessCount").unwrap_or(0),
        answers,
    }
}

/// Speed is what the file brought between its first and its last octet (TR-143, clause 4.3).
fn transfer(values: &Values, octets: &[&str]) -> TestResult {
    let octets = octets
        .iter()
        .find_map(|name| number(values, name).filter(|octets| *octets > 0.0))
        .unwrap_or(0.0);
    let between = |from: &str, to: &str| {
        clock::seconds_between(&text(values, from)?, &text(values, to)?)
            .filter(|seconds| *seconds >= 0.0)
    };
    let seconds = between("BOMTime", "EOMTime").filter(|seconds| *seconds > 0.0);
    TestResult::Transfer {
        octets,
        seconds,
        bits_per_second: seconds
            .filter(|_| octets > 0.0)
            .map(|seconds| octets * 8.0 / seconds),
        connect_ms: between("TCPOpenRequestTime", "TCPOpenResponseTime").map(|s| s * 1_000.0),
        first_octet_ms: between("ROMTime", "BOMTime").map(|s| s * 1_000.0),
        address: text(values, "IPAddressUsed"),
    }
}

fn fastest(values: &Values) -> TestResult {
    // Microseconds since TR-181 2.9.
    let time = |name: &str| number(values, name).map(|time| time / 1_000.0);
    TestResult::Fastest {
        host: text(values, "FastestHost").unwrap_or_default(),
        minimum_ms: time("MinimumResponseTime"),
        average_ms: time("AverageResponseTime"),
        maximum_ms: time("MaximumResponseTime"),
    }
}

fn networks(values: &Values) -> TestResult {
    let mut networks: Vec<NeighbourNetwork> = rows(values, "Result")
        .iter()
        .map(|row| NeighbourNetwork {
            ssid: text(row, "SSID").unwrap_or_default(),
            bssid: text(row, "BSSID").unwrap_or_default(),
            band: text(row, "OperatingFrequencyBand").unwrap_or_default(),
            channel: count(row, "Channel"),
            signal_dbm: text(row, "SignalStrength").and_then(|text| text.parse().ok()),
            noise_dbm: text(row, "Noise").and_then(|text| text.parse().ok()),
            width: text(row, "OperatingChannelBandwidth").unwrap_or_default(),
            security: text(row, "SecurityModeEnabled").unwrap_or_default(),
            standards: text(row, "OperatingStandards")
                .or_else(|| text(row, "SupportedStandards"))
                .unwrap_or_default(),
        })
        .collect();
    networks.sort_by_key(|network| std::cmp::Reverse(network.signal_dbm));
    TestResult::Networks { networks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn a_speed_is_octets_between_first_and_last() {
        let found = result(
            TestKind::Download,
            &values(&[
                ("TestBytesReceived", "12500000"),
                ("BOMTime", "2026-11-21T03:00:00.500000Z"),
                ("EOMTime", "2026-11-21T03:00:01.500000Z"),
                ("TCPOpenRequestTime", "2026-11-21T03:00:00.000000"),
                ("TCPOpenResponseTime", "2026-11-21T03:00:00.020000"),
            ]),
        );
        let TestResult::Transfer {
            bits_per_second,
            connect_ms,
            first_octet_ms,
            ..
        } = found
        else {
            panic!("{found:?}");
        };
        assert_eq!(bits_per_second, Some(1e8));
        assert!(
            connect_ms.is_some_and(|ms| (ms - 20.0).abs() < 0.01),
            "{connect_ms:?}"
        );
        assert_eq!(first_octet_ms, None, "the gateway did not say");
    }

    #[test]
    fn nothing_is_made_of_times_that_make_no_sense() {
        for (begin, end) in [
            ("2026-11-21T03:00:01Z", "2026-11-21T03:00:00Z"),
            ("0001-01-01T00:00:00Z", "nonsense"),
            ("", ""),
        ] {
            let found = result(
                TestKind::Download,
                &values(&[
                    ("TestBytesReceived", "NaN"),
                    ("BOMTime", begin),
                    ("EOMTime", end),
                ]),
            );
            let TestResult::Transfer {
                octets,
                bits_per_second,
                ..
            } = found
            else {
                panic!("{found:?}");
            };
            assert_eq!((octets, bits_per_second), (0.0, None), "{begin} {end}");
        }
    }

    #[test]
    fn hops_of_both_models_read_the_same_and_silent_ones_stay() {
        for prefix in ["", "Hop"] {
            let row = |number: u32, name: &str, value: &str| {
                (
                    format!("RouteHops/{number}/{prefix}{name}"),
                    value.to_owned(),
                )
            };
            let found: Values = [
                row(9, "Host", "a.example"),
                row(9, "HostAddress", "192.0.2.1"),
                row(9, "RTTimes", "3,4,x"),
                row(10, "Host", "*"),
                row(10, "HostAddress", ""),
            ]
            .into_iter()
            .collect();
            let TestResult::Route { hops, .. } = result(TestKind::Traceroute, &found) else {
                panic!();
            };
            assert_eq!(hops.len(), 2);
            assert_eq!(hops[0].address.as_deref(), Some("192.0.2.1"));
            assert_eq!(hops[0].times_ms, [3.0, 4.0]);
            assert_eq!((hops[1].number, hops[1].address.as_deref()), (2, None));
        }
    }

    #[test]
    fn tables_end() {
        let many: Values = (0..5_000)
            .map(|row| (format!("Result/{row}/SSID"), "x".to_owned()))
            .collect();
        let TestResult::Networks { networks } = result(TestKind::Neighbours, &many) else {
            panic!();
        };
        assert_eq!(networks.len(), limits::TEST_ROWS);
    }
}
