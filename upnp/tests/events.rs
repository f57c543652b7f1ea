//! Subscriptions against a device of raw sockets, which does as each test says.

// Shared with the tests of the driver, which use the rest of it.
#[allow(dead_code)]
#[path = "driver/support.rs"]
mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use dp_credentials::identity::Identity;
use dp_credentials::trust::verifier::Expectation;
use openssl::ssl::SslVersion;
use support::DESCRIPTION;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{timeout, Instant};
use upnp::driver::{ControlPoint, DescribedDevice, Event, Subscription};
use upnp::Error;

/// Longer than anything here takes, however busy the machine.
const LONG: Duration = Duration::from_secs(30);

/// A device that serves its description and leaves all else to the test.
struct Device {
    address: SocketAddr,
    requests: mpsc::UnboundedReceiver<Asked>,
    task: tokio::task::JoinHandle<()>,
}

/// A request that waits for the test to answer it.
struct Asked {
    head: String,
    stream: TcpStream,
}

/// Where events are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Callback {
    address: SocketAddr,
    path: String,
}

impl Drop for Device {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn head_of(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(octet) => text.push(octet),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

impl Device {
    async fn start() -> Self {
        Self::with_event_url("/evt").await
    }

    async fn with_event_url(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let description = support::http(&DESCRIPTION.replace("/evt", url));
        let (report, requests) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (description, report) = (description.clone(), report.clone());
                tokio::spawn(async move {
                    let head = head_of(&mut stream).await;
                    if head.starts_with("GET ") {
                        let _ = stream.write_all(description.as_bytes()).await;
                    } else {
                        let _ = report.send(Asked { head, stream });
                    }
                });
            }
        });
        Device {
            address,
            requests,
            task,
        }
    }

    async fn described(&self, point: &ControlPoint) -> DescribedDevice {
        let url: url::Url = format!("http://{}/desc.xml", self.address)
            .parse()
            .expect("a URL");
        point.describe(url).await.expect("a description")
    }

    /// The next request, whose method and SID must be these.
    async fn asked(&mut self, method: &str, sid: Option<&str>) -> Asked {
        let asked = timeout(LONG, self.requests.recv()).await;
        let asked = asked.expect("a request in time").expect("a request");
        assert!(
            asked
                .head
                .starts_with(&format!("{method} /evt HTTP/1.1\r\n")),
            "{} instead of {method}",
            asked.head
        );
        assert_eq!(field(&asked.head, "SID"), sid, "{}", asked.head);
        asked
    }

    /// Starts to subscribe and waits until the request is there.
    async fn subscribing(
        &mut self,
    ) -> (tokio::task::JoinHandle<Result<Subscription, Error>>, Asked) {
        let point = support::control_point(None, Duration::from_secs(5));
        let device = self.described(&point).await;
        let subscribing = tokio::spawn(async move {
            let service = device.service("ConfigurationManagement")?;
            point.subscribe(&device, &service, None).await
        });
        (subscribing, self.asked("SUBSCRIBE", None).await)
    }

    /// A subscription as `uuid:1`, without its initial event.
    async fn subscribed(&mut self, timeout_field: &str) -> (Subscription, Callback) {
        let (subscribing, asked) = self.subscribing().await;
        let callback = asked.callback();
        asked.accept("uuid:1", timeout_field).await;
        let outcome = subscribing.await.expect("no panic");
        (outcome.expect("a subscription"), callback)
    }
}

impl Asked {
    fn callback(&self) -> Callback {
        let url = field(&self.head, "CALLBACK").expect("a callback");
        let url = url.strip_prefix('<').and_then(|url| url.strip_suffix('>'));
        let url: url::Url = url.expect("brackets").parse().expect("a URL");
        assert_eq!((url.scheme(), url.path().len()), ("http", 38), "{url}");
        let ip: IpAddr = url.host_str().expect("a host").parse().expect("a literal");
        Callback {
            address: (ip, url.port().expect("a port")).into(),
            path: url.path().to_owned(),
        }
    }

    async fn answer(mut self, octets: &str) {
        self.stream
            .write_all(octets.as_bytes())
            .await
            .expect("the subscriber waits");
    }

    async fn accept(self, sid: &str, timeout_field: &str) {
        self.answer(&format!(
            "HTTP/1.1 200 OK\r\nSID: {sid}\r\nTIMEOUT: {timeout_field}\r\nCONTENT-LENGTH: 0\r\n\r\n"
        ))
        .await;
    }

    async fn status(self, status: u16) {
        self.answer(&format!("HTTP/1.1 {status} X\r\nCONTENT-LENGTH: 0\r\n\r\n"))
            .await;
    }
}

fn body(properties: &[(&str, &str)]) -> String {
    let properties: String = properties
        .iter()
        .map(|(name, value)| format!("<e:property><{name}>{value}</{name}></e:property>"))
        .collect();
    format!(
        "<e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\">{properties}</e:propertyset>"
    )
}

impl Callback {
    fn head(&self, sid: &str, seq: u32, more: &str) -> String {
        format!(
            "NOTIFY {} HTTP/1.1\r\nHOST: {}\r\nCONTENT-TYPE: text/xml; charset=utf-8\r\n\
             NT: upnp:event\r\nNTS: upnp:propchange\r\nSID: {sid}\r\nSEQ: {seq}\r\n{more}\r\n",
            self.path, self.address
        )
    }

    /// Waits until nobody listens any more.
    async fn closes(&self) {
        let start = Instant::now();
        while TcpStream::connect(self.address).await.is_ok() {
            assert!(start.elapsed() < LONG, "the port is still open");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a callback")
    }

    /// Sends octets on a connection of their own; the status of the answer, or
    /// 0 when it was closed without one.
    async fn send(&self, octets: &str) -> u16 {
        exchange(&mut self.connect().await, octets).await
    }

    /// One message with one variable.
    async fn notify(&self, sid: &str, seq: u32, value: &str) -> u16 {
        let body = body(&[("A", value)]);
        let length = format!("CONTENT-LENGTH: {}\r\n", body.len());
        self.send(&(self.head(sid, seq, &length) + &body)).await
    }
}

async fn exchange(stream: &mut TcpStream, octets: &str) -> u16 {
    // A refusal may close before everything was sent.
    let _ = stream.write_all(octets.as_bytes()).await;
    let answer = timeout(LONG, head_of(stream)).await.expect("an end");
    let status = answer.split(' ').nth(1).unwrap_or("0");
    status.parse().expect("a status")
}

async fn any(subscription: &mut Subscription) -> Event {
    let event = timeout(LONG, subscription.next()).await;
    event.expect("an event in time").expect("an event")
}

/// The next event that does not say that the test was slow to send one.
async fn next(subscription: &mut Subscription) -> Event {
    loop {
        match any(subscription).await {
            Event::Unreachable => {}
            event => return event,
        }
    }
}

fn values(seq: u32, value: &str) -> Event {
    Event::Values {
        seq: Some(seq),
        variables: vec![(String::from("A"), value.to_owned())],
        initial: seq == 0,
    }
}

#[tokio::test]
async fn the_initial_event_may_come_before_the_answer() {
    let mut device = Device::start().await;
    let (subscribing, asked) = device.subscribing().await;
    assert_eq!(field(&asked.head, "NT"), Some("upnp:event"));
    assert_eq!(field(&asked.head, "TIMEOUT"), Some("Second-1800"));
    let callback = asked.callback();
    assert_eq!(callback.address.ip(), device.address.ip());
    assert_eq!(callback.notify("uuid:1", 0, "0").await, 200);
    assert_eq!(callback.notify("uuid:2", 0, "foreign").await, 200);
    asked.accept("uuid:1", "Second-300").await;
    let outcome = subscribing.await.expect("no panic");
    let mut subscription = outcome.expect("a subscription");
    assert_eq!(callback.notify("uuid:2", 1, "foreign").await, 412);
    assert_eq!(callback.notify("uuid:1", 1, "1").await, 200);
    assert_eq!(next(&mut subscription).await, values(0, "0"));
    assert_eq!(next(&mut subscription).await, values(1, "1"));
}

#[tokio::test]
async fn a_subscription_is_renewed_in_time() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-4").await;
    assert_eq!(callback.notify("uuid:1", 0, "0").await, 200);
    for _ in 0..2 {
        let renewal = device.asked("SUBSCRIBE", Some("uuid:1")).await;
        assert_eq!(field(&renewal.head, "CALLBACK"), None);
        assert_eq!(field(&renewal.head, "NT"), None);
        // As some do: no SID, no length, and the connection left open.
        renewal
            .answer("HTTP/1.1 200 OK\r\nTIMEOUT: Second-4\r\n\r\n")
            .await;
    }
    assert_eq!(callback.notify("uuid:1", 1, "1").await, 200);
    assert_eq!(next(&mut subscription).await, values(0, "0"));
    assert_eq!(next(&mut subscription).await, values(1, "1"));
}

#[tokio::test]
async fn an_unknown_sid_at_renewal_leads_to_a_new_subscription() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-4").await;
    let renewal = device.asked("SUBSCRIBE", Some("uuid:1")).await;
    renewal.status(412).await;
    assert_eq!(next(&mut subscription).await, Event::Lost);
    let again = device.asked("SUBSCRIBE", None).await;
    let new_callback = again.callback();
    again.accept("uuid:2", "Second-300").await;
    assert_ne!(callback.path, new_callback.path);
    callback.closes().await;
    assert_eq!(new_callback.notify("uuid:2", 0, "0").await, 200);
    assert_eq!(next(&mut subscription).await, values(0, "0"));
}

#[tokio::test]
async fn a_gap_is_told_and_leads_to_a_new_subscription() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-300").await;
    for (seq, value) in [(0, "0"), (1, "1"), (1, "1 again"), (3, "3")] {
        assert_eq!(callback.notify("uuid:1", seq, value).await, 200);
    }
    let farewell = device.asked("UNSUBSCRIBE", Some("uuid:1")).await;
    farewell.status(200).await;
    let again = device.asked("SUBSCRIBE", None).await;
    let callback = again.callback();
    assert_eq!(callback.notify("uuid:2", 0, "0").await, 200);
    again.accept("uuid:2", "Second-300").await;
    for expected in [values(0, "0"), values(1, "1"), Event::Lost, values(0, "0")] {
        assert_eq!(next(&mut subscription).await, expected);
    }
}

#[tokio::test]
async fn a_restart_leads_to_a_new_subscription() {
    let mut device = Device::start().await;
    let (mut subscription, _) = device.subscribed("Second-300").await;
    subscription.restarted();
    let again = device.asked("SUBSCRIBE", None).await;
    again.accept("uuid:2", "Second-300").await;
    assert_eq!(next(&mut subscription).await, Event::Lost);
}

#[tokio::test]
async fn only_the_right_message_to_the_right_place_is_taken() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-300").await;
    let good = callback.head("uuid:1", 0, "CONTENT-LENGTH: 0\r\n");
    let elsewhere = Callback {
        path: format!("/gena/{}", "0".repeat(32)),
        ..callback.clone()
    };
    assert_eq!(elsewhere.notify("uuid:1", 0, "guessed").await, 412);
    assert_eq!(callback.notify("uuid:2", 0, "foreign").await, 412);
    for (from, to, status) in [
        ("NOTIFY /", "GET /", 405),
        ("NOTIFY /", "POST /", 405),
        ("NT: upnp:event\r\n", "", 400),
        ("NTS: upnp:propchange\r\n", "", 400),
        ("upnp:event", "upnp:other", 412),
        ("upnp:propchange", "ssdp:alive", 412),
        ("SID: uuid:1\r\n", "", 412),
        ("HOST: 127.0.0.1", "HOST: rebound.example", 400),
        ("NOTIFY /", "what is this\r\n/", 400),
        ("SEQ: 0", &format!("X: {}", "x".repeat(20_000)), 431),
    ] {
        let sent = good.replacen(from, to, 1);
        assert_ne!(sent, good);
        assert_eq!(callback.send(&sent).await, status, "{sent}");
    }
    assert_eq!(callback.notify("uuid:1", 0, "0").await, 200);
    assert_eq!(next(&mut subscription).await, values(0, "0"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nobody_but_the_gateway_is_listened_to() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-300").await;
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    let other = SocketAddr::from(([127, 0, 0, 2], 0));
    socket.bind(other).expect("all of 127/8 is here");
    let body = body(&[("A", "forged")]);
    let length = format!("CONTENT-LENGTH: {}\r\n", body.len());
    let message = callback.head("uuid:1", 0, &length) + &body;
    let mut stream = socket.connect(callback.address).await.expect("a port");
    assert_eq!(exchange(&mut stream, &message).await, 0);
    assert_eq!(callback.notify("uuid:1", 0, "true").await, 200);
    assert_eq!(next(&mut subscription).await, values(0, "true"));
}

#[tokio::test]
async fn bodies_in_all_framings_are_read() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-300").await;
    let text = body(&[("A", "1"), ("B", "")]).replace(
        "</e:propertyset>",
        "<e:property><C>a&amp;b</C><D>&lt;x/&gt;</D></e:property></e:propertyset>",
    );
    let length = format!("CONTENT-LENGTH: {}\r\n", text.len());
    let (first, second) = text.split_at(text.len() / 2);
    let (one, two) = (first.len(), second.len());
    let chunks = format!("{one:x};a=b\r\n{first}\r\n{two:X}\r\n{second}\r\n0\r\nX: y\r\n\r\n");
    let mut kept = callback.connect().await;
    for (seq, more, sent) in [
        (0, length.as_str(), format!("{text}\0\r\n")),
        (1, "TRANSFER-ENCODING: chunked\r\n", chunks),
        (2, "EXPECT: 100-continue\r\n", text.clone()),
        (3, "CONTENT-LENGTH:\r\n", text.clone()),
        (4, length.as_str(), format!("{text}???")),
    ] {
        let head = callback.head("uuid:1", seq, more);
        let mut status = exchange(&mut kept, &(head + &sent)).await;
        if status == 100 {
            status = exchange(&mut kept, "").await;
        }
        assert_eq!(status, 200, "message {seq}");
    }
    let mut rest = Vec::new();
    let closed = timeout(LONG, kept.read_to_end(&mut rest)).await;
    closed.expect("closed after stray bytes").expect("in order");
    let names = ["A", "B", "C", "D"];
    let expected = names.into_iter().zip(["1", "", "a&b", "<x/>"]);
    let expected: Vec<(String, String)> = expected
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for seq in 0..5 {
        let variables = expected.clone();
        let initial = seq == 0;
        let seq = Some(seq);
        let event = Event::Values {
            seq,
            variables,
            initial,
        };
        assert_eq!(next(&mut subscription).await, event);
    }
    let close = callback.head("uuid:1", 5, &format!("{length}Connection: close\r\n"));
    let mut stream = callback.connect().await;
    assert_eq!(exchange(&mut stream, &(close + &text)).await, 200);
    assert_eq!(stream.read(&mut [0]).await.expect("closed"), 0);
}

#[tokio::test]
async fn too_much_is_refused_and_too_slow_is_cut() {
    let mut device = Device::start().await;
    let (mut subscription, callback) = device.subscribed("Second-300").await;
    let limit = upnp::limits::EVENT_BYTES;
    let announced = callback.head("uuid:1", 0, &format!("CONTENT-LENGTH: {}\r\n", limit + 1));
    assert_eq!(callback.send(&announced).await, 413);
    let absurd = callback.head("uuid:1", 0, "CONTENT-LENGTH: 99999999999999999999\r\n");
    let huge = callback.head("uuid:1", 0, "TRANSFER-ENCODING: chunked\r\n");
    assert_eq!(callback.send(&format!("{huge}fffffff\r\nxx")).await, 413);
    let endless = format!("{absurd}<a>{}", "x".repeat(limit + 1));
    assert_eq!(callback.send(&endless).await, 413);

    let start = Instant::now();
    let mut trickle = callback.connect().await;
    let head = callback.head("uuid:1", 0, "CONTENT-LENGTH: 100\r\n");
    trickle.write_all(head.as_bytes()).await.expect("sent");
    let mut sent = 0;
    while trickle.write_all(b"x").await.is_ok() {
        sent += 1;
        assert!(sent < 90, "a trickle is read to its end");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(start.elapsed() >= upnp::driver::limits::EVENT_MESSAGE);
    assert_eq!(callback.notify("uuid:1", 0, "0").await, 200);
    // The initial event was not there in the first seconds.
    assert_eq!(any(&mut subscription).await, Event::Unreachable);
    assert_eq!(next(&mut subscription).await, values(0, "0"));
}

#[tokio::test]
async fn silent_connections_are_few() {
    let mut device = Device::start().await;
    let (_subscription, callback) = device.subscribed("Second-300").await;
    let mut silent = Vec::new();
    for _ in 0..upnp::driver::limits::EVENT_CONNECTIONS {
        silent.push(callback.connect().await);
    }
    assert_eq!(callback.notify("uuid:1", 0, "0").await, 0);
    silent.clear();
    let mut status = 0;
    while status != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        status = callback.notify("uuid:1", 0, "0").await;
    }
}

#[tokio::test]
async fn a_callback_nobody_reaches_is_told() {
    let mut device = Device::start().await;
    let (mut subscription, _) = device.subscribed("Second-300").await;
    assert_eq!(any(&mut subscription).await, Event::Unreachable);
}

#[tokio::test]
async fn closing_tells_the_gateway_and_dropping_closes_the_port() {
    let mut device = Device::start().await;
    let (subscription, callback) = device.subscribed("Second-300").await;
    let closing = tokio::spawn(subscription.close());
    let farewell = device.asked("UNSUBSCRIBE", Some("uuid:1")).await;
    assert_eq!(field(&farewell.head, "CALLBACK"), None);
    farewell.status(200).await;
    closing.await.expect("no panic");
    callback.closes().await;

    let (subscription, callback) = device.subscribed("Second-300").await;
    drop(subscription);
    callback.closes().await;
}

#[tokio::test]
async fn a_gateway_that_is_silent_at_the_end_is_not_waited_for() {
    let mut device = Device::start().await;
    let (subscription, _) = device.subscribed("Second-300").await;
    let start = Instant::now();
    subscription.close().await;
    assert!(start.elapsed() < LONG);
    let _unanswered = device.asked("UNSUBSCRIBE", Some("uuid:1")).await;
}

#[tokio::test]
async fn refusals_are_errors() {
    let mut device = Device::start().await;
    let (subscribing, asked) = device.subscribing().await;
    asked.status(500).await;
    let outcome = subscribing.await.expect("no panic");
    assert!(matches!(
        outcome,
        Err(Error::HttpStatus { status: 500, .. })
    ));
    let (subscribing, asked) = device.subscribing().await;
    asked.status(200).await;
    let outcome = subscribing.await.expect("no panic");
    assert!(matches!(outcome, Err(Error::Unreadable { .. })));
    let (subscribing, asked) = device.subscribing().await;
    drop(asked);
    let outcome = subscribing.await.expect("no panic");
    assert!(matches!(outcome, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn foreign_and_missing_event_urls_are_not_asked() {
    let point = support::control_point(None, Duration::from_secs(5));
    for url in [
        "http://192.0.2.66/evt",
        "http://127.0.0.3:80/evt",
        "https://127.0.0.1/evt",
        "http://user@127.0.0.1/evt",
        "",
    ] {
        let mut device = Device::with_event_url(url).await;
        let described = device.described(&point).await;
        let service = described.service("ConfigurationManagement");
        let service = service.expect("a service");
        let outcome = point.subscribe(&described, &service, None).await;
        let refused = matches!(
            outcome,
            Err(Error::NotOffered { .. } | Error::ForeignAddress { .. })
        );
        assert!(refused, "{url}: {outcome:?}");
        assert!(device.requests.try_recv().is_err(), "{url} was asked");
    }
}

#[tokio::test]
async fn over_tls_only_the_known_certificate_is_asked() {
    let ours = Arc::new(Identity::generate("control point").expect("an identity"));
    let gateway = Identity::generate("gateway").expect("an identity");
    let script: support::Script = Arc::new(|stream, request| {
        Box::pin(async move {
            let answer = if request.head.starts_with("GET ") {
                support::http(DESCRIPTION)
            } else {
                String::from("HTTP/1.1 200 OK\r\nSID: uuid:1\r\nTIMEOUT: Second-300\r\n\r\n")
            };
            stream.write_all(answer.as_bytes()).await.is_ok()
        })
    });
    let server = support::secure(&gateway, SslVersion::TLS1_3, true, script).await;
    let point = support::control_point(Some(ours), Duration::from_secs(10));
    let expectation = Expectation::Trusted(gateway.fingerprint());
    let connection = point.connect(server.secure_url("/desc.xml"), expectation);
    let connection = connection.await.expect("a connection");
    let device = point.describe_secure(&connection).await;
    let device = device.expect("a description");
    let service = device.service("ConfigurationManagement");
    let service = service.expect("a service");
    let without = point.subscribe(&device, &service, None).await;
    assert!(matches!(without, Err(Error::Usage { .. })));
    let session = connection.session();
    let subscribing = point.subscribe(&device, &service, Some(&connection));
    let mut subscription = subscribing.await.expect("a subscription");
    assert_eq!(connection.session(), session, "the session was left alone");

    let asked = server.received.lock().expect("no panic").pop();
    let head = asked.expect("a request").head;
    assert!(head.starts_with("SUBSCRIBE /evt "), "{head}");
    let url = field(&head, "CALLBACK").expect("a callback");
    let url = url.trim_matches(['<', '>']).parse::<url::Url>();
    let url = url.expect("a URL");
    let callback = Callback {
        address: SocketAddr::from(([127, 0, 0, 1], url.port().expect("a port"))),
        path: url.path().to_owned(),
    };
    assert_eq!(callback.notify("uuid:1", 0, "0").await, 200);
    assert_eq!(next(&mut subscription).await, values(0, "0"));
}

#[tokio::test]
async fn the_trace_tells_all_but_the_callback() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("trace.jsonl");
    let trace = upnp::driver::Trace::to_file(&file).expect("a trace");
    let point = ControlPoint::new(upnp::driver::Options {
        trace: Some(trace),
        ..support::control_point(None, LONG).options().clone()
    });
    let point = point.expect("the HTTP library starts");
    let mut device = Device::start().await;
    let described = device.described(&point).await;
    let service = described.service("ConfigurationManagement");
    let service = service.expect("a service");
    let (subscribed, callback) = tokio::join!(point.subscribe(&described, &service, None), async {
        let asked = device.asked("SUBSCRIBE", None).await;
        let callback = asked.callback();
        asked.accept("uuid:1", "Second-300").await;
        callback
    });
    let mut subscription = subscribed.expect("a subscription");
    let body = body(&[("A", "shown"), ("KeyPassphrase", "hidden")]);
    let length = format!("CONTENT-LENGTH: {}\r\n", body.len());
    let message = callback.head("uuid:1", 0, &length) + &body;
    assert_eq!(callback.send(&message).await, 200);
    assert_eq!(callback.notify("uuid:2", 0, "foreign").await, 412);
    assert!(matches!(
        next(&mut subscription).await,
        Event::Values { .. }
    ));
    let text = std::fs::read_to_string(&file).expect("the trace");
    for word in [
        "\"subscribe\"",
        "\"subscribed\"",
        "\"notify\"",
        "shown",
        "412",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let token = callback.path.trim_start_matches("/gena/");
    for word in ["hidden", "foreign", token] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}
