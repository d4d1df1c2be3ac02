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
    let text = all(what, MAX_INPUT)?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(SecretInput::from(line.to_owned())),
        _ => Err(Problem::new(Code::InvalidInput, format!("standard input has no {what}"))),
    }
}

/// All of standard input up to `most` bytes, wiped on drop.
///
/// # Errors
/// It cannot be read, or is no text.
pub(crate) fn all(what: &str, most: usize) -> Result<Zeroizing<String>, Problem> {
    // Room enough from the start: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(most));
    std::io::stdin().lock().take(most as u64).read_to_string(&mut text).map_err(|error| {
        Problem::new(Code::InvalidInput, format!("the {what} cannot be read")).detail(error.to_string())
    })?;
    Ok(text)
}

/// Bytes of lines that are typed or kept in a file.
pub(crate) const MAX_INPUT: usize = 64 * 1024;
