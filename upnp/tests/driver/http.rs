//! Descriptions and actions over unprotected HTTP, against servers that do
//! something wrong.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::*;
use tokio::io::AsyncWriteExt;
use upnp::driver::HostAddress;
use upnp::{ActionCall, Error};

const PATIENCE: Duration = Duration::from_secs(5);
const GENEROUS: Duration = Duration::from_secs(30);

fn loopback() -> HostAddress {
    HostAddress::parse("127.0.0.1").expect("a literal")
}

#[tokio::test]
async fn descriptions_are_read_whatever_the_framing() {
    let body = DESCRIPTION;
    let length = body.len();
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n{:x};x=y\r\n{}\r\n0\r\n\r\n",
        100,
        &body[..100],
        length - 100,
        &body[100..]
    );
    for (name, answer) in [
        ("by the book", http(body)),
        ("chunked", chunked),
        (
            "length too large",
            format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
                length + 335
            ),
        ),
        (
            "length too small",
            format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
                length - 60
            ),
        ),
        (
            "empty length",
            format!("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n{body}"),
        ),
        (
            "until close",
            format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}"),
        ),
        ("HTTP/1.0", format!("HTTP/1.0 200 OK\r\n\r\n{body}")),
        (
            "bare LF",
            format!("HTTP/1.1 200 OK\nServer: x\nContent-Length: {length}\n\n{body}"),
        ),
        (
            "folded header",
            format!("HTTP/1.1 200 OK\r\nServer: x\r\n y\r\nContent-Length: {length}\r\n\r\n{body}"),
        ),
        (
            "interim answer",
            format!("HTTP/1.1 100 Continue\r\n\r\n{}", http(body)),
        ),
    ] {
        let server = plain(once(answer)).await;
        let point = control_point(None, PATIENCE);
        let device = point
            .describe(server.url("/desc.xml"))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            device.description.root.friendly_name, "Test gateway",
            "{name}"
        );
        assert_eq!(device.services().0.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_description_cut_short_is_not_taken_for_a_whole_one() {
    let half = &DESCRIPTION[..DESCRIPTION.len() / 2];
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{half}",
        DESCRIPTION.len()
    );
    let server = plain(once(answer)).await;
    let outcome = control_point(None, PATIENCE)
        .describe(server.url("/"))
        .await;
    assert!(
        matches!(outcome, Err(Error::Unreadable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_trickling_body_ends_at_the_deadline() {
    let script: Script = Arc::new(|stream, _| {
        Box::pin(async move {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
            let mut open = stream.write_all(head.as_bytes()).await.is_ok();
            while open {
                open = stream.write_all(b"<").await.is_ok();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            false
        })
    });
    let server = plain(script).await;
    let point = control_point(None, Duration::from_millis(600));
    let start = Instant::now();
    let outcome = point.describe(server.url("/")).await;
    assert!(
        matches!(outcome, Err(Error::TimedOut { .. })),
        "{outcome:?}"
    );
    let caller = point.plain_caller(loopback());
    let outcome = caller
        .call(&service(server.url("/cms")), "GetValues", Vec::new())
        .await;
    assert!(
        matches!(outcome, Err(Error::TimedOut { .. })),
        "{outcome:?}"
    );
    let outcome = caller
        .call(&service(server.url("/cms")), "SetValues", Vec::new())
        .await;
    assert!(
        matches!(outcome, Err(Error::OutcomeUnknown { .. })),
        "{outcome:?}"
    );
    assert!(start.elapsed() < GENEROUS);
}

#[tokio::test]
async fn an_endless_body_ends_at_the_cap() {
    let script: Script = Arc::new(|stream, _| {
        Box::pin(async move {
            let mut open = stream
                .write_all(b"HTTP/1.1 200 OK\r\n\r\n<root>")
                .await
                .is_ok();
            let block = vec![b'x'; 64 * 1024];
            while open {
                open = stream.write_all(&block).await.is_ok();
            }
            false
        })
    });
    let server = plain(script).await;
    let point = control_point(None, GENEROUS);
    let outcome = point.describe(server.url("/")).await;
    assert!(
        matches!(
            outcome,
            Err(Error::TooLarge {
                limit_bytes: 1_048_576,
                ..
            })
        ),
        "{outcome:?}"
    );
    let caller = point.plain_caller(loopback());
    let outcome = caller
        .call(&service(server.url("/cms")), "GetValues", Vec::new())
        .await;
    assert!(
        matches!(
            outcome,
            Err(Error::TooLarge {
                limit_bytes: 16_777_216,
                ..
            })
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_endless_head_ends_too() {
    let script: Script = Arc::new(|stream, _| {
        Box::pin(async move {
            let mut open = stream.write_all(b"HTTP/1.1 200 OK\r\n").await.is_ok();
            while open {
                open = stream
                    .write_all(b"X-Field: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n")
                    .await
                    .is_ok();
            }
            false
        })
    });
    let server = plain(script).await;
    let point = control_point(None, GENEROUS);
    let caller = point.plain_caller(loopback());
    let outcome = caller
        .call(&service(server.url("/cms")), "GetValues", Vec::new())
        .await;
    assert!(
        matches!(outcome, Err(Error::Unreadable { .. })),
        "{outcome:?}"
    );
    assert!(point.describe(server.url("/")).await.is_err());
}

#[tokio::test]
async fn redirects_stay_on_the_host() {
    let server = plain(once(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:80/desc.xml\r\nContent-Length: 0\r\n\r\n",
    ))
    .await;
    let point = control_point(None, PATIENCE);
    let outcome = point.describe(server.url("/")).await;
    assert!(
        matches!(outcome, Err(Error::ForeignAddress { .. })),
        "{outcome:?}"
    );

    let script: Script = Arc::new(|stream, request| {
        Box::pin(async move {
            let answer = if request.head.starts_with("GET /moved/desc.xml ") {
                http(DESCRIPTION)
            } else {
                String::from(
                    "HTTP/1.1 301 Moved\r\nLocation: /moved/desc.xml\r\nContent-Length: 0\r\n\r\n",
                )
            };
            stream.write_all(answer.as_bytes()).await.is_ok()
        })
    });
    let server = plain(script).await;
    let device = point
        .describe(server.url("/"))
        .await
        .expect("a redirect on the host");
    assert_eq!(device.location.url.path(), "/moved/desc.xml");

    let server = plain(always(
        "HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
    ))
    .await;
    let outcome = point.describe(server.url("/")).await;
    assert!(
        matches!(outcome, Err(Error::Unreadable { .. })),
        "{outcome:?}"
    );
    assert_eq!(server.received.lock().expect("unpoisoned").len(), 4);
}

#[tokio::test]
async fn a_control_url_on_another_host_is_not_called() {
    let server = plain(always(http(&soap("GetValues", "")))).await;
    let caller = control_point(None, PATIENCE)
        .plain_caller(HostAddress::parse("127.0.0.2").expect("a literal"));
    let outcome = caller
        .call(&service(server.url("/cms")), "GetValues", Vec::new())
        .await;
    assert!(
        matches!(outcome, Err(Error::ForeignAddress { .. })),
        "{outcome:?}"
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_request_has_the_form_gateways_need() {
    let server = plain(always(http(&soap("GetValues", "<Status>Done</Status>")))).await;
    let caller = control_point(None, PATIENCE).plain_caller(loopback());
    let arguments = vec![(String::from("Parameters"), String::from("<a>&</a>"))];
    let answer = caller
        .call(&service(server.url("/cms?x=1")), "GetValues", arguments)
        .await
        .expect("an answer");
    assert_eq!(answer.get("Status"), Some("Done"));
    let received = server.received.lock().expect("unpoisoned")[0].clone();
    let lines: Vec<&str> = received.head.lines().collect();
    assert_eq!(lines[0], "POST /cms?x=1 HTTP/1.1");
    assert_eq!(lines[1], format!("HOST: {}", server.address));
    assert_eq!(
        lines[2],
        "SOAPACTION: \"urn:schemas-upnp-org:service:ConfigurationManagement:2#GetValues\""
    );
    assert_eq!(lines[3], "CONTENT-TYPE: text/xml; charset=\"utf-8\"");
    assert!(lines[4].starts_with("USER-AGENT: ") && lines[4].contains("UPnP/2.0"));
    assert!(received
        .body
        .contains("<Parameters>&lt;a&gt;&amp;&lt;/a&gt;</Parameters>"));
}

#[tokio::test]
async fn the_connection_is_kept() {
    let server = plain(always(http(&soap("GetValues", "")))).await;
    let caller = control_point(None, PATIENCE).plain_caller(loopback());
    for _ in 0..20 {
        caller
            .call(&service(server.url("/cms")), "GetValues", Vec::new())
            .await
            .expect("an answer");
    }
    assert_eq!(server.connections(), 1);
}

/// Answers the first request of a connection and closes when the second came.
fn closes_on_second() -> Script {
    let seen = Arc::new(std::sync::Mutex::new(std::collections::HashSet::new()));
    Arc::new(move |stream, request| {
        let first = seen.lock().expect("unpoisoned").insert(request.connection);
        Box::pin(async move {
            let answer = http(&soap(request.action(), ""));
            first && stream.write_all(answer.as_bytes()).await.is_ok()
        })
    })
}

#[tokio::test]
async fn only_reading_is_repeated_when_a_kept_connection_closes() {
    let server = plain(closes_on_second()).await;
    let caller = control_point(None, PATIENCE).plain_caller(loopback());
    let target = service(server.url("/cms"));
    caller
        .call(&target, "GetValues", Vec::new())
        .await
        .expect("the first answer");
    caller
        .call(&target, "GetValues", Vec::new())
        .await
        .expect("asked again");
    assert_eq!(server.connections(), 2);
    let outcome = caller.call(&target, "SetValues", Vec::new()).await;
    match outcome {
        Err(error) => {
            assert!(error.outcome_unknown(), "{error:?}");
            assert!(error.to_string().contains("SetValues was sent"), "{error}");
        }
        Ok(answer) => panic!("{answer:?}"),
    }
    assert_eq!(
        server.actions(),
        ["GetValues", "GetValues", "GetValues", "SetValues"]
    );
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_replaced_before_anything_is_sent() {
    let server = plain(once(http(&soap("SetValues", "")))).await;
    let caller = control_point(None, PATIENCE).plain_caller(loopback());
    let target = service(server.url("/cms"));
    for _ in 0..3 {
        caller
            .call(&target, "SetValues", Vec::new())
            .await
            .expect("an answer");
        // Until the close has arrived.
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    assert_eq!(server.actions(), ["SetValues"; 3]);
}

#[tokio::test]
async fn nothing_listening_means_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let caller = control_point(None, PATIENCE).plain_caller(loopback());
    let url = format!("http://{address}/cms").parse().expect("a URL");
    let outcome = caller.call(&service(url), "SetValues", Vec::new()).await;
    assert!(
        matches!(outcome, Err(Error::Unreachable { .. })),
        "{outcome:?}"
    );
}

type Expected = fn(&Error) -> bool;

#[tokio::test]
async fn refusals_are_told_apart() {
    let fault = "<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault><detail><UPnPError>\
        <errorCode> 606 </errorCode><errorDescription>no</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>";
    let with =
        |start: &str, body: &str| format!("{start}Content-Length: {}\r\n\r\n{body}", body.len());
    let cases: [(String, Expected); 5] = [
        (with("HTTP/1.1 500 Error\r\n", fault), |e| {
            e.upnp_fault().is_some_and(|f| f.code == 606)
        }),
        (with("HTTP/1.1 200 OK\r\n", fault), |e| {
            e.upnp_fault().is_some()
        }),
        (
            with(
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"HTTPS Access\"\r\n",
                "<html/>",
            ),
            |e| matches!(e, Error::IssueOneLogin { .. }),
        ),
        (with("HTTP/1.1 405 No\r\n", ""), |e| {
            matches!(e, Error::HttpStatus { status: 405, .. })
        }),
        (with("HTTP/1.1 200 OK\r\n", "busy"), |e| {
            matches!(e, Error::Unreadable { .. })
        }),
    ];
    for (answer, expected) in cases {
        let server = plain(once(answer.clone())).await;
        let caller = control_point(None, PATIENCE).plain_caller(loopback());
        let outcome = caller
            .call(&service(server.url("/cms")), "SetValues", Vec::new())
            .await;
        let error = outcome.expect_err(&answer);
        assert!(expected(&error), "{answer}: {error:?}");
    }
}
