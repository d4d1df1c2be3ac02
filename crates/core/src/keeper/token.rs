//! Hands out an access token that is still good, or says what the person must do.

use std::sync::Arc;
use std::time::Duration;

use super::{Error, Keeper};
use crate::model::{AccessToken, AccountId, FailureKind, Slot, Timestamp, TokenType};

/// A token handed out. Has no `Debug`.
pub struct Handed {
    /// The token.
    pub token: AccessToken,
    /// Its type.
    pub token_type: TokenType,
    /// When it ends; `None` = unknown.
    pub expires_at: Option<Timestamp>,
}

impl Keeper {
    /// The access token of an account, good for `min_ttl` at least where the provider lets it be (R-AG-07).
    ///
    /// Refreshes first where less is left, and waits up to 30 s for a retry that is due. `by` names who gets it, for the history (R-AG-06).
    ///
    /// # Errors
    /// When there is no good token: what the person must do, or what failed. A token known to be dead is never
    /// handed out.
    pub async fn token(
        self: &Arc<Self>,
        id: &AccountId,
        min_ttl: Duration,
        by: &str,
    ) -> Result<Handed, Error> {
        let handed = self.fresh(id, min_ttl).await?;
        self.used(id, format!("Token handed to {by}")).await;
        Ok(handed)
    }

    /// The same, not noted yet.
    pub(super) async fn fresh(self: &Arc<Self>, id: &AccountId, min_ttl: Duration) -> Result<Handed, Error> {
        let seen = self.account(id)?;
        let enough = |at: Option<Timestamp>, now: Timestamp| at.is_none_or(|end| end > now + min_ttl);
        let now = self.now();
        let grant = seen.account.grant.as_ref().ok_or_else(|| Error::AuthorizationRequired(id.short()))?;
        if !enough(grant.expires_at, now) && seen.status.possible.refresh {
            match self.refresh_patiently(id).await {
                Ok(()) => {}
                // Less than was asked for, but alive: better than nothing only if nothing was asked for.
                Err(_) if min_ttl.is_zero() && seen.account.has_usable_token(self.now()) => {}
                Err(error) => return Err(error),
            }
        }
        let account = self.account(id)?.account;
        let now = self.now();
        let grant = account.grant.as_ref().filter(|_| account.has_usable_token(now));
        let grant = grant.ok_or_else(|| Error::AuthorizationRequired(id.short()))?;
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let tokens = tokens.ok_or_else(|| Error::AuthorizationRequired(id.short()))?;
        Ok(Handed {
            token: tokens.access,
            token_type: grant.token_type.clone(),
            expires_at: grant.expires_at,
        })
    }

    /// Refreshes; where the provider is only busy (429, 503), waits for the next try if it is due soon.
    pub(super) async fn refresh_patiently(self: &Arc<Self>, id: &AccountId) -> Result<(), Error> {
        let patience = self.now() + PATIENCE;
        loop {
            let Err(error) = self.refresh(id).await else { return Ok(()) };
            let busy = matches!(&error, Error::Failed { failure, .. } if failure.kind == FailureKind::Busy);
            let next = self.account(id)?.account.trouble.and_then(|trouble| trouble.next_try_at);
            match next.filter(|at| busy && *at <= patience) {
                Some(at) => self.ports.clock.sleep_until(at).await,
                None => return Err(error),
            }
        }
    }
}

/// How long a caller waits for a retry that is due.
const PATIENCE: Duration = Duration::from_secs(30);
