//! What a person says while an introduction runs: the button is pressed, here
//! is the PIN, stop.

use std::time::Duration;

use dp_credentials::wps::pin::Pin;
use tokio::sync::watch;
use tokio::time::{sleep_until, Instant};

#[derive(Clone, Default)]
struct Wish {
    /// How often the person said that the button is pressed.
    presses: u32,
    cancelled: bool,
    pin: Option<Pin>,
}

/// The person's end. Cheap to clone; dropping it says nothing.
#[derive(Clone)]
pub struct IntroductionControl {
    wish: watch::Sender<Wish>,
}

/// The end that goes into [`super::super::ControlPoint::introduce`].
pub struct IntroductionSignals {
    wish: watch::Receiver<Wish>,
    /// Presses that an earlier wait has used.
    used_presses: u32,
    ready: watch::Sender<u64>,
}

/// Says that the gateway announced SetupReady. Anybody on the network can send such an event:
/// it says when to ask again, and proves nothing.
#[derive(Debug, Clone)]
pub struct ReadyHint(watch::Sender<u64>);

impl ReadyHint {
    /// The gateway says that it is ready.
    pub fn ready(&self) {
        self.0.send_modify(|times| *times += 1);
    }
}

/// Makes the two ends.
#[must_use]
pub fn introduction_control() -> (IntroductionControl, IntroductionSignals) {
    let (sender, receiver) = watch::channel(Wish::default());
    (
        IntroductionControl { wish: sender },
        IntroductionSignals {
            wish: receiver,
            used_presses: 0,
            ready: watch::Sender::new(0),
        },
    )
}

impl IntroductionControl {
    /// The button of the gateway was pressed.
    pub fn button_pressed(&self) {
        self.wish.send_modify(|wish| wish.presses += 1);
    }

    /// This is the PIN the gateway shows.
    pub fn enter_pin(&self, pin: Pin) {
        self.wish.send_modify(|wish| wish.pin = Some(pin));
    }

    /// Stop. The gateway is told, so that it need not wait.
    pub fn cancel(&self) {
        self.wish.send_modify(|wish| wish.cancelled = true);
    }
}

impl std::fmt::Debug for IntroductionControl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IntroductionControl")
    }
}

impl std::fmt::Debug for IntroductionSignals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IntroductionSignals")
    }
}

/// How a wait for the person ended.
pub(super) enum Waited<T> {
    Got(T),
    Cancelled,
    TimedOut,
}

impl IntroductionSignals {
    /// Where to say that the gateway announced SetupReady.
    #[must_use]
    pub fn ready_hint(&self) -> ReadyHint {
        ReadyHint(self.ready.clone())
    }

    pub(super) fn cancelled(&self) -> bool {
        self.wish.borrow().cancelled
    }

    /// Waits for the button: the person's word, or the gateway's event.
    pub(super) async fn pressed(&mut self, within: Duration) -> Waited<()> {
        let used = self.used_presses;
        let waited = self
            .wait(within, Some(()), |wish| (wish.presses > used).then_some(()))
            .await;
        self.used_presses = self.wish.borrow().presses;
        waited
    }

    pub(super) async fn pin(&mut self, within: Duration) -> Waited<Pin> {
        self.wait(within, None, |wish| wish.pin.clone()).await
    }

    /// Waits for the time, for the gateway's event, or for the person to stop it.
    pub(super) async fn pause(&mut self, time: Duration) -> Waited<()> {
        self.wait(time, Some(()), |_| None).await
    }

    /// Waits for what `pick` finds; an event of the gateway ends the wait with `on_ready`,
    /// where that is something.
    async fn wait<T>(
        &mut self,
        within: Duration,
        on_ready: Option<T>,
        pick: impl Fn(&Wish) -> Option<T>,
    ) -> Waited<T> {
        let deadline = Instant::now() + within;
        let mut ready = self.ready.subscribe();
        let mut anybody_there = true;
        loop {
            {
                let wish = self.wish.borrow_and_update();
                if wish.cancelled {
                    return Waited::Cancelled;
                }
                if let Some(got) = pick(&wish) {
                    return Waited::Got(got);
                }
            }
            tokio::select! {
                changed = self.wish.changed(), if anybody_there => {
                    anybody_there = changed.is_ok();
                }
                Ok(()) = ready.changed(), if on_ready.is_some() => {
                    return on_ready.map_or(Waited::TimedOut, Waited::Got);
                }
                () = sleep_until(deadline) => return Waited::TimedOut,
            }
        }
    }
}
