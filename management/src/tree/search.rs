//! Search in the known part of the tree: words in any order, each found somewhere in
//! the path or in the value.

use super::{Node, ParameterTree};
use crate::view::NodeKind;

/// Words to look for, folded to lower case.
#[derive(Debug, Clone)]
pub struct Query {
    words: Vec<String>,
}

/// One parameter that matched.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The parameter.
    pub node: Node<'a>,
}

impl Query {
    /// Splits the text at blanks, dots and slashes.
    pub fn new(text: &str) -> Self {
        let words = text
            .split(|c: char| c.is_whitespace() || c == '/' || c == '.')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        Query { words }
    }

    /// True when nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every word is found in the path or in the value.
    pub fn matches(&self, path: &str, value: &str) -> bool {
        self.words
            .iter()
            .all(|word| contains_folded(path, word) || contains_folded(value, word))
    }
}

impl ParameterTree {
    /// Parameters that match, in tree order. Values for which `is_secret` holds are not
    /// looked into; `shown` spells a path as people see it, which is searched as well.
    pub fn search<'a>(
        &'a self,
        query: &'a Query,
        is_secret: impl Fn(Node<'a>) -> bool + 'a,
        shown: impl Fn(&str) -> String + 'a,
    ) -> impl Iterator<Item = Hit<'a>> + 'a {
        self.walk(self.root().id()).filter_map(move |node| {
            if node.kind() != NodeKind::Parameter {
                return None;
            }
            let path = node.path();
            let value = node.value().unwrap_or_default();
            // The cheap reading first: few nodes match, and only those are judged.
            let in_path = query.matches(&path, "");
            let found = in_path
                || (query.matches(&format!("{path} {}", shown(&path)), value) && !is_secret(node));
            found.then_some(Hit { node })
        })
    }
}

/// Case-insensitive containment without allocating for plain ASCII.
fn contains_folded(haystack: &str, needle: &str) -> bool {
    if haystack.is_ascii() && needle.is_ascii() {
        let needle = needle.as_bytes();
        return needle.is_empty()
            || haystack
                .as_bytes()
                .windows(needle.len())
                .any(|window| window.eq_ignore_ascii_case(needle));
    }
    haystack.to_lowercase().contains(needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_path_and_value_in_any_order() {
        let mut tree = ParameterTree::new();
        tree.insert_value("/BBF/WiFi/SSID/0/SSID", "Küche", 0);
        tree.insert_value("/BBF/WiFi/SSID/1/SSID", "Gast", 0);
        tree.insert_value("/BBF/WiFi/Security/KeyPassphrase", "gast-secret", 0);
        let find = |text: &str| -> Vec<String> {
            let query = Query::new(text);
            tree.search(&query, |node| node.name() == "KeyPassphrase", str::to_owned)
                .map(|hit| hit.node.path())
                .collect()
        };
        assert_eq!(find("küche wifi"), ["/BBF/WiFi/SSID/0/SSID"]);
        assert_eq!(find("ssid GAST"), ["/BBF/WiFi/SSID/1/SSID"]);
        assert_eq!(find("secret"), Vec::<String>::new());
        assert_eq!(find("wifi.ssid").len(), 2);
    }
}
