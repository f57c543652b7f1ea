//! How well one parameter fits one word, by what only it can tell: its value and its place.

use crate::naming::Naming;
use crate::tree::{NodeId, ParameterTree};

use super::question::{Kind, Word};
use super::topic::Topic;

/// How well a value fits a word: whole, or somewhere in it.
const VALUE_WHOLE: f32 = 0.9;
const VALUE_INSIDE: f32 = 0.7;
/// A piece of a path, or a row number: more than a value, as every second value is a 0 or a 1.
const PATH_PIECE: f32 = 1.0;
const ROW_NUMBER: f32 = 1.0;
/// One or two digits somewhere in a value say next to nothing.
const DIGITS_INSIDE: f32 = 0.35;

/// How well a value fits a word; 0 where it does not.
pub(super) fn value_fit(value: &str, word: &Word) -> f32 {
    if value.len() < word.typed.len() {
        return 0.0;
    }
    if value.len() == word.typed.len() && value.eq_ignore_ascii_case(&word.typed) {
        return VALUE_WHOLE;
    }
    if !contains_folded(value, &word.typed) {
        0.0
    } else if word.kind == Kind::Number && word.typed.len() <= 2 {
        DIGITS_INSIDE
    } else {
        VALUE_INSIDE
    }
}

/// Whether a value is the path of something else, whose names are not about this parameter.
pub(super) fn is_reference(value: &str) -> bool {
    ["/", "Device.", "InternetGatewayDevice."]
        .iter()
        .any(|beginning| value.starts_with(beginning))
}

/// A piece of the path as people see it or as the gateway has it, or a row number in it.
pub(super) fn place_fit(
    tree: &ParameterTree,
    id: NodeId,
    topic: &Topic,
    word: &Word,
    naming: &Naming,
) -> f32 {
    match word.kind {
        Kind::Plain => 0.0,
        Kind::Number if !topic.rows => 0.0,
        Kind::Number if !near_a_row(tree, id, &word.text) => 0.0,
        Kind::Number => {
            let shown = naming.shown(&tree.node(id).path());
            let mut parts = shown.split(['.', '/']);
            if parts.any(|part| part == word.text) {
                ROW_NUMBER
            } else {
                0.0
            }
        }
        Kind::Path => {
            let mut names = word
                .text
                .split(['.', '/'])
                .filter(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()));
            let mut any = false;
            // Cheap, and leaves few for which the path is spelt out.
            if !names.all(|name| {
                any = true;
                topic.path.contains(name) || name == "bbf" || "device.".starts_with(name)
            }) || !any
                || !near_rows(tree, id, &word.text)
            {
                return 0.0;
            }
            let path = tree.node(id).path();
            let there = contains_folded(&path, &word.typed)
                || contains_folded(&naming.shown(&path), &word.typed);
            if there {
                PATH_PIECE
            } else {
                0.0
            }
        }
    }
}

/// Whether a node stands in a row of about this number: rows are shown one higher where they
/// count from 0. Cheap, and leaves few for which the path is spelt out.
fn near_a_row(tree: &ParameterTree, id: NodeId, number: &str) -> bool {
    let Ok(number) = number.parse::<u32>() else {
        return false;
    };
    names_above(tree, id)
        .filter_map(|name| name.parse::<u32>().ok())
        .any(|row| row.abs_diff(number) <= 1)
}

/// Whether a node stands in rows of about the numbers in a piece of a path. Cheap, too.
fn near_rows(tree: &ParameterTree, id: NodeId, piece: &str) -> bool {
    // The first may be the end of a longer number, the last the beginning of one.
    let parts = piece.split(['.', '/']).skip(1);
    let mut numbers = parts
        .filter(|part| !part.starts_with('0'))
        .filter_map(|part| Some((part, part.parse::<u32>().ok()?)));
    numbers.all(|(part, number)| {
        let digits = u32::try_from(part.len()).unwrap_or(u32::MAX);
        names_above(tree, id).any(|name| {
            let row = name.parse::<u32>();
            name.starts_with(part)
                || row.is_ok_and(|row| {
                    (row.saturating_sub(1)..=row.saturating_add(1))
                        .any(|row| first_digits(row, digits) == number)
                })
        })
    })
}

/// The name of a node and of everything it stands in.
fn names_above(tree: &ParameterTree, id: NodeId) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |at| tree.parent_of(*at)).map(|at| tree.node(at).name())
}

/// The first digits of a number, at most so many.
fn first_digits(mut number: u32, digits: u32) -> u32 {
    let most = 10_u32.saturating_pow(digits);
    while digits < 10 && number >= most {
        number /= 10;
    }
    number
}

/// Case-insensitive containment without allocating for plain ASCII.
fn contains_folded(haystack: &str, needle: &str) -> bool {
    if haystack.len() < needle.len() {
        return false;
    }
    if haystack.is_ascii() && needle.is_ascii() {
        let needle = needle.as_bytes();
        let Some(first) = needle.first() else {
            return true;
        };
        return haystack.as_bytes().windows(needle.len()).any(|window| {
            window[0].eq_ignore_ascii_case(first) && window.eq_ignore_ascii_case(needle)
        });
    }
    haystack.to_lowercase().contains(needle)
}
