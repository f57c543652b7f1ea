//! What the window may ask. Each command parses, calls [`crate::app::App`], answers.

pub mod access;
pub mod actions;
pub mod changes;
pub mod desktop;
pub mod discovery;
pub mod files;
pub mod identity;
pub mod introduction;
pub mod measure;
pub mod operations;
pub mod parameters;
pub mod recipes;
pub mod restart;
pub mod secrets;
pub mod setup;
pub mod snapshots;
pub mod software;
pub mod support;
pub mod watching;
