//! Saved trees: kept, compared, written to files without secrets, read back.

use lanside_e2e::{has_keys, options, paired, Workbench, PASSPHRASE, SSID, SSID_UPNP};
use management::snapshots::compare::Difference;
use management::snapshots::file::FileFormat;

#[tokio::test]
async fn what_changed_since_the_last_visit_is_told() {
    let mut bench = Workbench::paired(options("Visits")).await;
    let udn = bench.udn();
    let first = bench
        .management
        .changed_since_last_visit(&udn, |_, _| ())
        .await
        .expect("read");
    assert!(first.is_none(), "nothing to compare with");
    let old = bench.value(SSID_UPNP);
    bench
        .gateway
        .tree(|tree| tree.poke(SSID_UPNP, "moved meanwhile"));
    bench.restart_management().await;
    let found = bench
        .management
        .changed_since_last_visit(&udn, |_, _| ())
        .await
        .expect("read")
        .expect("the visit before is remembered");
    let settings: Vec<_> = found
        .differences
        .iter()
        .filter(|difference| difference.setting)
        .collect();
    assert_eq!(settings.len(), 1, "{settings:?}");
    assert_eq!(
        (settings[0].path.as_str(), settings[0].difference),
        (SSID, Difference::Changed)
    );
    assert_eq!(
        (settings[0].left.as_deref(), settings[0].right.as_deref()),
        (Some(old.as_str()), Some("moved meanwhile"))
    );
    let again = bench
        .management
        .changed_since_last_visit(&udn, |_, _| ())
        .await
        .expect("read")
        .expect("a visit");
    assert!(
        again
            .differences
            .iter()
            .all(|difference| !difference.setting),
        "told once: {again:?}"
    );
}

#[tokio::test]
async fn a_file_holds_no_secret_unless_asked_and_comes_back_as_it_was() {
    let bench = Workbench::paired(options("Files")).await;
    let udn = bench.udn();
    // Readable, although it should not be: a maker's own parameter with a telling name.
    let saved = bench
        .management
        .save_snapshot(&udn, "before", |_, _| ())
        .await
        .expect("saved");
    for format in [FileFormat::Json, FileFormat::Csv] {
        let (text, secrets) = bench
            .management
            .export_snapshot(saved.id, format, false)
            .await
            .expect("written");
        assert_eq!(secrets, 0);
        let passphrase = bench.value(lanside_e2e::PASSPHRASE_UPNP);
        assert!(!text.expose().contains(&passphrase));
        assert!(
            text.expose().contains(PASSPHRASE),
            "it is told that there is one"
        );
        let back = bench
            .management
            .import_snapshot(&udn, text)
            .await
            .expect("read");
        assert_eq!(
            (back.parameters, back.how.as_str(), back.name.as_str()),
            (saved.parameters, "imported", "before")
        );
        let same = bench
            .management
            .compare_snapshots(saved.id, back.id)
            .await
            .expect("compared");
        assert!(same.differences.is_empty(), "{:?}", same.differences);
        assert_eq!(same.same, saved.parameters);
    }
}

#[tokio::test]
async fn two_gateways_are_compared_side_by_side() {
    let bench = Workbench::paired(options("Left")).await;
    let other = Workbench::paired(lanside_gateway::options::Options {
        index_base: 1,
        ..options("Right")
    })
    .await;
    let left = bench
        .management
        .save_snapshot(&bench.udn(), "", |_, _| ())
        .await
        .expect("saved");
    let right = other
        .management
        .save_snapshot(&other.udn(), "", |_, _| ())
        .await
        .expect("saved");
    let (text, _) = other
        .management
        .export_snapshot(right.id, FileFormat::Json, false)
        .await
        .expect("written");
    let right = bench
        .management
        .import_snapshot(&bench.udn(), text)
        .await
        .expect("read");
    let found = bench
        .management
        .compare_snapshots(left.id, right.id)
        .await
        .expect("compared");
    assert!(
        found.same > 1_000,
        "row numbers differ, paths do not: {}",
        found.same
    );
    let settings: Vec<&str> = found
        .differences
        .iter()
        .filter(|difference| difference.setting && difference.path.starts_with("Device."))
        .map(|difference| difference.path.as_str())
        .collect();
    assert!(settings.len() < 40, "{settings:?}");
}

#[test]
fn the_command_line_saves_compares_and_exports() {
    let (_gateway, lanside, udn) = paired(&["--friendly-name", "Snapshot verbs"]);
    let saved = lanside
        .run(&["snapshot", &udn, "save", "--name", "Montag"])
        .done();
    has_keys(
        &saved["snapshot"],
        &["id", "udn", "time", "name", "how", "origin", "parameters"],
    );
    let id = saved["snapshot"]["id"].to_string();
    lanside
        .run(&["set", &udn, &format!("{SSID}=Dienstag"), "--yes"])
        .done();
    let diff = lanside.run(&["snapshot", &udn, "diff", &id]).done();
    let differences = diff["differences"].as_array().expect("differences");
    assert_eq!(differences.len(), 1, "{diff}");
    assert_eq!(
        (
            differences[0]["path"].as_str(),
            differences[0]["right"].as_str()
        ),
        (Some(SSID), Some("Dienstag"))
    );
    let list = lanside.run(&["snapshot", &udn, "list"]).done();
    assert_eq!(
        list["snapshots"].as_array().map(Vec::len),
        Some(1),
        "{list}"
    );
    let file = lanside.state_dir().join("out.csv");
    let path = file.to_str().expect("a path");
    lanside.run(&["snapshot", &udn, "export", &id, path]).done();
    lanside
        .run(&["snapshot", &udn, "export", &id, path])
        .failed(2, "Usage");
    let imported = lanside.run(&["snapshot", &udn, "import", path]).done();
    assert_eq!(imported["snapshot"]["how"], "imported");
    std::fs::write(&file, "#,nonsense\r\n").expect("written");
    lanside
        .run(&["snapshot", &udn, "import", path])
        .failed(2, "Usage");
    lanside
        .run(&["snapshot", &udn, "export", "4711", "-"])
        .failed(2, "Usage");
    lanside.run(&["snapshot", &udn, "drop", &id]).done();
    lanside
        .run(&["snapshot", &udn, "drop", &id])
        .failed(2, "Usage");
}

#[test]
fn a_restore_is_a_draft_that_is_applied_by_hand() {
    let (_gateway, lanside, udn) = paired(&["--friendly-name", "Restore verbs"]);
    let old = lanside.run(&["get", &udn, SSID]).done()["parameters"][0]["value"].clone();
    let saved = lanside.run(&["snapshot", &udn, "save"]).done();
    lanside
        .run(&["set", &udn, &format!("{SSID}=verstellt"), "--yes"])
        .done();
    let restored = lanside
        .run(&[
            "snapshot",
            &udn,
            "restore",
            &saved["snapshot"]["id"].to_string(),
        ])
        .done();
    has_keys(
        &restored,
        &[
            "carried",
            "changed",
            "impossible",
            "same",
            "same_gateway",
            "snapshot",
        ],
    );
    assert_eq!(restored["carried"][0]["path"], SSID, "{restored}");
    let now = lanside.run(&["get", &udn, SSID]).done();
    assert_eq!(
        now["parameters"][0]["value"], "verstellt",
        "nothing is applied by itself"
    );
    let draft = lanside.run(&["draft", &udn]).done();
    assert_eq!(draft["edits"].as_array().map(Vec::len), Some(1), "{draft}");
    lanside.run(&["draft", &udn, "apply"]).failed(2, "Usage");
    let applied = lanside.run(&["draft", &udn, "apply", "--yes"]).done();
    assert_eq!(applied["changes"][0]["verified"], true, "{applied}");
    assert_eq!(
        lanside.run(&["get", &udn, SSID]).done()["parameters"][0]["value"],
        old
    );
    lanside
        .run(&["draft", &udn, "apply", "--yes"])
        .failed(2, "Usage");
}
