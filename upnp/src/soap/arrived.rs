//! An answer of which the largest part was read while it arrived.
//!
//! Joining fifteen megabytes and looking through them for the end of one argument takes longer
//! than it sounds: the rest of the answer, a kilobyte at either end, says as much.

use std::ops::Range;
use std::sync::Arc;

use super::envelope::{read_answer, AnswerText};
use super::fault::SoapError;
use super::response::ResponseArguments;
use crate::body::Body;
use crate::data_model::parameter_values::ArrivingValues;

/// The part of an answer that was read while it arrived.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// All of the answer.
    pub(super) body: Arc<Body>,
    /// Which octets of it.
    pub(super) octets: Range<usize>,
}

/// An answer that could not be read, or that says no.
pub(crate) struct Refusal {
    /// Why.
    pub error: SoapError,
    /// All it says.
    pub text: Arc<String>,
}

/// [`super::envelope::parse_response_in`] of an answer of which a part was read while it
/// arrived: when that is an argument of it, only the rest is looked at.
///
/// # Errors
/// As [`super::envelope::parse_response`], with what was answered.
pub(crate) fn read_arrived(
    action: &str,
    status: u16,
    charset: Option<&str>,
    body: Body,
    mut early: ArrivingValues,
) -> Result<ResponseArguments, Refusal> {
    let mut body = body;
    if let Some(octets) = early.read().filter(|_| body.aside() > 0) {
        let shared = Arc::new(body);
        let left_out = LeftOut {
            body: Arc::clone(&shared),
            octets,
        };
        if let Some(arguments) = read_rest(action, status, charset, left_out) {
            early.leave_out_read();
            return Ok(ResponseArguments {
                early: Some(early),
                ..arguments
            });
        }
        body = Arc::unwrap_or_clone(shared);
    }
    let text = AnswerText::decode(body.into_vec(), charset);
    match read_answer(action, status, &text, None) {
        Ok(arguments) => Ok(ResponseArguments {
            // Places in the octets are places in the text only where both are one.
            early: text.as_sent.then_some(early),
            ..arguments
        }),
        Err(error) => Err(Refusal {
            error,
            text: text.text,
        }),
    }
}

/// Reads an answer without a part of it; none when it has to be read as a
/// whole.
fn read_rest(
    action: &str,
    status: u16,
    charset: Option<&str>,
    left_out: LeftOut,
) -> Option<ResponseArguments> {
    let LeftOut { body, octets } = &left_out;
    let mut rest = body.part(0..octets.start);
    rest.append(&mut body.part(octets.end..body.len()));
    let text = AnswerText::decode(rest, charset);
    let read = text
        .as_sent
        .then(|| read_answer(action, status, &text, Some(left_out)));
    read?.ok().filter(ResponseArguments::holds_left_out)
}

#[cfg(test)]
mod tests {
    use super::super::envelope::parse_response;
    use super::*;
    use crate::data_model::parameter_values::{write, ParameterValues};
    use crate::xml::text::escape;
    use proptest::prelude::*;

    const LIST: &str = "ParameterValueList";

    /// Lets an answer arrive in pieces of these sizes, set aside and read one after the other.
    fn arrive(answer: &[u8], pieces: &[usize]) -> (Body, ArrivingValues) {
        let (mut body, mut early) = (Body::default(), ArrivingValues::default());
        let mut rest = answer;
        for piece in pieces.iter().cycle().take_while(|piece| **piece > 0) {
            let (now, later) = rest.split_at(rest.len().min(*piece));
            body.end_mut().extend_from_slice(now);
            drop(early.arrived(&body.set_aside()));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        (body, early)
    }

    /// Arguments with their texts, and the list, however it is read.
    type Said = (Vec<(String, String)>, Option<Vec<(String, String)>>);

    fn said(mut arguments: ResponseArguments) -> Said {
        let owned = |(one, other): (&str, &str)| (one.to_owned(), other.to_owned());
        let values = arguments.take_parameter_values(LIST);
        let values = values.map(|whole| whole.values).or_else(|| {
            let carried = arguments.document_text(LIST, LIST).ok()?;
            ParameterValues::parse(&carried.text, &mut Vec::new()).ok()
        });
        let values = values.map(|values| values.iter().map(owned).collect());
        for (_, beginning, octets) in arguments.beginnings(20_000) {
            assert!(octets.is_none_or(|octets| octets > 20_000 && beginning.len() <= 20_000));
        }
        (arguments.iter().map(owned).collect(), values)
    }

    fn both_ways(answer: &str, pieces: &[usize]) -> (Option<Said>, Option<Said>, bool) {
        let (body, early) = arrive(answer.as_bytes(), pieces);
        let arrived = read_arrived("GetValues", 200, None, body, early).ok();
        let left_out = arrived
            .as_ref()
            .is_some_and(ResponseArguments::holds_left_out);
        let whole = parse_response("GetValues", 200, answer.as_bytes()).ok();
        (arrived.map(said), whole.map(said), left_out)
    }

    fn list(rows: usize, value: &str) -> String {
        let path = |row: usize| format!("/BBF/Hosts/Host/{row}/HostName");
        let parameters: Vec<_> = (0..rows).map(|row| (path(row), value)).collect();
        escape(&write(&parameters))
    }

    fn envelope(arguments: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><s:Envelope><s:Body><u:GetValuesResponse>{arguments}\
             </u:GetValuesResponse></s:Body></s:Envelope>"
        )
    }

    #[test]
    fn what_was_read_early_is_left_out_and_still_there() {
        let answer = envelope(&format!(
            "<Before>1 &amp; 2</Before><{LIST}>{}</{LIST}>",
            list(400, "ä & <b>")
        ));
        let (arrived, whole, left_out) = both_ways(&answer, &[5000]);
        assert!(left_out);
        assert!(arrived == whole);
        let (_, values) = whole.expect("an answer");
        assert_eq!(values.map(|values| values.len()), Some(400));
    }

    #[test]
    fn what_is_no_list_of_the_answer_is_read_as_a_whole() {
        let list = list(400, "1");
        for answer in [
            envelope(&format!("<{LIST}><![CDATA[{list}]]></{LIST}>")),
            envelope(&format!("<{LIST}><b>{list}</b></{LIST}>")),
            envelope(&format!("<!-- {list} --><{LIST}>1</{LIST}>")),
            format!("{list}{}", envelope("<A>1</A>")),
            envelope("<A>1</A>").replace(
                "<s:Body>",
                &format!("<s:Header><x>{list}</x></s:Header><s:Body>"),
            ),
        ] {
            let (arrived, whole, left_out) = both_ways(&answer, &[5000]);
            assert!(!left_out && whole.is_some());
            assert!(arrived == whole);
        }
        let fault = "<s:Fault><faultcode>x</faultcode></s:Fault>";
        let refused = format!("<s:Envelope><s:Body>{fault}{list}</s:Body></s:Envelope>");
        let (body, early) = arrive(refused.as_bytes(), &[5000]);
        let refusal = read_arrived("GetValues", 500, None, body, early).expect_err("a fault");
        assert_eq!(*refusal.text, refused);
    }

    proptest! {
        #[test]
        fn both_ways_say_the_same(
            parts in prop::collection::vec(prop_oneof![
                Just(format!("<{LIST}>")), Just(format!("</{LIST}>")), Just("<A>".into()),
                Just("</A>".into()), Just(list(60, "1")), Just(list(200, "x &")),
                Just(list(80, "")), Just("<![CDATA[".into()), Just("]]>".into()),
                Just(" & ".into()), Just("\r\n".into()), Just("x".repeat(17_000)),
                Just("&lt;/cms:ParameterValueList&gt;".into()),
            ], 0..8),
            pieces in prop::collection::vec(1_usize..30_000, 1..4),
        ) {
            let (arrived, whole, _) = both_ways(&envelope(&parts.concat()), &pieces);
            prop_assert!(arrived == whole);
            let tagged = format!("<{LIST}>{}</{LIST}>", parts.concat());
            let (arrived, whole, _) = both_ways(&envelope(&tagged), &pieces);
            prop_assert!(arrived == whole);
        }
    }
}
