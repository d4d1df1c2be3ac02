//! Incidents: what the person is told, and when. Pure; time and what was seen are arguments.
//!
//! An incident begins when an account needs the person and ends when it is good again. It is told once, after a moment
//! in which others may join it: what is about the same is told in one message. When everything that a message told of
//! is good again, that is told in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use grantkeep_api::views::{NoticeKind, NoticeView};
use grantkeep_core::model::{AccountId, Timestamp};

use super::sight::Sight;
use super::words;

/// All incidents, and what was told of them.
#[derive(Debug, Default)]
pub(crate) struct Incidents {
    all: BTreeMap<u64, Incident>,
    /// Told messages, with their incidents.
    told: BTreeMap<u64, BTreeSet<u64>>,
    last: u64,
}

/// One incident.
#[derive(Debug)]
pub(crate) struct Incident {
    subject: Subject,
    /// Its accounts, with their names.
    pub(super) accounts: BTreeMap<AccountId, String>,
    /// Names of all that it ever had.
    pub(super) names: BTreeMap<AccountId, String>,
    began: Timestamp,
    over: Option<Timestamp>,
    pub(super) title: String,
    text: String,
    /// Its message went out, or never will.
    settled: bool,
    /// The person took it off the list.
    hidden: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    Account(NoticeKind, AccountId),
    Host(String),
}

/// How messages go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// As they come.
    Loud,
    /// They wait: quiet hours.
    Quiet,
    /// Not at all; what happens now is not told later.
    Off,
}

/// What goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// The person is needed.
    Tell {
        /// Names the message.
        number: u64,
        /// What happened.
        title: String,
        /// Why, and what still holds.
        text: String,
        /// What it is about.
        about: NoticeKind,
        /// Whom it is about.
        accounts: Vec<AccountId>,
    },
    /// That is over: in its place.
    Over {
        /// Names the message.
        number: u64,
        /// What is good again.
        title: String,
    },
    /// It is of no use any more.
    Withdraw {
        /// Names the message.
        number: u64,
    },
}

impl Incidents {
    /// Takes in what `id` needs the person for, and whether its token is good. Returns whether anything changed.
    pub(crate) fn see(&mut self, id: &AccountId, sights: &[Sight], good: bool, now: Timestamp) -> bool {
        let mut changed = false;
        for sight in sights {
            changed |= self.meet(id, sight, now);
        }
        let subjects: Vec<_> = sights.iter().map(|sight| Subject::of(id, sight)).collect();
        let ended = |incident: &Incident| {
            incident.over.is_none()
                && incident.accounts.contains_key(id)
                && !subjects.contains(&incident.subject)
        };
        let ended: Vec<u64> =
            self.all.iter().filter(|(_, incident)| ended(incident)).map(|(number, _)| *number).collect();
        for number in &ended {
            self.leave(*number, id, good, now);
        }
        changed || !ended.is_empty()
    }

    /// The account is gone.
    pub(crate) fn forget(&mut self, id: &AccountId, now: Timestamp) -> bool {
        let before = self.all.len();
        for incident in self.all.values_mut().filter(|incident| incident.names.len() > 1) {
            incident.names.remove(id);
            if incident.over.is_some() {
                incident.accounts.remove(id);
            }
        }
        self.all.retain(|_, incident| incident.over.is_none() || !incident.accounts.contains_key(id));
        self.see(id, &[], false, now) || self.all.len() != before
    }

    /// Accounts that have an incident.
    pub(crate) fn accounts(&self) -> BTreeSet<AccountId> {
        self.all.values().flat_map(|incident| incident.accounts.keys().cloned()).collect()
    }

    /// Takes an incident off the list. Returns whether it was there. One that lasts is not told again.
    pub(crate) fn dismiss(&mut self, number: u64) -> bool {
        match self.all.get_mut(&number).filter(|incident| !incident.hidden) {
            Some(incident) if incident.over.is_some() => self.all.remove(&number).is_some(),
            Some(incident) => {
                (incident.hidden, incident.settled) = (true, true);
                true
            }
            None => false,
        }
    }

    /// What goes out now; each message once.
    pub(crate) fn messages(&mut self, voice: Voice, now: Timestamp) -> Vec<Message> {
        let mut messages = self.ends(voice);
        if self.next().is_none_or(|at| at > now) {
            return messages;
        }
        match voice {
            Voice::Quiet => {}
            Voice::Off => self.all.values_mut().for_each(|incident| incident.settled = true),
            Voice::Loud => messages.extend(self.tell()),
        }
        messages
    }

    /// When a message is due next; `None` while nothing waits to be told.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.waiting().map(|(_, incident)| incident.began + GATHER).min()
    }

    /// The list, the latest first; what lasts stands before what is over.
    pub(crate) fn views(&self) -> Vec<NoticeView> {
        let mut shown: Vec<_> = self.all.iter().filter(|(_, incident)| !incident.hidden).collect();
        shown.sort_by_key(|(number, incident)| (incident.over.is_some(), std::cmp::Reverse(**number)));
        shown.into_iter().map(|(number, incident)| incident.view(*number)).collect()
    }

    /// How many last and were not taken off the list.
    pub(crate) fn open(&self) -> usize {
        self.all.values().filter(|incident| incident.over.is_none() && !incident.hidden).count()
    }

    /// A sight begins an incident, or joins one.
    fn meet(&mut self, id: &AccountId, sight: &Sight, now: Timestamp) -> bool {
        let subject = Subject::of(id, sight);
        let open = self.all.values_mut().find(|known| known.over.is_none() && known.subject == subject);
        if let Some(open) = open {
            open.names.insert(id.clone(), sight.name.clone());
            let joined = open.accounts.insert(id.clone(), sight.name.clone()).as_ref() != Some(&sight.name);
            let same = open.accounts.len() > 1 || (open.title == sight.title && open.text == sight.text);
            if !same {
                (open.title, open.text) = (sight.title.clone(), sight.text.clone());
            }
            return joined || !same;
        }
        self.last += 1;
        let incident = Incident {
            subject,
            accounts: BTreeMap::from([(id.clone(), sight.name.clone())]),
            names: BTreeMap::from([(id.clone(), sight.name.clone())]),
            began: now,
            over: None,
            title: sight.title.clone(),
            text: sight.text.clone(),
            settled: false,
            hidden: false,
        };
        self.all.insert(self.last, incident);
        true
    }

    /// An account is no part of an incident any more. The last one ends it.
    fn leave(&mut self, number: u64, id: &AccountId, good: bool, now: Timestamp) {
        let Some(incident) = self.all.get_mut(&number) else { return };
        if incident.accounts.len() > 1 {
            incident.accounts.remove(id);
            return;
        }
        // What passed before it could be told is not worth a word, nor is what the person decided themselves.
        let worth = good && incident.settled && !incident.hidden && ends_with_good_news(incident.about());
        if !worth {
            self.all.remove(&number);
            return;
        }
        incident.over = Some(now);
        incident.accounts.clone_from(&incident.names);
        let over: Vec<u64> = self
            .all
            .iter()
            .filter(|(_, incident)| incident.over.is_some())
            .map(|(number, _)| *number)
            .collect();
        for oldest in over.iter().take(over.len().saturating_sub(OVER_KEPT)) {
            self.all.remove(oldest);
        }
    }

    /// Messages of which nothing lasts.
    fn ends(&mut self, voice: Voice) -> Vec<Message> {
        let all = &self.all;
        let lasts = |number: &u64| {
            all.get(number).is_some_and(|incident| incident.over.is_none() && !incident.hidden)
        };
        let mut messages = Vec::new();
        self.told.retain(|number, incidents| {
            if incidents.iter().any(lasts) {
                return true;
            }
            let told = incidents.iter().filter_map(|number| all.get(number));
            let over: Vec<_> = told.filter(|incident| incident.over.is_some()).collect();
            messages.push(match words::over(&over) {
                Some(title) if voice == Voice::Loud => Message::Over { number: *number, title },
                Some(_) | None => Message::Withdraw { number: *number },
            });
            false
        });
        messages
    }

    /// Tells everything that waits; what is about the same in one message.
    fn tell(&mut self) -> Vec<Message> {
        let mut groups: BTreeMap<u8, Vec<u64>> = BTreeMap::new();
        for (number, incident) in self.waiting() {
            groups.entry(incident.about() as u8).or_default().push(*number);
        }
        let mut messages = Vec::new();
        for numbers in groups.into_values() {
            self.last += 1;
            let number = self.last;
            let group: Vec<_> = numbers.iter().filter_map(|number| self.all.get(number)).collect();
            let Some(first) = group.first() else { continue };
            let about = first.about();
            let (title, text) = match group.as_slice() {
                [only] if only.accounts.len() == 1 => (only.title.clone(), only.text.clone()),
                several => words::several(about, several),
            };
            let accounts = group.iter().flat_map(|incident| incident.accounts.keys().cloned()).collect();
            messages.push(Message::Tell { number, title, text, about, accounts });
            for told in &numbers {
                if let Some(incident) = self.all.get_mut(told) {
                    incident.settled = true;
                }
            }
            self.told.insert(number, numbers.into_iter().collect());
        }
        messages
    }

    fn waiting(&self) -> impl Iterator<Item = (&u64, &Incident)> {
        self.all.iter().filter(|(_, incident)| !incident.settled && incident.over.is_none())
    }
}

impl Subject {
    fn of(id: &AccountId, sight: &Sight) -> Self {
        match &sight.host {
            Some(host) => Self::Host(host.clone()),
            None => Self::Account(sight.cause, id.clone()),
        }
    }
}

impl Incident {
    pub(super) fn about(&self) -> NoticeKind {
        match &self.subject {
            Subject::Account(kind, _) => *kind,
            Subject::Host(_) => NoticeKind::Outage,
        }
    }

    fn view(&self, number: u64) -> NoticeView {
        let (title, text) = match self.accounts.len() {
            0 | 1 => (self.title.clone(), self.text.clone()),
            _ => words::several(self.about(), &[self]),
        };
        NoticeView {
            id: number.to_string(),
            about: self.about(),
            title,
            text,
            at_ms: self.began.millis(),
            over_at_ms: self.over.map(Timestamp::millis),
            accounts: self.accounts.keys().map(ToString::to_string).collect(),
        }
    }
}

/// Whether the end of it is worth a word. What the person decided themselves is not.
fn ends_with_good_news(about: NoticeKind) -> bool {
    match about {
        NoticeKind::Reauthorize | NoticeKind::CheckSettings | NoticeKind::Outage => true,
        NoticeKind::SomebodyElse | NoticeKind::PreviousNotRevoked => false,
    }
}

/// How long others may join an incident before it is told.
pub(super) const GATHER: Duration = Duration::from_secs(5);

/// How many incidents that are over stay on the list.
const OVER_KEPT: usize = 50;

#[cfg(test)]
#[path = "incidents_tests.rs"]
mod tests;
