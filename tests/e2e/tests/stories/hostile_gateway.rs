//! Gateways that trickle, never end, nest without bound or speak no XML at all. Each of
//! them ends in an error with a name, in bounded time and memory.

use std::time::{Duration, Instant};

use lanside_e2e::{options, Workbench};
use lanside_gateway::options::{Model, Options};
use management::view::{Code, EditState};
use management::Error;

/// Time limit for answers in these stories.
const PATIENCE: Duration = Duration::from_millis(1_500);

fn small(friendly_name: &str) -> Options {
    Options {
        model: Model::Minimal,
        ..options(friendly_name)
    }
}

/// Reads everything while a fault is in force; gives what went wrong.
async fn reading_fails(fault: &str) -> Error {
    let mut bench = Workbench::paired(small(fault)).await;
    bench
        .restart_management_with(|options| options.timeout = PATIENCE)
        .await;
    let session = bench.session().await;
    bench.inject(fault).await;
    let start = Instant::now();
    let error = session
        .values(&["/BBF/".to_owned()])
        .await
        .expect_err("no such answer is good");
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{fault}: {:?}",
        start.elapsed()
    );
    let failure = error.failure();
    assert!(
        failure.message.contains(fault),
        "names the gateway: {failure:?}"
    );
    assert!(failure.next.is_some(), "{failure:?}");
    // Nothing is broken for good.
    bench.gateway.clear_faults();
    let (nodes, problems) = session
        .values(&["/BBF/".to_owned()])
        .await
        .expect("it reads again");
    assert!(
        problems.is_empty() && nodes.len() > 10,
        "{fault}: {problems:?}"
    );
    error
}

#[tokio::test]
async fn an_answer_that_trickles_is_given_up() {
    assert_eq!(
        reading_fails("trickle:GetValues").await.code(),
        Code::Unreachable
    );
}

#[tokio::test]
async fn an_answer_that_never_ends_is_given_up() {
    let code = reading_fails("endless:GetValues").await.code();
    assert!(
        matches!(code, Code::UnreadableAnswer | Code::Unreachable),
        "{code:?}"
    );
}

#[tokio::test]
async fn an_answer_nested_without_bound_is_unreadable() {
    assert_eq!(
        reading_fails("deep-xml:GetValues").await.code(),
        Code::UnreadableAnswer
    );
}

#[tokio::test]
async fn an_answer_that_declares_entities_is_unreadable() {
    assert_eq!(
        reading_fails("dtd:GetValues").await.code(),
        Code::UnreadableAnswer
    );
}

#[tokio::test]
async fn an_answer_that_is_no_xml_is_unreadable() {
    assert_eq!(
        reading_fails("malformed:GetValues").await.code(),
        Code::UnreadableAnswer
    );
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_given_up() {
    assert_eq!(
        reading_fails("delay:GetValues:4000").await.code(),
        Code::Unreachable
    );
}

#[tokio::test]
async fn a_hostile_description_is_not_swallowed() {
    for (fault, codes) in [
        ("huge-description", &[Code::UnreadableAnswer][..]),
        ("deep-xml:description", &[Code::UnreadableAnswer]),
        ("dtd:description", &[Code::UnreadableAnswer]),
        ("malformed:description", &[Code::UnreadableAnswer]),
        (
            "endless:description",
            &[Code::UnreadableAnswer, Code::Unreachable],
        ),
        ("trickle:description", &[Code::Unreachable]),
    ] {
        let mut bench = Workbench::apart(small("Description")).await;
        bench
            .restart_management_with(|options| options.timeout = PATIENCE)
            .await;
        bench.inject(fault).await;
        let start = Instant::now();
        let error = bench
            .management
            .add_by_address(&bench.gateway.location())
            .await
            .expect_err("no description");
        assert!(codes.contains(&error.code()), "{fault}: {error}");
        assert!(
            start.elapsed() < Duration::from_secs(8),
            "{fault}: {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test]
async fn a_search_survives_a_hostile_neighbour() {
    let bench = Workbench::apart(small("Neighbour")).await;
    let hostile = lanside_gateway::Gateway::start(Options {
        faults: vec!["huge-description".parse().expect("a fault")],
        ..small("Hostile")
    })
    .await
    .expect("a gateway");
    let found = bench
        .management
        .discover(Some(Duration::from_secs(2)), |_| {})
        .await
        .expect("a search");
    assert!(
        found.devices.iter().any(|view| view.udn == bench.udn()),
        "{found:?}"
    );
    let other = found.devices.iter().find(|view| view.udn == hostile.udn());
    assert!(
        other.is_none_or(|view| view.friendly_name.is_none()),
        "{other:?}"
    );
}

#[tokio::test]
async fn introductions_end_when_the_gateway_speaks_nonsense() {
    for fault in [
        "malformed:SendSetupMessage",
        "dtd:SendSetupMessage",
        "deep-xml:SendSetupMessage",
        "drop-next:SendSetupMessage",
    ] {
        let mut bench = Workbench::new(small(fault)).await;
        bench
            .restart_management_with(|options| options.timeout = PATIENCE)
            .await;
        bench.inject(fault).await;
        let start = Instant::now();
        let error = bench.pair(&bench.gateway.pin()).await.err();
        assert!(
            start.elapsed() < Duration::from_secs(8),
            "{fault}: {:?}",
            start.elapsed()
        );
        let Some(error) = error else {
            // A line that broke before anything was proven may be tried again.
            assert!(fault.starts_with("drop-next"), "{fault}");
            continue;
        };
        assert!(
            matches!(error.code(), Code::UnreadableAnswer | Code::Unreachable),
            "{fault}: {error}"
        );
    }
}

#[tokio::test]
async fn a_nonsense_answer_to_a_change_leaves_it_unknown_or_read_back() {
    for fault in [
        "malformed:SetValues",
        "trickle:SetValues",
        "endless:SetValues",
    ] {
        let mut bench = Workbench::paired(small(fault)).await;
        bench
            .restart_management_with(|options| options.timeout = PATIENCE)
            .await;
        let udn = bench.udn();
        bench
            .management
            .stage(&udn, "Device.Time.NTPServer1", "ntp.example")
            .await
            .expect("staged");
        bench.inject(fault).await;
        let applied = bench
            .management
            .apply_draft(&udn)
            .await
            .expect("it is told");
        // The gateway has carried it out; what counts is what is read back.
        let state = applied.changes[0].state;
        assert!(
            matches!(state, EditState::Verified | EditState::Unknown),
            "{fault}: {applied:?}"
        );
        assert!(applied.failure.is_some(), "{fault}: {applied:?}");
        bench.gateway.clear_faults();
        let review = bench
            .management
            .review(&udn)
            .await
            .expect("the gateway answers");
        assert!(review.edits.is_empty(), "{fault}: it arrived: {review:?}");
        assert_eq!(bench.count("SetValues"), 1, "{fault}: never sent twice");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_bounded_whatever_comes() {
    use lanside_e2e::{Lanside, RunningGateway};
    for fault in [
        "endless:description",
        "huge-description",
        "deep-xml:description",
    ] {
        let gateway = RunningGateway::start(&["--model", "minimal", "--fault", fault]);
        let lanside = Lanside::new();
        let mut child = lanside
            .command()
            .args(["--timeout", "1.5", "show", &gateway.told("location")])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("lanside runs");
        let status = format!("/proc/{}/status", child.id());
        let mut peak_kib = 0;
        let ended = loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
            peak_kib = peak_kib.max(kib.unwrap_or(0));
            if let Some(ended) = child.try_wait().expect("its state") {
                break ended;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(matches!(ended.code(), Some(3 | 8)), "{fault}: {ended}");
        assert!(
            peak_kib > 0 && peak_kib < 120 * 1024,
            "{fault}: {peak_kib} KiB"
        );
    }
}
