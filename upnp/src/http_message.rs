//! Start line and headers, as SSDP datagrams have them.
//!
//! Read liberally: bare line feeds, folded headers, white space around names
//! and a missing empty line at the end (devolo's gateway simulator) are all
//! seen.

use crate::limits;

/// Why a message could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpMessageError {
    /// Neither a request line nor a status line.
    #[error("no start line")]
    StartLine,
    /// More headers than any device sends.
    #[error("more than {limit} headers")]
    TooManyHeaders {
        /// The limit that was passed.
        limit: usize,
    },
}

/// First line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartLine {
    /// A request.
    Request {
        /// Method.
        method: String,
        /// What it is about.
        target: String,
    },
    /// An answer.
    Status {
        /// Status code.
        code: u16,
        /// Reason in words.
        reason: String,
    },
}

/// Headers in the order of the message, names in any letter case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first value of a header.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Like [`Headers::get`], but nothing for an empty value.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Adds a header at the end.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A message without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpMessage {
    /// First line.
    pub start: StartLine,
    /// Headers.
    pub headers: Headers,
}

impl HttpMessage {
    /// Reads start line and headers up to the first empty line. Octets beyond
    /// [`limits::DATAGRAM_BYTES`] are not looked at.
    ///
    /// # Errors
    /// [`HttpMessageError`].
    pub fn parse(octets: &[u8]) -> Result<Self, HttpMessageError> {
        let octets = octets
            .get(..octets.len().min(limits::DATAGRAM_BYTES))
            .unwrap_or_default();
        let text = String::from_utf8_lossy(octets);
        let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
        let mut headers = Headers::default();
        let start = start_line(lines.next().unwrap_or_default())?;
        for line in lines {
            if line.trim().is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.0.last_mut() {
                    // The value may begin on the second line only.
                    if !value.is_empty() {
                        value.push(' ');
                    }
                    value.push_str(line.trim());
                }
                continue;
            }
            // A line that is no header is left out; the others still count.
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if headers.len() >= limits::HEADERS {
                return Err(HttpMessageError::TooManyHeaders {
                    limit: limits::HEADERS,
                });
            }
            headers.push(name.trim(), value.trim());
        }
        Ok(Self { start, headers })
    }

    /// The octets of the message, with the empty line at its end. Line breaks
    /// inside a value become blanks, so that a value cannot add a header.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let clean = |text: &str| text.replace(['\r', '\n'], " ");
        let mut out = match &self.start {
            StartLine::Request { method, target } => {
                format!("{} {} HTTP/1.1\r\n", clean(method), clean(target))
            }
            StartLine::Status { code, reason } => {
                format!("HTTP/1.1 {code} {}\r\n", clean(reason))
            }
        };
        for (name, value) in self.headers.iter() {
            out.push_str(&clean(name));
            out.push_str(": ");
            out.push_str(clean(value).trim());
            out.push_str("\r\n");
        }
        out.push_str("\r\n");
        out.into_bytes()
    }
}

fn start_line(line: &str) -> Result<StartLine, HttpMessageError> {
    let mut parts = line.trim().splitn(3, ' ');
    let mut part = || parts.next().map(str::trim).filter(|part| !part.is_empty());
    let first = part().ok_or(HttpMessageError::StartLine)?;
    let second = part().ok_or(HttpMessageError::StartLine)?;
    let third = part().unwrap_or_default();
    let is_version = |text: &str| {
        text.get(..5)
            .is_some_and(|text| text.eq_ignore_ascii_case("HTTP/"))
    };
    if is_version(first) {
        let code = second.parse().map_err(|_| HttpMessageError::StartLine)?;
        return Ok(StartLine::Status {
            code,
            reason: third.to_owned(),
        });
    }
    if is_version(third) {
        return Ok(StartLine::Request {
            method: first.to_owned(),
            target: second.to_owned(),
        });
    }
    Err(HttpMessageError::StartLine)
}
