//! The XML documents DeviceProtection:1 carries in its arguments (clauses 2.4.3 to 2.4.6).

use crate::acl::{Acl, ControlPoint, Subject, User, ROLES};
use crate::identity::IdentityUuid;
use crate::xml::{leaf, Element};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const ATTRIBUTES: &str = "xmlns=\"urn:schemas-upnp-org:gw:DeviceProtection\" \
     xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
     xsi:schemaLocation=\"urn:schemas-upnp-org:gw:DeviceProtection http://www.upnp.org/schemas/gw/DeviceProtection-v1.xsd\"";

/// The SupportedProtocols document: one introduction and one login.
pub fn supported_protocols() -> String {
    format!(
        "{DECLARATION}<SupportedProtocols {ATTRIBUTES}><Introduction><Name>WPS</Name></Introduction>\
         <Login><Name>PKCS5</Name></Login></SupportedProtocols>"
    )
}

/// What a maker adds to the ACL document: the standard allows it, and says nothing of its meaning.
pub const MAKERS_PARTS: [&str; 2] = [
    "<Group><Name>Family</Name><Member>Administrator</Member></Group>",
    "<AccessSchedule days=\"1-5\">06:00-22:00</AccessSchedule>",
];

/// The ACL document, with the maker's own parts if wanted.
pub fn acl(acl: &Acl, makers_parts: bool) -> String {
    let [group, schedule] = if makers_parts { MAKERS_PARTS } else { [""; 2] };
    let mut out = format!("{DECLARATION}<ACL {ATTRIBUTES}><Identities>");
    write_identities(&mut out, acl, true);
    out.push_str(group);
    out.push_str("</Identities><Roles>");
    for role in ROLES {
        out.push_str("<Role>");
        leaf(&mut out, "Name", role);
        out.push_str("</Role>");
    }
    out.push_str("</Roles>");
    out.push_str(schedule);
    out.push_str("</ACL>");
    out
}

/// The Identities document: every identity the gateway knows.
pub fn identities(acl: &Acl) -> String {
    let mut out = format!("{DECLARATION}<Identities {ATTRIBUTES}>");
    write_identities(&mut out, acl, false);
    out.push_str("</Identities>");
    out
}

fn write_identities(out: &mut String, acl: &Acl, with_roles: bool) {
    for user in &acl.users {
        write_user(out, user, with_roles);
    }
    for control_point in &acl.control_points {
        write_control_point(out, control_point, with_roles);
    }
}

fn write_user(out: &mut String, user: &User, with_roles: bool) {
    out.push_str("<User>");
    leaf(out, "Name", &user.name);
    if with_roles {
        leaf(out, "RoleList", &user.roles.names());
    }
    out.push_str("</User>");
}

fn write_control_point(out: &mut String, control_point: &ControlPoint, with_roles: bool) {
    out.push_str(if control_point.introduced {
        "<CP introduced=\"1\">"
    } else {
        "<CP introduced=\"0\">"
    });
    leaf(out, "Name", &control_point.name);
    if let Some(alias) = &control_point.alias {
        leaf(out, "Alias", alias);
    }
    leaf(out, "ID", &control_point.id.to_string());
    if with_roles {
        leaf(out, "RoleList", &control_point.roles.names());
    }
    out.push_str("</CP>");
}

/// One identity of an IdentityList: whom, its name and its alias.
pub type ListedIdentity = (Subject, String, Option<String>);

/// Reads an IdentityList; an entry that cannot be read is left out. Nothing when it is not a list at all.
pub fn read_identity_list(text: &str) -> Option<Vec<ListedIdentity>> {
    let root = Element::parse(text)
        .ok()
        .filter(|root| root.name == "Identities")?;
    Some(root.children.iter().filter_map(read_listed).collect())
}

fn read_listed(element: &Element) -> Option<ListedIdentity> {
    let name = element.child_text("Name").unwrap_or_default().to_owned();
    let alias = element.child_text("Alias").map(str::to_owned);
    Some((subject(element)?, name, alias))
}

fn subject(element: &Element) -> Option<Subject> {
    match element.name.as_str() {
        "User" => Some(Subject::User(element.child_text("Name")?.to_owned())),
        "CP" => Some(Subject::ControlPoint(IdentityUuid::parse(
            element.child_text("ID")?,
        )?)),
        _ => None,
    }
}

/// Reads an Identity document, which points at exactly one user or control point.
pub fn read_identity(text: &str) -> Option<Subject> {
    let root = Element::parse(text)
        .ok()
        .filter(|root| root.name == "Identity")?;
    match root.children.as_slice() {
        [only] => subject(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_back_what_they_name() {
        let mut list = Acl::factory();
        let id = IdentityUuid::of_leaf_der(b"abc");
        list.add(&Subject::ControlPoint(id), "A <box>", Some("Desk & chair"))
            .unwrap();
        let read = read_identity_list(&identities(&list)).unwrap();
        assert_eq!(read[0].0, Subject::User("Administrator".to_owned()));
        assert_eq!(
            read[1],
            (
                Subject::ControlPoint(id),
                "A <box>".to_owned(),
                Some("Desk & chair".to_owned())
            )
        );
        for makers_parts in [false, true] {
            let document = Element::parse(&acl(&list, makers_parts)).unwrap();
            assert!(document.child("Roles").is_some());
            assert_eq!(document.child("AccessSchedule").is_some(), makers_parts);
        }
        assert!(Element::parse(&supported_protocols()).is_ok());
    }

    #[test]
    fn an_identity_names_exactly_one() {
        let id = IdentityUuid::of_leaf_der(b"abc");
        let document = format!("<Identity><CP><ID>{id}</ID></CP></Identity>");
        assert_eq!(read_identity(&document), Some(Subject::ControlPoint(id)));
        for bad in [
            "",
            "<Identity/>",
            "<Identity><CP/></Identity>",
            "<Identity><User><Name>a</Name></User><CP/></Identity>",
        ] {
            assert_eq!(read_identity(bad), None, "{bad}");
        }
    }
}
