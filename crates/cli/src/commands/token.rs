//! `grantkeep token`: an access token on standard output.

use grantkeep_api::Agent;
use grantkeep_api::requests::Purpose;

use super::consent::{self, Where};
use crate::args::Token;
use crate::exit::Stop;
use crate::output;

/// Prints a token that is good for as long as was asked.
///
/// # Errors
/// The agent's problem, such as that the person must authorize.
pub(crate) fn run(args: &Token) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let token =
        consent::asked(&agent, Where::Anywhere, || agent.token(&args.id, args.min_ttl, Purpose::HandOut))?;
    output::write_token(&args.id.to_string(), &token, args.output)
}
