//! `grantkeep unlock`: opens a vault that has a passphrase, or makes one.

use grantkeep_api::Agent;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, Problem, VaultState};

use super::{asking, stdin};
use crate::args::Unlock;
use crate::exit::Stop;
use crate::{messages, terminal};

/// Opens the vault, whatever it takes: its passphrase, a new one, or another look for its key.
///
/// # Errors
/// The agent's problem; there is nobody to ask.
pub(crate) fn run(args: &Unlock) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let mut vault = super::settled(&agent)?.vault;
    // With a passphrase file, the agent has the passphrase at hand; its owner is the person (R-AG-08).
    let can_ask = args.passphrase_stdin || terminal::can_ask();
    if matches!(vault, VaultState::Unavailable { .. } | VaultState::Locked)
        || vault == VaultState::NeedsPassphrase && !can_ask
    {
        agent.retry_vault()?;
        vault = super::settled(&agent)?.vault;
    }
    match vault {
        VaultState::Open => messages::say("the vault is open"),
        VaultState::NeedsPassphrase => {
            open(&agent, args)?;
            messages::say("the vault is open");
        }
        VaultState::ChoosePassphrase => {
            agent.create_vault(if args.passphrase_stdin {
                stdin::first_line("passphrase")?
            } else {
                chosen()?
            })?;
            messages::say("the vault is made, and open");
        }
        VaultState::Unavailable { .. } | VaultState::Locked | VaultState::Opening => {
            return Err(super::locked(&vault).map_or(Stop::Interrupted, Stop::Problem));
        }
    }
    Ok(())
}

/// Asks for the passphrase, up to three times on a terminal.
fn open(agent: &Agent, args: &Unlock) -> Result<(), Stop> {
    if args.passphrase_stdin {
        return Ok(agent.unlock(stdin::first_line("passphrase")?)?);
    }
    for _ in 1..TRIES {
        match agent.unlock(asked("passphrase: ")?) {
            Err(problem) if problem.code == Code::WrongPassphrase => messages::problem(&problem, false),
            ended => return Ok(ended?),
        }
    }
    Ok(agent.unlock(asked("passphrase: ")?)?)
}

/// A new passphrase, typed twice.
fn chosen() -> Result<SecretInput, Stop> {
    messages::say("there is no keyring here, so a passphrase protects the vault; nobody can recover it");
    let first = asked("new passphrase: ")?;
    if first.is_empty() {
        return Err(Problem::new(Code::InvalidInput, "an empty passphrase protects nothing").into());
    }
    if first.is_same(&asked("the same again: ")?) {
        return Ok(first);
    }
    Err(Problem::new(Code::InvalidInput, "the two passphrases differ")
        .hint("run grantkeep unlock again")
        .into())
}

fn asked(prompt: &str) -> Result<SecretInput, Stop> {
    asking::secret(prompt, "use --passphrase-stdin, or GRANTKEEP_PASSPHRASE_FILE on a server")
}

const TRIES: u32 = 3;
