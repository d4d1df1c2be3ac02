//! The keeper: the one owner of grants, and the one door to them.
//!
//! It does what the pure flows ask, through the ports, and is the only one to change a grant.
//! Changes of one account happen one after the other (its *turn*); every change is durable in the store before
//! anybody sees it. What is kept in memory is everything but secrets: tokens are read from the store when
//! needed. A client secret that was pasted waits in memory for its service to be saved, 10 minutes at most.

mod accounts;
mod authorize;
mod book;
mod broker;
mod code;
mod discover;
mod drive;
mod error;
mod event;
mod forecast;
mod granted;
mod hand_outs;
mod history;
mod id_token;
mod insight;
mod lanes;
mod page;
mod pasted;
mod permissions;
mod problem;
mod redirect_doctor;
mod refresh;
mod register;
mod report;
mod revoke;
mod services;
mod test;
mod ticker;
mod token;
mod trial;
mod waiting;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedMutexGuard, Semaphore, broadcast, watch};

use crate::model::{
    Account, AccountId, Catalog, Event, EventKind, Facts, Provider, Retention, Running, Service, Status,
    Timestamp,
};
use crate::ports::{Clock, Entropy, Http, Redirects, Store, TokenChange};
use book::Book;

pub use accounts::IdentityChoice;
pub use authorize::{AuthorizeOptions, Outcome, PendingSeen, Started};
pub use code::Code;
pub use error::Error;
pub use event::KeeperEvent;
pub use forecast::{Forecast, Timeline};
pub use id_token::HandedId;
pub use insight::{Inspected, Introspection, SeenToken};
pub use pasted::PastedSeen;
pub use permissions::{Grantee, Verdict};
pub use problem::{Problem, of_failure};
pub use redirect_doctor::{RedirectFinding, RedirectHelp};
pub use revoke::{Fate, Receipt, ReceiptLine};
pub use services::ServiceSeen;
pub use test::Tested;
pub use token::Handed;
pub use trial::Tried;

/// Everything from outside.
#[derive(Clone)]
pub struct Ports {
    /// Wall clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// HTTP.
    pub http: Arc<dyn Http>,
    /// Redirect listeners.
    pub redirects: Arc<dyn Redirects>,
    /// The vault.
    pub store: Arc<dyn Store>,
}

/// The keeper.
pub struct Keeper {
    ports: Ports,
    book: Mutex<Book>,
    events: broadcast::Sender<KeeperEvent>,
    /// Rung when something may be due earlier than thought.
    wake: Notify,
    /// At most four requests a host at once (R-RS-05).
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
    lanes: lanes::Lanes,
    practice: Mutex<Option<Arc<Provider>>>,
    hand_outs: Arc<hand_outs::HandOuts>,
    retention: watch::Sender<Retention>,
    discovered: discover::Remembered,
    known_keys: insight::KnownKeys,
    receipts: revoke::Receipts,
    pasted: pasted::Kept,
    permissions: permissions::Permissions,
    stopping: watch::Sender<bool>,
}

/// The right to change an account; see [`Keeper::turn`].
struct Turn {
    id: AccountId,
    _guard: OwnedMutexGuard<()>,
}

/// An account as it is seen from outside.
#[derive(Clone)]
pub struct AccountSeen {
    /// The stored account.
    pub account: Account,
    /// Its service.
    pub service: Arc<Service>,
    /// Its status now.
    pub status: Status,
    /// The authorization under way.
    pub pending: Option<PendingSeen>,
    /// When the keeper refreshes by itself.
    pub refreshes_at: Option<Timestamp>,
}

impl Keeper {
    /// Loads everything, goes on with pending authorizations, and keeps from then on.
    ///
    /// Has to be called within a tokio runtime.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(ports: Ports) -> Result<Arc<Self>, Error> {
        let loaded = ports.store.load().await?;
        let permissions = permissions::Permissions::load(&*ports.store).await?;
        let book = Book::of(loaded.services, loaded.accounts, ports.clock.now());
        let keeper = Arc::new(Self {
            ports,
            book: Mutex::new(book),
            events: broadcast::channel(EVENTS_KEPT).0,
            wake: Notify::new(),
            hosts: Mutex::new(HashMap::new()),
            lanes: lanes::Lanes::default(),
            practice: Mutex::new(None),
            hand_outs: Arc::default(),
            retention: watch::Sender::new(Retention::default()),
            discovered: discover::Remembered::default(),
            known_keys: insight::KnownKeys::default(),
            receipts: revoke::Receipts::default(),
            pasted: pasted::Kept::default(),
            permissions,
            stopping: watch::Sender::new(false),
        });
        keeper.resume_authorizations().await?;
        tokio::spawn(ticker::keep(Arc::downgrade(&keeper), keeper.stopping.subscribe()));
        tokio::spawn(hand_outs::write_behind(Arc::downgrade(&keeper), keeper.stopping.subscribe()));
        tokio::spawn(history::forget(Arc::downgrade(&keeper), keeper.stopping.subscribe()));
        tokio::spawn(permissions::keep(Arc::downgrade(&keeper), keeper.stopping.subscribe()));
        Ok(keeper)
    }

    /// What changes, from now on. A subscriber that lags gets a gap and should look at everything again.
    pub fn subscribe(&self) -> broadcast::Receiver<KeeperEvent> {
        self.events.subscribe()
    }

    /// Looks at once whether something is due: after a wake-up, or when the network came back.
    pub fn look_now(&self) {
        self.wake.notify_one();
    }

    /// Stops keeping and listening; returns once each account's current change is stored, and each code that is being
    /// exchanged. What waits for a redirect goes on at the next start. The caller bounds the wait (R-RS-06).
    pub async fn stop(&self) {
        self.stopping.send_replace(true);
        let (turns, outcomes) = self.book().under_way();
        for mut outcome in outcomes {
            authorize::ended(&mut outcome).await;
        }
        for turn in turns {
            drop(turn.lock_owned().await);
        }
        self.write_hand_outs().await;
        self.save_uses().await;
    }

    /// All accounts, by name.
    pub fn accounts(&self) -> Vec<AccountSeen> {
        let now = self.now();
        let book = self.book();
        book.entries().filter_map(|entry| book.see(entry, now)).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn account(&self, id: &AccountId) -> Result<AccountSeen, Error> {
        let now = self.now();
        let book = self.book();
        let seen = book.entry(id).and_then(|entry| book.see(entry, now));
        seen.ok_or_else(|| book.not_found(id))
    }

    /// Sees whether the store can be written, by a durable write.
    ///
    /// # Errors
    /// When it can't.
    pub async fn check_writable(&self) -> Result<(), Error> {
        self.ports.store.check_writable().await?;
        Ok(())
    }

    /// The providers that can be chosen: the catalog, and the practice provider where it runs.
    pub fn providers(&self) -> Vec<Arc<Provider>> {
        let practice = self.practice.lock().unwrap_or_else(PoisonError::into_inner).clone();
        practice.into_iter().chain(Catalog::builtin().providers().iter().cloned()).collect()
    }

    /// One of them; the catalog may be long, and most questions are about one service.
    pub fn provider(&self, id: Option<&str>) -> Option<Arc<Provider>> {
        let id = id?;
        let practice = self.practice.lock().unwrap_or_else(PoisonError::into_inner).clone();
        practice.filter(|provider| provider.id == id).or_else(|| Catalog::builtin().provider(id).cloned())
    }

    /// Tells that the practice provider runs, or no longer does.
    pub fn set_practice(&self, practice: Option<Arc<Provider>>) {
        *self.practice.lock().unwrap_or_else(PoisonError::into_inner) = practice;
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: KeeperEvent) {
        // Nobody may be listening.
        let _ = self.events.send(event);
    }

    fn tell_events(&self, events: Vec<Event>) {
        for event in events {
            self.tell(KeeperEvent::Logged(event));
        }
    }

    /// Waits for the right to change an account, and reads it again.
    async fn turn(&self, id: &AccountId) -> Result<(Turn, Account, Arc<Service>), Error> {
        let turn = {
            let mut book = self.book();
            book.turn(id).ok_or_else(|| book.not_found(id))?
        };
        let guard = turn.lock_owned().await;
        let seen = self.account(id)?;
        Ok((Turn { id: id.clone(), _guard: guard }, seen.account, seen.service))
    }

    /// Stores a changed account durably, then shows it.
    async fn save(
        &self,
        turn: &Turn,
        mut account: Account,
        tokens: TokenChange,
        events: Vec<Event>,
    ) -> Result<(), Error> {
        debug_assert_eq!(turn.id, account.id);
        account.revision += 1;
        if let Some(entry) = self.book().entry(&account.id) {
            hand_outs::keep_last_use(&mut account, &entry.account);
        }
        // Before the line of this change, as they happened, and in its transaction.
        let waiting = self.take_hand_outs();
        let lines = waiting.iter().cloned().chain(events).collect();
        let saved = self.ports.store.save_account(account.clone(), tokens, lines).await;
        let logged = saved.inspect_err(|_| self.put_hand_outs_back(waiting))?;
        self.book().change(&turn.id, |entry| {
            hand_outs::keep_last_use(&mut account, &entry.account);
            entry.account = account;
        });
        self.tell(KeeperEvent::AccountChanged(turn.id.clone()));
        self.tell_events(logged);
        self.wake.notify_one();
        Ok(())
    }

    /// Changes what is going on with an account.
    fn set_running(&self, id: &AccountId, change: impl FnOnce(&mut Running)) {
        self.book().change(id, |entry| change(&mut entry.running));
        self.tell(KeeperEvent::AccountChanged(id.clone()));
    }

    fn event(&self, id: &AccountId, kind: EventKind, text: impl Into<String>) -> Event {
        Event {
            id: 0,
            at: self.now(),
            service: Some(id.service.clone()),
            account: Some(id.account.clone()),
            kind,
            text: text.into(),
            detail: None,
            facts: Facts::default(),
        }
    }
}

/// How many events a slow subscriber may lag behind.
const EVENTS_KEPT: usize = 1024;
