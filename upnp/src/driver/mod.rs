//! Everything that touches the network.

mod action;
mod address;
mod announcements;
mod answer_body;
mod connection;
mod control_point;
mod described_device;
mod discovery;
mod http_client;
mod http_exchange;
pub mod limits;
mod location;
mod plain_caller;
mod secure_connection;
mod trace;
mod udp;
mod wire;

pub use address::HostAddress;
pub use announcements::{Announced, Announcements};
pub use control_point::{ControlPoint, Options};
pub use described_device::{DescribedDevice, UnusableService};
pub use discovery::{gateway_targets, Found, Ignored, SearchReport, SearchTarget, SilentDevice};
pub use http_client::Fetched;
pub use location::{candidates, Location};
pub use plain_caller::PlainCaller;
pub use secure_connection::SecureConnection;
pub use trace::Trace;
pub use udp::{adapters, Adapter, SSDP_PORT};
