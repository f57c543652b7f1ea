//! Mutations of an input, the same ones every time.

/// A sequence of numbers that look random and are the same for the same seed (splitmix64).
#[derive(Debug, Clone)]
pub struct Numbers(u64);

impl Numbers {
    /// The sequence of a text, such as the name of a target.
    #[must_use]
    pub fn of(text: &str) -> Self {
        // FNV-1a: any spread of names over numbers will do.
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
            (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when there is none.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    fn octet(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Beginning and end of a part that is short more often than long.
    fn part(&mut self, length: usize) -> (usize, usize) {
        let start = self.below(length);
        let longest = match self.below(3) {
            0 => 4,
            1 => 64,
            _ => length,
        };
        (start, (start + 1 + self.below(longest)).min(length))
    }
}

/// Largest input a mutation makes, so that doubling ends.
const MAX_BYTES: usize = 64 * 1024;

/// One to six changes of an input: flips, other octets, cuts, copies, moves, tokens of the
/// format, and parts of another input.
#[must_use]
pub fn mutate(numbers: &mut Numbers, input: &[u8], other: &[u8], tokens: &[&[u8]]) -> Vec<u8> {
    let mut mutated = input.to_vec();
    for _ in 0..=numbers.below(6) {
        change(numbers, &mut mutated, other, tokens);
        mutated.truncate(MAX_BYTES);
    }
    mutated
}

fn change(numbers: &mut Numbers, input: &mut Vec<u8>, other: &[u8], tokens: &[&[u8]]) {
    let length = input.len();
    let at = numbers.below(length + 1);
    match numbers.below(10) {
        0 => {
            if let Some(octet) = input.get_mut(at) {
                *octet ^= 1 << numbers.below(8);
            }
        }
        1 => {
            if let Some(octet) = input.get_mut(at) {
                *octet = numbers.octet();
            }
        }
        2 => input.truncate(at),
        3 => {
            let (start, end) = numbers.part(length);
            input.drain(start..end);
        }
        4 => {
            let (start, end) = numbers.part(length);
            let copy = input.get(start..end).unwrap_or_default().to_vec();
            insert(input, at, &copy);
        }
        5 => {
            // The same part many times over: depth, and counts beyond a limit.
            let (start, end) = numbers.part(length);
            let copy = input.get(start..end).unwrap_or_default();
            let times = (1 + numbers.below(300)).min(MAX_BYTES / copy.len().max(1));
            let copies = copy.repeat(times);
            insert(input, at, &copies);
        }
        6 | 7 => {
            let token = tokens.get(numbers.below(tokens.len())).copied();
            let token = token.unwrap_or_default();
            if numbers.below(2) == 0 {
                insert(input, at, token);
            } else {
                let end = (at + token.len()).min(length);
                input.splice(at..end, token.iter().copied());
            }
        }
        8 => {
            let (start, end) = numbers.part(other.len());
            insert(input, at, other.get(start..end).unwrap_or_default());
        }
        _ => {
            let (start, _) = numbers.part(other.len());
            input.truncate(at);
            input.extend(other.get(start..).unwrap_or_default());
        }
    }
}

fn insert(input: &mut Vec<u8>, at: usize, part: &[u8]) {
    input.splice(at..at, part.iter().copied());
}
