//! Storage of values: one text for all of them, eight bytes a value beside it.
//!
//! A tree holds tens of thousands of values that are a few letters long; a heap
//! allocation for each would cost more than the values.

/// Handle of a value in its store.
pub(super) type ValueId = u32;

/// Below this much text it is not worth tidying up.
const TIDY_FROM: usize = 64 * 1024;

/// Values by handle. They can be replaced, not taken out.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    text: String,
    /// Where each value starts in `text`, and how long it is.
    spans: Vec<(u32, u32)>,
    /// Octets of `text` that belong to no value any more.
    unused: usize,
}

impl Values {
    pub fn get(&self, id: ValueId) -> Option<&str> {
        let &(start, length) = self.spans.get(id as usize)?;
        let start = start as usize;
        self.text.get(start..start + length as usize)
    }

    /// Keeps a value; none when there are 4 GiB of them.
    pub fn add(&mut self, value: &str) -> Option<ValueId> {
        let id = u32::try_from(self.spans.len()).ok()?;
        let span = self.append(value)?;
        self.spans.push(span);
        Some(id)
    }

    /// Replaces a value. Returns false when there is no room, and keeps the old one.
    pub fn replace(&mut self, id: ValueId, value: &str) -> bool {
        let Some(&(start, length)) = self.spans.get(id as usize) else {
            return false;
        };
        let place = start as usize..(start + length) as usize;
        if self.text.get(place.clone()) == Some(value) {
            return true;
        }
        if length as usize == value.len() && self.text.is_char_boundary(place.end) {
            // A counter that went on: the usual change, in place.
            self.text.replace_range(place, value);
            return true;
        }
        let Some(span) = self.append(value) else {
            return false;
        };
        self.unused += length as usize;
        if let Some(place) = self.spans.get_mut(id as usize) {
            *place = span;
        }
        self.tidy();
        true
    }

    /// Gives back what was kept for growth.
    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.spans.shrink_to_fit();
    }

    /// Bytes on the heap, by capacity.
    pub fn heap_bytes(&self) -> usize {
        self.text.capacity() + self.spans.capacity() * std::mem::size_of::<(u32, u32)>()
    }

    fn append(&mut self, value: &str) -> Option<(u32, u32)> {
        let start = u32::try_from(self.text.len()).ok()?;
        let length = u32::try_from(value.len()).ok()?;
        start.checked_add(length)?;
        self.text.push_str(value);
        Some((start, length))
    }

    /// Writes the values anew when more than half of the text is unused.
    fn tidy(&mut self) {
        if self.text.len() < TIDY_FROM || self.unused * 2 < self.text.len() {
            return;
        }
        let mut text = String::with_capacity(self.text.len() - self.unused);
        for (start, length) in &mut self.spans {
            let from = *start as usize;
            let value = self.text.get(from..from + *length as usize);
            // Fits: the text only gets shorter.
            *start = text.len() as u32;
            text.push_str(value.unwrap_or_default());
        }
        self.text = text;
        self.unused = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_through_every_change() {
        let mut values = Values::default();
        let mut expected: Vec<String> = (0..500).map(|n| format!("value {n}")).collect();
        let ids: Vec<ValueId> = expected
            .iter()
            .map(|value| values.add(value).expect("there is room"))
            .collect();
        for round in 0..60_usize {
            for (place, id) in ids.iter().enumerate() {
                let value = "ä".repeat((place + round * 7) % 23) + &round.to_string();
                assert!(values.replace(*id, &value));
                expected[place] = value;
            }
        }
        for (id, value) in ids.iter().zip(&expected) {
            assert_eq!(values.get(*id), Some(value.as_str()));
        }
        let total: usize = expected.iter().map(String::len).sum();
        assert!(
            values.text.len() < TIDY_FROM.max(total * 3),
            "{}",
            values.text.len()
        );
        assert_eq!(values.get(10_000), None);
        assert!(!values.replace(10_000, "x"));
    }

    #[test]
    fn a_value_of_the_same_length_stays_in_place() {
        let mut values = Values::default();
        let id = values.add("1041").expect("there is room");
        values.add("next").expect("there is room");
        for value in ["1042", "1043", "äöx"] {
            let before = values.text.len();
            values.replace(id, value);
            assert_eq!(values.get(id), Some(value));
            assert!(value.len() != 4 || values.text.len() == before);
        }
    }
}
