//! Character data: character sets, escaping and unescaping.

use std::borrow::Cow;

use memchr::{memchr2, memchr2_iter, memchr3_iter};

/// Octets turned into text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// Whether octets had to be replaced.
    pub replaced: bool,
}

/// Decodes a message body: byte order mark, then the charset of the header,
/// then the encoding of the XML declaration, then UTF-8. Octets that do not
/// fit are replaced, since one broken name must not hide a whole gateway.
#[must_use]
pub fn decode<'a>(body: &'a [u8], charset: Option<&str>) -> Decoded<'a> {
    if let Some(rest) = body.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return decode_utf8(rest);
    }
    if let Some(rest) = body.strip_prefix(&[0xFE, 0xFF]) {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    if let Some(rest) = body.strip_prefix(&[0xFF, 0xFE]) {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    let declared = charset
        .map(str::to_owned)
        .or_else(|| declared_encoding(body))
        .unwrap_or_default()
        .to_ascii_lowercase();
    match declared.as_str() {
        // A header that says Latin-1 over a UTF-8 body is common (it is the
        // HTTP default some stacks print), so valid UTF-8 wins.
        "iso-8859-1" | "iso8859-1" | "latin1" | "windows-1252" | "us-ascii" | "iso-8859-15" => {
            match std::str::from_utf8(body) {
                Ok(text) => Decoded {
                    text: Cow::Borrowed(text),
                    replaced: false,
                },
                Err(_) => Decoded {
                    text: Cow::Owned(body.iter().map(|&octet| char::from(octet)).collect()),
                    replaced: false,
                },
            }
        }
        _ => decode_utf8(body),
    }
}

fn decode_utf8(body: &[u8]) -> Decoded<'_> {
    // Checking first is several times faster than replacing as we go.
    match std::str::from_utf8(body) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            replaced: false,
        },
        Err(_) => Decoded {
            text: Cow::Owned(String::from_utf8_lossy(body).into_owned()),
            replaced: true,
        },
    }
}

fn decode_utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded<'static> {
    let units = body
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(unit);
    let mut replaced = !body.len().is_multiple_of(2);
    let text: String = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                replaced = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded {
        text: Cow::Owned(text),
        replaced,
    }
}

/// The `encoding` of an XML declaration at the start of the body.
fn declared_encoding(body: &[u8]) -> Option<String> {
    let head = body.get(..body.len().min(200))?;
    let head = String::from_utf8_lossy(head);
    let head = head.trim_start().strip_prefix("<?xml")?;
    let declaration = head.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_owned)
}

/// The `charset` parameter of a Content-Type value.
#[must_use]
pub fn charset(content_type: &str) -> Option<String> {
    content_type
        .split(';')
        .skip(1)
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| {
            value
                .trim()
                .trim_matches(|c| c == '"' || c == '\'')
                .to_owned()
        })
        .filter(|value| !value.is_empty())
}

/// Character data after unescaping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unescaped<'a> {
    /// The text, entities resolved and line ends as single line feeds.
    pub text: Cow<'a, str>,
    /// Whether an ampersand had to be taken literally.
    pub lone_ampersand: bool,
}

/// Resolves the five entities and character references, and turns CR LF and
/// CR into LF, in one pass. An ampersand that begins nothing known stays.
#[must_use]
pub fn unescape(raw: &str) -> Unescaped<'_> {
    let bytes = raw.as_bytes();
    if memchr2(b'&', b'\r', bytes).is_none() {
        return Unescaped {
            text: Cow::Borrowed(raw),
            lone_ampersand: false,
        };
    }
    let mut text = String::with_capacity(raw.len());
    let mut lone_ampersand = false;
    let mut copied = 0;
    // One search over the whole text: entities stand close together, so that
    // beginning a new one behind each would take longer than the text itself.
    for at in memchr2_iter(b'&', b'\r', bytes) {
        text.push_str(slice(raw, copied, at));
        copied = if bytes.get(at) == Some(&b'\r') {
            text.push('\n');
            at + 1 + usize::from(bytes.get(at + 1) == Some(&b'\n'))
        } else if let Some((resolved, length)) = entity(slice(raw, at, raw.len())) {
            text.push(resolved);
            at + length
        } else {
            text.push('&');
            lone_ampersand = true;
            at + 1
        };
    }
    text.push_str(slice(raw, copied, raw.len()));
    Unescaped {
        text: Cow::Owned(text),
        lone_ampersand,
    }
}

/// `text[start..end]`, empty when out of range.
fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The character an entity at the start of `text` stands for, and its length
/// in octets.
fn entity(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    // The five names first: nearly every entity of an escaped document.
    let fixed = match bytes {
        [b'&', b'l', b't', b';', ..] => Some(('<', 4)),
        [b'&', b'g', b't', b';', ..] => Some(('>', 4)),
        [b'&', b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
        [b'&', b'q', b'u', b'o', b't', b';', ..] => Some(('"', 6)),
        [b'&', b'a', b'p', b'o', b's', b';', ..] => Some(('\'', 6)),
        _ => None,
    };
    if fixed.is_some() {
        return fixed;
    }
    let reference = text.strip_prefix("&#")?;
    // A reference never needs more digits than these; longer runs are text.
    let end = reference.bytes().take(12).position(|octet| octet == b';')?;
    let digits = reference.get(..end)?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) if hexadecimal.bytes().all(|octet| octet.is_ascii_hexdigit()) => {
            u32::from_str_radix(hexadecimal, 16).ok()?
        }
        None if digits.bytes().all(|octet| octet.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    let resolved = char::from_u32(number).filter(|&c| is_xml_char(c))?;
    Some((resolved, 2 + end + 1))
}

/// Whether XML 1.0 can carry the character.
#[must_use]
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Whether XML 1.0 can carry the text; control characters it cannot.
#[must_use]
pub fn is_xml_text(text: &str) -> bool {
    text.chars().all(is_xml_char)
}

/// Appends text as character data. Only `<`, `>` and `&` are escaped, because
/// some gateways do not decode `&quot;` and `&apos;`; a carriage return is
/// written as a reference, since a reader would turn it into a line feed.
/// Characters XML cannot carry become U+FFFD.
pub fn escape_into(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for at in memchr3_iter(b'<', b'>', b'&', bytes) {
        push_checked(out, slice(text, copied, at));
        out.push_str(match bytes.get(at) {
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => "&amp;",
        });
        copied = at + 1;
    }
    push_checked(out, slice(text, copied, text.len()));
}

fn push_checked(out: &mut String, text: &str) {
    let plain = |octet: u8| octet >= b' ' || octet == b'\t' || octet == b'\n';
    // U+FFFE and U+FFFF begin with 0xEF in UTF-8; only then look closer.
    if text.bytes().all(|octet| plain(octet) && octet != 0xEF) {
        out.push_str(text);
        return;
    }
    for c in text.chars() {
        match c {
            '\r' => out.push_str("&#13;"),
            c if is_xml_char(c) => out.push(c),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

/// Text as character data, see [`escape_into`].
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    escape_into(&mut out, text);
    out
}
