//! Tries what was taken back until it is refused, or for about 10 s; whoever wants to sees how it goes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::super::{Error, Keeper};
use super::receipt::{Fate, Receipt, ReceiptLine};
use super::trial::Trial;
use crate::model::{AccountId, ClientSecret, Event, EventKind, Facts, Service, Timestamp};

/// Tokens that were taken back, with what is needed to try them. Has no `Debug`: it holds them.
pub(in crate::keeper) struct Proving {
    service: Arc<Service>,
    secret: Option<ClientSecret>,
    at: Timestamp,
    accounts: Vec<AccountTrials>,
    /// Lines of what is not tried.
    further: Vec<ReceiptLine>,
    id: Option<String>,
}

struct AccountTrials {
    id: AccountId,
    trials: Vec<Trial>,
}

impl Proving {
    pub(super) fn new(
        service: Arc<Service>,
        secret: Option<ClientSecret>,
        id: &AccountId,
        trials: Vec<Trial>,
        at: Timestamp,
    ) -> Self {
        let accounts = vec![AccountTrials { id: id.clone(), trials }];
        Self { service, secret, at, accounts, further: Vec::new(), id: None }
    }

    /// Takes in what was taken back of another account of the same service.
    pub(in crate::keeper) fn join(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
    }

    /// Adds a line of something that is not tried.
    pub(in crate::keeper) fn add(&mut self, line: ReceiptLine) {
        self.further.push(line);
    }

    fn trials(&mut self) -> impl Iterator<Item = &mut Trial> {
        self.accounts.iter_mut().flat_map(|account| &mut account.trials)
    }

    fn is_decided(&self) -> bool {
        self.accounts.iter().flat_map(|account| &account.trials).all(Trial::is_decided)
    }

    fn end(&mut self) {
        let title = self.service.title.clone();
        self.trials().for_each(|trial| trial.end(&title));
    }

    fn receipt(&self) -> Receipt {
        let several = self.accounts.len() > 1;
        let of_account = |account: &AccountTrials| {
            let name = several.then(|| account.id.account.to_string());
            let named = move |mut line: ReceiptLine| {
                line.what =
                    name.as_ref().map_or(line.what.clone(), |name| format!("{} of {name}", line.what));
                line
            };
            account.trials.iter().map(Trial::line).map(named).collect::<Vec<_>>()
        };
        let lines = self.accounts.iter().flat_map(of_account).chain(self.further.iter().cloned()).collect();
        Receipt { lines, id: self.id.clone(), ..Receipt::empty(self.at) }
    }
}

impl Keeper {
    /// Tries each token once; those that are not refused yet are tried again in the background.
    pub(in crate::keeper) async fn prove(self: &Arc<Self>, mut proving: Proving) -> Receipt {
        self.try_all(&mut proving).await;
        if proving.is_decided() {
            self.note(&proving).await;
            return proving.receipt();
        }
        let mut random = [0; 8];
        self.ports.entropy.fill(&mut random);
        proving.id = Some(format!("{:016x}", u64::from_le_bytes(random)));
        let receipt = proving.receipt();
        let (told, seen) = watch::channel(receipt.clone());
        let stop = Arc::new(Notify::new());
        self.receipts.keep(seen, Arc::clone(&stop));
        let keeper = Arc::clone(self);
        tokio::spawn(async move { keeper.keep_trying(proving, &told, &stop).await });
        receipt
    }

    /// A receipt at its next change, or at once when nothing is tried any more.
    ///
    /// # Errors
    /// There is none of that name (any more).
    pub async fn receipt(&self, id: &str) -> Result<Receipt, Error> {
        let mut receipt = self.receipts.of(id).ok_or_else(|| no_receipt(id))?;
        let now = receipt.borrow_and_update().clone();
        if !now.is_trying() || receipt.changed().await.is_err() {
            return Ok(now);
        }
        let changed = receipt.borrow().clone();
        Ok(changed)
    }

    /// A receipt as it is.
    ///
    /// # Errors
    /// There is none of that name (any more).
    pub fn receipt_now(&self, id: &str) -> Result<Receipt, Error> {
        let receipt = self.receipts.of(id).ok_or_else(|| no_receipt(id))?;
        let now = receipt.borrow().clone();
        Ok(now)
    }

    /// Ends the trials of a receipt; what is not known by then stays unknown.
    ///
    /// # Errors
    /// There is none of that name (any more).
    pub async fn stop_trying(&self, id: &str) -> Result<Receipt, Error> {
        let mut receipt = self.receipts.of(id).ok_or_else(|| no_receipt(id))?;
        if !self.receipts.stop(id) {
            return Err(no_receipt(id));
        }
        // The task ends after what it is at; if it is gone, the receipt is as good as it gets.
        let ended = receipt.wait_for(|receipt| !receipt.is_trying()).await;
        let ended = ended.map(|receipt| receipt.clone());
        ended.map_err(|_| no_receipt(id))
    }

    async fn keep_trying(&self, mut proving: Proving, told: &watch::Sender<Receipt>, stop: &Notify) {
        let mut stopping = self.stopping.subscribe();
        for wait in WAITS {
            let again = self.now() + wait;
            tokio::select! {
                () = self.ports.clock.sleep_until(again) => {}
                () = stop.notified() => break,
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
            self.try_all(&mut proving).await;
            if proving.is_decided() {
                break;
            }
            told.send_replace(proving.receipt());
        }
        proving.end();
        self.note(&proving).await;
        told.send_replace(proving.receipt());
    }

    /// Tries each token that may be alive.
    pub(in crate::keeper) async fn try_all(&self, proving: &mut Proving) {
        let service = Arc::clone(&proving.service);
        let secret = proving.secret.take();
        for trial in proving.trials() {
            self.try_once(&service, secret.as_ref(), trial).await;
        }
        proving.secret = secret;
    }

    /// Puts what is known into the histories of the accounts that are still there.
    async fn note(&self, proving: &Proving) {
        let there =
            |account: &&AccountTrials| self.account(&account.id).is_ok() && !account.trials.is_empty();
        let event = |account: &AccountTrials| {
            let lines: Vec<_> = account.trials.iter().map(Trial::line).collect();
            let lives = lines.iter().any(|line| line.fate == Fate::Lives);
            let kind = if lives { EventKind::RevokeFailed } else { EventKind::Revoked };
            let words = lines.iter().map(|line| format!("{} {}", line.what.to_lowercase(), word(line.fate)));
            let text = format!("Tried afterwards: {}", words.collect::<Vec<_>>().join(", "));
            Event {
                facts: Facts::default().because(Facts::TRIED_AFTERWARDS),
                ..self.event(&account.id, kind, text)
            }
        };
        let events: Vec<_> = proving.accounts.iter().filter(there).map(event).collect();
        if events.is_empty() {
            return;
        }
        match self.ports.store.log(events).await {
            Ok(logged) => self.tell_events(logged),
            Err(error) => tracing::warn!(%error, "what became of revoked tokens is not in the history"),
        }
    }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Dead => "is dead",
        Fate::Said => "was taken back, as the provider says",
        Fate::Lives => "is still accepted",
        Fate::Unknown => "may be alive",
        Fate::Trying => "is being tried",
    }
}

fn no_receipt(id: &str) -> Error {
    Error::NotFound { name: id.to_owned(), nearest: None }
}

/// Waits between the trials after the first one: 10 s in all.
const WAITS: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_millis(1000),
    Duration::from_millis(1500),
    Duration::from_millis(3000),
    Duration::from_millis(4000),
];
