//! `grantkeep revoke`: takes an account's tokens back.

use super::consent::{self, Where};
use super::{asking, receipt};
use crate::args::Revoke;
use crate::exit::Stop;

/// Revokes after a question, and writes the receipt.
///
/// # Errors
/// The agent's problem; no token is dead afterwards.
pub(crate) fn run(args: &Revoke) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    // An unknown name is told before a question about it.
    let account = agent.account(&args.id)?;
    asking::confirm(&format!("take back the tokens of {} at the provider?", account.id), args.yes)?;
    let done = consent::asked(&agent, Where::Anywhere, || agent.revoke(&args.id))?;
    receipt::write(&done, args.json)?;
    receipt::nothing_revoked(&done).map_or(Ok(()), |problem| Err(problem.into()))
}
