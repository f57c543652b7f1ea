//! Eventing: what an event message says. Subscribing is not done yet.

pub mod notify;
