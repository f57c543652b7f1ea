//! Paths as text, taken apart.

/// The names in a path.
pub(super) fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// How many octets of two paths name the same objects.
pub(super) fn shared_objects(one: &str, other: &str) -> usize {
    let octets = one.bytes().zip(other.bytes());
    let same = octets.take_while(|(one, other)| one == other).count();
    let same = one.as_bytes().get(..same).unwrap_or_default();
    same.iter()
        .rposition(|octet| *octet == b'/')
        .map_or(0, |slash| slash + 1)
}

/// The object a parameter is in, and its name there.
pub(super) fn split_leaf(path: &str) -> (&str, &str) {
    match path.rfind('/') {
        Some(at) => (&path[..=at], &path[at + 1..]),
        None => ("/", path),
    }
}

/// Whether a name is the number of a row.
pub(super) fn is_row_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}
