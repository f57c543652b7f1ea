//! What a caller of this crate can meet.
//!
//! The variant says who erred and whether anything reached the gateway; the
//! fields say which gateway, which step and which action. No variant ever
//! holds a secret: arguments, setup messages and passwords stay out of them.

use std::fmt;
use std::time::Duration;

use dp_credentials::identity::Fingerprint;
use dp_credentials::trust::Weakness;
use dp_credentials::wps::WpsError;

use crate::soap::{SoapError, UpnpFault};

/// What was being done when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Looking for devices on the network.
    Search,
    /// Opening the TCP connection.
    Connect,
    /// The TLS handshake.
    Handshake,
    /// Fetching a device description.
    Description,
    /// Fetching the description (SCPD) of a service.
    ServiceDescription,
    /// Fetching any other document.
    Document,
    /// Calling an action.
    Control,
    /// Subscribing to events, or ending that.
    Subscribe,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Search => "searching",
            Step::Connect => "connecting",
            Step::Handshake => "the TLS handshake",
            Step::Description => "fetching the device description",
            Step::ServiceDescription => "fetching a service description",
            Step::Document => "fetching a document",
            Step::Control => "calling an action",
            Step::Subscribe => "subscribing to events",
        })
    }
}

/// Who has to change something so that it works next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nobody answered, or the connection broke.
    Network,
    /// The gateway sent something that makes no sense.
    PeerNonsense,
    /// The gateway understood and said no.
    PeerRefused,
    /// The gateway is not the one it should be, or points elsewhere.
    PeerUntrusted,
    /// The caller asked for something that cannot be.
    Caller,
    /// This computer: no socket, no adapter, no key.
    Local,
}

/// Everything that can go wrong between the caller and a gateway.
///
/// For an action that changes something there are two kinds of failure without
/// an answer: [`Error::Unreachable`] and [`Error::TimedOut`] mean that the
/// request was **not sent**, [`Error::OutcomeUnknown`] means that it **was
/// sent** and may have been carried out. With [`Error::Unreadable`] and
/// [`Error::TooLarge`] an answer came, so the request had been received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection, or it broke. Nothing was changed by this call.
    #[error("no connection to {address} while {step}: {detail}")]
    Unreachable {
        /// Host and port, or host.
        address: String,
        /// What was being done.
        step: Step,
        /// The system's words.
        detail: String,
    },
    /// No answer in time. Nothing was changed by this call.
    #[error("no answer from {address} within {} s while {step}", after.as_secs_f32())]
    TimedOut {
        /// Host and port, or host.
        address: String,
        /// What was being done.
        step: Step,
        /// How long it was waited.
        after: Duration,
    },
    /// An action that changes something was sent and no answer came: it may or
    /// may not have been carried out, and it was not sent a second time.
    #[error("{action} was sent to {address}, but no answer came ({detail}); whether it was carried out is unknown")]
    OutcomeUnknown {
        /// Host and port.
        address: String,
        /// The action.
        action: String,
        /// What ended the wait.
        detail: String,
        /// How long it was waited, when the gateway was silent.
        after: Option<Duration>,
    },
    /// The answer makes no sense.
    #[error("cannot read {what}: {detail}")]
    Unreadable {
        /// What was being read, and from whom where known.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The answer is longer than any sensible one; reading was stopped.
    #[error("{address} sends more than {limit_bytes} bytes while {step}; reading was stopped")]
    TooLarge {
        /// Host and port.
        address: String,
        /// What was being done.
        step: Step,
        /// The bound that was reached.
        limit_bytes: usize,
    },
    /// The gateway refused the action with a UPnP error number.
    #[error("the gateway refused {action}: {fault}")]
    Refused {
        /// The action.
        action: String,
        /// Number and words of the gateway.
        fault: UpnpFault,
    },
    /// An HTTP error status without a UPnP fault in it.
    #[error("{address} answered HTTP {status} while {step}{}", status_meaning(*status))]
    HttpStatus {
        /// Host and port.
        address: String,
        /// What was being done.
        step: Step,
        /// The status.
        status: u16,
    },
    /// The gateway wants a login by HTTP digest, as TR-064 Issue 1 has it. It
    /// does not do DeviceProtection, and this crate does not do digest.
    #[error(
        "{address} asks for the login of TR-064 Issue 1 (HTTP digest), which is not supported"
    )]
    IssueOneLogin {
        /// Host and port.
        address: String,
    },
    /// The gateway sends the caller to another host, or names one.
    #[error("{what} points to {found}, not to {expected}; it was not followed")]
    ForeignAddress {
        /// Which URL.
        what: String,
        /// Where it points.
        found: String,
        /// Where it should point.
        expected: String,
    },
    /// The device, service, action or document is not there.
    #[error("{what} is not offered by the gateway")]
    NotOffered {
        /// What was looked for.
        what: String,
    },
    /// The certificate is not the trusted one. The handshake was broken off
    /// and not one byte of a request was sent.
    #[error("{address} shows another certificate than the trusted one ({found} instead of {expected}); nothing was sent")]
    IdentityChanged {
        /// Host and port.
        address: String,
        /// The trusted certificate.
        expected: Fingerprint,
        /// The certificate that was shown.
        found: Fingerprint,
    },
    /// No TLS session came about, for another reason than trust.
    #[error("no TLS connection to {address}: {detail}")]
    Tls {
        /// Host and port.
        address: String,
        /// The library's words.
        detail: String,
    },
    /// The gateway offers no TLS that protects as it should, and what it offers
    /// was not allowed for it. Nothing was sent.
    #[error(
        "{address} offers nothing better than {}; nothing was sent",
        list(offers)
    )]
    WeakTls {
        /// Host and port.
        address: String,
        /// In what it falls short, beyond what was allowed.
        offers: Vec<Weakness>,
    },
    /// The gateway did not accept this installation's certificate. With
    /// TLS 1.3 that shows only when the first answer is read.
    #[error("{address} does not accept the certificate of this installation: {detail}")]
    ClientCertificateRefused {
        /// Host and port.
        address: String,
        /// The alert.
        detail: String,
    },
    /// The TLS session that logins and introductions belong to has ended; the
    /// request was not sent on a new one.
    #[error("the secure session with {address} has ended; nothing was sent")]
    SessionEnded {
        /// Host and port.
        address: String,
    },
    /// The introduction failed inside the WPS exchange.
    #[error("the introduction to {address} failed at {step}: {source}")]
    Introduction {
        /// Host and port.
        address: String,
        /// Which message, by its standard name.
        step: &'static str,
        /// Whether M4 had been sent: the PIN must then not be used again.
        pin_exposed: bool,
        /// Why.
        source: WpsError,
    },
    /// The gateway broke the introduction off without a reason. After M4
    /// (`pin_exposed`) that is how a wrong PIN shows.
    #[error("{address} broke the introduction off at {step}: {fault}")]
    IntroductionRefused {
        /// Host and port.
        address: String,
        /// Which message was sent last.
        step: &'static str,
        /// Whether M4 had been sent: the PIN must then not be used again.
        pin_exposed: bool,
        /// Number and words of the gateway.
        fault: UpnpFault,
    },
    /// The PIN was wrong, or somebody stands between.
    #[error("{address} did not accept the PIN{}", half_words(*half))]
    WrongPin {
        /// Host and port.
        address: String,
        /// Which half of it (1 or 2), where that is known.
        half: Option<u8>,
    },
    /// The gateway allows no introduction for now, after wrong PINs.
    #[error("{address} has locked its setup")]
    SetupLocked {
        /// Host and port.
        address: String,
    },
    /// The gateway is busy with somebody else's introduction.
    #[error("{address} is busy with another introduction")]
    Busy {
        /// Host and port.
        address: String,
        /// How long it was waited for it.
        waited: Duration,
    },
    /// The connection ended, or the gateway fell silent, in the middle of an
    /// introduction. It is over on both sides.
    #[error("the introduction to {address} ended at {step}: {detail}")]
    IntroductionLost {
        /// Host and port.
        address: String,
        /// Which message was sent last.
        step: &'static str,
        /// Whether M4 had been sent: the PIN must then not be used again.
        pin_exposed: bool,
        /// How long it was waited, when the gateway was silent.
        after: Option<Duration>,
        /// What ended it.
        detail: String,
    },
    /// Nobody typed the PIN the gateway shows in time.
    #[error("the PIN that {address} shows was not typed within {} s", after.as_secs())]
    PinNotTyped {
        /// Host and port.
        address: String,
        /// How long it was waited.
        after: Duration,
    },
    /// Nobody pressed the button in time.
    #[error("the button of {address} was not pressed within {} s", after.as_secs())]
    ButtonNotPressed {
        /// Host and port.
        address: String,
        /// How long it was waited.
        after: Duration,
    },
    /// The caller called it off.
    #[error("called off")]
    Cancelled,
    /// The caller asked for something that cannot be; nothing was sent.
    #[error("{detail}")]
    Usage {
        /// What is wrong with it.
        detail: String,
    },
    /// This computer could not do its part; nothing was sent.
    #[error("{detail}")]
    Local {
        /// What failed.
        detail: String,
    },
}

impl Error {
    /// What became of an action, from the reading of its answer.
    #[must_use]
    pub fn from_soap(address: &str, action: &str, error: SoapError) -> Self {
        match error {
            SoapError::Fault(fault) => Error::Refused {
                action: action.to_owned(),
                fault,
            },
            SoapError::Status { status } => Error::HttpStatus {
                address: address.to_owned(),
                step: Step::Control,
                status,
            },
            SoapError::Unreadable { what, detail } => Error::Unreadable {
                what: format!("the {what} of {action} from {address}"),
                detail,
            },
            SoapError::MissingArgument { argument, .. } => Error::Unreadable {
                what: format!("the answer of {action} from {address}"),
                detail: format!("{argument} is missing"),
            },
            other @ (SoapError::Unsendable { .. } | SoapError::RequestTooLarge { .. }) => {
                Error::Usage {
                    detail: format!("{action}: {other}"),
                }
            }
        }
    }

    /// The UPnP error number with which the gateway refused, if it did.
    #[must_use]
    pub fn upnp_fault(&self) -> Option<&UpnpFault> {
        match self {
            Error::Refused { fault, .. } | Error::IntroductionRefused { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// Whether a changing action may have been carried out although no usable
    /// answer came.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Error::OutcomeUnknown { .. })
    }

    /// Whether the PIN of an introduction went out in this failure and must
    /// not be tried again.
    #[must_use]
    pub fn pin_exposed(&self) -> bool {
        match self {
            Error::Introduction { pin_exposed, .. }
            | Error::IntroductionLost { pin_exposed, .. }
            | Error::IntroductionRefused { pin_exposed, .. } => *pin_exposed,
            Error::WrongPin { .. } => true,
            _ => false,
        }
    }

    /// Who erred.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Error::Unreachable { .. }
            | Error::TimedOut { .. }
            | Error::OutcomeUnknown { .. }
            | Error::SessionEnded { .. }
            | Error::IntroductionLost { .. }
            | Error::PinNotTyped { .. }
            | Error::ButtonNotPressed { .. } => Fault::Network,
            Error::Unreadable { .. }
            | Error::TooLarge { .. }
            | Error::Tls { .. }
            | Error::WeakTls { .. }
            | Error::Introduction { .. } => Fault::PeerNonsense,
            Error::Refused { .. }
            | Error::HttpStatus { .. }
            | Error::IssueOneLogin { .. }
            | Error::NotOffered { .. }
            | Error::ClientCertificateRefused { .. }
            | Error::IntroductionRefused { .. }
            | Error::WrongPin { .. }
            | Error::SetupLocked { .. }
            | Error::Busy { .. } => Fault::PeerRefused,
            Error::ForeignAddress { .. } | Error::IdentityChanged { .. } => Fault::PeerUntrusted,
            Error::Cancelled | Error::Usage { .. } => Fault::Caller,
            Error::Local { .. } => Fault::Local,
        }
    }
}

fn list(offers: &[Weakness]) -> String {
    let names: Vec<_> = offers.iter().map(Weakness::to_string).collect();
    names.join(" with ")
}

fn status_meaning(status: u16) -> &'static str {
    match status {
        400 => " (it cannot read the request)",
        401 | 403 => " (it wants a login)",
        404 => " (nothing there)",
        405 => " (it does not take such requests there)",
        411 | 413 => " (it does not take a request of this length)",
        412 => " (it misses a header field)",
        500 => " (it failed inside)",
        501 => " (it does not know this kind of request)",
        503 => " (it is busy)",
        _ => "",
    }
}

fn half_words(half: Option<u8>) -> &'static str {
    match half {
        Some(1) => " (its first half is wrong)",
        Some(2) => " (its second half is wrong)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_gateway_step_and_reason() {
        let error = Error::TimedOut {
            address: String::from("192.0.2.1:49152"),
            step: Step::Description,
            after: Duration::from_millis(1500),
        };
        assert_eq!(
            error.to_string(),
            "no answer from 192.0.2.1:49152 within 1.5 s while fetching the device description"
        );
        assert_eq!(error.fault(), Fault::Network);
    }

    #[test]
    fn a_fault_keeps_its_number() {
        let fault = UpnpFault {
            code: 606,
            description: String::from("Action not authorized"),
        };
        let error = Error::from_soap("192.0.2.1", "Reboot", SoapError::Fault(fault));
        assert_eq!(error.upnp_fault().map(|fault| fault.code), Some(606));
        assert_eq!(error.fault(), Fault::PeerRefused);
        assert!(!error.outcome_unknown());
    }

    #[test]
    fn a_status_without_a_fault_is_explained() {
        let error = Error::from_soap("192.0.2.1", "Reboot", SoapError::Status { status: 405 });
        assert!(error.to_string().contains("does not take such requests"));
    }
}
