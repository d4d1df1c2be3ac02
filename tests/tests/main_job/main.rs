//! The main job, end to end below the window: add, authorize, keep, hand out, test, revoke.

mod answers;
mod hand_out;
mod hosts;
mod identity;
mod insight;
mod keep;
mod past;
mod permissions;
mod receipts;
mod redirects;
mod refused;
mod restart;
mod revoke;
mod services;
mod trial;
mod whose;

use grantkeep_core::keeper::{Outcome, Problem};

/// The problem of an authorization that failed.
#[expect(clippy::panic, reason = "called by tests only")]
fn problem(outcome: Outcome) -> Problem {
    match outcome {
        Outcome::Failed(problem) => *problem,
        other => panic!("expected a failure, not {other:?}"),
    }
}
