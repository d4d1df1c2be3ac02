//! Revocation in each provider's own way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantkeep_core::keeper::{Code, Fate, Receipt};
use grantkeep_core::model::{
    ClientAuthentication, RevocationAuth, RevocationBody, RevocationDraft, RevocationMethod, TokenState,
};
use grantkeep_tests::{Asked, Bent, Reply};

/// A service that revokes so.
struct Recipe {
    method: RevocationMethod,
    path: &'static str,
    parameter: &'static str,
    body: RevocationBody,
    auth: RevocationAuth,
}

/// Revokes by the recipe: what the provider was asked, in order, and the receipt.
async fn revoke(recipe: Recipe) -> (Vec<Asked>, Receipt) {
    let Recipe { method, path, parameter, body, auth } = recipe;
    let bent = Bent::new(|draft, provider| {
        let (url, parameter) = (provider.url(path), parameter.to_owned());
        draft.revocation = RevocationDraft::Custom { method, url, parameter, body, auth };
    })
    .await;
    for path in ["/revoke", "/apps/the%20client/grant", "/tokens/access-1"] {
        bent.says(path, [Reply::of("text/plain", "")]);
    }
    bent.granted().await;

    let receipt = bent.keeper().revoke(&bent.id).await.unwrap();

    assert_eq!(bent.state(&bent.id), TokenState::Revoked);
    let mut asked = bent.asked("/revoke");
    asked.extend(bent.asked("/apps/the%20client/grant"));
    asked.extend(bent.asked("/tokens/access-1"));
    (asked, receipt)
}

fn basic() -> String {
    format!("Basic {}", STANDARD.encode("the+client:s3cret%26more"))
}

#[tokio::test]
async fn revocation_as_delete() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Delete,
        path: "/apps/{client_id}/grant",
        parameter: "access_token",
        body: RevocationBody::Json,
        auth: RevocationAuth::Client,
    })
    .await;

    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method.as_str(), asked[0].path()), ("DELETE", "/apps/the%20client/grant"));
    assert_eq!(asked[0].json("access_token").as_deref(), Some("access-1"));
    assert_eq!(asked[0].header("authorization"), Some(&*basic()));
}

#[tokio::test]
async fn revocation_with_json() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Post,
        path: "/revoke",
        parameter: "token",
        body: RevocationBody::Json,
        auth: RevocationAuth::Client,
    })
    .await;

    let sent: Vec<_> = asked.iter().filter_map(|asked| asked.json("token")).collect();
    assert_eq!(sent, ["refresh-1", "access-1"]);
    assert!(asked.iter().all(|asked| asked.header("content-type") == Some("application/json")));
}

#[tokio::test]
async fn the_client_in_json() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Post,
        path: "/revoke",
        parameter: "refresh_token",
        body: RevocationBody::Json,
        auth: RevocationAuth::ClientBody,
    })
    .await;

    assert_eq!(asked.len(), 1);
    let sent = ["client_id", "client_secret", "refresh_token"].map(|name| asked[0].json(name));
    assert_eq!(sent.map(Option::unwrap), ["the client", "s3cret&more", "refresh-1"]);
    assert_eq!(asked[0].header("authorization"), None, "exactly one way");
}

#[tokio::test]
async fn revocation_as_bearer() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Post,
        path: "/revoke",
        parameter: "",
        body: RevocationBody::Empty,
        auth: RevocationAuth::Bearer,
    })
    .await;

    assert_eq!((asked.len(), asked[0].body.len()), (1, 0));
    assert_eq!(asked[0].header("authorization"), Some("Bearer access-1"));
    assert_eq!(asked[0].header("content-type"), None, "Dropbox refuses a type without a body");
}

#[tokio::test]
async fn revocation_in_the_query() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Get,
        path: "/revoke?token={token}",
        parameter: "",
        body: RevocationBody::Empty,
        auth: RevocationAuth::None,
    })
    .await;

    let sent: Vec<_> = asked.iter().filter_map(|asked| asked.query("token")).collect();
    assert_eq!(sent, ["refresh-1", "access-1"]);
    assert!(asked.iter().all(|asked| asked.method == "GET" && asked.header("authorization").is_none()));
}

#[tokio::test]
async fn the_token_in_the_path() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Delete,
        path: "/tokens/{token}",
        parameter: "",
        body: RevocationBody::Empty,
        auth: RevocationAuth::Client,
    })
    .await;

    assert_eq!((asked.len(), asked[0].path()), (1, "/tokens/access-1"));
}

#[tokio::test]
async fn revocation_of_refresh_tokens_under_that_name() {
    let (asked, _) = revoke(Recipe {
        method: RevocationMethod::Post,
        path: "/revoke",
        parameter: "refresh_token",
        body: RevocationBody::Form,
        auth: RevocationAuth::Client,
    })
    .await;

    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].form("refresh_token").as_deref(), Some("refresh-1"));
}

// R-TK-14
#[tokio::test]
async fn one_kind_of_token_is_not_revoked() {
    let bent = Bent::new(|draft, _| draft.test_uri.clear()).await;
    let refused = Reply::json(r#"{"error":"unsupported_token_type"}"#).with_status(400);
    bent.says("/revoke", [Reply::json(""), refused]);
    bent.granted().await;

    let receipt = bent.keeper().revoke(&bent.id).await.unwrap();

    let fate = |what: &str| receipt.lines.iter().find(|line| line.what == what).map(|line| line.fate);
    assert_eq!(fate("Refresh token"), Some(Fate::Said));
    assert_eq!(fate("Access token"), Some(Fate::Unknown), "the receipt says so");
}

// R-TK-14
#[tokio::test]
async fn a_token_that_had_ended_before() {
    let bent = Bent::new(|draft, _| draft.test_uri.clear()).await;
    bent.says("/revoke", [Reply::json(r#"{"error":"invalid_token"}"#).with_status(400)]);
    bent.granted().await;

    let receipt = bent.keeper().revoke(&bent.id).await.unwrap();

    assert!(
        receipt
            .lines
            .iter()
            .all(|line| matches!(line.fate, Fate::Said | Fate::Dead) && line.how.contains("ended before"))
    );
}

// R-TK-06, R-TK-14
#[tokio::test]
async fn a_refusal_to_revoke_with_200() {
    let bent = Bent::plain().await;
    bent.says("/revoke", [Reply::json(r#"{"ok":false,"error":"not_authed"}"#)]);
    bent.granted().await;

    let refused = bent.keeper().revoke(&bent.id).await.unwrap_err();

    assert_eq!(refused.problem().code, Code::RevocationFailed);
    assert_eq!(bent.access().await, "access-1", "nothing is forgotten that may be alive");
}

#[tokio::test]
async fn revocation_by_hand() {
    let page = "https://example.com/apps";
    let bent =
        Bent::new(|draft, _| draft.revocation = RevocationDraft::ByHand { page: page.to_owned() }).await;
    bent.granted().await;

    let receipt = bent.keeper().revoke(&bent.id).await.unwrap();

    assert_eq!(receipt.page.as_deref(), Some(page));
    assert!(bent.asked("/revoke").is_empty());
}

#[tokio::test]
async fn the_client_in_the_body_of_a_revocation() {
    let bent = Bent::new(|draft, _| draft.client_authentication = ClientAuthentication::Post).await;
    bent.granted().await;

    bent.keeper().revoke(&bent.id).await.unwrap();

    for asked in bent.asked("/revoke") {
        assert_eq!(asked.form("client_secret").as_deref(), Some("s3cret&more"));
        assert_eq!(asked.header("authorization"), None);
    }
}
