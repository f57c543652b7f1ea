//! The way to an opened gateway: its protected connection, or plain HTTP for a gateway
//! that protects nothing.

use upnp::driver::{PlainCaller, SecureConnection};
use upnp::soap::ResponseArguments;
use upnp::xml::Forgiven;
use upnp::{ActionCall, Error, ServiceRef};

/// One of the two ways. Protected actions never take the plain one: a gateway with trust
/// on record is opened through [`Link::Protected`] or not at all.
#[derive(Debug, Clone)]
pub(crate) enum Link {
    Plain(PlainCaller),
    Protected(SecureConnection),
}

impl Link {
    pub(crate) fn is_protected(&self) -> bool {
        matches!(self, Link::Protected(_))
    }
}

impl ActionCall for Link {
    async fn call(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
    ) -> Result<ResponseArguments, Error> {
        match self {
            Link::Plain(caller) => caller.call(service, action, arguments).await,
            Link::Protected(connection) => connection.call(service, action, arguments).await,
        }
    }

    fn forgiven(&self, service: &ServiceRef, action: &str, forgiven: &[Forgiven]) {
        match self {
            Link::Plain(caller) => caller.forgiven(service, action, forgiven),
            Link::Protected(connection) => connection.forgiven(service, action, forgiven),
        }
    }
}
