//! What a revocation did, kept for a while for those who want to see how it ends.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::trial::Proof;
use crate::model::{AccountId, Timestamp};

/// What a revocation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// When.
    pub at: Timestamp,
    /// One line a token.
    pub lines: Vec<ReceiptLine>,
    /// The page to open where it is done by hand.
    pub page: Option<String>,
    /// Asks for this receipt again while tokens are being tried.
    pub id: Option<String>,
}

/// One line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// "Access token", "Refresh token".
    pub what: String,
    /// What became of it.
    pub fate: Fate,
    /// How that is known, one or two sentences.
    pub how: String,
    /// When it was first seen to be dead.
    pub dead_at: Option<Timestamp>,
    /// When it ends by itself, where it may still be alive and that is known.
    pub lives_until: Option<Timestamp>,
}

/// What became of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was tried and refused.
    Dead,
    /// The provider says that it took it back, and there is no way to try it.
    Said,
    /// It was tried and is still accepted.
    Lives,
    /// Nobody knows.
    Unknown,
    /// It is being tried.
    Trying,
}

impl Receipt {
    /// A receipt without a line.
    pub(in crate::keeper) fn empty(at: Timestamp) -> Self {
        Self { at, lines: Vec::new(), page: None, id: None }
    }

    /// Tokens are being tried.
    pub fn is_trying(&self) -> bool {
        self.lines.iter().any(|line| line.fate == Fate::Trying)
    }
}

impl ReceiptLine {
    /// Dead as far as anybody can tell: it was refused, or the provider says so.
    pub fn is_dead(&self) -> bool {
        matches!(self.fate, Fate::Dead | Fate::Said)
    }

    /// A line of something that can't be tried.
    pub(in crate::keeper) fn new(what: impl Into<String>, fate: Fate, how: impl Into<String>) -> Self {
        Self { what: what.into(), fate, how: how.into(), dead_at: None, lives_until: None }
    }
}

/// Receipts whose tokens are being tried, or were a while ago; and what is known for revocations by hand.
#[derive(Default)]
pub(in crate::keeper) struct Receipts {
    kept: Mutex<VecDeque<Kept>>,
    /// How the tokens of an account can be tried, as it was found before the person went to the provider's page.
    before: Mutex<HashMap<AccountId, Vec<Proof>>>,
}

struct Kept {
    receipt: watch::Receiver<Receipt>,
    stop: Arc<Notify>,
}

impl Receipts {
    /// Keeps a receipt; the newest of them, as nobody asks for old ones.
    pub(super) fn keep(&self, receipt: watch::Receiver<Receipt>, stop: Arc<Notify>) {
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back(Kept { receipt, stop });
    }

    /// A receipt as it changes.
    pub(super) fn of(&self, id: &str) -> Option<watch::Receiver<Receipt>> {
        let is_it = |kept: &&Kept| kept.receipt.borrow().id.as_deref() == Some(id);
        self.kept().iter().find(is_it).map(|kept| kept.receipt.clone())
    }

    /// Tells the trials of a receipt to end; true if there is one of that name.
    pub(super) fn stop(&self, id: &str) -> bool {
        let is_it = |kept: &&Kept| kept.receipt.borrow().id.as_deref() == Some(id);
        let stop = self.kept().iter().find(is_it).map(|kept| kept.stop.clone());
        stop.is_some_and(|stop| {
            stop.notify_one();
            true
        })
    }

    pub(super) fn remember(&self, id: &AccountId, proofs: Vec<Proof>) {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), proofs);
    }

    pub(super) fn recall(&self, id: &AccountId) -> Option<Vec<Proof>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST_KEPT: usize = 32;
