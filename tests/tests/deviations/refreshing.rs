//! Refreshes that want more, and refresh tokens that come, go or stay.

use grantkeep_core::keeper::Code;
use grantkeep_core::model::{Extras, ScopeSeparator, TokenState};
use grantkeep_tests::{Bent, Reply, minutes};

use super::{no_token, pair};

fn tokens(access: &str, refresh: Option<&str>) -> Reply {
    let refresh = refresh.map(|token| format!(r#","refresh_token":"{token}""#)).unwrap_or_default();
    Reply::json(&format!(r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":3600{refresh}}}"#))
}

fn ended() -> Reply {
    Reply::json(r#"{"error":"invalid_grant"}"#).with_status(400)
}

// R-TK-11
#[tokio::test]
async fn no_new_refresh_token() {
    let bent = Bent::plain().await;
    bent.says("/token", [tokens("a", Some("r")), tokens("b", None)]);
    bent.granted().await;

    for _ in 0..2 {
        bent.keeper().refresh(&bent.id).await.unwrap();
        assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r"), "the old one stays");
    }
    assert!(
        bent.asked("/token").iter().skip(1).all(|asked| asked.form("refresh_token").as_deref() == Some("r"))
    );
}

// R-TK-11
#[tokio::test]
async fn an_empty_refresh_token() {
    let bent = Bent::plain().await;
    let bodies = [
        r#"{"access_token":"b","token_type":"Bearer","refresh_token":""}"#,
        r#"{"access_token":"b","token_type":"Bearer","refresh_token":null}"#,
        r#"{"access_token":"b","token_type":"Bearer","refresh_token":false}"#,
    ];
    for body in bodies {
        bent.says("/token", [tokens("a", Some("r")), Reply::json(body)]);
        bent.granted().await;

        bent.keeper().refresh(&bent.id).await.unwrap();

        assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r"), "{body}");
    }
}

// R-TK-11
#[tokio::test]
async fn a_refresh_token_that_is_good_once() {
    let bent = Bent::plain().await;
    bent.says("/token", [tokens("a", Some("r1")), tokens("b", Some("r2")), tokens("c", Some("r3"))]);
    bent.granted().await;

    bent.keeper().refresh(&bent.id).await.unwrap();
    bent.keeper().refresh(&bent.id).await.unwrap();

    let sent: Vec<_> = bent.asked("/token").iter().filter_map(|asked| asked.form("refresh_token")).collect();
    assert_eq!(sent, ["r1", "r2"], "each once");
    assert_eq!(bent.refresh_token(&bent.id).await.as_deref(), Some("r3"));
}

// R-TK-11
#[tokio::test]
async fn a_refresh_token_with_a_grace_time() {
    let bent = Bent::plain().await;
    bent.says("/token", [tokens("a", Some("r1")), tokens("b", Some("r2")), ended(), tokens("c", Some("r3"))]);
    bent.granted().await;
    bent.keeper().refresh(&bent.id).await.unwrap();

    bent.keeper().refresh(&bent.id).await.unwrap();

    let sent: Vec<_> = bent.asked("/token").iter().filter_map(|asked| asked.form("refresh_token")).collect();
    assert_eq!(sent, ["r1", "r2", "r1"], "the sealed one before it is tried before the person is asked");
    assert_eq!(bent.access().await, "c");
}

#[tokio::test]
async fn no_refresh_token_at_all() {
    let bent = Bent::plain().await;
    bent.says("/token", [tokens("a", None)]);
    bent.granted().await;

    let refused = bent.keeper().refresh(&bent.id).await.unwrap_err();
    assert_eq!(refused.problem().code, Code::NoRefreshToken);
    assert!(!bent.seen(&bent.id).status.possible.refresh);
    bent.pass(minutes(61)).await;

    assert_eq!(bent.state(&bent.id), TokenState::Expired);
    assert_eq!(no_token(&bent).await.problem().code, Code::AuthorizationRequired);
}

#[tokio::test]
async fn scopes_again_with_a_refresh() {
    let bent = Bent::new(|draft, _| {
        draft.habits.refresh_scopes = true;
        draft.habits.scope_separator = ScopeSeparator::Comma;
    })
    .await;
    bent.granted().await;

    bent.keeper().refresh(&bent.id).await.unwrap();

    assert_eq!(bent.asked("/token")[0].form("scope"), None);
    assert_eq!(bent.last("/token").form("scope").as_deref(), Some("read,write"));
}

#[tokio::test]
async fn other_parameters_with_a_refresh() {
    let bent = Bent::new(|draft, _| {
        draft.habits.refresh = Extras { parameters: vec![pair("type", "refresh")], ..Extras::default() };
    })
    .await;
    bent.granted().await;

    bent.keeper().refresh(&bent.id).await.unwrap();

    assert_eq!(bent.asked("/token")[0].form("type"), None);
    assert_eq!(bent.last("/token").form("type").as_deref(), Some("refresh"));
}

// R-ST-14
#[tokio::test]
async fn another_address_for_refreshing() {
    let bent = Bent::new(|draft, provider| draft.habits.refresh_uri = provider.url("/refresh")).await;
    bent.says("/refresh", [tokens("b", None)]);
    bent.granted().await;

    bent.keeper().refresh(&bent.id).await.unwrap();

    assert_eq!(bent.asked("/token").len(), 1);
    assert_eq!(bent.last("/refresh").form("refresh_token").as_deref(), Some("refresh-1"));
    assert_eq!(bent.access().await, "b");

    let mut draft = grantkeep_core::model::Draft::from(&*bent.seen(&bent.id).service);
    draft.habits.refresh_uri = "https://elsewhere.example/refresh".to_owned();
    let name = bent.id.service.clone();
    bent.keeper().edit_service(&name, draft, grantkeep_core::ports::SecretChange::Keep).await.unwrap();
    let refused = bent.keeper().refresh(&bent.id).await.unwrap_err();
    assert_eq!(refused.problem().code, Code::HostsToConfirm, "it is a host like any other");
}
