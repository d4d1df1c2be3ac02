//! Wakes when the schedule says, refreshes what is due, and tells what time changed.

use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::book::Entry;
use super::{Keeper, KeeperEvent};
use crate::model::{FailureKind, Timestamp};
use crate::schedule::{self, Pace};

/// Keeps until the keeper is gone or stops.
pub(super) async fn keep(keeper: Weak<Keeper>, mut stopping: watch::Receiver<bool>) {
    let mut before = None;
    loop {
        let Some(keeper) = keeper.upgrade() else { return };
        if *stopping.borrow() {
            return;
        }
        let now = keeper.now();
        keeper.do_what_is_due(now, before.replace(now));
        keeper.forget_old_pasted();
        let wake_at = schedule::next_wake(now, keeper.book().next());
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
        self.book().needs_keeping()
    }

    /// Keeps at another pace from now on.
    pub fn set_pace(&self, pace: Pace) {
        let changed = {
            let mut book = self.book();
            let changed = book.pace() != pace;
            if changed {
                book.set_pace(pace);
            }
            changed
        };
        if changed {
            self.wake.notify_one();
        }
    }

    /// The network is there again: what could not reach its provider is tried at once, not when its back-off ends.
    pub fn network_returned(&self) {
        let now = self.now();
        let mut book = self.book();
        let unreachable = |entry: &&Entry| {
            let trouble = entry.account.trouble.as_ref();
            trouble.is_some_and(|trouble| trouble.failure.kind == FailureKind::Unreachable)
        };
        let ids: Vec<_> = book.entries().filter(unreachable).map(|entry| entry.account.id.clone()).collect();
        for id in ids {
            book.change(&id, |entry| {
                if let Some(trouble) = &mut entry.account.trouble {
                    trouble.next_try_at = trouble.next_try_at.map(|_| now);
                }
            });
        }
        drop(book);
        self.wake.notify_one();
    }

    fn do_what_is_due(self: &Arc<Self>, now: Timestamp, before: Option<Timestamp>) {
        let (due, back) = {
            let mut book = self.book();
            let back =
                if before.is_some_and(|before| before > now) { book.set_back(now) } else { Vec::new() };
            (book.due(now), back)
        };
        for id in due.refreshes {
            self.refresh_in_lane(&id, now);
        }
        for id in due.tests {
            self.test_as_scheduled(id);
        }
        // A token state that changed because time passed is told like any other change.
        for id in due.ended.into_iter().chain(back) {
            self.tell(KeeperEvent::AccountChanged(id));
        }
    }
}
