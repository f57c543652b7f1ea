//! The Registrar side of the WPS exchange (DeviceProtection:1, section 4).

/// Why an introduction failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WpsError {}
