//! Any XML document as octets, in the encodings and with the wrappings of other makers (uda-control-point,
//! sections 3 and 4).

use crate::quirks::{Quirk, Quirks};

/// Turns a document into what is sent.
pub(crate) fn octets(mut text: String, quirks: &Quirks) -> Vec<u8> {
    if quirks.has(Quirk::LoneAmpersand) {
        text = text.replace(
            "modelDescription>Simulated",
            "modelDescription>Plain & simulated",
        );
    }
    if quirks.has(Quirk::RepeatedHeader) {
        text.insert_str(0, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n");
    }
    if quirks.has(Quirk::LeadingLines) {
        text.insert_str(0, "\r\n\n \n");
    }
    let mut octets = if quirks.has(Quirk::Utf16) {
        utf_16(&text.replacen(
            "<?xml version=\"1.0\"?>",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
            1,
        ))
    } else if quirks.has(Quirk::Latin1) {
        let declared = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";
        latin_1(&text.replacen("<?xml version=\"1.0\"?>", declared, 1))
    } else {
        text.into_bytes()
    };
    if quirks.has(Quirk::ByteOrderMark) {
        octets.splice(0..0, [0xef, 0xbb, 0xbf]);
    }
    if quirks.has(Quirk::InvalidUtf8) {
        for (before, spoilt) in [
            (
                &b"modelDescription>Simulated"[..],
                &b"modelDescription>Simulat\xe9"[..],
            ),
            (b"<s:Body>", b"<s:Body><!-- \xe9 -->"),
        ] {
            replace_once(&mut octets, before, spoilt);
        }
    }
    if quirks.has(Quirk::TrailingJunk) {
        octets.extend_from_slice(b"\0\0 \r\nxyz");
    }
    octets
}

/// The content type that is said; nothing means there is no such field.
pub(crate) fn content_type(quirks: &Quirks) -> Option<&'static str> {
    match () {
        () if quirks.has(Quirk::NoContentType) => None,
        () if quirks.has(Quirk::HtmlContentType) => Some("text/html; charset=UTF-8"),
        () if quirks.has(Quirk::Utf16) => Some("text/xml; charset=\"utf-16\""),
        () if quirks.has(Quirk::Latin1) => Some("text/xml"),
        () => Some("text/xml; charset=\"utf-8\""),
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    let mut octets = vec![0xff, 0xfe];
    octets.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    octets
}

/// Characters the encoding lacks become references.
fn latin_1(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(octet) => octets.push(octet),
            Err(_) => octets.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
        }
    }
    octets
}

fn replace_once(octets: &mut Vec<u8>, before: &[u8], after: &[u8]) {
    let found = octets
        .windows(before.len())
        .position(|window| window == before);
    if let Some(at) = found {
        octets.splice(at..at + before.len(), after.iter().copied());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<?xml version=\"1.0\"?><s:Body>\u{fc}</s:Body>";

    fn with(quirk: Quirk) -> Vec<u8> {
        octets(TEXT.to_owned(), &[quirk].into_iter().collect())
    }

    #[test]
    fn each_quirk_changes_what_it_says() {
        assert_eq!(octets(TEXT.to_owned(), &Quirks::default()), TEXT.as_bytes());
        assert_eq!(with(Quirk::Utf16)[..4], [0xff, 0xfe, b'<', 0]);
        assert!(with(Quirk::Latin1).contains(&0xfc));
        assert!(with(Quirk::ByteOrderMark).starts_with(&[0xef, 0xbb, 0xbf, b'<']));
        assert!(with(Quirk::LeadingLines).starts_with(b"\r\n"));
        assert!(with(Quirk::RepeatedHeader).starts_with(b"HTTP/1.1"));
        assert!(with(Quirk::TrailingJunk).ends_with(b"xyz"));
        assert!(with(Quirk::InvalidUtf8).contains(&0xe9));
        assert!(content_type(&[Quirk::NoContentType].into_iter().collect()).is_none());
    }
}
