//! Secrets on standard input: never in the arguments, which every program of the user can read.

use std::io::Read as _;

use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, Problem};
use zeroize::Zeroizing;

/// The first line of standard input; `what` names it in the problem.
///
/// # Errors
/// It cannot be read, or is empty.
pub(crate) fn first_line(what: &str) -> Result<SecretInput, Problem> {
    let text = all(what)?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(SecretInput::from(line.to_owned())),
        _ => Err(Problem::new(Code::InvalidInput, format!("standard input has no {what}"))),
    }
}

/// All of standard input, wiped on drop.
///
/// # Errors
/// It cannot be read, or is no text.
pub(crate) fn all(what: &str) -> Result<Zeroizing<String>, Problem> {
    // Room enough from the start: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_INPUT));
    std::io::stdin().lock().take(MAX_INPUT as u64).read_to_string(&mut text).map_err(|error| {
        Problem::new(Code::InvalidInput, format!("the {what} cannot be read")).detail(error.to_string())
    })?;
    Ok(text)
}

const MAX_INPUT: usize = 64 * 1024;
