//! Who asks (R-AG-04): the program of the process at the other end, or, for our own CLI, whoever called it.
//!
//! The walk is a function of what the system tells about processes, so that it can be tested on tables.

use grantkeep_api::views::{ProgramKind, ProgramView};

use super::Program;
use super::kinds::kind_of;
use super::process::{Process, terminal_name};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asker {
    /// Whom a permission is for.
    pub(crate) who: Who,
    /// Short name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: ProgramKind,
    /// Its process; a terminal session's leader.
    pub(crate) pid: Option<i32>,
    /// The process that started it, to name it when the person is asked.
    pub(crate) parent: Option<i32>,
    /// The terminal session that the request came from.
    pub(crate) session: Option<Session>,
}

/// Whom a permission is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// Every process of an executable, by its path.
    Program(String),
    /// One process, where the system tells no executable.
    Process {
        /// Its number.
        pid: i32,
        /// When it was started.
        started: u64,
    },
    /// The person at a terminal.
    Terminal(Session),
    /// The system tells nothing.
    Untold,
}

/// A terminal session, told from a later one of the same number by its leader's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Session {
    /// Its number: its leader's process.
    pub(crate) id: i32,
    /// Its terminal (`tty_nr`).
    pub(crate) terminal: i32,
    /// When its leader was started.
    pub(crate) started: u64,
}

/// Says who asks through the process `pid`; `of` tells about a process.
///
/// Our CLI is nobody itself, and neither is a shell: the caller is the first process above it that is something
/// else. Where there is nothing else up to the leader of its terminal session, the caller is that session, the
/// person.
pub(crate) fn asker(pid: i32, of: &impl Fn(i32) -> Option<Process>) -> Asker {
    let Some(client) = of(pid) else { return untold(None) };
    let session = session_of(&client, of);
    let found = match client.program {
        Program::Cli => caller(pid, client, session, of),
        Program::Window | Program::Other | Program::Untold => Found::Process(pid, client),
    };
    match found {
        Found::Process(pid, process) => of_process(pid, process, session),
        Found::Session(session) => of_session(session, of),
        Found::Nobody => untold(session),
    }
}

impl Asker {
    /// For front ends.
    pub(crate) fn view(&self) -> ProgramView {
        ProgramView { name: self.name.clone(), path: self.path().map(ToOwned::to_owned), kind: self.kind }
    }

    /// The executable that a permission is for.
    pub(crate) fn path(&self) -> Option<&str> {
        match &self.who {
            Who::Program(path) => Some(path),
            Who::Process { .. } | Who::Terminal(_) | Who::Untold => None,
        }
    }

    /// For the history (R-AG-06): `git (/usr/bin/git, process 4121)`.
    pub(crate) fn shown(&self) -> String {
        let place = match &self.who {
            Who::Program(path) => Some(path.clone()),
            Who::Terminal(session) => Some(format!("terminal {}", terminal_name(session.terminal))),
            Who::Process { .. } | Who::Untold => None,
        };
        let process = self.pid.map(|pid| format!("process {pid}"));
        let about: Vec<String> = place.into_iter().chain(process).collect();
        if about.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, about.join(", ")) }
    }
}

enum Found {
    Process(i32, Process),
    Session(Session),
    Nobody,
}

/// The terminal session of a process, while its leader is there.
fn session_of(process: &Process, of: &impl Fn(i32) -> Option<Process>) -> Option<Session> {
    let Process { session: id, terminal, .. } = *process;
    if terminal == 0 {
        return None;
    }
    // A leader that is gone may have left its number to another process, which is in a session of its own.
    let leader = of(id).filter(|leader| leader.session == id && leader.terminal == terminal)?;
    Some(Session { id, terminal, started: leader.started })
}

/// Who called our CLI.
fn caller(
    pid: i32,
    client: Process,
    session: Option<Session>,
    of: &impl Fn(i32) -> Option<Process>,
) -> Found {
    let (mut at, mut current) = (pid, client);
    for _ in 0..FARTHEST {
        if let Some(session) = session.filter(|session| session.id == at) {
            return Found::Session(session);
        }
        let Some(parent) = of(current.parent) else { return Found::Nobody };
        (at, current) = (current.parent, parent);
        if !(current.shell || current.program == Program::Cli) {
            return Found::Process(at, current);
        }
    }
    Found::Nobody
}

fn of_process(pid: i32, process: Process, session: Option<Session>) -> Asker {
    let kind = match &process.path {
        Some(path) if pid != FIRST => kind_of(path),
        Some(_) | None => ProgramKind::Unknown,
    };
    let who = match process.path {
        Some(path) => Who::Program(path),
        None => Who::Process { pid, started: process.started },
    };
    let parent = (process.parent > 0).then_some(process.parent);
    Asker { who, name: process.name, kind, pid: Some(pid), parent, session }
}

fn of_session(session: Session, of: &impl Fn(i32) -> Option<Process>) -> Asker {
    // What shows the terminal stands above the session; over the network or on the console nothing better is told.
    let above = of(session.id).and_then(|leader| of(leader.parent));
    let above =
        above.filter(|process| process.session != session.id && !process.shell).map(|above| above.name);
    Asker {
        who: Who::Terminal(session),
        name: above.unwrap_or_else(|| terminal_name(session.terminal)),
        kind: ProgramKind::Terminal,
        pid: Some(session.id),
        parent: None,
        session: Some(session),
    }
}

fn untold(session: Option<Session>) -> Asker {
    Asker {
        who: Who::Untold,
        name: "a program".to_owned(),
        kind: ProgramKind::Unknown,
        pid: None,
        parent: None,
        session,
    }
}

/// The process that starts all others.
const FIRST: i32 = 1;

/// Processes between our CLI and its caller.
const FARTHEST: usize = 64;

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
