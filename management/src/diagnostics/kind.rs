//! What each kind of test needs, and how long it may take.

use std::time::Duration;

use super::problem::TestProblem;
use super::view::{TestKind, TestRequest, TestResult, TestWay};
use crate::error::Error;
use crate::limits;

/// Longest target, in characters: a URL, or a list of hosts.
const TARGET_CHARS: usize = 1024;

impl TestKind {
    /// Every kind.
    pub const ALL: [TestKind; 12] = [
        TestKind::Ping,
        TestKind::Traceroute,
        TestKind::Nslookup,
        TestKind::Bandwidth,
        TestKind::Selftest,
        TestKind::InterfaceReset,
        TestKind::Download,
        TestKind::Upload,
        TestKind::Udpecho,
        TestKind::Serverselection,
        TestKind::Neighbours,
        TestKind::Line,
    ];

    /// Name for people and command lines.
    pub fn name(self) -> &'static str {
        match self {
            TestKind::Ping => "ping",
            TestKind::Traceroute => "traceroute",
            TestKind::Nslookup => "nslookup",
            TestKind::Bandwidth => "bandwidth",
            TestKind::Selftest => "selftest",
            TestKind::InterfaceReset => "interface-reset",
            TestKind::Download => "download",
            TestKind::Upload => "upload",
            TestKind::Udpecho => "udpecho",
            TestKind::Serverselection => "serverselection",
            TestKind::Neighbours => "neighbours",
            TestKind::Line => "line",
        }
    }

    /// Action and TestType of BasicManagement:2, where it has this test.
    pub(super) fn action(self) -> Option<&'static str> {
        Some(match self {
            TestKind::Ping => "Ping",
            TestKind::Traceroute => "Traceroute",
            TestKind::Nslookup => "NSLookup",
            TestKind::Bandwidth => "BandwidthTest",
            TestKind::Selftest => "SelfTest",
            TestKind::InterfaceReset => "InterfaceReset",
            _ => return None,
        })
    }

    /// The kind whose TestType this is.
    pub(super) fn of_action(action: &str) -> Option<TestKind> {
        TestKind::ALL
            .into_iter()
            .find(|kind| kind.action() == Some(action))
    }

    fn needs_target(self) -> bool {
        !matches!(
            self,
            TestKind::Bandwidth
                | TestKind::Selftest
                | TestKind::InterfaceReset
                | TestKind::Neighbours
                | TestKind::Line
        )
    }
}

/// The target as it is sent.
///
/// # Errors
///
/// [`TestProblem::Target`] for one that cannot be right; nothing was sent.
pub(super) fn checked_target(
    gateway: &str,
    kind: TestKind,
    request: &TestRequest,
) -> Result<Option<String>, Error> {
    let refused = |reason: &'static str| {
        Err(TestProblem::Target {
            kind,
            reason: reason.to_owned(),
        }
        .at(gateway))
    };
    let target = request.target.as_deref().map(str::trim).unwrap_or_default();
    if !kind.needs_target() {
        return if target.is_empty() {
            Ok(None)
        } else {
            refused("it takes no target")
        };
    }
    if target.is_empty() {
        return refused(match kind {
            TestKind::Download | TestKind::Upload => "it needs a URL",
            TestKind::Nslookup => "it needs a name",
            TestKind::Serverselection => "it needs hosts, with commas between them",
            _ => "it needs a name or an address",
        });
    }
    if target.chars().count() > TARGET_CHARS {
        return refused("the target is too long");
    }
    if target.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refused("the target must not have blanks in it");
    }
    if matches!(kind, TestKind::Download | TestKind::Upload) {
        let Ok(url) = url::Url::parse(target) else {
            return refused("the target is no URL, such as http://host/file");
        };
        if !matches!(url.scheme(), "http" | "https" | "ftp") || !url.has_host() {
            return refused("the target must begin with http:// or ftp://");
        }
        // It would stand in the gateway's data model for everybody to read.
        if !url.username().is_empty() || url.password().is_some() {
            return refused("the URL must not hold a user or a password");
        }
    } else if target.contains("://") {
        return refused("it needs a name or an address, not a URL");
    }
    Ok(Some(target.to_owned()))
}

/// How long a test is waited for before it is stopped.
pub(super) fn patience(kind: TestKind, request: &TestRequest) -> Duration {
    if let Some(seconds) = request.patience_s {
        return Duration::from_secs(seconds.clamp(1, limits::TEST_PATIENCE_MOST_S).into());
    }
    let each = |default_ms: u32| {
        Duration::from_millis(
            request
                .timeout_ms
                .filter(|ms| *ms > 0)
                .unwrap_or(default_ms)
                .into(),
        )
    };
    let rounds = request.repetitions.unwrap_or(4).clamp(1, 1_000);
    let work = match kind {
        TestKind::Ping | TestKind::Nslookup | TestKind::Udpecho | TestKind::Serverselection => {
            // A gateway pauses between packets.
            (each(1_000) + Duration::from_secs(1)) * rounds
        }
        TestKind::Traceroute => {
            // Three tries a hop, and few hops stay silent.
            each(5_000) * 3 * request.max_hops.unwrap_or(30).clamp(1, 64) / 2
        }
        TestKind::Download | TestKind::Upload | TestKind::Bandwidth | TestKind::Line => {
            Duration::from_secs(240)
        }
        TestKind::Selftest | TestKind::InterfaceReset | TestKind::Neighbours => {
            Duration::from_secs(60)
        }
    };
    (work + limits::TEST_PATIENCE_EXTRA)
        .min(Duration::from_secs(limits::TEST_PATIENCE_MOST_S.into()))
}

/// Whether a result means that all is well.
pub(super) fn passed(status: &str, result: &TestResult) -> bool {
    let good_word = matches!(status, "Success" | "Complete" | "Completed" | "1" | "true");
    good_word
        && match result {
            TestResult::Packets { received, lost, .. } => *received > 0 && *lost == 0,
            TestResult::Names { successes, answers } => {
                *successes > 0 && answers.iter().any(|answer| !answer.addresses.is_empty())
            }
            TestResult::Interfaces { failures, .. } => *failures == 0,
            TestResult::Route { hops, .. } => hops.last().is_some_and(|hop| hop.address.is_some()),
            TestResult::Fastest { host, .. } => !host.is_empty(),
            TestResult::Transfer { .. }
            | TestResult::Networks { .. }
            | TestResult::Selftest
            | TestResult::Document { .. }
            | TestResult::Values { .. } => true,
        }
}

impl TestWay {
    /// Words for people.
    pub fn words(self) -> &'static str {
        match self {
            TestWay::BasicManagement => "by BasicManagement",
            TestWay::DataModel => "by the data model",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(target: &str) -> TestRequest {
        TestRequest {
            target: Some(target.to_owned()),
            ..TestRequest::default()
        }
    }

    #[test]
    fn targets_that_cannot_be_right_are_refused_before_anything_is_sent() {
        for (kind, target) in [
            (TestKind::Ping, ""),
            (TestKind::Ping, "two words"),
            (TestKind::Ping, "http://example.net/"),
            (TestKind::Ping, "line\nbreak"),
            (TestKind::Download, "example.net"),
            (TestKind::Download, "gopher://example.net/"),
            (TestKind::Download, "http://user:password@example.net/file"),
            (TestKind::Neighbours, "somebody"),
        ] {
            let refused = checked_target("G", kind, &to(target)).expect_err(target);
            assert_eq!(refused.code(), crate::view::Code::Usage, "{target}");
            assert!(!refused.to_string().contains("password@"), "{refused}");
        }
        assert!(checked_target("G", TestKind::Ping, &to(&"x".repeat(1025))).is_err());
        for (kind, target) in [
            (TestKind::Ping, "192.0.2.7"),
            (TestKind::Ping, "2001:db8::1"),
            (TestKind::Nslookup, "www.example.net"),
            (TestKind::Serverselection, "a.example,b.example"),
            (TestKind::Download, "http://example.net/10M"),
        ] {
            assert_eq!(
                checked_target("G", kind, &to(target))
                    .expect(target)
                    .as_deref(),
                Some(target)
            );
        }
    }

    #[test]
    fn patience_grows_with_the_work_and_ends() {
        let ping = |repetitions| TestRequest {
            repetitions: Some(repetitions),
            ..TestRequest::default()
        };
        assert!(patience(TestKind::Ping, &ping(100)) > patience(TestKind::Ping, &ping(1)));
        let most = Duration::from_secs(limits::TEST_PATIENCE_MOST_S.into());
        assert_eq!(patience(TestKind::Ping, &ping(u32::MAX)), most);
        let own = TestRequest {
            patience_s: Some(3),
            ..TestRequest::default()
        };
        assert_eq!(patience(TestKind::Download, &own), Duration::from_secs(3));
    }
}
