//! Failures that a caller may still picture, and waiting with an end.

use std::fmt;
use std::time::Duration;

/// What went wrong, in words.
///
/// The tour and the bench cannot panic (a release build would leave processes behind), so the desktop kit
/// returns this where the scenario kit panics.
pub struct Failure(String);

/// The outcome of a step.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure in these words.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// The same, saying first what was tried.
    #[must_use]
    pub fn while_doing(self, what: &str) -> Self {
        Self(format!("{what}: {}", self.0))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut words = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            words = format!("{words}: {cause}");
            source = cause.source();
        }
        Self(words)
    }
}

/// Fails with `what` unless `holds`.
///
/// # Errors
/// [`Failure`] with `what`.
pub fn ensure(holds: bool, what: impl Into<String>) -> Outcome {
    if holds { Ok(()) } else { Err(Failure::new(what)) }
}

/// Looks until `look` finds something, for 20 s at the most.
///
/// # Errors
/// `what` was not found; the last failure of `look` is told, too.
pub async fn wait_until<T>(what: &str, look: impl AsyncFnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    wait_within(LONGEST, what, look).await
}

/// The same with a time of its own.
///
/// # Errors
/// As [`wait_until`].
pub async fn wait_within<T>(
    longest: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    let mut last = None;
    let looking = async {
        loop {
            match look().await {
                Ok(Some(found)) => return found,
                Ok(None) => last = None,
                Err(failure) => last = Some(failure),
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    if let Ok(found) = tokio::time::timeout(longest, looking).await {
        return Ok(found);
    }
    let why = last.map_or_else(String::new, |failure| format!(" ({failure})"));
    Err(Failure::new(format!("waited {} s in vain for {what}{why}", longest.as_secs())))
}

/// A loaded machine takes its time; a step that works takes a fraction of this.
const LONGEST: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(25);
