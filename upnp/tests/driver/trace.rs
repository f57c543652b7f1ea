//! A trace can be given away: no secret is in it.

use std::time::Duration;

use crate::support::*;
use upnp::driver::{ControlPoint, HostAddress, Options, Trace};
use upnp::ActionCall;

#[tokio::test]
async fn everything_is_written_down_but_the_secrets() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("trace.jsonl");
    let escaped = "&lt;ParameterValueList&gt;&lt;Parameter&gt;&lt;ParameterPath&gt;/BBF/Users/User/0/Password&lt;/ParameterPath&gt;\
        &lt;Value&gt;do-not-show&lt;/Value&gt;&lt;/Parameter&gt;&lt;Parameter&gt;&lt;ParameterPath&gt;/BBF/WiFi/SSID/0/SSID&lt;/ParameterPath&gt;\
        &lt;Value&gt;Home&lt;/Value&gt;&lt;/Parameter&gt;&lt;/ParameterValueList&gt;";
    let answer = soap(
        "GetValues",
        &format!("<ParameterValueList>{escaped}</ParameterValueList>"),
    );
    let server = plain(always(http(&answer))).await;
    let web = plain(always(http(DESCRIPTION))).await;
    let broken = plain(always(http("<html>do-not-show</html>"))).await;
    let point = ControlPoint::new(Options {
        timeout: Duration::from_secs(5),
        trace: Some(Trace::to_file(&path).expect("a trace")),
        ..Options::default()
    })
    .expect("the HTTP library starts");
    point
        .describe(web.url("/desc.xml"))
        .await
        .expect("a description");
    let caller = point.plain_caller(HostAddress::parse("127.0.0.1").expect("a literal"));
    caller
        .call(&service(server.url("/cms")), "GetValues", Vec::new())
        .await
        .expect("an answer");
    let arguments = vec![
        (String::from("Stored"), String::from("do-not-show")),
        (String::from("Name"), String::from("Administrator")),
    ];
    let refused = caller
        .call(
            &service(broken.url("/cms")),
            "SetUserLoginPassword",
            arguments,
        )
        .await;
    assert!(refused.is_err());

    let text = std::fs::read_to_string(&path).expect("the trace");
    assert!(!text.contains("do-not-show"), "{text}");
    assert!(
        text.contains("Home") && text.contains("Administrator") && text.contains("Test gateway")
    );
    let events: Vec<String> = text
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a JSON object a line");
            assert!(line["time"]
                .as_str()
                .is_some_and(|time| time.ends_with('Z')));
            line["event"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(
        events,
        ["fetch", "document", "request", "answer", "request", "refusal"]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path)
            .expect("the trace")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_long_answer_is_cut() {
    let (sender, written) = std::sync::mpsc::channel::<Vec<u8>>();
    struct Lines(std::sync::mpsc::Sender<Vec<u8>>);
    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let answer = soap(
        "GetValues",
        &format!("<Text>{}</Text>", "x".repeat(1_000_000)),
    );
    let server = plain(always(http(&answer))).await;
    let point = ControlPoint::new(Options {
        trace: Some(Trace::to_writer(Lines(sender))),
        ..Options::default()
    })
    .expect("the HTTP library starts");
    let caller = point.plain_caller(HostAddress::parse("127.0.0.1").expect("a literal"));
    let answer = caller
        .call(&service(server.url("/cms")), "GetValues", Vec::new())
        .await
        .expect("an answer");
    assert_eq!(answer.get("Text").map(str::len), Some(1_000_000));
    for line in written.try_iter() {
        assert!(line.len() < 64 * 1024, "{}", line.len());
    }
}
