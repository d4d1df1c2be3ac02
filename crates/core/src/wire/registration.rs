//! Registering a client by itself, and deleting it again (RFC 7591, RFC 7592).

use std::time::Duration;

use serde_json::{Map, Value, json};
use url::Url;
use zeroize::Zeroizing;

use super::error_response::ErrorResponse;
use super::token_request::user_agent;
use super::token_response::Fields;
use super::{Metadata, Method, Request, Response, Unreachable};
use crate::model::{
    ClientAuthentication, ClientSecret, InitialAccessToken, RegistrationAccessToken, Timestamp, host_of,
    is_loopback, plain,
};

/// What is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration<'a> {
    /// Where: the provider's `registration_endpoint`.
    pub endpoint: &'a Url,
    /// The one redirect URI.
    pub redirect_uri: &'a str,
    /// How the client is to authenticate.
    pub authentication: ClientAuthentication,
    /// Scopes that it will ask, separated by spaces; empty = not told.
    pub scope: &'a str,
}

/// A client that was registered. Has no `Debug`: it holds secrets.
pub struct Registered {
    /// Client identifier.
    pub client_id: String,
    /// Client secret; `None` = a public client.
    pub secret: Option<ClientSecret>,
    /// When the secret runs out; `None` = never, or not told.
    pub secret_expires_at: Option<Timestamp>,
    /// How the client has to authenticate; the provider may choose otherwise than it was asked (RFC 7591 §3.2.1).
    pub authentication: ClientAuthentication,
    /// Where and with what the client can be deleted (RFC 7592 §3).
    pub management: Option<Management>,
}

/// What it takes to delete a client. Has no `Debug`: it holds a secret.
pub struct Management {
    /// Client configuration endpoint.
    pub uri: Url,
    /// Registration access token.
    pub token: RegistrationAccessToken,
}

/// Why no client was registered. Text from outside is plain (R-TK-10).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRegistered {
    /// The provider has no registration endpoint.
    #[error("the provider registers no clients by itself")]
    NotOffered,
    /// Only whoever has an initial access token may register, and this one did not do.
    #[error("an initial access token is needed")]
    TokenNeeded {
        /// One was sent.
        was_sent: bool,
        /// What the provider said.
        said: Option<String>,
    },
    /// The provider does not take the client as it is.
    #[error("the provider refused (HTTP {status})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What the provider said.
        said: Option<String>,
    },
    /// It passes.
    #[error("the provider is busy (HTTP {status})")]
    Busy {
        /// HTTP status.
        status: u16,
    },
    /// The answer is no registration.
    #[error("the answer holds no client: {reason}")]
    Unreadable {
        /// Why, one sentence.
        reason: &'static str,
    },
    /// Nobody answers.
    #[error("nobody answers: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
}

/// What became of a client that was to be deleted at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDeletion {
    /// It is gone.
    pub gone: bool,
    /// How that is known, or why it may still be there: one sentence.
    pub how: String,
}

/// The best way to authenticate that the provider knows. A client that registered itself has a secret of its own, which
/// is better kept in the vault than done without.
pub fn authentication_to_register(metadata: &Metadata) -> ClientAuthentication {
    super::discovery::authentication(metadata)
}

/// Returns the request that registers a native client for the authorization code flow (RFC 7591 §2, §3.1).
pub fn registration_request(
    registration: &Registration<'_>,
    token: Option<&InitialAccessToken>,
) -> Option<Request> {
    let method = match registration.authentication {
        ClientAuthentication::Basic | ClientAuthentication::BasicRaw => "client_secret_basic",
        ClientAuthentication::Post => "client_secret_post",
        ClientAuthentication::None => "none",
    };
    let mut client = json!({
        "client_name": "Grantkeep",
        "application_type": "native",
        "redirect_uris": [registration.redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    });
    if !registration.scope.is_empty() {
        client["scope"] = registration.scope.into();
    }
    let mut headers = vec![json_field("accept"), json_field("content-type"), user_agent()];
    if let Some(token) = token {
        headers.push(bearer(token.expose())?);
    }
    Some(Request {
        method: Method::Post,
        url: registration.endpoint.clone(),
        headers,
        body: Zeroizing::new(client.to_string().into_bytes()),
    })
}

/// Reads what a registration endpoint answered (RFC 7591 §3.2).
///
/// A client configuration endpoint of another origin than the registration endpoint is left out: its token was obtained
/// for that origin (R-ST-14).
///
/// # Errors
/// Why there is no client.
pub fn read_registration(
    registration: &Registration<'_>,
    with_token: bool,
    answer: &Result<Response, Unreachable>,
) -> Result<Registered, NotRegistered> {
    let response = match answer {
        Ok(response) => response,
        Err(Unreachable { reason }) => return Err(NotRegistered::Unreachable { reason: reason.clone() }),
    };
    let said = || Fields::read(response).as_ref().and_then(ErrorResponse::of).map(|error| error.said());
    match response.status {
        200..=299 => {}
        401 | 403 => return Err(NotRegistered::TokenNeeded { was_sent: with_token, said: said() }),
        status @ (408 | 425 | 429 | 500..=599) => return Err(NotRegistered::Busy { status }),
        status => return Err(NotRegistered::Refused { status, said: said() }),
    }
    let unreadable = |reason| NotRegistered::Unreadable { reason };
    let fields = Fields::read(response).ok_or_else(|| unreadable("It is no JSON object."))?;
    if let Some(error) = ErrorResponse::of(&fields) {
        return Err(NotRegistered::Refused { status: response.status, said: Some(error.said()) });
    }
    let client_id = fields.text("client_id").ok_or_else(|| unreadable("It has no client ID."))?;
    if client_id.len() > MOST_CHARACTERS || !client_id.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(unreadable("Its client ID has characters that no client ID can have."));
    }
    let secret = fields.text("client_secret").map(|secret| ClientSecret::new(secret.as_str()));
    let authentication = authentication(fields.map(), registration.authentication, secret.is_some());
    let authentication =
        authentication.ok_or_else(|| unreadable("It wants a client authentication that Grantkeep lacks."))?;
    let is_needed = authentication != ClientAuthentication::None;
    if is_needed && secret.is_none() {
        return Err(unreadable("It has no client secret, but the client has to authenticate with one."));
    }
    Ok(Registered {
        client_id: client_id.to_string(),
        secret_expires_at: instant(&fields).filter(|_| is_needed),
        // A public client that got a secret all the same would never send it.
        secret: secret.filter(|_| is_needed),
        authentication,
        management: management(registration.endpoint, &fields),
    })
}

/// Returns the request that deletes a client (RFC 7592 §2.3); `None` where no header can carry the token.
pub fn deletion_request(uri: &Url, token: &RegistrationAccessToken) -> Option<Request> {
    let headers = vec![json_field("accept"), user_agent(), bearer(token.expose())?];
    Some(Request { method: Method::Delete, url: uri.clone(), headers, body: Zeroizing::new(Vec::new()) })
}

/// Reads what became of it. `title` is the service's.
pub fn read_deletion(title: &str, answer: &Result<Response, Unreachable>) -> ClientDeletion {
    let by_hand = format!("Delete it at {title}'s own page if it is still there.");
    match answer {
        Err(Unreachable { reason }) => {
            let how = format!("{title} could not be reached ({}). {by_hand}", plain(reason, 200));
            ClientDeletion { gone: false, how }
        }
        Ok(response) => match response.status {
            status @ 200..=299 => {
                ClientDeletion { gone: true, how: format!("{title} deleted it (HTTP {status}).") }
            }
            // RFC 7592 §2.3: so a provider answers for a client that is not there any more.
            status @ (401 | 404 | 410) => {
                let how =
                    format!("{title} no longer knows it, or not the token for it (HTTP {status}). {by_hand}");
                ClientDeletion { gone: false, how }
            }
            status => ClientDeletion {
                gone: false,
                how: format!("{title} did not delete it (HTTP {status}). {by_hand}"),
            },
        },
    }
}

fn authentication(
    fields: &Map<String, Value>,
    asked: ClientAuthentication,
    has_secret: bool,
) -> Option<ClientAuthentication> {
    match fields.get("token_endpoint_auth_method") {
        Some(Value::String(method)) => match method.as_str() {
            "client_secret_basic" => Some(ClientAuthentication::Basic),
            "client_secret_post" => Some(ClientAuthentication::Post),
            "none" => Some(ClientAuthentication::None),
            _ => None,
        },
        // Not told: as it was asked, where that goes with what came.
        _ if has_secret == (asked != ClientAuthentication::None) => Some(asked),
        _ if has_secret => Some(ClientAuthentication::Basic),
        _ => Some(ClientAuthentication::None),
    }
}

fn management(endpoint: &Url, fields: &Fields) -> Option<Management> {
    let token = RegistrationAccessToken::new(fields.text("registration_access_token")?.as_str());
    let uri = Url::parse(&fields.text("registration_client_uri")?).ok()?;
    let safe = uri.scheme() == "https" || uri.scheme() == "http" && is_loopback(&uri);
    let open = uri.username().is_empty() && uri.password().is_none() && uri.fragment().is_none();
    (safe && open && host_of(&uri) == host_of(endpoint)).then_some(Management { uri, token })
}

/// When the secret runs out: seconds since the epoch, as a number or a text; 0 = never (RFC 7591 §3.2.1).
fn instant(fields: &Fields) -> Option<Timestamp> {
    let seconds = match fields.get("client_secret_expires_at")? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    // Up to the year 9999: what is later is nonsense, or never.
    let seconds = seconds.filter(|seconds| (1.0..=253_402_300_799.0).contains(seconds))?;
    Some(Timestamp::from_millis(0) + Duration::from_secs_f64(seconds.floor()))
}

fn json_field(name: &str) -> (String, Zeroizing<String>) {
    (name.to_owned(), Zeroizing::new("application/json".to_owned()))
}

fn bearer(token: &str) -> Option<(String, Zeroizing<String>)> {
    let fit = token.bytes().all(|byte| byte.is_ascii_graphic());
    fit.then(|| ("authorization".to_owned(), Zeroizing::new(format!("Bearer {token}"))))
}

const MOST_CHARACTERS: usize = 2048;

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
