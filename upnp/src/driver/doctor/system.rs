//! What the system tells about its network: adapters, routes, packet filters.
//!
//! Everything here is read from files anybody may read, and only Linux has them. Where one is
//! missing the answer is "unknown", never a guess. The parsers take text, so that they are
//! checked with texts of any machine.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// Flags of an adapter (`if.h`).
const FLAG_UP: u32 = 0x1;
const FLAG_MULTICAST: u32 = 0x1000;
/// Flags of a route: usable, through a gateway.
const ROUTE_UP: u32 = 0x1;
const ROUTE_GATEWAY: u32 = 0x2;

/// What the system tells about one adapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AdapterFacts {
    pub name: String,
    pub flags: Option<u32>,
    /// `up`, `down`, `unknown`, `lowerlayerdown`…
    pub state: Option<String>,
    /// Hardware type of `if_arp.h`.
    pub hardware: Option<u32>,
    pub wireless: bool,
    /// Made by a program through the TUN driver.
    pub tunnel: bool,
    /// Has hardware behind it.
    pub device: bool,
    /// Answers that come in elsewhere than the route leads are dropped.
    pub strict_reverse_path: Option<bool>,
}

impl AdapterFacts {
    pub(super) fn is_up(&self) -> bool {
        let switched_on = self.flags.is_none_or(|flags| flags & FLAG_UP != 0);
        let state = self.state.as_deref().unwrap_or("unknown");
        switched_on && matches!(state, "up" | "unknown" | "dormant")
    }

    pub(super) fn can_multicast(&self) -> Option<bool> {
        self.flags.map(|flags| flags & FLAG_MULTICAST != 0)
    }
}

/// The router an adapter leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DefaultRoute {
    pub adapter: String,
    pub gateway: IpAddr,
    metric: u32,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(super) struct System {
    pub adapters: Vec<AdapterFacts>,
    /// `None` when the system does not tell.
    pub routes: Option<Vec<DefaultRoute>>,
    /// Packet filters known to be switched on.
    pub firewalls: Vec<String>,
}

impl System {
    /// Reads what there is to read.
    pub(super) fn read() -> System {
        let v4 = fs::read_to_string("/proc/net/route").ok();
        let v6 = fs::read_to_string("/proc/net/ipv6_route").ok();
        let told = v4.is_some() || v6.is_some();
        let mut routes = default_routes_v4(v4.as_deref().unwrap_or_default());
        routes.extend(default_routes_v6(v6.as_deref().unwrap_or_default()));
        let present = fs::read_to_string("/proc/net/dev").ok();
        let ufw = fs::read_to_string("/etc/ufw/ufw.conf").unwrap_or_default();
        System {
            adapters: adapters(Path::new("/sys/class/net"), present.as_deref()),
            routes: told.then_some(routes),
            firewalls: ufw_is_on(&ufw)
                .then(|| String::from("ufw"))
                .into_iter()
                .collect(),
        }
    }
}

/// The folders of `root` for the adapters in `present` (`/proc/net/dev`): in a container the
/// folders may be those of the computer around it.
fn adapters(root: &Path, present: Option<&str>) -> Vec<AdapterFacts> {
    let is_here = |name: &str| {
        let names = |line: &str| Some(line.split_once(':')?.0.trim().to_owned());
        present.is_none_or(|text| text.lines().filter_map(names).any(|here| here == name))
    };
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    let mut found: Vec<AdapterFacts> = entries
        .flatten()
        // `bonding_masters` is a file among the folders.
        .filter(|entry| entry.path().join("flags").exists())
        .map(|entry| {
            let at = entry.path();
            let text = |file: &str| {
                let text = fs::read_to_string(at.join(file)).ok()?;
                Some(text.trim().to_owned())
            };
            let name = entry.file_name().to_string_lossy().into_owned();
            AdapterFacts {
                flags: text("flags").and_then(|text| hexadecimal(&text)),
                state: text("operstate"),
                hardware: text("type").and_then(|text| text.parse().ok()),
                wireless: at.join("wireless").exists() || at.join("phy80211").exists(),
                tunnel: at.join("tun_flags").exists(),
                device: at.join("device").exists(),
                strict_reverse_path: strict_reverse_path(&name),
                name,
            }
        })
        .collect();
    found.retain(|facts| is_here(&facts.name));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The stricter of the two settings counts (`ip-sysctl`, rp_filter); 1 is strict.
fn strict_reverse_path(name: &str) -> Option<bool> {
    let read = |name: &str| -> Option<u32> {
        let file = format!("/proc/sys/net/ipv4/conf/{name}/rp_filter");
        fs::read_to_string(file).ok()?.trim().parse().ok()
    };
    Some(read("all")?.max(read(name)?) == 1)
}

fn hexadecimal(text: &str) -> Option<u32> {
    u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
}

/// `/proc/net/route`: the best default route of each adapter.
pub(super) fn default_routes_v4(text: &str) -> Vec<DefaultRoute> {
    let route = |line: &str| -> Option<DefaultRoute> {
        let mut fields = line.split_whitespace();
        let adapter = fields.next()?.to_owned();
        let mut number = || u32::from_str_radix(fields.next()?, 16).ok();
        let (destination, gateway, flags) = (number()?, number()?, number()?);
        let mut fields = fields.skip(2);
        let metric = fields.next()?.parse().ok()?;
        let mask = u32::from_str_radix(fields.next()?, 16).ok()?;
        let is_default = destination == 0 && mask == 0 && is_through_gateway(flags);
        // The addresses are written as the computer keeps them in memory.
        let gateway = Ipv4Addr::from(gateway.to_ne_bytes());
        is_default.then_some(DefaultRoute {
            adapter,
            gateway: IpAddr::V4(gateway),
            metric,
        })
    };
    best(text.lines().filter_map(route).collect())
}

/// `/proc/net/ipv6_route`: the best default route of each adapter.
pub(super) fn default_routes_v6(text: &str) -> Vec<DefaultRoute> {
    let route = |line: &str| -> Option<DefaultRoute> {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[destination, prefix, _, _, next_hop, metric, _, _, flags, adapter] =
            fields.as_slice()
        else {
            return None;
        };
        let everything = prefix == "00" && destination.bytes().all(|digit| digit == b'0');
        let gateway = Ipv6Addr::from(u128::from_str_radix(next_hop, 16).ok()?);
        let usable = !gateway.is_unspecified() && is_through_gateway(hexadecimal(flags)?);
        (everything && usable).then_some(DefaultRoute {
            adapter: adapter.to_owned(),
            gateway: IpAddr::V6(gateway),
            metric: hexadecimal(metric)?,
        })
    };
    best(text.lines().filter_map(route).collect())
}

fn is_through_gateway(flags: u32) -> bool {
    flags & (ROUTE_UP | ROUTE_GATEWAY) == ROUTE_UP | ROUTE_GATEWAY
}

/// One route an adapter, the one with the lowest metric.
fn best(mut routes: Vec<DefaultRoute>) -> Vec<DefaultRoute> {
    routes.sort_by_key(|route| route.metric);
    let mut kept: Vec<DefaultRoute> = Vec::new();
    for route in routes {
        if !kept.iter().any(|other| other.adapter == route.adapter) {
            kept.push(route);
        }
    }
    kept
}

fn ufw_is_on(text: &str) -> bool {
    text.lines()
        .filter_map(|line| line.trim().split_once('='))
        .any(|(name, value)| name.trim() == "ENABLED" && value.trim().eq_ignore_ascii_case("yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(routes: &[DefaultRoute]) -> Vec<String> {
        let show = |route: &DefaultRoute| format!("{} {}", route.adapter, route.gateway);
        routes.iter().map(show).collect()
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn default_routes_are_read() {
        let text =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
            wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
            eth0\t00000000\t0100000A\t0003\t0\t0\t300\t00000000\t0\t0\t0\n\
            eth0\t00000000\t0200000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
            tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0\n\
            eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n\
            nonsense\n";
        let routes = default_routes_v4(text);
        assert_eq!(shown(&routes), ["eth0 10.0.0.2", "wlan0 192.168.2.1"]);
        assert!(default_routes_v4("").is_empty());
    }

    #[test]
    fn default_routes_of_ipv6_are_read() {
        let zero = "0".repeat(32);
        let router = "fe80000000000000021122fffe334455";
        let text = format!(
            "{zero} 00 {zero} 00 {router} 00000400 00000002 00000000 00450003 wlan0\n\
             fd000000000000000000000000000000 40 {zero} 00 {zero} 00000100 00000001 00000000 00000001 wlan0\n\
             {zero} 00 {zero} 00 {zero} ffffffff 00000001 00000000 00200200 lo\n"
        );
        let routes = default_routes_v6(&text);
        assert_eq!(shown(&routes), ["wlan0 fe80::211:22ff:fe33:4455"]);
        assert!(default_routes_v6("00 00\n").is_empty());
    }

    #[test]
    fn a_firewall_that_is_off_is_none() {
        assert!(ufw_is_on("# comment\nENABLED=yes\nLOGLEVEL=low\n"));
        assert!(!ufw_is_on("ENABLED=no\n"));
        assert!(!ufw_is_on(""));
    }

    #[test]
    fn adapters_are_read_from_their_folders() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let at = root.path().join("tun0");
        fs::create_dir(&at).expect("a folder");
        for (file, text) in [
            ("flags", "0x10d1\n"),
            ("operstate", "unknown\n"),
            ("type", "65534\n"),
            ("tun_flags", "0x1\n"),
        ] {
            fs::write(at.join(file), text).expect("a file");
        }
        fs::write(root.path().join("bonding_masters"), "\n").expect("a file");
        let present = "Inter-|   Receive\n face |bytes\n    lo: 1 2\n  tun0: 0 0\n";
        assert!(adapters(root.path(), Some("    lo: 1 2\n")).is_empty());
        let found = adapters(root.path(), Some(present));
        assert_eq!(found, adapters(root.path(), None));
        assert_eq!(found.len(), 1);
        let tun0 = &found[0];
        assert_eq!(
            (tun0.hardware, tun0.tunnel, tun0.device),
            (Some(65_534), true, false)
        );
        assert!(tun0.is_up());
        assert_eq!(tun0.can_multicast(), Some(true));
        let down = AdapterFacts {
            state: Some(String::from("down")),
            ..tun0.clone()
        };
        assert!(!down.is_up());
        assert!(adapters(&root.path().join("missing"), None).is_empty());
    }
}
