//! An agent of our version: older ones are retired, newer ones are left alone.

use std::cmp::Ordering;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde::Deserialize;

use super::http::{self, ExchangeError, Head, Method, Request};
use super::{Answer, PATIENCE, not_understood, problem_of, start, unavailable};
use crate::folders::Folders;
use crate::routes::{AGENT_VERSION, API_VERSION, OWN_VERSION, pattern};
use crate::socket::{self, ConnectError};
use crate::views::{Code, Problem};

/// What the head of an answer tells about the agent's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It is ours.
    Ours,
    /// It is another one, and the agent did nothing.
    Refused,
    /// It is older than the header, so it did not look at our version, and has done what was asked.
    Unasked,
}

/// Reads it from the header that every answer has, so that no status of a resource can be mistaken for it.
pub(super) fn told(head: &Head) -> Told {
    match head.header(AGENT_VERSION) {
        Some(OWN_VERSION) => Told::Ours,
        Some(_) => Told::Refused,
        None => Told::Unasked,
    }
}

/// Sees to it that an agent of our version runs: starts one, or retires an older one, if need be.
pub(super) fn right_agent(folders: &Folders) -> Result<(), Problem> {
    let mut retired = None;
    // An agent may end between a look and the next: each round begins with what is there.
    for _ in 0..ROUNDS {
        let stream = match socket::connect(&folders.socket) {
            Ok(stream) => stream,
            Err(ConnectError::NoAgent(_)) => start::agent(folders)?,
            Err(error) => return Err(error.into()),
        };
        let answer = match once(stream, Method::Get, pattern::AGENT) {
            Ok(answer) => answer,
            Err(ExchangeError::Lost(_)) => continue,
            Err(error) => return Err(problem_of(error, true)),
        };
        let hello: Hello = serde_json::from_slice(&answer.good()?)
            .map_err(|_| not_understood("it does not say its version"))?;
        match hello.compared(OUR_VERSION, API_VERSION) {
            Ordering::Equal => return Ok(()),
            Ordering::Greater => return Err(newer_agent(&hello.version)),
            Ordering::Less if retired.as_ref() == Some(&hello.version) => {
                return Err(older_agent(&hello.version));
            }
            Ordering::Less => {
                retire(folders)?;
                retired = Some(hello.version);
            }
        }
    }
    Err(unavailable("it ends as soon as it is asked").hint("run grantkeep agent --foreground to see why"))
}

/// What every version of the agent says about itself.
#[derive(Debug, Deserialize)]
struct Hello {
    version: String,
    api: u32,
}

impl Hello {
    /// Whether this agent is older or newer than a version.
    fn compared(&self, version: &str, api: u32) -> Ordering {
        precedence(&self.version).cmp(&precedence(version)).then(self.api.cmp(&api))
    }
}

/// Numbers that order versions (semver.org §11): a pre-release is before its release.
fn precedence(version: &str) -> ([u64; 3], bool) {
    let version = version.split('+').next().unwrap_or_default();
    let (release, pre) =
        version.split_once('-').map_or((version, None), |(release, pre)| (release, Some(pre)));
    let mut numbers = [0; 3];
    for (number, text) in numbers.iter_mut().zip(release.split('.')) {
        *number = text.parse().unwrap_or(0);
    }
    (numbers, pre.is_none())
}

/// Asks an older agent to leave, and waits until it has.
fn retire(folders: &Folders) -> Result<(), Problem> {
    if let Ok(stream) = socket::connect(&folders.socket) {
        // An agent that is already leaving may end without an answer.
        if let Ok(answer) = once(stream, Method::Post, pattern::RETIRE) {
            answer.good()?;
        }
    }
    let mut waited = Duration::ZERO;
    while waited < LEAVING {
        if matches!(socket::connect(&folders.socket), Err(ConnectError::NoAgent(_))) {
            return Ok(());
        }
        std::thread::sleep(LOOK_AGAIN);
        waited += LOOK_AGAIN;
    }
    Err(unavailable("an older agent does not leave").hint("end the process grantkeep-agent, and try again"))
}

fn once(stream: UnixStream, method: Method, path: &str) -> Result<Answer, ExchangeError> {
    // An agent of any version answers who does not say their own.
    http::exchange(stream, &Request { method, path, body: None, says_version: false }, PATIENCE)
}

fn newer_agent(version: &str) -> Problem {
    Problem::new(Code::VersionMismatch, "a newer agent runs")
        .detail(format!("it has version {version}, this program {OUR_VERSION}"))
        .hint("update this program, or start the updated one")
}

fn older_agent(version: &str) -> Problem {
    Problem::new(Code::VersionMismatch, "an older agent comes back each time")
        .detail(format!("it has version {version}, this program {OUR_VERSION}"))
        .hint("install grantkeep-agent of the same version beside this program")
}

const OUR_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Looks at an agent that ends under our hands.
const ROUNDS: u32 = 4;

/// How long an agent may take to leave: it finishes a commit (R-RS-06).
const LEAVING: Duration = Duration::from_secs(15);

const LOOK_AGAIN: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::super::body::Framing;
    use super::*;

    #[test]
    fn the_header_tells_whether_something_was_done() {
        let cases = [
            (200, Some(OWN_VERSION), Told::Ours, "as usual"),
            (426, Some(OWN_VERSION), Told::Ours, "a resource wants an upgrade; that is not about the agent"),
            (426, Some("0.0.1/1"), Told::Refused, "an older agent"),
            (426, Some("99.0.0/7"), Told::Refused, "a newer one"),
            (200, None, Told::Unasked, "an agent that knows nothing of the header"),
        ];
        for (status, version, expected, why) in cases {
            let header = |version: &str| ("Grantkeep-Agent".to_owned(), version.to_owned());
            let headers = version.map(header).into_iter().collect();
            assert_eq!(told(&Head { status, framing: Framing::UntilClosed, headers }), expected, "{why}");
        }
    }

    #[test]
    fn versions_are_ordered_as_releases_are() {
        let cases = [
            ("0.1.0", 1, Ordering::Equal, "the same"),
            ("0.0.9", 1, Ordering::Less, "older"),
            ("0.10.0", 1, Ordering::Greater, "numbers, not text"),
            ("0.1.0-rc.1", 1, Ordering::Less, "a pre-release is before its release"),
            ("0.1.0+build.5", 1, Ordering::Equal, "build metadata has no order"),
            ("0.1.0", 2, Ordering::Greater, "another API in a build of the same version"),
            ("nonsense", 1, Ordering::Less, "nonsense is retired"),
        ];
        for (version, api, expected, why) in cases {
            let hello = Hello { version: version.to_owned(), api };
            assert_eq!(hello.compared("0.1.0", 1), expected, "{version}: {why}");
        }
    }
}
