//! Every adapter of this computer: what it is, and whether it is searched.

use std::net::IpAddr;

use super::system::AdapterFacts;
use super::{AdapterKind, AdapterReport, LeftOut, OwnAddress};
use crate::driver::address::{is_link_local, HostAddress};
use crate::driver::udp::Adapter;

/// Beginnings of the names of adapters that lead through a tunnel.
const TUNNEL_NAMES: [&str; 12] = [
    "tun",
    "tap",
    "wg",
    "ppp",
    "utun",
    "ipsec",
    "tailscale",
    "zt",
    "nordlynx",
    "proton",
    "cscotun",
    "gpd",
];
/// Pieces of such names where people read them (Windows).
const TUNNEL_WORDS: [&str; 8] = [
    "vpn",
    "wireguard",
    "wintun",
    "tap-windows",
    "tailscale",
    "zerotier",
    "anyconnect",
    "fortinet",
];
/// Beginnings of the names of adapters that lead to containers and virtual machines. A plain
/// `br0` is not among them: it is the way to the network on many a computer.
const VIRTUAL_NAMES: [&str; 15] = [
    "docker", "veth", "br-", "virbr", "vmnet", "vboxnet", "vnet", "cni", "flannel", "lxc", "lxdbr",
    "podman", "ifb", "dummy", "awdl",
];
/// Pieces of such names where people read them (Windows).
const VIRTUAL_WORDS: [&str; 6] = [
    "vethernet",
    "virtualbox",
    "vmware",
    "hyper-v",
    "wsl",
    "npcap",
];

/// Hardware types of Linux (`if_arp.h`) that are tunnels: SLIP to PPP, IP in IP, IPv6 in
/// IPv4, GRE, and "none", which is what TUN and WireGuard have.
const TUNNEL_HARDWARE: [u32; 7] = [256, 512, 768, 769, 776, 778, 65_534];

/// One address as the system lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: String,
    pub index: u32,
    pub address: HostAddress,
    pub prefix_bits: u8,
    pub up: bool,
    pub point_to_point: bool,
}

/// The addresses of this computer; empty when the system does not list them.
pub(super) fn listed() -> Vec<Listed> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    all.into_iter()
        .map(|one| {
            let index = one.index.unwrap_or_default();
            Listed {
                index,
                address: HostAddress::new(one.ip(), index),
                prefix_bits: match &one.addr {
                    if_addrs::IfAddr::V4(v4) => v4.prefixlen,
                    if_addrs::IfAddr::V6(v6) => v6.prefixlen,
                },
                up: one.is_oper_up(),
                point_to_point: one.is_p2p(),
                name: one.name,
            }
        })
        .collect()
}

/// One report an adapter, those searched first. `named` tells that the person chose.
pub(super) fn reports(
    listed: &[Listed],
    facts: &[AdapterFacts],
    used: &[Adapter],
    named: bool,
) -> Vec<AdapterReport> {
    let mut names: Vec<&str> = Vec::new();
    let all = used
        .iter()
        .map(|adapter| adapter.name.as_str())
        .chain(listed.iter().map(|one| one.name.as_str()))
        .chain(facts.iter().map(|one| one.name.as_str()));
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let listed: Vec<&Listed> = listed.iter().filter(|one| one.name == name).collect();
            let facts = facts.iter().find(|one| one.name == name);
            report(name, &listed, facts, used, named)
        })
        .collect()
}

fn report(
    name: &str,
    listed: &[&Listed],
    facts: Option<&AdapterFacts>,
    used: &[Adapter],
    named: bool,
) -> AdapterReport {
    let mine: Vec<&Adapter> = used.iter().filter(|one| one.name == name).collect();
    let mut addresses: Vec<OwnAddress> = listed
        .iter()
        .map(|one| OwnAddress {
            address: one.address,
            prefix_bits: one.prefix_bits,
        })
        .collect();
    // 127.0.0.9 is searched through when it is named, though the system does not list it.
    for adapter in &mine {
        if !addresses.iter().any(|own| own.address == adapter.address) {
            addresses.push(OwnAddress {
                address: adapter.address,
                prefix_bits: if adapter.address.ip().is_ipv4() {
                    8
                } else {
                    128
                },
            });
        }
    }
    let kind = kind_of(
        name,
        facts,
        addresses.iter().any(|own| own.address.ip().is_loopback()),
        listed.iter().any(|one| one.point_to_point),
    );
    let up = match (listed.is_empty(), facts) {
        (false, _) => listed.iter().any(|one| one.up),
        (true, Some(facts)) => facts.is_up(),
        (true, None) => !mine.is_empty(),
    };
    let left_out = match () {
        () if !mine.is_empty() => None,
        () if kind == AdapterKind::Loopback => Some(LeftOut::Loopback),
        () if !up => Some(LeftOut::Down),
        () if addresses.is_empty() => Some(LeftOut::NoAddress),
        () if named => Some(LeftOut::NotNamed),
        () => Some(LeftOut::NoSuitableAddress),
    };
    AdapterReport {
        name: name.to_owned(),
        index: listed
            .first()
            .map(|one| one.index)
            .or(mine.first().map(|one| one.index))
            .unwrap_or_default(),
        kind,
        up,
        multicast: facts.and_then(AdapterFacts::can_multicast),
        addresses,
        left_out,
        strict_reverse_path: facts.and_then(|facts| facts.strict_reverse_path),
        probes: Vec::new(),
        gateways: Vec::new(),
    }
}

fn kind_of(
    name: &str,
    facts: Option<&AdapterFacts>,
    loopback_address: bool,
    point_to_point: bool,
) -> AdapterKind {
    let lower = name.to_ascii_lowercase();
    let begins = |names: &[&str]| {
        names.iter().any(|start| {
            lower.strip_prefix(start).is_some_and(|rest| {
                // `wg0` and `wg-home`, not `wgnet` of a company's naming scheme.
                rest.chars()
                    .next()
                    .is_none_or(|next| !next.is_ascii_alphabetic())
                    || start.ends_with('-')
                    || start.len() > 3
            })
        })
    };
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let hardware = facts.and_then(|facts| facts.hardware);
    if loopback_address || hardware == Some(772) {
        AdapterKind::Loopback
    } else if begins(&VIRTUAL_NAMES) || holds(&VIRTUAL_WORDS) {
        AdapterKind::Virtual
    } else if point_to_point
        || hardware.is_some_and(|hardware| TUNNEL_HARDWARE.contains(&hardware))
        || facts.is_some_and(|facts| facts.tunnel)
        || begins(&TUNNEL_NAMES)
        || holds(&TUNNEL_WORDS)
    {
        AdapterKind::Tunnel
    } else if facts.is_some_and(|facts| facts.wireless)
        || lower.starts_with("wl")
        || holds(&["wi-fi", "wifi", "wlan", "wireless"])
    {
        AdapterKind::Wireless
    } else if facts.is_some_and(|facts| facts.device) || lower.starts_with("ethernet") {
        AdapterKind::Cable
    } else {
        AdapterKind::Other
    }
}

/// Whether an address was made up by the computer itself: nobody handed one out.
pub(super) fn is_self_given(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => is_link_local(v6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, address: &str, up: bool) -> Listed {
        Listed {
            name: name.to_owned(),
            index: 3,
            address: HostAddress::parse(address).expect("a literal"),
            prefix_bits: 24,
            up,
            point_to_point: false,
        }
    }

    fn used(name: &str, address: &str) -> Adapter {
        Adapter {
            name: name.to_owned(),
            address: HostAddress::parse(address).expect("a literal"),
            index: 3,
            shares_network: false,
        }
    }

    #[test]
    fn each_adapter_says_why_it_is_left_out() {
        let listed = [
            listed("lo", "127.0.0.1", true),
            listed("eth0", "192.0.2.5", true),
            listed("eth1", "198.51.100.5", false),
            listed("eth3", "2001:db8::5", true),
        ];
        let facts = [AdapterFacts {
            name: String::from("eth2"),
            flags: Some(0x1003),
            ..AdapterFacts::default()
        }];
        let chosen = [used("eth0", "192.0.2.5")];
        let all = reports(&listed, &facts, &chosen, false);
        let found = |name: &str| {
            let report = all.iter().find(|one| one.name == name);
            report.map(|one| one.left_out).expect(name)
        };
        assert_eq!(found("eth0"), None);
        assert_eq!(found("lo"), Some(LeftOut::Loopback));
        assert_eq!(found("eth1"), Some(LeftOut::Down));
        assert_eq!(found("eth2"), Some(LeftOut::NoAddress));
        assert_eq!(found("eth3"), Some(LeftOut::NoSuitableAddress));
        let all = reports(&listed, &facts, &[used("lo", "127.0.0.9")], true);
        let first = &all[0];
        assert_eq!((first.name.as_str(), first.left_out), ("lo", None));
        assert!(first
            .addresses
            .iter()
            .any(|own| own.address.to_string() == "127.0.0.9"));
        assert_eq!(all[1].left_out, Some(LeftOut::NotNamed));
    }

    #[test]
    fn kinds_are_told_by_facts_and_names() {
        let facts = |hardware, device, wireless| AdapterFacts {
            hardware: Some(hardware),
            device,
            wireless,
            ..AdapterFacts::default()
        };
        for (name, facts, expected) in [
            ("enp3s0", Some(facts(1, true, false)), AdapterKind::Cable),
            ("wlp2s0", Some(facts(1, true, true)), AdapterKind::Wireless),
            (
                "office",
                Some(facts(65_534, false, false)),
                AdapterKind::Tunnel,
            ),
            ("tun0", None, AdapterKind::Tunnel),
            ("utun3", None, AdapterKind::Tunnel),
            ("tungsten", None, AdapterKind::Other),
            ("docker0", None, AdapterKind::Virtual),
            (
                "br-1f2e3d",
                Some(facts(1, false, false)),
                AdapterKind::Virtual,
            ),
            ("br0", Some(facts(1, false, false)), AdapterKind::Other),
            ("vEthernet (WSL)", None, AdapterKind::Virtual),
            ("Wi-Fi 2", None, AdapterKind::Wireless),
            ("Ethernet 3", None, AdapterKind::Cable),
        ] {
            assert_eq!(
                kind_of(name, facts.as_ref(), false, false),
                expected,
                "{name}"
            );
        }
        assert_eq!(kind_of("gone", None, true, false), AdapterKind::Loopback);
        assert_eq!(kind_of("gone", None, false, true), AdapterKind::Tunnel);
    }

    #[test]
    fn addresses_nobody_handed_out_are_known() {
        for (text, expected) in [
            ("169.254.3.4", true),
            ("fe80::1%3", true),
            ("192.0.2.1", false),
            ("fd00::1", false),
        ] {
            let address = HostAddress::parse(text).expect("a literal");
            assert_eq!(is_self_given(address.ip()), expected, "{text}");
        }
    }
}
