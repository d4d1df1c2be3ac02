//! Versions: every answer says the agent's, and a front end of another one is refused before anything is done.

use grantkeep_api::routes::{AGENT_VERSION, OWN_VERSION};
use serde_json::json;

use crate::kit::{Home, draft};

#[tokio::test(flavor = "multi_thread")]
async fn a_front_end_of_another_version_is_refused_before_anything_is_done() {
    let home = Home::new();
    let agent = home.unlocked().await;
    let body = json!({ "draft": draft("Acme") }).to_string();
    let add = |version: &str| {
        let length = body.len();
        format!(
            "POST /v1/services HTTP/1.1\r\nhost: x\r\nconnection: close\r\ngrantkeep-client: {version}\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
    };

    let refused = home.raw(add("0.0.9/1").as_bytes()).await;

    assert_eq!((refused.status, &refused.json()["code"]), (426, &json!("version_mismatch")));
    assert_eq!(refused.header(AGENT_VERSION), Some(OWN_VERSION));
    assert_eq!(home.get("/v1/services").await, (200, json!([])), "nothing was done");
    assert_eq!(home.raw(add(OWN_VERSION).as_bytes()).await.status, 200, "our own version");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_the_version() {
    let home = Home::new();
    let agent = home.unlocked().await;

    for path in ["/v1/agent", "/v1/services/none", "/nowhere"] {
        let answer = home.raw(&crate::kit::request("GET", path, "")).await;
        assert_eq!(answer.header(AGENT_VERSION), Some(OWN_VERSION), "{path}: {}", answer.status);
    }
    agent.stop().await;
}
