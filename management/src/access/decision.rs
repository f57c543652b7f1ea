//! Who is meant, and whether a change would shut this installation out. No I/O.

use std::str::FromStr;

use dp_credentials::identity::IdentityUuid;
use upnp::access_control::{Acl, AclEntry, Identity, Role, UnknownPart};

use super::view::{AccessView, IdentityKind, IdentityView, UnknownPartView};

const USER: &str = "user:";
const CONTROL_POINT: &str = "control-point:";

/// Who we are to the gateway: our certificate, and the user logged in.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    pub control_point: Option<IdentityUuid>,
    pub user: Option<String>,
}

/// What is taken from an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken<'a> {
    /// All: the identity itself.
    Everything,
    /// One role.
    Role(&'a str),
}

/// Why a change takes more than a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnBranch {
    /// It removes this installation.
    ThisComputer,
    /// We would not hold Admin any more.
    OwnAdmin,
    /// Nobody would.
    LastAdmin,
}

/// Why a name fits no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotFound {
    Nobody,
    Several(Vec<String>),
}

impl Own {
    fn is(&self, identity: &Identity) -> bool {
        match identity {
            Identity::User { name } => self.is_user(name),
            Identity::ControlPoint { id, .. } => {
                self.control_point.is_some()
                    && IdentityUuid::from_str(id).ok() == self.control_point
            }
        }
    }

    pub(super) fn is_user(&self, name: &str) -> bool {
        self.user.as_deref().is_some_and(|own| same_name(own, name))
    }

    /// Whether a change saws off the branch we sit on.
    pub(super) fn branch(&self, acl: &Acl, of: &Identity, taken: Taken<'_>) -> Option<OwnBranch> {
        let control_point = matches!(of, Identity::ControlPoint { .. });
        if taken == Taken::Everything && control_point && self.is(of) {
            return Some(OwnBranch::ThisComputer);
        }
        let admin = |entry: &&AclEntry| entry.roles.contains(Role::ADMIN);
        let loses = matches!(taken, Taken::Everything | Taken::Role(Role::ADMIN));
        let stays = |entry: &&AclEntry| !(loses && same(&entry.identity, of));
        let own = |entry: &&AclEntry| self.is(&entry.identity);
        let admins = || acl.identities.iter().filter(admin);
        if admins().any(|entry| own(&entry)) && !admins().filter(stays).any(|entry| own(&entry)) {
            return Some(OwnBranch::OwnAdmin);
        }
        (admins().next().is_some() && !admins().any(|entry| stays(&entry)))
            .then_some(OwnBranch::LastAdmin)
    }

    /// The list as a face shows it.
    pub(super) fn view(&self, acl: &Acl, unknown: &[UnknownPart]) -> AccessView {
        AccessView {
            identities: acl
                .identities
                .iter()
                .map(|entry| self.identity_view(acl, entry))
                .collect(),
            roles: acl.roles.iter().map(ToString::to_string).collect(),
            unknown: unknown
                .iter()
                .map(|part| UnknownPartView {
                    place: part.place.clone(),
                    xml: part.xml.clone(),
                })
                .collect(),
        }
    }

    fn identity_view(&self, acl: &Acl, entry: &AclEntry) -> IdentityView {
        let own = self.is(&entry.identity);
        let needs_name = |taken| self.branch(acl, &entry.identity, taken).is_some();
        let (kind, name, alias, id) = match &entry.identity {
            Identity::User { name } => (IdentityKind::User, name, None, None),
            Identity::ControlPoint { name, alias, id } => (
                IdentityKind::ControlPoint,
                name,
                alias.clone(),
                Some(id.clone()),
            ),
        };
        IdentityView {
            key: key(&entry.identity),
            kind,
            name: name.clone(),
            alias,
            id,
            introduced: entry.introduced,
            roles: entry.roles.iter().map(ToString::to_string).collect(),
            is_this_computer: own && kind == IdentityKind::ControlPoint,
            is_logged_in: own && kind == IdentityKind::User,
            removal_needs_name: needs_name(Taken::Everything),
            admin_needs_name: needs_name(Taken::Role(Role::ADMIN)),
        }
    }
}

/// What names an identity without doubt.
pub(super) fn key(identity: &Identity) -> String {
    match identity {
        Identity::User { name } => format!("{USER}{name}"),
        Identity::ControlPoint { id, .. } => format!("{CONTROL_POINT}{id}"),
    }
}

/// The one identity that is meant: a key, else a login name, ID, name or alias.
pub(super) fn find<'a>(acl: &'a Acl, who: &str) -> Result<&'a AclEntry, NotFound> {
    let who = who.trim();
    let exact = |entry: &&AclEntry| same_key(&entry.identity, who);
    if let Some(entry) = acl.identities.iter().find(exact) {
        return Ok(entry);
    }
    let id = IdentityUuid::from_str(who).ok();
    let fits = |entry: &&AclEntry| match &entry.identity {
        Identity::User { name } => same_name(name, who),
        Identity::ControlPoint {
            name,
            alias,
            id: known,
        } => {
            (id.is_some() && IdentityUuid::from_str(known).ok() == id)
                || known.eq_ignore_ascii_case(who)
                || same_name(name, who)
                || alias.as_deref().is_some_and(|alias| same_name(alias, who))
        }
    };
    let mut found = acl.identities.iter().filter(fits);
    let first = found.next().ok_or(NotFound::Nobody)?;
    let others: Vec<String> = found.map(|entry| key(&entry.identity)).collect();
    if others.is_empty() {
        return Ok(first);
    }
    let mut all = vec![key(&first.identity)];
    all.extend(others);
    Err(NotFound::Several(all))
}

/// The entry of an identity, if the list has one.
pub(super) fn entry<'a>(acl: &'a Acl, identity: &Identity) -> Option<&'a AclEntry> {
    acl.identities
        .iter()
        .find(|entry| same(&entry.identity, identity))
}

fn same(left: &Identity, right: &Identity) -> bool {
    match (left, right) {
        (Identity::User { name: left }, Identity::User { name: right }) => same_name(left, right),
        (Identity::ControlPoint { id: left, .. }, Identity::ControlPoint { id: right, .. }) => {
            left.eq_ignore_ascii_case(right)
        }
        _ => false,
    }
}

fn same_key(identity: &Identity, who: &str) -> bool {
    match identity {
        Identity::User { name } => who
            .strip_prefix(USER)
            .is_some_and(|who| same_name(name, who)),
        Identity::ControlPoint { id, .. } => who
            .strip_prefix(CONTROL_POINT)
            .is_some_and(|who| id.eq_ignore_ascii_case(who)),
    }
}

/// Runs of white space count as one blank, letter case counts (DeviceProtection:1, clause 2.4.4).
pub(super) fn same_name(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
