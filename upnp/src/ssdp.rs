//! Simple Service Discovery Protocol: searching, and knowing who is present.

pub mod message;
pub mod tracker;

pub use message::{Announcement, BootId, Departure, Search, SearchTarget, SsdpError, SsdpMessage};
pub use tracker::{Presence, Tracker, TrackerEvent};
