//! A gateway that is not the one that was trusted gets nothing from us.

use lanside_e2e::{options, Workbench, SSID, SSID_UPNP};
use lanside_gateway::options::{Model, Options};
use lanside_gateway::Gateway;
use management::view::{Code, GatewayState};
use management::{Ask, Error};

fn small(friendly_name: &str) -> Options {
    Options {
        model: Model::Minimal,
        ..options(friendly_name)
    }
}

/// Protected requests that reached the gateway; a handshake is none.
fn protected_requests(bench: &Workbench) -> usize {
    bench
        .records()
        .iter()
        .filter(|record| record.secure)
        .count()
}

#[tokio::test]
async fn a_new_certificate_stops_everything_before_the_first_byte() {
    let mut bench = Workbench::paired(options("Changed lock")).await;
    let udn = bench.udn();
    let old = bench.value(SSID_UPNP);
    bench
        .management
        .stage(&udn, SSID, "into wrong hands")
        .await
        .expect("staged");
    bench.inject("new-certificate").await;
    bench.restart_management().await;
    bench.get_to_know().await;
    bench.forget_requests();
    let error = bench
        .management
        .open_gateway(&udn)
        .await
        .expect_err("another certificate");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    let failure = error.failure();
    assert!(failure.message.contains("Changed lock"), "{failure:?}");
    assert!(
        failure.next.is_some_and(|next| next.contains("forget")),
        "says what to do"
    );
    let error = bench
        .management
        .apply_draft(&udn)
        .await
        .expect_err("another certificate");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    let error = bench
        .pair(&bench.gateway.pin())
        .await
        .expect_err("the PIN is not for it either");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    let error = bench
        .management
        .reboot(&udn, None, |_| {})
        .await
        .expect_err("another certificate");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    assert_eq!(protected_requests(&bench), 0, "{:?}", bench.records());
    assert_eq!(bench.count("SendSetupMessage"), 0);
    assert_eq!(bench.value(SSID_UPNP), old);
    let view = bench.management.gateway(&udn).expect("known");
    assert_eq!(view.state, GatewayState::Changed);
    assert!(view
        .reason
        .is_some_and(|reason| reason.contains("certificate")));
}

#[tokio::test]
async fn an_open_connection_does_not_outlive_the_certificate() {
    let bench = Workbench::paired(small("Swapped")).await;
    let session = bench.session().await;
    // The same port, another certificate: what answers after the line broke is a stranger.
    bench.inject("new-certificate").await;
    bench.inject("drop-next:GetValues").await;
    let path = ["/BBF/DeviceInfo/ModelName".to_owned()];
    session
        .values(&path)
        .await
        .expect_err("the line broke, or another certificate");
    bench.forget_requests();
    let error = session
        .values(&path)
        .await
        .expect_err("another certificate");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    assert_eq!(protected_requests(&bench), 0, "{:?}", bench.records());
}

#[tokio::test]
async fn forgetting_it_is_a_decision_and_pairing_works_again() {
    let bench = Workbench::paired(small("Factory reset")).await;
    let udn = bench.udn();
    let before = bench.gateway.fingerprint_hex();
    bench.inject("new-certificate").await;
    bench.management.close_gateway(&udn).await;
    let contact = bench
        .management
        .first_contact(&udn, Ask::Methods)
        .await
        .expect("it shows itself");
    assert_eq!(contact.trusted_fingerprint, Some(before));
    assert_ne!(
        contact.fingerprint,
        contact.trusted_fingerprint.unwrap_or_default()
    );
    bench.management.forget(&udn).await.expect("forgotten");
    bench.get_to_know().await;
    assert_eq!(
        bench.management.gateway(&udn).expect("found anew").state,
        GatewayState::New
    );
    let paired = bench
        .pair(&bench.gateway.pin())
        .await
        .expect("the PIN of the label");
    assert_eq!(paired.certificate_sha256, bench.gateway.fingerprint_hex());
    bench.session().await;
}

#[tokio::test]
async fn a_gateway_that_drops_its_protection_is_not_spoken_to_in_the_open() {
    let dir = tempfile::tempdir().expect("a scratch directory");
    let kept = |quirks: &[&str]| Options {
        state_dir: Some(dir.path().to_owned()),
        quirks: quirks
            .iter()
            .map(|quirk| quirk.parse().expect("a quirk"))
            .collect(),
        ..small("Undressed")
    };
    let mut bench = Workbench::paired(kept(&[])).await;
    let udn = bench.udn();
    bench.management.close().await;
    let old = std::mem::replace(
        &mut bench.gateway,
        Gateway::start(small("Stand-in")).await.expect("a gateway"),
    );
    old.stop().await;
    // The same UDN on other ports, and no word of a protected side.
    bench.gateway = Gateway::start(kept(&["short-location"]))
        .await
        .expect("it starts again");
    assert_eq!(bench.gateway.udn(), udn);
    bench.forget_requests();
    let error = bench
        .management
        .open_gateway(&udn)
        .await
        .expect_err("no protection");
    assert!(
        matches!(error, Error::ProtectionDropped { .. }),
        "{error:?}"
    );
    assert_eq!(
        bench.management.gateway(&udn).expect("known").state,
        GatewayState::Changed
    );
    assert_eq!(
        bench.actions(),
        Vec::<String>::new(),
        "no action in the open"
    );
    bench.restart_management().await;
    let error = bench
        .management
        .open_gateway(&udn)
        .await
        .expect_err("no protection");
    assert_eq!(error.code(), Code::IdentityChanged, "{error:?}");
    assert_eq!(
        bench.actions(),
        Vec::<String>::new(),
        "no action in the open"
    );
}
