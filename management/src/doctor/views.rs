//! What was measured, as faces show it.

use serde::{Deserialize, Serialize};
use specta::Type;
use upnp::driver::doctor::{
    AdapterKind, AdapterReport, GatewayProbe, LeftOut, Measurements, PortHolder, Probe,
};

use super::{count, described, findings, manageable, DoctorView};
use crate::view::GatewayView;

/// One adapter of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AdapterCheckView {
    /// The system's name, for example `enp3s0`.
    pub name: String,
    /// What it seems to be.
    pub kind: AdapterKindView,
    /// Whether it is switched on and connected.
    pub up: bool,
    /// Whether it says that it can do multicast, where the system tells.
    pub multicast: Option<bool>,
    /// Its addresses with the length of the network's part, `192.0.2.5/24`.
    pub addresses: Vec<String>,
    /// Whether it is searched.
    pub used: bool,
    /// Why it is not.
    pub left_out: Option<LeftOutView>,
    /// What a search brought, one entry an address that was used.
    pub checks: Vec<AddressCheckView>,
    /// The routers behind it.
    pub gateways: Vec<GatewayCheckView>,
}

/// What an adapter seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AdapterKindView {
    /// A network card with a cable.
    Cable,
    /// Wi-Fi.
    Wireless,
    /// This computer itself.
    Loopback,
    /// A tunnel, most often a VPN.
    Vpn,
    /// Leads to containers or virtual machines.
    Virtual,
    /// Something else, a bridge for instance.
    Other,
}

/// Why an adapter is not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutView {
    /// Not connected or switched off.
    Down,
    /// Leads only to this computer, and was not named.
    Loopback,
    /// Has no address.
    NoAddress,
    /// Has only addresses UPnP has no group for.
    NoSuitableAddress,
    /// Others were named.
    NotNamed,
}

/// What a search through one address brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddressCheckView {
    /// The address.
    pub address: String,
    /// Whether the search was sent.
    pub sent: bool,
    /// The system's words when it was not.
    pub not_sent: Option<String>,
    /// Whether the group could be joined.
    pub listening: bool,
    /// The system's words when it could not.
    pub not_listening: Option<String>,
    /// Whether our own search came back.
    pub heard_back: bool,
    /// How many other hosts were heard in the group.
    pub other_hosts: u32,
    /// Answers to the search.
    pub answers: u32,
    /// Who answered.
    pub answering_hosts: Vec<String>,
}

/// What a router says when it is asked directly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GatewayCheckView {
    /// Its address.
    pub address: String,
    /// Whether it answered a search sent to it alone.
    pub answers_search: bool,
    /// Ports that accepted a connection, of those where descriptions usually are.
    pub open_ports: Vec<u16>,
    /// Whether anything at all came back from it.
    pub reachable: bool,
}

/// A program on UDP port 1900.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PortHolderView {
    /// What its socket is bound to.
    pub address: String,
    /// Its name, where this user may see it.
    pub program: Option<String>,
    /// Number of its process.
    pub pid: Option<u32>,
}

impl DoctorView {
    /// Everything about one measurement.
    pub fn new(measured: &Measurements, devices: &[GatewayView]) -> DoctorView {
        let route = measured.group_route.as_ref();
        let holders = measured.port_holders.as_ref();
        DoctorView {
            adapters: measured.adapters.iter().map(adapter).collect(),
            port_holders: holders.map(|holders| holders.iter().map(holder).collect()),
            group_adapter: route.and_then(|route| route.adapter.clone()),
            firewalls: measured.firewalls.clone(),
            devices: count(described(devices).count()),
            manageable: count(manageable(devices).count()),
            seconds: measured.took.as_secs_f64(),
            findings: findings(measured, devices),
        }
    }
}

fn adapter(report: &AdapterReport) -> AdapterCheckView {
    AdapterCheckView {
        name: report.name.clone(),
        kind: match report.kind {
            AdapterKind::Cable => AdapterKindView::Cable,
            AdapterKind::Wireless => AdapterKindView::Wireless,
            AdapterKind::Loopback => AdapterKindView::Loopback,
            AdapterKind::Tunnel => AdapterKindView::Vpn,
            AdapterKind::Virtual => AdapterKindView::Virtual,
            AdapterKind::Other => AdapterKindView::Other,
        },
        up: report.up,
        multicast: report.multicast,
        addresses: report
            .addresses
            .iter()
            .map(|own| format!("{}/{}", own.address, own.prefix_bits))
            .collect(),
        used: report.left_out.is_none(),
        left_out: report.left_out.map(|reason| match reason {
            LeftOut::Down => LeftOutView::Down,
            LeftOut::Loopback => LeftOutView::Loopback,
            LeftOut::NoAddress => LeftOutView::NoAddress,
            LeftOut::NoSuitableAddress => LeftOutView::NoSuitableAddress,
            LeftOut::NotNamed => LeftOutView::NotNamed,
        }),
        checks: report.probes.iter().map(check).collect(),
        gateways: report.gateways.iter().map(gateway).collect(),
    }
}

fn check(probe: &Probe) -> AddressCheckView {
    AddressCheckView {
        address: probe.address.to_string(),
        sent: probe.not_sent.is_none(),
        not_sent: probe
            .not_sent
            .as_ref()
            .map(|failure| failure.detail.clone()),
        listening: probe.not_listening.is_none(),
        not_listening: probe.not_listening.clone(),
        heard_back: probe.heard_self,
        other_hosts: count(probe.heard_hosts.len()),
        answers: probe.answers,
        answering_hosts: probe
            .answering_hosts
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}

fn gateway(probe: &GatewayProbe) -> GatewayCheckView {
    GatewayCheckView {
        address: probe.address.to_string(),
        answers_search: probe.answers_search,
        open_ports: probe.open_ports.clone(),
        reachable: probe.is_there(),
    }
}

fn holder(holder: &PortHolder) -> PortHolderView {
    PortHolderView {
        address: holder.address.to_string(),
        program: holder.program.clone(),
        pid: holder.pid,
    }
}
