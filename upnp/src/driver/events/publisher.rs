//! The other side of a subscription: where it is and how a request gets there.
//!
//! Each request has a connection of its own, given up as soon as the head of
//! the answer is there. The answer has no body, and publishers exist that
//! neither say so nor close; and in half an hour between two requests no
//! gateway keeps a connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{timeout, timeout_at, Instant};
use url::Url;

use super::super::address::HostAddress;
use super::super::described_device::DescribedDevice;
use super::super::http_client::{check_host, port_of, shown, target_of};
use super::super::limits;
use super::super::secure_connection::SecureConnection;
use super::super::tls::{is_refusal, TlsSettings};
use super::super::trace::Trace;
use super::super::wire::{Link, Wire};
use crate::description::url::{reroot, resolve_on_host};
use crate::error::{Error, Step};
use crate::gena::answer::Answer;
use crate::gena::request::{Addressing, Request};
use crate::services::ServiceRef;

/// One event URL.
pub(super) struct Publisher {
    pub host: HostAddress,
    pub url: Url,
    /// For an https URL: the certificate is the one of the connection the
    /// device was described over.
    pub tls: Option<Arc<TlsSettings>>,
    pub user_agent: String,
    pub time: Duration,
    pub trace: Option<Trace>,
}

impl Publisher {
    /// Host and port.
    pub(super) fn address(&self) -> String {
        self.host.with_port(self.port())
    }

    /// Of the event URL.
    pub(super) fn port(&self) -> u16 {
        port_of(&self.url)
    }

    /// Sends one request and reads its answer, whatever its status.
    pub(super) async fn send(&self, request: &Request, callback: &str) -> Result<Answer, Error> {
        if let Some(trace) = &self.trace {
            trace.subscribe(&self.url, request.name());
        }
        let outcome = self.exchange(request, callback).await;
        if let Some(trace) = &self.trace {
            match &outcome {
                Ok(answer) => trace.subscribed(request.name(), answer),
                Err(error) => trace.failure(request.name(), error),
            }
        }
        outcome
    }

    async fn exchange(&self, request: &Request, callback: &str) -> Result<Answer, Error> {
        let address = self.address();
        let mut link = self.dial(&address).await?;
        let octets = request.to_bytes(&Addressing {
            host: &address,
            target: &target_of(&self.url),
            user_agent: &self.user_agent,
            callback,
        });
        let deadline = Instant::now() + self.time;
        let late = |_| Error::TimedOut {
            address: address.clone(),
            step: Step::Subscribe,
            after: self.time,
        };
        let sending = async {
            link.write_all(&octets).await?;
            link.flush().await
        };
        let sent = timeout_at(deadline, sending).await.map_err(late)?;
        sent.map_err(|error| broken(&address, &error.to_string()))?;
        let unreadable = |detail: String| Error::Unreadable {
            what: format!("the answer of {address} to {}", request.name()),
            detail,
        };
        let mut received = Vec::new();
        loop {
            let read = timeout_at(deadline, link.read_buf(&mut received)).await;
            // Some gateways drop the connection instead of closing it.
            let ended = match read.map_err(late)? {
                Ok(count) => count == 0,
                Err(error) if received.is_empty() => {
                    return Err(broken(&address, &error.to_string()))
                }
                Err(_) => true,
            };
            let answer = Answer::read(&received, ended);
            if let Some(answer) = answer.map_err(|error| unreadable(error.to_string()))? {
                return Ok(answer);
            }
            if ended {
                return Err(broken(&address, "closed without an answer"));
            }
            if received.len() > limits::EVENT_HEAD_BYTES {
                return Err(unreadable(String::from("its head is too long")));
            }
        }
    }

    async fn dial(&self, address: &str) -> Result<Link, Error> {
        let allowed = limits::CONNECT.min(self.time);
        let connecting = Wire::connect(self.host, self.port());
        let wire = timeout(allowed, connecting)
            .await
            .map_err(|_| Error::TimedOut {
                address: address.to_owned(),
                step: Step::Connect,
                after: allowed,
            })?
            .map_err(|error| Error::Unreachable {
                address: address.to_owned(),
                step: Step::Connect,
                detail: error.to_string(),
            })?;
        Ok(match &self.tls {
            None => Link::Plain(wire),
            Some(tls) => Link::Secure(Box::new(tls.handshake(address, wire, self.time).await?)),
        })
    }
}

fn broken(address: &str, detail: &str) -> Error {
    let (address, detail) = (address.to_owned(), detail.to_owned());
    if is_refusal(&detail) {
        return Error::ClientCertificateRefused { address, detail };
    }
    Error::Unreachable {
        address,
        step: Step::Subscribe,
        detail,
    }
}

/// The event URL of a service, under the rules of all URLs of a device: never
/// another host, https only over the connection it was described over.
pub(super) fn event_url(
    device: &DescribedDevice,
    service: &ServiceRef,
    connection: Option<&SecureConnection>,
) -> Result<Url, Error> {
    let missing = |detail: &str| Error::NotOffered {
        what: format!("events of {} ({detail})", service.service_type),
    };
    let mut services = device.description.services();
    let (_, named) = services
        .find(|(owner, candidate)| {
            owner.udn == service.device_udn && candidate.service_id == service.service_id
        })
        .ok_or_else(|| missing("no such service"))?;
    // Empty by the standard when nothing of the service is evented.
    let raw = named.event_sub_url.trim();
    if raw.is_empty() {
        return Err(missing("it has no event URL"));
    }
    let location = &device.location.url;
    let url = if device.is_secure() {
        reroot(location, raw)
    } else {
        resolve_on_host(&device.description.base_url(location), raw)
    };
    let url = url.map_err(|error| missing(&format!("its event URL {error}")))?;
    match connection {
        _ if url.scheme() == "http" => check_host(device.host(), &url, "the event URL")?,
        Some(connection) => {
            let here = connection.host().is_host_of(&url)
                && connection.host() == device.host()
                && port_of(&url) == port_of(connection.secure_location())
                && url.username().is_empty();
            if !here {
                return Err(Error::ForeignAddress {
                    what: String::from("the event URL"),
                    found: shown(&url),
                    expected: format!("https://{}", connection.address()),
                });
            }
        }
        None if device.is_secure() => {
            return Err(Error::Usage {
                detail: format!("{} needs a secure connection: connect first", shown(&url)),
            })
        }
        None => return Err(missing("an https URL in an unprotected description")),
    }
    Ok(url)
}
