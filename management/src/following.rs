//! Values as they change: by the gateway's events where they come, by asking where they do
//! not.
//!
//! An event of ConfigurationManagement says that something changed, seldom what. So it is
//! answered with one request for everything that is followed, and the difference is told.
//! Counters change without any event: what is followed is read now and then in any case. Then the
//! version of the configuration is asked for first, and while it stays what can be written is not
//! read again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::time::{sleep_until, Instant};
use upnp::data_model::parameter_values::ParameterValues;
use upnp::data_model::update::StateUpdate;
use upnp::driver::{DescribedDevice, Event, Subscription};
use upnp::ServiceRef;

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;
use crate::schema::{Access, DataType, Fact};
use crate::session::Session;
use crate::view::shorten;

/// How a change was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FollowedBy {
    /// The gateway said that something changed.
    Event,
    /// It was asked.
    Poll,
}

/// One value that changed, a line of `lanside watch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ValueChange {
    /// When it was noticed, RFC 3339.
    pub time: String,
    /// Path in the notation of the data model.
    pub path: String,
    /// UPnP path.
    pub upnp_path: String,
    /// Value before; `null` when there was no such parameter.
    pub old: Option<String>,
    /// Value now; `null` when there is no such parameter any more.
    pub new: Option<String>,
    /// How it was noticed.
    pub how: FollowedBy,
    /// By how much a number rose or fell; `null` for what is no number, and for a counter that
    /// began anew.
    pub delta: Option<f64>,
    /// The same for each second; `null` behind a gap.
    pub rate: Option<f64>,
    /// Seconds since the value was read before; `null` when it was not there.
    pub seconds: Option<f64>,
    /// Whether readings are missing before this one: the gateway was silent.
    pub gap: bool,
}

impl ValueChange {
    /// Leaves of long values only as many characters as a screen can be asked to draw.
    pub fn shorten(&mut self, characters: usize) {
        shorten(&mut self.old, characters);
        shorten(&mut self.new, characters);
    }
}

/// What is told while values are followed.
#[derive(Debug, Clone, PartialEq)]
pub enum FollowNews {
    /// A value changed.
    Changed(ValueChange),
    /// How changes are noticed from now on, and why not by events.
    By(FollowedBy, Option<String>),
    /// The gateway does not answer; it is tried again.
    Silent(String),
    /// It answers again.
    Back,
}

/// What the gateway is asked for, and what it said last.
#[derive(Default)]
struct Followed {
    paths: Vec<String>,
    /// None before the first reading.
    values: Option<Readings>,
    /// Those of them that change without the version of the configuration.
    moving: Vec<String>,
    /// Version of the configuration as it was evented.
    version: Option<u32>,
    /// The same as it was asked for, where the gateway tells it.
    asked_version: Option<u32>,
    /// Readings that relied on it since everything was read.
    relied: u32,
}

/// Values by path, each with the moment it was read.
type Readings = BTreeMap<String, (String, Instant)>;

impl Management {
    /// Follows parameters, or everything below objects, until the future is dropped. `every`
    /// is how often they are read where no event tells of a change.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`], [`Error::NotAuthorized`], and what keeps the gateway from being
    /// opened; later silences are told and waited out.
    pub async fn follow_values(
        &self,
        udn: &str,
        paths: &[String],
        every: Duration,
        mut on_news: impl FnMut(FollowNews) + Send,
    ) -> Result<(), Error> {
        let every = every.max(limits::FOLLOW_EVERY_LEAST);
        let session = self.open_gateway(udn).await?;
        let mut followed = Followed {
            paths: followed_paths(&session, paths)?,
            ..Followed::default()
        };
        followed.asked_version = session.configuration_version().await;
        // The first reading must succeed: later ones may be waited out.
        followed.read_all(&session).await?;
        let mut events = self.subscribe(&session, &mut on_news).await;
        let mut due = Instant::now() + every;
        let mut silent = false;
        loop {
            let cause = tokio::select! {
                event = next(&mut events), if events.is_some() => match event {
                    Some(Event::Values { variables, initial, .. }) => {
                        // Something may have changed between the first reading and this.
                        if !followed.concerns(&variables) && !initial {
                            continue;
                        }
                        FollowedBy::Event
                    }
                    // What was missed has to be read.
                    Some(Event::Lost) => FollowedBy::Event,
                    Some(Event::Unreachable) => {
                        on_news(FollowNews::By(FollowedBy::Poll, Some(
                            "The gateway's events do not get through; a firewall on this computer may keep them out.".to_owned(),
                        )));
                        continue;
                    }
                    Some(Event::Ended { reason }) => {
                        on_news(FollowNews::By(FollowedBy::Poll, Some(format!("The gateway sends no more events: {reason}."))));
                        events = None;
                        continue;
                    }
                    None => {
                        events = None;
                        continue;
                    }
                },
                () = sleep_until(due) => FollowedBy::Poll,
            };
            due = Instant::now() + every;
            let session = match self.open_gateway(udn).await {
                Ok(session) => session,
                Err(error) => {
                    tell_silence(&mut silent, &error, &mut on_news);
                    continue;
                }
            };
            let outcome = match cause {
                FollowedBy::Event => followed.read_all(&session).await,
                FollowedBy::Poll => followed.poll(&session).await,
            };
            match outcome {
                Ok(changes) => {
                    let gap = std::mem::take(&mut silent);
                    if gap {
                        on_news(FollowNews::Back);
                        // It was away: its side of the subscription may be, too.
                        match &events {
                            Some(events) => events.restarted(),
                            None => events = self.subscribe(&session, &mut on_news).await,
                        }
                    }
                    for change in changes {
                        on_news(FollowNews::Changed(change.told(&session, cause, gap)));
                    }
                }
                Err(error) => tell_silence(&mut silent, &error, &mut on_news),
            }
        }
    }

    /// Subscribes to the events of a service over the way that leads to it.
    pub(crate) async fn subscription(
        &self,
        link: &Link,
        device: &DescribedDevice,
        service: &ServiceRef,
    ) -> Result<Subscription, Error> {
        let outcome = match link {
            Link::Plain(_) => {
                let control_point = &self.inner.control_point;
                control_point.subscribe(device, service, None).await
            }
            Link::Protected(link) => {
                let control_point = self.secured().await?;
                control_point
                    .subscribe(device, service, Some(&link.connection))
                    .await
            }
        };
        outcome.map_err(|source| self.failed(device.udn().as_str(), Step::Follow, source))
    }

    /// Subscribes to the gateway's events; none when it takes no subscription.
    async fn subscribe(
        &self,
        session: &Session,
        on_news: &mut (impl FnMut(FollowNews) + Send),
    ) -> Option<Subscription> {
        let service = &session.services.configuration;
        let device = &session.services.device;
        let outcome = self.subscription(&session.link, device, service).await;
        match outcome {
            Ok(subscription) => {
                on_news(FollowNews::By(FollowedBy::Event, None));
                Some(subscription)
            }
            Err(error) => {
                let reason = format!("The gateway takes no subscription to its events: {error}.");
                on_news(FollowNews::By(FollowedBy::Poll, Some(reason)));
                None
            }
        }
    }
}

async fn next(events: &mut Option<Subscription>) -> Option<Event> {
    match events {
        Some(events) => events.next().await,
        None => None,
    }
}

fn tell_silence(silent: &mut bool, error: &Error, on_news: &mut impl FnMut(FollowNews)) {
    if !std::mem::replace(silent, true) {
        on_news(FollowNews::Silent(error.to_string()));
    }
}

fn followed_paths(session: &Session, paths: &[String]) -> Result<Vec<String>, Error> {
    if paths.is_empty() {
        return Ok(vec![session.naming().location().to_owned()]);
    }
    paths.iter().map(|path| session.upnp_path(path)).collect()
}

/// A value that is another one than before; none where there was, or is, no such parameter.
#[derive(Debug, PartialEq)]
struct Difference {
    path: String,
    old: Option<String>,
    new: Option<String>,
    /// Between the two readings.
    passed: Option<Duration>,
}

impl Difference {
    fn told(self, session: &Session, how: FollowedBy, gap: bool) -> ValueChange {
        let fact = session.fact_of(&self.path);
        let secret = session.is_secret(&self.path);
        let delta = match secret {
            true => None,
            false => delta(
                fact.as_ref(),
                &self.path,
                self.old.as_deref(),
                self.new.as_deref(),
            ),
        };
        let shown = |value: Option<String>| {
            value.map(|value| match secret {
                true => crate::rows::SECRET_PLACEHOLDER.to_owned(),
                false => value,
            })
        };
        let seconds = self.passed.map(|passed| passed.as_secs_f64());
        let rate = match (delta, seconds) {
            (Some(delta), Some(seconds)) if !gap && seconds > 0.0 => Some(delta / seconds),
            _ => None,
        };
        ValueChange {
            time: clock::now(),
            path: session.naming().shown(&self.path),
            upnp_path: self.path,
            old: shown(self.old),
            new: shown(self.new),
            how,
            delta,
            rate,
            seconds,
            gap,
        }
    }
}

/// By how much a number changed. A counter that fell began anew: how far it had come is not known.
fn delta(fact: Option<&Fact>, path: &str, old: Option<&str>, new: Option<&str>) -> Option<f64> {
    let parameter = fact.and_then(Fact::parameter);
    let is_number = parameter.is_none_or(|parameter| {
        parameter.list.is_none()
            && (parameter.data_type.whole_number_limits().is_some()
                || parameter.data_type == DataType::Decimal)
    });
    let number = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    let delta = number(new?)? - number(old?)?;
    let named = parameter.and_then(|parameter| parameter.named_type);
    let counts =
        named.is_some_and(|name| name.starts_with("StatsCounter")) || path.contains("/Stats/");
    (is_number && !(counts && delta < 0.0)).then_some(delta)
}

impl Session {
    /// The version of the configuration, where the gateway tells it.
    async fn configuration_version(&self) -> Option<u32> {
        let told = self.configuration().get_configuration_update().await;
        told.ok().map(|update| update.version)
    }
}

impl Followed {
    /// Reads what may have changed since the reading before, and returns what differs.
    async fn poll(&mut self, session: &Session) -> Result<Vec<Difference>, Error> {
        let version = session.configuration_version().await;
        let same = version.is_some() && version == self.asked_version;
        self.asked_version = version;
        if !same
            || self.relied >= limits::FOLLOW_UNCHANGED
            || self.moving.len() > limits::FOLLOW_SINGLY
        {
            return self.read_all(session).await;
        }
        self.relied += 1;
        if self.moving.is_empty() {
            return Ok(Vec::new());
        }
        let (values, _) = session.read_values(&self.moving).await?;
        let read = readings(&values);
        let before = self.values.get_or_insert_default();
        let asked = read.keys().filter_map(|path| before.remove_entry(path));
        let changes = differences(asked.collect(), &read);
        before.extend(read);
        Ok(changes)
    }

    /// Reads everything that is followed and returns what differs from the reading before;
    /// nothing for the first one.
    async fn read_all(&mut self, session: &Session) -> Result<Vec<Difference>, Error> {
        let (values, problems) = session.read_values(&self.paths).await?;
        if values.is_empty() {
            if let Some(problem) = problems.first() {
                return Err(Error::NoSuchPath {
                    gateway: session.name.clone(),
                    path: session.naming().shown(&problem.upnp_path),
                });
            }
        }
        let read = readings(&values);
        let changes = match self.values.take() {
            Some(before) => differences(before, &read),
            None => Vec::new(),
        };
        self.moving = read
            .keys()
            .filter(|path| {
                let fact = session.fact_of(path);
                fact.is_none_or(|fact| fact.access == Access::ReadOnly)
            })
            .cloned()
            .collect();
        self.values = Some(read);
        self.relied = 0;
        Ok(changes)
    }

    /// Whether an event says that configuration may have changed since the last one.
    fn concerns(&mut self, variables: &[(String, String)]) -> bool {
        let version = |name: &str, text: &str| match name {
            "ConfigurationUpdate" => StateUpdate::parse(text).map(|update| update.version),
            // One implementation sends this, though the standard does not (CMS:2 digest).
            "CurrentConfigurationVersion" => text.trim().parse().ok(),
            _ => None,
        };
        let told = variables
            .iter()
            .find_map(|(name, text)| version(name, text));
        let news = told.is_some() && told != self.version;
        self.version = told.or(self.version);
        news
    }
}

fn readings(values: &ParameterValues) -> Readings {
    let now = Instant::now();
    values
        .iter()
        .map(|(path, value)| (path.to_owned(), (value.to_owned(), now)))
        .collect()
}

fn differences(mut before: Readings, now: &Readings) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (path, (new, at)) in now {
        match before.remove(path) {
            Some((old, _)) if old == *new => {}
            old => differences.push(Difference {
                path: path.clone(),
                passed: old.as_ref().map(|(_, before)| at.duration_since(*before)),
                old: old.map(|(old, _)| old),
                new: Some(new.clone()),
            }),
        }
    }
    let gone = before.into_iter().map(|(path, (old, _))| Difference {
        path,
        old: Some(old),
        new: None,
        passed: None,
    });
    differences.extend(gone);
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(values: &[(&str, &str)], at: Instant) -> Readings {
        let owned = |(path, value): &(&str, &str)| ((*path).to_owned(), ((*value).to_owned(), at));
        values.iter().map(owned).collect()
    }

    #[test]
    fn differences_name_what_came_changed_and_went() {
        let first = Instant::now();
        let passed = Duration::from_secs(4);
        let before = map(&[("/a", "1"), ("/b", "2"), ("/c", "3")], first);
        let now = map(&[("/b", "2"), ("/c", "4"), ("/d", "")], first + passed);
        let text = |value: &str| Some(value.to_owned());
        let difference = |path: &str, old, new, passed| Difference {
            path: path.to_owned(),
            old,
            new,
            passed,
        };
        assert_eq!(
            differences(before, &now),
            [
                difference("/c", text("3"), text("4"), Some(passed)),
                difference("/d", None, text(""), None),
                difference("/a", text("1"), None, None),
            ]
        );
    }

    #[test]
    fn only_numbers_have_a_delta_and_counters_only_rise() {
        let delta = |path: &str, old, new| {
            let fact = crate::schema::Facts::of_path(path);
            let upnp = format!("/BBF/{}", path.replacen("Device.", "", 1).replace('.', "/"));
            super::delta(fact.as_ref(), &upnp, Some(old), Some(new))
        };
        let bytes = "Device.IP.Interface.1.Stats.BytesReceived";
        assert_eq!(delta(bytes, "100", "350"), Some(250.0));
        assert_eq!(delta(bytes, "350", "4"), None, "it began anew");
        let margin = "Device.DSL.Line.1.DownstreamNoiseMargin";
        assert_eq!(delta(margin, "64", "58"), Some(-6.0));
        assert_eq!(delta("Device.WiFi.SSID.1.SSID", "1", "2"), None, "a name");
        assert_eq!(delta("Device.X_MAKER_Load", "3", "3.5"), Some(0.5));
        assert_eq!(delta("Device.X_MAKER_Load", "NaN", "1"), None);
    }

    #[test]
    fn only_another_version_is_news() {
        let mut followed = Followed {
            version: Some(4),
            ..Followed::default()
        };
        let event = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
        assert!(!followed.concerns(&event("AlarmsEnabled", "1")));
        assert!(!followed.concerns(&event("ConfigurationUpdate", "4,2026-01-01T00:00:00")));
        assert!(followed.concerns(&event("ConfigurationUpdate", "5,2026-01-01T00:00:00")));
        assert!(followed.concerns(&event("CurrentConfigurationVersion", " 6 ")));
        assert!(!followed.concerns(&event("ConfigurationUpdate", "nonsense")));
    }
}
