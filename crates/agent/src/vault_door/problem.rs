//! Why the vault is not open, in the person's words.

use std::path::Path;

use grantkeep_api::views::{Code, Problem, VaultState};
use grantkeep_vault::OpenError;

/// Why it did not open.
pub(super) fn of_open(error: &OpenError) -> Problem {
    let problem = |code, title: &str| Problem::new(code, title);
    match error {
        OpenError::KeyMissing => problem(Code::KeyMissing, "The vault's key is not in the keyring")
            .detail("The vault is untouched.")
            .hint("Bring back the keyring that held it, or put a backup of the vault in its place."),
        OpenError::KeyringLocked { .. } | OpenError::KeyringTimedOut | OpenError::KeyringBusy => {
            problem(Code::KeyringLocked, "The system keyring is locked")
                .detail("Tokens wait until it is open. Nothing is lost.")
                .hint("Unlock the keyring: Grantkeep looks again by itself.")
        }
        OpenError::KeyringUnavailable { reason } => {
            problem(Code::KeyringLocked, "The system keyring can't be reached")
                .detail(format!("It holds the vault's key: {reason}. Nothing is lost."))
                .hint(
                    "Start the keyring, or open the window in your session: Grantkeep looks again by itself.",
                )
        }
        OpenError::WrongPassphrase => {
            problem(Code::WrongPassphrase, "This is not the passphrase of the vault")
                .detail("The vault stays locked.")
                .hint("Type it again; mind the keyboard layout and Caps Lock.")
        }
        OpenError::KeyElsewhere => problem(Code::InvalidInput, "This vault has no passphrase")
            .detail("Its key is in the system keyring.")
            .hint("Unlock the keyring instead."),
        OpenError::NotThere => problem(Code::VaultLocked, "There is no vault yet")
            .detail("So there is nothing to unlock.")
            .hint("Choose a passphrase to make one."),
        OpenError::AlreadyThere => problem(Code::VaultLocked, "There is a vault already")
            .detail("It was not touched.")
            .hint("Unlock it instead."),
        OpenError::TooNew { found, known } => {
            problem(Code::VaultTooNew, "This vault is from a newer Grantkeep")
                .detail(format!("It was not touched. It has format {found}; this version knows {known}."))
                .hint("Get the new version.")
        }
        OpenError::Damaged { reason } => problem(Code::VaultDamaged, "The vault is damaged")
            .detail(format!("Nothing was overwritten: {reason}."))
            .hint("Keep the files, and put a backup in their place."),
        OpenError::Unsafe { path, mode } => problem(Code::VaultUnsafe, "Other users can get at the vault")
            .detail(format!("{} has mode {mode:04o}.", path.display()))
            .hint(format!("Run chmod go= '{}', and try again.", path.display())),
        OpenError::NotWritable { reason } => problem(Code::VaultReadOnly, "The vault can't be written")
            .detail(format!("{reason}. What is in it is unharmed."))
            .hint("Free some space, or make its folder writable, and try again."),
        OpenError::InUse => problem(Code::VaultLocked, "Another program has the vault open")
            .detail("Nothing was changed.")
            .hint("Close that program: Grantkeep looks again by itself."),
        OpenError::Io { source, .. } => problem(Code::Internal, "The vault can't be opened")
            .detail(format!("{}: {source}. Nothing was changed.", capital(&error.to_string())))
            .hint("See to the cause, and try again."),
    }
}

/// Why there is no keeper in this state.
pub(crate) fn of_state(state: VaultState) -> Problem {
    match state {
        VaultState::Unavailable { problem } => problem,
        VaultState::NeedsPassphrase => Problem::new(Code::VaultLocked, "The vault is locked")
            .detail("Its passphrase was not given since the agent started.")
            .hint("Run grantkeep unlock, or open the window."),
        VaultState::ChoosePassphrase => Problem::new(Code::VaultLocked, "There is no vault yet")
            .detail("No system keyring answers here, so a passphrase has to seal it.")
            .hint("Run grantkeep unlock, or open the window, and choose one."),
        VaultState::Locked => Problem::new(Code::VaultLocked, "The vault is locked")
            .detail("You locked it.")
            .hint("Run grantkeep unlock, or open the window."),
        VaultState::Opening | VaultState::Open => {
            Problem::new(Code::VaultLocked, "The vault is being opened")
                .detail("The keyring has not answered yet.")
                .hint("Look for its question on your desktop, and try again.")
        }
    }
}

/// The file's passphrase is another one.
pub(super) fn wrong_file(file: &Path) -> Problem {
    Problem::new(Code::WrongPassphrase, "The passphrase file does not open the vault")
        .detail(format!("{} holds another passphrase.", file.display()))
        .hint("Mend the file and try again, or run grantkeep unlock.")
}

/// Nothing was typed.
pub(super) fn empty_passphrase() -> Problem {
    Problem::new(Code::InvalidInput, "The passphrase is empty").hint("Type one.")
}

/// The agent is about to leave.
pub(super) fn stopping() -> Problem {
    Problem::new(Code::AgentUnavailable, "The agent is stopping")
        .detail("Grants are safe.")
        .hint("Try again: it starts by itself.")
}

/// A fault of our own.
pub(super) fn internal() -> Problem {
    Problem::new(Code::Internal, "The vault could not be opened")
        .detail("This is a fault of Grantkeep. Nothing was changed.")
        .hint("The log says where; please report it.")
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn every_way_not_to_open_says_what_and_what_next() {
        let errors = [
            OpenError::KeyMissing,
            OpenError::KeyringLocked { reason: "x".into() },
            OpenError::KeyringTimedOut,
            OpenError::KeyringBusy,
            OpenError::KeyringUnavailable { reason: "x".into() },
            OpenError::WrongPassphrase,
            OpenError::KeyElsewhere,
            OpenError::NotThere,
            OpenError::AlreadyThere,
            OpenError::TooNew { found: 2, known: 1 },
            OpenError::Damaged { reason: "x".into() },
            OpenError::Unsafe { path: "/x".into(), mode: 0o755 },
            OpenError::NotWritable { reason: "x".into() },
            OpenError::InUse,
            OpenError::Io { what: "read".into(), source: io::Error::other("x") },
        ];
        for error in &errors {
            let problem = of_open(error);
            assert!(problem.detail.ends_with('.') && problem.hint.ends_with('.'), "{error:?}: {problem:?}");
        }
    }
}
