//! Values as they change: by the gateway's events where they come, by asking where they do
//! not.
//!
//! An event of ConfigurationManagement says that something changed, seldom what. So it is
//! answered with one request for everything that is followed, and the difference is told.
//! Counters change without any event: what is followed is read now and then in any case.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::time::{sleep_until, Instant};
use upnp::data_model::update::StateUpdate;
use upnp::driver::{DescribedDevice, Event, Subscription};
use upnp::ServiceRef;

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;
use crate::session::Session;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
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
struct Followed {
    paths: Vec<String>,
    /// None before the first reading.
    values: Option<BTreeMap<String, String>>,
    version: Option<u32>,
}

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
            values: None,
            version: None,
        };
        // The first reading must succeed: later ones may be waited out.
        followed.read(&session).await?;
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
            match followed.read(&session).await {
                Ok(changes) => {
                    if std::mem::take(&mut silent) {
                        on_news(FollowNews::Back);
                        // It was away: its side of the subscription may be, too.
                        match &events {
                            Some(events) => events.restarted(),
                            None => events = self.subscribe(&session, &mut on_news).await,
                        }
                    }
                    for (path, old, new) in changes {
                        let shown = |value: Option<String>| {
                            let secret = session.is_secret(&path);
                            value.map(|value| match secret {
                                true => crate::rows::SECRET_PLACEHOLDER.to_owned(),
                                false => value,
                            })
                        };
                        let (old, new) = (shown(old), shown(new));
                        on_news(FollowNews::Changed(ValueChange {
                            time: clock::now(),
                            path: session.naming().shown(&path),
                            upnp_path: path,
                            old,
                            new,
                            how: cause,
                        }));
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

/// Path, old and new value; none where there was, or is, no such parameter.
type Difference = (String, Option<String>, Option<String>);

impl Followed {
    /// Reads what is followed and returns what differs from the reading before; nothing
    /// for the first one.
    async fn read(&mut self, session: &Session) -> Result<Vec<Difference>, Error> {
        let (values, problems) = session.read_values(&self.paths).await?;
        if values.is_empty() {
            if let Some(problem) = problems.first() {
                return Err(Error::NoSuchPath {
                    gateway: session.name.clone(),
                    path: session.naming().shown(&problem.upnp_path),
                });
            }
        }
        let read: BTreeMap<String, String> = values
            .iter()
            .map(|(path, value)| (path.to_owned(), value.to_owned()))
            .collect();
        let changes = match self.values.take() {
            Some(before) => differences(before, &read),
            None => Vec::new(),
        };
        self.values = Some(read);
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

fn differences(
    mut before: BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (path, new) in now {
        match before.remove(path) {
            Some(old) if old == *new => {}
            old => differences.push((path.clone(), old, Some(new.clone()))),
        }
    }
    let gone = before
        .into_iter()
        .map(|(path, old)| (path, Some(old), None));
    differences.extend(gone);
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(values: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(path, value): &(&str, &str)| ((*path).to_owned(), (*value).to_owned());
        values.iter().map(owned).collect()
    }

    #[test]
    fn differences_name_what_came_changed_and_went() {
        let before = map(&[("/a", "1"), ("/b", "2"), ("/c", "3")]);
        let now = map(&[("/b", "2"), ("/c", "4"), ("/d", "")]);
        let text = |value: &str| Some(value.to_owned());
        assert_eq!(
            differences(before, &now),
            [
                ("/c".to_owned(), text("3"), text("4")),
                ("/d".to_owned(), None, text("")),
                ("/a".to_owned(), text("1"), None),
            ]
        );
    }

    #[test]
    fn only_another_version_is_news() {
        let mut followed = Followed {
            paths: Vec::new(),
            values: None,
            version: Some(4),
        };
        let event = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
        assert!(!followed.concerns(&event("AlarmsEnabled", "1")));
        assert!(!followed.concerns(&event("ConfigurationUpdate", "4,2026-01-01T00:00:00")));
        assert!(followed.concerns(&event("ConfigurationUpdate", "5,2026-01-01T00:00:00")));
        assert!(followed.concerns(&event("CurrentConfigurationVersion", " 6 ")));
        assert!(!followed.concerns(&event("ConfigurationUpdate", "nonsense")));
    }
}
