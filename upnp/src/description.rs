//! What devices say about themselves: the device description and the service
//! descriptions (SCPD) it points to.

pub mod device;
pub mod scpd;
pub mod url;

/// Why a description is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Not readable as XML.
    #[error("not readable: {0}")]
    Xml(#[from] crate::xml::XmlError),
    /// XML of another kind.
    #[error("the root element is {found:?}, not {expected:?}")]
    OtherDocument {
        /// The root element there should be.
        expected: &'static str,
        /// The root element there is.
        found: String,
    },
    /// Something is missing without which the device cannot be addressed.
    #[error("{0} is missing or unreadable")]
    Missing(&'static str),
    /// More devices, services, actions or levels than any gateway has.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit that was passed.
        limit: usize,
    },
}
