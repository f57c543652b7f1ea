//! Restarting a gateway: a timeline that ends when the same gateway answers again.

use std::sync::Arc;

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
        RebootPhase::Goodbye,
        RebootPhase::Gone,
        RebootPhase::Announced,
        RebootPhase::Reachable,
        RebootPhase::Secured,
        RebootPhase::Verified,
    ];
    assert_eq!(phases, expected);
    assert!(outcome.back && outcome.seconds > 0.5, "{outcome:?}");
    assert_eq!(outcome.usual_seconds, None, "the first time nobody knows");
    assert_eq!((outcome.later, outcome.moved_to.as_deref()), (false, None));
    assert_eq!((outcome.checked, outcome.differing.len()), (1, 0));
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

async fn is_followed_with(quirk: &str) -> Vec<RebootPhase> {
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
    phases
}

#[tokio::test]
async fn a_gateway_that_says_no_goodbye_is_followed() {
    let phases = is_followed_with("no-byebye").await;
    assert!(!phases.contains(&RebootPhase::Goodbye), "{phases:?}");
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
    let expected = [RebootPhase::Sent, RebootPhase::Goodbye, RebootPhase::Gone];
    assert_eq!(phases, expected);
    let failure = error.failure();
    assert!(
        failure.message.contains("Never again") && failure.next.is_some(),
        "{failure:?}"
    );
}

#[tokio::test]
async fn another_certificate_after_the_restart_is_not_the_same_gateway() {
    // Long enough away that a new key can be made meanwhile, on a busy machine, too.
    let away = Options {
        reboot: seconds(6),
        ..small("Impostor")
    };
    let bench = Workbench::paired(away).await;
    let (phases, outcome) = {
        let udn = bench.udn();
        let mut phases = Vec::new();
        let rebooting = bench
            .management
            .reboot(&udn, Some(seconds(40)), |step| phases.push(step.phase));
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
async fn a_restart_that_changes_the_address_is_followed_there() {
    let bench = Workbench::paired(small("Moves house")).await;
    bench.inject("other-address-after-reboot:127.0.0.41").await;
    let mut addresses = Vec::new();
    let outcome = bench
        .management
        .reboot(&bench.udn(), Some(seconds(30)), |step| {
            addresses.extend(step.address);
        })
        .await
        .expect("found where it is now");
    assert!(outcome.back);
    assert_eq!(outcome.moved_to.as_deref(), Some("127.0.0.41"));
    assert_eq!(addresses, ["127.0.0.41"], "said once, as it happens");
    let known = bench.management.gateway(&bench.udn()).expect("known");
    assert_eq!(known.address.as_deref(), Some("127.0.0.41"));
    assert_eq!(known.state, GatewayState::Paired);
}

#[tokio::test]
async fn an_open_gateway_that_somebody_else_sent_elsewhere_is_opened_there() {
    let bench = Workbench::paired(small("Moved away")).await;
    let before = bench.session().await;
    bench.inject("other-address-after-reboot:127.0.0.42").await;
    let (stranger, _dir) = second_technician(&bench).await;
    let moved = stranger
        .reboot(&bench.udn(), Some(seconds(30)), |_| {})
        .await
        .expect("found where it is now");
    assert_eq!(moved.moved_to.as_deref(), Some("127.0.0.42"));
    // Nobody has told this application yet: the session is where the gateway was.
    assert!(before.refresh_roles().await.is_err());
    let seen = stranger.gateway(&bench.udn()).expect("known");
    bench
        .management
        .add_by_address(&seen.location.expect("a place"))
        .await
        .expect("seen in its new place");
    let view = bench.management.open_view(&bench.udn()).await;
    assert_eq!(view.expect("open again").udn, bench.udn());
    let after = bench.session().await;
    assert!(
        !Arc::ptr_eq(&before, &after),
        "over a connection of its own"
    );
}

#[tokio::test]
async fn one_that_restarts_later_is_followed_until_it_does() {
    let bench = Workbench::paired(small("In a minute")).await;
    let udn = bench.udn();
    let (stranger, _dir) = second_technician(&bench).await;
    let sequence = |on: &str| [("NewSequenceMode".to_owned(), on.to_owned())];
    let set = async |on: &str| {
        stranger
            .call(&udn, "BasicManagement", "SetSequenceMode", &sequence(on))
            .await
            .expect("set")
    };
    // Somebody else is in the middle of something.
    set("1").await;
    let boot_id = bench.gateway.boot_id();
    let busy = async {
        tokio::time::sleep(seconds(2)).await;
        assert_eq!(bench.gateway.boot_id(), boot_id, "not yet");
        set("0").await;
    };
    let ((phases, outcome), _) = tokio::join!(reboot(&bench, 30), busy);
    let outcome = outcome.expect("it comes back");
    assert!(outcome.back && outcome.later, "{outcome:?}");
    assert_eq!(phases[..2], [RebootPhase::Sent, RebootPhase::Deferred]);
    assert_eq!(phases.last(), Some(&RebootPhase::Verified), "{phases:?}");
    // The wait of somebody else is not the time this model takes.
    let usual = bench.management.usual_restart(&udn).await.expect("asked");
    assert_eq!(usual, None);
}

/// A second installation that may do everything as well.
async fn second_technician(bench: &Workbench) -> (management::Management, tempfile::TempDir) {
    let (other, dir) = bench.stranger().await;
    let (_control, signals) = management::introduction_control();
    let pin = management::Proof::pin(&bench.gateway.pin()).expect("a PIN");
    other
        .pair(&bench.udn(), pin, signals, |_| {})
        .await
        .expect("paired");
    (other, dir)
}

#[tokio::test]
async fn one_that_says_later_and_never_does_goes_on_working() {
    let quirks = ["reboot-later".parse().expect("a quirk")];
    let bench = Workbench::paired(Options {
        quirks: quirks.into_iter().collect(),
        ..small("Tomorrow")
    })
    .await;
    let (phases, outcome) = reboot(&bench, 3).await;
    let error = outcome.expect_err("it did not restart");
    assert!(
        matches!(error, Error::NotRestarted { later: true, .. }),
        "{error:?}"
    );
    assert_eq!(phases, [RebootPhase::Sent, RebootPhase::Deferred]);
    let failure = error.failure();
    assert!(
        failure.message.contains("goes on working") && failure.message.contains("later"),
        "{failure:?}"
    );
    bench.session().await;
}

#[tokio::test]
async fn edits_that_wait_are_kept_and_said() {
    let bench = Workbench::paired(options("Half done")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "not applied yet")
        .await
        .expect("staged");
    let (_, outcome) = reboot(&bench, 20).await;
    assert_eq!(outcome.expect("back").draft_count, 1);
    let draft = bench.management.draft(&udn).await.expect("a draft");
    assert_eq!(draft.edits[0].new.as_deref(), Some("not applied yet"));
    assert_ne!(bench.value(SSID_UPNP), "not applied yet");
}

#[tokio::test]
async fn values_that_do_not_survive_are_named() {
    let bench = Workbench::paired(options("Forgetful")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "as I want it")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    let forgetting = async {
        bench.gone().await;
        bench.gateway.tree(|tree| tree.poke(SSID_UPNP, "as it was"));
    };
    let ((phases, outcome), ()) = tokio::join!(reboot(&bench, 20), forgetting);
    let outcome = outcome.expect("it is back");
    assert!(outcome.back);
    assert_eq!(phases.last(), Some(&RebootPhase::Differs), "{phases:?}");
    assert_eq!(outcome.differing.len(), 1, "{outcome:?}");
    let value = &outcome.differing[0];
    assert_eq!(value.path, SSID);
    assert_eq!(
        (value.expected.as_str(), value.found.as_deref()),
        ("as I want it", Some("as it was"))
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
