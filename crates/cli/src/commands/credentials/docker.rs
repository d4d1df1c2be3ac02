//! A credential helper of docker (github.com/docker/docker-credential-helpers): problems, too, go to standard output.

use std::io::Read as _;

use grantkeep_api::Agent;
use grantkeep_api::requests::Purpose;
use grantkeep_api::views::Problem;
use serde_json::{Map, Value};

use super::super::consent::{self, Where};
use super::super::hints;
use super::MIN_TTL_S;
use super::hosts::{self, Hint, Place};
use crate::args::Docker;
use crate::credential;
use crate::exit::{FAILED, Stop};
use crate::{messages, output};

/// Answers one call of docker.
///
/// # Errors
/// Exit code 1, with docker's own words for what is not there, else with ours.
pub(super) fn run(args: &Docker) -> Result<(), Stop> {
    match args.operation.as_str() {
        "get" => get(&input()?),
        "list" => list(),
        "store" => {
            // What docker login typed is read, and goes nowhere.
            input()?;
            refuse("grantkeep keeps what it authorized itself: run grantkeep authorize NAME")
        }
        "erase" => {
            let server = input()?;
            messages::say(&format!(
                "grantkeep still has a grant for {server}; grantkeep revoke NAME ends it"
            ));
            Ok(())
        }
        "version" => output::write(concat!("grantkeep ", env!("CARGO_PKG_VERSION"), "\n")),
        other => refuse(&format!("grantkeep knows get, store, erase and list, not {other}")),
    }
}

fn get(server: &str) -> Result<(), Stop> {
    let found = || {
        let agent = Agent::connect_or_start()?;
        let places = Place::of_server(server);
        let services = agent.services()?;
        let Some((service, id)) = hosts::find(&services, &places, &Hint::default()) else { return Ok(None) };
        let token = consent::asked(&agent, Where::Anywhere, || agent.token(&id, MIN_TTL_S, Purpose::HandOut))
            .map_err(|stop| hints::as_commands(stop, Some(&id)))?;
        let username = places.first().map_or("oauth2", |place| hosts::docker_username(service, place));
        Ok(Some(credential::docker_answer(server, username, &token)))
    };
    match found() {
        Ok(Some(answer)) => output::write(&answer),
        Ok(None) => refuse(NOT_FOUND),
        Err(Stop::Problem(problem)) => refuse(&in_a_line(&problem)),
        Err(stop) => Err(stop),
    }
}

/// Servers that a person allowed by name: docker asks for the tokens of all of them at once when it builds.
fn list() -> Result<(), Stop> {
    let services = match Agent::connect_or_start().and_then(|agent| agent.services()) {
        Ok(services) => services,
        Err(problem) => return refuse(&in_a_line(&problem)),
    };
    let mut servers = Map::new();
    for service in &services {
        for word in service.definition.request_hosts.split_whitespace() {
            let server = if word.contains("://") { word.to_owned() } else { format!("https://{word}") };
            if let Some(place) = Place::of(&server) {
                servers.insert(server, Value::from(hosts::docker_username(service, &place)));
            }
        }
    }
    output::write(&format!("{}\n", Value::Object(servers)))
}

fn input() -> Result<String, Problem> {
    let mut text = String::new();
    // Docker sends text; what is none is no server of ours.
    if std::io::stdin().lock().take(MAX_INPUT).read_to_string(&mut text).is_err() {
        text.clear();
    }
    Ok(text.trim().to_owned())
}

fn refuse(why: &str) -> Result<(), Stop> {
    output::write(&format!("{why}\n"))?;
    Err(Stop::Told(FAILED))
}

fn in_a_line(problem: &Problem) -> String {
    let parts = [problem.title.as_str(), &problem.detail, &problem.hint];
    let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("grantkeep: {}", crate::words::plain(&said.join("; ")))
}

/// Docker compares this text.
const NOT_FOUND: &str = "credentials not found in native keychain";

const MAX_INPUT: u64 = 64 * 1024;
