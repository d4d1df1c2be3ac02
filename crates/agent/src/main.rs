//! `grantkeep-agent`: keeps grants, and answers front ends over a local socket.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use grantkeep_agent::assembly::{Config, Leave, NotStarted, PortOverrides, RunningAgent, idle_time, run};
use grantkeep_agent::{harden, log};
use grantkeep_api::socket;
use grantkeep_api::views::{Code, Problem};
use tokio::signal::unix::{Signal, SignalKind, signal};

fn main() -> ExitCode {
    // Before anything is made or started.
    let exposed = harden::harden();
    let idle = match arguments() {
        Asked::Run { idle } => idle,
        Asked::Version => return say(concat!("grantkeep-agent ", env!("CARGO_PKG_VERSION"), "\n")),
        Asked::Help => return say(HELP),
        Asked::OpenApi => return say(&grantkeep_agent::openapi()),
        Asked::Nonsense => {
            complain(HELP);
            return ExitCode::from(2);
        }
    };
    // As the file is found by then, an update may have put another in its place.
    let program = std::env::current_exe();
    match agent(&exposed, idle.as_deref()) {
        Ok(Leave::Retired | Leave::Idle) => ExitCode::SUCCESS,
        Ok(Leave::Restart { env }) => restart(program, env),
        Err(NotStarted::Held) => ExitCode::SUCCESS,
        Err(NotStarted::Problem(problem)) => fail(&problem),
    }
}

/// What the command line asks for.
enum Asked {
    Run { idle: Option<String> },
    Version,
    Help,
    OpenApi,
    Nonsense,
}

fn arguments() -> Asked {
    let mut idle = None;
    let mut arguments =
        std::env::args_os().skip(1).map(|argument| argument.into_string().unwrap_or_default());
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), argument.strip_prefix("--idle=")) {
            // It stays in the foreground anyway: whoever starts it detaches it.
            ("--foreground", _) => {}
            ("--version" | "-V", _) => return Asked::Version,
            ("--help" | "-h", _) => return Asked::Help,
            ("--openapi", _) => return Asked::OpenApi,
            (_, Some(time)) => idle = Some(time.to_owned()),
            ("--idle", None) => match arguments.next() {
                Some(time) => idle = Some(time),
                None => return Asked::Nonsense,
            },
            (_, None) => return Asked::Nonsense,
        }
    }
    Asked::Run { idle }
}

/// Runs an agent to its end.
fn agent(exposed: &[String], idle: Option<&str>) -> Result<Leave, NotStarted> {
    let mut config = Config::of_environment()?;
    if let Some(time) = idle {
        config.idle = idle_time("--idle", time)?;
    }
    if let Err(error) = log::start(&config.folders.log) {
        complain(&format!("grantkeep-agent: {error}; nothing is logged\n"));
    }
    #[cfg(feature = "failpoints")]
    arm_failpoints();
    for what in exposed {
        tracing::warn!(what, "the agent is less protected than it should be");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(BLOCKING)
        .thread_name("agent")
        .enable_all()
        .build()
        .map_err(|error| cannot_start(&error))?;
    let ended = runtime.block_on(async {
        // Before anything is held that has to be given back.
        let mut ends = Ends::listen().map_err(|error| cannot_start(&error))?;
        let agent = start(config).await?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), socket = %agent.socket_path().display(), "the agent runs");
        let leave = tokio::select! {
            leave = agent.asked_to_leave() => leave,
            () = ends.come() => Leave::Retired,
        };
        tracing::info!(?leave, "the agent leaves");
        if leave != Leave::Idle {
            agent.stop().await;
        } else if agent.stop_idle().await {
            return Ok(Leave::Restart { env: Vec::new() });
        }
        Ok(leave)
    });
    // A keyring's question that nobody answers must not hold the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

/// Sets the points at which a crash test ends this process: `name=kill;…`; other actions are those of `fail`.
#[cfg(feature = "failpoints")]
fn arm_failpoints() {
    let points = std::env::var("GRANTKEEP_FAILPOINTS").unwrap_or_default();
    for (name, action) in points.split(';').filter_map(|point| point.split_once('=')) {
        let set = match action.trim() {
            "kill" => fail::cfg_callback(name.trim(), kill_9),
            action => fail::cfg(name.trim(), action),
        };
        if let Err(error) = set {
            complain(&format!("grantkeep-agent: {name}: {error}\n"));
        }
    }
}

/// A real SIGKILL: no destructor runs and nothing is flushed.
#[cfg(feature = "failpoints")]
fn kill_9() {
    use rustix::process::{Signal, getpid, kill_process};
    if kill_process(getpid(), Signal::KILL).is_err() {
        std::process::abort();
    }
}

/// Starts, or finds the agent that runs already. One that is about to leave is waited for.
async fn start(config: Config) -> Result<RunningAgent, NotStarted> {
    let socket = config.folders.socket.clone();
    let mut tries = 0;
    loop {
        match run(config.clone(), PortOverrides::default()).await {
            Err(NotStarted::Held) if answers(&socket) => return Err(NotStarted::Held),
            Err(NotStarted::Held) if tries == TRIES => return Err(silent(&socket).into()),
            Err(NotStarted::Held) => {
                tries += 1;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            started => return started,
        }
    }
}

/// Signals that end the agent.
struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Ends {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn come(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Becomes a new agent with other variables; returns only if that fails.
fn restart(program: std::io::Result<PathBuf>, env: Vec<(String, String)>) -> ExitCode {
    let error = match program {
        Ok(program) => {
            let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
            Command::new(program).args(arguments).envs(env).exec()
        }
        Err(error) => error,
    };
    tracing::error!(%error, "the agent could not start anew");
    fail(&cannot_start(&error))
}

fn answers(socket: &Path) -> bool {
    socket::connect(socket).is_ok()
}

fn silent(socket: &Path) -> Problem {
    Problem::new(Code::AgentUnavailable, "Another agent has the vault and does not answer")
        .detail(format!("Nobody listens at {}.", socket.display()))
        .hint("End the process grantkeep-agent, and try again.")
}

fn cannot_start(error: &std::io::Error) -> Problem {
    Problem::new(Code::Internal, "The agent can't start").detail(format!("The system said: {error}."))
}

/// Says why there is no agent: words for a person, one line of JSON for the front end that started it.
fn fail(problem: &Problem) -> ExitCode {
    tracing::error!(code = ?problem.code, detail = problem.detail, "the agent does not run: {}", problem.title);
    if std::io::stderr().is_terminal() {
        complain(&format!("grantkeep-agent: {problem}\n"));
        if !problem.hint.is_empty() {
            complain(&format!("hint: {}\n", problem.hint));
        }
    } else {
        complain(&format!("{}\n", serde_json::to_string(problem).unwrap_or_default()));
    }
    ExitCode::FAILURE
}

fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(text: &str) {
    // Where even that can't be written, the exit code has to do.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

const HELP: &str = "\
Keeps OAuth grants, and answers Grantkeep's window and command line over a local socket.

Usage: grantkeep-agent [--foreground] [--idle TIME]
       grantkeep-agent --version
       grantkeep-agent --openapi      the OpenAPI document of its API

It is started by the window and by `grantkeep` when needed.
It leaves when nobody needs it: nobody was connected for TIME (10m; 0 or never = stay),
no grant has to be kept alive and no authorization waits.

GRANTKEEP_IDLE             the same TIME
GRANTKEEP_HOME             folder of the vault, the log and the socket
GRANTKEEP_PASSPHRASE_FILE  file (mode 0600) with the vault's passphrase, for servers
GRANTKEEP_LOG              what is logged, such as debug
";

/// Threads for requests: the agent waits more than it computes, and waking a second one costs more than it brings.
/// What blocks has threads of its own.
const WORKERS: usize = 1;

/// Threads for what blocks: the keyring, sealing by passphrase, small files.
const BLOCKING: usize = 8;

/// An agent that leaves has 5 s for its last commit, and the one who started this waits 10 s.
const TRIES: u32 = 160;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
