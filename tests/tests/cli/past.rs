//! History, timelines and the forecast on the command line.

use grantkeep_tests::{Home, Provider};

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_filtered_and_taken_away() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    agent.run(&["refresh", "practice"]).good();
    agent.run(&["token", "practice"]).good();

    let refreshed = agent.run(&["log", "practice", "--kind", "refreshed", "--json"]).json();
    let csv = agent.run(&["log", "--format", "csv"]).good();
    let handed = agent.run(&["log", "--text", "TOKEN HANDED", "--since", "1h"]).good();
    let later = agent.run(&["log", "--since", "2999-01-01"]);
    let newest = agent.run(&["log", "--limit", "1", "--json"]).json();
    let before = newest[0]["id"].to_string();
    let older = agent.run(&["log", "--limit", "1", "--before", &before, "--json"]).json();

    assert_eq!(refreshed.as_array().unwrap().len(), 1, "{refreshed}");
    assert!(refreshed[0]["took_ms"].is_u64() && refreshed[0]["token_ends_at"].is_string(), "{refreshed}");
    assert!(csv.starts_with("id,at,account,what,text,detail,took_ms,reason,token_ends_at\r\n"), "{csv}");
    assert!(csv.lines().count() > 4, "{csv}");
    assert_eq!(handed.lines().count(), 1, "{handed}");
    assert_eq!((later.code, later.out.as_str()), (Some(0), ""));
    assert!(later.err.contains("nothing of that happened"), "{}", later.err);
    assert!(older[0]["id"].as_i64() < newest[0]["id"].as_i64(), "{older} {newest}");
    assert_eq!(agent.run(&["log", "--kind", "odd"]).code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_ahead_are_shown_and_exported() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    let nothing = agent.run(&["forecast"]);
    agent.run(&["account", "life", "practice", "7d"]).good();
    let table = agent.run(&["forecast"]).good();
    let json = agent.run(&["forecast", "--json"]).json();
    let ics = agent.run(&["forecast", "--ics"]).good();
    let public = agent.run(&["service", "secret-expiry", "practice", "2030-01-01"]);
    agent.run(&["account", "life", "practice", "unknown"]).good();

    assert!(nothing.err.contains("nothing ahead"), "{}", nothing.err);
    assert!(table.contains("You said that a grant lasts 7 days"), "{table}");
    assert_eq!((&json["dates"][0]["known"], &json["dates"][0]["days_left"]), (&"said".into(), &6.into()));
    assert!(ics.contains("UID:refresh_token/practice/default@grantkeep\r\n"), "{ics}");
    assert_eq!(public.code, Some(2), "a public client has no secret: {}", public.err);
    assert_eq!(agent.run(&["forecast", "--json"]).json()["dates"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_is_drawn_and_told() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    let shown = agent.run(&["status", "practice", "--timeline"]).good();
    let json = agent.run(&["status", "practice", "--timeline", "--days", "30", "--json"]).json();

    assert!(shown.starts_with("practice/default  good 100.0 % of the time, no gap\n"), "{shown}");
    assert!(shown.contains("without a token"), "{shown}");
    let states: Vec<_> = json["spans"].as_array().unwrap().iter().map(|span| span["state"].clone()).collect();
    assert_eq!(states, ["no_token", "alive"]);
    assert_eq!(agent.run(&["status", "--timeline"]).code, Some(2), "of which account?");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_much_is_kept_is_a_setting() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    agent.run(&["settings", "history-lines", "10"]).good();
    for _ in 0..14 {
        agent.run(&["refresh", "practice"]).good();
    }

    let kept = agent.run(&["log", "practice", "--kind", "refreshed,authorized", "--json"]).json();
    assert_eq!(kept.as_array().unwrap().len(), 10, "{kept}");
    assert_eq!(agent.run(&["settings", "history-lines", "9"]).code, Some(2));
    agent.run(&["settings", "history-days", "90"]).good();
}
