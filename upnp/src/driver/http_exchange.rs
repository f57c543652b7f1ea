//! One HTTP/1.x request and its answer over a stream that is already open.
//!
//! Gateways announce lengths they do not send, send an empty `Content-Length`,
//! fold header fields, end lines with a bare LF or speak HTTP/1.0. An ordinary
//! HTTP library must refuse part of that, and for an action that changes
//! something there is no second request to read more kindly; so answers to
//! actions are read here. Everything is bounded: head, body, chunks and time.

mod head;

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::error::Elapsed;
use tokio::time::{timeout_at, Instant};

use self::head::{field, is_token, parse_head, Head};
use super::answer_body::{Completeness, DocumentEnd};
use super::limits;
use crate::body::Body;
use crate::xml::text::charset;

/// What is asked.
#[derive(Debug)]
pub(crate) struct HttpRequest<'a> {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query.
    pub target: &'a str,
    /// Host and port for the `Host` field, address without a scope.
    pub host: &'a str,
    /// Further fields, in order. `Content-Length` is added here.
    pub fields: &'a [(&'static str, &'a str)],
    /// The body; nothing is announced for a `GET`.
    pub body: &'a [u8],
}

impl HttpRequest<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512 + self.body.len());
        bytes.extend_from_slice(
            format!(
                "{} {} HTTP/1.1\r\nHOST: {}\r\n",
                self.method, self.target, self.host
            )
            .as_bytes(),
        );
        for (name, value) in self.fields {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if self.method != "GET" {
            // Always a length, never chunks: old servers do not read chunks.
            bytes.extend_from_slice(format!("CONTENT-LENGTH: {}\r\n", self.body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        // Head and body in one write: servers exist that take what the first
        // read brings for the whole request.
        bytes.extend_from_slice(self.body);
        bytes
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    /// Status of the final answer.
    pub status: u16,
    /// Header fields in order; names as sent.
    pub fields: Vec<(String, String)>,
    /// The body, without chunk framing.
    pub body: Body,
    /// Whether another request may follow on this stream.
    pub reusable: bool,
    /// Departures from HTTP that were accepted.
    pub forgiven: Vec<&'static str>,
    /// Whether the body goes on and only its beginning was read.
    pub cut: bool,
}

impl HttpAnswer {
    /// The value of a field, whatever the case of its name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }

    /// The `charset` of the Content-Type.
    pub(crate) fn charset(&self) -> Option<String> {
        charset(self.field("content-type")?)
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum FailureKind {
    /// The stream ended or broke; the system's words.
    Closed(String),
    /// TLS reported an alert or broke; the library's words.
    Tls(String),
    /// Time is up.
    TimedOut(Duration),
    /// More than this many bytes.
    TooLarge(usize),
    /// Not HTTP, or cut short.
    Unreadable(String),
}

/// A failed exchange: why, and how far it got.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// Whether any byte of an answer arrived.
    pub answered: bool,
}

/// How long and how much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Until the end of a short answer; a long one that keeps flowing gets
    /// more, see [`limits::BYTES_PER_EXTRA_SECOND`].
    pub time: Duration,
    /// Most bytes of the body.
    pub bytes: usize,
    /// Whether the beginning of a larger body is wanted all the same.
    pub part: bool,
}

/// Looks at the body of an answer while it arrives: at all that is there of
/// it, each time there is more, with room for as many octets as were announced,
/// where a length was. It may set a part aside.
pub(crate) type Watch<'a> = &'a mut (dyn FnMut(&mut Body) + Send);

/// Sends one request and reads its answer, whose body `watch` may look at.
pub(crate) async fn exchange<S>(
    stream: &mut S,
    request: &HttpRequest<'_>,
    bounds: Bounds,
    watch: Watch<'_>,
) -> Result<HttpAnswer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut reader = Reader::new(stream, bounds, watch);
    let bytes = request.to_bytes();
    reader.send(&bytes).await?;
    let mut interim = 0;
    let head = loop {
        let head = reader.head().await?;
        for what in &head.forgiven {
            reader.forgive(what);
        }
        if !(100..200).contains(&head.status) {
            break head;
        }
        interim += 1;
        if interim > limits::INTERIM_ANSWERS {
            return Err(reader.unreadable("too many interim answers"));
        }
    };
    reader.body(head).await
}

/// How much is read at a time, at least: a TLS record.
const READ_BYTES: usize = 16 * 1024;

enum Framing {
    None,
    Chunked,
    Length(usize),
    UntilClose,
}

struct Reader<'a, S> {
    stream: &'a mut S,
    watch: Watch<'a>,
    bounds: Bounds,
    start: Instant,
    buffer: Vec<u8>,
    /// Bytes of the buffer already used.
    used: usize,
    received: usize,
    forgiven: Vec<&'static str>,
    /// The body went on beyond what was wanted.
    cut: bool,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Reader<'a, S> {
    fn new(stream: &'a mut S, bounds: Bounds, watch: Watch<'a>) -> Self {
        Reader {
            stream,
            watch,
            bounds,
            start: Instant::now(),
            buffer: Vec::with_capacity(4096),
            used: 0,
            received: 0,
            forgiven: Vec::new(),
            cut: false,
        }
    }

    fn fail(&self, kind: FailureKind) -> Failure {
        Failure {
            kind,
            answered: self.received > 0,
        }
    }

    fn unreadable(&self, detail: &str) -> Failure {
        self.fail(FailureKind::Unreadable(detail.to_owned()))
    }

    fn broken(&self, error: &std::io::Error) -> Failure {
        let tls = error
            .get_ref()
            .is_some_and(|inner| inner.is::<openssl::ssl::Error>());
        self.fail(if tls {
            FailureKind::Tls(error.to_string())
        } else {
            FailureKind::Closed(error.to_string())
        })
    }

    fn forgive(&mut self, what: &'static str) {
        if !self.forgiven.contains(&what) {
            self.forgiven.push(what);
        }
    }

    fn allowed(&self) -> Duration {
        let extra = self.received / limits::BYTES_PER_EXTRA_SECOND;
        self.bounds.time + Duration::from_secs(extra as u64)
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let sending = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout_at(self.start + self.bounds.time, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(&error)),
            Err(_) => Err(self.fail(FailureKind::TimedOut(self.bounds.time))),
        }
    }

    /// Reads some more; `false` at the end of the stream.
    async fn fill(&mut self) -> Result<bool, Failure> {
        let allowed = self.allowed();
        let deadline = self.start + allowed;
        match self.fill_until(deadline).await? {
            Some(more) => Ok(more),
            None => Err(self.fail(FailureKind::TimedOut(allowed))),
        }
    }

    /// Like `fill`, and `None` when the time is up.
    async fn fill_until(&mut self, deadline: Instant) -> Result<Option<bool>, Failure> {
        if self.used > 0 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        self.buffer.reserve(READ_BYTES);
        let reading = self.stream.read_buf(&mut self.buffer);
        let read = timeout_at(deadline, reading).await;
        self.after(read)
    }

    /// Like `fill_until`, but right into the body, up to `end`: nothing of a
    /// large one is moved twice. Only with nothing pending.
    async fn fill_body(
        &mut self,
        body: &mut Body,
        end: usize,
        deadline: Instant,
    ) -> Result<Option<bool>, Failure> {
        // One octet more than allowed says that there is more.
        let most = end.min(self.bounds.bytes.saturating_add(1));
        let room = most.saturating_sub(body.len());
        body.end_mut().reserve(room.min(READ_BYTES));
        let mut stream = (&mut *self.stream).take(room as u64);
        let read = timeout_at(deadline, stream.read_buf(body.end_mut())).await;
        let more = self.after(read)?;
        if body.len() > self.bounds.bytes {
            return Err(self.fail(FailureKind::TooLarge(self.bounds.bytes)));
        }
        if more == Some(true) {
            (self.watch)(body);
        }
        Ok(more)
    }

    /// What a read brought: whether there may be more, `None` when its time
    /// was up.
    fn after(
        &mut self,
        read: Result<std::io::Result<usize>, Elapsed>,
    ) -> Result<Option<bool>, Failure> {
        match read {
            Ok(Ok(0)) => Ok(Some(false)),
            Ok(Ok(count)) => {
                self.received += count;
                Ok(Some(true))
            }
            Ok(Err(error)) => {
                // Some gateways drop TLS, or TCP, without saying goodbye.
                let abrupt = matches!(
                    error.kind(),
                    std::io::ErrorKind::UnexpectedEof
                        | std::io::ErrorKind::ConnectionReset
                        | std::io::ErrorKind::BrokenPipe
                );
                let failure = self.broken(&error);
                let eof = abrupt || error.to_string().contains("unexpected eof");
                if eof && self.received > 0 {
                    self.forgive("connection dropped instead of closed");
                    return Ok(Some(false));
                }
                if eof {
                    return Err(self.fail(FailureKind::Closed(error.to_string())));
                }
                Err(failure)
            }
            Err(_) => Ok(None),
        }
    }

    fn pending(&self) -> &[u8] {
        self.buffer.get(self.used..).unwrap_or_default()
    }

    async fn head(&mut self) -> Result<Head, Failure> {
        loop {
            match parse_head(self.pending()) {
                Ok(Some((length, head))) => {
                    self.used += length;
                    return Ok(head);
                }
                Ok(None) => {}
                Err(detail) => return Err(self.unreadable(&detail)),
            }
            if self.pending().len() > limits::HEAD_BYTES {
                return Err(self.unreadable("the head of the answer is too long"));
            }
            if !self.fill().await? {
                return Err(if self.received == 0 {
                    self.fail(FailureKind::Closed(String::from(
                        "closed before any byte of the answer",
                    )))
                } else {
                    self.unreadable("the answer ends inside its head")
                });
            }
        }
    }

    async fn body(mut self, head: Head) -> Result<HttpAnswer, Failure> {
        let encoded = field(&head.fields, "content-encoding")
            .is_some_and(|coding| !coding.trim().is_empty() && !is_token(coding, "identity"));
        if encoded {
            return Err(self.unreadable("the answer is compressed, which was not asked for"));
        }
        let connection = field(&head.fields, "connection")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut reusable = if head.minor_version == 0 {
            connection.contains("keep-alive")
        } else {
            !connection.contains("close")
        };
        let framing = self.framing(&head);
        let body = match framing {
            Framing::None => Body::default(),
            Framing::Chunked => self.chunked().await?,
            Framing::Length(length) => {
                let (body, exact) = self.length(length).await?;
                reusable &= exact;
                body
            }
            Framing::UntilClose => {
                reusable = false;
                self.until_close(Body::default(), None).await?
            }
        };
        // Anything more than what was announced would be taken for the
        // beginning of the next answer.
        reusable &= self.pending().is_empty() && !self.cut;
        Ok(HttpAnswer {
            cut: self.cut,
            status: head.status,
            fields: head.fields,
            body,
            reusable,
            forgiven: self.forgiven,
        })
    }

    fn framing(&mut self, head: &Head) -> Framing {
        if matches!(head.status, 204 | 304) {
            return Framing::None;
        }
        if field(&head.fields, "transfer-encoding")
            .is_some_and(|value| value.split(',').any(|coding| is_token(coding, "chunked")))
        {
            return Framing::Chunked;
        }
        match field(&head.fields, "content-length").map(str::trim) {
            None => Framing::UntilClose,
            Some(text) => match text.split(',').next().unwrap_or_default().trim().parse() {
                Ok(length) => Framing::Length(length),
                Err(_) => {
                    self.forgive("Content-Length without a number");
                    Framing::UntilClose
                }
            },
        }
    }

    /// Moves pending bytes into the body, at most up to `length`.
    fn take(&mut self, body: &mut Body, length: usize) -> Result<(), Failure> {
        let wanted = length.saturating_sub(body.len());
        let available = self.pending().len().min(wanted);
        if body.len() + available > self.bounds.bytes {
            return Err(self.fail(FailureKind::TooLarge(self.bounds.bytes)));
        }
        let piece = self.pending().get(..available).unwrap_or_default();
        body.end_mut().extend_from_slice(piece);
        self.used += available;
        if available > 0 {
            (self.watch)(body);
        }
        Ok(())
    }

    /// A body of announced length; also says whether the length was right.
    async fn length(&mut self, length: usize) -> Result<(Body, bool), Failure> {
        let mut length = length;
        if length > self.bounds.bytes {
            if !self.bounds.part {
                return Err(self.fail(FailureKind::TooLarge(self.bounds.bytes)));
            }
            self.cut = true;
            length = self.bounds.bytes;
        }
        // Room that is not used costs nothing, and growing would copy it all.
        let mut body = Body::with_room_for(length);
        self.take(&mut body, length)?;
        if body.len() < length {
            let body = self.until_close(body, Some(length)).await?;
            let exact = body.len() == length;
            return Ok((body, exact));
        }
        if self.cut || DocumentEnd::of_body(&body) != Completeness::CutOff {
            return Ok((body, true));
        }
        // A document that ends in its middle: the length was too small, if
        // more is there or comes at once.
        loop {
            self.take(&mut body, usize::MAX)?;
            if DocumentEnd::of_body(&body) == Completeness::Complete {
                break;
            }
            let deadline = Instant::now() + limits::COMPLETE_GRACE;
            if self
                .fill_until(deadline.min(self.start + self.allowed()))
                .await?
                != Some(true)
            {
                break;
            }
        }
        if body.len() > length {
            self.forgive("Content-Length smaller than the body");
            return Ok((body, false));
        }
        Ok((body, true))
    }

    /// Reads to the end of the stream or of the announced length, or, when the
    /// document is complete and nothing more comes, until a short grace is over.
    async fn until_close(
        &mut self,
        mut body: Body,
        announced: Option<usize>,
    ) -> Result<Body, Failure> {
        let most = if self.bounds.part {
            self.bounds.bytes
        } else {
            usize::MAX
        };
        let end = announced.unwrap_or(most);
        loop {
            self.take(&mut body, end)?;
            if body.len() >= end {
                self.cut |= announced.is_none();
                return Ok(body);
            }
            let complete = DocumentEnd::of_body(&body) == Completeness::Complete;
            let allowed = self.allowed();
            let mut deadline = self.start + allowed;
            if complete {
                deadline = deadline.min(Instant::now() + limits::COMPLETE_GRACE);
            }
            match self.fill_body(&mut body, end, deadline).await? {
                Some(true) => {}
                Some(false) if announced.is_none() => return Ok(body),
                Some(false) if complete => {
                    self.forgive("Content-Length larger than the body");
                    return Ok(body);
                }
                Some(false) => return Err(self.unreadable("the answer was cut short")),
                None if complete => {
                    self.forgive("no end of the body was given, the document was complete");
                    return Ok(body);
                }
                None => return Err(self.fail(FailureKind::TimedOut(allowed))),
            }
        }
    }

    async fn chunked(&mut self) -> Result<Body, Failure> {
        let mut body = Body::default();
        loop {
            let line = match self.line().await? {
                Some(line) => line,
                None if DocumentEnd::of_body(&body) == Completeness::Complete => {
                    self.forgive("the last chunk is missing");
                    return Ok(body);
                }
                None => return Err(self.unreadable("the answer ends between chunks")),
            };
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16)
                .map_err(|_| self.unreadable("a chunk without a size"))?;
            if size == 0 {
                break;
            }
            if size > self.bounds.bytes && !self.bounds.part {
                return Err(self.fail(FailureKind::TooLarge(self.bounds.bytes)));
            }
            if self.bounds.part && body.len() + size > self.bounds.bytes {
                self.cut = true;
            }
            let end = (body.len() + size).min(if self.cut {
                self.bounds.bytes
            } else {
                usize::MAX
            });
            loop {
                self.take(&mut body, end)?;
                if body.len() >= end {
                    break;
                }
                if !self.fill().await? {
                    return Err(self.unreadable("the answer ends inside a chunk"));
                }
            }
            if self.cut {
                return Ok(body);
            }
            if self.line().await?.is_some_and(|line| !line.is_empty()) {
                return Err(self.unreadable("a chunk longer than its size"));
            }
        }
        for _ in 0..limits::HEAD_FIELDS {
            // Trailer fields up to the empty line; a gateway that closes
            // instead has said all it had to say.
            if self.line().await?.is_none_or(|line| line.is_empty()) {
                return Ok(body);
            }
        }
        Err(self.unreadable("too many trailer fields"))
    }

    /// One line without its end; `None` at the end of the stream.
    async fn line(&mut self) -> Result<Option<String>, Failure> {
        loop {
            if let Some(end) = self.pending().iter().position(|byte| *byte == b'\n') {
                let line = String::from_utf8_lossy(self.pending().get(..end).unwrap_or_default())
                    .trim_end_matches('\r')
                    .to_owned();
                self.used += end + 1;
                return Ok(Some(line));
            }
            if self.pending().len() > limits::CHUNK_LINE_BYTES {
                return Err(self.unreadable("a chunk line is too long"));
            }
            if !self.fill().await? {
                return Ok(None);
            }
        }
    }
}
