//! Copies tokens in Rust, so that none crosses to the web view, and takes them off the clipboard again
//! (R-UI-04).
//!
//! On X11 and Wayland the text lives in the process that offers it. So while a token of ours is there,
//! closing the window only hides it; the process ends as soon as the token was cleared or replaced.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use grantkeep_api::token::{HandedToken, Link, TokenText};
use grantkeep_api::views::{Code, Problem};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use crate::window;

/// What we put on the clipboard. Managed by Tauri.
#[derive(Default)]
pub(crate) struct Copied {
    latest: Mutex<Latest>,
    /// The person closed the window: the process stays for the clipboard alone.
    leaving: AtomicBool,
    keys: RandomState,
}

#[derive(Default)]
struct Latest {
    /// Counts copies, so that the watch of an older one ends.
    number: u64,
    mark: Option<Mark>,
    /// The process ends: the clipboard's connection is gone.
    ended: bool,
}

/// By what a secret is known again without keeping it: a keyed hash that nobody else can compute.
struct Mark {
    length: usize,
    hash: u64,
}

/// What becomes of a copied secret.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// It stays for now.
    Wait,
    /// Its time is over.
    Clear,
    /// Somebody put something else there, which is not ours to clear.
    Forget,
}

/// Copies the token itself. Returns the milliseconds until it is cleared.
pub(crate) fn copy_token(app: &AppHandle, token: &HandedToken) -> Result<u64, Problem> {
    copy_secret(app, &token.access_token)
}

/// Copies the token as an `Authorization` header (RFC 6750 §2.1).
/// Returns the milliseconds until it is cleared.
pub(crate) fn copy_header(app: &AppHandle, token: &HandedToken) -> Result<u64, Problem> {
    let header = format!("Authorization: {} {}", token.token_type, token.access_token.expose());
    copy_secret(app, &TokenText::new(header))
}

/// Copies the link of an authorization, for another browser or profile. It is good once, and not for long.
pub(crate) fn copy_link(app: &AppHandle, link: &Link) -> Result<(), Problem> {
    copy_text(app, link.expose())
}

/// Copies a text that may stay.
pub(crate) fn copy_text(app: &AppHandle, text: &str) -> Result<(), Problem> {
    let latest = app.state::<Copied>().inner().usable()?;
    app.clipboard().write_text(text).map_err(cannot_use)?;
    drop(latest);
    Ok(())
}

/// Clears the clipboard, if what we copied is still there. Reads it: never on the main thread.
pub(crate) fn clear(app: &AppHandle) -> Result<(), Problem> {
    let copied = app.state::<Copied>().inner();
    let mut latest = copied.usable()?;
    let cleared = match latest.mark.take() {
        Some(mark) if copied.is_there(app, &mark) => app.clipboard().clear().map_err(cannot_use),
        _ => Ok(()),
    };
    latest.number += 1;
    drop(latest);
    copied.leave_if_done(app);
    cleared
}

/// The person closes the window. Whether the process has to stay, hidden, for what is on the clipboard.
pub(crate) fn must_stay(app: &AppHandle) -> bool {
    let copied = app.state::<Copied>().inner();
    copied.leaving.store(true, Ordering::SeqCst);
    match copied.latest.try_lock() {
        Ok(latest) => latest.mark.is_some(),
        Err(TryLockError::Poisoned(latest)) => latest.into_inner().mark.is_some(),
        // A copy or a look is under way; when it ends it lets the process go, if nothing is left.
        Err(TryLockError::WouldBlock) => true,
    }
}

/// The window came back: nothing is waited for any more.
pub(crate) fn stay(app: &AppHandle) {
    app.state::<Copied>().leaving.store(false, Ordering::SeqCst);
}

/// Whether the process only stays for the clipboard.
pub(crate) fn is_leaving(app: &AppHandle) -> bool {
    app.state::<Copied>().leaving.load(Ordering::SeqCst)
}

/// The process ends: from here on no thread touches the clipboard.
pub(crate) fn end(app: &AppHandle) {
    app.state::<Copied>().lock().ended = true;
}

impl Copied {
    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock that every use of the clipboard is under.
    fn usable(&self) -> Result<MutexGuard<'_, Latest>, Problem> {
        let latest = self.lock();
        if latest.ended { Err(cannot_use("the window is closing")) } else { Ok(latest) }
    }

    fn mark(&self, text: &str) -> Mark {
        Mark { length: text.len(), hash: self.keys.hash_one(text) }
    }

    /// Whether `text` is the secret that was marked.
    fn is_ours(&self, mark: &Mark, text: &str) -> bool {
        text.len() == mark.length && self.keys.hash_one(text) == mark.hash
    }

    /// Whether the clipboard still holds what was marked. An empty or unreadable one does not.
    fn is_there(&self, app: &AppHandle, mark: &Mark) -> bool {
        let text = app.clipboard().read_text().map(TokenText::new);
        text.is_ok_and(|text| self.is_ours(mark, text.expose()))
    }

    /// Ends the process if it stays for the clipboard alone and nothing of ours is there.
    ///
    /// Called after the lock is let go, so that a close that met the lock is seen.
    fn leave_if_done(&self, app: &AppHandle) {
        if self.leaving.load(Ordering::SeqCst) && self.lock().mark.is_none() {
            window::leave(app);
        }
    }
}

fn copy_secret(app: &AppHandle, secret: &TokenText) -> Result<u64, Problem> {
    let copied = app.state::<Copied>().inner();
    let mut latest = copied.usable()?;
    app.clipboard().write_secret(secret.expose()).map_err(cannot_use)?;
    latest.number += 1;
    latest.mark = Some(copied.mark(secret.expose()));
    let (app, number) = (app.clone(), latest.number);
    std::thread::spawn(move || watch(&app, number));
    Ok(u64::try_from(CLEAR_AFTER.as_millis()).unwrap_or(u64::MAX))
}

/// Follows one copied secret until it is cleared, replaced, or copied anew.
fn watch(app: &AppHandle, number: u64) {
    let copied = app.state::<Copied>().inner();
    let mut age = Duration::ZERO;
    loop {
        std::thread::sleep(LOOK_EVERY);
        age += LOOK_EVERY;
        let mut latest = copied.lock();
        if latest.ended || latest.number != number {
            return;
        }
        let Some(mark) = &latest.mark else { return };
        let over = age >= CLEAR_AFTER;
        // Other programs' clipboards are read only when the answer is needed.
        if !over && !copied.leaving.load(Ordering::SeqCst) {
            continue;
        }
        match next(copied.is_there(app, mark), over) {
            Next::Wait => continue,
            Next::Forget => {}
            // Where it cannot be cleared there is nothing left to try, and nobody to tell.
            Next::Clear => app.clipboard().clear().unwrap_or_default(),
        }
        latest.mark = None;
        drop(latest);
        return copied.leave_if_done(app);
    }
}

/// What becomes of a copied secret that is `still_ours` or not, its time `over` or not.
fn next(still_ours: bool, over: bool) -> Next {
    match (still_ours, over) {
        (false, _) => Next::Forget,
        (true, true) => Next::Clear,
        (true, false) => Next::Wait,
    }
}

fn cannot_use(error: impl std::fmt::Display) -> Problem {
    Problem::new(Code::Clipboard, "the clipboard cannot be used")
        .detail(error.to_string())
        .hint("try again, or run grantkeep token NAME in a terminal")
}

const CLEAR_AFTER: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_secret_is_cleared_and_only_when_its_time_is_over() {
        let cases = [
            (true, false, Next::Wait, "still ours, still good"),
            (true, true, Next::Clear, "still ours, over"),
            (false, false, Next::Forget, "the person copied something else"),
            (false, true, Next::Forget, "what the person copied is not ours to clear"),
        ];
        for (still_ours, over, expected, why) in cases {
            assert_eq!(next(still_ours, over), expected, "{why}");
        }
    }

    #[test]
    fn a_secret_is_known_again_without_being_kept() {
        let copied = Copied::default();
        let mark = copied.mark("secret-1");

        assert!(copied.is_ours(&mark, "secret-1"));
        for other in ["secret-2", "secret-1 ", "", "something else"] {
            assert!(!copied.is_ours(&mark, other), "{other:?}");
        }
    }
}
