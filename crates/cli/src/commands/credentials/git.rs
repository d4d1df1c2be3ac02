//! A credential helper of git (gitcredentials(7), git-credential(1)).
//!
//! It answers for hosts of our services and is silent about all others, so that git goes on to its next helper.

use std::io::BufRead;

use grantkeep_api::Agent;
use grantkeep_api::requests::Purpose;
use grantkeep_api::views::{Code, Problem};
use zeroize::Zeroizing;

use super::super::consent::{self, Where};
use super::super::hints;
use super::MIN_TTL_S;
use super::hosts::{self, Hint, Place};
use crate::args::Git;
use crate::credential::{self, GitScheme};
use crate::exit::{Stop, of_code};
use crate::{exit, messages, output};

/// Answers one call of git. What is not for us ends well and says nothing.
///
/// # Errors
/// No agent can be asked.
pub(super) fn run(args: &Git) -> Result<(), Stop> {
    let (name, operation) = match args.words.as_slice() {
        [name, operation] => (Some(name.as_str()), operation.as_str()),
        [operation] => (None, operation.as_str()),
        _ => return Ok(()),
    };
    let request = Request::read(std::io::stdin().lock())?;
    let Some(place) = request.place() else { return Ok(()) };
    match operation {
        "get" => get(name, &request, &place),
        "erase" => erase(name, &request, &place),
        // Nothing is stored, and what a later git asks is ignored, as it wants it.
        _ => Ok(()),
    }
}

fn get(name: Option<&str>, request: &Request, place: &Place) -> Result<(), Stop> {
    let told = answer(name, request, place);
    match told {
        Ok(None) => Ok(()),
        Ok(Some(text)) => output::write(&text),
        Err(Stop::Problem(problem)) => {
            messages::problem(&problem, false);
            // A prompt for a password would lead nowhere where only the person's own act helps.
            if must_act(problem.code) { output::write("quit=1\n") } else { Ok(()) }
        }
        Err(stop) => Err(stop),
    }
}

fn answer(name: Option<&str>, request: &Request, place: &Place) -> Result<Option<Zeroizing<String>>, Stop> {
    let agent = Agent::connect_or_start()?;
    let services = services(&agent, name)?;
    let Some((service, id)) = hosts::find(&services, std::slice::from_ref(place), &request.hint(name)) else {
        return Ok(None);
    };
    let no_prompt = std::env::var_os("GIT_TERMINAL_PROMPT").is_some_and(|set| set == "0");
    let where_ = if no_prompt { Where::Window } else { Where::Anywhere };
    let token = consent::asked(&agent, where_, || agent.token(&id, MIN_TTL_S, Purpose::HandOut))
        .map_err(|stop| hints::as_commands(stop, Some(&id)))?;
    let own = hosts::git_username(service, place);
    let username = request.username.as_deref().unwrap_or(own);
    Ok(Some(credential::git_answer(username, &token, request.scheme())?))
}

/// What git says was refused: if it is our token, the keeper is told, once.
fn erase(name: Option<&str>, request: &Request, place: &Place) -> Result<(), Stop> {
    let Some(said) = &request.secret else { return Ok(()) };
    let Some(agent) = Agent::running()? else { return Ok(()) };
    let services = services(&agent, name)?;
    let Some((_, id)) = hosts::find(&services, std::slice::from_ref(place), &request.hint(name)) else {
        return Ok(());
    };
    // One that was refreshed meanwhile is another one, and good as far as anybody knows.
    let held = consent::asked(&agent, Where::Nowhere, || agent.token(&id, 0, Purpose::HandOut));
    if held.is_ok_and(|token| credential::is_same(said, &token)) {
        // Git cannot use an answer.
        let _ = agent.report(&id, 401);
    }
    Ok(())
}

fn services(agent: &Agent, name: Option<&str>) -> Result<Vec<grantkeep_api::views::ServiceView>, Problem> {
    match name {
        Some(name) => Ok(vec![agent.service(name.split('/').next().unwrap_or(name))?]),
        None => agent.services(),
    }
}

/// Only the person can change this.
fn must_act(code: Code) -> bool {
    matches!(of_code(code), exit::AUTHORIZE | exit::LOCKED | exit::REFUSED) || code == Code::HostsToConfirm
}

/// What git says on standard input.
#[derive(Default)]
struct Request {
    protocol: String,
    host: String,
    path: Option<String>,
    username: Option<String>,
    /// `password` or `credential`.
    secret: Option<Zeroizing<String>>,
    /// Git can send other schemes than Basic.
    knows_authtype: bool,
    /// What the server asked for (`WWW-Authenticate`).
    challenges: Vec<String>,
}

impl Request {
    /// Reads lines up to an empty one or the end; unknown keys are ignored.
    fn read(reader: impl BufRead) -> Result<Self, Problem> {
        let mut request = Self::default();
        let mut reader = reader.take(MAX_INPUT);
        let mut line = Zeroizing::new(String::with_capacity(LINE_ROOM));
        loop {
            line.clear();
            let read = reader.read_line(&mut line);
            let count = read.map_err(|error| {
                Problem::new(Code::InvalidInput, "git's request cannot be read").detail(error.to_string())
            })?;
            let text = line.strip_suffix('\n').unwrap_or(&line);
            if count == 0 || text.is_empty() {
                return Ok(request);
            }
            let Some((key, value)) = text.split_once('=') else { continue };
            match key {
                "protocol" => request.protocol = value.to_owned(),
                "host" => request.host = value.to_owned(),
                "path" => request.path = Some(value.to_owned()),
                "username" => request.username = Some(value.to_owned()),
                "password" | "credential" => request.secret = Some(Zeroizing::new(value.to_owned())),
                "capability[]" if value == "authtype" => request.knows_authtype = true,
                "wwwauth[]" => request.challenges.push(value.to_ascii_lowercase()),
                _ => {}
            }
        }
    }

    fn place(&self) -> Option<Place> {
        Place::of(&format!("{}://{}", self.protocol, self.host))
    }

    fn hint<'a>(&'a self, name: Option<&'a str>) -> Hint<'a> {
        Hint { name, username: self.username.as_deref(), path: self.path.as_deref() }
    }

    /// Basic, which all of git's servers take, unless this one asks for bearer tokens and not for that.
    fn scheme(&self) -> GitScheme {
        let asks = |scheme: &str| {
            self.challenges.iter().any(|challenge| challenge.split([' ', ',']).next() == Some(scheme))
        };
        if self.knows_authtype && asks("bearer") && !asks("basic") {
            GitScheme::Bearer
        } else {
            GitScheme::Basic
        }
    }
}

const MAX_INPUT: u64 = 1024 * 1024;

/// Bytes that a line with a token fits in: growing would leave copies behind.
const LINE_ROOM: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_git_writes_it() {
        let text = "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=github.com\npath=a/b=c.git\n\
                    username=ada\npassword=t0ken\nfuture=thing\nno line\nwwwauth[]=Basic realm=\"GitHub\"\n\nhost=evil";

        let request = read(text);

        assert_eq!(
            (request.protocol.as_str(), request.host.as_str()),
            ("https", "github.com"),
            "up to the empty line"
        );
        assert_eq!((request.path.as_deref(), request.username.as_deref()), (Some("a/b=c.git"), Some("ada")));
        assert_eq!(request.secret.as_deref().map(String::as_str), Some("t0ken"));
        assert_eq!(read("protocol=https\nhost=a.example").host, "a.example", "up to the end");
    }

    #[test]
    fn a_bearer_token_is_sent_where_both_sides_know_it() {
        let cases = [
            ("", GitScheme::Basic, "an older git"),
            ("capability[]=authtype\n", GitScheme::Basic, "a server that did not say what it wants"),
            (
                "capability[]=authtype\nwwwauth[]=Bearer realm=x\n",
                GitScheme::Bearer,
                "a server that wants it",
            ),
            ("wwwauth[]=Bearer realm=x\n", GitScheme::Basic, "an older git at such a server"),
            (
                "capability[]=authtype\nwwwauth[]=Bearer\nwwwauth[]=Basic realm=x\n",
                GitScheme::Basic,
                "a server that takes both",
            ),
        ];
        for (text, scheme, why) in cases {
            assert_eq!(read(text).scheme(), scheme, "{why}");
        }
    }

    #[test]
    fn git_stops_where_only_the_person_can_help() {
        let cases = [
            (Code::AuthorizationRequired, true),
            (Code::GrantEnded, true),
            (Code::VaultLocked, true),
            (Code::ConsentRequired, true),
            (Code::HostsToConfirm, true),
            (Code::ProviderUnreachable, false),
            (Code::NotFound, false),
            (Code::AgentUnavailable, false),
        ];
        for (code, stops) in cases {
            assert_eq!(must_act(code), stops, "{code:?}");
        }
    }

    fn read(text: &str) -> Request {
        Request::read(text.as_bytes()).unwrap()
    }
}
