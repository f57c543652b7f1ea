//! Where the gateway listens: one address of one adapter, and the multicast group that goes with it
//! (UDA 2.0, clause 1 and Annex A).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use socket2::{Domain, Protocol, Socket, Type};

use crate::options::Options;

/// The port of multicast searches and announcements.
pub const PORT: u16 = 1900;
const GROUP_V4: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
/// For link-local addresses.
const GROUP_V6_LINK: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xc);
/// For unique local addresses.
const GROUP_V6_SITE: Ipv6Addr = Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 0, 0xc);

/// An address with the adapter it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    address: IpAddr,
    /// The system's number of the adapter; only asked for with IPv6.
    index: u32,
}

impl Place {
    /// What the options name.
    ///
    /// # Errors
    /// Why nothing can listen there, for a person.
    pub fn of(options: &Options) -> Result<Self, String> {
        let place = match &options.interface {
            Some(name) => Self::of_adapter(name)?,
            None => Self::of_address(options.bind)?,
        };
        if place.address.is_unspecified() || place.address.is_multicast() {
            return Err(format!(
                "{} is not the address of an adapter",
                place.address
            ));
        }
        Ok(place)
    }

    /// `eth0`, `192.0.2.1`, `fd00::1` or `fe80::1%eth0`.
    fn of_adapter(name: &str) -> Result<Self, String> {
        if let Ok(address) = name.parse() {
            return Self::of_address(address);
        }
        let (address, name) = match name.split_once('%') {
            Some((address, name)) => {
                let wrong = |_| format!("{address} is not an address");
                (Some(address.parse::<IpAddr>().map_err(wrong)?), name)
            }
            None => (None, name),
        };
        let mut here = adapters()?;
        here.retain(|adapter| adapter.name == name);
        let found = match address {
            Some(address) => here.iter().find(|adapter| adapter.ip() == address),
            // IPv4 where there is any.
            None => here
                .iter()
                .find(|adapter| adapter.ip().is_ipv4())
                .or_else(|| here.first()),
        };
        match (found, address) {
            (Some(found), _) => Ok(Self {
                address: found.ip(),
                index: found.index.unwrap_or_default(),
            }),
            (None, Some(address)) => Err(format!("no adapter {name} with the address {address}")),
            (None, None) => Err(format!("no adapter {name} with an address")),
        }
    }

    fn of_address(address: IpAddr) -> Result<Self, String> {
        if address.is_ipv4() {
            return Ok(Self { address, index: 0 });
        }
        let index = adapters()?
            .into_iter()
            .find(|adapter| adapter.ip() == address)
            .and_then(|adapter| adapter.index)
            .ok_or_else(|| format!("no adapter with the address {address}"))?;
        Ok(Self { address, index })
    }

    /// The address with a port.
    pub fn socket(&self, port: u16) -> SocketAddr {
        match self.address {
            IpAddr::V6(address) => SocketAddrV6::new(address, port, 0, self.scope(address)).into(),
            address @ IpAddr::V4(_) => SocketAddr::new(address, port),
        }
    }

    /// Where announcements go and searches come from.
    pub fn group(&self) -> SocketAddr {
        match self.address {
            IpAddr::V4(_) => (GROUP_V4, PORT).into(),
            IpAddr::V6(address) if is_link_local(address) => {
                SocketAddrV6::new(GROUP_V6_LINK, PORT, 0, self.index).into()
            }
            IpAddr::V6(_) => (GROUP_V6_SITE, PORT).into(),
        }
    }

    fn scope(&self, address: Ipv6Addr) -> u32 {
        if is_link_local(address) {
            self.index
        } else {
            0
        }
    }

    /// A socket of this address' family.
    ///
    /// # Errors
    /// The system gives none.
    pub fn open(&self, kind: Type, protocol: Protocol) -> std::io::Result<Socket> {
        let socket = Socket::new(Domain::for_address(self.socket(0)), kind, Some(protocol))?;
        if self.address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        Ok(socket)
    }

    /// Lets multicast of a socket leave through this address only.
    ///
    /// # Errors
    /// The adapter is gone.
    pub fn send_through(&self, socket: &Socket) -> std::io::Result<()> {
        match self.address {
            IpAddr::V4(address) => {
                socket.set_multicast_if_v4(&address)?;
                socket.set_multicast_ttl_v4(2)?;
                socket.set_multicast_loop_v4(true)
            }
            IpAddr::V6(_) => {
                socket.set_multicast_if_v6(self.index)?;
                socket.set_multicast_hops_v6(2)?;
                socket.set_multicast_loop_v6(true)
            }
        }
    }

    /// Makes a socket a member of the group through this address only.
    ///
    /// # Errors
    /// The adapter is gone or takes no multicast.
    pub fn join(&self, socket: &Socket) -> std::io::Result<()> {
        match (self.group().ip(), self.address) {
            (IpAddr::V4(group), IpAddr::V4(address)) => {
                #[cfg(target_os = "linux")]
                socket.set_multicast_all_v4(false)?;
                socket.join_multicast_v4(&group, &address)
            }
            (IpAddr::V6(group), _) => socket.join_multicast_v6(&group, self.index),
            _ => Err(std::io::ErrorKind::AddrNotAvailable.into()),
        }
    }
}

/// As the host of a URL or a header field: the number of the adapter means nothing to others.
pub fn without_scope(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), address.port())
}

fn is_link_local(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xffc0 == 0xfe80
}

fn adapters() -> Result<Vec<if_addrs::Interface>, String> {
    if_addrs::get_if_addrs().map_err(|error| format!("adapters: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_fits_the_address() {
        let place = |address: &str| Place {
            address: address.parse().unwrap(),
            index: 3,
        };
        for (address, group, socket) in [
            ("127.0.0.1", "239.255.255.250:1900", "127.0.0.1:5"),
            ("fe80::1", "[ff02::c%3]:1900", "[fe80::1%3]:5"),
            ("fd00::1", "[ff05::c]:1900", "[fd00::1]:5"),
        ] {
            assert_eq!(place(address).group().to_string(), group);
            assert_eq!(place(address).socket(5).to_string(), socket);
        }
        let scoped = place("fe80::1").socket(5);
        assert_eq!(without_scope(scoped).to_string(), "[fe80::1]:5");
    }

    #[test]
    fn loopback_can_be_named_in_every_way() {
        let named = |interface: Option<&str>, bind: &str| {
            Place::of(&Options {
                bind: bind.parse().unwrap(),
                interface: interface.map(str::to_owned),
                ..Options::default()
            })
        };
        assert!(named(None, "127.0.0.5").is_ok());
        assert!(named(Some("127.0.0.1"), "192.0.2.1").is_ok());
        for refused in ["0.0.0.0", "::", "239.255.255.250", "2001:db8::77"] {
            assert!(named(None, refused).is_err(), "{refused}");
        }
        assert!(named(Some("no-such-adapter"), "127.0.0.1").is_err());
        assert!(named(Some("fe80::1%no-such-adapter"), "127.0.0.1").is_err());
    }
}
