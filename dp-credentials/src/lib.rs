//! Credentials of DeviceProtection:1 without UPnP: who we are, whom we trust, and how a
//! PIN becomes trust.
//!
//! * [`identity`]: this installation's key pair and two-certificate chain, and the
//!   identity UUID and fingerprint that follow from a certificate (section 3).
//! * [`wps`]: the Registrar side of the WPS exchange, message in, message out, one type
//!   a state (section 4).
//! * [`login`]: the answer to a PKCS5 login challenge (section 5).
//! * [`trust`]: the gateways we were introduced to, and the TLS verifier that lets
//!   nobody else in.
//! * [`secrets`]: values that do not print, and the places that keep them.
//!
//! Sections are those of the DeviceProtection:1 digest the project was written from.
//! Nothing here opens a socket or reads a clock; only [`secrets`] touches files and the
//! system keyring. The Enrollee side is left out on purpose: production code holds our
//! role only.

pub mod identity;
pub mod login;
pub mod secrets;
pub mod trust;
pub mod wps;
