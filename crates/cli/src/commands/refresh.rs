//! `grantkeep refresh` and `grantkeep report`: a new access token, because the person or a service wants one.

use grantkeep_api::Agent;
use grantkeep_api::views::{AccountView, Code, Problem, TokenState};

use super::consent::{self, Where};
use super::json;
use crate::args::{Refresh, Report};
use crate::exit::Stop;
use crate::{clock, messages, words};

/// Refreshes an account's token.
///
/// # Errors
/// The agent's problem; the provider's is one of them.
pub(crate) fn run(args: &Refresh) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let account = consent::asked(&agent, Where::Anywhere, || agent.refresh(&args.id))?;
    if args.json {
        return json::write(&json::account(&account));
    }
    messages::say(&told("is refreshed", &account));
    Ok(())
}

/// Tells the keeper what a service answered to our token.
///
/// # Errors
/// The agent's problem; [`Code::AuthorizationRequired`] where the provider then said that the grant is over.
pub(crate) fn report(args: &Report) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let account = consent::asked(&agent, Where::Anywhere, || agent.report(&args.id, args.status))?;
    if args.json {
        json::write(&json::account(&account))?;
    }
    if account.token_state == TokenState::Reauthorize {
        return Err(Problem::new(
            Code::AuthorizationRequired,
            format!("{} must be authorized again", account.id),
        )
        .detail("the provider says that the grant is over")
        .hint(format!("run grantkeep authorize {}", account.id))
        .into());
    }
    if !args.json {
        messages::say(&told("was reported", &account));
    }
    Ok(())
}

fn told(what: &str, account: &AccountView) -> String {
    let life = words::life(account, clock::now_ms());
    let life = if life.is_empty() { String::new() } else { format!("; {life}") };
    format!("{} {what}: {}{life}", account.id, words::headline(account.headline))
}
