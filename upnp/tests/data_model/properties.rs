//! What is written reads back, and nothing makes a reader panic.

use proptest::prelude::*;
use upnp::access_control::{
    Acl, AclEntry, Identity, IdentityList, NodeAcl, Role, RoleList, SupportedProtocols,
};
use upnp::data_model::document::{
    read_node_attributes, read_paths, read_supported_data_models, stream_paths,
    write_node_attributes, write_paths, write_supported_data_models, SubTree,
};
use upnp::data_model::node::{Access, NodeAttributes, NodeType};
use upnp::data_model::notation::Notation;
use upnp::data_model::parameter_values::{self, ParameterValues};
use upnp::data_model::path::{
    ContentPath, InstancePath, NodeAttributePath, PartialPath, StructurePath,
};
use upnp::data_model::update::StateUpdate;
use upnp::xml::text::is_xml_text;
use upnp::xml::{self};

use crate::element;
use crate::lists::values;

fn xml_text() -> impl Strategy<Value = String> {
    "[\\PC\r\n\t<>&\"']{0,30}".prop_filter("XML carries it", |text| is_xml_text(text))
}

/// Fields are trimmed when read, and an empty one counts as missing.
fn field() -> impl Strategy<Value = String> {
    xml_text().prop_map(|text| format!("x{text}x"))
}

fn segment() -> impl Strategy<Value = String> {
    "[A-Za-z_&<>][A-Za-z0-9_:&<>-]{0,8}|[0-9]{1,4}"
}

prop_compose! {
    fn path()(segments in proptest::collection::vec(segment(), 1..6), object in any::<bool>()) -> String {
        format!("/{}{}", segments.join("/"), if object { "/" } else { "" })
    }
}

fn identity() -> impl Strategy<Value = Identity> {
    prop_oneof![
        field().prop_map(|name| Identity::User { name }),
        (field(), proptest::option::of(field()), "[0-9a-f-]{36}")
            .prop_map(|(name, alias, id)| Identity::ControlPoint { name, alias, id }),
    ]
}

fn roles() -> impl Strategy<Value = RoleList> {
    proptest::collection::vec("[A-Za-z:.&<]{1,8}", 0..4)
        .prop_map(|names| names.iter().filter_map(|name| Role::parse(name)).collect())
}

proptest! {
    #[test]
    fn paths_read_back(text in path()) {
        if let Ok(content) = ContentPath::parse(&text) {
            prop_assert_eq!(ContentPath::parse(content.as_str()).unwrap(), content.clone());
            let paths = vec![content];
            let list = write_paths("L", "P", &paths);
            let mut forgiven = Vec::new();
            let streamed = stream_paths(&list, "L", "P", ContentPath::parse, &mut forgiven);
            prop_assert_eq!(streamed.as_ref(), Ok(&paths));
            prop_assert_eq!(&forgiven, &[]);
            let root = element(&list);
            prop_assert_eq!(read_paths(&root, "P", ContentPath::parse, &mut Vec::new()), paths);
        }
        let _ = StructurePath::from_answer(&text).map(|path| path.parent());
    }

    #[test]
    fn notation_is_its_own_inverse(text in path(), base in 0_u32..2) {
        let notation = Notation::new("/BBF/", "Device.", base);
        let upnp = format!("/BBF{}", text.replace("//", "/"));
        // Leading zeros are lost, since identifiers become numbers.
        prop_assume!(!upnp.split('/').any(|part| part.len() > 1 && part.starts_with('0')));
        prop_assume!(!upnp.starts_with("/BBF/Services/"));
        if let Some(bbf) = notation.to_bbf(&upnp) {
            prop_assert_eq!(notation.to_upnp(&bbf), Some(upnp));
        }
    }

    #[test]
    fn parameter_values_read_back(parameters in proptest::collection::vec((path(), xml_text()), 0..8)) {
        let (found, forgiven) = values(&parameter_values::write(&parameters)).unwrap();
        prop_assert_eq!(&found, &parameters);
        prop_assert!(forgiven.is_empty());
        let kept: ParameterValues = parameters.iter().map(|(p, v)| (p, v)).collect();
        prop_assert!(kept.iter().eq(parameters.iter().map(|(p, v)| (p.as_str(), v.as_str()))));
    }

    #[test]
    fn data_models_read_back(uri in field(), location in path(), url in proptest::option::of(field())) {
        let models = vec![SubTree { uri, location: format!("{}/", location.trim_end_matches('/')), url: url.clone(), description: None, source_location: url }];
        let root = element(&write_supported_data_models(&models));
        prop_assert_eq!(read_supported_data_models(&root, &mut Vec::new()), models);
    }

    #[test]
    fn attributes_read_back(text in path(), event in proptest::option::of(any::<bool>()), version in proptest::option::of(any::<u32>()), mime in proptest::option::of(field()), kind in 0_usize..11) {
        let types = ["string", "int", "long", "boolean", "dateTime", "base64", "hexBinary", "SingleInstance", "MultiInstance", "Instance", "vendor"];
        if let Ok(path) = NodeAttributePath::parse(&text) {
            let node = NodeAttributes {
                node_type: Some(NodeType::parse(types[kind])),
                access: event.map(|on| if on { Access::ReadWrite } else { Access::ReadOnly }),
                event_on_change: event,
                alarm_on_change: event.map(|on| !on),
                version,
                mime_type: mime,
                ..NodeAttributes::new(path)
            };
            let nodes = vec![node];
            let root = element(&write_node_attributes(&nodes));
            prop_assert_eq!(read_node_attributes(&root, &mut Vec::new()), nodes);
        }
    }

    #[test]
    fn updates_read_back(version in any::<u32>(), values in proptest::option::of("<[a-z,]{1,9}>")) {
        let update = StateUpdate { version, date_time: "2026-11-21T00:00:00Z".into(), values };
        prop_assert_eq!(StateUpdate::parse(&update.to_text()), Some(update));
    }

    #[test]
    fn access_control_reads_back(entries in proptest::collection::vec((identity(), any::<bool>(), roles()), 0..5), known in roles(), names in proptest::collection::vec(field(), 0..3)) {
        let acl = Acl {
            identities: entries
                .iter()
                .map(|(identity, introduced, roles)| AclEntry {
                    introduced: *introduced && matches!(identity, Identity::ControlPoint { .. }),
                    identity: identity.clone(),
                    roles: roles.clone(),
                })
                .collect(),
            roles: known.iter().cloned().collect(),
        };
        prop_assert_eq!(Acl::read(&element(&acl.write()), &mut Vec::new()), acl);
        let list = IdentityList(entries.into_iter().map(|(identity, ..)| identity).collect());
        prop_assert_eq!(IdentityList::read(&element(&list.write()), &mut Vec::new()), list);
        let protocols = SupportedProtocols { introduction: names.clone(), login: names };
        prop_assert_eq!(SupportedProtocols::read(&element(&protocols.write())), protocols);
        prop_assert_eq!(RoleList::parse(&known.to_string()), known);
    }

    #[test]
    fn no_document_panics(text in "[<>&;/A-Za-c\"'= !?\\[\\]:#0-9-]{0,120}", odd in "\\PC{0,40}") {
        let _ = values(&text);
        let _ = values(&format!("<L><Parameter><ParameterPath>/a</ParameterPath>{text}"));
        let _ = StateUpdate::parse(&text).map(|update| update.parameter_values());
        let notation = Notation::new(&odd, &text, 1);
        for path in [&text, &odd] {
            let _ = (notation.to_bbf(path), notation.to_upnp(path), notation.reference(path));
            let _ = (StructurePath::from_answer(path), InstancePath::parse(path).map(|path| path.table()));
            let _ = (PartialPath::parse(path).map(|path| path.parent()), RoleList::parse(path));
        }
        if let Ok(document) = xml::parse(&format!("<L>{text}</L>"), 1000) {
            let _ = Acl::read(&document.root, &mut Vec::new());
            let _ = IdentityList::read(&document.root, &mut Vec::new());
            let _ = NodeAcl::read_all(&document.root);
            let _ = read_node_attributes(&document.root, &mut Vec::new());
            let _ = read_supported_data_models(&document.root, &mut Vec::new());
        }
    }
}
