//! Permissions, history, health, pages and completions.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::{Value, json};

use crate::fake::{Fake, Home, Reply, account, run_with, service, text};

#[test]
fn a_program_is_allowed_by_its_path() {
    let home = Home::new();
    let program = home.script("program", "true").canonicalize().unwrap();
    let fake = Fake::serve(&home, |asked| match asked.what.as_str() {
        "POST /v1/access" => Some(Reply::ok(permission("7", "/usr/bin/program"))),
        _ => None,
    });

    let allowed = home.run(&["access", "allow", program.to_str().unwrap(), "podio/work", "--for", "1h"]);
    let session = home.run(&["access", "allow", "terminal", "podio"]);
    let unclear = home.run(&["access", "allow", program.to_str().unwrap(), "podio"]);
    let missing = home.run(&["access", "allow", "no-such-program", "podio", "--always"]);

    assert_eq!(allowed.status.code(), Some(0), "{}", text(&allowed.stderr));
    assert!(text(&allowed.stderr).contains("grantkeep access revoke 7"), "{}", text(&allowed.stderr));
    assert_eq!(
        (session.status.code(), unclear.status.code(), missing.status.code()),
        (Some(0), Some(2), Some(2))
    );
    let bodies: Vec<Value> = fake.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(
        bodies,
        [
            json!({ "program": { "kind": "program", "path": program }, "service": "podio", "for_s": 3600 }),
            json!({ "program": { "kind": "terminal" }, "service": "podio" }),
        ]
    );
}

#[test]
fn permissions_are_taken_back_by_program() {
    let home = Home::new();
    let fake = Fake::serve(&home, |asked| match asked.what.as_str() {
        "GET /v1/access" => {
            Some(Reply::ok(json!([permission("7", "/usr/bin/a"), permission("8", "/usr/bin/b")])))
        }
        "DELETE /v1/access/8" => Some(Reply::done()),
        _ => None,
    });

    let listed = home.run(&["access", "list"]);
    let revoked = home.run(&["access", "revoke", "/usr/bin/b"]);
    let missing = home.run(&["access", "revoke", "/usr/bin/c"]);

    assert!(text(&listed.stdout).contains("8   b        podio"), "{}", text(&listed.stdout));
    assert_eq!((revoked.status.code(), missing.status.code()), (Some(0), Some(3)));
    assert!(fake.routes().contains(&"DELETE /v1/access/8".to_owned()));
}

#[test]
fn the_history_is_shown_oldest_first() {
    let home = Home::new();
    let fake = Fake::serve(&home, |asked| match asked.what.split('?').next()? {
        "GET /v1/history" | "GET /v1/accounts/podio/work/history" => {
            let older = asked.what.contains("before=7");
            Some(Reply::ok(if older {
                json!({ "events": [event(2, "podio/work", "second"), event(1, "podio/work", "first")] })
            } else {
                json!({ "events": [], "next": 7 })
            }))
        }
        _ => None,
    });

    let lines = home.run(&["log", "podio/work", "--limit", "5"]);
    let json = home.run(&["log", "--json"]);

    assert_eq!(
        text(&lines.stdout),
        "1970-01-01T00:00:01Z  podio/work  first\n1970-01-01T00:00:02Z  podio/work  second\n"
    );
    let events: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        events[0],
        json!({
            "id": 1, "at": "1970-01-01T00:00:01Z", "account": "podio/work", "what": "refreshed",
            "text": "first", "detail": null, "took_ms": null, "reason": null, "token_ends_at": null,
        })
    );
    assert_eq!(fake.routes()[0], "GET /v1/accounts/podio/work/history?limit=5");
    assert_eq!(
        fake.routes()[1],
        "GET /v1/accounts/podio/work/history?limit=5&before=7",
        "pages are put together"
    );

    let csv = home.run(&["log", "--format", "csv", "--kind", "refreshed,revoked", "--since", "1970-01-02"]);
    let lines = text(&csv.stdout);
    assert_eq!(
        lines.lines().nth(1),
        Some("1,1970-01-01T00:00:01Z,podio/work,refreshed,first,,,,"),
        "{lines}"
    );
    let asked = fake.routes().pop().unwrap();
    assert_eq!(asked, "GET /v1/history?limit=1000&before=7&kind=refreshed%2Crevoked&since_ms=86400000");
    assert_eq!(home.run(&["log", "--follow", "--format", "csv"]).status.code(), Some(2));
    assert_eq!(home.run(&["log", "--since", "soon"]).status.code(), Some(2));
}

#[test]
fn what_a_provider_says_of_a_reported_token_is_the_exit_code() {
    let home = Home::new();
    Fake::serve(&home, |asked| {
        let mut account = account("podio/work", true);
        if asked.body["status"] == 403 {
            account["token_state"] = "reauthorize".into();
        }
        Some(Reply::ok(account))
    });

    let good = home.run(&["report", "podio/work", "--status", "401"]);
    let over = home.run(&["report", "podio/work", "--status", "403"]);

    assert_eq!((good.status.code(), over.status.code()), (Some(0), Some(4)));
    assert!(text(&over.stderr).contains("grantkeep authorize podio/work"), "{}", text(&over.stderr));
}

#[test]
fn a_revocation_is_asked_for_and_its_receipt_is_the_answer() {
    let home = Home::new();
    let fake = Fake::serve(&home, |asked| match asked.what.as_str() {
        "GET /v1/accounts/podio/default" => Some(Reply::ok(account("podio/default", true))),
        "GET /v1/services/podio" => Some(Reply::ok(service("podio", "", &["podio/default"]))),
        "POST /v1/accounts/podio/default/revoke" => Some(Reply::ok(json!({
            "at_ms": 0, "lines": [{ "what": "Access token", "how": "it said so", "dead": true, "fate": "dead" }],
        }))),
        _ => None,
    });

    let unasked = home.run(&["revoke", "podio"]);
    assert_eq!(unasked.status.code(), Some(2));
    assert!(!fake.routes().iter().any(|route| route.ends_with("/revoke")));

    let agreed = home.in_terminal("revoke podio", "y\n");
    assert!(text(&agreed.stdout).contains("Access token  dead  it said so"), "{}", text(&agreed.stdout));
    let json = home.run(&["revoke", "podio", "--yes", "--json"]);
    let receipt: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((json.status.code(), &receipt["tokens"][0]["dead"]), (Some(0), &true.into()));
}

#[test]
fn an_account_that_is_new_is_made_and_goes_again_if_nobody_authorizes_it() {
    let home = Home::new();
    let made = std::sync::atomic::AtomicBool::new(false);
    let fake = Fake::serve(&home, move |asked| match asked.what.as_str() {
        "GET /v1/accounts/podio/new" if !made.load(std::sync::atomic::Ordering::SeqCst) => {
            Some(Reply::problem("not_found", "there is no account podio/new"))
        }
        "GET /v1/services/podio" => Some(Reply::ok(crate::fake::service("podio", "", &["default"]))),
        "POST /v1/services/podio/accounts" => {
            made.store(true, std::sync::atomic::Ordering::SeqCst);
            Some(Reply::ok(account("podio/new", false)))
        }
        "GET /v1/accounts/podio/new" => Some(Reply::ok(account("podio/new", false))),
        "POST /v1/accounts/podio/new/authorize" => Some(Reply::problem("port_busy", "port 8765 is in use")),
        "DELETE /v1/accounts/podio/new?revoke=false" => Some(Reply::ok(json!({ "at_ms": 0, "lines": [] }))),
        _ => None,
    });

    let output = home.run(&["authorize", "podio/new", "--print-link"]);

    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""));
    assert!(text(&output.stderr).contains("podio/new is gone again"), "{}", text(&output.stderr));
    assert_eq!(fake.routes().pop().unwrap(), "DELETE /v1/accounts/podio/new?revoke=false");
}

#[test]
fn a_long_wait_for_the_browser_names_the_redirect_doctor() {
    let home = Home::new();
    Fake::serve(&home, |asked| match asked.what.as_str() {
        "GET /v1/accounts/podio/work" => Some(Reply::ok(account("podio/work", false))),
        "POST /v1/accounts/podio/work/authorize" => Some(Reply::ok(json!({
            "link": "https://a.example/authorize?state=s",
            "pending": {
                "id": "1", "started_at_ms": 0, "expires_at_ms": 1, "paste_only": false, "method": "loopback",
                "redirect_uri": "http://127.0.0.1:8765/callback/podio-1a2b",
            },
        }))),
        "GET /v1/accounts/podio/work/authorize/1/outcome" => Some(Reply::ok(json!({ "kind": "done" }))),
        _ => None,
    });

    let output = home.run(&["authorize", "podio/work", "--print-link"]);

    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(told.matches("run grantkeep doctor --redirect podio/work").count(), 1, "{told}");
}

#[test]
fn the_doctor_says_what_is_wrong_and_how_to_mend_it() {
    let home = Home::new();
    Fake::serve(&home, |asked| match asked.what.as_str() {
        "GET /v1/doctor" => Some(Reply::ok(json!([
            { "name": "keyring", "state": "bad", "text": "it is locked", "hint": "unlock it" },
            { "name": "vault", "state": "good", "text": "it is open" },
        ]))),
        _ => None,
    });

    let words = home.run(&["doctor"]);
    let json = home.run(&["doctor", "--json"]);

    assert_eq!((words.status.code(), json.status.code()), (Some(1), Some(1)));
    let told = text(&words.stdout);
    assert!(told.contains("keyring  bad      It is locked.\n                  → unlock it\n"), "{told}");
    let checks: Vec<Value> = serde_json::from_slice(&json.stdout).unwrap();
    let names: Vec<&str> = checks.iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["agent", "keyring", "vault", "folders", "socket", "clock", "browser", "display", "scheme"],
        "each once, the agent's own first"
    );

    std::fs::set_permissions(home.path().join("home"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let open = home.run(&["doctor"]);
    assert!(text(&open.stdout).contains("→ chmod go-rwx"), "{}", text(&open.stdout));
}

#[test]
fn an_agent_that_does_not_start_is_a_finding() {
    let home = Home::new();

    let output = home.run(&["doctor"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("/nowhere/agent is not there"), "{}", text(&output.stdout));
}

#[test]
fn pages_and_completions_name_all_commands() {
    let home = Home::new();
    let folder = home.path().join("man");

    let page = home.run(&["man"]);
    let pages = home.run(&["man", "--dir", folder.to_str().unwrap()]);
    assert!(text(&page.stdout).starts_with(".ie") && text(&page.stdout).contains("grantkeep\\-token"));
    assert_eq!(pages.status.code(), Some(0), "{}", text(&pages.stderr));
    for name in ["grantkeep.1", "grantkeep-token.1", "grantkeep-service-add.1", "grantkeep-helper-git.1"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]);
        assert!(text(&script.stdout).contains("authorize"), "{shell}");
        if Command::new(shell).arg("--version").output().is_ok() {
            let checked = run_with(Command::new(shell).args(["-n", "/dev/stdin"]), text(&script.stdout));
            assert!(checked.status.success(), "{shell}: {}", text(&checked.stderr));
        }
    }
}

fn permission(id: &str, path: &str) -> Value {
    let name = path.rsplit('/').next();
    json!({
        "id": id, "program": { "name": name, "path": path, "kind": "program" }, "service": "podio",
        "allowed": true, "terminal_session": false, "granted_at_ms": 0, "uses": 0,
    })
}

fn event(id: i64, account: &str, text: &str) -> Value {
    json!({ "id": id, "at_ms": id * 1000, "account": account, "what": "refreshed", "text": text })
}
