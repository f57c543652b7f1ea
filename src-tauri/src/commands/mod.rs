//! What the window may ask. Each command parses, calls [`crate::app::App`], answers.

pub mod actions;
pub mod discovery;
pub mod introduction;
pub mod parameters;
pub mod reboot;
