//! Wakes when the schedule says, and refreshes what is due.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::{Entry, Keeper, KeeperEvent, due};
use crate::model::{AccountId, Standing, Timestamp, TokenState, token_state};
use crate::schedule;

/// Keeps until the keeper is gone or stops.
pub(super) async fn keep(keeper: Weak<Keeper>, mut stopping: watch::Receiver<bool>) {
    let mut seen = HashMap::new();
    loop {
        let Some(keeper) = keeper.upgrade() else { return };
        if *stopping.borrow() {
            return;
        }
        let now = keeper.now();
        for id in keeper.due_now(now) {
            // Whoever waits for the same flight gets it, too; the outcome is in the account.
            drop(keeper.fly(&id, None));
        }
        keeper.tell_what_time_changed(now, &mut seen);
        keeper.forget_old_pasted();
        let wake_at = schedule::next_wake(now, keeper.next_changes(now));
        let clock = keeper.ports.clock.clone();
        tokio::select! {
            () = clock.sleep_until(wake_at) => {}
            () = keeper.wake.notified() => {}
            _ = stopping.changed() => return,
        }
    }
}

impl Keeper {
    /// Whether something has to be done though nobody asks: a grant to refresh, an authorization that waits, a change under
    /// way. An agent that has nothing of it may leave.
    pub fn needs_keeping(&self) -> bool {
        let book = self.book();
        book.accounts.values().any(|entry| {
            let grant = entry.account.grant.as_ref();
            let lives = match entry.account.standing {
                Standing::Good | Standing::ClientRefused { .. } => true,
                Standing::Ended { .. } | Standing::Revoked { .. } => false,
            };
            let service = book.services.get(&entry.account.id.service);
            entry.waiting.is_some()
                || entry.flight.is_some()
                || entry.turn.try_lock().is_err()
                || lives && grant.is_some_and(|grant| grant.has_refresh_token)
                || service.is_some_and(|service| due(&entry.account, service).is_some())
        })
    }

    fn due_now(self: &Arc<Self>, now: Timestamp) -> Vec<AccountId> {
        let book = self.book();
        let mut ids: Vec<_> = book
            .accounts
            .iter()
            .filter(|(_, entry)| entry.flight.is_none())
            .filter_map(|(id, entry)| {
                let service = book.services.get(&id.service)?;
                due(&entry.account, service).filter(|at| *at <= now).map(|at| (at, id.clone()))
            })
            .collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id).collect()
    }

    /// When the next refresh is due or the next token ends.
    fn next_changes(&self, now: Timestamp) -> Vec<Timestamp> {
        let book = self.book();
        let mut times = Vec::new();
        for (id, entry) in &book.accounts {
            let Some(service) = book.services.get(&id.service) else { continue };
            if entry.flight.is_none() {
                times.extend(due(&entry.account, service));
            }
            let end = entry.account.grant.as_ref().and_then(|grant| grant.expires_at);
            times.extend(end.filter(|end| *end > now));
        }
        times
    }

    /// A token state that changed because time passed is told like any other change.
    fn tell_what_time_changed(&self, now: Timestamp, seen: &mut HashMap<AccountId, TokenState>) {
        let states: HashMap<_, _> = {
            let book = self.book();
            let state = |id: &AccountId, entry: &Entry| {
                let service = book.services.get(&id.service)?;
                Some((id.clone(), token_state(&entry.account, service, now)))
            };
            book.accounts.iter().filter_map(|(id, entry)| state(id, entry)).collect()
        };
        for (id, state) in &states {
            if seen.get(id).is_some_and(|before| before != state) {
                self.tell(KeeperEvent::AccountChanged(id.clone()));
            }
        }
        *seen = states;
    }
}
