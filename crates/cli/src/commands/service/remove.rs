//! `grantkeep service remove`.

use super::super::consent::{self, Where};
use super::super::{asking, receipt, revoke};
use crate::args::ServiceRemove;
use crate::exit::Stop;
use crate::messages;

/// Removes a service with its accounts, after a question.
///
/// # Errors
/// The agent's problem: where a revocation failed, the service stays.
pub(super) fn run(args: &ServiceRemove) -> Result<(), Stop> {
    let agent = super::super::agent_with_session()?;
    let service = agent.service(&args.name)?;
    let accounts = match service.accounts.len() {
        1 => "its account".to_owned(),
        count => format!("its {count} accounts"),
    };
    let tokens = if args.revoke {
        "and take their tokens back at the provider?"
    } else {
        "? their tokens stay good at the provider until they end;"
    };
    if args.revoke {
        revoke::say_effect(&service);
    }
    let joint = if args.revoke { " " } else { "" };
    asking::confirm(&format!("remove {} with {accounts}{joint}{tokens}", service.name), args.yes)?;
    let done = consent::asked(&agent, Where::Anywhere, || agent.delete_service(&service.name, args.revoke))?;
    receipt::write(&receipt::followed(&agent, done)?, args.json)?;
    messages::say(&format!("{} is removed", service.name));
    Ok(())
}
