//! Machine that knows which devices are present.
//!
//! It is fed datagrams and the time, and gives out events. It owns no socket
//! and no clock: call [`Tracker::handle_message`] for each datagram,
//! [`Tracker::handle_timeout`] when [`Tracker::poll_timeout`] is due, and
//! [`Tracker::poll_event`] until it is empty.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use url::Url;

use super::message::{Announcement, BootId, Departure, SearchTarget, SsdpMessage};
use crate::identifiers::{Udn, Usn};
use crate::limits;

/// How long an expired device is given to answer before it is gone: a lost
/// datagram is more likely than a dead gateway.
const GRACE: Duration = Duration::from_secs(15);

/// What is known of a device that is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The device.
    pub udn: Udn,
    /// Whether it announced itself as a root device.
    pub is_root: bool,
    /// Where its description is, latest first.
    pub locations: Vec<Url>,
    /// Where its description is over TLS.
    pub secure_location: Option<Url>,
    /// The host the latest announcement came from.
    pub sender: IpAddr,
    /// Boot the device is in.
    pub boot_id: Option<BootId>,
    /// Its configuration number.
    pub config_id: Option<u32>,
    /// Port for searches sent to it, if it is not 1900.
    pub search_port: Option<u16>,
    /// SERVER, as sent.
    pub server: Option<String>,
    /// When the announcement runs out.
    pub expires: Instant,
}

/// Something the owner of the tracker should act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackerEvent {
    /// A device was not known before.
    Appeared(Udn),
    /// It restarted: what is remembered of it is worth nothing.
    Restarted(Udn),
    /// Its description moved or its configuration number changed: fetch again.
    Changed(Udn),
    /// Its announcement ran out: search for it before it is given up.
    Expiring(Udn),
    /// It said goodbye or did not answer.
    Gone(Udn),
}

/// The devices that are present.
#[derive(Debug, Default)]
pub struct Tracker {
    devices: HashMap<Udn, Entry>,
    events: VecDeque<TrackerEvent>,
}

#[derive(Debug)]
struct Entry {
    presence: Presence,
    seen: Instant,
    /// Whether it answered for itself, not only announced.
    confirmed: bool,
    expiring: bool,
    targets: HashSet<SearchTarget>,
}

impl Tracker {
    /// Nobody is present.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one datagram. An announcement without a USN cannot be tracked
    /// and is ignored: its device is known only once it was described.
    pub fn handle_message(&mut self, now: Instant, sender: IpAddr, message: SsdpMessage) {
        match message {
            SsdpMessage::SearchResponse(announcement) | SsdpMessage::Alive(announcement) => {
                self.announced(now, sender, announcement);
            }
            SsdpMessage::Update {
                mut announcement,
                next_boot_id,
            } => {
                // The next boot id takes effect without a restart.
                let next = next_boot_id.map(BootId::Number);
                let known = announcement
                    .usn
                    .as_ref()
                    .and_then(|usn| self.devices.get_mut(&usn.udn));
                if let (Some(next), Some(entry)) = (next, known) {
                    entry.presence.boot_id = Some(next.clone());
                    announcement.boot_id = Some(next);
                }
                self.announced(now, sender, announcement);
            }
            SsdpMessage::ByeBye(departure) => self.departed(&departure),
            SsdpMessage::Search => {}
        }
    }

    fn announced(&mut self, now: Instant, sender: IpAddr, announcement: Announcement) {
        let Some(usn) = &announcement.usn else {
            return;
        };
        let udn = usn.udn.clone();
        let is_root = announcement.target == SearchTarget::RootDevice;
        let expires = now + announcement.max_age;
        let Some(entry) = self.devices.get_mut(&udn) else {
            self.make_room();
            let presence = Presence {
                udn: udn.clone(),
                is_root,
                locations: vec![announcement.location],
                secure_location: announcement.secure_location,
                sender,
                boot_id: announcement.boot_id,
                config_id: announcement.config_id,
                search_port: announcement.search_port,
                server: announcement.server,
                expires,
            };
            let entry = Entry {
                presence,
                seen: now,
                confirmed: false,
                expiring: false,
                targets: HashSet::from([announcement.target]),
            };
            self.devices.insert(udn.clone(), entry);
            self.push(TrackerEvent::Appeared(udn));
            return;
        };
        let known = &mut entry.presence;
        // Headers may be missing on any single message; only a header that is
        // there and differs says something. A smaller number is a restart as
        // well: the device forgot its counter.
        let differs = |new: &Option<BootId>, old: &Option<BootId>| match (new, old) {
            (Some(BootId::Number(new)), Some(BootId::Number(old))) => new != old,
            (Some(BootId::Nls(new)), Some(BootId::Nls(old))) => new != old,
            _ => false,
        };
        let restarted = differs(&announcement.boot_id, &known.boot_id);
        let reconfigured =
            announcement.config_id.is_some() && announcement.config_id != known.config_id;
        let moved = !known.locations.contains(&announcement.location);
        if moved {
            // The same host on another port moved; another host is a further
            // address of the same device.
            let new = &announcement.location;
            known
                .locations
                .retain(|old| old.host() != new.host() && !restarted);
        } else {
            known
                .locations
                .retain(|location| *location != announcement.location);
        }
        known.locations.insert(0, announcement.location);
        known.locations.truncate(limits::TRACKED_LOCATIONS);
        known.is_root |= is_root;
        known.sender = sender;
        known.expires = expires;
        known.boot_id = announcement.boot_id.or(known.boot_id.take());
        known.config_id = announcement.config_id.or(known.config_id);
        known.search_port = announcement.search_port.or(known.search_port);
        known.server = announcement.server.or(known.server.take());
        let secure = announcement.secure_location;
        let secure_moved = secure.is_some() && secure != known.secure_location;
        known.secure_location = secure.or(known.secure_location.take());
        entry.seen = now;
        entry.expiring = false;
        if entry.targets.len() < limits::TRACKED_TARGETS {
            entry.targets.insert(announcement.target);
        }
        if restarted {
            self.push(TrackerEvent::Restarted(udn));
        } else if moved || reconfigured || secure_moved {
            self.push(TrackerEvent::Changed(udn));
        }
    }

    /// Notes that a device was described or otherwise answered for itself: it
    /// stays when others are only invented, and does not expire for a while.
    pub fn confirm(&mut self, udn: &Udn, now: Instant) {
        if let Some(entry) = self.devices.get_mut(udn) {
            entry.confirmed = true;
            entry.seen = now;
            if entry.expiring {
                entry.expiring = false;
                entry.presence.expires = now + limits::MIN_MAX_AGE;
            }
        }
    }

    /// Makes room for another device. One that never answered for itself goes
    /// before one that did; then the one unseen for longest.
    fn make_room(&mut self) {
        if self.devices.len() < limits::TRACKED_DEVICES {
            return;
        }
        let first_to_go = self
            .devices
            .values()
            .min_by_key(|entry| (entry.confirmed, entry.seen))
            .map(|entry| entry.presence.udn.clone());
        if let Some(udn) = first_to_go {
            self.remove(&udn);
        }
    }

    fn departed(&mut self, departure: &Departure) {
        let Some(entry) = self.devices.get(&departure.usn.udn) else {
            return;
        };
        // A goodbye of an earlier boot that arrives late means nothing.
        if let (Some(BootId::Number(told)), Some(BootId::Number(known))) =
            (&departure.boot_id, &entry.presence.boot_id)
        {
            if told < known {
                return;
            }
        }
        let udn = entry.presence.udn.clone();
        let below: Vec<Udn> = if entry.presence.is_root {
            let locations = &entry.presence.locations;
            self.devices
                .values()
                .filter(|other| other.presence.udn != udn)
                .filter(|other| {
                    let shared = other.presence.locations.iter();
                    shared.clone().any(|location| locations.contains(location))
                })
                .map(|other| other.presence.udn.clone())
                .collect()
        } else {
            Vec::new()
        };
        self.remove(&udn);
        for udn in below {
            self.remove(&udn);
        }
    }

    fn remove(&mut self, udn: &Udn) {
        if let Some(entry) = self.devices.remove(udn) {
            self.push(TrackerEvent::Gone(entry.presence.udn));
        }
    }

    /// Takes out a device that was found to be gone, and the devices described
    /// at the same places.
    pub fn forget(&mut self, udn: &Udn) {
        let departure = self.devices.get(udn).map(|entry| Departure {
            usn: Usn {
                udn: entry.presence.udn.clone(),
                target: None,
            },
            target: SearchTarget::RootDevice,
            boot_id: None,
        });
        if let Some(departure) = departure {
            self.departed(&departure);
        }
    }

    fn push(&mut self, event: TrackerEvent) {
        if self.events.len() >= limits::TRACKER_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// Ages announcements. Call it when [`Tracker::poll_timeout`] is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due: Vec<(Udn, bool)> = self
            .devices
            .values()
            .filter(|entry| entry.deadline() <= now)
            .map(|entry| (entry.presence.udn.clone(), entry.expiring))
            .collect();
        for (udn, was_expiring) in due {
            if was_expiring {
                self.remove(&udn);
                continue;
            }
            if let Some(entry) = self.devices.get_mut(&udn) {
                entry.expiring = true;
                // The grace begins when somebody learns of it, even if the
                // computer slept through the deadline.
                entry.presence.expires = now;
            }
            self.push(TrackerEvent::Expiring(udn));
        }
    }

    /// When [`Tracker::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.devices.values().map(Entry::deadline).min()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<TrackerEvent> {
        self.events.pop_front()
    }

    /// A device that is present.
    #[must_use]
    pub fn get(&self, udn: &Udn) -> Option<&Presence> {
        self.devices.get(udn).map(|entry| &entry.presence)
    }

    /// All devices that are present, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Presence> {
        self.devices.values().map(|entry| &entry.presence)
    }

    /// Whether the device announced a target.
    #[must_use]
    pub fn announces(&self, udn: &Udn, target: &SearchTarget) -> bool {
        self.devices
            .get(udn)
            .is_some_and(|entry| entry.targets.contains(target))
    }
}

impl Entry {
    fn deadline(&self) -> Instant {
        if self.expiring {
            self.presence.expires + GRACE
        } else {
            self.presence.expires
        }
    }
}
