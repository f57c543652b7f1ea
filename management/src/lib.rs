//! To be written.

pub mod schema;
pub mod store;
pub mod view;
