//! Taking tokens back: RFC 7009, and each provider's own way.

use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::error_response::{ErrorCode, ErrorResponse, bad_answer, failure_of_status};
use super::habits::{Purpose, bend};
use super::resource_request::bearer;
use super::token_request::{basic, basic_as_wanted};
use super::token_response::Fields;
use super::{Method, Request, Response, Unreachable, oauth2_crate};
use crate::model::{
    AccessToken, ClientAuthentication, ClientSecret, Failure, FailureKind, RefreshToken, RevocationAuth,
    RevocationBody, RevocationMethod, RevocationRecipe, Service, Tokens, host_of,
};

/// One request of a revocation. Has no `Debug`: it carries a token.
pub struct Revoking {
    /// What it takes back.
    pub what: RevokedToken,
    /// The request.
    pub request: Request,
}

/// What a revocation takes back, as far as the request tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedToken {
    /// The refresh token, and with it usually the grant (RFC 7009 §2.1).
    Refresh,
    /// The access token.
    Access,
    /// Whatever belongs to the bearer of the access token.
    Grant,
}

/// What a revocation endpoint answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevocationAnswer {
    /// The token is of no use any more, or never was (RFC 7009 §2.2).
    Dead {
        /// How that is known, one sentence.
        how: String,
    },
    /// `unsupported_token_type`: the other token is to be tried (RFC 7009 §2.2.1).
    TryOtherToken,
    /// It passes.
    TryLater(Failure),
    /// The provider refuses; the token may well be alive.
    Refused(Failure),
}

/// Returns the requests that take back what `tokens` hold, in the order in which they are to be sent.
///
/// By RFC 7009: the refresh token, then the access token. A recipe of the service's own sends the access token;
/// where it calls the token just `token` and does not authenticate with it (Google), either is taken, so that it
/// goes like RFC 7009; where it calls it `refresh_token`, that one is sent.
/// Empty where the person revokes by hand, and where the request would lead to an origin that the person has not
/// confirmed (R-ST-14): see [`Service::hosts_to_confirm`].
pub fn revocation_requests(
    service: &Service,
    secret: Option<&ClientSecret>,
    tokens: &Tokens,
) -> Vec<Revoking> {
    let refresh = tokens.refresh.as_ref().and_then(|refresh| {
        let request = match &service.revocation {
            RevocationRecipe::Rfc7009 { url } => {
                let request = oauth2_crate::capture_refresh_token_revocation(service, secret, url, refresh);
                bend(basic_as_wanted(request, service, secret), service, Purpose::Revoke)
            }
            RevocationRecipe::Custom { .. } => Custom::of(&service.revocation)
                .filter(Custom::takes_refresh_token)?
                .request(service, secret, Token::Refresh(refresh))?,
            RevocationRecipe::None | RevocationRecipe::ByHand { .. } => return None,
        };
        Some(Revoking { what: RevokedToken::Refresh, request })
    });
    let what = match Custom::of(&service.revocation) {
        Some(custom) if !custom.names_token() => RevokedToken::Grant,
        Some(_) | None => RevokedToken::Access,
    };
    let access = access_request(service, secret, &tokens.access).map(|request| Revoking { what, request });
    let is_confirmed = |revoking: &Revoking| is_confirmed(service, &revoking.request);
    refresh.into_iter().chain(access).filter(is_confirmed).collect()
}

/// Returns the request that takes back one access token, such as the previous one after a refresh.
///
/// `None` where the service has no request for it, or its origin awaits confirmation (R-ST-14).
pub fn revoke_access_request(
    service: &Service,
    secret: Option<&ClientSecret>,
    access: &AccessToken,
) -> Option<Request> {
    access_request(service, secret, access).filter(|request| is_confirmed(service, request))
}

/// Reads what a revocation endpoint answered (RFC 7009 §2.2, R-TK-14).
///
/// Any 2xx is the end of the token, unless the body says otherwise (`ok: false`, an `error`). So is
/// `invalid_token` with 400: Google says that of a token that has ended. 401 speaks of whoever asked.
pub fn read_revocation(answer: &Result<Response, Unreachable>) -> RevocationAnswer {
    let response = match answer {
        Ok(response) => response,
        Err(unreachable) => return RevocationAnswer::TryLater(unreachable.into()),
    };
    let error = Fields::read(response).as_ref().and_then(ErrorResponse::of);
    let by_status = failure_of_status(response);
    match (response.status, error) {
        (status @ 200..=299, None) => {
            RevocationAnswer::Dead { how: format!("The provider took it back (HTTP {status}).") }
        }
        (300..=399, None) => RevocationAnswer::Refused(bad_answer(
            response,
            "The revocation address redirects, which is not followed.",
        )),
        (_, error) if by_status.passes() => {
            RevocationAnswer::TryLater(Failure { said: error.map(|error| error.said()), ..by_status })
        }
        (_, None) => RevocationAnswer::Refused(by_status),
        (status, Some(error)) => {
            let failure = |kind| Failure { kind, said: Some(error.said()), ..by_status };
            match error.code {
                ErrorCode::Passing => RevocationAnswer::TryLater(failure(FailureKind::Busy)),
                ErrorCode::UnsupportedTokenType => RevocationAnswer::TryOtherToken,
                ErrorCode::InvalidToken if status != 401 => {
                    RevocationAnswer::Dead { how: "The provider says that it had ended before.".to_owned() }
                }
                ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient => {
                    RevocationAnswer::Refused(failure(FailureKind::ClientRefused))
                }
                ErrorCode::InvalidGrant
                | ErrorCode::AccessDenied
                | ErrorCode::InvalidScope
                | ErrorCode::InvalidToken
                | ErrorCode::Other => RevocationAnswer::Refused(failure(by_status.kind)),
            }
        }
    }
}

fn access_request(service: &Service, secret: Option<&ClientSecret>, access: &AccessToken) -> Option<Request> {
    match &service.revocation {
        RevocationRecipe::Rfc7009 { url } => {
            let request = oauth2_crate::capture_access_token_revocation(service, secret, url, access);
            Some(bend(basic_as_wanted(request, service, secret), service, Purpose::Revoke))
        }
        RevocationRecipe::Custom { .. } => Custom::of(&service.revocation)
            .filter(|custom| custom.parameter != "refresh_token")?
            .request(service, secret, Token::Access(access)),
        RevocationRecipe::None | RevocationRecipe::ByHand { .. } => None,
    }
}

/// The request's real address counts: a template could place the token in the host.
fn is_confirmed(service: &Service, request: &Request) -> bool {
    service.confirmed_hosts.contains(&host_of(&request.url))
}

/// A recipe of the service's own.
struct Custom<'a> {
    method: RevocationMethod,
    url: &'a str,
    parameter: &'a str,
    body: RevocationBody,
    auth: RevocationAuth,
}

/// A token that is to be revoked.
enum Token<'a> {
    Access(&'a AccessToken),
    Refresh(&'a RefreshToken),
}

impl<'a> Custom<'a> {
    fn of(recipe: &'a RevocationRecipe) -> Option<Self> {
        match recipe {
            RevocationRecipe::Custom { method, url, parameter, body, auth } => {
                Some(Self { method: *method, url, parameter, body: *body, auth: *auth })
            }
            RevocationRecipe::None | RevocationRecipe::Rfc7009 { .. } | RevocationRecipe::ByHand { .. } => {
                None
            }
        }
    }

    fn names_token(&self) -> bool {
        !self.parameter.is_empty() || self.url.contains(TOKEN)
    }

    /// Whether its parameter's name fits a refresh token.
    fn takes_refresh_token(&self) -> bool {
        matches!(self.parameter, "token" | "refresh_token")
            || self.url.contains("?token={token}")
            || self.url.contains("&token={token}")
    }

    /// `None` where the template is no URL or a token can't be carried.
    fn request(&self, service: &Service, secret: Option<&ClientSecret>, token: Token<'_>) -> Option<Request> {
        let shown = match token {
            Token::Access(access) => access.expose(),
            Token::Refresh(refresh) => refresh.expose(),
        };
        // The client's identifier first: a token could hold the other placeholder's text, escaped or not.
        let filled = self.url.replace(CLIENT_ID, &escape(&service.client_id));
        let filled = Zeroizing::new(filled.replace(TOKEN, &Zeroizing::new(escape(shown))));
        let mut url = Url::parse(&filled).ok()?;
        let mut headers = vec![("accept".to_owned(), Zeroizing::new("application/json".to_owned()))];
        let mut parameters = Vec::new();
        if !self.parameter.is_empty() {
            parameters.push((self.parameter, shown));
        }
        // GET has no body: its parameter goes where it can.
        let body = if self.method == RevocationMethod::Get { RevocationBody::Empty } else { self.body };
        match self.auth {
            RevocationAuth::None => {}
            RevocationAuth::Bearer => match token {
                Token::Access(access) => headers.push(("authorization".to_owned(), bearer(access)?)),
                // Only an access token is a bearer token.
                Token::Refresh(_) => return None,
            },
            RevocationAuth::ClientBody => {
                parameters.push(("client_id", &service.client_id));
                parameters.extend(secret.map(|secret| ("client_secret", secret.expose())));
            }
            RevocationAuth::Client => {
                let is_posted = match service.client_authentication {
                    ClientAuthentication::Post | ClientAuthentication::None => true,
                    ClientAuthentication::Basic | ClientAuthentication::BasicRaw => secret.is_none(),
                };
                let secret = secret.filter(|_| service.client_authentication != ClientAuthentication::None);
                // Only a form can carry credentials (RFC 6749 §2.3.1); GitHub's JSON wants Basic.
                match (is_posted && body == RevocationBody::Form, secret) {
                    (true, secret) => {
                        parameters.push(("client_id", &service.client_id));
                        parameters.extend(secret.map(|secret| ("client_secret", secret.expose())));
                    }
                    (false, Some(secret)) => {
                        headers.push(("authorization".to_owned(), basic(service, secret)))
                    }
                    (false, None) => {}
                }
            }
        }
        let mut sent = Zeroizing::new(Vec::new());
        match body {
            RevocationBody::Empty => {
                if !parameters.is_empty() {
                    url.query_pairs_mut().extend_pairs(parameters);
                }
            }
            RevocationBody::Form => {
                headers.push(content_type("application/x-www-form-urlencoded"));
                let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
                *sent = form.into_bytes();
            }
            RevocationBody::Json => {
                headers.push(content_type("application/json"));
                let object: std::collections::BTreeMap<_, _> = parameters.into_iter().collect();
                *sent = serde_json::to_vec(&object).ok()?;
            }
        }
        let method = match self.method {
            RevocationMethod::Get => Method::Get,
            RevocationMethod::Post => Method::Post,
            RevocationMethod::Delete => Method::Delete,
        };
        Some(bend(Request { method, url, headers, body: sent }, service, Purpose::Revoke))
    }
}

fn content_type(value: &str) -> (String, Zeroizing<String>) {
    ("content-type".to_owned(), Zeroizing::new(value.to_owned()))
}

/// Percent-encodes all but unreserved characters (RFC 3986 §2.3).
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

const TOKEN: &str = "{token}";
const CLIENT_ID: &str = "{client_id}";

#[cfg(test)]
#[path = "revocation_tests.rs"]
mod tests;
