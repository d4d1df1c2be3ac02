//! Puts the agent together: the only place that picks real ports.
//!
//! A test picks its own ([`PortOverrides`]) and runs the whole agent in its process.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use grantkeep_api::folders::Folders;
use grantkeep_api::views::{Code, Problem};
use grantkeep_core::keeper::Keeper;
use grantkeep_core::ports::{Clock, Entropy, Http, Redirects};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::access::{Consent, Programs, Trust};
use crate::clock::CorrectedClock;
use crate::desktop::{self, Desktop};
use crate::entropy::SystemEntropy;
use crate::http::{HttpClient, HttpOptions, Skew};
use crate::idle;
use crate::keeping;
use crate::lock::{self, Lock, NotLocked};
use crate::network;
use crate::notices::{self, Notices};
use crate::redirect::Loopback;
use crate::server::{self, App, Parts, Practice, Server, Shared};
use crate::settings::{Chosen, Login};
use crate::vault_door::{Door, Keyring, Outside};

pub use crate::server::Leave;

/// What an agent is told at its start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where vault, log and socket are.
    pub folders: Folders,
    /// A private file with the vault's passphrase, for servers (R-AG-08).
    pub passphrase_file: Option<PathBuf>,
    /// Where the practice provider tells of itself.
    pub practice: Option<PathBuf>,
    /// `DBUS_SESSION_BUS_ADDRESS`, over which the keyring is reached.
    pub session_bus: Option<String>,
    /// It is seen on the person's desktop: tray and notifications.
    pub desktop: bool,
    /// How it can be started at login.
    pub login: Option<Login>,
    /// Which programs are ours. No environment sets it.
    pub trust: Trust,
    /// How long a client may take to send a request's head, and its body.
    pub read_time: Duration,
    /// How long the agent stays when nobody needs it; `None` = always.
    pub idle: Option<Duration>,
}

impl Config {
    /// An agent of these folders, with nothing from the environment.
    pub fn of(folders: Folders) -> Self {
        Self {
            folders,
            passphrase_file: None,
            practice: None,
            session_bus: None,
            desktop: false,
            login: None,
            trust: Trust::OwnBinaries,
            read_time: READ_TIME,
            idle: Some(idle::STANDARD),
        }
    }

    /// What this process' environment says.
    ///
    /// # Errors
    /// There is no place for the vault or the socket, or a variable makes no sense.
    pub fn of_environment() -> Result<Self, Problem> {
        let path = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folders = Folders::of_environment()?;
        let idle = std::env::var("GRANTKEEP_IDLE").ok().filter(|time| !time.is_empty());
        Ok(Self {
            idle: idle.map_or(Ok(Some(idle::STANDARD)), |time| idle_time("GRANTKEEP_IDLE", &time))?,
            passphrase_file: path("GRANTKEEP_PASSPHRASE_FILE"),
            practice: path(server::PRACTICE),
            desktop: true,
            session_bus: std::env::var(server::SESSION_BUS).ok().filter(|bus| !bus.is_empty()),
            login: login(&folders),
            ..Self::of(folders)
        })
    }
}

/// Ports that a test picks; what is left out is the real one.
#[derive(Clone, Default)]
pub struct PortOverrides {
    /// Wall clock.
    pub clock: Option<Arc<dyn Clock>>,
    /// Randomness.
    pub entropy: Option<Arc<dyn Entropy>>,
    /// HTTP.
    pub http: Option<Arc<dyn Http>>,
    /// Redirect listeners.
    pub redirects: Option<Arc<dyn Redirects>>,
    /// The keyring.
    pub keyring: Keyring,
}

/// Why there is no agent.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// Another agent has this vault.
    #[error("another agent has the vault")]
    Held,
    /// Something the person has to mend.
    #[error("{0}")]
    Problem(Box<Problem>),
}

impl From<Problem> for NotStarted {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// A running agent. Dropping it without [`RunningAgent::stop`] leaves its socket and lock behind until the process
/// ends.
pub struct RunningAgent {
    app: App,
    server: Server,
    socket: PathBuf,
    looking: JoinHandle<()>,
    /// What is told to the person; it ends with this.
    beside: JoinSet<()>,
    // Let go of last: until then nobody else may open the vault.
    lock: Lock,
}

/// Starts an agent: it answers when this returns, and opens its vault meanwhile.
///
/// Has to be called within a tokio runtime.
///
/// # Errors
/// Another agent has the vault, or its folders can't be used.
pub async fn run(config: Config, overrides: PortOverrides) -> Result<RunningAgent, NotStarted> {
    let Config { folders, passphrase_file, practice, session_bus, desktop, login, trust, read_time, idle } =
        config;
    make(&folders.data)?;
    let lock = lock::acquire(&folders.data).map_err(|error| match error {
        NotLocked::Held { .. } => NotStarted::Held,
        NotLocked::Failed(error) => cannot_lock(&folders.data, &error).into(),
    })?;
    let listener = server::bind(&folders.socket)?;
    let keyring = overrides.keyring;
    let skew = Skew::default();
    let outside = outside(overrides, &skew);
    let consent = Consent::new(outside.clock.clone(), outside.entropy.clone());
    let notices = Notices::new(outside.clock.clone());
    let door = Arc::new(Door::new(folders.data.clone(), passphrase_file, keyring, outside));
    let parts = Parts {
        door: door.clone(),
        practice: Practice::new(practice),
        programs: Programs::beside_us(trust),
        consent,
        settings: Arc::new(Chosen::read(folders.config.clone(), login)),
        notices,
        desktop: Arc::new(Desktop::new(desktop)),
        folders: folders.clone(),
        skew,
        session_bus,
        read_time,
    };
    let app = Shared::new(parts);
    let server = Server::start(listener, folders.socket.clone(), app.clone());
    let (out, messages) = mpsc::unbounded_channel();
    let mut beside = JoinSet::new();
    beside.spawn(notices::keep(app.clone(), out));
    beside.spawn(desktop::attend(app.clone(), messages));
    beside.spawn(keeping::follow(app.door.clone(), app.settings.clone()));
    let looking = tokio::spawn({
        let app = app.clone();
        async move {
            door.look().await;
            app.look_for_practice().await;
            let returned = || app.door.seen().keeper.iter().for_each(|keeper| keeper.network_returned());
            tokio::join!(door.keep_looking(), network::watch(returned));
        }
    });
    if let Some(time) = idle {
        let app = app.clone();
        tokio::spawn(async move {
            let needs_keeping = || {
                app.door.needs_keeping()
                    || app.consent.needs_keeping()
                    || app.desktop.needs_keeping(app.notices.open())
            };
            idle::until_idle(time, app.activity.clone(), needs_keeping).await;
            app.leave(Leave::Idle);
        });
    }
    Ok(RunningAgent { app, server, socket: folders.socket, looking, beside, lock })
}

impl RunningAgent {
    /// Where it answers.
    pub fn socket_path(&self) -> &Path {
        &self.socket
    }

    /// Its keeper, while the vault is open.
    pub fn keeper(&self) -> Option<Arc<Keeper>> {
        self.app.door.seen().keeper
    }

    /// Its keeper, once an opening under way has ended.
    ///
    /// # Errors
    /// Why the vault is not open.
    pub async fn opened(&self) -> Result<Arc<Keeper>, Problem> {
        self.app.door.keeper().await
    }

    /// Waits until a front end asks it to leave.
    pub async fn asked_to_leave(&self) -> Leave {
        self.app.asked_to_leave().await
    }

    /// Stops: no more requests, what is under way is finished within 5 s (R-RS-06), the vault closed, the socket and
    /// the lock given back.
    pub async fn stop(self) {
        let Self { app, server, socket: _, looking, beside, lock } = self;
        looking.abort();
        drop(beside);
        server.stop_accepting();
        tokio::join!(server.drain(STOPPING), app.door.close(STOPPING));
        drop(lock);
    }

    /// Stops as an agent that nobody needs: who connected before the socket was gone is answered first, with the vault open.
    ///
    /// Returns whether what they asked needs keeping after all: then another agent is to be started.
    pub async fn stop_idle(self) -> bool {
        let Self { app, server, socket: _, looking, beside, lock } = self;
        looking.abort();
        drop(beside);
        server.stop_accepting();
        server.drain(STOPPING).await;
        let needed = app.door.needs_keeping();
        app.door.close(STOPPING).await;
        drop(lock);
        needed
    }
}

/// The time that a person wrote for how long the agent stays.
///
/// # Errors
/// It is no time; `what` is where it was written.
pub fn idle_time(what: &str, time: &str) -> Result<Option<Duration>, Problem> {
    idle::read(time).ok_or_else(|| {
        Problem::new(Code::InvalidInput, format!("{what} is no time"))
            .detail(format!("“{}” can't be read.", grantkeep_core::model::plain(time, 40)))
            .hint("Write it as 90s, 10m, 2h or 1d; 0 or never makes the agent stay.")
    })
}

/// How the agent of these folders is started at login, with the variables that it has now.
fn login(folders: &Folders) -> Option<Login> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let variables = ["GRANTKEEP_HOME", "GRANTKEEP_PASSPHRASE_FILE"];
    Some(Login {
        config_home: grantkeep_api::folders::config_home()?,
        program: std::env::current_exe().ok()?,
        name: folders.socket.file_stem()?.to_string_lossy().into_owned(),
        environment: variables
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), std::path::absolute(set(name)?).ok()?)))
            .map(|(name, path)| (name, path.display().to_string()))
            .collect(),
    })
}

fn outside(overrides: PortOverrides, skew: &Skew) -> Outside {
    let PortOverrides { clock, entropy, http, redirects, keyring: _ } = overrides;
    Outside {
        clock: clock.unwrap_or_else(|| Arc::new(CorrectedClock::new(skew.clone()))),
        entropy: entropy.unwrap_or_else(|| Arc::new(SystemEntropy)),
        http: http.unwrap_or_else(|| {
            Arc::new(HttpClient::new(HttpOptions { skew: skew.clone(), ..HttpOptions::default() }))
        }),
        redirects: redirects.unwrap_or_else(|| Arc::new(Loopback::new())),
    }
}

/// Makes the vault's folder. Whether an existing one is private the vault says itself, to whoever asks.
fn make(folder: &Path) -> Result<(), NotStarted> {
    if folder.is_dir() { Ok(()) } else { Ok(server::make_private(folder)?) }
}

fn cannot_lock(folder: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Code::VaultReadOnly, "The vault's lock can't be had")
        .detail(format!("agent.lock in {}: {error}.", folder.display()))
        .hint("Make the folder writable, or set GRANTKEEP_HOME to another place.")
}

/// How long a client may take to send a request.
const READ_TIME: Duration = Duration::from_secs(10);

/// How long a commit under way may take at the end (R-RS-06).
const STOPPING: Duration = Duration::from_secs(5);
