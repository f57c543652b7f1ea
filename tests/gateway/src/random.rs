//! Numbers that need not be secret: delays and simulated measurements, repeatable with a seed.

use crate::enrollee::machine::{OsRandomness, Randomness};

/// A small generator (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A generator that repeats itself for a seed, and otherwise does not.
    pub fn new(seed: Option<u64>) -> Self {
        Self(seed.unwrap_or_else(|| {
            let mut bytes = [0; 8];
            OsRandomness.fill(&mut bytes);
            u64::from_le_bytes(bytes)
        }))
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number below `limit`, or 0 when that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_limits_hold() {
        let (mut left, mut right) = (Chance::new(Some(7)), Chance::new(Some(7)));
        assert!((0..100).all(|_| left.next() == right.next()));
        assert!((0..100).all(|_| left.below(10) < 10));
        assert_eq!(left.below(0), 0);
    }
}
