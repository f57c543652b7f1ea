//! DeviceProtection:1: who may do what, introductions and logins.

mod actions;

use std::time::Instant;

use crate::acl::{Acl, AclError, RoleSet, Subject};
use crate::cms::Answer;
use crate::enrollee::host::SetupHost;
use crate::enrollee::machine::DeviceFacts;
use crate::identity::IdentityUuid;
use crate::options::RolePolicy;
use crate::quirks::{Quirk, Quirks};
use crate::service::{Action, Service};
use crate::session::{Caller, TlsSession};
use crate::soap::UpnpError;

/// What an action needs to know about the rest of the gateway.
pub struct Context<'a> {
    /// The present moment.
    pub now: Instant,
    /// Identity of the gateway's own certificate.
    pub device: IdentityUuid,
    /// What M1 says.
    pub facts: &'a DeviceFacts,
    /// The root UDN, with `uuid:`.
    pub udn: &'a str,
}

/// The service with its access list and its introductions.
pub struct DeviceProtection {
    acl: Acl,
    factory: Acl,
    host: SetupHost,
    policy: RolePolicy,
    quirks: Quirks,
    revision: u64,
}

impl DeviceProtection {
    /// A service with the access list it had when it was last saved, or the one of a new gateway.
    pub fn new(
        factory: Acl,
        saved: Option<Acl>,
        host: SetupHost,
        policy: RolePolicy,
        quirks: Quirks,
    ) -> Self {
        let acl = saved.unwrap_or_else(|| factory.clone());
        Self {
            acl,
            factory,
            host,
            policy,
            quirks,
            revision: 0,
        }
    }

    /// The access list.
    pub fn acl(&self) -> &Acl {
        &self.acl
    }

    /// Gives an identity exactly these roles, as a user of the web page does.
    ///
    /// # Errors
    /// The identity is unknown, or nobody could administer any more.
    pub fn set_roles(&mut self, subject: &Subject, roles: &RoleSet) -> Result<(), AclError> {
        self.acl.set_roles(subject, roles)?;
        self.revision += 1;
        Ok(())
    }

    /// Grows with every change of the access list.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The introductions.
    pub fn host(&self) -> &SetupHost {
        &self.host
    }

    /// The introductions, to press the button or end a session.
    pub fn host_mut(&mut self) -> &mut SetupHost {
        &mut self.host
    }

    /// Forgets everybody who was added, as a new gateway.
    pub fn reset_to_factory(&mut self) {
        self.acl = self.factory.clone();
        self.host.restart();
        self.revision += 1;
    }

    /// Notes a control point that just opened or used a TLS session: keeps its name up to date and, where
    /// the policy says so, makes the first one administrator.
    pub fn notice(&mut self, session: &TlsSession) {
        if self.acl.update_name(session.peer()) {
            self.revision += 1;
        }
        if self.policy == RolePolicy::AutoAdmin && !self.acl.has_admin_control_point() {
            self.acl
                .admit(session.peer(), &RoleSet::parse("Public Basic Admin"), false);
            self.revision += 1;
        }
    }

    /// The roles of a caller at this moment.
    pub fn roles(&self, caller: &Caller) -> RoleSet {
        if self.policy == RolePolicy::Open {
            return RoleSet::parse("Public Basic Admin");
        }
        let mut roles = RoleSet::parse("Public");
        if let Some(session) = caller.session() {
            if let Some(known) = self.acl.control_point(session.peer().identity) {
                roles.extend(&known.roles);
            }
            let user = session.with_login(|login| login.user.clone());
            if let Some(user) = user.and_then(|name| self.acl.user(&name)) {
                roles.extend(&user.roles);
            }
        }
        roles
    }

    /// Checks that a caller may call an action of any service of the gateway.
    ///
    /// # Errors
    /// 606 when it may not.
    pub fn authorize(
        &self,
        caller: &Caller,
        service: Service,
        action: &Action,
    ) -> Result<(), UpnpError> {
        let own = service == Service::DeviceProtection;
        let needs_session =
            own && !matches!(action.name, "GetSupportedProtocols" | "GetAssignedRoles");
        if needs_session && caller.session().is_none() {
            return Err(UpnpError::not_authorized());
        }
        if self.policy == RolePolicy::Open || action.roles.starts_with("Public") {
            return Ok(());
        }
        let Some(session) = caller.session() else {
            return Err(UpnpError::not_authorized());
        };
        let roles = self.roles(caller);
        if roles.intersects(&RoleSet::parse(action.roles)) {
            return Ok(());
        }
        // The conditions of the restricted roles: Public needs an identity in the access list, Basic a
        // login that the action itself compares with its argument.
        let listed = self.acl.control_point(session.peer().identity).is_some();
        let restricted = RoleSet::parse(action.restricted);
        let fits =
            (restricted.has("Public") && listed) || (restricted.has("Basic") && roles.has("Basic"));
        fits.then_some(()).ok_or_else(UpnpError::not_authorized)
    }

    /// Carries out an action the caller is authorized for; the arguments are those of the SCPD.
    ///
    /// # Errors
    /// The numbers of the standard: 402, 501, 600, 606, 701, 704, 708.
    pub fn handle(
        &mut self,
        context: &Context<'_>,
        caller: &Caller,
        action: &str,
        arguments: &[(String, String)],
    ) -> Result<Answer, UpnpError> {
        actions::Call {
            service: self,
            context,
            caller,
            arguments,
        }
        .run(action)
    }

    /// Roles as GetAssignedRoles spells them.
    fn spelled_roles(&self, caller: &Caller) -> String {
        let names = self.roles(caller).names();
        match names.strip_prefix("Public ") {
            Some(rest) if self.quirks.has(Quirk::RolesWithoutPublic) => rest.to_owned(),
            _ => names,
        }
    }

    fn roles_for(&self, action: &Action) -> (&'static str, &'static str) {
        if self.policy == RolePolicy::Open {
            ("Public Basic Admin", "")
        } else {
            (action.roles, action.restricted)
        }
    }
}
