//! The body of an answer, in the pieces it came in.
//!
//! A whole tree is fifteen megabytes: joining what arrived, or copying it for whoever reads it
//! on another thread, would take a third as long as deciphering it. So the beginning is set
//! aside in pieces that are shared and never copied, and only the end grows.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// What stays at the end when the rest is set aside: where a document ends is seen there.
pub(crate) const KEPT: usize = 4 * 1024;

/// Octets in order: those set aside, and the end, which may grow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body {
    pieces: Vec<Bytes>,
    /// How many octets the pieces have together.
    aside: usize,
    end: BytesMut,
}

impl Body {
    /// An empty one with room for so many octets.
    pub(crate) fn with_room_for(octets: usize) -> Self {
        Self {
            end: BytesMut::with_capacity(octets),
            ..Self::default()
        }
    }

    /// How many octets there are.
    pub(crate) fn len(&self) -> usize {
        self.aside + self.end.len()
    }

    /// For how many octets there is room, those that are there included.
    pub(crate) fn room(&self) -> usize {
        self.aside + self.end.capacity()
    }

    /// How many octets were set aside.
    pub(crate) fn aside(&self) -> usize {
        self.aside
    }

    /// What was not set aside.
    pub(crate) fn end(&self) -> &[u8] {
        &self.end
    }

    /// The same, to add to it.
    pub(crate) fn end_mut(&mut self) -> &mut BytesMut {
        &mut self.end
    }

    /// Where it begins: everything, unless something was set aside.
    pub(crate) fn beginning(&self) -> &[u8] {
        self.pieces.first().map_or(&self.end, |first| first)
    }

    /// Sets all aside but [`KEPT`] octets, and shares what was.
    pub(crate) fn set_aside(&mut self) -> Bytes {
        let all_but_some = self.end.len().saturating_sub(KEPT);
        let piece = self.end.split_to(all_but_some).freeze();
        self.aside += piece.len();
        self.pieces.push(piece.clone());
        piece
    }

    /// A copy of a part.
    pub(crate) fn part(&self, part: Range<usize>) -> Vec<u8> {
        let mut copy = Vec::with_capacity(part.len());
        let mut start = 0;
        let pieces = self.pieces.iter().map(AsRef::as_ref);
        for piece in pieces.chain([self.end.as_ref()]) {
            let from = part.start.saturating_sub(start).min(piece.len());
            let to = part.end.saturating_sub(start).min(piece.len());
            copy.extend_from_slice(piece.get(from..to).unwrap_or_default());
            start += piece.len();
        }
        copy
    }

    /// All of it, which is not copied when nothing was set aside.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        if self.pieces.is_empty() {
            return self.end.into();
        }
        self.part(0..self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_was_set_aside_the_octets_are_the_same(
            parts in prop::collection::vec((0_usize..9000, any::<bool>()), 0..8),
            (from, length) in (0_usize..40_000, 0_usize..40_000),
        ) {
            let mut body = Body::with_room_for(1000);
            let mut all = Vec::new();
            for (number, (octets, aside)) in parts.into_iter().enumerate() {
                let octets: Vec<u8> = (0..octets).map(|at| (at * 7 + number) as u8).collect();
                all.extend_from_slice(&octets);
                body.end_mut().extend_from_slice(&octets);
                if aside {
                    let before = body.aside();
                    let piece = body.set_aside();
                    prop_assert_eq!(&piece[..], &all[before..body.aside()]);
                    prop_assert!(body.end().len() >= KEPT.min(all.len() - before));
                }
                prop_assert!(all.starts_with(body.beginning()) && all.ends_with(body.end()));
                prop_assert!(body.len() == all.len() && body.room() >= all.len());
            }
            let to = (from + length).min(all.len());
            prop_assert_eq!(body.part(from..to), all.get(from..to).unwrap_or_default());
            prop_assert_eq!(body.into_vec(), all);
        }
    }
}
