//! Waiting for something to become true, and never for longer than a test may take.

use std::future::Future;
use std::time::Duration;

/// Looks until `look` finds something.
///
/// # Panics
/// With `what` after 20 s.
#[expect(clippy::panic, reason = "a test that waits in vain has failed")]
pub async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    match tokio::time::timeout(LONGEST, found).await {
        Ok(found) => found,
        Err(_) => panic!("waited in vain: {what}"),
    }
}

/// The same where nothing is asynchronous.
///
/// # Panics
/// With `what` after 20 s.
pub fn until_blocking<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(waited < LONGEST, "waited in vain: {what}");
        std::thread::sleep(LOOK_AGAIN);
        waited += LOOK_AGAIN;
    }
}

/// The outcome of `future`.
///
/// # Panics
/// With `what` after 20 s.
#[expect(clippy::panic, reason = "a test that waits in vain has failed")]
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LONGEST, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain: {what}"),
    }
}

const LONGEST: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
