//! The history of an account. Never holds a secret.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AccountId, Name, Timestamp};

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// What is known besides the words, for charts and exports.
    pub facts: Facts,
}

/// What is known of an event besides its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// How long it took, in milliseconds; `None` where nothing was waited for.
    pub took_ms: Option<u32>,
    /// Why, in one word that stays: the kind of the failure, or what else was the reason.
    pub reason: Option<String>,
    /// When the access token that it brought ends; `None` = it brought none, or one without a known end.
    pub token_ends_at: Option<Timestamp>,
}

impl Facts {
    /// Of a revocation that took the token before the present one back: the account's own token lives on.
    pub const PREVIOUS_TOKEN: &str = "previous_token";

    /// Of a look at tokens that were revoked before.
    pub const TRIED_AFTERWARDS: &str = "tried_afterwards";

    /// How long it took.
    #[must_use]
    pub fn took(self, span: Duration) -> Self {
        Self { took_ms: Some(u32::try_from(span.as_millis()).unwrap_or(u32::MAX)), ..self }
    }

    /// Why.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// When the token that came ends.
    #[must_use]
    pub fn token_until(self, end: Option<Timestamp>) -> Self {
        Self { token_ends_at: end, ..self }
    }
}

/// What of the history is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Whose.
    pub of: HistoryOf,
    /// What about; none = everything.
    pub kinds: Vec<EventKind>,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// A part of the words or of the names; letters a to z match in either case.
    pub text: Option<String>,
    /// Older than this place in the history: where the page before ended.
    pub before: Option<i64>,
    /// Lines at most.
    pub limit: u32,
}

/// Whose history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HistoryOf {
    /// All there is.
    #[default]
    All,
    /// A service's own and its accounts'.
    Service(Name),
    /// An account's and its service's own.
    Account(AccountId),
}

impl HistoryQuery {
    /// The newest lines.
    pub fn newest(of: HistoryOf, limit: u32) -> Self {
        Self { of, limit, ..Self::default() }
    }

    /// The newest lines of an account.
    pub fn of_account(id: AccountId, limit: u32) -> Self {
        Self::newest(HistoryOf::Account(id), limit)
    }
}

/// A part of the history, the newest line first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// The lines.
    pub events: Vec<Event>,
    /// Where to go on ([`HistoryQuery::before`]); `None` = there is nothing older.
    pub next: Option<i64>,
}

/// How much of the history is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Days; `None` = only the number of lines counts.
    pub days: Option<u32>,
    /// Lines of each account, of each service itself, and of what concerns neither.
    pub lines: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: None, lines: 1_000 }
    }
}

impl Retention {
    /// Lines that may be kept of each account.
    pub const LINES: RangeInclusive<u32> = 10..=100_000;
    /// Days that lines may be kept.
    pub const DAYS: RangeInclusive<u32> = 1..=3_650;

    /// What is older than this is forgotten.
    pub fn oldest_kept(self, now: Timestamp) -> Option<Timestamp> {
        self.days.map(|days| now - Duration::from_secs(u64::from(days) * 24 * 3600))
    }
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
