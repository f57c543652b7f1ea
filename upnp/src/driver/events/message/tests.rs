//! The reader against scripted octets: no socket, and nothing to wait for.

use proptest::prelude::*;
use tokio::io::{join, sink, Join, Sink};

use super::*;

fn messages(octets: &[u8]) -> Messages<Join<&[u8], Sink>> {
    Messages::new(join(octets, sink()))
}

fn run<T>(future: impl std::future::Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// The bodies of all messages in these octets, and what ended the reading.
async fn bodies(octets: &[u8]) -> (Vec<String>, Stop) {
    let mut messages = messages(octets);
    let mut bodies = Vec::new();
    loop {
        let head = match messages.head().await {
            Ok(head) => head,
            Err(stop) => return (bodies, stop),
        };
        let body = match messages.body(&head).await {
            Ok(body) => body,
            Err(stop) => return (bodies, stop),
        };
        assert!(body.len() <= crate::limits::EVENT_BYTES);
        bodies.push(String::from_utf8_lossy(&body).into_owned());
        if !messages.answer(200, &head).await {
            return (bodies, Stop::Closed);
        }
    }
}

fn check(octets: &str, expected: &[&str], end: Stop) {
    let (found, stop) = run(bodies(octets.as_bytes()));
    assert_eq!((found, stop), (owned(expected), end), "{octets:?}");
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn messages_follow_each_other_on_a_kept_connection() {
    let one = "NOTIFY / HTTP/1.1\r\nContent-Length: 3\r\n\r\n<a>";
    let old = "NOTIFY / HTTP/1.0\r\nContent-Length: 3\r\n\r\n<a>";
    check(&one.repeat(3), &["<a>", "<a>", "<a>"], Stop::Closed);
    check(&old.repeat(3), &["<a>"], Stop::Closed);
    let kept = old.replace("\r\n\r\n", "\r\nConnection: Keep-Alive\r\n\r\n");
    check(&kept.repeat(2), &["<a>", "<a>"], Stop::Closed);
    let last = one.replace("\r\n\r\n", "\r\nConnection: x, Close\r\n\r\n");
    check(&last.repeat(2), &["<a>"], Stop::Closed);
}

#[test]
fn what_follows_a_body_is_forgiven() {
    let one = "NOTIFY / HTTP/1.1\nContent-Length: 3\n\n<a>";
    check(&format!("{one}\0\r\n{one}"), &["<a>", "<a>"], Stop::Closed);
    check(&format!("{one}???{one}"), &["<a>"], Stop::Closed);
    check(&format!("\r\n\r\n{one}"), &["<a>"], Stop::Closed);
}

#[test]
fn a_body_without_a_length_ends_with_its_document() {
    let head = "NOTIFY / HTTP/1.1\r\nContent-Length: many\r\n\r\n";
    check(
        &format!("{head}<a><b/></a>"),
        &["<a><b/></a>"],
        Stop::Closed,
    );
    check(&format!("{head}<a><b/>"), &["<a><b/>"], Stop::Closed);
    check("NOTIFY / HTTP/1.1\r\n\r\n<a/>", &["<a/>"], Stop::Closed);
}

#[test]
fn chunks_are_put_together_or_refused() {
    let head = "NOTIFY / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";
    for (chunks, body) in [
        ("2\r\n<a\r\n1;x=y\r\n>\r\n0\r\n\r\n", "<a>"),
        ("3\n<a>\n0\nX: y\n\n", "<a>"),
        ("3\r\n<a>\r\n0\r\n", "<a>"),
        ("0\r\n\r\n", ""),
    ] {
        check(&format!("{head}{chunks}"), &[body], Stop::Closed);
    }
    for (chunks, end) in [
        ("x\r\n", Stop::Status(400)),
        ("2\r\n<a>\r\n", Stop::Status(400)),
        ("ffffffffff\r\n", Stop::Status(413)),
        ("3\r\n<a", Stop::Closed),
        ("3\r\n<a>\r\n", Stop::Closed),
    ] {
        check(&format!("{head}{chunks}"), &[], end);
    }
    let long = format!("{head}{}", "1".repeat(limits::CHUNK_LINE_BYTES + 9));
    check(&long, &[], Stop::Status(400));
    let endless = format!("{head}0\r\n{}", "X: y\r\n".repeat(1000));
    check(&endless, &[], Stop::Status(400));
}

#[test]
fn heads_are_bounded() {
    check("hello\r\n\r\n", &[], Stop::Status(400));
    check("HTTP/1.1 200 OK\r\n\r\n", &[], Stop::Status(400));
    check(&"x".repeat(20_000), &[], Stop::Status(431));
    let long = format!("NOTIFY / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    check(&long, &[], Stop::Status(431));
    let many = format!("NOTIFY / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(100));
    check(&many, &[], Stop::Status(400));
    check("", &[], Stop::Closed);
    check("NOTIFY / HTTP/1.1\r\n", &[], Stop::Closed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_octets_panic(
        octets in prop::collection::vec(any::<u8>(), 0..200),
        at in 0_usize..200,
        framing in prop::sample::select(vec![
            "", "Content-Length: 20\r\n", "Transfer-Encoding: chunked\r\n",
        ]),
    ) {
        run(async {
            let whole = format!("NOTIFY / HTTP/1.1\r\n{framing}\r\n3\r\n<a>\r\n0\r\n\r\n");
            let mut mixed = whole.repeat(2).into_bytes();
            mixed.splice(at.min(mixed.len()).., octets.iter().copied());
            bodies(&octets).await;
            bodies(&mixed).await;
        });
    }
}
