//! The four data models: large enough, and right in every name, type, access and value.

use lanside_gateway::cms;
use lanside_gateway::tree::{Facts, NodeKind, Roles, Tree};

/// Device.X.1.Y for /BBF/X/0/Y, with `{i}` for the rows.
fn generic(root: &str, path: &str) -> String {
    let below = path.strip_prefix("/BBF/").unwrap_or(path);
    let part = |part: &str| {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) || part == "#" {
            "{i}".to_owned()
        } else {
            part.to_owned()
        }
    };
    format!(
        "{root}.{}",
        below.split('/').map(part).collect::<Vec<_>>().join(".")
    )
}

fn is_standard(path: &str) -> bool {
    path.starts_with("/BBF/") && !path.contains("/X_")
}

fn check_against_facts(tree: &Tree, root: &str, facts: &Facts) -> usize {
    let mut checked = 0;
    for path in tree
        .parameter_paths()
        .iter()
        .filter(|path| is_standard(path))
    {
        let name = generic(root, path);
        let fact = facts
            .get(&name)
            .unwrap_or_else(|| panic!("{name} is no parameter of the data model"));
        let attributes = tree.attributes(Roles::ADMIN, path).unwrap();
        let NodeKind::Parameter(data_type) = attributes.kind else {
            panic!("{path} is no parameter")
        };
        assert_eq!(
            format!("{data_type:?}").to_ascii_lowercase(),
            fact.data_type.to_ascii_lowercase(),
            "{path}"
        );
        assert_eq!(attributes.writable, fact.writable, "{path}");
        checked += 1;
    }
    for table in tree
        .supported_parameters(Roles::ADMIN, "/", 0)
        .unwrap()
        .iter()
        .filter(|path| is_standard(path))
    {
        let name = generic(root, table);
        assert!(
            facts.get(&name).is_some(),
            "{name} is supported but unknown"
        );
    }
    checked
}

#[test]
fn the_vdsl_gateway_is_large_and_standard() {
    let tree = Tree::vdsl(0, 1);
    let count = tree.parameter_count();
    let standard = check_against_facts(&tree, "Device", Facts::tr181());
    println!("vdsl: {count} parameters, {standard} of them of the standard");
    assert!(count >= 1500, "{count}");
    assert_eq!(tree.parameter_paths().len(), count);
}

#[test]
fn the_other_gateways_are_standard_too() {
    let fiber = Tree::fiber(1, 2);
    println!("fiber: {} parameters", fiber.parameter_count());
    check_against_facts(&fiber, "Device", Facts::tr181());
    assert!(fiber.value("/BBF/Optical/Interface/1/Status").is_some());
    assert!(fiber.value("/BBF/DSL/Line/1/Status").is_none());
    let older = Tree::tr098(0, 3);
    println!("tr098: {} parameters", older.parameter_count());
    check_against_facts(&older, "InternetGatewayDevice", Facts::tr098());
    let minimal = Tree::minimal(0, 4);
    println!("minimal: {} parameters", minimal.parameter_count());
    check_against_facts(&minimal, "Device", Facts::tr181());
    assert!(minimal.parameter_count() < 60);
}

#[test]
fn every_value_fits_its_own_definition() {
    for tree in [
        Tree::vdsl(0, 1),
        Tree::fiber(0, 9),
        Tree::tr098(0, 1),
        Tree::minimal(0, 1),
    ] {
        let misfits = tree.misfits();
        assert!(misfits.is_empty(), "{misfits:#?}");
    }
}

#[test]
fn references_lead_somewhere() {
    let tree = Tree::vdsl(0, 1);
    let dangling: Vec<String> = tree
        .parameter_paths()
        .into_iter()
        .filter(|path| {
            let value = tree.value(path).unwrap_or_default();
            value.split(',').any(|item| {
                item.starts_with("/BBF/") && tree.attributes(Roles::ADMIN, item).is_err()
            })
        })
        .collect();
    assert!(dangling.is_empty(), "{dangling:#?}");
}

#[test]
fn the_interface_stack_says_what_lower_layers_says() {
    let tree = Tree::vdsl(0, 1);
    let mut stacked: Vec<(String, String)> = tree
        .instances(Roles::ADMIN, "/BBF/InterfaceStack/", 1)
        .unwrap()
        .iter()
        .map(|row| {
            (
                tree.value(&format!("{row}HigherLayer")).unwrap(),
                tree.value(&format!("{row}LowerLayer")).unwrap(),
            )
        })
        .collect();
    let mut layered = Vec::new();
    for path in tree
        .parameter_paths()
        .iter()
        .filter(|path| path.ends_with("/LowerLayers"))
    {
        let higher = path.trim_end_matches("LowerLayers").to_owned();
        for lower in tree
            .value(path)
            .unwrap()
            .split(',')
            .filter(|lower| !lower.is_empty())
        {
            layered.push((higher.clone(), lower.to_owned()));
        }
    }
    stacked.sort();
    layered.sort();
    assert_eq!(stacked, layered);
    assert!(stacked.len() > 15);
}

#[test]
fn tables_have_gaps_are_empty_or_nested_and_are_counted() {
    let tree = Tree::vdsl(0, 1);
    let rows = |table: &str| tree.instances(Roles::ADMIN, table, 1).unwrap();
    assert_eq!(
        rows("/BBF/Ethernet/Interface/"),
        ["0", "1", "2", "4"].map(|row| format!("/BBF/Ethernet/Interface/{row}/"))
    );
    assert!(rows("/BBF/SmartCardReaders/SmartCardReader/").is_empty());
    assert_eq!(rows("/BBF/X_LANSIDE_Test/Group/1/Member/").len(), 2);
    for (count, table) in [
        (
            "/BBF/Ethernet/InterfaceNumberOfEntries",
            "/BBF/Ethernet/Interface/",
        ),
        ("/BBF/InterfaceStackNumberOfEntries", "/BBF/InterfaceStack/"),
        (
            "/BBF/SmartCardReaders/SmartCardReaderNumberOfEntries",
            "/BBF/SmartCardReaders/SmartCardReader/",
        ),
        (
            "/BBF/Hosts/Host/0/IPv4AddressNumberOfEntries",
            "/BBF/Hosts/Host/0/IPv4Address/",
        ),
        (
            "/BBF/DNS/Relay/ForwardNumberOfEntries",
            "/BBF/DNS/Relay/Forwarding/",
        ),
        (
            "/UPnP/DM/Monitoring/IPUsageNumberOfEntries",
            "/UPnP/DM/Monitoring/IPUsage/",
        ),
    ] {
        assert_eq!(
            tree.value(count),
            Some(rows(table).len().to_string()),
            "{count}"
        );
    }
    assert_eq!(
        tree.value("/BBF/X_LANSIDE_Test/LongText")
            .map(|text| text.len()),
        Some(65_536)
    );
}

#[test]
fn secrets_read_empty_everywhere() {
    let tree = Tree::vdsl(0, 1);
    for path in [
        "/BBF/PPP/Interface/0/Password",
        "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
        "/BBF/WiFi/AccessPoint/0/Security/PreSharedKey",
        "/BBF/WiFi/AccessPoint/0/Security/SAEPassphrase",
        "/BBF/ManagementServer/Password",
        "/BBF/Users/User/0/Password",
        "/BBF/LANConfigSecurity/ConfigPassword",
        "/BBF/X_LANSIDE_Lan/LabelPassphrase",
    ] {
        assert_eq!(tree.value(path).as_deref(), Some(""), "{path}");
        assert_ne!(tree.kept_value(path).as_deref(), Some(""), "{path}");
    }
    let mut tree = tree;
    let everything = r#"<cms:ContentPathList xmlns:cms="urn:schemas-upnp-org:dm:cms"><ContentPath>/</ContentPath></cms:ContentPathList>"#;
    let answer = cms::handle(
        &mut tree,
        Roles::ADMIN,
        "GetValues",
        &[("Parameters".to_owned(), everything.to_owned())],
    )
    .unwrap();
    let text = answer.into_iter().next().unwrap().1.into_plain();
    for secret in [
        "einwahl-geheim",
        "ankerkette",
        "Kajuete-77",
        "acs-geheim",
        "hafen-2025",
        "Label-Geheim",
        "00112233445566",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    let older = Tree::tr098(0, 1);
    assert_eq!(
        older
            .value("/BBF/LANDevice/0/WLANConfiguration/0/KeyPassphrase")
            .as_deref(),
        Some("")
    );
    assert_ne!(
        older
            .kept_value("/BBF/LANDevice/0/WLANConfiguration/0/KeyPassphrase")
            .as_deref(),
        Some("")
    );
}

#[test]
fn no_real_address_or_maker_is_in_the_models() {
    for tree in [Tree::vdsl(0, 1), Tree::fiber(0, 1), Tree::tr098(0, 1)] {
        for path in tree.parameter_paths() {
            let value = tree.value(&path).unwrap_or_default();
            let parts: Vec<&str> = value.split(':').collect();
            let is_mac = parts.len() == 6
                && parts
                    .iter()
                    .all(|part| part.len() == 2 && u8::from_str_radix(part, 16).is_ok());
            assert!(!is_mac || value.starts_with("02:00:5E:"), "{path} {value}");
            if let Ok(address) = value.parse::<std::net::Ipv4Addr>() {
                let octets = address.octets();
                let documentation = [[192, 0, 2], [198, 51, 100], [203, 0, 113]]
                    .iter()
                    .any(|net| octets.starts_with(net));
                assert!(
                    documentation
                        || address.is_private()
                        || address.is_loopback()
                        || octets[0] == 255
                        || octets == [255, 0, 0, 0],
                    "{path} {value}"
                );
            }
        }
    }
}
