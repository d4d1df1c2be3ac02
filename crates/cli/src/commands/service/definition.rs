//! Definitions that come from elsewhere: what a provider tells of itself, and what a person pastes.

use grantkeep_api::Agent;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, DiscoveryView, PastedView, Problem};

use super::super::consent::{self, Where};
use super::super::{asking, stdin};
use crate::exit::Stop;
use crate::{messages, terminal, words};

/// Asks a provider what it tells of itself; `word` is what the person gave its address with.
///
/// # Errors
/// The agent's problem.
pub(super) fn discover(agent: &Agent, issuer: &str, word: &str) -> Result<DiscoveryView, Stop> {
    let found = consent::asked(agent, Where::Anywhere, || agent.discover(issuer.to_owned()));
    found.map_err(|stop| match stop {
        Stop::Problem(problem) => Stop::Problem(at_the_issuer(problem, word)),
        other => other,
    })
}

/// Tells what was found, to be looked at before a service is made of it.
pub(super) fn tell(found: &DiscoveryView) {
    messages::say(&words::plain(&format!("{} tells:", found.issuer)));
    for fact in &found.facts {
        messages::say(&line(&fact.name, &fact.value));
    }
    warn(found);
}

/// Tells what to look at.
pub(super) fn warn(found: &DiscoveryView) {
    for warning in &found.warnings {
        messages::say(&words::plain(&format!("warning: {warning}")));
    }
}

/// A fact on a line of its own.
pub(super) fn line(name: &str, value: &str) -> String {
    words::plain(&format!("  {name:<29}  {value}"))
}

/// Reads a definition from standard input or, where that is a terminal, from what the person pastes; tells what it is.
///
/// # Errors
/// Nothing can be read; why it is no definition.
pub(super) fn read_pasted(agent: &Agent) -> Result<PastedView, Stop> {
    let text = if terminal::is_stdin() {
        asking::text("paste the definition (it is not shown), then press enter and ctrl-d:\n")?
    } else {
        SecretInput::new(stdin::all("definition", MOST_PASTED)?)
    };
    let found = consent::asked(agent, Where::Anywhere, || agent.read_pasted(text.again()))?;
    let secret = found.secret_ref.as_ref().map(|_| "client_secret");
    let told: Vec<_> = found.fields.iter().map(String::as_str).chain(secret).collect();
    messages::say(&format!("read from the {}: {}", found.kind, told.join(", ").replace('_', " ")));
    for sentence in &found.left_out {
        messages::say(&words::plain(&format!("note: {sentence}")));
    }
    Ok(found)
}

/// What came of asking is told once; what is wrong with the address, at the person's own word for it.
fn at_the_issuer(mut problem: Problem, word: &str) -> Problem {
    if problem.code != Code::InvalidInput {
        problem.fields.clear();
    }
    if problem.fields.iter().any(|field| field.message == problem.detail) {
        problem.detail.clear();
    }
    for field in &mut problem.fields {
        if let Some(fix) = field.fix.take() {
            field.message.push_str(&format!(" Try {}", fix.value));
        }
        word.clone_into(&mut field.field);
    }
    problem
}

/// Bytes that are read: one more than the agent takes, so that it says when there are too many.
const MOST_PASTED: usize = 1024 * 1024 + 1;
