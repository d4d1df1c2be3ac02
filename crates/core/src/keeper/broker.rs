//! The broker: a program asks a resource through the keeper and never sees the token.

use std::sync::Arc;
use std::time::Duration;

use super::report::{UNAUTHORIZED, is_new};
use super::{AccountSeen, Error, Handed, Keeper};
use crate::model::{AccountId, FieldProblem, Service, host_of};
use crate::ports::StreamResponse;
use crate::wire::BrokeredRequest;

impl Keeper {
    /// Sends a program's request with the account's token, and returns the resource's answer as soon as its head is there.
    ///
    /// The token goes to hosts that the service allows ([`Service::may_request`]) and to no other. Up to 10 redirects are
    /// followed: the first to another host leaves the token behind for good. A 401 to the token makes the keeper refresh once
    /// and ask once more; where that brings no other token, the 401 is the answer. `by` names the program, for the history
    /// (R-AG-06). Whoever stops waiting ends the exchange, but not a refresh.
    ///
    /// # Errors
    /// The host is not allowed, there is no good token, it can't be shown as Bearer, or nothing answers.
    pub async fn request(
        self: &Arc<Self>,
        id: &AccountId,
        asked: BrokeredRequest,
        by: &str,
    ) -> Result<StreamResponse, Error> {
        let AccountSeen { account, service, .. } = self.account(id)?;
        let api_host = account.grant.and_then(|grant| grant.api_host);
        let api_host = api_host.as_deref();
        if !service.may_request(asked.url(), api_host) {
            return Err(Error::HostNotAllowed {
                service: service.name.to_string(),
                title: service.title.clone(),
                host: host_of(asked.url()),
            });
        }
        let asked_at = self.now();
        let handed = self.fresh(id, LEAST_LIFE).await?;
        self.used(id, format!("Token used for {} by {by}", asked.text()), asked_at).await;
        let (answer, was_shown) = self.ask(&service, api_host, &asked, &handed).await?;
        if answer.status != UNAUTHORIZED || !was_shown || !self.renewed_for(id).await {
            return Ok(answer);
        }
        drop(answer);
        let handed = self.fresh(id, Duration::ZERO).await?;
        Ok(self.ask(&service, api_host, &asked, &handed).await?.0)
    }

    /// Whether a refresh brought another token than the one that was refused.
    async fn renewed_for(self: &Arc<Self>, id: &AccountId) -> bool {
        let Ok(seen) = self.account(id) else { return false };
        let is_old = |obtained_at| !is_new(obtained_at, self.now());
        let old = seen.account.grant.as_ref().is_some_and(|grant| is_old(grant.obtained_at));
        old && seen.status.possible.refresh && self.refresh(id).await.is_ok()
    }

    /// Sends the request and follows redirects; whether the token was shown to whoever answered in the end.
    async fn ask(
        &self,
        service: &Service,
        api_host: Option<&str>,
        asked: &BrokeredRequest,
        handed: &Handed,
    ) -> Result<(StreamResponse, bool), Error> {
        let mut request = asked.clone();
        let mut shows_token = true;
        for _ in 0..=MOST_REDIRECTS {
            let sent = if shows_token {
                let shown = request.with_token(&handed.token, &handed.token_type);
                shown.map_err(|refused| Error::TokenNotShown(refused.to_string()))?
            } else {
                request.without_token()
            };
            let host = host_of(&sent.url);
            let answer = self.ports.http.stream(sent).await;
            let answer = answer
                .map_err(|unreachable| Error::ResourceUnreachable { host, reason: unreachable.reason })?;
            let Some(next) = request.redirected(answer.status, answer.header("location")) else {
                return Ok((answer, shows_token));
            };
            // A stranger could lead a token that was picked up again wherever it likes.
            shows_token &= service.may_request(next.url(), api_host);
            request = if shows_token { next } else { next.for_a_stranger() };
        }
        Err(Error::TooManyRedirects { title: service.title.clone() })
    }
}

/// A request that makes no sense, as the form's problem it is.
impl From<FieldProblem> for Error {
    fn from(problem: FieldProblem) -> Self {
        Self::Invalid(vec![problem])
    }
}

/// How long the token must still be good for when a request begins.
const LEAST_LIFE: Duration = Duration::from_secs(10);

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 10;
