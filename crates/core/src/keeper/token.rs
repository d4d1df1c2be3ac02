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

struct HeldToken {
    token_type: TokenType,
    expires_at: Option<Timestamp>,
    is_usable: bool,
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
        let asked_at = self.now();
        let handed = self.fresh(id, min_ttl).await?;
        self.used(id, format!("Token handed to {by}"), asked_at).await;
        Ok(handed)
    }

    /// The same, not noted yet.
    pub(super) async fn fresh(self: &Arc<Self>, id: &AccountId, min_ttl: Duration) -> Result<Handed, Error> {
        let nothing = || Error::AuthorizationRequired(id.short());
        let held = self.held(id)?.ok_or_else(nothing)?;
        let is_enough = held.expires_at.is_none_or(|end| end > self.now() + min_ttl);
        if !is_enough && self.account(id)?.status.possible.refresh {
            match self.refresh_patiently(id).await {
                Ok(()) => {}
                // Less than was asked for, but alive: better than nothing only if nothing was asked for.
                Err(_) if min_ttl.is_zero() && self.held(id)?.is_some_and(|held| held.is_usable) => {}
                Err(error) => return Err(error),
            }
        }
        let held = self.held(id)?.filter(|held| held.is_usable).ok_or_else(nothing)?;
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?.ok_or_else(nothing)?;
        Ok(Handed { token: tokens.access, token_type: held.token_type, expires_at: held.expires_at })
    }

    /// What is known of an account's access token; nothing else is looked at, since this is the way that is gone most.
    fn held(&self, id: &AccountId) -> Result<Option<HeldToken>, Error> {
        let now = self.now();
        let book = self.book();
        let account = &book.entry(id).ok_or_else(|| book.not_found(id))?.account;
        Ok(account.grant.as_ref().map(|grant| HeldToken {
            token_type: grant.token_type.clone(),
            expires_at: grant.expires_at,
            is_usable: account.has_usable_token(now),
        }))
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
