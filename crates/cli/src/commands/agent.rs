//! `grantkeep agent`: sees that the agent runs, or becomes it.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use grantkeep_api::client::agent_program;
use grantkeep_api::views::{Code, Problem};

use crate::args::{AgentProcess, StartBy};
use crate::exit::Stop;
use crate::messages;

/// Starts the agent if none runs; with `--foreground` this process becomes the agent, with `--install` and `--uninstall`
/// it is said whether it starts at login.
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
    let start = match (args.install, args.uninstall) {
        (Some(StartBy::Autostart), _) => Some("autostart"),
        (Some(StartBy::Systemd), _) => Some("systemd"),
        (None, true) => Some("off"),
        (None, false) => None,
    };
    if let Some(start) = start {
        agent.set("start-at-login", start.to_owned())?;
        messages::say(match start {
            "off" => "the agent does not start at login any more",
            "systemd" => {
                "the agent starts at login, from the next one on; without a login: loginctl enable-linger"
            }
            _ => "the agent starts at login, from the next one on",
        });
        return Ok(());
    }
    messages::say(&format!("the agent runs as process {}", agent.agent()?.pid));
    Ok(())
}
