//! Hands out the ID token, for programs that prove with it who they are.

use std::sync::Arc;
use std::time::Duration;

use super::{Error, Keeper};
use crate::model::{AccountId, Grant, IdToken, Slot, Standing, Timestamp};
use crate::wire::id_token_end;

/// An ID token handed out. Has no `Debug`.
pub struct HandedId {
    /// The token.
    pub token: IdToken,
    /// Its `exp`.
    pub expires_at: Timestamp,
}

impl Keeper {
    /// The ID token of an account, good for `min_ttl` at least where the provider lets it be (R-AG-07).
    ///
    /// Refreshes first where less is left: a refresh may bring a new one (OpenID Connect Core §12.2). `by` names who gets
    /// it, for the history (R-AG-06).
    ///
    /// # Errors
    /// There is none that is still good, with what the person must do; or what failed.
    pub async fn id_token(
        self: &Arc<Self>,
        id: &AccountId,
        min_ttl: Duration,
        by: &str,
    ) -> Result<HandedId, Error> {
        let asked_at = self.now();
        let seen = self.account(id)?;
        let live = seen
            .account
            .grant
            .as_ref()
            .filter(|_| !matches!(seen.account.standing, Standing::Revoked { .. }));
        let grant = live.ok_or_else(|| Error::AuthorizationRequired(id.short()))?;
        let mut handed = self.stored_id_token(id).await?;
        let may_come = grant.has_id_token || asks_openid(grant);
        if may_come && seen.status.possible.refresh && !is_good(handed.as_ref(), self.now() + min_ttl) {
            match self.refresh_patiently(id).await {
                Ok(()) => handed = self.stored_id_token(id).await?,
                // Less than was asked for, but alive: better than nothing only if nothing was asked for.
                Err(_) if min_ttl.is_zero() && is_good(handed.as_ref(), self.now()) => {}
                Err(error) => return Err(error),
            }
        }
        let now = self.now();
        let handed = handed.filter(|handed| handed.expires_at > now);
        let handed =
            handed.ok_or_else(|| Error::NoIdToken { name: id.short(), asked: asks_openid(grant) })?;
        self.used(id, format!("ID token handed to {by}"), asked_at).await;
        Ok(handed)
    }

    async fn stored_id_token(&self, id: &AccountId) -> Result<Option<HandedId>, Error> {
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        Ok(tokens.and_then(|tokens| tokens.id).and_then(|token| {
            let expires_at = id_token_end(&token)?;
            Some(HandedId { token, expires_at })
        }))
    }
}

fn is_good(handed: Option<&HandedId>, at: Timestamp) -> bool {
    handed.is_some_and(|handed| handed.expires_at > at)
}

fn asks_openid(grant: &Grant) -> bool {
    grant.asked.iter().chain(grant.granted.iter()).any(|scope| scope.as_str() == "openid")
}
