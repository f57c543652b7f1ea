//! Documents of DeviceProtection: who may do what.

use upnp::access_control::{
    Acl, Identity, IdentityList, NodeAcl, Role, RoleList, SupportedProtocols,
};
use upnp::limits;
use upnp::xml::text::is_xml_text;
use upnp::xml::{self, Element};

use crate::parameter_values::reread;

/// Checks one document of DeviceProtection.
///
/// # Panics
/// When something that must hold does not.
pub fn acl_document(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let read = xml::parse(&text, limits::DOCUMENT_BYTES);
    assert_eq!(read, xml::parse(&text, limits::DOCUMENT_BYTES));
    roles(&RoleList::parse(&text));
    let Ok(document) = read else { return };
    crate::reported(&document.forgiven);
    acl(&document.root);
    identities(&document.root);
    protocols(&document.root);
    for node in NodeAcl::read_all(&document.root) {
        assert!(!node.path.is_empty());
        for list in [&node.list, &node.read, &node.write] {
            roles(list);
        }
    }
}

fn roles(list: &RoleList) {
    assert_eq!(&RoleList::parse(&list.to_string()), list);
    let everybody = RoleList::parse(Role::PUBLIC);
    assert!(list.is_empty() || list.allows(list));
    assert!(everybody.allows(list), "everybody has Public");
    for role in list.iter() {
        assert_eq!(Role::parse(role.as_str()).as_ref(), Some(role));
        assert!(list.contains(role.as_str()));
    }
}

fn acl(root: &Element) {
    let mut forgiven = Vec::new();
    let mut acl = Acl::read(root, &mut forgiven);
    crate::reported(&forgiven);
    for entry in &mut acl.identities {
        roles(&entry.roles);
        // Only a control point can be introduced, so nothing else is written.
        entry.introduced &= matches!(entry.identity, Identity::ControlPoint { .. });
        let alone = reread(&entry.identity.write());
        let named = IdentityList::read(&alone, &mut Vec::new());
        assert!(named.0.len() == 1 || !carried(&entry.identity));
    }
    let mut names = acl.roles.clone();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), acl.roles.len(), "each role is named once");
    let written = acl.write();
    let again = Acl::read(&reread(&written), &mut forgiven);
    let carried = acl.identities.iter().all(|entry| carried(&entry.identity))
        && acl
            .identities
            .iter()
            .flat_map(|entry| entry.roles.iter())
            .chain(&acl.roles)
            .all(|role| is_xml_text(role.as_str()));
    if carried {
        assert_eq!(again, acl, "what was written is what was read");
    }
}

fn identities(root: &Element) {
    let list = IdentityList::read(root, &mut Vec::new());
    let again = IdentityList::read(&reread(&list.write()), &mut Vec::new());
    if list.0.iter().all(carried) {
        assert_eq!(again, list);
    }
}

/// Whether XML can carry the texts: others are changed on writing.
fn carried(identity: &Identity) -> bool {
    match identity {
        Identity::User { name } => is_xml_text(name),
        Identity::ControlPoint { name, alias, id } => {
            // A second `uuid:` behind the first is part of the ID, and lost on the next reading.
            let id_stays = is_xml_text(id) && !id.to_ascii_lowercase().starts_with("uuid:");
            is_xml_text(name) && id_stays && alias.as_deref().is_none_or(is_xml_text)
        }
    }
}

fn protocols(root: &Element) {
    let protocols = SupportedProtocols::read(root);
    let again = SupportedProtocols::read(&reread(&protocols.write()));
    let mut names = protocols.introduction.iter().chain(&protocols.login);
    if names.all(|name| is_xml_text(name)) {
        assert_eq!(again, protocols);
    }
}
