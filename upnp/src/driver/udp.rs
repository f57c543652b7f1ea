//! Multicast sockets: one per adapter address, nothing decided here.
//!
//! Each socket is bound to its own address and sends through its own adapter,
//! so that a search never leaves through another network and an answer tells
//! by its socket where it came in. The receive loops only queue.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::Arc;

use if_addrs::{IfAddr, Interface};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::address::{is_link_local, HostAddress};
use super::limits;
use crate::error::{Error, Step};

/// The group of SSDP in IPv4 and its port.
const GROUP_V4: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
/// The link-local group of SSDP in IPv6.
const GROUP_V6_LINK: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xc);
/// The site-local group of SSDP in IPv6, for unique local addresses.
const GROUP_V6_SITE: Ipv6Addr = Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 0, 0xc);
/// The port of SSDP.
pub const SSDP_PORT: u16 = 1900;

/// One address of one adapter of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Adapter {
    /// The system's name, such as `eth0`.
    pub name: String,
    /// This computer's address there.
    pub address: HostAddress,
    /// The system's number for it.
    pub index: u32,
    /// Whether another adapter is in an IPv4 network of the same numbers: an
    /// address alone does not tell then which of the two is meant.
    pub shares_network: bool,
}

impl Adapter {
    /// Whether it leads only to this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// Where a search through it is sent.
    #[must_use]
    pub fn group(&self) -> SocketAddr {
        match self.address.ip() {
            IpAddr::V4(_) => SocketAddr::from((GROUP_V4, SSDP_PORT)),
            IpAddr::V6(ip) if is_link_local(ip) => {
                SocketAddr::V6(SocketAddrV6::new(GROUP_V6_LINK, SSDP_PORT, 0, self.index))
            }
            IpAddr::V6(_) => SocketAddr::from((GROUP_V6_SITE, SSDP_PORT)),
        }
    }
}

/// The adapters to search through.
///
/// Without `wanted`: all that are up, loopback left out. Otherwise those named,
/// by name or by address; loopback only when it is among them.
///
/// # Errors
/// [`Error::Usage`] for a name or address this computer does not have,
/// [`Error::Local`] when the system does not list its adapters.
pub fn adapters(wanted: &[String]) -> Result<Vec<Adapter>, Error> {
    let all = if_addrs::get_if_addrs().map_err(|error| Error::Local {
        detail: format!("the network adapters cannot be listed: {error}"),
    })?;
    let up: Vec<Interface> = all
        .into_iter()
        .filter(|adapter| adapter.is_oper_up() || adapter.is_loopback())
        .filter(|adapter| searchable(adapter.ip()))
        .collect();
    let all: Vec<Adapter> = up
        .iter()
        .map(|adapter| {
            let index = adapter.index.unwrap_or_default();
            let twins = |other: &Interface| other.name != adapter.name && overlap(adapter, other);
            Adapter {
                address: HostAddress::new(adapter.ip(), index),
                name: adapter.name.clone(),
                index,
                shares_network: up.iter().any(twins),
            }
        })
        .collect();
    if wanted.is_empty() {
        return Ok(all
            .into_iter()
            .filter(|adapter| !adapter.is_loopback())
            .collect());
    }
    let mut chosen: Vec<Adapter> = Vec::new();
    for name in wanted {
        let found = named(&all, name.trim());
        if found.is_empty() {
            return Err(Error::Usage {
                detail: format!("this computer has no network adapter {name:?}"),
            });
        }
        for adapter in found {
            if !chosen.contains(&adapter) {
                chosen.push(adapter);
            }
        }
    }
    Ok(chosen)
}

/// The adapters whose network exists twice: what was found through one of them
/// is looked for there again.
#[must_use]
pub fn adapters_sharing_networks() -> Vec<Adapter> {
    let mut all = adapters(&[]).unwrap_or_default();
    all.retain(|adapter| adapter.shares_network);
    all
}

/// [`adapters`] as they are now: a named one that is not there may come.
pub(crate) fn adapters_present(wanted: &[String]) -> Vec<Adapter> {
    if wanted.is_empty() {
        return adapters(wanted).unwrap_or_default();
    }
    let mut present: Vec<Adapter> = Vec::new();
    for name in wanted {
        let found = adapters(std::slice::from_ref(name)).unwrap_or_default();
        for adapter in found {
            if !present.contains(&adapter) {
                present.push(adapter);
            }
        }
    }
    present
}

fn named(all: &[Adapter], name: &str) -> Vec<Adapter> {
    let by_name: Vec<Adapter> = all.iter().filter(|a| a.name == name).cloned().collect();
    if !by_name.is_empty() {
        return by_name;
    }
    let Ok(address) = HostAddress::parse(name) else {
        return Vec::new();
    };
    let exact: Vec<Adapter> = all
        .iter()
        .filter(|a| a.address == address)
        .cloned()
        .collect();
    // The whole of 127.0.0.0/8 belongs to the loopback adapter, though the
    // system lists only the first address.
    if exact.is_empty() && address.ip().is_loopback() && address.ip().is_ipv4() {
        return all
            .iter()
            .find(|adapter| adapter.is_loopback())
            .map(|adapter| Adapter {
                address,
                ..adapter.clone()
            })
            .into_iter()
            .collect();
    }
    exact
}

/// Whether two adapters are in IPv4 networks with addresses in common.
fn overlap(one: &Interface, other: &Interface) -> bool {
    let (IfAddr::V4(one), IfAddr::V4(other)) = (&one.addr, &other.addr) else {
        return false;
    };
    // A network of a single address is an adapter that leads to no neighbours.
    let mask = u32::from(one.netmask) & u32::from(other.netmask);
    let single = |mask: Ipv4Addr| u32::from(mask) == u32::MAX;
    !single(one.netmask)
        && !single(other.netmask)
        && u32::from(one.ip) & mask == u32::from(other.ip) & mask
}

/// The system's name for an adapter.
pub(crate) fn adapter_name(index: u32) -> Option<String> {
    let all = if_addrs::get_if_addrs().ok()?;
    let found = all.into_iter().find(|adapter| adapter.index == Some(index));
    found.map(|adapter| adapter.name)
}

/// This computer's IPv4 address on an adapter.
#[cfg(windows)]
pub(crate) fn address_of(index: u32) -> Option<Ipv4Addr> {
    let all = if_addrs::get_if_addrs().ok()?;
    all.into_iter()
        .filter(|adapter| adapter.index == Some(index))
        .find_map(|adapter| match adapter.ip() {
            IpAddr::V4(ip) => Some(ip),
            IpAddr::V6(_) => None,
        })
}

/// Whether SSDP has a group for this kind of address.
fn searchable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_unspecified() && !v4.is_multicast(),
        // Link-local and unique local; a global address shares its adapter
        // with a link-local one, and `::1` has no multicast.
        IpAddr::V6(v6) => is_link_local(v6) || v6.segments()[0] & 0xfe00 == 0xfc00,
    }
}

/// One datagram as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Datagram {
    /// Through which adapter.
    pub adapter: Arc<Adapter>,
    /// From where.
    pub sender: SocketAddr,
    /// What.
    pub bytes: Vec<u8>,
}

impl Datagram {
    /// Who sent it, with the adapter where the address alone means nothing.
    pub(crate) fn from(&self) -> HostAddress {
        match self.sender {
            SocketAddr::V4(v4) if self.adapter.shares_network => {
                HostAddress::on_adapter(IpAddr::V4(*v4.ip()), self.adapter.index)
            }
            sender => HostAddress::of_sender(sender),
        }
    }
}

/// Sockets on several adapters. Dropping it ends their receive loops.
#[derive(Debug)]
pub(crate) struct Sockets {
    open: Vec<Open>,
    socket: fn(&Adapter) -> io::Result<UdpSocket>,
    queue: mpsc::Receiver<Datagram>,
    sender: mpsc::Sender<Datagram>,
    // Held so that no loop outlives the search.
    loops: JoinSet<()>,
}

/// One socket and the loop that reads it.
#[derive(Debug)]
struct Open {
    adapter: Arc<Adapter>,
    socket: Arc<UdpSocket>,
    receiving: AbortHandle,
}

impl Sockets {
    /// For searching: one socket on each adapter, on any free port. An adapter
    /// that refuses is left out unless all do.
    pub(crate) fn for_search(adapters: &[Adapter]) -> Result<Self, Error> {
        Self::opened(adapters, search_socket)
    }

    /// For announcements: one socket on each adapter, in its group, on the
    /// port of SSDP, which is shared with other programs.
    pub(crate) fn for_announcements(adapters: &[Adapter]) -> Result<Self, Error> {
        Self::opened(adapters, group_socket)
    }

    /// As [`Sockets::for_search`], with no adapter yet: see [`Sockets::follow`].
    pub(crate) fn following_search() -> Self {
        Self::new(search_socket)
    }

    /// As [`Sockets::for_announcements`], with no adapter yet: see
    /// [`Sockets::follow`].
    pub(crate) fn following_announcements() -> Self {
        Self::new(group_socket)
    }

    fn new(socket: fn(&Adapter) -> io::Result<UdpSocket>) -> Self {
        let (sender, queue) = mpsc::channel(limits::DATAGRAM_QUEUE);
        Sockets {
            open: Vec::new(),
            socket,
            queue,
            sender,
            loops: JoinSet::new(),
        }
    }

    fn opened(
        adapters: &[Adapter],
        socket: fn(&Adapter) -> io::Result<UdpSocket>,
    ) -> Result<Self, Error> {
        let mut sockets = Self::new(socket);
        let last_error = sockets.follow(adapters);
        match (sockets.open.is_empty(), last_error) {
            (true, Some(error)) => Err(Error::Local {
                detail: format!("no network adapter can be used for SSDP: {error}"),
            }),
            (true, None) => Err(Error::Local {
                detail: String::from("there is no network adapter that can be used for SSDP"),
            }),
            _ => Ok(sockets),
        }
    }

    /// Opens sockets on the adapters that have none and closes those on
    /// adapters not among them. Returns the last refusal of the system.
    pub(crate) fn follow(&mut self, adapters: &[Adapter]) -> Option<io::Error> {
        self.open.retain(|open| {
            let stays = adapters.contains(&open.adapter) && !open.receiving.is_finished();
            if !stays {
                open.receiving.abort();
            }
            stays
        });
        let mut last_error = None;
        for adapter in adapters {
            if self.open.iter().any(|open| *open.adapter == *adapter) {
                continue;
            }
            match (self.socket)(adapter) {
                Ok(socket) => {
                    let (adapter, socket) = (Arc::new(adapter.clone()), Arc::new(socket));
                    let receiving = self.loops.spawn(receive(
                        adapter.clone(),
                        socket.clone(),
                        self.sender.clone(),
                    ));
                    self.open.push(Open {
                        adapter,
                        socket,
                        receiving,
                    });
                }
                Err(error) => {
                    tracing::info!(adapter = %adapter.name, address = %adapter.address, %error,
                        "no SSDP through this adapter");
                    last_error = Some(error);
                }
            }
        }
        last_error
    }

    /// The adapters with an open socket.
    pub(crate) fn adapters(&self) -> impl Iterator<Item = &Arc<Adapter>> {
        self.open.iter().map(|open| &open.adapter)
    }

    /// Sends what `message` makes for each adapter to `to`, or to the adapter's
    /// group. Returns how many went out.
    pub(crate) async fn send(
        &self,
        to: Option<SocketAddr>,
        message: impl Fn(&Adapter, SocketAddr) -> Vec<u8>,
    ) -> usize {
        let mut sent = 0;
        for Open {
            adapter, socket, ..
        } in &self.open
        {
            let to = to.unwrap_or_else(|| adapter.group());
            let bytes = message(adapter, to);
            match socket.send_to(&bytes, to).await {
                Ok(_) => sent += 1,
                Err(error) => {
                    tracing::debug!(adapter = %adapter.name, %to, %error, "search not sent");
                }
            }
        }
        sent
    }

    /// The next datagram from any of the sockets; `None` when the last one
    /// broke. Never ends for sockets that follow adapters and have none.
    pub(crate) async fn next(&mut self) -> Option<Datagram> {
        loop {
            tokio::select! {
                biased;
                datagram = self.queue.recv() => return datagram,
                Some(_) = self.loops.join_next() => {
                    if self.loops.is_empty() {
                        return None;
                    }
                }
            }
        }
    }
}

/// A socket that can ask one device from whatever address leads to it.
pub(crate) fn open_unicast(host: HostAddress, port: u16) -> Result<Sockets, Error> {
    if let (IpAddr::V4(_), 1..) = (host.ip(), host.scope_id()) {
        let mut all = adapters(&[])?;
        all.retain(|adapter| adapter.index == host.scope_id() && adapter.address.ip().is_ipv4());
        return Sockets::for_search(&all);
    }
    let to = host.socket(port);
    let local = match to {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let failed = |error: io::Error| Error::Unreachable {
        address: to.to_string(),
        step: Step::Search,
        detail: error.to_string(),
    };
    // Connecting picks the local address and the adapter without sending.
    let probe = std::net::UdpSocket::bind((local, 0)).map_err(failed)?;
    probe.connect(to).map_err(failed)?;
    let local = probe.local_addr().map_err(failed)?;
    let address = HostAddress::of_sender(local);
    let adapter = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .find(|adapter| adapter.ip().to_canonical() == address.ip());
    let adapter = Adapter {
        name: adapter.as_ref().map(|a| a.name.clone()).unwrap_or_default(),
        index: adapter.and_then(|a| a.index).unwrap_or_default(),
        address,
        shares_network: false,
    };
    Sockets::for_search(&[adapter])
}

/// A socket that holds the answers of a crowd until they are read.
fn datagram_socket(local: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
    if let Err(error) = socket.set_recv_buffer_size(limits::RECEIVE_BUFFER_BYTES) {
        tracing::debug!(%error, "the system keeps its own size of buffer");
    }
    Ok(socket)
}

fn search_socket(adapter: &Adapter) -> io::Result<UdpSocket> {
    bound(unbound_search_socket(adapter)?, adapter)
}

/// A socket for searches through the adapter, before it has an address.
pub(super) fn unbound_search_socket(adapter: &Adapter) -> io::Result<Socket> {
    let local = adapter.address.socket(0);
    let socket = datagram_socket(local)?;
    match adapter.address.ip() {
        IpAddr::V4(ip) => {
            socket.set_multicast_if_v4(&ip)?;
            socket.set_multicast_ttl_v4(2)?;
            socket.set_multicast_loop_v4(true)?;
        }
        IpAddr::V6(_) => {
            socket.set_only_v6(true)?;
            socket.set_multicast_if_v6(adapter.index)?;
            socket.set_multicast_hops_v6(2)?;
            socket.set_multicast_loop_v6(true)?;
        }
    }
    Ok(socket)
}

/// Gives a socket the adapter's address and any free port.
pub(super) fn bound(socket: Socket, adapter: &Adapter) -> io::Result<UdpSocket> {
    socket.bind(&adapter.address.socket(0).into())?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket.into())
}

/// A member of the adapter's group. Where the system allows it the socket is
/// bound to the group itself, and takes nothing that came in elsewhere.
fn group_socket(adapter: &Adapter) -> io::Result<UdpSocket> {
    let group = adapter.group();
    let socket = datagram_socket(group)?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    let local = if cfg!(unix) {
        group
    } else {
        adapter.address.socket(SSDP_PORT)
    };
    match (group.ip(), adapter.address.ip()) {
        (IpAddr::V4(group), IpAddr::V4(ip)) => {
            #[cfg(target_os = "linux")]
            socket.set_multicast_all_v4(false)?;
            socket.bind(&local.into())?;
            socket.join_multicast_v4(&group, &ip)?;
        }
        (IpAddr::V6(group), _) => {
            socket.set_only_v6(true)?;
            socket.bind(&local.into())?;
            socket.join_multicast_v6(&group, adapter.index)?;
        }
        _ => return Err(io::ErrorKind::AddrNotAvailable.into()),
    }
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket.into())
}

/// Queues what comes in. A full queue drops the newcomer: a flood must not
/// push out what honest devices said before.
async fn receive(adapter: Arc<Adapter>, socket: Arc<UdpSocket>, queue: mpsc::Sender<Datagram>) {
    let mut buffer = vec![0_u8; limits::DATAGRAM_BYTES];
    let mut failures = 0;
    while failures < 16 {
        match socket.recv_from(&mut buffer).await {
            Ok((length, sender)) => {
                failures = 0;
                let datagram = Datagram {
                    adapter: adapter.clone(),
                    sender,
                    bytes: buffer.get(..length).unwrap_or_default().to_vec(),
                };
                if let Err(mpsc::error::TrySendError::Closed(_)) = queue.try_send(datagram) {
                    return;
                }
            }
            // Windows reports an earlier unreachable port here.
            Err(error) => {
                failures += 1;
                tracing::debug!(adapter = %adapter.name, %error, "receiving");
            }
        }
    }
}

/// The address of this computer that a device at `host` sees: the one the system would send
/// from. Nothing is sent.
#[must_use]
pub fn own_address_towards(host: super::HostAddress) -> Option<IpAddr> {
    let any: IpAddr = match host.ip() {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = std::net::UdpSocket::bind((any, 0)).ok()?;
    socket.connect((host.ip(), SSDP_PORT)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_must_be_named() {
        let usual = adapters(&[]).expect("adapters are listed");
        assert!(usual.iter().all(|adapter| !adapter.is_loopback()));
        for name in ["127.0.0.1", "127.0.0.9"] {
            let named = adapters(&[String::from(name)]).expect("loopback");
            assert_eq!(named.len(), 1);
            assert!(named[0].is_loopback());
            assert_eq!(named[0].address.to_string(), name);
        }
        assert!(matches!(
            adapters(&[String::from("no-such-adapter")]),
            Err(Error::Usage { .. })
        ));
    }

    #[test]
    fn the_group_fits_the_scope() {
        let adapter = |text: &str| Adapter {
            name: String::from("eth0"),
            address: HostAddress::parse(text).expect("a literal"),
            index: 4,
            shares_network: false,
        };
        assert_eq!(
            adapter("192.0.2.9").group().to_string(),
            "239.255.255.250:1900"
        );
        assert_eq!(adapter("fe80::9%4").group().to_string(), "[ff02::c%4]:1900");
        assert_eq!(adapter("fd00::9").group().to_string(), "[ff05::c]:1900");
    }

    #[cfg(target_os = "linux")] // Where the system's usual limits are known.
    #[tokio::test]
    async fn a_socket_nobody_has_read_yet_keeps_three_hundred_answers() {
        let adapter = adapters(&[String::from("127.0.0.1")]).expect("loopback");
        let socket = search_socket(&adapter[0]).expect("a socket");
        let to = socket.local_addr().expect("bound");
        let crowd = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        for _ in 0..300 {
            crowd.send_to(&[b'x'; 420], to).expect("sent");
        }
        let mut kept = 0;
        let mut buffer = [0_u8; 1024];
        socket.readable().await.expect("readable");
        while socket.try_recv_from(&mut buffer).is_ok() {
            kept += 1;
        }
        assert_eq!(kept, 300);
    }
}
