//! The small languages of model texts: what a parameter of ours is, and signs in values that stand for others.

use super::facts::Fact;
use super::node::{TableKind, UniqueKey};
use super::shape::{parse_allowed, parse_bounds, DataType, Reference, Shape};

/// The kind of a table in the facts.
pub(crate) fn table_kind(fact: &Fact) -> TableKind {
    let unique = fact
        .unique
        .split(';')
        .filter(|key| !key.is_empty())
        .map(|key| UniqueKey {
            parameters: key
                .trim_start_matches('!')
                .split('+')
                .map(Into::into)
                .collect(),
            functional: !key.starts_with('!'),
        });
    TableKind {
        creatable: fact.writable,
        unique: unique.collect(),
        enable: (!fact.enable_or_command.is_empty()).then(|| fact.enable_or_command.into()),
    }
}

/// `unsignedInt rw [0..100] reboot` and the like.
pub(crate) fn parse_syntax(syntax: &str) -> Option<Shape> {
    let mut words = syntax.split_whitespace();
    let data_type = DataType::from_name(words.next()?)?;
    let writable = words.next()? == "rw";
    let mut shape = Shape::plain(data_type, writable);
    for word in words {
        if let Some(allowed) = word
            .strip_prefix('{')
            .and_then(|word| word.strip_suffix('}'))
        {
            shape.allowed = parse_allowed(allowed);
        } else if let Some(lengths) = word
            .strip_prefix('(')
            .and_then(|word| word.strip_suffix(')'))
        {
            shape.lengths = parse_bounds(lengths);
        } else if let Some(ranges) = word
            .strip_prefix('[')
            .and_then(|word| word.strip_suffix(']'))
        {
            shape.ranges = parse_bounds(ranges);
        } else {
            match word {
                "list" => shape.list = Some(Vec::new()),
                "secret" => shape.secret = true,
                "reboot" => shape.after_reboot = true,
                "ref" => shape.reference = Some(Reference::Weak),
                _ => return None,
            }
        }
    }
    shape.default = shape.first_value("").into();
    Some(shape)
}

/// `\n`, `\r`, `\t`, `\\` and `\u{…}`.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let digits: String = chars.by_ref().skip(1).take_while(|&c| c != '}').collect();
                out.extend(
                    u32::from_str_radix(&digits, 16)
                        .ok()
                        .and_then(char::from_u32),
                );
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}
