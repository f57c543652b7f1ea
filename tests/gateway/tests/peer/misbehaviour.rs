//! Events, injected faults and other makers' ways of answering.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use lanside_gateway::quirks::Quirk;

use crate::support::{between, introduced, start, Client, ControlPoint, BMS};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_hears_everything_once_and_changes_after_that() {
    let gateway = start(|_| ()).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let callback = listener.local_addr().unwrap();
    let mut client = Client::plain(&gateway);
    let subscribe = |path: &str, callback: &str| {
        format!("SUBSCRIBE {path} HTTP/1.1\r\nHost: x\r\nCALLBACK: <http://{callback}/e>\r\nNT: upnp:event\r\nTIMEOUT: Second-60\r\n\r\n")
    };
    let answer = client
        .send(&subscribe("/bms/event", &callback.to_string()))
        .unwrap();
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .head
            .to_ascii_lowercase()
            .contains("timeout: second-60"),
        "{}",
        answer.head
    );
    let sid = answer
        .head
        .lines()
        .find_map(|line| line.strip_prefix("Sid: "))
        .unwrap()
        .to_owned();
    let initial = receive(&listener);
    for text in [
        "SEQ: 0",
        &format!("SID: {sid}"),
        "<DeviceStatus>OK,",
        "<SequenceMode>0<",
        "<TestIDs></TestIDs>",
    ] {
        assert!(initial.contains(text), "{text}: {initial}");
    }
    let mut admin = introduced(&gateway, "First");
    admin.call(BMS, "SelfTest", &[]);
    let change = receive(&listener);
    assert!(
        change.contains("SEQ: 1") && change.contains("<TestIDs>1</TestIDs>"),
        "{change}"
    );
    assert!(!change.contains("DeviceStatus"));
    assert_eq!(
        client
            .send(&subscribe("/bms/event", "192.0.2.1:80"))
            .unwrap()
            .status,
        412
    );
    let renew = format!(
        "SUBSCRIBE /bms/event HTTP/1.1\r\nHost: x\r\nSID: {sid}\r\nTIMEOUT: Second-90\r\n\r\n"
    );
    assert_eq!(client.send(&renew).unwrap().status, 200);
    let end = format!("UNSUBSCRIBE /bms/event HTTP/1.1\r\nHost: x\r\nSID: {sid}\r\n\r\n");
    assert_eq!(client.send(&end).unwrap().status, 200);
    assert_eq!(client.send(&end).unwrap().status, 412);
    assert_eq!(client.send(&renew).unwrap().status, 412);
    assert_eq!(gateway.subscriptions(), 0);
}

fn receive(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains("</e:propertyset>") {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_hit_the_action_they_name() {
    let gateway = start(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    gateway
        .inject("drop-next:SelfTest".parse().unwrap())
        .await
        .unwrap();
    assert!(client.try_call(BMS, "SelfTest", &[]).is_err());
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).out("TestIDs"), "");
    gateway
        .inject("drop-after:SelfTest".parse().unwrap())
        .await
        .unwrap();
    assert!(client.try_call(BMS, "SelfTest", &[]).is_err());
    let mut client = control_point.client(&gateway);
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).out("TestIDs"), "1");
    gateway
        .inject("refuse:GetTestIDs:501".parse().unwrap())
        .await
        .unwrap();
    gateway
        .inject("malformed:GetDeviceStatus".parse().unwrap())
        .await
        .unwrap();
    gateway
        .inject("delay:GetSequenceMode:300".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).code(), 501);
    assert!(!client
        .call(BMS, "GetDeviceStatus", &[])
        .body
        .contains("Envelope>"));
    let before = Instant::now();
    assert_eq!(client.call(BMS, "GetSequenceMode", &[]).code(), 0);
    assert!(before.elapsed() >= Duration::from_millis(300));
    gateway.clear_faults();
    assert_eq!(client.call(BMS, "GetTestIDs", &[]).code(), 0);
    assert_eq!(gateway.requests(|log| log.count("SelfTest")), 2);
    let refused = gateway
        .requests(|log| log.records())
        .into_iter()
        .filter(|record| record.outcome == Some(501));
    assert_eq!(refused.count(), 1);

    gateway
        .inject("vanish-after:GetDeviceStatus".parse().unwrap())
        .await
        .unwrap();
    client.call(BMS, "GetDeviceStatus", &[]);
    std::thread::sleep(Duration::from_millis(300));
    assert!(client.try_call(BMS, "GetDeviceStatus", &[]).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn descriptions_can_be_spoilt() {
    for (fault, found) in [
        ("dtd:description", "<!DOCTYPE"),
        ("deep-xml:description", "<a><a><a>"),
        ("huge-description", "     "),
    ] {
        let gateway = start(|_| ()).await;
        gateway.inject(fault.parse().unwrap()).await.unwrap();
        let body = Client::plain(&gateway).get("/description.xml").body;
        assert!(body.contains(found), "{fault}");
        assert_eq!(fault == "huge-description", body.len() > 4 * 1024 * 1024);
    }
    let gateway = start(|_| ()).await;
    gateway
        .inject("endless:description".parse().unwrap())
        .await
        .unwrap();
    let mut stream = std::net::TcpStream::connect(gateway.addresses().http).unwrap();
    stream
        .write_all(b"GET /description.xml HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut taken = Vec::new();
    stream
        .take(4 * 1024 * 1024)
        .read_to_end(&mut taken)
        .unwrap();
    assert_eq!(taken.len(), 4 * 1024 * 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_can_be_framed_as_other_makers_do() {
    for (quirk, version, framing) in [
        (Quirk::Chunked, "HTTP/1.1 200", "transfer-encoding: chunked"),
        (Quirk::Http10Close, "HTTP/1.0 200", "content-length: "),
        (Quirk::BadContentLength, "HTTP/1.1 200", "content-length: "),
    ] {
        let gateway = start(|options| options.quirks.add(quirk)).await;
        let mut stream = std::net::TcpStream::connect(gateway.addresses().http).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(500)))
            .unwrap();
        stream
            .write_all(b"GET /description.xml HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        let closed = stream.read_to_end(&mut bytes).is_ok();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(version), "{quirk:?}: {head}");
        assert!(
            head.to_ascii_lowercase().contains(framing),
            "{quirk:?}: {head}"
        );
        assert_eq!(closed, quirk != Quirk::Chunked);
        if quirk == Quirk::BadContentLength {
            let announced = between(head, "ength: ", "\r\n")
                .unwrap()
                .parse::<usize>()
                .unwrap();
            assert_eq!(announced, body.len() + 200);
        }
    }
}
