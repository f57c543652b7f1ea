//! One persistent HTTP/1.1 connection to one gateway, requests one at a time.
//!
//! The rule about repetition is here and nowhere else: a request goes out a
//! second time only when it changes nothing, the connection had served before,
//! and it broke before any byte of an answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{timeout, Instant};

use super::address::HostAddress;
use super::http_exchange::{exchange, Bounds, Failure, FailureKind, HttpAnswer, HttpRequest};
use super::limits;
use super::tls::{self, TlsSettings};
use super::wire::{Link, Wire};
use crate::body::Body;
use crate::error::{Error, Step};

/// What may be done when a reused connection turns out to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The request changes nothing: once more on a fresh connection.
    Allowed,
    /// The request changes something: never after bytes were sent.
    Never,
    /// The request belongs to this TLS session and to no other. A session lasts longer than its
    /// connection where the gateway itself ends every connection with its answer.
    OnlyInSession(u64),
}

/// One request with everything that governs it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub port: u16,
    pub request: HttpRequest<'a>,
    pub bounds: Bounds,
    pub repeat: Repeat,
    pub step: Step,
    /// The action, for errors.
    pub action: &'a str,
}

struct Live {
    link: Link,
    port: u16,
    session: u64,
    /// Answers received on it.
    served: u64,
    last_used: Instant,
}

/// See the module.
pub(crate) struct Connection {
    host: HostAddress,
    tls: Option<TlsSettings>,
    live: Mutex<Option<Live>>,
    sessions: AtomicU64,
    /// The session whose connection the gateway ended with its latest answer; 0 for none.
    ended_by_answer: AtomicU64,
}

impl Connection {
    /// Unprotected; opened with the first request.
    pub(crate) fn plain(host: HostAddress) -> Self {
        Self::new(host, None)
    }

    /// Inside TLS; opened with [`Connection::open`] or the first request.
    pub(crate) fn secure(host: HostAddress, tls: TlsSettings) -> Self {
        Self::new(host, Some(tls))
    }

    fn new(host: HostAddress, tls: Option<TlsSettings>) -> Self {
        Connection {
            host,
            tls,
            live: Mutex::new(None),
            sessions: AtomicU64::new(0),
            ended_by_answer: AtomicU64::new(0),
        }
    }

    pub(crate) fn host(&self) -> HostAddress {
        self.host
    }

    pub(crate) fn tls(&self) -> Option<&TlsSettings> {
        self.tls.as_ref()
    }

    /// Number of the newest session; 0 before the first.
    pub(crate) fn session(&self) -> u64 {
        self.sessions.load(Ordering::Acquire)
    }

    /// Opens the connection now, unless it is open.
    pub(crate) async fn open(&self, port: u16, time: Duration) -> Result<(), Error> {
        let mut slot = self.live.lock().await;
        if slot.is_none() {
            *slot = Some(self.dial(port, time).await?);
        }
        Ok(())
    }

    /// Closes the connection; the next request opens another.
    pub(crate) async fn close(&self) {
        let live = self.live.lock().await.take();
        if let Some(mut live) = live {
            let goodbye = tokio::io::AsyncWriteExt::shutdown(&mut live.link);
            // Only politeness: the connection is gone either way.
            let _ = timeout(Duration::from_millis(200), goodbye).await;
        }
    }

    async fn dial(&self, port: u16, time: Duration) -> Result<Live, Error> {
        let address = self.host.with_port(port);
        let allowed = limits::CONNECT.min(time);
        let wire = match timeout(allowed, Wire::connect(self.host, port)).await {
            Ok(Ok(wire)) => wire,
            Ok(Err(error)) => {
                return Err(Error::Unreachable {
                    address,
                    step: Step::Connect,
                    detail: error.to_string(),
                })
            }
            Err(_) => {
                return Err(Error::TimedOut {
                    address,
                    step: Step::Connect,
                    after: allowed,
                })
            }
        };
        let link = match &self.tls {
            None => Link::Plain(wire),
            Some(tls) => match tls.handshake(&address, wire, time).await {
                Ok(stream) => Link::Secure(Box::new(stream)),
                Err(error) => return Err(tls.explain(self.host, port, time, error).await),
            },
        };
        let session = self.sessions.fetch_add(1, Ordering::AcqRel) + 1;
        tracing::debug!(%address, session, secure = self.tls.is_some(), "connection open");
        Ok(Live {
            link,
            port,
            session,
            served: 0,
            last_used: Instant::now(),
        })
    }

    /// A connection that is still open, or a new one. Nothing has been sent
    /// yet, so this is no repetition.
    async fn usable(&self, old: Option<Live>, call: &Call<'_>) -> Result<Live, Error> {
        let mut old = old.filter(|live| live.port == call.port);
        if let Some(live) = &mut old {
            if live.last_used.elapsed() > Duration::from_millis(20) {
                // Lets the runtime look at its sockets: a close that arrived
                // while nobody was reading must be seen before, not after,
                // something that changes the gateway is sent.
                tokio::task::yield_now().await;
            }
            if live.link.is_stale() {
                tracing::debug!(host = %self.host, "the idle connection was closed");
                old = None;
            }
        }
        let ended_by_answer = self.ended_by_answer.swap(0, Ordering::AcqRel);
        if let Repeat::OnlyInSession(session) = call.repeat {
            if let Some(live) = old.filter(|live| live.session == session) {
                return Ok(live);
            }
            if ended_by_answer != session {
                return Err(Error::SessionEnded {
                    address: self.host.with_port(call.port),
                });
            }
            // Some gateways end every connection with its answer and know us by our certificate.
            // The handshake takes no other certificate of theirs either, so both sides are still
            // who they were; a gateway that disagrees refuses, and nothing was given away.
            tracing::debug!(host = %self.host, session, "the session goes on over another connection");
            let live = self.dial(call.port, call.bounds.time).await?;
            return Ok(Live { session, ..live });
        }
        match old {
            Some(live) => Ok(live),
            None => self.dial(call.port, call.bounds.time).await,
        }
    }

    /// Sends one request when its turn comes and reads the answer.
    pub(crate) async fn perform(&self, call: &Call<'_>) -> Result<HttpAnswer, Error> {
        self.perform_watched(call, |_| {}).await
    }

    /// [`Connection::perform`] that shows the body of the answer while it
    /// arrives, see [`super::http_exchange::Watch`].
    pub(crate) async fn perform_watched(
        &self,
        call: &Call<'_>,
        mut watch: impl FnMut(&mut Body) + Send,
    ) -> Result<HttpAnswer, Error> {
        let mut slot = self.live.lock().await;
        // Taken out for the time of the exchange: a caller who gives up half
        // way must not leave half an answer for the next one.
        let mut live = self.usable(slot.take(), call).await?;
        let mut result = exchange(&mut live.link, &call.request, call.bounds, &mut watch).await;
        if let Err(failure) = &result {
            let idle_close = live.served > 0
                && !failure.answered
                && matches!(failure.kind, FailureKind::Closed(_) | FailureKind::Tls(_));
            if idle_close && call.repeat == Repeat::Allowed {
                tracing::debug!(host = %self.host, "the reused connection was closed; asking again");
                live = self.dial(call.port, call.bounds.time).await?;
                // Nothing was watched yet: not one byte of an answer came.
                result = exchange(&mut live.link, &call.request, call.bounds, &mut watch).await;
            }
        }
        match result {
            Ok(answer) => {
                if answer.reusable {
                    live.served += 1;
                    live.last_used = Instant::now();
                    *slot = Some(live);
                } else {
                    self.ended_by_answer.store(live.session, Ordering::Release);
                }
                Ok(answer)
            }
            Err(failure) => Err(self.explain(call, failure, live.served)),
        }
    }

    fn explain(&self, call: &Call<'_>, failure: Failure, served: u64) -> Error {
        let address = self.host.with_port(call.port);
        let changing = call.repeat != Repeat::Allowed;
        let lost = |detail: String, after| {
            if changing {
                Error::OutcomeUnknown {
                    address: address.clone(),
                    action: call.action.to_owned(),
                    detail,
                    after,
                }
            } else {
                Error::Unreachable {
                    address: address.clone(),
                    step: call.step,
                    detail,
                }
            }
        };
        match failure.kind {
            FailureKind::Tls(detail)
                if served == 0 && !failure.answered && tls::is_refusal(&detail) =>
            {
                Error::ClientCertificateRefused { address, detail }
            }
            FailureKind::Closed(detail) | FailureKind::Tls(detail) => lost(detail, None),
            FailureKind::TimedOut(after) if changing => {
                lost(format!("silent for {} s", after.as_secs_f32()), Some(after))
            }
            FailureKind::TimedOut(after) => Error::TimedOut {
                address,
                step: call.step,
                after,
            },
            FailureKind::TooLarge(limit_bytes) => Error::TooLarge {
                address,
                step: call.step,
                limit_bytes,
            },
            FailureKind::Unreadable(detail) => Error::Unreadable {
                what: format!("the answer of {address} while {}", call.step),
                detail,
            },
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("host", &self.host)
            .field("secure", &self.tls.is_some())
            .field("session", &self.session())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request on each connection and closes it.
    async fn closing_server(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 1024];
                if stream.read(&mut request).await.is_ok() {
                    stream.write_all(answer.as_bytes()).await.ok();
                }
            }
        });
        address
    }

    /// Two requests of one session.
    async fn twice(answer: &'static str) -> (Connection, Result<HttpAnswer, Error>) {
        let address = closing_server(answer).await;
        let connection = Connection::plain(HostAddress::of_sender(address));
        let call = |repeat| Call {
            port: address.port(),
            request: HttpRequest {
                method: "POST",
                target: "/dp",
                host: "gateway",
                fields: &[],
                body: b"",
            },
            bounds: Bounds {
                time: Duration::from_secs(5),
                bytes: 1024,
                part: false,
            },
            repeat,
            step: Step::Control,
            action: "SendSetupMessage",
        };
        let first = connection.perform(&call(Repeat::Never)).await;
        first.expect("the first answer");
        // The close has to arrive before the next request is sent.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let again = Repeat::OnlyInSession(connection.session());
        let second = connection.perform(&call(again)).await;
        (connection, second)
    }

    #[tokio::test]
    async fn a_session_goes_on_where_the_answer_said_that_the_connection_ends() {
        for answer in [
            "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\n<a/>",
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n<a/>",
            "HTTP/1.1 200 OK\r\n\r\n<a/>",
        ] {
            let (connection, second) = twice(answer).await;
            assert!(second.is_ok(), "{answer:?}: {second:?}");
            assert_eq!(connection.session(), 2, "it was another handshake");
        }
    }

    #[tokio::test]
    async fn a_session_ends_with_a_connection_that_closes_unannounced() {
        let (_, second) = twice("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>").await;
        assert!(
            matches!(second, Err(Error::SessionEnded { .. })),
            "{second:?}"
        );
    }
}
