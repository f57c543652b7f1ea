//! The devices seen now and known before, merged by UDN.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upnp::driver::{Adapter, DescribedDevice, HostAddress, Location, SilentDevice};
use upnp::identifiers::ServiceType;

use crate::clock;
use crate::trust::PairedAs;
use crate::view::{GatewayKind, GatewayState, GatewayView, ServiceView};

/// Most devices that are kept; the one heard of longest ago goes first.
pub const DEVICES_MAX: usize = 512;

/// What is kept of a device between runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub view: GatewayView,
    /// Port for searches sent to it alone, if it is not 1900.
    #[serde(default)]
    pub search_port: Option<u16>,
    /// Number of its configuration when it was last described.
    #[serde(default)]
    pub config_id: Option<u32>,
    /// When this installation first saw it, RFC 3339; not known of records of old.
    #[serde(default)]
    pub first_seen: Option<String>,
    /// What it called itself when it was trusted.
    #[serde(default)]
    pub paired_as: PairedAs,
}

/// One device of the inventory.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub view: GatewayView,
    /// As described in this run.
    pub device: Option<DescribedDevice>,
    /// Where the protected side is, with the scope of its address.
    pub secure_location: Option<Location>,
    /// Index of the adapter it was found on, where its address alone could mean two devices.
    pub adapter: u32,
    /// Port for searches sent to it alone, if it is not 1900.
    pub search_port: Option<u16>,
    /// Number of its configuration as last heard in this run. The number in a description is
    /// the one in CONFIGID (UPnP Device Architecture 2.0), and who announces itself is read.
    pub config_id: Option<u32>,
    /// When this installation first saw it, RFC 3339.
    pub first_seen: Option<String>,
    /// What it called itself when it was trusted.
    pub paired_as: PairedAs,
    /// Rising with each sign of life, to tell the oldest.
    heard: u64,
}

impl Entry {
    /// Where its description was last.
    pub fn location(&self) -> Option<Location> {
        location_on(self.view.location.as_deref(), self.adapter)
    }

    /// The address it had last.
    pub fn host(&self) -> Option<HostAddress> {
        let host = HostAddress::parse(self.view.address.as_deref()?).ok()?;
        Some(match self.adapter {
            0 => host,
            adapter => HostAddress::on_adapter(host.ip(), adapter),
        })
    }
}

/// A location as it is written, kept on an adapter unless that is 0.
fn location_on(text: Option<&str>, adapter: u32) -> Option<Location> {
    let location: Location = text?.parse().ok()?;
    Some(match adapter {
        0 => location,
        scope_id => Location {
            scope_id,
            ..location
        },
    })
}

/// Devices by UDN, without regard to case.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    entries: BTreeMap<String, Entry>,
    heard: u64,
}

/// What a person's words fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Match {
    One(String),
    Several(Vec<String>),
    Nothing,
}

impl Inventory {
    /// Takes over what an earlier run knew.
    pub fn remember(&mut self, record: Record, twins: &[Adapter]) {
        let Record {
            view,
            search_port,
            config_id,
            first_seen,
            paired_as,
        } = record;
        let twin = twins
            .iter()
            .find(|adapter| Some(&adapter.name) == view.interface.as_ref());
        let adapter = twin.map_or(0, |adapter| adapter.index);
        let secure_location = location_on(view.secure_location.as_deref(), adapter);
        self.heard += 1;
        let heard = self.heard;
        self.entries.entry(key(&view.udn)).or_insert(Entry {
            view,
            device: None,
            secure_location,
            adapter,
            search_port,
            config_id,
            first_seen,
            paired_as,
            heard,
        });
    }

    /// Notes a described device; returns its present view. `trusted` is `None` where that
    /// cannot be known now: what was known last stays.
    pub fn found(&mut self, device: DescribedDevice, trusted: Option<bool>) -> GatewayView {
        let fresh = view_of(&device);
        let key = key(&fresh.udn);
        self.heard += 1;
        let heard = self.heard;
        let before = self.entries.remove(&key);
        let mut entry = Entry {
            view: fresh,
            secure_location: device.secure_location.clone(),
            adapter: device.host().scope_id(),
            search_port: device.search_port,
            config_id: device.description.config_id,
            device: Some(device),
            first_seen: None,
            paired_as: PairedAs::default(),
            heard,
        };
        let was_paired = before
            .as_ref()
            .is_some_and(|before| before.view.state == GatewayState::Paired);
        if let Some(before) = before {
            entry.first_seen = before.first_seen;
            entry.paired_as = before.paired_as;
            // One message without SECURELOCATION says nothing (DeviceProtection:1, section 2);
            // the certificate decides in any case.
            if entry.secure_location.is_none() {
                entry.secure_location = before.secure_location;
                entry.view.secure_location = before.view.secure_location;
            }
            entry.search_port = entry.search_port.or(before.search_port);
            entry.config_id = entry.config_id.or(before.config_id);
            entry.view.software_version = before.view.software_version;
            entry.view.interface = entry.view.interface.or(before.view.interface);
            entry.view.draft_count = before.view.draft_count;
            if before.view.state == GatewayState::Changed {
                entry.view.state = GatewayState::Changed;
                entry.view.reason = before.view.reason;
            }
        }
        entry.first_seen.get_or_insert_with(clock::now);
        let trusted = trusted.unwrap_or(was_paired);
        if trusted && entry.view.state != GatewayState::Changed {
            entry.view.state = GatewayState::Paired;
        }
        let view = entry.view.clone();
        self.entries.insert(key, entry);
        if self.entries.len() > DEVICES_MAX {
            let oldest = self
                .entries
                .iter()
                .min_by_key(|(_, entry)| entry.heard)
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.entries.remove(&oldest);
            }
        }
        view
    }

    /// Notes a device that announces itself and does not answer.
    pub fn silent(&mut self, device: &SilentDevice) -> Option<GatewayView> {
        let udn = device.udn.as_ref()?.as_str().to_owned();
        self.heard += 1;
        let heard = self.heard;
        let entry = self.entries.entry(key(&udn)).or_insert_with(|| Entry {
            view: empty_view(udn),
            device: None,
            secure_location: device.secure_location.clone(),
            adapter: 0,
            search_port: None,
            config_id: None,
            first_seen: Some(clock::now()),
            paired_as: PairedAs::default(),
            heard,
        });
        entry
            .view
            .location
            .get_or_insert_with(|| device.location.to_string());
        entry
            .view
            .interface
            .get_or_insert_with(|| device.interface.clone());
        entry.view.state = GatewayState::Silent;
        entry.view.reason = Some(format!(
            "It announces itself but does not answer: {}.",
            device.reason
        ));
        Some(entry.view.clone())
    }

    /// UDN and last known location of devices of earlier runs that were not heard of
    /// in this one.
    pub fn remembered(&self) -> Vec<(String, Location)> {
        self.entries
            .values()
            .filter(|entry| entry.device.is_none())
            .filter_map(|entry| Some((entry.view.udn.clone(), entry.location()?)))
            .collect()
    }

    pub fn get(&self, udn: &str) -> Option<&Entry> {
        self.entries.get(&key(udn))
    }

    /// Changes the view of a device; returns it as it is then.
    pub fn update(
        &mut self,
        udn: &str,
        change: impl FnOnce(&mut GatewayView),
    ) -> Option<GatewayView> {
        let entry = self.entries.get_mut(&key(udn))?;
        change(&mut entry.view);
        Some(entry.view.clone())
    }

    /// Keeps what a gateway called itself when it was trusted.
    pub fn paired_as(&mut self, udn: &str, paired_as: PairedAs) {
        if let Some(entry) = self.entries.get_mut(&key(udn)) {
            entry.paired_as = paired_as;
        }
    }

    pub fn remove(&mut self, udn: &str) {
        self.entries.remove(&key(udn));
    }

    /// All devices: gateways first, then by name.
    pub fn views(&self) -> Vec<GatewayView> {
        let mut views: Vec<GatewayView> = self
            .entries
            .values()
            .map(|entry| entry.view.clone())
            .collect();
        views.sort_by_cached_key(|view| {
            (
                view.kind != GatewayKind::Tr064,
                view.friendly_name.clone(),
                view.udn.clone(),
            )
        });
        views
    }

    /// Which device a person means: a UDN, an address, a description URL or a piece of
    /// the friendly name. Devices not heard in this run count too.
    pub fn matching(&self, selector: &str) -> Match {
        let wanted = selector.trim();
        if self.entries.contains_key(&key(wanted)) {
            return Match::One(self.entries[&key(wanted)].view.udn.clone());
        }
        let bare = wanted.trim_start_matches('[').trim_end_matches(']');
        let exact = |view: &GatewayView| {
            view.address.as_deref() == Some(bare)
                || view.location.as_deref() == Some(wanted)
                || view.secure_location.as_deref() == Some(wanted)
                || view
                    .udn
                    .trim_start_matches("uuid:")
                    .eq_ignore_ascii_case(wanted)
        };
        let folded = wanted.to_lowercase();
        let by_name = |view: &GatewayView| {
            view.friendly_name
                .as_ref()
                .is_some_and(|name| name.to_lowercase().contains(&folded))
        };
        for fits in [&exact as &dyn Fn(&GatewayView) -> bool, &by_name] {
            // A record of an earlier run gives way to who answers now.
            let heard_now = self
                .entries
                .values()
                .any(|entry| entry.device.is_some() && fits(&entry.view));
            let mut found: Vec<&GatewayView> = self
                .entries
                .values()
                .filter(|entry| entry.device.is_some() || !heard_now)
                .map(|entry| &entry.view)
                .filter(|view| fits(view))
                .collect();
            if found.len() > 1 && found.iter().any(|view| view.kind == GatewayKind::Tr064) {
                found.retain(|view| view.kind == GatewayKind::Tr064);
            }
            match found.as_slice() {
                [] => {}
                [one] => return Match::One(one.udn.clone()),
                several => {
                    return Match::Several(several.iter().map(|view| name_of(view)).collect())
                }
            }
        }
        Match::Nothing
    }
}

/// What people call a device: its name, and its address where that helps.
pub(crate) fn name_of(view: &GatewayView) -> String {
    let name = view
        .friendly_name
        .as_deref()
        .or(view.model_name.as_deref())
        .unwrap_or(&view.udn);
    match &view.address {
        Some(address) => format!("{name} ({address})"),
        None => name.to_owned(),
    }
}

fn key(udn: &str) -> String {
    udn.trim().to_ascii_lowercase()
}

fn empty_view(udn: String) -> GatewayView {
    GatewayView {
        udn,
        friendly_name: None,
        manufacturer: None,
        model_name: None,
        model_number: None,
        serial_number: None,
        software_version: None,
        address: None,
        interface: None,
        location: None,
        secure_location: None,
        services: Vec::new(),
        kind: GatewayKind::Other,
        state: GatewayState::New,
        reason: None,
        last_seen: None,
        draft_count: 0,
    }
}

fn view_of(device: &DescribedDevice) -> GatewayView {
    let root = &device.description.root;
    let filled = |text: &str| (!text.trim().is_empty()).then(|| printable(text));
    let (usable, unusable) = device.services();
    let mut services: Vec<ServiceView> = usable
        .iter()
        .map(|service| ServiceView {
            service_type: service.service_type.as_str().to_owned(),
            id: service.service_id.as_str().to_owned(),
            control_url: Some(service.control_url.to_string()),
            device_udn: service.device_udn.as_str().to_owned(),
        })
        .collect();
    services.extend(unusable.iter().map(|unusable| ServiceView {
        service_type: unusable.service.service_type.as_str().to_owned(),
        id: unusable.service.service_id.as_str().to_owned(),
        control_url: None,
        device_udn: unusable.device_udn.as_str().to_owned(),
    }));
    let types: Vec<&ServiceType> = device
        .description
        .services()
        .map(|(_, service)| &service.service_type)
        .collect();
    let device_types: Vec<String> = device
        .description
        .services()
        .map(|(device, _)| device)
        .chain(std::iter::once(root))
        .filter_map(|device| {
            device
                .device_type
                .as_ref()
                .map(|kind| kind.as_str().to_owned())
        })
        .collect();
    let (kind, reason) = kind_of(&types, &device_types);
    GatewayView {
        udn: root.udn.as_str().to_owned(),
        friendly_name: filled(&root.friendly_name),
        manufacturer: filled(&root.manufacturer),
        model_name: filled(&root.model_name),
        model_number: root.model_number.as_deref().and_then(filled),
        serial_number: root.serial_number.as_deref().and_then(filled),
        address: Some(device.host().to_string()),
        interface: device.interface.clone(),
        location: Some(device.location.to_string()),
        secure_location: device.secure_location.as_ref().map(ToString::to_string),
        services,
        kind,
        reason,
        ..empty_view(String::new())
    }
}

fn kind_of(services: &[&ServiceType], device_types: &[String]) -> (GatewayKind, Option<String>) {
    let offers = |name: &str| services.iter().any(|service| service.is_standard(name));
    let issue_1 = device_types
        .iter()
        .map(String::as_str)
        .chain(services.iter().map(|service| service.as_str()))
        .any(|urn| urn.starts_with("urn:dslforum-org:") || urn.starts_with("urn:telekom-de"));
    if offers("ConfigurationManagement") {
        (GatewayKind::Tr064, None)
    } else if issue_1 {
        (
            GatewayKind::Tr064Issue1,
            Some("It speaks TR-064 Issue 1 or its maker's own protocol, which cannot be managed here.".to_owned()),
        )
    } else if offers("DeviceProtection") {
        (
            GatewayKind::DeviceProtection,
            Some("It can be paired but offers no ConfigurationManagement.".to_owned()),
        )
    } else {
        (
            GatewayKind::Other,
            Some("It offers no ConfigurationManagement.".to_owned()),
        )
    }
}

/// Text of a peer, safe to show: no control or direction marks, bounded.
fn printable(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_control() && !matches!(*c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(devices: &[(&str, &str, &str, GatewayKind)]) -> Inventory {
        let mut inventory = Inventory::default();
        for (udn, name, address, kind) in devices {
            let mut view = empty_view((*udn).to_owned());
            view.friendly_name = Some((*name).to_owned());
            view.address = Some((*address).to_owned());
            view.kind = *kind;
            inventory.remember(
                Record {
                    view,
                    search_port: None,
                    config_id: None,
                    first_seen: None,
                    paired_as: PairedAs::default(),
                },
                &[],
            );
        }
        inventory
    }

    #[test]
    fn people_name_gateways_in_many_ways() {
        let inventory = inventory(&[
            (
                "uuid:A-1",
                "Hallway gateway",
                "192.168.1.1",
                GatewayKind::Tr064,
            ),
            (
                "uuid:B-2",
                "Upstairs gateway",
                "192.168.1.2",
                GatewayKind::Tr064,
            ),
            (
                "uuid:C-3",
                "Hallway speaker",
                "192.168.1.3",
                GatewayKind::Other,
            ),
        ]);
        let one = |udn: &str| Match::One(udn.to_owned());
        assert_eq!(inventory.matching("UUID:a-1"), one("uuid:A-1"));
        assert_eq!(inventory.matching("b-2"), one("uuid:B-2"));
        assert_eq!(inventory.matching("192.168.1.3"), one("uuid:C-3"));
        assert_eq!(inventory.matching("upstairs"), one("uuid:B-2"));
        // A speaker of the same name is not what somebody means who manages gateways.
        assert_eq!(inventory.matching("hallway"), one("uuid:A-1"));
        assert_eq!(
            inventory.matching("gateway"),
            Match::Several(vec![
                "Hallway gateway (192.168.1.1)".into(),
                "Upstairs gateway (192.168.1.2)".into()
            ])
        );
        assert_eq!(inventory.matching("cellar"), Match::Nothing);
    }

    #[test]
    fn issue_1_devices_are_recognised_and_explained() {
        let service = |text: &str| ServiceType::parse(text).expect("a type");
        let tr064 = service("urn:dslforum-org:service:DeviceConfig:1");
        let (kind, reason) = kind_of(
            &[&tr064],
            &["urn:dslforum-org:device:InternetGatewayDevice:1".into()],
        );
        assert_eq!(kind, GatewayKind::Tr064Issue1);
        assert!(reason.is_some_and(|reason| reason.contains("Issue 1")));
        let cms = service("urn:schemas-upnp-org:service:ConfigurationManagement:1");
        assert_eq!(kind_of(&[&cms], &[]).0, GatewayKind::Tr064);
    }

    #[test]
    fn text_of_a_peer_cannot_turn_a_line_around() {
        assert_eq!(printable(" Gate\u{202e}way\n"), "Gateway");
        assert_eq!(printable(&"x".repeat(1_000)).len(), 200);
    }
}
