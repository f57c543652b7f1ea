//! Eventing: subscribing to a service and reading what it then says by itself
//! (UPnP Device Architecture 2.0, eventing).
//!
//! [`request`] writes what goes to the publisher, [`answer`] reads what comes
//! back, [`notify_header`] and [`notify`] read an event message, and
//! [`subscription`] is the machine that decides what to send and what counts.

pub mod answer;
pub(crate) mod head;
pub mod notify;
pub mod notify_header;
pub mod request;
pub mod sid;
pub mod subscription;
