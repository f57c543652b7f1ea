//! The one task of a subscription: it carries requests, event messages and
//! time to the machine, and its events to the reader.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::super::address::HostAddress;
use super::super::limits;
use super::listener::{facing_address, Delivery, Listener};
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
    pub callback: Option<Callback>,
    pub commands: mpsc::Receiver<Command>,
    pub events: mpsc::Sender<Event>,
    /// Told once what became of the first SUBSCRIBE.
    pub accepted: Option<oneshot::Sender<Result<(), Error>>>,
}

/// Where the events of the present SUBSCRIBE arrive.
pub(super) struct Callback {
    url: String,
    local: HostAddress,
    deliveries: mpsc::Receiver<Delivery>,
    /// Held so that the port is closed with it.
    _serving: JoinSet<()>,
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
                Some(delivery) = delivered(&mut self.callback) => self.deliver(delivery),
                () = slept(due) => {
                    if self.has_moved() {
                        tracing::debug!(url = %self.publisher.url, "this computer has moved");
                        // As after a restart, the old callback leads nowhere.
                        self.machine.restarted();
                    }
                    self.machine.handle_timeout(Instant::now());
                }
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

    /// Sends a request. A new callback is open before SUBSCRIBE leaves, because
    /// the initial event may be faster than the answer.
    fn start(&mut self, request: Request) -> Exchange {
        if matches!(request, Request::Subscribe { .. }) {
            match self.open_callback() {
                Ok(callback) => self.callback = Some(callback),
                Err(error) => return Box::pin(std::future::ready(Err(error))),
            }
        }
        let callback = self.callback.as_ref().map(|callback| callback.url.clone());
        let callback = callback.unwrap_or_default();
        let publisher = self.publisher.clone();
        Box::pin(async move { publisher.send(&request, &callback).await })
    }

    fn open_callback(&self) -> Result<Callback, Error> {
        let (deliver, deliveries) = mpsc::channel(limits::EVENT_QUEUE);
        let listener = Listener::open(self.publisher.host, self.publisher.port(), deliver)?;
        let (url, local) = (listener.url(), listener.address());
        let mut serving = JoinSet::new();
        serving.spawn(listener.serve());
        Ok(Callback {
            url,
            local,
            deliveries,
            _serving: serving,
        })
    }

    /// Whether the gateway would have to send to another address by now, as
    /// after a change from cable to radio. Without any network there is none.
    fn has_moved(&self) -> bool {
        let facing = facing_address(self.publisher.host, self.publisher.port());
        match (&self.callback, facing) {
            (Some(callback), Ok(facing)) => callback.local != HostAddress::of_sender(facing),
            _ => false,
        }
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
                step: Step::Subscribe,
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

/// The next message at the callback; never, when there is none.
async fn delivered(callback: &mut Option<Callback>) -> Option<Delivery> {
    match callback {
        Some(callback) => callback.deliveries.recv().await,
        None => std::future::pending().await,
    }
}

async fn slept(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until.into()).await,
        None => std::future::pending().await,
    }
}
