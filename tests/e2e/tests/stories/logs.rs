//! The gateway's logs: over the right connection, bounded, filtered, saved.

use lanside_e2e::{options, paired, Workbench};
use lanside_gateway::options::Options;
use management::limits;
use management::logs::{LogFilter, LogLevel};
use management::view::Code;

fn with(friendly_name: &str, quirk: &str) -> Options {
    Options {
        quirks: [quirk.parse().expect("a quirk")].into_iter().collect(),
        ..options(friendly_name)
    }
}

#[tokio::test]
async fn a_log_comes_over_the_protected_connection_and_grows() {
    let bench = Workbench::paired(options("Diary")).await;
    let udn = bench.udn();
    let logs = bench.management.logs(&udn).await.expect("a list");
    assert_eq!(logs.len(), 1, "{logs:?}");
    assert_eq!((logs[0].enabled, logs[0].configurable), (Some(true), true));
    bench.forget_requests();
    let before = bench
        .management
        .log_text(&udn, "", limits::LOG_OCTETS, false)
        .await;
    let before = before.expect("a log");
    assert!(
        before.protected && !before.cut && !before.lines.is_empty(),
        "{before:?}"
    );
    let fetched = bench.records();
    let log = fetched
        .iter()
        .find(|record| record.target.contains("/logs/"));
    assert!(log.is_some_and(|record| record.secure), "{fetched:?}");

    bench.gateway.press_button();
    let after = bench
        .management
        .log_text(&udn, &logs[0].uri, limits::LOG_OCTETS, false)
        .await;
    let after = after.expect("a log");
    assert!(after.lines.len() > before.lines.len(), "it grows");
    assert!(
        after.lines.iter().all(|line| line.level.is_some()),
        "{after:?}"
    );
    let buttons = after.clone().filtered(&LogFilter {
        level: Some(LogLevel::Notice),
        text: Some("BUTTON".to_owned()),
    });
    assert_eq!(buttons.lines.len(), 1, "{buttons:?}");

    let set = bench
        .management
        .configure_log(&udn, "", None, Some(LogLevel::Error))
        .await;
    assert_eq!(set.expect("set").level.as_deref(), Some("Error"));
}

#[tokio::test]
async fn a_log_of_500_megabytes_is_cut_and_says_so() {
    let bench = Workbench::paired(with("Talkative", "huge-log")).await;
    let text = bench
        .management
        .log_text(&bench.udn(), "", 1_000_000, false)
        .await
        .expect("its beginning");
    assert!(
        text.cut && text.octets == 1_000_000,
        "{} {}",
        text.cut,
        text.octets
    );
    assert!(text.lines.len() > 10_000, "{}", text.lines.len());
    // The connection that was left in the middle is not used again.
    assert!(bench.management.logs(&bench.udn()).await.is_ok());
}

#[tokio::test]
async fn a_log_elsewhere_is_not_fetched_unasked() {
    let bench = Workbench::paired(with("Elsewhere", "foreign-log")).await;
    let refused = bench
        .management
        .log_text(&bench.udn(), "", limits::LOG_OCTETS, false)
        .await
        .expect_err("another host");
    assert_eq!(refused.code(), Code::Usage, "{refused}");
    assert!(refused.to_string().contains("127.0.0.2"), "{refused}");
    // Asked for, it is tried: nobody listens there.
    let tried = bench
        .management
        .log_text(&bench.udn(), "", limits::LOG_OCTETS, true)
        .await;
    assert_eq!(tried.expect_err("nobody").code(), Code::Unreachable);
}

#[test]
fn logs_on_the_command_line() {
    let (_gateway, lanside, udn) = paired(&[]);
    let list = lanside.run(&["logs", &udn, "--list"]).done();
    let name = list["logs"][0]["uri"].as_str().expect("a name").to_owned();
    let text = lanside
        .run(&["logs", &udn, "--get", &name, "--level", "notice"])
        .done();
    assert!(text["lines"]
        .as_array()
        .is_some_and(|lines| !lines.is_empty()));
    let file = lanside.state_dir().join("log.txt");
    let path = file.to_str().expect("a path");
    let saved = lanside.run(&["logs", &udn, "--save", path]).done();
    assert_eq!(saved["cut"], false);
    let kept = std::fs::read_to_string(&file).expect("the file");
    assert!(kept.contains("started"), "{kept}");
    lanside
        .run(&["logs", &udn, "--save", path])
        .failed(2, "Usage");
    lanside
        .run(&["logs", &udn, "--get", "no such log"])
        .failed(2, "Usage");
}

#[test]
fn without_log_uris_the_data_model_names_the_files() {
    let (_gateway, lanside, udn) = paired(&["--quirk", "vendor-log-files"]);
    let list = lanside.run(&["logs", &udn, "--list"]).done();
    let logs = list["logs"].as_array().expect("a list");
    assert_eq!(logs.len(), 2, "{list}");
    assert_eq!(logs[0]["uri"], "Device.DeviceInfo.VendorLogFile.1.");
    assert_eq!(logs[0]["configurable"], false, "{list}");
    assert_eq!(logs[0]["max_octets"], 262_144, "{list}");
    let url = logs[0]["url"].as_str().expect("an address");
    assert!(url.starts_with("https://"), "{list}");
    // Asked for by its row, it comes over the pinned connection.
    let text = lanside
        .run(&["logs", &udn, "--get", "Device.DeviceInfo.VendorLogFile.1"])
        .done();
    assert_eq!(text["protected"], true, "{text}");
    let lines = text["lines"].as_array().expect("lines");
    assert!(
        lines.iter().any(|line| line["text"]
            .as_str()
            .is_some_and(|line| line.contains("started"))),
        "{text}"
    );
    // A file that only has a name in the gateway is listed, and cannot be read from here.
    assert_eq!(logs[1]["name"], "/var/log/boot", "{list}");
    assert!(logs[1]["url"].is_null(), "{list}");
    let error = lanside
        .run(&["logs", &udn, "--get", "/var/log/boot"])
        .failed(2, "Usage");
    let said = error["message"].as_str().unwrap_or_default();
    assert!(said.contains("/var/log/boot"), "{error}");
    // Nor can it be told what to keep.
    lanside
        .run(&["logs", &udn, "--get", "/var/log/boot", "--keep", "error"])
        .failed(7, "ActionRefused");
}
