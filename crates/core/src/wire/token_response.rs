//! Lenient reading of what a token endpoint answers (RFC 6749 §5.1).
//!
//! A provider's oddities are mended here: the answer is made regular, and the `oauth2` crate reads that.

use std::time::Duration;

use oauth2::TokenResponse as _;
use oauth2::basic::{BasicTokenResponse, BasicTokenType};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};
use zeroize::{Zeroize, Zeroizing};

use super::error_response::{ErrorResponse, bad_answer, failure_of_status};
use super::{Response, oauth2_crate};
use crate::model::{
    AccessToken, Failure, Habits, IdToken, OtherFields, Parameter, RefreshToken, ScopeSet, Service,
    TokenType, host_of, is_loopback, is_sent_safely, plain,
};

/// What a token endpoint answered. Has no `Debug`: it holds tokens.
pub struct TokenResponse {
    /// Access token.
    pub access: AccessToken,
    /// Its type.
    pub token_type: TokenType,
    /// The access token looks like a JWT (RFC 7519).
    pub is_jwt: bool,
    /// Life of the access token from the answer on, whole seconds; `None` = the provider did not say.
    pub expires_in: Option<Duration>,
    /// Refresh token; `None` = the one at hand stays (RFC 6749 §6).
    pub refresh: Option<RefreshToken>,
    /// Life of the refresh token from the answer on, whole seconds, where the provider said it in a field of its own.
    pub refresh_expires_in: Option<Duration>,
    /// Scopes granted; `None` = those asked (RFC 6749 §5.1).
    pub scope: Option<ScopeSet>,
    /// ID token, not checked.
    pub id: Option<IdToken>,
    /// All further fields, as one JSON object.
    pub other: Option<OtherFields>,
    /// Their names, made plain.
    pub other_fields: Vec<String>,
    /// Origin of the API, where the service is one that names it in its answer.
    pub api_host: Option<String>,
    /// What was odd, a sentence each.
    pub oddities: Vec<String>,
}

/// Reads the answer of a token endpoint (RFC 6749 §5, R-TK-05 to 10).
///
/// JSON and form-encoded bodies are read whatever the `Content-Type`. A refresh token beside an access token is
/// never lost, however odd the rest of the answer is.
///
/// # Errors
/// A [`Failure`] with what the provider said, made plain and without tokens:
/// - `Busy` for 408, 425, 429, 5xx and for codes that pass, with `Retry-After` in seconds;
/// - `GrantEnded` for `invalid_grant` or the catalog's equivalent and for nothing else (R-TK-12);
/// - `ClientRefused` for `invalid_client`, `unauthorized_client`, and 401, 404 or 410 without a known code;
/// - `ConsentRefused`, `InvalidScope`, `Refused` for other codes and statuses;
/// - `BadAnswer` for a redirect and for an answer that is none, such as a web page.
pub fn read_token_response(service: &Service, response: &Response) -> Result<TokenResponse, Failure> {
    let fields = Fields::read(response);
    if let Some(error) = fields.as_ref().and_then(ErrorResponse::of) {
        return Err(error.failure(service, response));
    }
    match (response.status, fields) {
        (200..=299, Some(fields)) => read_tokens(fields, service)
            .ok_or_else(|| bad_answer(response, "The answer holds no access token.")),
        (200..=299, None) => Err(bad_answer(response, "The answer is neither JSON nor a form.")),
        (300..=399, _) => Err(bad_answer(response, &redirect_text(service, response))),
        (_, _) => Err(failure_of_status(response)),
    }
}

impl TokenResponse {
    /// Keeps `older` fields that this answer does not have: a refresh need not repeat what the exchange told.
    pub fn keep(&mut self, older: Option<OtherFields>) {
        let Some(older) = older else { return };
        let read = |fields: &OtherFields| match serde_json::from_str(fields.expose()) {
            Ok(Value::Object(map)) => Fields(map, Vec::new()),
            Ok(_) | Err(_) => Fields(Map::new(), Vec::new()),
        };
        let mut fields = read(&older);
        if let Some(newer) = &self.other {
            fields.0.extend(read(newer).map().clone());
        }
        (self.other, self.other_fields) = further(&fields);
    }
}

/// The fields of an answer, whatever their encoding. Wiped from memory when dropped.
pub(super) struct Fields(Map<String, Value>, Vec<String>);

impl Fields {
    /// Reads a JSON object or a form; `None` for anything else, and for what was cut.
    pub(super) fn read(response: &Response) -> Option<Self> {
        if response.truncated {
            return None;
        }
        // Whatever is no UTF-8 or is a raw control character can only be in a description: tokens are ASCII.
        let text = Zeroizing::new(String::from_utf8_lossy(&response.body).replace(|c: char| c < ' ', " "));
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        if text.starts_with('{') { Self::read_json(text) } else { Self::read_form(text) }
    }

    fn read_json(text: &str) -> Option<Self> {
        if let Ok(Value::Object(map)) = serde_json::from_str(text) {
            return Some(Self(map, Vec::new()));
        }
        // Something in it can't be represented (such as 1e999): the fields that matter are read alone.
        let Ok(Value::Object(mut map)) = serde_json::from_str(text).map(Essentials::into_value) else {
            return None;
        };
        map.retain(|_, value| !value.is_null());
        Some(Self(map, vec!["Parts of the answer were no proper JSON and were left out.".to_owned()]))
    }

    fn read_form(text: &str) -> Option<Self> {
        if text.starts_with('<') {
            return None;
        }
        let pairs = form_urlencoded::parse(text.as_bytes());
        let map: Map<_, _> =
            pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
        (map.contains_key("access_token") || map.contains_key("error")).then_some(Self(map, Vec::new()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(super) fn map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A field that is a text with something in it, or a whole number.
    pub(super) fn text(&self, name: &str) -> Option<Zeroizing<String>> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                return None;
            }
        };
        (!text.trim().is_empty()).then(|| Zeroizing::new(text))
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

/// Wipes every text in a value.
pub(super) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The fields that must not be lost.
#[derive(Deserialize)]
struct Essentials {
    access_token: Option<String>,
    refresh_token: Option<String>,
    token_type: Option<String>,
    id_token: Option<String>,
    error: Option<String>,
}

impl Essentials {
    fn into_value(self) -> Value {
        json!({
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "token_type": self.token_type,
            "id_token": self.id_token,
            "error": self.error,
        })
    }
}

fn read_tokens(mut fields: Fields, service: &Service) -> Option<TokenResponse> {
    lift(&mut fields, &service.habits);
    unwrap_nested(&mut fields);
    let access = fields.text("access_token")?;
    let mut oddities = std::mem::take(&mut fields.1);
    let token_type = read_token_type(&fields, &mut oddities);
    let expires_in = read_expires_in(fields.get("expires_in"), &mut oddities);
    let refresh = fields.text("refresh_token");
    for (token, name) in [(Some(&access), "access"), (refresh.as_ref(), "refresh")] {
        if token.is_some_and(|token| !token.bytes().all(|byte| matches!(byte, 0x20..=0x7E))) {
            oddities.push(format!("The {name} token holds characters that RFC 6749 does not allow."));
        }
    }
    let regular = Zeroizing::new(
        json!({
            "access_token": access.as_str(),
            "token_type": token_type,
            "expires_in": expires_in,
            "refresh_token": refresh.as_ref().map(|token| token.as_str()),
            "scope": read_scope(fields.get("scope")),
        })
        .to_string(),
    );
    let answer = oauth2_crate::replay_tokens(regular.as_bytes())?;
    let api_host = read_api_host(&fields, service, &mut oddities);
    let (other, other_fields) = further(&fields);
    Some(TokenResponse {
        access: AccessToken::new(answer.access_token().secret().as_str()),
        token_type: match answer.token_type() {
            BasicTokenType::Bearer => TokenType::Bearer,
            // The crate lowers its case; it is shown as the provider spells it.
            BasicTokenType::Mac | BasicTokenType::Extension(_) => {
                TokenType::Other(plain(&token_type, NAME_LIMIT))
            }
        },
        is_jwt: is_jwt(&access),
        expires_in: answer.expires_in(),
        refresh: answer.refresh_token().map(|token| RefreshToken::new(token.secret().as_str())),
        refresh_expires_in: read_refresh_life(&fields),
        scope: scopes(&answer),
        id: fields.text("id_token").map(|token| IdToken::new(token.as_str())),
        other,
        other_fields,
        api_host,
        oddities,
    })
}

/// Fields that this service nests, put where the standard has them. What is not there stays as it is: Slack nests at
/// the exchange, and answers a refresh without nesting.
fn lift(fields: &mut Fields, habits: &Habits) {
    for Parameter { name, value: path } in &habits.token_paths {
        if let Some(found) = at(fields, path).filter(|value| !value.is_null()).cloned() {
            fields.0.insert(name.clone(), found);
        }
    }
}

/// What stands at a path: names, or places in a list, with dots between them.
fn at<'a>(fields: &'a Fields, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = parts.next().and_then(|part| fields.0.get(part));
    parts.fold(first, |value, part| match value? {
        Value::Object(map) => map.get(part),
        Value::Array(list) => part.parse().ok().and_then(|at: usize| list.get(at)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// The origin that the answer names for the API (Salesforce's `instance_url`): over https, or on this computer where
/// the token endpoint is there, too.
fn read_api_host(fields: &Fields, service: &Service, oddities: &mut Vec<String>) -> Option<String> {
    let path = &service.habits.api_host_field;
    let named = at(fields, path).filter(|value| !value.is_null())?;
    let text = named.as_str().unwrap_or_default().trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let fits =
        |url: &Url| is_sent_safely(url) && (!is_loopback(url) || is_loopback(&service.endpoints.token));
    let host = Url::parse(&whole).ok().filter(fits).map(|url| host_of(&url));
    if host.is_none() {
        oddities.push("The answer names an address of the API that no token is sent to.".to_owned());
    }
    host
}

/// Slack puts a person's token into `authed_user` where the app itself asked for none.
fn unwrap_nested(fields: &mut Fields) {
    if fields.text("access_token").is_none()
        && let Some(Value::Object(nested)) = fields.0.remove("authed_user")
    {
        fields.0.extend(nested);
    }
}

/// R-TK-07.
fn read_token_type(fields: &Fields, oddities: &mut Vec<String>) -> String {
    let Some(sent) = fields.text("token_type") else {
        oddities.push("The answer names no token type; Bearer is assumed.".to_owned());
        return BEARER.to_owned();
    };
    let sent = sent.trim();
    // Slack names the kind of its bearer tokens; its answers are told by their `ok`.
    let is_slack = fields.get("ok").is_some_and(Value::is_boolean);
    if is_slack && matches!(sent, "bot" | "user") { BEARER.to_owned() } else { sent.to_owned() }
}

/// Seconds, rounded down to be safe (R-TK-08).
fn read_expires_in(sent: Option<&Value>, oddities: &mut Vec<String>) -> Option<u64> {
    let seconds = match sent {
        None | Some(Value::Null) => return None,
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    };
    match seconds {
        Some(seconds) if (1.0..=MAX_LIFE_S).contains(&seconds) => Some(seconds.floor() as u64),
        Some(_) | None => {
            let shown = sent.map(|value| plain(value.to_string().trim_matches('"'), 40)).unwrap_or_default();
            oddities.push(format!("The life of the token can't be {shown} seconds; it is taken as unknown."));
            None
        }
    }
}

/// No standard names it; GitHub, Google, LinkedIn and QuickBooks, Keycloak and TikTok do. 0 is Keycloak's “no end”.
fn read_refresh_life(fields: &Fields) -> Option<Duration> {
    let seconds = REFRESH_LIVES.iter().find_map(|name| match fields.get(name)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })?;
    (1.0..=MAX_LIFE_S).contains(&seconds).then(|| Duration::from_secs(seconds.floor() as u64))
}

/// Texts with spaces or commas, and lists (Twitch), as RFC 6749 §3.3 has it (R-TK-09).
fn read_scope(sent: Option<&Value>) -> Option<String> {
    match sent? {
        Value::String(text) => Some(ScopeSet::read(text).to_string()),
        Value::Array(list) => {
            let parts: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            Some(ScopeSet::read(&parts.join(" ")).to_string())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn scopes(answer: &BasicTokenResponse) -> Option<ScopeSet> {
    let text =
        |scopes: &Vec<oauth2::Scope>| scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
    answer.scopes().map(|scopes| ScopeSet::read(&text(scopes)))
}

/// Fields beyond the standard ones, and their names.
fn further(fields: &Fields) -> (Option<OtherFields>, Vec<String>) {
    let mut other = Fields(fields.map().clone(), Vec::new());
    other.0.retain(|name, value| !STANDARD.contains(&name.as_str()) && !value.is_null());
    if other.0.is_empty() {
        return (None, Vec::new());
    }
    let names = other.0.keys().take(NAMES_LIMIT).map(|name| plain(name, NAME_LIMIT)).collect();
    (serde_json::to_string(&other.0).ok().map(OtherFields::new), names)
}

/// Three parts of base64url, the first of which begins like a JSON object (RFC 7519 §3).
fn is_jwt(token: &str) -> bool {
    let is_base64url =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    token.starts_with("eyJ") && token.split('.').count() == 3 && token.split('.').all(is_base64url)
}

/// Redirects of a token endpoint are never followed (R-TK-02); its host tells what is wrong.
fn redirect_text(service: &Service, response: &Response) -> String {
    let target = response.header("location").and_then(|location| service.endpoints.token.join(location).ok());
    match target.as_ref().and_then(|target| target.host_str()) {
        Some(host) => format!("The address redirects to {host}, which is not followed."),
        None => "The address redirects, which is not followed.".to_owned(),
    }
}

const REFRESH_LIVES: [&str; 3] =
    ["refresh_token_expires_in", "x_refresh_token_expires_in", "refresh_expires_in"];
const BEARER: &str = "Bearer";
/// Fields with a meaning of their own. `ok` is Slack's sign of success.
const STANDARD: [&str; 7] =
    ["access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token", "ok"];
/// Ten years: longer lives are mistakes, such as a date sent as `expires_in`.
const MAX_LIFE_S: f64 = 10.0 * 365.25 * 24.0 * 3600.0;
/// Characters of a name that are kept.
const NAME_LIMIT: usize = 60;
/// Names that are kept.
const NAMES_LIMIT: usize = 50;

#[cfg(test)]
#[path = "token_response_tests.rs"]
mod tests;
