//! What a search has heard so far, merged. No sockets and no clock in here.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use tokio::time::Instant;
use url::Url;

use super::super::address::HostAddress;
use super::super::described_device::DescribedDevice;
use super::super::limits;
use super::super::location::Location;
use super::super::udp::Adapter;
use super::{Found, Ignored, SearchReport, SilentDevice};
use crate::description::url::check_location;
use crate::error::Error;
use crate::identifiers::Udn;
use crate::ssdp::message::{Announcement, BootId};

/// What to do about an answer.
#[derive(Debug)]
pub(super) enum Heard {
    /// Nothing new.
    Nothing,
    /// A new location: its description is to be read.
    Fetch(Location),
    /// A described device of which more became known.
    More(Box<DescribedDevice>),
}

#[derive(Debug)]
enum State {
    Pending,
    /// Root UDN.
    Described(Udn),
    /// Since when.
    Failed(Instant),
}

/// All answers that named one location.
#[derive(Debug)]
struct Announced {
    udns: BTreeSet<Udn>,
    secure_location: Option<Location>,
    server: Option<String>,
    search_port: Option<u16>,
    boot_id: Option<BootId>,
    interface: String,
    state: State,
    /// Rising with each announcement, to tell the oldest.
    turn: u64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Collector {
    allow_loopback: bool,
    announced: HashMap<Location, Announced>,
    turn: u64,
    /// Locations that lost their place, for whoever fetches them.
    dropped: Vec<Location>,
    /// By root UDN.
    devices: HashMap<Udn, DescribedDevice>,
    report: SearchReport,
}

impl Collector {
    pub(super) fn new(allow_loopback: bool) -> Self {
        Collector {
            allow_loopback,
            announced: HashMap::new(),
            turn: 0,
            dropped: Vec::new(),
            devices: HashMap::new(),
            report: SearchReport::default(),
        }
    }

    pub(super) fn has_answers(&self) -> bool {
        self.report.answers > 0
    }

    pub(super) fn report(self) -> SearchReport {
        self.report
    }

    pub(super) fn ignore(&mut self, from: HostAddress, reason: &str) {
        tracing::debug!(%from, reason, "answer ignored");
        if self.report.ignored.len() < limits::IGNORED_LISTED {
            self.report.ignored.push(Ignored {
                from,
                reason: reason.to_owned(),
            });
        }
    }

    /// One answer that came from `sender` through `adapter`.
    pub(super) fn heard(
        &mut self,
        answer: Announcement,
        sender: HostAddress,
        adapter: &Adapter,
    ) -> Heard {
        if let Err(reason) = self.check(&answer.location, sender, adapter) {
            self.ignore(sender, &reason);
            return Heard::Nothing;
        }
        self.report.answers += 1;
        let secure_location = answer.secure_location.and_then(|url| {
            let same = sender.is_host_of(&url) && url.port() != Some(0);
            let clean = url.username().is_empty() && url.password().is_none();
            if same && clean {
                return Some(at(url, sender));
            }
            self.ignore(sender, "its SECURELOCATION names another host; left out");
            None
        });
        let location = at(answer.location, sender);
        let udn = answer.usn.map(|usn| usn.udn);
        let is_new = !self.announced.contains_key(&location);
        if is_new && !self.make_room(sender) {
            self.ignore(sender, "too many locations");
            return Heard::Nothing;
        }
        self.turn += 1;
        let turn = self.turn;
        let entry = self
            .announced
            .entry(location.clone())
            .or_insert_with(|| Announced {
                udns: BTreeSet::new(),
                secure_location: None,
                server: None,
                search_port: None,
                boot_id: None,
                interface: adapter.name.clone(),
                state: State::Pending,
                turn,
            });
        entry.turn = turn;
        if entry.udns.len() < crate::limits::DEVICES {
            entry.udns.extend(udn);
        }
        entry.server = entry.server.take().or(answer.server);
        entry.search_port = answer.search_port.or(entry.search_port);
        entry.boot_id = answer.boot_id.or(entry.boot_id.take());
        let learned = entry.secure_location.is_none() && secure_location.is_some();
        entry.secure_location = entry.secure_location.take().or(secure_location);
        if is_new {
            return Heard::Fetch(location);
        }
        match &entry.state {
            State::Failed(since) if since.elapsed() > limits::DESCRIPTION_AGAIN => {
                entry.state = State::Pending;
                Heard::Fetch(location)
            }
            State::Described(root) if learned => {
                let secure_location = entry.secure_location.clone();
                match self.devices.get_mut(root) {
                    Some(device) if device.secure_location.is_none() => {
                        device.secure_location = secure_location;
                        Heard::More(Box::new(device.clone()))
                    }
                    _ => Heard::Nothing,
                }
            }
            _ => Heard::Nothing,
        }
    }

    /// The rules for a location: literal, the sender's own, and loopback or
    /// an address without a network only where the adapter is of that kind.
    fn check(&self, url: &Url, sender: HostAddress, adapter: &Adapter) -> Result<(), String> {
        let loopback = self.allow_loopback || adapter.is_loopback();
        check_location(url, Some(sender.ip()), loopback)
            .map_err(|error| format!("its LOCATION {error}"))?;
        if url.scheme() != "http" {
            return Err(String::from("its LOCATION is not plain http"));
        }
        let self_given = |ip: IpAddr| matches!(ip, IpAddr::V4(v4) if v4.is_link_local());
        if self_given(sender.ip()) && !self_given(adapter.address.ip()) {
            return Err(String::from(
                "its LOCATION is link-local and the adapter is not",
            ));
        }
        Ok(())
    }

    /// Whether there is a place for another location of a host. Among all hosts
    /// the one heard of longest ago that was never described gives up its own:
    /// what somebody invents must not keep real devices out.
    fn make_room(&mut self, sender: HostAddress) -> bool {
        let on_host = self
            .announced
            .keys()
            .filter(|location| location.host() == Some(sender))
            .count();
        if on_host >= limits::LOCATIONS_PER_HOST {
            return false;
        }
        if self.announced.len() < limits::LOCATIONS {
            return true;
        }
        let oldest = self
            .announced
            .iter()
            .filter(|(_, entry)| !matches!(entry.state, State::Described(_)))
            .min_by_key(|(_, entry)| entry.turn)
            .map(|(location, _)| location.clone());
        let Some(oldest) = oldest else {
            return false;
        };
        self.announced.remove(&oldest);
        self.dropped.push(oldest);
        true
    }

    /// Locations that lost their place since this was asked last: nobody waits
    /// for their descriptions any more.
    pub(super) fn dropped(&mut self) -> Vec<Location> {
        std::mem::take(&mut self.dropped)
    }

    /// Where a device, or the root device it is part of, has to be read again.
    pub(super) fn again(&mut self, udn: &Udn) -> Vec<Location> {
        let root = self.root_of(udn);
        let mut again = Vec::new();
        for (location, entry) in &mut self.announced {
            let described =
                matches!(&entry.state, State::Described(known) if Some(known) == root.as_ref());
            if described || entry.udns.contains(udn) {
                if !matches!(entry.state, State::Pending) {
                    again.push(location.clone());
                }
                entry.state = State::Pending;
            }
        }
        again
    }

    /// The described device that is this one or has it inside.
    pub(super) fn device(&self, udn: &Udn) -> Option<&DescribedDevice> {
        self.devices.get(&self.root_of(udn)?)
    }

    /// Forgets a root device and where it was.
    pub(super) fn forget(&mut self, root: &Udn) {
        self.devices.remove(root);
        self.announced
            .retain(|_, entry| !matches!(&entry.state, State::Described(known) if known == root));
    }

    fn root_of(&self, udn: &Udn) -> Option<Udn> {
        if self.devices.contains_key(udn) {
            return Some(udn.clone());
        }
        let mut roots = self.devices.iter();
        let (root, _) = roots.find(|(_, device)| {
            let mut parts = device.description.devices();
            parts.any(|part| part.udn == *udn)
        })?;
        Some(root.clone())
    }

    pub(super) fn described(
        &mut self,
        location: &Location,
        outcome: Result<DescribedDevice, Error>,
    ) -> Option<Found> {
        match outcome {
            Ok(device) => self.add(location, device),
            Err(reason) => self.give_up(location, reason),
        }
    }

    fn add(&mut self, location: &Location, mut device: DescribedDevice) -> Option<Found> {
        // Where the device was known to be may not be true any more.
        let moved = self.devices.get(device.udn()).is_some_and(|known| {
            let entry = self.announced.get(&known.location);
            entry.is_none_or(|entry| !matches!(entry.state, State::Described(_)))
        });
        let entry = self.announced.get_mut(location)?;
        entry.state = State::Described(device.udn().clone());
        let secure_location = entry.secure_location.clone();
        if let Some(known) = self.devices.get_mut(device.udn()) {
            if known.location == device.location {
                // Read again: what was heard about it besides stays.
                device.secure_location = secure_location.or(known.secure_location.take());
                device.server = known.server.take();
                device.search_port = entry.search_port.or(known.search_port);
                device.boot_id = entry.boot_id.clone().or(known.boot_id.take());
                device.interface = known.interface.take();
                device.other_locations = std::mem::take(&mut known.other_locations);
                *known = device;
            } else if moved || device.host().rank() < known.host().rank() {
                device.secure_location = secure_location;
                device.server = entry.server.clone();
                device.search_port = entry.search_port;
                device.boot_id = entry.boot_id.clone();
                device.interface = Some(entry.interface.clone());
                device.other_locations = std::mem::take(&mut known.other_locations);
                device
                    .other_locations
                    .retain(|other| *other != device.location);
                device.other_locations.push(known.location.clone());
                *known = device;
            } else {
                if !known.other_locations.contains(&device.location) {
                    known.other_locations.push(device.location);
                }
                let same_host = |secure: &Location| secure.host() == Some(known.host());
                if known.secure_location.is_none()
                    && secure_location.as_ref().is_some_and(same_host)
                {
                    known.secure_location = secure_location;
                }
            }
            return Some(Found::Device(Box::new(known.clone())));
        }
        device.secure_location = secure_location;
        device.server = entry.server.clone();
        device.search_port = entry.search_port;
        device.boot_id = entry.boot_id.clone();
        device.interface = Some(entry.interface.clone());
        self.devices.insert(device.udn().clone(), device.clone());
        Some(Found::Device(Box::new(device)))
    }

    fn give_up(&mut self, location: &Location, reason: Error) -> Option<Found> {
        let entry = self.announced.get_mut(location)?;
        entry.state = State::Failed(Instant::now());
        let udns = entry.udns.clone();
        let silent = SilentDevice {
            udn: udns.first().cloned(),
            location: location.clone(),
            secure_location: entry.secure_location.clone(),
            interface: entry.interface.clone(),
            server: entry.server.clone(),
            reason,
        };
        let elsewhere = self
            .announced
            .values()
            .any(|other| matches!(other.state, State::Pending) && !other.udns.is_disjoint(&udns));
        let known = self.devices.values().any(|device| {
            device
                .description
                .devices()
                .any(|part| udns.contains(&part.udn))
        });
        (!elsewhere && !known).then(|| Found::Silent(Box::new(silent)))
    }
}

fn at(url: Url, sender: HostAddress) -> Location {
    Location {
        url,
        scope_id: sender.scope_id(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::Fetched;
    use crate::ssdp::message::SsdpMessage;

    fn adapter(address: &str) -> Adapter {
        Adapter {
            name: String::from("test0"),
            address: HostAddress::parse(address).expect("a literal"),
            index: 9,
            shares_network: false,
        }
    }

    fn answer(location: &str, more: &str) -> Announcement {
        let text = format!(
            "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:a::upnp:rootdevice\r\n\
             LOCATION: {location}\r\n{more}\r\n"
        );
        match SsdpMessage::parse(text.as_bytes()) {
            Ok(SsdpMessage::SearchResponse(answer)) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn device(url: &str) -> DescribedDevice {
        let url = Url::parse(url).expect("a URL");
        let host = HostAddress::of_url(&url, 0).expect("a literal");
        let body = b"<root><device><UDN>uuid:a</UDN></device></root>".to_vec();
        let fetched = Fetched {
            url,
            body,
            charset: None,
            forgiven: Vec::new(),
        };
        DescribedDevice::read(host, &fetched).expect("a description")
    }

    fn silence() -> Error {
        Error::Local {
            detail: String::from("silence"),
        }
    }

    const HOST: &str = "192.0.2.1";
    const DESC: &str = "http://192.0.2.1:49152/desc.xml";

    #[test]
    fn a_location_on_another_host_is_not_followed() {
        for location in [
            "http://192.0.2.2/desc.xml",
            "http://127.0.0.1/desc.xml",
            "http://gateway.example/desc.xml",
            "https://192.0.2.1/desc.xml",
            "http://user@192.0.2.1/desc.xml",
        ] {
            let mut collector = Collector::new(false);
            let sender = HostAddress::parse(HOST).expect("a literal");
            let heard = collector.heard(answer(location, ""), sender, &adapter("192.0.2.9"));
            assert!(matches!(heard, Heard::Nothing), "{location}");
            assert_eq!(collector.report().ignored.len(), 1, "{location}");
        }
    }

    #[test]
    fn loopback_counts_only_through_loopback() {
        let sender = HostAddress::parse("127.0.0.1").expect("a literal");
        let location = "http://127.0.0.1:49152/desc.xml";
        for (through, expected) in [("127.0.0.1", true), ("192.0.2.9", false)] {
            let mut collector = Collector::new(false);
            let heard = collector.heard(answer(location, ""), sender, &adapter(through));
            assert_eq!(matches!(heard, Heard::Fetch(_)), expected, "{through}");
        }
    }

    #[test]
    fn answers_merge_into_one_device() {
        let mut collector = Collector::new(false);
        let sender = HostAddress::parse(HOST).expect("a literal");
        let local = adapter("192.0.2.9");
        let Heard::Fetch(location) = collector.heard(answer(DESC, ""), sender, &local) else {
            panic!("a new location is fetched");
        };
        assert!(matches!(
            collector.heard(answer(DESC, ""), sender, &local),
            Heard::Nothing
        ));
        let found = collector.described(&location, Ok(device(DESC)));
        assert!(matches!(found, Some(Found::Device(_))));
        // The header may come with any one of the answers.
        let secure = "SECURELOCATION.UPNP.ORG: https://192.0.2.1:49153/desc.xml\r\n";
        match collector.heard(answer(DESC, secure), sender, &local) {
            Heard::More(device) => assert!(device.secure_location.is_some()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_secure_location_elsewhere_is_left_out() {
        let mut collector = Collector::new(false);
        let sender = HostAddress::parse(HOST).expect("a literal");
        let secure = "SECURELOCATION.UPNP.ORG: https://192.0.2.7:49153/desc.xml\r\n";
        let heard = collector.heard(answer(DESC, secure), sender, &adapter("192.0.2.9"));
        let Heard::Fetch(location) = heard else {
            panic!("{heard:?}");
        };
        match collector.described(&location, Ok(device(DESC))) {
            Some(Found::Device(device)) => assert_eq!(device.secure_location, None),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_device_is_silent_only_when_all_its_locations_are() {
        let mut collector = Collector::new(false);
        let sender = HostAddress::parse(HOST).expect("a literal");
        let local = adapter("192.0.2.9");
        let other = "http://192.0.2.1:5000/desc.xml";
        let mut locations = Vec::new();
        for url in [DESC, other] {
            match collector.heard(answer(url, ""), sender, &local) {
                Heard::Fetch(location) => locations.push(location),
                heard => panic!("{heard:?}"),
            }
        }
        assert!(collector.described(&locations[0], Err(silence())).is_none());
        match collector.described(&locations[1], Err(silence())) {
            Some(Found::Silent(silent)) => {
                assert_eq!(
                    silent.udn.map(|udn| udn.to_string()),
                    Some(String::from("uuid:a"))
                );
            }
            found => panic!("{found:?}"),
        }
    }

    #[test]
    fn one_host_cannot_fill_the_list() {
        let mut collector = Collector::new(false);
        let sender = HostAddress::parse(HOST).expect("a literal");
        let local = adapter("192.0.2.9");
        let fetched = (0..100)
            .filter(|port| {
                let url = format!("http://192.0.2.1:{}/", 2000 + port);
                matches!(
                    collector.heard(answer(&url, ""), sender, &local),
                    Heard::Fetch(_)
                )
            })
            .count();
        assert_eq!(fetched, limits::LOCATIONS_PER_HOST);
    }
}
