//! The wall clock of the system.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use grantkeep_core::model::Timestamp;
use grantkeep_core::ports::{Clock, Later};

use crate::http::Skew;

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

/// The system's clock as it would show if it were right: by what the hosts that answered say of theirs.
///
/// A small difference is left alone: an answer's time has whole seconds, and is some time under way. When the system's
/// clock is set, the difference goes with it; that is seen by a clock that nobody sets.
pub(crate) struct CorrectedClock {
    skew: Skew,
    before: Mutex<(Timestamp, Duration)>,
}

impl CorrectedClock {
    pub(crate) fn new(skew: Skew) -> Self {
        Self { skew, before: Mutex::new((SystemClock.now(), since_start())) }
    }

    fn notice_that_it_was_set(&self, now: Timestamp) {
        let steady = since_start();
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let (then, since) = std::mem::replace(&mut *before, (now, steady));
        let passed = i64::try_from(steady.saturating_sub(since).as_millis()).unwrap_or(i64::MAX);
        let set_ms = now.millis().saturating_sub(then.millis()).saturating_sub(passed);
        if set_ms.abs() >= SET_MS {
            self.skew.clock_was_set(set_ms / 1000);
        }
    }
}

impl Clock for CorrectedClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        self.notice_that_it_was_set(now);
        corrected(now, self.skew.seconds())
    }

    fn sleep_until(&self, at: Timestamp) -> Later<'_, ()> {
        Box::pin(async move {
            while let Some(nap) = nap(self.now(), at) {
                tokio::time::sleep(nap).await;
            }
        })
    }
}

/// Time since the machine was started, its sleep included (clock_gettime(2), `CLOCK_BOOTTIME`).
#[cfg(target_os = "linux")]
fn since_start() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

/// Where no clock counts a machine's sleep, a clock that is set is not told from a sleep.
#[cfg(not(target_os = "linux"))]
fn since_start() -> Duration {
    let now = SystemClock.now();
    Duration::from_millis(u64::try_from(now.millis()).unwrap_or_default())
}

fn corrected(now: Timestamp, ahead_s: Option<i64>) -> Timestamp {
    match ahead_s.filter(|ahead| ahead.unsigned_abs() >= WRONG_S) {
        Some(ahead) => Timestamp::from_millis(now.millis().saturating_sub(ahead.saturating_mul(1000))),
        None => now,
    }
}

/// How long to sleep before the wall clock is looked at again; `None` when `at` is reached.
fn nap(now: Timestamp, at: Timestamp) -> Option<Duration> {
    (now < at).then(|| at.since(now).min(LONGEST_NAP))
}

/// A clock that is wrong by less is left alone: nothing is due to the minute.
const WRONG_S: u64 = 60;

/// A clock that jumps by less is being slewed, not set.
const SET_MS: i64 = 5000;

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

    #[test]
    fn a_wrong_clock_is_corrected_and_a_small_difference_is_not() {
        let cases = [
            (None, 0, "nobody said a time"),
            (Some(59), 0, "answers are under way for some time"),
            (Some(60), -60_000, "ahead"),
            (Some(-7200), 7_200_000, "behind by two hours"),
            (Some(i64::MAX), i64::MIN + 1, "no overflow"),
        ];
        for (ahead, expected, why) in cases {
            let now = Timestamp::from_millis(1_000_000);
            let corrected = corrected(now, ahead);
            match ahead {
                Some(i64::MAX) => assert!(corrected < now, "{why}"),
                _ => assert_eq!(corrected.millis() - now.millis(), expected, "{why}"),
            }
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
