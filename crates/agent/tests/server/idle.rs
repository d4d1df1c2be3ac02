//! An agent that nobody needs leaves without losing what is asked at that moment.

use grantkeep_agent::assembly::{Leave, RunningAgent};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use crate::kit::{Home, request};

/// Connects, lets the agent leave, and asks once its socket is gone.
async fn ask_at_the_end(home: &Home, agent: RunningAgent, question: &[u8]) -> (String, JoinHandle<bool>) {
    let mut stream = UnixStream::connect(&home.config.folders.socket).await.unwrap();
    let leaving = tokio::spawn(agent.stop_idle());
    while home.config.folders.socket.exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stream.write_all(question).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (answer, leaving)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connected_before_the_end_is_answered() {
    let home = Home::new();
    let agent = home.with_service().await;

    let (answer, leaving) = ask_at_the_end(&home, agent, &request("GET", "/v1/accounts", "")).await;

    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("acme"), "{answer}");
    assert!(!leaving.await.unwrap(), "nothing needs keeping");
    home.start().await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_at_the_end_needs_another_agent() {
    let home = Home::new();
    let agent = home.with_service().await;

    let begin = request("POST", "/v1/accounts/acme/default/authorize", "{}");
    let (answer, leaving) = ask_at_the_end(&home, agent, &begin).await;

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(leaving.await.unwrap(), "an authorization waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_leaves_by_itself_and_stays_while_an_authorization_waits() {
    let mut home = Home::new();
    home.config.idle = Some(Duration::from_millis(300));
    let agent = home.with_service().await;
    let (status, _) = home.ask("POST", "/v1/accounts/acme/default/authorize", &json!({})).await;
    assert_eq!(status, 200);

    let leaves = tokio::time::timeout(Duration::from_millis(900), agent.asked_to_leave()).await;
    assert!(leaves.is_err(), "an authorization waits");
    home.ask("POST", "/v1/accounts/acme/default/authorize/cancel", &Value::Null).await;
    let leaves = tokio::time::timeout(Duration::from_secs(10), agent.asked_to_leave()).await;

    assert_eq!(leaves, Ok(Leave::Idle));
    assert!(!agent.stop_idle().await);
}
