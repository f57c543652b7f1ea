//! What a person says while an introduction runs: the button is pressed, here
//! is the PIN, stop.

use std::time::Duration;

use dp_credentials::wps::pin::Pin;
use tokio::sync::watch;
use tokio::time::{sleep_until, Instant};

#[derive(Clone, Default)]
struct Wish {
    pressed: bool,
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
}

/// Makes the two ends.
#[must_use]
pub fn introduction_control() -> (IntroductionControl, IntroductionSignals) {
    let (sender, receiver) = watch::channel(Wish::default());
    (
        IntroductionControl { wish: sender },
        IntroductionSignals { wish: receiver },
    )
}

impl IntroductionControl {
    /// The button of the gateway was pressed.
    pub fn button_pressed(&self) {
        self.wish.send_modify(|wish| wish.pressed = true);
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
    pub(super) fn cancelled(&self) -> bool {
        self.wish.borrow().cancelled
    }

    pub(super) async fn pressed(&mut self, within: Duration) -> Waited<()> {
        self.wait(within, |wish| wish.pressed.then_some(())).await
    }

    pub(super) async fn pin(&mut self, within: Duration) -> Waited<Pin> {
        self.wait(within, |wish| wish.pin.clone()).await
    }

    /// Waits for nothing but the time, or for the person to stop it.
    pub(super) async fn pause(&mut self, time: Duration) -> Waited<()> {
        self.wait(time, |_| None).await
    }

    async fn wait<T>(&mut self, within: Duration, pick: impl Fn(&Wish) -> Option<T>) -> Waited<T> {
        let deadline = Instant::now() + within;
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
                changed = self.wish.changed() => if changed.is_err() {
                    // Nobody is left to say anything.
                    sleep_until(deadline).await;
                    return Waited::TimedOut;
                },
                () = sleep_until(deadline) => return Waited::TimedOut,
            }
        }
    }
}
