//! Asks the provider about a token (RFC 7662).

use std::sync::Arc;

use super::super::{Error, Keeper};
use crate::model::{AccountId, ClientSecret, EventKind, Failure, Service, Slot, Timestamp};
use crate::wire::{Claim, Introspected, TokenOf, introspection_request, read_introspection};

/// What the provider says of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// When.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The token is good. If it is not, nothing else is known.
    pub active: bool,
    /// What it can do; `None` = not told.
    pub scopes: Option<Vec<String>>,
    /// Whose it is.
    pub whose: Option<String>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// All that was said.
    pub claims: Vec<Claim>,
}

impl Keeper {
    /// Asks the introspection endpoint about an account's access token.
    ///
    /// # Errors
    /// There is no endpoint or no token, hosts await confirmation, or why nothing was said.
    pub async fn introspect(self: &Arc<Self>, id: &AccountId) -> Result<Introspection, Error> {
        let seen = self.account(id)?;
        let service = &seen.service;
        if service.endpoints.introspection.is_none() {
            return Err(Error::NoIntrospectionUri(service.name.to_string()));
        }
        self.refuse_unconfirmed(service)?;
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let tokens = tokens.ok_or_else(|| Error::NoToken(id.short()))?;
        let secret = self.ports.store.client_secret(id.service.clone()).await?;
        let began = self.now();
        let said = self.introspected(service, secret.as_ref(), TokenOf::Access(&tokens.access)).await;
        let said = said.ok_or_else(|| Error::NoToken(id.short()))?;
        let said = said.map_err(|failure| Error::Failed { service: service.clone(), failure })?;
        let at = self.now();
        let took_ms = u64::try_from(at.since(began).as_millis()).unwrap_or(u64::MAX);
        let word = if matches!(said, Introspected::Active(_)) { "active" } else { "not active" };
        let mut event = self.event(id, EventKind::Tested, format!("Introspected: {word}"));
        event.detail = Some(format!("{took_ms} ms"));
        self.tell_events(self.ports.store.log(vec![event]).await?);
        Ok(match said {
            Introspected::Active(facts) => Introspection {
                at,
                took_ms,
                active: true,
                scopes: facts.scope.map(|scope| scope.iter().map(ToString::to_string).collect()),
                whose: facts.whose,
                ends_at: facts.ends_at,
                claims: facts.claims,
            },
            Introspected::Inactive => Introspection {
                at,
                took_ms,
                active: false,
                scopes: None,
                whose: None,
                ends_at: None,
                claims: Vec::new(),
            },
        })
    }

    /// What introspection says of a token; `None` where nobody can be asked.
    pub(in crate::keeper) async fn introspected(
        &self,
        service: &Service,
        secret: Option<&ClientSecret>,
        token: TokenOf<'_>,
    ) -> Option<Result<Introspected, Failure>> {
        let request = introspection_request(service, secret, token)?;
        Some(read_introspection(&self.exchange_in_time(request).await, token))
    }
}
