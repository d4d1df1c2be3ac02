//! Tries a token at the service's Test URI.

use std::sync::Arc;
use std::time::Duration;

use super::report::UNAUTHORIZED;
use super::{Error, Keeper};
use crate::model::{
    AccessToken, AccountId, EventKind, Facts, Failure, FailureKind, Grant, Service, Slot, Standing, Timestamp,
};
use crate::ports::TokenChange;
use crate::wire::{ResourceAnswer, read_resource, resource_request};

/// What the Test URI answered; never holds the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// HTTP status.
    pub status: u16,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Method and address.
    pub request: String,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// Body, formatted where it is JSON.
    pub body: String,
    /// It was JSON.
    pub is_json: bool,
    /// It was cut.
    pub truncated: bool,
    /// When.
    pub at: Timestamp,
}

impl Keeper {
    /// Calls the Test URI with the account's token.
    ///
    /// # Errors
    /// When there is no token or Test URI, when its host was not confirmed, or when nothing answers.
    pub async fn test(self: &Arc<Self>, id: &AccountId) -> Result<Tested, Error> {
        let seen = self.account(id)?;
        let grant = seen.account.grant.as_ref().filter(|_| seen.status.possible.copy);
        let grant = grant.ok_or_else(|| Error::NoToken(id.short()))?;
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let tokens = tokens.ok_or_else(|| Error::NoToken(id.short()))?;
        let tested = self.try_token(&seen.service, grant, &tokens.access).await?;
        let mut event = self.event(id, EventKind::Tested, format!("Tested: answered {}", tested.status));
        event.detail = Some(format!("{} ms", tested.took_ms));
        event.facts = Facts::default().took(Duration::from_millis(tested.took_ms));
        self.tell_events(self.ports.store.log(vec![event]).await?);
        Ok(tested)
    }

    /// Tries a token whose end nobody knows, because the schedule says so. One that is refused (401, RFC 6750 §3.1) is
    /// refreshed; without a refresh token the person is asked.
    pub(super) fn test_as_scheduled(self: &Arc<Self>, id: AccountId) {
        self.book().change(&id, |entry| entry.testing = true);
        let keeper = self.clone();
        tokio::spawn(async move {
            if let Err(error) = keeper.test_alone(&id).await {
                tracing::warn!(account = %id, %error, "a token could not be tried");
            }
            let now = keeper.now();
            keeper.book().change(&id, |entry| {
                entry.testing = false;
                // Whatever came of it: it is not tried again before its time.
                if let Some(grant) = &mut entry.account.grant {
                    grant.last_tested_at = Some(now);
                }
            });
            keeper.wake.notify_one();
        });
    }

    async fn test_alone(self: &Arc<Self>, id: &AccountId) -> Result<(), Error> {
        let seen = self.account(id)?;
        let grant = seen.account.grant.as_ref().ok_or_else(|| Error::NoToken(id.short()))?;
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let tokens = tokens.ok_or_else(|| Error::NoToken(id.short()))?;
        let is_refused = match self.try_token(&seen.service, grant, &tokens.access).await {
            Ok(tested) => tested.status == UNAUTHORIZED,
            // No answer says nothing about the token.
            Err(Error::Failed { .. }) => false,
            Err(error) => return Err(error),
        };
        let (turn, mut account, service) = self.turn(id).await?;
        let now = self.now();
        let Some(current) = account.grant.as_mut().filter(|current| current.revision == grant.revision)
        else {
            return Ok(());
        };
        current.last_tested_at = Some(now);
        let refreshes = current.has_refresh_token;
        let mut events = Vec::new();
        if is_refused {
            if !refreshes {
                account.standing = Standing::Ended { at: now };
            }
            let text = format!("{} no longer accepts the token", service.title);
            events.push(self.event(id, EventKind::Tested, text));
        }
        self.save(&turn, account, TokenChange::Keep, events).await?;
        drop(turn);
        if is_refused && refreshes { self.refresh(id).await } else { Ok(()) }
    }

    pub(super) async fn try_token(
        &self,
        service: &Service,
        grant: &Grant,
        access: &AccessToken,
    ) -> Result<Tested, Error> {
        let uri =
            service.endpoints.test.as_ref().ok_or_else(|| Error::NoTestUri(service.name.to_string()))?;
        let request = resource_request(service, access, &grant.token_type)
            .map_err(|refused| Error::TestNotAllowed(refused.to_string()))?;
        let text = format!("{} {uri}", request.method);
        let began = self.now();
        let response = self.exchange(request).await.map_err(|unreachable| Error::Failed {
            service: std::sync::Arc::new(service.clone()),
            failure: Failure { said: Some(unreachable.reason), ..Failure::of(FailureKind::Unreachable) },
        })?;
        let took = self.now().since(began);
        let ResourceAnswer { status, headers, body, is_json, truncated } = read_resource(&response, access);
        Ok(Tested {
            status,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            request: text,
            headers,
            body,
            is_json,
            truncated,
            at: self.now(),
        })
    }
}
