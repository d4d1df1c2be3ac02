//! Who is at the other end of a connection.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use grantkeep_api::requests::Purpose;
use http::request::Parts;
use tokio::net::unix::UCred;

use super::failure::Failure;
use crate::access::{Asker, Caller, Program, Programs, asker, look};

/// The process that asks.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) pid: Option<i32>,
    pub(super) name: Option<String>,
    pub(super) caller: Caller,
    /// Who asks through it; `None` for the window, which asks for the person, and where the system tells nothing.
    pub(super) asker: Option<Arc<Asker>>,
}

impl Peer {
    /// Looks at the process, once a connection: as it is when it connects.
    pub(super) fn of(credentials: UCred, programs: &Programs) -> Self {
        let pid = credentials.pid().filter(|pid| *pid > 0);
        let now = programs.now();
        // A process is looked at once: the walk to the caller passes some of them twice.
        let seen = RefCell::new(HashMap::new());
        let of = |pid: i32| {
            let known = seen.borrow().get(&pid).cloned();
            known.unwrap_or_else(|| {
                let process = look(pid, &now);
                seen.borrow_mut().insert(pid, process.clone());
                process
            })
        };
        let process = pid.and_then(of);
        let program = programs.of(process.as_ref());
        let caller = Caller {
            program,
            terminal: process.as_ref().is_some_and(|process| process.terminal != 0),
            same_user: credentials.uid() == rustix::process::geteuid().as_raw(),
        };
        let asker = match program {
            Program::Window | Program::Untold => None,
            // No process has the number 0.
            Program::Cli | Program::Other => Some(asker(pid.unwrap_or(0), &of)),
        };
        Self { pid, name: process.map(|process| process.name), caller, asker: asker.map(Arc::new) }
    }

    /// Who gets a token, for the history (R-AG-06).
    pub(super) fn receiver(&self, purpose: Purpose) -> String {
        match (purpose, self.caller.program, &self.asker) {
            (Purpose::Copy, Program::Window, _) => "the clipboard".to_owned(),
            (Purpose::HandOut, Program::Window, _) => "the window".to_owned(),
            (_, _, Some(asker)) => asker.shown(),
            (_, _, None) => {
                let name = self.name.as_deref().unwrap_or("a program");
                self.pid.map_or_else(|| name.to_owned(), |pid| format!("{name} (process {pid})"))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        parts.extensions.get().cloned().ok_or_else(|| Failure::internal("a request came from nowhere"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Who;
    use grantkeep_api::views::ProgramKind;

    // R-AG-06
    #[test]
    fn the_history_names_who_gets_a_token() {
        use Program::{Cli, Other, Untold, Window};
        use Purpose::{Copy, HandOut};
        let git = "git (/usr/bin/git, process 70)";
        let cases = [
            (Window, Copy, "the clipboard", "the window copies for the person"),
            (Window, HandOut, "the window", "or shows it"),
            (Cli, HandOut, git, "our CLI is nobody itself"),
            (Other, HandOut, git, "a program"),
            (Other, Copy, git, "nobody else has the clipboard"),
            (Untold, HandOut, "tool (process 71)", "where the system tells little"),
            (Untold, Copy, "tool (process 71)", "and says so"),
        ];
        for (program, purpose, receiver, why) in cases {
            let told = !matches!(program, Window | Untold);
            let peer = Peer {
                pid: Some(71),
                name: Some("tool".to_owned()),
                caller: Caller { program, terminal: false, same_user: true },
                asker: told.then(|| Arc::new(git_asks())),
            };
            assert_eq!(peer.receiver(purpose), receiver, "{why}");
        }
    }

    fn git_asks() -> Asker {
        Asker {
            who: Who::Program("/usr/bin/git".to_owned()),
            name: "git".to_owned(),
            kind: ProgramKind::Program,
            pid: Some(70),
            parent: None,
            session: None,
        }
    }
}
