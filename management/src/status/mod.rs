//! A gateway at a glance: identity, internet, line, addresses, Wi-Fi, hosts, changes, alarms,
//! on one page, and as text for a ticket that gives nobody away.

mod older;
mod ticket;
mod view;

use upnp::services::basic_management::BasicManagement;
use upnp::services::software_management::SoftwareManagement;

pub use view::{
    AddressView, AlarmView, DeviceStatusView, HostView, HostsView, LastChangeView, LineView,
    SoftwareView, StatusIdentityView, StatusView, WanView, WifiView,
};

use crate::application::Management;
use crate::clock;
use crate::error::Error;
use crate::ladder;
use crate::limits;
use crate::picked::Picked;
use crate::session::Session;

/// What is read besides the interfaces, below the root of the data model.
const READ: [&str; 8] = [
    "DeviceInfo/Manufacturer",
    "DeviceInfo/ModelName",
    "DeviceInfo/SerialNumber",
    "DeviceInfo/HardwareVersion",
    "DeviceInfo/SoftwareVersion",
    "DeviceInfo/UpTime",
    "WiFi/",
    "Hosts/Host/",
];

impl Management {
    /// Reads everything support asks first. Parts the gateway does not have or show are empty.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from being opened or from answering at all.
    pub async fn status(&self, udn: &str) -> Result<StatusView, Error> {
        let session = self.open_gateway(udn).await?;
        let older = session.is_older();
        let mut read: Vec<&str> = READ.to_vec();
        if older {
            read.retain(|path| path.starts_with("DeviceInfo/"));
            read.extend(ladder::older::READ);
        } else {
            read.extend(ladder::READ);
            read.push("FaultMgmt/CurrentAlarm/");
        }
        let picked = Picked::read(&session, &read).await?;
        let mut view = StatusView {
            udn: udn.to_owned(),
            time: clock::now(),
            identity: self.identity_of(&session, &picked),
            up_time_s: number(&picked, "DeviceInfo/UpTime"),
            device_status: device_status(&session).await,
            wan: WanView::default(),
            lines: Vec::new(),
            addresses: Vec::new(),
            wifi: Vec::new(),
            hosts: HostsView::default(),
            last_changes: self.last_changes(&session).await?,
            draft_count: self.draft_count(udn),
            alarms: alarms(&picked),
            software: software(&session).await,
            ladders: Vec::new(),
        };
        if older {
            older::fill(&picked, &mut view);
            view.ladders = ladder::older::ladders(&picked);
        } else {
            let top = ladder::internet_interface(&picked);
            view.wan = wan(&picked, top.as_deref());
            view.lines = lines(&picked);
            view.addresses = addresses(&picked, top.as_deref());
            view.wifi = wifi(&picked);
            view.hosts = hosts(&picked, "Hosts/Host/", "PhysAddress");
            view.ladders = ladder::ladders(&picked);
        }
        Ok(view)
    }

    fn identity_of(&self, session: &Session, picked: &Picked) -> StatusIdentityView {
        let inventory = self.inventory();
        let known = inventory.get(&session.udn).map(|entry| entry.view.clone());
        let text = |name: &str| {
            picked
                .text(&format!("DeviceInfo/{name}"))
                .map(str::to_owned)
        };
        StatusIdentityView {
            name: session.name.clone(),
            manufacturer: text("Manufacturer"),
            model: text("ModelName").or_else(|| Some(session.model_name.clone())),
            serial_number: text("SerialNumber"),
            hardware_version: text("HardwareVersion"),
            software_version: text("SoftwareVersion"),
            address: known.and_then(|view| view.address),
        }
    }

    pub(crate) fn draft_count(&self, udn: &str) -> u32 {
        self.inventory()
            .get(udn)
            .map_or(0, |entry| entry.view.draft_count)
    }

    async fn last_changes(&self, session: &Session) -> Result<Vec<LastChangeView>, Error> {
        let udn = session.udn.clone();
        let entries = self
            .store(move |store| store.journal(Some(&udn), None, limits::STATUS_CHANGES))
            .await?;
        Ok(entries
            .into_iter()
            .map(|entry| LastChangeView {
                time: entry.time,
                paths: entry
                    .changes
                    .iter()
                    .map(|change| session.naming().shown(&change.path))
                    .collect(),
                state: entry.state,
            })
            .collect())
    }
}

pub(crate) fn number(picked: &Picked, path: &str) -> Option<u32> {
    u32::try_from(picked.number(path)?).ok()
}

pub(crate) fn signed(picked: &Picked, path: &str) -> Option<i32> {
    i32::try_from(picked.number(path)?).ok()
}

pub(crate) fn owned(picked: &Picked, path: &str) -> Option<String> {
    picked.text(path).map(str::to_owned)
}

/// What it says of itself; a gateway that refuses it is no failure of the page.
async fn device_status(session: &Session) -> Option<DeviceStatusView> {
    let service = session.services.basic.clone()?;
    let basic = BasicManagement::new(&session.link, service);
    let status = basic.get_device_status().await.ok()?;
    Some(DeviceStatusView {
        status: status.status,
        since: status.since,
        detail: status.detail,
    })
}

/// Installed deployment units (SMS:2 digest).
async fn software(session: &Session) -> Vec<SoftwareView> {
    let service = session
        .services
        .all
        .iter()
        .find(|service| service.service_type.name() == "SoftwareManagement");
    let Some(service) = service else {
        return Vec::new();
    };
    let software = SoftwareManagement::new(&session.link, service.clone());
    let mut units = Vec::new();
    let ids = software.get_du_ids().await.unwrap_or_default();
    for id in ids.into_iter().take(limits::STATUS_SOFTWARE) {
        if let Ok(unit) = software.get_du_info(id).await {
            units.push(SoftwareView {
                id,
                name: unit.name,
                version: unit.version,
                kind: unit.unit_type,
                state: unit.state,
            });
        }
    }
    units
}

fn wan(picked: &Picked, top: Option<&str>) -> WanView {
    let Some(top) = top else {
        return WanView::default();
    };
    let ppp = picked
        .references(&format!("{top}LowerLayers"))
        .into_iter()
        .find(|lower| lower.starts_with("PPP/"));
    let of_ppp = |name: &str| {
        ppp.as_ref()
            .and_then(|ppp| owned(picked, &format!("{ppp}{name}")))
    };
    let route = picked
        .rows("Routing/Router/")
        .into_iter()
        .flat_map(|router| picked.rows(&format!("{router}IPv4Forwarding/")))
        .find(|row| {
            picked.text(&format!("{row}DestIPAddress")).is_none()
                && picked.references(&format!("{row}Interface")) == [top]
        });
    WanView {
        interface: Some(picked.shown(top)),
        status: owned(picked, &format!("{top}Status")),
        since_s: number(picked, &format!("{top}LastChange")),
        connection: of_ppp("ConnectionStatus"),
        last_error: of_ppp("LastConnectionError"),
        addresses: addresses_of(picked, top)
            .into_iter()
            .map(|(address, _)| address)
            .collect(),
        router: route.and_then(|row| owned(picked, &format!("{row}GatewayIPAddress"))),
        name_servers: picked
            .rows("DNS/Client/Server/")
            .iter()
            .filter_map(|row| owned(picked, &format!("{row}DNSServer")))
            .take(limits::STATUS_ROWS)
            .collect(),
    }
}

fn lines(picked: &Picked) -> Vec<LineView> {
    let mut lines = Vec::new();
    for line in picked
        .rows("DSL/Line/")
        .into_iter()
        .take(limits::STATUS_ROWS)
    {
        let channel = picked
            .rows("DSL/Channel/")
            .into_iter()
            .find(|channel| picked.references(&format!("{channel}LowerLayers")) == [line.clone()]);
        let rate = |name: &str| {
            channel
                .as_ref()
                .and_then(|channel| number(picked, &format!("{channel}{name}")))
        };
        let tenths = |name: &str| signed(picked, &format!("{line}{name}"));
        lines.push(LineView {
            kind: "DSL".to_owned(),
            status: owned(picked, &format!("{line}LinkStatus"))
                .or_else(|| owned(picked, &format!("{line}Status"))),
            profile: owned(picked, &format!("{line}CurrentProfile")),
            down_kbit: rate("DownstreamCurrRate"),
            up_kbit: rate("UpstreamCurrRate"),
            max_down_kbit: number(picked, &format!("{line}DownstreamMaxBitRate")),
            max_up_kbit: number(picked, &format!("{line}UpstreamMaxBitRate")),
            margin_down: tenths("DownstreamNoiseMargin"),
            margin_up: tenths("UpstreamNoiseMargin"),
            attenuation_down: tenths("DownstreamAttenuation"),
            attenuation_up: tenths("UpstreamAttenuation"),
            optical_level: None,
        });
    }
    let other = |object: &str, kind: &str| LineView {
        kind: kind.to_owned(),
        status: owned(picked, &format!("{object}Status")),
        profile: None,
        down_kbit: None,
        up_kbit: None,
        max_down_kbit: number(picked, &format!("{object}CurrentBitRate")).map(|mbit| mbit * 1_000),
        max_up_kbit: None,
        margin_down: None,
        margin_up: None,
        attenuation_down: None,
        attenuation_up: None,
        optical_level: signed(picked, &format!("{object}OpticalSignalLevel")),
    };
    for fibre in picked
        .rows("Optical/Interface/")
        .iter()
        .take(limits::STATUS_ROWS)
    {
        lines.push(other(fibre, "fibre"));
    }
    for port in picked
        .rows("Ethernet/Interface/")
        .iter()
        .take(limits::STATUS_ROWS)
    {
        // A second way in that nobody uses says nothing about this one.
        let upstream = picked.flag(&format!("{port}Upstream")) == Some(true);
        if upstream && (lines.is_empty() || picked.text(&format!("{port}Status")) == Some("Up")) {
            lines.push(other(port, "Ethernet"));
        }
    }
    lines
}

fn addresses_of(picked: &Picked, interface: &str) -> Vec<(String, Option<String>)> {
    ["IPv4Address/", "IPv6Address/"]
        .iter()
        .flat_map(|table| picked.rows(&format!("{interface}{table}")))
        .filter_map(|row| {
            let address = owned(picked, &format!("{row}IPAddress"))?;
            Some((address, owned(picked, &format!("{row}SubnetMask"))))
        })
        .collect()
}

fn addresses(picked: &Picked, top: Option<&str>) -> Vec<AddressView> {
    let mut addresses = Vec::new();
    for interface in picked.rows("IP/Interface/") {
        let name = picked
            .text(&format!("{interface}Alias"))
            .or(picked.text(&format!("{interface}Name")))
            .map_or_else(|| picked.shown(&interface), str::to_owned);
        for (address, mask) in addresses_of(picked, &interface) {
            addresses.push(AddressView {
                interface: name.clone(),
                address,
                mask,
                wan: top == Some(interface.as_str()),
            });
        }
    }
    addresses.truncate(limits::STATUS_ROWS);
    addresses
}

fn wifi(picked: &Picked) -> Vec<WifiView> {
    let points = picked.rows("WiFi/AccessPoint/");
    picked
        .rows("WiFi/SSID/")
        .into_iter()
        .take(limits::STATUS_ROWS)
        .map(|ssid| {
            let radio = picked
                .references(&format!("{ssid}LowerLayers"))
                .into_iter()
                .next();
            let of_radio = |name: &str| radio.as_ref().map(|radio| format!("{radio}{name}"));
            let point = points.iter().find(|point| {
                picked.references(&format!("{point}SSIDReference")) == [ssid.clone()]
            });
            let stations = point.map_or(0, |point| {
                picked.rows(&format!("{point}AssociatedDevice/")).len()
            });
            WifiView {
                ssid: owned(picked, &format!("{ssid}SSID")).unwrap_or_default(),
                enabled: picked.enabled(&ssid),
                status: owned(picked, &format!("{ssid}Status")),
                band: of_radio("OperatingFrequencyBand").and_then(|path| owned(picked, &path)),
                channel: of_radio("Channel").and_then(|path| number(picked, &path)),
                security: point
                    .and_then(|point| owned(picked, &format!("{point}Security/ModeEnabled"))),
                stations: u32::try_from(stations).unwrap_or(u32::MAX),
            }
        })
        .collect()
}

pub(crate) fn hosts(picked: &Picked, table: &str, mac: &str) -> HostsView {
    let rows = picked.rows(table);
    let there: Vec<&String> = rows
        .iter()
        .filter(|row| picked.flag(&format!("{row}Active")) != Some(false))
        .collect();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    HostsView {
        known: count(rows.len()),
        active: count(there.len()),
        list: there
            .into_iter()
            .take(limits::STATUS_ROWS)
            .map(|row| HostView {
                name: owned(picked, &format!("{row}HostName")).unwrap_or_default(),
                address: owned(picked, &format!("{row}IPAddress")),
                mac: owned(picked, &format!("{row}{mac}")),
            })
            .collect(),
    }
}

fn alarms(picked: &Picked) -> Vec<AlarmView> {
    picked
        .rows("FaultMgmt/CurrentAlarm/")
        .into_iter()
        .take(limits::STATUS_ROWS)
        .map(|row| {
            let text = |name: &str| owned(picked, &format!("{row}{name}"));
            AlarmView {
                since: text("AlarmRaisedTime"),
                severity: text("PerceivedSeverity").unwrap_or_default(),
                text: text("SpecificProblem")
                    .or_else(|| text("ProbableCause"))
                    .unwrap_or_default(),
            }
        })
        .collect()
}
