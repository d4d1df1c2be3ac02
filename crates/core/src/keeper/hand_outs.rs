//! The history of hand-outs, written behind: a token does not wait for the disk.
//!
//! What was handed out is in memory for a second at most, then goes into the history in one transaction, or earlier
//! with the next change of an account, when many wait, before the history is read, and at the end.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{Keeper, KeeperEvent};
use crate::model::{Account, AccountId, Event, EventKind, Facts, Timestamp};
use crate::ports::StoreError;

/// Hand-outs that are not in the history yet.
#[derive(Default)]
pub(super) struct HandOuts {
    waiting: Mutex<VecDeque<Event>>,
    some: Notify,
}

impl HandOuts {
    /// Adds one; how many wait then.
    fn add(&self, event: Event) -> usize {
        let mut waiting = self.waiting();
        waiting.push_back(event);
        self.some.notify_one();
        waiting.len()
    }

    /// They could not be written: the newest are kept for the next try.
    fn put_back(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut waiting = self.waiting();
        for event in events.into_iter().rev() {
            waiting.push_front(event);
        }
        let lost = waiting.len().saturating_sub(MOST_WAITING);
        if lost > 0 {
            tracing::warn!(lost, "hand-outs could not be written to the history");
            waiting.drain(..lost);
        }
        self.some.notify_one();
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes until the keeper is gone or stops.
pub(super) async fn write_behind(keeper: Weak<Keeper>, mut stopping: watch::Receiver<bool>) {
    let Some(hand_outs) = keeper.upgrade().map(|keeper| keeper.hand_outs.clone()) else { return };
    loop {
        tokio::select! {
            () = hand_outs.some.notified() => {}
            _ = stopping.changed() => return,
        }
        // Not by the wall clock: one that is set back must not delay the history.
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            _ = stopping.changed() => return,
        }
        let Some(keeper) = keeper.upgrade() else { return };
        keeper.write_hand_outs().await;
    }
}

impl Keeper {
    /// Notes a use of the account's token (R-AG-06): `text` says what for and by whom, `asked_at` when it was asked for.
    pub(super) async fn used(&self, id: &AccountId, text: String, asked_at: Timestamp) {
        let mut event = self.event(id, EventKind::HandedOut, text);
        event.facts = Facts::default().took(event.at.since(asked_at));
        self.book().change(id, |entry| {
            if let Some(grant) = &mut entry.account.grant {
                grant.last_used_at = Some(event.at);
            }
        });
        self.tell(KeeperEvent::AccountChanged(id.clone()));
        if self.hand_outs.add(event) >= MOST_WAITING {
            self.write_hand_outs().await;
        }
    }

    /// Writes what waits. A history that can't be written keeps no token from the person: it is tried again.
    pub(super) async fn write_hand_outs(&self) {
        let events = self.take_hand_outs();
        if events.is_empty() {
            return;
        }
        match self.ports.store.log(events.clone()).await {
            Ok(logged) => self.tell_events(logged),
            Err(StoreError::Closed) => {}
            Err(error) => {
                tracing::warn!(%error, "hand-outs are not in the history yet");
                self.hand_outs.put_back(events);
            }
        }
    }

    /// Takes what waits, so that it is written with something else; [`Self::put_hand_outs_back`] where it was not.
    pub(super) fn take_hand_outs(&self) -> Vec<Event> {
        let events = std::mem::take(&mut *self.hand_outs.waiting());
        if events.is_empty() {
            return Vec::new();
        }
        let book = self.book();
        // The history of an account that was removed meanwhile is gone, too.
        let is_there = |event: &Event| {
            let id = event.service.clone().zip(event.account.clone());
            id.is_some_and(|(service, account)| book.entry(&AccountId { service, account }).is_some())
        };
        events.into_iter().filter(is_there).collect()
    }

    pub(super) fn put_hand_outs_back(&self, events: Vec<Event>) {
        self.hand_outs.put_back(events);
    }
}

/// A change that began before the last use of the same grant keeps that use.
pub(super) fn keep_last_use(changed: &mut Account, current: &Account) {
    let (Some(changed), Some(current)) = (&mut changed.grant, &current.grant) else { return };
    if changed.authorized_at == current.authorized_at {
        changed.last_used_at = changed.last_used_at.max(current.last_used_at);
    }
}

/// Waiting for the history at once; further ones are written by who causes them.
const MOST_WAITING: usize = 256;

/// How long hand-outs are gathered.
const GATHER: Duration = Duration::from_millis(500);
