//! One search over everything: path, value, unit, meaning, and everyday words.
//!
//! A tree of 100,000 parameters has a few hundred different paths when rows are taken together.
//! Each such [`Topic`] is judged once for each word; then one walk over the tree adds what only
//! a single parameter can tell: its value and its row numbers. Words may stand in any order. A
//! word nobody knows is looked for in values, then taken for a slip of the finger or for two words
//! joined; if nothing helps it is left out.

mod fitting;
mod lexicon;
mod question;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod tests;
mod topic;
mod words;

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::limits;
use crate::naming::Naming;
use crate::tree::{NodeId, ParameterTree, Revision};
use crate::view::NodeKind;
use fitting::{is_reference, place_fit, value_fit};
use lexicon::Lexicon;
use question::{ask, Kind, Word};
use topic::Topic;

/// What a value that has the word is worth where the name fits, too.
const VALUE_BESIDES: f32 = 0.2;
/// What a word is worth that was guessed from a misspelt one.
const GUESSED: f32 = 0.8;

/// One result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The parameter.
    pub id: NodeId,
    /// How well it fits; larger is better.
    pub score: f32,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    /// Best first and, where equal, in tree order.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub matches: u32,
    /// How many words of the question each of them has.
    pub words: usize,
}

/// A parameter, and the number of its topic.
pub(crate) type WithTopic = (NodeId, u32);

/// What was learned of one tree, kept from one keystroke to the next.
#[derive(Debug, Default)]
pub struct Finder {
    topics: Vec<Topic>,
    /// Topic by parent's topic and number of the name; [`ROW`] stands for every row number.
    by_name: HashMap<(u32, u32), u32, RandomState>,
    /// Every parameter with its topic, in tree order: going through the tree takes as long as
    /// looking into its values.
    places: Vec<WithTopic>,
    /// How much was learned of the tree when they were found.
    placed: Option<Revision>,
}

const ROOT: u32 = u32::MAX;
const ROW: u32 = u32::MAX;

impl Finder {
    /// Parameters that fit, at most `limit` of them.
    pub fn search(
        &mut self,
        tree: &ParameterTree,
        naming: &Naming,
        text: &str,
        limit: usize,
    ) -> Found {
        self.place(tree, naming);
        self.search_among(tree, naming, text, limit, &self.places)
    }

    /// Every parameter of the tree, in tree order.
    pub(crate) fn places(&mut self, tree: &ParameterTree, naming: &Naming) -> &[WithTopic] {
        self.place(tree, naming);
        &self.places
    }

    /// As [`Finder::search`], among some of its [`Finder::places`], in tree order.
    pub(crate) fn search_among(
        &self,
        tree: &ParameterTree,
        naming: &Naming,
        text: &str,
        limit: usize,
        places: &[WithTopic],
    ) -> Found {
        let mut asked = ask(text);
        if asked.is_empty() {
            return Found::default();
        }
        let in_values = values_with(tree, &asked, places, &self.topics);
        self.guess(&mut asked, &in_values);
        let fits = self.judge(&asked);
        let known: Vec<bool> = (0..asked.len())
            .map(|word| {
                in_values[word]
                    || fits.iter().any(|fit| fit[word] > 0.0)
                    || asked[word].kind != Kind::Plain
            })
            .collect();
        let wanted = known.iter().filter(|known| **known).count();
        if wanted == 0 {
            return Found::default();
        }
        let mut hits: Vec<(usize, Hit)> = Vec::new();
        let mut most = 0;
        // A piece without digits stands in the paths of all rows or of none.
        let mut pieces: Vec<Vec<Option<f32>>> = asked
            .iter()
            .map(|word| match word.is_same_in_all_rows() {
                true => vec![None; self.topics.len()],
                false => Vec::new(),
            })
            .collect();
        for &(id, topic) in places {
            let node = tree.node(id);
            let (about, base) = (&self.topics[topic as usize], &fits[topic as usize]);
            let value = if about.secret {
                ""
            } else {
                node.value().unwrap_or("")
            };
            let mut matched = 0;
            let mut score = 0.0;
            for (index, word) in asked.iter().enumerate().filter(|(index, _)| known[*index]) {
                let mut fit = base[index];
                if in_values[index] && !value.is_empty() {
                    let said = value_fit(value, word);
                    if said > 0.0 {
                        fit = fit.max(said);
                        if word.kind != Kind::Number && !is_reference(value) {
                            fit += VALUE_BESIDES;
                        }
                    }
                }
                if fit == 0.0 || word.kind == Kind::Number {
                    let place = || place_fit(tree, id, about, word, naming);
                    let there = match pieces[index].get_mut(topic as usize) {
                        Some(known) => *known.get_or_insert_with(place),
                        None => place(),
                    };
                    fit = fit.max(there);
                }
                if fit > 0.0 {
                    matched += 1;
                    score += fit;
                }
            }
            if matched == 0 || matched < most {
                continue;
            }
            most = most.max(matched);
            let score = score / wanted as f32 + about.standing;
            hits.push((matched, Hit { id, score }));
        }
        hits.retain(|(matched, _)| *matched == most);
        let mut hits: Vec<Hit> = hits.into_iter().map(|(_, hit)| hit).collect();
        let matches = u32::try_from(hits.len()).unwrap_or(u32::MAX);
        self.rank(tree, &mut hits);
        hits.truncate(limit.min(limits::SEARCH_HITS));
        Found {
            hits,
            matches,
            words: most,
        }
    }

    /// Finds the places of all parameters, unless they are those of last time.
    fn place(&mut self, tree: &ParameterTree, naming: &Naming) {
        let placed = Some(tree.revision());
        if self.placed == placed {
            return;
        }
        let mut places = std::mem::take(&mut self.places);
        places.clear();
        places.reserve(tree.parameters() as usize);
        // Topics of the objects on the way down; the parameters of one object stand together.
        let mut path: Vec<(NodeId, u32)> = Vec::new();
        for node in tree.walk(tree.root().id()) {
            let parent = tree.parent_of(node.id());
            while path.last().is_some_and(|(open, _)| Some(*open) != parent) {
                path.pop();
            }
            let above = path.last().map_or(ROOT, |(_, topic)| *topic);
            let name = match node.kind() {
                NodeKind::Instance => ROW,
                _ => tree.name_id(node.id()),
            };
            let topic = match self.by_name.get(&(above, name)) {
                Some(topic) => *topic,
                None => {
                    if self.topics.len() >= limits::SEARCH_TOPICS {
                        continue;
                    }
                    let structure = node.structure_path();
                    let model = naming.model_path(&structure);
                    let dotted =
                        model.unwrap_or_else(|| structure.replace('#', "{i}").replace('/', "."));
                    let id = u32::try_from(self.topics.len()).unwrap_or(ROOT);
                    self.topics
                        .push(Topic::new(&dotted, naming.fact(node).as_ref()));
                    self.by_name.insert((above, name), id);
                    id
                }
            };
            if node.kind() == NodeKind::Parameter {
                places.push((node.id(), topic));
            } else {
                path.push((node.id(), topic));
            }
        }
        self.places = places;
        self.placed = placed;
    }

    /// How well each topic fits each word.
    fn judge(&self, asked: &[Word]) -> Vec<Vec<f32>> {
        let lexicon = Lexicon::shared();
        let said: Vec<String> = asked
            .iter()
            .flat_map(|word| std::iter::once(&word.text).chain(&word.guesses).cloned())
            .collect();
        let meanings: Vec<_> = lexicon.said(&said).collect();
        let judge = |topic: &Topic| {
            let mut fits: Vec<f32> = asked
                .iter()
                .map(|word| {
                    let guessed = word.guesses.iter().map(|guess| GUESSED * topic.fit(guess));
                    let piece = match word.kind {
                        Kind::Plain => 0.0,
                        Kind::Number | Kind::Path => return 0.0,
                    };
                    guessed.fold(topic.fit(&word.text).max(piece), f32::max)
                })
                .collect();
            for (phrase, meaning) in &meanings {
                let fit = topic.meant(meaning);
                if fit == 0.0 {
                    continue;
                }
                // A phrase of two words says more than its words.
                let fit = fit * (1.0 + 0.15 * (phrase.len() - 1) as f32);
                for (index, word) in asked.iter().enumerate() {
                    if phrase.contains(&word.text) {
                        fits[index] = fits[index].max(fit);
                    } else if word.guesses.iter().any(|guess| phrase.contains(guess)) {
                        fits[index] = fits[index].max(fit * GUESSED);
                    }
                }
            }
            fits
        };
        self.topics.iter().map(judge).collect()
    }

    /// Finds spellings for words nobody knows: endings left off, two words joined, one letter wrong.
    fn guess(&self, asked: &mut [Word], in_values: &[bool]) {
        let lexicon = Lexicon::shared();
        let said: Vec<String> = asked.iter().map(|word| word.text.clone()).collect();
        let meant_here = lexicon
            .said(&said)
            .filter(|(_, meaning)| self.topics.iter().any(|topic| topic.meant(meaning) > 0.0));
        let in_phrase: Vec<String> = meant_here.flat_map(|(phrase, _)| phrase.to_vec()).collect();
        for (word, found) in asked.iter_mut().zip(in_values) {
            let text = word.text.as_str();
            if word.kind != Kind::Plain
                || *found
                || in_phrase.iter().any(|known| known == text)
                || self.topics.iter().any(|topic| topic.fit(text) > 0.0)
            {
                continue;
            }
            word.guesses = self.spellings(text, lexicon);
        }
    }

    fn spellings(&self, text: &str, lexicon: &Lexicon) -> Vec<String> {
        for ending in ["s", "e", "n", "en", "er", "es", "ern"] {
            if let Some(stem) = text.strip_suffix(ending).filter(|stem| stem.len() >= 4) {
                if lexicon.knows(stem) {
                    return vec![stem.to_owned()];
                }
            }
        }
        let known = |word: &str| {
            word.len() >= 3
                && (lexicon.knows(word)
                    || self
                        .topics
                        .iter()
                        .any(|topic| topic.vocabulary().any(|other| other == word)))
        };
        for (at, _) in text.char_indices().skip(3) {
            let (first, second) = text.split_at(at);
            let first = if known(first) {
                first
            } else {
                first.trim_end_matches('s')
            };
            if known(first) && known(second) {
                return vec![first.to_owned(), second.to_owned()];
            }
        }
        let most = match text.chars().count() {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let all = self
            .topics
            .iter()
            .flat_map(Topic::vocabulary)
            .chain(lexicon.single_words());
        let mut close: Vec<String> = all
            .filter(|other| other.len() >= 4 && words::is_close(text, other, most))
            .map(str::to_owned)
            .collect();
        close.sort();
        close.dedup();
        close.truncate(8);
        close
    }

    /// Best first. Further rows of a table stand behind the first of another kind that fits about
    /// as well, so that one long table does not hide everything else.
    fn rank(&self, tree: &ParameterTree, hits: &mut [Hit]) {
        let mut rows: HashMap<(u32, u32), u32, RandomState> = HashMap::default();
        for hit in hits.iter_mut() {
            // Same name and same score: the same parameter of another row.
            let key = (tree.name_id(hit.id), hit.score.to_bits());
            let count = rows.entry(key).or_default();
            hit.score -= 0.015 * (*count).min(20) as f32;
            *count += 1;
        }
        // Stable: they come in tree order, whatever the order they were read in.
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
}

/// For each word, whether any value that may be looked into has it.
fn values_with(
    tree: &ParameterTree,
    asked: &[Word],
    places: &[WithTopic],
    topics: &[Topic],
) -> Vec<bool> {
    let mut found = vec![false; asked.len()];
    for (id, topic) in places {
        if topics[*topic as usize].secret {
            continue;
        }
        let Some(value) = tree.node(*id).value() else {
            continue;
        };
        for (found, word) in found.iter_mut().zip(asked) {
            *found = *found || value_fit(value, word) > 0.0;
        }
    }
    found
}
