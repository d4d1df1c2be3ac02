//! Tokens: printed, tried, refreshed, put into a command's environment.

use grantkeep_tests::{Endpoint, Home, Provider};

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_with_a_token_that_the_provider_honours() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    let printed = agent.run(&["exec", "practice", "--env", "T", "--", "sh", "-c", "printf %s \"$T\""]).good();

    assert!(provider.honours(&printed).await);
    assert_eq!(agent.run(&["token", "practice"]).good().trim(), printed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_tried_and_refreshed() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let first = agent.run(&["token", "practice"]).good();

    let tested = agent.run(&["test", "practice", "--json"]).json();
    let refreshed = agent.run(&["refresh", "practice", "--json"]).json();

    assert_eq!((&tested["status"], &tested["is_json"]), (&200.into(), &true.into()));
    assert!(!tested.to_string().contains(first.trim()));
    assert_eq!(refreshed["state"], "active");
    assert_ne!(agent.run(&["token", "practice"]).good(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_ended_elsewhere_fails_its_test() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let token = agent.run(&["token", "practice"]).good();
    provider.end_grant_of(token.trim()).await;

    let tested = agent.run(&["test", "practice"]);
    let refreshed = agent.run(&["refresh", "practice"]);

    assert_eq!(tested.code, Some(1));
    assert!(tested.out.contains("401 Unauthorized"), "{}", tested.out);
    assert_eq!(refreshed.code, Some(4), "{}", refreshed.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_is_tried_again_later() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    provider.faults(Endpoint::Token, "close", 50).await;

    let refreshed = agent.run(&["refresh", "practice"]);

    provider.clear_faults().await;
    assert_eq!(refreshed.code, Some(7), "{}", refreshed.err);
}
