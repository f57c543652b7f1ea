//! Cutting long lists into requests that old servers accept.
//!
//! Only reading may be cut: SetValues is all or nothing and stays one call.

use crate::limits;
use crate::soap::envelope::escaped_len;

/// What a request holds besides the entries: HTTP headers, envelope and the
/// root of the list.
const OVERHEAD: usize = 1536;

/// The size of one entry `<name>text</name>` after escaping it into the
/// request.
fn entry_len(name: &str, text: &str) -> usize {
    // Each of the two tags brings `&lt;`, `&gt;` and the name, the second a slash.
    let tags = 2 * (8 + name.len()) + 1;
    // Text is escaped in the list and once more in the envelope.
    let escaped = crate::xml::text::escape(text);
    tags + escaped_len(&escaped)
}

/// Batches of paths, in order, each of which fits one request of at most
/// [`limits::REQUEST_BYTES`]. A single path that does not fit gets a batch of
/// its own.
#[must_use]
pub fn split<'a, P: AsRef<str>>(entry: &str, paths: &'a [P]) -> Vec<&'a [P]> {
    let room = limits::REQUEST_BYTES - OVERHEAD;
    let mut batches = Vec::new();
    let mut start = 0;
    let mut size = 0;
    for (at, path) in paths.iter().enumerate() {
        let length = entry_len(entry, path.as_ref());
        if size + length > room && at > start {
            batches.extend(paths.get(start..at));
            start = at;
            size = 0;
        }
        size += length;
    }
    if start < paths.len() {
        batches.extend(paths.get(start..));
    }
    batches
}

/// The size of a request that carries this document as one argument.
#[must_use]
pub fn request_len(document: &str) -> usize {
    OVERHEAD + escaped_len(document)
}
