//! Subscription identifier (SID).

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::limits;

/// What a publisher calls a subscription, `uuid:` and a UUID by the book.
///
/// Compared without regard to letter case and to the prefix; the spelling is
/// kept, because the publisher wants it back exactly.
#[derive(Debug, Clone)]
pub struct Sid(String);

impl Sid {
    /// Reads a SID; none when the text is empty, longer than
    /// [`limits::IDENTIFIER_BYTES`] or holds anything but visible ASCII.
    /// Quotes around it are not part of it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches('"').trim();
        let fits = !text.is_empty()
            && text.len() <= limits::IDENTIFIER_BYTES
            && text.bytes().all(|octet| octet.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The text exactly as the publisher spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn bare(&self) -> &str {
        match self.0.get(..5) {
            Some(prefix) if prefix.eq_ignore_ascii_case("uuid:") => {
                self.0.get(5..).unwrap_or_default()
            }
            _ => &self.0,
        }
    }
}

impl PartialEq for Sid {
    fn eq(&self, other: &Self) -> bool {
        self.bare().eq_ignore_ascii_case(other.bare())
    }
}

impl Eq for Sid {}

impl Hash for Sid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in self.bare().bytes() {
            state.write_u8(octet.to_ascii_lowercase());
        }
        state.write_u8(0xFF);
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sid_are_equal() {
        let sid = Sid::parse("uuid:ABC-1").expect("a SID");
        for text in [" uuid:abc-1 ", "abc-1", "UUID:Abc-1", "\"uuid:abc-1\""] {
            assert_eq!(Sid::parse(text).as_ref(), Some(&sid), "{text:?}");
        }
        assert_eq!(sid.as_str(), "uuid:ABC-1");
        assert_ne!(Sid::parse("uuid:abc-2"), Some(sid));
    }

    #[test]
    fn nonsense_is_no_sid() {
        let long = "a".repeat(limits::IDENTIFIER_BYTES + 1);
        for text in ["", "  ", "\"\"", "a b", "a\u{7}", "ü", long.as_str()] {
            assert_eq!(Sid::parse(text), None, "{text:?}");
        }
    }
}
