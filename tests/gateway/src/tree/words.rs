//! The names of the data model, each stored once.

use std::collections::HashMap;

/// A list of words, addressed by place.
#[derive(Debug, Default)]
pub(crate) struct Words {
    list: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

impl Words {
    /// The place of a word, which is added if new.
    pub fn place(&mut self, word: &str) -> u32 {
        if let Some(&place) = self.places.get(word) {
            return place;
        }
        let place = self.list.len() as u32;
        self.list.push(word.into());
        self.places.insert(word.into(), place);
        place
    }

    /// The place of a word that is there already.
    pub fn find(&self, word: &str) -> Option<u32> {
        self.places.get(word).copied()
    }

    /// The word at a place.
    pub fn get(&self, place: u32) -> &str {
        self.list.get(place as usize).map_or("", |word| word)
    }
}
