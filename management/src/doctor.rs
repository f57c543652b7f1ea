//! “Why do I see nothing?”: measures, and says in plain words what stands in the way.
//!
//! [`Management::why_nothing`] measures and searches at the same time; [`findings`] judges what
//! came of it and touches nothing, so that every situation can be invented in a test. Each
//! finding has a stable code with its [`FindingFacts`], from which a face makes its own
//! sentence, and the English one beside it.

mod findings;
mod views;
mod words;

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::time::timeout;
use upnp::driver::limits::DOCTOR_TOTAL;

use crate::application::Management;
use crate::error::{Error, Step};
use crate::limits;
use crate::view::{GatewayKind, GatewayState, GatewayView};

pub use findings::findings;
pub use views::{
    AdapterCheckView, AdapterKindView, AddressCheckView, GatewayCheckView, LeftOutView,
    PortHolderView,
};

/// What stands in the way, and everything it was concluded from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct DoctorView {
    /// Every adapter of this computer, those searched first.
    pub adapters: Vec<AdapterCheckView>,
    /// Other programs on UDP port 1900; `null` when the system does not tell.
    pub port_holders: Option<Vec<PortHolderView>>,
    /// Adapter through which the system itself would send to the group.
    pub group_adapter: Option<String>,
    /// Packet filters known to be switched on.
    pub firewalls: Vec<String>,
    /// Devices that were found and described.
    pub devices: u32,
    /// Those among them that can be managed here.
    pub manageable: u32,
    /// How long it took.
    pub seconds: f64,
    /// What was concluded, what helps most first.
    pub findings: Vec<FindingView>,
}

/// One conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FindingView {
    /// What it is.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// For a person.
    pub message: String,
    /// What to do about it.
    pub next: Option<String>,
    /// What the sentence speaks of.
    pub facts: FindingFacts,
}

/// How much a finding matters. The worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Explains why nothing is seen.
    Problem,
    /// May have to do with it.
    Hint,
    /// Works.
    Ok,
}

/// What was found out. Those come first whose cure helps most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// No adapter is connected.
    NoAdapter,
    /// `adapters` are connected and have no address.
    NoAddress,
    /// `adapters` have only `addresses` the computer made up.
    SelfGivenAddress,
    /// Only the VPNs `adapters` are up.
    OnlyVpn,
    /// Only `adapters` for containers and virtual machines are up.
    OnlyVirtual,
    /// This computer does not let the search out through `adapters`.
    SearchForbidden,
    /// No way leads to the group through `adapters`.
    SearchNoRoute,
    /// The search could not be sent through `adapters`: `detail`.
    SearchNotSent,
    /// Multicast sent through `adapters` does not come back: a packet filter here.
    MulticastNotHeard,
    /// The VPN `adapters` takes the way to the group away from `other_adapters`.
    VpnTakesRoute,
    /// The packet filter `programs` may drop the answers.
    FirewallRunning,
    /// The router `gateway` answers directly, and not to multicast.
    GatewayAnswersUnicastOnly,
    /// The router `gateway` is there, and says nothing of UPnP.
    GatewayWithoutUpnp,
    /// The router `gateway` does not answer at all.
    GatewaySilent,
    /// `programs` hold UDP port 1900 for themselves. Searching works all the same.
    PortHeld,
    /// The group cannot be joined on `adapters`: `detail`.
    NotListening,
    /// Devices at `addresses` answer, and their descriptions cannot be read.
    DescriptionsUnreadable,
    /// Only `devices` that speak TR-064 Issue 1 were found.
    OnlyIssueOne,
    /// `count` devices were found, none of which can be managed here.
    NoneManageable,
    /// Nobody answered on `adapters`.
    NobodyAnswered,
    /// `other_adapters` were not searched because `adapters` were named.
    AdaptersNotNamed,
    /// No router is known behind `adapters`.
    NoRouter,
    /// `adapters` are in the same network.
    SameNetwork,
    /// `adapters` drop what would be answered elsewhere.
    ReversePathStrict,
    /// The VPNs `adapters` are up.
    VpnUp,
    /// `count` gateways can be managed.
    GatewaysFound,
    /// Multicast leaves and comes back on `adapters`.
    MulticastWorks,
    /// `programs` use UDP port 1900 as well, which does no harm.
    PortShared,
}

/// What a finding speaks of. What does not matter to its code is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FindingFacts {
    /// Names of adapters.
    pub adapters: Vec<String>,
    /// Names of the adapters it is about in the second place.
    pub other_adapters: Vec<String>,
    /// Addresses, of this computer or of others.
    pub addresses: Vec<String>,
    /// Address of the router.
    pub gateway: Option<String>,
    /// Names of programs.
    pub programs: Vec<String>,
    /// Names of devices.
    pub devices: Vec<String>,
    /// How many.
    pub count: Option<u32>,
    /// The system's words.
    pub detail: Option<String>,
}

impl Management {
    /// Finds out why a search shows nothing, in about four seconds. Sends through the
    /// adapters of a search alone.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for an adapter that does not exist.
    pub async fn why_nothing(&self) -> Result<DoctorView, Error> {
        let found: Mutex<Vec<GatewayView>> = Mutex::default();
        let note = |view: &GatewayView| {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.retain(|known| known.udn != view.udn);
            found.push(view.clone());
        };
        // What was found before the time was up counts, so the search's own answer does not.
        let search = timeout(DOCTOR_TOTAL, self.discover(Some(limits::SEARCH_TIME), note));
        let (measured, searched) = tokio::join!(self.inner.control_point.measure(), search);
        let measured = measured.map_err(|source| match source {
            upnp::Error::Usage { detail } => Error::Usage(detail),
            source => Error::Gateway {
                gateway: "the network".to_owned(),
                step: Step::Find,
                source,
            },
        })?;
        match searched {
            Ok(Err(error)) => tracing::debug!(%error, "search failed"),
            Err(_) => tracing::debug!("search cut off"),
            Ok(Ok(_)) => {}
        }
        let devices = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(DoctorView::new(&measured, &devices))
    }
}

/// Devices whose description was read.
fn described(devices: &[GatewayView]) -> impl Iterator<Item = &GatewayView> {
    devices
        .iter()
        .filter(|device| device.state != GatewayState::Silent)
}

/// Devices that can be managed here.
fn manageable(devices: &[GatewayView]) -> impl Iterator<Item = &GatewayView> {
    described(devices).filter(|device| device.kind == GatewayKind::Tr064)
}

/// A number of things as faces get it.
fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
