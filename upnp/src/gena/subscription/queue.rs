//! Events for a reader that may be late.

use std::collections::VecDeque;

use super::early::size;
use super::Event;
use crate::limits;

/// Bounded: when values no longer fit, all that wait are given up, and the
/// reader is told to read them again.
#[derive(Debug, Default)]
pub(super) struct EventQueue {
    events: VecDeque<Event>,
    bytes: usize,
}

impl EventQueue {
    pub(super) fn push(&mut self, event: Event) {
        let bytes = bytes(&event);
        let fits = self.events.len() < limits::SUBSCRIPTION_EVENTS
            && self.bytes + bytes <= limits::SUBSCRIPTION_EVENT_BYTES;
        match event {
            // One of two in a row says it all.
            Event::Lost if self.events.back() == Some(&Event::Lost) => {}
            Event::Unreachable if self.events.back() == Some(&Event::Unreachable) => {}
            Event::Ended { .. } => self.events.push_back(event),
            _ if fits => {
                self.bytes += bytes;
                self.events.push_back(event);
            }
            _ => {
                self.events.clear();
                self.bytes = 0;
                self.events.push_back(Event::Lost);
            }
        }
    }

    pub(super) fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.bytes = self.bytes.saturating_sub(bytes(&event));
        Some(event)
    }

    #[cfg(test)]
    pub(super) fn is_within_limits(&self) -> bool {
        // One more for the end, which is always told.
        self.events.len() <= limits::SUBSCRIPTION_EVENTS + 1
            && self.bytes <= limits::SUBSCRIPTION_EVENT_BYTES
    }
}

fn bytes(event: &Event) -> usize {
    match event {
        Event::Values { variables, .. } => size(Some(variables)),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_reader_is_told_that_values_are_missing() {
        let mut queue = EventQueue::default();
        let values = |seq, length: usize| Event::Values {
            seq: Some(seq),
            variables: vec![(String::from("A"), "x".repeat(length))],
            initial: seq == 0,
        };
        for seq in 0..5 {
            queue.push(values(seq, limits::EVENT_BYTES - 1));
        }
        assert_eq!(queue.pop(), Some(Event::Lost));
        assert_eq!(queue.pop(), None);
        assert_eq!(queue.bytes, 0);
        for seq in 0..=300 {
            queue.push(values(seq, 1));
            assert!(queue.is_within_limits());
        }
        queue.push(Event::Lost);
        queue.push(Event::Lost);
        assert_eq!(queue.pop(), Some(Event::Lost));
        assert_eq!(queue.pop(), Some(values(257, 1)));
    }
}
