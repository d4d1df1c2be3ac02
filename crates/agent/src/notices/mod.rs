//! What the person is told without having asked: a list for the window, and messages for the desktop's notifications.
//!
//! `sight.rs` says what an account needs the person for, `incidents.rs` what is told of it and when; both are pure. This
//! file follows the keeper, and hands messages on.

mod incidents;
mod sight;
mod words;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use grantkeep_api::views::NoticeView;
use grantkeep_core::keeper::{AccountSeen, Keeper, KeeperEvent};
use grantkeep_core::model::{AccountId, Timestamp, TokenState};
use grantkeep_core::ports::Clock;
use jiff::tz::TimeZone;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast, mpsc, watch};

pub(crate) use self::incidents::Message;
use self::incidents::{Incidents, Voice};
pub(crate) use self::sight::name;
use self::sight::sights;
use crate::server::{App, convert};
use crate::settings::Settings;

/// The list, as front ends see it.
pub(crate) struct Notices {
    clock: Arc<dyn Clock>,
    incidents: Mutex<Incidents>,
    shown: watch::Sender<Vec<NoticeView>>,
    /// Something was taken off the list.
    stirred: Notify,
}

impl Notices {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            incidents: Mutex::default(),
            shown: watch::Sender::new(Vec::new()),
            stirred: Notify::new(),
        })
    }

    /// The list, and each change of it.
    pub(crate) fn watch(&self) -> watch::Receiver<Vec<NoticeView>> {
        self.shown.subscribe()
    }

    /// Takes a notice off the list. Returns whether it was there.
    pub(crate) fn dismiss(&self, id: &str) -> bool {
        let gone = id.parse().is_ok_and(|number| self.incidents().dismiss(number));
        if gone {
            self.show();
            self.stirred.notify_one();
        }
        gone
    }

    /// How many incidents last.
    pub(crate) fn open(&self) -> usize {
        self.incidents().open()
    }

    /// Looks at all accounts: at the start, and where changes were missed.
    fn look_at_all(&self, keeper: &Keeper) {
        let accounts = keeper.accounts();
        let now = self.clock.now();
        let gone: Vec<AccountId> = {
            let known = self.incidents().accounts();
            let there: std::collections::BTreeSet<_> =
                accounts.iter().map(|seen| seen.account.id.clone()).collect();
            known.difference(&there).cloned().collect()
        };
        for id in gone {
            self.incidents().forget(&id, now);
        }
        for seen in &accounts {
            self.see(keeper, seen, now);
        }
        self.show();
    }

    /// Takes in one change.
    fn take(&self, keeper: &Keeper, event: &KeeperEvent) {
        let now = self.clock.now();
        let changed = match event {
            KeeperEvent::AccountChanged(id) => {
                // One that is gone by now is told by a later event.
                keeper.account(id).is_ok_and(|seen| self.see(keeper, &seen, now))
            }
            KeeperEvent::AccountRemoved(id) => self.incidents().forget(id, now),
            KeeperEvent::ServiceRemoved(name) => {
                let known = self.incidents().accounts();
                let of_it = known.into_iter().filter(|id| id.service == *name);
                of_it.fold(false, |changed, id| self.incidents().forget(&id, now) | changed)
            }
            KeeperEvent::ServiceChanged(_)
            | KeeperEvent::AuthorizationEnded(..)
            | KeeperEvent::PermissionChanged(_)
            | KeeperEvent::PermissionRemoved(_)
            | KeeperEvent::Logged(_) => false,
        };
        if changed {
            self.show();
        }
    }

    fn see(&self, keeper: &Keeper, seen: &AccountSeen, now: Timestamp) -> bool {
        let provider = || keeper.provider(seen.service.provider.as_deref());
        let sights = sights(seen, now, || convert::account(seen, provider().as_slice()));
        let good = matches!(seen.status.token_state, TokenState::Active | TokenState::UnknownLife);
        self.incidents().see(&seen.account.id, &sights, good, now)
    }

    /// Sends what is due, and returns when to look again.
    fn speak(&self, settings: &Settings, out: &mpsc::UnboundedSender<Message>) -> Option<Timestamp> {
        let now = self.clock.now();
        let quiet_for = settings.quiet_hours.and_then(|hours| hours.left(minute_of_day(now)?));
        let voice = match quiet_for {
            _ if !settings.notifications => Voice::Off,
            Some(_) => Voice::Quiet,
            None => Voice::Loud,
        };
        let (messages, next) = {
            let mut incidents = self.incidents();
            (incidents.messages(voice, now), incidents.next())
        };
        for message in messages {
            // Without a desktop nobody listens.
            let _ = out.send(message);
        }
        match quiet_for {
            Some(minutes) if voice == Voice::Quiet => {
                next.map(|_| now + Duration::from_secs(60 * u64::from(minutes)))
            }
            Some(_) | None => next,
        }
    }

    fn show(&self) {
        let views = self.incidents().views();
        self.shown.send_if_modified(|shown| {
            let changed = *shown != views;
            *shown = views;
            changed
        });
    }

    fn incidents(&self) -> MutexGuard<'_, Incidents> {
        self.incidents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows the keeper for as long as the agent runs; messages go to `out`.
pub(crate) async fn keep(app: App, out: mpsc::UnboundedSender<Message>) {
    let notices = &app.notices;
    let mut door = app.door.watch();
    let mut settings = app.settings.watch();
    loop {
        let keeper = door.borrow_and_update().keeper.clone();
        let mut events = keeper.as_ref().map(|keeper| keeper.subscribe());
        if let Some(keeper) = &keeper {
            notices.look_at_all(keeper);
        }
        loop {
            let chosen = settings.borrow_and_update().clone();
            let next = notices.speak(&chosen, &out);
            tokio::select! {
                changed = door.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                event = following(events.as_mut()) => match (event, &keeper) {
                    (Ok(event), Some(keeper)) => notices.take(keeper, &event),
                    (Err(RecvError::Lagged(_)), Some(keeper)) => notices.look_at_all(keeper),
                    (Ok(_) | Err(_), _) => events = None,
                },
                changed = settings.changed() => if changed.is_err() { return },
                () = notices.stirred.notified() => {}
                () = until(notices.clock.as_ref(), next) => {}
            }
        }
    }
}

/// The next event; never, where there is no keeper.
async fn following(events: Option<&mut broadcast::Receiver<KeeperEvent>>) -> Result<KeeperEvent, RecvError> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

async fn until(clock: &dyn Clock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// The minute of the local day.
fn minute_of_day(now: Timestamp) -> Option<u16> {
    let local = TimeZone::system().to_datetime(jiff::Timestamp::from_millisecond(now.millis()).ok()?);
    u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).ok()
}
