//! Copies a token from the tray, kept out of clipboard histories, and takes it off again (R-UI-04).
//!
//! On X11 and Wayland the text lives in the process that offers it: the agent, for as long as it is there.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use arboard::{Clipboard, SetExtLinux as _};
use grantkeep_core::keeper::Handed;
use zeroize::Zeroizing;

/// A token on the clipboard; it is taken off when this is dropped, or after 30 s.
pub(super) struct Copied(#[expect(dead_code, reason = "dropping it ends the wait")] Sender<()>);

/// Puts a token on the clipboard, on a thread of its own: the desktop may be slow.
pub(super) fn copy(handed: Handed) -> Copied {
    let (held, let_go) = channel();
    std::thread::spawn(move || {
        if let Err(error) = offer(handed, &let_go) {
            tracing::warn!(%error, "the clipboard can't be used");
        }
    });
    Copied(held)
}

fn offer(handed: Handed, let_go: &Receiver<()>) -> Result<(), arboard::Error> {
    let mut clipboard = Clipboard::new()?;
    let keys = RandomState::new();
    let mark = keys.hash_one(handed.token.expose());
    clipboard.set().exclude_from_history().text(handed.token.expose())?;
    drop(handed);
    // Either end of the wait will do.
    let _ = let_go.recv_timeout(CLEAR_AFTER);
    // What the person copied since then is not ours to clear; an empty clipboard needs no clearing.
    match clipboard.get_text().map(Zeroizing::new) {
        Ok(text) if keys.hash_one(text.as_str()) == mark => clipboard.clear(),
        Ok(_) | Err(_) => Ok(()),
    }
}

const CLEAR_AFTER: Duration = Duration::from_secs(30);
