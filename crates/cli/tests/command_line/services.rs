//! Services: what is missing, the conversation, definitions in files.

use serde_json::{Value, json};

use crate::fake::{Asked, Fake, Home, Reply, account, draft, service, text};

#[test]
fn all_that_is_missing_is_told_by_its_flag() {
    let home = Home::new();
    Fake::serve(&home, check);

    let output = home.run(&["service", "add"]);

    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""));
    let told = text(&output.stderr);
    for flag in ["TITLE: ", "--client-id: ", "--authorize-uri: ", "--token-uri: "] {
        assert!(told.contains(flag), "{flag} in {told}");
    }
    assert!(!told.contains("--no-pkce"), "a warning is no reason: {told}");
}

#[test]
fn a_service_is_added_from_flags_and_its_redirect_uri_is_printed() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);
    let flags = [
        "service",
        "add",
        "Acme",
        "--client-id",
        "7",
        "--client-secret-stdin",
        "--authorize-uri",
        "https://a.example/authorize",
        "--token-uri",
        "https://a.example/token",
        "--no-pkce",
    ];

    let output = home.run_with(&flags, "s3cret\n");

    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "http://127.0.0.1/callback/acme\n");
    assert!(text(&output.stderr).contains("warning: --no-pkce: "), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("grantkeep authorize acme"));
    let added = fake.asked().into_iter().find(|asked| asked.what == "POST /v1/services").unwrap();
    assert_eq!(added.body["client_secret"], "s3cret");
    assert_eq!(added.body["draft"]["pkce"], false);
}

#[test]
fn a_provider_fills_in_what_is_known() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);

    let output = home.run(&["service", "add", "--provider", "known", "--client-id", "7", "--scope", "a b"]);
    let unknown = home.run(&["service", "add", "--provider", "now"]);

    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let added = fake.asked().into_iter().find(|asked| asked.what == "POST /v1/services").unwrap();
    let draft = &added.body["draft"];
    assert_eq!((&draft["title"], &draft["scopes"]), (&"Known".into(), &"a b".into()));
    assert_eq!(draft["token_uri"], "https://a.example/token");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean known?"), "{}", text(&unknown.stderr));
}

#[test]
fn on_a_terminal_a_short_conversation_adds_a_service() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);
    let typed = "Acme\nhttps://a.example/authorize\nhttps://a.example/token\n7\ns3cret\n";

    let output = home.in_terminal("service add", &format!("\n{typed}"));

    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    let asked = fake.asked();
    let added = asked.iter().find(|asked| asked.what == "POST /v1/services").unwrap();
    assert_eq!(added.body["draft"]["title"], "Acme");
    assert_eq!(added.body["draft"]["client_id"], "7");
    assert_eq!(added.body["client_secret"], "s3cret");
    // The address to register is told before the client ID is asked for; the secret is never shown.
    let told = shown.find("http://127.0.0.1/callback/acme").unwrap();
    assert!(told < shown.find("client ID: ").unwrap(), "{shown}");
    let after = shown.split("client secret, not shown").nth(1).unwrap();
    assert!(!after.contains("s3cret"), "{shown}");
}

#[test]
fn a_provider_is_found_by_some_letters_and_its_addresses_are_made_whole() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);

    let output = home.in_terminal("service add Acme", "zzz\nKNO\nknown\nacme.example\n7\n");

    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("none has that") && shown.contains("  known             A provider"), "{shown}");
    assert!(shown.contains("It is on your page.") && shown.contains("Tenant (such as acme): "), "{shown}");
    assert!(shown.contains("Press the button."), "{shown}");
    let added = fake.asked().into_iter().find(|asked| asked.what == "POST /v1/services").unwrap();
    let draft = &added.body["draft"];
    assert_eq!((&draft["title"], &draft["client_id"]), (&"Acme".into(), &"7".into()));
    assert_eq!(draft["variables"], json!([{ "name": "tenant", "value": "acme.example" }]));
}

#[test]
fn an_edit_changes_what_is_named_and_keeps_the_secret() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);

    let edited = home.run(&["service", "edit", "acme", "--scope", "a", "--allow-host", "git.a.example"]);
    let nothing = home.run(&["service", "edit", "acme"]);

    assert_eq!(edited.status.code(), Some(0), "{}", text(&edited.stderr));
    let asked = fake.asked();
    let saved = asked.iter().find(|asked| asked.what == "PUT /v1/services/acme").unwrap();
    let mut expected = draft("acme", "git.a.example");
    expected["scopes"] = "a".into();
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&saved.body["draft"][name], value, "{name}");
    }
    assert_eq!(saved.body["secret"], json!({ "kind": "keep" }));
    assert_eq!(nothing.status.code(), Some(2), "nothing to change");
}

// R-ST-14
#[test]
fn hosts_are_confirmed_with_the_client_secret() {
    let home = Home::new();
    let fake = Fake::serve(&home, |asked| match asked.what.as_str() {
        "GET /v1/services/acme" | "POST /v1/services/acme/confirm-hosts" => {
            let mut service = service("acme", "", &["default"]);
            service["has_client_secret"] = true.into();
            if asked.what.starts_with("GET") {
                service["hosts_to_confirm"] = json!(["https://b.example"]);
            }
            Some(Reply::ok(service))
        }
        _ => None,
    });

    let asked_for = home.run(&["service", "edit", "acme", "--confirm-hosts"]);
    let given =
        home.run_with(&["service", "edit", "acme", "--confirm-hosts", "--client-secret-stdin"], "s3cret");

    assert_eq!(asked_for.status.code(), Some(2), "nobody is there to enter it");
    assert_eq!(given.status.code(), Some(0), "{}", text(&given.stderr));
    assert!(text(&given.stderr).contains("confirming https://b.example"));
    let confirmed = fake.asked().pop().unwrap();
    assert_eq!(confirmed.what, "POST /v1/services/acme/confirm-hosts");
    assert_eq!(confirmed.body, json!({ "client_secret": "s3cret" }));
}

#[test]
fn nothing_is_removed_without_a_yes() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);

    let unasked = home.run(&["service", "remove", "acme"]);
    let refused = home.in_terminal("service remove acme", "\n");
    let removed = home.run(&["service", "remove", "acme", "--yes", "--revoke"]);

    assert_eq!((unasked.status.code(), refused.status.code()), (Some(2), Some(1)));
    assert_eq!(removed.status.code(), Some(0), "{}", text(&removed.stderr));
    let deletions: Vec<_> = fake.routes().into_iter().filter(|route| route.starts_with("DELETE")).collect();
    assert_eq!(deletions, ["DELETE /v1/services/acme?revoke=true"]);
}

#[test]
fn definitions_go_out_and_come_in_again() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);
    for format in ["toml", "json"] {
        let exported = home.run(&["service", "export", "--format", format]);
        assert_eq!(exported.status.code(), Some(0), "{}", text(&exported.stderr));
        let file = home.file("services", text(&exported.stdout));

        let imported = home.run(&["service", "import", file.to_str().unwrap()]);

        assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
        assert!(text(&imported.stdout).contains("acme     same"), "{}", text(&imported.stdout));
    }
    let writes =
        fake.routes().into_iter().filter(|route| !route.starts_with("GET") && !route.contains("check"));
    assert_eq!(writes.count(), 0, "what is the same is not written");
}

// R-ST-14
#[test]
fn a_file_that_would_alter_grants_changes_nothing_at_all() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);
    let definition = |name: &str, host: &str| {
        format!(
            "[[services]]\nname = '{name}'\ntitle = '{name}'\nclient_id = 'client'\n\
             client_authentication = 'none'\nauthorize_uri = 'https://{host}/authorize'\n\
             token_uri = 'https://{host}/token'\n"
        )
    };
    let both = home.file(
        "both",
        &format!("version = 1\n{}{}", definition("new", "a.example"), definition("acme", "evil.example")),
    );
    let one = home.file("one", &format!("version = 1\n{}", definition("new", "a.example")));

    let refused = home.run(&["service", "import", both.to_str().unwrap()]);
    let tried = home.run(&["service", "import", one.to_str().unwrap(), "--dry-run", "--json"]);
    let before = fake.routes();
    let imported = home.run_with(&["service", "import", "-"], &std::fs::read_to_string(one).unwrap());

    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stderr));
    assert!(text(&refused.stdout).contains("acme     refused"), "{}", text(&refused.stdout));
    assert!(text(&refused.stdout).contains("new      new"), "it says all that would change");
    let told: Value = serde_json::from_slice(&tried.stdout).unwrap();
    assert_eq!((tried.status.code(), &told[0]["change"]), (Some(0), &"new".into()));
    assert!(before.iter().all(|route| route.starts_with("GET") || route.ends_with("/check")), "{before:?}");
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    assert!(fake.routes().contains(&"POST /v1/services".to_owned()));
}

#[test]
fn a_new_service_of_a_file_gets_its_secret_from_standard_input() {
    let home = Home::new();
    let fake = Fake::serve(&home, check);
    let definition = "version = 1\n[[services]]\nname = 'new'\ntitle = 'new'\nclient_id = 'client'\n\
                      authorize_uri = 'https://a.example/authorize'\ntoken_uri = 'https://a.example/token'\n";
    let file = home.file("one", definition);

    let missing = home.run(&["service", "import", file.to_str().unwrap()]);
    let given = home
        .run_with(&["service", "import", file.to_str().unwrap(), "--client-secrets-stdin"], "new=s3=cret\n");

    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("--client-secrets-stdin"), "{}", text(&missing.stderr));
    assert_eq!(given.status.code(), Some(0), "{}", text(&given.stderr));
    let added: Vec<_> = fake.asked().into_iter().filter(|asked| asked.what == "POST /v1/services").collect();
    assert_eq!(added.len(), 1, "the first try wrote nothing");
    assert_eq!(added[0].body["client_secret"], "s3=cret");
}

/// An agent with the service `acme`, which has a grant, and the provider `known`.
fn check(asked: &Asked) -> Option<Reply> {
    let mut unregistered = draft("Known", "");
    unregistered["client_id"] = "".into();
    match asked.what.as_str() {
        "GET /v1/providers" => Some(Reply::ok(json!([{
            "id": "known", "title": "Known", "summary": "A provider", "steps": ["Press the button."], "scopes": [],
            "variables": [{ "name": "tenant", "label": "Tenant", "hint": "It is on your page.", "example": "acme" }],
            "token_has_no_end": false, "refresh": "unknown", "rotation": "unknown", "reasons": [],
            "practice": false, "draft": unregistered,
        }]))),
        "GET /v1/services" => Some(Reply::ok(json!([service("acme", "", &["default"])]))),
        "GET /v1/services/acme" | "PUT /v1/services/acme" => {
            Some(Reply::ok(service("acme", "", &["default"])))
        }
        "GET /v1/accounts" => Some(Reply::ok(json!([account("acme/default", true)]))),
        "POST /v1/services" => {
            let name = asked.body["draft"]["title"].as_str().unwrap().to_lowercase();
            Some(Reply::ok(service(&name, "", &["default"])))
        }
        "POST /v1/drafts/check" => Some(Reply::ok(checked(&asked.body))),
        "DELETE /v1/services/acme?revoke=true" => Some(Reply::ok(json!({ "at_ms": 0, "lines": [] }))),
        _ => None,
    }
}

/// As the agent checks a form, by and large.
fn checked(body: &Value) -> Value {
    let draft = &body["draft"];
    let is_empty = |field: &str| draft[field].as_str() == Some("");
    let problem = |field: &str, warning: bool| json!({ "field": field, "message": format!("{field} is needed."), "warning": warning });
    let mut problems: Vec<Value> = ["title", "client_id", "authorize_uri", "token_uri"]
        .into_iter()
        .filter(|field| is_empty(field))
        .map(|field| problem(field, false))
        .collect();
    if draft["client_authentication"] != "none" && body["has_secret"] == false {
        problems.push(problem("client_secret", false));
    }
    if draft["pkce"] == false {
        problems.push(problem("pkce", true));
    }
    let name = draft["title"].as_str().unwrap().to_lowercase();
    json!({
        "problems": problems, "redirect_uri": format!("http://127.0.0.1/callback/{name}"),
        "hosts_to_confirm": [], "name": name,
    })
}
