//! Event messages that came before the answer to SUBSCRIBE.

use super::Variables;
use crate::gena::notify_header::NotifyHeader;
use crate::gena::sid::Sid;
use crate::limits;

/// They wait until the answer says which SID is ours.
#[derive(Debug, Default)]
pub(super) struct Early {
    messages: Vec<(NotifyHeader, Option<Variables>)>,
    bytes: usize,
}

impl Early {
    /// Keeps a message, if there is room. What finds none is missing later,
    /// and its SEQ tells.
    pub(super) fn push(&mut self, header: NotifyHeader, variables: Option<Variables>) {
        let bytes = size(variables.as_ref());
        let fits = self.messages.len() < limits::EARLY_EVENTS
            && self.bytes + bytes <= limits::EARLY_EVENT_BYTES;
        if fits {
            self.bytes += bytes;
            self.messages.push((header, variables));
        }
    }

    /// The messages of a subscription by their SEQ, those without at the end;
    /// all others are forgotten.
    pub(super) fn take(&mut self, sid: &Sid) -> Vec<(Option<u32>, Option<Variables>)> {
        self.bytes = 0;
        let mut own: Vec<_> = std::mem::take(&mut self.messages)
            .into_iter()
            .filter(|(header, _)| header.sid == *sid)
            .map(|(header, variables)| (header.seq, variables))
            .collect();
        // They may have come over several connections, out of order.
        own.sort_by_key(|(seq, _)| (seq.is_none(), *seq));
        own
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    #[cfg(test)]
    pub(super) fn is_within_limits(&self) -> bool {
        self.messages.len() <= limits::EARLY_EVENTS && self.bytes <= limits::EARLY_EVENT_BYTES
    }
}

/// Octets of names and values.
pub(super) fn size(variables: Option<&Variables>) -> usize {
    variables
        .into_iter()
        .flatten()
        .map(|(name, value)| name.len() + value.len())
        .sum()
}
