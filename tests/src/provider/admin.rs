//! The provider's side door: faults to come, what was asked of it, and what it thinks of a token.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Provider;

/// An endpoint that can be made to answer wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// Access Token URI.
    Token,
    /// RFC 7009.
    Revocation,
    /// RFC 7662.
    Introspection,
    /// OpenID Connect Core §5.3.
    Userinfo,
    /// The resource to try a token on.
    Notes,
}

/// How the provider behaves from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Life of an access token, in seconds.
    pub access_token_ttl: u32,
    /// A refresh also gives a new refresh token, and the old one dies.
    pub rotate: bool,
    /// The old one dies that many seconds later.
    pub grace_s: u32,
    /// `always`, or `offline_access`: only where that scope was granted.
    pub refresh: &'static str,
    /// Clients are registered for whoever has this token; `None` = for everybody.
    pub initial_access_token: Option<&'static str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_token_ttl: 300,
            rotate: true,
            grace_s: 0,
            refresh: "always",
            initial_access_token: None,
        }
    }
}

/// What was asked of the provider.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Stats {
    token: BTreeMap<String, usize>,
    /// Requests to revoke.
    pub revocation: usize,
    /// Requests to introspect.
    pub introspection: usize,
    /// Requests to userinfo.
    pub userinfo: usize,
    /// Requests to the notes.
    pub notes: usize,
    /// Requests that met a fault.
    pub faulted: usize,
    /// Shape of the last token request.
    pub last_token_request: Option<TokenRequestSeen>,
    /// Milliseconds that each token answer took, newest last.
    pub token_answer_ms: Vec<f64>,
}

/// A token request without its values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TokenRequestSeen {
    /// `grant_type`.
    pub grant_type: String,
    /// `client_id` in the body.
    pub client_id: Option<String>,
    /// `basic`, `post` or `none`.
    pub client_authentication: String,
    /// Names of the parameters, in alphabetical order.
    pub parameters: Vec<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
}

/// What the provider thinks of a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// It is good.
    pub active: bool,
    /// `AccessToken` or `RefreshToken`.
    pub kind: Option<String>,
    /// Its scopes.
    pub scope: Option<String>,
}

impl Stats {
    /// Codes that were to be exchanged.
    pub fn exchanges(&self) -> usize {
        self.token.get("authorization_code").copied().unwrap_or(0)
    }

    /// Refreshes that were asked for.
    pub fn refreshes(&self) -> usize {
        self.token.get("refresh_token").copied().unwrap_or(0)
    }

    /// All requests to the token endpoint.
    pub fn token_requests(&self) -> usize {
        self.token.values().sum()
    }
}

impl Provider {
    /// What was asked since the last [`Self::reset_stats`].
    pub async fn stats(&self) -> Stats {
        read(self.admin("GET", "stats", None).await)
    }

    /// Counts from nothing again.
    pub async fn reset_stats(&self) {
        self.admin("POST", "stats/reset", None).await;
    }

    /// Makes the next answer of an endpoint faulty; `mode` is one of those in `practice/src/faults.mjs`.
    pub async fn fault(&self, endpoint: Endpoint, mode: &str) {
        self.faults(endpoint, mode, 1).await;
    }

    /// Makes the next `times` answers of an endpoint faulty.
    pub async fn faults(&self, endpoint: Endpoint, mode: &str, times: usize) {
        let order = json!({ "endpoint": endpoint, "mode": mode, "times": times });
        self.admin("POST", "fault", Some(order)).await;
    }

    /// Takes back the faults that have not come yet.
    pub async fn clear_faults(&self) {
        self.admin("POST", "faults/clear", None).await;
    }

    /// Changes how the provider behaves.
    pub async fn set(&self, settings: Settings) {
        self.admin("POST", "settings", Some(json!(settings))).await;
    }

    /// What the provider thinks of a token.
    pub async fn introspect(&self, token: &str) -> Found {
        read(self.admin("POST", "introspect", Some(json!({ "token": token }))).await)
    }

    /// Whether the provider takes a token for good.
    pub async fn honours(&self, token: &str) -> bool {
        self.introspect(token).await.active
    }

    /// The metadata of a client that is registered; `None` where there is none of that identifier.
    pub async fn registered(&self, client_id: &str) -> Option<Value> {
        let mut answer = self.admin("POST", "registered", Some(json!({ "client_id": client_id }))).await;
        Some(answer["metadata"].take()).filter(|metadata| !metadata.is_null())
    }

    /// Ends the whole grant of a token, as the person can at the provider's own page.
    pub async fn end_grant_of(&self, token: &str) {
        self.admin("POST", "revoke", Some(json!({ "token": token }))).await;
    }

    /// An address that ends the whole grant of a `token` posted as JSON, as some providers' revocation does.
    pub fn grant_ending_uri(&self) -> String {
        format!("{}/revoke", self.admin_uri)
    }

    #[expect(clippy::expect_used, reason = "a test whose provider does not answer cannot go on")]
    async fn admin(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/{path}", self.admin_uri);
        let request = if method == "GET" { self.http.get(url) } else { self.http.post(url) };
        let request = request.body(body.map(|body| body.to_string()).unwrap_or_default());
        let response = request.send().await.expect("an answer of the side door");
        let status = response.status();
        let body = response.bytes().await.expect("a whole answer of the side door");
        assert!(status.is_success(), "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("JSON of the side door")
    }
}

#[expect(clippy::expect_used, reason = "the side door and this file belong together")]
fn read<T: for<'de> Deserialize<'de>>(answer: Value) -> T {
    serde_json::from_value(answer).expect("an answer as the kit knows it")
}
