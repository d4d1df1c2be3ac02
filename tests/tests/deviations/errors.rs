//! Refusals in every shape, and what is no answer at all.

use std::time::Duration;

use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::{Activity, TokenState};
use grantkeep_tests::{Bent, Reply};

use super::{failed, is_kept, refresh_refused};

// R-TK-06
#[tokio::test]
async fn an_error_with_200() {
    let bent = Bent::plain().await;
    bent.says(
        "/token",
        [Reply::json(r#"{"error":"bad_verification_code","error_description":"It is over"}"#)],
    );

    let problem = failed(bent.authorize().await);

    assert_eq!(problem.code, Code::ProviderRefused);
    assert_eq!(problem.provider_said.as_deref(), Some("bad_verification_code: It is over"));
}

// R-TK-06
#[tokio::test]
async fn not_ok_with_200() {
    let bent = Bent::plain().await;
    let answer = Reply::json(r#"{"ok":false,"error":"invalid_code"}"#);
    is_kept(&bent, answer, Code::ProviderRefused, "Slack").await;

    bent.says("/token", [Reply::json(r#"{"ok":false}"#)]);
    assert_eq!(failed(bent.authorize().await).code, Code::ProviderRefused, "without a reason");
}

// R-TK-06
#[tokio::test]
async fn a_status_within_the_answer() {
    let bent = Bent::plain().await;
    let body = r#"{"status":503,"body":{},"error":"Invalid Params: invalid code"}"#;
    bent.says("/token", [Reply::json(body)]);

    let problem = failed(bent.authorize().await);

    assert_eq!(problem.code, Code::ProviderRefused, "{problem:?}");
    assert_eq!(problem.provider_said.as_deref(), Some("Invalid Params: invalid code"));
}

#[tokio::test]
async fn an_error_as_an_object() {
    let bent = Bent::plain().await;
    let body = r#"{"error":{"message":"Invalid code","type":"OAuthException","code":100}}"#;
    bent.says("/token", [Reply::json(body).with_status(400)]);

    let problem = failed(bent.authorize().await);

    assert_eq!(problem.provider_said.as_deref(), Some("OAuthException: Invalid code"));
}

#[tokio::test]
async fn errors_as_a_list() {
    let bent = Bent::plain().await;
    let body =
        r#"{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid"}],"success":false}"#;

    let problem = refresh_refused(&bent, Reply::json(body).with_status(400)).await;

    assert_eq!(problem.code, Code::GrantEnded, "{problem:?}");
}

#[tokio::test]
async fn an_error_as_a_form() {
    let bent = Bent::plain().await;
    let answer = Reply::of("application/x-www-form-urlencoded", "error=invalid_grant&error_uri=x");

    assert_eq!(refresh_refused(&bent, answer).await.code, Code::GrantEnded);
}

// R-TK-12
#[tokio::test]
async fn an_ended_grant_under_a_code_of_its_own() {
    let bent = Bent::new(|draft, _| draft.provider = Some("github".to_owned())).await;
    let answer = Reply::json(r#"{"error":"bad_refresh_token","error_description":"It is incorrect"}"#);

    assert_eq!(refresh_refused(&bent, answer).await.code, Code::GrantEnded);
    assert_eq!(bent.state(&bent.id), TokenState::Reauthorize);

    let other = Bent::plain().await;
    let answer = Reply::json(r#"{"error":"bad_refresh_token"}"#);
    is_kept(&other, answer, Code::ProviderRefused, "of another provider it says nothing").await;
}

// R-TK-12
#[tokio::test]
async fn a_code_in_another_case() {
    let bent = Bent::plain().await;
    let answer = Reply::json(r#"{"error":" INVALID_GRANT "}"#).with_status(401);

    assert_eq!(refresh_refused(&bent, answer).await.code, Code::GrantEnded, "whatever the status");
}

// R-TK-12, R-TK-13
#[tokio::test]
async fn an_ended_grant_that_a_broken_server_tells_of() {
    let bent = Bent::plain().await;
    let answer = Reply::json(r#"{"error":"invalid_grant"}"#).with_status(503);

    is_kept(&bent, answer, Code::ProviderBusy, "a 503 passes, whatever it says").await;
}

// R-TK-12
#[tokio::test]
async fn a_refused_client() {
    let cases = [
        (401, r#"{"error":"invalid_client"}"#),
        (400, r#"{"error":"invalid_client"}"#),
        (200, r#"{"error":"unauthorized_client"}"#),
        (401, "{}"),
        (404, "not here"),
    ];
    for (status, body) in cases {
        let bent = Bent::plain().await;
        is_kept(&bent, Reply::json(body).with_status(status), Code::ClientRefused, body).await;
        assert_eq!(bent.state(&bent.id), TokenState::CheckSettings, "{status} {body}");
    }
}

// R-TK-05
#[tokio::test]
async fn a_web_page_instead_of_json() {
    let bent = Bent::plain().await;
    let page = Reply::of("text/html", "<!doctype html><title>Sign in</title><p>access_token=a</p>");

    is_kept(&bent, page, Code::BadAnswer, "a proxy or a captive portal").await;
}

// R-TK-05
#[tokio::test]
async fn an_answer_that_is_none() {
    for body in ["", "OK", "[]", "null", "\"access_token\"", "{", "{\"access_token\":\"\"}", "\u{0}\u{1}"] {
        let bent = Bent::plain().await;
        is_kept(&bent, Reply::json(body), Code::BadAnswer, body).await;
    }
}

// R-TK-02
#[tokio::test]
async fn a_redirect_instead_of_an_answer() {
    let bent = Bent::plain().await;
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Reply::json("{}").with_status(status).with_header("location", "/elsewhere");
        bent.says("/token", [elsewhere]);

        assert_eq!(failed(bent.authorize().await).code, Code::BadAnswer, "{status}");
    }
    assert!(bent.asked("/elsewhere").is_empty(), "it is never followed");
}

// R-TK-13
#[tokio::test]
async fn retry_after_as_a_date() {
    let bent = Bent::plain().await;
    let busy = Reply::json("{}")
        .with_status(429)
        .with_header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        .with_header("retry-after", "Sun, 06 Nov 1994 08:51:37 GMT");

    is_kept(&bent, busy, Code::ProviderBusy, "two minutes").await;

    assert!(matches!(bent.seen(&bent.id).status.activity, Activity::Retrying { .. }));
    bent.pass(Duration::from_secs(119)).await;
    assert_eq!(bent.asked("/token").len(), 2, "not before its time");
    bent.pass(Duration::from_secs(2)).await;
    assert_eq!(bent.asked("/token").len(), 3);
}

// R-ST-13, R-TK-10
#[tokio::test]
async fn a_token_within_the_error() {
    let bent = Bent::plain().await;
    let body =
        r#"{"errors":[{"errorType":"invalid_token","message":"Refresh token invalid: 4f1c9e7ab2d84c3fa0"}]}"#;

    let problem = refresh_refused(&bent, Reply::json(body).with_status(400)).await;

    let told = format!("{problem:?} {:?}", bent.history(&bent.id).await);
    assert!(!told.contains("4f1c9e7ab2d84c3fa0"), "{told}");
    assert!(problem.provider_said.unwrap_or_default().contains("Refresh token invalid"));
}

#[tokio::test]
async fn a_refusal_under_another_name() {
    for spelled in ["access_denied", "user_cancelled_login", "user_cancelled_authorize"] {
        let bent = Bent::plain().await;

        let (_, outcome) = bent.authorize_with("ignored", &format!("&error={spelled}")).await;

        let Outcome::Failed(problem) = outcome else { panic!("{spelled}") };
        assert_eq!(problem.code, Code::ConsentRefused, "{spelled}");
    }
}
