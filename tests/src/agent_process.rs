//! The real agent in a process of its own, asked over its socket as the window asks it.

mod acts;

use std::ffi::OsString;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use grantkeep_api::client::Agent;
use grantkeep_api::folders::{Folders, Platform};
use grantkeep_api::views::VaultState;
use tempfile::TempDir;

use crate::{Group, until_blocking};

/// A home of the agent: vault, log, runtime folder and a passphrase file. It outlives the agents that live in it.
pub struct Home {
    folder: TempDir,
}

/// A running agent; ended with all that it started when it is dropped.
pub struct AgentProcess {
    group: Group,
    client: Agent,
    output: PathBuf,
    cli: Command,
    programs_folder: TempDir,
}

/// The programs in a folder of their own.
pub struct Programs<'a> {
    home: &'a Home,
    folder: TempDir,
}

impl Programs<'_> {
    /// Where they are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The command line in an environment of this home and its passphrase file.
    pub fn cli(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.path().join(CLI));
        command.args(arguments).env_clear().stdin(std::process::Stdio::null());
        command.envs(self.home.variables());
        command.env("GRANTKEEP_PASSPHRASE_FILE", self.home.root().join("passphrase"));
        command
    }
}

/// How an agent is to be started.
pub struct Start<'a> {
    home: &'a Home,
    programs: PathBuf,
    env: Vec<(OsString, OsString)>,
    passphrase_file: bool,
    wrapper: Vec<OsString>,
}

impl Home {
    /// A home without a vault; its passphrase file is there.
    ///
    /// # Panics
    /// When there is no temporary folder.
    pub fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// A home below a folder, such as one in memory.
    ///
    /// # Panics
    /// When none can be made there.
    #[expect(clippy::expect_used, reason = "a test without a folder cannot go on")]
    pub fn below(folder: &Path) -> Self {
        let folder = tempfile::tempdir_in(folder).expect("a temporary folder");
        for name in ["home", "run"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
            private(&folder.path().join(name), 0o700);
        }
        let file = folder.path().join("passphrase");
        std::fs::write(&file, "correct horse battery staple\n").expect("the passphrase file");
        private(&file, 0o600);
        Self { folder }
    }

    /// The folder of vault and log: `GRANTKEEP_HOME`.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Everything: also the runtime folder and what the agent wrote to its standard error.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// How an agent of this home is started: the real program, with the passphrase file.
    pub fn agent(&self) -> Start<'_> {
        let programs = programs();
        Start { home: self, programs, env: Vec::new(), passphrase_file: true, wrapper: Vec::new() }
    }

    /// The environment of this home, and nothing else.
    fn variables(&self) -> [(&'static str, OsString); 4] {
        [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", self.root().into()),
            ("GRANTKEEP_HOME", self.path().into()),
            ("XDG_RUNTIME_DIR", self.root().join("run").into()),
        ]
    }

    /// The programs installed for this home, and no agent yet: whoever comes first starts it.
    ///
    /// # Panics
    /// When they were not built.
    pub fn programs(&self) -> Programs<'_> {
        Programs { home: self, folder: install(&programs()).0 }
    }

    /// The client's folders of this home.
    ///
    /// # Panics
    /// When the socket's path is too long.
    #[expect(clippy::expect_used, reason = "temporary folders have short names")]
    pub fn folders(&self) -> Folders {
        let variable = |name: &str| match name {
            "GRANTKEEP_HOME" => Some(self.path().into_os_string()),
            "XDG_RUNTIME_DIR" => Some(self.root().join("run").into_os_string()),
            _ => None,
        };
        let platform = Platform { data: None, state: None, config: None };
        Folders::of(&variable, &platform, Path::new("/")).expect("the folders of a home")
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Start<'_> {
    /// With a variable; nothing else is inherited but `PATH`.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The program of another folder.
    pub fn from_folder(self, programs: PathBuf) -> Self {
        Self { programs, ..self }
    }

    /// Without the passphrase file: the person has to unlock.
    pub fn without_passphrase_file(self) -> Self {
        Self { passphrase_file: false, ..self }
    }

    /// The program that can be stopped at a named point, stopped at `point`: there it ends without a further step.
    ///
    /// # Panics
    /// When that program was not built.
    pub fn stopping_at(self, point: &str) -> Self {
        Self { programs: programs_with_failpoints(), ..self }
            .env("GRANTKEEP_FAILPOINTS", format!("{point}=kill"))
    }

    /// Started by another program, such as `prlimit`.
    pub fn by(self, wrapper: &[&str]) -> Self {
        Self { wrapper: wrapper.iter().map(Into::into).collect(), ..self }
    }

    /// Starts it and waits until it answers and its vault is no longer being opened.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn start(self) -> AgentProcess {
        let mut agent = self.spawn();
        until_blocking("the agent answers", || {
            assert!(agent.group.ended().is_none(), "the agent ended: {}", agent.output());
            // A client that meets no agent starts one of its own, in the environment of the tests.
            UnixStream::connect(&agent.client.folders().socket).ok()?;
            let vault = agent.client.agent().ok()?.vault;
            (vault != VaultState::Opening).then_some(())
        });
        agent
    }

    /// Starts it without waiting.
    ///
    /// # Panics
    /// When its program is not there.
    #[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
    pub fn spawn(self) -> AgentProcess {
        let (folder, program) = install(&self.programs);
        let output = self.home.root().join("agent.stderr");
        let file = std::fs::File::options().create(true).append(true).open(&output).expect("a file");
        let mut words = self.wrapper.into_iter().chain([program.into_os_string()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .env_clear()
            .envs(self.home.variables())
            .envs(self.env)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(file);
        if self.passphrase_file {
            command.env("GRANTKEEP_PASSPHRASE_FILE", self.home.root().join("passphrase"));
        }
        let mut cli = Command::new(folder.path().join(CLI));
        cli.env_clear().envs(self.home.variables()).stdin(std::process::Stdio::null());
        let group = Group::start(&mut command);
        AgentProcess { group, client: Agent::of(self.home.folders()), output, cli, programs_folder: folder }
    }
}

impl AgentProcess {
    /// The API, as the window has it.
    pub fn client(&self) -> Agent {
        self.client.clone()
    }

    /// The process.
    pub fn group(&mut self) -> &mut Group {
        &mut self.group
    }

    /// Ends it as a crash would.
    pub fn kill(mut self) {
        self.group.kill();
    }

    /// The command line beside this agent, which trusts it, in an environment of nothing but this home.
    pub fn cli(&self) -> Command {
        self.in_our_environment(self.cli.get_program())
    }

    /// A program in the environment that the command line has.
    pub(crate) fn in_our_environment(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().stdin(std::process::Stdio::null());
        for (name, value) in self.cli.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command
    }

    /// Puts a program in the place of the window that writes down what it is asked; the file that has it, a line each.
    ///
    /// # Panics
    /// When the folder cannot be written.
    #[expect(clippy::expect_used, reason = "a test without its files cannot go on")]
    pub fn watch_window(&self) -> PathBuf {
        let folder = self.programs_folder.path();
        let (asked, new) = (folder.join("asked"), folder.join("new-window"));
        std::fs::write(&asked, "").expect("a file");
        let script = format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\n", asked.display());
        std::fs::write(&new, script).expect("a script");
        private(&new, 0o700);
        std::fs::rename(&new, folder.join("grantkeep-desktop")).expect("in the window's place");
        asked
    }

    /// Process number.
    pub fn pid(&self) -> u32 {
        self.group.pid()
    }

    /// Asks it to leave (SIGTERM), and waits until it has.
    ///
    /// # Panics
    /// When it does not leave.
    pub fn leave(mut self) {
        self.group.signal(rustix::process::Signal::TERM);
        self.group.wait();
    }

    /// What it wrote to its standard error.
    pub fn output(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }
}

/// The folder of the agent that can be stopped at a named point: `GRANTKEEP_TEST_FAILPOINTS`, else where
/// `cargo xtask test` leaves it.
///
/// # Panics
/// When it is not there: a crash test is never skipped.
fn programs_with_failpoints() -> PathBuf {
    let named = std::env::var_os("GRANTKEEP_TEST_FAILPOINTS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/failpoints"));
    assert!(folder.join(AGENT).is_file(), "no agent with failpoints: `cargo xtask test crash` builds it");
    folder
}

/// The folder of the real programs: `GRANTKEEP_TEST_PROGRAMS`, else the one above the tests' own.
#[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
pub(crate) fn programs() -> PathBuf {
    if let Some(folder) = std::env::var_os("GRANTKEEP_TEST_PROGRAMS").filter(|folder| !folder.is_empty()) {
        return PathBuf::from(folder);
    }
    let own = std::env::current_exe().expect("the place of this program");
    own.ancestors().nth(2).expect("the folder above").to_owned()
}

/// Installs the agent in a folder of its own, with this test in the place of the window: that is whom it trusts.
#[expect(clippy::expect_used, reason = "a test without its programs cannot go on")]
fn install(programs: &Path) -> (TempDir, PathBuf) {
    let own = std::env::current_exe().expect("the place of this program");
    let beside = own.parent().expect("its folder");
    let folder =
        tempfile::tempdir_in(beside).or_else(|_| tempfile::tempdir()).expect("a folder for programs");
    private(folder.path(), 0o755);
    // A link is enough on the same disk; the folder that it is started from is the one that it looks into.
    let place = |name: &str| {
        let (from, to) = (programs.join(name), folder.path().join(name));
        std::fs::hard_link(&from, &to).is_ok() || std::fs::copy(&from, &to).is_ok()
    };
    assert!(place(AGENT), "the agent was not built");
    // A folder of the agent alone serves tests that use no command line.
    place(CLI);
    let program = folder.path().join(AGENT);
    symlink(own, folder.path().join("grantkeep-desktop")).expect("a link");
    (folder, program)
}

#[expect(clippy::expect_used, reason = "a test without its files cannot go on")]
fn private(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
}

const AGENT: &str = "grantkeep-agent";
const CLI: &str = "grantkeep";
