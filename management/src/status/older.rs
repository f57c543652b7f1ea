//! The same page from the data model InternetGatewayDevice:1.

use super::view::{AddressView, LineView, StatusView, WanView, WifiView};
use super::{hosts, number, owned, signed};
use crate::limits;
use crate::picked::Picked;

/// Fills in what the older model says.
pub(super) fn fill(picked: &Picked, view: &mut StatusView) {
    for wan in picked.rows("WANDevice/") {
        view.lines
            .extend(line(picked, &format!("{wan}WANDSLInterfaceConfig/")));
        for device in picked.rows(&format!("{wan}WANConnectionDevice/")) {
            let connection = ["WANPPPConnection/", "WANIPConnection/"]
                .iter()
                .flat_map(|table| picked.rows(&format!("{device}{table}")))
                .find(|row| picked.enabled(row));
            if let Some(row) = connection.filter(|_| view.wan == WanView::default()) {
                view.wan = connected(picked, &row);
            }
        }
    }
    for lan in picked.rows("LANDevice/") {
        let table = format!("{lan}Hosts/Host/");
        let found = hosts(picked, &table, "MACAddress");
        view.hosts.known += found.known;
        view.hosts.active += found.active;
        view.hosts.list.extend(found.list);
        for row in picked.rows(&format!("{lan}WLANConfiguration/")) {
            view.wifi.push(network(picked, &row));
        }
        for row in picked.rows(&format!("{lan}LANHostConfigManagement/IPInterface/")) {
            if let Some(address) = owned(picked, &format!("{row}IPInterfaceIPAddress")) {
                view.addresses.push(AddressView {
                    interface: picked.shown(&row),
                    address,
                    mask: owned(picked, &format!("{row}IPInterfaceSubnetMask")),
                    wan: false,
                });
            }
        }
    }
    view.hosts.list.truncate(limits::STATUS_ROWS);
}

fn line(picked: &Picked, object: &str) -> Option<LineView> {
    let status = owned(picked, &format!("{object}Status"))?;
    Some(LineView {
        kind: "DSL".to_owned(),
        status: Some(status),
        profile: owned(picked, &format!("{object}ModulationType")),
        down_kbit: number(picked, &format!("{object}DownstreamCurrRate")),
        up_kbit: number(picked, &format!("{object}UpstreamCurrRate")),
        max_down_kbit: number(picked, &format!("{object}DownstreamMaxRate")),
        max_up_kbit: number(picked, &format!("{object}UpstreamMaxRate")),
        margin_down: signed(picked, &format!("{object}DownstreamNoiseMargin")),
        margin_up: signed(picked, &format!("{object}UpstreamNoiseMargin")),
        attenuation_down: signed(picked, &format!("{object}DownstreamAttenuation")),
        attenuation_up: signed(picked, &format!("{object}UpstreamAttenuation")),
        optical_level: None,
    })
}

fn connected(picked: &Picked, row: &str) -> WanView {
    let servers = owned(picked, &format!("{row}DNSServers")).unwrap_or_default();
    WanView {
        interface: Some(picked.shown(row)),
        status: None,
        since_s: number(picked, &format!("{row}Uptime")),
        connection: owned(picked, &format!("{row}ConnectionStatus")),
        last_error: owned(picked, &format!("{row}LastConnectionError")),
        addresses: owned(picked, &format!("{row}ExternalIPAddress"))
            .into_iter()
            .collect(),
        router: owned(picked, &format!("{row}DefaultGateway")),
        name_servers: servers
            .split(',')
            .map(|server| server.trim().to_owned())
            .filter(|server| !server.is_empty())
            .take(limits::STATUS_ROWS)
            .collect(),
    }
}

fn network(picked: &Picked, row: &str) -> WifiView {
    let stations = picked.rows(&format!("{row}AssociatedDevice/")).len();
    WifiView {
        ssid: owned(picked, &format!("{row}SSID")).unwrap_or_default(),
        enabled: picked.enabled(row),
        status: owned(picked, &format!("{row}Status")),
        band: None,
        channel: number(picked, &format!("{row}Channel")),
        security: owned(picked, &format!("{row}BeaconType")),
        stations: u32::try_from(stations).unwrap_or(u32::MAX),
    }
}
