//! The OpenAPI document as it is served, and what every route does with nonsense.

use serde_json::{Value, json};

use crate::kit::{Home, request};

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_without_a_vault() {
    let home = Home::new();
    let agent = home.start().await;

    let answer = home.raw(&request("GET", "/openapi.json", "")).await;

    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let text = std::fs::read_to_string("../../docs/openapi.json").unwrap();
    assert_eq!(answer.json(), serde_json::from_str::<Value>(&text).unwrap());
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_gets_a_problem_that_the_document_knows() {
    let home = Home::new();
    let agent = home.with_service().await;
    let document: Value = serde_json::from_str(&grantkeep_agent::openapi()).unwrap();
    let nonsense = ["%FF", "%00", "..%2F", "%zz", "a%0d%0ab", "🦀", &"x".repeat(5000)];
    let bodies = ["{", "[]", "\"x\"", "{\"min_ttl_s\":-1}", "\u{0}", "{\"status\":99999999999999999999}"];

    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["/v1/events", "/v1/retire", "/v1/lock"].contains(&path.as_str()) {
                continue;
            }
            for segment in nonsense {
                let filled = ["{name}", "{service}", "{account}", "{pending}", "{id}"]
                    .into_iter()
                    .fold(path.clone(), |path, name| path.replace(name, segment));
                for body in bodies {
                    let answer = home.raw(&request(&method.to_uppercase(), &filled, body)).await;
                    let place = format!("{method} {filled:.60} {body}: {}", answer.status);
                    let known = &operation["responses"][answer.status.to_string()];
                    assert!(known.is_object(), "{place} is not documented: {}", answer.body);
                    assert_ne!(answer.status, 500, "{place}: {}", answer.body);
                    if answer.status >= 400 {
                        assert_eq!(
                            answer.header("content-type"),
                            Some("application/problem+json"),
                            "{place}"
                        );
                        assert!(answer.json()["code"].is_string(), "{place}");
                    }
                }
                // The same answer for every body where no segment is to be filled.
                if filled == *path {
                    break;
                }
            }
        }
    }
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_have_is_told_which_it_has() {
    let home = Home::new();
    let agent = home.unlocked().await;
    let cases = [
        ("PATCH", "/v1/services", "GET,HEAD,POST"),
        ("POST", "/v1/agent", "GET,HEAD"),
        ("GET", "/v1/lock", "POST"),
    ];

    for (method, path, allowed) in cases {
        let answer = home.raw(&request(method, path, "")).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (405, &json!("invalid_input")),
            "{method} {path}"
        );
        let mut allow: Vec<_> = answer.header("allow").unwrap_or_default().split(',').collect();
        allow.sort_unstable();
        assert_eq!(allow.join(",").to_uppercase(), allowed, "{method} {path}");
    }
    agent.stop().await;
}
