//! Asking a running test to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use tokio::sync::Notify;

/// Stops a test at the gateway; clones stop the same test.
#[derive(Debug, Clone, Default)]
pub struct TestStop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    asked: AtomicBool,
    notify: Notify,
}

impl TestStop {
    /// Asks for it. The test ends with [`super::RunState::Canceled`], or with its result when
    /// it was over already.
    pub fn stop(&self) {
        self.0.asked.store(true, Ordering::Release);
        self.0.notify.notify_one();
    }

    /// Returns when somebody asked.
    pub(super) async fn asked(&self) {
        while !self.0.asked.load(Ordering::Acquire) {
            self.0.notify.notified().await;
        }
    }
}
