//! A wall clock that stands still until a test moves it.

use std::sync::Arc;
use std::time::Duration;

use grantkeep_agent::clock::SystemClock;
use grantkeep_core::model::Timestamp;
use grantkeep_core::ports::{Clock, Later};
use tokio::sync::watch;

/// Begins at the real time, because the provider has no other, and stands still; clones are the same clock.
#[derive(Clone)]
pub struct VirtualClock(Arc<watch::Sender<Timestamp>>);

impl VirtualClock {
    /// A clock that shows the real time of this moment.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(SystemClock.now())))
    }

    /// Moves the clock forward, at once: as a machine that slept, not as one that waited.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = *now + by);
    }

    /// Sets the clock back, as a person or a time server may.
    pub fn set_back(&self, by: Duration) {
        self.0.send_modify(|now| *now = *now - by);
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> Later<'_, ()> {
        let mut clock = self.0.subscribe();
        Box::pin(async move {
            // Without its sender the clock stands still for ever.
            if clock.wait_for(|now| *now >= at).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
