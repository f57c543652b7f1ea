//! The HTTP and HTTPS servers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::header::HeaderName;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use openssl::ssl::Ssl;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_openssl::SslStream;

use crate::answer::{self, AnyBody};
use crate::bms::LOG_PATH;
use crate::control::control;
use crate::description;
use crate::device::Core;
use crate::gena;
use crate::identity::PeerCertificate;
use crate::limits;
use crate::lock;
use crate::quirks::Quirk;
use crate::requests::RequestRecord;
use crate::scpd;
use crate::service::Service;
use crate::session::{Caller, Ending, TlsSession};
use crate::spoil;
use crate::spoil::wire::Spoilt;

/// Most connections at a time on one port.
const CONNECTIONS: usize = 256;

/// The connection is to be cut without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Cut;

/// Serves one port until it is dropped; then all its connections are cut.
pub async fn serve(core: Arc<Core>, listener: TcpListener, secure: bool) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) if connections.len() < CONNECTIONS => {
                lock(&core.requests).connected();
                let core = core.clone();
                connections.spawn(async move {
                    let ended = if secure {
                        secure_connection(core, stream, peer).await
                    } else {
                        plain_connection(core, stream, peer).await
                    };
                    if let Err(error) = ended {
                        tracing::debug!(%error, %peer, secure, "connection ended");
                    }
                });
            }
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "connection not accepted");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }
}

async fn plain_connection(core: Arc<Core>, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
    stream.set_nodelay(true)?;
    requests(core, stream, peer, Caller::Plain).await
}

async fn secure_connection(core: Arc<Core>, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let ssl = Ssl::new(&core.certificate().context).map_err(io::Error::other)?;
    let mut stream = SslStream::new(ssl, stream).map_err(io::Error::other)?;
    timeout(
        limits::TLS_HANDSHAKE,
        std::pin::Pin::new(&mut stream).accept(),
    )
    .await
    .map_err(io::Error::other)?
    .map_err(io::Error::other)?;
    let leaf = stream
        .ssl()
        .peer_certificate()
        .ok_or_else(|| io::Error::other("no client certificate"))?;
    let peer_certificate = PeerCertificate::of(&leaf).map_err(io::Error::other)?;
    let session = Arc::new(if core.options.quirks.closes_connections() {
        TlsSession::of_control_point(peer_certificate)
    } else {
        TlsSession::new(peer_certificate)
    });
    tracing::debug!(control_point = %session.peer().identity, "TLS session");
    let _guard = (!core.options.quirks.closes_connections()).then(|| SessionGuard {
        core: core.clone(),
        number: session.number(),
    });
    requests(core, stream, peer, Caller::Secure(session)).await
}

/// Ends the introduction of a TLS session with the session, however it ends.
struct SessionGuard {
    core: Arc<Core>,
    number: u64,
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        lock(&self.core.protection)
            .host_mut()
            .session_closed(self.number);
    }
}

async fn requests<S>(core: Arc<Core>, stream: S, peer: SocketAddr, caller: Caller) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let quirks = &core.options.quirks;
    if Spoilt::<S>::is_needed(quirks) {
        let spoilt = Spoilt::new(stream, quirks.clone());
        return answers(core, spoilt, peer, caller).await;
    }
    answers(core, stream, peer, caller).await
}

async fn answers<S>(core: Arc<Core>, stream: S, peer: SocketAddr, caller: Caller) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request| {
        let (core, caller) = (core.clone(), caller.clone());
        async move { respond(&core, &caller, peer, request).await }
    });
    let served = http1::Builder::new()
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    served.map_err(io::Error::other)
}

async fn respond(
    core: &Arc<Core>,
    caller: &Caller,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<AnyBody>, Cut> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, limits::REQUEST_BODY).collect().await else {
        return Ok(answer::bare(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let body = body.to_bytes();
    let mut path = head.uri.path().to_owned();
    let subscribing = head.method.as_str().ends_with("SUBSCRIBE");
    let quirks = &core.options.quirks;
    if let Some(ordinary) = spoil::description::ordinary_path(&path, subscribing, quirks) {
        path = ordinary;
    }
    let service = Service::from_path(&path).filter(|(service, _)| service.is_offered(quirks));
    match (head.method.as_str(), service) {
        ("POST", Some((service, "control"))) => {
            let header = header(&head.headers, "soapaction");
            let reply = control(core, caller, service, header, &body).await;
            answer_control(core, reply)
        }
        ("SUBSCRIBE" | "UNSUBSCRIBE", Some((service, "event"))) => {
            log(core, caller, &head.method, &path);
            gena::answer(core, service, peer, &head.method, &head.headers)
                .await
                .ok_or(Cut)
        }
        ("GET" | "HEAD", _) => {
            log(core, caller, &head.method, &path);
            get(core, &path, service).await
        }
        _ => Ok(answer::bare(StatusCode::METHOD_NOT_ALLOWED)),
    }
}

fn log(core: &Core, caller: &Caller, method: &Method, path: &str) {
    lock(&core.requests).add(RequestRecord {
        secure: caller.session().is_some(),
        method: method.to_string(),
        target: path.to_owned(),
        action: None,
        outcome: None,
    });
}

/// A header as text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    headers
        .get(HeaderName::from_static(name))
        .and_then(|value| value.to_str().ok())
}

fn answer_control(core: &Core, reply: crate::control::Reply) -> Result<Response<AnyBody>, Cut> {
    if reply.ending == Ending::WithoutAnswer {
        return Err(Cut);
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if reply.body.is_empty() {
        return Ok(answer::bare(status));
    }
    let mut response = answer::xml(status, reply.body, reply.spoilt, &core.options.quirks);
    response.headers_mut().insert(
        HeaderName::from_static("ext"),
        http::HeaderValue::from_static(""),
    );
    if reply.ending == Ending::AfterAnswer {
        answer::close(&mut response);
    }
    Ok(response)
}

async fn get(
    core: &Core,
    path: &str,
    service: Option<(Service, &str)>,
) -> Result<Response<AnyBody>, Cut> {
    let quirks = &core.options.quirks;
    let document = match service {
        Some((service, "scpd.xml")) => {
            spoil::scpd::document(scpd::write(service, core.config_id), quirks)
        }
        _ if path == description::PATH => {
            let document = description::write(&core.about(), core.config_id, quirks);
            spoil::description::document(document, &core.origin(), quirks)
        }
        _ if path == description::REDIRECT_PATH => return Ok(answer::redirect(description::PATH)),
        _ if path == LOG_PATH && quirks.has(Quirk::HugeLog) => {
            return Ok(answer::long_text(500_000_000));
        }
        _ if path == LOG_PATH => {
            let text = lock(&core.management).log_mut().text();
            return Ok(answer::text(
                StatusCode::OK,
                "text/plain; charset=\"utf-8\"",
                text,
            ));
        }
        _ => return Ok(answer::bare(StatusCode::NOT_FOUND)),
    };
    let plan = lock(&core.faults).plan(if path == description::PATH {
        "description"
    } else {
        "scpd"
    });
    if plan.cut_before || plan.cut_after {
        return Err(Cut);
    }
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    if plan.refuse.is_some() {
        return Ok(answer::bare(StatusCode::INTERNAL_SERVER_ERROR));
    }
    Ok(answer::xml(StatusCode::OK, document, plan.body, quirks))
}
