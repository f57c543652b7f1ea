//! Searching: three rounds of M-SEARCH on every adapter, answers merged by
//! device, descriptions read while answers still come in.

mod collector;
pub(super) mod watch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ssdp_client::URN;
use tokio::sync::{mpsc, Semaphore};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep_until, Instant};

use self::collector::{Collector, Heard};
use super::address::HostAddress;
use super::control_point::ControlPoint;
use super::described_device::DescribedDevice;
use super::limits;
use super::location::Location;
use super::udp::{open_unicast, Adapter, Datagram, Sockets, SSDP_PORT};
use crate::error::{Error, Step};
use crate::identifiers::Udn;
pub use crate::ssdp::message::SearchTarget;
use crate::ssdp::message::{Search, SsdpMessage};

/// What a TR-064 Issue 2 gateway answers to. Both versions: some stacks answer
/// only the exact one.
const GATEWAY: [URN; 8] = [
    URN::service("schemas-upnp-org", "ConfigurationManagement", 1),
    URN::service("schemas-upnp-org", "ConfigurationManagement", 2),
    URN::device("schemas-upnp-org", "ManageableDevice", 1),
    URN::device("schemas-upnp-org", "ManageableDevice", 2),
    URN::service("schemas-upnp-org", "BasicManagement", 1),
    URN::service("schemas-upnp-org", "BasicManagement", 2),
    URN::service("schemas-upnp-org", "DeviceProtection", 1),
    URN::device("dslforum-org", "InternetGatewayDevice", 1),
];

/// The targets that find gateways, TR-064 Issue 1 ones included (they are
/// shown with the reason why they cannot be managed).
#[must_use]
pub fn gateway_targets() -> Vec<SearchTarget> {
    GATEWAY
        .iter()
        .map(|urn| SearchTarget::parse(&urn.to_string()))
        .collect()
}

/// What a search brings.
#[derive(Debug)]
pub enum Found {
    /// A device with its description. One of the same UDN takes the place of
    /// what was found before.
    Device(Box<DescribedDevice>),
    /// A device that announces itself and whose description cannot be read. A
    /// later [`Found::Device`] of the same UDN takes its place.
    Silent(Box<SilentDevice>),
}

/// A device that only announces itself.
#[derive(Debug)]
pub struct SilentDevice {
    /// Who, as announced.
    pub udn: Option<Udn>,
    /// Where its description should be.
    pub location: Location,
    /// Where its protected description should be.
    pub secure_location: Option<Location>,
    /// Name of the adapter it was heard on.
    pub interface: String,
    /// SERVER, as announced.
    pub server: Option<String>,
    /// Why it is silent.
    pub reason: Error,
}

/// What became of a search as a whole.
#[derive(Debug, Clone, Default)]
pub struct SearchReport {
    /// The adapters searched through.
    pub interfaces: Vec<Adapter>,
    /// Answers that were understood and accepted.
    pub answers: usize,
    /// Answers that were not, the first few.
    pub ignored: Vec<Ignored>,
}

/// An answer that was not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Who sent it.
    pub from: HostAddress,
    /// Why not.
    pub reason: String,
}

/// The descriptions being fetched.
#[derive(Debug)]
struct Fetches {
    control_point: ControlPoint,
    permits: Arc<Semaphore>,
    running: JoinSet<(Location, Result<DescribedDevice, Error>)>,
    under_way: HashMap<Location, AbortHandle>,
}

impl Fetches {
    fn new(control_point: &ControlPoint) -> Self {
        Fetches {
            control_point: control_point.clone(),
            permits: Arc::new(Semaphore::new(limits::PARALLEL_DESCRIPTIONS)),
            running: JoinSet::new(),
            under_way: HashMap::new(),
        }
    }

    fn start(&mut self, location: Location) {
        let control_point = self.control_point.clone();
        let permits = self.permits.clone();
        let key = location.clone();
        let task = self.running.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let outcome = control_point.describe(location.clone()).await;
            (location, outcome)
        });
        self.under_way.insert(key, task);
    }

    /// Stops fetching what nobody waits for any more.
    fn stop(&mut self, locations: &[Location]) {
        for location in locations {
            if let Some(task) = self.under_way.remove(location) {
                task.abort();
            }
        }
    }

    /// The next outcome; `None` when none is under way.
    async fn next(&mut self) -> Option<(Location, Result<DescribedDevice, Error>)> {
        loop {
            match self.running.join_next().await? {
                Ok(outcome) => {
                    self.under_way.remove(&outcome.0);
                    return Some(outcome);
                }
                Err(error) if error.is_cancelled() => {}
                Err(error) => tracing::warn!(%error, "a description task ended early"),
            }
        }
    }
}

/// See [`ControlPoint::search`].
pub(crate) async fn search(
    control_point: &ControlPoint,
    adapters: &[Adapter],
    targets: &[SearchTarget],
    mx: u8,
    found: mpsc::Sender<Found>,
) -> Result<SearchReport, Error> {
    let mx = mx.clamp(1, 5);
    let mut sockets = Sockets::for_search(adapters)?;
    let mut collector = Collector::new(control_point.options().allow_loopback);
    let mut fetches = Fetches::new(control_point);
    let start = Instant::now();
    let mut rounds = limits::SEARCH_REPEATS.iter().map(|after| start + *after);
    let mut next_round = rounds.next();
    let last_round = limits::SEARCH_REPEATS.last().copied().unwrap_or_default();
    let listen_until = start + last_round + Duration::from_secs(mx.into()) + limits::SEARCH_MARGIN;
    let mut listening = true;
    let mut sent = 0;
    while listening || !fetches.running.is_empty() {
        let outcome = tokio::select! {
            () = sleep_until(next_round.unwrap_or(start)), if next_round.is_some() => {
                sent += send_round(control_point, &sockets, None, targets, Some(mx)).await;
                next_round = rounds.next();
                if sent == 0 && next_round.is_none() {
                    return Err(Error::Local {
                        detail: String::from("no search could be sent through any adapter"),
                    });
                }
                None
            }
            datagram = sockets.next(), if listening => match datagram {
                Some(datagram) => hear(control_point, &mut collector, &mut fetches, &datagram, None),
                None => { listening = false; None }
            },
            Some((location, outcome)) = fetches.next() => collector.described(&location, outcome),
            () = sleep_until(listen_until), if listening => { listening = false; None }
            () = found.closed() => break,
        };
        if let Some(outcome) = outcome {
            if found.send(outcome).await.is_err() {
                break;
            }
        }
    }
    Ok(SearchReport {
        interfaces: sockets
            .adapters()
            .map(|adapter| (**adapter).clone())
            .collect(),
        ..collector.report()
    })
}

/// Asks one host directly: without MX, as the standard has it, and when it
/// stays silent once more with MX, as a gssdp device in UDA 1.0 mode needs.
/// Empty when nothing answers.
pub(crate) async fn ask(
    control_point: &ControlPoint,
    host: HostAddress,
    search_port: Option<u16>,
    targets: &[SearchTarget],
) -> Result<Vec<DescribedDevice>, Error> {
    if !host.is_usable(true) {
        return Err(Error::Usage {
            detail: format!("{host} is the address of a group or of nobody"),
        });
    }
    let to = host.socket(search_port.unwrap_or(SSDP_PORT));
    let mut sockets = open_unicast(host, to.port())?;
    // The person named the host, so it may be this computer.
    let mut collector = Collector::new(true);
    let mut fetches = Fetches::new(control_point);
    let start = Instant::now();
    send_round(control_point, &sockets, Some(to), targets, None).await;
    let mut repeat_at = Some(start + limits::UNICAST_REPEAT);
    let mut listen_until = start + limits::UNICAST_TOTAL;
    let mut listening = true;
    let mut devices: Vec<DescribedDevice> = Vec::new();
    let mut silent = None;
    while listening || !fetches.running.is_empty() {
        let outcome = tokio::select! {
            () = sleep_until(repeat_at.unwrap_or(start)), if repeat_at.is_some() => {
                repeat_at = None;
                send_round(control_point, &sockets, Some(to), targets, Some(1)).await;
                None
            }
            datagram = sockets.next(), if listening => match datagram {
                Some(datagram) => {
                    let outcome =
                        hear(control_point, &mut collector, &mut fetches, &datagram, Some(host));
                    if repeat_at.is_some() && collector.has_answers() {
                        repeat_at = None;
                        listen_until = Instant::now() + limits::UNICAST_MORE;
                    }
                    outcome
                }
                None => { listening = false; None }
            },
            Some((location, outcome)) = fetches.next() => collector.described(&location, outcome),
            () = sleep_until(listen_until), if listening => { listening = false; None }
        };
        match outcome {
            Some(Found::Device(device)) => {
                devices.retain(|known| known.udn() != device.udn());
                devices.push(*device);
            }
            Some(Found::Silent(device)) => silent = Some(device.reason),
            None => {}
        }
    }
    match silent {
        Some(reason) if devices.is_empty() => Err(reason),
        _ => Ok(devices),
    }
}

/// Sends one search for each target; returns how many datagrams went out.
async fn send_round(
    control_point: &ControlPoint,
    sockets: &Sockets,
    to: Option<std::net::SocketAddr>,
    targets: &[SearchTarget],
    mx: Option<u8>,
) -> usize {
    let options = control_point.options();
    let mut sent = 0;
    for target in targets {
        let message = |adapter: &Adapter, host| {
            let bytes = Search {
                target: target.clone(),
                host,
                mx,
                user_agent: options.user_agent.clone(),
                friendly_name: Some(options.friendly_name.clone()),
                control_point_uuid: None,
            }
            .to_bytes();
            if let Some(trace) = &options.trace {
                trace.search(&adapter.address.to_string(), &host.to_string(), &bytes);
            }
            bytes
        };
        sent += sockets.send(to, message).await;
    }
    sent
}

/// Takes one datagram; starts a fetch when it names a new location.
fn hear(
    control_point: &ControlPoint,
    collector: &mut Collector,
    fetches: &mut Fetches,
    datagram: &Datagram,
    only_from: Option<HostAddress>,
) -> Option<Found> {
    let from = datagram.from();
    if let Some(trace) = &control_point.options().trace {
        trace.datagram(&from.to_string(), &datagram.adapter.name, &datagram.bytes);
    }
    if only_from.is_some_and(|host| !host.is_same(from)) {
        collector.ignore(from, "it was not asked");
        return None;
    }
    match SsdpMessage::parse(&datagram.bytes) {
        Ok(SsdpMessage::SearchResponse(announcement)) => {
            match collector.heard(announcement, from, &datagram.adapter) {
                Heard::Fetch(location) => {
                    fetches.stop(&collector.dropped());
                    fetches.start(location);
                    None
                }
                Heard::More(device) => Some(Found::Device(device)),
                Heard::Nothing => None,
            }
        }
        Ok(_) => {
            collector.ignore(from, "not an answer to a search");
            None
        }
        Err(error) => {
            collector.ignore(from, &format!("{} while {}", error, Step::Search));
            None
        }
    }
}
