//! Start line and header fields of an HTTP answer, read tolerantly.

use super::super::limits;

/// What comes before the body.
pub(super) struct Head {
    pub status: u16,
    /// 0 for HTTP/1.0.
    pub minor_version: u8,
    pub fields: Vec<(String, String)>,
    /// Departures from HTTP that were accepted.
    pub forgiven: Vec<&'static str>,
}

/// The value of a field, whatever the case of its name.
pub(super) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Whether a value is this token, whatever its case.
pub(super) fn is_token(value: &str, token: &str) -> bool {
    value.trim().eq_ignore_ascii_case(token)
}

/// The head at the beginning of `bytes`, with its length; `None` when there is
/// more to come.
pub(super) fn parse_head(bytes: &[u8]) -> Result<Option<(usize, Head)>, String> {
    let mut fields = [httparse::EMPTY_HEADER; limits::HEAD_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let mut config = httparse::ParserConfig::default();
    config
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    match config.parse_response(&mut response, bytes) {
        Ok(httparse::Status::Complete(length)) => Ok(Some((
            length,
            Head {
                status: response.code.unwrap_or_default(),
                minor_version: response.version.unwrap_or_default(),
                fields: response
                    .headers
                    .iter()
                    .map(|field| {
                        let value = String::from_utf8_lossy(field.value);
                        (field.name.to_owned(), value.trim().to_owned())
                    })
                    .collect(),
                forgiven: forgiven(bytes.get(..length).unwrap_or_default()),
            },
        ))),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(error) => Err(format!("not an HTTP answer: {error}")),
    }
}

/// What the parser took without a word.
fn forgiven(head: &[u8]) -> Vec<&'static str> {
    let (mut bare, mut folded) = (false, false);
    let mut before = 0;
    for octet in head {
        let ended = before == b'\n';
        bare |= *octet == b'\n' && before != b'\r';
        folded |= ended && matches!(octet, b' ' | b'\t');
        before = *octet;
    }
    let mut forgiven = Vec::new();
    if bare {
        forgiven.push("lines that end with a bare line feed");
    }
    if folded {
        forgiven.push("a header field folded over two lines");
    }
    forgiven
}

#[cfg(test)]
mod tests {
    use super::parse_head;

    #[test]
    fn odd_line_ends_are_read_and_named() {
        for (head, expected) in [
            ("HTTP/1.1 200 OK\r\nServer: a b\r\n\r\n", &[][..]),
            (
                "HTTP/1.1 200 OK\nServer: a b\n\n",
                &["lines that end with a bare line feed"][..],
            ),
            (
                "HTTP/1.1 200 OK\r\nServer: a\r\n b\r\n\r\n",
                &["a header field folded over two lines"][..],
            ),
        ] {
            let read = parse_head(head.as_bytes()).expect("it is a head");
            let (length, read) = read.expect("it is complete");
            assert_eq!((length, read.forgiven.as_slice()), (head.len(), expected));
        }
    }
}
