//! The routes of the agent's API: a pattern for the server, a path for the client.
//!
//! Bodies are JSON and stand in [`crate::requests`] and [`crate::views`]. A route without a reply answers 204.
//! A failure answers [`crate::problem::http_status`] with a [`crate::views::Problem`] as [`PROBLEM_TYPE`].

use crate::account_id::AccountId;
use crate::requests::HistoryQuery;

/// Version of the API, in `AgentView::api`. Front ends and agent of one release have the same.
pub const API_VERSION: u32 = 1;

/// `Content-Type` of a failure (RFC 9457).
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// Seconds between two comments that keep an event stream alive.
pub const EVENTS_KEEP_ALIVE_S: u64 = 15;

/// Seconds after which [`pattern::OUTCOME`] answers `waiting`.
pub const OUTCOME_WAIT_S: u64 = 25;

/// Header of an answer that a resource gave (`POST …/request`); the agent's own problems do not have it.
pub const ANSWERED_BY: &str = "grantkeep-answered-by";

/// Header in which a client of ours says its version and API, as [`OWN_VERSION`]; another one is answered 426, and
/// what it asked is not done. Programs leave it out and are served as they are.
pub const CLIENT_VERSION: &str = "grantkeep-client";

/// Header of every answer: the agent's version and API, as [`OWN_VERSION`].
pub const AGENT_VERSION: &str = "grantkeep-agent";

/// Version and API of this build.
pub const OWN_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// Patterns as the server's router reads them: `{name}` stands for one percent-encoded segment.
pub mod pattern {
    /// GET → `AgentView`.
    pub const AGENT: &str = "/v1/agent";
    /// GET → `Change::Snapshot`.
    pub const STATE: &str = "/v1/state";
    /// GET → server-sent events, each `data: <Change as JSON>`; the first is a snapshot.
    pub const EVENTS: &str = "/v1/events";
    /// POST `Passphrase`: opens a vault that has one.
    pub const UNLOCK: &str = "/v1/unlock";
    /// POST `Passphrase`: makes a vault with one, where there is none.
    pub const VAULT: &str = "/v1/vault";
    /// POST: looks for the vault's key again.
    pub const VAULT_RETRY: &str = "/v1/vault/retry";
    /// POST: finish what is under way and leave.
    pub const RETIRE: &str = "/v1/retire";
    /// POST `Session`.
    pub const SESSION: &str = "/v1/session";
    /// GET → `[ProviderView]`.
    pub const PROVIDERS: &str = "/v1/providers";
    /// GET → `[ServiceView]` · POST `AddService` → `ServiceView`.
    pub const SERVICES: &str = "/v1/services";
    /// POST `CheckService` → `DraftCheck`. Not below `/v1/services`, where a service may be named `check`.
    pub const CHECK: &str = "/v1/drafts/check";
    /// POST `Paste` → `PastedView`: reads a definition of another program into the form. Nothing is stored.
    pub const PASTED: &str = "/v1/drafts/paste";
    /// POST `Discover` → `DiscoveryView`: what a provider tells of itself. Nothing is stored.
    pub const DISCOVER: &str = "/v1/discover";
    /// POST `Register` → `ServiceView`: registers a client by itself, and adds the service.
    pub const REGISTER: &str = "/v1/register";
    /// GET → `ServiceView` · PUT `SaveService` → `ServiceView` · DELETE ?`Removal` → `ReceiptView`.
    pub const SERVICE: &str = "/v1/services/{name}";
    /// POST `Title` → `ServiceView`.
    pub const DUPLICATE: &str = "/v1/services/{name}/duplicate";
    /// POST `ConfirmHosts` → `ServiceView`.
    pub const CONFIRM_HOSTS: &str = "/v1/services/{name}/confirm-hosts";
    /// POST → `ServiceView`.
    pub const PRACTICE: &str = "/v1/practice";
    /// GET → `[AccountView]`.
    pub const ACCOUNTS: &str = "/v1/accounts";
    /// POST `Title` → `AccountView`.
    pub const SERVICE_ACCOUNTS: &str = "/v1/services/{name}/accounts";
    /// GET → `AccountView` · PATCH `Title` → `AccountView` · DELETE ?`Removal` → `ReceiptView`.
    pub const ACCOUNT: &str = "/v1/accounts/{service}/{account}";
    /// POST `Authorize` → `AuthorizationStarted`.
    pub const AUTHORIZE: &str = "/v1/accounts/{service}/{account}/authorize";
    /// POST `TryAuthentication` → `AuthenticationTried`: does again what failed, with the client secret sent otherwise.
    pub const TRY_AUTHENTICATION: &str = "/v1/accounts/{service}/{account}/try-authentication";
    /// POST `ErrorPage` → `RedirectHelpView`: compares the redirect URI with what a provider's error page shows.
    pub const REDIRECT_HELP: &str = "/v1/accounts/{service}/{account}/redirect-help";
    /// GET → `CurrentLink`.
    pub const LINK: &str = "/v1/accounts/{service}/{account}/authorize/link";
    /// GET → `AuthorizationOutcome`; waits up to [`super::OUTCOME_WAIT_S`].
    pub const OUTCOME: &str = "/v1/accounts/{service}/{account}/authorize/{pending}/outcome";
    /// POST.
    pub const CANCEL: &str = "/v1/accounts/{service}/{account}/authorize/cancel";
    /// POST `Redirected` → `AuthorizationOutcome`.
    pub const PASTE: &str = "/v1/accounts/{service}/{account}/authorize/redirect";
    /// POST `Redirected` → `AuthorizationOutcome`, from the handler of the custom scheme.
    pub const REDIRECT: &str = "/v1/redirect";
    /// POST → `AccountView`.
    pub const REFRESH: &str = "/v1/accounts/{service}/{account}/refresh";
    /// POST → `ReceiptView`.
    pub const REVOKE: &str = "/v1/accounts/{service}/{account}/revoke";
    /// POST → `ReceiptView`: the person took the grant back at the provider's page.
    pub const REVOKED: &str = "/v1/accounts/{service}/{account}/revoked";
    /// GET → `ReceiptView`, at its next change; waits up to [`super::OUTCOME_WAIT_S`].
    pub const RECEIPT: &str = "/v1/receipts/{id}";
    /// POST → `ReceiptView`: its tokens are not tried any more.
    pub const RECEIPT_STOP: &str = "/v1/receipts/{id}/stop";
    /// POST → `IntrospectionView`.
    pub const INTROSPECT: &str = "/v1/accounts/{service}/{account}/introspect";
    /// POST → `InspectionView`.
    pub const INSPECT: &str = "/v1/accounts/{service}/{account}/inspect";
    /// POST → `TestView`.
    pub const TEST: &str = "/v1/accounts/{service}/{account}/test";
    /// POST → `AccountView`.
    pub const ACCEPT_SCOPES: &str = "/v1/accounts/{service}/{account}/accept-scopes";
    /// POST `Identity` → `AccountView`.
    pub const IDENTITY: &str = "/v1/accounts/{service}/{account}/identity";
    /// POST `TokenRequest` → `HandedToken`.
    pub const TOKEN: &str = "/v1/accounts/{service}/{account}/token";
    /// GET ?`HistoryQuery` → `HistoryView`, newest first.
    pub const ACCOUNT_HISTORY: &str = "/v1/accounts/{service}/{account}/history";
    /// GET ?`HistoryQuery` → `HistoryView`, newest first.
    pub const HISTORY: &str = "/v1/history";
    /// GET ?`TimelineQuery` → `TimelineView`.
    pub const TIMELINE: &str = "/v1/accounts/{service}/{account}/timeline";
    /// PUT `GrantLife` → `AccountView`.
    pub const GRANT_LIFE: &str = "/v1/accounts/{service}/{account}/grant-life";
    /// PUT `SecretExpiry` → `ServiceView`.
    pub const SECRET_EXPIRY: &str = "/v1/services/{name}/secret-expiry";
    /// GET → `ForecastView`.
    pub const FORECAST: &str = "/v1/forecast";
    /// POST `Report` → `AccountView`: a resource refused the token.
    pub const REPORT: &str = "/v1/accounts/{service}/{account}/report";
    /// POST `Brokered` → the resource's own answer, streamed, with the header [`super::ANSWERED_BY`].
    pub const REQUEST: &str = "/v1/accounts/{service}/{account}/request";
    /// POST `TokenRequest` → `HandedIdToken`.
    pub const ID_TOKEN: &str = "/v1/accounts/{service}/{account}/id-token";
    /// GET → `[QuestionView]`: programs that wait for the person.
    pub const QUESTIONS: &str = "/v1/questions";
    /// POST `AnswerQuestion`: for the window, and for our CLI on the terminal that the question came from.
    pub const ANSWER: &str = "/v1/questions/{id}/answer";
    /// GET → `Asked`; waits up to [`super::OUTCOME_WAIT_S`].
    pub const QUESTION: &str = "/v1/questions/{id}";
    /// GET → `[PermissionView]` · POST `Allow` → `PermissionView`.
    pub const ACCESS: &str = "/v1/access";
    /// DELETE.
    pub const PERMISSION: &str = "/v1/access/{id}";
    /// POST: forgets the vault's key until `unlock`; names and status stay visible.
    pub const LOCK: &str = "/v1/lock";
    /// GET → `[CheckView]`: what the agent itself can tell about its health.
    pub const DOCTOR: &str = "/v1/doctor";
    /// GET → `[NoticeView]`, the latest first.
    pub const NOTICES: &str = "/v1/notices";
    /// DELETE: takes it off the list.
    pub const NOTICE: &str = "/v1/notices/{id}";
    /// GET → `[SettingView]`.
    pub const SETTINGS: &str = "/v1/settings";
    /// PUT `SettingValue` → `SettingView`.
    pub const SETTING: &str = "/v1/settings/{key}";
    /// GET → the OpenAPI document of all these routes.
    pub const OPENAPI: &str = "/openapi.json";
}

/// The path of a pattern that names a service.
pub fn of_service(pattern: &str, service: &str) -> String {
    filled(pattern, &[service])
}

/// The path of a pattern that names an account.
pub fn of_account(pattern: &str, id: &AccountId) -> String {
    filled(pattern, &[&id.service, &id.account])
}

/// The path of a pattern that ends in an identifier.
pub fn of_id(pattern: &str, id: &str) -> String {
    filled(pattern, &[id])
}

/// The path that waits for the outcome of one authorization.
pub fn outcome(id: &AccountId, pending: &str) -> String {
    filled(pattern::OUTCOME, &[&id.service, &id.account, pending])
}

/// A path with the query of a removal.
pub fn removal(path: &str, revoke: bool) -> String {
    format!("{path}?revoke={revoke}")
}

/// A path with the query of a history.
pub fn history(path: &str, query: &HistoryQuery) -> String {
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let pairs = [
        ("limit", number(query.limit.map(i64::from))),
        ("before", number(query.before)),
        ("name", query.name.clone()),
        ("kind", query.kind.clone()),
        ("since_ms", number(query.since_ms)),
        ("until_ms", number(query.until_ms)),
        ("text", query.text.clone()),
    ];
    with_query(path, &pairs)
}

/// The path of an account's timeline.
pub fn timeline(id: &AccountId, days: u32) -> String {
    with_query(&of_account(pattern::TIMELINE, id), &[("days", Some(days.to_string()))])
}

/// A path with the values that are there, encoded.
fn with_query(path: &str, pairs: &[(&str, Option<String>)]) -> String {
    let given =
        pairs.iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_deref()?))));
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Puts values in the place of `{…}`, in order.
fn filled(pattern: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let segments = pattern.split('/').map(|segment| {
        if segment.starts_with('{') {
            values.next().map(|value| encoded(value)).unwrap_or_default()
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Percent-encodes everything that is no slug, and segments of dots, which would climb in the path.
fn encoded(value: &str) -> String {
    let only_dots = value.bytes().all(|byte| byte == b'.');
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        let plain = byte.is_ascii_alphanumeric() || b"_-".contains(&byte) || (byte == b'.' && !only_dots);
        if plain {
            out.push(char::from(byte))
        } else {
            out.push_str(&format!("%{byte:02X}"))
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_version_names_the_api() {
        assert_eq!(OWN_VERSION, format!("{}/{API_VERSION}", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn paths_follow_their_patterns() {
        let id = AccountId { service: "podio".into(), account: "work".into() };

        assert_eq!(of_service(pattern::SERVICE, "podio"), "/v1/services/podio");
        assert_eq!(of_account(pattern::TOKEN, &id), "/v1/accounts/podio/work/token");
        assert_eq!(outcome(&id, "7"), "/v1/accounts/podio/work/authorize/7/outcome");
        assert_eq!(removal("/v1/services/podio", true), "/v1/services/podio?revoke=true");
        let query = HistoryQuery { text: Some("a/b&c".into()), ..HistoryQuery::newest(5) };
        assert_eq!(history(pattern::HISTORY, &query), "/v1/history?limit=5&text=a%2Fb%26c");
        assert_eq!(history(pattern::HISTORY, &HistoryQuery::default()), "/v1/history");
    }

    #[test]
    fn names_cannot_leave_their_segment() {
        let cases = [
            ("my.api_2-x", "my.api_2-x", "a slug stays as it is"),
            ("..", "%2E%2E", "climbing is spelled out"),
            ("a/b?c#d", "a%2Fb%3Fc%23d", "delimiters"),
            ("Ü ", "%C3%9C%20", "bytes of UTF-8"),
            ("a\r\nHost: b", "a%0D%0AHost%3A%20b", "no header can be smuggled in"),
        ];
        for (name, segment, why) in cases {
            assert_eq!(encoded(name), segment, "{name:?}: {why}");
        }
    }
}
