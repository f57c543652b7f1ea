//! The fault ladder: whatever breaks, the lowest broken rung is named.

use lanside_e2e::{options, Workbench};
use lanside_gateway::failures::Failure;
use lanside_gateway::options::{Model, Options, RolePolicy};
use management::diagnostics::TestKind;
use management::ladder::{Ladder, Layer, NextStep, Purpose, RungProblem, RungState};
use management::Error;

async fn bench(model: Model, failures: Vec<Failure>, index_base: u32) -> Workbench {
    // Nothing is asked for, so that fourteen gateways need not be paired with.
    Workbench::new(Options {
        model,
        failures,
        index_base,
        role_policy: RolePolicy::Open,
        ..options("Ladder")
    })
    .await
}

async fn ladders(bench: &Workbench) -> Vec<Ladder> {
    let view = bench.management.ladder(&bench.udn()).await;
    view.expect("a ladder").ladders
}

/// The broken rung of each ladder that has one.
fn broken(ladders: &[Ladder]) -> Vec<(Purpose, Layer, Option<RungProblem>)> {
    ladders
        .iter()
        .filter_map(|ladder| {
            let rung = &ladder.rungs[ladder.broken? as usize];
            assert!(!rung.evidence.is_empty(), "{rung:?}");
            assert!(ladder.next.is_some(), "{ladder:?}");
            Some((ladder.purpose, rung.layer, rung.problem))
        })
        .collect()
}

#[tokio::test]
async fn a_sound_gateway_has_nothing_broken() {
    for (model, index_base) in [(Model::Vdsl, 0), (Model::Vdsl, 1), (Model::Fiber, 0)] {
        let bench = bench(model, Vec::new(), index_base).await;
        let ladders = ladders(&bench).await;
        assert!(broken(&ladders).is_empty(), "{model:?}: {ladders:?}");
        let internet = &ladders[0];
        let held = |rung: &&_| {
            matches!(
                rung,
                management::ladder::Rung {
                    state: RungState::Holds,
                    ..
                }
            )
        };
        assert_eq!(
            internet.rungs.iter().filter(held).count(),
            internet.rungs.len()
        );
        let layers: Vec<Layer> = internet.rungs.iter().map(|rung| rung.layer).collect();
        let expected: &[Layer] = match model {
            Model::Fiber => &[Layer::Fibre, Layer::Link, Layer::Vlan],
            _ => &[
                Layer::Line,
                Layer::Channel,
                Layer::Link,
                Layer::Link,
                Layer::Vlan,
            ],
        };
        assert_eq!(&layers[..expected.len()], expected, "{model:?}");
        assert_eq!(
            &layers[expected.len()..],
            [Layer::Ppp, Layer::Address, Layer::Route, Layer::Dns]
        );
        assert_eq!(ladders.len(), 4, "two radios and the home network");
        assert!(matches!(
            internet.next,
            Some(NextStep::Test {
                kind: TestKind::Nslookup,
                ..
            })
        ));
    }
}

#[tokio::test]
async fn every_failure_is_found_on_its_rung() {
    use Purpose::{Internet, Lan, Wifi};
    for failure in Failure::ALL.iter().copied() {
        let (purpose, layer, problem) = match failure {
            Failure::NoSync => (Internet, Layer::Line, RungProblem::NotInSync),
            Failure::NoSignal => (Internet, Layer::Line, RungProblem::NoSignal),
            Failure::LineOff => (Internet, Layer::Line, RungProblem::SwitchedOff),
            Failure::NoLight => (Internet, Layer::Fibre, RungProblem::NoLight),
            Failure::CableOut => (Internet, Layer::Port, RungProblem::NoCable),
            Failure::WrongVlan => (Internet, Layer::Vlan, RungProblem::NothingComesBack),
            Failure::PppRefused => (Internet, Layer::Ppp, RungProblem::PasswordRefused),
            Failure::PppNoAnswer => (Internet, Layer::Ppp, RungProblem::NoAnswer),
            Failure::NoDhcpOffer => (Internet, Layer::Address, RungProblem::NoOffer),
            Failure::NoRoute => (Internet, Layer::Route, RungProblem::NoDefaultRoute),
            Failure::DnsDead => (Internet, Layer::Dns, RungProblem::NoAnswer),
            Failure::RadioOff => (Wifi, Layer::Radio, RungProblem::SwitchedOff),
            Failure::WifiOff => (Wifi, Layer::Network, RungProblem::SwitchedOff),
            Failure::DhcpServerOff => (Lan, Layer::DhcpServer, RungProblem::SwitchedOff),
        };
        let model = match failure {
            Failure::NoLight => Model::Fiber,
            _ => Model::Vdsl,
        };
        for index_base in [0, 1] {
            let bench = bench(model, vec![failure], index_base).await;
            let ladders = ladders(&bench).await;
            assert_eq!(
                broken(&ladders),
                [(purpose, layer, Some(problem))],
                "{} with rows from {index_base}: {ladders:#?}",
                failure.name()
            );
        }
    }
}

#[tokio::test]
async fn of_two_failures_the_lower_one_is_named() {
    let bench = bench(Model::Vdsl, vec![Failure::PppRefused, Failure::NoSync], 0).await;
    let ladders = ladders(&bench).await;
    assert_eq!(
        broken(&ladders),
        [(Purpose::Internet, Layer::Line, Some(RungProblem::NotInSync))]
    );
    assert_eq!(ladders[0].next, Some(NextStep::Wait));
}

#[tokio::test]
async fn the_evidence_holds_no_name_of_a_person() {
    let bench = bench(Model::Vdsl, vec![Failure::PppRefused], 0).await;
    let view = bench
        .management
        .ladder(&bench.udn())
        .await
        .expect("a ladder");
    let text = serde_json::to_string(&view).expect("JSON");
    let user = bench.value("/BBF/PPP/Interface/0/Username");
    assert!(!user.is_empty() && !text.contains(&user), "{text}");
}

#[tokio::test]
async fn an_older_data_model_has_its_ladder_too() {
    use Purpose::{Internet, Lan, Wifi};
    let sound = bench(Model::Tr098, Vec::new(), 1).await;
    let ladders_of_sound = ladders(&sound).await;
    assert!(
        broken(&ladders_of_sound).is_empty(),
        "{ladders_of_sound:#?}"
    );
    let layers: Vec<Layer> = ladders_of_sound[0]
        .rungs
        .iter()
        .map(|rung| rung.layer)
        .collect();
    let expected = [
        Layer::Line,
        Layer::Link,
        Layer::Ppp,
        Layer::Address,
        Layer::Route,
        Layer::Dns,
    ];
    assert_eq!(layers, expected);
    for (failure, purpose, layer, problem) in [
        (
            Failure::NoSync,
            Internet,
            Layer::Line,
            RungProblem::NotInSync,
        ),
        (
            Failure::NoSignal,
            Internet,
            Layer::Line,
            RungProblem::NoSignal,
        ),
        (
            Failure::LineOff,
            Internet,
            Layer::Line,
            RungProblem::SwitchedOff,
        ),
        (
            Failure::PppRefused,
            Internet,
            Layer::Ppp,
            RungProblem::PasswordRefused,
        ),
        (
            Failure::PppNoAnswer,
            Internet,
            Layer::Ppp,
            RungProblem::NoAnswer,
        ),
        (
            Failure::NoRoute,
            Internet,
            Layer::Route,
            RungProblem::NoDefaultRoute,
        ),
        (
            Failure::RadioOff,
            Wifi,
            Layer::Radio,
            RungProblem::SwitchedOff,
        ),
        (
            Failure::DhcpServerOff,
            Lan,
            Layer::DhcpServer,
            RungProblem::SwitchedOff,
        ),
    ] {
        let bench = bench(Model::Tr098, vec![failure], 0).await;
        let ladders = ladders(&bench).await;
        let found = broken(&ladders);
        assert!(
            found.contains(&(purpose, layer, Some(problem))),
            "{failure:?}: {ladders:#?}"
        );
        assert_eq!(found.iter().filter(|(on, ..)| *on == purpose).count(), 1);
        // What is to be switched on goes by another name there.
        let switches = ladders.iter().filter_map(|ladder| match &ladder.next {
            Some(NextStep::SwitchOn { path }) => Some(path.as_str()),
            _ => None,
        });
        let ends = match failure {
            Failure::RadioOff => ".RadioEnabled",
            Failure::DhcpServerOff => ".DHCPServerEnable",
            Failure::LineOff => ".WANDSLInterfaceConfig.Enable",
            _ => continue,
        };
        assert!(
            switches.into_iter().any(|path| path.ends_with(ends)),
            "{ladders:#?}"
        );
    }
}

#[tokio::test]
async fn a_gateway_without_a_stack_says_so() {
    let bench = bench(Model::Minimal, Vec::new(), 0).await;
    let error = bench.management.ladder(&bench.udn()).await;
    assert!(
        matches!(error, Err(Error::NotManageable { .. })),
        "{error:?}"
    );
}
