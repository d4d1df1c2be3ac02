//! The wall clock of the system.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use grantkeep_core::model::Timestamp;
use grantkeep_core::ports::{Clock, Later};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the clock of the house is read here")]
    fn now(&self) -> Timestamp {
        let epoch = Timestamp::from_millis(0);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => epoch + since,
            Err(before) => epoch - before.duration(),
        }
    }

    fn sleep_until(&self, at: Timestamp) -> Later<'_, ()> {
        Box::pin(async move {
            while let Some(nap) = nap(self.now(), at) {
                tokio::time::sleep(nap).await;
            }
        })
    }
}

/// How long to sleep before the wall clock is looked at again; `None` when `at` is reached.
fn nap(now: Timestamp, at: Timestamp) -> Option<Duration> {
    (now < at).then(|| at.since(now).min(LONGEST_NAP))
}

/// Timers stand still while a machine is suspended, so none is longer than this.
const LONGEST_NAP: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suspend_does_not_delay_a_refresh() {
        let cases = [
            (0, 0, None, "reached"),
            (5, 0, None, "a clock set forward ends the wait"),
            (0, 1, Some(1), "the rest"),
            (0, 30_000, Some(30_000), "the longest nap"),
            (0, 3_600_000, Some(30_000), "an hour is slept in naps"),
            (i64::MIN, i64::MAX, Some(30_000), "no overflow"),
        ];
        for (now, at, millis, why) in cases {
            let nap = nap(Timestamp::from_millis(now), Timestamp::from_millis(at));
            assert_eq!(nap, millis.map(Duration::from_millis), "{why}");
        }
    }

    #[tokio::test]
    async fn a_wait_ends_at_its_instant_and_not_before() {
        let at = SystemClock.now() + Duration::from_millis(20);

        SystemClock.sleep_until(at).await;

        assert!(SystemClock.now() >= at);
        SystemClock.sleep_until(Timestamp::from_millis(0)).await;
    }
}
