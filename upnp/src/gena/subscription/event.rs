//! What a subscription tells its owner.

use std::fmt;

/// State variables with their new values, in document order.
pub type Variables = Vec<(String, String)>;

/// Something the subscriber should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// One event message.
    Values {
        /// Its number; none from a publisher that does not count.
        seq: Option<u32>,
        /// What it says, in document order.
        variables: Variables,
        /// Whether it is the initial event, which holds every evented variable.
        initial: bool,
    },
    /// Messages were missed: values known so far must be read again. The
    /// subscription is renewed by itself where that helps.
    Lost,
    /// SUBSCRIBE was accepted, but no initial event came: the publisher cannot
    /// reach this computer (or sends none). Ask it instead, until values come.
    Unreachable,
    /// Nothing more will come.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The subscriber gave it up.
    Closed,
    /// The publisher answered SUBSCRIBE with this HTTP status.
    Refused {
        /// The status.
        status: u16,
    },
    /// The publisher accepted SUBSCRIBE and named no SID.
    NoSid,
    /// The publisher did not answer SUBSCRIBE.
    NoAnswer,
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EndReason::Closed => f.write_str("the subscription was given up"),
            EndReason::Refused { status } => {
                write!(f, "the gateway refused the subscription with HTTP {status}")
            }
            EndReason::NoSid => f.write_str("the gateway accepted the subscription without a SID"),
            EndReason::NoAnswer => {
                f.write_str("the gateway does not answer about the subscription")
            }
        }
    }
}
