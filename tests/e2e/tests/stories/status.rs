//! A gateway at a glance, and the text of it that gives nobody away.

use lanside_e2e::{has_keys, options, paired, Workbench, SSID};
use lanside_gateway::options::{Model, Options};
use management::store::JournalState;

#[tokio::test]
async fn the_page_says_what_support_asks_first() {
    let bench = Workbench::paired(options("At a glance")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "Anna's network")
        .await
        .expect("staged");
    bench.management.apply_draft(&udn).await.expect("applied");
    let view = bench.management.status(&udn).await.expect("a page");
    assert_eq!(view.identity.software_version.as_deref(), Some("7.42.3"));
    assert!(view.up_time_s.is_some());
    assert_eq!(
        view.device_status.as_ref().map(|status| &*status.status),
        Some("OK")
    );
    assert_eq!(view.wan.connection.as_deref(), Some("Connected"));
    assert!(
        view.wan.addresses.contains(&"198.51.100.23".to_owned()),
        "{:?}",
        view.wan
    );
    assert_eq!(view.wan.router.as_deref(), Some("198.51.100.1"));
    assert_eq!(view.wan.name_servers.len(), 3);
    assert_eq!(
        (view.lines.len(), view.lines[0].down_kbit),
        (1, Some(249_990))
    );
    assert_eq!(view.wifi.len(), 4);
    assert!(view
        .wifi
        .iter()
        .any(|network| network.ssid == "Anna's network" && network.stations > 0));
    assert!(
        view.hosts.active > 5 && view.hosts.known > view.hosts.active,
        "{:?}",
        view.hosts
    );
    assert!(view
        .hosts
        .list
        .iter()
        .any(|host| host.name == "laptop-anna"));
    assert_eq!(view.last_changes[0].paths, [SSID]);
    assert_eq!(view.last_changes[0].state, JournalState::Verified);
    assert!(view.ladders.iter().all(|ladder| ladder.broken.is_none()));

    let text = view.ticket_text();
    for wanted in [
        "Hafenbox 7",
        "7.42.3",
        "249990 kbit/s",
        "PPP Connected",
        "1 values, verified",
    ] {
        assert!(text.contains(wanted), "“{wanted}” is missing:\n{text}");
    }
    let serial = view.identity.serial_number.expect("a serial number");
    for private in [
        "Anna",
        "anna",
        "198.51.100",
        "192.168",
        &serial,
        "02:00:5E",
        &udn,
    ] {
        assert!(!text.contains(private), "“{private}” is in:\n{text}");
    }
}

#[tokio::test]
async fn other_models_fill_what_they_have() {
    for model in [Model::Tr098, Model::Fiber, Model::Minimal] {
        let bench = Workbench::paired(Options {
            model,
            ..options("Another model")
        })
        .await;
        let view = bench.management.status(&bench.udn()).await.expect("a page");
        assert!(
            view.identity.software_version.is_some(),
            "{model:?}: {view:?}"
        );
        match model {
            Model::Tr098 => {
                assert!(view.wan.connection.is_some() && !view.wan.addresses.is_empty());
                assert!(!view.lines.is_empty() && view.hosts.known > 0 && !view.wifi.is_empty());
                assert!(!view.ladders.is_empty() && view.ladders[0].broken.is_none());
            }
            Model::Fiber => assert_eq!(view.lines[0].kind, "fibre"),
            _ => {}
        }
        assert!(view.ticket_text().contains("firmware"));
    }
}

#[test]
fn status_and_ladder_on_the_command_line() {
    let (_gateway, lanside, udn) = paired(&["--failure", "ppp-refused"]);
    let view = lanside.run(&["status", &udn]).done();
    has_keys(
        &view,
        &[
            "udn",
            "identity",
            "wan",
            "lines",
            "wifi",
            "hosts",
            "last_changes",
            "alarms",
            "ladders",
        ],
    );
    let text = lanside.run(&["status", &udn, "--text"]).done();
    assert!(text["text"]
        .as_str()
        .is_some_and(|text| text.contains("PPP refused name or password")));
    let ladder = lanside.run(&["ladder", &udn]).done();
    let internet = &ladder["ladders"][0];
    let broken = internet["broken"].as_u64().expect("a broken rung") as usize;
    assert_eq!(internet["rungs"][broken]["layer"], "ppp");
    assert_eq!(internet["rungs"][broken]["problem"], "password_refused");
    assert_eq!(internet["next"]["do"], "check_value");
}
