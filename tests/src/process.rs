//! Child processes that leave nothing behind.

use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdin, Command, ExitStatus};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::until_blocking;

/// A child and all that it starts: a process group of its own, killed and reaped on drop.
pub struct Group {
    child: Child,
    ended: Option<ExitStatus>,
    /// Held open, because some children end with their standard input.
    _stdin: Option<ChildStdin>,
}

impl Group {
    /// Starts `command`.
    ///
    /// # Panics
    /// When the program is not there.
    #[expect(clippy::panic, reason = "a test without its programs cannot go on")]
    pub fn start(command: &mut Command) -> Self {
        match command.process_group(0).spawn() {
            Ok(mut child) => Self { _stdin: child.stdin.take(), child, ended: None },
            Err(error) => panic!("{} cannot be started: {error}", command.get_program().display()),
        }
    }

    /// The child, for its output.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Process number of the child.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How the child ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// Waits for the child's end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn wait(&mut self) -> ExitStatus {
        until_blocking("the end of a process", || self.ended())
    }

    /// Waits for the child's end; whether a signal ended it, so that it could not tidy up.
    ///
    /// # Panics
    /// When it does not end.
    pub fn crashed(&mut self) -> bool {
        self.wait().signal().is_some()
    }

    /// Sends a signal to all of the group.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            // Whoever is gone already needs no signal.
            let _ = kill_process_group(pid, signal);
        }
    }

    /// Ends all of the group at once, as a crash would, and reaps the child.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        if self.ended.is_none() {
            self.ended = self.child.wait().ok();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
