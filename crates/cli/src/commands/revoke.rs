//! `grantkeep revoke`: takes an account's tokens back.

use grantkeep_api::views::{AccountView, Code, Problem, ReceiptView, Revocation, ServiceView};
use grantkeep_api::{AccountId, Agent, browser};

use super::consent::{self, Where};
use super::{asking, receipt};
use crate::args::Revoke;
use crate::exit::Stop;
use crate::{messages, terminal, words};

/// Revokes after a question, and writes the receipt.
///
/// # Errors
/// The agent's problem; no token is dead afterwards.
pub(crate) fn run(args: &Revoke) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    // An unknown name is told before a question about it.
    let account = agent.account(&args.id)?;
    let service = agent.service(&args.id.service)?;
    if matches!(service.definition.revocation, Revocation::ByHand { .. }) {
        return by_hand(args, &agent, &service, &account);
    }
    if args.done {
        return Err(Problem::new(Code::InvalidInput, "this service takes tokens back by a request")
            .hint("leave out --done")
            .into());
    }
    say_effect(&service);
    asking::confirm(&format!("take back the tokens of {} at the provider?", account.id), args.yes)?;
    let begun = consent::asked(&agent, Where::Anywhere, || agent.revoke(&args.id))?;
    finish(args, &agent, begun)
}

/// Opens the provider's page, asks whether it is done, and then tries the tokens.
fn by_hand(args: &Revoke, agent: &Agent, service: &ServiceView, account: &AccountView) -> Result<(), Stop> {
    say_effect(service);
    if !args.done {
        let begun = consent::asked(agent, Where::Anywhere, || agent.revoke(&args.id))?;
        let Some(page) = begun.page.clone().filter(|_| !args.yes && !args.json && terminal::can_ask()) else {
            receipt::write(&begun, args.json)?;
            return Err(not_done(&begun, &args.id).into());
        };
        messages::say(&format!("take it back at {}", words::plain(&page)));
        if let Err(problem) = browser::open(&page) {
            messages::problem(&problem, false);
        }
        asking::confirm(&format!("are the tokens of {} taken back there?", account.id), false)?;
    }
    let begun = consent::asked(agent, Where::Anywhere, || agent.revoked_by_hand(&args.id))?;
    let done = receipt::followed(agent, begun)?;
    // The person says that it is done: what can't be tried is no failure.
    receipt::write(&done, args.json)
}

/// What a revocation takes with it, before it does.
pub(crate) fn say_effect(service: &ServiceView) {
    if let Some(effect) = &service.revocation_effect {
        messages::say(&words::plain(effect));
    }
}

fn finish(args: &Revoke, agent: &Agent, begun: ReceiptView) -> Result<(), Stop> {
    let done = receipt::followed(agent, begun)?;
    receipt::write(&done, args.json)?;
    receipt::nothing_revoked(&done).map_or(Ok(()), |problem| Err(problem.into()))
}

fn not_done(receipt: &ReceiptView, id: &AccountId) -> Problem {
    let page = receipt.page.as_deref().unwrap_or_default();
    Problem::new(Code::NoRevocation, "no token was revoked")
        .detail("this service takes tokens back by hand only")
        .hint(format!("open {page}, and then run grantkeep revoke {id} --done"))
}
