//! One event message after the other from a connection, read tolerantly and
//! within bounds.
//!
//! Publishers send bodies in chunks, with a length, or up to the end of the
//! connection; they put a NUL and stray bytes behind the announced length
//! (libupnp 1.6), and leave quotes and empty lines out.

#[cfg(test)]
mod tests;

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{timeout, timeout_at, Instant};

use super::super::answer_body::{Completeness, DocumentEnd};
use super::super::limits;
use crate::gena::head::head_length;
use crate::http_message::{Headers, HttpMessage, StartLine};

/// What comes before the body.
#[derive(Debug)]
pub(super) struct Head {
    pub method: String,
    pub target: String,
    pub headers: Headers,
    /// Whether the sender means to send more on this connection.
    pub keeps_open: bool,
}

/// Why there is no message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The sender is gone, silent, or too slow to be told anything.
    Closed,
    /// To be answered with this status, as the last thing.
    Status(u16),
}

/// Reads messages and answers them.
pub(super) struct Messages<S> {
    stream: S,
    buffer: Vec<u8>,
    deadline: Instant,
    /// Whether what follows the last message makes no sense.
    stray: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Messages<S> {
    pub(super) fn new(stream: S) -> Self {
        Messages {
            stream,
            buffer: Vec::new(),
            deadline: Instant::now() + limits::EVENT_MESSAGE,
            stray: false,
        }
    }

    /// The head of the next message.
    pub(super) async fn head(&mut self) -> Result<Head, Stop> {
        loop {
            // NULs and empty lines belong to the message before.
            let junk = self.buffer.iter().take_while(|octet| is_filler(**octet));
            let junk = junk.count();
            self.buffer.drain(..junk);
            if let Some(length) = head_length(&self.buffer) {
                if length > limits::EVENT_HEAD_BYTES {
                    return Err(Stop::Status(431));
                }
                let octets: Vec<u8> = self.buffer.drain(..length).collect();
                return read_head(&octets).ok_or(Stop::Status(400));
            }
            if self.buffer.len() > limits::EVENT_HEAD_BYTES {
                return Err(Stop::Status(431));
            }
            if !self.fill(self.deadline).await? {
                return Err(Stop::Closed);
            }
        }
    }

    /// Waits for the next message on the same connection.
    pub(super) async fn idle(&mut self) -> Result<(), Stop> {
        if self.buffer.is_empty() && !self.fill(Instant::now() + limits::EVENT_IDLE).await? {
            return Err(Stop::Closed);
        }
        self.deadline = Instant::now() + limits::EVENT_MESSAGE;
        Ok(())
    }

    /// The body that belongs to `head`, without chunk framing.
    pub(super) async fn body(&mut self, head: &Head) -> Result<Vec<u8>, Stop> {
        let is_chunked = head.headers.get("TRANSFER-ENCODING").is_some_and(|value| {
            let mut codings = value.split(',');
            codings.any(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
        });
        let length = head.headers.get("CONTENT-LENGTH").and_then(|value| {
            let first = value.split(',').next().unwrap_or_default();
            first.trim().parse::<u64>().ok()
        });
        let limit = crate::limits::EVENT_BYTES;
        let length = match length {
            _ if is_chunked => None,
            Some(length) if length > limit as u64 => return Err(Stop::Status(413)),
            Some(length) => usize::try_from(length).ok(),
            None => None,
        };
        let waits = head
            .headers
            .get("EXPECT")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("100-continue"));
        if waits {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let body = match length {
            _ if is_chunked => self.chunks(limit).await?,
            Some(length) => {
                self.fill_to(length).await?;
                self.buffer.drain(..length).collect()
            }
            None => self.until_complete(limit).await?,
        };
        let next = self.buffer.iter().position(|octet| !is_filler(*octet));
        let next = self.buffer.get(next.unwrap_or(self.buffer.len())..);
        let next = next.unwrap_or_default();
        self.stray = !next.is_empty() && !next.iter().zip(b"NOTIFY").all(|(a, b)| a == b);
        Ok(body)
    }

    /// A body that announces no length: up to the end of the document.
    async fn until_complete(&mut self, limit: usize) -> Result<Vec<u8>, Stop> {
        loop {
            if self.buffer.len() > limit {
                return Err(Stop::Status(413));
            }
            let complete = DocumentEnd::of(&self.buffer) == Completeness::Complete;
            let ended = complete || !self.fill(self.deadline).await?;
            if ended {
                return Ok(std::mem::take(&mut self.buffer));
            }
        }
    }

    async fn chunks(&mut self, limit: usize) -> Result<Vec<u8>, Stop> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| Stop::Status(400))?;
            if size == 0 {
                break;
            }
            if size > limit || body.len() + size > limit {
                return Err(Stop::Status(413));
            }
            self.fill_to(size).await?;
            body.extend(self.buffer.drain(..size));
            if !self.line().await?.is_empty() {
                return Err(Stop::Status(400));
            }
        }
        for _ in 0..crate::limits::HEADERS {
            // Trailer fields up to the empty line.
            match self.line().await {
                Ok(line) if !line.is_empty() => {}
                // The body is whole even if its sender stops here.
                Ok(_) | Err(Stop::Closed) => return Ok(body),
                Err(stop) => return Err(stop),
            }
        }
        Err(Stop::Status(400))
    }

    async fn line(&mut self) -> Result<String, Stop> {
        loop {
            if let Some(end) = self.buffer.iter().position(|octet| *octet == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim().to_owned());
            }
            if self.buffer.len() > limits::CHUNK_LINE_BYTES {
                return Err(Stop::Status(400));
            }
            if !self.fill(self.deadline).await? {
                return Err(Stop::Closed);
            }
        }
    }

    async fn fill_to(&mut self, length: usize) -> Result<(), Stop> {
        while self.buffer.len() < length {
            if !self.fill(self.deadline).await? {
                return Err(Stop::Closed);
            }
        }
        Ok(())
    }

    /// Reads some more; `false` at the end of the stream.
    async fn fill(&mut self, deadline: Instant) -> Result<bool, Stop> {
        self.buffer.reserve(8 * 1024);
        match timeout_at(deadline, self.stream.read_buf(&mut self.buffer)).await {
            Ok(Ok(count)) => Ok(count > 0),
            Ok(Err(_)) | Err(_) => Err(Stop::Closed),
        }
    }

    /// Answers the message just read. Whether another may follow.
    pub(super) async fn answer(&mut self, status: u16, head: &Head) -> bool {
        if head.keeps_open && !self.stray && status == 200 {
            return self.reply(status, true).await.is_ok();
        }
        self.refuse(status).await;
        false
    }

    /// Answers as the last thing on this connection, and lets the sender see it.
    pub(super) async fn refuse(&mut self, status: u16) {
        if self.reply(status, false).await.is_err() {
            return;
        }
        let farewell = async {
            self.stream.shutdown().await?;
            let mut rest = (&mut self.stream).take(limits::EVENT_LINGER_BYTES as u64);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
        };
        // Only politeness, and the bounds hold.
        let _: Result<io::Result<u64>, _> = timeout(limits::EVENT_LINGER, farewell).await;
    }

    async fn reply(&mut self, status: u16, keep: bool) -> Result<(), Stop> {
        let reason = match status {
            200 => "OK",
            404 => "Not Found",
            405 => "Method Not Allowed",
            412 => "Precondition Failed",
            413 => "Content Too Large",
            431 => "Request Header Fields Too Large",
            503 => "Service Unavailable",
            _ => "Bad Request",
        };
        let connection = if keep { "keep-alive" } else { "close" };
        let text = format!(
            "HTTP/1.1 {status} {reason}\r\nCONTENT-LENGTH: 0\r\nCONNECTION: {connection}\r\n\r\n"
        );
        self.write(text.as_bytes()).await
    }

    async fn write(&mut self, octets: &[u8]) -> Result<(), Stop> {
        let sending = async {
            self.stream.write_all(octets).await?;
            self.stream.flush().await
        };
        match timeout(limits::EVENT_MESSAGE, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Stop::Closed),
        }
    }
}

/// What may stand between two messages and means nothing.
fn is_filler(octet: u8) -> bool {
    matches!(octet, 0 | b'\r' | b'\n')
}

fn read_head(octets: &[u8]) -> Option<Head> {
    let message = HttpMessage::parse(octets).ok()?;
    let StartLine::Request { method, target } = message.start else {
        return None;
    };
    let line = octets.split(|octet| *octet == b'\n').next()?;
    let is_old = line.trim_ascii_end().ends_with(b"/1.0");
    let connection = message.headers.get("CONNECTION").unwrap_or_default();
    let says = |word: &str| {
        let mut words = connection.split(',');
        words.any(|found| found.trim().eq_ignore_ascii_case(word))
    };
    Some(Head {
        keeps_open: if is_old {
            says("keep-alive")
        } else {
            !says("close")
        },
        method,
        target,
        headers: message.headers,
    })
}
