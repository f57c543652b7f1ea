//! The callback: where one gateway delivers the events of one subscription.
//!
//! It listens on the one address that faces the gateway, on any port. Only
//! that gateway is listened to, and only on a path that nobody can guess. Each
//! SUBSCRIBE has a callback of its own: what an earlier one still sends finds
//! nobody, and when this computer gets another address, so does the callback.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::super::address::HostAddress;
use super::super::limits;
use super::message::{Head, Messages, Stop};
use crate::error::{Error, Step};
use crate::gena::notify_header::{NotifyHeader, NotifyRefusal};
use crate::xml::text::charset;

/// An event message that came to the right place.
#[derive(Debug)]
pub(super) struct Delivery {
    pub header: NotifyHeader,
    pub charset: Option<String>,
    pub body: Vec<u8>,
    /// Takes the status of the answer; the sender waits for it.
    pub status: oneshot::Sender<u16>,
}

/// A callback that is not yet served.
#[derive(Debug)]
pub(super) struct Listener {
    tcp: TcpListener,
    local: SocketAddr,
    door: Door,
}

/// What a connection has to know.
#[derive(Debug, Clone)]
struct Door {
    publisher: HostAddress,
    local: HostAddress,
    path: String,
    deliveries: mpsc::Sender<Delivery>,
}

impl Listener {
    /// Opens a port on the address from which `publisher` is reached at `port`.
    pub(super) fn open(
        publisher: HostAddress,
        port: u16,
        deliveries: mpsc::Sender<Delivery>,
    ) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Local {
            detail: format!("no port can be opened for the events of {publisher}: {error}"),
        };
        let facing = facing_address(publisher, port)?;
        let tcp = std::net::TcpListener::bind(facing).map_err(failed)?;
        tcp.set_nonblocking(true).map_err(failed)?;
        let local = tcp.local_addr().map_err(failed)?;
        Ok(Listener {
            tcp: TcpListener::from_std(tcp).map_err(failed)?,
            local,
            door: Door {
                publisher,
                local: HostAddress::of_sender(local),
                path: unguessable_path()?,
                deliveries,
            },
        })
    }

    /// This computer's address there.
    pub(super) fn address(&self) -> HostAddress {
        self.door.local
    }

    /// Its URL, for CALLBACK.
    pub(super) fn url(&self) -> String {
        let authority = self.door.local.with_port(self.local.port());
        format!("http://{authority}{}", self.door.path)
    }

    /// Accepts connections until the future is dropped, and with it they end.
    pub(super) async fn serve(self) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.tcp.accept() => accepted,
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, sender)) => {
                    let is_publisher = self.door.publisher.is_same(HostAddress::of_sender(sender));
                    if is_publisher && connections.len() < limits::EVENT_CONNECTIONS {
                        connections.spawn(self.door.clone().converse(stream));
                    } else {
                        tracing::debug!(%sender, is_publisher, "connection for events refused");
                    }
                }
                // Out of files, for one: trying at once would only spin.
                Err(error) => {
                    tracing::debug!(%error, "accepting a connection for events");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Door {
    async fn converse(self, stream: TcpStream) {
        // A refusal only costs speed.
        let _ = stream.set_nodelay(true);
        let mut messages = Messages::new(stream);
        loop {
            match self.receive(&mut messages).await {
                Ok(true) => {}
                Ok(false) | Err(Stop::Closed) => return,
                Err(Stop::Status(status)) => {
                    tracing::debug!(publisher = %self.publisher, status, "event message refused");
                    return messages.refuse(status).await;
                }
            }
        }
    }

    /// One message from head to answer; whether another may follow.
    async fn receive(&self, messages: &mut Messages<TcpStream>) -> Result<bool, Stop> {
        let head = messages.head().await?;
        self.check(&head).map_err(Stop::Status)?;
        let header =
            NotifyHeader::read(&head.headers).map_err(|refusal| Stop::Status(refusal.status()))?;
        let body = messages.body(&head).await?;
        let (status, answer) = oneshot::channel();
        let delivery = Delivery {
            header,
            charset: head.headers.get("CONTENT-TYPE").and_then(charset),
            body,
            status,
        };
        let delivered = self
            .deliveries
            .send_timeout(delivery, limits::EVENT_MESSAGE);
        delivered.await.map_err(|_| Stop::Status(503))?;
        let status = answer.await.map_err(|_| Stop::Closed)?;
        if !messages.answer(status, &head).await {
            return Ok(false);
        }
        messages.idle().await?;
        Ok(true)
    }

    /// Judges everything that can be judged without the body.
    fn check(&self, head: &Head) -> Result<(), u16> {
        if head.method != "NOTIFY" {
            return Err(405);
        }
        // Another name for this computer is how a web page would get here.
        if let Some(host) = head.headers.filled("HOST") {
            if !names(host, self.local) {
                return Err(400);
            }
        }
        // 412 makes the publisher forget a subscription that is not ours any
        // more; by the book it is for unknown SIDs.
        if self.path != path_of(&head.target) {
            return Err(NotifyRefusal::UnknownSubscription.status());
        }
        Ok(())
    }
}

/// Path of a request target; some senders put the whole URL there.
fn path_of(target: &str) -> &str {
    match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    }
}

/// Whether a HOST field is this very address, with or without a port.
fn names(host: &str, local: HostAddress) -> bool {
    let host = host.trim();
    let without_port = match host.rsplit_once(':') {
        Some((address, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => address,
        _ => host,
    };
    [host, without_port].into_iter().any(|text| {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        let bare = bare.split('%').next().unwrap_or_default();
        let ip: Option<IpAddr> = bare.parse().ok();
        ip.is_some_and(|ip| ip.to_canonical() == local.ip())
    })
}

/// This computer's address on the way to `publisher`, with no port chosen.
pub(super) fn facing_address(publisher: HostAddress, port: u16) -> Result<SocketAddr, Error> {
    let unspecified = match publisher.ip() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let failed = |error: std::io::Error| Error::Unreachable {
        address: publisher.with_port(port),
        step: Step::Connect,
        detail: error.to_string(),
    };
    // Connecting picks the local address and the adapter without sending.
    let probe = std::net::UdpSocket::bind((unspecified, 0)).map_err(failed)?;
    probe.connect(publisher.socket(port)).map_err(failed)?;
    let mut local = probe.local_addr().map_err(failed)?;
    local.set_port(0);
    Ok(local)
}

/// A path nobody can guess.
fn unguessable_path() -> Result<String, Error> {
    let mut octets = [0_u8; 16];
    openssl::rand::rand_bytes(&mut octets).map_err(|error| Error::Local {
        detail: format!("there are no random numbers: {error}"),
    })?;
    let token: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    Ok(format!("/gena/{token}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_address_is_a_host() {
        let v4 = HostAddress::parse("192.0.2.9").expect("a literal");
        let v6 = HostAddress::parse("fe80::9%3").expect("a literal");
        for host in ["192.0.2.9", "192.0.2.9:41234", " 192.0.2.9:80 "] {
            assert!(names(host, v4), "{host}");
        }
        for host in [
            "[fe80::9]:41234",
            "[fe80::9]",
            "fe80::9",
            "[fe80::9%eth0]:1",
        ] {
            assert!(names(host, v6), "{host}");
        }
        for host in [
            "gateway.example",
            "192.0.2.90",
            "192.0.2.1:41234",
            "",
            ":80",
        ] {
            assert!(!names(host, v4), "{host}");
        }
    }

    #[test]
    fn a_target_may_be_a_whole_url() {
        assert_eq!(path_of("/gena/1"), "/gena/1");
        assert_eq!(path_of("http://192.0.2.9:1/gena/1"), "/gena/1");
        assert_eq!(path_of("http://192.0.2.9:1"), "/");
    }

    #[test]
    fn paths_differ() {
        let (one, other) = (unguessable_path(), unguessable_path());
        let one = one.expect("random numbers");
        assert_ne!(one, other.expect("random numbers"));
        assert_eq!(one.len(), "/gena/".len() + 32);
    }
}
