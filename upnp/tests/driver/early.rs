//! A large answer is heard while it arrives, and what is returned is the whole of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::*;
use tokio::io::AsyncWriteExt;
use upnp::data_model::parameter_values::{write, Hearer};
use upnp::data_model::path::ContentPath;
use upnp::driver::HostAddress;
use upnp::services::configuration_management::ConfigurationManagement;

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

fn hearer() -> (Heard, Hearer) {
    let heard = Heard::default();
    let into = Arc::clone(&heard);
    let hearer: Hearer = Arc::new(move |arrived| {
        let arrived = arrived.map(|(path, value)| (path.to_owned(), value.to_owned()));
        into.lock().expect("nobody panicked").extend(arrived);
    });
    (heard, hearer)
}

#[tokio::test]
async fn all_that_is_returned_was_heard_once() {
    let server = plain(always(http(&answer(&write(&parameters()))))).await;
    let point = control_point(None, GENEROUS);
    let caller = point.plain_caller(HostAddress::parse("127.0.0.1").expect("a literal"));
    let cms = ConfigurationManagement::new(&caller, service(server.url("/cms")));
    let (heard, hearer) = hearer();
    let asked = [ContentPath::parse("/BBF/").expect("a path")];
    let values = cms.get_values_heard(&asked, Some(hearer)).await;
    let values = values.expect("an answer");
    assert_eq!(*heard.lock().expect("nobody panicked"), parameters());
    let returned: Vec<(String, String)> = values
        .iter()
        .map(|(path, value)| (path.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(returned, parameters());
}

#[tokio::test]
async fn what_turns_odd_on_the_way_is_told_anew_and_rightly() {
    // A comment in the middle: the whole is read once more, by the patient reader.
    let list = write(&parameters()).replacen(
        "<Parameter><ParameterPath>/BBF/Hosts/Host/3000/",
        "<!-- half --><Parameter><ParameterPath>/BBF/Hosts/Host/3000/",
        1,
    );
    let server = plain(always(http(&answer(&list)))).await;
    let point = control_point(None, GENEROUS);
    let caller = point.plain_caller(HostAddress::parse("127.0.0.1").expect("a literal"));
    let cms = ConfigurationManagement::new(&caller, service(server.url("/cms")));
    let (heard, hearer) = hearer();
    let asked = [ContentPath::parse("/BBF/").expect("a path")];
    let values = cms.get_values_heard(&asked, Some(hearer)).await;
    assert_eq!(values.expect("an answer").len(), PARAMETERS);
    let heard = heard.lock().expect("nobody panicked");
    assert!(heard.ends_with(&parameters()), "the last telling is whole");
    assert!(
        heard.len() > PARAMETERS,
        "some was heard before: {}",
        heard.len()
    );
}

#[tokio::test]
async fn of_an_answer_that_breaks_off_the_beginning_was_heard() {
    let whole = http(&answer(&write(&parameters())));
    let half = whole.as_bytes()[..whole.len() / 2].to_vec();
    let script: Script = Arc::new(move |stream, _| {
        let half = half.clone();
        Box::pin(async move {
            stream.write_all(&half).await.expect("it is taken");
            false
        })
    });
    let server = plain(script).await;
    let point = control_point(None, GENEROUS);
    let caller = point.plain_caller(HostAddress::parse("127.0.0.1").expect("a literal"));
    let cms = ConfigurationManagement::new(&caller, service(server.url("/cms")));
    let (heard, hearer) = hearer();
    let asked = [ContentPath::parse("/BBF/").expect("a path")];
    let outcome = cms.get_values_heard(&asked, Some(hearer)).await;
    assert!(outcome.is_err());
    let heard = heard.lock().expect("nobody panicked").clone();
    assert!(!heard.is_empty() && parameters().starts_with(&heard));
}
