//! What the data models say about a parameter, before any gateway is asked.
//!
//! * [`facts`]: type, access, allowed values, units, secrecy and the rest for every object and
//!   parameter of Device:2 and Device:1 (TR-181), InternetGatewayDevice:1 (TR-098), the service
//!   models (voice, set-top box, storage, femtocell) and UPnP's common objects; looked up by path.
//! * [`profiles`]: which objects and parameters a profile of a model asks for.
//! * [`reference`]: what a parameter whose value points elsewhere may point at.
//! * [`syntax`]: whether a text is a valid value of a parameter, and its form on the wire.
//! * [`meaning`]: what a parameter is for, in English and German.
//! * [`secrecy`]: which values must never be shown, logged or stored in clear.
//!
//! Facts are advice. A gateway may implement an older or newer model, or its own parameters; where
//! its answer and a fact differ the gateway is right, so nothing here decides what exists or may be
//! written on a given gateway. Every function is pure: no clock, no randomness, no files (the facts
//! are part of the program and are indexed on first use; what a person imports is handed in by
//! [`Facts::install`]).

pub mod facts;
mod index;
pub mod meaning;
pub mod profiles;
pub mod reference;
pub mod secrecy;
pub mod syntax;

#[cfg(test)]
mod facts_tests;
mod pattern;
mod problem;
mod record;
#[cfg(test)]
mod syntax_tests;
mod text_form;

pub use facts::{Access, DataModel, DataType, Fact, Instances, Status};
pub use index::{Children, Facts};
pub use meaning::{meaning, Language};
pub use problem::SyntaxProblem;
pub use reference::Reference;
pub use secrecy::is_secret;
pub use syntax::{normalise, validate};
