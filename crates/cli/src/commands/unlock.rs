//! `grantkeep unlock`: opens a vault that has a passphrase, or makes one.

use std::io::Read as _;

use grantkeep_api::Agent;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, Problem, VaultState};
use zeroize::Zeroizing;

use crate::args::Unlock;
use crate::exit::Stop;
use crate::messages;
use crate::terminal::{self, Terminal, Typed};

/// Opens the vault, whatever it takes: its passphrase, a new one, or another look for its key.
///
/// # Errors
/// The agent's problem; there is nobody to ask.
pub(crate) fn run(args: &Unlock) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let mut vault = super::settled(&agent)?.vault;
    if matches!(vault, VaultState::Unavailable { .. } | VaultState::Locked) {
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
            agent.create_vault(if args.passphrase_stdin { from_stdin()? } else { chosen()? })?;
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
        return Ok(agent.unlock(from_stdin()?)?);
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
    let gone = || terminal::no_terminal("use --passphrase-stdin, or GRANTKEEP_PASSPHRASE_FILE on a server");
    let terminal = Terminal::take().ok_or_else(gone)?;
    match terminal.ask(prompt).map_err(|_| gone())? {
        Typed::Line(line) => Ok(line),
        Typed::Interrupted | Typed::End => Err(Stop::Interrupted),
    }
}

/// The first line of standard input.
fn from_stdin() -> Result<SecretInput, Stop> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_INPUT));
    std::io::stdin().lock().take(MAX_INPUT as u64).read_to_string(&mut text).map_err(|error| {
        Problem::new(Code::InvalidInput, "the passphrase cannot be read").detail(error.to_string())
    })?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Problem::new(Code::InvalidInput, "standard input has no passphrase").into());
    }
    Ok(SecretInput::from(line.to_owned()))
}

const TRIES: u32 = 3;

const MAX_INPUT: usize = 16 * 1024;
