//! Deviations from the standards, as `docs/deviations.md` lists them: each row has a test that is named there.
//!
//! The provider shows the deviation; keeper, HTTP client and vault are real.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]

mod answers;
mod asking;
mod errors;
mod life;
mod redirects;
mod refreshing;
mod resources;
mod revoking;
mod table;

use grantkeep_core::keeper::{Code, Error, Outcome, Problem};
use grantkeep_core::model::{Note, Parameter, TokenState};
use grantkeep_tests::{Bent, Reply};

fn pair(name: &str, value: &str) -> Parameter {
    Parameter { name: name.to_owned(), value: value.to_owned() }
}

/// The problem that ended an authorization.
fn failed(outcome: Outcome) -> Problem {
    match outcome {
        Outcome::Failed(problem) => *problem,
        other => panic!("expected a failure, not {other:?}"),
    }
}

/// The problem of a refresh that is answered so, after an authorization that went well; the grant is kept.
async fn refresh_refused(bent: &Bent, answer: Reply) -> Problem {
    bent.granted().await;
    bent.says("/token", [answer]);
    let refused = match bent.keeper().refresh(&bent.id).await {
        Ok(()) => panic!("the refresh should have failed"),
        Err(error) => error,
    };
    let kept = bent.refresh_token(&bent.id).await;
    assert_eq!(kept.as_deref(), Some("refresh-1"), "the refresh token is never lost");
    refused.problem()
}

/// The grant is kept, and tried again or mended.
async fn is_kept(bent: &Bent, answer: Reply, code: Code, why: &str) {
    let problem = refresh_refused(bent, answer).await;
    assert_eq!(problem.code, code, "{why}: {problem:?}");
    let state = bent.state(&bent.id);
    assert!(matches!(state, TokenState::Active | TokenState::CheckSettings), "{why}: {state:?}");
}

/// What was odd in the answer that the grant came from.
fn oddities(bent: &Bent) -> Vec<String> {
    let notes = bent.seen(&bent.id).status.notes;
    let odd = notes.into_iter().filter_map(|note| match note {
        Note::Oddity { text } => Some(text),
        _ => None,
    });
    odd.collect()
}

/// Nothing is handed out, and why.
async fn no_token(bent: &Bent) -> Error {
    match bent.token(&bent.id).await {
        Ok(_) => panic!("no token should be there"),
        Err(error) => error,
    }
}
