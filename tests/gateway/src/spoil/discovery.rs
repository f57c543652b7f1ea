//! Announcements and search answers as other makers write them (real-devices, sections 1, 2, 5, 7 and 8).

use crate::quirks::{Quirk, Quirks};

/// A discovery message: its first line and its header fields.
struct Message {
    start: String,
    fields: Vec<(String, String)>,
}

impl Message {
    fn read(text: &str) -> Self {
        let mut lines = text.lines();
        let start = lines.next().unwrap_or_default().to_owned();
        let fields = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        Self { start, fields }
    }

    fn remove(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(known, _)| known == name)?;
        Some(self.fields.remove(at).1)
    }

    fn value(&mut self, name: &str) -> Option<&mut String> {
        self.fields
            .iter_mut()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    fn set(&mut self, name: &str, text: &str) {
        if let Some(value) = self.value(name) {
            text.clone_into(value);
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    fn write(&self, padding: &str, end: &str) -> String {
        let mut out = format!("{}\r\n", self.start);
        for (name, value) in &self.fields {
            out.push_str(&format!(
                "{name}:{padding}{value}{}\r\n",
                padding.trim_start_matches(' ')
            ));
        }
        out.push_str(end);
        out
    }
}

/// Writes a finished discovery message the way the quirks ask for.
pub(crate) fn message(text: String, quirks: &Quirks) -> String {
    let mut message = Message::read(&text);
    let answer = message.start.starts_with("HTTP/");
    age(&mut message, quirks);
    product(&mut message, quirks);
    numbers(&mut message, quirks);
    if quirks.has(Quirk::NoUsn) && answer {
        message.remove("USN");
    }
    if quirks.has(Quirk::OddUsn) {
        // As a Speedport: another UUID, and a type that ends in its middle.
        message.set(
            "USN",
            "uuid:00000000-0000-0002-0000-44ff1234::urn:telekom-de:dev",
        );
    }
    if quirks.has(Quirk::ExtraHeaders) {
        for (name, value) in [
            ("X-User-Agent", "redsonic"),
            ("ManufacturerOUI", "001122"),
            ("ProductClass", "AP"),
            ("SerialNumber", "0815"),
            ("ProvisioningCode", ""),
            ("DeviceType", "AP"),
            ("SoftwareVersion", "1.0"),
            ("HardwareVersion", "A"),
        ] {
            message.add(name, value);
        }
    }
    if quirks.has(Quirk::TwoEmptyLines) && answer {
        message.add("Content-Length", "0");
    }
    if quirks.has(Quirk::MixedCaseHeaders) {
        for (name, _) in &mut message.fields {
            *name = mixed_case(name);
        }
    }
    let padding = if quirks.has(Quirk::PaddedHeaders) {
        "  \t "
    } else {
        " "
    };
    let end = match () {
        () if quirks.has(Quirk::NoEmptyLine) => "",
        () if quirks.has(Quirk::TwoEmptyLines) && answer => "\r\n\r\n",
        () => "\r\n",
    };
    message.write(padding, end)
}

fn age(message: &mut Message, quirks: &Quirks) {
    if quirks.has(Quirk::NoCacheControl) {
        message.remove("CACHE-CONTROL");
    }
    if quirks.has(Quirk::SpacedMaxAge) {
        message.set("CACHE-CONTROL", "no-cache=\"Ext\", Max-Age = 1800");
    }
    if quirks.has(Quirk::LegacyExpires) && message.remove("CACHE-CONTROL").is_some() {
        message.add("Expires", "Thu, 01 Jan 2099 00:00:00 GMT");
        if let Some(location) = message.value("LOCATION").cloned() {
            message.add("AL", &format!("<{location}>"));
        }
    }
}

fn product(message: &mut Message, quirks: &Quirks) {
    if quirks.has(Quirk::NoServer) {
        for name in ["SERVER", "DATE", "EXT"] {
            message.remove(name);
        }
    }
    if quirks.has(Quirk::CommaServer) {
        message.set(
            "SERVER",
            "Linux/3.12.17, UPnP/1.0, Portable SDK for UPnP devices/1.6.13",
        );
    }
    if quirks.has(Quirk::PlaceholderHeaders) {
        message.set("SERVER", "OS/version UPnP/2.0 product/version");
        message.set("DATE", "when response was generated");
    }
}

fn numbers(message: &mut Message, quirks: &Quirks) {
    if quirks.has(Quirk::NlsBootToken) {
        message.remove("CONFIGID.UPNP.ORG");
        if let Some(boot) = message.remove("BOOTID.UPNP.ORG") {
            message.add("OPT", "\"http://schemas.upnp.org/upnp/1/0/\"; ns=01");
            message.add("01-NLS", &format!("{boot}-1dd2-11b2-8f6c"));
        }
    }
    if quirks.has(Quirk::ConfigIdWords) {
        message.set("CONFIGID.UPNP.ORG", "configuration number");
    }
}

/// `LOCATION` becomes `Location`, `BOOTID.UPNP.ORG` becomes `Bootid.Upnp.Org`.
fn mixed_case(name: &str) -> String {
    let mut first = true;
    name.chars()
        .map(|character| {
            let written = if first {
                character.to_ascii_uppercase()
            } else {
                character.to_ascii_lowercase()
            };
            first = !character.is_ascii_alphabetic();
            written
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "HTTP/1.1 200 OK\r\nDATE: now\r\nEXT:\r\nST: s\r\nUSN: uuid:x::s\r\n\
        CACHE-CONTROL: max-age=1800\r\nLOCATION: http://127.0.0.1:1/d\r\nSERVER: s\r\n\
        BOOTID.UPNP.ORG: 4\r\nCONFIGID.UPNP.ORG: 1\r\n\r\n";

    fn with(quirk: Quirk) -> String {
        message(ANSWER.to_owned(), &[quirk].into_iter().collect())
    }

    #[test]
    fn nothing_changes_without_a_quirk() {
        let unchanged = message(ANSWER.to_owned(), &Quirks::default());
        assert_eq!(unchanged.replace("EXT: ", "EXT:"), ANSWER);
    }

    #[test]
    fn each_quirk_changes_what_it_says() {
        for (quirk, present, absent) in [
            (Quirk::MixedCaseHeaders, "\r\nBootid.Upnp.Org: 4", "BOOTID"),
            (
                Quirk::PaddedHeaders,
                "LOCATION:  \t http://127.0.0.1:1/d\t \r\n",
                "LOCATION: http",
            ),
            (Quirk::ExtraHeaders, "ProductClass: AP", "nothing"),
            (Quirk::NoCacheControl, "LOCATION", "CACHE-CONTROL"),
            (Quirk::SpacedMaxAge, "Max-Age = 1800", "max-age=1800"),
            (
                Quirk::LegacyExpires,
                "AL: <http://127.0.0.1:1/d>",
                "CACHE-CONTROL",
            ),
            (Quirk::NoServer, "LOCATION", "SERVER"),
            (Quirk::CommaServer, "3.12.17, UPnP/1.0", "SERVER: s\r"),
            (Quirk::PlaceholderHeaders, "when response", "DATE: now"),
            (Quirk::NlsBootToken, "01-NLS: 4-", "BOOTID"),
            (Quirk::ConfigIdWords, "ORG: configuration number", "ORG: 1"),
            (Quirk::NoUsn, "LOCATION", "USN"),
            (Quirk::OddUsn, "USN: uuid:0000", "uuid:x"),
            (Quirk::NoEmptyLine, "LOCATION", "\r\n\r\n"),
            (Quirk::TwoEmptyLines, "\r\n\r\n\r\n", "nothing"),
        ] {
            let text = with(quirk);
            assert!(text.contains(present), "{}: {text}", quirk.name());
            assert!(!text.contains(absent), "{}: {text}", quirk.name());
        }
    }
}
