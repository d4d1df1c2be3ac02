//! A web identity token file of AWS (`AWS_WEB_IDENTITY_TOKEN_FILE`), which its tools read again whenever they need to.

use std::time::Duration;

use grantkeep_api::Agent;
use grantkeep_api::requests::Purpose;
use grantkeep_api::views::{Code, Problem};

use super::super::consent::{self, Where};
use crate::args::Aws;
use crate::credential::{self, Handed};
use crate::exit::{LATER, Stop, of_code};
use crate::{clock, messages};

/// Writes the file once, or again and again ahead of the token's end.
///
/// # Errors
/// The agent's problem; the file cannot be written.
pub(super) fn run(args: &Aws) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let mut until = write(args, &agent)?;
    messages::say(&format!("export AWS_WEB_IDENTITY_TOKEN_FILE={}", args.file.display()));
    if !args.keep {
        return Ok(());
    }
    loop {
        let Some(end) = until else {
            messages::say("the token has no known end, so there is nothing to keep up");
            return Ok(());
        };
        sleep_until(next_write(end, clock::now_ms()));
        match write(args, &agent) {
            Ok(end) => until = end,
            Err(Stop::Problem(problem)) if is_passing(problem.code) => {
                messages::problem(&problem, false);
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(stop) => return Err(stop),
        }
    }
}

/// Writes the file; when its token ends.
fn write(args: &Aws, agent: &Agent) -> Result<Option<i64>, Stop> {
    let handed = if args.access_token {
        consent::asked(agent, Where::Anywhere, || agent.token(&args.id, MIN_TTL_S, Purpose::HandOut))
            .map(Handed::Access)?
    } else {
        consent::asked(agent, Where::Anywhere, || agent.id_token(&args.id, MIN_TTL_S, Purpose::HandOut))
            .map(Handed::Id)?
    };
    credential::write_file(&args.file, &handed).map_err(|error| {
        Problem::new(Code::InvalidInput, "the file cannot be written")
            .detail(format!("{}: {error}", args.file.display()))
            .hint("name a file in a folder that you can write")
    })?;
    Ok(handed.expires_at_ms())
}

/// Ahead of the end by as much as the token is asked to be good for; for one that lives shorter, at half of its life.
fn next_write(end_ms: i64, now_ms: i64) -> i64 {
    let ahead = end_ms - i64::from(MIN_TTL_S) * 1000;
    if ahead > now_ms { ahead } else { now_ms + ((end_ms - now_ms) / 2).max(SOONEST_MS) }
}

/// By the wall clock, so that a machine that slept writes soon after it woke.
fn sleep_until(at_ms: i64) {
    loop {
        let left = u64::try_from(at_ms - clock::now_ms()).unwrap_or(0);
        if left == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(left).min(LOOK_AGAIN));
    }
}

fn is_passing(code: Code) -> bool {
    of_code(code) == LATER || code == Code::AgentUnavailable
}

/// AWS' tools read the file when they need new credentials: there has to be time left for that.
const MIN_TTL_S: u32 = 300;

const SOONEST_MS: i64 = 10_000;

const LOOK_AGAIN: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_written_ahead_of_the_end() {
        let cases = [
            (3_600_000, 3_300_000, "five minutes ahead"),
            (60_000, 30_000, "at half of a shorter life"),
            (2_000, 10_000, "but not all the time"),
            (-1, 10_000, "one that ended"),
        ];
        for (end, at, why) in cases {
            assert_eq!(next_write(end, 0), at, "{why}");
        }
    }
}
