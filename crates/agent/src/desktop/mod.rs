//! The person's desktop, as far as the agent is seen there: an icon in the tray, notifications, the clipboard. The window
//! is another program, which is only started here.
//!
//! Linux and other systems with a D-Bus session. Without a bus, a notification daemon or a tray host nothing fails: what
//! is missing is said once in the log and by `doctor`, and the agent stays findable by the window and `grantkeep status`.

mod clipboard;
mod icon;
mod notifications;
mod tray;
mod window;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use grantkeep_core::model::AccountId;
use tokio::sync::mpsc;

pub(crate) use self::checks::checks;
use self::notifications::{Heard, Notifications};
use self::window::Show;
use crate::notices::Message;
use crate::server::{App, Leave};

mod checks;

/// What is known of the desktop.
pub(crate) struct Desktop {
    /// This agent is seen on a desktop at all: not in tests of the agent alone.
    wanted: bool,
    state: Mutex<State>,
}

struct State {
    tray: Host,
    /// It was said in the log that there is no tray.
    said: bool,
    /// Where the person's desktop is, as a front end told: the agent may have been started without one.
    environment: BTreeMap<String, String>,
}

/// Whether a tray shows our icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// It was not asked: no icon is wanted.
    Unasked,
    /// One does.
    Here,
    /// There is none on this desktop.
    None,
    /// The session bus can't be reached.
    NoBus(String),
}

/// What the person asked by a button or in a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Order {
    Open(Show),
    Refresh(Vec<AccountId>),
    Copy(AccountId),
    Lock,
    Quit,
}

impl Desktop {
    pub(crate) fn new(wanted: bool) -> Self {
        let state = State { tray: Host::Unasked, said: false, environment: BTreeMap::new() };
        Self { wanted, state: Mutex::new(state) }
    }

    /// Takes over where the person's desktop is.
    pub(crate) fn is_at(&self, environment: &BTreeMap<String, String>) {
        self.with(|state| state.environment.extend(environment.clone()));
    }

    /// Whether the agent has to stay: it shows that the person is needed.
    pub(crate) fn needs_keeping(&self, open: usize) -> bool {
        open > 0 && self.with(|state| state.tray == Host::Here)
    }

    /// A tray appeared, or went.
    fn tray_is(&self, host: Host) {
        self.with(|state| {
            let missing = matches!(host, Host::None | Host::NoBus(_));
            if missing && !state.said {
                tracing::info!(?host, "no tray shows the icon: the window and grantkeep status do as well");
                state.said = true;
            }
            state.tray = host;
        });
    }

    fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
        what(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Is on the desktop for as long as the agent runs.
pub(crate) async fn attend(app: App, mut messages: mpsc::UnboundedReceiver<Message>) {
    if !app.desktop.wanted {
        return;
    }
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let (heard, mut hears) = mpsc::unbounded_channel();
    let mut notifications = Notifications::new(heard);
    let mut settings = app.settings.watch();
    let (mut notices, mut door) = (app.notices.watch(), app.door.watch());
    let mut tray = None;
    let mut copied = None;
    loop {
        let wanted = settings.borrow_and_update().tray;
        if !wanted {
            tray = None;
            app.desktop.tray_is(Host::Unasked);
        } else if tray.is_none() {
            match tray::Shown::show(app.clone(), orders.clone()).await {
                Ok(shown) => tray = Some(shown),
                Err(error) => app.desktop.tray_is(Host::NoBus(error.to_string())),
            }
        }
        tokio::select! {
            message = messages.recv() => match message {
                Some(message) => notifications.send(message).await,
                None => return,
            },
            heard = hears.recv() => match heard {
                Some(Heard::Pressed(id, action)) => {
                    if let Some(order) = notifications.pressed(id, &action) {
                        obey(&app, order, &mut copied);
                    }
                }
                Some(Heard::Closed(id)) => notifications.closed(id),
                None => {}
            },
            order = ordered.recv() => if let Some(order) = order {
                obey(&app, order, &mut copied);
            },
            changed = settings.changed() => if changed.is_err() { return },
            changed = notices.changed() => {
                if changed.is_err() {
                    return;
                }
                // Several accounts change at once.
                tokio::time::sleep(GATHER).await;
                notices.mark_unchanged();
                if let Some(tray) = &tray {
                    tray.renew().await;
                }
            }
            changed = door.changed() => {
                if changed.is_err() {
                    return;
                }
                if door.borrow_and_update().keeper.is_none() {
                    copied = None;
                }
                if let Some(tray) = &tray {
                    tray.renew().await;
                }
            }
        }
    }
}

/// Does what the person asked; what takes time does not keep the next order waiting.
fn obey(app: &App, order: Order, copied: &mut Option<mpsc::UnboundedSender<()>>) {
    match order {
        Order::Open(show) => {
            let environment = app.desktop.with(|state| state.environment.clone());
            window::open(&show, &environment);
        }
        Order::Refresh(accounts) => {
            if let Some(keeper) = app.door.seen().keeper {
                for id in accounts {
                    let keeper = keeper.clone();
                    // How it went is seen in the account.
                    tokio::spawn(async move { keeper.refresh(&id).await.is_ok() });
                }
            }
        }
        Order::Copy(id) => *copied = Some(copy(app, id)),
        Order::Lock => {
            let door = app.door.clone();
            tokio::spawn(async move {
                if let Err(problem) = door.lock().await {
                    tracing::warn!("the vault was not locked from the tray: {}", problem.title);
                }
            });
        }
        Order::Quit => app.leave(Leave::Retired),
    }
}

/// Copies a token; it is taken off the clipboard when the returned value is dropped, or by itself.
fn copy(app: &App, id: AccountId) -> mpsc::UnboundedSender<()> {
    let (held, mut let_go) = mpsc::unbounded_channel::<()>();
    let app = app.clone();
    tokio::spawn(async move {
        let Some(keeper) = app.door.seen().keeper else { return };
        match keeper.token(&id, MIN_TTL, "the clipboard, from the tray").await {
            Ok(handed) => {
                let copied = clipboard::copy(handed);
                let _ = let_go.recv().await;
                drop(copied);
            }
            // The account says why.
            Err(_) => {
                let environment = app.desktop.with(|state| state.environment.clone());
                window::open(&Show::Account(id), &environment);
            }
        }
    });
    held
}

/// How long changes are gathered before the icon is drawn anew.
const GATHER: Duration = Duration::from_millis(50);

/// Life that a copied token has at least, where the provider lets it.
const MIN_TTL: Duration = Duration::from_secs(60);
