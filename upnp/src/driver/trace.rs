//! `--trace FILE`: what was sent and received, one JSON object a line.
//!
//! A trace is made to be sent to somebody else. So nothing is written as it
//! went over the wire: actions are written argument by argument through
//! [`redact`], and a body that could not be taken apart is written as a
//! skeleton of its tags. A secret has no way in that would have to be closed.
//!
//! Fields: `time` (RFC 3339, UTC), `event` (`search`, `datagram`, `fetch`,
//! `document`, `session`, `request`, `answer`, `refusal`, `subscribe`,
//! `subscribed`, `notify`, `failure`, `note`), and what belongs to it.

mod redact;

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{json, Map, Value};
use url::Url;

use super::limits;
use crate::error::Error;
use crate::gena::answer::Answer;
use crate::gena::notify::PropertySet;
use crate::gena::notify_header::NotifyHeader;
use crate::soap::ResponseArguments;

/// Where the lines go; cheap to clone, lines of clones never mix.
#[derive(Clone)]
pub struct Trace {
    out: Arc<Mutex<Vec<Box<dyn Write + Send>>>>,
}

impl Trace {
    /// Appends to a file, which is made readable by its owner only.
    ///
    /// # Errors
    /// [`Error::Local`] when the file cannot be written.
    pub fn to_file(path: &Path) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file: File = options.open(path).map_err(|error| Error::Local {
            detail: format!("cannot write the trace {}: {error}", path.display()),
        })?;
        Ok(Self::to_writer(file))
    }

    /// Writes to anything else.
    pub fn to_writer(out: impl Write + Send + 'static) -> Self {
        Trace {
            out: Arc::new(Mutex::new(vec![Box::new(out)])),
        }
    }

    /// Writes every line there as well.
    #[must_use]
    pub fn also_to(self, out: impl Write + Send + 'static) -> Self {
        let mut all = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Box::new(out));
        drop(all);
        self
    }

    fn line(&self, event: &str, fields: Value) {
        let mut line = Map::new();
        let now = time::OffsetDateTime::now_utc();
        if let Ok(time) = now.format(&time::format_description::well_known::Rfc3339) {
            line.insert(String::from("time"), Value::String(time));
        }
        line.insert(String::from("event"), Value::String(event.to_owned()));
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not stop the management of a gateway.
        for out in out.iter_mut() {
            if out
                .write_all(text.as_bytes())
                .and_then(|()| out.flush())
                .is_err()
            {
                tracing::warn!("the trace cannot be written");
            }
        }
    }

    /// A search that went out through an adapter.
    pub(crate) fn search(&self, from: &str, to: &str, message: &[u8]) {
        self.line(
            "search",
            json!({"from": from, "to": to, "text": capped(&String::from_utf8_lossy(message))}),
        );
    }

    /// A datagram that came in.
    pub(crate) fn datagram(&self, from: &str, on: &str, message: &[u8]) {
        self.line(
            "datagram",
            json!({"from": from, "on": on, "text": capped(&String::from_utf8_lossy(message))}),
        );
    }

    /// A document that is asked for.
    pub(crate) fn fetch(&self, url: &Url) {
        self.line("fetch", json!({"url": super::http_client::shown(url)}));
    }

    /// A document that came. Text is kept only of descriptions and SCPDs,
    /// which hold no secrets; a log file may.
    pub(crate) fn document(&self, url: &Url, status: u16, body: &[u8], forgiven: &[&str]) {
        let text = String::from_utf8_lossy(body);
        let description = [
            "urn:schemas-upnp-org:device-1-0",
            "urn:schemas-upnp-org:service-1-0",
        ]
        .iter()
        .any(|namespace| text.contains(namespace));
        let text = if description {
            capped(&text)
        } else {
            redact::skeleton(body)
        };
        self.line(
            "document",
            json!({"url": super::http_client::shown(url), "status": status,
                   "bytes": body.len(), "text": text, "forgiven": forgiven}),
        );
    }

    /// A TLS session that came about.
    pub(crate) fn session(&self, peer: &str, version: &str, certificate_sha256: &str) {
        self.line(
            "session",
            json!({"peer": peer, "version": version, "certificate_sha256": certificate_sha256}),
        );
    }

    /// An action that is sent.
    pub(crate) fn request(
        &self,
        peer: &str,
        service: &crate::ServiceRef,
        action: &str,
        arguments: &[(String, String)],
    ) {
        let arguments = written(arguments.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        self.line(
            "request",
            json!({"peer": peer, "url": super::http_client::shown(&service.control_url),
                   "service": service.service_type.as_str(), "action": action,
                   "arguments": arguments}),
        );
    }

    /// An answer that could be read.
    pub(crate) fn answer(
        &self,
        peer: &str,
        action: &str,
        took: Duration,
        answer: &ResponseArguments,
        forgiven: &[&str],
    ) {
        let forgiven: Vec<String> = forgiven
            .iter()
            .map(|what| (*what).to_owned())
            .chain(answer.forgiven().iter().map(ToString::to_string))
            .collect();
        self.line(
            "answer",
            json!({"peer": peer, "action": action, "milliseconds": milliseconds(took),
                   "arguments": answered(answer), "forgiven": forgiven}),
        );
    }

    /// An answer that says no, or that could not be read.
    pub(crate) fn refusal(
        &self,
        peer: &str,
        action: &str,
        took: Duration,
        status: u16,
        error: &Error,
        body: &[u8],
    ) {
        self.line(
            "refusal",
            json!({"peer": peer, "action": action, "milliseconds": milliseconds(took),
                   "status": status, "error": error.to_string(), "bytes": body.len(),
                   "skeleton": redact::skeleton(body)}),
        );
    }

    /// SUBSCRIBE, its renewal or UNSUBSCRIBE, which is sent. The callback is
    /// not written: whoever knows it could send events.
    pub(crate) fn subscribe(&self, url: &Url, request: &str) {
        self.line(
            "subscribe",
            json!({"url": super::http_client::shown(url), "request": request}),
        );
    }

    /// The answer to one of them.
    pub(crate) fn subscribed(&self, request: &str, answer: &Answer) {
        let sid = answer.sid.as_ref().map(ToString::to_string);
        self.line(
            "subscribed",
            json!({"request": request, "status": answer.status, "sid": sid,
                   "seconds": answer.timeout.as_secs()}),
        );
    }

    /// An event message that came in, with the status of its answer; without
    /// a property set if its body was not, or could not be, read.
    pub(crate) fn notify(
        &self,
        peer: &str,
        header: &NotifyHeader,
        status: u16,
        bytes: usize,
        set: Option<&PropertySet>,
    ) {
        let variables = set.map(|set| {
            let pairs = set.variables.iter();
            written(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
        });
        let forgiven: Vec<String> = set
            .iter()
            .flat_map(|set| set.forgiven.iter().map(ToString::to_string))
            .collect();
        self.line(
            "notify",
            json!({"peer": peer, "sid": header.sid.as_str(), "seq": header.seq,
                   "status": status, "bytes": bytes, "variables": variables,
                   "forgiven": forgiven}),
        );
    }

    /// No answer at all.
    pub(crate) fn failure(&self, what: &str, error: &Error) {
        self.line("failure", json!({"of": what, "error": error.to_string()}));
    }

    /// Anything worth knowing that is not a message.
    pub fn note(&self, text: &str) {
        self.line("note", json!({"text": capped(text)}));
    }
}

impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trace")
    }
}

fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 100_000.0).round() / 100.0
}

/// Arguments in order, each through the redactor.
fn written<'a>(arguments: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    Value::Array(
        arguments
            .map(|(name, value)| json!([name, redact::argument(name, value)]))
            .collect(),
    )
}

/// The arguments of an answer; of a large one no more is looked at than is kept.
fn answered(answer: &ResponseArguments) -> Value {
    // Tags that are escaped, and those that are left out, take room.
    let octets = 8 * limits::TRACE_BODY_BYTES;
    let arguments = answer.beginnings(octets).map(|(name, value, all)| {
        json!([
            name,
            match all {
                Some(octets) => redact::beginning(name, &value, octets),
                None => redact::argument(name, &value),
            }
        ])
    });
    Value::Array(arguments.collect())
}

/// A text cut to what one line keeps.
fn capped(text: &str) -> String {
    capped_of(text, text.len())
}

/// The beginning of a text that has so many octets, cut to what one line keeps.
fn capped_of(text: &str, octets: usize) -> String {
    if octets <= limits::TRACE_BODY_BYTES {
        return text.to_owned();
    }
    let mut end = limits::TRACE_BODY_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    format!("{kept}{}", rest(octets))
}

/// What says that there is more, of so many octets together.
fn rest(octets: usize) -> String {
    format!("… [{octets} bytes in all]")
}
