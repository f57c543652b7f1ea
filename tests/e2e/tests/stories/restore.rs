//! A saved tree put back as a draft: onto the same gateway, onto another model, and within
//! the older data model.

use lanside_e2e::{options, Workbench, SSID_UPNP};
use lanside_gateway::options::{Model, Options};
use management::restore::{RestoreHow, RestoreReason, RestoreView};
use management::snapshots::file::FileFormat;
use management::view::EditKind;

fn model(name: &str, model: Model) -> Options {
    Options {
        model,
        ..options(name)
    }
}

/// Puts a snapshot of one gateway into the draft of another.
async fn carry_over(from: &Workbench, to: &Workbench) -> RestoreView {
    let saved = from
        .management
        .save_snapshot(&from.udn(), "", |_, _| ())
        .await
        .expect("saved");
    let (text, _) = from
        .management
        .export_snapshot(saved.id, FileFormat::Json, true)
        .await
        .expect("written");
    let there = to
        .management
        .import_snapshot(&to.udn(), text)
        .await
        .expect("read");
    to.forget_requests();
    let view = to
        .management
        .restore(&to.udn(), there.id, |_, _| ())
        .await
        .expect("staged");
    for action in ["SetValues", "CreateInstance", "DeleteInstance"] {
        assert_eq!(to.count(action), 0, "nothing is applied by itself");
    }
    view
}

#[tokio::test]
async fn a_gateway_that_was_changed_everywhere_is_as_it_was_again() {
    let bench = Workbench::paired(options("As it was")).await;
    let udn = bench.udn();
    let saved = bench
        .management
        .save_snapshot(&udn, "good", |_, _| ())
        .await
        .expect("saved");
    let description = "/BBF/NAT/PortMapping/0/Description";
    for path in [SSID_UPNP, description] {
        bench.gateway.tree(|tree| tree.poke(path, "spoilt"));
    }
    let added = [
        ("ExternalPort".to_owned(), "9999".to_owned()),
        ("Protocol".to_owned(), "TCP".to_owned()),
    ];
    bench
        .management
        .stage_row(&udn, "Device.NAT.PortMapping.", &added)
        .await
        .expect("staged");
    bench
        .management
        .stage_deletion(&udn, "/BBF/NAT/PortMapping/1/")
        .await
        .expect("staged");
    let applied = bench.management.apply_draft(&udn).await.expect("sent");
    assert!(applied.failure.is_none(), "{applied:?}");
    let view = bench
        .management
        .restore(&udn, saved.id, |_, _| ())
        .await
        .expect("staged");
    assert!(view.same_gateway);
    let carried: Vec<&str> = view
        .carried
        .iter()
        .filter_map(|item| item.upnp_path.as_deref())
        .collect();
    assert!(
        carried.contains(&SSID_UPNP) && carried.contains(&description),
        "{carried:?}"
    );
    let kinds = |kind: EditKind| view.changed.iter().filter(|item| item.kind == kind).count();
    assert_eq!(
        (kinds(EditKind::Create), kinds(EditKind::Delete)),
        (1, 1),
        "{:?}",
        view.changed
    );
    assert!(view.impossible.is_empty(), "{:?}", view.impossible);
    let applied = bench.management.apply_draft(&udn).await.expect("sent");
    assert!(
        applied.failure.is_none() && applied.changes.iter().all(|change| change.verified),
        "{applied:?}"
    );
    let found = bench
        .management
        .compare_with_present(saved.id, &udn, |_, _| ())
        .await
        .expect("compared");
    let settings: Vec<_> = found
        .differences
        .iter()
        .filter(|difference| difference.setting && !difference.path.contains("PortMapping"))
        .collect();
    assert!(settings.is_empty(), "{settings:?}");
    let again = bench
        .management
        .restore(&udn, saved.id, |_, _| ())
        .await
        .expect("staged");
    assert!(
        again.carried.is_empty() && again.changed.is_empty(),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_vdsl_gateway_is_carried_over_to_a_fibre_gateway() {
    let from = Workbench::paired(model("Old VDSL", Model::Vdsl)).await;
    let to = Workbench::paired(model("New fibre", Model::Fiber)).await;
    from.gateway.tree(|tree| {
        tree.poke(SSID_UPNP, "Unser WLAN");
        tree.poke("/BBF/NAT/PortMapping/0/Description", "Türsprechanlage");
    });
    let view = carry_over(&from, &to).await;
    assert!(!view.same_gateway);
    let items = || view.carried.iter().chain(&view.changed);
    assert!(
        items().any(|item| item.value.as_deref() == Some("Unser WLAN")),
        "{:?}",
        view.carried
    );
    assert!(
        items().any(|item| item.value.as_deref() == Some("Türsprechanlage")),
        "{:?}",
        view.carried
    );
    assert!(
        view.impossible
            .iter()
            .any(|item| item.reason == Some(RestoreReason::NoSuchObject)
                && item.from.contains("DSL")),
        "a fibre gateway has no line: {:?}",
        view.impossible
    );
    assert!(view
        .impossible
        .iter()
        .all(|item| item.reason.is_some() && item.how.is_none()));
    let draft = to.management.draft(&to.udn()).await.expect("a draft");
    assert_eq!(draft.edits.len(), items().count());
    println!(
        "vdsl → fiber: {} carried, {} changed, {} impossible, {} the same already",
        view.carried.len(),
        view.changed.len(),
        view.impossible.len(),
        view.same
    );
    let applied = to.management.apply_draft(&to.udn()).await.expect("sent");
    assert!(applied.failure.is_none(), "{:?}", applied.failure);
    assert_eq!(to.value(SSID_UPNP), "Unser WLAN");
}

#[tokio::test]
async fn rows_are_found_by_what_they_are_not_by_their_number() {
    let from = Workbench::paired(options("Rows from 0")).await;
    let to = Workbench::paired(Options {
        index_base: 1,
        ..options("Rows from 1")
    })
    .await;
    from.gateway
        .tree(|tree| tree.poke(SSID_UPNP, "Erstes Netz"));
    let view = carry_over(&from, &to).await;
    let ssid = view
        .carried
        .iter()
        .chain(&view.changed)
        .find(|item| item.value.as_deref() == Some("Erstes Netz"));
    let ssid = ssid.unwrap_or_else(|| panic!("{view:?}"));
    assert_eq!(ssid.upnp_path.as_deref(), Some("/BBF/WiFi/SSID/1/SSID"));
    assert!(
        ssid.how
            .is_some_and(|how| how != RestoreHow::ByPosition && how != RestoreHow::NewRow),
        "{ssid:?}"
    );
    let applied = to.management.apply_draft(&to.udn()).await.expect("sent");
    assert!(applied.failure.is_none(), "{:?}", applied.failure);
    assert_eq!(to.value("/BBF/WiFi/SSID/1/SSID"), "Erstes Netz");
}

#[tokio::test]
async fn the_older_data_model_is_carried_over_to_its_like_and_to_no_other() {
    let from = Workbench::paired(model("Old 098", Model::Tr098)).await;
    let to = Workbench::paired(model("New 098", Model::Tr098)).await;
    let name = "/BBF/LANDevice/0/WLANConfiguration/0/SSID";
    from.gateway.tree(|tree| tree.poke(name, "Altes WLAN"));
    let view = carry_over(&from, &to).await;
    assert!(
        view.carried
            .iter()
            .chain(&view.changed)
            .any(|item| item.upnp_path.as_deref() == Some(name)),
        "{view:?}"
    );
    let applied = to.management.apply_draft(&to.udn()).await.expect("sent");
    assert!(applied.failure.is_none(), "{:?}", applied.failure);
    assert_eq!(to.value(name), "Altes WLAN");
    let newer = Workbench::paired(options("Device:2")).await;
    let saved = from
        .management
        .save_snapshot(&from.udn(), "", |_, _| ())
        .await
        .expect("saved");
    let (text, _) = from
        .management
        .export_snapshot(saved.id, FileFormat::Csv, false)
        .await
        .expect("written");
    let there = newer
        .management
        .import_snapshot(&newer.udn(), text)
        .await
        .expect("read");
    newer
        .management
        .restore(&newer.udn(), there.id, |_, _| ())
        .await
        .expect_err("too little in common");
}
