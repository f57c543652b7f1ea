//! Device description: the root device, the devices embedded in it and their
//! services (UPnP Device Architecture 2.0, description).

use url::Url;

use super::url::{resolve_on_host, UrlError};
use super::DescriptionError;
use crate::identifiers::{DeviceType, ServiceId, ServiceType, Udn};
use crate::limits;
use crate::xml::{self, note, Element, Forgiven};

/// A device description that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceDescription {
    /// Major and minor version of the architecture; `(1, 0)` when missing.
    pub spec_version: (u32, u32),
    /// `configId`, if it is a number.
    pub config_id: Option<u32>,
    /// `URLBase`, as sent; see [`DeviceDescription::base_url`].
    pub url_base: Option<String>,
    /// The root device.
    pub root: Device,
    /// What had to be forgiven.
    pub forgiven: Vec<Forgiven>,
}

/// One device. All texts are the maker's, trimmed and otherwise unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Unique name.
    pub udn: Udn,
    /// Type; none when it is no device type.
    pub device_type: Option<DeviceType>,
    /// Name for people.
    pub friendly_name: String,
    /// Maker.
    pub manufacturer: String,
    /// Maker's home page.
    pub manufacturer_url: Option<String>,
    /// Model.
    pub model_name: String,
    /// Model in more words.
    pub model_description: Option<String>,
    /// Number of the model.
    pub model_number: Option<String>,
    /// Page of the model.
    pub model_url: Option<String>,
    /// Serial number.
    pub serial_number: Option<String>,
    /// Universal product code.
    pub upc: Option<String>,
    /// The device's own pages; never opened unasked.
    pub presentation_url: Option<String>,
    /// Services in document order.
    pub services: Vec<Service>,
    /// Embedded devices in document order.
    pub devices: Vec<Device>,
}

/// One service, URLs as the document spells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Type with version.
    pub service_type: ServiceType,
    /// Identifier, to be given back exactly.
    pub service_id: ServiceId,
    /// Where actions go.
    pub control_url: String,
    /// Where subscriptions go.
    pub event_sub_url: String,
    /// Where the SCPD is.
    pub scpd_url: String,
}

impl DeviceDescription {
    /// Reads a description. `charset` is the one of the Content-Type.
    ///
    /// # Errors
    /// When the body is no description, has no usable UDN, or passes a limit
    /// of [`crate::limits`].
    pub fn parse(body: &[u8], charset: Option<&str>) -> Result<Self, DescriptionError> {
        let document = xml::parse_body(body, charset, limits::DESCRIPTION_BYTES)?;
        let root = document.root;
        if root.name != "root" {
            return Err(DescriptionError::OtherDocument {
                expected: "root",
                found: root.name.chars().take(64).collect(),
            });
        }
        let mut reading = Reading {
            devices: 0,
            services: 0,
            forgiven: document.forgiven,
        };
        let version = |part: &str| {
            root.child("specVersion")
                .and_then(|version| version.child_text(part))
                .and_then(|text| text.parse().ok())
        };
        let device = root
            .child("device")
            .ok_or(DescriptionError::Missing("device"))?;
        let config_id = root.attribute("configId").map(str::trim);
        let number = config_id.and_then(|text| text.parse().ok());
        if let (Some(text), None) = (config_id, number) {
            let what = format!("configId {text:?} is no number");
            note(&mut reading.forgiven, Forgiven::Value(what));
        }
        Ok(Self {
            spec_version: (version("major").unwrap_or(1), version("minor").unwrap_or(0)),
            config_id: number,
            url_base: root.child_text("URLBase"),
            root: reading.device(device, 1)?,
            forgiven: reading.forgiven,
        })
    }

    /// The URL relative URLs are resolved against: where the description was
    /// fetched from, unless it is of UDA 1.0 and its URLBase names the same
    /// host. URLBase in the field is empty or carries a wrong port otherwise.
    #[must_use]
    pub fn base_url(&self, location: &Url) -> Url {
        if self.spec_version != (1, 0) {
            return location.clone();
        }
        self.url_base
            .as_deref()
            .and_then(|base| resolve_on_host(location, base).ok())
            .unwrap_or_else(|| location.clone())
    }

    /// Every device, the root first, each before those embedded in it.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        let mut pending = vec![&self.root];
        std::iter::from_fn(move || {
            let device = pending.pop()?;
            pending.extend(device.devices.iter().rev());
            Some(device)
        })
    }

    /// Every service with its device.
    pub fn services(&self) -> impl Iterator<Item = (&Device, &Service)> {
        self.devices().flat_map(|device| {
            let services = device.services.iter();
            services.map(move |service| (device, service))
        })
    }

    /// The first service of a UPnP Forum type in any version, the highest
    /// version first.
    #[must_use]
    pub fn standard_service(&self, name: &str) -> Option<(&Device, &Service)> {
        let mut best: Option<(&Device, &Service)> = None;
        for found in self.services() {
            let newer = match best {
                Some((_, best)) => found.1.service_type.version() > best.service_type.version(),
                None => true,
            };
            if found.1.service_type.is_standard(name) && newer {
                best = Some(found);
            }
        }
        best
    }
}

impl Service {
    /// Where actions go, on the host of the description.
    ///
    /// # Errors
    /// When the URL is unusable or leads to another host.
    pub fn control(&self, base: &Url) -> Result<Url, UrlError> {
        resolve_on_host(base, &self.control_url)
    }

    /// Where the SCPD is, on the host of the description.
    ///
    /// # Errors
    /// When the URL is unusable or leads to another host.
    pub fn scpd(&self, base: &Url) -> Result<Url, UrlError> {
        resolve_on_host(base, &self.scpd_url)
    }
}

struct Reading {
    devices: usize,
    services: usize,
    forgiven: Vec<Forgiven>,
}

impl Reading {
    fn device(&mut self, element: &Element, depth: usize) -> Result<Device, DescriptionError> {
        if depth > limits::DEVICE_DEPTH {
            return Err(DescriptionError::TooMany {
                what: "levels of embedded devices",
                limit: limits::DEVICE_DEPTH,
            });
        }
        self.devices += 1;
        if self.devices > limits::DEVICES {
            return Err(DescriptionError::TooMany {
                what: "devices",
                limit: limits::DEVICES,
            });
        }
        let text = |name: &str| element.child_text(name);
        let udn = text("UDN")
            .and_then(|text| Udn::parse(&text).ok())
            .ok_or(DescriptionError::Missing("UDN"))?;
        if udn.uuid() == udn.as_str() {
            let what = format!("UDN {udn} without uuid:");
            note(&mut self.forgiven, Forgiven::Value(what));
        }
        let device_type = text("deviceType").and_then(|text| match DeviceType::parse(&text) {
            Ok(device_type) => Some(device_type),
            Err(error) => {
                note(&mut self.forgiven, Forgiven::Value(error.to_string()));
                None
            }
        });
        let mut services = Vec::new();
        let lists = element.children_named("serviceList");
        for entry in lists.flat_map(|list| list.children_named("service")) {
            self.services += 1;
            if self.services > limits::SERVICES {
                return Err(DescriptionError::TooMany {
                    what: "services",
                    limit: limits::SERVICES,
                });
            }
            services.extend(self.service(entry));
        }
        let mut devices = Vec::new();
        let lists = element.children_named("deviceList");
        for entry in lists.flat_map(|list| list.children_named("device")) {
            match self.device(entry, depth + 1) {
                Ok(device) => devices.push(device),
                // One embedded device without a name must not hide the rest.
                Err(DescriptionError::Missing(what)) => {
                    let what = format!("an embedded device without {what}");
                    note(&mut self.forgiven, Forgiven::Skipped(what));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Device {
            udn,
            device_type,
            friendly_name: text("friendlyName").unwrap_or_default(),
            manufacturer: text("manufacturer").unwrap_or_default(),
            manufacturer_url: text("manufacturerURL"),
            model_name: text("modelName").unwrap_or_default(),
            model_description: text("modelDescription"),
            model_number: text("modelNumber"),
            model_url: text("modelURL"),
            serial_number: text("serialNumber"),
            upc: text("UPC"),
            presentation_url: text("presentationURL"),
            services,
            devices,
        })
    }

    fn service(&mut self, element: &Element) -> Option<Service> {
        let text = |name: &str| element.child_text(name).unwrap_or_default();
        let service_type = match ServiceType::parse(&text("serviceType")) {
            Ok(service_type) => service_type,
            Err(error) => {
                note(&mut self.forgiven, Forgiven::Skipped(error.to_string()));
                return None;
            }
        };
        let service_id = ServiceId::parse(&text("serviceId")).or_else(|_| {
            let what = format!("no serviceId for {service_type}");
            note(&mut self.forgiven, Forgiven::Value(what));
            ServiceId::parse(service_type.as_str())
        });
        Some(Service {
            service_id: service_id.ok()?,
            service_type,
            control_url: text("controlURL"),
            event_sub_url: text("eventSubURL"),
            scpd_url: text("SCPDURL"),
        })
    }
}
