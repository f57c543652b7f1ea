//! What a publisher answers to SUBSCRIBE, a renewal or UNSUBSCRIBE.

use std::time::Duration;

use super::head::head_length;
use super::sid::Sid;
use crate::http_message::{HttpMessage, StartLine};
use crate::limits;

/// An answer; none of the three requests has one with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// SID, if there is a readable one. Renewals are answered without, and
    /// now and then with a new one.
    pub sid: Option<Sid>,
    /// How long the subscription lasts, see [`granted`].
    pub timeout: Duration,
}

/// Not HTTP.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not HTTP: {detail}")]
pub struct AnswerError {
    /// What is wrong with it.
    pub detail: String,
}

impl Answer {
    /// Reads the answer at the beginning of `octets`, interim (1xx) answers
    /// skipped; `None` when its head is not complete. `ended` says that nothing
    /// more will come, which ends a head without its empty line.
    ///
    /// # Errors
    /// [`AnswerError`] when it is no answer at all.
    pub fn read(octets: &[u8], ended: bool) -> Result<Option<Self>, AnswerError> {
        let mut rest = octets;
        loop {
            while let [b'\r' | b'\n', after @ ..] = rest {
                rest = after;
            }
            let length = match head_length(rest) {
                Some(length) => length,
                None if ended && !rest.is_empty() => rest.len(),
                None => return Ok(None),
            };
            let head = rest.get(..length).unwrap_or_default();
            let message = HttpMessage::parse(head).map_err(|error| AnswerError {
                detail: error.to_string(),
            })?;
            let StartLine::Status { code, .. } = message.start else {
                return Err(AnswerError {
                    detail: String::from("it is a request"),
                });
            };
            if (100..200).contains(&code) {
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            return Ok(Some(Answer {
                status: code,
                sid: message.headers.get("SID").and_then(Sid::parse),
                timeout: granted(message.headers.get("TIMEOUT")),
            }));
        }
    }

    /// Whether the publisher did what it was asked for.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The time of a TIMEOUT header, brought into the bounds of [`limits`].
///
/// `Second-1800` in any case and a bare `1800` are seen. Without a readable
/// time the usual one is assumed; what never ends is renewed like the longest
/// believed, so that a gateway that forgot the subscription is noticed.
#[must_use]
pub fn granted(header: Option<&str>) -> Duration {
    let Some(text) = header.map(|text| text.trim().trim_matches('"')) else {
        return limits::DEFAULT_SUBSCRIPTION;
    };
    let number = match text.get(..7) {
        Some(prefix) if prefix.eq_ignore_ascii_case("second-") => text.get(7..).unwrap_or_default(),
        _ => text,
    }
    .trim();
    if number.eq_ignore_ascii_case("infinite") {
        return limits::MAX_SUBSCRIPTION;
    }
    let digits = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
    match number.parse::<u64>() {
        // Nothing can be subscribed to for no time: it is no statement.
        Ok(0) => limits::DEFAULT_SUBSCRIPTION,
        Ok(seconds) => {
            Duration::from_secs(seconds).clamp(limits::MIN_SUBSCRIPTION, limits::MAX_SUBSCRIPTION)
        }
        Err(_) if digits => limits::MAX_SUBSCRIPTION,
        Err(_) => limits::DEFAULT_SUBSCRIPTION,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_all_spellings_are_read() {
        for (text, seconds) in [
            ("Second-300", 300),
            ("second-300", 300),
            (" Second-300 ", 300),
            ("300", 300),
            ("Second-infinite", 3600),
            ("infinite", 3600),
            ("Second-99999999999999999999999", 3600),
            ("Second-86400", 3600),
            ("Second-1", 2),
            ("Second-0", 1800),
            ("Second--5", 1800),
            ("soon", 1800),
            ("", 1800),
        ] {
            assert_eq!(granted(Some(text)).as_secs(), seconds, "{text:?}");
        }
        assert_eq!(granted(None).as_secs(), 1800);
    }

    #[test]
    fn an_answer_is_read_as_soon_as_its_head_is_there() {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nSid: uuid:1\r\nTimeout: Second-300\r\n\r\nrest";
        let whole = Answer::read(text.as_bytes(), false).expect("HTTP");
        assert_eq!(
            whole,
            Some(Answer {
                status: 200,
                sid: Sid::parse("uuid:1"),
                timeout: Duration::from_secs(300),
            })
        );
        let head = text.len() - "rest".len();
        for length in 0..head {
            let part = Answer::read(&text.as_bytes()[..length], false).expect("HTTP");
            assert_eq!(part, None, "{length}");
        }
    }

    #[test]
    fn sloppy_answers_are_read() {
        let cut = Answer::read(b"HTTP/1.0 412 Precondition Failed", true).expect("HTTP");
        assert_eq!(cut.map(|answer| answer.status), Some(412));
        let bare = Answer::read(b"\r\n\r\nHTTP/1.1 200 OK\nSID:uuid:1\n\n", false)
            .expect("HTTP")
            .expect("an answer");
        assert_eq!(bare.sid, Sid::parse("uuid:1"));
        assert_eq!(bare.timeout, limits::DEFAULT_SUBSCRIPTION);
        assert_eq!(Answer::read(b"", true), Ok(None));
        assert!(Answer::read(b"hello\r\n\r\n", false).is_err());
        assert!(Answer::read(b"NOTIFY / HTTP/1.1\r\n\r\n", false).is_err());
    }
}
