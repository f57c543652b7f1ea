//! Whether a body that lost its length is a whole document all the same.

/// What the end of a body says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// The end tag of the root element is there, with nothing after it.
    Complete,
    /// It begins like a document and does not end like one.
    CutOff,
    /// It does not look like XML at all.
    NotXml,
}

/// Looks at the two ends of a body, never at its middle: it is asked after
/// each read of a long answer.
pub(crate) struct DocumentEnd;

impl DocumentEnd {
    /// Compares the name of the first start tag with the last end tag.
    pub(crate) fn of(body: &[u8]) -> Completeness {
        let Some((inside, root)) = root_name(body) else {
            return Completeness::NotXml;
        };
        let text = trim_end(body);
        let close = [b"</", root, b">"].concat();
        // `<root/>` with nothing in it.
        let single =
            || text.ends_with(b"/>") && !text.get(inside..).unwrap_or_default().contains(&b'<');
        if text.ends_with(&close) || single() {
            Completeness::Complete
        } else {
            Completeness::CutOff
        }
    }
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
    let start = body.get(..body.len().min(4096))?;
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
    use super::{Completeness, DocumentEnd};

    #[test]
    fn the_end_tag_of_the_root_decides() {
        for (body, expected) in [
            (
                "<?xml version=\"1.0\"?>\n<a:b x=\"1\"><c/></a:b>\r\n\0",
                Completeness::Complete,
            ),
            ("<!-- x --><root><a></a></root>", Completeness::Complete),
            ("<root/>", Completeness::Complete),
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
}
