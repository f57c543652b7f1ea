//! What the two ways of running a test share: the clock, the waiting, the end.

use std::time::Duration;

use tokio::time::{sleep, Instant};
use upnp::driver::{Event, Subscription};

use super::basic::Brought;
use super::kind::{passed, patience};
use super::stop::TestStop;
use super::view::{RunState, TestKind, TestNews, TestRequest, TestView, TestWay};
use crate::clock;
use crate::following::FollowedBy;
use crate::limits;

/// A test as it was asked for, checked.
pub(super) struct Asked<'a> {
    pub udn: &'a str,
    pub kind: TestKind,
    pub target: Option<String>,
    pub request: &'a TestRequest,
    pub stop: &'a TestStop,
}

/// Why a test is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The gateway said that something changed.
    Event,
    /// It is time.
    Poll,
    /// Somebody wants it stopped.
    Stop,
}

impl Cause {
    fn noticed_by(self) -> FollowedBy {
        match self {
            Cause::Event => FollowedBy::Event,
            Cause::Poll | Cause::Stop => FollowedBy::Poll,
        }
    }
}

/// A test under way.
pub(super) struct Run {
    pub began: Instant,
    pub deadline: Instant,
    pub test_id: Option<u32>,
    view: TestView,
    state: Option<RunState>,
    events: Option<Subscription>,
    silent_since: Option<Instant>,
}

impl Run {
    pub(super) fn begin(asked: &Asked<'_>, way: TestWay, events: Option<Subscription>) -> Run {
        let began = Instant::now();
        Run {
            began,
            deadline: began + patience(asked.kind, asked.request),
            test_id: None,
            view: TestView {
                udn: asked.udn.to_owned(),
                kind: asked.kind,
                way,
                target: asked.target.clone(),
                test_id: None,
                started: clock::now(),
                seconds: 0.0,
                state: RunState::Requested,
                noticed_by: FollowedBy::Poll,
                passed: false,
                status: String::new(),
                info: None,
                result: None,
            },
            state: None,
            events,
            silent_since: None,
        }
    }

    /// Tells a state that was not told yet.
    pub(super) fn went_on(
        &mut self,
        state: RunState,
        cause: Cause,
        on_news: &mut impl FnMut(TestNews),
    ) {
        if self.state.replace(state) != Some(state) {
            on_news(TestNews::State {
                state,
                seconds: self.began.elapsed().as_secs_f64(),
                how: cause.noticed_by(),
            });
        }
    }

    pub(super) fn completed(self, brought: Brought, cause: Cause) -> Run {
        let (status, info, result) = brought;
        let passed = passed(&status, &result);
        self.ended(cause, |view| {
            view.state = RunState::Completed;
            view.passed = passed;
            view.status = status;
            view.info = Some(info).filter(|info| !info.is_empty());
            view.result = Some(result);
        })
    }

    pub(super) fn canceled(self, cause: Cause) -> Run {
        self.ended(cause, |view| {
            view.state = RunState::Canceled;
            view.status = "Canceled".to_owned();
        })
    }

    fn ended(mut self, cause: Cause, change: impl FnOnce(&mut TestView)) -> Run {
        self.view.seconds = self.began.elapsed().as_secs_f64();
        self.view.noticed_by = cause.noticed_by();
        self.view.test_id = self.test_id;
        change(&mut self.view);
        self
    }

    /// What it came to; the gateway is told that nobody listens any more.
    pub(super) async fn into_view(self) -> TestView {
        if let Some(events) = self.events {
            events.close().await;
        }
        self.view
    }

    /// Whole seconds since it was accepted.
    pub(super) fn seconds(&self) -> u32 {
        u32::try_from(self.began.elapsed().as_secs()).unwrap_or(u32::MAX)
    }

    /// The gateway answered.
    pub(super) fn answered(&mut self) {
        self.silent_since = None;
    }

    /// The gateway did not answer.
    pub(super) fn silent(&mut self, error: &upnp::Error, on_news: &mut impl FnMut(TestNews)) {
        if self.silent_since.is_none() {
            self.silent_since = Some(Instant::now());
            on_news(TestNews::Silent {
                reason: error.to_string(),
            });
        }
    }

    pub(super) fn silent_too_long(&self) -> bool {
        self.silent_since
            .is_some_and(|since| since.elapsed() > limits::TEST_SILENCE)
    }

    pub(super) async fn pause(&self) {
        sleep(limits::TEST_POLL).await;
    }

    /// Waits for something to look at: an event, the next time, or a wish to stop.
    pub(super) async fn wait(&mut self, stop: &TestStop, stopping: bool) -> Cause {
        // Short tests are looked at more often: half a second matters to who waits for them.
        let every = if self.began.elapsed() < Duration::from_secs(3) {
            limits::TEST_POLL / 4
        } else {
            limits::TEST_POLL
        };
        let due = (Instant::now() + every).min(self.deadline);
        loop {
            tokio::select! {
                () = stop.asked(), if !stopping => return Cause::Stop,
                event = next(&mut self.events), if self.events.is_some() => match event {
                    Some(Event::Values { initial: false, .. } | Event::Lost) => return Cause::Event,
                    Some(Event::Values { .. } | Event::Unreachable) => {}
                    Some(Event::Ended { .. }) | None => self.events = None,
                },
                () = tokio::time::sleep_until(due) => return Cause::Poll,
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
