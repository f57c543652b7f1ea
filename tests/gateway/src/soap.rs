//! What a service refuses with: a UPnP error number and words.

/// A refusal of a service, sent as a SOAP fault (UDA 2.0, clause 3.3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("UPnP error {code}: {description}")]
pub struct UpnpError {
    /// UPnP error number, for example 703.
    pub code: u16,
    /// Short text for a person.
    pub description: String,
}
