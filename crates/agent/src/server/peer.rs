//! Who is at the other end of a connection.

use axum::extract::FromRequestParts;
use grantkeep_api::requests::Purpose;
use http::request::Parts;
use tokio::net::unix::UCred;

use super::failure::Failure;
use crate::access::{Caller, Program, Programs, has_terminal, name_of};

/// The process that asks.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) pid: Option<i32>,
    pub(super) name: Option<String>,
    pub(super) caller: Caller,
}

impl Peer {
    /// Looks at the process, once a connection: as it is when it connects.
    pub(super) fn of(credentials: UCred, programs: &Programs) -> Self {
        let pid = credentials.pid().filter(|pid| *pid > 0);
        let caller = Caller {
            program: programs.of_process(pid),
            terminal: has_terminal(pid),
            same_user: credentials.uid() == rustix::process::geteuid().as_raw(),
        };
        Self { pid, name: name_of(pid), caller }
    }

    /// Who gets a token, for the history (R-AG-06).
    pub(super) fn receiver(&self, purpose: Purpose) -> String {
        match (purpose, self.caller.program) {
            (Purpose::Copy, _) => "the clipboard".to_owned(),
            (Purpose::HandOut, Program::Window) => "the window".to_owned(),
            (Purpose::HandOut, Program::Cli | Program::Other | Program::Untold) => {
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
