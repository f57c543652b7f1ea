//! Whether a text is a valid value of a parameter, asked before anything is sent.
//!
//! [`normalise`] brings what a person typed into the form that is sent; [`validate`] judges that
//! form (it normalises first, so both may be given raw text). Only syntax is judged: whether the
//! gateway has the parameter, lets it be written, or has the row a path value names is its own say.
//!
//! Enumerations follow TR-106: a maker may add values, which start with `X_`.

use std::borrow::Cow;

use super::facts::{DataType, Fact, ListShape, ParameterFact, Span};
use super::pattern;
use super::problem::{LengthUnit, SyntaxProblem};
use super::text_form::{self, Family};

/// Checks a value against the fact of its parameter.
///
/// # Errors
///
/// The first [`SyntaxProblem`] found; in a list, that of the first wrong item.
pub fn validate(fact: &Fact, value: &str) -> Result<(), SyntaxProblem> {
    let parameter = fact.parameter().ok_or(SyntaxProblem::NotAParameter)?;
    if let Some(character) = value
        .chars()
        .find(|character| !text_form::is_sendable(*character))
    {
        return Err(SyntaxProblem::UnsendableCharacter {
            code_point: character.into(),
        });
    }
    let value = normalise(fact, value);
    match parameter.list {
        Some(shape) => check_list(parameter, shape, &value),
        None => check_item(parameter, &value),
    }
}

/// The value in the form that is sent: `1` or `0` for a boolean, numbers without sign and zeros
/// they do not need, lists without blanks around the commas. Text stays as it is, blanks included.
pub fn normalise<'a>(fact: &Fact, value: &'a str) -> Cow<'a, str> {
    let Some(parameter) = fact.parameter() else {
        return Cow::Borrowed(value);
    };
    match parameter.list {
        Some(shape) => Cow::Owned(
            items(shape, value)
                .iter()
                .map(|item| normalise_item(parameter.data_type, item))
                .collect::<Vec<_>>()
                .join(","),
        ),
        None => normalise_item(parameter.data_type, value),
    }
}

fn normalise_item(data_type: DataType, value: &str) -> Cow<'_, str> {
    let trimmed = value.trim();
    match data_type {
        DataType::String => Cow::Borrowed(value),
        DataType::Boolean => match text_form::boolean(trimmed) {
            Some(true) => Cow::Borrowed("1"),
            Some(false) => Cow::Borrowed("0"),
            None => Cow::Borrowed(trimmed),
        },
        DataType::Int | DataType::UnsignedInt | DataType::Long | DataType::UnsignedLong => {
            match text_form::whole_number(trimmed) {
                // A number too large to hold stays as it was typed, to be refused as that.
                None | Some(i128::MIN | i128::MAX) => Cow::Borrowed(trimmed),
                Some(number) => Cow::Owned(number.to_string()),
            }
        }
        _ => Cow::Borrowed(trimmed),
    }
}

/// The items of a list; an empty text is an empty list. Nested lists keep their brackets.
fn items(shape: ListShape, value: &str) -> Vec<&str> {
    if value.trim().is_empty() {
        return Vec::new();
    }
    let mut depth = 0_usize;
    value
        .split(|character| match character {
            '[' if shape.nested => {
                depth += 1;
                false
            }
            ']' if shape.nested => {
                depth = depth.saturating_sub(1);
                false
            }
            ',' => depth == 0,
            _ => false,
        })
        .map(str::trim)
        .collect()
}

fn check_list(
    parameter: &ParameterFact,
    shape: ListShape,
    value: &str,
) -> Result<(), SyntaxProblem> {
    if let Some(max) = shape.max_length {
        if count(value.chars().count()) > max {
            return Err(SyntaxProblem::ListTooLong { max });
        }
    }
    let items = items(shape, value);
    if let Some(min) = shape.min_items.filter(|min| count(items.len()) < *min) {
        return Err(SyntaxProblem::TooFewItems { min });
    }
    if let Some(max) = shape.max_items.filter(|max| count(items.len()) > *max) {
        return Err(SyntaxProblem::TooManyItems { max });
    }
    for (index, item) in items.iter().enumerate() {
        let checked = if shape.nested {
            item.strip_prefix('[')
                .and_then(|item| item.strip_suffix(']'))
                .ok_or(SyntaxProblem::NotNestedList)
                .and_then(|inner| check_item(parameter, inner))
        } else {
            check_item(parameter, item)
        };
        checked.map_err(|problem| SyntaxProblem::Item {
            position: count(index).saturating_add(1),
            item: (*item).to_owned(),
            problem: Box::new(problem),
        })?;
    }
    Ok(())
}

fn check_item(parameter: &ParameterFact, value: &str) -> Result<(), SyntaxProblem> {
    match parameter.data_type {
        DataType::String => check_text(parameter, value),
        DataType::Boolean => require(
            text_form::boolean(value).is_some(),
            SyntaxProblem::NotBoolean,
        ),
        DataType::DateTime => require(text_form::is_date_time(value), SyntaxProblem::NotDateTime),
        DataType::Decimal => check_decimal(parameter, value),
        DataType::Base64 => {
            let octets = text_form::base64_octets(value).ok_or(SyntaxProblem::NotBase64)?;
            check_length(&parameter.lengths, octets, LengthUnit::Octets)
        }
        DataType::HexBinary => {
            let octets = text_form::hex_octets(value).ok_or(SyntaxProblem::NotHexBinary)?;
            check_length(&parameter.lengths, octets, LengthUnit::Octets)
        }
        DataType::Int | DataType::UnsignedInt | DataType::Long | DataType::UnsignedLong => {
            check_whole_number(parameter, value)
        }
    }
}

fn check_whole_number(parameter: &ParameterFact, value: &str) -> Result<(), SyntaxProblem> {
    let number = text_form::whole_number(value).ok_or(SyntaxProblem::NotWholeNumber)?;
    let (min, max) = parameter
        .data_type
        .whole_number_limits()
        .unwrap_or((i128::MIN, i128::MAX));
    let in_type = (min..=max).contains(&number);
    if in_type
        && (parameter.ranges.is_empty() || parameter.ranges.iter().any(|r| within(r, number)))
    {
        return Ok(());
    }
    Err(SyntaxProblem::OutOfRange {
        allowed: closed_ranges(&parameter.ranges, min, max),
    })
}

/// The ranges with the open ends closed by the type's limits where those are worth saying.
fn closed_ranges(ranges: &[Span], min: i128, max: i128) -> Vec<Span> {
    let type_min = i64::try_from(min).ok();
    let type_max = i64::try_from(max).ok();
    if ranges.is_empty() {
        return vec![Span {
            min: type_min,
            max: type_max,
            step: None,
        }];
    }
    ranges
        .iter()
        .map(|range| Span {
            // "at most 255" would hide that an unsigned number cannot be negative.
            min: range.min.or(type_min.filter(|min| *min == 0)),
            ..*range
        })
        .collect()
}

fn within(range: &Span, number: i128) -> bool {
    range.min.is_none_or(|min| number >= min.into())
        && range.max.is_none_or(|max| number <= max.into())
        && range.step.is_none_or(|step| {
            let from = i128::from(range.min.unwrap_or(0));
            step == 0 || (number - from) % i128::from(step) == 0
        })
}

fn check_decimal(parameter: &ParameterFact, value: &str) -> Result<(), SyntaxProblem> {
    let number: f64 = text_form::is_decimal(value)
        .then(|| value.parse().ok())
        .flatten()
        .ok_or(SyntaxProblem::NotDecimal)?;
    // Limits of the models are whole numbers far below 2^53, so the conversion is exact.
    let within = |range: &Span| {
        range.min.is_none_or(|min| number >= min as f64)
            && range.max.is_none_or(|max| number <= max as f64)
    };
    require(
        parameter.ranges.is_empty() || parameter.ranges.iter().any(within),
        SyntaxProblem::OutOfRange {
            allowed: parameter.ranges.clone(),
        },
    )
}

fn check_text(parameter: &ParameterFact, value: &str) -> Result<(), SyntaxProblem> {
    if !parameter.enumeration.is_empty() {
        return check_enumeration(parameter, value);
    }
    // An address that is not set is empty; the named types say so themselves (TR-106).
    if let Some(checked) = check_named_type(parameter, value) {
        return checked;
    }
    check_length(
        &parameter.lengths,
        value.chars().count(),
        LengthUnit::Characters,
    )?;
    require(
        parameter.patterns.is_empty() || pattern::matches_any(&parameter.patterns, value),
        SyntaxProblem::WrongForm {
            patterns: parameter
                .patterns
                .iter()
                .filter(|pattern| !pattern.is_empty())
                .map(|pattern| (*pattern).to_owned())
                .collect(),
        },
    )
}

fn check_enumeration(parameter: &ParameterFact, value: &str) -> Result<(), SyntaxProblem> {
    let writable = || {
        parameter
            .enumeration
            .iter()
            .filter(|allowed| !parameter.report_only.contains(allowed))
            .map(|allowed| (*allowed).to_owned())
            .collect()
    };
    if parameter.report_only.contains(&value) {
        return Err(SyntaxProblem::ReportOnly {
            allowed: writable(),
        });
    }
    require(
        parameter.enumeration.contains(&value)
            || value.starts_with("X_")
            // A few enumerated parameters may be empty and say it with a pattern.
            || (!parameter.patterns.is_empty() && pattern::matches_any(&parameter.patterns, value)),
        SyntaxProblem::NotAllowedValue {
            allowed: writable(),
        },
    )
}

/// The verdict of a named type, `None` if the type has none of its own.
fn check_named_type(parameter: &ParameterFact, value: &str) -> Option<Result<(), SyntaxProblem>> {
    let (good, problem) = match parameter.named_type? {
        "IPv4Address" => (text_form::is_ipv4(value), SyntaxProblem::NotIpv4Address),
        "IPv6Address" => (text_form::is_ipv6(value), SyntaxProblem::NotIpv6Address),
        "IPAddress" => (
            text_form::is_ipv4(value) || text_form::is_ipv6(value),
            SyntaxProblem::NotIpAddress,
        ),
        "IPv4Prefix" => (
            text_form::is_prefix(value, Family::V4),
            SyntaxProblem::NotPrefix {
                example: "192.168.1.0/24",
            },
        ),
        "IPv6Prefix" => (
            text_form::is_prefix(value, Family::V6),
            SyntaxProblem::NotPrefix {
                example: "2001:db8::/64",
            },
        ),
        "IPPrefix" => (
            text_form::is_prefix(value, Family::Either),
            SyntaxProblem::NotPrefix {
                example: "192.168.1.0/24",
            },
        ),
        "MACAddress" => (
            text_form::is_octet_string(value, 6),
            SyntaxProblem::NotMacAddress,
        ),
        "UUID" => return Some(require(text_form::is_uuid(value), SyntaxProblem::NotUuid)),
        "URL" | "URI" => (
            text_form::is_url(value)
                && check_length(&parameter.lengths, value.len(), LengthUnit::Characters).is_ok(),
            SyntaxProblem::NotUrl,
        ),
        _ => return None,
    };
    Some(require(good || value.is_empty(), problem))
}

fn check_length(allowed: &[Span], actual: usize, unit: LengthUnit) -> Result<(), SyntaxProblem> {
    let length = i128::try_from(actual).unwrap_or(i128::MAX);
    require(
        allowed.is_empty() || allowed.iter().any(|span| within(span, length)),
        SyntaxProblem::WrongLength {
            actual: count(actual),
            allowed: allowed.to_vec(),
            unit,
        },
    )
}

fn require(condition: bool, otherwise: SyntaxProblem) -> Result<(), SyntaxProblem> {
    if condition {
        Ok(())
    } else {
        Err(otherwise)
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
