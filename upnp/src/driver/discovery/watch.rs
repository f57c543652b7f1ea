//! Knowing at all times which devices are there.
//!
//! One task searches, listens and follows the adapters of this computer, and
//! tells what changes. It believes nobody's word alone: what is announced is
//! described before it is told, and who says goodbye, or is said to have gone,
//! is asked before it is given up.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{interval, sleep, sleep_until, Instant, MissedTickBehavior};

use super::super::address::HostAddress;
use super::super::control_point::ControlPoint;
use super::super::described_device::DescribedDevice;
use super::super::limits;
use super::super::udp::{adapters_present, Adapter, Datagram, Sockets};
use super::collector::{Collector, Heard};
use super::{send_round, Fetches, Found, SearchTarget, SilentDevice};
use crate::description::url::check_location;
use crate::identifiers::Udn;
use crate::ssdp::message::{Announcement, SsdpMessage};
use crate::ssdp::tracker::{Tracker, TrackerEvent};

/// What happened on the network.
#[derive(Debug)]
pub enum NetworkChange {
    /// A device was described, for the first time or anew.
    Found(Box<DescribedDevice>),
    /// It announces itself and does not answer.
    Silent(Box<SilentDevice>),
    /// It restarted: connections and subscriptions to it are worth nothing.
    Restarted(Udn),
    /// It said goodbye or fell silent, and does not answer any more.
    Gone(Udn),
    /// The adapters in use are these now; none is possible.
    Adapters(Vec<Adapter>),
}

/// Watches the network until it is dropped.
#[derive(Debug)]
pub struct NetworkWatch {
    changes: mpsc::Receiver<NetworkChange>,
    asks: mpsc::Sender<()>,
    task: AbortHandle,
}

impl NetworkWatch {
    /// The next change; `None` never, while the runtime lives.
    pub async fn next(&mut self) -> Option<NetworkChange> {
        self.changes.recv().await
    }

    /// Searches now instead of when it is time again.
    pub fn search_now(&self) {
        // A search that is asked for already will do.
        self.asks.try_send(()).ok();
    }
}

impl Drop for NetworkWatch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// See [`ControlPoint::watch`].
pub(crate) fn watch(control_point: &ControlPoint, targets: Vec<SearchTarget>) -> NetworkWatch {
    let (sender, changes) = mpsc::channel(limits::CHANGES_QUEUE);
    let (asks, asked) = mpsc::channel(1);
    let watcher = Watcher {
        control_point: control_point.clone(),
        targets,
        searching: Sockets::following_search(),
        listening: Sockets::following_announcements(),
        tracker: Tracker::new(),
        collector: Collector::new(control_point.options().allow_loopback),
        fetches: Fetches::new(control_point),
        proofs: JoinSet::new(),
        in_doubt: HashSet::new(),
        rounds: Rounds::begin(),
        changes: sender,
    };
    let task = tokio::spawn(watcher.run(asked)).abort_handle();
    NetworkWatch {
        changes,
        asks,
        task,
    }
}

struct Watcher {
    control_point: ControlPoint,
    targets: Vec<SearchTarget>,
    searching: Sockets,
    listening: Sockets,
    tracker: Tracker,
    collector: Collector,
    fetches: Fetches,
    /// Root devices being asked whether they are still there, with the outcome.
    proofs: JoinSet<(Udn, bool)>,
    in_doubt: HashSet<Udn>,
    rounds: Rounds,
    changes: mpsc::Sender<NetworkChange>,
}

/// The reader of the changes is gone.
struct Over;

impl Watcher {
    async fn run(mut self, mut asked: mpsc::Receiver<()>) {
        let mut adapters = interval(limits::ADAPTERS_EVERY);
        adapters.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let aging = self.tracker.poll_timeout().map(Instant::from_std);
            let outcome = tokio::select! {
                _ = adapters.tick() => self.follow_adapters().await,
                () = sleep_until(self.rounds.next) => {
                    self.search().await;
                    Ok(())
                }
                Some(()) = asked.recv() => {
                    self.rounds = Rounds::begin();
                    Ok(())
                }
                Some(datagram) = self.searching.next() => self.hear(&datagram).await,
                Some(datagram) = self.listening.next() => self.hear(&datagram).await,
                Some((location, outcome)) = self.fetches.next() => {
                    let found = self.collector.described(&location, outcome);
                    self.tell_found(found).await
                }
                Some(Ok((udn, alive))) = self.proofs.join_next() => self.proven(udn, alive).await,
                () = sleep_until(aging.unwrap_or_else(Instant::now)), if aging.is_some() => {
                    self.tracker.handle_timeout(Instant::now().into_std());
                    Ok(())
                }
                () = self.changes.closed() => Err(Over),
            };
            let outcome = match outcome {
                Ok(()) => self.act_on_tracker().await,
                over => over,
            };
            if outcome.is_err() {
                return;
            }
        }
    }

    async fn tell(&self, change: NetworkChange) -> Result<(), Over> {
        self.changes.send(change).await.map_err(|_| Over)
    }

    async fn follow_adapters(&mut self) -> Result<(), Over> {
        let present = adapters_present(&self.control_point.options().interfaces);
        let before: Vec<Adapter> = self.searching.adapters().map(|a| (**a).clone()).collect();
        self.searching.follow(&present);
        self.listening.follow(&present);
        let now: Vec<Adapter> = self.searching.adapters().map(|a| (**a).clone()).collect();
        let same = now.len() == before.len() && now.iter().all(|adapter| before.contains(adapter));
        if same && !self.rounds.first {
            return Ok(());
        }
        self.rounds.first = false;
        if now.iter().any(|adapter| !before.contains(adapter)) {
            self.rounds = Rounds::begin_quietly();
        }
        self.tell(NetworkChange::Adapters(now)).await
    }

    async fn search(&mut self) {
        // Nobody answers slower than a second for a round of a second's patience.
        let mx = Some(1);
        send_round(
            &self.control_point,
            &self.searching,
            None,
            &self.targets,
            mx,
        )
        .await;
        self.rounds.advance();
    }

    async fn hear(&mut self, datagram: &Datagram) -> Result<(), Over> {
        let from = datagram.from();
        let message = match SsdpMessage::parse(&datagram.bytes) {
            Ok(SsdpMessage::Search) => return Ok(()),
            Ok(message) => message,
            Err(error) => {
                self.collector.ignore(from, &error.to_string());
                return Ok(());
            }
        };
        if let Some(trace) = &self.control_point.options().trace {
            trace.datagram(&from.to_string(), &datagram.adapter.name, &datagram.bytes);
        }
        match message {
            SsdpMessage::SearchResponse(ref announcement)
            | SsdpMessage::Alive(ref announcement) => {
                let announcement = announcement.clone();
                self.announced(message, announcement, from, datagram).await
            }
            SsdpMessage::Update {
                ref announcement, ..
            } => {
                let announcement = announcement.clone();
                self.announced(message, announcement, from, datagram).await
            }
            SsdpMessage::ByeBye(departure) => {
                self.doubt(&departure.usn.udn, Duration::ZERO);
                Ok(())
            }
            SsdpMessage::Search => Ok(()),
        }
    }

    async fn announced(
        &mut self,
        message: SsdpMessage,
        announcement: Announcement,
        from: HostAddress,
        datagram: &Datagram,
    ) -> Result<(), Over> {
        let loopback =
            self.control_point.options().allow_loopback || datagram.adapter.is_loopback();
        let own = check_location(&announcement.location, Some(from.ip()), loopback).is_ok();
        if own {
            let now = Instant::now().into_std();
            self.tracker.handle_message(now, from.ip(), message);
        }
        match self.collector.heard(announcement, from, &datagram.adapter) {
            Heard::Fetch(location) => {
                self.fetches.stop(&self.collector.dropped());
                self.fetches.start(location);
                Ok(())
            }
            Heard::More(device) => self.tell(NetworkChange::Found(device)).await,
            Heard::Nothing => Ok(()),
        }
    }

    async fn tell_found(&mut self, found: Option<Found>) -> Result<(), Over> {
        match found {
            Some(Found::Device(device)) => {
                let now = Instant::now().into_std();
                for part in device.description.devices() {
                    self.tracker.confirm(&part.udn, now);
                }
                self.tell(NetworkChange::Found(device)).await
            }
            Some(Found::Silent(device)) => self.tell(NetworkChange::Silent(device)).await,
            None => Ok(()),
        }
    }

    async fn act_on_tracker(&mut self) -> Result<(), Over> {
        while let Some(event) = self.tracker.poll_event() {
            match event {
                TrackerEvent::Appeared(_) | TrackerEvent::Gone(_) => {}
                TrackerEvent::Expiring(udn) => self.doubt(&udn, Duration::ZERO),
                TrackerEvent::Restarted(udn) => {
                    self.read_again(&udn);
                    self.tell(NetworkChange::Restarted(udn)).await?;
                }
                TrackerEvent::Changed(udn) => self.read_again(&udn),
            }
        }
        Ok(())
    }

    fn read_again(&mut self, udn: &Udn) {
        for location in self.collector.again(udn) {
            self.fetches.start(location);
        }
    }

    /// Asks a device, after a while, whether it is still there. One question at
    /// a time for each, whoever says how often that it is gone.
    fn doubt(&mut self, udn: &Udn, after: Duration) {
        let Some(device) = self.collector.device(udn) else {
            return;
        };
        let root = device.udn().clone();
        if !self.in_doubt.insert(root.clone()) {
            return;
        }
        let control_point = self.control_point.clone();
        let places: Vec<_> = std::iter::once(&device.location)
            .chain(&device.other_locations)
            .cloned()
            .collect();
        self.proofs.spawn(async move {
            sleep(after).await;
            for place in places {
                let answer = control_point.describe(place);
                let answer = tokio::time::timeout(limits::PROOF_OF_LIFE, answer).await;
                if matches!(answer, Ok(Ok(device)) if *device.udn() == root) {
                    return (root, true);
                }
            }
            (root, false)
        });
    }

    async fn proven(&mut self, root: Udn, alive: bool) -> Result<(), Over> {
        self.in_doubt.remove(&root);
        if alive {
            tracing::debug!(udn = %root, "said to be gone, and answers");
            let goodbye = self.tracker.get(&root).is_some();
            self.tracker.confirm(&root, Instant::now().into_std());
            // A device that is going down answers for a moment longer.
            if goodbye && self.rounds.doubts_again(&root) {
                self.doubt(&root, limits::GOODBYE_AGAIN);
            }
            return Ok(());
        }
        self.collector.forget(&root);
        self.tracker.forget(&root);
        self.tell(NetworkChange::Gone(root)).await
    }
}

/// When to search next, and who was doubted already since the last search.
struct Rounds {
    /// Whether the adapters were never told.
    first: bool,
    sent: usize,
    start: Instant,
    next: Instant,
    doubted: HashSet<Udn>,
}

impl Rounds {
    fn begin() -> Self {
        let mut rounds = Self::begin_quietly();
        rounds.first = true;
        rounds
    }

    fn begin_quietly() -> Self {
        let now = Instant::now();
        Rounds {
            first: false,
            sent: 0,
            start: now,
            next: now,
            doubted: HashSet::new(),
        }
    }

    fn advance(&mut self) {
        self.sent += 1;
        match limits::SEARCH_REPEATS.get(self.sent) {
            Some(after) => self.next = self.start + *after,
            None => {
                self.sent = 0;
                self.start += limits::SEARCH_EVERY;
                // After a sleep of the computer all missed searches are one.
                self.start = self.start.max(Instant::now());
                self.next = self.start;
                self.doubted.clear();
            }
        }
    }

    /// Whether a device is asked once more: one time between two searches.
    fn doubts_again(&mut self, udn: &Udn) -> bool {
        self.doubted.insert(udn.clone())
    }
}
