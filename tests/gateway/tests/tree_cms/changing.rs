//! Values, rows, attributes and alarms.

use super::*;

#[test]
fn set_values_answers_with_a_status() {
    let mut tree = Tree::vdsl(0, 1);
    let set = |tree: &mut Tree, pairs: &[(&str, &str)]| {
        call(
            tree,
            "SetValues",
            &[(
                "ParameterValueList",
                &parameters("ParameterValueList", "ParameterPath", pairs),
            )],
        )
    };
    assert_eq!(
        set(
            &mut tree,
            &[("/BBF/WiFi/SSID/0/SSID", "A &amp; B &lt;c&gt;")]
        ),
        Ok(vec![("Status", "ChangesApplied".to_owned())])
    );
    assert_eq!(
        tree.value("/BBF/WiFi/SSID/0/SSID").as_deref(),
        Some("A & B <c>")
    );
    assert_eq!(
        set(&mut tree, &[("/BBF/X_LANSIDE_Lan/Mode", "modem")]),
        Ok(vec![("Status", "ChangesCommitted".to_owned())])
    );
    assert_eq!(
        call(&mut tree, "GetInconsistentStatus", &[]).unwrap()[0].1,
        "1"
    );
    assert_eq!(set(&mut tree, &[("/BBF/Time/Enable/", "1")]), Err(703));
    assert_eq!(call(&mut tree, "SetValues", &[("ParameterValueList", "<ParameterValueList><Parameter><ParameterPath>/x</ParameterPath></Parameter></ParameterValueList>")]), Err(702));
}

#[test]
fn rows_are_created_with_every_spelling_of_their_children() {
    let mut tree = Tree::vdsl(0, 1);
    let create = |tree: &mut Tree, table: &str, children: Option<&str>| {
        let mut arguments = vec![("MultiInstanceName", table)];
        arguments.extend(children.map(|children| ("ChildrenInitialization", children)));
        call(tree, "CreateInstance", &arguments)
    };
    let table = "/BBF/NAT/PortMapping/";
    let relative = parameters(
        "ParameterInitialValueList",
        "ParameterPath",
        &[
            ("ExternalPort", "5001"),
            ("Enable", "1"),
            ("Protocol", "UDP"),
        ],
    );
    let created = create(&mut tree, table, Some(&relative)).unwrap();
    assert_eq!(
        created,
        [
            ("InstanceIdentifier", "/BBF/NAT/PortMapping/5/".to_owned()),
            ("Status", "ChangesApplied".to_owned())
        ]
    );
    assert_eq!(
        tree.value("/BBF/NAT/PortMapping/5/ExternalPort").as_deref(),
        Some("5001")
    );
    assert_eq!(
        tree.value("/BBF/NAT/PortMapping/5/Status").as_deref(),
        Some("Enabled")
    );
    assert_eq!(
        tree.value("/BBF/NAT/PortMapping/5/Alias").as_deref(),
        Some("cpe-6")
    );
    for (name, path) in [
        ("ParameterInitialPath", "Description"),
        ("ParameterPath", "/BBF/NAT/PortMapping/#/Description"),
        ("ParameterPath", "/BBF/NAT/PortMapping/Description"),
        ("ParameterPath", "/BBF/NAT/PortMapping/0/Description"),
    ] {
        let children = parameters("ParameterInitialValueList", name, &[(path, "there")]);
        let created = create(&mut tree, "/BBF/NAT/PortMapping/#/", Some(&children)).unwrap();
        assert_eq!(
            tree.value(&format!("{}Description", created[0].1))
                .as_deref(),
            Some("there"),
            "{path}"
        );
    }
    for children in [None, Some(""), Some("<cms:ParameterInitialValueList/>")] {
        assert!(create(&mut tree, table, children).is_ok(), "{children:?}");
    }
    let nested = create(&mut tree, "/BBF/X_LANSIDE_Test/Group/1/Member/", None).unwrap();
    assert_eq!(nested[0].1, "/BBF/X_LANSIDE_Test/Group/1/Member/4/");
    let before = tree.parameter_count();
    for (table, children, code) in [
        ("/BBF/Hosts/Host/", "", 706),
        ("/BBF/NAT/", "", 703),
        ("/BBF/NAT/PortMapping", "", 703),
        ("/BBF/NAT/PortMapping/0/", "", 703),
        ("/BBF/Nothing/", "", 703),
        ("NAT/", "", 701),
        (
            table,
            &parameters(
                "ParameterInitialValueList",
                "ParameterPath",
                &[("ExternalPort", "70000")],
            ),
            705,
        ),
        (
            table,
            &parameters(
                "ParameterInitialValueList",
                "ParameterPath",
                &[("ExternalPort", "many")],
            ),
            704,
        ),
        (
            table,
            &parameters(
                "ParameterInitialValueList",
                "ParameterPath",
                &[("Status", "Enabled")],
            ),
            706,
        ),
        (
            table,
            &parameters(
                "ParameterInitialValueList",
                "ParameterPath",
                &[("Nothing", "1")],
            ),
            703,
        ),
        (
            table,
            &parameters(
                "ParameterInitialValueList",
                "ParameterPath",
                &[("Alias", "vpn")],
            ),
            705,
        ),
        (
            table,
            &parameters(
                "ParameterInitialValueList",
                "ParameterPath",
                &[("Enable", "0"), ("Enable", "0")],
            ),
            707,
        ),
        (table, "<x", 702),
    ] {
        assert_eq!(
            create(&mut tree, table, Some(children)),
            Err(code),
            "{table} {children}"
        );
    }
    assert_eq!(tree.parameter_count(), before);
}

#[test]
fn rows_are_deleted_one_at_a_time() {
    let mut tree = Tree::vdsl(0, 1);
    let delete =
        |tree: &mut Tree, path: &str| call(tree, "DeleteInstance", &[("InstanceIdentifier", path)]);
    for (path, code) in [
        ("/BBF/NAT/PortMapping/", 703),
        ("/BBF/NAT/PortMapping/0", 703),
        ("/BBF/NAT/PortMapping/77/", 703),
        ("/BBF/NAT/", 703),
        ("/BBF/Hosts/Host/0/", 706),
        ("/BBF/Time/Enable", 703),
        ("x", 701),
    ] {
        assert_eq!(delete(&mut tree, path), Err(code), "{path}");
    }
    assert_eq!(
        delete(&mut tree, "/BBF/NAT/PortMapping/4/"),
        Ok(vec![("Status", "ChangesApplied".to_owned())])
    );
    assert_eq!(
        instances(&mut tree, "/BBF/NAT/PortMapping/", "1")
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        tree.value("/BBF/NAT/PortMappingNumberOfEntries").as_deref(),
        Some("2")
    );
    // The number of the row that is gone is not given again.
    let created = call(
        &mut tree,
        "CreateInstance",
        &[("MultiInstanceName", "/BBF/NAT/PortMapping/")],
    )
    .unwrap();
    assert_eq!(created[0].1, "/BBF/NAT/PortMapping/5/");
    // References to a row go with it.
    assert_eq!(
        tree.value("/BBF/IP/Interface/1/LowerLayers").as_deref(),
        Some("/BBF/Ethernet/Link/1/")
    );
    let stacked = instances(&mut tree, "/BBF/InterfaceStack/", "1")
        .unwrap()
        .len();
    assert!(delete(&mut tree, "/BBF/Ethernet/Link/1/").is_ok());
    assert_eq!(
        tree.value("/BBF/IP/Interface/1/LowerLayers").as_deref(),
        Some("")
    );
    assert_eq!(
        instances(&mut tree, "/BBF/InterfaceStack/", "1")
            .unwrap()
            .len(),
        stacked - 2
    );
}

#[test]
fn attributes_of_every_kind_of_node() {
    let mut tree = Tree::vdsl(0, 1);
    let check = |tree: &mut Tree, path: &str, expected: &[&str]| {
        let document = attributes(tree, path).unwrap();
        for part in expected {
            assert!(document.contains(part), "{path}: {part} in {document}");
        }
    };
    check(
        &mut tree,
        "/BBF/Time/Enable",
        &[
            "<Access>readWrite</Access>",
            "<Type>boolean</Type>",
            "<EventOnChange>1<",
            "<AlarmOnChange>0<",
            "<Version>0<",
        ],
    );
    check(
        &mut tree,
        "/BBF/DeviceInfo/UpTime",
        &["<Access>readOnly</Access>", "<Type>int</Type>"],
    );
    check(
        &mut tree,
        "/BBF/NAT/PortMapping/",
        &[
            "<Access>readWrite</Access>",
            "<Type>MultiInstance</Type>",
            "<EventOnChange>",
        ],
    );
    check(
        &mut tree,
        "/BBF/NAT/PortMapping/0/",
        &["<Access>readWrite</Access>", "<Type>Instance</Type>"],
    );
    check(
        &mut tree,
        "/BBF/Hosts/Host/",
        &["<Access>readOnly</Access>"],
    );
    check(&mut tree, "/BBF/Time/", &["<Type>SingleInstance</Type>"]);
    check(
        &mut tree,
        "/BBF/X_LANSIDE_Test/DateTime",
        &["<Type>dateTime</Type>"],
    );
    check(
        &mut tree,
        "/BBF/X_LANSIDE_Test/Base64",
        &["<Type>base64</Type>"],
    );
    check(
        &mut tree,
        "/BBF/X_LANSIDE_Test/HexBinary",
        &["<Type>hexBinary</Type>"],
    );
    check(
        &mut tree,
        "/BBF/X_LANSIDE_Test/UnsignedLong",
        &["<Type>long</Type>"],
    );
    assert_eq!(attributes(&mut tree, "/BBF/Time"), Err(703));
    assert_eq!(attributes(&mut tree, "/BBF/Nothing/"), Err(703));
    let set = |tree: &mut Tree, nodes: &str| {
        let document = format!(
            r#"<cms:NodeAttributeValueList xmlns:cms="urn:schemas-upnp-org:dm:cms">{nodes}</cms:NodeAttributeValueList>"#
        );
        call(
            tree,
            "SetAttributes",
            &[("NodeAttributeValueList", &document)],
        )
    };
    let node = |path: &str, marks: &str| {
        format!("<Node><NodeAttributePath>{path}</NodeAttributePath>{marks}</Node>")
    };
    assert!(set(
        &mut tree,
        &node(
            "/BBF/Time/Enable",
            "<EventOnChange>0</EventOnChange><AlarmOnChange>1</AlarmOnChange>"
        )
    )
    .is_ok());
    check(
        &mut tree,
        "/BBF/Time/Enable",
        &["<EventOnChange>0<", "<AlarmOnChange>1<"],
    );
    assert!(call(&mut tree, "GetAttributeValuesUpdate", &[]).unwrap()[0]
        .1
        .starts_with("1,"));
    for (nodes, code) in [
        (
            node("/BBF/Time/Enable", "<EventOnChange>2</EventOnChange>"),
            705,
        ),
        (
            node("/BBF/Nothing", "<EventOnChange>1</EventOnChange>"),
            703,
        ),
        (
            node(
                "/BBF/NAT/PortMapping/0/",
                "<EventOnChange>1</EventOnChange>",
            ),
            706,
        ),
        (
            node("/BBF/NAT/PortMapping/", "<AlarmOnChange>1</AlarmOnChange>"),
            706,
        ),
        ("<Node/>".to_owned(), 702),
        (
            node("/BBF/Time/Status", "<EventOnChange>1</EventOnChange>").repeat(2),
            707,
        ),
    ] {
        assert_eq!(set(&mut tree, &nodes), Err(code), "{nodes}");
    }
}

#[test]
fn versions_and_alarms() {
    let mut tree = Tree::vdsl(0, 1);
    tree.advance(1_768_467_600_000);
    assert_eq!(
        call(&mut tree, "GetCurrentConfigurationVersion", &[]).unwrap(),
        [("StateVariableValue", "0".to_owned())]
    );
    assert_eq!(
        call(&mut tree, "GetConfigurationUpdate", &[]).unwrap()[0].1,
        "0,2026-01-15T09:00:00Z"
    );
    for action in [
        "GetSupportedDataModelsUpdate",
        "GetSupportedParametersUpdate",
        "GetAttributeValuesUpdate",
    ] {
        assert_eq!(
            call(&mut tree, action, &[]).unwrap()[0].1,
            "0,2026-01-15T09:00:00Z",
            "{action}"
        );
    }
    assert_eq!(call(&mut tree, "GetAlarmsEnabled", &[]).unwrap()[0].1, "0");
    assert_eq!(
        call(
            &mut tree,
            "SetAlarmsEnabled",
            &[("StateVariableValue", "true")]
        ),
        Ok(Vec::new())
    );
    assert_eq!(call(&mut tree, "GetAlarmsEnabled", &[]).unwrap()[0].1, "1");
    assert_eq!(
        call(
            &mut tree,
            "SetAlarmsEnabled",
            &[("StateVariableValue", "maybe")]
        ),
        Err(600)
    );
    assert_eq!(call(&mut tree, "SetAlarmsEnabled", &[]), Err(402));
    assert_eq!(tree.state_variables().len(), 6);
}
