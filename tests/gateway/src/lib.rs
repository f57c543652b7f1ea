//! The simulated TR-064 gateway.

pub mod cms;
pub mod enrollee;
pub mod identity;
pub mod limits;
pub mod quirks;
pub mod secret;
pub mod soap;
pub mod tree;
pub mod xml;
