//! A desktop session of one's own: folders, a display, a message bus and an unlocked keyring.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use grantkeep_api::folders::{Folders, Platform};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{Display, Failure, Outcome, ensure, wait_until};
use crate::Group;

/// A session that shares nothing with the one the tests run in. What it started ends with it.
pub struct Session {
    keyring: Option<Group>,
    bus: Bus,
    display: Display,
    environment: BTreeMap<String, String>,
    folder: TempDir,
}

struct Bus {
    address: String,
    /// Held open: the bus would fail at its next word.
    _output: BufReader<ChildStdout>,
    _daemon: Group,
}

impl Session {
    /// Starts one, with a keyring that is unlocked.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub async fn start() -> Outcome<Self> {
        // Short, because the paths of sockets are limited.
        let folder = tempfile::Builder::new().prefix("gk-").tempdir()?;
        for name in ["home", "run", "data", "config", "cache", "state", "logs", "tmp"] {
            DirBuilder::new().mode(0o700).create(folder.path().join(name))?;
        }
        let logs = folder.path().join("logs");
        let display = Display::start(&logs.join("display.log"))?;
        let mut environment = environment(folder.path(), display.name());
        let bus = Bus::start(&folder.path().join("run"), &environment, &logs.join("bus.log"))?;
        environment.insert("DBUS_SESSION_BUS_ADDRESS".to_owned(), bus.address.clone());
        let mut session = Self { keyring: None, bus, display, environment, folder };
        session.start_keyring().await?;
        Ok(session)
    }

    /// The display.
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// A folder of this session: `home`, `run`, `data`, `config`, `cache`, `state`, `logs` or `tmp`.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address of its message bus.
    pub fn bus(&self) -> &str {
        &self.bus.address
    }

    /// Sets a variable for what is started from here on.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.environment.insert(name.to_owned(), value.into());
    }

    /// A command in this session; the environment of the tests does not reach it.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.environment).current_dir(self.folder("home")).stdin(Stdio::null());
        command
    }

    /// Starts a command; its words go to `logs/‹name›.log`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn spawn(&self, name: &str, command: &mut Command) -> Outcome<Group> {
        let log = self.log(name)?;
        Ok(Group::start(command.stdout(log.try_clone()?).stderr(log)))
    }

    /// The same with its output to be read.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn spawn_read(&self, name: &str, command: &mut Command) -> Outcome<(Group, BufReader<ChildStdout>)> {
        let mut group = Group::start(command.stdout(Stdio::piped()).stderr(self.log(name)?));
        let output =
            group.child().stdout.take().ok_or_else(|| Failure::new(format!("{name} has no output")))?;
        Ok((group, BufReader::new(output)))
    }

    /// Where the vault, the log and the agent's socket of this session are.
    ///
    /// # Errors
    /// There is no place for them.
    pub fn folders(&self) -> Outcome<Folders> {
        let lookup = |name: &str| self.environment.get(name).map(Into::into);
        let platform = Platform {
            data: Some(self.folder("data")),
            state: Some(self.folder("state")),
            config: Some(self.folder("config")),
        };
        Ok(Folders::of(&lookup, &platform, Path::new("/"))?)
    }

    /// Process number of the agent, if one answers.
    ///
    /// # Errors
    /// There is no place for its socket.
    pub fn agent_pid(&self) -> Outcome<Option<Pid>> {
        let Ok(stream) = UnixStream::connect(self.folders()?.socket) else { return Ok(None) };
        Ok(rustix::net::sockopt::socket_peercred(&stream).ok().map(|peer| peer.pid))
    }

    /// Ends the agent as a crash would, and waits until it is gone.
    ///
    /// # Errors
    /// None runs, or it stays.
    pub async fn kill_agent(&self) -> Outcome {
        let pid = self.agent_pid()?.ok_or_else(|| Failure::new("there is no agent to kill"))?;
        kill_process(pid, Signal::KILL)?;
        wait_until("the agent's end", async || Ok(self.agent_pid()?.is_none().then_some(()))).await
    }

    async fn start_keyring(&mut self) -> Outcome {
        let password = self.folder("tmp").join("keyring-password");
        fs::write(&password, "a password for this session alone")?;
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]).stdin(File::open(&password)?);
        self.keyring = Some(self.spawn("keyring", &mut command)?);
        wait_until("the keyring's name on the bus", async || {
            let mut ask = self.command("dbus-send");
            ask.args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"]);
            ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
            let answer = ask.stderr(Stdio::null()).output()?;
            Ok(String::from_utf8_lossy(&answer.stdout).contains("true").then_some(()))
        })
        .await
    }

    fn log(&self, name: &str) -> Outcome<File> {
        let path = self.folder("logs").join(format!("{name}.log"));
        Ok(OpenOptions::new().create(true).append(true).mode(0o600).open(path)?)
    }

    /// Ends what has left its process group, as the agent does: by its socket, and by its environment.
    fn sweep(&self) {
        if let Ok(Some(agent)) = self.agent_pid() {
            // It may have ended by itself.
            let _ = kill_process(agent, Signal::KILL);
        }
        let mark = self.folder.path().as_os_str().as_encoded_bytes();
        let Ok(processes) = fs::read_dir("/proc") else { return };
        for process in processes.flatten() {
            let name = process.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw) else {
                continue;
            };
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            if environment.windows(mark.len()).any(|part| part == mark) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.sweep();
    }
}

impl Bus {
    fn start(runtime: &Path, environment: &BTreeMap<String, String>, log: &Path) -> Outcome<Self> {
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address=1"])
            .arg(format!("--address=unix:dir={}", runtime.display()))
            .env_clear()
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log)?);
        let mut daemon = Group::start(&mut command);
        let output = daemon.child().stdout.take().ok_or_else(|| Failure::new("dbus-daemon has no output"))?;
        let mut output = BufReader::new(output);
        let mut address = String::new();
        output.read_line(&mut address)?;
        ensure(!address.trim().is_empty(), "dbus-daemon did not start")?;
        Ok(Self { address: address.trim().to_owned(), _output: output, _daemon: daemon })
    }
}

/// Everything that a program of the session may know of its surroundings.
fn environment(folder: &Path, display: &str) -> BTreeMap<String, String> {
    let within = |name: &str| folder.join(name).display().to_string();
    let given =
        ["PATH", "TZ"].into_iter().filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)));
    let own = [
        ("HOME", within("home")),
        ("TMPDIR", within("tmp")),
        ("XDG_RUNTIME_DIR", within("run")),
        ("XDG_DATA_HOME", within("data")),
        ("XDG_CONFIG_HOME", within("config")),
        ("XDG_CACHE_HOME", within("cache")),
        ("XDG_STATE_HOME", within("state")),
        ("XDG_SESSION_TYPE", "x11".to_owned()),
        ("DISPLAY", display.to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("GDK_BACKEND", "x11".to_owned()),
        ("GSETTINGS_BACKEND", "memory".to_owned()),
        ("NO_AT_BRIDGE", "1".to_owned()),
    ];
    given.chain(own.into_iter().map(|(name, value)| (name.to_owned(), value))).collect()
}
