//! Another client authentication, tried with one click: the service keeps it if the provider takes it, else
//! everything is as it was.
//!
//! The service is edited only once the provider took it, so that nothing has to be put back, whatever happens between.

use std::sync::Arc;

use super::problem::place_of;
use super::services::field_problem;
use super::{AuthorizeOptions, Error, Keeper, Started, Turn};
use crate::model::{
    Account, AccountId, ClientAuthentication, EventKind, Failure, FailureKind, Name, Service, Standing,
    Trouble, other_ways,
};
use crate::ports::{SecretChange, TokenChange};

/// What trying came to.
pub enum Tried {
    /// The provider took it: there is a new token, and the service keeps it.
    Refreshed,
    /// The person has to agree first: how it ends is the outcome of this authorization.
    Authorizing(Started),
}

impl Keeper {
    /// Does again what failed last, a refresh or an authorization, with another client authentication.
    ///
    /// # Errors
    /// When that is no other way for this client, or why the provider refused it, too: the service is as it was.
    pub async fn try_authentication(
        self: &Arc<Self>,
        id: &AccountId,
        way: ClientAuthentication,
    ) -> Result<Tried, Error> {
        let seen = self.account(id)?;
        if !other_ways(&seen.service).contains(&way) {
            return Err(field_problem(
                "client_authentication",
                "This is no other way for this client: only a client secret can be sent in several ways.",
            ));
        }
        let refused = |trouble: &Trouble| trouble.failure.kind == FailureKind::ClientRefused;
        if seen.status.possible.refresh && !seen.account.authorization_trouble.as_ref().is_some_and(refused) {
            self.refresh_as(id, way).await?;
            return Ok(Tried::Refreshed);
        }
        let options = AuthorizeOptions { authentication: Some(way), ..AuthorizeOptions::default() };
        Ok(Tried::Authorizing(self.authorize(id, options).await?))
    }

    /// After a refresh with another client authentication that was refused.
    ///
    /// Nothing is concluded from it for the grant: that is for a refresh in the service's own way.
    pub(super) async fn trial_failed(
        &self,
        turn: &Turn,
        mut account: Account,
        service: &Arc<Service>,
        way: ClientAuthentication,
        mut failure: Failure,
    ) -> Result<(), Error> {
        account.intent = None;
        let mut events = Vec::new();
        if failure.kind == FailureKind::ClientRefused {
            let before = account.trouble.take();
            failure.tried = before.as_ref().map(|trouble| trouble.failure.tried.clone()).unwrap_or_default();
            failure.tried.push(way);
            let text = format!("Sending the client secret {} was refused, too", place_of(way));
            events.push(self.event(&turn.id, EventKind::RefreshFailed, text));
            let now = self.now();
            account.standing =
                Standing::ClientRefused { at: before.as_ref().map_or(now, |before| before.since) };
            account.trouble = Some(Trouble {
                since: before.as_ref().map_or(now, |before| before.since),
                tries: before.as_ref().map_or(0, |before| before.tries) + 1,
                next_try_at: before.and_then(|before| before.next_try_at),
                failure: failure.clone(),
            });
        }
        self.save(turn, account, TokenChange::Keep, events).await?;
        Err(Error::Failed { service: service.clone(), failure })
    }

    /// The provider took this client authentication: the service has it from here on.
    pub(super) async fn keep_authentication(
        &self,
        name: &Name,
        way: ClientAuthentication,
    ) -> Result<(), Error> {
        let seen = self.service(name)?;
        if seen.service.client_authentication == way {
            return Ok(());
        }
        let service = Service { client_authentication: way, ..(*seen.service).clone() };
        let text = format!("The client secret is sent {} from here on: that worked", place_of(way));
        let event = self.service_event(name, &text);
        self.put(service, SecretChange::Keep, vec![event]).await?;
        self.try_refused_again(&seen.accounts).await
    }
}
