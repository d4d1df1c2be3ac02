//! How long tokens live, and what is said of it.

use std::time::Duration;

use grantkeep_core::model::TokenState;
use grantkeep_core::ports::Clock as _;
use grantkeep_tests::{Bent, Reply, minutes};

use super::oddities;

fn living(expires_in: &str) -> Reply {
    Reply::json(&format!(
        r#"{{"access_token":"a","token_type":"Bearer","refresh_token":"refresh-1","expires_in":{expires_in}}}"#
    ))
}

// R-TK-08
#[tokio::test]
async fn expires_in_as_a_string() {
    let bent = Bent::plain().await;
    for sent in [r#""3600""#, r#"" 3600 ""#, "3600.7", "3.6e3"] {
        bent.says("/token", [living(sent)]);
        bent.granted().await;

        let ends = bent.seen(&bent.id).account.grant.unwrap().expires_at.unwrap();
        assert_eq!(ends, bent.clock.now() + Duration::from_secs(3600), "{sent}");
        assert!(oddities(&bent).is_empty(), "{sent}");
    }
}

// R-TK-08
#[tokio::test]
async fn no_expires_in() {
    let bent = Bent::plain().await;
    let bodies = [
        r#"{"access_token":"a","token_type":"Bearer"}"#,
        r#"{"access_token":"a","token_type":"Bearer","expires_in":null}"#,
    ];
    for body in bodies {
        bent.says("/token", [Reply::json(body)]);
        bent.granted().await;

        assert_eq!(bent.state(&bent.id), TokenState::UnknownLife);
        bent.pass(minutes(60 * 24 * 30)).await;
        assert_eq!(bent.access().await, "a", "it is handed out as long as nobody says otherwise");
    }
    assert_eq!(bent.asked("/token").len(), 2, "and never refreshed by itself");
}

// R-TK-08
#[tokio::test]
async fn a_life_that_makes_no_sense() {
    let bent = Bent::plain().await;
    for sent in ["0", "-1", "1795478400000", "true", r#""soon""#, "[3600]", "{}"] {
        bent.says("/token", [living(sent)]);
        bent.granted().await;

        assert_eq!(bent.state(&bent.id), TokenState::UnknownLife, "{sent}");
        assert_eq!(oddities(&bent).len(), 1, "{sent}: it is noted");
    }
}

#[tokio::test]
async fn a_life_shorter_than_any_margin() {
    let bent = Bent::plain().await;
    bent.says("/token", [living("10")]);
    bent.granted().await;

    bent.pass(Duration::from_secs(4)).await;
    assert_eq!(bent.asked("/token").len(), 1, "not before half of it is over");
    bent.pass(Duration::from_secs(2)).await;

    assert_eq!(bent.asked("/token").len(), 2);
}
