//! What a parameter is for, in our own words.
//!
//! One text file per language, `path = explanation`, keyed by Device:2 path with `{i}`. The files
//! hold the parameters people touch or ask about most; the rest have no explanation. A third file
//! says which parameters of InternetGatewayDevice:1 share one.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::index::Facts;

static ENGLISH: &str = include_str!("../../facts/meaning.en.txt");
static GERMAN: &str = include_str!("../../facts/meaning.de.txt");
static SAME: &str = include_str!("../../facts/meaning.same.txt");

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
    let path = same()
        .get(fact.path.as_str())
        .copied()
        .unwrap_or(&fact.path);
    explanations(language).get(path).copied()
}

type Entries = HashMap<&'static str, &'static str>;

fn explanations(language: Language) -> &'static Entries {
    static IN_ENGLISH: OnceLock<Entries> = OnceLock::new();
    static IN_GERMAN: OnceLock<Entries> = OnceLock::new();
    match language {
        Language::English => IN_ENGLISH.get_or_init(|| entries(ENGLISH).collect()),
        Language::German => IN_GERMAN.get_or_init(|| entries(GERMAN).collect()),
    }
}

fn same() -> &'static Entries {
    static SAME_MEANING: OnceLock<Entries> = OnceLock::new();
    SAME_MEANING.get_or_init(|| entries(SAME).collect())
}

/// The entries of a file; lines that are empty or start with `;` are for its reader.
fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with(';'))
        .filter_map(|line| line.split_once('='))
        .map(|(path, explanation)| (path.trim(), explanation.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_explained_parameter_exists_and_is_in_use() {
        for text in [ENGLISH, GERMAN] {
            for (path, _) in entries(text) {
                let fact = Facts::of_path(path).unwrap_or_else(|| panic!("no fact about {path}"));
                assert_eq!(fact.path, path, "write the path as the model does");
                assert!(fact.parameter().is_some(), "{path} is an object");
                assert!(path.starts_with("Device."), "{path}");
            }
        }
    }

    #[test]
    fn both_languages_explain_the_same_parameters_once() {
        let paths = |text| entries(text).map(|(path, _)| path).collect::<Vec<_>>();
        let (english, german) = (paths(ENGLISH), paths(GERMAN));
        assert_eq!(english, german);
        assert_eq!(english.iter().collect::<BTreeSet<_>>().len(), english.len());
        assert!(english.len() >= 120, "{}", english.len());
    }

    #[test]
    fn explanations_are_short_sentences() {
        for text in [ENGLISH, GERMAN] {
            for (path, explanation) in entries(text) {
                assert!((15..=150).contains(&explanation.chars().count()), "{path}");
                assert!(explanation.ends_with('.'), "{path}");
            }
        }
    }

    #[test]
    fn shared_explanations_lead_from_a_parameter_to_an_explained_one() {
        for (path, same_as) in entries(SAME) {
            assert_eq!(
                Facts::of_path(path).map(|fact| fact.path).as_deref(),
                Some(path)
            );
            for language in [Language::English, Language::German] {
                assert!(meaning(same_as, language).is_some(), "{same_as}");
                assert_eq!(meaning(path, language), meaning(same_as, language));
            }
        }
    }

    #[test]
    fn found_by_any_way_of_writing_the_path() {
        let english = meaning("Device.WiFi.SSID.{i}.SSID", Language::English);
        assert!(english.is_some_and(|text| text.contains("wireless network")));
        assert_eq!(
            meaning("Device.WiFi.SSID.7.SSID", Language::English),
            english
        );
        assert_ne!(
            meaning("Device.WiFi.SSID.7.SSID", Language::German),
            english
        );
        assert_eq!(meaning("Device.Nonsense", Language::English), None);
        assert_eq!(
            meaning("Device.WiFi.Radio.1.RetryLimit", Language::English),
            None
        );
    }

    #[test]
    fn lines_for_the_reader_are_skipped() {
        let text = "; a note = not an entry\n\nA.B = C = D.\nnonsense\n";
        assert_eq!(entries(text).collect::<Vec<_>>(), [("A.B", "C = D.")]);
    }
}
