//! Links into the window: `lanside://gateway/<udn>` and `lanside://gateway/<udn>/<path>`.
//!
//! Anybody can write one, into a page or a mail, so it is read strictly, it names a place and
//! nothing else, and what it leads to is only looked at.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;

/// Longest link that is read, in octets.
const LINK_OCTETS: usize = 2048;
/// Longest UDN and longest path in one, in octets.
const UDN_OCTETS: usize = 256;
const PATH_OCTETS: usize = 1024;
/// Arguments of a start that are looked at.
const ARGUMENTS: usize = 16;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GatewayLink {
    /// UDN of the gateway, as the link spells it.
    pub udn: String,
    /// Path of a node in either notation; `null` for the gateway itself.
    pub path: Option<String>,
}

/// Why a link cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum LinkProblem {
    /// Longer than any real one.
    #[error("the link is too long")]
    TooLong,
    /// It does not begin with `lanside://gateway/`.
    #[error("the link is of another kind")]
    OtherKind,
    /// Its gateway is missing or is no UDN.
    #[error("the link names no gateway")]
    Gateway,
    /// What follows the gateway is no path.
    #[error("the link names no path")]
    Path,
}

/// What a start brought along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OpenedLink {
    /// A place to go to.
    Gateway {
        /// The place.
        link: GatewayLink,
    },
    /// A link nobody can follow.
    Unusable {
        /// Why.
        problem: LinkProblem,
    },
}

impl OpenedLink {
    /// Reads a link, good or not.
    pub fn read(text: &str) -> OpenedLink {
        match GatewayLink::parse(text) {
            Ok(link) => OpenedLink::Gateway { link },
            Err(problem) => OpenedLink::Unusable { problem },
        }
    }

    /// The link among the arguments of a start, without the name of the program.
    pub fn among<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Option<OpenedLink> {
        arguments
            .into_iter()
            .take(ARGUMENTS)
            .find(|one| after_ignoring_case(one, "lanside:").is_some())
            .map(OpenedLink::read)
    }
}

impl GatewayLink {
    /// Reads a link.
    ///
    /// # Errors
    ///
    /// [`LinkProblem`] for whatever is not exactly of this kind.
    pub fn parse(text: &str) -> Result<GatewayLink, LinkProblem> {
        let text = text.trim();
        if text.len() > LINK_OCTETS {
            return Err(LinkProblem::TooLong);
        }
        let rest = after_ignoring_case(text, "lanside://gateway/").ok_or(LinkProblem::OtherKind)?;
        let (udn, path) = rest.split_once('/').unwrap_or((rest, ""));
        let udn = decoded(udn)
            .filter(|udn| is_udn(udn))
            .ok_or(LinkProblem::Gateway)?;
        let path = decoded(path)
            .filter(|path| is_path(path))
            .ok_or(LinkProblem::Path)?;
        let path = match path {
            path if path.is_empty() => None,
            // Only the other notation has slashes; its first one is easily lost.
            path if path.contains('/') && !path.starts_with('/') => Some(format!("/{path}")),
            path => Some(path),
        };
        Ok(GatewayLink { udn, path })
    }
}

/// The link that waits for the window; a later one takes its place.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<Option<OpenedLink>>);

impl Waiting {
    /// Begins with what the program was started with.
    pub fn new(first: Option<OpenedLink>) -> Waiting {
        Waiting(Mutex::new(first))
    }

    /// A link was opened.
    pub fn put(&self, link: OpenedLink) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
    }

    /// Hands it out, once.
    pub fn take(&self) -> Option<OpenedLink> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn after_ignoring_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// Letters, digits and a few signs: no blanks, nothing that hides or reverses what is shown.
fn is_udn(text: &str) -> bool {
    let bare = after_ignoring_case(text, "uuid:").unwrap_or(text);
    !bare.is_empty()
        && text.len() <= UDN_OCTETS
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.:+".contains(&b))
}

fn is_path(text: &str) -> bool {
    text.len() <= PATH_OCTETS
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b))
}

/// Undoes `%41`; nothing for what is no escape or no text.
fn decoded(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            other => other,
        });
    }
    String::from_utf8(octets).ok()
}

fn digit(octet: Option<u8>) -> Option<u8> {
    let value = char::from(octet?).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UDN: &str = "uuid:6d61726b-6574-4c61-8e73-696465000001";

    fn read(text: &str) -> Result<(String, Option<String>), LinkProblem> {
        GatewayLink::parse(text).map(|link| (link.udn, link.path))
    }

    #[test]
    fn a_link_names_a_gateway_and_maybe_a_path() {
        let at = |path: Option<&str>| Ok((UDN.to_owned(), path.map(str::to_owned)));
        assert_eq!(read(&format!("lanside://gateway/{UDN}")), at(None));
        assert_eq!(read(&format!("lanside://gateway/{UDN}/")), at(None));
        assert_eq!(
            read(&format!("LANSIDE://Gateway/{UDN}/Device.WiFi.SSID.1.SSID")),
            at(Some("Device.WiFi.SSID.1.SSID"))
        );
        for written in [
            "/BBF/WiFi/SSID/0/",
            "BBF/WiFi/SSID/0/",
            "%2FBBF/WiFi%2fSSID/0/",
        ] {
            assert_eq!(
                read(&format!("lanside://gateway/{UDN}/{written}")),
                at(Some("/BBF/WiFi/SSID/0/"))
            );
        }
        let escaped = UDN.replace(':', "%3A");
        assert_eq!(read(&format!("lanside://gateway/{escaped}")), at(None));
    }

    #[test]
    fn whatever_is_not_exactly_that_is_refused() {
        for (text, problem) in [
            ("", LinkProblem::OtherKind),
            ("https://gateway/uuid:1", LinkProblem::OtherKind),
            ("lanside:gateway/uuid:1", LinkProblem::OtherKind),
            ("lanside://set/uuid:1", LinkProblem::OtherKind),
            ("lanside://me@gateway/uuid:1", LinkProblem::OtherKind),
            ("lanside://gateway", LinkProblem::OtherKind),
            ("lanside://gateway/", LinkProblem::Gateway),
            ("lanside://gateway//Device.", LinkProblem::Gateway),
            ("lanside://gateway/uuid:", LinkProblem::Gateway),
            ("lanside://gateway/uuid:1%", LinkProblem::Gateway),
            ("lanside://gateway/uuid:1%zz", LinkProblem::Gateway),
            ("lanside://gateway/uuid:%00", LinkProblem::Gateway),
            ("lanside://gateway/uuid:%ff", LinkProblem::Gateway),
            ("lanside://gateway/uuid:1 2", LinkProblem::Gateway),
            ("lanside://gateway/uuid:1\u{202e}", LinkProblem::Gateway),
            ("lanside://gateway/uuid:1?set=1", LinkProblem::Gateway),
            ("lanside://gateway/uuid:1/Device.?a=1", LinkProblem::Path),
            ("lanside://gateway/uuid:1/Device.#x", LinkProblem::Path),
            ("lanside://gateway/uuid:1/a=b", LinkProblem::Path),
            ("lanside://gateway/uuid:1/%0aDevice.", LinkProblem::Path),
        ] {
            assert_eq!(read(text), Err(problem), "{text}");
        }
        let long = |count| format!("lanside://gateway/{UDN}/{}", "a".repeat(count));
        assert!(read(&long(PATH_OCTETS)).is_ok());
        assert_eq!(read(&long(PATH_OCTETS + 1)), Err(LinkProblem::Path));
        assert_eq!(read(&long(LINK_OCTETS)), Err(LinkProblem::TooLong));
        let long = format!("lanside://gateway/{}", "a".repeat(UDN_OCTETS + 1));
        assert_eq!(read(&long), Err(LinkProblem::Gateway));
    }

    #[test]
    fn of_the_arguments_only_a_link_counts() {
        let among = |given: &[&str]| OpenedLink::among(given.iter().copied());
        assert_eq!(among(&[]), None);
        assert_eq!(among(&["--verbose", "/etc/passwd"]), None);
        let link = GatewayLink::parse("lanside://gateway/uuid:1").expect("a link");
        let found = Some(OpenedLink::Gateway { link });
        assert_eq!(among(&["--x", "Lanside://gateway/uuid:1"]), found);
        assert_eq!(
            among(&["lanside:nonsense"]),
            Some(OpenedLink::Unusable {
                problem: LinkProblem::OtherKind
            })
        );
        let many = ["-"; ARGUMENTS];
        let late = many.into_iter().chain(["lanside://gateway/uuid:1"]);
        assert_eq!(OpenedLink::among(late), None);
    }

    #[test]
    fn a_link_is_handed_out_once_and_the_last_one_counts() {
        let waiting = Waiting::new(Some(OpenedLink::read("lanside://gateway/uuid:1")));
        let last = OpenedLink::read("lanside://gateway/uuid:2");
        waiting.put(last.clone());
        assert_eq!(waiting.take(), Some(last));
        assert_eq!(waiting.take(), None);
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in "\\PC*|(lanside://gateway/)?[a-z%0-9/:.]{0,80}") {
            if let Ok(link) = GatewayLink::parse(&text) {
                prop_assert!(is_udn(&link.udn));
                prop_assert!(link.path.iter().all(|path| !path.is_empty() && path.is_ascii()));
            }
        }

        #[test]
        fn what_is_written_is_read(
            udn in "uuid:[0-9a-f-]{1,36}",
            path in proptest::option::of("Device\\.[A-Za-z0-9_.-]{1,60}|/BBF/[A-Za-z0-9_/-]{0,60}"),
        ) {
            let written = format!("lanside://gateway/{udn}/{}", path.as_deref().unwrap_or_default());
            prop_assert_eq!(GatewayLink::parse(&written), Ok(GatewayLink { udn, path }));
        }

        #[test]
        fn escapes_change_nothing(path in "[A-Za-z0-9_./:-]{1,60}") {
            let escaped: String = path.bytes().map(|octet| format!("%{octet:02X}")).collect();
            let plain = GatewayLink::parse(&format!("lanside://gateway/uuid:1/{path}"));
            let coded = GatewayLink::parse(&format!("lanside://gateway/uuid:1/{escaped}"));
            prop_assert_eq!(plain, coded);
        }
    }
}
