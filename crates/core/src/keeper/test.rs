//! Tries a token at the service's Test URI.

use std::sync::Arc;
use std::time::Duration;

use super::{Error, Keeper};
use crate::model::{
    AccessToken, AccountId, EventKind, Facts, Failure, FailureKind, Grant, Service, Slot, Timestamp,
};
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
            title: service.title.clone(),
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
