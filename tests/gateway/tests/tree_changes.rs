//! What a change is checked against, that it is all or nothing, and what follows from it.

use std::sync::{Arc, Mutex};

use lanside_gateway::tree::{ChangeStatus, MarkChange, Roles, Tree, TreeError};

const START_MS: u64 = 1_768_467_600_000;

fn set(tree: &mut Tree, pairs: &[(&str, &str)]) -> Result<ChangeStatus, u16> {
    let pairs: Vec<(String, String)> = pairs
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    tree.set_values(Roles::ADMIN, &pairs)
        .map_err(TreeError::code)
}

#[test]
fn types_and_limits_are_enforced() {
    let mut tree = Tree::vdsl(0, 1);
    for (path, text, expected) in [
        ("/BBF/Time/Enable", "TRUE", Ok("1")),
        ("/BBF/Time/Enable", "no", Ok("0")),
        ("/BBF/Time/Enable", "2", Err(704)),
        ("/BBF/Time/Enable", "", Err(704)),
        ("/BBF/Time/Status", "Disabled", Err(706)),
        ("/BBF/WiFi/Radio/0/Channel", "13", Ok("13")),
        ("/BBF/WiFi/Radio/0/Channel", " 007 ", Ok("7")),
        ("/BBF/WiFi/Radio/0/Channel", "14", Err(705)),
        ("/BBF/WiFi/Radio/0/Channel", "0", Err(705)),
        ("/BBF/WiFi/Radio/0/Channel", "six", Err(704)),
        ("/BBF/WiFi/Radio/0/Channel", "-1", Err(704)),
        (
            "/BBF/WiFi/Radio/0/Channel",
            "99999999999999999999999999999999",
            Err(704),
        ),
        ("/BBF/WiFi/Radio/1/Channel", "44", Ok("44")),
        ("/BBF/WiFi/Radio/1/Channel", "43", Err(705)),
        ("/BBF/WiFi/Radio/0/OperatingStandards", "n, ax", Ok("n,ax")),
        ("/BBF/WiFi/Radio/0/OperatingStandards", "ac", Err(705)),
        ("/BBF/WiFi/Radio/0/OperatingFrequencyBand", "5GHz", Err(705)),
        (
            "/BBF/WiFi/Radio/1/OperatingChannelBandwidth",
            "160MHz",
            Ok("160MHz"),
        ),
        (
            "/BBF/WiFi/Radio/0/OperatingChannelBandwidth",
            "160MHz",
            Err(705),
        ),
        (
            "/BBF/WiFi/AccessPoint/0/Security/ModeEnabled",
            "WPA3-Personal",
            Ok("WPA3-Personal"),
        ),
        (
            "/BBF/WiFi/AccessPoint/0/Security/ModeEnabled",
            "WEP-64",
            Err(705),
        ),
        (
            "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
            "short",
            Err(705),
        ),
        (
            "/BBF/WiFi/AccessPoint/0/Security/PreSharedKey",
            "XYZ",
            Err(704),
        ),
        (
            "/BBF/WiFi/SSID/0/SSID",
            "thirty-three characters are too many",
            Err(705),
        ),
        (
            "/BBF/WiFi/SSID/0/SSID",
            "Möwe & <Kutter>",
            Ok("Möwe & <Kutter>"),
        ),
        ("/BBF/NAT/PortMapping/0/Protocol", "SCTP", Err(705)),
        ("/BBF/NAT/PortMapping/0/ExternalPort", "65536", Err(705)),
        (
            "/BBF/DHCPv4/Server/Pool/0/MinAddress",
            "192.168.1.30",
            Ok("192.168.1.30"),
        ),
        (
            "/BBF/DHCPv4/Server/Pool/0/MinAddress",
            "192.168.1.300",
            Err(705),
        ),
        ("/BBF/DHCPv4/Server/Pool/0/LeaseTime", "-1", Ok("-1")),
        ("/BBF/DHCPv4/Server/Pool/0/LeaseTime", "-2", Err(705)),
        (
            "/BBF/DHCPv4/Server/Pool/0/StaticAddress/0/Chaddr",
            "02:00:5e:00:00",
            Err(705),
        ),
        ("/BBF/X_LANSIDE_Test/Int", "-50", Ok("-50")),
        ("/BBF/X_LANSIDE_Test/Int", "-51", Err(705)),
        ("/BBF/X_LANSIDE_Test/Long", "9223372036854775808", Err(704)),
        (
            "/BBF/X_LANSIDE_Test/UnsignedLong",
            "18446744073709551615",
            Ok("18446744073709551615"),
        ),
        (
            "/BBF/X_LANSIDE_Test/DateTime",
            "2026-02-03T04:05:06.7+01:00",
            Ok("2026-02-03T04:05:06.7+01:00"),
        ),
        (
            "/BBF/X_LANSIDE_Test/DateTime",
            "2026-13-03T04:05:06Z",
            Err(704),
        ),
        ("/BBF/X_LANSIDE_Test/DateTime", "yesterday", Err(704)),
        ("/BBF/X_LANSIDE_Test/Base64", "TGFu", Ok("TGFu")),
        ("/BBF/X_LANSIDE_Test/Base64", "*", Err(704)),
        ("/BBF/X_LANSIDE_Test/HexBinary", "beef", Ok("beef")),
        ("/BBF/X_LANSIDE_Test/HexBinary", "bee", Err(704)),
        ("/BBF/X_LANSIDE_Test/Decimal", "-1.25", Ok("-1.25")),
        ("/BBF/X_LANSIDE_Test/Decimal", "inf", Err(704)),
        ("/BBF/X_LANSIDE_Test/List", "beta", Ok("beta")),
        ("/BBF/X_LANSIDE_Test/List", "beta,delta", Err(705)),
        ("/BBF/X_LANSIDE_Test/Numbers", "1,14", Err(705)),
        ("/BBF/X_LANSIDE_Test/Numbers", "1,x", Err(704)),
        (
            "/BBF/IP/Interface/1/LowerLayers",
            "/BBF/Ethernet/Link/77/",
            Err(705),
        ),
        (
            "/BBF/X_LANSIDE_Test/Reference",
            "Device.IP.Interface.1",
            Ok("/BBF/IP/Interface/0/"),
        ),
        (
            "/BBF/IP/Diagnostics/IPPing/DiagnosticsState",
            "Complete",
            Err(705),
        ),
        ("/BBF/Nothing", "1", Err(703)),
        ("/BBF/Time/", "1", Err(703)),
        ("/BBF/Ethernet/Interface/#/Enable", "1", Err(701)),
        ("Time", "1", Err(701)),
    ] {
        let outcome = set(&mut tree, &[(path, text)]);
        match expected {
            Ok(value) => {
                assert_eq!(outcome, Ok(ChangeStatus::Applied), "{path} = {text}");
                assert_eq!(tree.value(path).as_deref(), Some(value), "{path} = {text}");
            }
            Err(code) => assert_eq!(outcome, Err(code), "{path} = {text}"),
        }
    }
}

#[test]
fn nothing_changes_when_one_pair_is_refused() {
    let mut tree = Tree::vdsl(0, 1);
    let before = tree.configuration_version();
    let good = ("/BBF/WiFi/SSID/0/SSID", "neu");
    for (bad, code) in [
        (("/BBF/Time/Status", "Disabled"), 706),
        (("/BBF/Nothing", "1"), 703),
        (("/BBF/WiFi/Radio/0/Channel", "99"), 705),
        (("/BBF/WiFi/SSID/0/SSID", "again"), 707),
        (("/BBF/WiFi/SSID/0/Alias", "ssid-home-5"), 705),
    ] {
        assert_eq!(set(&mut tree, &[good, bad]), Err(code), "{bad:?}");
        assert_ne!(tree.value(good.0).as_deref(), Some(good.1), "{bad:?}");
    }
    assert_eq!(tree.configuration_version(), before);
    assert_eq!(set(&mut tree, &[]), Ok(ChangeStatus::Applied));
}

#[test]
fn rows_stay_distinguishable() {
    let mut tree = Tree::vdsl(0, 1);
    assert_eq!(
        set(&mut tree, &[("/BBF/Users/User/0/Username", "familie")]),
        Err(705)
    );
    // Two names may be exchanged in one change.
    assert!(set(
        &mut tree,
        &[
            ("/BBF/WiFi/SSID/0/Alias", "ssid-home-5"),
            ("/BBF/WiFi/SSID/1/Alias", "ssid-home-24")
        ]
    )
    .is_ok());
    // A mapping that is switched off may have the same port; switching it on then collides.
    assert!(set(
        &mut tree,
        &[
            ("/BBF/NAT/PortMapping/1/ExternalPort", "8443"),
            ("/BBF/NAT/PortMapping/1/Protocol", "TCP")
        ]
    )
    .is_ok());
    assert_eq!(
        set(&mut tree, &[("/BBF/NAT/PortMapping/1/Enable", "1")]),
        Err(705)
    );
}

#[test]
fn the_version_grows_by_one_and_is_announced() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(START_MS);
    let told: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let list = Arc::clone(&told);
    tree.on_change(move |name, value| {
        list.lock()
            .unwrap()
            .push((name.to_owned(), value.to_owned()))
    });
    let take = || std::mem::take(&mut *told.lock().unwrap());
    assert!(set(
        &mut tree,
        &[
            ("/BBF/WiFi/SSID/0/SSID", "eins"),
            ("/BBF/WiFi/SSID/1/SSID", "zwei")
        ]
    )
    .is_ok());
    assert_eq!(tree.configuration_version(), 1);
    assert_eq!(
        take(),
        [(
            "ConfigurationUpdate".to_owned(),
            "1,2026-01-15T09:00:00Z".to_owned()
        )]
    );
    assert_eq!(
        tree.attributes(Roles::ADMIN, "/BBF/WiFi/SSID/1/SSID")
            .unwrap()
            .version,
        Some(1)
    );
    // The same value again is no change.
    assert!(set(&mut tree, &[("/BBF/WiFi/SSID/0/SSID", "eins")]).is_ok());
    assert_eq!((tree.configuration_version(), take().len()), (1, 0));
    tree.create_instance(Roles::ADMIN, "/BBF/NAT/PortMapping/", &[])
        .unwrap();
    assert_eq!((tree.configuration_version(), take().len()), (2, 1));
    tree.delete_instance(Roles::ADMIN, "/BBF/NAT/PortMapping/0/")
        .unwrap();
    assert_eq!((tree.configuration_version(), take().len()), (3, 1));
    // A poke at something nobody watches is silent; a watched one is not, and an alarmed one comes with its value.
    assert!(tree.poke("/BBF/DeviceInfo/SoftwareVersion", "9.9"));
    assert_eq!(take().len(), 0);
    let mark = |event, alarm| MarkChange {
        path: "/BBF/DeviceInfo/SoftwareVersion".to_owned(),
        event_on_change: event,
        alarm_on_change: alarm,
    };
    tree.set_attributes(Roles::ADMIN, &[mark(Some(true), None)])
        .unwrap();
    assert_eq!(take()[0].0, "AttributeValuesUpdate");
    assert!(tree.poke("/BBF/DeviceInfo/SoftwareVersion", "10 & 11"));
    assert_eq!(
        take(),
        [(
            "ConfigurationUpdate".to_owned(),
            "4,2026-01-15T09:00:00Z".to_owned()
        )]
    );
    tree.set_attributes(Roles::ADMIN, &[mark(None, Some(true))])
        .unwrap();
    tree.set_alarms_enabled(true);
    take();
    assert!(tree.poke("/BBF/DeviceInfo/SoftwareVersion", "12 & 13"));
    let update = take()[0].1.clone();
    let third = update.splitn(3, ',').nth(2).unwrap();
    assert!(
        third.starts_with("<cms:ParameterValueList ")
            && third.contains("<Value>12 &amp; 13</Value>"),
        "{third}"
    );
}

#[test]
fn watched_counters_report_by_themselves() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(START_MS);
    let path = "/BBF/DSL/Line/0/DownstreamNoiseMargin";
    let mark = MarkChange {
        path: path.to_owned(),
        event_on_change: Some(true),
        alarm_on_change: None,
    };
    tree.set_attributes(Roles::ADMIN, &[mark]).unwrap();
    for second in 0..60 {
        tree.advance(START_MS + second * 1000);
    }
    assert!(
        tree.configuration_version() > 1,
        "{}",
        tree.configuration_version()
    );
}

#[test]
fn some_changes_wait_for_the_reboot() {
    let mut tree = Tree::vdsl(0, 1);
    let path = "/BBF/WiFi/Radio/0/RegulatoryDomain";
    assert_eq!(
        set(
            &mut tree,
            &[(path, "FRI"), ("/BBF/X_LANSIDE_Lan/LedBrightness", "10")]
        ),
        Ok(ChangeStatus::Committed)
    );
    assert_eq!(tree.value(path).as_deref(), Some("DEI"));
    assert_eq!(
        tree.value("/BBF/X_LANSIDE_Lan/LedBrightness").as_deref(),
        Some("10")
    );
    assert_eq!(
        tree.state_variable("InconsistentStatus").as_deref(),
        Some("1")
    );
    // Taking it back leaves nothing to wait for.
    assert_eq!(set(&mut tree, &[(path, "DEI")]), Ok(ChangeStatus::Applied));
    assert_eq!(
        tree.state_variable("InconsistentStatus").as_deref(),
        Some("0")
    );
    assert_eq!(
        set(&mut tree, &[(path, "FRI")]),
        Ok(ChangeStatus::Committed)
    );
    tree.apply_after_reboot();
    assert_eq!(tree.value(path).as_deref(), Some("FRI"));
    assert_eq!(
        tree.state_variable("InconsistentStatus").as_deref(),
        Some("0")
    );
}

#[test]
fn a_busy_parameter_refuses_once() {
    let mut tree = Tree::vdsl(0, 1);
    let pair = [("/BBF/X_LANSIDE_Test/BusyOnce", "ready")];
    assert_eq!(set(&mut tree, &pair), Err(708));
    assert_eq!(set(&mut tree, &pair), Ok(ChangeStatus::Applied));
    assert!(tree.make_busy_once("/BBF/Time/Enable"));
    assert_eq!(set(&mut tree, &[("/BBF/Time/Enable", "0")]), Err(708));
}

#[test]
fn status_follows_enable_up_through_the_layers() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(START_MS);
    let value = |tree: &Tree, path: &str| tree.value(path).unwrap();
    assert_eq!(value(&tree, "/BBF/IP/Interface/0/Status"), "Up");
    assert!(set(&mut tree, &[("/BBF/DSL/Line/0/Enable", "0")]).is_ok());
    for (path, expected) in [
        ("/BBF/DSL/Line/0/Status", "Down"),
        ("/BBF/DSL/Channel/0/Status", "LowerLayerDown"),
        ("/BBF/PPP/Interface/0/Status", "LowerLayerDown"),
        ("/BBF/IP/Interface/0/Status", "LowerLayerDown"),
        ("/BBF/IP/Interface/1/Status", "Up"),
        ("/BBF/IP/Interface/0/LastChange", "0"),
    ] {
        assert_eq!(value(&tree, path), expected, "{path}");
    }
    assert!(set(&mut tree, &[("/BBF/DSL/Line/0/Enable", "1")]).is_ok());
    assert_eq!(value(&tree, "/BBF/IP/Interface/0/Status"), "Up");
    // A port without a cable stays down, a network goes down with its radio.
    assert!(set(&mut tree, &[("/BBF/Ethernet/Interface/2/Enable", "0")]).is_ok());
    assert!(set(
        &mut tree,
        &[
            ("/BBF/Ethernet/Interface/2/Enable", "1"),
            ("/BBF/WiFi/Radio/1/Enable", "0")
        ]
    )
    .is_ok());
    assert_eq!(value(&tree, "/BBF/Ethernet/Interface/2/Status"), "Down");
    assert_eq!(value(&tree, "/BBF/WiFi/SSID/1/Status"), "LowerLayerDown");
    assert!(set(&mut tree, &[("/BBF/WiFi/Radio/0/Channel", "3")]).is_ok());
    assert_eq!(value(&tree, "/BBF/WiFi/Radio/0/AutoChannelEnable"), "0");
    assert!(set(&mut tree, &[("/BBF/NAT/PortMapping/1/Enable", "1")]).is_ok());
    assert_eq!(value(&tree, "/BBF/NAT/PortMapping/1/Status"), "Enabled");
}

#[test]
fn the_interface_stack_follows_lower_layers() {
    let mut tree = Tree::vdsl(0, 1);
    let rows = |tree: &Tree| {
        tree.instances(Roles::ADMIN, "/BBF/InterfaceStack/", 1)
            .unwrap()
    };
    let before = rows(&tree);
    assert!(set(
        &mut tree,
        &[("/BBF/IP/Interface/2/LowerLayers", "/BBF/Ethernet/Link/1/")]
    )
    .is_ok());
    let after = rows(&tree);
    assert_eq!(before.len(), after.len());
    assert_eq!(after.iter().filter(|row| !before.contains(row)).count(), 1);
}

#[test]
fn a_ping_takes_its_time() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(START_MS);
    let base = "/BBF/IP/Diagnostics/IPPing/";
    let value = |tree: &Tree, name: &str| tree.value(&format!("{base}{name}")).unwrap();
    let version = tree.configuration_version();
    assert!(set(
        &mut tree,
        &[
            (&format!("{base}Host"), "www.nordnetz.example"),
            (&format!("{base}DiagnosticsState"), "Requested")
        ]
    )
    .is_ok());
    assert_eq!(value(&tree, "DiagnosticsState"), "Requested");
    tree.advance(START_MS + 1000);
    assert_eq!(value(&tree, "DiagnosticsState"), "Requested");
    tree.advance(START_MS + 5000);
    assert_eq!(value(&tree, "DiagnosticsState"), "Complete");
    assert_eq!(
        (value(&tree, "SuccessCount"), value(&tree, "FailureCount")),
        ("3".to_owned(), "0".to_owned())
    );
    assert_ne!(value(&tree, "AverageResponseTime"), "0");
    assert!(tree.configuration_version() <= version + 1);
    for (host, state) in [
        ("nobody.invalid", "Error_CannotResolveHostName"),
        ("unreachable.example", "Complete"),
    ] {
        assert!(set(&mut tree, &[(&format!("{base}Host"), host)]).is_ok());
        assert_eq!(value(&tree, "DiagnosticsState"), "None");
        assert!(set(
            &mut tree,
            &[(&format!("{base}DiagnosticsState"), "Requested")]
        )
        .is_ok());
        let now = tree.now_ms();
        tree.advance(now + 10_000);
        assert_eq!(
            (
                value(&tree, "DiagnosticsState").as_str(),
                value(&tree, "SuccessCount").as_str()
            ),
            (state, "0"),
            "{host}"
        );
    }
}

#[test]
fn the_other_tests_leave_results() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(START_MS);
    for (object, settings, result) in [
        (
            "/BBF/IP/Diagnostics/TraceRoute/",
            vec![("Host", "www.nordnetz.example")],
            "RouteHopsNumberOfEntries",
        ),
        (
            "/BBF/IP/Diagnostics/DownloadDiagnostics/",
            vec![("DownloadURL", "http://speed.nordnetz.example/10m")],
            "TestBytesReceived",
        ),
        (
            "/BBF/IP/Diagnostics/UploadDiagnostics/",
            vec![("UploadURL", "http://speed.nordnetz.example/up")],
            "TestBytesSent",
        ),
        (
            "/BBF/IP/Diagnostics/ServerSelectionDiagnostics/",
            vec![("HostList", "a.example,b.example")],
            "AverageResponseTime",
        ),
        (
            "/BBF/DNS/Diagnostics/NSLookupDiagnostics/",
            vec![],
            "ResultNumberOfEntries",
        ),
        (
            "/BBF/WiFi/NeighboringWiFiDiagnostic/",
            vec![],
            "ResultNumberOfEntries",
        ),
    ] {
        let mut pairs: Vec<(String, String)> = settings
            .iter()
            .map(|(name, text)| (format!("{object}{name}"), (*text).to_owned()))
            .collect();
        pairs.push((format!("{object}DiagnosticsState"), "Requested".to_owned()));
        tree.set_values(Roles::ADMIN, &pairs).unwrap();
        let now = tree.now_ms();
        tree.advance(now + 10_000);
        assert_eq!(
            tree.value(&format!("{object}DiagnosticsState")).as_deref(),
            Some("Complete"),
            "{object}"
        );
        assert_ne!(
            tree.value(&format!("{object}{result}")).as_deref(),
            Some("0"),
            "{object}"
        );
    }
    assert!(tree.misfits().is_empty(), "{:?}", tree.misfits());
}

#[test]
fn secrets_are_kept_though_they_read_empty() {
    let mut tree = Tree::vdsl(0, 1);
    let path = "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase";
    assert!(set(&mut tree, &[(path, "neues-passwort")]).is_ok());
    assert_eq!(tree.value(path).as_deref(), Some(""));
    assert_eq!(tree.kept_value(path).as_deref(), Some("neues-passwort"));
}

#[test]
fn commands_keep_no_value() {
    let mut tree = Tree::vdsl(0, 1);
    assert_eq!(
        set(&mut tree, &[("/BBF/WiFi/Reset", "1")]),
        Ok(ChangeStatus::Applied)
    );
    assert_eq!(tree.value("/BBF/WiFi/Reset").as_deref(), Some("0"));
    assert_eq!(tree.value("/BBF/WiFi/ResetCounter").as_deref(), Some("3"));
}
