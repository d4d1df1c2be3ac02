//! Token answers that are odd, but good.

use grantkeep_core::keeper::Code;
use grantkeep_core::model::{TokenState, TokenType};
use grantkeep_tests::{Bent, Reply};

use super::{no_token, oddities, pair};

/// Authorizes with that answer.
async fn with_answer(bent: &Bent, answer: Reply) {
    bent.says("/token", [answer]);
    bent.granted().await;
}

// R-TK-05
#[tokio::test]
async fn an_answer_as_a_form() {
    let bent = Bent::plain().await;
    let body = "access_token=a%2B1&token_type=bearer&expires_in=3600&refresh_token=r&scope=read%20write";

    with_answer(&bent, Reply::of("application/x-www-form-urlencoded", body)).await;

    assert_eq!(bent.access().await, "a+1");
    assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r"));
    assert_eq!(bent.state(&bent.id), TokenState::Active);
}

// R-TK-05
#[tokio::test]
async fn a_wrong_content_type() {
    let bent = Bent::plain().await;
    let cases = [
        ("text/html", r#"{"access_token":"a","token_type":"Bearer"}"#),
        ("application/json", "access_token=a&token_type=Bearer"),
        ("", r#"{"access_token":"a","token_type":"Bearer"}"#),
    ];
    for (kind, body) in cases {
        with_answer(&bent, Reply::of(kind, body)).await;
        assert_eq!(bent.access().await, "a", "{kind}");
    }
}

// R-TK-05
#[tokio::test]
async fn a_byte_order_mark() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json("\u{FEFF} \r\n{\"access_token\":\"a\",\"token_type\":\"Bearer\"}\n\n"))
        .await;

    assert_eq!(bent.access().await, "a");
}

// R-TK-05
#[tokio::test]
async fn a_field_twice() {
    let bent = Bent::plain().await;
    let cases = [
        Reply::json(r#"{"access_token":"old","refresh_token":"r","access_token":"a","token_type":"Bearer"}"#),
        Reply::of("application/x-www-form-urlencoded", "access_token=old&refresh_token=r&access_token=a"),
    ];
    for answer in cases {
        with_answer(&bent, answer).await;

        assert_eq!(bent.access().await, "a", "the last one counts");
        assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r"));
    }
}

// R-TK-05
#[tokio::test]
async fn json_that_is_not_quite_json() {
    let bent = Bent::plain().await;
    let body = r#"{"access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":1e999}"#;

    with_answer(&bent, Reply::json(body)).await;

    assert_eq!(bent.access().await, "a");
    assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r"), "it is never lost");
    assert_eq!(oddities(&bent).len(), 1);
}

#[tokio::test]
async fn another_status_of_success() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a","token_type":"Bearer"}"#).with_status(201)).await;

    assert_eq!(bent.access().await, "a");
}

#[tokio::test]
async fn a_token_that_is_a_number() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":123456789012345678,"token_type":"Bearer"}"#)).await;

    assert_eq!(bent.access().await, "123456789012345678");
}

// R-TK-07
#[tokio::test]
async fn no_token_type() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a"}"#)).await;

    assert_eq!(bent.access().await, "a");
    assert!(oddities(&bent).iter().any(|odd| odd.contains("Bearer is assumed")));
}

// R-TK-07
#[tokio::test]
async fn a_token_type_in_another_case() {
    let bent = Bent::plain().await;
    for spelled in ["bearer", "BEARER", " Bearer "] {
        let body = format!(r#"{{"access_token":"a","token_type":"{spelled}"}}"#);

        with_answer(&bent, Reply::json(&body)).await;

        let grant = bent.seen(&bent.id).account.grant.unwrap();
        assert_eq!((grant.token_type, oddities(&bent).len()), (TokenType::Bearer, 0), "{spelled}");
    }
}

// R-TK-07
#[tokio::test]
async fn a_token_type_of_its_own() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a","token_type":"MAC"}"#)).await;

    let grant = bent.seen(&bent.id).account.grant.unwrap();
    assert_eq!(grant.token_type, TokenType::Other("MAC".to_owned()), "stored and labelled");
    assert!(bent.keeper().test(&bent.id).await.is_err(), "and never served as Bearer");
    assert!(bent.asked("/me").is_empty());
}

// R-TK-07
#[tokio::test]
async fn bearer_tokens_named_after_whose_they_are() {
    let bent = Bent::plain().await;
    for kind in ["bot", "user"] {
        let body = format!(r#"{{"ok":true,"access_token":"xoxb-1","token_type":"{kind}"}}"#);

        with_answer(&bent, Reply::json(&body)).await;

        let grant = bent.seen(&bent.id).account.grant.unwrap();
        assert_eq!(grant.token_type, TokenType::Bearer, "{kind}");
    }
}

// R-TK-09
#[tokio::test]
async fn scopes_as_a_list() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a","token_type":"Bearer","scope":["read","x"]}"#))
        .await;

    let grant = bent.seen(&bent.id).account.grant.unwrap();
    assert_eq!(grant.granted.to_string(), "read x");
}

// R-TK-09
#[tokio::test]
async fn scopes_of_the_answer_with_commas() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a","token_type":"Bearer","scope":"read,write"}"#))
        .await;

    let grant = bent.seen(&bent.id).account.grant.unwrap();
    assert_eq!(grant.granted.to_string(), "read write");
}

// R-TK-09
#[tokio::test]
async fn other_scopes_than_asked() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a","token_type":"Bearer","scope":"read more"}"#))
        .await;

    let grant = bent.seen(&bent.id).account.grant.unwrap();
    assert_eq!(grant.granted.to_string(), "read more");
    assert_eq!(grant.asked.missing_from(&grant.granted).len(), 1, "write was not granted, which is shown");
}

#[tokio::test]
async fn nested_tokens() {
    let bent = Bent::new(|draft, _| {
        draft.habits.token_paths = vec![
            pair("access_token", "body.access_token"),
            pair("refresh_token", "body.refresh_token"),
            pair("expires_in", "body.expires_in"),
        ];
    })
    .await;
    let body =
        r#"{"status":0,"body":{"userid":7,"access_token":"a","refresh_token":"r","expires_in":10800}}"#;

    with_answer(&bent, Reply::json(body)).await;

    assert_eq!(bent.access().await, "a");
    assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r"));
    assert_eq!(bent.state(&bent.id), TokenState::Active, "its life is known");
}

#[tokio::test]
async fn tokens_nested_at_the_exchange_only() {
    let bent = Bent::new(|draft, _| {
        draft.habits.token_paths = ["access_token", "refresh_token", "expires_in", "scope"]
            .map(|name| pair(name, &format!("authed_user.{name}")))
            .to_vec();
    })
    .await;
    let nested = r#"{"ok":true,"authed_user":{"id":"U1","access_token":"xoxp-1","token_type":"user","refresh_token":"xoxe-1","expires_in":43200,"scope":"read,write"},"team":{"id":"T1"}}"#;
    let flat = r#"{"ok":true,"access_token":"xoxp-2","token_type":"user","refresh_token":"xoxe-2","expires_in":43200}"#;
    bent.says("/token", [Reply::json(nested), Reply::json(flat)]);

    bent.granted().await;
    assert_eq!(bent.access().await, "xoxp-1");
    bent.keeper().refresh(&bent.id).await.unwrap();

    assert_eq!(bent.access().await, "xoxp-2");
    assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("xoxe-2"));
    assert!(bent.other().await.contains("T1"), "what the exchange told is kept");
}

#[tokio::test]
async fn further_fields() {
    let bent = Bent::plain().await;

    with_answer(&bent, Reply::json(r#"{"access_token":"a","token_type":"Bearer","dc":"us1","x":{"y":[1]}}"#))
        .await;

    assert_eq!(bent.seen(&bent.id).account.grant.unwrap().other_fields, ["dc", "x"]);
    assert!(bent.other().await.contains("us1"));
}

// R-TK-10
#[tokio::test]
async fn text_that_would_mislead() {
    let bent = Bent::plain().await;
    let body = "{\"error\":\"invalid_scope\",\"error_description\":\"No\\u202E\\u0007<b>way</b>\"}";
    bent.says("/token", [Reply::json(body).with_status(400)]);

    let problem = super::failed(bent.authorize().await);

    let said = problem.provider_said.unwrap_or_default();
    assert!(said.contains("No") && !said.contains(['\u{202E}', '\u{7}']), "{said:?}");
}

// R-TK-04
#[tokio::test]
async fn an_answer_without_end() {
    let bent = Bent::plain().await;
    let mut body = br#"{"access_token":"a","x":""#.to_vec();
    body.resize(2 * 1024 * 1024, b'x');

    bent.says("/token", [Reply::of("application/json", body)]);

    assert_eq!(super::failed(bent.authorize().await).code, Code::BadAnswer);
    assert_eq!(no_token(&bent).await.problem().code, Code::AuthorizationRequired);
}
