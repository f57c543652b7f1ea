//! Tests the gateway runs: both ways, and everything that goes wrong with them.

use std::time::Duration;

use lanside_e2e::{options, Workbench};
use lanside_gateway::options::{Model, Options};
use management::diagnostics::{
    RunState, TestKind, TestNews, TestProblem, TestRequest, TestResult, TestStop, TestView, TestWay,
};
use management::view::Code;
use management::{Error, FollowedBy};

fn with(friendly_name: &str, quirks: &[&str]) -> Options {
    Options {
        quirks: quirks
            .iter()
            .map(|quirk| quirk.parse().expect("a quirk"))
            .collect(),
        ..options(friendly_name)
    }
}

fn to(target: &str) -> TestRequest {
    TestRequest {
        target: Some(target.to_owned()),
        ..TestRequest::default()
    }
}

/// Runs a test; gives the states it went through with what came of it.
async fn run(
    bench: &Workbench,
    kind: TestKind,
    request: &TestRequest,
) -> (Vec<RunState>, Result<TestView, Error>) {
    run_until(bench, kind, request, &TestStop::default()).await
}

async fn run_until(
    bench: &Workbench,
    kind: TestKind,
    request: &TestRequest,
    stop: &TestStop,
) -> (Vec<RunState>, Result<TestView, Error>) {
    let mut states = Vec::new();
    let outcome = bench
        .management
        .run_test(&bench.udn(), kind, request, stop, |news| {
            if let TestNews::State { state, .. } = news {
                states.push(state);
            }
        })
        .await;
    (states, outcome)
}

fn problem(outcome: Result<TestView, Error>) -> TestProblem {
    match outcome {
        Err(Error::Test { problem, .. }) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_offered_test_runs_to_its_result() {
    let bench = Workbench::paired(options("All of them")).await;
    let tests = bench.management.tests(&bench.udn()).await.expect("a list");
    assert!(tests.remembered.is_empty() && tests.history.is_empty());
    let mut kinds = Vec::new();
    for offered in &tests.offered {
        let target = match offered.kind {
            TestKind::Download | TestKind::Upload => Some("http://files.example.net/10M"),
            TestKind::Serverselection => Some("a.example,b.example,c.example"),
            TestKind::Selftest | TestKind::InterfaceReset | TestKind::Neighbours => None,
            _ => Some("www.example.net"),
        };
        let request = TestRequest {
            target: target.map(str::to_owned),
            way: Some(offered.way),
            ..TestRequest::default()
        };
        let (states, outcome) = run(&bench, offered.kind, &request).await;
        let view = outcome.unwrap_or_else(|error| panic!("{offered:?}: {error}"));
        assert_eq!(states.last(), Some(&RunState::Completed), "{offered:?}");
        assert!(view.passed, "{view:?}");
        assert_eq!((view.kind, view.way), (offered.kind, offered.way));
        kinds.push(offered.kind);
    }
    for kind in [
        TestKind::Ping,
        TestKind::Udpecho,
        TestKind::Upload,
        TestKind::Neighbours,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} is not offered: {kinds:?}");
    }
    let history = bench
        .management
        .test_history(&bench.udn())
        .await
        .expect("kept");
    assert_eq!(history.len(), tests.offered.len(), "each one is kept");
    assert_eq!(Some(history[0].kind), kinds.last().copied(), "latest first");
}

#[tokio::test]
async fn what_is_wrong_is_said_by_the_result_and_is_no_failure_of_ours() {
    let bench = Workbench::paired(options("Bad news")).await;
    for (kind, target, way) in [
        (TestKind::Ping, "203.0.113.9", TestWay::BasicManagement),
        (TestKind::Ping, "nowhere.invalid", TestWay::BasicManagement),
        (
            TestKind::Nslookup,
            "nowhere.invalid",
            TestWay::BasicManagement,
        ),
        (
            TestKind::Traceroute,
            "203.0.113.9",
            TestWay::BasicManagement,
        ),
        (TestKind::Ping, "nowhere.invalid", TestWay::DataModel),
        (TestKind::Nslookup, "nowhere.invalid", TestWay::DataModel),
        (
            TestKind::Traceroute,
            "unreachable.example",
            TestWay::DataModel,
        ),
        (
            TestKind::Download,
            "http://nowhere.invalid/x",
            TestWay::DataModel,
        ),
    ] {
        let request = TestRequest {
            way: Some(way),
            ..to(target)
        };
        let (_, outcome) = run(&bench, kind, &request).await;
        let view = outcome.unwrap_or_else(|error| panic!("{kind:?} {target}: {error}"));
        assert!(!view.passed && !view.status.is_empty(), "{view:?}");
    }
}

#[tokio::test]
async fn where_basic_management_has_no_test_the_data_model_does_it() {
    let bench = Workbench::paired(with("By the model", &["no-basic-tests"])).await;
    let tests = bench.management.tests(&bench.udn()).await.expect("a list");
    assert!(
        tests
            .offered
            .iter()
            .all(|test| test.way == TestWay::DataModel),
        "{tests:?}"
    );
    let (_, outcome) = run(&bench, TestKind::Ping, &to("192.0.2.7")).await;
    let view = outcome.expect("a result");
    assert_eq!(view.way, TestWay::DataModel);
    let Some(TestResult::Packets {
        received,
        average_ms,
        ..
    }) = view.result
    else {
        panic!("{view:?}");
    };
    assert!(
        received == 3 && average_ms.is_some_and(|ms| ms > 0.0),
        "the gateway's own number"
    );
    let (_, outcome) = run(&bench, TestKind::Selftest, &TestRequest::default()).await;
    assert!(
        matches!(problem(outcome), TestProblem::NotOffered { offered, .. } if offered.contains(&TestKind::Ping))
    );
    assert_eq!(
        bench.count("Ping") + bench.count("SelfTest"),
        0,
        "nothing was tried in vain"
    );
}

#[tokio::test]
async fn an_older_data_model_pings_all_the_same() {
    let bench = Workbench::paired(Options {
        model: Model::Tr098,
        ..with("Older", &["no-basic-tests"])
    })
    .await;
    let (_, outcome) = run(&bench, TestKind::Ping, &to("192.0.2.7")).await;
    assert!(outcome.expect("a result").passed);
}

#[tokio::test]
async fn a_test_that_never_ends_is_stopped() {
    let bench = Workbench::paired(with("Endless", &["endless-tests"])).await;
    for way in [TestWay::BasicManagement, TestWay::DataModel] {
        let request = TestRequest {
            way: Some(way),
            patience_s: Some(2),
            ..to("192.0.2.7")
        };
        let (states, outcome) = run(&bench, TestKind::Ping, &request).await;
        let error = outcome.expect_err("it never ends");
        assert_eq!(error.code(), Code::Unreachable, "{error}");
        assert!(
            matches!(
                &error,
                Error::Test {
                    problem: TestProblem::NeverEnds { stopped: true, .. },
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(states.last(), Some(&RunState::InProgress), "{states:?}");
    }
    let tests = bench.management.tests(&bench.udn()).await.expect("a list");
    assert_eq!(tests.remembered[0].state, Some(RunState::Canceled));
    assert!(tests.history.is_empty(), "nothing was found");
}

#[tokio::test]
async fn a_person_stops_it_at_the_gateway() {
    let bench = Workbench::paired(with("Changed my mind", &["endless-tests"])).await;
    for way in [TestWay::BasicManagement, TestWay::DataModel] {
        let request = TestRequest {
            way: Some(way),
            ..to("192.0.2.7")
        };
        let stop = TestStop::default();
        let stopping = async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            stop.stop();
        };
        let ((states, outcome), ()) =
            tokio::join!(run_until(&bench, TestKind::Ping, &request, &stop), stopping);
        let view = outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert_eq!(view.state, RunState::Canceled);
        assert!(!view.passed && view.result.is_none(), "{view:?}");
        assert_eq!(states.last(), Some(&RunState::Canceled), "{states:?}");
    }
    assert_eq!(bench.count("CancelTest"), 1);
    assert_eq!(
        bench.value("/BBF/IP/Diagnostics/IPPing/DiagnosticsState"),
        "None"
    );
}

#[tokio::test]
async fn stopping_one_that_is_over_brings_its_result() {
    let bench = Workbench::paired(options("Too late")).await;
    let stop = TestStop::default();
    let (_, outcome) = run_until(&bench, TestKind::Ping, &to("192.0.2.7"), &stop).await;
    let id = outcome.expect("a result").test_id.expect("a number");
    bench
        .management
        .stop_test(&bench.udn(), id)
        .await
        .expect("no failure");
    let again = bench.management.test_result(&bench.udn(), id).await;
    assert!(again.expect("the result stays").passed);
}

#[tokio::test]
async fn a_result_asked_for_too_early_is_refused_by_number() {
    let bench = Workbench::paired(with("Early", &["endless-tests"])).await;
    let request = TestRequest {
        patience_s: Some(4),
        ..to("192.0.2.7")
    };
    let asking = async {
        tokio::time::sleep(Duration::from_millis(800)).await;
        bench.management.test_result(&bench.udn(), 1).await
    };
    let (_, early) = tokio::join!(run(&bench, TestKind::Ping, &request), asking);
    let error = early.expect_err("too early");
    assert_eq!(error.upnp_code(), Some(708), "{error}");
    assert!(
        error.failure().message.contains("not over"),
        "{:?}",
        error.failure()
    );
    let unknown = bench.management.test_result(&bench.udn(), 77).await;
    assert_eq!(unknown.expect_err("no such test").upnp_code(), Some(706));
}

#[tokio::test]
async fn a_result_that_comes_a_moment_late_is_waited_for() {
    let bench = Workbench::paired(with("Late", &["late-results"])).await;
    let (_, outcome) = run(&bench, TestKind::Ping, &to("192.0.2.7")).await;
    assert!(outcome.expect("a result").passed);
    assert_eq!(bench.count("GetPingResult"), 3);
}

#[tokio::test]
async fn a_test_the_gateway_forgot_in_a_restart_is_told() {
    let bench = Workbench::paired(with("Restarts", &["endless-tests"])).await;
    let restarting = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        bench.gateway.reboot();
    };
    let request = to("192.0.2.7");
    let ((_, outcome), ()) = tokio::join!(run(&bench, TestKind::Ping, &request), restarting);
    assert_eq!(problem(outcome), TestProblem::Forgotten { test_id: 1 });
}

#[tokio::test]
async fn lost_events_delay_nothing_for_long() {
    for quirk in ["lost-events", "no-events"] {
        let bench = Workbench::paired(with(quirk, &[quirk])).await;
        let (_, outcome) = run(&bench, TestKind::Ping, &to("192.0.2.7")).await;
        let view = outcome.unwrap_or_else(|error| panic!("{quirk}: {error}"));
        assert!(view.passed, "{view:?}");
        assert_eq!(view.noticed_by, FollowedBy::Poll, "{quirk}");
    }
}

#[tokio::test]
async fn two_people_test_at_once() {
    let bench = Workbench::paired(options("Two of us")).await;
    // Tests of BasicManagement have numbers and do not disturb each other.
    let (first, second) = (to("192.0.2.7"), to("nowhere.invalid"));
    let ((_, mine), (_, yours)) = tokio::join!(
        run(&bench, TestKind::Ping, &first),
        run(&bench, TestKind::Ping, &second)
    );
    let (mine, yours) = (mine.expect("mine"), yours.expect("yours"));
    assert!(mine.passed && !yours.passed, "{mine:?} {yours:?}");
    assert_ne!(mine.test_id, yours.test_id);

    // An object of the data model holds one test: whoever comes second is told.
    let by_model = |target: &str| TestRequest {
        way: Some(TestWay::DataModel),
        ..to(target)
    };
    let (first, second) = (by_model("192.0.2.7"), by_model("192.0.2.8"));
    let late = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        run(&bench, TestKind::Ping, &second).await
    };
    let ((_, mine), (_, yours)) = tokio::join!(run(&bench, TestKind::Ping, &first), late);
    assert!(mine.expect("mine").passed);
    assert_eq!(
        problem(yours),
        TestProblem::Busy {
            target: Some("192.0.2.7".to_owned())
        }
    );
}

#[tokio::test]
async fn a_result_of_somebody_else_is_not_taken_for_ours() {
    let bench = Workbench::paired(options("Elbows")).await;
    let meddling = async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        bench.gateway.tree(|tree| {
            assert!(tree.poke("/BBF/IP/Diagnostics/IPPing/Host", "192.0.2.99"));
        });
    };
    let request = TestRequest {
        way: Some(TestWay::DataModel),
        ..to("192.0.2.7")
    };
    let ((_, outcome), ()) = tokio::join!(run(&bench, TestKind::Ping, &request), meddling);
    assert_eq!(problem(outcome), TestProblem::TakenOver);
}

#[tokio::test]
async fn targets_that_cannot_be_right_are_not_sent() {
    let bench = Workbench::paired(options("Picky")).await;
    bench.forget_requests();
    for (kind, target) in [
        (TestKind::Ping, "no blanks please"),
        (TestKind::Download, "http://user:geheim@files.example.net/x"),
        (TestKind::Nslookup, ""),
    ] {
        let (_, outcome) = run(&bench, kind, &to(target)).await;
        let error = outcome.expect_err("refused");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(!error.to_string().contains("geheim"), "{error}");
    }
    assert!(bench.actions().is_empty(), "{:?}", bench.actions());
    // What only the gateway can judge comes back as its word.
    let request = TestRequest {
        repetitions: Some(5_000),
        ..to("192.0.2.7")
    };
    let (_, outcome) = run(&bench, TestKind::Ping, &request).await;
    let view = outcome.expect("an answer");
    assert_eq!((view.passed, view.status.as_str()), (false, "Error_Other"));
    assert!(view.info.is_some_and(|info| info.contains("100")));
}

#[tokio::test]
async fn strangers_cannot_let_it_test() {
    let bench = Workbench::new(options("Not yours")).await;
    let (_, outcome) = run(&bench, TestKind::Ping, &to("192.0.2.7")).await;
    assert_eq!(outcome.expect_err("no role").code(), Code::NotAuthorized);
}
