//! Software of a gateway: looked at, installed, updated, removed, started and stopped.

use std::time::Duration;

use lanside_e2e::{options, paired, Workbench};
use lanside_gateway::options::{Model, Options};
use management::software::{
    SoftwareAct, SoftwareChange, SoftwareChangeView, SoftwareNews, SoftwareProblem, SoftwareSource,
    UnitKind,
};
use management::view::Code;
use management::Error;
use serde_json::Value;

fn with_software(friendly_name: &str) -> Options {
    let quirk = "software-management".parse().expect("a quirk");
    Options {
        quirks: [quirk].into_iter().collect(),
        ..options(friendly_name)
    }
}

fn install(url: &str) -> SoftwareChange {
    SoftwareChange::Install {
        url: url.to_owned(),
        kind: UnitKind::Application,
        dependencies: true,
    }
}

/// Changes software; gives the states it went through with what came of it.
async fn change(
    bench: &Workbench,
    change: &SoftwareChange,
    patience: Option<Duration>,
) -> (Vec<String>, Result<SoftwareChangeView, Error>) {
    let mut states = Vec::new();
    let outcome = bench
        .management
        .change_software(&bench.udn(), change, patience, |news| {
            if let SoftwareNews::State { state, .. } = news {
                states.push(state);
            }
        })
        .await;
    (states, outcome)
}

#[tokio::test]
async fn what_is_installed_is_listed_and_changed_step_by_step() {
    let bench = Workbench::paired(with_software("Well equipped")).await;
    let list = bench
        .management
        .software(&bench.udn())
        .await
        .expect("a list");
    assert_eq!(list.source, SoftwareSource::SoftwareManagement);
    assert_eq!(list.offered, SoftwareAct::ALL);
    assert_eq!(
        list.firmware.as_deref(),
        Some(&*bench.value("/BBF/DeviceInfo/SoftwareVersion"))
    );
    assert_eq!(list.units.len(), 4, "{list:?}");

    let (states, outcome) = change(
        &bench,
        &install("http://software.example.net/vpn-3.1.ipk"),
        None,
    )
    .await;
    let view = outcome.expect("installed");
    assert_eq!(states, ["Requested", "InProgress", "Completed"]);
    assert!(view.verified && !view.restarted, "{view:?}");
    let unit = view.now.units.last().expect("the new one").clone();
    assert_eq!((unit.name.as_str(), unit.version.as_str()), ("vpn", "3.1"));
    let runnable = view.now.executions.iter().find(|one| one.name == "vpn");
    let runnable = runnable.expect("it can run").clone();
    assert_eq!(runnable.state, "Stopped");

    for (step, state) in [
        (
            SoftwareChange::Start {
                id: runnable.id,
                dependencies: true,
            },
            "Running",
        ),
        (
            SoftwareChange::Stop {
                id: runnable.id,
                dependencies: true,
            },
            "Stopped",
        ),
    ] {
        let view = change(&bench, &step, None).await.1.expect("switched");
        assert!(view.verified, "{view:?}");
        let now = view.now.executions.iter().find(|one| one.id == runnable.id);
        assert_eq!(now.expect("still there").state, state);
    }
    let update = SoftwareChange::Update {
        id: unit.id,
        url: "http://software.example.net/vpn-3.2.ipk".to_owned(),
        dependencies: true,
    };
    let view = change(&bench, &update, None).await.1.expect("updated");
    assert!(view.verified, "{view:?}");
    let remove = SoftwareChange::Uninstall {
        id: unit.id,
        dependencies: true,
    };
    let view = change(&bench, &remove, None).await.1.expect("removed");
    assert!(view.verified && view.now.units == list.units, "{view:?}");
}

#[tokio::test]
async fn what_fails_says_why_and_leaves_nothing_behind() {
    let bench = Workbench::paired(with_software("Unlucky")).await;
    let before = bench
        .management
        .software(&bench.udn())
        .await
        .expect("a list");
    for (url, error) in [
        ("http://nowhere.invalid/vpn-1.ipk", "Error_Network"),
        (
            "http://software.example.net/broken-1.ipk",
            "Error_CorruptedFile",
        ),
        ("http://software.example.net/huge-1.ipk", "Error_DiskFull"),
    ] {
        let outcome = change(&bench, &install(url), None).await.1;
        let failed = outcome.expect_err(url);
        assert_eq!(failed.code(), Code::ActionRefused, "{failed}");
        assert!(
            matches!(&failed, Error::Software { problem: SoftwareProblem::Failed { error: told, .. }, .. } if told == error),
            "{failed:?}"
        );
        assert!(failed.failure().next.is_some());
    }
    let now = bench
        .management
        .software(&bench.udn())
        .await
        .expect("a list");
    assert_eq!(now.units, before.units);
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let bench = Workbench::paired(with_software("Picky")).await;
    bench.forget_requests();
    for wish in [
        install("file:///etc/shadow"),
        install("http://anna:geheim@software.example.net/vpn-1.ipk"),
        SoftwareChange::Uninstall {
            id: 99,
            dependencies: true,
        },
        SoftwareChange::Start {
            id: 1,
            dependencies: true,
        },
    ] {
        let error = change(&bench, &wish, None).await.1.expect_err("refused");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(!error.to_string().contains("geheim"), "{error}");
    }
    for action in ["Install", "Uninstall", "Start"] {
        assert_eq!(bench.count(action), 0, "{action}");
    }
}

#[tokio::test]
async fn firmware_restarts_the_gateway_and_is_followed() {
    let bench = Workbench::paired(with_software("New clothes")).await;
    let boot_id = bench.gateway.boot_id();
    let update = SoftwareChange::Update {
        id: 1,
        url: "http://software.example.net/gateway-firmware-9.9.1.bin".to_owned(),
        dependencies: true,
    };
    let view = change(&bench, &update, None).await.1.expect("updated");
    assert!(view.verified, "{view:?}");
    // The restart may come after the list was read back: it is on its way in any case.
    let arrived = async {
        while bench.gateway.boot_id() == boot_id {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arrived)
        .await
        .expect("it restarts");
    let known = async {
        loop {
            match bench.management.software(&bench.udn()).await {
                Ok(list) if list.firmware.as_deref() == Some("9.9.1") => return list,
                _ => {
                    bench.management.close_gateway(&bench.udn()).await;
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    };
    let list = tokio::time::timeout(Duration::from_secs(20), known)
        .await
        .expect("the new firmware runs");
    assert_eq!(list.units[0].version, "9.9.1");
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_not_called_failed() {
    let bench = Workbench::paired(with_software("Slow")).await;
    let wish = install("http://software.example.net/vpn-3.1.ipk");
    let patience = Some(Duration::from_millis(600));
    let error = change(&bench, &wish, patience)
        .await
        .1
        .expect_err("not yet");
    assert_eq!(error.code(), Code::Unreachable);
    assert!(
        error.to_string().contains("may still be under way"),
        "{error}"
    );
}

#[tokio::test]
async fn where_there_is_no_such_service_nothing_is_offered() {
    let bench = Workbench::paired(Options {
        model: Model::Minimal,
        ..options("Plain")
    })
    .await;
    let list = bench
        .management
        .software(&bench.udn())
        .await
        .expect("a list");
    assert_eq!(list.source, SoftwareSource::Nothing);
    assert!(
        list.offered.is_empty() && list.firmware.is_some(),
        "{list:?}"
    );
    let wish = install("http://software.example.net/vpn-3.1.ipk");
    let error = change(&bench, &wish, None)
        .await
        .1
        .expect_err("not offered");
    assert_eq!(error.code(), Code::ActionRefused, "{error}");
}

#[test]
fn software_on_the_command_line() {
    let (_gateway, lanside, udn) = paired(&["--quirk", "software-management"]);
    let list = lanside.run(&["software", &udn]).done();
    assert_eq!(list["source"], "software_management", "{list}");
    assert!(list["firmware"].is_string(), "{list}");
    let url = "http://software.example.net/vpn-3.1.ipk";
    lanside
        .run(&["software", &udn, "install", url])
        .failed(2, "Usage");
    let done = lanside
        .run(&["software", &udn, "install", url, "--yes"])
        .done();
    assert_eq!(done["verified"], true, "{done}");
    let id = done["targets"][0].as_u64().expect("a number").to_string();
    let names = |list: &Value| -> Vec<String> {
        let units = list["units"].as_array().expect("units");
        units
            .iter()
            .map(|unit| unit["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert!(names(&done["now"]).contains(&"vpn".to_owned()), "{done}");
    let gone = lanside
        .run(&["software", &udn, "uninstall", &id, "--yes"])
        .done();
    assert_eq!(names(&gone["now"]), names(&list));
    let bad = "http://nowhere.invalid/vpn-3.1.ipk";
    let error = lanside.run(&["software", &udn, "install", bad, "--yes"]);
    let error = error.failed(7, "ActionRefused");
    assert!(
        error["next"]
            .as_str()
            .is_some_and(|next| next.contains("reachable")),
        "{error}"
    );
}
