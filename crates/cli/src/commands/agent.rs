//! `grantkeep agent`: sees that the agent runs, or becomes it.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use grantkeep_api::client::agent_program;
use grantkeep_api::views::{Code, Problem};

use crate::args::AgentProcess;
use crate::exit::Stop;
use crate::messages;

/// Starts the agent if none runs; with `--foreground` this process becomes the agent.
///
/// # Errors
/// The agent cannot be started.
pub(crate) fn run(args: &AgentProcess) -> Result<(), Stop> {
    if args.foreground {
        let program = agent_program()?;
        // It returns only where it failed.
        let error = Command::new(&program).exec();
        return Err(Problem::new(Code::AgentUnavailable, "the agent cannot be started")
            .detail(format!("{}: {error}", program.display()))
            .hint("install Grantkeep again")
            .into());
    }
    let agent = super::agent_with_session()?;
    messages::say(&format!("the agent runs as process {}", agent.agent()?.pid));
    Ok(())
}
