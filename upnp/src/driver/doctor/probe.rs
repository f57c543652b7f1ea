//! One search through one address: whether it leaves, whether it comes back, who answers.

use std::collections::BTreeSet;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::{sleep_until, Instant};

use super::{Probe, SendFailure, SendRefusal};
use crate::driver::address::HostAddress;
use crate::driver::control_point::ControlPoint;
use crate::driver::limits;
use crate::driver::udp::{bound, unbound_search_socket, Adapter, Datagram, Sockets, SSDP_PORT};
use crate::ssdp::message::{Search, SearchTarget, SsdpMessage};

/// Seconds over which devices spread their answers.
const MX: u8 = 1;

/// Searches three times and listens, all in all [`limits::DOCTOR_LISTEN`].
pub(super) async fn probe(point: &ControlPoint, adapter: &Adapter) -> Probe {
    let mut probe = Probe {
        address: adapter.address,
        not_sent: None,
        not_listening: None,
        port_taken: false,
        heard_self: false,
        heard_hosts: Vec::new(),
        answers: 0,
        answering_hosts: Vec::new(),
    };
    let mut group = match Sockets::for_announcements(std::slice::from_ref(adapter)) {
        Ok(sockets) => Some(sockets),
        Err(error) => {
            probe.not_listening = Some(error.to_string());
            probe.port_taken = port_is_taken(adapter);
            None
        }
    };
    let socket = match open(adapter) {
        Ok(socket) => socket,
        Err(error) => {
            probe.not_sent = Some(failure(&error));
            return probe;
        }
    };
    let own_port = socket.local_addr().map_or(0, |local| local.port());
    let mut heard: BTreeSet<HostAddress> = BTreeSet::new();
    let mut answering: BTreeSet<HostAddress> = BTreeSet::new();
    let start = Instant::now();
    let end = start + limits::DOCTOR_LISTEN;
    let mut rounds = limits::SEARCH_REPEATS.iter().map(|after| start + *after);
    let mut next_round = rounds.next();
    let mut sent = false;
    let mut buffer = vec![0_u8; limits::DATAGRAM_BYTES];
    loop {
        tokio::select! {
            () = sleep_until(next_round.unwrap_or(end)), if next_round.is_some() => {
                next_round = rounds.next();
                match send(point, adapter, &socket, adapter.group(), Some(MX)).await {
                    Ok(()) => sent = true,
                    Err(error) => probe.not_sent = Some(failure(&error)),
                }
            }
            datagram = next_of(&mut group) => {
                let from = HostAddress::of_sender(datagram.sender);
                if from.ip() != adapter.address.ip() {
                    remember(&mut heard, from);
                } else if datagram.sender.port() == own_port {
                    probe.heard_self = true;
                }
            }
            received = socket.recv_from(&mut buffer) => match received {
                Ok((length, sender)) => {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    let from = HostAddress::of_sender(sender);
                    if let Some(trace) = &point.options().trace {
                        trace.datagram(&from.to_string(), &adapter.name, bytes);
                    }
                    if matches!(SsdpMessage::parse(bytes), Ok(SsdpMessage::SearchResponse(_))) {
                        probe.answers = probe.answers.saturating_add(1);
                        remember(&mut answering, from);
                    }
                }
                // Windows reports an earlier unreachable port here; it must not spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            () = sleep_until(end) => break,
        }
    }
    if sent {
        probe.not_sent = None;
    }
    probe.heard_hosts = heard.into_iter().collect();
    probe.answering_hosts = answering.into_iter().collect();
    probe
}

/// Sends one search for root devices.
pub(super) async fn send(
    point: &ControlPoint,
    adapter: &Adapter,
    socket: &UdpSocket,
    to: SocketAddr,
    mx: Option<u8>,
) -> io::Result<()> {
    let options = point.options();
    let bytes = Search {
        target: SearchTarget::RootDevice,
        host: to,
        mx,
        user_agent: options.user_agent.clone(),
        friendly_name: Some(options.friendly_name.clone()),
        control_point_uuid: None,
    }
    .to_bytes();
    if let Some(trace) = &options.trace {
        trace.search(&adapter.address.to_string(), &to.to_string(), &bytes);
    }
    socket.send_to(&bytes, to).await.map(|_| ())
}

/// As the sockets of a search are, with the system's own words when it fails.
pub(super) fn open(adapter: &Adapter) -> io::Result<UdpSocket> {
    let socket = unbound_search_socket(adapter)?;
    // Whatever the routes say, nothing leaves elsewhere. Where that needs a privilege the
    // address alone decides, as it does for every search.
    #[cfg(target_os = "linux")]
    if let Err(error) = socket.bind_device(Some(adapter.name.as_bytes())) {
        tracing::debug!(adapter = %adapter.name, %error, "not bound to the adapter");
    }
    bound(socket, adapter)
}

/// Whether the port cannot even be shared.
fn port_is_taken(adapter: &Adapter) -> bool {
    let taken = || -> io::Result<()> {
        let local = adapter.address.socket(SSDP_PORT);
        let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
        if local.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        socket.bind(&local.into())
    };
    taken().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

fn failure(error: &io::Error) -> SendFailure {
    SendFailure {
        reason: match error.kind() {
            io::ErrorKind::PermissionDenied => SendRefusal::Forbidden,
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                SendRefusal::NoRoute
            }
            _ => SendRefusal::Other,
        },
        detail: error.to_string(),
    }
}

/// The next datagram of the group; never, when it cannot be listened to.
async fn next_of(group: &mut Option<Sockets>) -> Datagram {
    if let Some(sockets) = group {
        if let Some(datagram) = sockets.next().await {
            return datagram;
        }
    }
    *group = None;
    pending().await
}

fn remember(hosts: &mut BTreeSet<HostAddress>, host: HostAddress) {
    if hosts.len() < limits::LOCATIONS {
        hosts.insert(host);
    }
}
