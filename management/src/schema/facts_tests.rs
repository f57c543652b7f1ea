//! Checks of the compiled facts against what the models are known to say.

use super::facts::{Access, DataModel, DataType, Fact, Instances, Secrecy, Span, Status};
use super::index::Facts;
use super::reference::Reference;

fn fact(path: &str) -> Fact {
    Facts::of_path(path).unwrap_or_else(|| panic!("no fact about {path}"))
}

fn span(min: impl Into<Option<i64>>, max: impl Into<Option<i64>>) -> Span {
    Span {
        min: min.into(),
        max: max.into(),
        step: None,
    }
}

#[test]
fn the_models_are_complete() {
    let count = |model| Facts::of_model(model).count();
    // Rows of the published models less those whose status is "deleted".
    assert_eq!(count(DataModel::Device2), 8216 - 146);
    assert_eq!(count(DataModel::InternetGatewayDevice), 1993 - 1);
    assert_eq!(count(DataModel::Device1), 120 + 848);
    for (model, parameters) in [
        (DataModel::VoiceService2, 849),
        (DataModel::VoiceService1, 350),
        (DataModel::StbService, 519),
        (DataModel::StorageService, 126),
        (DataModel::FapService, 1734),
    ] {
        let found = Facts::of_model(model).filter(|fact| fact.parameter().is_some());
        assert_eq!(found.count(), parameters, "{}", model.name());
    }
    assert!(count(DataModel::CommonObjects) > 50);
}

#[test]
fn every_path_finds_its_own_fact() {
    for model in DataModel::SHIPPED {
        for listed in Facts::of_model(model) {
            let found = Facts::of_path_in(model, &listed.path).expect("is listed");
            assert_eq!(found, listed);
            assert_eq!(found.model, model);
            let row = listed.path.replace("{i}", "17");
            assert_eq!(Facts::of_path_in(model, &row), Some(listed));
        }
    }
}

#[test]
fn services_are_found_where_devices_mount_them() {
    let own = fact("VoiceService.{i}.SIP.Client.{i}.Network");
    for root in ["Device", "InternetGatewayDevice"] {
        let path = format!("{root}.Services.VoiceService.1.SIP.Client.1.Network");
        let found = fact(&path);
        assert_eq!(found.path, format!("{root}.Services.{}", own.path));
        let Some(Reference::Path { targets, .. }) =
            found.parameter().and_then(|p| p.references.clone())
        else {
            panic!("a reference")
        };
        for target in targets {
            assert!(target.starts_with(&format!("{root}.Services.VoiceService.{{i}}.")));
            assert!(Facts::of_path(&target).is_some(), "{target}");
        }
    }
    // Only the older model has it.
    let line = fact("Device.Services.VoiceService.1.VoiceProfile.1.Line.1.DirectoryNumber");
    assert_eq!(line.model, DataModel::VoiceService1);
    let count = fact("Device.Services.VoiceServiceNumberOfEntries");
    assert_eq!(count.model, DataModel::VoiceService2);
    let common = fact("UPnP.DM.DeviceInfo.PhysicalDevice.HardwareVersion");
    assert_eq!(common.model, DataModel::CommonObjects);
}

#[test]
fn device_1_speaks_for_itself_when_it_is_meant() {
    let path = "Device.LAN.IPAddress";
    assert_eq!(fact(path).model, DataModel::Device1);
    let shared = "Device.ManagementServer.URL";
    assert_eq!(fact(shared).model, DataModel::Device2);
    let asked = Facts::of_path_in(DataModel::Device1, shared).expect("Device:1 has it");
    assert_eq!(asked.model, DataModel::Device1);
}

#[test]
fn instance_numbers_and_dots_are_forgiven() {
    let ssid = fact("Device.WiFi.SSID.{i}.SSID");
    assert_eq!(fact("Device.WiFi.SSID.1.SSID"), ssid);
    let table = fact("Device.WiFi.SSID.{i}.");
    for path in [
        "Device.WiFi.SSID.",
        "Device.WiFi.SSID",
        "Device.WiFi.SSID.3",
        "Device.WiFi.SSID.3.",
        "Device.WiFi.SSID.{i}",
    ] {
        assert_eq!(fact(path), table, "{path}");
    }
    assert_eq!(fact("Device").path, "Device.");
}

#[test]
fn unknown_paths_have_no_fact() {
    for path in [
        "",
        ".",
        "..",
        "{i}",
        "1",
        "Device.WiFi.SSID.1.Nonsense",
        "Device.WiFi.SSID.SSID",
        "Device.WiFi.SSID.1.SSID.",
        "device.WiFi.SSID.1.SSID",
        "Device.X_MAKER_Thing.Password",
        "InternetGatewayDevice.WiFi.",
        "/BBF/WiFi/",
    ] {
        // A trailing dot on a parameter asks for an object of that name.
        assert_eq!(Facts::of_path(path), None, "{path}");
    }
}

#[test]
fn a_secret_with_two_lengths() {
    let found = fact("Device.WiFi.AccessPoint.2.Security.WEPKey");
    let wep = found.parameter().expect("a parameter");
    assert_eq!(wep.data_type, DataType::HexBinary);
    assert_eq!(wep.secret, Some(Secrecy::Secured));
    assert_eq!(wep.lengths, [span(5, 5), span(13, 13)]);
    assert!(found.is_secret());
    assert!(fact("Device.ManagementServer.Password").is_secret());
    assert!(!fact("Device.ManagementServer.Username").is_secret());
}

#[test]
fn ranges_units_and_enumerations() {
    let vlan = fact("Device.Ethernet.VLANTermination.1.VLANID");
    assert_eq!(
        vlan.parameter().map(|p| p.ranges.clone()),
        Some(vec![span(1, 4094)])
    );
    assert_eq!(vlan.access, Access::ReadWrite);
    let up_time = fact("Device.DeviceInfo.UpTime");
    assert_eq!(up_time.parameter().and_then(|p| p.units), Some("seconds"));
    assert_eq!(up_time.access, Access::ReadOnly);
    let protocol = fact("Device.NAT.PortMapping.1.Protocol");
    assert_eq!(
        protocol.parameter().map(|p| p.enumeration.clone()),
        Some(vec!["TCP", "UDP"])
    );
    let ping = fact("Device.IP.Diagnostics.IPPing.DiagnosticsState");
    let ping = ping.parameter().expect("a parameter");
    assert!(ping.report_only.contains(&"Complete"));
    assert!(!ping.report_only.contains(&"Requested"));
}

#[test]
fn lists_and_defaults() {
    let dns = fact("Device.DHCPv4.Server.Pool.1.DNSServers");
    let dns = dns.parameter().expect("a parameter");
    let list = dns.list.expect("a list");
    assert_eq!(
        (list.min_items, list.max_items, list.nested),
        (Some(0), Some(4), false)
    );
    assert_eq!(dns.named_type, Some("IPv4Address"));
    let layers = fact("Device.IP.Interface.1.LowerLayers");
    let layers = layers.parameter().expect("a parameter");
    assert_eq!(layers.list.and_then(|list| list.max_length), Some(1024));
    assert_eq!(layers.default.map(|default| default.value), Some(""));
}

#[test]
fn tables_know_their_rows() {
    let mappings = fact("Device.NAT.PortMapping.");
    let table = mappings.object().expect("a table");
    assert_eq!(table.instances, Instances::Table);
    assert_eq!(table.number_of_entries, Some("PortMappingNumberOfEntries"));
    assert_eq!(mappings.access, Access::ReadWrite);
    let keys: Vec<_> = table
        .unique_keys
        .iter()
        .map(|key| key.parameters.as_slice())
        .collect();
    assert!(keys.contains(&["Alias"].as_slice()), "{keys:?}");
    assert_eq!(
        fact("Device.NAT.").object().map(|o| o.instances),
        Some(Instances::Object)
    );
    assert!(Facts::of_model(DataModel::Device2).any(|f| f.object().is_some_and(|o| o.fixed)));
    assert!(Facts::of_model(DataModel::Device2)
        .any(|f| f.object().is_some_and(|o| o.max_entries.is_some())));
}

#[test]
fn versions_and_status() {
    assert_eq!(fact("Device.WiFi.SSID.1.SSID").since, "2.0");
    let later = Facts::of_model(DataModel::Device2)
        .filter(|fact| fact.since == "2.19")
        .count();
    assert!(later > 500, "{later}");
    assert!(Facts::of_model(DataModel::Device2).all(|fact| !fact.since.is_empty()));
    for status in [Status::Current, Status::Deprecated, Status::Obsoleted] {
        assert!(Facts::of_model(DataModel::Device2).any(|fact| fact.status == status));
    }
}

#[test]
fn children_are_one_level_down() {
    let children = Facts::children("Device.WiFi.SSID.1.").expect("the table");
    assert!(children.parameters.iter().any(|fact| fact.name() == "SSID"));
    let objects: Vec<_> = children
        .objects
        .iter()
        .map(|fact| fact.path.as_str())
        .collect();
    assert_eq!(objects, ["Device.WiFi.SSID.{i}.Stats."]);
    let root = Facts::children("Device.").expect("the root");
    assert!(root.objects.iter().any(|fact| fact.path == "Device.WiFi."));
    assert!(root.objects.iter().all(|fact| fact.path != "Device."));
    assert_eq!(Facts::children("Device.Nonsense."), None);
}

#[test]
fn every_object_but_the_roots_is_someones_child() {
    for model in [DataModel::Device2, DataModel::InternetGatewayDevice] {
        let objects = || Facts::of_model(model).filter(|fact| fact.object().is_some());
        let linked: usize = objects()
            .filter_map(|fact| Facts::children(&fact.path))
            .map(|children| children.objects.len())
            .sum();
        assert_eq!(linked + 1, objects().count());
    }
}

#[test]
fn references_resolve_to_paths_of_the_model() {
    let forwarding = fact("Device.Routing.Router.1.IPv4Forwarding.1.Interface");
    let Some(Reference::Path {
        follows_target,
        targets,
        ..
    }) = forwarding.parameter().and_then(|p| p.references.clone())
    else {
        panic!("a path reference");
    };
    assert!(follows_target);
    assert_eq!(
        targets,
        ["Device.IP.Interface.{i}."].map(|path| path.replace("{i}.", ""))
    );

    let mode = fact("Device.WiFi.AccessPoint.1.Security.ModeEnabled");
    assert_eq!(
        mode.parameter().and_then(|p| p.references.clone()),
        Some(Reference::ValueOf {
            parameter: "Device.WiFi.AccessPoint.{i}.Security.ModesSupported".into(),
            null_value: None,
        })
    );

    let mut unresolved = Vec::new();
    for model in [DataModel::Device2, DataModel::InternetGatewayDevice] {
        for fact in Facts::of_model(model) {
            let targets = match fact.parameter().and_then(|p| p.references.clone()) {
                Some(Reference::Path { targets, .. }) => targets,
                Some(Reference::ValueOf { parameter, .. }) => vec![parameter],
                None => continue,
            };
            for target in targets {
                if Facts::of_path(&target).is_none() {
                    unresolved.push((fact.path.clone(), target));
                }
            }
        }
    }
    // TR-098 keeps its hosts below a LANDevice; these two also name the place Device:1 would have.
    unresolved.retain(|(_, target)| target != "InternetGatewayDevice.Hosts.Host.");
    assert!(
        unresolved.is_empty(),
        "{} unresolved: {unresolved:#?}",
        unresolved.len()
    );
}

#[test]
fn serialises_for_the_faces() {
    let json = serde_json::to_value(fact("Device.WiFi.SSID.1.SSID")).expect("serialises");
    assert_eq!(json["kind"]["kind"], "parameter");
    assert_eq!(json["kind"]["data_type"], "string");
    assert_eq!(json["access"], "readWrite");
}
