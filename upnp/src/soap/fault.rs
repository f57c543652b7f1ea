//! What an answer says when it does not say yes.

use std::fmt;

use crate::xml::{Element, XmlError};

/// A refusal with its number, as `UPnPError` carries it (UPnP Device
/// Architecture 2.0, control). What numbers from 700 up mean depends on the
/// service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct UpnpFault {
    /// The number.
    pub code: u16,
    /// The gateway's own words; may be empty, and may be any text.
    pub description: String,
}

impl UpnpFault {
    /// Invalid Action: the device does not have it.
    pub const INVALID_ACTION: u16 = 401;
    /// Invalid Args.
    pub const INVALID_ARGS: u16 = 402;
    /// Action Failed.
    pub const ACTION_FAILED: u16 = 501;
    /// Argument Value Invalid.
    pub const ARGUMENT_VALUE_INVALID: u16 = 600;
    /// Optional Action Not Implemented.
    pub const NOT_IMPLEMENTED: u16 = 602;
    /// Action not authorized: another role is needed, or TLS.
    pub const NOT_AUTHORIZED: u16 = 606;

    /// Reads a SOAP `Fault` element. The parts are found by local names at any
    /// depth; the number may stand among white space.
    ///
    /// # Errors
    /// [`SoapError::Unreadable`] without a readable number.
    pub fn from_element(fault: &Element) -> Result<Self, SoapError> {
        let code = fault
            .find("errorCode")
            .map(Element::text)
            .unwrap_or_default();
        let description = fault
            .find("errorDescription")
            .map(Element::text)
            .filter(|description| !description.is_empty());
        let faultstring = || {
            fault
                .find("faultstring")
                .map(Element::text)
                .unwrap_or_default()
        };
        match code.parse::<u16>() {
            Ok(code) => Ok(Self {
                code,
                description: description.unwrap_or_default(),
            }),
            Err(_) => Err(SoapError::Unreadable {
                what: String::from("fault"),
                detail: format!(
                    "no readable error number in {:?}",
                    clip(&description.unwrap_or_else(faultstring))
                ),
            }),
        }
    }
}

impl fmt::Display for UpnpFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.description.is_empty() {
            write!(f, "error {}", self.code)
        } else {
            write!(f, "error {} ({})", self.code, clip(&self.description))
        }
    }
}

/// A peer's text, short enough for a message.
fn clip(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Why an action brought no output arguments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoapError {
    /// The device refused, with a number.
    #[error("refused with {0}")]
    Fault(UpnpFault),
    /// The device answered an error status and no fault with it.
    #[error("HTTP status {status} without a UPnP fault")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is no answer to this action.
    #[error("cannot read {what}: {detail}")]
    Unreadable {
        /// What was being read: `answer`, `fault`, or the name of an argument.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
    /// An output argument is missing.
    #[error("{action} answered without {argument}")]
    MissingArgument {
        /// The action.
        action: String,
        /// The argument.
        argument: String,
    },
    /// What we were asked to send cannot be sent.
    #[error("cannot send {what}: {detail}")]
    Unsendable {
        /// The argument or list.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The request would be larger than gateways accept.
    #[error("the request of {size} octets is larger than {limit}")]
    RequestTooLarge {
        /// Its size.
        size: usize,
        /// The largest size sent.
        limit: usize,
    },
}

impl SoapError {
    pub(crate) fn unreadable(what: impl Into<String>, error: &XmlError) -> Self {
        Self::Unreadable {
            what: what.into(),
            detail: error.to_string(),
        }
    }
}
