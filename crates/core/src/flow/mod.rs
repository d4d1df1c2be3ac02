//! One state machine per way to a grant. A flow is a value: it does nothing, it says what to do.
//!
//! `start` and `advance` return the next value and the [`Step`]s to take; [`crate::keeper`] takes them.

mod authorization_code;
mod refresh;

use crate::model::{Failure, Link, RedirectAddress, Timestamp};
use crate::wire::{Request, Response, TokenResponse, Unreachable};

pub use authorization_code::AuthorizationCodeFlow;
pub use refresh::RefreshFlow;

/// What happened. Has no `Debug`: addresses and bodies carry `state`, `code` and tokens.
pub enum Input {
    /// An address came back.
    Redirect(RedirectAddress),
    /// The exchange that was asked for ended.
    Answer(Result<Response, Unreachable>),
    /// The time that was waited for has come.
    Woken,
}

/// What to do next. Has no `Debug`, as [`Input`].
pub enum Step {
    /// Hand this link to the front end that asked.
    Open(Link),
    /// One HTTP exchange; its end comes back as [`Input::Answer`].
    Send(Request),
    /// Wait for a redirect until then, as [`Input::Redirect`], or [`Input::Woken`] when it is over.
    AwaitRedirect {
        /// When the link is dead.
        until: Timestamp,
    },
    /// The address did not belong to this authorization: answer it with an error, change nothing, wait on (R-CB-05).
    Ignore,
    /// Done: this is to be stored.
    Done(TokenResponse),
    /// Over without a grant.
    Failed(Failure),
}
