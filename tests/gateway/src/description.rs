//! The description of the root device.

use std::fmt::Write as _;

use crate::quirks::Quirks;
use crate::service::Service;
use crate::xml::leaf;

/// Device type of the root device.
pub const DEVICE_TYPE: &str = "urn:schemas-upnp-org:device:ManageableDevice:2";
/// Path of the description on both ports.
pub const PATH: &str = "/description.xml";

/// What the description says about the gateway.
#[derive(Debug, Clone)]
pub struct About {
    /// UDN with `uuid:`.
    pub udn: String,
    /// Friendly name.
    pub friendly_name: String,
    /// Manufacturer.
    pub manufacturer: String,
    /// Model name.
    pub model_name: String,
    /// Model number.
    pub model_number: String,
    /// Serial number.
    pub serial_number: String,
}

/// Writes the description; all addresses in it are relative and there is no URLBase.
pub fn write(about: &About, config_id: u32, quirks: &Quirks) -> String {
    let mut out = String::with_capacity(4096);
    let _ = write!(
        out,
        "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\" configId=\"{config_id}\">\
         <specVersion><major>2</major><minor>0</minor></specVersion><device>"
    );
    leaf(&mut out, "deviceType", DEVICE_TYPE);
    leaf(&mut out, "friendlyName", &about.friendly_name);
    leaf(&mut out, "manufacturer", &about.manufacturer);
    leaf(&mut out, "modelDescription", "Simulated TR-064 gateway");
    leaf(&mut out, "modelName", &about.model_name);
    leaf(&mut out, "modelNumber", &about.model_number);
    leaf(&mut out, "serialNumber", &about.serial_number);
    leaf(&mut out, "UDN", &about.udn);
    out.push_str("<serviceList>");
    for service in Service::ALL {
        out.push_str("<service>");
        leaf(&mut out, "serviceType", &service.service_type());
        leaf(&mut out, "serviceId", &service.id(quirks));
        leaf(&mut out, "SCPDURL", &service.relative_url("scpd.xml"));
        leaf(&mut out, "controlURL", &service.relative_url("control"));
        leaf(&mut out, "eventSubURL", &service.relative_url("event"));
        out.push_str("</service>");
    }
    out.push_str("</serviceList></device></root>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Element;

    #[test]
    fn reads_back_with_relative_addresses_only() {
        let text = |text: &str| text.to_owned();
        let about = About {
            udn: text("uuid:x"),
            friendly_name: text("A & B"),
            manufacturer: text("Lanside"),
            model_name: text("M"),
            model_number: text("1"),
            serial_number: text("S"),
        };
        let written = write(&about, 3, &Quirks::default());
        let root = Element::parse(&written).unwrap();
        let device = root.child("device").unwrap();
        assert_eq!(device.child_text("friendlyName"), Some("A & B"));
        assert_eq!(device.child("serviceList").unwrap().children.len(), 3);
        assert!(!written.contains("URLBase") && !written.contains("URL>http"));
    }
}
