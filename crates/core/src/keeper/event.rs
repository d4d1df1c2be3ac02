//! What the keeper tells: never a secret.

use crate::model::{AccountId, Event, Name};

use super::Outcome;

/// A change.
#[derive(Debug, Clone)]
pub enum KeeperEvent {
    /// An account is new or changed, its status included.
    AccountChanged(AccountId),
    /// An account is gone.
    AccountRemoved(AccountId),
    /// A service is new or changed.
    ServiceChanged(Name),
    /// A service is gone, with its accounts.
    ServiceRemoved(Name),
    /// An authorization ended.
    AuthorizationEnded(AccountId, Outcome),
    /// A program's permission is new or changed.
    PermissionChanged(String),
    /// A program's permission is gone.
    PermissionRemoved(String),
    /// A line was added to the history.
    Logged(Event),
}
