//! What survives a restart, what the factory takes back, large trees, trees from tables, and values that count.

use std::time::Instant;

use lanside_gateway::cms;
use lanside_gateway::tree::{ImportError, MarkChange, Roles, Tree};

const START_MS: u64 = 1_768_467_600_000;

fn set(tree: &mut Tree, path: &str, text: &str) {
    tree.set_values(Roles::ADMIN, &[(path.to_owned(), text.to_owned())])
        .unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// Changes a bit of everything.
fn live(tree: &mut Tree) {
    tree.advance(START_MS);
    set(tree, "/BBF/WiFi/SSID/0/SSID", "Neuer Name");
    set(
        tree,
        "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
        "neues-passwort",
    );
    set(tree, "/BBF/X_LANSIDE_Lan/Mode", "modem");
    tree.create_instance(
        Roles::ADMIN,
        "/BBF/NAT/PortMapping/",
        &[("ExternalPort".to_owned(), "7000".to_owned())],
    )
    .unwrap();
    let (gone, _) = tree
        .create_instance(Roles::ADMIN, "/BBF/NAT/PortMapping/", &[])
        .unwrap();
    tree.delete_instance(Roles::ADMIN, &gone).unwrap();
    tree.delete_instance(Roles::ADMIN, "/BBF/NAT/PortMapping/0/")
        .unwrap();
    let (group, _) = tree
        .create_instance(
            Roles::ADMIN,
            "/BBF/X_LANSIDE_Test/Group/",
            &[("Name".to_owned(), "Werft".to_owned())],
        )
        .unwrap();
    tree.create_instance(
        Roles::ADMIN,
        &format!("{group}Member/"),
        &[("Name".to_owned(), "Dora".to_owned())],
    )
    .unwrap();
    let mark = MarkChange {
        path: "/BBF/Time/Status".to_owned(),
        event_on_change: Some(true),
        alarm_on_change: Some(true),
    };
    tree.set_attributes(Roles::ADMIN, &[mark]).unwrap();
    tree.set_alarms_enabled(true);
}

#[test]
fn everything_changed_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = Tree::vdsl(0, 1);
    live(&mut tree);
    tree.save(folder.path()).unwrap();
    for index_base in [0, 1] {
        let mut again = Tree::vdsl(index_base, 1);
        assert!(again.load(folder.path()).unwrap());
        again.advance(START_MS + 60_000);
        let path = |path: &str| {
            let part = |part: &str| {
                part.parse::<u32>()
                    .map_or(part.to_owned(), |number| (number + index_base).to_string())
            };
            path.split('/').map(part).collect::<Vec<_>>().join("/")
        };
        let value = |text: &str| again.value(&path(text));
        assert_eq!(
            value("/BBF/WiFi/SSID/0/SSID").as_deref(),
            Some("Neuer Name")
        );
        assert_eq!(
            again
                .kept_value(&path("/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase"))
                .as_deref(),
            Some("neues-passwort")
        );
        assert_eq!(value("/BBF/X_LANSIDE_Lan/Mode").as_deref(), Some("router"));
        assert_eq!(
            again.state_variable("InconsistentStatus").as_deref(),
            Some("1")
        );
        assert_eq!(
            value("/BBF/NAT/PortMapping/5/ExternalPort").as_deref(),
            Some("7000")
        );
        assert_eq!(value("/BBF/NAT/PortMapping/0/ExternalPort"), None);
        assert_eq!(value("/BBF/NAT/PortMapping/6/ExternalPort"), None);
        assert_eq!(
            value("/BBF/X_LANSIDE_Test/Group/7/Member/0/Name").as_deref(),
            Some("Dora")
        );
        assert_eq!(
            again
                .attributes(Roles::ADMIN, "/BBF/Time/Status")
                .unwrap()
                .alarm_on_change,
            Some(true)
        );
        assert_eq!(again.state_variable("AlarmsEnabled").as_deref(), Some("1"));
        for name in ["CurrentConfigurationVersion", "AttributeValuesUpdate"] {
            assert_eq!(
                again.state_variable(name),
                tree.state_variable(name),
                "{name}"
            );
        }
        // The number of the row created and deleted before the restart is not given again.
        let (created, _) = again
            .create_instance(Roles::ADMIN, "/BBF/NAT/PortMapping/", &[])
            .unwrap();
        assert_eq!(created, path("/BBF/NAT/PortMapping/7/"));
    }
}

#[test]
fn states_that_do_not_fit_are_not_taken_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = Tree::vdsl(0, 1);
    assert!(!tree.load(folder.path()).unwrap());
    live(&mut tree);
    tree.save(folder.path()).unwrap();
    assert!(!Tree::tr098(0, 1).load(folder.path()).unwrap());
    // Paths of another tree of the same model are left out.
    assert!(Tree::fiber(0, 1).load(folder.path()).unwrap());
    std::fs::write(folder.path().join("tree.json"), "{").unwrap();
    assert!(Tree::vdsl(0, 1).load(folder.path()).is_err());
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_state() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    Tree::vdsl(0, 1).save(folder.path()).unwrap();
    let mode = std::fs::metadata(folder.path().join("tree.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn the_factory_takes_everything_back() {
    let mut tree = Tree::vdsl(0, 1);
    let factory: Vec<String> = tree.parameter_paths();
    live(&mut tree);
    let version = tree.configuration_version();
    tree.reset_to_factory();
    assert_eq!(tree.parameter_paths(), factory);
    assert_eq!(
        tree.value("/BBF/WiFi/SSID/0/SSID"),
        Tree::vdsl(0, 1).value("/BBF/WiFi/SSID/0/SSID")
    );
    assert_eq!(
        tree.state_variable("InconsistentStatus").as_deref(),
        Some("0")
    );
    assert_eq!(tree.configuration_version(), version + 1);
}

#[test]
fn counters_count_and_restart() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(START_MS);
    let number = |tree: &Tree, path: &str| tree.value(path).unwrap().parse::<u64>().unwrap();
    let bytes = "/BBF/DSL/Line/0/Stats/BytesReceived";
    let first = number(&tree, bytes);
    assert_eq!(tree.value("/BBF/DeviceInfo/UpTime").as_deref(), Some("0"));
    tree.advance(START_MS + 90_000);
    assert_eq!(tree.value("/BBF/DeviceInfo/UpTime").as_deref(), Some("90"));
    assert_eq!(
        tree.value("/UPnP/DM/DeviceInfo/UpTime").as_deref(),
        Some("90")
    );
    assert_eq!(number(&tree, bytes) - first, 90 * 412_000);
    assert_eq!(
        tree.value("/BBF/Time/CurrentLocalTime").as_deref(),
        Some("2026-01-15T10:01:30+01:00")
    );
    tree.apply_after_reboot();
    assert_eq!(tree.value("/BBF/DeviceInfo/UpTime").as_deref(), Some("0"));
    assert_eq!(number(&tree, bytes), 0);
}

#[test]
fn seeds_make_different_gateways_of_one_kind() {
    let (one, two) = (Tree::vdsl(0, 1), Tree::vdsl(0, 2));
    assert_eq!(one.parameter_paths(), two.parameter_paths());
    assert_ne!(
        one.value("/BBF/DeviceInfo/SerialNumber"),
        two.value("/BBF/DeviceInfo/SerialNumber")
    );
    assert_ne!(
        one.value("/BBF/Ethernet/Interface/0/MACAddress"),
        two.value("/BBF/Ethernet/Interface/0/MACAddress")
    );
    assert_eq!(
        one.value("/BBF/DeviceInfo/SerialNumber"),
        Tree::vdsl(0, 1).value("/BBF/DeviceInfo/SerialNumber")
    );
}

#[test]
fn large_trees_have_exactly_the_parameters_asked_for() {
    let everything = r#"<cms:ContentPathList xmlns:cms="urn:schemas-upnp-org:dm:cms"><ContentPath>/BBF/</ContentPath><ContentPath>/UPnP/</ContentPath></cms:ContentPathList>"#;
    for (parameters, make) in [
        (20_000, Tree::vdsl as fn(u32, u64) -> Tree),
        (100_000, Tree::vdsl),
        (5_000, Tree::tr098),
        (1_001, Tree::minimal),
    ] {
        let mut tree = make(0, 1);
        tree.fill_to(parameters);
        assert_eq!(tree.parameter_count(), parameters);
        let began = Instant::now();
        let answer = cms::handle(
            &mut tree,
            Roles::ADMIN,
            "GetValues",
            &[("Parameters".to_owned(), everything.to_owned())],
        )
        .unwrap();
        println!("{parameters} parameters in {:?}", began.elapsed());
        let text = answer.into_iter().next().unwrap().1.into_plain();
        assert_eq!(text.matches("<ParameterPath>").count(), parameters);
        assert!(tree.misfits().is_empty());
    }
    let mut small = Tree::vdsl(0, 1);
    let before = small.parameter_count();
    small.fill_to(10);
    assert_eq!(small.parameter_count(), before);
}

const TABLE: &str = "path\tkind\twritable\ttype\tvalue\tredacted\n\
    Device.\tobject\tfalse\t\t\t\n\
    Device.DeviceInfo.Manufacturer\tparam\tfalse\tstring\tSomebody\t\n\
    Device.NAT.PortMapping.\tobject\ttrue\t\t\t\n\
    Device.NAT.PortMapping.2.\tobject\ttrue\t\t\t\n\
    Device.NAT.PortMapping.2.Description\tparam\ttrue\tstring\ttwo\\tlines\\n\\\\end\t\n\
    Device.NAT.PortMapping.2.Enable\tparam\ttrue\tboolean\ttrue\t\n\
    Device.NAT.PortMapping.5.Interface\tparam\ttrue\tstring\tDevice.IP.Interface.1.\t\n\
    Device.NAT.PortMappingNumberOfEntries\tparam\tfalse\tunsignedInt\t2\t\n\
    Device.IP.Interface.1.Name\tparam\tfalse\tstring\teth0\t\n\
    Device.IP.Interface.1.IPv4Address.3.IPAddress\tparam\ttrue\tstring\t192.0.2.9\t\n\
    Device.Users.User.1.Password\tparam\ttrue\tstring\thidden\t\n\
    Device.DNS.Client.Server.\tobject\ttrue\t\t\t\n";

#[test]
fn a_table_of_parameters_becomes_a_tree() {
    let mut tree = Tree::from_tsv(TABLE, 0).unwrap();
    assert_eq!(tree.parameter_count(), 8);
    assert_eq!(
        tree.value("/BBF/NAT/PortMapping/1/Description").as_deref(),
        Some("two\tlines\n\\end")
    );
    assert_eq!(
        tree.value("/BBF/NAT/PortMapping/4/Interface").as_deref(),
        Some("/BBF/IP/Interface/0/")
    );
    assert_eq!(
        tree.value("/BBF/Users/User/0/Password").as_deref(),
        Some("")
    );
    let supported = tree.supported_parameters(Roles::ADMIN, "/BBF/", 0).unwrap();
    for path in [
        "/BBF/NAT/PortMapping/#/Interface",
        "/BBF/NAT/PortMapping/#/Enable",
        "/BBF/IP/Interface/#/IPv4Address/#/IPAddress",
        "/BBF/DNS/Client/Server/#/",
    ] {
        assert!(
            supported.contains(&path.to_owned()),
            "{path} in {supported:?}"
        );
    }
    let (row, _) = tree
        .create_instance(
            Roles::ADMIN,
            "/BBF/NAT/PortMapping/",
            &[("Description".to_owned(), "new".to_owned())],
        )
        .unwrap();
    assert_eq!(row, "/BBF/NAT/PortMapping/5/");
    assert_eq!(
        tree.value("/BBF/NAT/PortMappingNumberOfEntries").as_deref(),
        Some("3")
    );
    assert!(tree
        .create_instance(Roles::ADMIN, "/BBF/IP/Interface/", &[])
        .is_err());
    tree.fill_to(300);
    assert_eq!(tree.parameter_count(), 300);
}

#[test]
fn tables_that_cannot_be_read_are_refused() {
    assert_eq!(Tree::from_tsv("", 0).unwrap_err(), ImportError::Empty);
    assert_eq!(
        Tree::from_tsv("Other.A\tparam\tfalse\tstring\tx", 0).unwrap_err(),
        ImportError::Empty
    );
    for bad in [
        "Device.A",
        "Device.A\tthing\tfalse\tstring\tx",
        "Device.A..B\tparam\tfalse\tstring\tx",
        "Device.A/B\tparam\tfalse\tstring\tx",
        "\tparam\tfalse\tstring\tx",
    ] {
        assert!(
            matches!(
                Tree::from_tsv(bad, 0),
                Err(ImportError::Line { line: 1, .. })
            ),
            "{bad}"
        );
    }
    // Contradictions do not bring it down.
    let odd = "Device.A.1\tparam\tfalse\tstring\tx\nDevice.A\tparam\tfalse\tstring\tx\nDevice.A.B.C\tparam\tfalse\tstring\tx\nDevice.A.1.B\tparam\tfalse\tstring\tx\nDevice.A.99999999999.B\tparam\tfalse\tstring\tx\nDevice.Z\tparam\ttrue\tstring\t1";
    let _ = Tree::from_tsv(odd, 0);
}
