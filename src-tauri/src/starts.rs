//! Does what a start asks, the first one or another.

use std::sync::{Mutex, MutexGuard, PoisonError};

use grantkeep_api::AccountId;
use tauri::{AppHandle, Manager as _};

use crate::deep_link::Request;
use crate::{Connection, commands, consent, events, window};

/// The account that a start asked for before the web view could listen. Managed by Tauri.
#[derive(Default)]
pub(crate) struct Selection(Mutex<State>);

#[derive(Default)]
struct State {
    listening: bool,
    wanted: Option<AccountId>,
}

impl Selection {
    /// The web view listens: what it is to select, if anything.
    pub(crate) fn taken(&self) -> Option<AccountId> {
        let mut state = self.lock();
        state.listening = true;
        state.wanted.take()
    }

    /// A new page comes: it does not listen yet.
    pub(crate) fn renew(&self) {
        self.lock().listening = false;
    }

    /// Gives the account back if the web view listens, else keeps it until then. A later one replaces it.
    fn ask(&self, id: AccountId) -> Option<AccountId> {
        let mut state = self.lock();
        if state.listening {
            return Some(id);
        }
        state.wanted = Some(id);
        None
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what the first start asks.
///
/// # Errors
/// The window cannot be opened.
pub(crate) fn obey_first(app: &AppHandle, request: Request) -> tauri::Result<()> {
    if let Request::Consent = request {
        consent::start_alone(app);
        return Ok(());
    }
    window::open(app)?;
    go_on(app, request);
    Ok(())
}

/// Does what another start asks. A redirect brings the window forward only by its outcome.
pub(crate) fn obey(app: &AppHandle, request: Request) {
    match request {
        Request::Consent => consent::look(app),
        Request::Redirect(_) => go_on(app, request),
        Request::Show | Request::Select(_) | Request::Authorize(_) => {
            window::show(app);
            go_on(app, request);
        }
    }
}

/// What the window itself does not do.
fn go_on(app: &AppHandle, request: Request) {
    match request {
        Request::Show | Request::Consent => {}
        Request::Select(id) => select(app, id),
        Request::Authorize(id) => {
            select(app, id.clone());
            let app = app.clone();
            std::thread::spawn(move || {
                // The account that is selected says what became of it.
                let _ = app
                    .state::<Connection>()
                    .agent()
                    .and_then(|agent| commands::authorize_in_browser(&app, agent, &id));
            });
        }
        Request::Redirect(address) => {
            let app = app.clone();
            std::thread::spawn(move || {
                // What came of it is told by the agent's changes; an address that nobody awaits is dropped.
                let _ = app.state::<Connection>().agent().and_then(|agent| agent.redirect(address));
            });
        }
    }
}

fn select(app: &AppHandle, id: AccountId) {
    if let Some(id) = app.state::<Selection>().ask(id) {
        events::select(app, &id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_was_asked_for_early_is_kept_until_the_web_view_listens() {
        let selection = Selection::default();
        let id = |text: &str| text.parse::<AccountId>().expect("an account's name");

        assert_eq!(selection.ask(id("podio/work")), None);
        assert_eq!(selection.ask(id("github")), None, "the later one counts");
        assert_eq!(selection.taken(), Some(id("github")));
        assert_eq!(selection.taken(), None, "asked once");
        assert_eq!(selection.ask(id("podio/work")), Some(id("podio/work")));
        selection.renew();
        assert_eq!(selection.ask(id("github")), None, "a window that was opened again does not listen yet");
    }
}
