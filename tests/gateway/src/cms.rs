//! ConfigurationManagement:2, server side: action name and arguments in, output arguments or a refusal out.
//!
//! No sockets, no SOAP: the front end reads the envelope and calls [`handle`]. An input argument is the
//! text of its element after one unescaping; when the element held child elements (inline documents) it
//! is the raw markup between its tags. An output argument comes as [`ArgumentText`], because the large
//! answers are written already escaped for the envelope.

use crate::soap::UpnpError;
use crate::tree::{Roles, Tree};

/// Text of an output argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentText {
    /// Not escaped: the front end escapes it when it writes the envelope.
    Plain(String),
    /// Already escaped once: goes between the argument's tags as it is.
    Escaped(String),
}

/// Output arguments in the order of the service template.
pub type Answer = Vec<(&'static str, ArgumentText)>;

/// Carries out one action for a caller with `roles`. Call [`Tree::advance`] with the present time first.
///
/// # Errors
/// The UPnP error to answer with (401, 402, 501, 606, 701 to 708).
pub fn handle(
    _tree: &mut Tree,
    _roles: Roles,
    _action: &str,
    _arguments: &[(String, String)],
) -> Result<Answer, UpnpError> {
    Err(UpnpError { code: 401, description: "Invalid Action".to_owned() })
}
