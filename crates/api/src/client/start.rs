//! Starts the agent, detached, and waits until it answers.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::unavailable;
use crate::folders::Folders;
use crate::socket::{self, ConnectError};
use crate::views::Problem;

/// The command that runs the agent: `$GRANTKEEP_AGENT`, else `grantkeep-agent` beside this program.
///
/// # Errors
/// This program's own place is unknown, or the agent is not there.
pub fn program() -> Result<PathBuf, Problem> {
    let path = match std::env::var_os("GRANTKEEP_AGENT") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => {
            let own = std::env::current_exe().map_err(|error| unavailable(error.to_string()))?;
            own.with_file_name(format!("grantkeep-agent{}", std::env::consts::EXE_SUFFIX))
        }
    };
    if path.is_file() {
        return Ok(path);
    }
    Err(unavailable(format!("{} is not there", path.display())).hint("install Grantkeep again"))
}

/// Starts an agent and returns the first connection to whichever agent answers.
pub(super) fn agent(folders: &Folders) -> Result<UnixStream, Problem> {
    // The agent looks for its folders in the environment that it inherits: for other folders it would be another
    // vault's agent.
    if Folders::of_environment().as_ref() != Ok(folders) {
        return Err(unavailable("none runs there".to_owned()).hint("start it in its own environment"));
    }
    let program = program()?;
    let words = Words::open(&folders.log);
    let mut child = command(&program, words.as_ref()).spawn().map_err(|error| {
        unavailable(format!("{} cannot be started: {error}", program.display()))
            .hint("install Grantkeep again")
    })?;
    let stream = wait_for(folders, &mut child, words);
    // Waits for the agent's end, so that it stays no zombie while a window lives.
    std::thread::spawn(move || child.wait());
    stream
}

/// The agent's command: no terminal, no folder held, a process group of its own (Ctrl-C does not reach it).
fn command(program: &Path, words: Option<&Words>) -> Command {
    let mut command = Command::new(program);
    let stderr = words.and_then(|words| words.file.try_clone().ok()).map_or_else(Stdio::null, Stdio::from);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).process_group(0).current_dir("/");
    for name in PATHS {
        if let Some(path) = std::env::var_os(name).filter(|path| !path.is_empty()) {
            command.env(name, std::path::absolute(&path).unwrap_or_else(|_| PathBuf::from(&path)));
        }
    }
    command
}

/// Tries the socket until an agent answers, or ours has failed and no other came.
fn wait_for(folders: &Folders, child: &mut Child, words: Option<Words>) -> Result<UnixStream, Problem> {
    let mut pause = FIRST_PAUSE;
    let mut waited = Duration::ZERO;
    let mut failed_after = None;
    loop {
        match socket::connect(&folders.socket) {
            Ok(stream) => return Ok(stream),
            Err(ConnectError::NoAgent(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // An agent that finds another one at work leaves with success; that one's socket is about to come.
        if failed_after.is_none() && matches!(child.try_wait(), Ok(Some(status)) if !status.success()) {
            failed_after = Some(waited);
        }
        if failed_after.is_some_and(|after| waited > after + OTHERS_MAY_COME) {
            return Err(why(words, "it ended at its start"));
        }
        if waited > STARTING {
            return Err(why(words, "it does not answer after its start"));
        }
        std::thread::sleep(pause);
        waited += pause;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The problem that the agent wrote to its standard error, or its words in one of ours.
fn why(words: Option<Words>, otherwise: &str) -> Problem {
    let log = words.as_ref().map(|words| words.path.display().to_string());
    let said = words.map(Words::said).unwrap_or_default();
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if let Some(problem) = lines.iter().rev().find_map(|line| serde_json::from_str(line).ok()) {
        return problem;
    }
    let detail = match lines.last() {
        Some(last) => format!("{otherwise}: {}", plain(last)),
        None => otherwise.to_owned(),
    };
    let hint = log.map_or_else(String::new, |log| format!("; its words are in {log}"));
    unavailable(detail).hint(format!("run grantkeep agent --foreground to see why{hint}"))
}

/// One line without control characters, capped.
fn plain(line: &str) -> String {
    line.chars().filter(|character| !character.is_control()).take(MAX_LINE).collect()
}

/// What the agent writes to its standard error: a file, because the agent outlives whoever started it.
struct Words {
    file: File,
    path: PathBuf,
    /// Where this start's words begin.
    from: u64,
}

impl Words {
    /// Opens the file for appending; `None` where the log's folder cannot be written.
    fn open(folder: &Path) -> Option<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).ok()?;
        let path = folder.join("agent-start.log");
        let file = OpenOptions::new().create(true).append(true).read(true).mode(0o600).open(&path).ok()?;
        let length = file.metadata().ok()?.len();
        if length > MAX_FILE {
            file.set_len(0).ok()?;
        }
        Some(Self { from: if length > MAX_FILE { 0 } else { length }, file, path })
    }

    fn said(mut self) -> String {
        let mut bytes = Vec::new();
        let read = self
            .file
            .seek(SeekFrom::Start(self.from))
            .and_then(|_| self.file.take(MAX_FILE).read_to_end(&mut bytes));
        if read.is_err() {
            bytes.clear();
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Variables that name a path: the agent's working folder is another one.
const PATHS: [&str; 2] = ["GRANTKEEP_HOME", "GRANTKEEP_PASSPHRASE_FILE"];

const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How long a start may take.
const STARTING: Duration = Duration::from_secs(10);

/// How long another agent, which may have been quicker, has to answer after ours ended.
const OTHERS_MAY_COME: Duration = Duration::from_secs(1);

const MAX_LINE: usize = 300;
const MAX_FILE: u64 = 64 * 1024;
