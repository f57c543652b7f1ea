//! Tests a control point starts: ping, name lookup, trace, bandwidth, interface reset, self test. Nothing is sent;
//! results are made up from the target, so that they look like a home connection and repeat.

use std::time::{Duration, Instant};

use super::bandwidth::{self, Wanted};
use super::outcome::{lookup_document, Lookup, Outcome};
use super::{plain, Arguments};
use crate::cms::Answer;
use crate::limits;
use crate::quirks::{Quirk, Quirks};
use crate::random::Chance;
use crate::soap::UpnpError;

/// How long a test stays Requested.
const REQUESTED: Duration = Duration::from_millis(50);

struct Test {
    id: u32,
    started: Instant,
    lasts: Duration,
    canceled: bool,
    endless: bool,
    /// How often its result is still refused after its end.
    held_back: u32,
    outcome: Outcome,
}

impl Test {
    fn state(&self, now: Instant) -> &'static str {
        match now.duration_since(self.started) {
            _ if self.canceled => "Canceled",
            age if self.endless && age >= REQUESTED => "InProgress",
            age if age >= self.lasts => "Completed",
            age if age < REQUESTED => "Requested",
            _ => "InProgress",
        }
    }

    fn active(&self, now: Instant) -> bool {
        matches!(self.state(now), "Requested" | "InProgress")
    }
}

/// All tests whose results are kept.
pub(super) struct Tests {
    next: u32,
    kept: Vec<Test>,
    chance: Chance,
    endless: bool,
    late_results: bool,
    /// What a self test finds.
    self_test: &'static str,
}

/// What is known about a host name or address.
enum Host {
    Answers { address: String, milliseconds: u32 },
    Silent { address: String },
    Unknown,
}

impl Tests {
    /// No tests yet.
    pub fn new(chance: Chance, quirks: &Quirks) -> Self {
        Self {
            next: 1,
            kept: Vec::new(),
            chance,
            endless: quirks.has(Quirk::EndlessTests),
            late_results: quirks.has(Quirk::LateResults),
            self_test: match quirks.has(Quirk::FailedSelfTest) {
                true => "flash: 3 bad blocks",
                false => "",
            },
        }
    }

    /// Forgets all tests but not the ids, which are never used again.
    pub fn forget(&mut self) {
        self.kept.clear();
    }

    /// All ids as a comma list.
    pub fn ids(&self) -> String {
        joined(self.kept.iter())
    }

    /// Ids of tests that have not ended.
    pub fn active_ids(&self, now: Instant) -> String {
        joined(self.kept.iter().filter(|test| test.active(now)))
    }

    pub(super) fn handle(
        &mut self,
        now: Instant,
        action: &str,
        arguments: &Arguments<'_>,
    ) -> Result<Answer, UpnpError> {
        match action {
            "Ping" => self.ping(now, arguments),
            "NSLookup" => self.ns_lookup(now, arguments),
            "Traceroute" => self.traceroute(now, arguments),
            "BandwidthTest" => self.bandwidth(now, arguments),
            "InterfaceReset" => self.interface_reset(now, arguments),
            "SelfTest" => Ok(self.start(
                now,
                Duration::from_millis(800),
                Outcome::SelfTest {
                    fault: self.self_test,
                },
            )),
            "GetTestIDs" => Ok(vec![plain("TestIDs", self.ids())]),
            "GetActiveTestIDs" => Ok(vec![plain("TestIDs", self.active_ids(now))]),
            "GetTestInfo" => {
                let test = self.find(arguments)?;
                Ok(vec![
                    plain("Type", test.outcome.kind()),
                    plain("State", test.state(now)),
                ])
            }
            "CancelTest" => self.cancel(now, arguments),
            _ => {
                let kind = action
                    .strip_prefix("Get")
                    .and_then(|rest| rest.strip_suffix("Result"));
                let kind = kind.ok_or_else(UpnpError::invalid_action)?;
                let test = self.find(arguments)?;
                if test.outcome.kind() != kind {
                    return Err(UpnpError::new(707, "Wrong Test Type"));
                }
                if test.state(now) != "Completed" {
                    return Err(UpnpError::new(708, "Invalid Test State"));
                }
                let id = test.id;
                let held_back = self
                    .kept
                    .iter_mut()
                    .find(|test| test.id == id && test.held_back > 0);
                if let Some(test) = held_back {
                    test.held_back -= 1;
                    return Err(UpnpError::new(708, "Invalid Test State"));
                }
                Ok(self.find(arguments)?.outcome.answer())
            }
        }
    }

    fn find(&self, arguments: &Arguments<'_>) -> Result<&Test, UpnpError> {
        let id = arguments.number("TestID")?;
        self.kept
            .iter()
            .find(|test| test.id == id)
            .ok_or_else(|| UpnpError::new(706, "No Such Test"))
    }

    fn cancel(&mut self, now: Instant, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        let id = self.find(arguments)?.id;
        let test = self
            .kept
            .iter_mut()
            .find(|test| test.id == id && test.active(now));
        test.ok_or_else(|| UpnpError::new(709, "State Precludes Cancel"))?
            .canceled = true;
        Ok(Vec::new())
    }

    fn start(&mut self, now: Instant, lasts: Duration, outcome: Outcome) -> Answer {
        let id = self.next;
        self.next += 1;
        let same_kind = |test: &Test| test.outcome.kind() == outcome.kind();
        if self.kept.iter().filter(|test| same_kind(test)).count() >= limits::TEST_RESULTS {
            if let Some(oldest) = self.kept.iter().position(same_kind) {
                self.kept.remove(oldest);
            }
        }
        self.kept.push(Test {
            id,
            started: now,
            lasts,
            canceled: false,
            endless: self.endless,
            held_back: if self.late_results { 2 } else { 0 },
            outcome,
        });
        vec![plain("TestID", id)]
    }

    fn ping(&mut self, now: Instant, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        let host = required(arguments, "Host")?;
        let settings = limited(&[
            (
                "NumberOfRepetitions",
                arguments.number("NumberOfRepetitions")?,
                1,
                1,
                100,
            ),
            ("Timeout", arguments.number("Timeout")?, 1000, 1000, 30_000),
            (
                "DataBlockSize",
                arguments.number("DataBlockSize")?,
                32,
                20,
                2048,
            ),
            ("DSCP", arguments.number("DSCP")?, 30, 0, 63),
        ]);
        let outcome = |status, info, times, lost| Outcome::Ping {
            status,
            info,
            times,
            lost,
        };
        let (repetitions, timeout) = match settings.as_deref() {
            Ok([repetitions, timeout, ..]) => (*repetitions, *timeout),
            Ok(_) => return Err(UpnpError::action_failed()),
            Err(info) => {
                return Ok(self.start(
                    now,
                    REQUESTED,
                    outcome("Error_Other", info.clone(), Vec::new(), 0),
                ))
            }
        };
        let found = match self.look_up(host) {
            Host::Unknown => outcome(
                "Error_CannotResolveHostName",
                format!("{host}: no such host"),
                Vec::new(),
                0,
            ),
            Host::Silent { .. } => outcome("Success", String::new(), Vec::new(), repetitions),
            Host::Answers { milliseconds, .. } => {
                let times = (0..repetitions)
                    .map(|_| self.around(milliseconds).min(timeout))
                    .collect();
                outcome("Success", String::new(), times, 0)
            }
        };
        Ok(self.start(now, each(repetitions, 120), found))
    }

    fn ns_lookup(&mut self, now: Instant, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        let name = required(arguments, "HostName")?;
        let server = arguments.text("DNSServer")?;
        let server = if server.is_empty() {
            "192.0.2.53"
        } else {
            server
        };
        let settings = limited(&[
            (
                "NumberOfRepetitions",
                arguments.number("NumberOfRepetitions")?,
                1,
                1,
                100,
            ),
            ("Timeout", arguments.number("Timeout")?, 1000, 1000, 30_000),
        ]);
        let repetitions = match settings.as_deref() {
            Ok([repetitions, ..]) => *repetitions,
            Ok(_) => return Err(UpnpError::action_failed()),
            Err(info) => {
                let (status, info, document) = ("Error_Other", info.clone(), lookup_document(&[]));
                let outcome = Outcome::NsLookup {
                    status,
                    info,
                    successes: 0,
                    document,
                };
                return Ok(self.start(now, REQUESTED, outcome));
            }
        };
        let address = match self.look_up(name) {
            Host::Answers { address, .. } | Host::Silent { address } => Some(address),
            Host::Unknown => None,
        };
        let entries: Vec<Lookup<'_>> = (0..repetitions)
            .map(|_| Lookup {
                name,
                address: address.as_deref(),
                server,
                time: self.around(9),
            })
            .collect();
        let outcome = Outcome::NsLookup {
            status: "Success",
            info: String::new(),
            successes: if address.is_some() { repetitions } else { 0 },
            document: lookup_document(&entries),
        };
        Ok(self.start(now, each(repetitions, 100), outcome))
    }

    fn traceroute(&mut self, now: Instant, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        let host = required(arguments, "Host")?;
        let settings = limited(&[
            ("MaxHopCount", arguments.number("MaxHopCount")?, 30, 1, 64),
            ("Timeout", arguments.number("Timeout")?, 5000, 1000, 30_000),
            (
                "DataBlockSize",
                arguments.number("DataBlockSize")?,
                32,
                20,
                2048,
            ),
            ("DSCP", arguments.number("DSCP")?, 30, 0, 63),
        ]);
        let outcome = |status, info, time, hops| Outcome::Traceroute {
            status,
            info,
            time,
            hops,
        };
        let most = match settings.as_deref() {
            Ok([most, ..]) => usize::try_from(*most).unwrap_or(64),
            Ok(_) => return Err(UpnpError::action_failed()),
            Err(info) => {
                return Ok(self.start(
                    now,
                    REQUESTED,
                    outcome("Error_Other", info.clone(), 0, Vec::new()),
                ))
            }
        };
        // The way out of a home: the gateway's line, the provider, one router that never answers.
        let mut hops: Vec<String> = ["192.0.2.1", "198.51.100.9", "", "198.51.100.77"]
            .map(str::to_owned)
            .to_vec();
        let (status, info, time) = match self.look_up(host) {
            Host::Unknown => {
                hops.clear();
                (
                    "Error_CannotResolveHostName",
                    format!("{host}: no such host"),
                    0,
                )
            }
            Host::Silent { .. } => {
                hops.extend(std::iter::repeat_n(
                    String::new(),
                    most.saturating_sub(hops.len()),
                ));
                hops.truncate(most);
                ("Error_MaxHopCountExceeded", String::new(), 0)
            }
            Host::Answers {
                address,
                milliseconds,
            } => {
                hops.push(address);
                if hops.len() > most {
                    hops.truncate(most);
                    ("Error_MaxHopCountExceeded", String::new(), 0)
                } else {
                    ("Success", String::new(), self.around(milliseconds))
                }
            }
        };
        let lasts = each(u32::try_from(hops.len()).unwrap_or(64), 90);
        Ok(self.start(now, lasts, outcome(status, info, time, hops)))
    }

    fn bandwidth(&mut self, now: Instant, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
        if !["Server", "Client"].contains(&arguments.text("TestEndpoint")?) {
            return Err(UpnpError::value_invalid());
        }
        arguments.text("TestSchedule")?;
        arguments.text("TestSessID")?;
        let failed = |status, info: String| Outcome::Bandwidth {
            status,
            info,
            document: String::new(),
        };
        let wanted = match Wanted::read(arguments.text("BandwidthTestSpec")?) {
            Ok(wanted) => wanted,
            Err(info) => return Ok(self.start(now, REQUESTED, failed("Error_Other", info))),
        };
        let outcome = match self.look_up(wanted.host()) {
            Host::Unknown => failed(
                "Error_InitConnectionFailed",
                format!("{}: no such host", wanted.host()),
            ),
            Host::Silent { .. } => failed("Error_NoResponse", String::new()),
            Host::Answers { .. } => Outcome::Bandwidth {
                status: "Success",
                info: String::new(),
                document: wanted.result(self.chance.below(4)),
            },
        };
        Ok(self.start(now, bandwidth::LASTS, outcome))
    }

    fn interface_reset(
        &mut self,
        now: Instant,
        arguments: &Arguments<'_>,
    ) -> Result<Answer, UpnpError> {
        let successes = match required(arguments, "Interfaces")? {
            "AllInterfaces" => 4,
            "RequestInterface" | "NorthboundInterfaces" => 1,
            _ => return Err(UpnpError::value_invalid()),
        };
        Ok(self.start(
            now,
            Duration::from_millis(600),
            Outcome::InterfaceReset {
                successes,
                failures: 0,
            },
        ))
    }

    /// Some names are known not to exist (`.invalid`), some addresses never to answer (203.0.113.0/24).
    fn look_up(&mut self, host: &str) -> Host {
        let address = host.parse::<std::net::IpAddr>().ok();
        let text = address.map_or_else(|| made_up_address(host), |address| address.to_string());
        let plausible = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte));
        match address {
            None if host.ends_with(".invalid") || !plausible => Host::Unknown,
            _ if text.starts_with("203.0.113.") || host.starts_with("silent.") => {
                Host::Silent { address: text }
            }
            Some(address) if address.is_loopback() => Host::Answers {
                address: text,
                milliseconds: 0,
            },
            Some(std::net::IpAddr::V4(address)) if address.is_private() => Host::Answers {
                address: text,
                milliseconds: 1,
            },
            _ => Host::Answers {
                address: text,
                milliseconds: 14,
            },
        }
    }

    fn around(&mut self, milliseconds: u32) -> u32 {
        let spread = u64::from(milliseconds / 3);
        milliseconds + u32::try_from(self.chance.below(spread + 1)).unwrap_or(0)
    }
}

fn made_up_address(host: &str) -> String {
    let hash = openssl::sha::sha256(host.to_ascii_lowercase().as_bytes());
    format!("192.0.2.{}", 2 + hash[0] % 250)
}

fn each(repetitions: u32, milliseconds: u64) -> Duration {
    REQUESTED + Duration::from_millis(u64::from(repetitions) * milliseconds)
}

fn required<'a>(arguments: &Arguments<'a>, name: &str) -> Result<&'a str, UpnpError> {
    match arguments.text(name)? {
        "" => Err(UpnpError::invalid_args()),
        text => Ok(text),
    }
}

/// Name, value asked for (0 means the default), default, smallest and largest.
type Setting = (&'static str, u32, u32, u32, u32);

/// The values in force, or which one is outside its limits.
fn limited(settings: &[Setting]) -> Result<Vec<u32>, String> {
    let in_force = |&(name, asked, default, smallest, largest): &Setting| match asked {
        0 => Ok(default),
        asked if (smallest..=largest).contains(&asked) => Ok(asked),
        _ => Err(format!("{name} must be between {smallest} and {largest}")),
    };
    settings.iter().map(in_force).collect()
}

fn joined<'a>(tests: impl Iterator<Item = &'a Test>) -> String {
    tests
        .map(|test| test.id.to_string())
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(
        tests: &mut Tests,
        now: Instant,
        action: &str,
        arguments: &[(&str, &str)],
    ) -> Result<Vec<String>, u16> {
        let owned: Vec<(String, String)> = arguments
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let answer = tests
            .handle(now, action, &Arguments(&owned))
            .map_err(|error| error.code)?;
        Ok(answer
            .into_iter()
            .map(|(_, text)| match text {
                crate::cms::ArgumentText::Plain(text) | crate::cms::ArgumentText::Escaped(text) => {
                    text
                }
            })
            .collect())
    }

    fn ping<'a>(host: &'a str, repetitions: &'a str) -> [(&'static str, &'a str); 5] {
        [
            ("Host", host),
            ("NumberOfRepetitions", repetitions),
            ("Timeout", "0"),
            ("DataBlockSize", "0"),
            ("DSCP", "0"),
        ]
    }

    #[test]
    fn a_ping_runs_through_its_states() {
        let mut tests = Tests::new(Chance::new(Some(1)), &Quirks::default());
        let start = Instant::now();
        assert_eq!(
            call(&mut tests, start, "Ping", &ping("192.0.2.7", "4")),
            Ok(vec!["1".to_owned()])
        );
        let id = [("TestID", "1")];
        let state = |tests: &mut Tests, at| call(tests, at, "GetTestInfo", &id).unwrap()[1].clone();
        assert_eq!(state(&mut tests, start), "Requested");
        let later = start + Duration::from_millis(200);
        assert_eq!(state(&mut tests, later), "InProgress");
        assert_eq!(tests.active_ids(later), "1");
        assert_eq!(call(&mut tests, later, "GetPingResult", &id), Err(708));
        assert_eq!(
            call(&mut tests, later, "GetTracerouteResult", &id),
            Err(707)
        );
        assert_eq!(
            call(&mut tests, later, "GetPingResult", &[("TestID", "9")]),
            Err(706)
        );
        let end = start + Duration::from_secs(1);
        assert_eq!(
            call(&mut tests, end, "GetPingResult", &id).unwrap()[..4],
            ["Success", "", "4", "0"]
        );
        assert_eq!(call(&mut tests, end, "CancelTest", &id), Err(709));
        assert_eq!(
            (tests.ids().as_str(), tests.active_ids(end).as_str()),
            ("1", "")
        );
    }

    #[test]
    fn targets_that_fail_and_limits() {
        let mut tests = Tests::new(Chance::new(Some(1)), &Quirks::default());
        let start = Instant::now();
        let end = start + Duration::from_secs(60);
        for (host, repetitions, status) in [
            ("nowhere.invalid", "1", "Error_CannotResolveHostName"),
            ("192.0.2.1", "101", "Error_Other"),
            ("203.0.113.9", "2", "Success"),
        ] {
            let id = call(&mut tests, start, "Ping", &ping(host, repetitions)).unwrap()[0].clone();
            assert_eq!(
                call(&mut tests, end, "GetPingResult", &[("TestID", &id)]).unwrap()[0],
                status
            );
        }
        assert_eq!(call(&mut tests, start, "Ping", &ping("", "1")), Err(402));
    }

    #[test]
    fn the_oldest_results_of_a_kind_go() {
        let mut tests = Tests::new(Chance::new(Some(1)), &Quirks::default());
        let now = Instant::now();
        call(&mut tests, now, "SelfTest", &[]).unwrap();
        for _ in 0..limits::TEST_RESULTS + 2 {
            call(&mut tests, now, "Ping", &ping("192.0.2.1", "1")).unwrap();
        }
        assert_eq!(tests.ids(), "1,4,5,6,7,8,9,10,11,12,13");
    }

    #[test]
    fn a_trace_shows_the_silent_hop_as_an_empty_entry() {
        let mut tests = Tests::new(Chance::new(Some(1)), &Quirks::default());
        let now = Instant::now();
        let arguments = [
            ("Host", "192.0.2.200"),
            ("Timeout", "0"),
            ("DataBlockSize", "0"),
            ("MaxHopCount", "0"),
            ("DSCP", "0"),
        ];
        call(&mut tests, now, "Traceroute", &arguments).unwrap();
        let end = now + Duration::from_secs(60);
        let result = call(&mut tests, end, "GetTracerouteResult", &[("TestID", "1")]).unwrap();
        assert_eq!(
            result[3],
            "192.0.2.1,198.51.100.9,,198.51.100.77,192.0.2.200"
        );
    }
}
