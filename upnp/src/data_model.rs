//! Paths, documents and nodes of the data model that ConfigurationManagement
//! serves. What a parameter means is not known here.

pub mod document;
mod list;
pub mod node;
pub mod notation;
pub mod parameter_values;
pub mod path;
pub mod split;
pub mod update;
