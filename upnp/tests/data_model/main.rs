//! Paths, notation, and the documents of ConfigurationManagement and
//! DeviceProtection.

mod documents;
mod lists;
mod paths;
mod properties;

use upnp::xml::{self, Element};

fn element(text: &str) -> Element {
    xml::parse(text, 1 << 20).unwrap().root
}
