//! The only part of the crate with sockets, clocks and tasks.
//!
//! [`ControlPoint`] is the entry: it searches ([`ControlPoint::search`]), reads
//! descriptions ([`ControlPoint::describe`]), and hands out what speaks SOAP,
//! [`PlainCaller`] over HTTP and [`SecureConnection`] over TLS. Both implement
//! [`crate::ActionCall`], so every typed service of [`crate::services`] works
//! over either. [`ControlPoint::introduce`] makes the two sides trust each
//! other by a PIN or a button. [`ControlPoint::subscribe`] hears what a service
//! says by itself.
//!
//! ```no_run
//! # async fn example() -> Result<(), upnp::Error> {
//! use upnp::driver::{gateway_targets, ControlPoint, Found, Options};
//! use upnp::services::configuration_management::ConfigurationManagement;
//!
//! let point = ControlPoint::new(Options::default())?;
//! let (sender, mut found) = tokio::sync::mpsc::channel(16);
//! let targets = gateway_targets();
//! let search = point.search(&targets, 3, sender);
//! let show = async {
//!     while let Some(found) = found.recv().await {
//!         if let Found::Device(device) = found {
//!             let caller = point.plain_caller(device.host());
//!             let service = device.service("ConfigurationManagement")?;
//!             let cms = ConfigurationManagement::new(&caller, service);
//!             println!("{}", cms.service().address());
//!         }
//!     }
//!     Ok::<(), upnp::Error>(())
//! };
//! let (_report, _shown) = tokio::join!(search, show);
//! # Ok(())
//! # }
//! ```
//!
//! Rules that hold everywhere in here:
//!
//! * A device speaks only for itself: URLs that lead to another host than the
//!   sender, and redirects there, are not followed. Loopback counts only where
//!   a loopback adapter was named or the person gave the location.
//! * Time, size and number of everything a peer can send are bounded
//!   ([`limits`]); a slow trickle does not outlive its deadline.
//! * What changes a gateway is sent once. An error says whether it was sent:
//!   [`crate::Error::OutcomeUnknown`] means yes, all others about the
//!   connection mean no.
//! * A certificate is judged inside the handshake, before the first byte of a
//!   request.
//! * Tasks belong to the future or handle that started them and end with it.
//!
//! Left out on purpose: HTTP digest logins (TR-064 Issue 1), proxies,
//! pipelining, and event callbacks over TLS.

mod action;
mod address;
mod announcements;
mod answer_body;
mod connection;
mod control_point;
mod described_device;
mod discovery;
pub mod doctor;
mod early;
mod events;
mod http_client;
mod http_exchange;
mod introduction;
pub mod limits;
mod location;
mod plain_caller;
mod secure_connection;
mod tls;
mod trace;
mod udp;
mod wire;

pub use address::HostAddress;
pub use announcements::{Announced, Announcements};
pub use control_point::{ControlPoint, Options};
pub use described_device::{DescribedDevice, UnusableService};
pub use discovery::watch::{NetworkChange, NetworkWatch};
pub use discovery::{gateway_targets, Found, Ignored, SearchReport, SearchTarget, SilentDevice};
pub use events::{EndReason, Event, Subscription};
pub use http_client::Fetched;
pub use introduction::{
    introduction_control, IntroductionControl, IntroductionProgress, IntroductionSignals,
    ProgressSink, ReadyHint,
};
pub use location::{candidates, Location};
pub use plain_caller::PlainCaller;
pub use secure_connection::SecureConnection;
pub use trace::Trace;
pub use udp::{adapters, adapters_sharing_networks, own_address_towards, Adapter, SSDP_PORT};
