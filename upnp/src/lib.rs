//! A UPnP control point for TR-064 Issue 2 gateways.
//!
//! The layers, from the wire up:
//!
//! * [`http_message`], [`xml`]: the two text forms everything travels in;
//! * [`ssdp`]: searching, and a tracker of who is present;
//! * [`description`]: devices, services and their actions;
//! * [`soap`]: a request to bytes, bytes to an outcome;
//! * [`gena`]: subscribing to events, and what an event message says;
//! * [`data_model`], [`access_control`]: the documents inside the arguments;
//! * [`services`]: ConfigurationManagement, BasicManagement and
//!   DeviceProtection as typed methods over any [`services::ActionCall`];
//! * [`driver`]: the only part with sockets, clocks and tasks.
//!
//! Outside [`driver`] everything is a pure function or a machine that is
//! handed the time. We write strictly and read liberally; what had to be
//! forgiven is reported as [`xml::Forgiven`]. Every bound on a peer is in
//! [`limits`].
//!
//! Left out on purpose: serving (a control point answers no search and no
//! action; event messages are all it takes), QueryStateVariable, M-POST, DTDs,
//! and any knowledge of what a parameter means.

pub mod access_control;
mod body;
pub mod data_model;
pub mod description;
pub mod driver;
pub mod error;
pub mod gena;
pub mod http_message;
pub mod identifiers;
pub mod limits;
pub mod secrecy;
pub mod services;
pub mod soap;
pub mod ssdp;
pub mod xml;

pub use error::Error;
pub use identifiers::{DeviceType, ServiceId, ServiceType, Udn, Usn};
pub use services::{ActionCall, ServiceRef};
pub use soap::{ResponseArguments, SoapError, UpnpFault};
