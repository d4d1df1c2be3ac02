//! When the agent leaves by itself: nobody is connected, nobody was for a while, and nothing needs keeping.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long the agent stays where nothing else is said.
pub const STANDARD: Duration = Duration::from_secs(10 * 60);

/// Reads a time such as `90s`, `10m`, `2h` or `1d`; `Some(None)` for `0` and `never`: the agent stays. `None` for nonsense.
pub fn read(text: &str) -> Option<Option<Duration>> {
    let text = text.trim();
    if matches!(text, "0" | "never") {
        return Some(None);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(seconds).filter(|seconds| *seconds <= LONGEST_S)?;
    Some((seconds > 0).then(|| Duration::from_secs(seconds)))
}

/// Connections that are open, and since when there is none. What is asked, waited for, followed or streamed has one.
#[derive(Debug, Clone)]
pub struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    open: usize,
    quiet_since: Instant,
}

/// An open connection; it is closed when this is dropped.
#[derive(Debug)]
pub struct Connected(Activity);

impl Default for Activity {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State { open: 0, quiet_since: Instant::now() })))
    }
}

impl Activity {
    /// Counts a connection.
    pub fn connected(&self) -> Connected {
        self.state().open += 1;
        Connected(self.clone())
    }

    /// How long nobody was connected; `None` while somebody is.
    fn quiet(&self) -> Option<Duration> {
        let state = self.state();
        (state.open == 0).then(|| state.quiet_since.elapsed())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.open -= 1;
        state.quiet_since = Instant::now();
    }
}

/// Waits until nobody was connected for `time` while nothing `needs_keeping`.
pub async fn until_idle(time: Duration, activity: Activity, needs_keeping: impl Fn() -> bool) {
    loop {
        let left = match activity.quiet() {
            Some(quiet) if quiet >= time && !needs_keeping() => return,
            // What needs keeping may end at any time; there is no hurry to notice.
            Some(quiet) if quiet >= time => time,
            Some(quiet) => time - quiet,
            None => time,
        };
        tokio::time::sleep(left.max(SHORTEST_LOOK)).await;
    }
}

const SHORTEST_LOOK: Duration = Duration::from_millis(100);

/// A year.
const LONGEST_S: u64 = 365 * 24 * 3600;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let seconds = |seconds| Some(Some(Duration::from_secs(seconds)));
        let cases = [
            ("10m", seconds(600), "minutes"),
            ("90s", seconds(90), "seconds"),
            (" 2h ", seconds(7200), "hours"),
            ("1d", seconds(86_400), "a day"),
            ("0", Some(None), "never"),
            ("never", Some(None), "in words"),
            ("0m", Some(None), "never, with a unit"),
            ("10", None, "of what?"),
            ("m", None, "how many?"),
            ("-1m", None, "backwards"),
            ("1.5h", None, "a fraction"),
            ("366d", None, "more than a year"),
            ("99999999999999999999s", None, "too large for a number"),
            ("", None, "nothing"),
        ];
        for (text, time, why) in cases {
            assert_eq!(read(text), time, "{text:?}: {why}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_agent_leaves_only_when_nobody_is_there_and_nothing_needs_keeping() {
        let activity = Activity::default();
        let kept = Arc::new(AtomicBool::new(false));
        let needs = Arc::clone(&kept);
        let idle = until_idle(STANDARD, activity.clone(), move || needs.load(Ordering::SeqCst));
        tokio::pin!(idle);
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let mut stays = async |time| tokio::time::timeout(time, idle.as_mut()).await.is_err();

        assert!(stays(minutes(9)).await, "somebody may come");
        let follower = activity.connected();
        drop(activity.connected());
        assert!(stays(minutes(60)).await, "somebody is connected");
        drop(follower);
        assert!(stays(minutes(9)).await, "the time begins when the last one left");
        kept.store(true, Ordering::SeqCst);
        assert!(stays(minutes(600)).await, "a grant needs keeping");
        kept.store(false, Ordering::SeqCst);
        assert!(!stays(minutes(11)).await, "nothing holds it any more");
    }
}
