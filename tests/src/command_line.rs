//! The real `grantkeep` beside a running agent.

use std::io::Write as _;
use std::path::Path;
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
    /// The command as a script calls it: no terminal, no display, and the agent's own home.
    pub fn cli(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.programs().join("grantkeep"));
        command.args(args);
        self.at_home(&mut command);
        command
    }

    /// Runs the command to its end.
    ///
    /// # Panics
    /// When it was not built.
    #[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
    pub fn run(&self, args: &[&str]) -> Said {
        Said::of(self.cli(args).output().expect("the command line was built"))
    }

    /// The command in a terminal of its own, where `typed` is typed; standard output has what the terminal showed.
    pub fn in_terminal(&self, args: &str, typed: &str) -> Said {
        let line = format!("{} {args}", self.programs().join("grantkeep").display());
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--echo", "never", "--command", &line, "/dev/null"]);
        self.at_home(&mut command);
        said(command.env("TERM", "dumb"), typed)
    }

    /// Where the command is found, for programs that call it.
    pub fn cli_path(&self) -> std::path::PathBuf {
        self.programs().join("grantkeep")
    }

    /// Gives a command the agent's home, and nothing else of the environment but `PATH`.
    pub fn at_home(&self, command: &mut Command) {
        let home = self.client().folders().data.clone();
        let root = home.parent().unwrap_or(Path::new("/")).to_owned();
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &root)
            .env("GRANTKEEP_HOME", home)
            .env("XDG_RUNTIME_DIR", root.join("run"))
            // The one that runs is the one that is meant.
            .env("GRANTKEEP_AGENT", "/nowhere/grantkeep-agent")
            .stdin(Stdio::null());
    }
}

/// Runs a command with something on its standard input.
///
/// # Panics
/// When its program is not there.
#[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
pub fn said(command: &mut Command, input: &str) -> Said {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a program that is there");
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read may have ended already.
        let _ = stdin.write_all(input.as_bytes());
    }
    Said::of(child.wait_with_output().expect("an end"))
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
