//! Exit codes: what a script may rely on.

use grantkeep_api::views::{Code, Problem};

/// Done.
pub(crate) const DONE: u8 = 0;
/// It failed.
pub(crate) const FAILED: u8 = 1;
/// The command was not written as it should be.
pub(crate) const USAGE: u8 = 2;
/// No such service or account.
pub(crate) const NOT_FOUND: u8 = 3;
/// The person must authorize or reauthorize.
pub(crate) const AUTHORIZE: u8 = 4;
/// The vault is locked.
pub(crate) const LOCKED: u8 = 5;
/// Permission not given.
pub(crate) const REFUSED: u8 = 6;
/// The provider cannot be reached: try again later.
pub(crate) const LATER: u8 = 7;
/// The command of `exec` cannot be run, as shells count it.
pub(crate) const CANNOT_RUN: u8 = 126;
/// There is no such command, as shells count it.
pub(crate) const NO_COMMAND: u8 = 127;
/// Ctrl-C, as shells count it.
pub(crate) const INTERRUPTED: u8 = 130;
/// The reader of standard output went away, as shells count it.
pub(crate) const CLOSED_PIPE: u8 = 141;

/// Why a command ends before its end.
pub(crate) enum Stop {
    /// Something went wrong: it is told to the person.
    Problem(Problem),
    /// The person pressed Ctrl-C.
    Interrupted,
    /// Nobody reads the answer any more; there is nothing to tell.
    ClosedPipe,
    /// What there is to tell was told; this is the exit code.
    Told(u8),
}

impl Stop {
    /// The exit code of this end.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Problem(problem) => of_code(problem.code),
            Self::Interrupted => INTERRUPTED,
            Self::ClosedPipe => CLOSED_PIPE,
            Self::Told(code) => *code,
        }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The exit code of a kind of problem.
pub(crate) fn of_code(code: Code) -> u8 {
    match code {
        Code::InvalidInput => USAGE,
        Code::NotFound => NOT_FOUND,
        Code::AuthorizationRequired | Code::GrantEnded | Code::NoToken => AUTHORIZE,
        Code::VaultLocked | Code::KeyMissing | Code::KeyringLocked | Code::WrongPassphrase => LOCKED,
        Code::NotAllowed | Code::ConsentRequired | Code::HostNotAllowed => REFUSED,
        Code::ProviderUnreachable | Code::ProviderBusy => LATER,
        Code::NameTaken
        | Code::VaultTooNew
        | Code::VaultDamaged
        | Code::VaultUnsafe
        | Code::VaultReadOnly
        | Code::BadAnswer
        | Code::ClientRefused
        | Code::ConsentRefused
        | Code::InvalidScope
        | Code::ProviderRefused
        | Code::LinkExpired
        | Code::WrongState
        | Code::WrongIssuer
        | Code::NotAnAnswer
        | Code::PortBusy
        | Code::CannotListen
        | Code::HostsToConfirm
        | Code::NoRefreshToken
        | Code::NoTestUri
        | Code::NoIntrospectionUri
        | Code::NoIdToken
        | Code::NoRevocation
        | Code::RevocationFailed
        | Code::Cancelled
        | Code::VersionMismatch
        | Code::AgentUnavailable
        | Code::Clipboard
        | Code::Browser
        | Code::Internal => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_can_rely_on_exit_codes() {
        let cases = [
            (Code::InvalidInput, 2, "usage"),
            (Code::NotFound, 3, "no such account"),
            (Code::AuthorizationRequired, 4, "the person must authorize"),
            (Code::GrantEnded, 4, "the person must reauthorize"),
            (Code::VaultLocked, 5, "locked"),
            (Code::WrongPassphrase, 5, "still locked"),
            (Code::NotAllowed, 6, "permission not given"),
            (Code::ProviderUnreachable, 7, "try again later"),
            (Code::ProviderBusy, 7, "try again later"),
            (Code::ConsentRefused, 1, "the person said no"),
            (Code::AgentUnavailable, 1, "a failure like any other"),
        ];
        for (code, number, why) in cases {
            assert_eq!(of_code(code), number, "{code:?}: {why}");
        }
        assert_eq!(Stop::Interrupted.exit_code(), 130);
        assert_eq!(Stop::ClosedPipe.exit_code(), 141);
    }
}
