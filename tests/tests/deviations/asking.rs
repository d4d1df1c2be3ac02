//! What is asked otherwise.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantkeep_core::model::{ClientAuthentication, Extras, ScopeSeparator, TokenFormat};
use grantkeep_tests::{Asked, Bent};
use url::Url;

use super::pair;

fn of(link: &Url, name: &str) -> Option<String> {
    link.query_pairs().find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

/// The exchange and a refresh.
async fn both(bent: &Bent) -> [Asked; 2] {
    bent.granted().await;
    bent.keeper().refresh(&bent.id).await.unwrap();
    bent.asked("/token").try_into().unwrap()
}

// R-TK-09
#[tokio::test]
async fn scopes_with_commas() {
    let bent = Bent::new(|draft, _| draft.habits.scope_separator = ScopeSeparator::Comma).await;

    let (link, _) = bent.link().await;

    assert_eq!(of(&link, "scope").as_deref(), Some("read,write"));
}

#[tokio::test]
async fn scopes_under_another_name() {
    let bent = Bent::new(|draft, _| draft.habits.names = vec![pair("scope", "user_scope")]).await;

    let (link, _) = bent.link().await;

    assert_eq!(of(&link, "user_scope").as_deref(), Some("read write"));
    assert_eq!(of(&link, "scope"), None);
}

#[tokio::test]
async fn client_id_under_another_name() {
    let bent = Bent::new(|draft, _| {
        draft.client_authentication = ClientAuthentication::Post;
        draft.habits.names = vec![pair("client_id", "client_key")];
    })
    .await;

    let (link, _) = bent.link().await;
    let asked = both(&bent).await;

    assert_eq!(of(&link, "client_key").as_deref(), Some("the client"));
    assert_eq!(of(&link, "client_id"), None);
    for request in asked {
        assert_eq!(request.form("client_key").as_deref(), Some("the client"));
        assert_eq!(request.form("client_id"), None);
        assert_eq!(request.form("client_secret").as_deref(), Some("s3cret&more"));
    }
}

#[tokio::test]
async fn code_under_another_name() {
    let bent = Bent::new(|draft, _| draft.habits.names = vec![pair("code", "auth_code")]).await;

    bent.authorize_with("auth_code", "").await;

    let asked = bent.last("/token");
    assert_eq!(asked.form("auth_code").as_deref(), Some("the-code"));
    assert_eq!(asked.form("code"), None);
    assert_eq!(bent.access().await, "access-1");
}

#[tokio::test]
async fn token_requests_as_json() {
    let bent = Bent::new(|draft, _| draft.habits.token_format = TokenFormat::Json).await;

    for request in both(&bent).await {
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert!(request.json("grant_type").is_some());
        assert!(request.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    }
    assert_eq!(bent.asked("/token")[0].json("code").as_deref(), Some("the-code"));
    assert_eq!(bent.asked("/token")[1].json("refresh_token").as_deref(), Some("refresh-1"));
}

// R-CB-17
#[tokio::test]
async fn token_requests_by_get() {
    let bent = Bent::new(|draft, _| draft.habits.token_format = TokenFormat::Query).await;

    let [exchange, refresh] = both(&bent).await;

    assert_eq!((exchange.method.as_str(), exchange.body.len()), ("GET", 0));
    assert_eq!(exchange.query("code").as_deref(), Some("the-code"));
    assert_eq!(refresh.query("refresh_token").as_deref(), Some("refresh-1"));
}

#[tokio::test]
async fn header_fields_and_parameters_of_each_request() {
    let extras = |what: &str| Extras {
        headers: vec![pair("X-Version", what)],
        parameters: vec![pair("action", what)],
    };
    let bent = Bent::new(|draft, _| {
        draft.habits.token = extras("exchange");
        draft.habits.refresh = extras("refresh");
        draft.habits.revocation = extras("revoke");
    })
    .await;

    let [exchange, refresh] = both(&bent).await;
    bent.keeper().revoke(&bent.id).await.unwrap();

    for (request, what) in [(exchange, "exchange"), (refresh, "refresh"), (bent.last("/revoke"), "revoke")] {
        assert_eq!(request.header("x-version"), Some(what));
        assert_eq!(request.form("action").as_deref(), Some(what));
    }
}

#[tokio::test]
async fn authorize_parameters_of_its_own() {
    let bent = Bent::new(|draft, _| draft.authorize_parameters = vec![pair("access_type", "offline")]).await;

    let (link, _) = bent.link().await;

    assert_eq!(of(&link, "access_type").as_deref(), Some("offline"));
}

// R-CB-14
#[tokio::test]
async fn endpoints_with_a_query() {
    let bent = Bent::new(|draft, provider| {
        draft.authorize_uri = provider.url("/authorize?tenant=1");
        draft.token_uri = provider.url("/token?tenant=1");
    })
    .await;

    let (link, _) = bent.link().await;
    let asked = both(&bent).await;

    assert_eq!(of(&link, "tenant").as_deref(), Some("1"));
    assert!(asked.iter().all(|request| request.query("tenant").as_deref() == Some("1")));
}

#[tokio::test]
async fn a_user_agent_is_wanted() {
    let bent = Bent::plain().await;

    both(&bent).await;
    bent.keeper().test(&bent.id).await.unwrap();
    bent.keeper().revoke(&bent.id).await.unwrap();

    for path in ["/token", "/me", "/revoke"] {
        for request in bent.asked(path) {
            let agent = request.header("user-agent").unwrap_or_default();
            assert!(agent.starts_with("Grantkeep/"), "{path}: {agent}");
        }
    }
}

// R-TK-01
#[tokio::test]
async fn basic_without_form_encoding() {
    let cases = [
        (ClientAuthentication::Basic, "the+client:s3cret%26more"),
        (ClientAuthentication::BasicRaw, "the client:s3cret&more"),
    ];
    for (authentication, pair) in cases {
        let bent = Bent::new(|draft, _| draft.client_authentication = authentication).await;

        for request in both(&bent).await {
            let expected = format!("Basic {}", STANDARD.encode(pair));
            assert_eq!(request.header("authorization"), Some(&*expected), "{authentication:?}");
            assert_eq!(request.form("client_secret"), None, "exactly one way");
        }
    }
}

// R-TK-01
#[tokio::test]
async fn the_client_in_the_body() {
    let bent = Bent::new(|draft, _| draft.client_authentication = ClientAuthentication::Post).await;

    for request in both(&bent).await {
        assert_eq!(request.form("client_id").as_deref(), Some("the client"));
        assert_eq!(request.form("client_secret").as_deref(), Some("s3cret&more"));
        assert_eq!(request.header("authorization"), None, "exactly one way");
    }
}

// R-TK-01
#[tokio::test]
async fn a_client_secret_is_refused() {
    let bent = Bent::new(|draft, _| draft.client_authentication = ClientAuthentication::None).await;

    for request in both(&bent).await {
        assert_eq!(request.form("client_id").as_deref(), Some("the client"));
        assert_eq!(request.form("client_secret"), None);
        assert_eq!(request.header("authorization"), None);
    }
}

// R-CB-03
#[tokio::test]
async fn pkce_is_refused() {
    let bent = Bent::new(|draft, _| draft.pkce = false).await;

    let (link, _) = bent.authorize_with("code", "").await;

    assert_eq!(of(&link, "code_challenge"), None);
    assert_eq!(bent.last("/token").form("code_verifier"), None);
}

// R-CB-03
#[tokio::test]
async fn a_challenge_in_hexadecimal() {
    let bent = Bent::new(|draft, _| draft.habits.hex_challenge = true).await;

    let (link, _) = bent.authorize_with("code", "").await;

    let challenge = of(&link, "code_challenge").unwrap_or_default();
    assert!(challenge.len() == 64 && challenge.bytes().all(|byte| byte.is_ascii_hexdigit()), "{challenge}");
    assert_eq!(of(&link, "code_challenge_method").as_deref(), Some("S256"));
    assert!(bent.last("/token").form("code_verifier").is_some());
}
