//! `grantkeep log`: what happened, oldest first.

use std::time::Duration;

use grantkeep_api::views::{Change, Code, EventView, Problem};
use grantkeep_api::{AccountId, Agent};

use super::json;
use super::table::{Look, cut};
use crate::args::Log;
use crate::exit::Stop;
use crate::{clock, messages, output, words};

/// Shows the latest events, and with `--follow` all that come.
///
/// # Errors
/// The agent's problem; no such account.
pub(crate) fn run(args: &Log) -> Result<(), Stop> {
    let wanted = Wanted::of(args.name.as_deref())?;
    let agent = Agent::connect_or_start()?;
    if args.follow {
        return follow(args, &wanted, &agent);
    }
    let events = wanted.latest(&agent, args.limit)?;
    if events.is_empty() {
        wanted.ask_for(&agent)?;
        messages::say("nothing happened yet");
    }
    if args.json {
        return json::write(&events.iter().map(json::event).collect());
    }
    let look = Look::of_output();
    output::write(&events.iter().map(|event| line(event, look)).collect::<String>())
}

/// Shows events as they come, those between two agents, too.
fn follow(args: &Log, wanted: &Wanted, agent: &Agent) -> Result<(), Stop> {
    let look = Look::of_output();
    let mut last = None;
    let mut pause = FIRST_PAUSE;
    loop {
        let mut stop = None;
        let ended = agent.follow(|change| {
            pause = FIRST_PAUSE;
            let events = match change {
                // The stream stands: what happened before is in the history.
                Change::Snapshot { .. } => {
                    wanted.latest(agent, if last.is_none() { args.limit } else { MOST })
                }
                Change::Event { event } if wanted.has(&event) => Ok(vec![event]),
                _ => return true,
            };
            let shown = events.map_err(Stop::from).and_then(|events| {
                for event in events.iter().filter(|event| last.is_none_or(|last| event.id > last)) {
                    let json = || format!("{}\n", json::event(event));
                    output::write(&if args.json { json() } else { line(event, look) })?;
                }
                last = events.iter().map(|event| event.id).chain(last).max().or(Some(0));
                Ok(())
            });
            stop = shown.err();
            stop.is_none()
        });
        if let Some(stop) = stop {
            return Err(stop);
        }
        match ended {
            Err(problem) if problem.code == Code::AgentUnavailable => {}
            ended => return Ok(ended?),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whose events are shown.
enum Wanted {
    All,
    Service(String),
    Account(AccountId),
}

impl Wanted {
    fn of(name: Option<&str>) -> Result<Self, Problem> {
        let Some(name) = name else { return Ok(Self::All) };
        let id: AccountId = name.parse()?;
        Ok(if name.contains('/') { Self::Account(id) } else { Self::Service(id.service) })
    }

    fn has(&self, event: &EventView) -> bool {
        match self {
            Self::All => true,
            Self::Service(service) => event.account.split('/').next() == Some(service),
            Self::Account(id) => event.account == id.to_string(),
        }
    }

    /// The latest events, oldest first.
    fn latest(&self, agent: &Agent, limit: u32) -> Result<Vec<EventView>, Problem> {
        let mut events = match self {
            Self::All => agent.history(limit)?,
            // The agent knows histories of accounts and of all.
            Self::Service(_) => agent.history(MOST)?,
            Self::Account(id) => agent.account_history(id, limit)?,
        };
        events.retain(|event| self.has(event));
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        events.reverse();
        Ok(events)
    }

    /// Lets the agent say that there is no such name: it suggests the nearest.
    fn ask_for(&self, agent: &Agent) -> Result<(), Problem> {
        match self {
            Self::All => Ok(()),
            Self::Service(service) => agent.service(service).map(drop),
            Self::Account(id) => agent.account(id).map(drop),
        }
    }
}

fn line(event: &EventView, look: Look) -> String {
    let account = if event.account.is_empty() { "-" } else { &event.account };
    let detail = event.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let line = format!("{}  {account}  {}{detail}", clock::rfc3339(event.at_ms), event.text);
    format!("{}\n", cut(&words::plain(&line), look.width))
}

/// Events that the agent gives at once.
const MOST: u32 = 10_000;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use grantkeep_api::views::EventKind;

    use super::*;

    #[test]
    fn an_event_is_one_line() {
        let event = event("podio/work", "Token handed out\nto git");

        assert_eq!(
            line(&event, Look { width: None, colour: false }),
            "1970-01-01T00:00:01Z  podio/work  Token handed outto git (3 ms)\n"
        );
        assert_eq!(line(&event, Look { width: Some(24), colour: false }), "1970-01-01T00:00:01Z  p…\n");
    }

    #[test]
    fn events_are_chosen_by_name() {
        let cases = [
            (None, "podio/work", true, "all"),
            (Some("podio"), "podio/work", true, "of a service: its accounts'"),
            (Some("podio"), "podio", true, "of a service: its own"),
            (Some("podio"), "podio2/work", false, "another one"),
            (Some("podio/work"), "podio/work", true, "of an account"),
            (Some("podio/work"), "podio", false, "not its service's"),
        ];
        for (name, account, shown, why) in cases {
            assert_eq!(Wanted::of(name).unwrap().has(&event(account, "x")), shown, "{why}");
        }
    }

    fn event(account: &str, text: &str) -> EventView {
        EventView {
            id: 1,
            at_ms: 1000,
            account: account.to_owned(),
            what: EventKind::HandedOut,
            text: text.to_owned(),
            detail: Some("3 ms".to_owned()),
        }
    }
}
