//! What a person typed, word by word.

use super::words;

/// Longest text that is searched for, in words.
const MOST_WORDS: usize = 12;

/// One word of the question.
#[derive(Debug)]
pub(super) struct Word {
    /// As it is compared with names.
    pub(super) text: String,
    /// As it was typed, in lower case.
    pub(super) typed: String,
    pub(super) kind: Kind,
    /// Other spellings, for a word nobody knows.
    pub(super) guesses: Vec<String>,
}

impl Word {
    /// A piece of a path that no row number is part of.
    pub(super) fn is_same_in_all_rows(&self) -> bool {
        self.kind == Kind::Path && !self.typed.bytes().any(|octet| octet.is_ascii_digit())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Number,
    /// Has dots or slashes: a piece of a path or of a value.
    Path,
}

/// The words of a question.
pub(super) fn ask(text: &str) -> Vec<Word> {
    let mut asked: Vec<Word> = Vec::new();
    for typed in text.split_whitespace() {
        let trimmed = typed.trim_matches(|character: char| {
            matches!(
                character,
                '/' | '.' | '?' | '!' | ',' | ';' | '"' | '(' | ')'
            )
        });
        let kind = if trimmed.contains(['.', '/', ':']) {
            Kind::Path
        } else if !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
            Kind::Number
        } else {
            Kind::Plain
        };
        let parts = match kind {
            Kind::Plain => words::words(trimmed),
            Kind::Number | Kind::Path => vec![words::fold(trimmed)],
        };
        let alone = parts.len() == 1;
        for text in parts {
            let typed = if alone {
                trimmed.to_lowercase()
            } else {
                text.clone()
            };
            if !asked.iter().any(|word| word.text == text) {
                asked.push(Word {
                    text,
                    typed,
                    kind,
                    guesses: Vec::new(),
                });
            }
        }
    }
    asked.truncate(MOST_WORDS);
    if asked.iter().any(|word| !words::is_stop_word(&word.text)) {
        asked.retain(|word| !words::is_stop_word(&word.text));
    }
    asked
}
