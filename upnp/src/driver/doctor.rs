//! Measuring why nothing is found: what this computer has, what it sends, what comes back.
//!
//! Nothing is judged here; whoever asks turns [`Measurements`] into words. Only the adapters
//! the control point may use are sent through, everything else is looked at and left alone.
//! All of it runs at the same time and ends within [`limits::DOCTOR_TOTAL`], whatever a
//! peer or the system does.

mod adapters;
mod gateway;
mod holders;
mod probe;
mod system;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::timeout;

use self::adapters::is_self_given;
use self::holders::Holders;
use self::system::System;
use super::address::HostAddress;
use super::control_point::ControlPoint;
use super::limits;
use super::udp::{Adapter, SSDP_PORT};
use crate::error::Error;

/// Everything that was measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measurements {
    /// Every adapter of this computer, those searched first.
    pub adapters: Vec<AdapterReport>,
    /// Whether the person named the adapters to search.
    pub adapters_named: bool,
    /// Other programs with a socket on UDP port 1900; `None` when the system does not tell.
    pub port_holders: Option<Vec<PortHolder>>,
    /// Where the system itself would send to the group of SSDP in IPv4.
    pub group_route: Option<GroupRoute>,
    /// Packet filters known to be switched on; empty also when nobody can tell.
    pub firewalls: Vec<String>,
    /// Whether the system tells which gateway an adapter leads to.
    pub routes_known: bool,
    /// How long it took.
    pub took: Duration,
}

/// One adapter.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterReport {
    /// The system's name, such as `eth0`.
    pub name: String,
    /// The system's number for it, 0 when unknown.
    pub index: u32,
    /// What it seems to be.
    pub kind: AdapterKind,
    /// Whether it is switched on and connected.
    pub up: bool,
    /// Whether it says that it can do multicast, where the system tells.
    pub multicast: Option<bool>,
    /// Its addresses.
    pub addresses: Vec<OwnAddress>,
    /// Why it is not searched; `None` when it is.
    pub left_out: Option<LeftOut>,
    /// Whether the system drops what comes in here and would be answered elsewhere.
    pub strict_reverse_path: Option<bool>,
    /// What a search through it brought, one entry an address that was used.
    pub probes: Vec<Probe>,
    /// The routers behind it. Empty where none is known, and behind tunnels.
    pub gateways: Vec<GatewayProbe>,
}

/// One address of this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAddress {
    /// The address.
    pub address: HostAddress,
    /// Length of the network's part in bits.
    pub prefix_bits: u8,
}

impl OwnAddress {
    /// Whether the computer made the address up because nobody handed one out.
    #[must_use]
    pub fn is_self_given(&self) -> bool {
        is_self_given(self.address.ip())
    }
}

/// What an adapter seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdapterKind {
    /// A network card with a cable.
    Cable,
    /// Wi-Fi.
    Wireless,
    /// This computer itself.
    Loopback,
    /// A tunnel: most often a VPN.
    Tunnel,
    /// Leads to containers or virtual machines.
    Virtual,
    /// Something else, a bridge for instance.
    Other,
}

/// Why an adapter is not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Not connected or switched off.
    Down,
    /// Leads only to this computer, and was not named.
    Loopback,
    /// Has no address.
    NoAddress,
    /// Has only addresses for which SSDP has no group.
    NoSuitableAddress,
    /// Others were named.
    NotNamed,
}

/// Why a search could not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendFailure {
    /// What it means.
    pub reason: SendRefusal,
    /// The system's words.
    pub detail: String,
}

/// What a failure to send means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendRefusal {
    /// The system does not allow it: a packet filter, or a permission that is missing.
    Forbidden,
    /// No way leads there. macOS says so where the local network is not allowed to a program.
    NoRoute,
    /// Anything else.
    Other,
}

/// What a search through one address brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The address.
    pub address: HostAddress,
    /// Why the search could not be sent; `None` when it was.
    pub not_sent: Option<SendFailure>,
    /// Why the group could not be listened to; `None` when it could.
    pub not_listening: Option<String>,
    /// Whether another program holds port 1900 for itself alone.
    pub port_taken: bool,
    /// Whether our own search came back from the group: then the membership works and no
    /// packet filter of this computer takes multicast away.
    pub heard_self: bool,
    /// Other hosts heard in the group.
    pub heard_hosts: Vec<HostAddress>,
    /// Answers to our search.
    pub answers: u32,
    /// Who answered.
    pub answering_hosts: Vec<HostAddress>,
}

/// What a router says when it is asked directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayProbe {
    /// Its address, from the system's default route.
    pub address: HostAddress,
    /// Whether it answered a search sent to it alone.
    pub answers_search: bool,
    /// Ports where descriptions are usually kept that accepted a connection.
    pub open_ports: Vec<u16>,
    /// Whether it refused a connection: it is there, and nothing listens.
    pub refuses: bool,
}

impl GatewayProbe {
    /// Whether anything at all came back.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.answers_search || self.refuses || !self.open_ports.is_empty()
    }
}

/// A program with a socket on port 1900.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortHolder {
    /// What the socket is bound to.
    pub address: IpAddr,
    /// Name of the program, where this user may see it.
    pub program: Option<String>,
    /// Number of its process.
    pub pid: Option<u32>,
}

/// Where the system would send to the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRoute {
    /// The adapter's name, where the address belongs to one.
    pub adapter: Option<String>,
    /// The address it would send from.
    pub address: IpAddr,
}

/// What one of the concurrent measurements brought.
enum Measured {
    Probe(String, Probe),
    Gateway(String, GatewayProbe),
}

/// See [`ControlPoint::measure`].
pub(super) async fn measure(point: &ControlPoint) -> Result<Measurements, Error> {
    let start = Instant::now();
    let used = point.adapters()?;
    let named = !point.options().interfaces.is_empty();
    let (listed, system) = in_background(limits::DOCTOR_SYSTEM, || {
        (adapters::listed(), System::read())
    })
    .await
    .unwrap_or_default();
    let mut reports = adapters::reports(&listed, &system.adapters, &used, named);

    let deadline = start + limits::DOCTOR_SYSTEM * 2;
    let looked = in_background(limits::DOCTOR_SYSTEM * 2, move || {
        holders::read(SSDP_PORT, deadline)
    });
    let mut running = JoinSet::new();
    for adapter in used.iter().take(limits::DOCTOR_ADAPTERS) {
        let (point, adapter) = (point.clone(), adapter.clone());
        running.spawn(async move {
            let probe = probe::probe(&point, &adapter).await;
            Measured::Probe(adapter.name, probe)
        });
    }
    for (adapter, gateway) in routers(&reports, &system, &used) {
        let point = point.clone();
        running.spawn(async move {
            let probe = gateway::ask(&point, &adapter, gateway, SSDP_PORT).await;
            Measured::Gateway(adapter.name, probe)
        });
    }
    let gathered = async {
        let mut gathered = Vec::new();
        let rest = limits::DOCTOR_TOTAL.saturating_sub(start.elapsed());
        let all = async {
            while let Some(outcome) = running.join_next().await {
                match outcome {
                    Ok(measured) => gathered.push(measured),
                    Err(error) => tracing::warn!(%error, "a measurement ended early"),
                }
            }
        };
        // Each has a bound of its own; this one is for a system that schedules nothing.
        if timeout(rest, all).await.is_err() {
            tracing::info!("measuring took too long and was cut off");
        }
        gathered
    };
    let (gathered, looked) = tokio::join!(gathered, looked);
    for measured in gathered {
        let (Measured::Probe(name, _) | Measured::Gateway(name, _)) = &measured;
        let report = reports.iter_mut().find(|report| report.name == *name);
        match (report, measured) {
            (Some(report), Measured::Probe(_, probe)) => report.probes.push(probe),
            (Some(report), Measured::Gateway(_, probe)) => report.gateways.push(probe),
            (None, _) => {}
        }
    }
    for report in &mut reports {
        report.probes.sort_by_key(|probe| probe.address);
        report.gateways.sort_by_key(|probe| probe.address);
    }
    let Holders { port, firewalls } = looked.unwrap_or_default();
    let mut known = system.firewalls;
    known.extend(firewalls);
    Ok(Measurements {
        group_route: group_route(&reports),
        adapters: reports,
        adapters_named: named,
        port_holders: port,
        firewalls: known,
        routes_known: system.routes.is_some(),
        took: start.elapsed(),
    })
}

/// The routers to ask, each through an adapter the control point may use. What lies behind a
/// tunnel is not the network somebody searches a home gateway in.
fn routers(
    reports: &[AdapterReport],
    system: &System,
    used: &[Adapter],
) -> Vec<(Adapter, HostAddress)> {
    let mut found: Vec<(Adapter, HostAddress)> = Vec::new();
    for route in system.routes.iter().flatten() {
        let tunnel = reports
            .iter()
            .any(|report| report.name == route.adapter && report.kind == AdapterKind::Tunnel);
        let usable = used.iter().filter(|adapter| {
            let address = adapter.address.ip();
            adapter.name == route.adapter && address.is_ipv4() == route.gateway.is_ipv4()
        });
        // A link-local router is asked from a link-local address.
        let fitting = |adapter: &&Adapter| {
            is_self_given(adapter.address.ip()) == is_self_given(route.gateway)
        };
        let Some(adapter) = usable.clone().find(fitting).or(usable.clone().next()) else {
            continue;
        };
        let gateway = HostAddress::new(route.gateway, adapter.index);
        if !tunnel && gateway.is_usable(false) && found.len() < limits::DOCTOR_GATEWAYS {
            found.push((adapter.clone(), gateway));
        }
    }
    found
}

/// Asks the system without sending anything: connecting a datagram socket picks the way.
fn group_route(reports: &[AdapterReport]) -> Option<GroupRoute> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    let group = SocketAddr::from((Ipv4Addr::new(239, 255, 255, 250), SSDP_PORT));
    socket.connect(group).ok()?;
    let address = socket.local_addr().ok()?.ip();
    let adapter = reports.iter().find(|report| {
        report
            .addresses
            .iter()
            .any(|own| own.address.ip() == address)
    });
    Some(GroupRoute {
        adapter: adapter.map(|report| report.name.clone()),
        address,
    })
}

/// Runs something that blocks; `None` when it takes too long.
async fn in_background<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    timeout(time, tokio::task::spawn_blocking(work))
        .await
        .ok()?
        .ok()
}

#[cfg(test)]
mod tests;
