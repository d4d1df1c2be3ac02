//! Child processes: each leads a process group of its own, and no group outlives this process.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::out::{Failure, Outcome};

/// Set when a signal has come and the children are being ended.
static ENDING: AtomicBool = AtomicBool::new(false);

/// The process groups that run at this moment.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// One command to run.
pub(crate) struct Run {
    command: Command,
    shown: String,
    own_group: bool,
}

impl Run {
    /// Prepares `program`, without standard input.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        let name = Path::new(program).file_name().unwrap_or(program);
        Self { command, shown: name.to_string_lossy().into_owned(), own_group: true }
    }

    pub(crate) fn args<I, S>(mut self, args: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        for arg in args {
            self.shown.push(' ');
            self.shown.push_str(&quoted(&arg.as_ref().to_string_lossy()));
            self.command.arg(arg);
        }
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Keeps standard output free for what the command was asked for.
    pub(crate) fn output_to_stderr(mut self) -> Self {
        self.command.stdout(io::stderr());
        self
    }

    /// Puts everything on standard output, in order.
    pub(crate) fn all_to_stdout(mut self) -> Self {
        self.command.stderr(io::stdout());
        self
    }

    /// Lets the command talk to the person, as `sudo` does. It stays in the terminal's foreground group.
    pub(crate) fn interactive(mut self) -> Self {
        self.command.stdin(Stdio::inherit());
        self.own_group = false;
        self
    }

    /// The child ends by itself when this process is gone, because it watches its standard input.
    pub(crate) fn watched_stdin(mut self) -> Self {
        self.command.stdin(Stdio::piped());
        self
    }

    /// Hands what the child prints to whoever holds it.
    pub(crate) fn read_by_us(mut self) -> Self {
        self.command.stdout(Stdio::piped());
        self
    }

    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs to the end, and ends whatever it left behind in its group.
    pub(crate) fn run(self) -> Outcome {
        let shown = self.shown.clone();
        let mut running = self.start()?;
        let status = running.wait()?;
        if status.success() {
            return Ok(());
        }
        match status.code() {
            Some(code) => Err(Failure::new(format!("`{shown}` ended with exit code {code}"))),
            None => Err(Failure::new(format!("`{shown}` was ended by a signal"))),
        }
    }

    /// Starts the command; dropping what is returned ends its whole group.
    pub(crate) fn start(mut self) -> Outcome<Running> {
        if self.own_group {
            lead_a_group(&mut self.command);
        }
        // Held while starting, so that a signal in between finds the new group in the list.
        let mut groups = lock();
        let child = self
            .command
            .spawn()
            .map_err(|e| Failure::because(format!("could not start `{}`", self.shown), e))?;
        let group = self.own_group.then(|| child.id());
        groups.extend(group);
        Ok(Running { child, group })
    }

    /// Runs quietly and returns what it printed, or `None` when it failed or does not exist.
    pub(crate) fn read(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// `word` as a shell takes it, for a person to copy.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A process of ours that runs.
pub(crate) struct Running {
    pub(crate) child: Child,
    group: Option<u32>,
}

impl Running {
    /// Waits until the process has ended.
    pub(crate) fn wait(&mut self) -> Outcome<ExitStatus> {
        let status = self.child.wait().map_err(|e| Failure::because("could not wait for a process", e))?;
        let_a_signal_finish();
        Ok(status)
    }

    /// Lets the processes in the group live on, once the first of them has ended.
    pub(crate) fn leave_the_rest(&mut self) {
        if let Some(group) = self.group.take() {
            lock().retain(|other| *other != group);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(group) = self.group.take() else { return };
        signal_group(group, End::Politely);
        let _ = self.child.wait();
        signal_group(group, End::AtOnce);
        lock().retain(|other| *other != group);
    }
}

/// Makes Ctrl-C, SIGTERM and SIGHUP end all children, then this process.
pub(crate) fn end_children_on_signals() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                ENDING.store(true, Ordering::SeqCst);
                end_all();
                leave(128 + signal);
            }
        });
    }
}

#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "a signal ends this process while its main thread waits for a child"
)]
fn leave(code: i32) -> ! {
    std::process::exit(code)
}

/// Waits for the end when a signal has come: the children's failure is then only its echo.
fn let_a_signal_finish() {
    while ENDING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// How a group is asked to end.
#[derive(Clone, Copy)]
enum End {
    Politely,
    AtOnce,
}

#[cfg(unix)]
fn end_all() {
    use std::time::Duration;

    let groups = lock().clone();
    for group in &groups {
        signal_group(*group, End::Politely);
    }
    // A test runner needs a moment to end its own children, which lead groups of their own.
    for _ in 0..50 {
        if groups.iter().all(|group| !is_alive(*group)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    for group in &groups {
        signal_group(*group, End::AtOnce);
    }
}

#[cfg(unix)]
fn lead_a_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn lead_a_group(_command: &mut Command) {}

#[cfg(unix)]
fn signal_group(group: u32, end: End) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match end {
        End::Politely => Signal::TERM,
        End::AtOnce => Signal::KILL,
    };
    let Some(pid) = i32::try_from(group).ok().and_then(Pid::from_raw) else { return };
    // The group may be gone already, which is what was wanted.
    let _ = kill_process_group(pid, signal);
}

#[cfg(not(unix))]
fn signal_group(_group: u32, _end: End) {}

#[cfg(unix)]
fn is_alive(group: u32) -> bool {
    use rustix::process::{Pid, test_kill_process_group};
    i32::try_from(group).ok().and_then(Pid::from_raw).is_some_and(|pid| test_kill_process_group(pid).is_ok())
}

fn lock() -> MutexGuard<'static, Vec<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_says_what_it_was() {
        let failure = Run::new("sh").args(["-c", "exit 3"]).run().unwrap_err();

        assert_eq!(failure.to_string(), "`sh -c 'exit 3'` ended with exit code 3");
    }

    #[test]
    fn nothing_outlives_a_command() {
        let running = Run::new("sh").args(["-c", "sleep 60 & sleep 60"]).start().unwrap();
        let group = running.child.id();
        assert!(is_alive(group));

        drop(running);

        let gone = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            !is_alive(group)
        });
        assert!(gone, "the sleeping grandchild is ended too");
    }

    #[test]
    fn what_is_shown_can_be_copied_into_a_shell() {
        let cases = [("-y", "-y"), ("pkgconfig(x)", "'pkgconfig(x)'"), ("it's", r"'it'\''s'"), ("", "''")];
        for (word, shown) in cases {
            assert_eq!(quoted(word), shown);
        }
    }

    #[test]
    fn a_missing_program_reads_as_nothing() {
        assert_eq!(Run::new("no-such-program-at-all").read(), None);
    }
}
