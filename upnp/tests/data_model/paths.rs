//! Which path is of which kind, and the two notations of one node.

use upnp::data_model::notation::Notation;
use upnp::data_model::path::{
    AclDataPath, ContentPath, InstancePath, MultiInstancePath, NodeAttributePath, ParameterPath,
    PartialPath, StructurePath,
};
use upnp::limits;

#[test]
fn which_path_is_of_which_kind() {
    // Structure, partial, instance, table, parameter, content, node, ACL.
    let check = |text: &str, expected: &str| {
        let kinds = [
            StructurePath::parse(text).is_ok(),
            PartialPath::parse(text).is_ok(),
            InstancePath::parse(text).is_ok(),
            MultiInstancePath::parse(text).is_ok(),
            ParameterPath::parse(text).is_ok(),
            ContentPath::parse(text).is_ok(),
            NodeAttributePath::parse(text).is_ok(),
            AclDataPath::parse(text).is_ok(),
        ];
        let found: String = "SPITVCNA"
            .chars()
            .zip(kinds)
            .map(|(kind, is)| if is { kind } else { '.' })
            .collect();
        assert_eq!(found, expected, "{text:?}");
    };
    check("/", "SP...CNA");
    check("/BBF/NAT/", "SP.T.CNA");
    check("/BBF/NAT/PortMapping/3/", ".PI..CNA");
    check("/BBF/NAT/PortMapping/3/Enable", "....VCNA");
    check("/BBF/Time/Enable", "S...VCNA");
    check("/BBF/NAT/PortMapping/#/Enable", "S......A");
    check("/BBF/NAT/PortMapping/#/", "S......A");
    check("/BBF/X_VENDOR-1:a_b/", "SP.T.CNA");
    check("  /BBF/Time/Enable\n", "S...VCNA");
    check("/BBF/NAT/PortMapping/3", ".......A");
    check("/BBF/NAT/PortMapping/#", "........");
    check("", "........");
    check("//", "........");
    check("/a//b", "........");
    check("BBF/Time/", "........");
    check("/a/\u{7}", "........");
    check(&format!("/{}", "x".repeat(limits::PATH_BYTES)), "........");
}

#[test]
fn paths_lead_to_each_other() {
    let parameter = ParameterPath::parse("/BBF/NAT/PortMapping/3/Enable").unwrap();
    assert_eq!(parameter.object().as_str(), "/BBF/NAT/PortMapping/3/");
    assert_eq!(
        StructurePath::from(&parameter).as_str(),
        "/BBF/NAT/PortMapping/#/Enable"
    );
    assert_eq!(parameter.name(), Some("Enable"));
    assert!(
        parameter.is_within("/BBF/NAT/")
            && !parameter.is_within("/BBF/NA")
            && parameter.is_within("/")
    );
    let row = InstancePath::parse("/BBF/NAT/PortMapping/3/").unwrap();
    assert_eq!(
        (row.identifier(), row.table().unwrap().as_str()),
        ("3", "/BBF/NAT/PortMapping/")
    );
    assert!(InstancePath::parse("/1/").unwrap().table().is_err());
    let object = PartialPath::from(&row);
    assert_eq!(object.parameter("Enable").unwrap(), parameter);
    assert!(
        object.parameter("a/").is_err()
            && object.parameter("7").is_err()
            && object.parameter("").is_err()
    );
    assert_eq!(
        object.object("Stats").unwrap().as_str(),
        "/BBF/NAT/PortMapping/3/Stats/"
    );
    assert_eq!(object.parent().unwrap().as_str(), "/BBF/NAT/PortMapping/");
    assert_eq!(PartialPath::root().parent(), None);
    assert_eq!(
        StructurePath::parse("/BBF/A")
            .unwrap()
            .parent()
            .unwrap()
            .as_str(),
        "/BBF/"
    );
    assert!(StructurePath::parse("/BBF/A/#/").unwrap().is_instance());
    assert_eq!(
        StructurePath::from_answer(" /BBF/DSL/Line/0/LinkStatus ")
            .unwrap()
            .as_str(),
        "/BBF/DSL/Line/#/LinkStatus"
    );
    assert!(StructurePath::from_answer("/BBF/DSL/Line/0").is_err());
    assert_eq!(
        ContentPath::from(&parameter).as_parameter(),
        Some(parameter)
    );
    assert_eq!(ContentPath::from(row).as_parameter(), None);
}

#[test]
fn two_notations_of_one_node() {
    let check = |base: u32, upnp: &str, bbf: Option<&str>| {
        let notation = Notation::new("BBF", "Device", base);
        assert_eq!(notation.to_bbf(upnp).as_deref(), bbf, "{upnp}");
        if let Some(bbf) = bbf {
            assert_eq!(notation.to_upnp(bbf).as_deref(), Some(upnp), "{bbf}");
        }
    };
    check(0, "/BBF/", Some("Device."));
    check(0, "/BBF/DSL/Line/0/", Some("Device.DSL.Line.1."));
    check(
        1,
        "/BBF/DSL/Line/1/Status",
        Some("Device.DSL.Line.1.Status"),
    );
    check(1, "/BBF/DSL/Line/0/", None);
    check(
        0,
        "/BBF/DSL/Line/#/Status",
        Some("Device.DSL.Line.{i}.Status"),
    );
    check(
        0,
        "/BBF/VoiceService/0/Enable",
        Some("Device.Services.VoiceService.1.Enable"),
    );
    check(
        0,
        "/BBF/X_INTENO_SE_Wifi/",
        Some("Device.X_INTENO_SE_Wifi."),
    );
    check(0, "/UPnP/DM/", None);
    check(0, "/BBF/DSL/Line/99999999999999999999/", None);
    let notation = Notation::new("/a/b/", "InternetGatewayDevice.", 0);
    assert_eq!(notation.location(), "/a/b/");
    assert_eq!(
        notation.to_bbf("/a/b/LANDevice/0/").as_deref(),
        Some("InternetGatewayDevice.LANDevice.1.")
    );
    let check = |bbf: &str, upnp: Option<&str>| {
        assert_eq!(
            Notation::new("/BBF/", "Device.", 0).to_upnp(bbf).as_deref(),
            upnp,
            "{bbf}"
        );
    };
    check("Device.Services.", Some("/BBF/"));
    check(
        "Device.Services.X_Other.1.",
        Some("/BBF/Services/X_Other/0/"),
    );
    check("Device.WiFi.SSID.*.Enable", Some("/BBF/WiFi/SSID/#/Enable"));
    check("Device.WiFi.SSID.0.", None);
    check("Device.WiFi/SSID", None);
    check("InternetGatewayDevice.X", None);
    check("Device..X", None);
}

#[test]
fn references_in_either_notation() {
    let check = |value: &str, expected: Option<(&str, &str)>| {
        let found = Notation::new("/BBF/", "Device.", 0).reference(value);
        let found = found.as_ref().map(|r| (r.upnp.as_str(), r.bbf.as_str()));
        assert_eq!(found, expected, "{value}");
    };
    let link = Some(("/BBF/Ethernet/Link/0/", "Device.Ethernet.Link.1."));
    check("/BBF/Ethernet/Link/0/", link);
    check("/BBF/Ethernet/Link/0", link);
    check("Device.Ethernet.Link.1.", link);
    check(" Device.Ethernet.Link.1 ", link);
    check(
        "/BBF/Time/Enable",
        Some(("/BBF/Time/Enable", "Device.Time.Enable")),
    );
    check("Device.Ethernet.Link.0.", None);
    check("Device.", None);
    check("/BBF/Ethernet/Link/#/", None);
    check("up", None);
    check("", None);
}
