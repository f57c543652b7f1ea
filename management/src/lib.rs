//! To be written.

pub mod apply;
pub mod clock;
pub mod draft;
pub mod error;
pub mod limits;
mod link;
pub mod naming;
pub mod reading;
pub mod rows;
pub mod schema;
pub mod session;
pub mod store;
pub mod tree;
pub mod view;
pub use error::{Error, Step};
