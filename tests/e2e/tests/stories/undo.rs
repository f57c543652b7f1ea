//! Rows made and deleted, the journal, and the way back of any entry, also after a restart.

use lanside_e2e::{has_keys, options, paired, Workbench, PASSPHRASE, SSID, SSID_UPNP};
use management::store::JournalState;
use management::view::{Code, EditKind, EditState};

const PORTS: &str = "Device.NAT.PortMapping.";
const PORTS_UPNP: &str = "/BBF/NAT/PortMapping/";

fn values(values: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    values.iter().map(owned).collect()
}

fn row_numbers(bench: &Workbench, table: &str) -> Vec<String> {
    let paths = bench.gateway.tree(|tree| tree.parameter_paths());
    let mut rows: Vec<String> = paths
        .iter()
        .filter_map(|path| path.strip_prefix(table)?.split('/').next())
        .map(str::to_owned)
        .collect();
    rows.sort();
    rows.dedup();
    rows
}

#[tokio::test]
async fn rows_are_made_set_and_deleted_in_one_draft() {
    let bench = Workbench::paired(options("Rows")).await;
    let udn = bench.udn();
    let before = row_numbers(&bench, PORTS_UPNP);
    let doomed = before.first().expect("a port mapping").clone();
    let (draft, row) = bench
        .management
        .stage_row(
            &udn,
            PORTS,
            &values(&[
                ("ExternalPort", "8443"),
                ("Protocol", "TCP"),
                ("InternalPort", "443"),
            ]),
        )
        .await
        .expect("staged");
    assert_eq!(row, format!("{PORTS_UPNP}+1/"));
    assert_eq!(draft.edits.len(), 4, "{draft:?}");
    bench
        .management
        .stage(&udn, &format!("{row}Description"), "tür & tor")
        .await
        .expect("staged");
    bench
        .management
        .stage(&udn, SSID, "with rows")
        .await
        .expect("staged");
    bench
        .management
        .stage_deletion(&udn, &format!("{PORTS_UPNP}{doomed}/"))
        .await
        .expect("staged");
    bench.session().await;
    bench.forget_requests();
    let applied = bench.management.apply_draft(&udn).await.expect("sent");
    assert!(applied.failure.is_none(), "{applied:?}");
    assert!(
        applied.changes.iter().all(|change| change.verified),
        "{applied:?}"
    );
    let changing: Vec<String> = bench
        .actions()
        .into_iter()
        .filter(|action| {
            ["CreateInstance", "SetValues", "DeleteInstance"].contains(&action.as_str())
        })
        .collect();
    assert_eq!(changing, ["CreateInstance", "SetValues", "DeleteInstance"]);
    let made = applied
        .changes
        .iter()
        .find(|change| change.kind == EditKind::Create)
        .expect("made");
    assert!(!made.upnp_path.contains('+'), "{made:?}");
    assert_eq!(
        bench.value(&format!("{}Description", made.upnp_path)),
        "tür & tor"
    );
    assert!(!row_numbers(&bench, PORTS_UPNP).contains(&doomed));
    assert!(bench
        .management
        .draft(&udn)
        .await
        .expect("a draft")
        .edits
        .is_empty());
}

#[tokio::test]
async fn every_entry_has_its_way_back_also_after_a_restart() {
    let mut bench = Workbench::paired(options("History")).await;
    let udn = bench.udn();
    let ssid = bench.value(SSID_UPNP);
    let before = row_numbers(&bench, PORTS_UPNP);
    let doomed = format!("{PORTS_UPNP}{}/", before.first().expect("a port mapping"));
    let doomed_port = bench.value(&format!("{doomed}ExternalPort"));
    bench
        .management
        .stage(&udn, SSID, "first")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("sent");
    bench
        .management
        .stage_row(
            &udn,
            PORTS,
            &values(&[("ExternalPort", "8443"), ("Protocol", "UDP")]),
        )
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("sent");
    bench
        .management
        .stage_deletion(&udn, &doomed)
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("sent");
    bench.restart_management().await;
    let history = bench.management.history(&udn).await.expect("a history");
    assert_eq!(history.len(), 3, "{history:?}");
    assert!(
        history
            .iter()
            .all(|entry| entry.undoable && entry.state == JournalState::Verified),
        "{history:?}"
    );
    let (deleted, made, renamed) = (&history[0], &history[1], &history[2]);
    // The oldest first: nothing says that only the last can be taken back.
    for entry in [renamed, made, deleted] {
        bench
            .management
            .stage_way_back(&udn, Some(entry.id.into()))
            .await
            .expect("a way back");
        let applied = bench.management.apply_draft(&udn).await.expect("sent");
        assert!(
            applied.changes.iter().all(|change| change.verified),
            "{applied:?}"
        );
    }
    assert_eq!(bench.value(SSID_UPNP), ssid);
    let after = row_numbers(&bench, PORTS_UPNP);
    assert_eq!(after.len(), before.len(), "{before:?} {after:?}");
    let back = after
        .iter()
        .filter(|row| !before.contains(row))
        .collect::<Vec<_>>();
    assert_eq!(
        back.len(),
        1,
        "the deleted row came back under a number of its own"
    );
    assert_eq!(
        bench.value(&format!("{PORTS_UPNP}{}/ExternalPort", back[0])),
        doomed_port
    );
}

#[tokio::test]
async fn the_way_back_by_the_draft_is_known_to_the_journal() {
    let bench = Workbench::paired(options("Back by draft")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "there")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("sent");
    bench
        .management
        .stage_way_back(&udn, None)
        .await
        .expect("a way back");
    bench.management.apply_draft(&udn).await.expect("sent");
    let history = bench.management.history(&udn).await.expect("a history");
    assert_eq!(history[0].undoes, Some(history[1].id), "{history:?}");
    assert_eq!(history[1].undone_by, Some(history[0].id), "{history:?}");
    let error = bench
        .management
        .stage_way_back(&udn, None)
        .await
        .expect_err("nothing is left");
    assert_eq!(error.code(), Code::Usage);
}

#[tokio::test]
async fn what_is_no_row_is_never_deleted() {
    let bench = Workbench::paired(options("Careful")).await;
    let udn = bench.udn();
    bench.session().await;
    bench.forget_requests();
    for path in [
        PORTS,
        "Device.NAT.",
        "Device.NAT.PortMapping.1.Enable",
        "Device.",
        "/",
    ] {
        let error = bench
            .management
            .stage_deletion(&udn, path)
            .await
            .expect_err("no row");
        assert_eq!(error.code(), Code::Usage, "{path}: {error}");
    }
    let error = bench
        .management
        .stage_deletion(&udn, "Device.NAT.PortMapping.4711.")
        .await
        .expect_err("no such row");
    assert_eq!(error.code(), Code::Usage, "{error}");
    for (table, values) in [
        ("Device.Ethernet.Interface.", &[][..]),
        (PORTS, &[("ExternalPort", "70000")]),
        (PORTS, &[("NoSuchThing", "1")]),
        ("Device.NAT.", &[]),
    ] {
        let values = self::values(values);
        let error = bench
            .management
            .stage_row(&udn, table, &values)
            .await
            .expect_err("not possible");
        assert_eq!(error.code(), Code::Usage, "{table} {values:?}: {error}");
    }
    assert_eq!(
        bench.count("DeleteInstance") + bench.count("CreateInstance"),
        0
    );
}

#[tokio::test]
async fn a_row_that_was_refused_stays_in_the_draft() {
    let bench = Workbench::paired(options("Refused row")).await;
    let udn = bench.udn();
    bench
        .management
        .stage_row(&udn, PORTS, &values(&[("ExternalPort", "1")]))
        .await
        .expect("staged");
    bench
        .management
        .stage(&udn, SSID, "never sent")
        .await
        .expect("staged");
    bench.inject("refuse:CreateInstance:501").await;
    let applied = bench.management.apply_draft(&udn).await.expect("told");
    assert!(applied.failure.is_some());
    assert_eq!(
        bench.count("SetValues"),
        0,
        "what follows a refusal is not sent"
    );
    let states: Vec<EditState> = applied.changes.iter().map(|change| change.state).collect();
    assert_eq!(
        states
            .iter()
            .filter(|state| **state == EditState::Refused)
            .count(),
        2,
        "{applied:?}"
    );
    assert_eq!(
        bench
            .management
            .draft(&udn)
            .await
            .expect("a draft")
            .edits
            .len(),
        3
    );
    bench.gateway.clear_faults();
    let applied = bench.management.apply_draft(&udn).await.expect("sent");
    assert!(
        applied.changes.iter().all(|change| change.verified),
        "{applied:?}"
    );
}

#[tokio::test]
async fn fifty_edits_take_three_calls() {
    let bench = Workbench::paired(options("Fifty")).await;
    let session = bench.session().await;
    let writable: Vec<String> = (0..4)
        .flat_map(|row| ["Alias", "SSID"].map(|name| format!("/BBF/WiFi/SSID/{row}/{name}")))
        .chain((0..2).flat_map(|row| {
            ["Alias", "Description", "ExternalPort", "LeaseDuration"]
                .map(|name| format!("/BBF/NAT/PortMapping/{row}/{name}"))
        }))
        .chain((1..=5).map(|n| format!("/BBF/Time/NTPServer{n}")))
        .collect();
    // Every alias of the tree, until there are fifty.
    let aliases = bench.gateway.tree(|tree| tree.parameter_paths());
    let mut edits = Vec::new();
    for path in writable
        .iter()
        .cloned()
        .chain(aliases.into_iter().filter(|path| path.ends_with("/Alias")))
    {
        if edits.len() == 50
            || edits
                .iter()
                .any(|(known, _): &(String, String)| *known == path)
        {
            continue;
        }
        let value = if path.ends_with("Port") || path.ends_with("Duration") {
            format!("{}", 2000 + edits.len())
        } else {
            format!("n-{}", edits.len())
        };
        let one = [(path, value)];
        if bench.management.prepare(&session, &one).await.is_ok() {
            edits.extend(one);
        }
    }
    assert_eq!(edits.len(), 50);
    let edits = bench
        .management
        .prepare(&session, &edits)
        .await
        .expect("checked");
    bench.forget_requests();
    let (view, error) = bench
        .management
        .apply(&session, edits, None)
        .await
        .expect("sent");
    assert!(error.is_none(), "{error:?}");
    assert!(
        view.changes.iter().all(|change| change.verified),
        "{view:?}"
    );
    assert_eq!(bench.actions(), ["GetValues", "SetValues", "GetValues"]);
}

#[test]
fn the_command_line_makes_lists_and_takes_back() {
    let (_gateway, lanside, udn) = paired(&["--friendly-name", "Row verbs"]);
    let made = lanside
        .run(&[
            "add",
            &udn,
            PORTS,
            "ExternalPort=8080",
            "Protocol=TCP",
            "--yes",
        ])
        .done();
    has_keys(&made, &["instance", "status", "changes"]);
    let instance = made["instance"].as_str().expect("a row").to_owned();
    assert!(instance.starts_with(PORTS), "{made}");
    let port = lanside
        .run(&["get", &udn, &format!("{instance}ExternalPort")])
        .done();
    assert_eq!(port["parameters"][0]["value"], "8080");
    lanside.run(&["add", &udn, PORTS]).failed(2, "Usage");
    lanside
        .run(&["delete", &udn, PORTS, "--yes"])
        .failed(2, "Usage");
    let dry = lanside
        .run(&["delete", &udn, &instance, "--dry-run"])
        .done();
    assert_eq!(dry["changes"][0]["kind"], "delete");
    let gone = lanside.run(&["delete", &udn, &instance, "--yes"]).done();
    assert_eq!(gone["changes"][0]["verified"], true, "{gone}");
    lanside
        .run(&["set", &udn, &format!("{SSID}=verbs"), "--yes"])
        .done();
    let input = lanside.run_with_input(
        &["set", &udn, &format!("{PASSPHRASE}=-"), "--yes"],
        "Nebelhorn-4711\n",
    );
    input.done();
    let list = lanside.run(&["undo", &udn, "--list"]).done();
    let entries = list["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 4, "{list}");
    has_keys(
        &entries[0],
        &[
            "id",
            "time",
            "state",
            "changes",
            "undoes",
            "undone_by",
            "undoable",
        ],
    );
    assert_eq!(
        entries[0]["undoable"], false,
        "a secret cannot be taken back"
    );
    assert!(!list.to_string().contains("Nebelhorn"));
    let renamed = entries[1]["id"].to_string();
    let back = lanside.run(&["undo", &udn, &renamed, "--yes"]).done();
    assert_eq!(back["changes"][0]["verified"], true, "{back}");
    lanside
        .run(&["undo", &udn, "4711", "--yes"])
        .failed(2, "Usage");
}

#[test]
fn attributes_are_read_and_switched() {
    let (_gateway, lanside, udn) = paired(&["--friendly-name", "Attributes"]);
    let read = lanside.run(&["attributes", &udn, SSID, PORTS]).done();
    let nodes = read["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), 2, "{read}");
    has_keys(
        &nodes[0],
        &[
            "path",
            "upnp_path",
            "type",
            "access",
            "event_on_change",
            "alarm_on_change",
            "version",
        ],
    );
    assert_eq!(
        (nodes[0]["path"].as_str(), nodes[0]["access"].as_str()),
        (Some(SSID), Some("readWrite"))
    );
    let switched = lanside
        .run(&[
            "attributes",
            &udn,
            SSID,
            "--event-on-change",
            "on",
            "--alarm-on-change",
            "on",
            "--alarms",
            "on",
        ])
        .done();
    let node = &switched["nodes"][0];
    assert_eq!(
        (
            node["event_on_change"].as_bool(),
            node["alarm_on_change"].as_bool()
        ),
        (Some(true), Some(true))
    );
    assert_eq!(switched["alarms_enabled"], true);
    let off = lanside
        .run(&["attributes", &udn, SSID, "--alarm-on-change", "off"])
        .done();
    assert_eq!(
        off["nodes"][0]["event_on_change"], true,
        "the other stays: {off}"
    );
    let rights = lanside.run(&["attributes", &udn, SSID, "--rights"]).done();
    assert!(
        rights["document"]
            .as_str()
            .is_some_and(|text| text.contains("ACL")),
        "{rights}"
    );
    lanside.run(&["attributes", &udn]).failed(2, "Usage");
}
