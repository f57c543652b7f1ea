//! What the end-to-end stories share: a gateway with friendly defaults, a management
//! application with a state directory of its own, and the built programs.
//!
//! Every story has its own gateway on free ports of the loopback interface, so that
//! stories can run side by side. Gateways of other stories are seen by searches; stories
//! therefore name the gateway they mean.

pub mod attacker;
mod keys;
#[cfg(target_os = "linux")]
pub mod namespaces;
#[cfg(target_os = "linux")]
pub mod peers;
mod programs;
mod workbench;

pub use keys::Keys;
pub use programs::{
    copy_files, has_keys, keys, paired, programs, run_with_input, Answer, Lanside, RunningGateway,
};
pub use workbench::{options, seconds, wrong_first_half, wrong_second_half, Workbench};

/// A parameter of the VDSL gateway that can be written freely.
pub const SSID: &str = "Device.WiFi.SSID.1.SSID";
/// [`SSID`] in UPnP notation on a gateway whose rows begin at 0.
pub const SSID_UPNP: &str = "/BBF/WiFi/SSID/0/SSID";
/// A secret of the VDSL gateway.
pub const PASSPHRASE: &str = "Device.WiFi.AccessPoint.1.Security.KeyPassphrase";
/// [`PASSPHRASE`] in UPnP notation on a gateway whose rows begin at 0.
pub const PASSPHRASE_UPNP: &str = "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase";
/// A parameter that only changes with a restart.
pub const LAN_MODE: &str = "Device.X_LANSIDE_Lan.Mode";
/// [`LAN_MODE`] in UPnP notation.
pub const LAN_MODE_UPNP: &str = "/BBF/X_LANSIDE_Lan/Mode";
/// A parameter the gateway sets itself.
pub const READ_ONLY: &str = "Device.DeviceInfo.SerialNumber";
