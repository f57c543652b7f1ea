//! The simulated TR-064 gateway.

pub mod cms;
pub mod soap;
pub mod tree;
