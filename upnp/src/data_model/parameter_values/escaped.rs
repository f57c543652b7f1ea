//! The short way through a large list: read while it is still escaped.
//!
//! Unescaping a list of 20 000 parameters resolves a quarter of a million
//! entities, and all but a few of them only to find the tags again. So the
//! tags are looked for in their escaped spelling, and only values that have an
//! entity of their own are unescaped. This reader knows one spelling; at the
//! first sign of another it gives up, and the list goes the long way.

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::limits;
use crate::xml::scan::{Scanner, Token};
use crate::xml::text::unescape;

pub(super) const PARAMETER: &[u8; 17] = b"&lt;Parameter&gt;";
pub(super) const PARAMETER_END: &[u8; 18] = b"&lt;/Parameter&gt;";
const PATH: &[u8; 21] = b"&lt;ParameterPath&gt;";
const PATH_END: &[u8; 22] = b"&lt;/ParameterPath&gt;";
const VALUE: &[u8; 13] = b"&lt;Value&gt;";
const VALUE_END: &[u8; 14] = b"&lt;/Value&gt;";
const VALUE_EMPTY: &[u8; 14] = b"&lt;Value/&gt;";
/// What stands before the first parameter is a declaration and the root.
pub(super) const HEAD_OCTETS: usize = 2 * 1024;

/// Calls `entry` for each parameter of an escaped list; none when it is not
/// in the plain form, or beyond a limit. Entries before that were given out.
pub(super) fn read(escaped: &str, mut entry: impl FnMut(&str, &str)) -> Option<()> {
    let start = first_parameter(escaped)?;
    read_rest(escaped, start, start, 0, &mut entry)
}

/// Where the first parameter of a list begins, which must be near the start.
pub(super) fn first_parameter(escaped: &str) -> Option<usize> {
    let searched = escaped.as_bytes().get(..escaped.len().min(HEAD_OCTETS))?;
    memmem::find(searched, PARAMETER)
}

/// [`read`] of a list whose first parameter begins at `start`, and whose first
/// `entries` parameters, up to `at`, were read already.
pub(super) fn read_rest(
    escaped: &str,
    start: usize,
    at: usize,
    entries: usize,
    entry: &mut impl FnMut(&str, &str),
) -> Option<()> {
    if escaped.len() > limits::DOCUMENT_BYTES {
        return None;
    }
    let root_end = root_end(escaped.get(..start)?)?;
    let rest = read_entries(escaped.get(at..)?, entries, entry)?;
    (rest.trim_ascii() == root_end).then_some(())
}

/// Reads parameters up to the first thing that is none and gives what is left;
/// `entries` were read before.
pub(super) fn read_entries<'a>(
    escaped: &'a str,
    mut entries: usize,
    entry: &mut impl FnMut(&str, &str),
) -> Option<&'a str> {
    let mut rest = Rest(escaped);
    while rest.skip(PARAMETER).is_some() {
        entries += 1;
        if entries > limits::PARAMETER_VALUES {
            return None;
        }
        rest.skip(PATH)?;
        let path = rest.up_to(PATH_END)?.trim();
        if path.is_empty() || path.len() > limits::PATH_BYTES {
            return None;
        }
        if rest.skip(VALUE_EMPTY).is_some() {
            entry(path, "");
        } else {
            rest.skip(VALUE)?;
            match rest.up_to(VALUE_END) {
                Some(plain) => entry(path, plain),
                None => entry(path, &rest.escaped_value()?),
            }
        }
        rest.skip(PARAMETER_END)?;
    }
    Some(rest.0)
}

/// The escaped end tag that fits the root in `head`; none unless the head is a
/// declaration and a root in the spelling of the standard.
pub(super) fn root_end(head: &str) -> Option<String> {
    let unescaped = unescape(head);
    if unescaped.lone_ampersand {
        return None;
    }
    let mut scanner = Scanner::new(&unescaped.text);
    let mut root = None;
    while let Some(token) = scanner.next_token().ok()? {
        match token {
            Token::Instruction("xml") if root.is_none() => {}
            Token::Text(text) if text.trim_ascii().is_empty() => {}
            Token::Start {
                name: name @ "cms:ParameterValueList",
                attributes: "xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"",
                empty: false,
            }
            | Token::Start {
                name: name @ "ParameterValueList",
                attributes: "" | "xmlns=\"urn:schemas-upnp-org:dm:cms\"",
                empty: false,
            } if root.is_none() => root = Some(name),
            _ => return None,
        }
    }
    Some(format!("&lt;/{}&gt;", root?))
}

/// What follows the mark a text begins with. The length of a mark is known
/// to the compiler, which compares it in two or three steps.
fn behind<'a, const N: usize>(text: &'a str, mark: &[u8; N]) -> Option<&'a str> {
    let begins = text.as_bytes().first_chunk::<N>() == Some(mark);
    begins.then(|| text.get(N..)).flatten()
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Steps over white space and the mark, if that is what follows.
    fn skip<const N: usize>(&mut self, mark: &[u8; N]) -> Option<()> {
        let rest = match self.0.as_bytes().first() {
            Some(b'&') => self.0,
            _ => self.0.trim_ascii_start(),
        };
        self.0 = behind(rest, mark)?;
        Some(())
    }

    /// The text before the mark, which must be the first entity to follow;
    /// steps over both. A tag of the answer, or a line end an XML reader would
    /// turn into another, is nothing for this reader.
    fn up_to<const N: usize>(&mut self, mark: &[u8; N]) -> Option<&'a str> {
        let at = memchr3(b'&', b'<', b'\r', self.0.as_bytes())?;
        let (text, rest) = self.0.split_at_checked(at)?;
        self.0 = behind(rest, mark)?;
        Some(text)
    }

    /// A value with entities in it, unescaped as text of the answer and then
    /// as text of the list.
    fn escaped_value(&mut self) -> Option<String> {
        let at = memmem::find(self.0.as_bytes(), VALUE_END)?;
        let (raw, rest) = self.0.split_at_checked(at)?;
        if memchr2(b'<', b'\r', raw.as_bytes()).is_some() {
            return None;
        }
        let markup = unescape(raw);
        if markup.lone_ampersand || memchr(b'<', markup.text.as_bytes()).is_some() {
            return None;
        }
        let value = unescape(&markup.text);
        if value.lone_ampersand {
            return None;
        }
        self.0 = behind(rest, VALUE_END)?;
        Some(value.text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{write, ParameterValues};
    use crate::xml::text::escape;
    use proptest::prelude::*;

    fn long_way(list: &str) -> (ParameterValues, usize) {
        let mut forgiven = Vec::new();
        let values = ParameterValues::parse(list, &mut forgiven).expect("a list");
        (values, forgiven.len())
    }

    #[test]
    fn odd_spellings_go_the_long_way() {
        let plain = write(&[("/BBF/A", "1"), ("/BBF/B", "")]);
        assert!(ParameterValues::parse_escaped(&escape(&plain)).is_some());
        let odd = [
            plain.replace("<Value>1", "<Value>1 & 2"),
            plain.replace("<Value>1</Value>", "<Value><b>1</b></Value>"),
            plain.replace("<Value>1</Value>", "<Value><![CDATA[1]]></Value>"),
            plain.replace("<Value>1</Value>", "<Value>1</Value><Type>int</Type>"),
            plain.replace("<Value>1</Value>", ""),
            plain.replace("/BBF/A", " "),
            plain.replace("<Parameter>", "<Parameter >"),
            plain.replace("</cms:ParameterValueList>", ""),
            plain.replace("</cms:ParameterValueList>", "</cms:ParameterValueList>more"),
            plain.replace(" xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"", ""),
            String::new(),
        ];
        for list in odd {
            assert_eq!(
                ParameterValues::parse_escaped(&escape(&list)),
                None,
                "{list}"
            );
        }
        for raw in ["1\r\n&lt;", "1&amp;amp;\r\n&lt;", "1<b/>&lt;"] {
            let raw = escape(&plain).replace("1&lt;", raw);
            assert_eq!(ParameterValues::parse_escaped(&raw), None, "{raw}");
        }
        // Nothing that is not escaped can be a list.
        assert_eq!(ParameterValues::parse_escaped(&plain), None);
    }

    proptest! {
        #[test]
        fn both_ways_read_the_same(
            parameters in prop::collection::vec(("/[A-Za-z0-9/]{1,20}", "[ -~äöü&<>\"'\r\n]{0,30}"), 1..20)
        ) {
            let list = write(&parameters);
            let (values, forgiven) = long_way(&list);
            prop_assert_eq!(forgiven, 0);
            let short = ParameterValues::parse_escaped(&escape(&list));
            prop_assert_eq!(short, Some(values));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(&lt;|&gt;|&amp;|/|Parameter|Path|Value|List|cms:|[ a<&\r\n]){0,60}") {
            if let Some(values) = ParameterValues::parse_escaped(&text) {
                prop_assert!(values.len() <= text.len());
            }
        }
    }
}
