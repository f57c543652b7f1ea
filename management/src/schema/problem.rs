//! Why a text is not a valid value.

use std::fmt;

use serde::Serialize;
use specta::Type;

use super::facts::Span;

/// Why a text is not a valid value of a parameter; the limits come with it, so a face can say it in
/// any language. `Display` is short plain English that completes "The value …".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SyntaxProblem {
    /// The path is an object, which has no value.
    NotAParameter,
    /// A character no XML document can carry.
    UnsendableCharacter {
        /// Its Unicode number.
        code_point: u32,
    },
    /// Neither on nor off.
    NotBoolean,
    /// Not a whole number.
    NotWholeNumber,
    /// Not a decimal number.
    NotDecimal,
    /// A number outside every allowed range.
    OutOfRange {
        /// Allowed ranges, at least one.
        allowed: Vec<Span>,
    },
    /// A text of a length that is not allowed.
    WrongLength {
        /// Its length in `unit`.
        actual: u32,
        /// Allowed lengths, at least one.
        allowed: Vec<Span>,
        /// What is counted.
        unit: LengthUnit,
    },
    /// Not one of the allowed values.
    NotAllowedValue {
        /// The allowed values that may be written.
        allowed: Vec<String>,
    },
    /// A value the gateway reports but nobody may write.
    ReportOnly {
        /// The allowed values that may be written.
        allowed: Vec<String>,
    },
    /// Not of the form the model asks for.
    WrongForm {
        /// XML Schema patterns of the allowed forms.
        patterns: Vec<String>,
    },
    /// Not a date and time.
    NotDateTime,
    /// Not base64.
    NotBase64,
    /// Not pairs of hexadecimal digits.
    NotHexBinary,
    /// Not an IPv4 address.
    NotIpv4Address,
    /// Not an IPv6 address.
    NotIpv6Address,
    /// Neither an IPv4 nor an IPv6 address.
    NotIpAddress,
    /// Not an address and prefix length.
    NotPrefix {
        /// An example of the form.
        example: &'static str,
    },
    /// Not a MAC address.
    NotMacAddress,
    /// Not a UUID.
    NotUuid,
    /// Not a URL.
    NotUrl,
    /// Too few items in a list.
    TooFewItems {
        /// Fewest.
        min: u32,
    },
    /// Too many items in a list.
    TooManyItems {
        /// Most.
        max: u32,
    },
    /// A list that is too long as a whole.
    ListTooLong {
        /// Most characters.
        max: u32,
    },
    /// A list of lists without its brackets.
    NotNestedList,
    /// One item of a list is not valid.
    Item {
        /// Which, counted from 1.
        position: u32,
        /// The item.
        item: String,
        /// What is wrong with it.
        problem: Box<SyntaxProblem>,
    },
}

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Characters of a text.
    Characters,
    /// Octets of binary data.
    Octets,
}

impl fmt::Display for SyntaxProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAParameter => f.write_str("cannot be set: this is an object, not a parameter"),
            Self::UnsendableCharacter { code_point } => {
                write!(
                    f,
                    "contains a character that cannot be sent (U+{code_point:04X})"
                )
            }
            Self::NotBoolean => f.write_str("must be 1 (on) or 0 (off)"),
            Self::NotWholeNumber => f.write_str("must be a whole number"),
            Self::NotDecimal => f.write_str("must be a number"),
            Self::OutOfRange { allowed } => {
                write!(f, "must be {}", alternatives(allowed, number_span))
            }
            Self::WrongLength {
                actual,
                allowed,
                unit,
            } => {
                let unit = match unit {
                    LengthUnit::Characters => "characters",
                    LengthUnit::Octets => "octets",
                };
                write!(
                    f,
                    "must have {} {unit}, not {actual}",
                    alternatives(allowed, length_span)
                )
            }
            Self::NotAllowedValue { allowed } => {
                write!(f, "must be one of: {}", shortened(allowed))
            }
            Self::ReportOnly { allowed } if allowed.is_empty() => {
                f.write_str("is only reported by the gateway and cannot be set")
            }
            Self::ReportOnly { allowed } => write!(
                f,
                "is only reported by the gateway; it can be set to: {}",
                shortened(allowed)
            ),
            Self::WrongForm { patterns } => {
                write!(f, "must have the form {}", patterns.join(" or "))
            }
            Self::NotDateTime => {
                f.write_str("must be a date and time such as 2026-01-31T12:00:00Z")
            }
            Self::NotBase64 => f.write_str("must be base64"),
            Self::NotHexBinary => f.write_str("must be pairs of hexadecimal digits"),
            Self::NotIpv4Address => f.write_str("must be an IPv4 address such as 192.168.1.1"),
            Self::NotIpv6Address => f.write_str("must be an IPv6 address such as 2001:db8::1"),
            Self::NotIpAddress => f.write_str("must be an IP address such as 192.168.1.1"),
            Self::NotPrefix { example } => {
                write!(f, "must be an address and prefix length such as {example}")
            }
            Self::NotMacAddress => f.write_str("must be a MAC address such as 00:11:22:33:44:55"),
            Self::NotUuid => {
                f.write_str("must be a UUID such as 123e4567-e89b-12d3-a456-426614174000")
            }
            Self::NotUrl => f.write_str("must be a URL without blanks"),
            Self::TooFewItems { min } => write!(f, "must list at least {min}"),
            Self::TooManyItems { max } => write!(f, "must list at most {max}"),
            Self::ListTooLong { max } => write!(f, "must have at most {max} characters in all"),
            Self::NotNestedList => f.write_str("must be lists in square brackets"),
            Self::Item {
                position,
                item,
                problem,
            } => {
                write!(f, "is wrong in item {position} ({item}), which {problem}")
            }
        }
    }
}

impl std::error::Error for SyntaxProblem {}

fn alternatives(spans: &[Span], print: fn(&Span) -> String) -> String {
    spans.iter().map(print).collect::<Vec<_>>().join(" or ")
}

fn number_span(span: &Span) -> String {
    let mut text = match (span.min, span.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any number".to_owned(),
    };
    if let Some(step) = span.step {
        text.push_str(&format!(" in steps of {step}"));
    }
    text
}

fn length_span(span: &Span) -> String {
    match (span.min, span.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (None | Some(0), Some(max)) => format!("at most {max}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, None) => "any number of".to_owned(),
    }
}

/// A long enumeration is cut: a sentence with hundreds of names helps nobody.
fn shortened(values: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut text = values
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if values.len() > SHOWN {
        text.push_str(&format!(" and {} more", values.len() - SHOWN));
    }
    text
}
