//! What one path of the tree is about, rows taken together, and how well a word fits it.

use std::collections::BTreeSet;

use super::lexicon::Meaning;
use super::words;
use crate::schema::{self, Fact, Language, Status};

/// How well a word fits; the best fit counts.
mod fit {
    /// All there is of a name, not one of several words in it.
    pub(super) const NAME_WHOLE: f32 = 1.02;
    pub(super) const NAME: f32 = 1.0;
    pub(super) const NAME_BEGINS: f32 = 0.75;
    pub(super) const ABOVE: f32 = 0.6;
    pub(super) const ABOVE_BEGINS: f32 = 0.45;
    pub(super) const MEANT: f32 = 1.05;
    pub(super) const MEANT_OBJECT: f32 = 0.62;
    pub(super) const EXPLAINED: f32 = 0.5;
    pub(super) const DESCRIBED: f32 = 0.32;
    pub(super) const INSIDE: f32 = 0.35;
    pub(super) const UNIT: f32 = 0.3;
}

/// A path with `{i}` left out and everything known of it, folded for comparing.
#[derive(Debug)]
pub(super) struct Topic {
    /// Lower case with a dot before each name: `.device.wifi.ssid.ssid`.
    pub(super) path: String,
    name: Vec<String>,
    above: Vec<String>,
    explained: Vec<String>,
    /// Words of an imported description: long texts, which say much besides.
    described: Vec<String>,
    unit: Vec<String>,
    /// Added to the score whatever was asked: what people touch most comes first.
    pub(super) standing: f32,
    /// Whether its values must not be looked into.
    pub(super) secret: bool,
    /// Whether there are rows in the path.
    pub(super) rows: bool,
}

impl Topic {
    /// The topic of a path in dotted notation with `{i}`; `fact` is what the models say of it.
    pub(super) fn new(path: &str, fact: Option<&Fact>) -> Self {
        let names: Vec<&str> = path
            .split('.')
            .filter(|part| !part.is_empty() && *part != "{i}")
            .collect();
        let (last, above) = names
            .split_last()
            .map_or(("", &[][..]), |(last, above)| (*last, above));
        let meanings = [Language::English, Language::German]
            .into_iter()
            .filter_map(|language| schema::meaning(path, language));
        let explained: Vec<String> = meanings.flat_map(words::words).collect();
        let parameter = fact.and_then(Fact::parameter);
        let mut standing = if explained.is_empty() { 0.0 } else { 0.12 };
        if fact.is_some_and(|fact| fact.status != Status::Current) {
            standing -= 0.15;
        }
        if last.ends_with("NumberOfEntries") || last == "Alias" {
            standing -= 0.12;
        }
        standing -= 0.012 * names.len() as f32;
        let description = fact
            .and_then(|fact| fact.description.as_deref())
            .unwrap_or("");
        Self {
            path: names
                .iter()
                .map(|name| format!(".{}", name.to_lowercase()))
                .collect(),
            name: words::words_of_name(last),
            above: above
                .iter()
                .skip(1)
                .flat_map(|name| words::words_of_name(name))
                .collect(),
            explained,
            described: words::words(description)
                .into_iter()
                .filter(|word| word.len() >= 3 && !words::is_stop_word(word))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            unit: parameter
                .and_then(|parameter| parameter.units)
                .map(words::words)
                .unwrap_or_default(),
            standing,
            secret: fact.map_or_else(|| schema::is_secret(path), Fact::is_secret),
            rows: path.contains("{i}"),
        }
    }

    /// How well a folded word fits, 0 when it does not.
    pub(super) fn fit(&self, word: &str) -> f32 {
        if matches!(self.name.as_slice(), [only] if only == word) {
            return fit::NAME_WHOLE;
        }
        let long = word.chars().count() >= 3;
        let mut best = 0.0_f32;
        let mut consider = |among: &[String], whole: f32, begins: f32| {
            for other in among {
                if other == word {
                    best = best.max(whole);
                } else if long && other.starts_with(word) {
                    best = best.max(begins);
                } else if other.len() >= 4
                    && word.starts_with(other.as_str())
                    && word.len() <= other.len() + 2
                {
                    // A plural, or an ending of German.
                    best = best.max(begins);
                }
            }
        };
        consider(&self.name, fit::NAME, fit::NAME_BEGINS);
        consider(&self.above, fit::ABOVE, fit::ABOVE_BEGINS);
        consider(&self.explained, fit::EXPLAINED, fit::EXPLAINED * 0.8);
        consider(&self.described, fit::DESCRIBED, fit::DESCRIBED);
        consider(&self.unit, fit::UNIT, fit::UNIT);
        if best == 0.0 && long && self.path.contains(word) {
            best = fit::INSIDE;
        }
        best
    }

    /// How well a meaning of the lexicon fits.
    pub(super) fn meant(&self, meaning: &Meaning) -> f32 {
        let fits = meaning.targets.iter().filter_map(|target| {
            let whole = if target.matches(&self.path)? {
                fit::MEANT
            } else {
                fit::MEANT_OBJECT
            };
            Some(whole * target.weight)
        });
        fits.fold(0.0, f32::max)
    }

    /// Words a misspelt one is compared with.
    pub(super) fn vocabulary(&self) -> impl Iterator<Item = &str> {
        self.name.iter().chain(&self.above).map(String::as_str)
    }
}
