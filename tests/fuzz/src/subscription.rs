//! A subscription, and a publisher that says anything at any time.

use std::time::{Duration, Instant};

use upnp::gena::answer::Answer;
use upnp::gena::notify::PropertySet;
use upnp::gena::notify_header::NotifyHeader;
use upnp::gena::request::Addressing;
use upnp::gena::sid::Sid;
use upnp::gena::subscription::{Event, Subscription};
use upnp::http_message::HttpMessage;
use upnp::limits;

use crate::ssdp::parted;

/// Checks a conversation. Its parts are parted by a line with only `%`: an answer begins with
/// `HTTP/`, an event message with `NOTIFY`; `wait` and a number of seconds, `silence` (no
/// answer), `restarted`, `unsubscribe` and `read` (the events so far) are what else happens.
///
/// # Panics
/// When something that must hold does not.
pub fn gena_subscription(input: &[u8]) {
    let start = Instant::now();
    let first = conversation(start, input);
    assert_eq!(first, conversation(start, input), "the same twice");
}

/// What was sent and what was told, in order.
fn conversation(start: Instant, input: &[u8]) -> Vec<String> {
    let mut talk = Talk {
        now: start,
        subscription: Subscription::new(limits::DEFAULT_SUBSCRIPTION),
        happened: Vec::new(),
        in_flight: false,
    };
    talk.send();
    for part in parted(input) {
        talk.part(part);
        talk.send();
    }
    talk.subscription.unsubscribe();
    // Whatever is to be said is said within a few answers, and nothing comes after it.
    for _ in 0..8 {
        talk.send();
        talk.in_flight = false;
        talk.subscription.handle_answer(talk.now, None);
    }
    assert!(talk.subscription.is_finished());
    assert_eq!(talk.subscription.poll_timeout(), None);
    talk.read();
    talk.happened
}

struct Talk {
    now: Instant,
    subscription: Subscription,
    happened: Vec<String>,
    in_flight: bool,
}

impl Talk {
    fn part(&mut self, part: &[u8]) {
        if part.starts_with(b"HTTP/") {
            return self.answer(part);
        }
        if part.starts_with(b"NOTIFY") {
            return self.notify(part);
        }
        let text = String::from_utf8_lossy(part);
        let mut words = text.split_whitespace();
        match words.next() {
            Some("wait") => {
                let seconds = words.next().and_then(|word| word.parse().ok());
                self.wait(Duration::from_secs(seconds.unwrap_or(1).min(86_400)));
            }
            Some("silence") if self.in_flight => {
                self.in_flight = false;
                self.subscription.handle_answer(self.now, None);
            }
            Some("restarted") => self.subscription.restarted(),
            Some("unsubscribe") => self.subscription.unsubscribe(),
            Some("read") => self.read(),
            _ => {}
        }
    }

    fn answer(&mut self, octets: &[u8]) {
        for ended in [false, true] {
            let read = Answer::read(octets, ended);
            assert_eq!(read, Answer::read(octets, ended), "the same twice");
            let Ok(Some(answer)) = read else { continue };
            assert!(answer.timeout >= limits::MIN_SUBSCRIPTION);
            assert!(answer.timeout <= limits::MAX_SUBSCRIPTION);
            if let Some(sid) = &answer.sid {
                assert_eq!(Sid::parse(sid.as_str()).as_ref(), Some(sid));
                assert!(sid.as_str().bytes().all(|octet| octet.is_ascii_graphic()));
            }
            if self.in_flight {
                self.in_flight = false;
                self.subscription.handle_answer(self.now, Some(answer));
            }
        }
    }

    fn notify(&mut self, octets: &[u8]) {
        let Ok(message) = HttpMessage::parse(octets) else {
            return;
        };
        match NotifyHeader::read(&message.headers) {
            Ok(header) => {
                let mark = octets.windows(4).position(|octets| octets == b"\r\n\r\n");
                let body = mark.and_then(|mark| octets.get(mark + 4..));
                let set = PropertySet::parse(body.unwrap_or_default(), None);
                let variables = set.ok().map(|set| set.variables);
                self.subscription.handle_notify(self.now, header, variables);
            }
            Err(refusal) => assert!(matches!(refusal.status(), 400 | 412)),
        }
    }

    /// Lets time pass, and does what is due on the way.
    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        let mut steps = 0;
        while let Some(due) = self.subscription.poll_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.subscription.handle_timeout(self.now);
            self.send();
            steps += 1;
            assert!(steps < 200_000, "timeouts make progress");
        }
        self.now = until;
        self.subscription.handle_timeout(until);
    }

    /// Gives out requests: one at a time, so the second only after an answer.
    fn send(&mut self) {
        while let Some(request) = self.subscription.poll_transmit() {
            assert!(!self.in_flight, "one request at a time");
            self.in_flight = true;
            let to = Addressing {
                host: "192.0.2.1:49152",
                target: "/event",
                user_agent: "A/1 UPnP/2.0 B/1",
                callback: "http://192.0.2.2:5000/1",
            };
            let octets = request.to_bytes(&to);
            let lines = octets.iter().filter(|octet| **octet == b'\n').count();
            assert!(lines <= 7, "no SID adds a header");
            assert!(octets.len() <= limits::IDENTIFIER_BYTES + 512);
            self.happened.push(format!("{request:?}"));
        }
    }

    fn read(&mut self) {
        let mut events = 0;
        let mut size = 0;
        while let Some(event) = self.subscription.poll_event() {
            if let Event::Values { variables, .. } = &event {
                let octets = variables
                    .iter()
                    .map(|(name, value)| name.len() + value.len());
                size += octets.sum::<usize>();
            }
            events += 1;
            self.happened.push(format!("{event:?}"));
        }
        assert!(events <= limits::SUBSCRIPTION_EVENTS + 2);
        assert!(size <= limits::SUBSCRIPTION_EVENT_BYTES);
    }
}
