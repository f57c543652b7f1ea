//! Where a device is: an address literal, with its scope beside it.
//!
//! A link-local IPv6 address means nothing without the adapter it was heard
//! on, yet a URL and a `Host` field must not carry the adapter. So the scope
//! is data beside the address and is used only to open connections. The same
//! holds for an IPv4 address when two adapters are in networks of the same
//! numbers: `192.168.1.1` may then be two gateways.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use url::{Host, Url};

use crate::error::Error;

/// An address of a device, with the adapter where the address alone could
/// mean two devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostAddress {
    ip: IpAddr,
    scope_id: u32,
}

impl HostAddress {
    /// An address; `scope_id` is the index of the adapter and is kept only
    /// where it means something.
    #[must_use]
    pub fn new(ip: IpAddr, scope_id: u32) -> Self {
        let ip = ip.to_canonical();
        let scope_id = match ip {
            IpAddr::V6(v6) if is_link_local(v6) => scope_id,
            _ => 0,
        };
        HostAddress { ip, scope_id }
    }

    /// An address heard on an adapter whose network exists twice
    /// ([`super::Adapter::shares_network`]).
    #[must_use]
    pub fn on_adapter(ip: IpAddr, index: u32) -> Self {
        HostAddress {
            ip: ip.to_canonical(),
            scope_id: index,
        }
    }

    /// Whether both are the same device as far as the addresses tell: the
    /// adapter counts only where both name one.
    #[must_use]
    pub fn is_same(&self, other: HostAddress) -> bool {
        let scopes_fit =
            self.scope_id == other.scope_id || self.scope_id == 0 || other.scope_id == 0;
        self.ip == other.ip && scopes_fit
    }

    /// Reads `192.0.2.1`, `2001:db8::1`, `[fe80::1%eth0]` or `fe80::1%2`.
    ///
    /// # Errors
    /// [`Error::Usage`] when it is no address literal or names an adapter this
    /// computer does not have.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |detail: &str| Error::Usage {
            detail: format!("{text:?} is not an address: {detail}"),
        };
        let bare = text.trim();
        let bare = bare
            .strip_prefix('[')
            .and_then(|inside| inside.strip_suffix(']'))
            .unwrap_or(bare);
        let (address, zone) = match bare.split_once('%') {
            // `%25` is how a URL spells the percent sign.
            Some((address, zone)) => (address, Some(zone.strip_prefix("25").unwrap_or(zone))),
            None => (bare, None),
        };
        let ip: IpAddr = address
            .parse()
            .map_err(|_| wrong("neither IPv4 nor IPv6"))?;
        let scope_id = match zone {
            None => 0,
            Some(zone) => match zone.parse() {
                Ok(index) => index,
                Err(_) => adapter_index(zone).ok_or_else(|| wrong("no such adapter"))?,
            },
        };
        Ok(Self::new(ip, scope_id))
    }

    /// The address in a URL whose host is a literal.
    #[must_use]
    pub fn of_url(url: &Url, scope_id: u32) -> Option<Self> {
        match url.host()? {
            Host::Ipv4(ip) => Some(Self::on_adapter(IpAddr::V4(ip), scope_id)),
            Host::Ipv6(ip) => Some(Self::new(IpAddr::V6(ip), scope_id)),
            Host::Domain(_) => None,
        }
    }

    /// Where a datagram came from.
    #[must_use]
    pub fn of_sender(sender: SocketAddr) -> Self {
        match sender {
            SocketAddr::V4(v4) => Self::new(IpAddr::V4(*v4.ip()), 0),
            SocketAddr::V6(v6) => Self::new(IpAddr::V6(*v6.ip()), v6.scope_id()),
        }
    }

    /// The address without its scope.
    #[must_use]
    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    /// Index of the adapter, 0 where none is needed.
    #[must_use]
    pub fn scope_id(&self) -> u32 {
        self.scope_id
    }

    /// Where to connect to.
    #[must_use]
    pub fn socket(&self, port: u16) -> SocketAddr {
        match self.ip {
            IpAddr::V4(_) => SocketAddr::new(self.ip, port),
            IpAddr::V6(v6) => SocketAddr::V6(SocketAddrV6::new(v6, port, 0, self.scope_id)),
        }
    }

    /// As the host of a URL or a `Host` field: IPv6 in brackets, no scope.
    #[must_use]
    pub fn in_url(&self) -> String {
        match self.ip {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        }
    }

    /// As a `Host` field.
    #[must_use]
    pub fn with_port(&self, port: u16) -> String {
        format!("{}:{port}", self.in_url())
    }

    /// Whether a URL names this very host by its literal address.
    #[must_use]
    pub fn is_host_of(&self, url: &Url) -> bool {
        Self::of_url(url, self.scope_id) == Some(*self)
    }

    /// Which of several addresses of a device to use, the lowest first: those
    /// that outlive a change of adapters before link-local ones, which remain
    /// as a way back when everything else is misconfigured.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self.ip {
            IpAddr::V4(v4) if v4.is_link_local() => 3,
            IpAddr::V4(_) => 0,
            IpAddr::V6(v6) if is_link_local(v6) => 4,
            IpAddr::V6(v6) if v6.segments()[0] & 0xfe00 == 0xfc00 => 1,
            IpAddr::V6(_) => 2,
        }
    }

    /// Whether a device could be there: not a group, not everybody, not nobody.
    #[must_use]
    pub fn is_usable(&self, loopback_allowed: bool) -> bool {
        let broadcast = matches!(self.ip, IpAddr::V4(v4) if v4.is_broadcast());
        !self.ip.is_unspecified()
            && !self.ip.is_multicast()
            && !broadcast
            && (loopback_allowed || !self.ip.is_loopback())
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) if self.scope_id == 0 => write!(f, "[{v6}]"),
            IpAddr::V6(v6) => write!(f, "[{v6}%{}]", self.scope_id),
        }
    }
}

/// Whether the address is valid on one link only.
pub(crate) fn is_link_local(ip: Ipv6Addr) -> bool {
    ip.segments()[0] & 0xffc0 == 0xfe80
}

fn adapter_index(name: &str) -> Option<u32> {
    if_addrs::get_if_addrs()
        .ok()?
        .into_iter()
        .find(|adapter| adapter.name == name)
        .and_then(|adapter| adapter.index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_read() {
        for (text, shown, scope) in [
            ("192.0.2.1", "192.0.2.1", 0),
            (" 2001:db8::1 ", "[2001:db8::1]", 0),
            ("[2001:db8::1%3]", "[2001:db8::1]", 0),
            ("[fe80::1%3]", "[fe80::1%3]", 3),
            ("fe80::1%253", "[fe80::1%3]", 3),
            ("::ffff:192.0.2.1", "192.0.2.1", 0),
        ] {
            let address = HostAddress::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(
                (address.to_string().as_str(), address.scope_id()),
                (shown, scope)
            );
        }
        assert!(HostAddress::parse("gateway").is_err());
        assert!(HostAddress::parse("fe80::1%no-such-adapter").is_err());
    }

    #[test]
    fn one_ipv4_address_behind_two_adapters_is_two_hosts() {
        let ip: IpAddr = "192.168.1.1".parse().expect("an address");
        let (wired, air) = (
            HostAddress::on_adapter(ip, 2),
            HostAddress::on_adapter(ip, 3),
        );
        assert_ne!(wired, air);
        assert!(!wired.is_same(air));
        assert!(wired.is_same(HostAddress::new(ip, 0)));
        let url = Url::parse("http://192.168.1.1:49152/desc.xml").expect("a URL");
        assert!(wired.is_host_of(&url) && air.is_host_of(&url));
        assert_eq!(HostAddress::of_url(&url, 3), Some(air));
        assert_eq!(
            (air.to_string(), air.with_port(80)),
            ("192.168.1.1".into(), "192.168.1.1:80".into())
        );
    }

    #[test]
    fn the_scope_stays_out_of_urls() {
        let address = HostAddress::parse("fe80::1%7").expect("a literal");
        assert_eq!(address.with_port(49152), "[fe80::1]:49152");
        assert_eq!(address.socket(80).to_string(), "[fe80::1%7]:80");
        let url = Url::parse("http://[fe80::1]:49152/desc.xml").expect("a URL");
        assert!(address.is_host_of(&url));
        let other = Url::parse("http://[fe80::2]/").expect("a URL");
        assert!(!address.is_host_of(&other));
    }

    #[test]
    fn groups_and_nobody_are_not_usable() {
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "239.255.255.250",
            "::",
            "ff02::c",
        ] {
            let address = HostAddress::parse(text).expect("a literal");
            assert!(!address.is_usable(true), "{text}");
        }
        let loopback = HostAddress::parse("127.0.0.1").expect("a literal");
        assert!(!loopback.is_usable(false));
        assert!(loopback.is_usable(true));
    }
}
