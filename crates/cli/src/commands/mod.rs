//! One file a command.

mod access;
mod account;
mod accounts_text;
mod agent;
mod asking;
mod authorize;
mod consent;
mod credentials;
mod doctor;
mod exec;
mod forecast;
mod hints;
mod inspect;
mod json;
mod lock;
mod log;
mod man;
mod receipt;
mod redirect;
mod redirect_doctor;
mod refresh;
mod request;
mod revoke;
mod service;
mod settings;
mod status;
mod stdin;
mod table;
mod test;
mod timeline;
mod token;
mod unlock;
mod window;

use grantkeep_api::Agent;
use grantkeep_api::requests::{SESSION_VARIABLES, Session};
use grantkeep_api::views::{AgentView, Code, Problem, VaultState};

use crate::args::{Args, Command};
use crate::exit::Stop;

/// Does what the command line says.
///
/// # Errors
/// Why it could not be done to its end.
pub(crate) fn run(args: Args) -> Result<(), Stop> {
    let id = args.account().cloned();
    dispatch(args.command).map_err(|stop| hints::as_commands(stop, id.as_ref()))
}

fn dispatch(command: Command) -> Result<(), Stop> {
    match command {
        Command::Token(args) => token::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Authorize(args) => authorize::run(&args),
        Command::Refresh(args) => refresh::run(&args),
        Command::Revoke(args) => revoke::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Report(args) => refresh::report(&args),
        Command::Service(args) => service::run(args.command),
        Command::Account(args) => account::run(&args),
        Command::Exec(args) => exec::run(&args),
        Command::Request(args) => request::run(&args),
        Command::Helper(args) => credentials::run(&args),
        Command::Log(args) => log::run(&args),
        Command::Forecast(args) => forecast::run(&args),
        Command::Access(args) => access::run(&args),
        Command::Lock(args) => lock::run(&args),
        Command::Unlock(args) => unlock::run(&args),
        Command::Agent(args) => agent::run(&args),
        Command::Settings(args) => settings::run(&args),
        Command::Redirect(args) => redirect::run(args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Completions(args) => man::completions(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// The agent, told where the person's desktop is: a keyring's prompt has to appear there.
fn agent_with_session() -> Result<Agent, Problem> {
    let agent = Agent::connect_or_start()?;
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    // A display over SSH is not the one that the person's session lives on.
    if set("SSH_CONNECTION").is_none() {
        let env = SESSION_VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), set(name)?)));
        let session = Session { env: env.collect() };
        if !session.env.is_empty() {
            // Without it the agent does all but show a prompt.
            let _ = agent.hand_over_session(&session);
        }
    }
    Ok(agent)
}

/// Waits while the vault is being opened, and returns what the agent then says.
fn settled(agent: &Agent) -> Result<AgentView, Problem> {
    let mut view = agent.agent()?;
    for _ in 0..SETTLING_LOOKS {
        if view.vault != VaultState::Opening {
            break;
        }
        std::thread::sleep(SETTLING_PAUSE);
        view = agent.agent()?;
    }
    Ok(view)
}

/// Why the vault cannot be used.
fn locked(vault: &VaultState) -> Option<Problem> {
    match vault {
        VaultState::Open => None,
        VaultState::NeedsPassphrase | VaultState::Locked => {
            Some(Problem::new(Code::VaultLocked, "the vault is locked").hint("run grantkeep unlock"))
        }
        VaultState::ChoosePassphrase => Some(
            Problem::new(Code::VaultLocked, "there is no vault yet, and no keyring to hold its key")
                .hint("run grantkeep unlock to choose a passphrase"),
        ),
        VaultState::Unavailable { problem } => Some(problem.clone()),
        VaultState::Opening => Some(
            Problem::new(Code::KeyringLocked, "the vault is being opened")
                .detail("the system keyring has not answered yet")
                .hint("answer its prompt, and try again"),
        ),
    }
}

const SETTLING_LOOKS: u32 = 100;
const SETTLING_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);
