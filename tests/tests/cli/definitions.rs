//! Definitions that come from elsewhere: a provider that tells of itself, and texts that are pasted.

use grantkeep_tests::{Client, Home, Person, Provider, Settings, said};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_asked_for_its_endpoints_and_registers_the_client() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();

    let shown = agent.run(&["service", "discover", &provider.issuer]);
    let told = agent.run(&["service", "discover", &provider.issuer, "--json"]).json();
    let added = agent.run(&["service", "add", "Acme", "--issuer", &provider.issuer, "--register"]);

    assert!(shown.out.contains(&provider.token_uri), "{}", shown.out);
    assert!(shown.err.contains("hint: run grantkeep service add --issuer"), "{}", shown.err);
    assert_eq!((&told["registration"], &told["provider"]), (&true.into(), &json!(null)));
    assert_eq!(told["definition"]["token_uri"], provider.token_uri);
    assert!(added.err.contains("tells:") && added.err.contains(&provider.authorize_uri), "{}", added.err);
    let uri = added.good();
    let service = agent.run(&["service", "show", "acme", "--json"]).json();
    let client = provider.registered(service["definition"]["client_id"].as_str().unwrap()).await.unwrap();
    assert_eq!(client["redirect_uris"], json!([uri.trim()]));
    crate::accounts::authorize(&agent, "acme/default", &Person::ada()).await;
    let token = agent.run(&["token", "acme"]).good();
    assert!(provider.honours(token.trim()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_come_before_what_is_found_and_endpoints_leave_nobody_to_ask() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    let host = provider.issuer.trim_start_matches("http://");

    let scopes = ["--scope", "openid notes.read", "--client-id", "mine", "--auth-method", "none"];
    let found = [&["service", "add", "Found", "--issuer", host], &scopes[..]].concat();
    agent.run(&found).good();
    let explicit = [
        &["service", "add", "Told", "--issuer", "https://nobody.invalid", "--token-uri", &provider.token_uri],
        &["--authorize-uri", &provider.authorize_uri][..],
        &scopes[..],
    ];
    let told = agent.run(&explicit.concat());

    let definition = |name| agent.run(&["service", "show", name, "--json"]).json()["definition"].clone();
    let service = definition("found");
    assert_eq!((&service["issuer"], &service["client_id"]), (&json!(provider.issuer), &json!("mine")));
    assert_eq!(service["scopes"], "openid notes.read");
    assert!(!told.err.contains("tells:"), "{}", told.err);
    told.good();
    assert_eq!(definition("told")["issuer"], "https://nobody.invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initial_access_token_is_read_from_standard_input() {
    let (provider, home) = (Provider::new().await, Home::new());
    provider.set(Settings { initial_access_token: Some("let-me-in"), ..Settings::default() }).await;
    let agent = home.agent().start();
    let add = ["service", "add", "Acme", "--issuer", &provider.issuer, "--register"];

    let without = agent.run(&add);
    let with = [&add[..], &["--initial-access-token-stdin"]].concat();
    let added = said(&mut agent.command(&with), "let-me-in\n");

    assert_eq!(without.code, Some(1), "{}", without.err);
    assert!(without.err.contains("--initial-access-token-stdin: "), "{}", without.err);
    added.good();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_terminal_registering_is_offered() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();

    let added = agent.in_terminal(&format!("service add Acme --issuer {}", provider.issuer), "\n");

    assert!(added.out.contains("have one registered? [Y/n]"), "{}", added.out);
    assert_eq!(added.code, Some(0), "{}", added.out);
    let service = agent.run(&["service", "show", "acme", "--json"]).json();
    let id = service["definition"]["client_id"].as_str().unwrap().to_owned();
    assert!(provider.registered(&id).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_command_becomes_a_service_and_its_secret_is_never_shown() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    let (id, secret) = (provider.draft(Client::Basic).client_id, provider.secret(Client::Basic).unwrap());
    let command = format!(
        "curl {} \\\n  -u '{id}:{secret}' \\\n  -d grant_type=authorization_code -d code=x -d scope='openid notes.read'",
        provider.token_uri
    );
    let flags = ["--authorize-uri", &provider.authorize_uri, "--test-uri", &provider.notes_uri];

    let piped =
        said(&mut agent.command(&[&["service", "add", "Piped", "--paste"], &flags[..]].concat()), &command);
    let typed = agent
        .in_terminal(&format!("service add Typed --paste {}", flags.join(" ")), &format!("{command}\n\u{4}"));

    assert!(piped.err.contains("read from the curl command: "), "{}", piped.err);
    assert!(piped.err.contains("note: The code was left out"), "{}", piped.err);
    for shown in [&piped.err, &piped.out, &typed.out] {
        assert!(!shown.contains(secret), "{shown}");
    }
    piped.good();
    assert_eq!(typed.code, Some(0), "{}", typed.out);
    for name in ["piped", "typed"] {
        let service = agent.run(&["service", "show", name, "--json"]).json();
        assert_eq!(service["has_client_secret"], true);
        assert_eq!(service["definition"]["scopes"], "openid notes.read");
        crate::accounts::authorize(&agent, &format!("{name}/default"), &Person::ada()).await;
    }
}
