//! What a parameter may hold: type, access and limits, and the check of a new text against them.

use std::sync::OnceLock;

use regex::Regex;

use super::facts::Fact;
use super::limits::UNBOUNDED_STRING_CHARS;

/// Built-in types of TR-106.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// Text, enumerations and lists.
    String,
    /// 32-bit signed.
    Int,
    /// 32-bit unsigned.
    UnsignedInt,
    /// 64-bit signed.
    Long,
    /// 64-bit unsigned.
    UnsignedLong,
    /// `1` or `0`.
    Boolean,
    /// ISO 8601.
    DateTime,
    /// Octets in base 64.
    Base64,
    /// Octets in pairs of hexadecimal digits.
    HexBinary,
    /// Decimal fraction.
    Decimal,
}

impl DataType {
    /// The type TR-106 calls `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "int" => Self::Int,
            "unsignedInt" => Self::UnsignedInt,
            "long" => Self::Long,
            "unsignedLong" => Self::UnsignedLong,
            "boolean" => Self::Boolean,
            "dateTime" => Self::DateTime,
            "base64" => Self::Base64,
            "hexBinary" => Self::HexBinary,
            "decimal" => Self::Decimal,
            _ => return None,
        })
    }

    /// The Type attribute of ConfigurationManagement:2 for this type.
    #[must_use]
    pub fn attribute(self, unsigned_as_long: bool) -> &'static str {
        match self {
            Self::String | Self::Decimal => "string",
            Self::UnsignedInt if unsigned_as_long => "long",
            Self::Int | Self::UnsignedInt => "int",
            Self::Long | Self::UnsignedLong => "long",
            Self::Boolean => "boolean",
            Self::DateTime => "dateTime",
            Self::Base64 => "base64",
            Self::HexBinary => "hexBinary",
        }
    }

    fn integer_bounds(self) -> Option<(i128, i128)> {
        Some(match self {
            Self::Int => (i32::MIN.into(), i32::MAX.into()),
            Self::UnsignedInt => (0, u32::MAX.into()),
            Self::Long => (i64::MIN.into(), i64::MAX.into()),
            Self::UnsignedLong => (0, u64::MAX.into()),
            _ => return None,
        })
    }
}

/// Lowest and highest value or length; `None` is open.
pub(crate) type Bounds = (Option<i128>, Option<i128>);

/// An allowed text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Allowed {
    pub text: Box<str>,
    /// The device may report it but nobody may write it.
    pub report_only: bool,
}

/// What a parameter refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reference {
    /// Emptied when the target goes.
    Strong,
    Weak,
}

/// Everything parameters of one definition share.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub data_type: DataType,
    pub writable: bool,
    pub secret: bool,
    /// Writing triggers something and reads back as the empty value.
    pub command: bool,
    /// Items separated by commas; the bounds are those of the whole text.
    pub list: Option<Vec<Bounds>>,
    pub allowed: Vec<Allowed>,
    pub ranges: Vec<Bounds>,
    pub lengths: Vec<Bounds>,
    pub patterns: Box<str>,
    pub reference: Option<Reference>,
    /// Sibling whose list holds the allowed texts, and a text that is allowed besides.
    pub allowed_from: Option<(Box<str>, Option<Box<str>>)>,
    pub default: Box<str>,
    /// A new value counts only after the next reboot.
    pub after_reboot: bool,
    regexes: OnceLock<Vec<Regex>>,
}

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Not a text of the type (704).
    Type,
    /// Of the type, but outside its limits (705).
    Value,
}

impl Shape {
    /// A parameter without limits.
    pub fn plain(data_type: DataType, writable: bool) -> Self {
        Self {
            data_type,
            writable,
            secret: false,
            command: false,
            list: None,
            allowed: Vec::new(),
            ranges: Vec::new(),
            lengths: Vec::new(),
            patterns: "".into(),
            reference: None,
            allowed_from: None,
            default: empty_value(data_type).into(),
            after_reboot: false,
            regexes: OnceLock::new(),
        }
    }

    /// The shape a fact describes.
    pub fn from_fact(fact: &Fact) -> Self {
        let data_type = DataType::from_name(fact.data_type).unwrap_or(DataType::String);
        let mut shape = Self::plain(data_type, fact.writable);
        shape.secret = fact.secret || fact.writable && is_secret_name(fact.path);
        shape.command = fact.enable_or_command == "command";
        shape.list = fact
            .list
            .strip_prefix("list")
            .map(|size| parse_bounds(size.trim()));
        shape.allowed = parse_allowed(fact.allowed);
        shape.ranges = parse_bounds(fact.ranges);
        shape.lengths = parse_bounds(fact.lengths);
        shape.patterns = fact.patterns.into();
        shape.reference = match fact.reference {
            "strong" => Some(Reference::Strong),
            "weak" => Some(Reference::Weak),
            _ => None,
        };
        shape.allowed_from =
            (!fact.allowed_from.is_empty()).then(|| match fact.allowed_from.split_once('?') {
                Some((target, null)) => (target.into(), Some(null.into())),
                None => (fact.allowed_from.into(), None),
            });
        shape.default = shape.first_value(fact.default).into();
        shape
    }

    /// The value a fresh parameter has: the stated default, or the nearest to nothing its limits allow.
    pub fn first_value(&self, stated: &str) -> String {
        if stated == "\"\"" {
            return String::new();
        }
        if let (true, Some(items)) = (
            self.list.is_some(),
            stated
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']')),
        ) {
            return items.to_owned();
        }
        if !stated.is_empty() {
            return self.normalise(stated).unwrap_or_else(|_| stated.to_owned());
        }
        if self.list.is_none() {
            if let Some(first) = self.allowed.first() {
                return first.text.to_string();
            }
        }
        let empty = empty_value(self.data_type);
        if self.normalise(empty).is_ok() || self.list.is_some() {
            return empty.to_owned();
        }
        match self.ranges.first() {
            Some((Some(low), _)) => low.to_string(),
            Some((None, Some(high))) => high.to_string(),
            _ => empty.to_owned(),
        }
    }

    /// The text in the form it is stored in, if the type and the limits take it.
    pub fn normalise(&self, text: &str) -> Result<String, Unfit> {
        self.normalise_for(text, true)
    }

    /// Like [`Shape::normalise`] for a text the device itself reports.
    pub fn normalise_reported(&self, text: &str) -> Result<String, Unfit> {
        self.normalise_for(text, false)
    }

    fn normalise_for(&self, text: &str, writing: bool) -> Result<String, Unfit> {
        let stored = match self.data_type {
            DataType::String => text.to_owned(),
            DataType::Boolean => {
                return parse_boolean(text.trim())
                    .map(|on| if on { "1" } else { "0" }.to_owned())
                    .ok_or(Unfit::Type)
            }
            DataType::DateTime => {
                let text = text.trim();
                return if is_date_time(text) {
                    Ok(text.to_owned())
                } else {
                    Err(Unfit::Type)
                };
            }
            DataType::Base64 | DataType::HexBinary => text.trim().to_owned(),
            DataType::Decimal if self.list.is_none() => {
                let text = text.trim();
                text.parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite())
                    .ok_or(Unfit::Type)?;
                text.to_owned()
            }
            DataType::Decimal => text.to_owned(),
            _ if self.list.is_none() => self.normalise_integer(text.trim())?,
            _ => text.trim().to_owned(),
        };
        self.check_octets(&stored)?;
        if let Some(total) = &self.list {
            let chars = stored.chars().count();
            if !within_any(total, chars as i128) || chars > UNBOUNDED_STRING_CHARS {
                return Err(Unfit::Value);
            }
            let trimmed = trim_items(&stored);
            for item in trimmed.split(',').filter(|item| !item.is_empty()) {
                if self.data_type.integer_bounds().is_some() {
                    self.normalise_integer(item)?;
                }
                self.check_item(item, writing)?;
            }
            return Ok(trimmed);
        }
        self.check_item(&stored, writing)?;
        Ok(stored)
    }

    fn normalise_integer(&self, text: &str) -> Result<String, Unfit> {
        let (low, high) = self.data_type.integer_bounds().ok_or(Unfit::Type)?;
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty()
            || digits.len() > 30
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(Unfit::Type);
        }
        let number: i128 = text.parse().map_err(|_| Unfit::Type)?;
        if number < low || number > high {
            return Err(Unfit::Type);
        }
        if !within_any(&self.ranges, number) {
            return Err(Unfit::Value);
        }
        Ok(number.to_string())
    }

    fn check_octets(&self, text: &str) -> Result<(), Unfit> {
        let octets = match self.data_type {
            DataType::HexBinary => {
                if !text.len().is_multiple_of(2)
                    || !text.bytes().all(|byte| byte.is_ascii_hexdigit())
                {
                    return Err(Unfit::Type);
                }
                text.len() / 2
            }
            DataType::Base64 => {
                use base64::Engine as _;
                base64::engine::general_purpose::STANDARD
                    .decode(text)
                    .map_err(|_| Unfit::Type)?
                    .len()
            }
            _ => return Ok(()),
        };
        if within_any(&self.lengths, octets as i128) {
            Ok(())
        } else {
            Err(Unfit::Value)
        }
    }

    fn check_item(&self, item: &str, writing: bool) -> Result<(), Unfit> {
        if self.data_type != DataType::String {
            return Ok(());
        }
        let chars = item.chars().count();
        if chars > UNBOUNDED_STRING_CHARS || !within_any(&self.lengths, chars as i128) {
            return Err(Unfit::Value);
        }
        if !self.allowed.is_empty()
            && !self
                .allowed
                .iter()
                .any(|allowed| &*allowed.text == item && !(writing && allowed.report_only))
        {
            return Err(Unfit::Value);
        }
        if self.patterns.is_empty() || self.regexes().iter().any(|pattern| pattern.is_match(item)) {
            Ok(())
        } else {
            Err(Unfit::Value)
        }
    }

    /// Patterns of XML Schema match the whole text; the alternatives stand between ` ; `.
    fn regexes(&self) -> &[Regex] {
        self.regexes.get_or_init(|| {
            self.patterns
                .split(" ; ")
                .filter_map(|pattern| Regex::new(&format!("^(?:{})$", pattern.trim())).ok())
                .collect()
        })
    }

    /// The value read when the real one may not be.
    pub fn empty(&self) -> &'static str {
        empty_value(self.data_type)
    }
}

/// Whether a parameter of this name holds a password or key in every model.
pub(crate) fn is_secret_name(path: &str) -> bool {
    let name = path.rsplit(['.', '/']).next().unwrap_or(path);
    let holds = ["Passphrase", "PreSharedKey", "WEPKey", "RadiusSecret"]
        .iter()
        .any(|part| name.contains(part));
    holds && !name.contains("Index") && !name.contains("Entries") || name.ends_with("Password")
}

fn empty_value(data_type: DataType) -> &'static str {
    match data_type {
        DataType::String | DataType::Base64 | DataType::HexBinary => "",
        DataType::DateTime => "0001-01-01T00:00:00Z",
        _ => "0",
    }
}

fn trim_items(list: &str) -> String {
    list.split(',').map(str::trim).collect::<Vec<_>>().join(",")
}

fn within_any(bounds: &[Bounds], number: i128) -> bool {
    bounds.is_empty()
        || bounds.iter().any(|(low, high)| {
            low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high)
        })
}

/// `1..13 ; 36..165` and the like.
pub(crate) fn parse_bounds(text: &str) -> Vec<Bounds> {
    text.split(" ; ")
        .filter_map(|part| part.trim().split_once(".."))
        .map(|(low, high)| (low.parse().ok(), high.parse().ok()))
        .collect()
}

/// `A|B!|C`, where `!` marks what only the device says.
pub(crate) fn parse_allowed(text: &str) -> Vec<Allowed> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split('|')
        .map(|item| Allowed {
            text: item.trim_end_matches('!').into(),
            report_only: item.ends_with('!'),
        })
        .collect()
}

/// The spellings of a boolean peers are known to use.
pub(crate) fn parse_boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// `2026-01-15T09:30:00`, with optional fraction and zone.
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    if bytes.len() < pattern.len() {
        return false;
    }
    let (main, rest) = bytes.split_at(pattern.len());
    let main_fits = main
        .iter()
        .zip(pattern)
        .all(|(byte, expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        });
    let number = |from: usize| {
        text.get(from..from + 2)
            .and_then(|digits| digits.parse::<u8>().ok())
            .unwrap_or(99)
    };
    let in_range = (1..=12).contains(&number(5))
        && (1..=31).contains(&number(8))
        && number(11) < 24
        && number(14) < 60
        && number(17) < 61;
    let rest = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if digits == 0 {
                return false;
            }
            fraction.get(digits..).unwrap_or_default()
        }
        _ => rest,
    };
    let zone_fits = match rest {
        [] | b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    main_fits && in_range && zone_fits
}
