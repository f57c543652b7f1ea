//! Whether somebody at home still reaches the gateway after a change: wires, bridges,
//! addresses, Wi-Fi and firewall really matter then. Off unless a visitor is named.
//!
//! The visitor is one of the hosts of the tree. At the start it gets the address from which
//! the simulator is spoken to, and the gateway's LAN address becomes the one it listens on,
//! so that the tree tells the truth.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::tree::Tree;

/// What a change comes to for the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nothing: the gateway answers where it did.
    Stays,
    /// The gateway answers at another address.
    Moves(IpAddr),
    /// The visitor is cut off.
    Gone,
}

/// A host whose way to the gateway is watched.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Number of its row in the table of hosts, as the peer counts.
    host: String,
    address: IpAddr,
    /// What it needs to be let into its Wi-Fi, as it was when it came.
    credentials: BTreeMap<String, String>,
}

const HOSTS: &str = "/BBF/Hosts/Host/";

fn get(tree: &Tree, path: &str) -> String {
    tree.kept_value(path).unwrap_or_default()
}

fn on(tree: &Tree, path: &str) -> bool {
    // What does not exist cannot be off.
    tree.kept_value(path)
        .is_none_or(|text| text == "1" || text == "true")
}

/// Numbers of the rows of a table.
fn rows(tree: &Tree, table: &str) -> Vec<String> {
    let mut rows: Vec<String> = tree
        .parameter_paths()
        .iter()
        .filter_map(|path| path.strip_prefix(table)?.split('/').next())
        .map(str::to_owned)
        .collect();
    rows.dedup();
    rows
}

/// A reference of the tree (`Device.A.1` counted from 1) as a path with the peer's numbers.
fn followed(tree: &Tree, value: &str) -> Option<String> {
    let inner = value.trim().trim_end_matches('.').strip_prefix("Device.")?;
    let part = |part: &str| match part.parse::<u32>() {
        Ok(number) => (number + tree.index_base()).saturating_sub(1).to_string(),
        Err(_) => part.to_owned(),
    };
    Some(format!(
        "/BBF/{}/",
        inner.split('.').map(part).collect::<Vec<_>>().join("/")
    ))
}

fn list(tree: &Tree, path: &str) -> Vec<String> {
    get(tree, path)
        .split(',')
        .filter_map(|item| followed(tree, item))
        .collect()
}

impl Visitor {
    /// Puts a host of the tree at an address, and the gateway's LAN side at another.
    ///
    /// # Errors
    /// There is no host of that name.
    pub fn arrive(
        tree: &mut Tree,
        name: &str,
        address: IpAddr,
        gateway: IpAddr,
    ) -> Result<Self, String> {
        let host = rows(tree, HOSTS)
            .into_iter()
            .find(|row| get(tree, &format!("{HOSTS}{row}/HostName")) == name)
            .ok_or_else(|| format!("no host is called {name}"))?;
        let row = format!("{HOSTS}{host}/");
        tree.poke(&format!("{row}IPAddress"), &address.to_string());
        for place in rows(tree, &format!("{row}IPv4Address/")) {
            tree.poke(
                &format!("{row}IPv4Address/{place}/IPAddress"),
                &address.to_string(),
            );
        }
        let lan = followed(tree, &get(tree, &format!("{row}Layer3Interface")))
            .ok_or("the host is nowhere")?;
        let first = rows(tree, &format!("{lan}IPv4Address/"))
            .into_iter()
            .next()
            .ok_or("no LAN address")?;
        tree.poke(
            &format!("{lan}IPv4Address/{first}/IPAddress"),
            &gateway.to_string(),
        );
        tree.poke(
            &format!("{lan}IPv4Address/{first}/SubnetMask"),
            "255.255.255.0",
        );
        let mut visitor = Self {
            host: row,
            address,
            credentials: BTreeMap::new(),
        };
        visitor.credentials = visitor.needed(tree);
        Ok(visitor)
    }

    fn access_point(&self, tree: &Tree) -> Option<String> {
        let station = followed(tree, &get(tree, &format!("{}AssociatedDevice", self.host)))?;
        let at = station.find("AssociatedDevice/")?;
        Some(station[..at].to_owned())
    }

    fn needed(&self, tree: &Tree) -> BTreeMap<String, String> {
        let Some(access_point) = self.access_point(tree) else {
            return BTreeMap::new();
        };
        let mut paths: Vec<String> = [
            "ModeEnabled",
            "KeyPassphrase",
            "PreSharedKey",
            "SAEPassphrase",
        ]
        .iter()
        .map(|name| format!("{access_point}Security/{name}"))
        .collect();
        paths.extend(
            list(tree, &format!("{access_point}SSIDReference"))
                .iter()
                .map(|ssid| format!("{ssid}SSID")),
        );
        paths
            .into_iter()
            .map(|path| (path.clone(), get(tree, &path)))
            .collect()
    }

    /// How it stands now that the gateway listens at `gateway`.
    pub fn reach(&self, tree: &Tree, gateway: IpAddr) -> Reach {
        match self.way(tree, gateway) {
            None => Reach::Gone,
            Some(address) if address == gateway => Reach::Stays,
            Some(address) => Reach::Moves(address),
        }
    }

    /// The address at which the gateway answers the visitor, if it does.
    fn way(&self, tree: &Tree, gateway: IpAddr) -> Option<IpAddr> {
        let lan = followed(tree, &get(tree, &format!("{}Layer3Interface", self.host)))?;
        let port = match self.access_point(tree) {
            Some(access_point) => {
                let ssid = list(tree, &format!("{access_point}SSIDReference"))
                    .into_iter()
                    .next()?;
                let radio = list(tree, &format!("{ssid}LowerLayers"))
                    .into_iter()
                    .next()?;
                let up = [&access_point, &ssid, &radio]
                    .iter()
                    .all(|part| on(tree, &format!("{part}Enable")));
                let known = self
                    .credentials
                    .iter()
                    .all(|(path, text)| get(tree, path) == *text);
                if !up || !known || !self.is_let_in(tree, &access_point) {
                    return None;
                }
                ssid
            }
            None => {
                let port = followed(tree, &get(tree, &format!("{}Layer1Interface", self.host)))?;
                if !on(tree, &format!("{port}Enable")) {
                    return None;
                }
                port
            }
        };
        if !self.leads_to(tree, &lan, &port, 0) {
            return None;
        }
        if !on(tree, "/BBF/IP/IPv4Enable") || !on(tree, &format!("{lan}IPv4Enable")) {
            return None;
        }
        if !on(tree, "/BBF/UPnP/Device/Enable")
            || !on(tree, "/BBF/UPnP/Device/UPnPDMConfigurationMgmt")
        {
            return None;
        }
        let address = self.gateway_address(tree, &lan, gateway)?;
        (!self.is_dropped(tree, &lan, gateway)).then_some(address)
    }

    /// Whether everything between an interface and the port is switched on and connected.
    fn leads_to(&self, tree: &Tree, at: &str, port: &str, depth: u8) -> bool {
        if depth > 10 || !on(tree, &format!("{at}Enable")) {
            return false;
        }
        if let Some(end) = at.find("/Port/").filter(|_| at.contains("/Bridging/")) {
            if !on(tree, &format!("{}/Enable", &at[..end])) {
                return false;
            }
        }
        at == port
            || list(tree, &format!("{at}LowerLayers"))
                .iter()
                .any(|lower| self.leads_to(tree, lower, port, depth + 1))
    }

    fn is_let_in(&self, tree: &Tree, access_point: &str) -> bool {
        if get(tree, &format!("{access_point}MACAddressControlEnabled")) != "1" {
            return true;
        }
        let mine = get(tree, &format!("{}PhysAddress", self.host));
        get(tree, &format!("{access_point}AllowedMACAddress"))
            .split(',')
            .any(|mac| mac.eq_ignore_ascii_case(&mine))
    }

    fn gateway_address(&self, tree: &Tree, lan: &str, gateway: IpAddr) -> Option<IpAddr> {
        let table = format!("{lan}IPv4Address/");
        let mut there = Vec::new();
        for row in rows(tree, &table) {
            let row = format!("{table}{row}/");
            let address: Option<IpAddr> = get(tree, &format!("{row}IPAddress")).parse().ok();
            let Some(address) = address.filter(|_| on(tree, &format!("{row}Enable"))) else {
                continue;
            };
            let mask = get(tree, &format!("{row}SubnetMask"))
                .parse::<IpAddr>()
                .ok();
            let near = match (self.address, address, mask) {
                (IpAddr::V4(own), IpAddr::V4(address), Some(IpAddr::V4(mask))) => {
                    let net = |ip: std::net::Ipv4Addr| ip.to_bits() & mask.to_bits();
                    net(own) == net(address)
                }
                _ => true,
            };
            if near {
                there.push(address);
            }
        }
        let stays = there.iter().find(|address| **address == gateway);
        stays.or(there.first()).copied()
    }

    fn is_dropped(&self, tree: &Tree, lan: &str, gateway: IpAddr) -> bool {
        if !on(tree, "/BBF/Firewall/Enable") {
            return false;
        }
        let chains = "/BBF/Firewall/Chain/";
        rows(tree, chains).into_iter().any(|chain| {
            let chain = format!("{chains}{chain}/");
            let table = format!("{chain}Rule/");
            on(tree, &format!("{chain}Enable"))
                && rows(tree, &table).into_iter().any(|rule| {
                    let of = |name: &str| get(tree, &format!("{table}{rule}/{name}"));
                    let fits =
                        |name: &str, ip: IpAddr| of(name).is_empty() || of(name) == ip.to_string();
                    let through = |name: &str| {
                        of(name).is_empty() || followed(tree, &of(name)).as_deref() == Some(lan)
                    };
                    of("Enable") == "1"
                        && ["Drop", "Reject"].contains(&of("Target").as_str())
                        && fits("SourceIP", self.address)
                        && fits("DestIP", gateway)
                        && through("SourceInterface")
                        && through("DestInterface")
                })
        })
    }
}

/// Whether an action can matter to a visitor's way.
#[must_use]
pub fn can_matter(action: &str) -> bool {
    matches!(action, "SetValues" | "CreateInstance" | "DeleteInstance")
}
