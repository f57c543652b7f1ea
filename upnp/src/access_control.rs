//! Roles, identities and the documents DeviceProtection carries about them.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::soap::value::parse_boolean;
use crate::xml::write::Writer;
use crate::xml::{note, Element, Forgiven, Node};

/// Namespace of the documents.
const NAMESPACE: &str = "urn:schemas-upnp-org:gw:DeviceProtection";

/// Most characters of a role name.
const ROLE_CHARACTERS: usize = 64;

/// A role name; letter case counts. Three are defined by DeviceProtection,
/// others are the maker's (`domain.example:Role`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Role(String);

impl Role {
    /// What everybody has.
    pub const PUBLIC: &'static str = "Public";
    /// What an introduced control point usually gets.
    pub const BASIC: &'static str = "Basic";
    /// What managing takes.
    pub const ADMIN: &'static str = "Admin";

    /// A name without blanks, of 1 to 64 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim();
        let fits = !name.is_empty()
            && name.chars().count() <= ROLE_CHARACTERS
            && !name.chars().any(|c| c.is_whitespace() || c.is_control());
        fits.then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A set of roles; its text is the names with blanks between.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct RoleList(BTreeSet<Role>);

impl RoleList {
    /// Splits a text at blanks; what is no role name is left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().filter_map(Role::parse).collect())
    }

    /// Whether the role is in the set.
    #[must_use]
    pub fn contains(&self, role: &str) -> bool {
        self.iter().any(|held| held.as_str() == role)
    }

    /// Whether the two sets share a role; everybody has Public.
    #[must_use]
    pub fn allows(&self, held: &RoleList) -> bool {
        self.contains(Role::PUBLIC) || self.0.intersection(&held.0).next().is_some()
    }

    /// Roles in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a RoleList element: text, or nested Role elements, which a
    /// gateway in the field sends (ds-lite-punch).
    fn read(element: &Element) -> Self {
        let mut roles = Self::parse(&element.raw_text());
        for role in element.children_named("Role") {
            roles.0.extend(Self::parse(&role.raw_text()).0);
            let named = role.child_text("Name").unwrap_or_default();
            roles.0.extend(Self::parse(&named).0);
        }
        roles
    }
}

impl FromIterator<Role> for RoleList {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

impl fmt::Display for RoleList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, role) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            role.fmt(f)?;
        }
        Ok(())
    }
}

/// Who a right can be given to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Identity {
    /// Somebody with a password.
    User {
        /// Login name.
        name: String,
    },
    /// A control point with a certificate.
    ControlPoint {
        /// Name, the common name of the certificate.
        name: String,
        /// What a person called it; for display only.
        alias: Option<String>,
        /// UUID made from the certificate, without `uuid:`.
        id: String,
    },
}

impl Identity {
    /// The document of RemoveIdentity and of the role actions: only what
    /// tells the identity apart.
    #[must_use]
    pub fn write(&self) -> String {
        let mut writer = Writer::with_declaration();
        writer.open("Identity", &[("xmlns", NAMESPACE)]);
        match self {
            Self::User { name } => {
                writer.open("User", &[]).leaf("Name", name).close("User");
            }
            Self::ControlPoint { id, .. } => {
                writer.open("CP", &[]).leaf("ID", id).close("CP");
            }
        }
        writer.close("Identity");
        writer.finish()
    }

    /// Reads a User or CP element; none when it lacks its name or ID.
    fn read(element: &Element) -> Option<Self> {
        match element.name.as_str() {
            "User" => Some(Self::User {
                name: element.child("Name").map(Element::text)?,
            }),
            "CP" => {
                let id = element.child_text("ID")?;
                let id = match id.get(..5) {
                    Some(prefix) if prefix.eq_ignore_ascii_case("uuid:") => {
                        id.get(5..).unwrap_or_default().trim().to_owned()
                    }
                    _ => id,
                };
                if id.is_empty() {
                    return None;
                }
                Some(Self::ControlPoint {
                    name: element.child_text("Name").unwrap_or_default(),
                    alias: element.child_text("Alias"),
                    id,
                })
            }
            _ => None,
        }
    }

    fn write_into(&self, writer: &mut Writer, introduced: Option<bool>, roles: Option<&RoleList>) {
        let tag = match self {
            Self::User { .. } => "User",
            Self::ControlPoint { .. } => "CP",
        };
        match introduced {
            Some(introduced) => {
                let introduced = if introduced { "1" } else { "0" };
                writer.open(tag, &[("introduced", introduced)]);
            }
            None => {
                writer.open(tag, &[]);
            }
        }
        match self {
            Self::User { name } => {
                writer.leaf("Name", name);
            }
            Self::ControlPoint { name, alias, id } => {
                writer.leaf("Name", name);
                if let Some(alias) = alias {
                    writer.leaf("Alias", alias);
                }
                writer.leaf("ID", id);
            }
        }
        if let Some(roles) = roles {
            writer.leaf("RoleList", &roles.to_string());
        }
        writer.close(tag);
    }
}

/// Identities, as AddIdentityList takes and answers them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IdentityList(pub Vec<Identity>);

impl IdentityList {
    /// The document.
    #[must_use]
    pub fn write(&self) -> String {
        let mut writer = Writer::with_declaration();
        writer.open("Identities", &[("xmlns", NAMESPACE)]);
        for identity in &self.0 {
            identity.write_into(&mut writer, None, None);
        }
        writer.close("Identities");
        writer.finish()
    }

    /// Reads the document; roles in it mean nothing.
    #[must_use]
    pub fn read(root: &Element, forgiven: &mut Vec<Forgiven>) -> Self {
        let mut list = Self::default();
        for element in identities(root) {
            match Identity::read(element) {
                Some(identity) => list.0.push(identity),
                None => skipped(forgiven, element),
            }
        }
        list
    }
}

fn identities(parent: &Element) -> impl Iterator<Item = &Element> {
    parent
        .elements()
        .filter(|element| matches!(element.name.as_str(), "User" | "CP"))
}

fn skipped(forgiven: &mut Vec<Forgiven>, element: &Element) {
    let what = format!("{} without name or ID", element.name);
    note(forgiven, Forgiven::Skipped(what));
}

/// One identity the device knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AclEntry {
    /// Who.
    pub identity: Identity,
    /// Whether a control point went through the introduction.
    pub introduced: bool,
    /// Roles that last beyond a session.
    pub roles: RoleList,
}

/// Access control list of a device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Acl {
    /// Identities in document order.
    pub identities: Vec<AclEntry>,
    /// Roles the device knows.
    pub roles: Vec<Role>,
}

impl Acl {
    /// Reads the document. An entry that lacks its name or ID is left out.
    #[must_use]
    pub fn read(root: &Element, forgiven: &mut Vec<Forgiven>) -> Self {
        let mut acl = Self::default();
        // `IdentityList` instead of `Identities` is ds-lite-punch's.
        let lists = root
            .elements()
            .filter(|list| matches!(list.name.as_str(), "Identities" | "IdentityList"));
        for element in lists.flat_map(identities) {
            let Some(identity) = Identity::read(element) else {
                skipped(forgiven, element);
                continue;
            };
            acl.identities.push(AclEntry {
                identity,
                introduced: element
                    .attribute("introduced")
                    .and_then(parse_boolean)
                    .unwrap_or(false),
                roles: element
                    .child("RoleList")
                    .map(RoleList::read)
                    .unwrap_or_default(),
            });
        }
        // A set, because a list of a hundred thousand names fits into an answer.
        let mut known = BTreeSet::new();
        for role in root
            .child("Roles")
            .into_iter()
            .flat_map(|roles| roles.children_named("Role"))
        {
            let name = role.child_text("Name").unwrap_or_else(|| role.text());
            match Role::parse(&name) {
                Some(role) => {
                    if known.insert(role.clone()) {
                        acl.roles.push(role);
                    }
                }
                None => skipped(forgiven, role),
            }
        }
        acl
    }

    /// The document.
    #[must_use]
    pub fn write(&self) -> String {
        let mut writer = Writer::with_declaration();
        writer
            .open("ACL", &[("xmlns", NAMESPACE)])
            .open("Identities", &[]);
        for entry in &self.identities {
            let introduced = match entry.identity {
                Identity::ControlPoint { .. } => Some(entry.introduced),
                Identity::User { .. } => None,
            };
            entry
                .identity
                .write_into(&mut writer, introduced, Some(&entry.roles));
        }
        writer.close("Identities").open("Roles", &[]);
        for role in &self.roles {
            writer
                .open("Role", &[])
                .leaf("Name", role.as_str())
                .close("Role");
        }
        writer.close("Roles").close("ACL");
        writer.finish()
    }
}

/// A piece of an access control list that has no meaning here: the maker's, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownPart {
    /// Where it stands, for example `Identities/User anna`.
    pub place: String,
    /// The piece as it was sent, without namespaces, and shortened if it is very long.
    pub xml: String,
}

/// Most pieces that are kept of one document.
const UNKNOWN_PARTS: usize = 100;

/// Most characters that are kept of one piece.
const UNKNOWN_CHARACTERS: usize = 2_000;

impl UnknownPart {
    /// Everything in the document that [`Acl::read`] passes over. The actions that change
    /// an access control list only ever name what they change, so the gateway keeps it.
    #[must_use]
    pub fn read_all(root: &Element) -> Vec<Self> {
        let mut parts = Vec::new();
        for list in root.elements() {
            match list.name.as_str() {
                "Identities" | "IdentityList" => {
                    for element in list.elements() {
                        Self::of_identity(element, &mut parts);
                    }
                }
                "Roles" => {
                    for role in list.elements() {
                        Self::of_role(role, &mut parts);
                    }
                }
                _ => Self::push(&mut parts, "ACL", list),
            }
        }
        parts
    }

    fn of_identity(element: &Element, parts: &mut Vec<Self>) {
        let name = match Identity::read(element) {
            Some(Identity::User { name }) => name,
            Some(Identity::ControlPoint { id, .. }) => id,
            None => return Self::push(parts, "Identities", element),
        };
        let place = format!("Identities/{} {name}", element.name);
        let known: &[&str] = match element.name.as_str() {
            "User" => &["Name", "RoleList"],
            _ => &["Name", "Alias", "ID", "RoleList"],
        };
        for child in element.elements() {
            if !known.contains(&child.name.as_str()) {
                Self::push(parts, &place, child);
            }
        }
        for attribute in &element.attributes {
            if attribute.name != "introduced" && parts.len() < UNKNOWN_PARTS {
                parts.push(Self {
                    place: place.clone(),
                    xml: shortened(format!("{}=\"{}\"", attribute.name, attribute.value)),
                });
            }
        }
    }

    fn of_role(role: &Element, parts: &mut Vec<Self>) {
        let name = role.child_text("Name").unwrap_or_else(|| role.text());
        if role.name != "Role" || Role::parse(&name).is_none() {
            return Self::push(parts, "Roles", role);
        }
        for child in role.elements().filter(|child| child.name != "Name") {
            Self::push(parts, &format!("Roles/Role {name}"), child);
        }
    }

    fn push(parts: &mut Vec<Self>, place: &str, element: &Element) {
        if parts.len() < UNKNOWN_PARTS {
            let mut writer = Writer::new();
            write_raw(&mut writer, element);
            parts.push(Self {
                place: place.to_owned(),
                xml: shortened(writer.finish()),
            });
        }
    }
}

/// Writes an element again. The reader limits how deep it can be.
fn write_raw(writer: &mut Writer, element: &Element) {
    let attributes: Vec<(&str, &str)> = element
        .attributes
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.value.as_str()))
        .collect();
    writer.open(&element.name, &attributes);
    for node in &element.children {
        match node {
            Node::Element(child) => write_raw(writer, child),
            Node::Text(text) => {
                writer.text(text);
            }
        }
    }
    writer.close(&element.name);
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(UNKNOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Protocols of introduction and login by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SupportedProtocols {
    /// For introductions; `WPS` by the standard.
    pub introduction: Vec<String>,
    /// For logins; `PKCS5` by the standard.
    pub login: Vec<String>,
}

impl SupportedProtocols {
    /// Reads the document.
    #[must_use]
    pub fn read(root: &Element) -> Self {
        let names = |kind: &str| {
            root.children_named(kind)
                .flat_map(|element| element.children_named("Name"))
                .map(Element::text)
                .filter(|name| !name.is_empty())
                .collect()
        };
        Self {
            introduction: names("Introduction"),
            login: names("Login"),
        }
    }

    /// The document.
    #[must_use]
    pub fn write(&self) -> String {
        let mut writer = Writer::with_declaration();
        writer.open("SupportedProtocols", &[("xmlns", NAMESPACE)]);
        for (kind, names) in [("Introduction", &self.introduction), ("Login", &self.login)] {
            for name in names {
                writer.open(kind, &[]).leaf("Name", name).close(kind);
            }
        }
        writer.close("SupportedProtocols");
        writer.finish()
    }
}

/// Which roles may do what with one node of the data model
/// (ConfigurationManagement:2, GetACLData).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeAcl {
    /// The node, as sent.
    pub path: String,
    /// Whether all below the node is meant, unless it says otherwise.
    pub factorized: bool,
    /// Roles that may see it.
    pub list: RoleList,
    /// Roles that may read it.
    pub read: RoleList,
    /// Roles that may change it.
    pub write: RoleList,
}

impl NodeAcl {
    /// Reads the entries of the document that are understood. Its spelling is
    /// known from no gateway, so every child with a path is an entry.
    #[must_use]
    pub fn read_all(root: &Element) -> Vec<Self> {
        root.elements()
            .filter_map(|node| {
                let roles = |name: &str| node.child(name).map(RoleList::read).unwrap_or_default();
                let factorized = node
                    .attribute("factorized")
                    .map(str::to_owned)
                    .or_else(|| node.child_text("factorized"));
                Some(Self {
                    path: node.child_text("ACLDataPath")?,
                    factorized: factorized
                        .and_then(|text| parse_boolean(&text))
                        .unwrap_or(false),
                    list: roles("List"),
                    read: roles("Read"),
                    write: roles("Write"),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_told_with_its_place() {
        let text = "<ACL xmlns=\"urn:x\"><Identities>\
            <User level=\"3\"><Name>anna</Name><RoleList>Admin</RoleList><Room n=\"1\">A &amp; B</Room></User>\
            <CP><Name>no ID</Name></CP><Group><Name>all</Name></Group></Identities>\
            <Roles><Role><Name>Admin</Name><Hint/></Role><Role><Name>a b</Name></Role></Roles>\
            <Schedule>night</Schedule></ACL>";
        let root = crate::xml::parse(text, 10_000).unwrap().root;
        let parts: Vec<(String, String)> = UnknownPart::read_all(&root)
            .into_iter()
            .map(|part| (part.place, part.xml))
            .collect();
        let expected = [
            ("Identities/User anna", "<Room n=\"1\">A &amp; B</Room>"),
            ("Identities/User anna", "level=\"3\""),
            ("Identities", "<CP><Name>no ID</Name></CP>"),
            ("Identities", "<Group><Name>all</Name></Group>"),
            ("Roles/Role Admin", "<Hint></Hint>"),
            ("Roles", "<Role><Name>a b</Name></Role>"),
            ("ACL", "<Schedule>night</Schedule>"),
        ]
        .map(|(place, xml)| (place.to_owned(), xml.to_owned()));
        assert_eq!(parts, expected);
        assert_eq!(Acl::read(&root, &mut Vec::new()).identities.len(), 1);
        let plain = Acl::read(&root, &mut Vec::new()).write();
        let root = crate::xml::parse(&plain, 10_000).unwrap().root;
        assert_eq!(UnknownPart::read_all(&root), []);
    }

    #[test]
    fn a_flood_of_unknown_parts_is_cut_short() {
        let one = format!("<X>{}</X>", "ä".repeat(5_000));
        let text = format!("<ACL>{}</ACL>", one.repeat(150));
        let root = crate::xml::parse(&text, 10_000_000).unwrap().root;
        let parts = UnknownPart::read_all(&root);
        assert_eq!(parts.len(), UNKNOWN_PARTS);
        assert!(parts
            .iter()
            .all(|part| part.xml.chars().count() == UNKNOWN_CHARACTERS + 1));
    }
}
