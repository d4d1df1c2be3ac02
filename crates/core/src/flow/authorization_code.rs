//! The authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636). What waits for a redirect is a [`Pending`], which
//! can be stored.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::{Input, Step};
use crate::model::{
    AccountId, AuthorizationCode, ClientAuthentication, ClientSecret, CodeVerifier, Failure, FailureKind,
    Link, Nonce, OtherFields, Pending, RedirectAddress, Service, State, Timestamp, host_of, plain,
};
use crate::wire::{
    AuthorizationRequest, RedirectAnswer, RedirectRefused, Response, authorization_request, check_id_token,
    code_request, read_redirect, read_token_response,
};

/// An authorization under way.
pub struct AuthorizationCodeFlow {
    pending: Pending,
    phase: Phase,
    /// What the redirect brought besides the code.
    kept: Option<OtherFields>,
}

#[derive(Clone, Copy)]
enum Phase {
    /// The person is in the browser.
    Waiting,
    /// The code was sent; it is exchanged once, never again (R-CB-13).
    Exchanging,
    /// Nothing more comes of it.
    Over,
}

impl AuthorizationCodeFlow {
    /// Random bytes that [`Self::start`] needs: verifier, `state` and nonce of 256 bits each, and the identifier.
    pub const ENTROPY: usize = 3 * SECRET_BYTES + ID_BYTES;

    /// Makes the link, good for `timeout` from `now` on: `Open`, `AwaitRedirect`.
    ///
    /// `entropy` comes from the operating system and is used for nothing else (R-CB-03, R-CB-04).
    /// `redirect_uri` is where a listener already listens, port included (R-CB-08).
    pub fn start(
        service: &Service,
        account: &AccountId,
        redirect_uri: Url,
        timeout: Duration,
        entropy: &[u8; Self::ENTROPY],
        now: Timestamp,
    ) -> (Self, Vec<Step>) {
        let (verifier, rest) = entropy.split_at(SECRET_BYTES);
        let (state, rest) = rest.split_at(SECRET_BYTES);
        let (nonce, id) = rest.split_at(SECRET_BYTES);
        let state = State::new(URL_SAFE_NO_PAD.encode(state));
        let code_verifier = service.pkce.then(|| CodeVerifier::new(URL_SAFE_NO_PAD.encode(verifier)));
        let asks_id_token = service.scopes.iter().any(|scope| scope.as_str() == "openid");
        let nonce = asks_id_token.then(|| Nonce::new(URL_SAFE_NO_PAD.encode(nonce)));
        let link = authorization_request(&AuthorizationRequest {
            service,
            redirect_uri: &redirect_uri,
            state: &state,
            code_verifier: code_verifier.as_ref(),
            nonce: nonce.as_ref(),
        });
        Self::resume(Pending {
            id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
            account: account.clone(),
            link,
            state,
            code_verifier,
            nonce,
            redirect_uri,
            asked: service.scopes.clone(),
            issuer: service.endpoints.issuer.clone(),
            hosts: service.hosts().into(),
            tried: Vec::new(),
            started_at: now,
            expires_at: now + timeout,
        })
    }

    /// The same, with other client authentications for the exchange: `tried` names those that were, the next one last.
    pub fn trying(mut self, tried: Vec<ClientAuthentication>) -> Self {
        self.pending.tried = tried;
        self
    }

    /// Goes on waiting, after a restart: `Open` (the same link again, for the person to open or copy), `AwaitRedirect`.
    pub fn resume(pending: Pending) -> (Self, Vec<Step>) {
        let steps =
            vec![Step::Open(pending.link.duplicate()), Step::AwaitRedirect { until: pending.expires_at }];
        (Self { pending, phase: Phase::Waiting, kept: None }, steps)
    }

    /// What to store while it waits.
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// The link, to open or copy it again.
    pub fn link(&self) -> &Link {
        &self.pending.link
    }

    /// Why an address would be ignored; `None` if it is an answer. Changes nothing.
    pub fn why_ignored(&self, address: &RedirectAddress, service: &Service) -> Option<RedirectRefused> {
        read_redirect(address, &self.pending, &service.habits).err()
    }

    /// Goes on with what happened at `now`.
    ///
    /// - A redirect that is no answer to this authorization: `Ignore`, `AwaitRedirect` (R-CB-05, invariant 6).
    /// - A code: `Send`, once; a second redirect is ignored (R-CB-13).
    /// - An answer: `Done`, or `Failed`. The provider's `invalid_grant` speaks of the code here and never of a grant
    ///   that is there, so that it is `Refused`, and no failure is worth another exchange.
    /// - At or after the link's end: `Failed(LinkExpired)`.
    ///
    /// The code is not sent to an origin that awaits confirmation, or that was none of the service's when the link
    /// was made: `Failed(HostsToConfirm)` (R-ST-14). An ID token that does not hold is `Failed(WrongIssuer)`; it is
    /// checked where the issuer is known (R-TK-17).
    pub fn advance(
        self,
        input: Input,
        service: &Service,
        secret: Option<&ClientSecret>,
        now: Timestamp,
    ) -> (Self, Vec<Step>) {
        match (self.phase, input) {
            (Phase::Waiting, Input::Redirect(_) | Input::Woken) if now >= self.pending.expires_at => {
                self.failed(Failure::of(FailureKind::LinkExpired))
            }
            (Phase::Waiting, Input::Redirect(address)) => self.answered(&address, service, secret),
            (Phase::Waiting, Input::Woken | Input::Answer(_)) => {
                let until = self.pending.expires_at;
                (self, vec![Step::AwaitRedirect { until }])
            }
            (Phase::Exchanging, Input::Answer(Ok(response))) => self.exchanged(service, &response, now),
            (Phase::Exchanging, Input::Answer(Err(unreachable))) => self.failed(Failure::from(&unreachable)),
            (Phase::Exchanging | Phase::Over, Input::Redirect(_)) => (self, vec![Step::Ignore]),
            (Phase::Exchanging, Input::Woken) | (Phase::Over, Input::Woken | Input::Answer(_)) => {
                (self, Vec::new())
            }
        }
    }

    fn answered(
        self,
        address: &RedirectAddress,
        service: &Service,
        secret: Option<&ClientSecret>,
    ) -> (Self, Vec<Step>) {
        match read_redirect(address, &self.pending, &service.habits) {
            Ok(RedirectAnswer::Code { code, kept }) => Self { kept, ..self }.exchange(&code, service, secret),
            Ok(RedirectAnswer::Error(failure)) => self.failed(failure),
            Err(refused @ (RedirectRefused::WrongIssuer { .. } | RedirectRefused::NoIssuer { .. })) => {
                self.failed(wrong_issuer(&refused.to_string()))
            }
            Err(
                RedirectRefused::NotAnAnswer
                | RedirectRefused::WrongPlace
                | RedirectRefused::DuplicateParameter(_)
                | RedirectRefused::WrongState,
            ) => {
                let until = self.pending.expires_at;
                (self, vec![Step::Ignore, Step::AwaitRedirect { until }])
            }
        }
    }

    fn exchange(
        self,
        code: &AuthorizationCode,
        service: &Service,
        secret: Option<&ClientSecret>,
    ) -> (Self, Vec<Step>) {
        let is_bound = self.pending.hosts.contains(&host_of(&service.endpoints.token));
        if !is_bound || !service.hosts_to_confirm().is_empty() {
            return self.failed(Failure::of(FailureKind::HostsToConfirm));
        }
        let verifier = self.pending.code_verifier.as_ref();
        let other = self.pending.tried.last();
        let other = other.map(|way| Service { client_authentication: *way, ..service.clone() });
        let request = code_request(
            other.as_ref().unwrap_or(service),
            secret,
            code,
            &self.pending.redirect_uri,
            verifier,
        );
        (Self { phase: Phase::Exchanging, ..self }, vec![Step::Send(request)])
    }

    fn exchanged(mut self, service: &Service, response: &Response, now: Timestamp) -> (Self, Vec<Step>) {
        let mut tokens = match read_token_response(service, response) {
            Ok(tokens) => tokens,
            Err(failure) if failure.kind == FailureKind::GrantEnded => {
                return self.failed(Failure { kind: FailureKind::Refused, ..failure });
            }
            Err(failure) => return self.failed(failure),
        };
        let nonce = self.pending.nonce.as_ref();
        if let (Some(issuer), Some(id)) = (&self.pending.issuer, &tokens.id)
            && let Err(refused) = check_id_token(id, issuer, &service.client_id, nonce, now)
        {
            return self.failed(wrong_issuer(&refused.to_string()));
        }
        tokens.keep(self.kept.take());
        (Self { phase: Phase::Over, ..self }, vec![Step::Done(tokens)])
    }

    fn failed(self, mut failure: Failure) -> (Self, Vec<Step>) {
        if failure.kind == FailureKind::ClientRefused {
            failure.tried.clone_from(&self.pending.tried);
        }
        (Self { phase: Phase::Over, ..self }, vec![Step::Failed(failure)])
    }
}

fn wrong_issuer(reason: &str) -> Failure {
    Failure { said: Some(plain(reason, REASON_LIMIT)), ..Failure::of(FailureKind::WrongIssuer) }
}

/// 256 bits; 43 characters as base64url, the least that RFC 7636 §4.1 allows a verifier.
const SECRET_BYTES: usize = 32;
/// The identifier is no secret: it tells authorizations apart.
const ID_BYTES: usize = 8;
/// Characters of a reason that are kept.
const REASON_LIMIT: usize = 500;

#[cfg(test)]
#[path = "authorization_code_tests.rs"]
mod tests;
