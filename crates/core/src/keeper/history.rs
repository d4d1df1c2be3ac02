//! The history: looked through in parts, so that no refresh waits long for the store, and forgotten in small steps.

use std::sync::Weak;
use std::time::Duration;

use tokio::sync::watch;

use super::{Error, Keeper};
use crate::model::{HistoryPage, HistoryQuery, Retention};

impl Keeper {
    /// A page of the history, the newest line first.
    ///
    /// A search that finds little looks through a million lines at most; its page then goes on from there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn history(&self, mut query: HistoryQuery) -> Result<HistoryPage, Error> {
        self.write_hand_outs().await;
        let wanted = query.limit;
        let mut page = HistoryPage::default();
        for _ in 0..MOST_PARTS {
            let part = self.ports.store.history(query.clone()).await?;
            page.events.extend(part.events);
            page.next = part.next;
            query.before = part.next;
            query.limit = wanted.saturating_sub(u32::try_from(page.events.len()).unwrap_or(u32::MAX));
            if page.next.is_none() || query.limit == 0 {
                break;
            }
        }
        Ok(page)
    }

    /// How much of the history is kept.
    pub fn retention(&self) -> Retention {
        *self.retention.borrow()
    }

    /// Keeps another part of the history from now on; what is too much is forgotten in small steps.
    pub fn set_retention(&self, retention: Retention) {
        self.ports.store.keep_lines(retention.lines);
        self.retention.send_if_modified(|kept| std::mem::replace(kept, retention) != retention);
    }
}

/// Forgets what is too old until the keeper is gone or stops.
pub(super) async fn forget(keeper: Weak<Keeper>, mut stopping: watch::Receiver<bool>) {
    let Some(mut retention) = keeper.upgrade().map(|keeper| keeper.retention.subscribe()) else { return };
    loop {
        let mut pause = LOOK_AGAIN;
        {
            let Some(keeper) = keeper.upgrade() else { return };
            let oldest = retention.borrow_and_update().oldest_kept(keeper.now());
            if let Some(oldest) = oldest {
                match keeper.ports.store.forget_history(oldest).await {
                    Ok(true) => pause = NEXT_STEP,
                    Ok(false) => {}
                    Err(error) => tracing::debug!(%error, "the old history could not be forgotten"),
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = retention.changed() => if changed.is_err() { return },
            _ = stopping.changed() => return,
        }
    }
}

/// Parts of the history that one question may look through; each has some thousand lines.
const MOST_PARTS: usize = 100;

/// Between two small steps: others come first.
const NEXT_STEP: Duration = Duration::from_millis(250);

/// A line is forgotten an hour late at most.
const LOOK_AGAIN: Duration = Duration::from_secs(3600);
