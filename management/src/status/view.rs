//! A gateway at a glance, as faces show it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ladder::Ladder;
use crate::store::JournalState;

/// One page about one gateway. What it does not say is `null` or missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StatusView {
    /// UDN of the gateway.
    pub udn: String,
    /// When it was asked, RFC 3339.
    pub time: String,
    /// Who it is.
    pub identity: StatusIdentityView,
    /// Seconds since it started.
    pub up_time_s: Option<u32>,
    /// DeviceStatus of BasicManagement, as sent.
    pub device_status: Option<DeviceStatusView>,
    /// The way to the internet.
    pub wan: WanView,
    /// The line.
    pub lines: Vec<LineView>,
    /// Addresses of all its interfaces.
    pub addresses: Vec<AddressView>,
    /// Wi-Fi networks.
    pub wifi: Vec<WifiView>,
    /// Devices at home.
    pub hosts: HostsView,
    /// What was changed from this computer lately, latest first.
    pub last_changes: Vec<LastChangeView>,
    /// Edits that wait in the draft.
    pub draft_count: u32,
    /// Alarms that stand.
    pub alarms: Vec<AlarmView>,
    /// Installed software, where the gateway lists it.
    pub software: Vec<SoftwareView>,
    /// The ladders, where the data model says what stands on what.
    pub ladders: Vec<Ladder>,
}

/// Who a gateway is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatusIdentityView {
    /// What people call it.
    pub name: String,
    /// Manufacturer.
    pub manufacturer: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial_number: Option<String>,
    /// Hardware version.
    pub hardware_version: Option<String>,
    /// Firmware version.
    pub software_version: Option<String>,
    /// Address it answers at.
    pub address: Option<String>,
}

/// DeviceStatus of BasicManagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeviceStatusView {
    /// `OK` when healthy.
    pub status: String,
    /// When that began, as sent.
    pub since: Option<String>,
    /// Further words.
    pub detail: Option<String>,
}

/// The way to the internet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WanView {
    /// Path of the IP interface.
    pub interface: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// Seconds since the status changed.
    pub since_s: Option<u32>,
    /// Status of the PPP connection.
    pub connection: Option<String>,
    /// Why the last PPP connection failed.
    pub last_error: Option<String>,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Router of the provider.
    pub router: Option<String>,
    /// Name servers.
    pub name_servers: Vec<String>,
}

/// What carries the way to the internet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LineView {
    /// `DSL`, `fibre` or `Ethernet`.
    pub kind: String,
    /// Status of the line.
    pub status: Option<String>,
    /// Profile or standard.
    pub profile: Option<String>,
    /// Present rate downstream, kbit/s.
    pub down_kbit: Option<u32>,
    /// Present rate upstream, kbit/s.
    pub up_kbit: Option<u32>,
    /// Greatest rate downstream, kbit/s.
    pub max_down_kbit: Option<u32>,
    /// Greatest rate upstream, kbit/s.
    pub max_up_kbit: Option<u32>,
    /// Noise margin downstream, tenths of dB.
    pub margin_down: Option<i32>,
    /// Noise margin upstream, tenths of dB.
    pub margin_up: Option<i32>,
    /// Attenuation downstream, tenths of dB.
    pub attenuation_down: Option<i32>,
    /// Attenuation upstream, tenths of dB.
    pub attenuation_up: Option<i32>,
    /// Signal level of a fibre, as the gateway counts.
    pub optical_level: Option<i32>,
}

/// One address of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddressView {
    /// Name of its interface.
    pub interface: String,
    /// The address.
    pub address: String,
    /// Mask, for IPv4.
    pub mask: Option<String>,
    /// Whether it is the way to the internet.
    pub wan: bool,
}

/// One Wi-Fi network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WifiView {
    /// Its name.
    pub ssid: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Its status.
    pub status: Option<String>,
    /// `2.4GHz` and so on.
    pub band: Option<String>,
    /// Channel of its radio.
    pub channel: Option<u32>,
    /// Security mode.
    pub security: Option<String>,
    /// Devices on it.
    pub stations: u32,
}

/// Devices at home.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HostsView {
    /// How many the gateway knows.
    pub known: u32,
    /// How many are there now.
    pub active: u32,
    /// Those that are there now, as far as they are listed.
    pub list: Vec<HostView>,
}

/// One device at home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HostView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: Option<String>,
    /// Hardware address.
    pub mac: Option<String>,
}

/// A change made from this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LastChangeView {
    /// When, RFC 3339.
    pub time: String,
    /// Paths that were changed.
    pub paths: Vec<String>,
    /// What came of it.
    pub state: JournalState,
}

/// An alarm that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AlarmView {
    /// When it was raised, as sent.
    pub since: Option<String>,
    /// `Critical` and so on.
    pub severity: String,
    /// What the gateway says about it.
    pub text: String,
}

/// One piece of installed software.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SoftwareView {
    /// Number of the deployment unit.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `Firmware`, `Application` and so on.
    pub kind: String,
    /// `Installed` and so on.
    pub state: String,
}
