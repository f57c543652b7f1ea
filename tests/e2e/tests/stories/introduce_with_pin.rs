//! Being introduced with the PIN of the label, or the button: real WPS over real TLS.

use std::sync::{Arc, Mutex};

use lanside_e2e::{options, seconds, wrong_first_half, wrong_second_half, Workbench};
use lanside_gateway::options::{Model, Options};
use management::view::{Code, GatewayState, PairingStep};
use management::{introduction_control, Ask, Proof};

fn small(friendly_name: &str) -> Options {
    Options {
        model: Model::Minimal,
        ..options(friendly_name)
    }
}

#[tokio::test]
async fn the_pin_is_taken_in_any_spelling_and_makes_us_administrator() {
    let bench = Workbench::new(small("Any spelling")).await;
    let pin = bench.gateway.pin();
    let (first, second) = pin.split_at(4);
    let wide: String = pin
        .chars()
        .filter_map(|digit| char::from_u32(0xFF10 + digit.to_digit(10)?))
        .collect();
    for spelling in [
        pin.clone(),
        format!("{first}-{second}"),
        format!(" {first} {second} "),
        format!("{first}.{second}"),
        wide,
    ] {
        let paired = bench.pair(&spelling).await.expect("the PIN of the label");
        assert_eq!(paired.udn, bench.udn());
        assert_eq!(paired.certificate_sha256, bench.gateway.fingerprint_hex());
        assert!(
            paired.roles.contains(&"Admin".to_owned()),
            "{:?}",
            paired.roles
        );
    }
    assert_eq!(
        bench.management.gateway(&bench.udn()).expect("known").state,
        GatewayState::Paired
    );
    assert!(bench.session().await.view().protected);
}

#[tokio::test]
async fn the_steps_are_told_in_order() {
    let bench = Workbench::new(small("Steps")).await;
    let steps = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&steps);
    let (_control, signals) = introduction_control();
    let proof = Proof::pin(&bench.gateway.pin()).expect("a PIN");
    bench
        .management
        .pair(&bench.udn(), proof, signals, move |step| {
            told.lock().expect("one writer").push(step.step)
        })
        .await
        .expect("paired");
    let steps = steps.lock().expect("one writer").clone();
    let expected = [
        PairingStep::PreparingIdentity,
        PairingStep::Connecting,
        PairingStep::Greeting,
        PairingStep::ProvingFirstHalf,
        PairingStep::ProvingSecondHalf,
        PairingStep::ReadingRoles,
    ];
    let mut seen = steps.clone();
    seen.dedup();
    assert_eq!(seen, expected, "{steps:?}");
}

#[tokio::test]
async fn a_wrong_check_digit_costs_nothing() {
    let bench = Workbench::new(small("Check digit")).await;
    bench.forget_requests();
    let mut pin = bench.gateway.pin();
    let last = pin
        .pop()
        .and_then(|digit| digit.to_digit(10))
        .expect("a digit");
    pin.push(char::from_digit((last + 1) % 10, 10).expect("a digit"));
    for wrong in [
        pin.as_str(),
        "",
        "1234567",
        "123456789",
        "12a45670",
        "pin 1234",
    ] {
        let error = bench.pair(wrong).await.expect_err("no PIN");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(
            wrong.len() < 4 || !format!("{error} {error:?}").contains(wrong),
            "the PIN is told: {error:?}"
        );
    }
    assert_eq!(bench.records(), [], "nothing was sent");
}

#[tokio::test]
async fn a_wrong_half_is_rejected_and_not_tried_again() {
    let bench = Workbench::new(small("Wrong halves")).await;
    let pin = bench.gateway.pin();
    // The messages after M1 and M2D/ACK: a first half needs M2 and M4, a second half M6 as well.
    for (wrong, half) in [
        (wrong_first_half(&pin), "first"),
        (wrong_second_half(&pin), "second"),
    ] {
        bench.forget_requests();
        let error = bench.pair(&wrong).await.expect_err("a wrong PIN");
        assert_eq!(error.code(), Code::PinRejected, "{error}");
        assert!(error.to_string().contains(half), "says which half: {error}");
        let failure = error.failure();
        assert!(
            failure.next.is_some_and(|next| next.contains("once more")),
            "says how many tries are wise"
        );
        let sent = bench.count("SendSetupMessage");
        assert!((3..=7).contains(&sent), "one attempt, {sent} messages");
        assert_eq!(
            bench.management.gateway(&bench.udn()).expect("known").state,
            GatewayState::New
        );
    }
    bench.pair(&pin).await.expect("the right PIN still works");
}

#[tokio::test]
async fn after_three_wrong_pins_the_gateway_is_locked_even_for_the_right_one() {
    let bench = Workbench::new(small("Locking")).await;
    let pin = bench.gateway.pin();
    for _ in 0..3 {
        let error = bench
            .pair(&wrong_first_half(&pin))
            .await
            .expect_err("a wrong PIN");
        assert_eq!(error.code(), Code::PinRejected, "{error}");
    }
    let error = bench.pair(&pin).await.expect_err("locked");
    assert_eq!(error.code(), Code::PinRejected, "{error}");
    assert!(
        error
            .failure()
            .next
            .is_some_and(|next| next.contains("restart the gateway")),
        "{:?}",
        error.failure()
    );
}

#[tokio::test]
async fn the_button_takes_the_place_of_a_pin() {
    let bench = Workbench::new(small("Button")).await;
    let (control, signals) = introduction_control();
    let gateway = &bench.gateway;
    let udn = bench.udn();
    let pairing = bench
        .management
        .pair(&udn, Proof::PushButton, signals, |step| {
            if step.step == PairingStep::WaitingButton {
                gateway.press_button();
                control.button_pressed();
            }
        });
    let paired = tokio::time::timeout(seconds(20), pairing)
        .await
        .expect("in time")
        .expect("paired");
    assert_eq!(paired.certificate_sha256, bench.gateway.fingerprint_hex());
    bench.session().await;
}

#[tokio::test]
async fn pairing_survives_a_restart_of_the_application() {
    let mut bench = Workbench::paired(small("Persistent")).await;
    let identity = bench
        .management
        .identity()
        .await
        .expect("an identity")
        .fingerprint();
    bench.restart_management().await;
    assert_eq!(
        bench
            .management
            .identity()
            .await
            .expect("an identity")
            .fingerprint(),
        identity
    );
    let known = bench
        .management
        .gateway(&bench.udn())
        .expect("known from the disk");
    assert!(known.last_seen.is_some());
    let view = bench
        .management
        .open_view(&bench.udn())
        .await
        .expect("it opens without a PIN");
    assert!(view.protected);
    assert!(view.roles.contains(&"Admin".to_owned()), "{view:?}");
    bench
        .pair(&bench.gateway.pin())
        .await
        .expect("pairing again does no harm");
}

#[tokio::test]
async fn each_installation_has_an_identity_of_its_own() {
    let bench = Workbench::paired(small("Two visitors")).await;
    let (stranger, _dir) = bench.stranger().await;
    let own = bench.management.identity().await.expect("an identity");
    let other = stranger.identity().await.expect("an identity");
    assert_ne!(own.uuid(), other.uuid());
    let session = stranger
        .open_gateway(&bench.udn())
        .await
        .expect("the public part");
    assert!(!session.view().protected, "the stranger holds no trust");
}

#[tokio::test]
async fn first_contact_shows_the_certificate_before_a_pin_is_typed() {
    let bench = Workbench::new(small("First contact")).await;
    let contact = bench
        .management
        .first_contact(&bench.udn(), Ask::Methods)
        .await
        .expect("it shows itself");
    assert_eq!(contact.fingerprint, bench.gateway.fingerprint_hex());
    assert_eq!(
        contact
            .fingerprint_words
            .split_whitespace()
            .count()
            .max(contact.fingerprint_words.split('-').count()),
        6
    );
    assert_eq!(contact.trusted_fingerprint, None);
    assert_eq!(
        bench.management.gateway(&bench.udn()).expect("known").state,
        GatewayState::New,
        "nothing is trusted"
    );
}

#[tokio::test]
async fn a_gateway_that_locked_itself_before_says_so() {
    let quirk = "locked".parse().expect("a quirk");
    let bench = Workbench::new(Options {
        quirks: [quirk].into_iter().collect(),
        ..small("Locked box")
    })
    .await;
    let error = bench.pair(&bench.gateway.pin()).await.expect_err("locked");
    assert_eq!(error.code(), Code::PinRejected, "{error}");
}

async fn pairs_with(quirk: &str) {
    let quirks = [quirk.parse().expect("a quirk")].into_iter().collect();
    let bench = Workbench::new(Options {
        quirks,
        ..small(quirk)
    })
    .await;
    let paired = bench
        .pair(&bench.gateway.pin())
        .await
        .unwrap_or_else(|error| panic!("{quirk}: {error}"));
    assert!(
        paired.roles.contains(&"Admin".to_owned()),
        "{quirk}: {paired:?}"
    );
}

#[tokio::test]
async fn gateways_that_are_not_ready_at_first_are_paired_with() {
    pairs_with("no-m2d-ack").await;
    pairs_with("busy-once").await;
}

#[tokio::test]
async fn gateways_that_keep_no_nonce_or_no_zeros_or_wrap_lines_are_paired_with() {
    pairs_with("ack-n2-zero").await;
    pairs_with("wrapped-base64").await;
    pairs_with("no-dh-padding").await;
}

#[tokio::test]
async fn gateways_with_names_of_their_own_are_paired_with() {
    pairs_with("foreign-udn").await;
    pairs_with("short-service-id").await;
}

#[tokio::test]
async fn another_uuid_in_m1_than_in_the_certificate_ends_the_introduction() {
    let quirks = ["wrong-uuid-e".parse().expect("a quirk")]
        .into_iter()
        .collect();
    let bench = Workbench::new(Options {
        quirks,
        ..small("Man in the middle")
    })
    .await;
    let error = bench
        .pair(&bench.gateway.pin())
        .await
        .expect_err("somebody passes messages on");
    assert_ne!(error.code(), Code::PinRejected, "{error}");
    assert_eq!(
        bench.management.gateway(&bench.udn()).expect("known").state,
        GatewayState::New
    );
    let session = bench.session().await;
    assert!(!session.view().protected, "nothing is trusted");
}

#[tokio::test]
async fn a_wrong_pin_is_recognised_however_the_gateway_says_it() {
    for quirk in ["pin-fault-501", "nack-instead-of-704"] {
        let quirks = [quirk.parse().expect("a quirk")].into_iter().collect();
        let bench = Workbench::new(Options {
            quirks,
            ..small(quirk)
        })
        .await;
        let pin = bench.gateway.pin();
        for wrong in [wrong_first_half(&pin), wrong_second_half(&pin)] {
            let error = bench.pair(&wrong).await.expect_err("a wrong PIN");
            assert_eq!(error.code(), Code::PinRejected, "{quirk}: {error}");
        }
    }
}
