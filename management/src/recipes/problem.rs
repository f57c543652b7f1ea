//! What is wrong with a recipe, and where.

use std::fmt;
use std::ops::Range;

/// One mistake in a recipe, at the place where a person has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeProblem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl RecipeProblem {
    /// At a span of the text, in octets.
    pub(crate) fn at(text: &str, span: Range<usize>, message: impl Into<String>) -> RecipeProblem {
        let mut end = span.start.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        RecipeProblem {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        }
    }
}

impl fmt::Display for RecipeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

/// The word of a list that was probably meant: at most half of its letters are wrong.
pub(crate) fn meant<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = |word: &&str| {
        let distance = distance(written, word);
        (distance * 2 <= word.chars().count()).then_some(distance)
    };
    known
        .iter()
        .filter_map(|word| near(word).map(|distance| (distance, *word)))
        .min()
        .map(|(_, word)| word)
}

/// Letters to add, drop or exchange to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    // What somebody wrote may be long; nobody means a key of these by it.
    for (at, letter) in one.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, present) in other.iter().enumerate() {
            let same = usize::from(letter != *present);
            let next = (diagonal + same)
                .min(row[column] + 1)
                .min(row[column + 1] + 1);
            diagonal = row[column + 1];
            row[column + 1] = next;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_characters() {
        let text = "a = 1\nö = \"ü\" x";
        let at = text.find('x').expect("it is there");
        let problem = RecipeProblem::at(text, at..at + 1, "x");
        assert_eq!((problem.line, problem.column), (2, 9));
        let beyond = RecipeProblem::at(text, 4_000..4_001, "beyond");
        assert_eq!(beyond.line, 2);
    }

    #[test]
    fn a_slip_is_told_from_another_word() {
        let known = ["prompt", "default", "secret"];
        assert_eq!(meant("promt", &known), Some("prompt"));
        assert_eq!(meant("defualt", &known), Some("default"));
        assert_eq!(meant("colour", &known), None);
    }
}
