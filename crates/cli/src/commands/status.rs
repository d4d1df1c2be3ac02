//! `grantkeep status`: accounts and how they are doing.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use grantkeep_api::views::{AccountView, AgentView, Change, Code, Problem};
use grantkeep_api::{AccountId, Agent};

use super::table::Look;
use super::{accounts_text, json, timeline};
use crate::args::Status;
use crate::exit::Stop;
use crate::{clock, messages, output, words};

/// Shows accounts once, or each change with `--watch`.
///
/// # Errors
/// The agent's problem; no such account.
pub(crate) fn run(args: &Status) -> Result<(), Stop> {
    let wanted = Wanted::of(args.name.as_deref())?;
    if let Some(name) = args.name.as_deref().filter(|_| args.timeline) {
        let id = name.parse().map_err(Problem::from)?;
        return timeline::run(&id, args.days, args.json);
    }
    let agent = Agent::connect_or_start()?;
    super::settled(&agent)?;
    let shown = Shown::of(agent.state()?)?;
    if shown.accounts.is_empty() || !wanted.is_in(&shown) {
        if let Some(problem) = super::locked(&shown.agent.vault) {
            return Err(problem.into());
        }
        wanted.ask_for(&agent)?;
    }
    if args.watch {
        return watch(args, &wanted, &agent);
    }
    if let Some(problem) = super::locked(&shown.agent.vault) {
        messages::problem(&problem, args.json);
    }
    output::write(&text(args, &wanted, &shown))
}

/// What the person wants to see.
enum Wanted {
    All,
    Service(String),
    Account(AccountId),
}

impl Wanted {
    fn of(name: Option<&str>) -> Result<Self, Problem> {
        Ok(match name {
            None => Self::All,
            Some(name) => {
                let id: AccountId = name.parse()?;
                if name.contains('/') { Self::Account(id) } else { Self::Service(id.service) }
            }
        })
    }

    fn has(&self, account: &AccountView) -> bool {
        match self {
            Self::All => true,
            Self::Service(service) => account.service == *service,
            Self::Account(id) => account.service == id.service && account.account == id.account,
        }
    }

    fn is_in(&self, shown: &Shown) -> bool {
        shown.accounts.iter().any(|account| self.has(account))
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

/// What is known of the agent and its accounts, in the order of their names.
struct Shown {
    agent: AgentView,
    accounts: Vec<AccountView>,
}

impl Shown {
    fn of(change: Change) -> Result<Self, Problem> {
        match change {
            Change::Snapshot { agent, mut accounts, .. } => {
                accounts.sort_by(|a, b| a.id.cmp(&b.id));
                Ok(Self { agent, accounts })
            }
            _ => Err(Problem::new(Code::Internal, "the agent did not say how it is")),
        }
    }

    /// Takes a change in; `true` where something shown is another.
    fn take(&mut self, change: Change) -> bool {
        match change {
            Change::Snapshot { .. } => match Self::of(change) {
                Ok(shown) => *self = shown,
                Err(_) => return false,
            },
            Change::Agent { agent } => self.agent = agent,
            Change::Account { account } => {
                match self.accounts.binary_search_by(|known| known.id.cmp(&account.id)) {
                    Ok(at) => self.accounts[at] = account,
                    Err(at) => self.accounts.insert(at, account),
                }
            }
            Change::AccountRemoved { id } => self.accounts.retain(|account| account.id != id),
            Change::ServiceRemoved { name } => self.accounts.retain(|account| account.service != name),
            Change::Service { .. }
            | Change::AuthorizationEnded { .. }
            | Change::Question { .. }
            | Change::QuestionGone { .. }
            | Change::Permission { .. }
            | Change::PermissionRemoved { .. }
            | Change::Notices { .. }
            | Change::Event { .. } => return false,
        }
        true
    }
}

/// What goes to standard output.
fn text(args: &Status, wanted: &Wanted, shown: &Shown) -> String {
    let accounts: Vec<&AccountView> = shown.accounts.iter().filter(|account| wanted.has(account)).collect();
    if args.json {
        let json = json::accounts(accounts);
        // A line a change for programs that follow, a page for people that look once.
        return if args.watch { format!("{json}\n") } else { format!("{json:#}\n") };
    }
    let look = Look::of_output();
    match accounts.as_slice() {
        [] => {
            messages::say("there are no accounts yet");
            String::new()
        }
        [account] if args.name.is_some() => accounts_text::detail(account, clock::now_ms(), look),
        accounts => accounts_text::table(accounts.iter().copied(), clock::now_ms(), look),
    }
}

/// Shows each change until Ctrl-C; on a terminal in place, with the remaining life ticking.
fn watch(args: &Status, wanted: &Wanted, agent: &Agent) -> Result<(), Stop> {
    let (sender, changes) = mpsc::channel();
    let mut shown = Shown::of(agent.state()?)?;
    let follower = agent.clone();
    std::thread::spawn(move || follow(&follower, &sender));
    let in_place = output::is_terminal() && !args.json && !words::is_dumb_terminal();
    let mut last = String::new();
    loop {
        let text = text(args, wanted, &shown);
        if in_place {
            output::write(&format!("\x1b[H\x1b[2J{text}"))?;
        } else if text != last {
            output::write(&text)?;
            last = text;
        }
        loop {
            let is_another = match changes.recv_timeout(if in_place { TICK } else { LONG }) {
                Ok(change) => shown.take(change),
                Err(RecvTimeoutError::Timeout) => in_place,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if is_another {
                break;
            }
        }
    }
}

/// Follows the agent, and the next one after its end.
fn follow(agent: &Agent, sender: &Sender<Change>) {
    let mut pause = TICK;
    loop {
        let ended = agent.follow(|change| {
            pause = TICK;
            sender.send(change).is_ok()
        });
        let Err(problem) = ended else { return };
        if problem.code != Code::AgentUnavailable {
            messages::problem(&problem, false);
            return;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONG);
    }
}

/// Seconds tick on a terminal.
const TICK: Duration = Duration::from_secs(1);

const LONG: Duration = Duration::from_secs(30);
