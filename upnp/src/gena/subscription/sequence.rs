//! The order of event messages by their SEQ.

/// What a message is in the order of its subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The initial event.
    Initial,
    /// The one that was to come.
    Next,
    /// The first message, and not the initial one: that was lost or is late.
    WithoutInitial,
    /// Seen before, or overtaken.
    Repeated,
    /// Messages before it are missing.
    AfterGap,
}

/// Which message is to come. SEQ starts at 0 and wraps from 2^32-1 to 1 (UPnP
/// Device Architecture 2.0, eventing), so that 0 is the initial event always.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    next: u32,
    /// A message without SEQ was seen: gaps and repetitions cannot be told.
    unsequenced: bool,
}

impl Sequence {
    /// Takes in one message.
    pub(super) fn place(&mut self, seq: Option<u32>) -> Place {
        let first = self.next == 0 && !self.unsequenced;
        let Some(seq) = seq else {
            self.unsequenced = true;
            return if first { Place::Initial } else { Place::Next };
        };
        if first {
            self.next = after(seq);
            return if seq == 0 {
                Place::Initial
            } else {
                Place::WithoutInitial
            };
        }
        if self.unsequenced || seq == self.next {
            self.next = after(seq);
            return Place::Next;
        }
        if seq == 0 || !is_ahead(seq, self.next) {
            return Place::Repeated;
        }
        Place::AfterGap
    }
}

fn after(seq: u32) -> u32 {
    seq.checked_add(1).unwrap_or(1)
}

/// Whether the shorter way round from `from` to `seq` leads forward.
fn is_ahead(seq: u32, from: u32) -> bool {
    // Without 0 the circle has 2^32-1 numbers.
    let circle = u64::from(u32::MAX);
    let distance = (u64::from(seq) + circle - u64::from(from)) % circle;
    distance <= circle / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(messages: &[(Option<u32>, Place)]) {
        let mut sequence = Sequence::default();
        for (at, (seq, place)) in messages.iter().enumerate() {
            assert_eq!(sequence.place(*seq), *place, "message {at} of {messages:?}");
        }
    }

    #[test]
    fn messages_are_placed() {
        use Place::{AfterGap, Initial, Next, Repeated, WithoutInitial};
        check(&[
            (Some(0), Initial),
            (Some(1), Next),
            (Some(1), Repeated),
            (Some(0), Repeated),
            (Some(2), Next),
            (Some(4), AfterGap),
        ]);
        check(&[
            (Some(u32::MAX - 1), WithoutInitial),
            (Some(u32::MAX), Next),
            (Some(1), Next),
            (Some(u32::MAX), Repeated),
            (Some(3), AfterGap),
        ]);
        check(&[(Some(u32::MAX), WithoutInitial), (Some(2), AfterGap)]);
        check(&[(Some(1), WithoutInitial), (Some(0), Repeated)]);
        check(&[
            (None, Initial),
            (None, Next),
            (Some(9), Next),
            (Some(3), Next),
        ]);
        check(&[(Some(0), Initial), (None, Next), (Some(9), Next)]);
    }
}
