//! Any action of any service, checked against its SCPD before it is sent.

use upnp::description::scpd::{Direction, Scpd};
use upnp::driver::SecureConnection;
use upnp::soap::value;
use upnp::{ActionCall, ServiceRef};

use crate::application::Management;
use crate::error::{Error, Step};
use crate::link::Link;
use crate::session::Session;

/// Output arguments in the order of the answer.
pub type OutArguments = Vec<(String, String)>;

impl Session {
    /// A service by its type, its id or its short name (`BasicManagement`).
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] that names the services there are.
    pub fn service(&self, named: &str) -> Result<ServiceRef, Error> {
        let fits = |service: &&ServiceRef| {
            service.service_type.as_str().eq_ignore_ascii_case(named)
                || service.service_id.as_str().eq_ignore_ascii_case(named)
                || service.service_id.short_name().eq_ignore_ascii_case(named)
                || service.service_type.name().eq_ignore_ascii_case(named)
        };
        self.services.all.iter().find(fits).cloned().ok_or_else(|| {
            let names: Vec<&str> = self
                .services
                .all
                .iter()
                .map(|service| service.service_type.name())
                .collect();
            Error::Usage(format!(
                "{} has no service “{named}”; it has {}",
                self.name,
                names.join(", ")
            ))
        })
    }
}

impl Management {
    /// Calls an action. Arguments may come in any order; they are checked and sent in the
    /// SCPD's.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when the action or an argument does not fit the SCPD (nothing was
    /// sent); [`Error::Gateway`].
    pub async fn call(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[(String, String)],
    ) -> Result<OutArguments, Error> {
        let session = self.open_gateway(udn).await?;
        let service = session.service(service)?;
        let scpd = self.service_description(&session, &service).await?;
        let arguments = check_arguments(&scpd, &service, action, arguments)?;
        let answer = session
            .link
            .call(&service, action, arguments)
            .await
            .map_err(|source| session.failed(Step::Call, source))?;
        Ok(answer
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }

    /// The SCPD of a service.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`].
    pub async fn service_description(
        &self,
        session: &Session,
        service: &ServiceRef,
    ) -> Result<Scpd, Error> {
        let connection: Option<&SecureConnection> = match &session.link {
            Link::Protected(connection) => Some(connection),
            Link::Plain(_) => None,
        };
        self.inner
            .control_point
            .service_description(&session.services.device, service, connection)
            .await
            .map_err(|source| session.failed(Step::Call, source))
    }
}

fn check_arguments(
    scpd: &Scpd,
    service: &ServiceRef,
    action: &str,
    given: &[(String, String)],
) -> Result<Vec<(String, String)>, Error> {
    let service_name = service.service_type.name();
    let Some(described) = scpd
        .actions
        .iter()
        .find(|described| described.name == action)
    else {
        let names: Vec<&str> = scpd
            .actions
            .iter()
            .map(|described| described.name.as_str())
            .collect();
        return Err(Error::Usage(format!(
            "{service_name} has no action “{action}”; it has {}",
            names.join(", ")
        )));
    };
    let wanted: Vec<_> = described
        .arguments
        .iter()
        .filter(|argument| argument.direction == Direction::In)
        .collect();
    let signature = || {
        let names: Vec<&str> = wanted
            .iter()
            .map(|argument| argument.name.as_str())
            .collect();
        if names.is_empty() {
            "it takes no arguments".to_owned()
        } else {
            format!("it takes {}", names.join(", "))
        }
    };
    if let Some((unknown, _)) = given
        .iter()
        .find(|(name, _)| !wanted.iter().any(|argument| argument.name == *name))
    {
        return Err(Error::Usage(format!(
            "{action} has no argument “{unknown}”; {}",
            signature()
        )));
    }
    let mut checked = Vec::with_capacity(wanted.len());
    for argument in &wanted {
        let mut values = given.iter().filter(|(name, _)| *name == argument.name);
        let Some((_, text)) = values.next() else {
            return Err(Error::Usage(format!(
                "{action} needs the argument {}; {}",
                argument.name,
                signature()
            )));
        };
        if values.next().is_some() {
            return Err(Error::Usage(format!("{} is given twice", argument.name)));
        }
        let variable = scpd
            .state_variables
            .iter()
            .find(|variable| variable.name == argument.related_state_variable);
        let text = match variable {
            Some(variable) => value::check(variable, text)
                .map_err(|error| Error::Usage(format!("{}: {error}", argument.name)))?,
            None => text.clone(),
        };
        checked.push((argument.name.clone(), text));
    }
    Ok(checked)
}
