//! The wall clock, for countdowns and remaining life on screen.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch (UTC).
#[expect(
    clippy::disallowed_methods,
    reason = "only shown to the person: the agent's clock decides everything"
)]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) use grantkeep_api::time::rfc3339;
