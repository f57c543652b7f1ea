//! Everything below a node is loaded in parts: it can be followed and stopped, and what was read
//! until then stays.

use std::io::Read as _;
use std::process::Stdio;

use lanside_e2e::{options, paired, Workbench};
use lanside_gateway::options::Options;
use management::view::NodeStatus;
use serde_json::Value;

#[tokio::test]
async fn a_load_that_is_stopped_keeps_what_was_read() {
    let bench = Workbench::paired(options("Stopped")).await;
    let session = bench.session().await;
    let mut told = Vec::new();
    let whole = session
        .load_subtree("/BBF/", |loaded, total| {
            told.push((loaded, total));
            if told.len() == 6 {
                session.cancel_load();
            }
        })
        .await
        .expect("no error");
    assert!(!whole, "it was stopped");
    let view = session.view();
    assert!(!view.complete, "{view:?}");
    let last = told.last().expect("progress");
    assert_eq!(
        (view.loaded, view.total),
        *last,
        "what was told is what there is"
    );
    assert!(view.loaded > 0 && view.loaded < view.total, "{view:?}");
    // All that there is was known before the first value of a part was read.
    let first_total = told.first().expect("progress").1;
    assert!(first_total * 10 > view.total * 9, "{told:?}");
    // The rest is "not read yet", not refused.
    let refused = session.loaded("/BBF/").refused;
    assert_eq!(refused, 0, "nothing was refused before it was asked for");
    let nodes = session.known_nodes("/BBF/", None).expect("the tree");
    assert!(nodes.iter().any(|node| node.status == NodeStatus::NotRead));
    // And it goes on from there.
    assert!(session.load_all(|_, _| {}).await.expect("the rest"));
    assert!(session.view().complete);
}

#[tokio::test]
async fn a_subtree_reads_like_the_whole() {
    let bench = Workbench::paired(options("Part")).await;
    let session = bench.session().await;
    assert!(session
        .load_subtree("/BBF/WiFi/", |_, _| {})
        .await
        .expect("it loads"));
    let part = session.loaded("/BBF/WiFi/");
    assert_eq!(part.loaded + part.refused, part.total, "{part:?}");
    assert!(session.load_all(|_, _| {}).await.expect("it loads"));
    assert_eq!(session.loaded("/BBF/WiFi/"), part);
    // One request for the whole, on another session, finds the same.
    bench.management.close_gateway(&bench.udn()).await;
    let again = bench.session().await;
    again.read_subtree("/BBF/WiFi/").await.expect("it reads");
    assert_eq!(again.loaded("/BBF/WiFi/"), part);
}

#[tokio::test]
async fn a_long_table_comes_in_parts() {
    let bench = Workbench::paired(Options {
        parameters: Some(20_000),
        ..options("Long")
    })
    .await;
    let session = bench.session().await;
    bench.forget_requests();
    let mut told = Vec::new();
    assert!(session
        .load_subtree("/BBF/Hosts/Host/", |loaded, total| told
            .push((loaded, total)))
        .await
        .expect("it loads"));
    let part = session.loaded("/BBF/Hosts/Host/");
    assert_eq!(part.loaded + part.refused, part.total, "{part:?}");
    let rows = bench.gateway.tree(|tree| {
        let paths = tree.parameter_paths();
        let hosts = paths
            .iter()
            .filter(|path| path.starts_with("/BBF/Hosts/Host/"));
        hosts.filter(|path| path.ends_with("/PhysAddress")).count()
    });
    assert!(rows > 100, "{rows}");
    assert_eq!(bench.count("GetValues"), rows.div_ceil(100), "{told:?}");
    assert!(told.len() > rows / 100, "{told:?}");
}

#[test]
fn ctrl_c_shows_what_was_read() {
    let (_gateway, lanside, udn) = paired(&["--fault", "delay:GetValues:60"]);
    let mut child = lanside
        .command()
        .args(["tree", &udn, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("lanside runs");
    std::thread::sleep(std::time::Duration::from_millis(900));
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(sent.expect("kill runs").success());
    let mut text = String::new();
    let mut out = child.stdout.take().expect("its output");
    out.read_to_string(&mut text).expect("text");
    let ended = child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(130), "{text}");
    let document: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(document["complete"], false, "{text}");
    let (loaded, total) = (document["loaded"].as_u64(), document["total"].as_u64());
    assert!(loaded < total, "{loaded:?} of {total:?}");
    assert!(document["nodes"]
        .as_array()
        .is_some_and(|nodes| !nodes.is_empty()));
    // Without Ctrl-C it goes to the end.
    let whole = lanside.run(&["tree", &udn, "Device.WiFi."]).done();
    assert_eq!(whole["complete"], true);
}
