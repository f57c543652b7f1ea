//! The one task of a subscription: it carries requests, event messages and
//! time to the machine, and its events to the reader.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::sleep_until;

use super::listener::{unguessable_path, Delivery};
use super::publisher::Publisher;
use crate::error::{Error, Step};
use crate::gena::answer::Answer;
use crate::gena::notify::PropertySet;
use crate::gena::request::Request;
use crate::gena::subscription::{Event, Subscription as Machine};

/// What the handle wants.
#[derive(Debug)]
pub(super) enum Command {
    /// The publisher restarted.
    Restarted,
    /// Unsubscribe, and drop the sender when that is done.
    Close(oneshot::Sender<()>),
}

/// Everything the task works with.
pub(super) struct Task {
    pub machine: Machine,
    pub publisher: Arc<Publisher>,
    /// URL of the callback up to its path.
    pub callback: String,
    /// The path that counts: another one for each SUBSCRIBE.
    pub path: watch::Sender<String>,
    pub deliveries: mpsc::Receiver<Delivery>,
    pub commands: mpsc::Receiver<Command>,
    pub events: mpsc::Sender<Event>,
    /// Told once what became of the first SUBSCRIBE.
    pub accepted: Option<oneshot::Sender<Result<(), Error>>>,
}

type Exchange = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

impl Task {
    /// Runs until the subscription has ended and its reader knows, or the
    /// handle is gone.
    pub(super) async fn run(mut self) {
        let events = self.events.clone();
        let mut exchange: Option<Exchange> = None;
        let mut waiting: Option<Event> = None;
        let mut closing: Option<oneshot::Sender<()>> = None;
        loop {
            if exchange.is_none() {
                exchange = self
                    .machine
                    .poll_transmit()
                    .map(|request| self.start(request));
            }
            if waiting.is_none() {
                waiting = self.machine.poll_event();
            }
            let is_told = waiting.is_none() || closing.is_some();
            if self.machine.is_finished() && is_told {
                return;
            }
            let due = self.machine.poll_timeout();
            tokio::select! {
                outcome = settled(&mut exchange) => {
                    exchange = None;
                    self.answered(outcome);
                }
                Some(delivery) = self.deliveries.recv() => self.deliver(delivery),
                () = slept(due) => self.machine.handle_timeout(Instant::now()),
                permit = events.reserve(), if waiting.is_some() && closing.is_none() => {
                    let (Ok(permit), Some(event)) = (permit, waiting.take()) else {
                        return;
                    };
                    permit.send(event);
                }
                command = self.commands.recv() => match command {
                    Some(Command::Restarted) => self.machine.restarted(),
                    Some(Command::Close(done)) => {
                        closing = Some(done);
                        self.machine.unsubscribe();
                    }
                    None => return,
                },
            }
        }
    }

    /// Sends a request; a new path is open before SUBSCRIBE leaves, because
    /// the initial event may be faster than the answer.
    fn start(&self, request: Request) -> Exchange {
        let mut fresh = Ok(());
        if matches!(request, Request::Subscribe { .. }) {
            fresh = unguessable_path().map(|path| {
                self.path.send_replace(path);
            });
        }
        let callback = format!("{}{}", self.callback, *self.path.borrow());
        let publisher = self.publisher.clone();
        Box::pin(async move {
            fresh?;
            publisher.send(&request, &callback).await
        })
    }

    fn answered(&mut self, outcome: Result<Answer, Error>) {
        let (answer, failure) = match outcome {
            Ok(answer) => (Some(answer), None),
            Err(error) => {
                tracing::debug!(url = %self.publisher.url, %error, "about a subscription");
                (None, Some(error))
            }
        };
        let address = self.publisher.address();
        // Only the first answer is somebody's to hear, and it is to SUBSCRIBE.
        let verdict = match (&answer, failure) {
            (_, Some(error)) => Err(error),
            (Some(answer), None) if !answer.is_success() => Err(Error::HttpStatus {
                address,
                step: Step::Control,
                status: answer.status,
            }),
            (Some(answer), None) if answer.sid.is_none() => Err(Error::Unreadable {
                what: format!("the answer of {address} to SUBSCRIBE"),
                detail: String::from("it names no SID"),
            }),
            _ => Ok(()),
        };
        self.machine.handle_answer(Instant::now(), answer);
        if let Some(accepted) = self.accepted.take() {
            // Whoever asked may have gone away; then the task goes as well.
            let _ = accepted.send(verdict);
        }
    }

    /// Answers at once and reads the body after that: publishers deliver one
    /// message at a time and wait.
    fn deliver(&mut self, delivery: Delivery) {
        let Delivery {
            header,
            charset,
            body,
            status,
        } = delivery;
        let peer = self.publisher.address();
        let trace = self.publisher.trace.as_ref();
        if let Err(refusal) = self.machine.accepts(&header) {
            tracing::debug!(%peer, sid = %header.sid, "event of an unknown subscription");
            if let Some(trace) = trace {
                trace.notify(&peer, &header, refusal.status(), body.len(), None);
            }
            let _ = status.send(refusal.status());
            return;
        }
        // A sender that does not wait for it has said what it had to say.
        let _ = status.send(200);
        let set = match PropertySet::parse(&body, charset.as_deref()) {
            Ok(set) => Some(set),
            Err(error) => {
                tracing::debug!(%peer, %error, "event that cannot be read");
                None
            }
        };
        if let Some(trace) = trace {
            trace.notify(&peer, &header, 200, body.len(), set.as_ref());
        }
        let variables = set.map(|set| set.variables);
        self.machine
            .handle_notify(Instant::now(), header, variables);
    }
}

/// The end of the exchange that is under way; never, when there is none.
async fn settled(exchange: &mut Option<Exchange>) -> Result<Answer, Error> {
    match exchange {
        Some(exchange) => exchange.await,
        None => std::future::pending().await,
    }
}

async fn slept(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until.into()).await,
        None => std::future::pending().await,
    }
}
