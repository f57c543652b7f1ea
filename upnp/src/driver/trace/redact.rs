//! What of an argument or a body may be written down.
//!
//! The rule is the other way round from a search for secrets: inside a
//! document a value is written only when the path it belongs to is known and
//! harmless, and what cannot be taken apart is not written at all.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;

use super::super::limits;
use crate::secrecy::sounds_secret;
use crate::xml::local_name;
use crate::xml::scan::{Scanner, Token};
use crate::xml::text::unescape;

/// What stands in place of a secret.
const SECRET: &str = "[secret]";

/// Whether what a name stands for is kept out of the trace: secrets, and what a guess at a
/// password could be tried with.
pub(super) fn is_secret_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    sounds_secret(name)
        || lower.contains("salt")
        || lower.contains("challenge")
        || name.contains("PIN")
}

/// The last name of a data model path in either notation.
fn last_name(path: &str) -> &str {
    path.trim()
        .trim_end_matches(['/', '.'])
        .rsplit(['/', '.'])
        .next()
        .unwrap_or_default()
}

/// An argument as it may be written.
pub(super) fn argument(name: &str, value: &str) -> String {
    redacted(name, value, None)
}

/// The beginning of an argument that had so many octets, as it may be written.
pub(super) fn beginning(name: &str, value: &str, octets: usize) -> String {
    redacted(name, value, Some(octets))
}

fn redacted(name: &str, value: &str, in_all: Option<usize>) -> String {
    if value.is_empty() {
        return String::new();
    }
    if name.eq_ignore_ascii_case("InMessage") || name.eq_ignore_ascii_case("OutMessage") {
        return setup_message(value);
    }
    if is_secret_name(name) {
        return SECRET.to_owned();
    }
    let start = value.trim_start();
    if start.starts_with("&lt;") || start.starts_with("&#60;") {
        return document(&unescape(value).text, in_all);
    }
    if start.starts_with('<') {
        return document(value, in_all);
    }
    let octets = in_all.unwrap_or(value.len());
    if value.contains("&lt;") || value.contains('<') {
        return format!("[{octets} bytes of mixed text]");
    }
    super::capped_of(value, octets)
}

/// Type and length of a WPS message; its content is cryptography and names.
fn setup_message(text: &str) -> String {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let Ok(bytes) = STANDARD.decode(compact) else {
        return format!("[{} bytes that are no base64]", text.len());
    };
    let mut rest = bytes.as_slice();
    let mut kind = None;
    while let [type_high, type_low, length_high, length_low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*length_high, *length_low]));
        let Some(value) = after.get(..length) else {
            break;
        };
        if u16::from_be_bytes([*type_high, *type_low]) == 0x1022 {
            kind = value.first().copied();
            break;
        }
        rest = after.get(length..).unwrap_or_default();
    }
    let kind = match kind {
        Some(0x04) => "M1",
        Some(0x05) => "M2",
        Some(0x06) => "M2D",
        Some(0x07) => "M3",
        Some(0x08) => "M4",
        Some(0x09) => "M5",
        Some(0x0a) => "M6",
        Some(0x0b) => "M7",
        Some(0x0c) => "M8",
        Some(0x0d) => "WSC_ACK",
        Some(0x0e) => "WSC_NACK",
        Some(0x0f) => "WSC_Done",
        _ => "unknown message",
    };
    format!("[{kind}, {} bytes]", bytes.len())
}

/// A document, or the beginning of one of so many octets, with the values of
/// secret parameters blacked out.
fn document(text: &str, in_all: Option<usize>) -> String {
    let mut writer = Redaction::default();
    let mut scanner = Scanner::new(text);
    while writer.out.len() <= limits::TRACE_BODY_BYTES {
        match scanner.next_token() {
            Ok(Some(token)) => writer.token(&token),
            Ok(None) if in_all.is_none() => return writer.out,
            Err(_) if in_all.is_none() => {
                writer.out.push_str("[the rest is not XML]");
                return writer.out;
            }
            // The beginning ends wherever it was cut.
            Ok(None) | Err(_) => break,
        }
    }
    let octets = in_all.unwrap_or(text.len());
    writer.out.push_str(&super::rest(octets));
    writer.out
}

#[derive(Default)]
struct Redaction {
    out: String,
    /// Names of the open elements.
    open: Vec<String>,
    /// Last name of the path in force and how many elements were open around
    /// the element that named it.
    path: Option<(usize, String)>,
}

impl Redaction {
    fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Start { name, empty, .. } => {
                // Attributes carry types and schema names; none is worth the
                // risk of one that carries a value.
                let end = if *empty { "/>" } else { ">" };
                self.out.push_str(&format!("<{}{end}", local_name(name)));
                if !empty {
                    self.open.push(local_name(name).to_owned());
                }
            }
            Token::End { name } => {
                self.out.push_str(&format!("</{}>", local_name(name)));
                self.open.pop();
                let depth = self.open.len();
                if self
                    .path
                    .as_ref()
                    .is_some_and(|(around, _)| depth < *around)
                {
                    self.path = None;
                }
            }
            Token::Text(text) => {
                let text = unescape(text).text;
                self.text(&text);
            }
            Token::CData(text) => self.text(text),
            Token::Instruction(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let around = self.open.len().saturating_sub(1);
        let name = self.open.last().map(String::as_str).unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        if lower.ends_with("path") {
            self.path = Some((around, last_name(text).to_owned()));
            self.out.push_str(&super::capped(text));
        } else if lower.contains("value") {
            match &self.path {
                Some((_, path)) if !is_secret_name(path) => {
                    let text = super::capped(text);
                    self.out.push_str(&text);
                }
                _ => self.out.push_str(SECRET),
            }
        } else if is_secret_name(name) || text.contains('<') {
            self.out.push_str(SECRET);
        } else {
            self.out.push_str(&super::capped(text));
        }
    }
}

/// The tags of a body with the lengths of its texts: enough to see what kind
/// of answer it was.
pub(super) fn skeleton(body: &[u8]) -> String {
    let start = body
        .get(..body.len().min(limits::TRACE_BODY_BYTES))
        .unwrap_or_default();
    let text = String::from_utf8_lossy(start);
    let mut scanner = Scanner::new(&text);
    let mut out = String::new();
    while out.len() < limits::TRACE_BODY_BYTES {
        match scanner.next_token() {
            Ok(Some(Token::Start { name, empty, .. })) => {
                out.push_str(&format!("<{name}{}>", if empty { "/" } else { "" }));
            }
            Ok(Some(Token::End { name })) => out.push_str(&format!("</{name}>")),
            Ok(Some(Token::Text(text) | Token::CData(text))) => {
                let length = text.trim().len();
                if length > 0 {
                    out.push_str(&format!("[{length}]"));
                }
            }
            Ok(Some(Token::Instruction(_))) => {}
            Ok(None) => break,
            Err(_) => {
                out.push_str("[not XML]");
                break;
            }
        }
    }
    if body.len() > start.len() {
        out.push_str(&super::rest(body.len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_arguments_are_blacked_out_by_name() {
        for name in [
            "Authenticator",
            "Stored",
            "Salt",
            "Challenge",
            "NewPassword",
            "X_PreSharedKey",
            "KeyPassphrase",
            "DevicePIN",
            "Pin",
            "ClientSecret",
        ] {
            assert_eq!(argument(name, "do-not-show"), SECRET, "{name}");
        }
        for name in ["PingHost", "Host", "ProtocolType", "Name"] {
            assert_eq!(argument(name, "shown"), "shown", "{name}");
        }
        assert_eq!(argument("Stored", ""), "");
    }

    #[test]
    fn parameter_values_follow_their_path() {
        let list = "<cms:ParameterValueList xmlns:cms='urn:x'>\
            <Parameter><ParameterPath>/BBF/WiFi/SSID/0/SSID</ParameterPath><Value>Home</Value></Parameter>\
            <Parameter><ParameterPath>/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase</ParameterPath>\
            <Value type='x'>do-not-show</Value></Parameter>\
            <Parameter><Value>do-not-show-either</Value></Parameter>\
            <Parameter><ParameterPath>Device.Users.User.1.Password</ParameterPath>\
            <Value><![CDATA[do-not-show]]></Value></Parameter>\
            </cms:ParameterValueList>";
        let escaped = list.replace('&', "&amp;").replace('<', "&lt;");
        for value in [list.to_owned(), escaped] {
            let out = argument("ParameterValueList", &value);
            assert!(out.contains("<Value>Home</Value>"), "{out}");
            assert!(!out.contains("do-not-show"), "{out}");
            assert_eq!(out.matches(SECRET).count(), 3, "{out}");
        }
    }

    #[test]
    fn a_document_that_breaks_off_shows_nothing_more() {
        let cut = "<ParameterValueList><Parameter><ParameterPath>/BBF/A/Password</ParameterPath>\
            <Value>do-not-show";
        let out = argument("ParameterValueList", cut);
        assert!(!out.contains("do-not-show"), "{out}");
        let out = beginning("ParameterValueList", cut, 5_000_000);
        assert!(!out.contains("do-not-show"), "{out}");
        assert!(out.ends_with("… [5000000 bytes in all]"), "{out}");
        assert!(!argument("X", "text <Value>do-not-show</Value>").contains("do-not-show"));
    }

    #[test]
    fn an_escaped_document_inside_a_document_is_not_shown() {
        let out = argument(
            "X",
            "<a><b>&lt;Password&gt;do-not-show&lt;/Password&gt;</b></a>",
        );
        assert!(!out.contains("do-not-show"), "{out}");
    }

    #[test]
    fn setup_messages_are_reduced_to_type_and_length() {
        let m4 = [
            0x10, 0x4a, 0, 1, 0x10, 0x10, 0x22, 0, 1, 0x08, 0x10, 0x3d, 0, 1, 0x77,
        ];
        let text = STANDARD.encode(m4);
        assert_eq!(argument("InMessage", &text), "[M4, 15 bytes]");
        assert_eq!(
            argument("OutMessage", "???"),
            "[3 bytes that are no base64]"
        );
    }

    #[test]
    fn a_skeleton_shows_tags_and_lengths_only() {
        let out = skeleton(b"<html a='do-not-show'><p>do-not-show</p></html>");
        assert_eq!(out, "<html><p>[11]</p></html>");
        assert_eq!(skeleton(b"do-not-show"), "[11]");
    }
}
