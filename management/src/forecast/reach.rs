//! Whether a computer at home reaches its gateway, from the values of the gateway's tree
//! alone: the ports, bridges and addresses between the two, the wireless network it is on,
//! the firewall.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr};

use upnp::data_model::notation::Notation;

use super::ForecastCode;

/// Values below the data model, by path without its mount: `WiFi/SSID/0/Enable`.
#[derive(Debug, Clone)]
pub(super) struct Net {
    pub values: HashMap<String, String>,
    pub location: String,
    pub notation: Notation,
}

/// Where a computer is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its own address.
    pub own: IpAddr,
    /// Address at which it reaches the gateway.
    pub gateway: IpAddr,
    /// IP interface that has this address, `IP/Interface/1/`.
    pub interface: String,
    /// Port or wireless network it is attached to, where the gateway tells:
    /// `Ethernet/Interface/0/` or `WiFi/SSID/1/`.
    pub attached: Option<String>,
    /// Its hardware address, where the gateway tells.
    pub mac: Option<String>,
}

/// Something in the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Obstacle {
    pub code: ForecastCode,
    /// Path without the mount.
    pub path: String,
    /// What helps to understand it: the new address or name.
    pub fact: Option<String>,
}

impl Net {
    pub fn value(&self, path: &str) -> Option<&str> {
        self.values.get(path).map(String::as_str)
    }

    fn member(&self, row: &str, name: &str) -> Option<&str> {
        self.value(&format!("{row}{name}"))
            .filter(|value| !value.is_empty())
    }

    fn is_off(&self, path: &str) -> bool {
        self.value(path)
            .is_some_and(|value| matches!(value.trim(), "0" | "false"))
    }

    fn is_on(&self, path: &str) -> bool {
        self.value(path)
            .is_some_and(|value| matches!(value.trim(), "1" | "true"))
    }

    /// Rows of a table, `WiFi/SSID/0/`.
    pub fn rows(&self, table: &str) -> BTreeSet<String> {
        let rows = self.values.keys().filter_map(|path| {
            let number = path.strip_prefix(table)?.split('/').next()?;
            Some(format!("{table}{number}/"))
        });
        rows.collect()
    }

    /// Rows a list of references names, without the mount.
    pub fn targets(&self, row: &str, name: &str) -> Vec<String> {
        let list = self.member(row, name).unwrap_or_default();
        let target = |item: &str| {
            let upnp = self.notation.reference(item)?.upnp;
            upnp.strip_prefix(self.location.as_str()).map(str::to_owned)
        };
        list.split(',').filter_map(target).collect()
    }

    /// Where a computer is, as far as the gateway tells.
    pub fn place(&self, own: IpAddr, gateway: IpAddr) -> Option<Place> {
        let interface = self.rows("IP/Interface/").into_iter().find(|interface| {
            let addresses = self.rows(&format!("{interface}IPv4Address/"));
            addresses
                .iter()
                .any(|row| self.address(row) == Some(gateway))
        })?;
        let host = self.rows("Hosts/Host/").into_iter().find(|host| {
            self.address(host) == Some(own)
                || self
                    .rows(&format!("{host}IPv4Address/"))
                    .iter()
                    .any(|row| self.address(row) == Some(own))
        });
        let attached = host.as_ref().and_then(|host| {
            let station = self
                .member(host, "AssociatedDevice")
                .and_then(|value| self.notation.reference(value));
            if let Some(station) = station {
                let path = station
                    .upnp
                    .strip_prefix(self.location.as_str())?
                    .to_owned();
                let at = path.find("AssociatedDevice/")?;
                return self
                    .targets(&path[..at], "SSIDReference")
                    .into_iter()
                    .next();
            }
            let port = self.targets(host, "Layer1Interface").into_iter().next()?;
            port.starts_with("Ethernet/Interface/").then_some(port)
        });
        let mac = host.and_then(|host| self.member(&host, "PhysAddress").map(str::to_owned));
        Some(Place {
            own,
            gateway,
            interface,
            attached,
            mac,
        })
    }

    fn address(&self, row: &str) -> Option<IpAddr> {
        self.member(row, "IPAddress")?.trim().parse().ok()
    }

    /// The interfaces between the gateway's address and where the computer is attached, from
    /// the top; without the latter, those every way shares.
    fn way(&self, place: &Place) -> Option<Vec<String>> {
        let mut way = vec![place.interface.clone()];
        let found = match &place.attached {
            Some(attached) => self.descend(&mut way, attached, 0),
            None => {
                self.descend_shared(&mut way);
                true
            }
        };
        found.then_some(way)
    }

    fn descend(&self, way: &mut Vec<String>, attached: &str, depth: usize) -> bool {
        let Some(at) = way.last().cloned() else {
            return false;
        };
        if at == attached {
            return true;
        }
        if depth > 12 {
            return false;
        }
        for lower in self.targets(&at, "LowerLayers") {
            way.push(lower);
            if self.descend(way, attached, depth + 1) {
                return true;
            }
            way.pop();
        }
        false
    }

    fn descend_shared(&self, way: &mut Vec<String>) {
        while let Some([lower]) = way
            .last()
            .map(|at| self.targets(at, "LowerLayers"))
            .as_deref()
        {
            if way.contains(lower) {
                return;
            }
            let lower = lower.clone();
            way.push(lower);
        }
    }

    /// Everything that keeps a computer at this place from the gateway, or will.
    pub fn obstacles(&self, place: &Place) -> BTreeSet<Obstacle> {
        let mut found = BTreeSet::new();
        let mut note = |code: ForecastCode, path: &str, fact: Option<String>| {
            found.insert(Obstacle {
                code,
                path: path.to_owned(),
                fact,
            });
        };
        if self.is_off("UPnP/Device/Enable") {
            note(ForecastCode::ManagementOff, "UPnP/Device/Enable", None);
        }
        if self.is_off("UPnP/Device/UPnPDMConfigurationMgmt") {
            note(
                ForecastCode::ManagementOff,
                "UPnP/Device/UPnPDMConfigurationMgmt",
                None,
            );
        }
        match self.way(place) {
            None => note(
                ForecastCode::WayBroken,
                &format!("{}LowerLayers", place.interface),
                None,
            ),
            Some(way) => {
                for part in &way {
                    let enable = format!("{part}Enable");
                    if self.is_off(&enable) {
                        note(off_code(part), &enable, None);
                    }
                    if let Some(at) = part
                        .find("/Port/")
                        .filter(|_| part.starts_with("Bridging/"))
                    {
                        let bridge = format!("{}/Enable", &part[..at]);
                        if self.is_off(&bridge) {
                            note(ForecastCode::BridgeOff, &bridge, None);
                        }
                    }
                }
            }
        }
        for enable in [
            "IP/IPv4Enable".to_owned(),
            format!("{}IPv4Enable", place.interface),
        ] {
            if self.is_off(&enable) {
                note(ForecastCode::InterfaceOff, &enable, None);
            }
        }
        if let Some(ssid) = place
            .attached
            .as_ref()
            .filter(|at| at.starts_with("WiFi/SSID/"))
        {
            self.wireless_obstacles(ssid, place, &mut note);
        }
        self.firewall_obstacles(place, &mut note);
        self.lease_obstacles(place, &mut note);
        found
    }

    /// The address at which the gateway answers, or why there is none.
    pub fn gateway_address(&self, place: &Place, before: &Net) -> Result<IpAddr, Obstacle> {
        let table = format!("{}IPv4Address/", place.interface);
        let rows = self.rows(&table);
        let in_force = |row: &&String| !self.is_off(&format!("{row}Enable"));
        let mut stays = rows
            .iter()
            .filter(in_force)
            .filter(|row| self.address(row) == Some(place.gateway));
        let row = match stays.next() {
            Some(row) => Some(row.clone()),
            // The row it was in, with another address by now; else any other.
            None => before
                .rows(&table)
                .into_iter()
                .filter(|row| before.address(row) == Some(place.gateway))
                .find(|row| rows.contains(row) && in_force(&row) && self.address(row).is_some())
                .or_else(|| {
                    rows.iter()
                        .filter(in_force)
                        .find(|row| self.address(row).is_some())
                        .cloned()
                }),
        };
        let gone = |fact| Obstacle {
            code: ForecastCode::AddressGone,
            path: table.clone(),
            fact,
        };
        let row = row.ok_or_else(|| gone(None))?;
        let address = self.address(&row).ok_or_else(|| gone(None))?;
        let mask: Option<Ipv4Addr> = self
            .member(&row, "SubnetMask")
            .and_then(|mask| mask.parse().ok());
        if let (IpAddr::V4(own), IpAddr::V4(address), Some(mask)) = (place.own, address, mask) {
            let net = |ip: Ipv4Addr| u32::from(ip) & u32::from(mask);
            if net(own) != net(address) {
                return Err(Obstacle {
                    code: ForecastCode::OtherSubnet,
                    path: format!("{row}IPAddress"),
                    fact: Some(address.to_string()),
                });
            }
        }
        Ok(address)
    }

    fn wireless_obstacles(
        &self,
        ssid: &str,
        place: &Place,
        note: &mut impl FnMut(ForecastCode, &str, Option<String>),
    ) {
        for radio in self.targets(ssid, "LowerLayers") {
            let enable = format!("{radio}Enable");
            if self.is_off(&enable) {
                note(ForecastCode::RadioOff, &enable, None);
            }
        }
        for access_point in self.rows("WiFi/AccessPoint/") {
            if !self
                .targets(&access_point, "SSIDReference")
                .iter()
                .any(|target| target == ssid)
            {
                continue;
            }
            let enable = format!("{access_point}Enable");
            if self.is_off(&enable) {
                note(ForecastCode::WifiOff, &enable, None);
            }
            if self.is_on(&format!("{access_point}MACAddressControlEnabled")) {
                let list = format!("{access_point}AllowedMACAddress");
                let allowed = self.value(&list).unwrap_or_default();
                let mine = place.mac.as_deref().unwrap_or_default();
                if !allowed
                    .split(',')
                    .any(|mac| mac.trim().eq_ignore_ascii_case(mine))
                {
                    note(ForecastCode::WifiKeepsMeOut, &list, None);
                }
            }
        }
    }

    fn firewall_obstacles(
        &self,
        place: &Place,
        note: &mut impl FnMut(ForecastCode, &str, Option<String>),
    ) {
        if self.is_off("Firewall/Enable") {
            return;
        }
        for chain in self.rows("Firewall/Chain/") {
            if self.is_off(&format!("{chain}Enable")) {
                continue;
            }
            for rule in self.rows(&format!("{chain}Rule/")) {
                let drops = matches!(self.member(&rule, "Target"), Some("Drop" | "Reject"));
                if !drops || !self.is_on(&format!("{rule}Enable")) {
                    continue;
                }
                let is = |name: &str, ip: IpAddr| {
                    self.member(&rule, name)
                        .is_none_or(|value| value.trim().parse() == Ok(ip))
                };
                let from_home = self.targets(&rule, "SourceInterface");
                let to = self.targets(&rule, "DestInterface");
                let here = place.interface.clone();
                if is("SourceIP", place.own)
                    && is("DestIP", place.gateway)
                    && (from_home.is_empty() || from_home.contains(&here))
                    && (to.is_empty() || to.contains(&here))
                {
                    note(ForecastCode::FirewallDrops, &rule, None);
                }
            }
        }
    }

    /// A computer keeps its address until its lease ends; then it needs a server that gives
    /// one.
    fn lease_obstacles(
        &self,
        place: &Place,
        note: &mut impl FnMut(ForecastCode, &str, Option<String>),
    ) {
        if self.is_off("DHCPv4/Server/Enable") {
            note(ForecastCode::NoLeases, "DHCPv4/Server/Enable", None);
        }
        for pool in self.rows("DHCPv4/Server/Pool/") {
            if !self.targets(&pool, "Interface").contains(&place.interface) {
                continue;
            }
            let enable = format!("{pool}Enable");
            if self.is_off(&enable) {
                note(ForecastCode::NoLeases, &enable, None);
            }
        }
    }
}

fn off_code(part: &str) -> ForecastCode {
    if part.starts_with("WiFi/") {
        ForecastCode::WifiOff
    } else if part.starts_with("Ethernet/Interface/") || part.starts_with("Bridging/") {
        ForecastCode::PortOff
    } else {
        ForecastCode::InterfaceOff
    }
}
