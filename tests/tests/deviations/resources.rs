//! Resources: the Test URI, and where programs' requests go.

use bytes::Bytes;
use grantkeep_core::keeper::Code;
use grantkeep_core::model::{TestMethod, TokenState};
use grantkeep_core::wire::BrokeredRequest;
use grantkeep_tests::{Bent, Reply, Resource, reply};

use super::pair;

#[tokio::test]
async fn a_test_by_post() {
    let query = r#"{"query":"{ viewer { id } }"}"#;
    let bent = Bent::new(|draft, _| {
        draft.habits.test.method = TestMethod::Post;
        draft.habits.test.body = query.to_owned();
    })
    .await;
    bent.granted().await;

    let tested = bent.keeper().test(&bent.id).await.unwrap();

    let asked = bent.last("/me");
    assert_eq!((asked.method.as_str(), &asked.body[..]), ("POST", query.as_bytes()));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!(asked.header("authorization"), Some("Bearer access-1"));
    assert!(tested.request.starts_with("POST "), "{}", tested.request);
}

#[tokio::test]
async fn a_test_with_header_fields() {
    let bent = Bent::new(|draft, _| {
        draft.habits.test.headers =
            vec![pair("Notion-Version", "2025-09-03"), pair("Client-Id", "{client_id}")];
    })
    .await;
    bent.granted().await;

    bent.keeper().test(&bent.id).await.unwrap();

    let asked = bent.last("/me");
    assert_eq!(asked.header("notion-version"), Some("2025-09-03"));
    assert_eq!(asked.header("client-id"), Some("the client"));
}

// R-ST-13
#[tokio::test]
async fn a_resource_that_repeats_the_token() {
    let bent = Bent::plain().await;
    bent.says("/token", [Reply::json(r#"{"access_token":"a-long-access-token","token_type":"Bearer"}"#)]);
    bent.says("/me", [Reply::json(r#"{"you":"Bearer a-long-access-token"}"#)]);
    bent.granted().await;

    let tested = bent.keeper().test(&bent.id).await.unwrap();

    assert!(!tested.body.contains("a-long-access-token"), "{}", tested.body);
}

// R-ST-14
#[tokio::test]
async fn the_host_of_the_api_in_the_answer() {
    let api = Resource::new(|_, _, stream| {
        reply(stream, 200, &[], b"{}");
    });
    let stranger = Resource::new(|_, _, stream| {
        reply(stream, 200, &[], b"{}");
    });
    let bent = Bent::new(|draft, _| draft.habits.api_host_field = "instance_url".to_owned()).await;
    let body = format!(
        r#"{{"access_token":"a","token_type":"Bearer","refresh_token":"r","instance_url":"{}"}}"#,
        api.url("/services")
    );
    bent.says("/token", [Reply::json(&body), Reply::json(r#"{"access_token":"b","token_type":"Bearer"}"#)]);

    let seen = bent.granted().await;
    assert_eq!(seen.account.grant.unwrap().api_host, Some(api.origin()), "it is shown");
    ask(&bent, &api.url("/records")).await.unwrap();
    bent.keeper().refresh(&bent.id).await.unwrap();
    ask(&bent, &api.url("/records")).await.unwrap();

    let tokens: Vec<_> =
        api.asked().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect();
    assert_eq!(
        tokens,
        [Some("Bearer a".to_owned()), Some("Bearer b".to_owned())],
        "and stays after a refresh"
    );
    let refused = ask(&bent, &stranger.url("/")).await.unwrap_err();
    assert_eq!(refused, Code::HostNotAllowed);
    assert!(stranger.asked().is_empty());
}

// R-ST-14
#[tokio::test]
async fn a_host_of_the_api_that_nobody_asked_for() {
    let api = Resource::new(|_, _, stream| {
        reply(stream, 200, &[], b"{}");
    });
    let answer = |url: &str| {
        Reply::json(&format!(r#"{{"access_token":"a","token_type":"Bearer","instance_url":"{url}"}}"#))
    };
    let bent = Bent::plain().await;
    bent.says("/token", [answer(&api.origin())]);
    bent.granted().await;
    assert_eq!(
        ask(&bent, &api.url("/")).await.unwrap_err(),
        Code::HostNotAllowed,
        "the service says nothing of it"
    );

    let bent = Bent::new(|draft, _| draft.habits.api_host_field = "instance_url".to_owned()).await;
    for odd in ["http://api.example", "ftp://api.example", "https://u:p@api.example", "", "a b"] {
        bent.says("/token", [answer(odd)]);
        let seen = bent.granted().await;
        assert_eq!(seen.account.grant.unwrap().api_host, None, "{odd}");
        assert_eq!(bent.state(&bent.id), TokenState::UnknownLife, "the token is good all the same");
    }
    assert!(api.asked().is_empty());
}

/// A program's request; the code of the problem, if there is one.
async fn ask(bent: &Bent, url: &str) -> Result<(), Code> {
    let asked = BrokeredRequest::new("GET", url, Vec::new(), Bytes::new()).unwrap_or_else(|problem| {
        panic!("{}: {}", problem.field, problem.message);
    });
    let answer = bent.keeper().request(&bent.id, asked, "a test").await;
    answer.map(drop).map_err(|error| error.problem().code)
}
