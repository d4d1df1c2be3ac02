//! The agent's server over a real socket, with a real vault under a passphrase in a temporary home.
//!
//! Requests are written by hand, so that nothing of our own client stands in between.

#[cfg(test)]
mod consent;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod document;
#[cfg(test)]
mod idle;
#[cfg(test)]
mod kit;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod program;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod socket;
#[cfg(test)]
mod version;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use grantkeep_agent::access::Trust;
use grantkeep_agent::assembly::Leave;
use grantkeep_api::views::Code;
use serde_json::{Value, json};

use kit::{Home, PASSPHRASE, draft};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_checked_added_edited_copied_and_deleted() {
    let home = Home::new();
    let agent = home.unlocked().await;

    let mut form = draft("Acme CRM");
    form["client_authentication"] = json!("post");
    let check = json!({ "draft": form, "has_secret": true });
    let (status, checked) = home.ask("POST", "/v1/drafts/check", &check).await;
    assert_eq!((status, &checked["problems"]), (200, &json!([])), "{checked}");
    let add = json!({ "draft": form, "client_secret": "canary-secret" });
    let (status, added) = home.ask("POST", "/v1/services", &add).await;
    assert_eq!(
        (status, &added["name"], &added["has_client_secret"]),
        (200, &json!("acme-crm"), &json!(true))
    );
    assert_eq!(added["redirect_uri"], checked["redirect_uri"], "what was shown is what counts");
    assert_eq!(added["accounts"], json!(["acme-crm/default"]));
    let mut edited = form.clone();
    edited["title"] = json!("Acme");
    edited["scopes"] = json!("read write");
    let save = json!({ "draft": edited, "secret": { "kind": "keep" } });
    let (status, saved) = home.ask("PUT", "/v1/services/acme-crm", &save).await;
    assert_eq!((status, &saved["definition"]["scopes"]), (200, &json!("read write")));
    assert_eq!(saved["name"], json!("acme-crm"), "a new title is no new name");
    let (status, copy) =
        home.ask("POST", "/v1/services/acme-crm/duplicate", &json!({ "title": "Acme" })).await;
    assert_eq!((status, &copy["name"], &copy["has_client_secret"]), (200, &json!("acme"), &json!(true)));
    let (status, services) = home.get("/v1/services").await;
    assert_eq!((status, services.as_array().map(Vec::len)), (200, Some(2)));
    assert!(!services.to_string().contains("canary"), "no reply holds a client secret (R-AG-03)");
    assert_eq!(home.get("/v1/services/acme").await, (200, copy));
    let confirm = json!({ "client_secret": "canary-secret" });
    assert_eq!(home.ask("POST", "/v1/services/acme/confirm-hosts", &confirm).await.0, 200);
    let (status, receipt) = home.ask("DELETE", "/v1/services/acme?revoke=true", &Value::Null).await;
    assert_eq!((status, &receipt["lines"]), (200, &json!([])));
    assert_eq!(home.get("/v1/services/acme").await.0, 404);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_be_mended_is_named() {
    let home = Home::new();
    let agent = home.unlocked().await;
    let mut wrong = draft("");
    wrong["token_uri"] = json!("nonsense");

    let (status, problem) = home.ask("POST", "/v1/services", &json!({ "draft": wrong })).await;

    assert_eq!((status, &problem["code"]), (422, &json!("invalid_input")));
    let fields = problem["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["field"] == "title"), "{problem}");
    assert!(fields.iter().any(|field| field["field"] == "token_uri"), "{problem}");
    let (status, problem) = home.get("/v1/services/Acme%20CRM").await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    assert_eq!(problem["hint"], json!("Did you mean “acme-crm”?"));
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_added_renamed_and_deleted() {
    let home = Home::new();
    let agent = home.with_service().await;

    let (status, added) = home.ask("POST", "/v1/services/acme/accounts", &json!({ "title": "Work" })).await;
    assert_eq!(
        (status, &added["id"], &added["token_state"]),
        (200, &json!("acme/work"), &json!("not_authorized"))
    );
    let (status, renamed) = home.ask("PATCH", "/v1/accounts/acme/work", &json!({ "title": "Job" })).await;
    assert_eq!((status, &renamed["id"], &renamed["title"]), (200, &json!("acme/work"), &json!("Job")));
    assert_eq!(home.get("/v1/accounts/acme/work").await, (200, renamed));
    assert_eq!(home.get("/v1/accounts").await.1.as_array().map(Vec::len), Some(2));
    assert_eq!(home.ask("DELETE", "/v1/accounts/acme/work", &Value::Null).await.0, 200);
    let (status, problem) = home.get("/v1/accounts/acme/work").await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    let (status, lines) = home.get("/v1/history?limit=1").await;
    assert_eq!((status, lines["events"].as_array().map(Vec::len)), (200, Some(1)), "{lines}");
    let (status, lines) = home.get("/v1/history?kind=service&name=acme").await;
    assert_eq!((status, &lines["events"][0]["what"]), (200, &json!("service")), "{lines}");
    assert_eq!(home.get("/v1/accounts/acme/default/history").await.0, 200);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_token_says_that_there_is_none() {
    let home = Home::new();
    let agent = home.with_service().await;
    let cases = [
        ("POST", "token", json!({ "purpose": "hand_out" }), 409, "authorization_required"),
        ("POST", "refresh", Value::Null, 409, "no_token"),
        ("POST", "revoke", Value::Null, 409, "no_token"),
        ("POST", "test", Value::Null, 409, "no_token"),
        ("POST", "identity", json!({ "choice": { "kind": "replace" } }), 409, "no_token"),
        ("GET", "authorize/link", Value::Null, 410, "link_expired"),
        ("GET", "authorize/1/outcome", Value::Null, 410, "link_expired"),
        ("POST", "authorize/cancel", Value::Null, 410, "link_expired"),
        ("POST", "authorize/redirect", json!({ "address": "http://127.0.0.1/x" }), 410, "link_expired"),
    ];
    for (method, verb, body, expected, code) in cases {
        let (status, problem) = home.ask(method, &format!("/v1/accounts/acme/default/{verb}"), &body).await;
        assert_eq!((status, problem["code"].as_str()), (expected, Some(code)), "{verb}: {problem}");
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{verb}");
    }
    let unsolicited = json!({ "address": "io.github.grantkeep:/callback/acme?state=x&code=y" });
    let (status, problem) = home.ask("POST", "/v1/redirect", &unsolicited).await;
    assert_eq!((status, &problem["code"]), (400, &json!("wrong_state")), "R-CB-16");
    let (status, account) = home.ask("POST", "/v1/accounts/acme/default/accept-scopes", &Value::Null).await;
    assert_eq!((status, &account["id"]), (200, &json!("acme/default")));
    assert_eq!(home.ask("POST", "/v1/practice", &Value::Null).await.0, 502, "no practice provider runs");
    let (status, providers) = home.get("/v1/providers").await;
    assert!(status == 200 && providers.to_string().contains("\"google\""), "{providers}");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_gives_a_link_and_its_end_can_be_asked_for() {
    let home = Home::new();
    let agent = home.with_service().await;
    let at = |verb: &str| format!("/v1/accounts/acme/default/authorize{verb}");

    let (status, started) = home.ask("POST", &at(""), &json!({ "timeout_s": 60 })).await;
    let link = started["link"].as_str().unwrap();
    assert!(status == 200 && link.starts_with("https://acme.example/authorize?"), "{started}");
    assert_eq!(home.get(&at("/link")).await, (200, json!({ "link": link })));
    let (_, account) = home.get("/v1/accounts/acme/default").await;
    assert_eq!(account["pending"], started["pending"]);
    assert_eq!(account["activity"]["kind"], json!("waiting"));
    assert!(!account.to_string().contains("state="), "a view holds no link");
    assert_eq!(home.ask("POST", &at("/cancel"), &Value::Null).await.0, 204);
    let ended = at(&format!("/{}/outcome", started["pending"]["id"].as_str().unwrap()));
    assert_eq!(home.get(&ended).await, (200, json!({ "kind": "cancelled" })), "who asks late learns it, too");
    let (status, _) = home.ask("POST", &at(""), &json!({ "timeout_s": 29 })).await;
    assert_eq!(status, 422);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_shows_the_agent_and_takes_a_passphrase() {
    let home = Home::new();
    let agent = home.start().await;
    assert_eq!(home.get("/v1/accounts").await.1["code"], json!("vault_locked"), "waits until it was looked");
    assert_eq!(home.get("/v1/agent").await.1["vault"]["kind"], json!("choose_passphrase"));
    assert_eq!(home.ask("POST", "/v1/vault", &json!({ "passphrase": "" })).await.0, 422);
    assert_eq!(home.ask("POST", "/v1/unlock", &json!({ "passphrase": PASSPHRASE })).await.0, 423, "no vault");
    assert_eq!(home.ask("POST", "/v1/vault", &json!({ "passphrase": PASSPHRASE })).await.0, 204);
    assert_eq!(home.ask("POST", "/v1/vault", &json!({ "passphrase": "other" })).await.0, 423, "one is there");
    let (_, view) = home.get("/v1/agent").await;
    assert_eq!((&view["vault"]["kind"], &view["key_place"]), (&json!("open"), &json!("passphrase")));
    assert_eq!(view["unlocked_from_file"], json!(false));
    agent.stop().await;

    let agent = home.start().await;
    for path in ["/v1/state", "/v1/services", "/v1/accounts/a/b", "/v1/history"] {
        let (status, problem) = home.get(path).await;
        assert_eq!((status, &problem["code"]), (423, &json!("vault_locked")), "{path}");
    }
    assert_eq!(home.get("/v1/providers").await.0, 200, "the catalog is no secret");
    assert_eq!(home.get("/v1/agent").await.1["vault"]["kind"], json!("needs_passphrase"));
    let (status, problem) = home.ask("POST", "/v1/unlock", &json!({ "passphrase": "wrong" })).await;
    assert_eq!((status, &problem["code"]), (403, &json!("wrong_passphrase")));
    assert_eq!(home.ask("POST", "/v1/vault/retry", &Value::Null).await.0, 204);
    assert_eq!(home.ask("POST", "/v1/unlock", &json!({ "passphrase": PASSPHRASE })).await.0, 204);
    assert_eq!(home.get("/v1/accounts").await, (200, json!([])));
    agent.stop().await;
}

// R-AG-08
#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_file_opens_the_vault_and_makes_its_owner_the_person() {
    let mut home = Home::new();
    home.config.trust = Trust::OwnBinaries;
    let file = home.folder().join("passphrase");
    fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    home.config.passphrase_file = Some(file.clone());
    let agent = home.start().await;
    assert_eq!(agent.opened().await.err().map(|problem| problem.code), Some(Code::VaultUnsafe));
    agent.stop().await;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();

    let agent = home.start().await;

    agent.opened().await.unwrap();
    assert_eq!(home.get("/v1/agent").await.1["unlocked_from_file"], json!(true));
    let token = json!({ "purpose": "hand_out" });
    let (status, _) = home.ask("POST", "/v1/accounts/acme/default/token", &token).await;
    assert_eq!(status, 404, "an unknown name is told before the permission is looked for");
    let (status, problem) = home.ask("POST", "/v1/services", &json!({ "draft": draft("Acme") })).await;
    assert_eq!((status, &problem["code"]), (403, &json!("consent_required")), "it speaks for our CLI alone");
    for path in ["/v1/services/acme", "/v1/accounts/acme/default"] {
        assert_eq!(
            home.ask("DELETE", path, &Value::Null).await.0,
            404,
            "unknown comes before refused: {path}"
        );
    }
    agent.stop().await;
}

// R-AG-08
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_ours_may_only_look() {
    let mut home = Home::new();
    home.with_service().await.stop().await;
    home.config.trust = Trust::OwnBinaries;
    let agent = home.start().await;
    let refused = [
        ("POST", "/v1/unlock", json!({ "passphrase": PASSPHRASE })),
        ("POST", "/v1/vault", json!({ "passphrase": PASSPHRASE })),
        ("POST", "/v1/retire", Value::Null),
        ("POST", "/v1/session", json!({ "env": {} })),
        ("POST", "/v1/redirect", json!({ "address": "x" })),
    ];
    let sooner_locked = [
        ("POST", "/v1/accounts/acme/default/token", json!({ "purpose": "hand_out" })),
        ("POST", "/v1/accounts/acme/default/refresh", Value::Null),
        ("POST", "/v1/accounts/acme/default/authorize", json!({})),
        ("GET", "/v1/accounts/acme/default/authorize/link", Value::Null),
        ("DELETE", "/v1/services/acme", Value::Null),
    ];

    for (method, path, body) in refused {
        let (status, problem) = home.ask(method, path, &body).await;
        assert_eq!((status, &problem["code"]), (403, &json!("not_allowed")), "{method} {path}");
        assert!(problem["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "it says how to allow it");
    }
    for (method, path, body) in sooner_locked {
        let (status, problem) = home.ask(method, path, &body).await;
        assert_eq!((status, &problem["code"]), (423, &json!("vault_locked")), "{method} {path}");
    }

    assert_eq!(home.get("/v1/agent").await.0, 200);
    assert_eq!(home.get("/v1/accounts").await.0, 423, "looking is refused by the vault alone");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_gets_a_problem() {
    let home = Home::new();
    let agent = home.unlocked().await;
    let long = format!(r#"{{"draft":"{}"}}"#, "x".repeat(257 * 1024));
    let cases = [
        ("GET", "/v1/none", "", 404, "not_found", "an unknown route"),
        ("PATCH", "/v1/services", "", 405, "invalid_input", "an unknown method"),
        ("POST", "/v1/services", "{", 400, "invalid_input", "no JSON"),
        ("POST", "/v1/services", r#"{"draft":"canary"}"#, 400, "invalid_input", "another shape"),
        ("POST", "/v1/services", &long, 413, "invalid_input", "too long"),
        ("GET", "/v1/history?kind=refreshed,odd", "", 400, "invalid_input", "a kind that is none"),
        ("GET", "/v1/history?name=a/b/c", "", 400, "invalid_input", "no name"),
        ("GET", "/v1/history?limit=many", "", 400, "invalid_input", "a query of another shape"),
        ("GET", "/v1/services/%FF", "", 400, "invalid_input", "no UTF-8"),
        ("GET", "/v1/services/..%2F..", "", 404, "not_found", "no name"),
    ];
    for (method, path, body, expected, code, why) in cases {
        let answer = home.raw(&kit::request(method, path, body)).await;
        assert_eq!(answer.status, expected, "{why}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{why}");
        assert_eq!(answer.json()["code"], json!(code), "{why}");
        assert!(!answer.body.contains("canary"), "{why}: what was sent is not repeated");
    }
    agent.stop().await;
}

// R-AG-05
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_request_is_given_up() {
    let mut home = Home::new();
    home.config.read_time = Duration::from_millis(200);
    let agent = home.unlocked().await;

    let slow_head = home.raw(b"GET /v1/agent HTTP/1.1\r\nhost: x\r\n").await;
    let slow_body = home.raw(b"POST /v1/unlock HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{").await;

    assert!(matches!(slow_head.status, 0 | 408), "closed, with or without a word");
    assert_eq!(slow_body.status, 408, "{}", slow_body.body);
    assert_eq!(home.get("/v1/agent").await.0, 200);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_begins_with_a_snapshot_and_goes_on_with_changes() {
    let home = Home::new();
    home.unlocked().await.stop().await;
    let agent = home.start().await;
    assert!(agent.opened().await.is_err());
    let mut stream = home.follow().await;

    let locked = stream.next().await;
    assert_eq!(
        (&locked["kind"], &locked["agent"]["vault"]["kind"]),
        (&json!("snapshot"), &json!("needs_passphrase"))
    );
    assert_eq!(home.ask("POST", "/v1/unlock", &json!({ "passphrase": PASSPHRASE })).await.0, 204);
    let open = stream.next().await;
    assert_eq!((&open["kind"], &open["agent"]["vault"]["kind"]), (&json!("snapshot"), &json!("open")));
    assert_eq!(home.ask("POST", "/v1/services", &json!({ "draft": draft("Acme") })).await.0, 200);
    let account = stream.until("account").await;
    assert_eq!(account["account"]["id"], json!("acme/default"));
    assert_eq!(home.ask("DELETE", "/v1/services/acme", &Value::Null).await.0, 200);
    assert_eq!(stream.until("service_removed").await["name"], json!("acme"));
    agent.stop().await;
    assert!(stream.ended().await, "an agent that leaves lets its followers go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_agent_answers_first_and_leaves() {
    let home = Home::new();
    let agent = home.unlocked().await;

    assert_eq!(home.ask("POST", "/v1/retire", &Value::Null).await.0, 204);

    assert_eq!(agent.asked_to_leave().await, Leave::Retired);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_session_bus_brings_the_agent_back_under_it_while_the_keyring_is_awaited() {
    let mut home = Home::new();
    home.config.session_bus = Some("unix:path=/old".to_owned());
    let agent = home.start().await;
    assert!(agent.opened().await.is_err(), "there is no keyring");
    let session = |bus: &str| json!({ "env": { "DBUS_SESSION_BUS_ADDRESS": bus, "DISPLAY": ":7", "LD_PRELOAD": "/evil.so" } });

    assert_eq!(home.ask("POST", "/v1/session", &session("unix:path=/old")).await.0, 204);
    let stays = tokio::time::timeout(Duration::from_millis(50), agent.asked_to_leave()).await;
    assert!(stays.is_err(), "the same bus changes nothing");
    assert_eq!(home.ask("POST", "/v1/session", &session("unix:path=/new")).await.0, 204);

    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let env = vec![variable("DBUS_SESSION_BUS_ADDRESS", "unix:path=/new"), variable("DISPLAY", ":7")];
    assert_eq!(agent.asked_to_leave().await, Leave::Restart { env });
    agent.stop().await;
}
