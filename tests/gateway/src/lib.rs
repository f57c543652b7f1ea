//! A simulated TR-064 gateway: a root device with ConfigurationManagement:2, BasicManagement:2 and
//! DeviceProtection:1 that can be discovered, introduced, managed, rebooted and made to misbehave.
//!
//! It is written from the standards alone and shares no protocol code with the management application,
//! so that a misreading on one side does not pass unnoticed on the other.

pub mod acl;
mod acl_documents;
mod answer;
mod bms;
mod clock;
pub mod cms;
mod control;
mod data_model;
mod description;
mod device;
mod device_protection;
mod discovery;
pub mod enrollee;
pub mod failures;
pub mod faults;
mod gateway;
mod gena;
pub mod identity;
pub mod limits;
mod login;
pub mod options;
pub mod place;
pub mod quirks;
mod random;
pub mod reach;
pub mod requests;
mod scpd;
pub mod secret;
mod server;
mod service;
mod session;
pub mod setup_faults;
mod sms;
pub mod soap;
mod spoil;
mod ssdp;
mod store;
pub mod tls;
pub mod tree;
mod web;
mod xml;

pub use device::Addresses;
pub use gateway::{Error, Gateway};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a value; one that a panicking task left behind is still used.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
