//! `grantkeep lock`: forgets the vault's key until the person unlocks it.

use grantkeep_api::Agent;

use super::consent::{self, Where};
use crate::args::Lock;
use crate::exit::Stop;
use crate::messages;

/// Locks the vault. An agent that does not run holds no key.
///
/// # Errors
/// The agent's problem.
pub(crate) fn run(_args: &Lock) -> Result<(), Stop> {
    let Some(agent) = Agent::running()? else {
        messages::say("no agent runs, so no key is held");
        return Ok(());
    };
    consent::asked(&agent, Where::Anywhere, || agent.lock())?;
    messages::say("the vault is locked; grantkeep unlock opens it");
    Ok(())
}
