//! What gateways answer to an introduction beside the protocol. Whole runs,
//! with a gateway that plays its part, are in the end-to-end tests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::support::*;
use dp_credentials::identity::Identity;
use dp_credentials::trust::verifier::Expectation;
use dp_credentials::wps::{Method, Pin};
use openssl::ssl::SslVersion;
use tokio::io::AsyncWriteExt;
use upnp::driver::{introduction_control, IntroductionControl, IntroductionProgress};
use upnp::Error;

fn identities() -> &'static (Arc<Identity>, Identity) {
    static BOTH: OnceLock<(Arc<Identity>, Identity)> = OnceLock::new();
    BOTH.get_or_init(|| {
        let make = |name| Identity::generate(name).expect("an identity");
        (Arc::new(make("control point")), make("gateway"))
    })
}

fn fault(code: u16) -> String {
    let body = format!(
        "<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault><faultcode>s:Client</faultcode><detail><UPnPError>\
         <errorCode>{code}</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>"
    );
    format!(
        "HTTP/1.1 500 Error\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn out(message: &str) -> String {
    http(&soap(
        "SendSetupMessage",
        &format!("<OutMessage>{message}</OutMessage>"),
    ))
}

/// Runs an introduction against answers given in order, the last one again and
/// again. Returns the outcome, what was told, and how many requests came.
async fn run(
    answers: Vec<String>,
    mut told: impl FnMut(&IntroductionProgress, &IntroductionControl) + Send,
) -> (Result<(), Error>, Vec<IntroductionProgress>, usize) {
    let (ours, gateway) = identities();
    let next = Arc::new(AtomicUsize::new(0));
    let script: Script = Arc::new(move |stream, _| {
        let index = next.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let answer = answers[index].clone();
        Box::pin(async move { stream.write_all(answer.as_bytes()).await.is_ok() })
    });
    let server = secure(gateway, SslVersion::TLS1_3, true, script).await;
    let point = control_point(Some(ours.clone()), Duration::from_secs(10));
    let connection = point
        .connect(server.secure_url("/desc.xml"), Expectation::FirstContact)
        .await
        .expect("a connection");
    let (control, signals) = introduction_control();
    let seen = Mutex::new(Vec::new());
    let mut progress = |progress: IntroductionProgress| {
        told(&progress, &control);
        seen.lock().expect("unpoisoned").push(progress);
    };
    let pin = Pin::parse("1234 5670").expect("a PIN");
    let outcome = point
        .introduce(
            &connection,
            &service(server.secure_url("/dp")),
            Method::Pin(pin),
            "test",
            signals,
            &mut progress,
        )
        .await;
    let count = server.actions().len();
    assert!(server
        .actions()
        .iter()
        .all(|action| action == "SendSetupMessage"));
    (
        outcome.map(|_| ()),
        seen.into_inner().expect("unpoisoned"),
        count,
    )
}

#[tokio::test]
async fn an_old_run_in_the_way_is_cleared_once() {
    let (outcome, _, requests) = run(vec![fault(402)], |_, _| {}).await;
    assert!(
        matches!(&outcome, Err(Error::IntroductionRefused { fault, pin_exposed: false, .. }) if fault.code == 402),
        "{outcome:?}"
    );
    assert_eq!(requests, 2);
}

#[tokio::test]
async fn a_failure_before_the_pin_goes_out_restarts_once() {
    for code in [704, 501] {
        let (outcome, told, requests) = run(vec![fault(code)], |_, _| {}).await;
        let error = outcome.expect_err("refused");
        assert!(!error.pin_exposed(), "{error:?}");
        assert_eq!(requests, 2);
        assert!(told.contains(&IntroductionProgress::Restarted));
    }
}

#[tokio::test]
async fn a_busy_gateway_is_asked_again_until_the_person_stops_it() {
    let (outcome, told, requests) = run(vec![fault(708)], |progress, control| {
        if let IntroductionProgress::Busy { attempt, .. } = progress {
            assert_eq!(*attempt, 1);
            control.cancel();
        }
    })
    .await;
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    assert_eq!(requests, 1);
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn an_empty_or_unreadable_message_is_a_failure() {
    for message in ["", "EEoAARA=", "AAAA"] {
        let (outcome, _, requests) = run(vec![out(message)], |_, _| {}).await;
        let error = outcome.expect_err("no M1");
        assert!(
            matches!(error, Error::Introduction { .. }),
            "{message:?}: {error:?}"
        );
        assert!(!error.pin_exposed());
        assert_eq!(requests, 1, "{message:?}");
    }
    let (outcome, _, _) = run(vec![out("not base64!")], |_, _| {}).await;
    assert!(
        matches!(outcome, Err(Error::Unreadable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_gateway_without_wps_says_so() {
    let (outcome, _, _) = run(vec![fault(600)], |_, _| {}).await;
    assert!(
        matches!(outcome, Err(Error::NotOffered { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_setup_message_is_never_sent_on_another_session() {
    // Closes without an answer: SendSetupMessage must not be repeated.
    let (ours, gateway) = identities();
    let script: Script = Arc::new(|_, _| Box::pin(async { false }));
    let server = secure(gateway, SslVersion::TLS1_3, true, script).await;
    let point = control_point(Some(ours.clone()), Duration::from_secs(10));
    let connection = point
        .connect(server.secure_url("/desc.xml"), Expectation::FirstContact)
        .await
        .expect("a connection");
    let (_control, signals) = introduction_control();
    let outcome = point
        .introduce(
            &connection,
            &service(server.secure_url("/dp")),
            Method::PushButton,
            "test",
            signals,
            &mut |_| {},
        )
        .await;
    assert!(
        matches!(
            outcome,
            Err(Error::IntroductionLost {
                step: "M1",
                pin_exposed: false,
                ..
            })
        ),
        "{outcome:?}"
    );
    assert_eq!(server.actions().len(), 1);
}
