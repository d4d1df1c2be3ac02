//! `grantkeep log`: what happened, oldest first.

use std::time::Duration;

use grantkeep_api::requests::HistoryQuery;
use grantkeep_api::views::{Change, Code, EventView, Problem};
use grantkeep_api::{AccountId, Agent, export};

use super::json;
use super::table::{Look, cut};
use crate::args::{Log, LogFormat};
use crate::exit::Stop;
use crate::{clock, messages, output, words};

/// Shows the latest events, and with `--follow` all that come.
///
/// # Errors
/// The agent's problem; no such account.
pub(crate) fn run(args: &Log) -> Result<(), Stop> {
    let wanted = Wanted::of(args)?;
    let agent = Agent::connect_or_start()?;
    let format = if args.json { LogFormat::Json } else { args.format };
    if args.follow {
        if format == LogFormat::Csv {
            return Err(Problem::new(Code::InvalidInput, "what comes is not written as CSV")
                .hint("take --format json, a line an event")
                .into());
        }
        return follow(format, &wanted, &agent);
    }
    let limit = args.limit.unwrap_or(if format == LogFormat::Csv { u32::MAX } else { LATEST });
    let events = wanted.latest(&agent, limit)?;
    if events.is_empty() {
        wanted.ask_for(&agent)?;
        messages::say(if wanted.is_filtered { "nothing of that happened" } else { "nothing happened yet" });
    }
    output::write(&match format {
        LogFormat::Text => {
            let look = Look::of_output();
            events.iter().map(|event| line(event, look)).collect()
        }
        LogFormat::Json => export::history_json(&events),
        LogFormat::Csv => export::history_csv(&events),
    })
}

/// Shows events as they come, those between two agents, too.
fn follow(format: LogFormat, wanted: &Wanted, agent: &Agent) -> Result<(), Stop> {
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
                    wanted.latest(agent, if last.is_none() { wanted.first } else { MOST })
                }
                Change::Event { event } if wanted.has(&event) => Ok(vec![event]),
                _ => return true,
            };
            let shown = events.map_err(Stop::from).and_then(|events| {
                for event in events.iter().filter(|event| last.is_none_or(|last| event.id > last)) {
                    let json = || format!("{}\n", json::event(event));
                    output::write(&if format == LogFormat::Json { json() } else { line(event, look) })?;
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

/// Which events are shown.
struct Wanted {
    whose: Whose,
    query: HistoryQuery,
    /// More than a name was asked for.
    is_filtered: bool,
    /// Lines before those that come.
    first: u32,
}

/// Whose events are shown.
enum Whose {
    All,
    Service(String),
    Account(AccountId),
}

impl Wanted {
    fn of(args: &Log) -> Result<Self, Problem> {
        let now = clock::now_ms();
        let query = HistoryQuery {
            limit: None,
            before: args.before,
            name: None,
            kind: (!args.kind.is_empty()).then(|| args.kind.join(",")),
            since_ms: args.since.map(|since| since.at_ms(now)),
            until_ms: args.until.map(|until| until.at_ms(now)),
            text: args.text.clone(),
        };
        Ok(Self {
            whose: Whose::of(args.name.as_deref())?,
            is_filtered: query != HistoryQuery::default(),
            first: args.limit.unwrap_or(LATEST),
            query,
        })
    }

    /// Whether an event that comes is one of them, as the agent chooses those that were.
    fn has(&self, event: &EventView) -> bool {
        let query = &self.query;
        let text = query.text.as_deref().unwrap_or_default().to_ascii_lowercase();
        let holds = |part: &str| part.to_ascii_lowercase().contains(&text);
        let word = serde_json::to_value(event.what).unwrap_or_default();
        let kinds = query.kind.as_deref();
        self.whose.has(event)
            && kinds.is_none_or(|kinds| kinds.split(',').any(|kind| word == kind))
            && query.since_ms.is_none_or(|since| event.at_ms >= since)
            && query.until_ms.is_none_or(|until| event.at_ms < until)
            && (holds(&event.text) || holds(&event.account) || event.detail.as_deref().is_some_and(holds))
    }

    /// The latest events, oldest first.
    fn latest(&self, agent: &Agent, limit: u32) -> Result<Vec<EventView>, Problem> {
        let mut events: Vec<EventView> = Vec::new();
        let mut query = self.query.clone();
        loop {
            let left = limit.saturating_sub(u32::try_from(events.len()).unwrap_or(u32::MAX));
            query.limit = Some(left.min(MOST_AT_ONCE));
            let page = match &self.whose {
                Whose::All => agent.history(&query)?,
                Whose::Service(service) => {
                    agent.history(&HistoryQuery { name: Some(service.clone()), ..query.clone() })?
                }
                Whose::Account(id) => agent.account_history(id, &query)?,
            };
            events.extend(page.events);
            query.before = page.next;
            if page.next.is_none() || u32::try_from(events.len()).is_ok_and(|count| count >= limit) {
                events.reverse();
                return Ok(events);
            }
        }
    }

    /// Lets the agent say that there is no such name: it suggests the nearest.
    fn ask_for(&self, agent: &Agent) -> Result<(), Problem> {
        match &self.whose {
            Whose::All => Ok(()),
            Whose::Service(service) => agent.service(service).map(drop),
            Whose::Account(id) => agent.account(id).map(drop),
        }
    }
}

impl Whose {
    fn of(name: Option<&str>) -> Result<Self, Problem> {
        let Some(name) = name else { return Ok(Self::All) };
        let id: AccountId = name.parse()?;
        Ok(if name.contains('/') { Self::Account(id) } else { Self::Service(id.service) })
    }

    fn has(&self, event: &EventView) -> bool {
        match self {
            Self::All => true,
            Self::Service(service) => event.account.split('/').next() == Some(service),
            Self::Account(id) => event.account == id.to_string() || event.account == id.service,
        }
    }
}

fn line(event: &EventView, look: Look) -> String {
    let account = if event.account.is_empty() { "-" } else { &event.account };
    let detail = event.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let line = format!("{}  {account}  {}{detail}", clock::rfc3339(event.at_ms), event.text);
    format!("{}\n", cut(&words::plain(&line), look.width))
}

/// Lines where no limit is asked.
const LATEST: u32 = 100;

/// Events that the agent is asked for at once.
const MOST_AT_ONCE: u32 = 1_000;

/// Events told after a new agent has come.
const MOST: u32 = 10_000;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use grantkeep_api::views::EventKind;

    use super::*;
    use crate::args::{Args, Command};

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
            (Some("podio/work"), "podio", true, "of an account: its service's own"),
            (Some("podio/work"), "podio/home", false, "not another one's"),
        ];
        for (name, account, shown, why) in cases {
            assert_eq!(Whose::of(name).unwrap().has(&event(account, "x")), shown, "{why}");
        }
    }

    #[test]
    fn what_comes_is_filtered_as_what_was() {
        let cases: [(&[&str], bool, &str); 7] = [
            (&[], true, "no filter"),
            (&["--kind", "refreshed,handed_out"], true, "one of the kinds"),
            (&["--kind", "refreshed"], false, "another kind"),
            (&["--text", "GIT"], true, "a text in either case"),
            (&["--text", "docker"], false, "another text"),
            (&["--since", "1970-01-01T00:00:01Z"], true, "at its beginning"),
            (&["--until", "1970-01-01T00:00:01Z"], false, "its end is not in it"),
        ];
        for (flags, shown, why) in cases {
            let args = Args::try_parse_from(["grantkeep", "log"].iter().chain(flags))
                .unwrap_or_else(|e| panic!("{e}"));
            let Command::Log(log) = args.command else { panic!("{why}") };
            assert_eq!(
                Wanted::of(&log).unwrap().has(&event("podio/work", "Token handed to git")),
                shown,
                "{why}"
            );
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
            took_ms: Some(3),
            reason: None,
            token_ends_at_ms: None,
        }
    }
}
