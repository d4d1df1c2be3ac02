//! The `oauth2` crate without its I/O: one closure captures the request it would send, one replays an answer.
//!
//! Its builders write what is sent and its types read what was answered, while nothing here touches a network.
//! The crate's own strings are not wiped from memory; they live as long as one call.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use oauth2::basic::{BasicClient, BasicErrorResponse, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, ClientId, CsrfToken, EndpointNotSet, HttpRequest, HttpResponse, IntrospectionUrl,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, RevocationUrl,
    StandardRevocableToken, TokenUrl,
};
use url::Url;
use zeroize::Zeroizing;

use super::{Method, Request};
use crate::model::{
    AccessToken, AuthorizationCode, ClientAuthentication, ClientSecret, CodeVerifier, RefreshToken, Service,
    State,
};

/// The query that the crate writes for an authorization request, and `further` parameters after it.
///
/// A code verifier outside of RFC 7636 §4.1's length yields an empty challenge, which providers refuse: the crate
/// would panic, and leaving PKCE out would weaken the request.
pub(super) fn authorization_query(
    service: &Service,
    redirect_uri: &Url,
    state: &State,
    code_verifier: Option<&CodeVerifier>,
    further: &[(&str, &str)],
) -> String {
    let mut bare = service.endpoints.authorize.clone();
    bare.set_query(None);
    let client = BasicClient::new(ClientId::new(service.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(bare))
        .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
    let mut request = client
        .authorize_url(|| CsrfToken::new(state.expose().to_owned()))
        .add_scopes(service.scopes.iter().map(|scope| oauth2::Scope::new(scope.to_string())));
    match code_verifier {
        Some(verifier) if VERIFIER_LENGTH.contains(&verifier.len()) => {
            let verifier = PkceCodeVerifier::new(verifier.expose().to_owned());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        Some(_) => {
            request = request
                .add_extra_param("code_challenge", "")
                .add_extra_param("code_challenge_method", "S256");
        }
        None => {}
    }
    for (name, value) in further {
        request = request.add_extra_param(*name, *value);
    }
    let (url, _) = request.url();
    url.query().unwrap_or_default().to_owned()
}

/// Captures the request that exchanges a code (RFC 6749 §4.1.3).
pub(super) fn capture_code_exchange(
    service: &Service,
    secret: Option<&ClientSecret>,
    code: &AuthorizationCode,
    redirect_uri: &Url,
    code_verifier: Option<&CodeVerifier>,
) -> Request {
    let client = client(service, secret).set_token_uri(TokenUrl::from_url(service.endpoints.token.clone()));
    let mut request = client
        .exchange_code(oauth2::AuthorizationCode::new(code.expose().to_owned()))
        .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())));
    if let Some(verifier) = code_verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()));
    }
    let capture = Capture::default();
    let _refused = request.request(&|request: HttpRequest| capture.keep(request));
    capture.into_request(&service.endpoints.token)
}

/// Captures the request that refreshes (RFC 6749 §6).
pub(super) fn capture_refresh(
    service: &Service,
    secret: Option<&ClientSecret>,
    token: &RefreshToken,
) -> Request {
    let endpoint = service.refresh_endpoint();
    let client = client(service, secret).set_token_uri(TokenUrl::from_url(endpoint.clone().into_owned()));
    let token = oauth2::RefreshToken::new(token.expose().to_owned());
    let capture = Capture::default();
    let _refused =
        client.exchange_refresh_token(&token).request(&|request: HttpRequest| capture.keep(request));
    capture.into_request(&endpoint)
}

/// Captures the request that revokes a refresh token (RFC 7009 §2.1).
pub(super) fn capture_refresh_token_revocation(
    service: &Service,
    secret: Option<&ClientSecret>,
    endpoint: &Url,
    token: &RefreshToken,
) -> Request {
    capture_revocation(service, secret, endpoint, oauth2::RefreshToken::new(token.expose().to_owned()).into())
}

/// Captures the request that revokes an access token (RFC 7009 §2.1).
pub(super) fn capture_access_token_revocation(
    service: &Service,
    secret: Option<&ClientSecret>,
    endpoint: &Url,
    token: &AccessToken,
) -> Request {
    capture_revocation(service, secret, endpoint, oauth2::AccessToken::new(token.expose().to_owned()).into())
}

/// Captures the request that introspects an access token (RFC 7662 §2.1).
pub(super) fn capture_access_token_introspection(
    service: &Service,
    secret: Option<&ClientSecret>,
    endpoint: &Url,
    token: &AccessToken,
) -> Request {
    let token = oauth2::AccessToken::new(token.expose().to_owned());
    capture_introspection(service, secret, endpoint, &token, "access_token")
}

/// Captures the request that introspects a refresh token (RFC 7662 §2.1).
pub(super) fn capture_refresh_token_introspection(
    service: &Service,
    secret: Option<&ClientSecret>,
    endpoint: &Url,
    token: &RefreshToken,
) -> Request {
    // The crate knows one kind of token here; the endpoint takes any.
    let token = oauth2::AccessToken::new(token.expose().to_owned());
    capture_introspection(service, secret, endpoint, &token, "refresh_token")
}

/// Replays a token answer that was made regular, as JSON (RFC 6749 §5.1). `None` if the crate can't read it.
pub(super) fn replay_tokens(regular: &[u8]) -> Option<BasicTokenResponse> {
    replay(200, regular)?.ok()
}

/// Replays an error answer that was made regular, as JSON (RFC 6749 §5.2). `None` if the crate can't read it.
pub(super) fn replay_error(regular: &[u8]) -> Option<BasicErrorResponse> {
    match replay(400, regular)? {
        Err(RequestTokenError::ServerResponse(error)) => Some(error),
        Ok(_)
        | Err(RequestTokenError::Request(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
            None
        }
    }
}

fn capture_revocation(
    service: &Service,
    secret: Option<&ClientSecret>,
    endpoint: &Url,
    token: StandardRevocableToken,
) -> Request {
    // The crate insists on https, while a server on loopback may be http. The real address is put in afterwards.
    let mut address = endpoint.clone();
    let _unchanged = address.set_scheme("https");
    let client = client(service, secret).set_revocation_url(RevocationUrl::from_url(address));
    let capture = Capture::default();
    if let Ok(request) = client.revoke_token(token) {
        let _refused = request.request(&|request: HttpRequest| capture.keep(request));
    }
    capture.into_request(endpoint)
}

fn capture_introspection(
    service: &Service,
    secret: Option<&ClientSecret>,
    endpoint: &Url,
    token: &oauth2::AccessToken,
    hint: &'static str,
) -> Request {
    let address = IntrospectionUrl::from_url(endpoint.clone());
    let client = client(service, secret).set_introspection_url(address);
    let capture = Capture::default();
    let request = client.introspect(token).set_token_type_hint(hint);
    let _refused = request.request(&|request: HttpRequest| capture.keep(request));
    capture.into_request(endpoint)
}

type Replayed = Result<BasicTokenResponse, RequestTokenError<NotSent, BasicErrorResponse>>;

/// Lets the crate read an answer to a refresh. Its client is a stand-in: reading depends on the answer alone.
fn replay(status: u16, regular: &[u8]) -> Option<Replayed> {
    let endpoint = TokenUrl::new("https://replay.invalid/".to_owned()).ok()?;
    let client = BasicClient::new(ClientId::new(String::new())).set_token_uri(endpoint);
    let token = oauth2::RefreshToken::new(String::new());
    Some(client.exchange_refresh_token(&token).request(&|_: HttpRequest| {
        let answer = http::Response::builder().status(status).body(regular.to_vec());
        answer.map_err(|_| NotSent)
    }))
}

/// A client with the service's authentication (RFC 6749 §2.3.1, R-TK-01).
fn client(service: &Service, secret: Option<&ClientSecret>) -> Client {
    let client = BasicClient::new(ClientId::new(service.client_id.clone()));
    let (auth_type, secret) = match service.client_authentication {
        ClientAuthentication::Basic | ClientAuthentication::BasicRaw => (AuthType::BasicAuth, secret),
        ClientAuthentication::Post => (AuthType::RequestBody, secret),
        ClientAuthentication::None => (AuthType::RequestBody, None),
    };
    let client = client.set_auth_type(auth_type);
    match secret {
        Some(secret) => client.set_client_secret(oauth2::ClientSecret::new(secret.expose().to_owned())),
        None => client,
    }
}

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet>;

/// Keeps what the crate would send.
#[derive(Default)]
struct Capture(RefCell<Option<HttpRequest>>);

impl Capture {
    fn keep(&self, request: HttpRequest) -> Result<HttpResponse, NotSent> {
        self.0.replace(Some(request));
        Err(NotSent)
    }

    /// The request as a plain value.
    ///
    /// The crate can't express an address beyond 64 KiB. The request is then empty: the provider refuses it and
    /// nothing is lost.
    fn into_request(self, endpoint: &Url) -> Request {
        let mut plain = Request {
            method: Method::Post,
            url: endpoint.clone(),
            headers: Vec::new(),
            body: Zeroizing::new(Vec::new()),
        };
        if let Some(request) = self.0.into_inner() {
            let (head, body) = request.into_parts();
            plain.body = Zeroizing::new(body);
            for (name, value) in &head.headers {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                plain.headers.push((name.as_str().to_owned(), Zeroizing::new(value)));
            }
        }
        plain
    }
}

/// Why the crate gets no answer while its request is captured.
#[derive(Debug)]
struct NotSent;

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was captured")
    }
}

impl std::error::Error for NotSent {}

/// RFC 7636 §4.1.
const VERIFIER_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;
