//! Any action of any service, checked against its SCPD before it is sent.

use dp_credentials::trust::TrustedGateway;
use upnp::description::scpd::{Direction, Scpd};
use upnp::driver::DescribedDevice;
use upnp::soap::value;
use upnp::{ActionCall, ServiceRef};

use crate::application::Management;
use crate::error::{Error, Step};
use crate::link::Link;
use crate::session::{explained, Session};

/// Output arguments in the order of the answer.
pub type OutArguments = Vec<(String, String)>;

/// The way to the actions of a device: of an opened gateway, or of any other UPnP device.
#[derive(Debug)]
pub(crate) struct Reach {
    /// What people call it.
    pub name: String,
    /// How actions travel.
    pub link: Link,
    /// The description the services come from.
    pub device: DescribedDevice,
    /// Every service that can be called.
    pub services: Vec<ServiceRef>,
}

impl Reach {
    /// A service by its type, its id, its short name (`BasicManagement`), or by
    /// [`exact_name`].
    pub(crate) fn service(&self, named: &str) -> Result<ServiceRef, Error> {
        service_named(&self.services, &self.name, named)
    }

    /// The SCPD of a service.
    pub(crate) async fn scpd(
        &self,
        management: &Management,
        service: &ServiceRef,
    ) -> Result<Scpd, Error> {
        let connection = self.link.connection();
        management
            .inner
            .control_point
            .service_description(&self.device, service, connection)
            .await
            .map_err(|source| self.failed(source))
    }

    fn failed(&self, source: upnp::Error) -> Error {
        explained(&self.link, self.name.clone(), Step::Call, source)
    }
}

impl Session {
    /// A service by its type, its id or its short name (`BasicManagement`).
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] that names the services there are.
    pub fn service(&self, named: &str) -> Result<ServiceRef, Error> {
        service_named(&self.services.all, &self.name, named)
    }
}

/// The one name of a service nothing else on its root device has: ids are unique within
/// one device only, and a gateway embeds several.
pub(crate) fn exact_name(service: &ServiceRef) -> String {
    format!("{}/{}", service.device_udn, service.service_id)
}

fn service_named(all: &[ServiceRef], device: &str, named: &str) -> Result<ServiceRef, Error> {
    let fits = |service: &&ServiceRef| {
        service.service_type.as_str().eq_ignore_ascii_case(named)
            || service.service_id.as_str().eq_ignore_ascii_case(named)
            || service.service_id.short_name().eq_ignore_ascii_case(named)
            || service.service_type.name().eq_ignore_ascii_case(named)
    };
    all.iter()
        .find(|service| exact_name(service) == named)
        .or_else(|| all.iter().find(fits))
        .cloned()
        .ok_or_else(|| {
            let names: Vec<&str> = all
                .iter()
                .map(|service| service.service_type.name())
                .collect();
            Error::Usage(format!(
                "{device} has no service “{named}”; it has {}",
                names.join(", ")
            ))
        })
}

impl Management {
    /// Calls an action of any UPnP device. Arguments may come in any order; they are checked
    /// and sent in the SCPD's.
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
        let reach = self.reach(udn).await?;
        let service = reach.service(service)?;
        let scpd = reach.scpd(self, &service).await?;
        let arguments = check_arguments(&scpd, &service, action, arguments)?;
        let answer = reach
            .link
            .call(&service, action, arguments)
            .await
            .map_err(|source| reach.failed(source))?;
        Ok(answer
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }

    /// The way to a device's actions: the session of a gateway, and for a device without
    /// ConfigurationManagement its services alone. Whoever was introduced to this
    /// installation is reached over the protected side, whatever it is.
    pub(crate) async fn reach(&self, udn: &str) -> Result<Reach, Error> {
        if self.session(udn).is_none() {
            match self.trusted(udn).await? {
                Some(trusted) => {
                    if let Some(reach) = self.protected_reach(udn, &trusted).await? {
                        return Ok(reach);
                    }
                }
                None => {
                    let device = self.described_device(udn).await?;
                    if device.service(CONFIGURATION).is_err() {
                        let caller = self.inner.control_point.plain_caller(device.host());
                        return Ok(self.reach_over(udn, device, Link::Plain(caller)));
                    }
                }
            }
        }
        let session = self.open_gateway(udn).await?;
        Ok(Reach {
            name: session.name.clone(),
            link: session.link.clone(),
            device: session.services.device.clone(),
            services: session.services.all.clone(),
        })
    }

    /// The protected way to an introduced device that offers no ConfigurationManagement;
    /// nothing for a gateway, which is opened as a whole.
    async fn protected_reach(
        &self,
        udn: &str,
        trusted: &TrustedGateway,
    ) -> Result<Option<Reach>, Error> {
        let gateway = {
            let inventory = self.inventory();
            inventory
                .get(udn)
                .and_then(|entry| entry.device.as_ref())
                .is_none_or(|device| device.service(CONFIGURATION).is_ok())
        };
        if gateway {
            return Ok(None);
        }
        let connection = self.connect_trusted(udn, trusted).await?;
        let device = self
            .secured()
            .await?
            .describe_secure(&connection)
            .await
            .map_err(|source| self.failed(udn, Step::Open, source))?;
        if !device.udn().as_str().eq_ignore_ascii_case(udn) {
            return Err(Error::NotManageable {
                gateway: self.name(udn),
                reason: format!(
                    "behind its address answers another device, {}",
                    device.udn()
                ),
            });
        }
        let link = Link::protected(connection);
        if let Some(link) = link.as_protected() {
            link.described(device.service("DeviceProtection").ok().as_ref());
        }
        Ok(Some(self.reach_over(udn, device, link)))
    }

    fn reach_over(&self, udn: &str, device: DescribedDevice, link: Link) -> Reach {
        let (services, _) = device.services();
        Reach {
            name: self.name(udn),
            link,
            device,
            services,
        }
    }
}

const CONFIGURATION: &str = "ConfigurationManagement";

/// The arguments in the SCPD's order, checked against its state variables.
pub(crate) fn check_arguments(
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
