//! Finding gateways: by search, by address, by what a person calls them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use upnp::driver::{DescribedDevice, Found, HostAddress, Location};
use upnp::ssdp::message::SearchTarget;

use crate::application::Management;
use crate::error::{Error, Step};
use crate::inventory::{name_of, Match};
use crate::limits;
use crate::view::{DiscoveryView, GatewayKind, GatewayState, GatewayView, InterfaceView};

/// Seconds devices may take to answer.
const MX: u8 = 1;

/// What gateways are searched by (UDA digest, section 1).
const TARGETS: [&str; 7] = [
    "urn:schemas-upnp-org:service:ConfigurationManagement:2",
    "urn:schemas-upnp-org:service:ConfigurationManagement:1",
    "urn:schemas-upnp-org:service:DeviceProtection:1",
    "urn:schemas-upnp-org:device:ManageableDevice:2",
    "urn:schemas-upnp-org:device:ManageableDevice:1",
    "urn:dslforum-org:device:InternetGatewayDevice:1",
    "upnp:rootdevice",
];

pub(crate) fn targets() -> Vec<SearchTarget> {
    TARGETS
        .iter()
        .map(|target| SearchTarget::parse(target))
        .collect()
}

impl Management {
    /// Searches all adapters. Each device is handed to `on_found` as soon as its
    /// description is read; the result holds them all, and what was searched.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for an adapter that does not exist, [`Error::Gateway`] when there is
    /// none to search through.
    pub async fn discover(
        &self,
        time: Option<Duration>,
        mut on_found: impl FnMut(&GatewayView) + Send,
    ) -> Result<DiscoveryView, Error> {
        let found: Mutex<Vec<String>> = Mutex::default();
        let on_found = Mutex::new(&mut on_found);
        let tell = |view: &GatewayView| {
            let mut on_found = on_found.lock().unwrap_or_else(PoisonError::into_inner);
            (*on_found)(view);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.push(view.udn.clone());
        };
        let targets = targets();
        let searched = self.search(&targets, time.unwrap_or(limits::SEARCH_TIME), |view| {
            tell(view);
            false
        });
        let recalled = self.recall(|view| {
            if view.state != GatewayState::Silent {
                tell(view);
            }
        });
        let (interfaces, ()) = tokio::join!(searched, recalled);
        let interfaces = interfaces?;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let devices = self
            .gateways()
            .into_iter()
            .filter(|view| found.iter().any(|udn| udn.eq_ignore_ascii_case(&view.udn)))
            .collect();
        Ok(DiscoveryView {
            interfaces,
            devices,
        })
    }

    /// Asks one address or description URL.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when it is neither; [`Error::Gateway`] when nothing answers there.
    pub async fn add_by_address(&self, text: &str) -> Result<GatewayView, Error> {
        let text = text.trim();
        let failed = |source| Error::Gateway {
            gateway: text.to_owned(),
            step: Step::Find,
            source,
        };
        let usage = |error: upnp::Error| Error::Usage(error.to_string());
        let views = if text.contains("://") {
            let location: Location = text.parse().map_err(usage)?;
            let mut device = self
                .inner
                .control_point
                .describe(location)
                .await
                .map_err(failed)?;
            if device.secure_location.is_none() {
                device.secure_location = self.announced_protection(&device).await;
            }
            vec![self.note(device).await?]
        } else {
            self.ask_host(text).await?
        };
        let manageable: Vec<&GatewayView> = views
            .iter()
            .filter(|view| view.kind == GatewayKind::Tr064)
            .collect();
        if manageable.len() > 1 {
            return Err(Error::Ambiguous {
                selector: text.to_owned(),
                names: manageable
                    .iter()
                    .map(|view| format!("{} {}", name_of(view), view.udn))
                    .collect(),
            });
        }
        let gateway = views
            .iter()
            .find(|view| view.kind == GatewayKind::Tr064)
            .or(views.first());
        gateway.cloned().ok_or_else(|| Error::NotFound {
            selector: text.to_owned(),
        })
    }

    /// The protected side of a device that was described where a person said: only SSDP
    /// announces it. The host is asked and the network searched at the same time, for not
    /// every device answers both; whoever else answers has no say.
    async fn announced_protection(&self, device: &DescribedDevice) -> Option<Location> {
        let target = [SearchTarget::Device(device.udn().clone())];
        let host = device.host();
        let same = |other: &DescribedDevice| {
            other.udn() == device.udn()
                && other.host().is_same(host)
                && other.secure_location.is_some()
        };
        let control_point = &self.inner.control_point;
        let asked = async {
            let devices = control_point.describe_host(host, device.search_port, &target);
            devices.await.ok()?.into_iter().find(same)?.secure_location
        };
        let searched = async {
            let (sender, mut receiver) = mpsc::channel(16);
            // Nobody listens any more once it is found: that ends the search.
            let found = async move {
                while let Some(found) = receiver.recv().await {
                    match found {
                        Found::Device(device) if same(&device) => return device.secure_location,
                        _ => {}
                    }
                }
                None
            };
            let search = control_point.search(&target, MX, sender);
            let (found, search) = tokio::join!(found, search);
            if let Err(error) = search {
                tracing::debug!(%error, "search failed");
            }
            found
        };
        let searched = tokio::time::timeout(limits::SEARCH_TIME, searched);
        tokio::pin!(asked, searched);
        tokio::select! {
            Some(location) = &mut asked => Some(location),
            Ok(Some(location)) = &mut searched => Some(location),
            else => None,
        }
    }

    /// The UDN of the one gateway a person means. What is known is enough; otherwise the
    /// address is asked or the network is searched.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Ambiguous`], or what kept the network from being asked.
    pub async fn resolve(&self, selector: &str) -> Result<String, Error> {
        let direct = selector.contains("://") || HostAddress::parse(host_part(selector)).is_ok();
        let known = self.inventory().matching(selector);
        match known {
            // Another gateway may have taken an address since: one that was never paired is
            // asked who it is. A paired one shows its certificate.
            Match::One(udn) if direct && !self.is_certain(&udn) => {
                return match self.add_by_address(selector).await {
                    Ok(view) => Ok(view.udn),
                    Err(error @ Error::Ambiguous { .. }) => Err(error),
                    Err(_) => Ok(udn),
                };
            }
            Match::One(udn) => return Ok(udn),
            Match::Several(_) if direct => {
                return self.add_by_address(selector).await.map(|view| view.udn);
            }
            Match::Several(names) => {
                return Err(Error::Ambiguous {
                    selector: selector.to_owned(),
                    names,
                })
            }
            Match::Nothing => {}
        }
        if selector.contains("://") || HostAddress::parse(host_part(selector)).is_ok() {
            return self.add_by_address(selector).await.map(|view| view.udn);
        }
        self.discover(None, |_| {}).await?;
        let found = self.inventory().matching(selector);
        match found {
            Match::One(udn) => Ok(udn),
            Match::Several(names) => Err(Error::Ambiguous {
                selector: selector.to_owned(),
                names,
            }),
            Match::Nothing => Err(Error::NotFound {
                selector: selector.to_owned(),
            }),
        }
    }

    /// Whether a known gateway was heard in this run, or will have to show its certificate.
    fn is_certain(&self, udn: &str) -> bool {
        self.inventory()
            .get(udn)
            .is_some_and(|entry| entry.device.is_some() || entry.view.state == GatewayState::Paired)
    }

    /// Looks for a known gateway where it was, then everywhere; returns as soon as it
    /// answers.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when it does not answer.
    pub async fn find_again(&self, udn: &str) -> Result<DescribedDevice, Error> {
        let target = SearchTarget::parse(udn);
        let (host, search_port) = {
            let inventory = self.inventory();
            let entry = inventory.get(udn);
            let host = entry.and_then(|entry| entry.host());
            (host, entry.and_then(|entry| entry.search_port))
        };
        let asked = async {
            let host = host?;
            let devices = self
                .inner
                .control_point
                .describe_host(host, search_port, std::slice::from_ref(&target))
                .await
                .ok()?;
            devices
                .into_iter()
                .find(|device| device.udn().as_str().eq_ignore_ascii_case(udn))
        };
        let searched = async {
            let mut found = None;
            let targets = [target.clone()];
            let outcome = self
                .search(&targets, limits::SEARCH_TIME, |view| {
                    if view.udn.eq_ignore_ascii_case(udn) {
                        found = Some(());
                    }
                    found.is_some()
                })
                .await;
            if let Err(error) = outcome {
                tracing::debug!(%error, "search failed");
            }
            found?;
            self.inventory()
                .get(udn)
                .and_then(|entry| entry.device.clone())
        };
        tokio::pin!(asked, searched);
        // Whoever answers first; a unicast answer usually does.
        let first = tokio::select! {
            Some(device) = &mut asked => Some(device),
            Some(device) = &mut searched => Some(device),
            else => None,
        };
        let device = first.ok_or_else(|| Error::NotFound {
            selector: self.name(udn),
        })?;
        self.note(device.clone()).await?;
        Ok(device)
    }

    /// Runs one search. `stop` sees each device and ends the search by returning true.
    async fn search(
        &self,
        targets: &[SearchTarget],
        time: Duration,
        mut stop: impl FnMut(&GatewayView) -> bool + Send,
    ) -> Result<Vec<InterfaceView>, Error> {
        let (sender, mut receiver) = mpsc::channel(64);
        let search = self.inner.control_point.search(targets, MX, sender);
        let interfaces = self.interfaces()?;
        tokio::pin!(search);
        let deadline = tokio::time::sleep(time);
        tokio::pin!(deadline);
        let mut searching = true;
        loop {
            tokio::select! {
                found = receiver.recv() => match found {
                    Some(Found::Device(device)) => {
                        let view = self.note(*device).await?;
                        if stop(&view) {
                            break;
                        }
                    }
                    Some(Found::Silent(device)) => {
                        let view = self.inventory().silent(&device);
                        if view.is_some_and(|view| stop(&view)) {
                            break;
                        }
                    }
                    None => break,
                },
                outcome = &mut search, if searching => {
                    outcome.map_err(|source| match source {
                        upnp::Error::Usage { detail } => Error::Usage(detail),
                        // No adapter to search through is the network's matter, not ours.
                        upnp::Error::Local { detail } => Error::Gateway {
                            gateway: "the network".to_owned(),
                            step: Step::Find,
                            source: upnp::Error::Unreachable {
                                address: "the network".to_owned(),
                                step: upnp::error::Step::Search,
                                detail,
                            },
                        },
                        source => Error::Gateway { gateway: "the network".to_owned(), step: Step::Find, source },
                    })?;
                    searching = false;
                }
                () = &mut deadline => break,
            }
        }
        Ok(interfaces)
    }

    /// Adapters a search goes through, and those that are left out with the reason.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when a named one does not exist.
    pub fn interfaces(&self) -> Result<Vec<InterfaceView>, Error> {
        let adapters = self
            .inner
            .control_point
            .adapters()
            .map_err(|error| Error::Usage(error.to_string()))?;
        let views = adapters.iter().map(|adapter| InterfaceView {
            name: adapter.name.clone(),
            address: adapter.address.to_string(),
            left_out: None,
        });
        Ok(views.collect())
    }

    /// Takes a described device into the inventory and keeps what matters for the next run.
    pub(crate) async fn note(&self, device: DescribedDevice) -> Result<GatewayView, Error> {
        let udn = device.udn().as_str().to_owned();
        let trusted = match self.trust().await {
            Ok(trust) => Some(trust.get(&udn).is_some()),
            // Finding must work with a locked keyring; opening will ask for it.
            Err(error) => {
                tracing::debug!(%error, "the trusted gateways cannot be read now");
                None
            }
        };
        let view = self.inventory().found(device, trusted);
        if view.kind == GatewayKind::Tr064 || trusted == Some(true) {
            self.keep_record(&udn).await?;
        }
        Ok(view)
    }

    async fn ask_host(&self, text: &str) -> Result<Vec<GatewayView>, Error> {
        let failed = |source| Error::Gateway {
            gateway: text.to_owned(),
            step: Step::Find,
            source,
        };
        let host = match HostAddress::parse(host_part(text)) {
            Ok(host) => host,
            // A name, or an address with a port: its description is tried directly.
            Err(_) => {
                let location: Location = format!("http://{text}/")
                    .parse()
                    .map_err(|error: upnp::Error| Error::Usage(error.to_string()))?;
                let device = self
                    .inner
                    .control_point
                    .describe(location)
                    .await
                    .map_err(failed)?;
                return Ok(vec![self.note(device).await?]);
            }
        };
        let targets = targets();
        let devices = self
            .inner
            .control_point
            .describe_host(host, None, &targets)
            .await
            .map_err(failed)?;
        let mut views = Vec::new();
        for device in devices {
            views.push(self.note(device).await?);
        }
        Ok(views)
    }
}

/// The address in what a person wrote: brackets are HostAddress's matter, a port is not
/// part of it.
fn host_part(text: &str) -> &str {
    let text = text.trim();
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.parse::<u16>().is_ok() => host,
        _ => text,
    }
}
