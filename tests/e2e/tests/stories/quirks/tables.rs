//! What a quirk makes impossible, and what the trace says about the others.

use lanside_gateway::quirks::Quirk;
use management::view::Code;

use crate::quirks::job::Step;

/// What a quirk makes impossible.
pub struct Exception {
    pub quirk: Quirk,
    pub step: Step,
    /// The code a person and a script see; none where something is wrong without being noticed.
    pub code: Option<Code>,
    /// Why no better is possible.
    pub reason: &'static str,
}

pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        quirk: Quirk::WrongUuidE,
        step: Step::Pair,
        code: Some(Code::IdentityChanged),
        reason: "somebody who passes messages on looks exactly like this",
    },
    Exception {
        quirk: Quirk::Locked,
        step: Step::Pair,
        code: Some(Code::PinRejected),
        reason: "the gateway takes no PIN, not even the right one",
    },
    Exception {
        quirk: Quirk::ShortLocation,
        step: Step::Pair,
        code: Some(Code::ActionRefused),
        reason: "nothing else says where the protected side is, and guessing would be a downgrade",
    },
    Exception {
        quirk: Quirk::ErrorTextsAsValues,
        step: Step::Refusal,
        code: None,
        reason: "the text could as well be the value",
    },
    Exception {
        quirk: Quirk::RebootLater,
        step: Step::Reboot,
        code: Some(Code::Unreachable),
        reason: "the gateway does not restart",
    },
    Exception {
        quirk: Quirk::NoEvents,
        step: Step::Events,
        code: None,
        reason: "the gateway has no events to give",
    },
    Exception {
        quirk: Quirk::LostEvents,
        step: Step::Events,
        code: None,
        reason: "its events never arrive; who waits for one polls besides",
    },
];

/// What the trace says about quirks that are against the standards and were accepted all the same.
pub const NAMED: &[(Quirk, &str)] = &[
    (
        Quirk::BadContentLength,
        "Content-Length larger than the body",
    ),
    (Quirk::EmptyContentLength, "Content-Length without a number"),
    (Quirk::BareLineFeeds, "lines that end with a bare line feed"),
    (Quirk::FoldedHeaders, "a header field folded over two lines"),
    (Quirk::RepeatedHeader, "text before the document"),
    (Quirk::LeadingLines, "misplaced XML declaration"),
    (Quirk::TrailingJunk, "text after the document"),
    (Quirk::InvalidUtf8, "octets outside the character set"),
    (Quirk::LoneAmpersand, "ampersand"),
    (Quirk::NoEnvelopeEnd, "no end tag for"),
    (Quirk::InlineXml, "document in"),
    (Quirk::DoubleEscaped, "document in"),
    (Quirk::UndeclaredPrefix, "undeclared prefix"),
    (Quirk::UnquotedAttributes, "attribute"),
    (Quirk::OtherRoot, "the tree is at /TR098/, not at /BBF/"),
];
