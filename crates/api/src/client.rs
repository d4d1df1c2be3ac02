//! The blocking client of the agent: one connection a request, no async runtime, no TLS.
//!
//! The agent is started where none runs, and started again where it died. A request that died under way is
//! repeated once if repeating changes nothing; for any other the person is told that it may have happened.
//! Each request says our version, and an agent of another one refuses before it does anything: so the usual way is
//! one exchange, and only a refusal leads to the slow one (`version.rs`).

mod body;
mod broker;
mod calls;
mod definitions;
mod events;
mod help;
mod history;
mod http;
mod notices;
mod settings;
mod start;
mod tokens;
mod version;

pub use self::broker::BrokeredAnswer;
pub use self::start::program as agent_program;

use std::borrow::Cow;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use self::body::Body;
use self::http::{Answer, ExchangeError, Head, Method, Request};
use self::version::Told;
use crate::folders::Folders;
use crate::socket::{self, ConnectError};
use crate::views::{Code, Problem};

/// A handle to the agent of one vault; cheap to clone, and good for many threads.
///
/// All methods block. They belong on no UI thread.
#[derive(Clone)]
pub struct Agent {
    shared: Arc<Shared>,
}

impl Agent {
    /// The agent that runs, if one does; its version is not looked at.
    ///
    /// # Errors
    /// There is no place for its socket, or the socket is not surely ours (R-AG-01).
    pub fn running() -> Result<Option<Self>, Problem> {
        let folders = Folders::of_environment()?;
        match socket::connect(&folders.socket) {
            Ok(_) => Ok(Some(Self::of(folders))),
            Err(ConnectError::NoAgent(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The agent of this environment. The first request starts it where none runs, and puts it in the place of an
    /// older one: nothing is asked beforehand.
    ///
    /// # Errors
    /// There is no place for its socket. Requests fail with [`Code::AgentUnavailable`] and what the agent said when it
    /// does not start, and with [`Code::VersionMismatch`] where a newer agent runs.
    pub fn connect_or_start() -> Result<Self, Problem> {
        Folders::of_environment().map(Self::of)
    }

    /// A handle to the agent of these folders, without looking whether it runs.
    pub fn of(folders: Folders) -> Self {
        Self { shared: Arc::new(Shared { folders, starting: Mutex::new(()) }) }
    }

    /// Where this agent's vault, log and socket are.
    pub fn folders(&self) -> &Folders {
        &self.shared.folders
    }

    /// Asks and reads the reply.
    fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T, Problem> {
        let body = self.exchange(&call)?;
        serde_json::from_slice(&body)
            .map_err(|_| not_understood("its answer has another shape than expected"))
    }

    /// Asks for something that has no reply.
    fn tell(&self, call: Call) -> Result<(), Problem> {
        self.exchange(&call).map(drop)
    }

    /// Sends a call, again once where that changes nothing, and returns the body of a good answer.
    fn exchange(&self, call: &Call) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let mut again = call.repeatable;
        loop {
            let (head, body) = self.begin(call, &mut again)?;
            match body.whole() {
                Ok(body) => return Answer { status: head.status, body }.good(),
                Err(ExchangeError::Lost(_)) if again => again = false,
                Err(error) => return Err(problem_of(error, call.repeatable)),
            }
        }
    }

    /// Sends a call until an agent of our version begins to answer. `again`: it may be sent once more after the
    /// connection died.
    fn begin(&self, call: &Call, again: &mut bool) -> Result<(Head, Body<UnixStream>), Problem> {
        let request = Request {
            method: call.method,
            path: &call.path,
            body: call.body.as_deref().map(Vec::as_slice),
            says_version: true,
        };
        let mut looked = false;
        loop {
            match http::begin(self.connection()?, &request, call.patience) {
                Ok((head, body)) => match version::told(&head) {
                    Told::Ours => return Ok((head, body)),
                    Told::Refused | Told::Unasked if looked => {
                        return Err(not_understood("its version is not the one it says"));
                    }
                    Told::Refused => {}
                    Told::Unasked if call.repeatable => {}
                    Told::Unasked => {
                        self.right_version()?;
                        return Err(happened_or_not("an older agent answered"));
                    }
                },
                Err(ExchangeError::Lost(_)) if *again => {
                    *again = false;
                    continue;
                }
                Err(error) => return Err(problem_of(error, call.repeatable)),
            }
            self.right_version()?;
            looked = true;
        }
    }

    /// A connection to the agent, started if need be.
    fn connection(&self) -> Result<UnixStream, Problem> {
        match socket::connect(&self.shared.folders.socket) {
            Err(ConnectError::NoAgent(_)) => {}
            connected => return Ok(connected?),
        }
        // One thread at a time starts an agent; the others find it there.
        let _guard = self.shared.starting.lock().unwrap_or_else(PoisonError::into_inner);
        match socket::connect(&self.shared.folders.socket) {
            Err(ConnectError::NoAgent(_)) => start::agent(&self.shared.folders),
            connected => Ok(connected?),
        }
    }

    /// Sees to it that the agent is of our version: the slow way, for when it was seen to be of another.
    fn right_version(&self) -> Result<(), Problem> {
        let _guard = self.shared.starting.lock().unwrap_or_else(PoisonError::into_inner);
        version::right_agent(&self.shared.folders)
    }
}

/// Why an exchange brought no answer, for the person: whether it may have happened is what counts.
fn problem_of(error: ExchangeError, repeatable: bool) -> Problem {
    let (what, repeat) = match error {
        ExchangeError::Lost(_) => {
            ("it ended while it was asked", "run grantkeep agent --foreground to see why")
        }
        ExchangeError::Silent => ("it did not answer in time", "try again"),
        ExchangeError::Garbage(what) => return not_understood(what),
    };
    if repeatable { unavailable(what).hint(repeat) } else { happened_or_not(what) }
}

fn happened_or_not(what: &str) -> Problem {
    unavailable(format!("{what}: it may or may not have happened"))
        .hint("look at the status before you try again")
}

/// What all clones of a handle share.
struct Shared {
    folders: Folders,
    starting: Mutex<()>,
}

/// One request and how to send it.
struct Call {
    method: Method,
    path: Cow<'static, str>,
    body: Option<Zeroizing<Vec<u8>>>,
    /// Sending it twice changes nothing.
    repeatable: bool,
    patience: Duration,
}

impl Call {
    fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            body: None,
            repeatable: matches!(method, Method::Get),
            patience: PATIENCE,
        }
    }

    fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Get, path)
    }

    fn post(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Post, path)
    }

    /// With a JSON body.
    fn with(mut self, body: &impl Serialize) -> Result<Self, Problem> {
        // Room enough from the start: growing would leave copies of a secret behind.
        let mut json = Zeroizing::new(Vec::with_capacity(BODY_ROOM));
        serde_json::to_writer(&mut *json, body)
            .map_err(|_| not_understood("the request cannot be written"))?;
        self.body = Some(json);
        Ok(self)
    }

    /// May be sent again after the connection died.
    fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// The agent asks a provider, perhaps twice, before it answers.
    fn asks_a_provider(mut self) -> Self {
        self.patience = PROVIDER_PATIENCE;
        self
    }
}

impl Answer {
    /// The body of a good answer; another one as the problem in it.
    fn good(self) -> Result<Zeroizing<Vec<u8>>, Problem> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        Err(serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| not_understood(&format!("it answered {} without a reason", self.status))))
    }
}

fn unavailable(detail: impl Into<String>) -> Problem {
    Problem::new(Code::AgentUnavailable, "the agent is not available").detail(detail)
}

fn not_understood(detail: &str) -> Problem {
    Problem::new(Code::Internal, "the agent and this program do not understand each other")
        .detail(detail)
        .hint("your grants are safe; start Grantkeep again, and report this if it stays")
}

/// How long the agent may be silent. It answers long polls after 25 s, and waits 30 s for a retry that is due.
const PATIENCE: Duration = Duration::from_secs(35);

/// The same where it asks a provider, which has 30 s for each request (R-TK-04).
const PROVIDER_PATIENCE: Duration = Duration::from_secs(120);

/// Bytes that the body of nearly every request fits in.
const BODY_ROOM: usize = 16 * 1024;
