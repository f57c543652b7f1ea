//! Tests the gateway runs on itself: writing `Requested` starts one, its result is there some seconds later.

use super::counters::write_without_zone;
use super::node::{Body, NodeId};
use super::Tree;

/// A test that runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    /// The DiagnosticsState parameter.
    state: NodeId,
    due_ms: u64,
}

impl Tree {
    /// Whether a parameter belongs to a test and not to the configuration.
    pub(crate) fn is_diagnostic(&self, id: NodeId) -> bool {
        self.sibling(id, "DiagnosticsState").is_some()
    }

    /// Whether writing this text starts something even when it is there already.
    pub(crate) fn starts_something(&self, id: NodeId, text: &str) -> bool {
        text == "Requested" && self.name(id) == "DiagnosticsState"
    }

    pub(crate) fn diagnostics_state_written(&mut self, state: NodeId) {
        self.jobs.retain(|job| job.state != state);
        match self.kept_text(state).as_str() {
            "Requested" => {
                let due_ms = self.clock.now_ms + self.duration_ms(state);
                self.jobs.push(Job { state, due_ms });
            }
            "Canceled" => self.store_text(state, "None"),
            _ => {}
        }
    }

    /// A setting of the test changed: a test that runs ends, an old result no longer counts.
    pub(crate) fn cancel_diagnostics(&mut self, state: NodeId) {
        self.jobs.retain(|job| job.state != state);
        self.store_text(state, "None");
    }

    fn duration_ms(&self, state: NodeId) -> u64 {
        let rounds = ["NumberOfRepetitions", "NumberOfTries"]
            .iter()
            .find_map(|name| self.sibling(state, name));
        let rounds = rounds
            .and_then(|id| self.kept_text(id).parse().ok())
            .unwrap_or(4_u64);
        1500 + 250 * rounds.min(20)
    }

    pub(crate) fn finish_due_diagnostics(&mut self) {
        if self.settings.endless_diagnostics {
            return;
        }
        let now = self.clock.now_ms;
        let due: Vec<NodeId> = self
            .jobs
            .iter()
            .filter(|job| job.due_ms <= now)
            .map(|job| job.state)
            .collect();
        if due.is_empty() {
            return;
        }
        self.jobs.retain(|job| job.due_ms > now);
        for &state in &due {
            self.finish(state);
        }
        self.changed_by_itself(&due);
    }

    fn finish(&mut self, state: NodeId) {
        let object = self.node(state).parent;
        let outcome = match self.name(object) {
            "IPPing" | "IPPingDiagnostics" => self.ping(object),
            "UDPEchoDiagnostics" => self.echo(object),
            "TraceRoute" => self.trace_route(object),
            "DownloadDiagnostics" => self.transfer(
                object,
                "DownloadURL",
                "TestBytesReceived",
                "TotalBytesReceived",
            ),
            "UploadDiagnostics" => {
                self.transfer(object, "UploadURL", "TestBytesSent", "TotalBytesSent")
            }
            "NSLookupDiagnostics" => self.look_up(object),
            "ServerSelectionDiagnostics" => self.select_server(object),
            "NeighboringWiFiDiagnostic" => self.scan(object),
            _ => "Complete",
        };
        self.store_text(state, outcome);
    }

    /// A host that does not exist, and one that does but never answers, so that both outcomes can be seen.
    fn reach(host: &str) -> Reach {
        let host = host.trim().to_ascii_lowercase();
        if host.is_empty() || host.ends_with(".invalid") {
            Reach::Unresolved
        } else if host.starts_with("unreachable") || host.starts_with("203.0.113.") {
            Reach::Silent
        } else {
            let mixed = host.bytes().fold(17_u64, |sum, byte| {
                sum.wrapping_mul(31).wrapping_add(byte.into())
            });
            let address = if host.parse::<std::net::IpAddr>().is_ok() {
                host
            } else {
                format!("192.0.2.{}", 10 + mixed % 200)
            };
            Reach::Answers {
                address,
                round_trip_us: 8_000 + mixed % 23_000,
            }
        }
    }

    fn ping(&mut self, object: NodeId) -> &'static str {
        let repetitions = self.number_of(object, "NumberOfRepetitions").max(1);
        match Self::reach(&self.text_of(object, "Host")) {
            Reach::Unresolved => {
                self.put_all(object, &[("SuccessCount", 0), ("FailureCount", 0)]);
                "Error_CannotResolveHostName"
            }
            Reach::Silent => {
                self.put_all(
                    object,
                    &[
                        ("SuccessCount", 0),
                        ("FailureCount", repetitions),
                        ("AverageResponseTime", 0),
                        ("MinimumResponseTime", 0),
                        ("MaximumResponseTime", 0),
                    ],
                );
                "Complete"
            }
            Reach::Answers {
                address,
                round_trip_us,
            } => {
                let (least, most) = (
                    round_trip_us - round_trip_us / 20,
                    round_trip_us + round_trip_us / 8,
                );
                self.put_text(object, "IPAddressUsed", &address);
                self.put_all(
                    object,
                    &[
                        ("SuccessCount", repetitions),
                        ("FailureCount", 0),
                        ("AverageResponseTime", round_trip_us / 1000),
                        ("MinimumResponseTime", least / 1000),
                        ("MaximumResponseTime", most / 1000),
                        ("AverageResponseTimeDetailed", round_trip_us),
                        ("MinimumResponseTimeDetailed", least),
                        ("MaximumResponseTimeDetailed", most),
                    ],
                );
                "Complete"
            }
        }
    }

    /// Like a ping, with times in microseconds (TR-143).
    fn echo(&mut self, object: NodeId) -> &'static str {
        let repetitions = self.number_of(object, "NumberOfRepetitions").max(1);
        let (address, round_trip_us, back) = match Self::reach(&self.text_of(object, "Host")) {
            Reach::Unresolved => return "Error_CannotResolveHostName",
            Reach::Silent => (String::new(), 0, 0),
            Reach::Answers {
                address,
                round_trip_us,
            } => (address, round_trip_us, repetitions),
        };
        self.put_text(object, "IPAddressUsed", &address);
        self.put_all(
            object,
            &[
                ("SuccessCount", back),
                ("FailureCount", repetitions - back),
                ("AverageResponseTime", round_trip_us),
                ("MinimumResponseTime", round_trip_us * 19 / 20),
                ("MaximumResponseTime", round_trip_us * 9 / 8),
            ],
        );
        "Complete"
    }

    fn trace_route(&mut self, object: NodeId) -> &'static str {
        self.clear_rows(object, "RouteHops");
        let host = self.text_of(object, "Host");
        let Reach::Answers {
            address,
            round_trip_us,
        } = Self::reach(&host)
        else {
            self.put_all(object, &[("ResponseTime", 0)]);
            return if host.is_empty() {
                "Error_CannotResolveHostName"
            } else {
                "Error_MaxHopCountExceeded"
            };
        };
        let hops = [
            ("edge-1.example", "192.0.2.1"),
            ("core-3.example", "198.51.100.9"),
            ("exchange.example", "198.51.100.77"),
            (&*host, &*address),
        ];
        for (place, (name, hop)) in hops.into_iter().enumerate() {
            let milliseconds = round_trip_us / 1000 * (place as u64 + 1) / 4;
            let times = format!(
                "{},{},{}",
                milliseconds.max(1),
                milliseconds + 1,
                milliseconds + 2
            );
            self.result_row(
                object,
                "RouteHops",
                &[
                    ("Host", name),
                    ("HostAddress", hop),
                    ("ErrorCode", "0"),
                    ("RTTimes", &times),
                ],
            );
        }
        self.put_text(object, "IPAddressUsed", &address);
        self.put_all(object, &[("ResponseTime", round_trip_us / 1000)]);
        "Complete"
    }

    fn transfer(&mut self, object: NodeId, url: &str, test: &str, total: &str) -> &'static str {
        let url = self.text_of(object, url);
        let host = url
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split(['/', ':']).next())
            .unwrap_or("")
            .to_owned();
        let Reach::Answers { address, .. } = Self::reach(&host) else {
            return "Error_CannotResolveHostName";
        };
        let now = self.clock.now_ms;
        for (name, before_ms) in [
            ("TCPOpenRequestTime", 1450),
            ("TCPOpenResponseTime", 1430),
            ("ROMTime", 1420),
            ("BOMTime", 1400),
            ("EOMTime", 100),
        ] {
            let mut text = String::new();
            // Writing to a String cannot fail.
            let _ = write_without_zone(now - before_ms, &mut text);
            self.put_text(
                object,
                name,
                &format!("{text}.{:03}000Z", (now - before_ms) % 1000),
            );
        }
        self.put_text(object, "IPAddressUsed", &address);
        self.put_all(object, &[(test, 12_500_000), (total, 13_040_000)]);
        "Complete"
    }

    fn look_up(&mut self, object: NodeId) -> &'static str {
        self.clear_rows(object, "Result");
        let host = self.text_of(object, "HostName");
        let rounds = self.number_of(object, "NumberOfRepetitions").clamp(1, 20);
        let mut successes = 0;
        for _ in 0..rounds {
            let (status, answer, address) = match Self::reach(&host) {
                Reach::Answers { address, .. } => {
                    successes += 1;
                    ("Success", "NonAuthoritative", address)
                }
                _ => ("Error_HostNameNotResolved", "None", String::new()),
            };
            self.result_row(
                object,
                "Result",
                &[
                    ("Status", status),
                    ("AnswerType", answer),
                    ("HostNameReturned", &host),
                    ("IPAddresses", &address),
                    ("DNSServerIP", "192.0.2.53"),
                    ("ResponseTime", "14"),
                ],
            );
        }
        self.put_all(object, &[("SuccessCount", successes)]);
        "Complete"
    }

    fn select_server(&mut self, object: NodeId) -> &'static str {
        let mut best: Option<(String, String, u64)> = None;
        for host in self.text_of(object, "HostList").split(',') {
            if let Reach::Answers {
                address,
                round_trip_us,
            } = Self::reach(host)
            {
                if best
                    .as_ref()
                    .is_none_or(|(.., other)| round_trip_us < *other)
                {
                    best = Some((host.to_owned(), address, round_trip_us));
                }
            }
        }
        let Some((host, address, round_trip_us)) = best else {
            return "Error_CannotResolveHostName";
        };
        self.put_text(object, "FastestHost", &host);
        self.put_text(object, "IPAddressUsed", &address);
        self.put_all(
            object,
            &[
                ("MinimumResponseTime", round_trip_us * 19 / 20),
                ("AverageResponseTime", round_trip_us),
                ("MaximumResponseTime", round_trip_us * 9 / 8),
            ],
        );
        "Complete"
    }

    fn scan(&mut self, object: NodeId) -> &'static str {
        self.clear_rows(object, "Result");
        let radio = |number: u32| format!("{}.WiFi.Radio.{number}", self.cwmp_root);
        let (first, second) = (radio(1), radio(2));
        for (radio, ssid, bssid, channel, signal, security, band, standards) in [
            (
                &first,
                "Nachbar-2OG",
                "02:00:5E:A0:00:01",
                "1",
                "-71",
                "WPA2",
                "2.4GHz",
                "b,g,n",
            ),
            (
                &first,
                "Werkstatt",
                "02:00:5E:A0:00:02",
                "11",
                "-83",
                "WPA-WPA2",
                "2.4GHz",
                "g,n",
            ),
            (
                &first,
                "",
                "02:00:5E:A0:00:03",
                "6",
                "-88",
                "WPA2",
                "2.4GHz",
                "n,ax",
            ),
            (
                &second,
                "Nachbar-2OG",
                "02:00:5E:A0:00:04",
                "44",
                "-79",
                "WPA2-PSK-WPA3-SAE",
                "5GHz",
                "n,ac,ax",
            ),
        ] {
            self.result_row(
                object,
                "Result",
                &[
                    ("Radio", radio),
                    ("SSID", ssid),
                    ("BSSID", bssid),
                    ("Mode", "Infrastructure"),
                    ("Channel", channel),
                    ("SignalStrength", signal),
                    ("SecurityModeEnabled", security),
                    ("EncryptionMode", "AES"),
                    ("OperatingFrequencyBand", band),
                    ("SupportedStandards", standards),
                    ("OperatingStandards", standards),
                    ("OperatingChannelBandwidth", "20MHz"),
                    ("BeaconPeriod", "100"),
                    ("Noise", "-95"),
                    ("DTIMPeriod", "2"),
                ],
            );
        }
        "Complete"
    }

    fn text_of(&self, object: NodeId, name: &str) -> String {
        self.child_named(object, name)
            .map_or_else(String::new, |id| self.kept_text(id))
    }

    fn number_of(&self, object: NodeId, name: &str) -> u64 {
        self.text_of(object, name).parse().unwrap_or(0)
    }

    fn put_text(&mut self, object: NodeId, name: &str, text: &str) {
        if let Some(id) = self.child_named(object, name) {
            self.store_text(id, text);
        }
    }

    fn put_all(&mut self, object: NodeId, numbers: &[(&str, u64)]) {
        for (name, number) in numbers {
            self.put_text(object, name, &number.to_string());
        }
    }

    fn clear_rows(&mut self, object: NodeId, table: &str) {
        let Some(table) = self.child_named(object, table) else {
            return;
        };
        let Body::Table(body) = &self.node(table).body else {
            return;
        };
        for row in body.rows.clone() {
            self.take_row_out(table, row);
        }
        if let Body::Table(body) = &mut self.node_mut(table).body {
            body.last_number = 0;
        }
    }

    fn result_row(&mut self, object: NodeId, table: &str, texts: &[(&str, &str)]) {
        let Some(table) = self.child_named(object, table) else {
            return;
        };
        let Body::Table(body) = &self.node(table).body else {
            return;
        };
        let number = body.last_number + 1;
        let row = self.add_row(table, number);
        for (name, text) in texts {
            self.put_text(row, name, text);
        }
    }
}

/// What becomes of packets to a host.
enum Reach {
    Unresolved,
    Silent,
    Answers { address: String, round_trip_us: u64 },
}
