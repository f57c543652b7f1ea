//! HTTP answers as no HTTP library writes them (real-devices, section 2; uda-control-point, section 4): a stream
//! that rewrites the heads of answers on their way out.

use std::io;
use std::pin::Pin;
use std::task::{ready, Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::quirks::{Quirk, Quirks};

/// A stream whose answers are spoilt.
pub(crate) struct Spoilt<S> {
    stream: S,
    quirks: Quirks,
    state: State,
    pending: Vec<u8>,
}

/// What the next written octet belongs to.
enum State {
    Head(Vec<u8>),
    Body(usize),
    UntilClose,
}

impl<S> Spoilt<S> {
    /// Whether any quirk is about heads.
    pub(crate) fn is_needed(quirks: &Quirks) -> bool {
        quirks.has_any(&[
            Quirk::EmptyContentLength,
            Quirk::NoContentLength,
            Quirk::BareLineFeeds,
            Quirk::FoldedHeaders,
            Quirk::Interim100,
            Quirk::NoHttpHeaders,
        ])
    }

    pub(crate) fn new(stream: S, quirks: Quirks) -> Self {
        Self {
            stream,
            quirks,
            state: State::Head(Vec::new()),
            pending: Vec::new(),
        }
    }

    fn take(&mut self, mut octets: &[u8]) {
        while let Some((first, rest)) = octets.split_first() {
            match &mut self.state {
                State::UntilClose => {
                    self.pending.extend_from_slice(octets);
                    return;
                }
                State::Body(left) => {
                    let (body, rest) = octets.split_at((*left).min(octets.len()));
                    self.pending.extend_from_slice(body);
                    *left -= body.len();
                    octets = rest;
                    if *left == 0 {
                        self.state = State::Head(Vec::new());
                    }
                }
                State::Head(head) => {
                    head.push(*first);
                    octets = rest;
                    if head.ends_with(b"\r\n\r\n") {
                        let head = String::from_utf8_lossy(head).into_owned();
                        self.state = match length(&head) {
                            Some(0) => State::Head(Vec::new()),
                            Some(length) => State::Body(length),
                            None => State::UntilClose,
                        };
                        self.pending
                            .extend(spoilt_head(&head, &self.quirks).into_bytes());
                    }
                }
            }
        }
    }
}

fn length(head: &str) -> Option<usize> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
}

fn spoilt_head(head: &str, quirks: &Quirks) -> String {
    let mut out = String::new();
    if quirks.has(Quirk::Interim100) {
        out.push_str("HTTP/1.1 100 Continue\r\n\r\n");
    }
    for line in head.split_inclusive("\r\n") {
        let name = line
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let left_out = match name.as_str() {
            "date" | "server" | "ext" => quirks.has(Quirk::NoHttpHeaders),
            "content-length" => quirks.has(Quirk::NoContentLength),
            _ => false,
        };
        if left_out {
            continue;
        }
        match name.as_str() {
            "content-length" if quirks.has(Quirk::EmptyContentLength) => {
                out.push_str("Content-Length:\r\n");
            }
            "server" | "content-type" if quirks.has(Quirk::FoldedHeaders) => {
                // The first blank stands after the colon.
                let mut words = line.splitn(3, ' ');
                for (number, word) in words.by_ref().enumerate() {
                    out.push_str(["", " ", "\r\n\t"].get(number).unwrap_or(&" "));
                    out.push_str(word);
                }
            }
            _ => out.push_str(line),
        }
    }
    if quirks.has(Quirk::BareLineFeeds) {
        out = out.replace("\r\n", "\n");
    }
    out
}

impl<S: AsyncWrite + Unpin> Spoilt<S> {
    fn drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.pending))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.pending.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Spoilt<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Spoilt<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.drain(context))?;
        self.take(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.drain(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.drain(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=\"utf-8\"\r\nExt: \r\n\
        Content-Length: 4\r\n\r\nbody";

    fn with(quirk: Quirk) -> String {
        let mut stream = Spoilt::new((), [quirk].into_iter().collect());
        for octets in ANSWER.chunks(7) {
            stream.take(octets);
        }
        stream.take(ANSWER);
        String::from_utf8(stream.pending).unwrap()
    }

    #[test]
    fn every_head_is_rewritten_and_bodies_are_left_alone() {
        for (quirk, twice) in [
            (Quirk::Interim100, "100 Continue\r\n\r\nHTTP/1.1 200"),
            (Quirk::NoContentLength, "\"utf-8\"\r\nExt: \r\n\r\nbody"),
            (Quirk::EmptyContentLength, "Content-Length:\r\n\r\nbody"),
            (Quirk::FoldedHeaders, "text/xml;\r\n\tcharset"),
            (Quirk::BareLineFeeds, "Length: 4\n\nbody"),
            (
                Quirk::NoHttpHeaders,
                "\"utf-8\"\r\nContent-Length: 4\r\n\r\nbody",
            ),
        ] {
            let text = with(quirk);
            assert_eq!(text.matches(twice).count(), 2, "{}: {text}", quirk.name());
        }
    }
}
