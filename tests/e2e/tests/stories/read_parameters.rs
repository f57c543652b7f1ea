//! Reading a gateway's tree: all of it in one request, a level at a time, or single values.

use lanside_e2e::{options, seconds, Workbench, PASSPHRASE_UPNP, SSID, SSID_UPNP};
use lanside_gateway::options::{Model, Options, RolePolicy};
use management::rows::ShownDrafts;
use management::view::{Code, NodeKind, NodeStatus, NodeView};

#[tokio::test]
async fn the_whole_tree_comes_in_one_get_values() {
    let bench = Workbench::paired(options("Whole tree")).await;
    let session = bench.session().await;
    bench.forget_requests();
    let nodes = session.nodes("/BBF/", None).await.expect("the tree");
    assert_eq!(bench.count("GetValues"), 1, "{:?}", bench.actions());
    let parameters: Vec<&NodeView> = nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Parameter)
        .collect();
    assert!(parameters.len() >= 1_500, "{} parameters", parameters.len());
    assert!(
        parameters
            .iter()
            .all(|node| node.status == NodeStatus::Known),
        "an administrator sees everything"
    );
    let view = session.view();
    assert!(
        view.loaded >= 1_500 && view.loaded <= view.total,
        "{view:?}"
    );
    // Every value is the gateway's own, whatever characters it has.
    let paths = bench.gateway.tree(|tree| tree.parameter_paths());
    let of_forum: Vec<&String> = paths
        .iter()
        .filter(|path| path.starts_with("/BBF/"))
        .collect();
    assert_eq!(
        parameters.len(),
        of_forum.len(),
        "all parameters of the data model"
    );
    for path in [
        "/BBF/X_LANSIDE_Test/Markup",
        "/BBF/X_LANSIDE_Test/CDataEnd",
        "/BBF/X_LANSIDE_Test/NonBmp",
        "/BBF/X_LANSIDE_Test/Lines",
        "/BBF/X_LANSIDE_Test/Spaces",
        "/BBF/X_LANSIDE_Test/LongText",
    ] {
        let node = parameters
            .iter()
            .find(|node| node.upnp_path == path)
            .unwrap_or_else(|| panic!("{path} is missing"));
        let expected = bench.gateway.tree(|tree| tree.value(path));
        assert_eq!(node.value, expected, "{path}");
    }
}

#[tokio::test]
async fn types_and_access_are_told() {
    let bench = Workbench::paired(options("Types")).await;
    let session = bench.session().await;
    let nodes = session
        .nodes("/BBF/WiFi/SSID/", None)
        .await
        .expect("the tree");
    let find = |path: &str| {
        nodes
            .iter()
            .find(|node| node.upnp_path == path)
            .unwrap_or_else(|| panic!("{path} is missing"))
    };
    let ssid = find(SSID_UPNP);
    assert_eq!(
        (
            ssid.path.as_str(),
            ssid.data_type.as_deref(),
            ssid.access.as_deref()
        ),
        (SSID, Some("string"), Some("readWrite"))
    );
    let bssid = find("/BBF/WiFi/SSID/0/BSSID");
    assert_eq!(bssid.access.as_deref(), Some("readOnly"));
    let enable = find("/BBF/WiFi/SSID/0/Enable");
    assert_eq!(enable.data_type.as_deref(), Some("boolean"));
    let row = find("/BBF/WiFi/SSID/0/");
    assert_eq!(row.kind, NodeKind::Instance);
    assert!(
        row.label
            .as_deref()
            .is_some_and(|label| label.starts_with("Hafenbox")),
        "{row:?}"
    );
}

#[tokio::test]
async fn the_tree_can_be_walked_level_by_level() {
    let bench = Workbench::paired(options("Levels")).await;
    let session = bench.session().await;
    let drafts = ShownDrafts::new();
    let top = session.children("/BBF/", &drafts).await.expect("the top");
    assert!(
        top.iter()
            .any(|node| node.path == "Device.WiFi." && node.kind == NodeKind::Object),
        "{top:?}"
    );
    assert!(session.view().total < 300, "only what was opened is known");
    let wifi = session
        .children("/BBF/WiFi/", &drafts)
        .await
        .expect("a level");
    let table = wifi
        .iter()
        .find(|node| node.upnp_path == "/BBF/WiFi/SSID/")
        .expect("a table");
    assert_eq!(table.kind, NodeKind::Table);
    let rows = session
        .children("/BBF/WiFi/SSID/", &drafts)
        .await
        .expect("rows");
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0].path, "Device.WiFi.SSID.1.");
    assert!(rows[0].label.is_some(), "rows are named by what they hold");
    let members = session
        .children("/BBF/WiFi/SSID/0/", &drafts)
        .await
        .expect("members");
    assert!(members
        .iter()
        .any(|node| node.path == SSID && node.value.is_some()));
    bench.forget_requests();
    session
        .children("/BBF/WiFi/SSID/0/", &drafts)
        .await
        .expect("members");
    assert_eq!(bench.records(), [], "what is known is not asked again");
}

#[tokio::test]
async fn both_notations_name_the_same_parameter_whatever_number_rows_begin_with() {
    for base in [0, 1] {
        let bench = Workbench::paired(Options {
            index_base: base,
            ..options("Base")
        })
        .await;
        let session = bench.session().await;
        assert_eq!(session.view().index_base, u8::try_from(base).ok());
        let upnp = format!("/BBF/WiFi/SSID/{base}/SSID");
        assert_eq!(session.upnp_path(SSID).expect("a path"), upnp);
        assert_eq!(session.upnp_path(&upnp).expect("a path"), upnp);
        let (nodes, problems) = session
            .values(std::slice::from_ref(&upnp))
            .await
            .expect("a value");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(nodes[0].path, SSID);
        assert_eq!(nodes[0].value.as_deref(), Some(bench.value(&upnp).as_str()));
    }
}

#[tokio::test]
async fn an_older_data_model_reads_as_well() {
    let bench = Workbench::paired(Options {
        model: Model::Tr098,
        ..options("Older")
    })
    .await;
    let session = bench.session().await;
    let view = session.view();
    assert!(
        view.data_models
            .iter()
            .any(|model| model.uri.contains("tr-098")),
        "{view:?}"
    );
    let path = session
        .upnp_path("InternetGatewayDevice.DeviceInfo.ModelName")
        .expect("a path");
    let (nodes, _) = session.values(&[path]).await.expect("a value");
    assert_eq!(nodes[0].value.as_deref(), Some("Kogge 3"));
    let lan = "InternetGatewayDevice.LANDevice.1.LANEthernetInterfaceNumberOfEntries";
    let path = session.upnp_path(lan).expect("rows are numbered");
    let (nodes, problems) = session.values(&[path]).await.expect("a value");
    assert!(problems.is_empty() && nodes[0].path == lan, "{problems:?}");
}

#[tokio::test]
async fn every_model_reads_to_its_end() {
    for model in [Model::Fiber, Model::Minimal, Model::Tr098] {
        let bench = Workbench::paired(Options {
            model,
            ..options("Model")
        })
        .await;
        let session = bench.session().await;
        assert!(
            session.load_all(|_, _| {}).await.expect("the tree"),
            "{model:?}"
        );
        let view = session.view();
        assert!(view.complete, "{model:?}");
        assert_eq!(view.loaded, view.total, "{model:?}");
    }
}

#[tokio::test]
async fn secrets_are_never_shown() {
    let bench = Workbench::paired(options("Secrets")).await;
    bench
        .gateway
        .tree(|tree| tree.poke(PASSPHRASE_UPNP, "Nebelhorn-4711"));
    let session = bench.session().await;
    let nodes = session.nodes("/BBF/", None).await.expect("the tree");
    for path in [
        PASSPHRASE_UPNP,
        "/BBF/X_LANSIDE_Lan/LabelPassphrase",
        "/BBF/ManagementServer/Password",
    ] {
        let node = nodes
            .iter()
            .find(|node| node.upnp_path == path)
            .unwrap_or_else(|| panic!("{path} is missing"));
        assert!(node.secret && node.value.is_none(), "{node:?}");
    }
    let text = format!("{nodes:?}");
    assert!(
        !text.contains("Nebelhorn") && !text.contains("Geheim"),
        "a secret got out"
    );
}

#[tokio::test]
async fn what_a_role_may_not_see_and_what_is_not_there_are_told_apart() {
    let bench = Workbench::paired(Options {
        role_policy: RolePolicy::Basic,
        ..options("Refused")
    })
    .await;
    let session = bench.session().await;
    session
        .nodes("/BBF/", None)
        .await
        .expect("the tree as far as Basic sees it");
    let known = "/BBF/DeviceInfo/SerialNumber".to_owned();
    let hidden = "/BBF/X_LANSIDE_Secret/ServiceNote".to_owned();
    let missing = "/BBF/DeviceInfo/NoSuchThing".to_owned();
    let (nodes, problems) = session
        .values(&[known.clone(), hidden.clone(), missing.clone()])
        .await
        .expect("an answer");
    assert_eq!(nodes.len(), 1, "{nodes:?}");
    assert_eq!(nodes[0].upnp_path, known);
    let mut named: Vec<&str> = problems
        .iter()
        .map(|problem| problem.upnp_path.as_str())
        .collect();
    named.sort_unstable();
    assert_eq!(named, [missing.as_str(), hidden.as_str()]);
    assert!(problems.iter().all(|problem| !problem.reason.is_empty()));
}

#[tokio::test]
async fn a_path_that_is_none_asks_nothing() {
    let bench = Workbench::paired(options("Wrong path")).await;
    let session = bench.session().await;
    bench.forget_requests();
    for wrong in ["", "Devize.WiFi.", "InternetGatewayDevice.Time.", "WiFi"] {
        let error = session.upnp_path(wrong).expect_err("no path");
        assert_eq!(error.code(), Code::Usage, "{wrong}: {error}");
    }
    assert_eq!(bench.records(), []);
    let error = session
        .nodes("/BBF/NoSuchObject/", None)
        .await
        .expect_err("no such object");
    assert!(
        matches!(error.code(), Code::Usage | Code::ActionRefused),
        "{error}"
    );
}

#[tokio::test]
async fn the_known_part_of_the_tree_can_be_searched() {
    let bench = Workbench::paired(options("Search")).await;
    let session = bench.session().await;
    session.nodes("/BBF/", None).await.expect("the tree");
    bench.forget_requests();
    let drafts = ShownDrafts::new();
    let found = session.search_view("hafenbox", 50, &drafts);
    assert!(
        found.hits.iter().any(|hit| hit.upnp_path == SSID_UPNP),
        "a value: {found:?}"
    );
    let found = session.search_view("wifi ssid", 5, &drafts);
    assert!(
        found.matches > 5 && found.hits.len() == 5,
        "{} matches",
        found.matches
    );
    let found = session.search_view("Geheim", 50, &drafts);
    assert_eq!(found.matches, 0, "secrets are not searched");
    assert_eq!(bench.records(), [], "searching asks nobody");
}

#[tokio::test]
async fn counters_count_between_two_readings() {
    let bench = Workbench::paired(options("Counters")).await;
    let session = bench.session().await;
    let path = ["/BBF/WiFi/Radio/1/Stats/BytesReceived".to_owned()];
    let read = || async {
        let (nodes, _) = session.values(&path).await.expect("a value");
        nodes[0]
            .value
            .as_deref()
            .and_then(|value| value.parse::<u64>().ok())
            .expect("a number")
    };
    let first = read().await;
    let later = tokio::time::timeout(seconds(5), async {
        loop {
            let now = read().await;
            if now != first {
                return now;
            }
        }
    });
    assert!(later.await.expect("it counts") > first);
}

#[tokio::test]
async fn odd_answers_of_other_makers_read_the_same() {
    for quirk in [
        "inline-xml",
        "undeclared-prefix",
        "chunked",
        "http-1.0-close",
    ] {
        let quirks = [quirk.parse().expect("a quirk")].into_iter().collect();
        let odd = Options {
            quirks,
            model: Model::Minimal,
            ..options(quirk)
        };
        let bench = Workbench::paired(odd).await;
        let session = bench.session().await;
        let (nodes, problems) = session
            .values(&["/BBF/".to_owned()])
            .await
            .unwrap_or_else(|error| panic!("{quirk}: {error}"));
        assert!(problems.is_empty(), "{quirk}: {problems:?}");
        assert!(
            nodes
                .iter()
                .any(|node| node.value.as_deref() == Some("Bake 1")),
            "{quirk}"
        );
    }
}
