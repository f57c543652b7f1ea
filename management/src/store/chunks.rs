//! Saved trees in pieces that are named by their content, so that what two trees have in
//! common is kept once.
//!
//! A tree is a list of lines in the order of their keys. Where a piece ends is decided by the
//! key of its last line alone: a value that changes changes its own piece and the few lists
//! above it, and no other. A list names pieces by their SHA-256 and is cut into pieces the
//! same way, until one is left.

use openssl::sha::sha256;

use super::open::StoreError;

/// Name of a piece.
pub(super) type ChunkId = [u8; 32];

/// A piece of lines ends after one in this many, on average, and a list after one name in so many.
/// A line that changes costs its piece and the lists above it: small ones cost little, smaller ones
/// still would cost more names than they save lines.
const CUT: Cut = Cut {
    lines: 8,
    names: 16,
};
/// A piece ends when it is this long, whatever the keys: values can be large.
const OCTETS: usize = 64 * 1024;
/// Lists above lists; a million lines need five.
const DEPTH: usize = 12;

const LEAF: u8 = b'L';
const LIST: u8 = b'I';

/// Where pieces end. Trees that were cut in another way are read as well, and share nothing with
/// those of this one.
#[derive(Debug, Clone, Copy)]
struct Cut {
    lines: u64,
    names: u64,
}

/// A piece and its name.
pub(super) struct Chunk {
    pub id: ChunkId,
    pub octets: Vec<u8>,
}

/// Cuts lines with their keys into pieces; the last piece is the root.
pub(super) fn cut(lines: &[(String, String)]) -> Vec<Chunk> {
    CUT.pieces(lines)
}

/// The same as an earlier version cut them, which are in people's files.
#[cfg(test)]
pub(super) fn cut_as_before(lines: &[(String, String)]) -> Vec<Chunk> {
    let before = Cut {
        lines: 32,
        names: 32,
    };
    before.pieces(lines)
}

impl Cut {
    fn pieces(self, lines: &[(String, String)]) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut level = Vec::new();
        let mut octets = vec![LEAF];
        let mut first = 0;
        for (at, (key, line)) in lines.iter().enumerate() {
            octets.extend_from_slice(line.as_bytes());
            octets.push(b'\n');
            if mark(key).is_multiple_of(self.lines)
                || octets.len() >= OCTETS
                || at + 1 == lines.len()
            {
                level.push((
                    first,
                    push(&mut chunks, std::mem::replace(&mut octets, vec![LEAF])),
                ));
                first = at + 1;
            }
        }
        if level.is_empty() {
            push(&mut chunks, vec![LEAF]);
            return chunks;
        }
        let mut shift = 8;
        while level.len() > 1 {
            let mut above = Vec::new();
            let mut octets = vec![LIST];
            let mut start = None;
            let last = level.len() - 1;
            for (at, (first, id)) in level.iter().enumerate() {
                start.get_or_insert(*first);
                octets.extend_from_slice(id);
                let ends = lines
                    .get(*first)
                    .is_some_and(|(key, _)| (mark(key) >> shift).is_multiple_of(self.names));
                // Two names at least, so that every level is shorter than the one below.
                if (ends && octets.len() > 1 + id.len()) || at == last {
                    let piece = std::mem::replace(&mut octets, vec![LIST]);
                    above.push((start.take().unwrap_or(0), push(&mut chunks, piece)));
                }
            }
            level = above;
            shift += 8;
        }
        chunks
    }
}

/// Puts pieces together again; `read` gives the octets of one.
pub(super) fn join(
    root: &ChunkId,
    mut read: impl FnMut(&ChunkId) -> Result<Option<Vec<u8>>, StoreError>,
) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    let mut pending = vec![(*root, 0)];
    while let Some((id, depth)) = pending.pop() {
        let octets = read(&id)?.ok_or_else(|| damaged("a piece is missing"))?;
        match octets.split_first() {
            Some((&LEAF, text)) => {
                let text = std::str::from_utf8(text).map_err(|_| damaged("a piece is no text"))?;
                lines.extend(text.lines().map(str::to_owned));
            }
            Some((&LIST, names)) if depth < DEPTH => {
                for id in listed(names).rev() {
                    pending.push((id?, depth + 1));
                }
            }
            _ => return Err(damaged("a piece of no known kind")),
        }
    }
    Ok(lines)
}

/// Names of all pieces of a tree. What `is_new` says no to is known, with everything below it.
pub(super) fn names(
    root: &ChunkId,
    mut read: impl FnMut(&ChunkId) -> Result<Option<Vec<u8>>, StoreError>,
    mut is_new: impl FnMut(&ChunkId) -> bool,
) -> Result<(), StoreError> {
    let mut pending = vec![*root];
    while let Some(id) = pending.pop() {
        if !is_new(&id) {
            continue;
        }
        let octets = read(&id)?.ok_or_else(|| damaged("a piece is missing"))?;
        if let Some((&LIST, names)) = octets.split_first() {
            for id in listed(names) {
                pending.push(id?);
            }
        }
    }
    Ok(())
}

fn listed(names: &[u8]) -> impl DoubleEndedIterator<Item = Result<ChunkId, StoreError>> + '_ {
    names
        .chunks(32)
        .map(|name| name.try_into().map_err(|_| damaged("a list is cut off")))
}

fn push(chunks: &mut Vec<Chunk>, octets: Vec<u8>) -> ChunkId {
    let id = sha256(&octets);
    chunks.push(Chunk { id, octets });
    id
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged {
        detail: format!("a saved tree: {what}"),
    }
}

/// Where to cut: FNV-1a of the key, the same on every computer and in every version.
pub(crate) fn mark(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn lines(count: usize) -> Vec<(String, String)> {
        (0..count)
            .map(|n| (format!("/k/{n:06}"), format!("line {n}")))
            .collect()
    }

    fn through(lines: &[(String, String)]) -> Vec<String> {
        let chunks = cut(lines);
        let root = chunks.last().expect("a root").id;
        let kept: HashMap<ChunkId, Vec<u8>> = chunks
            .into_iter()
            .map(|chunk| (chunk.id, chunk.octets))
            .collect();
        join(&root, |id| Ok(kept.get(id).cloned())).expect("joins")
    }

    #[test]
    fn what_is_cut_is_joined() {
        for count in [0, 1, 2, 31, 5_000] {
            let lines = lines(count);
            let expected: Vec<String> = lines.iter().map(|(_, line)| line.clone()).collect();
            assert_eq!(through(&lines), expected, "{count}");
        }
    }

    #[test]
    fn one_changed_line_changes_few_pieces() {
        let mut lines = lines(20_000);
        let before: std::collections::HashSet<ChunkId> =
            cut(&lines).iter().map(|chunk| chunk.id).collect();
        lines[10_000].1 = "changed".into();
        let fresh: usize = cut(&lines)
            .iter()
            .filter(|chunk| !before.contains(&chunk.id))
            .map(|chunk| chunk.octets.len())
            .sum();
        assert!(fresh < 20_000, "{fresh} octets");
    }

    #[test]
    fn pieces_that_make_no_sense_are_refused() {
        for octets in [&b""[..], b"X", b"I123", b"L\xff"] {
            let found = join(&[0; 32], |_| Ok(Some(octets.to_vec())));
            assert!(
                matches!(found, Err(StoreError::Damaged { .. })),
                "{octets:?}"
            );
        }
        // A list that holds itself.
        let mut list = b"I".to_vec();
        list.extend_from_slice(&[0; 32]);
        assert!(join(&[0; 32], |_| Ok(Some(list.clone()))).is_err());
        let mut seen = std::collections::HashSet::new();
        let ends = names(&[0; 32], |_| Ok(Some(list.clone())), |id| seen.insert(*id));
        assert!(ends.is_ok() && seen.len() == 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_lines_come_back(texts in prop::collection::btree_map("[a-z/]{0,12}", "[^\r\n]{0,40}", 0..400)) {
            let lines: Vec<(String, String)> = texts.into_iter().collect();
            let expected: Vec<String> = lines.iter().map(|(_, line)| line.clone()).collect();
            prop_assert_eq!(through(&lines), expected);
        }
    }
}
