//! A large list, read while the answer that holds it still arrives.
//!
//! A whole tree takes longer to come than to be read, so whoever begins to
//! read when the last octet is there lets the person wait for both, one after
//! the other. Only complete parameters in the plain form are read early, by
//! the reader of [`super::escaped`]; at the first sign of anything else this
//! one gives up, and the whole answer is read once more when it is there.

use std::ops::Range;

use memchr::memmem;

use super::escaped::{self, HEAD_OCTETS, PARAMETER, PARAMETER_END};
use super::ParameterValues;
use crate::limits;

/// What stands before the list in an answer: the envelope and its header.
const ENVELOPE_OCTETS: usize = 4 * 1024;

/// A list that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeList {
    /// All of it.
    pub values: ParameterValues,
    /// How many from its beginning on were given out while it arrived.
    pub given_out: usize,
}

impl WholeList {
    /// The parameters nobody was given yet.
    pub fn rest(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter_from(self.given_out)
    }
}

/// The parameters of an answer that were read before it was complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArrivingValues {
    values: ParameterValues,
    state: State,
    /// What arrived and was not read yet.
    pending: Vec<u8>,
    /// How many octets of the answer came before that.
    taken: usize,
    /// How many of those are left out of it.
    left_out: usize,
    /// How many octets of it have no end of a parameter in them.
    searched: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// The first parameter has not been found yet.
    #[default]
    Beginning,
    /// Octet of the answer at which the first parameter begins.
    Reading { start: usize },
    /// Not a list in the plain form.
    GivenUp,
}

impl ArrivingValues {
    /// Makes room for an answer of so many octets; a guess is enough.
    pub fn make_room(&mut self, octets: usize) {
        self.values.reserve(octets.min(limits::DOCUMENT_BYTES));
    }

    /// Reads on: `piece` is what arrived of the answer, without any framing,
    /// since the call before. Gives the parameters that came with it; what was
    /// given before it gives up is not the last word.
    pub fn arrived(&mut self, piece: &[u8]) -> impl Iterator<Item = (&str, &str)> {
        let before = self.values.len();
        if self.state != State::GivenUp && self.read_on(piece).is_none() {
            *self = Self {
                state: State::GivenUp,
                ..Self::default()
            };
        }
        self.values.iter_from(before)
    }

    /// Which octets of the answer need not be looked at again, if any: from its
    /// first parameter on those that were read.
    pub(crate) fn read(&self) -> Option<Range<usize>> {
        match self.state {
            State::Reading { start } if start < self.taken => Some(start..self.taken),
            _ => None,
        }
    }

    /// From now on the answer is the one without [`Self::read`].
    pub(crate) fn leave_out_read(&mut self) {
        if let Some(read) = self.read() {
            self.left_out = read.len();
            self.taken = read.start;
        }
    }

    /// The whole list, now that the answer is there: `escaped` is the text of
    /// the argument that holds it, without what was left out, which began at
    /// octet `offset` of the body. None when it is another argument or not in
    /// the plain form: what was read early is worth nothing then.
    #[must_use]
    pub fn finish(self, escaped: &str, offset: usize) -> Option<WholeList> {
        let State::Reading { start } = self.state else {
            return None;
        };
        if escaped.len() + self.left_out > limits::DOCUMENT_BYTES {
            return None;
        }
        // Another argument before this one may have looked like a list.
        let start = start.checked_sub(offset)?;
        let at = self.taken.checked_sub(offset)?;
        let elsewhere = escaped::first_parameter(escaped).is_some_and(|first| first < start);
        if elsewhere || start + PARAMETER.len() > HEAD_OCTETS {
            return None;
        }
        let mut values = self.values;
        let given_out = values.len();
        escaped::read_rest(escaped, start, at, given_out, &mut |path, value| {
            values.push(path, value);
        })?;
        Some(WholeList { values, given_out })
    }

    /// Reads the complete parameters; none at anything but parameters in the
    /// plain form.
    fn read_on(&mut self, piece: &[u8]) -> Option<()> {
        if self.taken + self.pending.len() + piece.len() > limits::DOCUMENT_BYTES {
            return None;
        }
        if let State::Beginning = self.state {
            self.pending.extend_from_slice(piece);
            let Some(start) = beginning(&self.pending)? else {
                return Some(());
            };
            self.state = State::Reading { start };
            self.take(start);
            return self.read_pending();
        }
        // What began in the piece before ends in this one; the rest of it is
        // read where it is.
        let Some(end) = end_of(memmem::find(piece, PARAMETER_END)) else {
            self.pending.extend_from_slice(piece);
            return self.read_pending();
        };
        let (first, rest) = piece.split_at_checked(end)?;
        self.pending.extend_from_slice(first);
        self.read_pending()?;
        let complete = end_of(memmem::rfind(rest, PARAMETER_END)).unwrap_or_default();
        let (complete, rest) = rest.split_at_checked(complete)?;
        read_complete(complete, &mut self.values)?;
        self.taken += complete.len();
        self.pending.extend_from_slice(rest);
        self.searched = rest.len();
        Some(())
    }

    /// Reads what is complete of what is pending.
    fn read_pending(&mut self) -> Option<()> {
        // The end of one may stand across two pieces.
        let from = self.searched.saturating_sub(PARAMETER_END.len());
        let news = self.pending.get(from..)?;
        let Some(end) = end_of(memmem::rfind(news, PARAMETER_END)) else {
            self.searched = self.pending.len();
            return Some(());
        };
        let end = from + end;
        read_complete(self.pending.get(..end)?, &mut self.values)?;
        self.take(end);
        Some(())
    }

    /// Drops what was read.
    fn take(&mut self, octets: usize) {
        self.pending.drain(..octets.min(self.pending.len()));
        self.taken += octets;
        self.searched = 0;
    }
}

/// Where the end of a parameter that was found ends.
fn end_of(found: Option<usize>) -> Option<usize> {
    found.map(|at| at + PARAMETER_END.len())
}

/// Reads parameters that are there as a whole, and nothing else.
fn read_complete(octets: &[u8], values: &mut ParameterValues) -> Option<()> {
    // They end with a tag, so no letter is cut in two.
    let complete = std::str::from_utf8(octets).ok()?;
    let before = values.len();
    let rest = escaped::read_entries(complete, before, &mut |path, value| {
        values.push(path, value);
    })?;
    rest.is_empty().then_some(())
}

/// Looks for the first parameter, and at what stands before it: text that
/// begins a list, behind a tag. The inner none says that it has not come yet,
/// the outer one that this is nothing to read early.
#[expect(clippy::option_option, reason = "not yet is not the same as never")]
fn beginning(body: &[u8]) -> Option<Option<usize>> {
    let head = ENVELOPE_OCTETS + HEAD_OCTETS;
    let searched = body.get(..body.len().min(head)).unwrap_or_default();
    let Some(start) = memmem::find(searched, PARAMETER) else {
        return (body.len() < head).then_some(None);
    };
    let before = searched.get(..start)?;
    let tag = memchr::memrchr(b'>', before).map_or(0, |end| end + 1);
    let list = std::str::from_utf8(before.get(tag..)?).ok()?;
    escaped::root_end(list).map(|_| Some(start))
}

#[cfg(test)]
mod tests {
    use super::super::{write, ParameterValues};
    use super::*;
    use crate::xml::text::escape;
    use proptest::prelude::*;

    const BEFORE: &str = "<?xml version=\"1.0\"?><s:Envelope><s:Body><ParameterValueList>";
    const AFTER: &str = "</ParameterValueList></s:Body></s:Envelope>";

    /// Lets an answer with this argument arrive in pieces of that many octets.
    fn arriving(escaped: &str, pieces: &[usize]) -> (ArrivingValues, Option<ParameterValues>) {
        let body = [BEFORE, escaped, AFTER].concat();
        let mut early = ArrivingValues::default();
        let mut rest = body.as_bytes();
        for piece in pieces.iter().cycle() {
            let (now, later) = rest.split_at(rest.len().min(*piece));
            drop(early.arrived(now));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        let values = |whole: Option<WholeList>| whole.map(|whole| whole.values);
        let whole = values(early.clone().finish(escaped, BEFORE.len()));
        let mut shorter = early.clone();
        let left_out = shorter.read().unwrap_or_default();
        shorter.leave_out_read();
        let mut rest = body.into_bytes();
        rest.drain(left_out.clone());
        let length = (escaped.len() - left_out.len()).min(rest.len());
        let rest = rest.get(BEFORE.len()..BEFORE.len() + length);
        let rest = std::str::from_utf8(rest.expect("in the list")).expect("whole parameters");
        assert_eq!(values(shorter.finish(rest, BEFORE.len())), whole);
        (early, whole)
    }

    #[test]
    fn most_is_read_before_the_end_is_there() {
        let parameters: Vec<(String, String)> = (0..500)
            .map(|row| (format!("/BBF/Hosts/Host/{row}/Name"), format!("ä{row}")))
            .collect();
        let list = escape(&write(&parameters));
        let body = [BEFORE, &list].concat();
        let mut early = ArrivingValues::default();
        let (first, second) = body.as_bytes().split_at(body.len() / 2);
        let half = early.arrived(first).count();
        assert!(half > 200, "{half}");
        let news: Vec<(&str, &str)> = early.arrived(second).collect();
        assert_eq!(
            (half + news.len(), news.last()),
            (500, Some(&("/BBF/Hosts/Host/499/Name", "ä499")))
        );
        let whole = ParameterValues::parse_escaped(&list).expect("the plain form");
        let given_out = 500;
        let values = whole;
        let whole = WholeList { values, given_out };
        assert_eq!(whole.rest().count(), 0);
        assert_eq!(early.finish(&list, BEFORE.len()), Some(whole));
    }

    #[test]
    fn what_is_no_plain_list_is_left_to_the_reader_of_the_whole() {
        let plain = write(&[("/BBF/A", "1"), ("/BBF/B", "2")]);
        for odd in [
            plain.replace("<Value>2", "<Value>2 & 3"),
            plain.replace(
                "<Value>2</Value>",
                "<Value><![CDATA[</Parameter>]]></Value>",
            ),
            plain.replace(
                "</cms:ParameterValueList>",
                "<More/></cms:ParameterValueList>",
            ),
            plain.replace("<Parameter>", "<x/><Parameter>"),
        ] {
            let escaped = escape(&odd);
            assert_eq!(ParameterValues::parse_escaped(&escaped), None);
            let (_, values) = arriving(&escaped, &[7]);
            assert_eq!(values, None, "{odd}");
        }
        let (early, values) = arriving(&"x".repeat(20_000), &[1000]);
        assert_eq!((early.state, values), (State::GivenUp, None));
    }

    #[test]
    fn a_list_in_another_argument_is_not_taken_for_this_one() {
        let first = escape(&write(&[("/BBF/Other", "1")]));
        let second = escape(&write(&[("/BBF/Mine", "2")]));
        let body = format!("<A>{first}</A><ParameterValueList>{second}</ParameterValueList>");
        let mut early = ArrivingValues::default();
        drop(early.arrived(body.as_bytes()));
        let offset = body.rfind(&second).expect("it is there");
        assert_eq!(early.finish(&second, offset), None);
    }

    #[test]
    fn octets_outside_utf_8_end_the_early_reading() {
        let list = escape(&write(&[("/BBF/A", "ä"), ("/BBF/B", "2")]));
        let body: Vec<u8> = list
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1"))
            .collect();
        let mut early = ArrivingValues::default();
        assert_eq!(early.arrived(&body).count(), 0);
        assert_eq!(early.state, State::GivenUp);
        assert!(early.values.is_empty());
    }

    proptest! {
        #[test]
        fn it_reads_what_the_reader_of_the_whole_reads(
            parameters in prop::collection::vec(("/[A-Za-z0-9/]{1,20}", "[ -~äöü&<>\"'\r\n]{0,30}"), 0..20),
            pieces in prop::collection::vec(1_usize..200, 1..6),
            cut in prop::option::of(0_usize..2000),
        ) {
            let mut list = escape(&write(&parameters));
            if let Some(cut) = cut {
                let cut = (0..=cut.min(list.len())).rev().find(|at| list.is_char_boundary(*at));
                list.truncate(cut.unwrap_or_default());
            }
            let (early, values) = arriving(&list, &pieces);
            let whole = ParameterValues::parse_escaped(&list);
            prop_assert!(values.is_none() || values == whole);
            prop_assert_eq!(values.is_none(), whole.is_none() || early.values.is_empty());
        }

        #[test]
        fn no_octets_make_it_panic(
            text in "(&lt;|&gt;|&amp;|/|Parameter|Path|Value|List|cms:|&lt;Parameter&gt;|&lt;/Parameter&gt;|[ a<&\r\n]){0,60}",
            pieces in prop::collection::vec(1_usize..40, 1..6),
            offset in 0_usize..100,
        ) {
            let (early, values) = arriving(&text, &pieces);
            prop_assert!(values.is_none() || values == ParameterValues::parse_escaped(&text));
            drop(early.finish(&text, offset));
        }
    }
}
