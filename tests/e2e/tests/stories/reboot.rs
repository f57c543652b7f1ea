//! Restarting a gateway: a timeline that ends when the same gateway answers again.

use lanside_e2e::{options, seconds, Workbench, SSID, SSID_UPNP};
use lanside_gateway::options::{Model, Options};
use management::view::{Code, GatewayState, RebootPhase};
use management::Error;

fn small(friendly_name: &str) -> Options {
    Options {
        model: Model::Minimal,
        ..options(friendly_name)
    }
}

/// Restarts the gateway; gives the phases with what came of it.
async fn reboot(
    bench: &Workbench,
    wait: u64,
) -> (
    Vec<RebootPhase>,
    Result<management::view::RebootView, Error>,
) {
    let mut phases = Vec::new();
    let outcome = bench
        .management
        .reboot(&bench.udn(), Some(seconds(wait)), |step| {
            assert!(step.time.ends_with('Z') && step.seconds >= 0.0, "{step:?}");
            phases.push(step.phase);
        })
        .await;
    (phases, outcome)
}

#[tokio::test]
async fn every_phase_is_told_in_order_and_the_values_are_kept() {
    let bench = Workbench::paired(options("There and back")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "kept over a restart")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    let boot_id = bench.gateway.boot_id();
    let (phases, outcome) = reboot(&bench, 20).await;
    let outcome = outcome.expect("it comes back");
    let expected = [
        RebootPhase::Sent,
        RebootPhase::Gone,
        RebootPhase::Announced,
        RebootPhase::Reachable,
        RebootPhase::Secured,
        RebootPhase::Verified,
    ];
    assert_eq!(phases, expected);
    assert!(outcome.back && outcome.seconds > 0.5, "{outcome:?}");
    assert_eq!(outcome.usual_seconds, None, "the first time nobody knows");
    assert!(bench.gateway.boot_id() > boot_id, "BOOTID grows");
    let session = bench.session().await;
    let (nodes, _) = session
        .values(&[SSID_UPNP.to_owned()])
        .await
        .expect("a value");
    assert_eq!(nodes[0].value.as_deref(), Some("kept over a restart"));
}

#[tokio::test]
async fn the_usual_time_is_learned() {
    let bench = Workbench::paired(small("Learning")).await;
    let first = bench.reboot().await.expect("back");
    let second = bench.reboot().await.expect("back");
    let usual = second.usual_seconds.expect("learned");
    assert!((usual - first.seconds).abs() < 1.0, "{first:?} {second:?}");
}

async fn is_followed_with(quirk: &str) {
    let quirks = [quirk.parse().expect("a quirk")].into_iter().collect();
    let bench = Workbench::paired(Options {
        quirks,
        ..small(quirk)
    })
    .await;
    let boot_id = bench.gateway.boot_id();
    let (phases, outcome) = reboot(&bench, 20).await;
    assert!(outcome.expect("it comes back").back);
    assert_eq!(phases.last(), Some(&RebootPhase::Verified), "{phases:?}");
    assert!(bench.gateway.boot_id() > boot_id);
}

#[tokio::test]
async fn a_gateway_that_says_no_goodbye_is_followed() {
    is_followed_with("no-byebye").await;
}

#[tokio::test]
async fn a_gateway_that_is_gone_before_it_answers_is_followed() {
    is_followed_with("reboot-without-answer").await;
}

#[tokio::test]
async fn a_gateway_that_comes_back_on_other_ports_is_followed() {
    is_followed_with("other-ports-after-reboot").await;
}

#[tokio::test]
async fn a_gateway_that_does_not_come_back_is_told() {
    let bench = Workbench::paired(small("Never again")).await;
    bench.inject("never-come-back").await;
    let (phases, outcome) = reboot(&bench, 3).await;
    let error = outcome.expect_err("it stays away");
    assert!(matches!(error, Error::NotBack { .. }), "{error:?}");
    assert_eq!(error.code(), Code::Unreachable);
    assert_eq!(phases, [RebootPhase::Sent, RebootPhase::Gone]);
    let failure = error.failure();
    assert!(
        failure.message.contains("Never again") && failure.next.is_some(),
        "{failure:?}"
    );
}

#[tokio::test]
async fn another_certificate_after_the_restart_is_not_the_same_gateway() {
    let bench = Workbench::paired(small("Impostor")).await;
    let (phases, outcome) = {
        let udn = bench.udn();
        let mut phases = Vec::new();
        let rebooting = bench
            .management
            .reboot(&udn, Some(seconds(15)), |step| phases.push(step.phase));
        let changing = async {
            bench.gone().await;
            bench.inject("new-certificate").await;
        };
        let (outcome, ()) = tokio::join!(rebooting, changing);
        (phases, outcome)
    };
    let error = outcome.expect_err("another certificate");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    assert!(
        !phases.contains(&RebootPhase::Secured) && !phases.contains(&RebootPhase::Verified),
        "{phases:?}"
    );
    assert_eq!(
        bench.management.gateway(&bench.udn()).expect("known").state,
        GatewayState::Changed
    );
}

#[tokio::test]
async fn without_waiting_it_only_sends() {
    let bench = Workbench::paired(small("No patience")).await;
    let mut phases = Vec::new();
    let outcome = bench
        .management
        .reboot(&bench.udn(), None, |step| phases.push(step.phase))
        .await
        .expect("sent");
    assert!(!outcome.back);
    assert_eq!(phases, [RebootPhase::Sent]);
    assert_eq!(bench.count("Reboot"), 1);
}

#[tokio::test]
async fn a_refused_restart_is_no_restart() {
    let bench = Workbench::paired(small("Refusing")).await;
    let boot_id = bench.gateway.boot_id();
    bench.inject("refuse:Reboot:501").await;
    let (phases, outcome) = reboot(&bench, 5).await;
    let error = outcome.expect_err("refused");
    assert_eq!(
        (error.code(), error.upnp_code()),
        (Code::ActionRefused, Some(501)),
        "{error}"
    );
    assert!(phases.is_empty(), "{phases:?}");
    assert_eq!(bench.gateway.boot_id(), boot_id);
}

#[tokio::test]
async fn strangers_cannot_restart_it() {
    let bench = Workbench::new(small("Not yours")).await;
    let (phases, outcome) = reboot(&bench, 5).await;
    assert_eq!(outcome.expect_err("no role").code(), Code::NotAuthorized);
    assert!(phases.is_empty(), "{phases:?}");
}
