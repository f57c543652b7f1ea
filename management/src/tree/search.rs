//! Search in the known part of the tree: words in any order, each found somewhere in
//! the path or in the value.

use super::{Node, ParameterTree};
use crate::view::NodeKind;

/// Words to look for, folded to lower case.
#[derive(Debug, Clone)]
pub struct Query {
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    /// Whether it is looked for in the path as people see it: rows are numbered from another
    /// number there than in the UPnP path.
    as_shown: bool,
}

/// One parameter that matched.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The parameter.
    pub node: Node<'a>,
}

impl Query {
    /// Splits the text at blanks. A word with dots or slashes is a piece of a path.
    pub fn new(text: &str) -> Self {
        let words = text
            .split_whitespace()
            .map(|word| word.trim_matches(|c| c == '/' || c == '.'))
            .filter(|word| !word.is_empty())
            .map(|word| Word {
                text: word.to_lowercase(),
                as_shown: word.contains('.') || word.bytes().all(|byte| byte.is_ascii_digit()),
            })
            .collect();
        Query { words }
    }

    /// True when nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every word is found in the path or in the value. `shown` is asked for only
    /// when a word needs it.
    fn matches(&self, path: &str, shown: &dyn Fn(&str) -> String, value: &str) -> bool {
        self.words.iter().all(|word| {
            let in_path = if word.as_shown {
                contains_folded(&shown(path), &word.text)
            } else {
                contains_folded(path, &word.text)
            };
            in_path || contains_folded(value, &word.text)
        })
    }
}

impl ParameterTree {
    /// Parameters that match, in tree order. Values for which `is_secret` holds are not
    /// looked into; `shown` spells a path as people see it, and numbers and dotted words are
    /// looked for there.
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
            let in_path = query.matches(&path, &shown, "");
            let found = in_path || (query.matches(&path, &shown, value) && !is_secret(node));
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
        tree.insert_value("/BBF/Hosts/Host/0/IPAddress", "192.168.1.20", 0);
        // Rows begin at 1 for people.
        let shown = |path: &str| {
            let spelt = path.replace("/BBF/", "Device.").replace('/', ".");
            spelt.replace(".1.", ".2.").replace(".0.", ".1.")
        };
        let find = |text: &str| -> Vec<String> {
            let query = Query::new(text);
            tree.search(&query, |node| node.name() == "KeyPassphrase", shown)
                .map(|hit| hit.node.path())
                .collect()
        };
        assert_eq!(find("küche wifi"), ["/BBF/WiFi/SSID/0/SSID"]);
        assert_eq!(find("ssid GAST"), ["/BBF/WiFi/SSID/1/SSID"]);
        assert_eq!(find("secret"), Vec::<String>::new());
        assert_eq!(find("wifi.ssid").len(), 2);
        assert_eq!(find("ssid.1"), ["/BBF/WiFi/SSID/0/SSID"]);
        assert_eq!(find("ssid/1/"), ["/BBF/WiFi/SSID/1/SSID"]);
        assert_eq!(find("Device.WiFi.SSID.2.SSID"), ["/BBF/WiFi/SSID/1/SSID"]);
        assert_eq!(find("192.168.1"), ["/BBF/Hosts/Host/0/IPAddress"]);
    }
}
