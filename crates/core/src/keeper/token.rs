//! Hands out an access token that is still good, or says what the person must do.

use std::sync::Arc;
use std::time::Duration;

use super::{Error, Keeper, KeeperEvent};
use crate::model::{AccessToken, AccountId, EventKind, FailureKind, Slot, Timestamp, TokenType};

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
        let handed = Handed {
            token: tokens.access,
            token_type: grant.token_type.clone(),
            expires_at: grant.expires_at,
        };
        self.used(id, by, now).await?;
        Ok(handed)
    }

    /// Refreshes; where the provider is only busy (429, 503), waits for the next try if it is due soon.
    async fn refresh_patiently(self: &Arc<Self>, id: &AccountId) -> Result<(), Error> {
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

    async fn used(&self, id: &AccountId, by: &str, now: Timestamp) -> Result<(), Error> {
        if let Some(grant) = self.book().accounts.get_mut(id).and_then(|entry| entry.account.grant.as_mut()) {
            grant.last_used_at = Some(now);
        }
        let event = self.event(id, EventKind::HandedOut, format!("Token handed to {by}"));
        match self.ports.store.log(vec![event]).await {
            Ok(logged) => self.tell_events(logged),
            // A history that can't be written must not keep a good token from the person.
            Err(crate::ports::StoreError::NotWritable { reason }) => {
                tracing::warn!(%reason, "a hand-out could not be written to the history");
            }
            Err(error) => return Err(error.into()),
        }
        self.tell(KeeperEvent::AccountChanged(id.clone()));
        Ok(())
    }
}

/// How long a caller waits for a retry that is due.
const PATIENCE: Duration = Duration::from_secs(30);
