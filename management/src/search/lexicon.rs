//! Everyday words and what they mean in the tree.
//!
//! `facts/lexicon.txt` has a line for each meaning, `word, two words, … = target target …`. A
//! target is a name (`KeyPassphrase`), the end of a path (`SSID.SSID`) or, ending in a dot, an
//! object anywhere in a path (`NAT.PortMapping.`), always without `{i}`; the first is meant most.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::words;

static TEXT: &str = include_str!("../../facts/lexicon.txt");

/// One target of a line.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Lower case; dots at its begin and, for an object, at its end.
    text: String,
    /// How much it is meant, 0 to 1.
    pub(super) weight: f32,
}

impl Target {
    /// Whether a path is meant: lower case, without `{i}`, a dot before each name.
    pub(super) fn matches(&self, path: &str) -> Option<bool> {
        if self.text.ends_with('.') {
            path.contains(&self.text).then_some(false)
        } else {
            path.ends_with(&self.text).then_some(true)
        }
    }
}

/// One meaning.
#[derive(Debug)]
pub(super) struct Meaning {
    pub(super) targets: Vec<Target>,
}

/// The lexicon, by first word of each phrase.
#[derive(Debug)]
pub(super) struct Lexicon {
    meanings: Vec<Meaning>,
    phrases: HashMap<String, Vec<(Vec<String>, usize)>>,
}

impl Lexicon {
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Lexicon> = OnceLock::new();
        SHARED.get_or_init(|| Self::read(TEXT))
    }

    fn read(text: &str) -> Self {
        let mut lexicon = Lexicon {
            meanings: Vec::new(),
            phrases: HashMap::new(),
        };
        let lines = text.lines().filter(|line| !line.starts_with(';'));
        for (said, meant) in lines.filter_map(|line| line.split_once('=')) {
            let targets = meant
                .split_whitespace()
                .enumerate()
                .map(|(rank, target)| Target {
                    text: format!(".{}", target.to_lowercase()),
                    weight: (1.0 - 0.06 * rank as f32).max(0.5),
                });
            let index = lexicon.meanings.len();
            lexicon.meanings.push(Meaning {
                targets: targets.collect(),
            });
            for phrase in said.split(',') {
                let mut phrase = words::words(phrase);
                phrase.sort();
                if let Some(first) = phrase.first() {
                    let known = lexicon.phrases.entry(first.clone()).or_default();
                    known.push((phrase, index));
                }
            }
        }
        lexicon
    }

    /// Whether a word stands in any phrase by itself.
    pub(super) fn knows(&self, word: &str) -> bool {
        let phrases = self.phrases.get(word);
        phrases.is_some_and(|phrases| phrases.iter().any(|(phrase, _)| phrase.len() == 1))
    }

    /// Single words of the lexicon.
    pub(super) fn single_words(&self) -> impl Iterator<Item = &str> {
        self.phrases.iter().filter_map(|(word, phrases)| {
            let alone = phrases.iter().any(|(phrase, _)| phrase.len() == 1);
            alone.then_some(word.as_str())
        })
    }

    /// Phrases all of whose words are among `said`, with what they mean.
    pub(super) fn said<'a>(
        &'a self,
        said: &'a [String],
    ) -> impl Iterator<Item = (&'a [String], &'a Meaning)> + 'a {
        let found = said
            .iter()
            .filter_map(|word| self.phrases.get(word))
            .flatten();
        found
            .filter(|(phrase, _)| phrase.iter().all(|word| said.contains(word)))
            .filter_map(|(phrase, index)| Some((phrase.as_slice(), self.meanings.get(*index)?)))
    }

    #[cfg(test)]
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        self.meanings
            .iter()
            .flat_map(|meaning| &meaning.targets)
            .map(|target| target.text.as_str())
    }
}
