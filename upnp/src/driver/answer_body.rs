//! Whether a body that lost its length is a whole document all the same.

use crate::body::Body;

/// What the end of a body says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// The end tag of the root element is there, with no other tag after it.
    Complete,
    /// It begins like a document and does not end like one.
    CutOff,
    /// It does not look like XML at all.
    NotXml,
}

/// How far the first start tag is looked for.
const START: usize = 4096;

/// How much padding behind a document is looked through.
const PADDING: usize = 64 * 1024;

/// Looks at the two ends of a body, never at its middle: it is asked after
/// each read of a long answer.
pub(crate) struct DocumentEnd;

impl DocumentEnd {
    /// Compares the name of the first start tag with the last end tag.
    pub(crate) fn of(body: &[u8]) -> Completeness {
        if is_utf_16(body) {
            let (first, rest) = body.split_at(body.len().min(2 * START));
            return Self::of_wide_ends(first, rest);
        }
        Self::of_ends(body, body)
    }

    /// The same of a body that may have been set aside for the most part.
    pub(crate) fn of_body(body: &Body) -> Completeness {
        if body.aside() == 0 {
            return Self::of(body.end());
        }
        if is_utf_16(body.beginning()) {
            return Self::of_wide_ends(body.beginning(), body.end());
        }
        if trim_end(body.end()).is_empty() {
            // Padding, more of it than stays at the end.
            let start = body.len().saturating_sub(PADDING);
            return Self::of_ends(body.beginning(), &body.part(start..body.len()));
        }
        Self::of_ends(body.beginning(), body.end())
    }

    /// Tags are ASCII: without the zeros between, they read the same.
    fn of_wide_ends(first: &[u8], last: &[u8]) -> Completeness {
        let narrow = both_ends_narrow(first, last);
        Self::of_ends(&narrow, &narrow)
    }

    fn of_ends(first: &[u8], last: &[u8]) -> Completeness {
        let Some((inside, root)) = root_name(first) else {
            return Completeness::NotXml;
        };
        let text = without_junk(trim_end(last));
        let close = [b"</", root, b">"].concat();
        // `<root/>` with nothing in it.
        let single = || {
            let within = first.get(inside..).unwrap_or_default();
            text.ends_with(b"/>") && !within.contains(&b'<')
        };
        if text.ends_with(&close) || single() {
            Completeness::Complete
        } else {
            Completeness::CutOff
        }
    }
}

/// Whether the first octets are a byte order mark, or a tag, of UTF-16.
fn is_utf_16(body: &[u8]) -> bool {
    [&[0xff, 0xfe][..], &[0xfe, 0xff], b"<\0", b"\0<"]
        .iter()
        .any(|start| body.starts_with(start))
}

/// The first and the last kilobytes of a body in UTF-16, without zeros.
fn both_ends_narrow(first: &[u8], last: &[u8]) -> Vec<u8> {
    const END: usize = 2048;
    let first = first.get(..2 * START).unwrap_or(first);
    let last = last.get(last.len().saturating_sub(END)..).unwrap_or(last);
    let octets = first.iter().chain(last);
    octets.copied().filter(|octet| *octet != 0).collect()
}

/// Up to the last tag, if only a few octets follow it: some gateways send
/// what was left in their buffer.
fn without_junk(text: &[u8]) -> &[u8] {
    const JUNK: usize = 16;
    let tail = text.len().saturating_sub(JUNK);
    let last = text.iter().skip(tail).rposition(|octet| *octet == b'>');
    let end = last.map_or(text.len(), |last| tail + last + 1);
    let open = text.get(end..).is_some_and(|junk| junk.contains(&b'<'));
    let end = if open { text.len() } else { end };
    text.get(..end).unwrap_or(text)
}

fn trim_end(body: &[u8]) -> &[u8] {
    let end = body
        .iter()
        .rposition(|byte| !(byte.is_ascii_whitespace() || *byte == 0))
        .map_or(0, |last| last + 1);
    body.get(..end).unwrap_or_default()
}

/// The name in the first start tag, past declaration and comments, and where
/// it begins. Only the first kilobytes are searched.
fn root_name(body: &[u8]) -> Option<(usize, &[u8])> {
    let start = body.get(..body.len().min(START))?;
    let mut at = 0;
    loop {
        let open = at + start.get(at..)?.iter().position(|byte| *byte == b'<')?;
        let after = start.get(open + 1..)?;
        match after.first()? {
            b'?' | b'!' => at = open + 1,
            _ => {
                let end = after
                    .iter()
                    .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
                let name = after.get(..end).filter(|name| !name.is_empty())?;
                return Some((open + 1, name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Completeness, DocumentEnd};

    #[test]
    fn the_end_tag_of_the_root_decides() {
        for (body, expected) in [
            (
                "<?xml version=\"1.0\"?>\n<a:b x=\"1\"><c/></a:b>\r\n\0",
                Completeness::Complete,
            ),
            ("<!-- x --><root><a></a></root>", Completeness::Complete),
            ("<root/>", Completeness::Complete),
            ("<root><a/></root>\0\0 \r\nxyz", Completeness::Complete),
            ("<root><a/></root><ro", Completeness::CutOff),
            (
                "<?xml version=\"1.0\"?><root a=\"1\"/>",
                Completeness::Complete,
            ),
            ("<root><a/>", Completeness::CutOff),
            ("<root><a></a>", Completeness::CutOff),
            ("<root><a></a></roo", Completeness::CutOff),
            ("<root", Completeness::NotXml),
            ("busy", Completeness::NotXml),
            ("", Completeness::NotXml),
        ] {
            assert_eq!(DocumentEnd::of(body.as_bytes()), expected, "{body:?}");
        }
    }

    #[test]
    fn utf_16_is_looked_through() {
        let wide = |text: &str| -> Vec<u8> {
            let marked = format!("\u{feff}{text}");
            marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        let long = format!(
            "<?xml version=\"1.0\"?><root>{}</root>",
            "<a></a>".repeat(5000)
        );
        assert_eq!(DocumentEnd::of(&wide(&long)), Completeness::Complete);
        let cut = long.get(..30_000).expect("ASCII");
        assert_eq!(DocumentEnd::of(&wide(cut)), Completeness::CutOff);
    }

    #[test]
    fn what_was_set_aside_changes_nothing() {
        let long = "<a>x</a>".repeat(4000);
        let utf_8 = |text: String| text.into_bytes();
        let utf_16 = |text: String| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for octets in [utf_8, utf_16 as fn(String) -> Vec<u8>] {
            for (text, expected) in [
                (format!("<root>{long}</root>\r\n\0"), Completeness::Complete),
                (format!("<root>{long}</root>"), Completeness::Complete),
                (format!("<root>{long}</roo"), Completeness::CutOff),
                (format!("<root>{long}<a/>"), Completeness::CutOff),
                (
                    format!("<root x=\"{}\"/>", "x".repeat(30_000)),
                    Completeness::Complete,
                ),
                ("x".repeat(30_000), Completeness::NotXml),
            ] {
                let mut body = Body::default();
                for piece in octets(text).chunks(9_000) {
                    body.end_mut().extend_from_slice(piece);
                    drop(body.set_aside());
                }
                assert_eq!(DocumentEnd::of_body(&body), expected);
                assert_eq!(DocumentEnd::of(&body.into_vec()), expected);
            }
        }
        let mut padded = Body::default();
        for octets in [format!("<root>{long}</root>").as_bytes(), &[0; 20_000]] {
            padded.end_mut().extend_from_slice(octets);
            drop(padded.set_aside());
        }
        assert_eq!(DocumentEnd::of_body(&padded), Completeness::Complete);
    }
}
