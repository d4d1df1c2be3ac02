//! Asking the person before something is lost.

use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, Problem};

use crate::exit::Stop;
use crate::terminal::{self, Terminal, Typed};

/// Asks whether to go on, unless `yes` says so already.
///
/// # Errors
/// The person said no, or there is nobody to ask.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Stop> {
    if yes {
        return Ok(());
    }
    if !terminal::can_ask() {
        return Err(terminal::no_terminal("add --yes if that is what you want").into());
    }
    match line(&format!("{question} [y/N] "))? {
        answer if matches!(answer.to_lowercase().as_str(), "y" | "yes") => Ok(()),
        _ => Err(Problem::new(Code::Cancelled, "nothing was changed").into()),
    }
}

/// A line that the person types, shown.
///
/// # Errors
/// [`Stop::Interrupted`] where the person ended the input.
pub(crate) fn line(prompt: &str) -> Result<String, Stop> {
    match terminal::ask_shown(prompt) {
        Ok(Some(line)) => Ok(line),
        Ok(None) => Err(Stop::Interrupted),
        Err(_) => Err(terminal::no_terminal("give it as a flag").into()),
    }
}

/// A text of several lines that the person pastes, not shown.
///
/// # Errors
/// [`Stop::Interrupted`] where the person pressed Ctrl-C.
pub(crate) fn text(prompt: &str) -> Result<SecretInput, Stop> {
    let gone = || terminal::no_terminal("give it on standard input");
    let terminal = Terminal::take().ok_or_else(gone)?;
    match terminal.ask_text(prompt).map_err(|_| gone())? {
        Typed::Line(text) => Ok(text),
        Typed::Interrupted | Typed::End => Err(Stop::Interrupted),
    }
}

/// A secret that the person types, not shown; `hint` says how to give it where there is nobody to ask.
///
/// # Errors
/// [`Stop::Interrupted`] where the person ended the input.
pub(crate) fn secret(prompt: &str, hint: &str) -> Result<SecretInput, Stop> {
    let gone = || terminal::no_terminal(hint);
    let terminal = Terminal::take().ok_or_else(gone)?;
    match terminal.ask(prompt).map_err(|_| gone())? {
        Typed::Line(line) => Ok(line),
        Typed::Interrupted | Typed::End => Err(Stop::Interrupted),
    }
}
