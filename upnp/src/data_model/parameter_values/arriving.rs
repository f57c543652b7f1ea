//! A large list, read while the answer that holds it still arrives.
//!
//! A whole tree takes longer to come than to be read, so whoever begins to
//! read when the last octet is there lets the person wait for both, one after
//! the other. Only complete parameters in the plain form are read early, by
//! the reader of [`super::escaped`]; at the first sign of anything else this
//! one gives up, and the whole answer is read once more when it is there.

use memchr::memmem;

use super::escaped::{self, HEAD_OCTETS, PARAMETER, PARAMETER_END};
use super::ParameterValues;
use crate::limits;

/// What stands before the list in an answer: the envelope and its header.
const ENVELOPE_OCTETS: usize = 4 * 1024;

/// The parameters of an answer that were read before it was complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArrivingValues {
    values: ParameterValues,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// The first parameter has not been found yet.
    #[default]
    Beginning,
    /// Octet of the answer at which the first parameter begins, and octet up
    /// to which everything was read.
    Reading { start: usize, at: usize },
    /// Not a list in the plain form.
    GivenUp,
}

impl ArrivingValues {
    /// Reads on: `body` is all of the answer that has arrived, from its first
    /// octet on, without any framing; `expected` is a guess at how many octets
    /// it will have, so that little grows on the way.
    pub fn arrived(&mut self, body: &[u8], expected: usize) {
        if let State::Beginning = self.state {
            self.state = beginning(body);
            if let State::Reading { .. } = self.state {
                self.values = ParameterValues::with_room_for(expected.min(limits::DOCUMENT_BYTES));
            }
        }
        if let State::Reading { start, at } = self.state {
            self.state = match self.read_on(body, at) {
                Some(at) => State::Reading { start, at },
                None => State::GivenUp,
            };
        }
        if let State::GivenUp = self.state {
            self.values = ParameterValues::default();
        }
    }

    /// The whole list, now that the answer is there: `escaped` is the text of
    /// the argument that holds it, which began at octet `offset` of the body.
    /// None when it is not in the plain form, as with
    /// [`ParameterValues::parse_escaped`].
    #[must_use]
    pub fn finish(self, escaped: &str, offset: usize) -> Option<ParameterValues> {
        let State::Reading { start, at } = self.state else {
            return ParameterValues::parse_escaped(escaped);
        };
        // Another argument before this one may have looked like a list.
        let place = |octet: usize| octet.checked_sub(offset).filter(|at| *at <= escaped.len());
        let (Some(start), Some(at)) = (place(start), place(at)) else {
            return ParameterValues::parse_escaped(escaped);
        };
        if escaped::first_parameter(escaped) != Some(start) {
            return ParameterValues::parse_escaped(escaped);
        }
        let mut values = self.values;
        let before = values.len();
        escaped::read_rest(escaped, start, at, before, &mut |path, value| {
            values.push(path, value);
        })?;
        Some(values)
    }

    /// Reads the complete parameters from octet `at` on and gives where the
    /// next one begins; none at anything but parameters in the plain form.
    fn read_on(&mut self, body: &[u8], at: usize) -> Option<usize> {
        if body.len() > limits::DOCUMENT_BYTES {
            return None;
        }
        let news = body.get(at..)?;
        let Some(last) = memmem::rfind(news, PARAMETER_END) else {
            return Some(at);
        };
        let complete = news.get(..last + PARAMETER_END.len())?;
        // It ends with a tag, so no letter is cut in two.
        let complete = std::str::from_utf8(complete).ok()?;
        let values = &mut self.values;
        let before = values.len();
        let rest = escaped::read_entries(complete, before, &mut |path, value| {
            values.push(path, value);
        })?;
        rest.is_empty().then_some(at + complete.len())
    }
}

/// Looks for the first parameter.
fn beginning(body: &[u8]) -> State {
    let head = ENVELOPE_OCTETS + HEAD_OCTETS;
    let searched = body.get(..body.len().min(head)).unwrap_or_default();
    match memmem::find(searched, PARAMETER) {
        Some(start) => State::Reading { start, at: start },
        None if body.len() >= head => State::GivenUp,
        None => State::Beginning,
    }
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
        let mut end = 0;
        for piece in pieces.iter().cycle() {
            end = (end + piece).min(body.len());
            early.arrived(&body.as_bytes()[..end], 0);
            if end == body.len() {
                break;
            }
        }
        let values = early.clone().finish(escaped, BEFORE.len());
        (early, values)
    }

    #[test]
    fn most_is_read_before_the_end_is_there() {
        let parameters: Vec<(String, String)> = (0..500)
            .map(|row| (format!("/BBF/Hosts/Host/{row}/Name"), format!("ä{row}")))
            .collect();
        let list = escape(&write(&parameters));
        let body = [BEFORE, &list].concat();
        let mut early = ArrivingValues::default();
        early.arrived(&body.as_bytes()[..body.len() / 2], 0);
        assert!(early.values.len() > 200, "{}", early.values.len());
        early.arrived(body.as_bytes(), 0);
        assert_eq!(early.values.len(), 500);
        let whole = ParameterValues::parse_escaped(&list).expect("the plain form");
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
        early.arrived(body.as_bytes(), 0);
        let offset = body.rfind(&second).expect("it is there");
        let values = early.finish(&second, offset);
        assert_eq!(values, ParameterValues::parse_escaped(&second));
    }

    #[test]
    fn octets_outside_utf_8_end_the_early_reading() {
        let list = escape(&write(&[("/BBF/A", "ä"), ("/BBF/B", "2")]));
        let body: Vec<u8> = list
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1"))
            .collect();
        let mut early = ArrivingValues::default();
        early.arrived(&body, 0);
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
            let whole = ParameterValues::parse_escaped(&list);
            prop_assert_eq!(arriving(&list, &pieces).1, whole);
        }

        #[test]
        fn no_octets_make_it_panic(
            text in "(&lt;|&gt;|&amp;|/|Parameter|Path|Value|List|cms:|&lt;Parameter&gt;|&lt;/Parameter&gt;|[ a<&\r\n]){0,60}",
            pieces in prop::collection::vec(1_usize..40, 1..6),
            offset in 0_usize..100,
        ) {
            let (early, values) = arriving(&text, &pieces);
            prop_assert_eq!(values, ParameterValues::parse_escaped(&text));
            drop(early.finish(&text, offset));
        }
    }
}
