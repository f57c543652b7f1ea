//! Documents of ConfigurationManagement and DeviceProtection.

use upnp::access_control::{Acl, Identity, IdentityList, NodeAcl, Role, RoleList};
use upnp::data_model::document::{
    read_node_attributes, read_paths, read_supported_data_models, write_initial_values,
};
use upnp::data_model::node::{Access, NodeType};
use upnp::data_model::path::InstancePath;
use upnp::data_model::update::StateUpdate;
use upnp::xml::Forgiven;

use crate::element;

#[test]
fn documents_of_real_devices() {
    let mut forgiven = Vec::new();
    let root = element(include_str!(
        "../fixtures/inteno-gateway/supported-data-models.xml"
    ));
    let models = read_supported_data_models(&root, &mut forgiven);
    let locations: Vec<&str> = models.iter().map(|model| model.location.as_str()).collect();
    assert_eq!(
        locations,
        ["/BBF/DeviceInfo/", "/BBF/WiFi/", "/UPnP/DM/DeviceInfo/"]
    );
    assert_eq!(
        models[2].uri,
        "urn:UPnP:Parent Device:1:ConfigurationManagement:2"
    );
    let root = element(include_str!(
        "../fixtures/tpvision-sensor/supported-data-models.xml"
    ));
    assert_eq!(
        read_supported_data_models(&root, &mut forgiven)[0].location,
        "/UPnP/SensorMgt/"
    );
    assert!(forgiven.is_empty());
    let root =
        element("<S><SubTree><URI>u</URI></SubTree><SubTree><Location>/</Location></SubTree></S>");
    assert_eq!(
        read_supported_data_models(&root, &mut forgiven)[0].location,
        "/"
    );
    assert_eq!(
        forgiven,
        [Forgiven::Skipped("a SubTree without a Location".into())]
    );

    let root = element("<L><P> /a/1/ </P><P>/a</P><Q>/b/1/</Q></L>");
    let mut forgiven = Vec::new();
    assert_eq!(
        read_paths(&root, "P", InstancePath::parse, &mut forgiven).len(),
        1
    );
    assert_eq!(
        forgiven,
        [Forgiven::Skipped(
            "\"/a\" is not an instance path: an object path ends with /".into()
        )]
    );

    let root = element(
        "<L><Node><Version>x</Version><Access>READONLY</Access><Unknown/><NodeAttributePath>/a</NodeAttributePath>\
         <Type>unsignedInt</Type><EventOnChange>true</EventOnChange></Node><Node/></L>",
    );
    let nodes = read_node_attributes(&root, &mut forgiven);
    assert_eq!(nodes.len(), 1);
    assert_eq!(
        (
            &nodes[0].node_type,
            nodes[0].access,
            nodes[0].event_on_change,
            nodes[0].alarm_on_change,
            nodes[0].version
        ),
        (
            &Some(NodeType::Int),
            Some(Access::ReadOnly),
            Some(true),
            None,
            None
        )
    );
    assert_eq!(
        write_initial_values(&[("Alias", "x")]),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><cms:ParameterInitialValueList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\">\
         <Parameter><ParameterPath>Alias</ParameterPath><Value>x</Value></Parameter></cms:ParameterInitialValueList>"
    );
}

#[test]
fn state_updates() {
    let check = |text: &str, expected: Option<(u32, &str, Option<&str>)>| {
        let found = StateUpdate::parse(text);
        assert_eq!(
            found
                .as_ref()
                .map(|u| (u.version, u.date_time.as_str(), u.values.as_deref())),
            expected,
            "{text}"
        );
    };
    check(
        "20,2015-07-27T19:22:13",
        Some((20, "2015-07-27T19:22:13", None)),
    );
    check(
        " 0 , 2015-07-27T19:22:13.000Z ",
        Some((0, "2015-07-27T19:22:13.000Z", None)),
    );
    check("1,t,<a>1,2</a>", Some((1, "t", Some("<a>1,2</a>"))));
    check("7", Some((7, "", None)));
    check("", None);
    check("x,t", None);
    assert!(StateUpdate::parse("1,t,<a")
        .unwrap()
        .parameter_values()
        .is_err());
    assert!(StateUpdate::parse("1,t")
        .unwrap()
        .parameter_values()
        .unwrap()
        .is_empty());
}

#[test]
fn access_control_of_real_devices() {
    let mut forgiven = Vec::new();
    let nokia = Acl::read(
        &element(include_str!("../fixtures/nokia-igd/acl.xml")),
        &mut forgiven,
    );
    assert_eq!(nokia.identities.len(), 2);
    let Identity::ControlPoint { alias, .. } = &nokia.identities[1].identity else {
        panic!()
    };
    assert_eq!(alias.as_deref(), Some("Desk & chair"));
    assert!(nokia.identities[1].introduced && nokia.identities[1].roles.contains(Role::BASIC));
    let punch = Acl::read(
        &element(include_str!("../fixtures/ds-lite-punch/acl.xml")),
        &mut forgiven,
    );
    assert_eq!(punch.identities[0].roles.to_string(), "Basic Public");
    assert_eq!(punch.roles.len(), 2);
    assert!(forgiven.is_empty());
    let root = element("<ACL><Identities><User/><CP><Name>a</Name></CP><x/></Identities><Roles><Role><Name>a b</Name></Role></Roles></ACL>");
    assert_eq!(Acl::read(&root, &mut forgiven), Acl::default());
    assert_eq!(forgiven.len(), 3);
    let user = Identity::User { name: "A&B".into() };
    assert_eq!(
        user.write(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Identity xmlns=\"urn:schemas-upnp-org:gw:DeviceProtection\"><User><Name>A&amp;B</Name></User></Identity>"
    );
    let root = element("<Identities><CP><ID>UUID:ab</ID></CP></Identities>");
    let IdentityList(list) = IdentityList::read(&root, &mut Vec::new());
    assert!(matches!(&list[0], Identity::ControlPoint { id, .. } if id == "ab"));
    assert!(list[0].write().contains("<CP><ID>ab</ID></CP>"));
}

#[test]
fn roles_are_sets() {
    let roles = RoleList::parse(" Admin  Basic\nAdmin x.example:R ");
    assert_eq!(roles.to_string(), "Admin Basic x.example:R");
    assert!(roles.contains("Admin") && !roles.contains("admin"));
    assert!(
        roles.allows(&RoleList::parse("Basic Public")) && !roles.allows(&RoleList::parse("Public"))
    );
    assert!(RoleList::parse("Public").allows(&RoleList::default()));
    assert!(RoleList::parse("").is_empty());
    assert_eq!(Role::parse(&"x".repeat(65)), None);
    let acl = element("<ACL><Node factorized='1'><ACLDataPath>/BBF/</ACLDataPath><List>Public Basic</List><Write>Admin</Write></Node><x/></ACL>");
    let nodes = NodeAcl::read_all(&acl);
    assert_eq!(nodes.len(), 1);
    assert!(
        nodes[0].factorized
            && nodes[0].list.contains("Basic")
            && nodes[0].read.is_empty()
            && nodes[0].write.contains("Admin")
    );
}
