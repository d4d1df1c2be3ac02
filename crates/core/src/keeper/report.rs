//! A program says that a resource refused the token.

use std::sync::Arc;
use std::time::Duration;

use super::services::field_problem;
use super::{Error, Keeper};
use crate::model::{AccountId, EventKind, Standing, Timestamp};
use crate::ports::StoreError;

impl Keeper {
    /// Notes that a resource answered `status` to the account's token; `by` names who says so.
    ///
    /// 401 (RFC 6750 §3.1) makes the keeper refresh once, or wait for the refresh under way. A token younger than 10 s is
    /// left alone: the report is late, and about the one before. Any other status is only noted.
    ///
    /// # Errors
    /// `status` is no error of HTTP; there is no grant; the person has to authorize again; or why the refresh failed.
    pub async fn report(self: &Arc<Self>, id: &AccountId, status: u16, by: &str) -> Result<(), Error> {
        if !(400..=599).contains(&status) {
            return Err(field_problem("status", "The status of a refusal is a number from 400 to 599."));
        }
        let seen = self.account(id)?;
        let text = format!("{by} said that a resource answered {status}");
        match self.ports.store.log(vec![self.event(id, EventKind::Reported, text)]).await {
            Ok(logged) => self.tell_events(logged),
            // A report that can't be noted still leads to a good token.
            Err(error @ StoreError::NotWritable { .. }) => {
                tracing::warn!(%error, "a report is not in the history");
            }
            Err(error) => return Err(error.into()),
        }
        let revoked = matches!(seen.account.standing, Standing::Revoked { .. });
        let grant = seen.account.grant.as_ref().filter(|_| !revoked);
        let grant = grant.ok_or_else(|| Error::AuthorizationRequired(id.short()))?;
        if status != UNAUTHORIZED || is_new(grant.obtained_at, self.now()) {
            return Ok(());
        }
        if !grant.has_refresh_token {
            return Err(Error::ReauthorizationRequired(id.short()));
        }
        self.refresh(id).await
    }
}

/// An access token obtained then is so young that a refusal is about the one before it.
pub(super) fn is_new(obtained_at: Timestamp, now: Timestamp) -> bool {
    // Where the clock was set back meanwhile, that time says nothing.
    obtained_at <= now && now.since(obtained_at) < NEW
}

/// The token is missing, expired, revoked or malformed.
pub(super) const UNAUTHORIZED: u16 = 401;

const NEW: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_report_is_told_from_one_about_the_current_token() {
        let cases = [
            (0, 0, true, "just obtained"),
            (0, 9_999, true, "the report was on its way"),
            (0, 10_000, false, "old enough to be the one that was refused"),
            (60_000, 0, false, "the clock was set back"),
        ];
        for (obtained, now, expected, why) in cases {
            let [obtained, now] = [obtained, now].map(Timestamp::from_millis);
            assert_eq!(is_new(obtained, now), expected, "{why}");
        }
    }
}
