//! The book: what is in memory, and when something of it is due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{AccountSeen, Error, Outcome, authorize, error, refresh};
use crate::model::{Account, AccountId, Name, Running, Service, Standing, Timestamp, status};
use crate::schedule::Pace;

/// Everything but secrets, by name. An entry is changed through [`Book::change`] alone, which keeps the agenda true.
#[derive(Default)]
pub(super) struct Book {
    shelves: BTreeMap<Name, Shelf>,
    /// When something happens to an account by itself, each account once at most.
    agenda: BTreeSet<(Timestamp, AccountId)>,
    pace: Pace,
}

/// A service with its accounts, in a list: ten thousand of them are kept.
struct Shelf {
    service: Arc<Service>,
    /// By name.
    entries: Vec<Entry>,
}

/// An account and what goes on with it.
pub(super) struct Entry {
    pub(super) account: Account,
    pub(super) running: Running,
    pub(super) waiting: Option<Box<authorize::Waiting>>,
    /// How the last authorization ended, by its identifier.
    pub(super) ended: Option<Box<(String, Outcome)>>,
    pub(super) flight: Option<refresh::Flight>,
    /// The right to change the account, once somebody wanted it; see [`super::Keeper::turn`].
    turn: Option<Arc<tokio::sync::Mutex<()>>>,
    /// The end of the access token that was told when it passed.
    told: Option<Timestamp>,
    /// Its token is being tried.
    pub(super) testing: bool,
    /// It waits for a place: see [`super::lanes`].
    pub(super) in_lane: bool,
    /// Its host asked to wait until then.
    pub(super) not_before: Option<Timestamp>,
    /// Where it stands in the agenda.
    next: Option<Timestamp>,
}

/// What time brought.
#[derive(Default)]
pub(super) struct Due {
    /// Grants to refresh, the most urgent first.
    pub(super) refreshes: Vec<AccountId>,
    /// Tokens to try, since nobody says when they end.
    pub(super) tests: Vec<AccountId>,
    /// Accounts whose token ended.
    pub(super) ended: Vec<AccountId>,
}

impl Book {
    /// The book of what was stored; an account without its service is left out. Tokens that ended before `now` count as
    /// told.
    pub(super) fn of(services: Vec<Service>, accounts: Vec<Account>, now: Timestamp) -> Self {
        let mut book = Self::default();
        for service in services {
            book.put_service(Arc::new(service));
        }
        for account in accounts {
            let told = end(&account).filter(|end| *end <= now);
            book.insert(account, told);
        }
        book
    }

    /// All services, by name.
    pub(super) fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.shelves.values().map(|shelf| &shelf.service)
    }

    pub(super) fn service(&self, name: &Name) -> Option<&Arc<Service>> {
        self.shelves.get(name).map(|shelf| &shelf.service)
    }

    /// Adds or replaces a service; its accounts stay.
    pub(super) fn put_service(&mut self, service: Arc<Service>) {
        let name = service.name.clone();
        match self.shelves.get_mut(&name) {
            Some(shelf) => {
                shelf.service = service;
                for id in self.accounts_of(&name) {
                    self.change(&id, |_| ());
                }
            }
            None => {
                self.shelves.insert(name, Shelf { service, entries: Vec::new() });
            }
        }
    }

    /// Removes a service with its accounts.
    pub(super) fn remove_service(&mut self, name: &Name) {
        for id in self.accounts_of(name) {
            self.remove(&id);
        }
        self.shelves.remove(name);
    }

    /// All accounts, by name.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.shelves.values().flat_map(|shelf| shelf.entries.iter())
    }

    /// The accounts of a service.
    pub(super) fn entries_of(&self, service: &Name) -> impl Iterator<Item = &Entry> {
        self.shelves.get(service).into_iter().flat_map(|shelf| shelf.entries.iter())
    }

    /// Names of the accounts of a service.
    pub(super) fn accounts_of(&self, service: &Name) -> Vec<AccountId> {
        self.entries_of(service).map(|entry| entry.account.id.clone()).collect()
    }

    pub(super) fn entry(&self, id: &AccountId) -> Option<&Entry> {
        let shelf = self.shelves.get(&id.service)?;
        shelf.place(&id.account).ok().and_then(|at| shelf.entries.get(at))
    }

    /// Adds an account to a service that is there.
    pub(super) fn add(&mut self, account: Account) {
        self.insert(account, None);
    }

    pub(super) fn remove(&mut self, id: &AccountId) {
        let Some(shelf) = self.shelves.get_mut(&id.service) else { return };
        let Ok(at) = shelf.place(&id.account) else { return };
        let entry = shelf.entries.remove(at);
        if let Some(next) = entry.next {
            self.agenda.remove(&(next, id.clone()));
        }
    }

    /// Changes an account that is there, and puts down when the next thing happens to it.
    pub(super) fn change<T>(&mut self, id: &AccountId, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let shelf = self.shelves.get_mut(&id.service)?;
        let at = shelf.place(&id.account).ok()?;
        let entry = shelf.entries.get_mut(at)?;
        let done = change(entry);
        let next = entry.next(self.pace, &shelf.service);
        if next != entry.next {
            let before = std::mem::replace(&mut entry.next, next);
            if let Some(before) = before {
                self.agenda.remove(&(before, id.clone()));
            }
            if let Some(next) = next {
                self.agenda.insert((next, id.clone()));
            }
        }
        Some(done)
    }

    /// The right to change an account.
    pub(super) fn turn(&mut self, id: &AccountId) -> Option<Arc<tokio::sync::Mutex<()>>> {
        self.change(id, |entry| entry.turn.get_or_insert_default().clone())
    }

    /// What is due at `now`: refreshes stay in the agenda until they begin, an end is told once.
    pub(super) fn due(&mut self, now: Timestamp) -> Due {
        let reached = self.agenda.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| id.clone());
        let mut due = Due::default();
        for id in reached.collect::<Vec<_>>() {
            let Some(service) = self.service(&id.service).cloned() else { continue };
            let ended = self.change(&id, |entry| {
                let passed = end(&entry.account).filter(|end| *end <= now && entry.told != Some(*end));
                entry.told = passed.or(entry.told);
                passed.is_some()
            });
            if ended == Some(true) {
                due.ended.push(id.clone());
            }
            if self.is_due(&id, now) {
                due.refreshes.push(id.clone());
            }
            let entry = self.entry(&id);
            if entry.and_then(|entry| entry.tested_at(self.pace, &service)).is_some_and(|at| at <= now) {
                due.tests.push(id);
            }
        }
        due
    }

    /// Whether an account is to be refreshed, and is not being refreshed.
    pub(super) fn is_due(&self, id: &AccountId, now: Timestamp) -> bool {
        let (Some(entry), Some(service)) = (self.entry(id), self.service(&id.service)) else { return false };
        entry.refreshed_at(self.pace, service).is_some_and(|at| at <= now)
    }

    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    /// Keeps at another pace.
    pub(super) fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
        let ids: Vec<_> = self.entries().map(|entry| entry.account.id.clone()).collect();
        for id in ids {
            self.change(&id, |_| ());
        }
    }

    /// When the next thing happens by itself.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(at, _)| *at)
    }

    /// The clock was set back to `now`: ends that lie ahead again will be told again. The accounts that they are of.
    pub(super) fn set_back(&mut self, now: Timestamp) -> Vec<AccountId> {
        let ahead = |entry: &&Entry| entry.told.is_some_and(|told| told > now);
        let ids: Vec<_> = self.entries().filter(ahead).map(|entry| entry.account.id.clone()).collect();
        for id in &ids {
            self.change(id, |entry| entry.told = None);
        }
        ids
    }

    /// Whether something has to be done though nobody asks: see [`super::Keeper::needs_keeping`].
    pub(super) fn needs_keeping(&self) -> bool {
        let shelves = self.shelves.values();
        let mut entries = shelves.flat_map(|shelf| shelf.entries.iter().map(|entry| (&shelf.service, entry)));
        entries.any(|(service, entry)| {
            let lives = match entry.account.standing {
                Standing::Good | Standing::ClientRefused { .. } => true,
                Standing::Ended { .. } | Standing::Revoked { .. } => false,
            };
            let grant = entry.account.grant.as_ref();
            entry.waiting.is_some()
                || entry.flight.is_some()
                || entry.turn.as_ref().is_some_and(|turn| turn.try_lock().is_err())
                || lives && grant.is_some_and(|grant| grant.has_refresh_token)
                || self.pace.refreshes_at(&entry.account, service).is_some()
                || self.pace.tests_at(&entry.account, service).is_some()
        })
    }

    /// What outlives nothing but this moment: turns that were wanted, and outcomes that are awaited.
    pub(super) fn under_way(&self) -> (Vec<Arc<tokio::sync::Mutex<()>>>, Vec<authorize::Awaited>) {
        let turns = self.entries().filter_map(|entry| entry.turn.clone()).collect();
        let waiting = self.entries().filter_map(|entry| entry.waiting.as_ref());
        (turns, waiting.map(|waiting| waiting.outcome.clone()).collect())
    }

    /// An account as it is seen from outside.
    pub(super) fn see(&self, entry: &Entry, now: Timestamp) -> Option<AccountSeen> {
        let service = self.service(&entry.account.id.service)?.clone();
        let pending = entry.waiting.as_ref().map(|waiting| waiting.seen.clone());
        let running = Running { waiting_since: pending.as_ref().map(|p| p.started_at), ..entry.running };
        Some(AccountSeen {
            status: status(&entry.account, &service, running, now),
            refreshes_at: self.pace.refreshes_at(&entry.account, &service),
            account: entry.account.clone(),
            service,
            pending,
        })
    }

    pub(super) fn not_found(&self, id: &AccountId) -> Error {
        let names: Vec<String> = self.entries().map(|entry| entry.account.id.to_string()).collect();
        Error::NotFound { name: id.short(), nearest: error::nearest(&id.to_string(), &names) }
    }

    fn insert(&mut self, account: Account, told: Option<Timestamp>) {
        let id = account.id.clone();
        let Some(shelf) = self.shelves.get_mut(&id.service) else { return };
        let entry = Entry { told, ..Entry::new(account) };
        match shelf.place(&id.account) {
            Ok(at) => {
                let old = std::mem::replace(&mut shelf.entries[at], entry);
                if let Some(next) = old.next {
                    self.agenda.remove(&(next, id.clone()));
                }
            }
            Err(at) => {
                // Most services have one account, and ten thousand of them no room to spare.
                if shelf.entries.is_empty() {
                    shelf.entries.reserve_exact(1);
                }
                shelf.entries.insert(at, entry);
            }
        }
        self.change(&id, |_| ());
    }
}

impl Shelf {
    fn place(&self, account: &Name) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.account.id.account.cmp(account))
    }
}

impl Entry {
    fn new(account: Account) -> Self {
        Self {
            account,
            running: Running::default(),
            waiting: None,
            ended: None,
            flight: None,
            turn: None,
            told: None,
            in_lane: false,
            testing: false,
            not_before: None,
            next: None,
        }
    }

    /// When the next refresh or test is due, or the token ends.
    fn next(&self, pace: Pace, service: &Service) -> Option<Timestamp> {
        let end = end(&self.account).filter(|end| self.told != Some(*end));
        self.refreshed_at(pace, service).into_iter().chain(self.tested_at(pace, service)).chain(end).min()
    }

    /// When the next refresh begins, unless one is under way or waits already.
    fn refreshed_at(&self, pace: Pace, service: &Service) -> Option<Timestamp> {
        let at = if self.flight.is_none() && !self.in_lane {
            pace.refreshes_at(&self.account, service)
        } else {
            None
        };
        at.map(|at| self.not_before.map_or(at, |not_before| at.max(not_before)))
    }

    fn tested_at(&self, pace: Pace, service: &Service) -> Option<Timestamp> {
        if self.testing { None } else { pace.tests_at(&self.account, service) }
    }
}

fn end(account: &Account) -> Option<Timestamp> {
    account.grant.as_ref().and_then(|grant| grant.expires_at)
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
