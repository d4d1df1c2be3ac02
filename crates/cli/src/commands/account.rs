//! `grantkeep account …`.

use grantkeep_api::views::AccountView;
use grantkeep_api::{AccountId, Agent};

use super::consent::{self, Where};
use super::table::Look;
use super::{accounts_text, asking, forecast, json, receipt, revoke};
use crate::args::{Account, AccountAdd, AccountCommand, AccountList, AccountRemove, AccountRename};
use crate::exit::Stop;
use crate::{clock, messages, output};

/// Lists, adds, renames or removes accounts.
///
/// # Errors
/// The agent's problem; the person said no.
pub(crate) fn run(args: &Account) -> Result<(), Stop> {
    match &args.command {
        AccountCommand::List(args) => list(args),
        AccountCommand::Add(args) => add(args),
        AccountCommand::Rename(args) => rename(args),
        AccountCommand::Remove(args) => remove(args),
        AccountCommand::Life(args) => forecast::life(args),
    }
}

fn list(args: &AccountList) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    super::settled(&agent)?;
    let mut accounts = agent.accounts()?;
    if let Some(service) = &args.service {
        // It says the nearest name where there is no such service.
        let name = agent.service(service)?.name;
        accounts.retain(|account| account.service == name);
    }
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    if args.json {
        return json::write(&json::accounts(&accounts));
    }
    if accounts.is_empty() {
        messages::say("there are no accounts yet");
        return Ok(());
    }
    output::write(&accounts_text::table(&accounts, clock::now_ms(), Look::of_output()))
}

fn add(args: &AccountAdd) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let account =
        consent::asked(&agent, Where::Anywhere, || agent.add_account(&args.service, args.title.clone()))?;
    tell(&account, "is added", args.json)?;
    if !args.json {
        messages::say(&format!("hint: run grantkeep authorize {}", account.id));
    }
    Ok(())
}

fn rename(args: &AccountRename) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let account =
        consent::asked(&agent, Where::Anywhere, || agent.rename_account(&args.id, args.title.clone()))?;
    tell(&account, &format!("has the title {}", account.title), args.json)
}

fn tell(account: &AccountView, what: &str, as_json: bool) -> Result<(), Stop> {
    if as_json {
        return json::write(&json::account(account));
    }
    messages::say(&format!("{} {what}", account.id));
    Ok(())
}

fn remove(args: &AccountRemove) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let account = agent.account(&args.id)?;
    let what = match (&account.grant, args.revoke) {
        (Some(_), true) => " and take its tokens back at the provider?",
        (Some(_), false) => "? its tokens stay good at the provider until they end;",
        (None, _) => "?",
    };
    if args.revoke && account.grant.is_some() {
        revoke::say_effect(&agent.service(&account.service)?);
    }
    asking::confirm(&format!("remove {}{what}", account.id), args.yes)?;
    let id: AccountId = account.id.parse().map_err(grantkeep_api::views::Problem::from)?;
    let done = consent::asked(&agent, Where::Anywhere, || agent.delete_account(&id, args.revoke))?;
    receipt::write(&receipt::followed(&agent, done)?, args.json)?;
    messages::say(&format!("{id} is removed"));
    Ok(())
}
