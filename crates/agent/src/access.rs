//! Who may ask for what (R-AG-08), as far as programs can't be given permission yet.
//!
//! Tokens go to the window, to our CLI on a terminal, and, where the agent itself unlocked a passphrase vault from
//! a private file, to that file's owner. What changes something is for the window and our CLI. Status and history
//! are for every program of the same user.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use grantkeep_api::views::{Code, Problem};

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
    /// Looking: names, status, history.
    Status,
    /// Getting or using a token of an account: `token`, `refresh`, `test`.
    Token,
    /// Everything else that changes something.
    Manage,
    /// Talk among our own programs: `redirect`, `session`, `unlock`, `retire`.
    Own,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Another user's process.
    OtherUser,
    /// Our CLI, without a terminal that a person could be at.
    NoTerminal,
    /// A program that nobody gave permission.
    OtherProgram,
}

/// Says whether `caller` may ask for something of that kind.
///
/// `unlocked_from_file`: the agent itself unlocked a passphrase vault from a private file. What the client's own
/// environment says never counts.
///
/// # Errors
/// Why not.
pub fn decide(caller: Caller, unlocked_from_file: bool, kind: Kind) -> Result<(), Refused> {
    if !caller.same_user {
        return Err(Refused::OtherUser);
    }
    match (kind, caller.program) {
        (Kind::Status, _) | (_, Program::Window | Program::Untold) | (Kind::Own, Program::Cli) => Ok(()),
        (Kind::Token | Kind::Manage, Program::Cli) if caller.terminal || unlocked_from_file => Ok(()),
        (Kind::Token, Program::Other) if unlocked_from_file => Ok(()),
        (Kind::Token | Kind::Manage, Program::Cli) => Err(Refused::NoTerminal),
        (Kind::Token | Kind::Manage | Kind::Own, Program::Other) => Err(Refused::OtherProgram),
    }
}

impl Refused {
    /// The refusal in the person's words.
    pub fn problem(self, kind: Kind) -> Problem {
        let title = match kind {
            Kind::Status => "This program may not ask",
            Kind::Token => "This program may not get a token",
            Kind::Manage => "This program may not change anything",
            Kind::Own => "Only Grantkeep's own programs may ask for this",
        };
        let (detail, hint) = match self {
            Self::OtherUser => ("It runs as another user.", "Run it as the user that the vault belongs to."),
            Self::NoTerminal => (
                "It runs without a terminal, so nobody can be seen to have asked.",
                "Run it on a terminal, or use the window. On a server, give the agent GRANTKEEP_PASSPHRASE_FILE.",
            ),
            Self::OtherProgram => (
                "Programs can't be given permission yet.",
                "Run grantkeep on a terminal, or use the window. \
                 On a server, give the agent GRANTKEEP_PASSPHRASE_FILE.",
            ),
        };
        Problem::new(Code::NotAllowed, title).detail(detail).hint(hint)
    }
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

/// Tells programs apart by their executable files.
#[derive(Debug)]
pub struct Programs {
    trust: Trust,
    folder: Option<PathBuf>,
    /// As they were when the agent started: a window that an update replaced on disk is still ours.
    at_start: Vec<(Program, File)>,
}

/// A file, whatever its name.
type File = (u64, u64);

impl Programs {
    /// Looks at the programs beside the agent's own executable.
    pub fn beside_us(trust: Trust) -> Self {
        let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
        let at_start = folder.as_deref().map(files_in).unwrap_or_default();
        Self { trust, folder, at_start }
    }

    /// Which program the process is.
    pub fn of_process(&self, pid: Option<i32>) -> Program {
        if self.trust == Trust::SameUser {
            return Program::Window;
        }
        if !cfg!(target_os = "linux") {
            return Program::Untold;
        }
        let Some(exe) = pid.and_then(|pid| file_at(Path::new(&format!("/proc/{pid}/exe")))) else {
            return Program::Other;
        };
        let now = self.folder.as_deref().map(files_in).unwrap_or_default();
        let ours = self.at_start.iter().chain(&now).find(|(_, file)| *file == exe);
        ours.map_or(Program::Other, |(program, _)| *program)
    }
}

/// The process has a controlling terminal, as far as the system tells.
pub fn has_terminal(pid: Option<i32>) -> bool {
    let stat = pid.and_then(|pid| fs::read_to_string(format!("/proc/{pid}/stat")).ok());
    stat.is_some_and(|stat| terminal_of(&stat).is_some_and(|number| number != 0))
}

/// The name of the process, for the history.
pub fn name_of(pid: Option<i32>) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{}/comm", pid?)).ok()?;
    Some(grantkeep_core::model::plain(&name, 32))
}

/// `tty_nr` of `proc_pid_stat(5)`. The program's name before it may hold anything, parentheses included.
fn terminal_of(stat: &str) -> Option<i32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(4)?.parse().ok()
}

fn files_in(folder: &Path) -> Vec<(Program, File)> {
    let names = [(Program::Window, "grantkeep-desktop"), (Program::Cli, "grantkeep")];
    names.into_iter().filter_map(|(program, name)| Some((program, file_at(&folder.join(name))?))).collect()
}

fn file_at(path: &Path) -> Option<File> {
    fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R-AG-08
    #[test]
    fn tokens_go_to_the_window_to_a_terminal_and_to_the_owner_of_a_passphrase_file() {
        use Kind::{Manage, Own, Status, Token};
        let (window, cli, other) = (Program::Window, Program::Cli, Program::Other);
        // program, on a terminal, vault unlocked from a file, what is allowed
        let cases = [
            (window, false, false, [true, true, true, true], "the window"),
            (cli, true, false, [true, true, true, true], "our CLI on a terminal"),
            (cli, false, false, [true, false, false, true], "our CLI in a script, or started by the browser"),
            (cli, false, true, [true, true, true, true], "our CLI in a script on a server"),
            (
                other,
                true,
                false,
                [true, false, false, false],
                "a terminal alone does not make a program ours",
            ),
            (other, false, true, [true, true, false, false], "any program on a server"),
            (Program::Untold, false, false, [true, true, true, true], "where the system does not tell"),
        ];
        for (program, terminal, from_file, allowed, why) in cases {
            let caller = Caller { program, terminal, same_user: true };
            let decided = [Status, Token, Manage, Own].map(|kind| decide(caller, from_file, kind).is_ok());
            assert_eq!(decided, allowed, "{why}");
        }
    }

    // R-AG-01
    #[test]
    fn another_user_gets_nothing() {
        let caller = Caller { program: Program::Window, terminal: true, same_user: false };
        for kind in [Kind::Status, Kind::Token, Kind::Manage, Kind::Own] {
            assert_eq!(decide(caller, true, kind), Err(Refused::OtherUser), "{kind:?}");
        }
    }

    #[test]
    fn a_refusal_says_how_to_allow_it() {
        for refused in [Refused::OtherUser, Refused::NoTerminal, Refused::OtherProgram] {
            let problem = refused.problem(Kind::Token);
            assert_eq!(problem.code, Code::NotAllowed);
            assert!(!problem.hint.is_empty() && problem.detail.ends_with('.'), "{refused:?}");
        }
    }

    #[test]
    fn the_terminal_is_read_behind_any_program_name() {
        let cases = [
            ("7 (bash) S 1 7 7 34816 9 0", Some(34816), "a terminal"),
            ("7 (agent) S 1 7 7 0 -1 0", Some(0), "none"),
            ("7 (a) S 1 1 1 1 b) c) S 1 7 7 0 -1 0", Some(0), "a name made to look like the fields"),
            ("nonsense", None, "nonsense"),
        ];
        for (stat, terminal, why) in cases {
            assert_eq!(terminal_of(stat), terminal, "{why}");
        }
    }

    #[test]
    fn a_program_of_another_place_is_not_ours() {
        let programs = Programs::beside_us(Trust::OwnBinaries);
        let own = i32::try_from(std::process::id()).ok();

        assert_eq!(programs.of_process(own), Program::Other, "a test is not the window");
        assert_eq!(programs.of_process(None), Program::Other);
        assert_eq!(Programs::beside_us(Trust::SameUser).of_process(own), Program::Window);
    }
}
