//! Ctrl-C, for a verb that has something running at a gateway and must stop it there first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use tokio::sync::Notify;

/// Tells a verb of Ctrl-C, if it wants to hear. All other verbs end at once.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    wanted: AtomicBool,
    pressed: Notify,
}

impl Interrupt {
    /// Waits for Ctrl-C. From now on the program waits for the verb to end by itself.
    pub async fn pressed(&self) {
        self.0.wanted.store(true, Ordering::Release);
        self.0.pressed.notified().await;
    }

    /// Tells the verb; false when it does not want to hear.
    pub fn tell(&self) -> bool {
        self.0.pressed.notify_one();
        self.0.wanted.load(Ordering::Acquire)
    }
}
