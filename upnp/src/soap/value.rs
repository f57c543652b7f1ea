//! UPnP data types: text on the wire, Rust values here, and the check of an
//! argument against its state variable.

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};
use time::format_description::well_known::Iso8601;

use crate::description::scpd::{AllowedRange, StateVariable};

/// Standard base64; some devices leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a boolean: `0`, `1`, and the words other stacks send.
#[must_use]
pub fn parse_boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// Writes a boolean the way every device understands.
#[must_use]
pub fn print_boolean(value: bool) -> &'static str {
    if value {
        "1"
    } else {
        "0"
    }
}

/// Reads a ui4. A negative number is an overflowed one, as C programs print
/// them with the wrong conversion.
#[must_use]
pub fn parse_ui4(text: &str) -> Option<u32> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    match text.parse::<u32>() {
        Ok(number) => Some(number),
        Err(_) => {
            let negative = text.parse::<i32>().ok()?;
            Some(u32::from_ne_bytes(negative.to_ne_bytes()))
        }
    }
}

/// Reads base64; white space inside is dropped.
#[must_use]
pub fn parse_base64(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_ascii_whitespace().collect();
    BASE64.decode(compact).ok()
}

/// Writes base64 with padding.
#[must_use]
pub fn print_base64(octets: &[u8]) -> String {
    BASE64.encode(octets)
}

/// Splits a comma-separated list; an empty text is an empty list, and empty
/// entries inside are kept (a silent hop of a traceroute).
#[must_use]
pub fn parse_list(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    text.split(',')
        .map(|entry| entry.trim().to_owned())
        .collect()
}

/// A UPnP data type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// Unsigned, 8 bits.
    Ui1,
    /// Unsigned, 16 bits.
    Ui2,
    /// Unsigned, 32 bits.
    Ui4,
    /// Unsigned, 64 bits.
    Ui8,
    /// Signed, 8 bits.
    I1,
    /// Signed, 16 bits.
    I2,
    /// Signed, 32 bits.
    I4,
    /// Signed, 64 bits.
    I8,
    /// Signed, 32 bits.
    Int,
    /// Floating point, 4 octets.
    R4,
    /// Floating point, 8 octets.
    R8,
    /// Floating point.
    Number,
    /// Fixed point, 14 digits before and 4 after.
    Fixed14_4,
    /// One character.
    Char,
    /// Text.
    String,
    /// Date.
    Date,
    /// Date with optional time.
    DateTime,
    /// Date with optional time and zone.
    DateTimeTz,
    /// Time of day.
    Time,
    /// Time of day with optional zone.
    TimeTz,
    /// `0` or `1`.
    Boolean,
    /// Octets in base64.
    BinBase64,
    /// Octets in hexadecimal.
    BinHex,
    /// URI.
    Uri,
    /// UUID.
    Uuid,
}

/// Names as the UPnP Device Architecture spells them.
const TYPES: [(&str, DataType); 26] = [
    ("ui1", DataType::Ui1),
    ("ui2", DataType::Ui2),
    ("ui4", DataType::Ui4),
    ("ui8", DataType::Ui8),
    ("i1", DataType::I1),
    ("i2", DataType::I2),
    ("i4", DataType::I4),
    ("i8", DataType::I8),
    ("int", DataType::Int),
    ("r4", DataType::R4),
    ("r8", DataType::R8),
    ("number", DataType::Number),
    ("fixed.14.4", DataType::Fixed14_4),
    ("float", DataType::R8),
    ("char", DataType::Char),
    ("string", DataType::String),
    ("date", DataType::Date),
    ("dateTime", DataType::DateTime),
    ("dateTime.tz", DataType::DateTimeTz),
    ("time", DataType::Time),
    ("time.tz", DataType::TimeTz),
    ("boolean", DataType::Boolean),
    ("bin.base64", DataType::BinBase64),
    ("bin.hex", DataType::BinHex),
    ("uri", DataType::Uri),
    ("uuid", DataType::Uuid),
];

impl DataType {
    /// Reads a `dataType`, letter case aside.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        TYPES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text.trim()))
            .map(|(_, data_type)| *data_type)
    }

    /// The name by the standard.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        TYPES
            .iter()
            .find(|(_, data_type)| *data_type == self)
            .map_or("string", |(name, _)| name)
    }

    /// The least and greatest whole number, for the types that have them.
    #[must_use]
    pub fn bounds(self) -> Option<(i128, i128)> {
        let signed = |bits: u32| (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1);
        let unsigned = |bits: u32| (0, (1_i128 << bits) - 1);
        match self {
            Self::Ui1 => Some(unsigned(8)),
            Self::Ui2 => Some(unsigned(16)),
            Self::Ui4 => Some(unsigned(32)),
            Self::Ui8 => Some(unsigned(64)),
            Self::I1 => Some(signed(8)),
            Self::I2 => Some(signed(16)),
            Self::I4 | Self::Int => Some(signed(32)),
            Self::I8 => Some(signed(64)),
            _ => None,
        }
    }
}

/// Why a text cannot be the value of an argument.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not a value of the type.
    #[error("not of type {}", .0.as_str())]
    Type(DataType),
    /// A number outside the range.
    #[error("outside {minimum} to {maximum}")]
    Range {
        /// Least value.
        minimum: String,
        /// Greatest value.
        maximum: String,
    },
    /// A number off the steps of the range.
    #[error("not a step of {0}")]
    Step(String),
    /// Not one of the allowed values.
    #[error("none of {}", .0.join(", "))]
    NotAllowed(Vec<String>),
    /// A character XML cannot carry.
    #[error("holds a control character")]
    ControlCharacter,
}

/// Checks a text against its state variable and gives the text to send:
/// a boolean as `0` or `1`, a number without blanks.
///
/// # Errors
/// The first rule of the state variable that is broken.
pub fn check(variable: &StateVariable, text: &str) -> Result<String, ValueError> {
    if !crate::xml::text::is_xml_text(text) {
        return Err(ValueError::ControlCharacter);
    }
    // A type nobody knows cannot be checked; the device decides.
    let Some(data_type) = variable.data_type else {
        return Ok(text.to_owned());
    };
    let wrong = || ValueError::Type(data_type);
    let printed = match data_type {
        DataType::Boolean => print_boolean(parse_boolean(text).ok_or_else(wrong)?).to_owned(),
        DataType::R4 | DataType::R8 | DataType::Number | DataType::Fixed14_4 => {
            let number: f64 = text.trim().parse().map_err(|_| wrong())?;
            if !number.is_finite() {
                return Err(wrong());
            }
            if let Some(range) = &variable.allowed_range {
                check_real(range, number)?;
            }
            text.trim().to_owned()
        }
        DataType::Char if text.chars().count() != 1 => return Err(wrong()),
        DataType::BinBase64 => {
            parse_base64(text).ok_or_else(wrong)?;
            text.to_owned()
        }
        DataType::BinHex => {
            let digits = text.trim();
            let hexadecimal = digits.bytes().all(|octet| octet.is_ascii_hexdigit());
            if !hexadecimal || !digits.len().is_multiple_of(2) {
                return Err(wrong());
            }
            digits.to_owned()
        }
        DataType::DateTime | DataType::DateTimeTz => {
            parse_date_time(text).ok_or_else(wrong)?;
            text.trim().to_owned()
        }
        _ => match data_type.bounds() {
            None => text.to_owned(),
            Some((least, greatest)) => {
                let number: i128 = text.trim().parse().map_err(|_| wrong())?;
                if number < least || number > greatest {
                    return Err(ValueError::Range {
                        minimum: least.to_string(),
                        maximum: greatest.to_string(),
                    });
                }
                if let Some(range) = &variable.allowed_range {
                    check_whole(range, number)?;
                }
                number.to_string()
            }
        },
    };
    let allowed = &variable.allowed_values;
    if !allowed.is_empty() && !allowed.contains(&printed) {
        return Err(ValueError::NotAllowed(allowed.clone()));
    }
    Ok(printed)
}

fn out_of_range(range: &AllowedRange) -> ValueError {
    ValueError::Range {
        minimum: range.minimum.clone().unwrap_or_default(),
        maximum: range.maximum.clone().unwrap_or_default(),
    }
}

fn check_whole(range: &AllowedRange, number: i128) -> Result<(), ValueError> {
    let bound = |text: &Option<String>| {
        text.as_deref()
            .and_then(|text| text.trim().parse::<i128>().ok())
    };
    let minimum = bound(&range.minimum);
    if minimum.is_some_and(|minimum| number < minimum)
        || bound(&range.maximum).is_some_and(|maximum| number > maximum)
    {
        return Err(out_of_range(range));
    }
    let offset = minimum.unwrap_or(0);
    match bound(&range.step).filter(|step| *step > 1) {
        Some(step) if number.checked_sub(offset).is_none_or(|n| n % step != 0) => {
            Err(ValueError::Step(step.to_string()))
        }
        _ => Ok(()),
    }
}

fn check_real(range: &AllowedRange, number: f64) -> Result<(), ValueError> {
    let bound = |text: &Option<String>| {
        text.as_deref()
            .and_then(|text| text.trim().parse::<f64>().ok())
    };
    if bound(&range.minimum).is_some_and(|minimum| number < minimum)
        || bound(&range.maximum).is_some_and(|maximum| number > maximum)
    {
        return Err(out_of_range(range));
    }
    Ok(())
}

/// A dateTime of any of the spellings seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTime {
    /// With its zone.
    Zoned(time::OffsetDateTime),
    /// Without one: the clock of the gateway, wherever it is set.
    Local(time::PrimitiveDateTime),
}

/// Reads a dateTime, with or without zone and fraction; a date alone is
/// midnight.
#[must_use]
pub fn parse_date_time(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let Ok(zoned) = time::OffsetDateTime::parse(text, &Iso8601::PARSING) {
        return Some(DateTime::Zoned(zoned));
    }
    if let Ok(local) = time::PrimitiveDateTime::parse(text, &Iso8601::PARSING) {
        return Some(DateTime::Local(local));
    }
    let date = time::Date::parse(text, &Iso8601::PARSING).ok()?;
    Some(DateTime::Local(date.midnight()))
}
