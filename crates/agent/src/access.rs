//! Who may ask for what (R-AG-04, 08, 09).
//!
//! [`decide`] says it for a kind of request and a kind of program. Where it depends on the person's permission, the
//! walk in `identity.rs` says who asks, and `consent.rs` what the person said, or asks. `answers.rs` has who may
//! answer.

mod answers;
mod consent;
mod holding;
mod identity;
mod kinds;
mod process;
mod programs;
mod questions;
mod words;

use grantkeep_api::views::{Code, Problem};

pub(crate) use self::answers::{NotTaken, Voice};
pub(crate) use self::consent::{Changed, Consent, Given};
pub(crate) use self::holding::Held;
pub(crate) use self::identity::{Asker, Who, asker};
pub(crate) use self::kinds::{file_name, kind_of};
pub(crate) use self::process::{look, name_of_process, shows_itself};
pub use self::programs::Programs;
pub(crate) use self::questions::Question;
pub(crate) use self::words::{not_permitted, not_taken};

/// A program that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Which one.
    pub program: Program,
    /// It has a controlling terminal.
    pub terminal: bool,
    /// It runs as our user.
    pub same_user: bool,
}

/// Programs that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `grantkeep-desktop` beside the agent.
    Window,
    /// `grantkeep` beside the agent.
    Cli,
    /// Another one, or one that the system hides.
    Other,
    /// This system tells no peer's executable, so none can be told from another.
    Untold,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Looking: names, status, history, questions, permissions.
    Status,
    /// Getting or using a token of an account: `token`, `refresh`, `test`, `report`, `request`, `id-token`.
    Token,
    /// Everything else that changes something.
    Manage,
    /// Talk among our own programs: `redirect`, `session`, `unlock`, `retire`.
    Own,
}

/// Whether a request goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It does.
    Allowed,
    /// It does where the person permits it: tokens of that service, or managing.
    AsThePersonSays,
    /// It does not.
    Refused(Refused),
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Another user's process.
    OtherUser,
    /// A program that is not ours.
    OtherProgram,
    /// No vault is open, and somebody else than the person wants to make one.
    NoVault,
}

/// Whose word is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// The programs beside the agent's own executable.
    #[default]
    OwnBinaries,
    /// Every program of the same user counts as the window. For tests, whose client is the test itself; no
    /// environment can set it.
    SameUser,
}

/// Says whether `caller` may ask for something of that kind.
///
/// `unlocked_from_file`: the agent itself unlocked a passphrase vault from a private file, so that our CLI speaks for
/// the file's owner. What the client's own environment says never counts.
pub fn decide(caller: Caller, unlocked_from_file: bool, kind: Kind) -> Decision {
    if !caller.same_user {
        return Decision::Refused(Refused::OtherUser);
    }
    match (kind, caller.program) {
        (Kind::Status, _) | (_, Program::Window | Program::Untold) | (Kind::Own, Program::Cli) => {
            Decision::Allowed
        }
        (Kind::Token | Kind::Manage, Program::Cli) if unlocked_from_file => Decision::Allowed,
        (Kind::Manage, Program::Cli) if caller.terminal => Decision::Allowed,
        (Kind::Token | Kind::Manage, Program::Cli | Program::Other) => Decision::AsThePersonSays,
        (Kind::Own, Program::Other) => Decision::Refused(Refused::OtherProgram),
    }
}

impl Refused {
    /// The refusal in the person's words.
    pub fn problem(self) -> Problem {
        let (title, detail, hint) = match self {
            Self::OtherUser => (
                "This program may not ask",
                "It runs as another user.",
                "Run it as the user that the vault belongs to.",
            ),
            Self::OtherProgram => (
                "Only Grantkeep's own programs may ask for this",
                "It is talk between the window, the command line and the agent.",
                "Use the window, or run grantkeep.",
            ),
            Self::NoVault => (
                "Only you can make the vault",
                "While none is open, no program can have your permission.",
                "Use the window, or run grantkeep on a terminal. \
                 On a server, give the agent GRANTKEEP_PASSPHRASE_FILE.",
            ),
        };
        Problem::new(Code::NotAllowed, title).detail(detail).hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R-AG-04, R-AG-08
    #[test]
    fn each_program_may_ask_for_what_the_rules_say() {
        use Kind::{Manage, Own, Status, Token};
        let (window, cli, other) = (Program::Window, Program::Cli, Program::Other);
        let (yes, ask) = (Decision::Allowed, Decision::AsThePersonSays);
        let no = Decision::Refused(Refused::OtherProgram);
        // program, on a terminal, vault unlocked from a file, what is decided
        let cases = [
            (window, false, false, [yes, yes, yes, yes], "the window"),
            (cli, true, false, [yes, ask, yes, yes], "our CLI on a terminal"),
            (cli, false, false, [yes, ask, ask, yes], "our CLI in a script, or started by the browser"),
            (cli, false, true, [yes, yes, yes, yes], "our CLI in a script on a server"),
            (cli, true, true, [yes, yes, yes, yes], "and on its terminal"),
            (other, true, false, [yes, ask, ask, no], "a terminal alone does not make a program ours"),
            (other, false, true, [yes, ask, ask, no], "the passphrase file speaks for our CLI alone"),
            (Program::Untold, false, false, [yes, yes, yes, yes], "where the system does not tell"),
        ];
        for (program, terminal, from_file, wanted, why) in cases {
            let caller = Caller { program, terminal, same_user: true };
            let decided = [Status, Token, Manage, Own].map(|kind| decide(caller, from_file, kind));
            assert_eq!(decided, wanted, "{why}");
        }
    }

    // R-AG-01
    #[test]
    fn another_user_gets_nothing() {
        let caller = Caller { program: Program::Window, terminal: true, same_user: false };
        for kind in [Kind::Status, Kind::Token, Kind::Manage, Kind::Own] {
            assert_eq!(decide(caller, true, kind), Decision::Refused(Refused::OtherUser), "{kind:?}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        for refused in [Refused::OtherUser, Refused::OtherProgram, Refused::NoVault] {
            let problem = refused.problem();
            assert_eq!(problem.code, Code::NotAllowed);
            assert!(!problem.hint.is_empty() && problem.detail.ends_with('.'), "{refused:?}");
        }
    }
}
