//! Where the head of a message ends.

/// Length of a head with its empty line, line ends of either kind.
pub(crate) fn head_length(octets: &[u8]) -> Option<usize> {
    let mut line_start = 0;
    for (at, octet) in octets.iter().enumerate() {
        if *octet != b'\n' {
            continue;
        }
        let line = octets.get(line_start..at).unwrap_or_default();
        if line.iter().all(|octet| *octet == b'\r') {
            return Some(at + 1);
        }
        line_start = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::head_length;

    #[test]
    fn line_ends_of_either_kind_end_a_head() {
        for (text, length) in [
            ("A\r\nB\r\n\r\nrest", Some(8)),
            ("A\nB\n\nrest", Some(5)),
            ("A\r\n\nrest", Some(4)),
            ("A\r\nB\r\n", None),
            ("", None),
        ] {
            assert_eq!(head_length(text.as_bytes()), length, "{text:?}");
        }
    }
}
