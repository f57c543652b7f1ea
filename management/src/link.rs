//! The way to an opened gateway: its protected connection, or plain HTTP for a gateway
//! that protects nothing.
//!
//! What belongs to every action alike happens here: a login the gateway has forgotten is
//! repeated once ([`login`]), and a refusal for want of a role is explained by asking
//! which role it takes ([`roles`]).

mod login;
mod roles;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use upnp::data_model::parameter_values::Hearer;
use upnp::driver::{PlainCaller, SecureConnection};
use upnp::soap::ResponseArguments;
use upnp::xml::Forgiven;
use upnp::{ActionCall, Error, ServiceRef};

use crate::error::RoleFacts;
pub(crate) use login::{is_refused_login, KeptLogin, LoginOutcome};

/// UPnP: the caller lacks the role.
pub(crate) const NOT_AUTHORIZED: u16 = 606;

/// One of the two ways. Protected actions never take the plain one: a gateway with trust
/// on record is opened through [`Link::Protected`] or not at all.
#[derive(Debug, Clone)]
pub(crate) enum Link {
    Plain(PlainCaller),
    Protected(ProtectedLink),
}

/// The protected connection with what is known of its standing at the gateway. Clones
/// share both.
#[derive(Debug, Clone)]
pub(crate) struct ProtectedLink {
    pub connection: SecureConnection,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The DeviceProtection service, once the gateway is described.
    protection: OnceLock<ServiceRef>,
    login: Mutex<login::State>,
    /// Held by whoever repeats a login, so that it happens once.
    repeating: tokio::sync::Mutex<()>,
    denied: Mutex<Vec<RoleFacts>>,
}

impl Link {
    pub(crate) fn protected(connection: SecureConnection) -> Link {
        Link::Protected(ProtectedLink {
            connection,
            shared: Arc::default(),
        })
    }

    pub(crate) fn is_protected(&self) -> bool {
        matches!(self, Link::Protected(_))
    }

    /// The protected connection, where this is one.
    pub(crate) fn connection(&self) -> Option<&SecureConnection> {
        self.as_protected().map(|link| &link.connection)
    }

    pub(crate) fn as_protected(&self) -> Option<&ProtectedLink> {
        match self {
            Link::Protected(link) => Some(link),
            Link::Plain(_) => None,
        }
    }

    /// What the gateway told about the roles of an action it refused.
    pub(crate) fn role_facts(&self, action: &str) -> Option<RoleFacts> {
        match self {
            Link::Plain(_) => Some(roles::of_plain(action)),
            Link::Protected(link) => link.denied(action),
        }
    }
}

impl ProtectedLink {
    /// Names the DeviceProtection service: from then on logins are kept alive and refusals
    /// explained.
    pub(crate) fn described(&self, protection: Option<&ServiceRef>) {
        if let Some(service) = protection {
            self.shared.protection.get_or_init(|| service.clone());
        }
    }

    fn denied(&self, action: &str) -> Option<RoleFacts> {
        let denied = self.shared.denied.lock();
        let denied = denied.unwrap_or_else(PoisonError::into_inner);
        denied.iter().find(|facts| facts.action == action).cloned()
    }

    /// Keeps what was told about an action; the same action is told anew each time.
    pub(crate) fn note_denied(&self, facts: RoleFacts) {
        let denied = self.shared.denied.lock();
        let mut denied = denied.unwrap_or_else(PoisonError::into_inner);
        denied.retain(|known| known.action != facts.action);
        denied.push(facts);
    }

    /// Roles changed: what was told before is out of date.
    pub(crate) fn forget_denied(&self) {
        let denied = self.shared.denied.lock();
        denied.unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn call(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        if is_about_login(action) {
            let call = self
                .connection
                .call_heard(service, action, arguments, hearer);
            return call.await;
        }
        self.log_in_on_new_session().await;
        let logged_in = self.user().is_some();
        let outcome = self
            .connection
            .call_heard(service, action, arguments.clone(), hearer.clone())
            .await;
        let outcome = if logged_in && self.login_was_missing(action, &outcome).await {
            // The first one was refused or only read: it changed nothing.
            let call = self
                .connection
                .call_heard(service, action, arguments, hearer);
            call.await
        } else {
            outcome
        };
        if matches!(&outcome, Err(Error::Refused { fault, .. }) if fault.code == NOT_AUTHORIZED) {
            self.explain_refusal(service, action).await;
        }
        outcome
    }
}

/// Actions that make, end or precede a login: repeating one to log in would turn in circles.
fn is_about_login(action: &str) -> bool {
    matches!(
        action,
        "GetUserLoginChallenge" | "UserLogin" | "UserLogout" | "SendSetupMessage"
    )
}

impl ActionCall for Link {
    async fn call_heard(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        match self {
            Link::Plain(caller) => caller.call_heard(service, action, arguments, hearer).await,
            Link::Protected(link) => link.call(service, action, arguments, hearer).await,
        }
    }

    fn forgiven(&self, service: &ServiceRef, action: &str, forgiven: &[Forgiven]) {
        match self {
            Link::Plain(caller) => caller.forgiven(service, action, forgiven),
            Link::Protected(link) => link.connection.forgiven(service, action, forgiven),
        }
    }
}
