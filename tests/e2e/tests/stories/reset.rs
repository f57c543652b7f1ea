//! Setting a gateway back to how it was delivered: what is asked before, what is told on the
//! way, and how it comes out.

use lanside_e2e::{options, paired, seconds, Lanside, Workbench, SSID, SSID_UPNP};
use lanside_gateway::options::{Model, Options};
use management::view::{Code, GatewayState, RebootPhase, ResetEnd, ResetView};
use management::{Error, ResetWish};

fn small(friendly_name: &str, quirks: &[&str]) -> Options {
    Options {
        model: Model::Minimal,
        quirks: quirks
            .iter()
            .map(|quirk| quirk.parse().expect("a quirk"))
            .collect(),
        ..options(friendly_name)
    }
}

/// Resets the gateway; gives the phases with what came of it.
async fn reset(
    bench: &Workbench,
    typed: &str,
    wait: u64,
) -> (Vec<RebootPhase>, Result<ResetView, Error>) {
    let mut phases = Vec::new();
    let wish = ResetWish {
        confirmation: typed.to_owned(),
        snapshot: None,
        wait: Some(seconds(wait)),
    };
    let outcome = bench
        .management
        .reset(&bench.udn(), wish, |step| phases.push(step.phase))
        .await;
    (phases, outcome)
}

#[tokio::test]
async fn everything_is_erased_and_put_back_after_pairing_again() {
    let bench = Workbench::paired(options("Clean sheet")).await;
    let udn = bench.udn();
    let delivered = bench.value(SSID_UPNP);
    bench
        .management
        .stage(&udn, SSID, "My own network")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    let plan = bench.management.reset_plan(&udn).await.expect("a plan");
    assert!(plan.paired && plan.latest_snapshot.is_none(), "{plan:?}");
    let saved = bench
        .management
        .save_snapshot(&udn, "before the reset", |_, _| {})
        .await
        .expect("saved");

    let mut phases = Vec::new();
    let wish = ResetWish {
        confirmation: plan.name,
        snapshot: Some(saved.clone()),
        wait: Some(seconds(20)),
    };
    let outcome = bench
        .management
        .reset(&udn, wish, |step| phases.push(step.phase))
        .await
        .expect("it comes back");
    let expected = [
        RebootPhase::Sent,
        RebootPhase::Goodbye,
        RebootPhase::Gone,
        RebootPhase::Announced,
        RebootPhase::Reachable,
        RebootPhase::Secured,
    ];
    assert_eq!(phases, expected);
    assert!(outcome.back, "{outcome:?}");
    assert_eq!(outcome.end, ResetEnd::AccessLost);
    assert_eq!(outcome.snapshot, Some(saved.clone()));
    assert_eq!(bench.value(SSID_UPNP), delivered, "erased");

    bench
        .pair(&bench.gateway.pin())
        .await
        .expect("paired again");
    bench
        .management
        .restore(&udn, saved.id, |_, _| {})
        .await
        .expect("a draft");
    assert_eq!(bench.value(SSID_UPNP), delivered, "only a draft");
    bench.management.apply_draft(&udn).await.expect("applied");
    assert_eq!(bench.value(SSID_UPNP), "My own network");
}

#[tokio::test]
async fn nothing_is_sent_before_its_name_was_typed() {
    let bench = Workbench::paired(small("The right one", &[])).await;
    for typed in ["", "The wrong one", "yes"] {
        let (phases, outcome) = reset(&bench, typed, 5).await;
        let error = outcome.expect_err("refused");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(error.to_string().contains("The right one"), "{error}");
        assert!(phases.is_empty());
    }
    assert_eq!(bench.count("BaselineReset"), 0);
}

#[tokio::test]
async fn another_certificate_is_expected_and_proves_nothing() {
    let bench = Workbench::paired(small("New keys", &["new-certificate-on-reset"])).await;
    let (phases, outcome) = reset(&bench, "New keys", 20).await;
    let outcome = outcome.expect("it answers again");
    assert_eq!(outcome.end, ResetEnd::OtherCertificate);
    assert_eq!(
        phases.last(),
        Some(&RebootPhase::NewCertificate),
        "{phases:?}"
    );
    assert!(!phases.contains(&RebootPhase::Secured), "{phases:?}");
    let changed = outcome.changed.expect("both certificates");
    let new = changed.new.expect("the new one");
    assert_ne!(new.fingerprint, changed.old.certificate.fingerprint);
    let known = bench.management.gateway(&bench.udn()).expect("known");
    assert_eq!(known.state, GatewayState::Changed);
    // It is not talked to before a person paired it anew.
    let refused = bench.management.open_gateway(&bench.udn()).await;
    assert_eq!(
        refused.expect_err("not trusted").code(),
        Code::IdentityChanged
    );
}

#[tokio::test]
async fn one_that_comes_back_under_another_udn_is_told_apart_and_not_trusted() {
    // Where it was, and on other ports: then only its announcements tell.
    for quirks in [
        &["new-udn-on-reset"][..],
        &["new-udn-on-reset", "other-ports-after-reboot"],
    ] {
        let bench = Workbench::paired(small("Born again", quirks)).await;
        let old = bench.management.gateway(&bench.udn()).expect("known");
        let (phases, outcome) = reset(&bench, "Born again", 30).await;
        let outcome = outcome.expect("it is told apart");
        assert_eq!(outcome.end, ResetEnd::OtherUdn, "{quirks:?}");
        assert!(!outcome.back, "the UDN that was asked for is gone");
        assert!(!phases.contains(&RebootPhase::Secured), "{phases:?}");
        let successor = outcome.successor.expect("who answers there");
        assert_ne!(successor.udn, old.udn);
        assert_eq!(successor.udn, bench.gateway.udn());
        assert_eq!(successor.serial_number, old.serial_number);
        assert_eq!(Some(successor.address), old.address);
        // A stranger like any other, and what was trusted does not pass over to it.
        let found = bench.management.gateway(&successor.udn).expect("found");
        assert_eq!(found.state, GatewayState::New);
        let known = bench.management.gateway(&old.udn).expect("still known");
        assert_ne!(known.state, GatewayState::New, "what was kept of it stays");
    }
}

#[tokio::test]
async fn another_box_in_its_place_is_not_taken_for_it() {
    let bench = Workbench::paired(small("Taken away", &[])).await;
    bench.inject("never-come-back").await;
    let port = bench.gateway.addresses().http.port();
    let swapping = async {
        // As soon as the port is free, another gateway of the same model stands there.
        loop {
            tokio::time::sleep(seconds(1) / 10).await;
            let other = Options {
                http_port: port,
                ..small("Somebody else", &[])
            };
            if let Ok(other) = lanside_gateway::Gateway::start(other).await {
                return other;
            }
        }
    };
    let ((_, outcome), other) = tokio::join!(reset(&bench, "Taken away", 6), swapping);
    let error = outcome.expect_err("it did not come back");
    assert!(matches!(error, Error::NotBack { .. }), "{error}");
    assert_ne!(other.udn(), bench.gateway.udn());
}

#[tokio::test]
async fn one_that_comes_back_elsewhere_is_found_there() {
    let bench = Workbench::paired(small("Default address", &[])).await;
    bench.inject("other-address-after-reboot:127.0.0.42").await;
    let (_, outcome) = reset(&bench, "Default address", 30).await;
    let outcome = outcome.expect("found where it is now");
    assert_eq!(outcome.end, ResetEnd::AccessLost);
    assert_eq!(outcome.moved_to.as_deref(), Some("127.0.0.42"));
}

#[tokio::test]
async fn one_that_never_comes_back_is_told() {
    let bench = Workbench::paired(small("Gone for good", &[])).await;
    bench.inject("never-come-back").await;
    let (phases, outcome) = reset(&bench, "Gone for good", 3).await;
    let error = outcome.expect_err("it stays away");
    assert!(matches!(error, Error::NotBack { .. }), "{error:?}");
    assert_eq!(phases.last(), Some(&RebootPhase::Gone), "{phases:?}");
    assert!(error.failure().next.is_some());
}

#[tokio::test]
async fn a_power_cut_before_anything_was_erased_shows() {
    let bench = Workbench::paired(options("Pulled the plug")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "still here")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    bench.inject("power-cut-in-reset:nothing").await;
    let (phases, outcome) = reset(&bench, "Pulled the plug", 20).await;
    let outcome = outcome.expect("it answers again");
    assert!(!phases.contains(&RebootPhase::Goodbye), "{phases:?}");
    assert_eq!(outcome.end, ResetEnd::AccessKept);
    assert_eq!(outcome.values_kept, Some(true), "nothing was reset");
    // A second try does it.
    let (_, outcome) = reset(&bench, "Pulled the plug", 20).await;
    assert_eq!(outcome.expect("back").end, ResetEnd::AccessLost);
    assert_ne!(bench.value(SSID_UPNP), "still here");
}

#[tokio::test]
async fn a_power_cut_in_the_middle_leaves_a_gateway_that_can_be_paired_again() {
    let bench = Workbench::paired(options("Half erased")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "not erased")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    bench.inject("power-cut-in-reset:access").await;
    let (_, outcome) = reset(&bench, "Half erased", 20).await;
    assert_eq!(outcome.expect("back").end, ResetEnd::AccessLost);
    bench
        .pair(&bench.gateway.pin())
        .await
        .expect("paired again");
    assert_eq!(bench.value(SSID_UPNP), "not erased");
}

#[tokio::test]
async fn a_reset_that_leaves_the_access_list_alone_is_told_by_its_values() {
    let bench = Workbench::paired(Options {
        quirks: ["keep-access-on-reset".parse().expect("a quirk")]
            .into_iter()
            .collect(),
        ..options("Old friends")
    })
    .await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "to be erased")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    let (_, outcome) = reset(&bench, "Old friends", 20).await;
    let outcome = outcome.expect("back");
    assert_eq!(outcome.end, ResetEnd::AccessKept);
    assert_eq!(outcome.values_kept, Some(false), "{outcome:?}");
}

#[tokio::test]
async fn one_that_cannot_be_reset_says_so_before_anything_is_asked() {
    let bench = Workbench::paired(small("Not like that", &["no-reset"])).await;
    let plan = bench.management.reset_plan(&bench.udn()).await;
    let error = plan.expect_err("not offered");
    assert_eq!(error.code(), Code::ActionRefused, "{error}");
    assert!(error.to_string().contains("cannot be reset"), "{error}");
}

#[test]
fn a_script_says_that_it_means_it() {
    let (gateway, lanside, udn) = paired(&["--model", "minimal"]);
    lanside.run(&["reset", &udn]).failed(2, "Usage");
    let wrong = ["reset", &udn, "--erase-everything", "--confirm", "Somebody"];
    lanside.run(&wrong).failed(2, "Usage");
    let answer = lanside.run(&["reset", &udn, "--erase-everything"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let lines = answer.stream();
    let snapshot = lines[0]["snapshot"].as_i64().expect("saved first");
    let phases: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["phase"].as_str())
        .collect();
    assert_eq!(phases.first(), Some(&"sent"), "{lines:?}");
    let last = lines.last().expect("an end");
    assert_eq!(last["back"], true, "{last}");
    assert_eq!(last["end"], "access_lost", "{last}");
    assert_eq!(last["snapshot"]["id"], snapshot, "{last}");
    assert!(last["seconds"]
        .as_f64()
        .is_some_and(|seconds| seconds > 0.0));
    // What is next works.
    let pin = gateway.told("pin");
    lanside.run(&["pair", &udn, "--pin", &pin]).done();
    let id = snapshot.to_string();
    lanside.run(&["snapshot", &udn, "restore", &id]).done();
}

#[test]
fn the_settings_of_one_with_a_new_udn_go_on_under_it() {
    let (gateway, lanside, udn) = paired(&["--model", "minimal", "--quirk", "new-udn-on-reset"]);
    let answer = lanside.run(&["reset", &udn, "--erase-everything"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let lines = answer.stream();
    let last = lines.last().expect("an end");
    assert_eq!(last["back"], false, "{last}");
    assert_eq!(last["end"], "other_udn", "{last}");
    let now = last["successor"]["udn"].as_str().expect("its new UDN");
    assert_ne!(now, udn);
    // It is paired by hand, with the PIN on the same label, and then takes what was saved.
    lanside
        .run(&["get", now, SSID_UPNP])
        .failed(4, "NotAuthorized");
    let pin = gateway.told("pin");
    lanside.run(&["pair", now, "--pin", &pin]).done();
    let id = last["snapshot"]["id"].as_i64().expect("saved").to_string();
    lanside.run(&["snapshot", now, "restore", &id]).done();
}

#[test]
fn the_wrong_name_is_refused_before_its_tree_is_read() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal", "--friendly-name", "Mine"]);
    let wrong = ["reset", &udn, "--confirm", "Yours"];
    lanside.run(&wrong).failed(2, "Usage");
    let list = lanside.run(&["snapshot", &udn, "list"]).done();
    assert_eq!(
        list["snapshots"].as_array().map(Vec::len),
        Some(0),
        "{list}"
    );
}

#[test]
fn strangers_cannot_reset() {
    let gateway = lanside_e2e::RunningGateway::start(&["--model", "minimal"]);
    let location = gateway.told("location");
    let answer = Lanside::new().run(&["reset", &location, "--erase-everything", "--no-snapshot"]);
    answer.failed(4, "NotAuthorized");
}
