//! Plays a test on a desktop and keeps a picture of it when it fails.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::{Desktop, Failure, Outcome, programs};

/// Plays `script` on a fresh desktop.
///
/// # Panics
/// When it fails, or takes longer than two minutes; pictures and logs are in `target/e2e/‹test›/` then.
#[expect(clippy::panic, reason = "a test fails by a panic")]
pub async fn play(test: &str, script: impl AsyncFnOnce(&mut Desktop) -> Outcome) {
    let folder = programs::root().join("target").join("e2e").join(test);
    // What lies there is of an older run.
    drop(std::fs::remove_dir_all(&folder));
    let mut desktop = match Desktop::start().await {
        Ok(desktop) => desktop,
        Err(failure) => panic!("no desktop: {failure}"),
    };
    let outcome = tokio::time::timeout(LONGEST, caught(script(&mut desktop))).await;
    let failure = match outcome {
        Ok(Ok(Ok(()))) => return,
        Ok(Ok(Err(failure))) => failure,
        Ok(Err(panic)) => Failure::new(words_of(panic.as_ref())),
        Err(_) => Failure::new(format!("it takes longer than {} s", LONGEST.as_secs())),
    };
    panic!("{failure}\n{}", kept(&desktop, &folder).await);
}

/// The outcome of a future, or what it panicked with.
async fn caught<T>(future: impl Future<Output = T>) -> std::thread::Result<T> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

async fn kept(desktop: &Desktop, folder: &Path) -> String {
    match tokio::time::timeout(RECORDING, desktop.record(folder)).await {
        Ok(Ok(())) => format!("pictures and logs: {}", folder.display()),
        Ok(Err(failure)) => format!("no pictures: {failure}"),
        Err(_) => "no pictures: the desktop does not answer".to_owned(),
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

const LONGEST: Duration = Duration::from_secs(120);
const RECORDING: Duration = Duration::from_secs(15);
