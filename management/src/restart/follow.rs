//! Following a gateway while it restarts: from the request until it can be opened again.
//!
//! Nobody's word alone counts: a goodbye or an announcement moves the timeline on, and what
//! decides is whether the gateway answers, in which boot it is, and how long it has been up.

use std::time::Duration;

use tokio::time::{sleep, timeout, Instant};
use upnp::description::device::Device;
use upnp::driver::{Announced, Announcements, DescribedDevice, HostAddress, Location};
use upnp::identifiers::Usn;
use upnp::ssdp::message::{BootId, SsdpMessage};

use crate::application::Management;
use crate::clock;
use crate::error::Error;
use crate::limits;
use crate::session::Session;
use crate::view::{RebootPhase, RebootStepView};

/// How long one look at a restarting gateway may take.
const LOOK: Duration = Duration::from_millis(1_500);

/// Parameters that say how long a gateway has been up, most usual first.
const UP_TIME: [&str; 2] = ["DeviceInfo/UpTime", "DeviceInfo/Uptime"];

/// How the gateway was before it was asked.
#[derive(Debug, Default)]
pub(super) struct Before {
    location: Option<Location>,
    host: Option<HostAddress>,
    boot_id: Option<BootId>,
    up_time: Option<u64>,
    /// What it says it is.
    device: Option<Device>,
}

/// Who answers after a restart.
#[derive(Debug)]
pub(super) enum Back {
    /// The gateway.
    Itself,
    /// One like it where it was, under another UDN.
    Successor(Box<DescribedDevice>),
}

impl Before {
    /// Whether a device at its address says it is the same piece of hardware: maker, model and
    /// serial number. Without a model there is nothing to judge by.
    fn is_like(&self, device: &DescribedDevice) -> bool {
        if self.host.map(|host| host.ip()) != Some(device.host().ip()) {
            return false;
        }
        let is = &device.description.root;
        self.device.as_ref().is_some_and(|was| {
            !was.model_name.trim().is_empty()
                && was.manufacturer == is.manufacturer
                && was.model_name == is.model_name
                && was.model_number == is.model_number
                && was.serial_number == is.serial_number
        })
    }

    /// Looks at it. Which boot it is in is learned from its answer to a search, if one comes.
    pub async fn of(management: &Management, session: &Session) -> Before {
        let found = timeout(LOOK, management.find_again(&session.udn));
        let (found, up_time) = tokio::join!(found, up_time(session));
        let inventory = management.inventory();
        let entry = inventory.get(&session.udn);
        let heard = entry.and_then(|entry| entry.device.as_ref());
        Before {
            location: entry.and_then(|entry| entry.location()),
            host: entry.and_then(|entry| entry.host()),
            boot_id: match found {
                Ok(Ok(device)) => device.boot_id,
                _ => heard.and_then(|device| device.boot_id.clone()),
            },
            up_time,
            device: heard.map(|device| device.description.root.clone()),
        }
    }
}

/// One gateway being followed. Each phase is told once.
pub(super) struct Follow<'a, F> {
    management: &'a Management,
    udn: &'a str,
    name: String,
    before: Before,
    announcements: Option<Announcements>,
    /// Where somebody else announced itself from its address.
    beside: Option<Location>,
    /// Boot it announced since, if that is another one.
    boot_id: Option<BootId>,
    start: Instant,
    wait: Duration,
    later: bool,
    goodbye: bool,
    /// When it was last asked how long it has been up.
    asked: Instant,
    on_step: F,
}

impl<'a, F: FnMut(RebootStepView) + Send> Follow<'a, F> {
    /// Begins to listen; the request is not sent yet.
    pub fn new(
        management: &'a Management,
        udn: &'a str,
        name: String,
        before: Before,
        wait: Duration,
        on_step: F,
    ) -> Self {
        let announcements = management.inner.control_point.announcements();
        if let Err(error) = &announcements {
            tracing::debug!(%error, "announcements cannot be heard; it is asked instead");
        }
        Follow {
            management,
            udn,
            name,
            before,
            announcements: announcements.ok(),
            beside: None,
            boot_id: None,
            start: Instant::now(),
            wait,
            later: false,
            goodbye: false,
            asked: Instant::now(),
            on_step,
        }
    }

    /// The request has been sent.
    pub fn sent(&mut self, later: bool) {
        self.start = Instant::now();
        self.asked = self.start;
        self.later = later;
        self.step(RebootPhase::Sent);
        if later {
            self.step(RebootPhase::Deferred);
        }
    }

    /// Time since the request.
    pub fn took(&self) -> Duration {
        self.start.elapsed()
    }

    pub fn is_over(&self) -> bool {
        self.took() > self.wait
    }

    pub fn not_back(&self) -> Error {
        Error::NotBack {
            gateway: self.name.clone(),
            waited_s: self.wait.as_secs(),
        }
    }

    /// Tells a phase.
    pub fn step(&mut self, phase: RebootPhase) {
        self.step_with(phase, None, None);
    }

    fn step_with(&mut self, phase: RebootPhase, boot_id: Option<u32>, address: Option<String>) {
        let seconds = self.took().as_secs_f64();
        (self.on_step)(RebootStepView {
            time: clock::now_precise(),
            phase,
            seconds,
            boot_id,
            address,
        });
    }

    /// Waits a moment and hears what is announced meanwhile.
    pub async fn listen(&mut self) {
        let end = Instant::now() + limits::REBOOT_POLL;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let Some(announcements) = &mut self.announcements else {
                return sleep(left).await;
            };
            match timeout(left, announcements.next()).await {
                Ok(Some(announced)) => self.heard(&announced),
                Ok(None) => self.announcements = None,
                Err(_) => return,
            }
        }
    }

    fn heard(&mut self, announced: &Announced) {
        let from_its_address = self
            .before
            .host
            .is_some_and(|host| host.ip() == announced.from.ip());
        let ours = |usn: &Usn| usn.udn.as_str().eq_ignore_ascii_case(self.udn);
        match &announced.message {
            // One that comes after the next boot was announced is an echo.
            SsdpMessage::ByeBye(departure)
                if ours(&departure.usn) && !self.goodbye && self.boot_id.is_none() =>
            {
                self.goodbye = true;
                self.step(RebootPhase::Goodbye);
            }
            SsdpMessage::Alive(announcement)
                if announcement.usn.as_ref().is_some_and(ours) && self.boot_id.is_none() =>
            {
                self.boot_id = another(&self.before.boot_id, announcement.boot_id.as_ref());
            }
            SsdpMessage::Alive(announcement)
                if from_its_address && !announcement.usn.as_ref().is_some_and(ours) =>
            {
                self.beside = Some(Location::from(announcement.location.clone()));
            }
            _ => {}
        }
    }

    /// Waits until it does not answer any more, or shows that it restarted meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::NotRestarted`] when it goes on answering.
    pub async fn until_gone(&mut self) -> Result<(), Error> {
        while self.boot_id.is_none() && self.answers_where_it_was().await {
            if self.is_over() {
                return Err(Error::NotRestarted {
                    gateway: self.name.clone(),
                    waited_s: self.wait.as_secs(),
                    later: self.later,
                });
            }
            if self.asked.elapsed() > limits::REBOOT_ASK && self.restarted_meanwhile().await {
                break;
            }
            self.listen().await;
        }
        self.step(RebootPhase::Gone);
        Ok(())
    }

    /// Waits until it answers again, wherever it is. A `successor` is one that answers in its
    /// place under another UDN; it is only looked for where that may be, after a reset.
    ///
    /// # Errors
    ///
    /// [`Error::NotBack`].
    pub async fn until_answers(&mut self, reset: bool) -> Result<Back, Error> {
        loop {
            if self.is_over() {
                return Err(self.not_back());
            }
            let there = self.answers_at(self.before.location.clone()).await;
            if there.as_ref().is_some_and(|device| self.is_it(device)) {
                break;
            }
            if reset {
                let beside = self.beside.take();
                let beside = self.answers_at(beside).await;
                let like = [there, beside].into_iter().flatten();
                if let Some(device) = like.into_iter().find(|one| self.before.is_like(one)) {
                    self.step(RebootPhase::Announced);
                    self.step(RebootPhase::Reachable);
                    return Ok(Back::Successor(Box::new(device)));
                }
            }
            // It may have come back under another address or port.
            if let Ok(Ok(_)) = timeout(LOOK, self.management.find_again(self.udn)).await {
                break;
            }
            self.listen().await;
        }
        // Finding it again by search refreshes its protected address as well.
        let found = timeout(LOOK * 2, self.management.find_again(self.udn)).await;
        if let Ok(Ok(device)) = found {
            let news = another(&self.before.boot_id, device.boot_id.as_ref());
            self.boot_id = news.or(self.boot_id.take());
            let boot_id = match &self.boot_id {
                Some(BootId::Number(number)) => Some(*number),
                _ => None,
            };
            self.step_with(
                RebootPhase::Announced,
                boot_id,
                moved(self.before.host, &device),
            );
        }
        self.step(RebootPhase::Reachable);
        Ok(Back::Itself)
    }

    /// Address it answers at, where that is another one than before.
    pub fn moved_to(&self) -> Option<String> {
        let inventory = self.management.inventory();
        let device = inventory.get(self.udn)?.device.as_ref()?;
        moved(self.before.host, device)
    }

    /// Whether a gateway that can be opened is still the one of before the restart: it was
    /// only slow to answer.
    pub async fn is_still_up(&self, session: &Session) -> bool {
        self.boot_id.is_none() && still_up(self.before.up_time, up_time(session).await, self.start)
    }

    /// Whether it shows values again, judged by the one it showed before.
    pub async fn shows_values(&self, session: &Session) -> bool {
        self.before.up_time.is_none() || up_time(session).await.is_some()
    }

    async fn answers_where_it_was(&self) -> bool {
        let there = self.answers_at(self.before.location.clone()).await;
        there.is_some_and(|device| self.is_it(&device))
    }

    /// Whoever answers there.
    async fn answers_at(&self, location: Option<Location>) -> Option<DescribedDevice> {
        let look = self.management.inner.control_point.describe(location?);
        timeout(LOOK, look).await.ok()?.ok()
    }

    fn is_it(&self, device: &DescribedDevice) -> bool {
        device.udn().as_str().eq_ignore_ascii_case(self.udn)
    }

    /// A restart quicker than our looks shows in the boot it says it is in, in the time it has
    /// been up, and, after a reset, in its certificate.
    async fn restarted_meanwhile(&mut self) -> bool {
        self.asked = Instant::now();
        if let Ok(Ok(device)) = timeout(LOOK, self.management.find_again(self.udn)).await {
            self.boot_id = another(&self.before.boot_id, device.boot_id.as_ref());
            if self.boot_id.is_some() {
                return true;
            }
        }
        let session = match self.management.open_gateway(self.udn).await {
            Ok(session) => session,
            Err(error) => return matches!(error, Error::IdentityChanged { .. }),
        };
        let now = up_time(&session).await;
        self.management.close_gateway(self.udn).await;
        match (self.before.up_time, now) {
            (Some(before), Some(now)) => now < before && now <= self.took().as_secs() + 1,
            _ => false,
        }
    }
}

/// The boot that is announced, where it is another one than the one known.
fn another(before: &Option<BootId>, now: Option<&BootId>) -> Option<BootId> {
    let (before, now) = (before.as_ref()?, now?);
    (before != now).then(|| now.clone())
}

fn moved(before: Option<HostAddress>, device: &DescribedDevice) -> Option<String> {
    let now = device.host();
    before
        .is_some_and(|before| before.ip() != now.ip())
        .then(|| now.to_string())
}

/// Whether the time a gateway has been up went on counting through the restart. A gateway
/// that was up for less than the looks are apart cannot be judged so.
fn still_up(before: Option<u64>, now: Option<u64>, start: Instant) -> bool {
    const JUDGEABLE_S: u64 = 30;
    match (before, now) {
        (Some(before), Some(now)) => {
            before >= JUDGEABLE_S && now + 2 >= before + start.elapsed().as_secs()
        }
        _ => false,
    }
}

/// Seconds the gateway says it has been up.
async fn up_time(session: &Session) -> Option<u64> {
    let paths: Vec<String> = UP_TIME
        .iter()
        .map(|name| format!("{}{name}", session.naming.location()))
        .collect();
    for path in paths {
        if let Ok((values, _)) = session.read_values(std::slice::from_ref(&path)).await {
            if let Some(seconds) = values.get(&path).and_then(|text| text.trim().parse().ok()) {
                return Some(seconds);
            }
        }
    }
    None
}

/// Whether a gateway that could not be opened may only need more time.
pub(crate) fn retriable(error: &Error) -> bool {
    match error {
        // Its unprotected side may be up before the protected one.
        Error::NotFound { .. } | Error::ProtectionDropped { .. } => true,
        Error::Gateway { source, .. } => matches!(
            source,
            upnp::Error::Unreachable { .. }
                | upnp::Error::TimedOut { .. }
                | upnp::Error::Tls { .. }
                | upnp::Error::SessionEnded { .. }
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_boot_that_is_known_to_be_another_one_tells_of_a_restart() {
        let number = |number| Some(BootId::Number(number));
        assert_eq!(another(&number(4), number(5).as_ref()), number(5));
        // Some gateways begin again at 1.
        assert_eq!(another(&number(4), number(1).as_ref()), number(1));
        for (before, now) in [(number(4), number(4)), (None, number(5)), (number(4), None)] {
            assert_eq!(another(&before, now.as_ref()), None);
        }
    }
}
