//! A refusal for want of a role, explained: which roles the action takes, which are held,
//! and who could help (DeviceProtection:1, section 6.6).

use upnp::access_control::{Acl, Identity, Role, RoleList};
use upnp::services::device_protection::DeviceProtection;
use upnp::ServiceRef;

use super::ProtectedLink;
use crate::error::RoleFacts;
use crate::view::RoleCure;

/// Most names that are told; a person asks one of them.
const NAMES: usize = 5;

impl ProtectedLink {
    /// Asks the gateway about an action it has just refused. What it does not tell stays
    /// open; the refusal itself is told in any case.
    pub(super) async fn explain_refusal(&self, service: &ServiceRef, action: &str) {
        let Some(own) = self.shared.protection.get().cloned() else {
            return;
        };
        let protection = DeviceProtection::new(&self.connection, own);
        let held = protection.get_assigned_roles().await.unwrap_or_default();
        let names = names_of(&held);
        if self.denied(action).is_some_and(|known| known.held == names) {
            return;
        }
        let needed = protection
            .get_roles_for_action(service, action)
            .await
            .unwrap_or_default();
        let acl = protection.get_acl_data().await.unwrap_or_default();
        self.note_denied(RoleFacts {
            action: action.to_owned(),
            roles: names_of(&needed.roles),
            restricted: names_of(&needed.restricted),
            cures: cures(&acl, &needed.roles, self.user().as_deref(), &self.own_id()),
            held: names,
        });
    }

    fn own_id(&self) -> String {
        self.connection.own_identity().to_string()
    }
}

/// A refusal over plain HTTP: only a paired computer is told more.
pub(super) fn of_plain(action: &str) -> RoleFacts {
    RoleFacts {
        action: action.to_owned(),
        roles: Vec::new(),
        restricted: Vec::new(),
        held: vec![Role::PUBLIC.to_owned()],
        cures: vec![RoleCure::Pair],
    }
}

/// What gives one of these roles: a login as somebody who holds it, or an administrator's
/// grant.
fn cures(acl: &Acl, needed: &RoleList, logged_in: Option<&str>, own: &str) -> Vec<RoleCure> {
    let gives = |roles: &RoleList| needed.is_empty() || needed.allows(roles);
    let mut users = Vec::new();
    let mut administrators = Vec::new();
    for entry in &acl.identities {
        match &entry.identity {
            Identity::User { name } if gives(&entry.roles) && logged_in != Some(name) => {
                users.push(name.clone());
            }
            Identity::ControlPoint { name, alias, id }
                if entry.roles.contains(Role::ADMIN) && !id.eq_ignore_ascii_case(own) =>
            {
                administrators.push(alias.clone().unwrap_or_else(|| name.clone()));
            }
            _ => {}
        }
    }
    users.truncate(NAMES);
    administrators.truncate(NAMES);
    let unknown = acl.identities.is_empty();
    let mut cures = Vec::new();
    // Whoever is logged in and lacks it has nothing to gain from doing it again.
    if !users.is_empty() || (unknown && logged_in.is_none()) {
        cures.push(RoleCure::LogIn { names: users });
    }
    if !administrators.is_empty() || cures.is_empty() {
        cures.push(RoleCure::Ask {
            names: administrators,
        });
    }
    cures
}

fn names_of(roles: &RoleList) -> Vec<String> {
    roles.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use upnp::access_control::AclEntry;

    fn user(name: &str, roles: &str) -> AclEntry {
        AclEntry {
            identity: Identity::User {
                name: name.to_owned(),
            },
            introduced: false,
            roles: RoleList::parse(roles),
        }
    }

    fn computer(name: &str, id: &str, roles: &str) -> AclEntry {
        AclEntry {
            identity: Identity::ControlPoint {
                name: name.to_owned(),
                alias: None,
                id: id.to_owned(),
            },
            introduced: true,
            roles: RoleList::parse(roles),
        }
    }

    fn acl(identities: Vec<AclEntry>) -> Acl {
        Acl {
            identities,
            ..Acl::default()
        }
    }

    #[test]
    fn whoever_holds_the_role_is_named() {
        let admin = RoleList::parse("Admin");
        let list = acl(vec![
            user("Administrator", "Public Basic Admin"),
            user("guest", "Public Basic"),
            computer("this one", "own", "Admin"),
            computer("Workshop laptop", "other", "Public Basic Admin"),
        ]);
        assert_eq!(
            cures(&list, &admin, None, "OWN"),
            [
                RoleCure::LogIn {
                    names: vec!["Administrator".to_owned()]
                },
                RoleCure::Ask {
                    names: vec!["Workshop laptop".to_owned()]
                },
            ]
        );
        assert_eq!(
            cures(&list, &admin, Some("Administrator"), "own"),
            [RoleCure::Ask {
                names: vec!["Workshop laptop".to_owned()]
            }]
        );
    }

    #[test]
    fn a_list_that_may_not_be_read_still_leaves_a_way() {
        let admin = RoleList::parse("Admin");
        assert_eq!(
            cures(&Acl::default(), &admin, None, "own"),
            [RoleCure::LogIn { names: Vec::new() }]
        );
        assert_eq!(
            cures(&Acl::default(), &admin, Some("guest"), "own"),
            [RoleCure::Ask { names: Vec::new() }]
        );
    }
}
