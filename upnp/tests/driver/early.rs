//! A large answer is heard while it arrives, and what is returned is the whole of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::*;
use upnp::data_model::parameter_values::{write, Hearer, ParameterValues};
use upnp::data_model::path::ContentPath;
use upnp::driver::HostAddress;
use upnp::services::configuration_management::ConfigurationManagement;
use upnp::Error;

const GENEROUS: Duration = Duration::from_secs(20);
/// More than is read where it arrives.
const PARAMETERS: usize = 6_000;

type Heard = Arc<Mutex<Vec<(String, String)>>>;

fn parameters() -> Vec<(String, String)> {
    (0..PARAMETERS)
        .map(|row| {
            (
                format!("/BBF/Hosts/Host/{row}/HostName"),
                format!("ä & <{row}>"),
            )
        })
        .collect()
}

fn answer(list: &str) -> String {
    let escaped = list
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    soap(
        "GetValues",
        &format!("<ParameterValueList>{escaped}</ParameterValueList>"),
    )
}

/// Reads everything of a gateway that answers so; the outcome, and what was heard.
async fn read(script: Script) -> (Result<ParameterValues, Error>, Vec<(String, String)>) {
    let server = plain(script).await;
    let point = control_point(None, GENEROUS);
    let caller = point.plain_caller(HostAddress::parse("127.0.0.1").expect("a literal"));
    let cms = ConfigurationManagement::new(&caller, service(server.url("/cms")));
    let heard = Heard::default();
    let into = Arc::clone(&heard);
    let hearer: Hearer = Arc::new(move |arrived| {
        into.lock().expect("nobody panicked").extend(owned(arrived));
    });
    let asked = [ContentPath::parse("/BBF/").expect("a path")];
    let outcome = cms.get_values_heard(&asked, Some(hearer)).await;
    let heard = std::mem::take(&mut *heard.lock().expect("nobody panicked"));
    (outcome, heard)
}

fn owned<'p, 'v>(parameters: impl Iterator<Item = (&'p str, &'v str)>) -> Vec<(String, String)> {
    parameters
        .map(|(path, value)| (path.to_owned(), value.to_owned()))
        .collect()
}

#[tokio::test]
async fn all_that_is_returned_was_heard_once() {
    let (outcome, heard) = read(always(http(&answer(&write(&parameters()))))).await;
    assert_eq!(heard, parameters());
    assert_eq!(owned(outcome.expect("an answer").iter()), parameters());
}

#[tokio::test]
async fn what_turns_odd_on_the_way_is_told_anew_and_rightly() {
    // A comment in the middle: the whole is read once more, by the patient reader.
    let list = write(&parameters()).replacen(
        "<Parameter><ParameterPath>/BBF/Hosts/Host/3000/",
        "<!-- half --><Parameter><ParameterPath>/BBF/Hosts/Host/3000/",
        1,
    );
    let (outcome, heard) = read(always(http(&answer(&list)))).await;
    assert_eq!(outcome.expect("an answer").len(), PARAMETERS);
    assert!(heard.ends_with(&parameters()), "the last telling is whole");
    let count = heard.len();
    assert!(count > PARAMETERS, "some was heard before: {count}");
}

#[tokio::test]
async fn of_an_answer_that_breaks_off_the_beginning_was_heard() {
    let whole = http(&answer(&write(&parameters())));
    let (outcome, heard) = read(once(&whole.as_bytes()[..whole.len() / 2])).await;
    assert!(outcome.is_err());
    assert!(!heard.is_empty() && parameters().starts_with(&heard));
}
