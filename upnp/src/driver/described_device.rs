//! A device whose description was read, and its services ready to be called.

use url::Url;

use super::address::HostAddress;
use super::http_client::Fetched;
use super::location::Location;
use crate::description::device::{DeviceDescription, Service};
use crate::description::url::reroot;
use crate::error::Error;
use crate::identifiers::Udn;
use crate::services::ServiceRef;
use crate::ssdp::message::BootId;

/// A root device with everything known from search and description.
#[derive(Debug, Clone)]
pub struct DescribedDevice {
    /// What it says about itself.
    pub description: DeviceDescription,
    /// Where the description came from, after redirects. `https` when it was
    /// read over a secure connection.
    pub location: Location,
    /// SECURELOCATION, if one on the same host was announced. It alone proves
    /// nothing: look for the DeviceProtection service.
    pub secure_location: Option<Location>,
    /// Name of the adapter it was heard on; none when it was addressed directly.
    pub interface: Option<String>,
    /// SERVER, as announced.
    pub server: Option<String>,
    /// Port for searches sent to it alone, if it is not 1900 (SEARCHPORT).
    pub search_port: Option<u16>,
    /// Boot it is in, as last announced (BOOTID); another one means that it restarted.
    pub boot_id: Option<BootId>,
    /// Further places where the same description is.
    pub other_locations: Vec<Location>,
    /// Departures from the standards that were accepted, in words.
    pub forgiven: Vec<String>,
    host: HostAddress,
}

/// A service that cannot be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableService {
    /// Which.
    pub service: Service,
    /// In which device.
    pub device_udn: Udn,
    /// Why, in words.
    pub reason: String,
}

impl DescribedDevice {
    /// Reads a fetched description.
    pub(crate) fn read(host: HostAddress, fetched: &Fetched) -> Result<Self, Error> {
        let description = DeviceDescription::parse(&fetched.body, fetched.charset.as_deref())
            .map_err(|error| Error::Unreadable {
                what: format!("the description at {}", fetched.url),
                detail: error.to_string(),
            })?;
        let mut forgiven: Vec<String> = fetched
            .forgiven
            .iter()
            .map(|what| (*what).to_owned())
            .collect();
        let inside: Vec<String> = description
            .forgiven
            .iter()
            .map(ToString::to_string)
            .collect();
        if !inside.is_empty() {
            tracing::debug!(location = %fetched.url, ?inside, "accepted all the same");
        }
        forgiven.extend(inside);
        Ok(DescribedDevice {
            description,
            location: Location {
                url: fetched.url.clone(),
                scope_id: host.scope_id(),
            },
            secure_location: None,
            interface: None,
            server: None,
            search_port: None,
            boot_id: None,
            other_locations: Vec::new(),
            forgiven,
            host,
        })
    }

    /// The address it answers at.
    #[must_use]
    pub fn host(&self) -> HostAddress {
        self.host
    }

    /// The root device's name.
    #[must_use]
    pub fn udn(&self) -> &Udn {
        &self.description.root.udn
    }

    /// Whether it was read over a secure connection.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.location.url.scheme() == "https"
    }

    /// All services with their control URLs, and those that name another host
    /// or no usable URL. Over a secure connection all URLs lead back to it.
    #[must_use]
    pub fn services(&self) -> (Vec<ServiceRef>, Vec<UnusableService>) {
        let mut usable = Vec::new();
        let mut unusable = Vec::new();
        for (device, service) in self.description.services() {
            match self.url(&service.control_url) {
                Ok(control_url) => usable.push(ServiceRef {
                    service_type: service.service_type.clone(),
                    service_id: service.service_id.clone(),
                    control_url,
                    device_udn: device.udn.clone(),
                }),
                Err(reason) => unusable.push(UnusableService {
                    service: service.clone(),
                    device_udn: device.udn.clone(),
                    reason,
                }),
            }
        }
        (usable, unusable)
    }

    /// The service of this UPnP Forum name, the highest version first.
    ///
    /// # Errors
    /// [`Error::NotOffered`] without one that can be called.
    pub fn service(&self, name: &str) -> Result<ServiceRef, Error> {
        let (usable, _) = self.services();
        usable
            .into_iter()
            .filter(|service| service.service_type.is_standard(name))
            .max_by_key(|service| service.service_type.version())
            .ok_or_else(|| Error::NotOffered {
                what: format!("the service {name}"),
            })
    }

    /// Where the SCPD of a service is.
    ///
    /// # Errors
    /// [`Error::NotOffered`] when the description does not hold the service or
    /// names no usable place.
    pub fn scpd_url(&self, service: &ServiceRef) -> Result<Url, Error> {
        let named = self.description.services().find(|(device, candidate)| {
            device.udn == service.device_udn && candidate.service_id == service.service_id
        });
        let missing = |detail: &str| Error::NotOffered {
            what: format!("the description of {} ({detail})", service.service_type),
        };
        let (_, service) = named.ok_or_else(|| missing("no such service"))?;
        self.url(&service.scpd_url)
            .map_err(|reason| missing(&reason))
    }

    fn url(&self, raw: &str) -> Result<Url, String> {
        if self.is_secure() {
            return reroot(&self.location.url, raw).map_err(|error| error.to_string());
        }
        let base = self.description.base_url(&self.location.url);
        let url = crate::description::url::resolve_on_host(&base, raw)
            .map_err(|error| error.to_string())?;
        if url.scheme() == "http" {
            Ok(url)
        } else {
            Err(String::from("an https URL in an unprotected description"))
        }
    }
}
