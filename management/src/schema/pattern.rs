//! XML Schema patterns, matched with the `regex` crate.
//!
//! The two languages agree on most of what the data models use. The translation covers that subset
//! and says so when it meets something else: a pattern it cannot carry over is not checked, because
//! refusing a value the gateway would take is worse than letting the gateway refuse it.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use regex::Regex;

/// Patterns of the models that describe a form in words of their own and are no pattern at all.
const DESCRIPTIONS: [&str; 1] = ["YYYYMMDD.HHMMSS"];

/// Whether one of the patterns matches the whole text; true if any of them cannot be checked.
pub(super) fn matches_any(patterns: &[&'static str], text: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| compiled(pattern).is_none_or(|regex| regex.is_match(text)))
}

/// The compiled pattern, `None` if it cannot be carried over. Each is compiled once.
fn compiled(pattern: &'static str) -> Option<Regex> {
    static COMPILED: OnceLock<Mutex<HashMap<&'static str, Option<Regex>>>> = OnceLock::new();
    // Nothing can panic between taking the lock and releasing it that would leave the map half done.
    let mut compiled = COMPILED
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    compiled
        .entry(pattern)
        .or_insert_with(|| Regex::new(&translate(pattern)?).ok())
        .clone()
}

/// The pattern in the syntax of the `regex` crate, anchored at both ends.
fn translate(pattern: &str) -> Option<String> {
    if DESCRIPTIONS.contains(&pattern) {
        return None;
    }
    let mut out = String::from("^(?:");
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                // Unicode digits would match on both sides; no gateway means them.
                'd' if in_class => out.push_str("0-9"),
                'd' => out.push_str("[0-9]"),
                escape @ ('s' | 'S' | 'D' | 'n' | 'r' | 't') => out.extend(['\\', escape]),
                // \i, \c, \w, \p and their opposites mean something else here, or nothing.
                letter if letter.is_alphanumeric() => return None,
                literal => out.push_str(&regex::escape(&literal.to_string())),
            },
            '[' if in_class => return None,
            '[' => {
                in_class = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // Set operations there, plain characters here.
            '&' | '~' if in_class => out.extend(['\\', character]),
            // Anchors there, plain characters here.
            '^' | '$' if !in_class => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out.push_str(")$");
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::facts::DataModel;
    use crate::schema::Facts;
    use std::collections::BTreeSet;

    #[test]
    fn every_pattern_of_the_models_compiles_or_is_known_to_be_a_description() {
        let patterns: BTreeSet<&'static str> =
            [DataModel::Device2, DataModel::InternetGatewayDevice]
                .into_iter()
                .flat_map(Facts::of_model)
                .filter_map(|fact| fact.parameter().map(|parameter| parameter.patterns.clone()))
                .flatten()
                .collect();
        assert!(patterns.len() > 25, "only {} patterns", patterns.len());
        for pattern in patterns {
            assert_eq!(
                compiled(pattern).is_none(),
                DESCRIPTIONS.contains(&pattern),
                "{pattern}"
            );
        }
    }

    fn check(pattern: &'static str, text: &str, expected: bool) {
        assert_eq!(
            matches_any(&[pattern], text),
            expected,
            "{pattern} on {text:?}"
        );
    }

    #[test]
    fn the_whole_text_has_to_match() {
        check("[0-9A-F]{6}", "00259E", true);
        check("[0-9A-F]{6}", "00259E0", false);
        check("[0-9A-F]{6}", " 00259E", false);
        check("[0-9A-F]{6}", "00259E\n", false);
        check("a|b", "ab", false);
        check("", "", true);
        check("", "x", false);
    }

    #[test]
    fn any_alternative_will_do() {
        let patterns = ["Null", "Drop", ":[0-7]"];
        assert!(matches_any(&patterns, "Drop"));
        assert!(matches_any(&patterns, ":7"));
        assert!(!matches_any(&patterns, ":8"));
    }

    #[test]
    fn digits_are_ascii() {
        check(r"\d+/\d+", "8/35", true);
        check(r"\d+/\d+", "٨/35", false);
        check(r"[\da-f]+", "0f", true);
    }

    #[test]
    fn characters_special_to_one_language_only_are_plain() {
        check("^a$", "^a$", true);
        check("^a$", "a", false);
        check("[a&&b]+", "&", true);
        check("[^0-9]+", "abc", true);
        check(r"\d\.\d", "1.2", true);
        check(r"\d\.\d", "1x2", false);
    }

    #[test]
    fn what_cannot_be_translated_is_accepted() {
        check(r"\p{Lu}+", "anything", true);
        check(r"\i\c*", "anything", true);
        check("[a-z-[aeiou]]", "anything", true);
        check("(unbalanced", "anything", true);
        check("trailing\\", "anything", true);
        check("YYYYMMDD.HHMMSS", "20260131.120000", true);
    }
}
