//! Structure, instances, values, access, selection.

use lanside_gateway::cms::ArgumentText;

use super::*;

#[test]
fn the_data_models_are_named() {
    let mut tree = Tree::vdsl(0, 1);
    let answer = call(&mut tree, "GetSupportedDataModels", &[]).unwrap();
    assert_eq!(entries(&answer[0].1, "Location"), ["/BBF/", "/UPnP/DM/"]);
    assert_eq!(
        entries(&answer[0].1, "URI"),
        [
            "urn:broadband-forum-org:tr-181-2-14-0",
            "urn:UPnP:Parent Device:1:ConfigurationManagement:2"
        ]
    );
    // One maker sends an argument that the template does not know.
    assert!(call(
        &mut tree,
        "GetSupportedDataModels",
        &[("SupportedDataModels", "<a/>")]
    )
    .is_ok());
    tree.settings.split_locations = true;
    let answer = call(&mut tree, "GetSupportedDataModels", &[]).unwrap();
    let locations = entries(&answer[0].1, "Location");
    assert!(
        locations.contains(&"/BBF/WiFi/".to_owned()) && !locations.contains(&"/BBF/".to_owned()),
        "{locations:?}"
    );
    tree.settings.no_data_models = true;
    assert_eq!(call(&mut tree, "GetSupportedDataModels", &[]), Err(401));
}

#[test]
fn search_depth_counts_rows_as_a_level() {
    let mut tree = Tree::vdsl(0, 1);
    assert_eq!(supported(&mut tree, "/", "1").unwrap(), ["/BBF/", "/UPnP/"]);
    let one = supported(&mut tree, "/BBF/Ethernet/", "1").unwrap();
    assert!(one.contains(&"/BBF/Ethernet/InterfaceNumberOfEntries".to_owned()));
    assert!(
        one.contains(&"/BBF/Ethernet/Interface/#/".to_owned()),
        "{one:?}"
    );
    let two = supported(&mut tree, "/BBF/Ethernet/", "2").unwrap();
    assert!(two.contains(&"/BBF/Ethernet/Interface/#/".to_owned()));
    assert!(!two.iter().any(|path| path.ends_with("/#/Enable")));
    let three = supported(&mut tree, "/BBF/Ethernet/", "3").unwrap();
    assert!(three.contains(&"/BBF/Ethernet/Interface/#/Enable".to_owned()));
    assert!(three.contains(&"/BBF/Ethernet/Interface/#/Stats/".to_owned()));
    let all = supported(&mut tree, "/BBF/Ethernet/", "0").unwrap();
    assert!(all.contains(&"/BBF/Ethernet/Interface/#/Stats/BytesSent".to_owned()));
    assert!(!all.iter().any(|path| path.ends_with('/')), "{all:?}");
    assert_eq!(
        supported(&mut tree, "/BBF/Ethernet/Interface/", "1").unwrap(),
        ["/BBF/Ethernet/Interface/#/"]
    );
    assert_eq!(
        supported(&mut tree, "/BBF/Ethernet/Interface/#/Enable", "0").unwrap(),
        ["/BBF/Ethernet/Interface/#/Enable"]
    );
    // Tables without rows are supported all the same.
    assert!(!supported(&mut tree, "/BBF/SmartCardReaders/", "0")
        .unwrap()
        .is_empty());
    for (start, depth, code) in [
        ("/BBF/Nothing/", "1", 703),
        ("BBF/", "1", 701),
        ("/BBF/", "deep", 701),
        ("/BBF/", "-1", 701),
        ("/BBF/IP/#", "0", 701),
        ("/BBF", "0", 703),
    ] {
        assert_eq!(
            supported(&mut tree, start, depth),
            Err(code),
            "{start} {depth}"
        );
    }
    assert_eq!(
        call(
            &mut tree,
            "GetSupportedParameters",
            &[("StartingNode", "/")]
        ),
        Err(402)
    );
}

#[test]
fn several_starting_nodes_are_answered_with_their_union() {
    let mut tree = Tree::vdsl(0, 1);
    let starts = "<cms:StructurePathList>\n <StructurePath> /BBF/DSL/Line/#/ </StructurePath>\n <StructurePath>/BBF/DSL/</StructurePath></cms:StructurePathList>";
    let union = supported(&mut tree, starts, "0").unwrap();
    let whole = supported(&mut tree, "/BBF/DSL/", "0").unwrap();
    assert_eq!(union.len(), whole.len());
}

#[test]
fn instances_within_the_depth() {
    let mut tree = Tree::vdsl(0, 1);
    assert_eq!(
        instances(&mut tree, "/BBF/X_LANSIDE_Test/Group/", "1").unwrap(),
        [
            "/BBF/X_LANSIDE_Test/Group/1/",
            "/BBF/X_LANSIDE_Test/Group/6/"
        ]
    );
    assert_eq!(
        instances(&mut tree, "/BBF/X_LANSIDE_Test/", "1")
            .unwrap()
            .len(),
        0
    );
    assert_eq!(
        instances(&mut tree, "/BBF/X_LANSIDE_Test/", "2")
            .unwrap()
            .len(),
        2
    );
    let all = instances(&mut tree, "/BBF/X_LANSIDE_Test/", "0").unwrap();
    assert_eq!(
        all[..3],
        [
            "/BBF/X_LANSIDE_Test/Group/1/",
            "/BBF/X_LANSIDE_Test/Group/1/Member/0/",
            "/BBF/X_LANSIDE_Test/Group/1/Member/3/"
        ]
    );
    assert_eq!(
        instances(&mut tree, "/BBF/X_LANSIDE_Test/Group/6/", "2").unwrap(),
        ["/BBF/X_LANSIDE_Test/Group/6/Member/8/"]
    );
    assert_eq!(
        instances(&mut tree, "/BBF/SmartCardReaders/", "0")
            .unwrap()
            .len(),
        0
    );
    for (start, code) in [
        ("/BBF/NAT", 701),
        ("/BBF/NAT/PortMapping/77/", 703),
        ("/BBF/NAT/PortMapping/#/", 701),
        ("BBF/", 701),
    ] {
        assert_eq!(instances(&mut tree, start, "0"), Err(code), "{start}");
    }
    let mut from_one = Tree::vdsl(1, 1);
    assert_eq!(
        instances(&mut from_one, "/BBF/Ethernet/Interface/", "1").unwrap()[0],
        "/BBF/Ethernet/Interface/1/"
    );
}

#[test]
fn values_of_parameters_objects_and_wildcards() {
    let mut tree = Tree::vdsl(0, 1);
    assert_eq!(
        get_values(&mut tree, &["/BBF/Time/Enable"]).unwrap(),
        [("/BBF/Time/Enable".to_owned(), "1".to_owned())]
    );
    let two = get_values(&mut tree, &["/BBF/Time/Enable", "\n /BBF/Time/Status "]).unwrap();
    assert_eq!(two.len(), 2);
    let lines = get_values(&mut tree, &["/BBF/Ethernet/Interface/#/Name"]).unwrap();
    assert_eq!(
        lines
            .iter()
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>(),
        ["eth0", "eth1", "eth2", "eth4"]
    );
    assert!(
        get_values(&mut tree, &["/BBF/SmartCardReaders/SmartCardReader/"])
            .unwrap()
            .is_empty()
    );
    let everything = get_values(&mut tree, &["/"]).unwrap();
    assert_eq!(everything.len(), tree.parameter_count());
    for (path, value) in &everything {
        assert_eq!(tree.value(path).as_ref(), Some(value), "{path}");
    }
    for (path, code) in [
        ("/BBF/Nothing", 703),
        ("/BBF/Time/Enable/", 703),
        ("/BBF/Time", 703),
        ("/BBF/Ethernet/Interface/3/Name", 703),
        ("/BBF/Ethernet/Interface/00/Name", 703),
        ("/BBF/Ethernet/Interface/99999999999999999999/", 703),
        ("/BBF/Ethernet/Interface/4294967295/", 703),
        ("BBF/Time/", 701),
        ("//", 701),
        ("", 701),
    ] {
        assert_eq!(get_values(&mut tree, &[path]), Err(code), "{path}");
    }
    assert_eq!(
        call(&mut tree, "GetValues", &[("Parameters", "<broken")]),
        Err(702)
    );
    assert_eq!(call(&mut tree, "GetValues", &[]), Err(402));
    tree.settings.strict = true;
    assert_eq!(
        get_values(&mut tree, &["/BBF/Ethernet/Interface/#/Name"]),
        Err(701)
    );
}

#[test]
fn odd_texts_arrive_as_they_are() {
    let mut tree = Tree::vdsl(0, 1);
    let values = get_values(&mut tree, &["/BBF/X_LANSIDE_Test/"]).unwrap();
    let value = |name: &str| {
        values
            .iter()
            .find(|(path, _)| path.ends_with(name))
            .map(|(_, value)| value.as_str())
            .unwrap()
    };
    assert_eq!(
        value("/Markup"),
        "<b>5 > 3 & 2 < 4</b> \"quoted\" 'single' &amp; &lt;"
    );
    assert_eq!(value("/CDataEnd"), "before ]]> after");
    assert_eq!(value("/Lines"), "first line\r\nsecond line\nthird\tline");
    assert_eq!(value("/NonBmp"), "Möwe \u{1F426} 𝄞 漢字 \u{10FFFF}");
    assert_eq!(value("/Spaces"), "  two leading, one trailing ");
    assert_eq!(value("/LongText").len(), 65_536);
    assert_eq!(value("/UnsignedLong"), u64::MAX.to_string());
    assert_eq!(value("/Long"), i64::MIN.to_string());
}

#[test]
fn the_fast_path_writes_what_escaping_the_document_would() {
    let mut tree = Tree::vdsl(0, 1);
    let document = list("ContentPathList", "ContentPath", &["/BBF/X_LANSIDE_Test/"]);
    let answer = cms::handle(
        &mut tree,
        Roles::ADMIN,
        "GetValues",
        &[("Parameters".to_owned(), document)],
    )
    .unwrap();
    let ArgumentText::Escaped(escaped) = answer[0].1.clone() else {
        panic!("values come escaped")
    };
    let plain = answer[0].1.clone().into_plain();
    assert_eq!(
        plain
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;"),
        escaped
    );
}

#[test]
fn references_come_in_either_form() {
    let mut tree = Tree::vdsl(0, 1);
    let path = "/BBF/IP/Interface/0/LowerLayers";
    assert_eq!(tree.value(path).as_deref(), Some("/BBF/PPP/Interface/0/"));
    tree.settings.cwmp_references = true;
    assert_eq!(tree.value(path).as_deref(), Some("Device.PPP.Interface.1"));
    assert_eq!(
        Tree::vdsl(1, 1)
            .value("/BBF/IP/Interface/1/LowerLayers")
            .as_deref(),
        Some("/BBF/PPP/Interface/1/")
    );
    tree.settings.words_for_booleans = true;
    assert_eq!(tree.value("/BBF/Time/Enable").as_deref(), Some("true"));
}

#[test]
fn nodes_can_be_hidden_from_roles() {
    let mut tree = Tree::vdsl(0, 1);
    let seen = |tree: &mut Tree, roles| get_values_as(tree, roles, &["/BBF/"]).unwrap();
    let public = seen(&mut tree, Roles::PUBLIC);
    assert!(!public
        .iter()
        .any(|(path, _)| path.contains("/ManagementServer/")
            || path.contains("/Users/")
            || path.contains("/Security/")));
    let basic = seen(&mut tree, Roles::BASIC);
    assert!(basic
        .iter()
        .any(|(path, _)| path.contains("/ManagementServer/")));
    assert!(!basic
        .iter()
        .any(|(path, _)| path.contains("/Users/") || path.contains("/X_LANSIDE_Secret/")));
    assert_eq!(
        get_values_as(&mut tree, Roles::PUBLIC, &["/BBF/ManagementServer/"]),
        Err(703)
    );
    assert_eq!(
        get_values_as(&mut tree, Roles::BASIC, &["/BBF/Users/User/0/Username"]),
        Err(703)
    );
    let document = parameters(
        "ParameterValueList",
        "ParameterPath",
        &[("/BBF/Time/Enable", "0")],
    );
    assert_eq!(
        call_as(
            &mut tree,
            Roles::BASIC,
            "SetValues",
            &[("ParameterValueList", &document)]
        ),
        Err(706)
    );
    let hidden = parameters(
        "ParameterValueList",
        "ParameterPath",
        &[("/BBF/Users/User/0/Username", "x")],
    );
    assert_eq!(
        call_as(
            &mut tree,
            Roles::BASIC,
            "SetValues",
            &[("ParameterValueList", &hidden)]
        ),
        Err(703)
    );
    tree.settings.abort_on_forbidden = true;
    assert_eq!(
        get_values_as(&mut tree, Roles::PUBLIC, &["/BBF/"]),
        Err(703)
    );
}

#[test]
fn the_access_list_says_where_rules_change() {
    let mut tree = Tree::vdsl(0, 1);
    let acl = |tree: &mut Tree, roles, path: &str| {
        call_as(
            tree,
            roles,
            "GetACLData",
            &[(
                "StartingNodes",
                &list("ACLDataPathList", "ACLDataPath", &[path]),
            )],
        )
        .map(|answer| answer[0].1.clone())
    };
    let whole = acl(&mut tree, Roles::ADMIN, "/BBF/").unwrap();
    let paths = entries(&whole, "ACLDataPath");
    assert_eq!(paths.first().map(String::as_str), Some("/BBF/"));
    assert!(
        paths.contains(&"/BBF/WiFi/AccessPoint/#/Security/".to_owned()),
        "{paths:?}"
    );
    assert!(whole.contains(r#"<Node factorized="1"><ACLDataPath>/BBF/Users/</ACLDataPath><List>Admin</List><Read>Admin</Read><Write>Admin</Write>"#), "{whole}");
    let leaf = acl(&mut tree, Roles::BASIC, "/BBF/Time/Enable").unwrap();
    assert!(
        leaf.contains(
            "<Node><ACLDataPath>/BBF/Time/Enable</ACLDataPath><List>Public Basic Admin</List>"
        ),
        "{leaf}"
    );
    assert_eq!(acl(&mut tree, Roles::BASIC, "/BBF/Users/"), Err(703));
}

#[test]
fn selected_values_are_offered_on_request_only() {
    let mut tree = Tree::vdsl(0, 1);
    let select = |tree: &mut Tree, start: &str, filter: &str| {
        call(
            tree,
            "GetSelectedValues",
            &[("StartingNode", start), ("Filter", filter)],
        )
        .map(|answer| entries(&answer[0].1, "ParameterPath"))
    };
    assert_eq!(select(&mut tree, "/BBF/Time/", ""), Err(401));
    tree.settings.selected_values = true;
    assert_eq!(
        select(&mut tree, "/BBF/Ethernet/Interface/#/Name", "")
            .unwrap()
            .len(),
        4
    );
    let up = select(
        &mut tree,
        "/BBF/Ethernet/Interface/#/Name",
        "/BBF/Ethernet/Interface/#/Status = Up",
    )
    .unwrap();
    assert_eq!(
        up,
        [
            "/BBF/Ethernet/Interface/0/Name",
            "/BBF/Ethernet/Interface/1/Name"
        ]
    );
    let one = select(
        &mut tree,
        "/BBF/Ethernet/Interface/#/Name",
        "/BBF/Ethernet/Interface/#/Status = Up AND /BBF/Ethernet/Interface/#/Name = eth1",
    )
    .unwrap();
    assert_eq!(one, ["/BBF/Ethernet/Interface/1/Name"]);
    assert_eq!(select(&mut tree, "/BBF/Time/", "nonsense"), Err(701));
}

#[test]
fn unknown_actions_and_strictness() {
    let mut tree = Tree::vdsl(0, 1);
    assert_eq!(call(&mut tree, "X_Unknown", &[]), Err(401));
    tree.settings.strict = true;
    assert_eq!(
        call(&mut tree, "GetSupportedDataModels", &[("Extra", "")]),
        Err(402)
    );
    assert_eq!(
        call(
            &mut tree,
            "CreateInstance",
            &[("MultiInstanceName", "/BBF/NAT/PortMapping/")]
        ),
        Err(402)
    );
    let undeclared =
        "<cms:ContentPathList><ContentPath>/BBF/Time/</ContentPath></cms:ContentPathList>";
    assert_eq!(
        call(&mut tree, "GetValues", &[("Parameters", undeclared)]),
        Err(702)
    );
    tree.settings.strict = false;
    assert!(call(&mut tree, "GetValues", &[("Parameters", undeclared)]).is_ok());
    // One control point puts the list itself in the argument's place.
    assert!(call(
        &mut tree,
        "GetValues",
        &[("ContentPathList", "<ContentPath>/BBF/Time/</ContentPath>")]
    )
    .is_ok());
}
