//! `grantkeep exec`: a command with an access token in its environment.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use grantkeep_api::Agent;
use grantkeep_api::requests::Purpose;

use super::consent::{self, Where};
use crate::args::Exec;
use crate::credential;
use crate::exit::{CANNOT_RUN, NO_COMMAND, Stop};
use crate::messages;

/// Becomes the command: signals and exit code are its own.
///
/// # Errors
/// The agent's problem; the command cannot be run (126), or there is none (127).
pub(crate) fn run(args: &Exec) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let token =
        consent::asked(&agent, Where::Anywhere, || agent.token(&args.id, args.min_ttl, Purpose::HandOut))?;
    let Some((program, rest)) = args.command.split_first() else { return Err(Stop::Told(NO_COMMAND)) };
    let mut command = Command::new(program);
    command.args(rest);
    let default = [DEFAULT_VARIABLE.to_owned()];
    let variables = if args.env.is_empty() { default.as_slice() } else { &args.env };
    credential::set_variables(&mut command, variables, &token)?;
    // It returns only where it failed.
    let error = command.exec();
    messages::say(&format!("error: {} cannot be run: {}", program.display(), error.kind()));
    Err(Stop::Told(if error.kind() == io::ErrorKind::NotFound { NO_COMMAND } else { CANNOT_RUN }))
}

const DEFAULT_VARIABLE: &str = "GRANTKEEP_ACCESS_TOKEN";
