//! Machine that keeps one subscription alive and its events in order.
//!
//! It is fed answers, event messages and the time, and gives out requests and
//! events. It owns no socket and no clock: send what
//! [`Subscription::poll_transmit`] gives and report what became of it with
//! [`Subscription::handle_answer`]; call [`Subscription::handle_timeout`] when
//! [`Subscription::poll_timeout`] is due; and call
//! [`Subscription::poll_event`] until it is empty.

mod early;
mod event;
mod queue;
mod sequence;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use self::early::Early;
pub use self::event::{EndReason, Event, Variables};
use self::queue::EventQueue;
use self::sequence::{Place, Sequence};
use super::answer::Answer;
use super::notify_header::{NotifyHeader, NotifyRefusal};
use super::request::Request;
use super::sid::Sid;

/// How long the initial event may take after SUBSCRIBE was accepted.
const INITIAL_EVENT: Duration = Duration::from_secs(5);
/// When SUBSCRIBE is sent again after it failed; then it is given up.
const RETRIES: [Duration; 3] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
];
/// How long to wait before subscribing again after the first, second, … loss
/// in a row: a gateway that skips numbers all the time is left in peace.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
];
/// A subscription that lasted so long ends the row.
const STEADY: Duration = Duration::from_secs(60);
/// Shortest time between two attempts to renew.
const RENEWAL_PAUSE: Duration = Duration::from_secs(1);

/// One subscription to one service, over as many SIDs as it takes.
#[derive(Debug)]
pub struct Subscription {
    timeout: Duration,
    state: State,
    /// What was sent and not answered; one at a time.
    in_flight: Option<Sent>,
    /// An UNSUBSCRIBE of what was, at most, and what comes next.
    outbox: VecDeque<Request>,
    early: Early,
    events: EventQueue,
    /// Whether SUBSCRIBE was ever accepted.
    accepted: bool,
    /// Failed SUBSCRIBEs in a row.
    failures: usize,
    /// Subscriptions lost in a row.
    losses: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Subscribe,
    Renew,
    Unsubscribe,
}

#[derive(Debug)]
enum State {
    /// SUBSCRIBE is to be sent, or sent and not answered.
    Subscribing,
    /// SUBSCRIBE is to be sent later.
    Waiting { until: Instant },
    /// There is a SID.
    Active(Active),
    /// It is over.
    Ended,
}

#[derive(Debug)]
struct Active {
    sid: Sid,
    since: Instant,
    expires: Instant,
    /// None while a renewal is to be sent or under way.
    renew_at: Option<Instant>,
    /// Until when the initial event is waited for.
    initial_by: Option<Instant>,
    sequence: Sequence,
}

impl Active {
    fn extend(&mut self, now: Instant, timeout: Duration) {
        self.expires = now + timeout;
        self.renew_at = Some(now + timeout / 2);
    }
}

impl Subscription {
    /// Wants to subscribe, each time for `timeout` (whole seconds). The
    /// publisher may grant another time, and that one counts.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        let mut this = Subscription {
            timeout,
            state: State::Subscribing,
            in_flight: None,
            outbox: VecDeque::new(),
            early: Early::default(),
            events: EventQueue::default(),
            accepted: false,
            failures: 0,
            losses: 0,
        };
        this.subscribe();
        this
    }

    /// The next request to send. There is none until the one before it was
    /// answered, see [`Subscription::handle_answer`].
    pub fn poll_transmit(&mut self) -> Option<Request> {
        if self.in_flight.is_some() {
            return None;
        }
        let request = self.outbox.pop_front()?;
        self.in_flight = Some(match request {
            Request::Subscribe { .. } => Sent::Subscribe,
            Request::Renew { .. } => Sent::Renew,
            Request::Unsubscribe { .. } => Sent::Unsubscribe,
        });
        Some(request)
    }

    /// What became of the request that was sent last; none when there was no
    /// answer that could be read.
    pub fn handle_answer(&mut self, now: Instant, answer: Option<Answer>) {
        match self.in_flight.take() {
            Some(Sent::Subscribe) => self.subscribed(now, answer),
            Some(Sent::Renew) => self.renewed(now, answer),
            Some(Sent::Unsubscribe) | None => {}
        }
    }

    fn subscribed(&mut self, now: Instant, answer: Option<Answer>) {
        let reason = match answer {
            None => EndReason::NoAnswer,
            Some(answer) if !answer.is_success() => EndReason::Refused {
                status: answer.status,
            },
            Some(Answer { sid: None, .. }) => EndReason::NoSid,
            Some(Answer {
                sid: Some(sid),
                timeout,
                ..
            }) => {
                if matches!(self.state, State::Subscribing) {
                    self.activate(now, sid, timeout);
                } else {
                    // Given up while the answer was under way.
                    self.early.clear();
                    self.outbox.push_back(Request::Unsubscribe { sid });
                }
                return;
            }
        };
        self.early.clear();
        if !matches!(self.state, State::Subscribing) {
            return;
        }
        match RETRIES.get(self.failures).filter(|_| self.accepted) {
            Some(pause) => {
                self.failures += 1;
                self.state = State::Waiting {
                    until: now + *pause,
                };
            }
            None => self.end(reason),
        }
    }

    fn activate(&mut self, now: Instant, sid: Sid, timeout: Duration) {
        let early = self.early.take(&sid);
        let mut active = Active {
            sid,
            since: now,
            expires: now,
            renew_at: None,
            initial_by: Some(now + INITIAL_EVENT),
            sequence: Sequence::default(),
        };
        active.extend(now, timeout);
        self.state = State::Active(active);
        self.accepted = true;
        self.failures = 0;
        for (seq, variables) in early {
            self.take_in(now, seq, variables);
        }
    }

    fn renewed(&mut self, now: Instant, answer: Option<Answer>) {
        let State::Active(active) = &mut self.state else {
            return;
        };
        match answer {
            Some(answer) if answer.is_success() => {
                active.extend(now, answer.timeout);
                if let Some(sid) = answer.sid.filter(|sid| *sid != active.sid) {
                    // Some publishers make a new subscription of it, which
                    // counts from 0 again.
                    active.sid = sid;
                    active.sequence = Sequence::default();
                }
            }
            // 412: it does not know the SID (any more).
            Some(answer) if (400..500).contains(&answer.status) => self.lose(now, false),
            _ => {
                let left = active.expires.saturating_duration_since(now);
                active.renew_at = Some(now + (left / 4).max(RENEWAL_PAUSE));
            }
        }
    }

    /// Whether an event message is for this subscription, before its body is
    /// looked at: the publisher waits for the status.
    ///
    /// # Errors
    /// [`NotifyRefusal::UnknownSubscription`]. While SUBSCRIBE is not answered
    /// any SID may be ours.
    pub fn accepts(&self, header: &NotifyHeader) -> Result<(), NotifyRefusal> {
        match &self.state {
            State::Active(active) if active.sid == header.sid => Ok(()),
            State::Subscribing if self.in_flight == Some(Sent::Subscribe) => Ok(()),
            _ => Err(NotifyRefusal::UnknownSubscription),
        }
    }

    /// Takes in an event message; `variables` are none when its body cannot be
    /// read. What is not accepted is ignored.
    pub fn handle_notify(
        &mut self,
        now: Instant,
        header: NotifyHeader,
        variables: Option<Variables>,
    ) {
        if self.accepts(&header).is_err() {
            return;
        }
        match self.state {
            State::Active(_) => self.take_in(now, header.seq, variables),
            _ => self.early.push(header, variables),
        }
    }

    fn take_in(&mut self, now: Instant, seq: Option<u32>, variables: Option<Variables>) {
        let State::Active(active) = &mut self.state else {
            return;
        };
        active.initial_by = None;
        let initial = match active.sequence.place(seq) {
            Place::Repeated => return,
            Place::AfterGap => return self.lose(now, true),
            Place::WithoutInitial => {
                self.events.push(Event::Lost);
                false
            }
            Place::Initial => true,
            Place::Next => false,
        };
        self.events.push(match variables {
            Some(variables) => Event::Values {
                seq,
                variables,
                initial,
            },
            None => Event::Lost,
        });
    }

    /// The publisher restarted (its BOOTID changed): it knows no subscriptions
    /// of before.
    pub fn restarted(&mut self) {
        match self.state {
            State::Active(_) => self.events.push(Event::Lost),
            State::Waiting { .. } => {}
            // A SUBSCRIBE that is under way reaches the one that restarted.
            State::Subscribing | State::Ended => return,
        }
        self.failures = 0;
        self.losses = 0;
        self.forget_renewal();
        self.subscribe();
    }

    /// Gives the subscription up. The publisher is told with the next requests.
    pub fn unsubscribe(&mut self) {
        self.forget_renewal();
        if let State::Active(active) = &self.state {
            let sid = active.sid.clone();
            self.outbox.push_back(Request::Unsubscribe { sid });
        }
        self.end(EndReason::Closed);
    }

    /// Whether it has ended and there is nothing more to send.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self.state, State::Ended) && self.in_flight.is_none() && self.outbox.is_empty()
    }

    /// Does what is due. Call it when [`Subscription::poll_timeout`] says so.
    pub fn handle_timeout(&mut self, now: Instant) {
        match &mut self.state {
            State::Waiting { until } if *until <= now => self.subscribe(),
            State::Active(active) => {
                if active.initial_by.is_some_and(|by| by <= now) {
                    active.initial_by = None;
                    self.events.push(Event::Unreachable);
                }
                if active.expires <= now && self.in_flight != Some(Sent::Renew) {
                    // We may believe in less time than was granted: tell it.
                    self.lose(now, true);
                } else if active.renew_at.is_some_and(|at| at <= now) {
                    active.renew_at = None;
                    self.outbox.push_back(Request::Renew {
                        sid: active.sid.clone(),
                        timeout: self.timeout,
                    });
                }
            }
            _ => {}
        }
    }

    /// When [`Subscription::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Waiting { until } => Some(*until),
            State::Active(active) => {
                let expires = (self.in_flight != Some(Sent::Renew)).then_some(active.expires);
                [active.initial_by, active.renew_at, expires]
                    .into_iter()
                    .flatten()
                    .min()
            }
            State::Subscribing | State::Ended => None,
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop()
    }

    fn lose(&mut self, now: Instant, tell: bool) {
        self.events.push(Event::Lost);
        self.forget_renewal();
        if let State::Active(active) = &self.state {
            if now.saturating_duration_since(active.since) >= STEADY {
                self.losses = 0;
            }
            if tell {
                let sid = active.sid.clone();
                self.outbox.push_back(Request::Unsubscribe { sid });
            }
        }
        let pause = PAUSES.get(self.losses).or(PAUSES.last());
        let pause = pause.copied().unwrap_or_default();
        self.losses = self.losses.saturating_add(1);
        if pause.is_zero() {
            self.subscribe();
        } else {
            self.state = State::Waiting { until: now + pause };
        }
    }

    fn subscribe(&mut self) {
        self.state = State::Subscribing;
        self.outbox.push_back(Request::Subscribe {
            timeout: self.timeout,
        });
    }

    fn forget_renewal(&mut self) {
        self.outbox
            .retain(|request| matches!(request, Request::Unsubscribe { .. }));
    }

    fn end(&mut self, reason: EndReason) {
        if !matches!(self.state, State::Ended) {
            self.state = State::Ended;
            self.events.push(Event::Ended { reason });
        }
    }
}
