//! Asking a router directly, without multicast: by a search sent to it alone, and by
//! connecting to the ports where descriptions are usually kept.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout, Instant};

use super::{probe, GatewayProbe};
use crate::driver::address::HostAddress;
use crate::driver::control_point::ControlPoint;
use crate::driver::limits;
use crate::driver::location::candidates;
use crate::driver::udp::Adapter;
use crate::ssdp::message::SsdpMessage;

/// Asks in both ways at the same time; nothing but the connection itself is sent over TCP.
pub(super) async fn ask(
    point: &ControlPoint,
    adapter: &Adapter,
    gateway: HostAddress,
    search_port: u16,
) -> GatewayProbe {
    let ports: Vec<u16> = candidates(gateway)
        .iter()
        .filter_map(url::Url::port_or_known_default)
        .collect();
    let search = answers_search(point, adapter, gateway.socket(search_port));
    let connect = connect_all(adapter, gateway, ports);
    let (answers_search, (open_ports, refuses)) = tokio::join!(search, connect);
    GatewayProbe {
        address: gateway,
        answers_search,
        open_ports,
        refuses,
    }
}

/// Without MX first, as the standard has it, then with it, as some need it.
async fn answers_search(point: &ControlPoint, adapter: &Adapter, gateway: SocketAddr) -> bool {
    let Ok(socket) = probe::open(adapter) else {
        return false;
    };
    let host = HostAddress::of_sender(gateway);
    let start = Instant::now();
    let end = start + limits::DOCTOR_LISTEN;
    let mut repeat_at = Some(start + limits::DOCTOR_UNICAST_REPEAT);
    let mut buffer = vec![0_u8; limits::DATAGRAM_BYTES];
    if let Err(error) = probe::send(point, adapter, &socket, gateway, None).await {
        tracing::debug!(%gateway, %error, "search not sent");
    }
    loop {
        tokio::select! {
            () = sleep_until(repeat_at.unwrap_or(end)), if repeat_at.is_some() => {
                repeat_at = None;
                if let Err(error) = probe::send(point, adapter, &socket, gateway, Some(1)).await {
                    tracing::debug!(%gateway, %error, "search not sent");
                }
            }
            received = socket.recv_from(&mut buffer) => match received {
                Ok((length, sender)) => {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    let answer = SsdpMessage::parse(bytes);
                    if HostAddress::of_sender(sender) == host
                        && matches!(answer, Ok(SsdpMessage::SearchResponse(_)))
                    {
                        return true;
                    }
                }
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            },
            () = sleep_until(end) => return false,
        }
    }
}

/// Which ports accept, and whether any refuses.
async fn connect_all(
    adapter: &Adapter,
    gateway: HostAddress,
    mut ports: Vec<u16>,
) -> (Vec<u16>, bool) {
    ports.sort_unstable();
    ports.dedup();
    let mut running = JoinSet::new();
    for port in ports {
        let adapter = adapter.clone();
        running.spawn(async move {
            let connected = connect(&adapter, gateway.socket(port));
            (port, timeout(limits::DOCTOR_CONNECT, connected).await)
        });
    }
    let (mut open, mut refuses) = (Vec::new(), false);
    while let Some(outcome) = running.join_next().await {
        match outcome {
            Ok((port, Ok(Ok(())))) => open.push(port),
            Ok((_, Ok(Err(error)))) => {
                refuses |= error.kind() == io::ErrorKind::ConnectionRefused;
            }
            // Nobody answered in time.
            Ok((_, Err(_))) => {}
            Err(error) => tracing::warn!(%error, "a connection attempt ended early"),
        }
    }
    open.sort_unstable();
    (open, refuses)
}

async fn connect(adapter: &Adapter, to: SocketAddr) -> io::Result<()> {
    let socket = match to {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    #[cfg(target_os = "linux")]
    if let Err(error) = socket.bind_device(Some(adapter.name.as_bytes())) {
        tracing::debug!(adapter = %adapter.name, %error, "not bound to the adapter");
    }
    socket.bind(adapter.address.socket(0))?;
    socket.connect(to).await.map(drop)
}
