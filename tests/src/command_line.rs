//! The real `grantkeep` beside a running agent.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::AgentProcess;

/// What a command said, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Exit code; `None` = ended by a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl AgentProcess {
    /// The command with its arguments, as a script calls it: no terminal, no display.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.cli();
        command.args(args);
        command
    }

    /// Runs the command to its end.
    ///
    /// # Panics
    /// When it was not built.
    #[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
    pub fn run(&self, args: &[&str]) -> Said {
        Said::of(self.command(args).output().expect("the command line was built"))
    }

    /// The command in a terminal of its own, where `typed` is typed; standard output has what the terminal showed.
    pub fn in_terminal(&self, args: &str, typed: &str) -> Said {
        let line = format!("{} {args}", self.cli_path().display());
        let mut command = self.beside("script");
        command.args(["--quiet", "--return", "--echo", "never", "--command", &line, "/dev/null"]);
        // The keyboard stays there: its end would be an answer, too.
        run(command.env("TERM", "dumb"), typed, true)
    }

    /// Where the command is found, for programs that call it.
    pub fn cli_path(&self) -> PathBuf {
        PathBuf::from(self.cli().get_program())
    }

    /// Another program, in the environment that the command has.
    pub fn beside(&self, program: &str) -> Command {
        self.in_our_environment(program)
    }
}

/// Runs a command with something on its standard input.
///
/// # Panics
/// When its program is not there.
pub fn said(command: &mut Command, input: &str) -> Said {
    run(command, input, false)
}

#[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
fn run(command: &mut Command, input: &str, stays_open: bool) -> Said {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a program that is there");
    let mut stdin = child.stdin.take();
    if let Some(stdin) = &mut stdin {
        // One that does not read may have ended already.
        let _ = stdin.write_all(input.as_bytes());
    }
    let open = stdin.filter(|_| stays_open);
    let output = child.wait_with_output().expect("an end");
    drop(open);
    Said::of(output)
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Standard output, of a command that must have worked.
    ///
    /// # Panics
    /// When it did not.
    pub fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// Standard output as JSON, of a command that must have worked.
    ///
    /// # Panics
    /// When it did not, or said something else.
    #[expect(clippy::expect_used, reason = "a command that writes no JSON fails the test")]
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.good()).expect("JSON")
    }
}
