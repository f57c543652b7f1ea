//! The access list: which users and control points the gateway knows, and their roles
//! (DeviceProtection:1, clauses 2.4.4 and 3.1).

use std::collections::BTreeSet;

pub use crate::acl_documents::MAKERS_PARTS;
use crate::identity::{IdentityUuid, PeerCertificate};
use crate::limits;
use crate::secret::Secret;
use crate::tree::Roles;

/// The user every gateway has.
pub const ADMINISTRATOR: &str = "Administrator";

/// Names of roles; `Public` is implied for everybody but may be spelt out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleSet(BTreeSet<String>);

impl RoleSet {
    /// Roles from a blank-separated list.
    pub fn parse(names: &str) -> Self {
        Self(names.split_whitespace().map(str::to_owned).collect())
    }

    /// The names separated by blanks: the three defined ones first.
    pub fn names(&self) -> String {
        let defined = ["Public", "Basic", "Admin"];
        let first = defined.into_iter().filter(|name| self.has(name));
        let rest = self
            .0
            .iter()
            .map(String::as_str)
            .filter(|name| !defined.contains(name));
        first.chain(rest).collect::<Vec<_>>().join(" ")
    }

    /// Whether a role is in the set.
    pub fn has(&self, role: &str) -> bool {
        self.0.contains(role)
    }

    /// Adds all roles of another set.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// Whether the sets share a role.
    pub fn intersects(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// The same roles as the parameter tree knows them.
    pub fn for_tree(&self) -> Roles {
        Roles::from_names(&self.names())
    }

    fn without(&self, other: &Self) -> Self {
        let left: BTreeSet<String> = self.0.difference(&other.0).cloned().collect();
        if left.is_empty() {
            Self::parse("Public")
        } else {
            Self(left)
        }
    }
}

/// What the gateway keeps of a password.
#[derive(Debug, Clone)]
pub struct Password {
    /// Salt the control point chose.
    pub salt: [u8; 16],
    /// STORED: the password's PBKDF2 value.
    pub stored: Secret<[u8; 16]>,
}

/// A user identity.
#[derive(Debug, Clone)]
pub struct User {
    /// Name as it was first given.
    pub name: String,
    /// Roles a login as this user adds to a session.
    pub roles: RoleSet,
    /// Nothing until a password is set; such a user cannot log in.
    pub password: Option<Password>,
}

/// A control point identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlPoint {
    /// Common name of its certificate.
    pub name: String,
    /// Name somebody gave it, for display only.
    pub alias: Option<String>,
    /// Identity of its certificate.
    pub id: IdentityUuid,
    /// Whether it proved the PIN or the button.
    pub introduced: bool,
    /// Roles its sessions have.
    pub roles: RoleSet,
}

/// Points at one identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A user by name.
    User(String),
    /// A control point by its identity.
    ControlPoint(IdentityUuid),
}

/// Why the access list was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AclError {
    /// No such identity.
    #[error("no such identity")]
    Unknown,
    /// A role nobody defined, or a name that cannot be kept.
    #[error("not a role or name the gateway accepts")]
    Invalid,
    /// Nobody could administer the gateway any more.
    #[error("the last administrator stays")]
    LastAdministrator,
}

/// The access list.
#[derive(Debug, Clone, Default)]
pub struct Acl {
    /// Users in the order they were added.
    pub users: Vec<User>,
    /// Control points in the order they were added.
    pub control_points: Vec<ControlPoint>,
}

/// Roles this gateway knows.
pub const ROLES: [&str; 3] = ["Public", "Basic", "Admin"];

/// User names compare with runs of white space counted as one blank.
fn same_name(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

impl Acl {
    /// A list with the user Administrator, who has no password yet.
    pub fn factory() -> Self {
        let administrator = User {
            name: ADMINISTRATOR.to_owned(),
            roles: RoleSet::parse("Public Basic Admin"),
            password: None,
        };
        Self {
            users: vec![administrator],
            control_points: Vec::new(),
        }
    }

    /// The user of that name.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| same_name(&user.name, name))
    }

    /// The control point with that identity.
    pub fn control_point(&self, id: IdentityUuid) -> Option<&ControlPoint> {
        self.control_points.iter().find(|known| known.id == id)
    }

    /// Whether a control point holds Admin.
    pub fn has_admin_control_point(&self) -> bool {
        self.control_points
            .iter()
            .any(|known| known.roles.has("Admin"))
    }

    /// Adds or updates a control point that was introduced or admitted, keeping roles it has.
    pub fn admit(&mut self, peer: &PeerCertificate, roles: &RoleSet, introduced: bool) {
        match self
            .control_points
            .iter_mut()
            .find(|known| known.id == peer.identity)
        {
            Some(known) => {
                known.name.clone_from(&peer.common_name);
                known.introduced |= introduced;
                known.roles.extend(roles);
            }
            None => self.control_points.push(ControlPoint {
                name: peer.common_name.clone(),
                alias: None,
                id: peer.identity,
                introduced,
                roles: roles.clone(),
            }),
        }
    }

    /// Keeps the name of a known control point in step with its certificate; tells whether it changed.
    pub fn update_name(&mut self, peer: &PeerCertificate) -> bool {
        match self
            .control_points
            .iter_mut()
            .find(|known| known.id == peer.identity)
        {
            Some(known) if known.name != peer.common_name => {
                known.name.clone_from(&peer.common_name);
                true
            }
            _ => false,
        }
    }

    /// Adds an identity with role Public; one that is there already stays as it is.
    ///
    /// # Errors
    /// [`AclError::Invalid`] for a name that cannot be kept or a full list.
    pub fn add(
        &mut self,
        subject: &Subject,
        name: &str,
        alias: Option<&str>,
    ) -> Result<(), AclError> {
        let fits = |text: &str| {
            text.chars().count() <= limits::NAME_LENGTH && !text.chars().any(char::is_control)
        };
        let full = self.users.len() + self.control_points.len() >= limits::IDENTITIES;
        if !fits(name) || !alias.is_none_or(fits) {
            return Err(AclError::Invalid);
        }
        let roles = RoleSet::parse("Public");
        match subject {
            Subject::User(user) if self.user(user).is_some() => Ok(()),
            Subject::ControlPoint(id) if self.control_point(*id).is_some() => Ok(()),
            _ if full => Err(AclError::Invalid),
            Subject::User(user) if user.trim().is_empty() || !fits(user) => Err(AclError::Invalid),
            Subject::User(user) => {
                self.users.push(User {
                    name: user.clone(),
                    roles,
                    password: None,
                });
                Ok(())
            }
            Subject::ControlPoint(id) => {
                let alias = alias.map(str::to_owned);
                self.control_points.push(ControlPoint {
                    name: name.to_owned(),
                    alias,
                    id: *id,
                    introduced: false,
                    roles,
                });
                Ok(())
            }
        }
    }

    /// Removes an identity.
    ///
    /// # Errors
    /// The identity is unknown, is the user Administrator, or the last one that could administer.
    pub fn remove(&mut self, subject: &Subject) -> Result<(), AclError> {
        let mut changed = self.clone();
        match subject {
            Subject::User(name) if same_name(name, ADMINISTRATOR) => {
                return Err(AclError::LastAdministrator)
            }
            Subject::User(name) => changed.users.retain(|user| !same_name(&user.name, name)),
            Subject::ControlPoint(id) => changed.control_points.retain(|known| known.id != *id),
        }
        if changed.users.len() + changed.control_points.len()
            == self.users.len() + self.control_points.len()
        {
            return Err(AclError::Unknown);
        }
        self.keep_an_administrator(changed)
    }

    /// Adds roles to an identity; with an unknown role nothing changes.
    ///
    /// # Errors
    /// The identity or a role is unknown.
    pub fn add_roles(&mut self, subject: &Subject, roles: &RoleSet) -> Result<(), AclError> {
        check_roles(roles)?;
        self.roles_mut(subject)?.extend(roles);
        Ok(())
    }

    /// Takes roles from an identity; what is left is at least Public.
    ///
    /// # Errors
    /// The identity or a role is unknown, or nobody could administer any more.
    pub fn remove_roles(&mut self, subject: &Subject, roles: &RoleSet) -> Result<(), AclError> {
        check_roles(roles)?;
        let mut changed = self.clone();
        let held = changed.roles_mut(subject)?;
        *held = held.without(roles);
        self.keep_an_administrator(changed)
    }

    /// Gives an identity exactly these roles.
    ///
    /// # Errors
    /// The identity or a role is unknown, or nobody could administer any more.
    pub fn set_roles(&mut self, subject: &Subject, roles: &RoleSet) -> Result<(), AclError> {
        check_roles(roles)?;
        let mut changed = self.clone();
        changed.roles_mut(subject)?.clone_from(roles);
        self.keep_an_administrator(changed)
    }

    /// Sets a user's password.
    ///
    /// # Errors
    /// The user is unknown.
    pub fn set_password(&mut self, name: &str, password: Password) -> Result<(), AclError> {
        let user = self
            .users
            .iter_mut()
            .find(|user| same_name(&user.name, name))
            .ok_or(AclError::Unknown)?;
        user.password = Some(password);
        Ok(())
    }

    fn roles_mut(&mut self, subject: &Subject) -> Result<&mut RoleSet, AclError> {
        match subject {
            Subject::User(name) => self
                .users
                .iter_mut()
                .find(|user| same_name(&user.name, name))
                .map(|user| &mut user.roles),
            Subject::ControlPoint(id) => self
                .control_points
                .iter_mut()
                .find(|known| known.id == *id)
                .map(|known| &mut known.roles),
        }
        .ok_or(AclError::Unknown)
    }

    fn has_administrator(&self) -> bool {
        let user = |user: &User| user.password.is_some() && user.roles.has("Admin");
        self.has_admin_control_point() || self.users.iter().any(user)
    }

    fn keep_an_administrator(&mut self, changed: Self) -> Result<(), AclError> {
        if self.has_administrator() && !changed.has_administrator() {
            return Err(AclError::LastAdministrator);
        }
        *self = changed;
        Ok(())
    }
}

fn check_roles(roles: &RoleSet) -> Result<(), AclError> {
    let known = !roles.0.is_empty() && roles.0.iter().all(|role| ROLES.contains(&role.as_str()));
    known.then_some(()).ok_or(AclError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str) -> PeerCertificate {
        PeerCertificate {
            identity: IdentityUuid::of_leaf_der(name.as_bytes()),
            common_name: name.to_owned(),
        }
    }

    #[test]
    fn the_last_administrator_stays() {
        let mut acl = Acl::factory();
        let (first, second) = (peer("first"), peer("second"));
        acl.admit(&first, &RoleSet::parse("Public Basic Admin"), true);
        acl.admit(&second, &RoleSet::parse("Public Basic"), true);
        let subject = Subject::ControlPoint(first.identity);
        assert_eq!(acl.remove(&subject), Err(AclError::LastAdministrator));
        assert_eq!(
            acl.remove_roles(&subject, &RoleSet::parse("Admin")),
            Err(AclError::LastAdministrator)
        );
        acl.add_roles(
            &Subject::ControlPoint(second.identity),
            &RoleSet::parse("Admin"),
        )
        .unwrap();
        assert_eq!(acl.remove(&subject), Ok(()));
        assert_eq!(acl.remove(&subject), Err(AclError::Unknown));
        assert!(acl
            .remove(&Subject::User(ADMINISTRATOR.to_owned()))
            .is_err());
    }

    #[test]
    fn roles_are_set_as_a_whole() {
        let mut acl = Acl::factory();
        let (first, second) = (peer("first"), peer("second"));
        acl.admit(&first, &RoleSet::parse("Public Basic"), true);
        let subject = Subject::ControlPoint(first.identity);
        let admin = RoleSet::parse("Public Basic Admin");
        assert_eq!(acl.set_roles(&subject, &admin), Ok(()));
        assert_eq!(acl.control_point(first.identity).unwrap().roles, admin);
        let public = RoleSet::parse("Public");
        assert_eq!(
            acl.set_roles(&subject, &public),
            Err(AclError::LastAdministrator)
        );
        let unknown = Subject::ControlPoint(second.identity);
        assert_eq!(acl.set_roles(&unknown, &admin), Err(AclError::Unknown));
        assert_eq!(
            acl.set_roles(&subject, &RoleSet::parse("King")),
            Err(AclError::Invalid)
        );
    }

    #[test]
    fn roles_stay_known_and_never_fall_below_public() {
        let mut acl = Acl::factory();
        acl.add(&Subject::User("Ada  L".to_owned()), "", None)
            .unwrap();
        let subject = Subject::User("Ada L".to_owned());
        assert_eq!(
            acl.add_roles(&subject, &RoleSet::parse("Basic King")),
            Err(AclError::Invalid)
        );
        acl.add_roles(&subject, &RoleSet::parse("Basic")).unwrap();
        acl.remove_roles(&subject, &RoleSet::parse("Basic Public Admin"))
            .unwrap();
        assert_eq!(acl.user("Ada L").unwrap().roles.names(), "Public");
        assert_eq!(
            acl.add(&Subject::User(" ".to_owned()), "", None),
            Err(AclError::Invalid)
        );
    }

    #[test]
    fn role_names_print_in_the_standards_order() {
        assert_eq!(
            RoleSet::parse("x.example:Guest Admin Public").names(),
            "Public Admin x.example:Guest"
        );
    }
}
