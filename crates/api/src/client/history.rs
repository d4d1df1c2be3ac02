//! The verbs for what was and what will be.

use super::http::Method;
use super::{Agent, Call};
use crate::account_id::AccountId;
use crate::requests::{GrantLife, HistoryQuery, SecretExpiry};
use crate::routes::{self, pattern};
use crate::views::{AccountView, ForecastView, HistoryView, Problem, ServiceView, TimelineView};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// A part of an account's history, newest first.
    pub fn account_history(&self, id: &AccountId, query: &HistoryQuery) -> Result<HistoryView, Problem> {
        self.ask(Call::get(routes::history(&routes::of_account(pattern::ACCOUNT_HISTORY, id), query)))
    }

    /// A part of the whole history, newest first.
    pub fn history(&self, query: &HistoryQuery) -> Result<HistoryView, Problem> {
        self.ask(Call::get(routes::history(pattern::HISTORY, query)))
    }

    /// How an account was over some days.
    pub fn timeline(&self, id: &AccountId, days: u32) -> Result<TimelineView, Problem> {
        self.ask(Call::get(routes::timeline(id, days)))
    }

    /// On which dates the person will be needed.
    pub fn forecast(&self) -> Result<ForecastView, Problem> {
        self.ask(Call::get(pattern::FORECAST))
    }

    /// Notes how many days a grant of the account lasts.
    pub fn set_grant_life(&self, id: &AccountId, days: Option<u32>) -> Result<AccountView, Problem> {
        self.ask(
            Call::new(Method::Put, routes::of_account(pattern::GRANT_LIFE, id))
                .with(&GrantLife { days })?
                .repeatable(),
        )
    }

    /// Notes when the client secret of a service ends.
    pub fn set_secret_expiry(&self, name: &str, expires_at_ms: Option<i64>) -> Result<ServiceView, Problem> {
        let path = routes::of_service(pattern::SECRET_EXPIRY, name);
        self.ask(Call::new(Method::Put, path).with(&SecretExpiry { expires_at_ms })?.repeatable())
    }
}
