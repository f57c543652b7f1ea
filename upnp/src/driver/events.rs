//! Subscriptions to the events of a service (UPnP Device Architecture 2.0,
//! eventing).
//!
//! Each subscription has one task, and one callback port at a time, and both
//! end with its handle. What to send and what counts is decided by
//! [`crate::gena::subscription`]; here are only its sockets.

mod listener;
mod message;
mod publisher;
mod task;

use std::sync::Arc;
use std::time::Duration;

use dp_credentials::identity::Identity;
use dp_credentials::trust::verifier::Expectation;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::publisher::{event_url, Publisher};
use self::task::{Command, Task};
use super::described_device::DescribedDevice;
use super::limits;
use super::secure_connection::SecureConnection;
use super::tls::TlsSettings;
use super::trace::Trace;
use crate::error::Error;
use crate::gena::subscription::Subscription as Machine;
pub use crate::gena::subscription::{EndReason, Event};
use crate::services::ServiceRef;

/// A subscription to the events of one service.
///
/// It is renewed, and made anew when messages were missed, by itself. Dropping
/// it ends the callback port at once and says nothing to the gateway, whose
/// events then find nobody until the time granted is over; see
/// [`Subscription::close`].
#[derive(Debug)]
pub struct Subscription {
    events: mpsc::Receiver<Event>,
    commands: mpsc::Sender<Command>,
    /// Held so that neither the task nor the callback outlives the handle.
    _tasks: JoinSet<()>,
}

/// What a subscription takes from its control point.
pub(super) struct Means {
    pub user_agent: String,
    pub time: Duration,
    pub identity: Option<Arc<Identity>>,
    pub trace: Option<Trace>,
}

impl Subscription {
    /// Subscribes; returns when the gateway has accepted.
    pub(super) async fn open(
        device: &DescribedDevice,
        service: &ServiceRef,
        connection: Option<&SecureConnection>,
        means: Means,
    ) -> Result<Self, Error> {
        let url = event_url(device, service, connection)?;
        let tls = match connection {
            Some(connection) if url.scheme() == "https" => {
                let identity = means.identity.ok_or_else(|| Error::Usage {
                    detail: String::from("a secure subscription needs an identity"),
                })?;
                // Its own TLS session: actions and logins are not held up.
                let expectation = Expectation::Trusted(connection.fingerprint());
                let trace = means.trace.clone();
                let allowed = connection.allowed();
                let tls = TlsSettings::new(identity, expectation, allowed, trace);
                Some(Arc::new(tls))
            }
            _ => None,
        };
        let publisher = Publisher {
            host: device.host(),
            url,
            tls,
            user_agent: means.user_agent,
            time: means.time,
            trace: means.trace,
        };
        let (report, events) = mpsc::channel(limits::EVENT_QUEUE);
        let (commands, orders) = mpsc::channel(limits::EVENT_QUEUE);
        let (accepted, verdict) = oneshot::channel();
        let task = Task {
            machine: Machine::new(limits::SUBSCRIPTION),
            publisher: Arc::new(publisher),
            callback: None,
            commands: orders,
            events: report,
            accepted: Some(accepted),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(task.run());
        verdict.await.map_err(|_| Error::Local {
            detail: String::from("the task of the subscription ended early"),
        })??;
        Ok(Subscription {
            events,
            commands,
            _tasks: tasks,
        })
    }

    /// The next event; `None` after [`Event::Ended`]. Events wait for a reader
    /// that is late, up to a bound behind which they become one
    /// [`Event::Lost`].
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Tells that the gateway restarted (its BOOTID changed): it has forgotten
    /// the subscription, which is made anew at once.
    pub fn restarted(&self) {
        // A full queue holds the same word already.
        let _ = self.commands.try_send(Command::Restarted);
    }

    /// Ends the subscription and tells the gateway (UNSUBSCRIBE). Whether it
    /// answers changes nothing, and it is not waited for long.
    pub async fn close(self) {
        let (done, finished) = oneshot::channel();
        let closing = async {
            if self.commands.send(Command::Close(done)).await.is_ok() {
                // The other end is dropped, never used.
                let _ = finished.await;
            }
        };
        if timeout(limits::LAST_WORD, closing).await.is_err() {
            tracing::debug!("the gateway was not told that a subscription ended");
        }
    }
}
