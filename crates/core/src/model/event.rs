//! The history of an account. Never holds a secret.

use serde::{Deserialize, Serialize};

use super::{Name, Timestamp};

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Place in the history, given by the store; 0 before.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The service; `None` for what concerns none, such as a permission to manage.
    pub service: Option<Name>,
    /// The account; `None` for the service itself. There is none without a service.
    pub account: Option<Name>,
    /// What it is about.
    pub kind: EventKind,
    /// One sentence.
    pub text: String,
    /// A second part, such as "212 ms".
    pub detail: Option<String>,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A service or account was added, edited or deleted.
    Service,
    /// An authorization began, failed, ended or was cancelled.
    Authorization,
    /// A grant was stored.
    Authorized,
    /// A refresh worked.
    Refreshed,
    /// A refresh failed.
    RefreshFailed,
    /// Trouble is over.
    WorkingAgain,
    /// A token was copied or handed out.
    HandedOut,
    /// A grant was taken back.
    Revoked,
    /// A revocation failed.
    RevokeFailed,
    /// The token was tried at the Test URI.
    Tested,
    /// A program said that a resource refused the token.
    Reported,
    /// A program was given permission, was refused, or its permission was taken back.
    Access,
}
