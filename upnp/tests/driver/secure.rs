//! The secure connection: trust before the first byte, one session, speed.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::support::*;
use dp_credentials::identity::{Fingerprint, Identity, IdentityUuid};
use dp_credentials::trust::verifier::Expectation;
use openssl::ssl::SslVersion;
use tokio::io::AsyncWriteExt;
use upnp::{ActionCall, Error};

const PATIENCE: Duration = Duration::from_secs(10);

fn ours() -> Arc<Identity> {
    static OURS: OnceLock<Arc<Identity>> = OnceLock::new();
    OURS.get_or_init(|| Arc::new(Identity::generate("control point").expect("an identity")))
        .clone()
}

fn gateway() -> &'static Identity {
    static GATEWAY: OnceLock<Identity> = OnceLock::new();
    GATEWAY.get_or_init(|| Identity::generate("gateway").expect("an identity"))
}

fn trusted() -> Expectation {
    Expectation::Trusted(gateway().fingerprint())
}

#[tokio::test]
async fn another_certificate_gets_not_one_byte() {
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let server = secure(
            gateway(),
            version,
            true,
            always(http(&soap("GetValues", ""))),
        )
        .await;
        let point = control_point(Some(ours()), PATIENCE);
        let expected = Fingerprint::of_leaf_der(b"the one that was trusted");
        let outcome = point
            .connect(
                server.secure_url("/desc.xml"),
                Expectation::Trusted(expected),
            )
            .await;
        match outcome {
            Err(Error::IdentityChanged {
                expected: e, found, ..
            }) => {
                assert_eq!(e, expected);
                assert_eq!(found, gateway().fingerprint());
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(server.application_bytes.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn first_contact_records_the_leaf_and_keeps_to_it() {
    let server = secure(
        gateway(),
        SslVersion::TLS1_3,
        true,
        always(http(&soap("GetValues", ""))),
    )
    .await;
    let point = control_point(Some(ours()), PATIENCE);
    let connection = point
        .connect(server.secure_url("/desc.xml"), Expectation::FirstContact)
        .await
        .expect("a connection");
    assert_eq!(connection.leaf_der(), gateway().leaf_der());
    assert_eq!(connection.fingerprint(), gateway().fingerprint());
    assert_eq!(
        connection.identity(),
        IdentityUuid::from_leaf_der(gateway().leaf_der())
    );
    assert_eq!(connection.session(), 1);
    connection.close().await;
    connection.ensure_open().await.expect("the same gateway");
    assert_eq!(connection.session(), 2);
}

#[tokio::test]
async fn a_gateway_that_changes_its_certificate_between_sessions_is_not_called() {
    // Two servers behind one port, one after the other.
    let first = secure(
        gateway(),
        SslVersion::TLS1_2,
        true,
        once(http(&soap("SetValues", ""))),
    )
    .await;
    let point = control_point(Some(ours()), PATIENCE);
    let connection = point
        .connect(first.secure_url("/"), Expectation::FirstContact)
        .await
        .expect("a connection");
    let address = first.address;
    let target = service(first.secure_url("/cms"));
    connection
        .call(&target, "SetValues", Vec::new())
        .await
        .expect("an answer");
    connection.close().await;
    drop(first);
    let other = Identity::generate("impostor").expect("an identity");
    let mut second = secure(
        &other,
        SslVersion::TLS1_2,
        true,
        always(http(&soap("SetValues", ""))),
    )
    .await;
    for _ in 0..50 {
        if second.address == address {
            break;
        }
        match secure_at(address, &other).await {
            Some(server) => second = server,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    assert_eq!(second.address, address);
    let outcome = connection.call(&target, "SetValues", Vec::new()).await;
    assert!(
        matches!(outcome, Err(Error::IdentityChanged { .. })),
        "{outcome:?}"
    );
    assert_eq!(second.application_bytes.load(Ordering::SeqCst), 0);
}

async fn secure_at(address: std::net::SocketAddr, identity: &Identity) -> Option<Server> {
    let listener = tokio::net::TcpListener::bind(address).await.ok()?;
    let script = always(http(&soap("SetValues", "")));
    Some(secure_on(
        listener,
        identity,
        SslVersion::TLS1_2,
        true,
        script,
    ))
}

#[tokio::test]
async fn our_certificate_is_always_shown_and_its_refusal_is_told() {
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let server = secure(
            gateway(),
            version,
            false,
            always(http(&soap("GetValues", ""))),
        )
        .await;
        let point = control_point(Some(ours()), PATIENCE);
        // TLS 1.2 says so in the handshake, TLS 1.3 with the first answer.
        let error = match point.connect(server.secure_url("/"), trusted()).await {
            Err(error) => error,
            Ok(connection) => connection
                .call(&service(server.secure_url("/cms")), "GetValues", Vec::new())
                .await
                .expect_err("our certificate is not accepted"),
        };
        assert!(
            matches!(error, Error::ClientCertificateRefused { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn many_calls_share_one_session() {
    let server = secure(
        gateway(),
        SslVersion::TLS1_3,
        true,
        always(http(&soap("GetValues", ""))),
    )
    .await;
    let point = control_point(Some(ours()), PATIENCE);
    let connection = point
        .connect(server.secure_url("/"), trusted())
        .await
        .expect("a connection");
    let target = service(server.secure_url("/cms"));
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (connection, target) = (connection.clone(), target.clone());
        calls.spawn(async move {
            for _ in 0..100 {
                connection
                    .call(&target, "GetValues", Vec::new())
                    .await
                    .expect("an answer");
            }
        });
    }
    while let Some(done) = calls.join_next().await {
        done.expect("no panic");
    }
    println!("1000 calls over TLS in {:?}", start.elapsed());
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "delayed acknowledgements would take 44 s"
    );
    assert_eq!(server.connections(), 1);
    assert_eq!(connection.session(), 1);
}

#[tokio::test]
async fn reading_is_repeated_on_a_new_session_and_changing_is_not() {
    let seen = Arc::new(std::sync::Mutex::new(std::collections::HashSet::new()));
    let script: Script = Arc::new(move |stream, request| {
        let first = seen.lock().expect("unpoisoned").insert(request.connection);
        Box::pin(async move {
            let answer = http(&soap(request.action(), ""));
            first && stream.write_all(answer.as_bytes()).await.is_ok()
        })
    });
    let server = secure(gateway(), SslVersion::TLS1_3, true, script).await;
    let point = control_point(Some(ours()), PATIENCE);
    let connection = point
        .connect(server.secure_url("/"), trusted())
        .await
        .expect("a connection");
    let target = service(server.secure_url("/cms"));
    connection
        .call(&target, "GetValues", Vec::new())
        .await
        .expect("the first answer");
    connection
        .call(&target, "GetValues", Vec::new())
        .await
        .expect("asked again");
    assert_eq!((server.connections(), connection.session()), (2, 2));
    let outcome = connection.call(&target, "SetValues", Vec::new()).await;
    assert!(
        matches!(outcome, Err(Error::OutcomeUnknown { .. })),
        "{outcome:?}"
    );
    assert_eq!(
        server.actions(),
        ["GetValues", "GetValues", "GetValues", "SetValues"]
    );
}

#[tokio::test]
async fn protected_actions_go_nowhere_else() {
    let server = secure(
        gateway(),
        SslVersion::TLS1_3,
        true,
        always(http(&soap("GetValues", ""))),
    )
    .await;
    let point = control_point(Some(ours()), PATIENCE);
    let connection = point
        .connect(server.secure_url("/"), trusted())
        .await
        .expect("a connection");
    for url in [
        server.url("/cms"),
        "https://127.0.0.1:1/cms".parse().expect("a URL"),
        "https://127.0.0.2/cms".parse().expect("a URL"),
    ] {
        let outcome = connection
            .call(&service(url), "GetValues", Vec::new())
            .await;
        assert!(
            matches!(outcome, Err(Error::ForeignAddress { .. })),
            "{outcome:?}"
        );
    }
    assert!(server.actions().is_empty());
    let outcome = point.connect(server.url("/"), trusted()).await;
    assert!(
        matches!(outcome, Err(Error::ForeignAddress { .. })),
        "{outcome:?}"
    );
    let outcome = control_point(None, PATIENCE)
        .connect(server.secure_url("/"), trusted())
        .await;
    assert!(matches!(outcome, Err(Error::Usage { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_silent_handshake_ends_at_the_deadline() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let point = control_point(Some(ours()), Duration::from_millis(400));
    let url: url::Url = format!("https://{address}/").parse().expect("a URL");
    let outcome = point.connect(url, trusted()).await;
    assert!(
        matches!(outcome, Err(Error::TimedOut { .. })),
        "{outcome:?}"
    );
    drop(listener);
}

#[tokio::test]
async fn the_protected_description_leads_back_to_the_connection() {
    let absolute = DESCRIPTION
        .replace("/cms</controlURL>", "</controlURL>")
        .replace("<controlURL>", "<controlURL>http://127.0.0.1:1/cms");
    let server = secure(gateway(), SslVersion::TLS1_2, true, always(http(&absolute))).await;
    let point = control_point(Some(ours()), PATIENCE);
    let connection = point
        .connect(server.secure_url("/desc.xml"), trusted())
        .await
        .expect("a connection");
    let device = point
        .describe_secure(&connection)
        .await
        .expect("a description");
    let service = device
        .service("ConfigurationManagement")
        .expect("a service");
    assert_eq!(service.control_url, server.secure_url("/cms"));
}
