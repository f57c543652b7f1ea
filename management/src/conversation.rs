//! What was said with gateways in this run, as something to read.
//!
//! The lines are those of the trace file (`upnp::driver::Trace`), so no secret is in them. They
//! are kept in memory within two bounds, and the oldest go first; how many went is known.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;

use crate::actions;
use crate::application::Management;
use crate::limits::{CONVERSATION_ENTRIES, CONVERSATION_OCTETS};

/// The end of the conversation, from a number on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationView {
    /// Messages, earliest first.
    pub entries: Vec<TraceEntry>,
    /// How many were forgotten since the program began.
    pub forgotten: u32,
}

/// What a message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TraceLayer {
    /// Searching and announcing.
    Ssdp,
    /// A protected session.
    Tls,
    /// Descriptions and other documents.
    Http,
    /// Actions.
    Soap,
    /// Subscriptions and event messages.
    Events,
    /// What is no message.
    Note,
}

/// One message, or what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TraceEntry {
    /// Place in the run, from 0; never used twice.
    pub number: u32,
    /// RFC 3339, UTC.
    pub time: String,
    /// What it belongs to.
    pub layer: TraceLayer,
    /// Kind of line, as in the trace file.
    pub event: String,
    /// Whether it left this computer; `null` for what is no message.
    pub sent: Option<bool>,
    /// With whom, as address and port.
    pub peer: Option<String>,
    /// Action, address of a document, first line of a datagram, text of a note.
    pub what: String,
    /// Type of the service of an action.
    pub service: Option<String>,
    /// How long the answer took.
    pub milliseconds: Option<f64>,
    /// HTTP status of an answer.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
    /// Arguments or variables in their order, secrets blacked out.
    pub arguments: Vec<TracedArgument>,
    /// What the standard does not allow and was taken all the same.
    pub forgiven: Vec<String>,
    /// The message, or the skeleton of one that could not be read.
    pub text: Option<String>,
    /// The same request for a shell; `null` for what is no request.
    pub curl: Option<String>,
}

/// One argument of a traced message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TracedArgument {
    /// Name.
    pub name: String,
    /// Value as it may be shown.
    pub value: String,
}

/// The memory of the lines; clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conversation(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<String>,
    octets: usize,
    /// Number of the first line that is kept.
    first: u32,
}

impl Conversation {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was said from a number on.
    fn since(&self, from: u32) -> ConversationView {
        let kept = self.kept();
        let skipped = from.saturating_sub(kept.first);
        let entries = (0_u32..)
            .zip(&kept.lines)
            .skip(skipped as usize)
            .filter_map(|(at, line)| entry(kept.first.saturating_add(at), line))
            .collect();
        ConversationView {
            entries,
            forgotten: kept.first,
        }
    }

    fn forget(&self) {
        let mut kept = self.kept();
        let count = u32::try_from(kept.lines.len()).unwrap_or(u32::MAX);
        kept.first = kept.first.saturating_add(count);
        kept.lines.clear();
        kept.octets = 0;
    }
}

impl Write for Conversation {
    /// Takes one whole line.
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        let mut kept = self.kept();
        kept.octets += text.len();
        kept.lines.push_back(text);
        while kept.lines.len() > CONVERSATION_ENTRIES || kept.octets > CONVERSATION_OCTETS {
            let Some(oldest) = kept.lines.pop_front() else {
                break;
            };
            kept.octets -= oldest.len();
            kept.first = kept.first.saturating_add(1);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Management {
    /// What was said with gateways from a number on; empty unless
    /// [`Options::keep_conversation`](crate::Options::keep_conversation) was asked for.
    #[must_use]
    pub fn conversation(&self, from: u32) -> ConversationView {
        self.inner.conversation.since(from)
    }

    /// Forgets what was said until now. Numbers go on.
    pub fn forget_conversation(&self) {
        self.inner.conversation.forget();
    }
}

fn entry(number: u32, line: &str) -> Option<TraceEntry> {
    let line: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let event = text("event")?;
    let (layer, sent) = layer_of(&event);
    let arguments = pairs(line.get("arguments").or_else(|| line.get("variables")));
    let peer = text("peer")
        .or_else(|| text(if sent == Some(true) { "to" } else { "from" }))
        .or_else(|| text("url").and_then(|url| host_of(&url)));
    let body = text("text").or_else(|| text("skeleton"));
    let what = match event.as_str() {
        "search" | "datagram" => first_line(body.as_deref()),
        "session" => text("version"),
        "subscribe" | "subscribed" => text("request"),
        "notify" => text("sid"),
        "failure" => text("of"),
        "note" => body.clone(),
        _ => text("action").or_else(|| text("url")),
    };
    let curl = match event.as_str() {
        "request" => actions::traced_curl(
            &text("url").unwrap_or_default(),
            &text("service").unwrap_or_default(),
            &text("action").unwrap_or_default(),
            &arguments,
        ),
        "fetch" => text("url").map(|url| actions::fetching_curl(&url)),
        _ => None,
    };
    let words = line.get("forgiven").and_then(Value::as_array);
    Some(TraceEntry {
        number,
        time: text("time").unwrap_or_default(),
        layer,
        sent,
        peer,
        what: what.unwrap_or_default(),
        service: text("service"),
        milliseconds: line.get("milliseconds").and_then(Value::as_f64),
        status: line
            .get("status")
            .and_then(Value::as_u64)
            .and_then(|status| u16::try_from(status).ok()),
        error: text("error"),
        arguments,
        forgiven: words
            .into_iter()
            .flatten()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect(),
        text: if event == "note" {
            None
        } else {
            body.or_else(|| text("certificate_sha256"))
        },
        curl,
        event,
    })
}

fn layer_of(event: &str) -> (TraceLayer, Option<bool>) {
    match event {
        "search" => (TraceLayer::Ssdp, Some(true)),
        "datagram" => (TraceLayer::Ssdp, Some(false)),
        "session" => (TraceLayer::Tls, None),
        "fetch" => (TraceLayer::Http, Some(true)),
        "document" => (TraceLayer::Http, Some(false)),
        "request" => (TraceLayer::Soap, Some(true)),
        "answer" | "refusal" => (TraceLayer::Soap, Some(false)),
        "subscribe" => (TraceLayer::Events, Some(true)),
        "subscribed" | "notify" => (TraceLayer::Events, Some(false)),
        _ => (TraceLayer::Note, None),
    }
}

fn pairs(value: Option<&Value>) -> Vec<TracedArgument> {
    let pairs = value.and_then(Value::as_array).into_iter().flatten();
    pairs
        .filter_map(|pair| {
            Some(TracedArgument {
                name: pair.get(0)?.as_str()?.to_owned(),
                value: pair.get(1)?.as_str()?.to_owned(),
            })
        })
        .collect()
}

fn first_line(text: Option<&str>) -> Option<String> {
    text.and_then(|text| text.lines().next()).map(str::to_owned)
}

fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    rest.split('/').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(conversation: &mut Conversation, line: &Value) {
        let line = format!("{line}\n");
        conversation
            .write_all(line.as_bytes())
            .expect("memory takes every line");
    }

    #[test]
    fn a_call_reads_as_question_and_answer() {
        let mut conversation = Conversation::default();
        say(
            &mut conversation,
            &serde_json::json!({"time": "2026-01-01T00:00:00Z", "event": "request", "peer": "192.0.2.1:49000",
                "url": "http://192.0.2.1:49000/cms", "service": "urn:schemas-upnp-org:service:ConfigurationManagement:2",
                "action": "GetValues", "arguments": [["Parameters", "<x/>"], ["Password", "[secret]"]]}),
        );
        say(
            &mut conversation,
            &serde_json::json!({"event": "answer", "peer": "192.0.2.1:49000", "action": "GetValues",
                "milliseconds": 12.5, "arguments": [], "forgiven": ["a namespace"]}),
        );
        let view = conversation.since(0);
        let [asked, answered] = view.entries.as_slice() else {
            panic!("two lines are two entries");
        };
        assert_eq!((asked.layer, asked.sent), (TraceLayer::Soap, Some(true)));
        let curl = asked
            .curl
            .as_deref()
            .expect("a request is for a shell, too");
        assert!(curl.contains("#GetValues") && curl.contains("http://192.0.2.1:49000/cms"));
        assert!(
            !curl.contains("[secret]"),
            "a placeholder is no password: {curl}"
        );
        assert_eq!(answered.milliseconds, Some(12.5));
        assert_eq!(answered.forgiven, ["a namespace"]);
        assert_eq!(conversation.since(1).entries.len(), 1);
        assert_eq!(conversation.since(9).entries.len(), 0);
    }

    #[test]
    fn it_is_bounded_and_says_what_it_forgot() {
        let mut conversation = Conversation::default();
        for number in 0..=CONVERSATION_ENTRIES {
            say(
                &mut conversation,
                &serde_json::json!({"event": "note", "text": number.to_string()}),
            );
        }
        let view = conversation.since(0);
        assert_eq!(view.entries.len(), CONVERSATION_ENTRIES);
        assert_eq!((view.forgotten, view.entries[0].number), (1, 1));
        let long = "x".repeat(CONVERSATION_OCTETS / 2);
        for _ in 0..3 {
            say(
                &mut conversation,
                &serde_json::json!({"event": "note", "text": long}),
            );
        }
        assert!(conversation.kept().octets <= CONVERSATION_OCTETS);
        conversation.forget();
        assert!(conversation.since(0).entries.is_empty());
    }

    #[test]
    fn a_line_that_is_none_is_left_out() {
        let mut conversation = Conversation::default();
        conversation
            .write_all(b"{\n")
            .expect("memory takes every line");
        say(
            &mut conversation,
            &serde_json::json!({"event": "datagram", "from": "192.0.2.1:1900", "text": "NOTIFY * HTTP/1.1\r\nNT: x"}),
        );
        let view = conversation.since(0);
        assert_eq!(view.entries.len(), 1);
        assert_eq!(view.entries[0].what, "NOTIFY * HTTP/1.1");
        assert_eq!(view.entries[0].number, 1);
    }
}
