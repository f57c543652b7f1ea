//! The bandwidth test. The standard names the documents and shows none of them, so these are this
//! maker's own: what can be measured, what to measure, what was measured.

use std::time::Duration;

use crate::xml::{leaf, Element};

/// Where the provider measures against, when the document names nothing.
const SERVER: &str = "http://speed.provider.example/20M";
/// Namespace of this maker's documents.
const NAMESPACE: &str = "urn:lanside-werkstatt:bandwidth";
/// How long a measurement takes.
pub(super) const LASTS: Duration = Duration::from_millis(1_500);
/// Octets of the file a measurement moves.
const OCTETS: u64 = 20_000_000;
/// Kilobits a second, down and up, of a line of 250 Mbit/s.
const RATES: [(&str, u64); 2] = [("Download", 243_100), ("Upload", 39_600)];

/// What a specification asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) direction: &'static str,
    pub(super) url: String,
}

impl Wanted {
    /// Reads a specification; an empty one leaves everything to the gateway.
    ///
    /// # Errors
    /// What the result will say about it.
    pub(super) fn read(document: &str) -> Result<Self, String> {
        let mut wanted = Self {
            direction: "Download",
            url: SERVER.to_owned(),
        };
        if document.trim().is_empty() {
            return Ok(wanted);
        }
        let root = Element::parse(document)
            .map_err(|_| "BandwidthTestSpec is not a document".to_owned())?;
        if root.name != "BandwidthTestSpec" {
            return Err(format!("{} is not BandwidthTestSpec", root.name));
        }
        for child in &root.children {
            let text = child.text.trim();
            match child.name.as_str() {
                "Direction" => {
                    let known = RATES.iter().find(|(name, _)| *name == text);
                    wanted.direction = known
                        .map(|(name, _)| *name)
                        .ok_or_else(|| format!("Direction {text} is not Download or Upload"))?;
                }
                "URL" if text.starts_with("http://") => wanted.url = text.to_owned(),
                "URL" => return Err(format!("URL {text} is not http")),
                other => return Err(format!("{other} is not known")),
            }
        }
        Ok(wanted)
    }

    /// Host it is measured against.
    pub(super) fn host(&self) -> &str {
        let rest = self.url.trim_start_matches("http://");
        let host = rest.split('/').next().unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(host, _)| host)
    }

    /// The document with what was measured. `spread` is some per cent of the rate that others took.
    pub(super) fn result(&self, spread: u64) -> String {
        let rate = RATES
            .iter()
            .find(|(name, _)| *name == self.direction)
            .map_or(0, |(_, rate)| rate * (100 - spread.min(99)) / 100);
        document("BandwidthTestResult", |out| {
            leaf(out, "Direction", self.direction);
            leaf(out, "URL", &self.url);
            leaf(out, "Octets", &OCTETS.to_string());
            leaf(out, "KilobitsPerSecond", &rate.to_string());
        })
    }
}

/// The document that says what can be measured.
pub(super) fn info() -> String {
    document("BandwidthTestInfo", |out| {
        for (direction, _) in RATES {
            leaf(out, "Direction", direction);
        }
        leaf(out, "DefaultURL", SERVER);
    })
}

fn document(name: &str, content: impl FnOnce(&mut String)) -> String {
    let mut out =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{name} xmlns=\"{NAMESPACE}\">");
    content(&mut out);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_leaves_it_to_the_gateway_and_nonsense_is_said() {
        assert_eq!(Wanted::read(" ").unwrap().host(), "speed.provider.example");
        let up = "<BandwidthTestSpec><Direction>Upload</Direction><URL>http://a.example:81/x</URL></BandwidthTestSpec>";
        let wanted = Wanted::read(up).unwrap();
        assert_eq!((wanted.direction, wanted.host()), ("Upload", "a.example"));
        assert!(wanted.result(0).contains("<KilobitsPerSecond>39600<"));
        for wrong in [
            "quick",
            "<Other/>",
            "<BandwidthTestSpec><Direction>Sideways</Direction></BandwidthTestSpec>",
            "<BandwidthTestSpec><URL>ftp://a/</URL></BandwidthTestSpec>",
            "<BandwidthTestSpec><Speed>1</Speed></BandwidthTestSpec>",
        ] {
            assert!(Wanted::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn documents_read_back() {
        for text in [info(), Wanted::read("").unwrap().result(3)] {
            assert!(Element::parse(&text).unwrap().child("Direction").is_some());
        }
    }
}
