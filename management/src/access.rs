//! The gateway's access list: who it knows, with which roles, and how that is changed.
//!
//! Every action of DeviceProtection:1 that changes the list names one identity and what to
//! add or take; nothing is written back as a whole, so what is not understood stays as it
//! is. After each change the list is read again, and only what was seen counts as done.
//!
//! A change that would shut this installation out, or leave nobody with Admin, is sent only
//! with the gateway's name as confirmation ([`decision`]).

mod change;
mod decision;
mod view;

use std::sync::Arc;

use dp_credentials::identity::IdentityUuid;
use upnp::access_control::{Acl, AclEntry, Identity, Role, RoleList, UnknownPart};
use upnp::services::device_protection::DeviceProtection;
use upnp::soap::UpnpFault;
use upnp::ServiceRef;

use crate::application::Management;
use crate::error::{Error, Step};
use crate::link::Link;
use crate::session::Session;
use decision::{NotFound, Own, OwnBranch};
pub use view::{AccessChangeView, AccessView, IdentityKind, IdentityView, UnknownPartView};

/// The DeviceProtection service of one opened gateway, and who we are to it.
struct Access {
    session: Arc<Session>,
    service: ServiceRef,
    own: Own,
    /// The name without the address: what a person types to confirm.
    gateway_name: String,
}

/// The list as read once.
struct List {
    acl: Acl,
    unknown: Vec<UnknownPart>,
}

impl Management {
    /// Users and control points the gateway knows, and the roles it has to give.
    ///
    /// # Errors
    ///
    /// [`Error::NotPaired`]; [`Error::NoPairing`] without DeviceProtection;
    /// [`Error::Gateway`].
    pub async fn access(&self, udn: &str) -> Result<AccessView, Error> {
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        self.note_former(udn, &list.acl).await?;
        Ok(access.view(&list))
    }

    /// Takes down which of our former identities the gateway has forgotten.
    async fn note_former(&self, udn: &str, acl: &Acl) -> Result<(), Error> {
        let listed: Vec<String> = acl
            .identities
            .iter()
            .filter_map(|entry| match &entry.identity {
                Identity::ControlPoint { id, .. } => Some(id.to_ascii_lowercase()),
                Identity::User { .. } => None,
            })
            .collect();
        let still = move |former: &IdentityUuid| listed.contains(&former.to_string());
        let trusted = self.trusted(udn).await?;
        if trusted.is_some_and(|trusted| !trusted.former.iter().all(&still)) {
            let owned = udn.to_owned();
            self.change_trust(move |trust| {
                trust.forgotten(&owned, still);
            })
            .await?;
        }
        Ok(())
    }

    async fn access_of(&self, udn: &str) -> Result<Access, Error> {
        let session = self.open_gateway(udn).await?;
        let Some(service) = session.services.protection.clone() else {
            return Err(Error::NoPairing {
                gateway: session.name.clone(),
                reason: "it has no DeviceProtection service".to_owned(),
            });
        };
        let Some(connection) = session.link.connection() else {
            return Err(Error::NotPaired {
                gateway: session.name.clone(),
            });
        };
        let own = Own {
            control_point: Some(connection.own_identity()),
            user: session.user(),
        };
        let view = self.inventory().get(udn).map(|entry| entry.view.clone());
        let gateway_name = view
            .and_then(|view| view.friendly_name.or(view.model_name))
            // Without a name nothing typed would be a confirmation.
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| session.udn.clone());
        Ok(Access {
            session,
            service,
            own,
            gateway_name,
        })
    }
}

impl Management {
    /// Takes down that a gateway has forgotten an identity, should it have been ours.
    async fn note_removed(&self, udn: &str, id: &str) -> Result<(), Error> {
        let Ok(removed) = id.parse::<IdentityUuid>() else {
            return Ok(());
        };
        let trusted = self.trusted(udn).await?;
        if trusted.is_some_and(|trusted| trusted.former.contains(&removed)) {
            let owned = udn.to_owned();
            self.change_trust(move |trust| {
                trust.forgotten(&owned, |former| *former != removed);
            })
            .await?;
        }
        Ok(())
    }
}

impl Access {
    fn protection(&self) -> DeviceProtection<'_, Link> {
        DeviceProtection::new(&self.session.link, self.service.clone())
    }

    async fn read(&self, step: Step) -> Result<List, Error> {
        let (acl, unknown) = self
            .protection()
            .get_whole_acl_data()
            .await
            .map_err(|source| self.session.failed(step, source))?;
        Ok(List { acl, unknown })
    }

    fn view(&self, list: &List) -> AccessView {
        self.own.view(&list.acl, &list.unknown)
    }

    fn refused(&self, source: upnp::Error) -> Error {
        self.session.failed(Step::Access, source)
    }

    fn usage(&self, text: &str) -> Error {
        Error::Usage(format!("{}: {text}", self.session.name))
    }

    fn find<'a>(&self, list: &'a List, who: &str) -> Result<&'a AclEntry, Error> {
        decision::find(&list.acl, who).map_err(|problem| match problem {
            NotFound::Nobody => self.usage(&format!(
                "nobody in its access list is called “{who}”; `lanside access DEVICE` shows who is"
            )),
            NotFound::Several(keys) => self.usage(&format!(
                "“{who}” may be {}; write one of these",
                keys.join(" or ")
            )),
        })
    }

    /// Role names as roles the gateway has; a gateway that tells of none is believed to
    /// have them all.
    fn roles(&self, list: &List, names: &[String]) -> Result<RoleList, Error> {
        let role = |name: &String| {
            let known = |role: &Role| list.acl.roles.is_empty() || list.acl.roles.contains(role);
            Role::parse(name).filter(known).ok_or_else(|| {
                let roles: Vec<&str> = list.acl.roles.iter().map(Role::as_str).collect();
                self.usage(&format!(
                    "it has no role “{name}”; choose from {}",
                    roles.join(", ")
                ))
            })
        };
        names.iter().map(role).collect()
    }

    /// Refuses a change that shuts us out unless the gateway's name was typed.
    fn confirmed(&self, branch: Option<OwnBranch>, typed: Option<&str>) -> Result<(), Error> {
        let Some(branch) = branch else { return Ok(()) };
        if typed.is_some_and(|typed| typed.trim() == self.gateway_name.trim()) {
            return Ok(());
        }
        let why = match branch {
            OwnBranch::ThisComputer => {
                "this is the computer you are working on, and it would be locked out"
            }
            OwnBranch::OwnAdmin => "you would no longer be an administrator here",
            OwnBranch::LastAdmin => "nobody would be an administrator any more",
        };
        Err(self.usage(&format!(
            "{why}; if you mean it, confirm with the gateway's name, “{}” (`--confirm NAME`)",
            self.gateway_name
        )))
    }

    /// Asks before several steps are begun whether the last of them is allowed, so that
    /// nothing is left half done.
    async fn may(&self, action: &str) -> Result<(), Error> {
        let held = self.session.refresh_roles().await?;
        if held.iter().any(|role| role == Role::ADMIN) {
            return Ok(());
        }
        let held = RoleList::parse(&held.join(" "));
        let needed = self
            .protection()
            .get_roles_for_action(&self.service, action)
            .await;
        match needed {
            Ok(needed) if !needed.roles.allows(&held) => {
                let fault = UpnpFault {
                    code: 606,
                    description: format!("it takes the role {}; nothing was sent", needed.roles),
                };
                Err(self.refused(upnp::Error::Refused {
                    action: action.to_owned(),
                    fault,
                }))
            }
            // Whoever cannot say is tried.
            _ => Ok(()),
        }
    }

    /// Reads the list again and looks for the change.
    async fn read_back(&self, done: impl FnOnce(&Acl) -> bool) -> Result<AccessChangeView, Error> {
        let list = self.read(Step::ReadBack).await?;
        if !done(&list.acl) {
            return Err(self.not_verified());
        }
        Ok(AccessChangeView {
            verified: true,
            access: Some(self.view(&list)),
        })
    }

    fn not_verified(&self) -> Error {
        Error::NotVerified {
            gateway: self.session.name.clone(),
            differing: 1,
            sent: 1,
        }
    }
}

/// Whether an identity is in the list with all these roles; Public goes without saying.
fn has_roles(acl: &Acl, identity: &Identity, roles: &RoleList) -> bool {
    decision::entry(acl, identity).is_some_and(|entry| {
        roles
            .iter()
            .all(|role| role.as_str() == Role::PUBLIC || entry.roles.contains(role.as_str()))
    })
}
