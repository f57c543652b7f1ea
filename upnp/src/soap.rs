//! Control: requests to bytes, bytes to outcomes. No state, no connection.

pub(crate) mod arrived;
pub mod envelope;
pub mod fault;
pub mod response;
pub mod value;

pub use envelope::{parse_response, soap_action_header, write_request};
pub use fault::{SoapError, UpnpFault};
pub use response::ResponseArguments;
