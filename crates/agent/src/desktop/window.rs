//! The window, opened by the agent: it alone opens a browser.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use grantkeep_core::model::AccountId;

/// What the window is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Show {
    /// Itself.
    Window,
    /// An account.
    Account(AccountId),
    /// An account, which it is to authorize in the browser.
    Authorize(AccountId),
}

impl Show {
    fn argument(&self) -> Option<String> {
        match self {
            Self::Window => None,
            Self::Account(id) => Some(format!("--select={id}")),
            Self::Authorize(id) => Some(format!("--authorize={id}")),
        }
    }
}

/// Starts the window beside this program, detached; a window that runs takes it over.
pub(super) fn open(show: &Show, environment: &BTreeMap<String, String>) {
    let program = std::env::current_exe().map(|own| own.with_file_name("grantkeep-desktop"));
    let started = program.and_then(|program| {
        Command::new(program)
            .args(show.argument())
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .spawn()
    });
    match started {
        Ok(mut child) => {
            // Waits for its end, so that it stays no zombie while the agent lives.
            std::thread::spawn(move || child.wait());
        }
        Err(error) => tracing::warn!(%error, "the window can't be opened"),
    }
}
