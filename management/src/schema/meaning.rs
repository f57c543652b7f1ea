//! What a parameter is for, in our own words.
//!
//! One text file per language, `path = explanation`, keyed by Device:2 path with `{i}`. The files
//! hold the parameters people touch or ask about most; the rest have no explanation.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::facts::Facts;

static ENGLISH: &str = include_str!("../../facts/meaning.en.txt");
static GERMAN: &str = include_str!("../../facts/meaning.de.txt");

/// A language explanations exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// One or two sentences on what the parameter is for, `None` if there are none.
///
/// Takes instance numbers or `{i}`, like [`Facts::of_path`].
pub fn meaning(path: &str, language: Language) -> Option<&'static str> {
    let fact = Facts::of_path(path)?;
    table(language).get(fact.path.as_str()).copied()
}

fn table(language: Language) -> &'static HashMap<&'static str, &'static str> {
    static TABLES: [OnceLock<HashMap<&'static str, &'static str>>; 2] =
        [OnceLock::new(), OnceLock::new()];
    let [english, german] = &TABLES;
    match language {
        Language::English => english.get_or_init(|| entries(ENGLISH).collect()),
        Language::German => german.get_or_init(|| entries(GERMAN).collect()),
    }
}

/// The entries of a file; lines that are empty or start with `;` are for its reader.
fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with(';'))
        .filter_map(|line| line.split_once('='))
        .map(|(path, explanation)| (path.trim(), explanation.trim()))
}
