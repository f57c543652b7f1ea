//! The description of the root device.

use std::fmt::Write as _;

use crate::identity::IdentityUuid;
use crate::quirks::{Quirk, Quirks};
use crate::service::Service;
use crate::xml::leaf;

/// Device type of the root device.
pub const DEVICE_TYPE: &str = "urn:schemas-upnp-org:device:ManageableDevice:2";
/// Device type of a root device that has the managed one inside.
pub const GATEWAY_TYPE: &str = "urn:schemas-upnp-org:device:InternetGatewayDevice:2";
/// Where a redirect to the description is.
pub const REDIRECT_PATH: &str = "/igd.xml";
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
    if quirks.has(Quirk::EmbeddedDevice) {
        write_about(&mut out, about, GATEWAY_TYPE, &about.udn);
        out.push_str("<serviceList></serviceList><deviceList><device>");
        write_about(&mut out, about, DEVICE_TYPE, &embedded_udn(&about.udn));
        write_services(&mut out, quirks);
        out.push_str("</device></deviceList>");
    } else {
        write_about(&mut out, about, DEVICE_TYPE, &about.udn);
        write_services(&mut out, quirks);
    }
    out.push_str("</device></root>\n");
    out
}

/// UDN of the device embedded in a root device.
pub fn embedded_udn(root: &str) -> String {
    let seed = format!("{root} embedded");
    format!("uuid:{}", IdentityUuid::of_leaf_der(seed.as_bytes()))
}

fn write_about(out: &mut String, about: &About, device_type: &str, udn: &str) {
    leaf(out, "deviceType", device_type);
    leaf(out, "friendlyName", &about.friendly_name);
    leaf(out, "manufacturer", &about.manufacturer);
    leaf(out, "modelDescription", "Simulated TR-064 gateway");
    leaf(out, "modelName", &about.model_name);
    leaf(out, "modelNumber", &about.model_number);
    leaf(out, "serialNumber", &about.serial_number);
    leaf(out, "UDN", udn);
}

fn write_services(out: &mut String, quirks: &Quirks) {
    out.push_str("<serviceList>");
    for service in Service::offered(quirks) {
        out.push_str("<service>");
        leaf(out, "serviceType", &service.service_type());
        leaf(out, "serviceId", &service.id(quirks));
        leaf(out, "SCPDURL", &service.relative_url("scpd.xml"));
        leaf(out, "controlURL", &service.relative_url("control"));
        leaf(out, "eventSubURL", &service.relative_url("event"));
        out.push_str("</service>");
    }
    out.push_str("</serviceList>");
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
