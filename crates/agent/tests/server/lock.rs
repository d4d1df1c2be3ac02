//! A vault that the person locked: names and status are seen, and nothing else happens.

use serde_json::{Value, json};

use crate::kit::{Home, PASSPHRASE};

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_shows_names_and_status_until_it_is_unlocked() {
    let home = Home::new();
    let agent = home.with_service().await;
    let (_, accounts) = home.get("/v1/accounts").await;
    let mut stream = home.follow().await;
    stream.until("snapshot").await;

    assert_eq!(home.ask("POST", "/v1/lock", &Value::Null).await.0, 204);

    let told = stream.until("snapshot").await;
    assert_eq!(told["agent"]["vault"]["kind"], json!("needs_passphrase"));
    assert_eq!(told["accounts"], accounts, "still shown");
    assert!(agent.keeper().is_none());
    for path in ["/v1/state", "/v1/services", "/v1/services/acme", "/v1/accounts/acme/default"] {
        assert_eq!(home.get(path).await.0, 200, "{path}");
    }
    assert_eq!(home.get("/v1/accounts").await, (200, accounts.clone()));
    assert_eq!(home.get("/v1/services/none").await.0, 404);
    let refused = [
        ("POST", "/v1/accounts/acme/default/token", json!({ "purpose": "hand_out" })),
        ("POST", "/v1/accounts/none/default/token", json!({ "purpose": "hand_out" })),
        ("POST", "/v1/accounts/acme/default/report", json!({ "status": 401 })),
        ("POST", "/v1/accounts/acme/default/request", json!({ "url": "https://acme.example/" })),
        ("POST", "/v1/accounts/acme/default/authorize", json!({})),
        ("PATCH", "/v1/accounts/acme/default", json!({ "title": "Other" })),
        ("DELETE", "/v1/services/acme", Value::Null),
        ("GET", "/v1/history", Value::Null),
        ("GET", "/v1/accounts/acme/default/history", Value::Null),
    ];
    for (method, path, body) in refused {
        let (status, problem) = home.ask(method, path, &body).await;
        assert_eq!((status, &problem["code"]), (423, &json!("vault_locked")), "{method} {path}");
    }
    assert_eq!(home.ask("POST", "/v1/lock", &Value::Null).await.0, 204, "locked is locked");
    assert_eq!(home.ask("POST", "/v1/vault/retry", &Value::Null).await.0, 204);
    assert_eq!(
        home.get("/v1/agent").await.1["vault"]["kind"],
        json!("needs_passphrase"),
        "no key, no opening"
    );
    assert_eq!(home.get("/v1/accounts").await.1, accounts);

    assert_eq!(home.ask("POST", "/v1/unlock", &json!({ "passphrase": PASSPHRASE })).await.0, 204);
    assert_eq!(home.get("/v1/accounts").await, (200, accounts));
    assert_eq!(home.get("/v1/history").await.0, 200);
    let told = stream.until("snapshot").await;
    assert_eq!(told["agent"]["vault"]["kind"], json!("open"));
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_is_not_open_is_not_locked() {
    let home = Home::new();
    let agent = home.start().await;
    assert!(agent.opened().await.is_err());

    let (status, problem) = home.ask("POST", "/v1/lock", &Value::Null).await;

    assert_eq!((status, &problem["code"]), (423, &json!("vault_locked")), "there is none yet");
    agent.stop().await;
}
