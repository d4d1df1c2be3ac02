//! Services: added, edited, exported, removed and imported again.

use grantkeep_tests::{AgentProcess, Client, Home, Person, Provider, said};
use serde_json::json;

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_added_by_flags_and_authorized_over_a_pipe() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();

    let uri = add_confidential(&agent, &provider).good();

    let shown = agent.run(&["service", "show", "acme", "--json"]).json();
    assert_eq!(shown["redirect_uri"], uri.trim());
    assert_eq!((&shown["has_client_secret"], &shown["accounts"]), (&true.into(), &json!(["acme/default"])));
    assert_eq!(shown["definition"]["client_id"], provider.draft(Client::Basic).client_id);
    crate::accounts::authorize(&agent, "acme/default", &Person::ada()).await;
    let token = agent.run(&["token", "acme"]).good();
    assert!(provider.honours(token.trim()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_survive_a_round_trip_without_their_secrets() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    add_confidential(&agent, &provider).good();
    // A title that gives another name: names stay as they are.
    agent.run(&["service", "edit", "acme", "--title", "Other name"]).good();
    let before = agent.run(&["service", "show", "acme", "--json"]).json();
    for format in ["toml", "json"] {
        let file = home.root().join("services");
        let text = agent.run(&["service", "export", "--format", format]).good();
        assert!(!text.contains(secret(&provider)), "R-ST-08: definitions only");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        let same = agent.run(&["service", "import", file]).good();
        assert!(same.contains("same"), "{same}");
        agent.run(&["service", "remove", "acme", "--yes"]).good();

        let missing = agent.run(&["service", "import", file]);
        let secret = format!("acme={}\n", secret(&provider));
        let imported =
            said(&mut agent.command(&["service", "import", file, "--client-secrets-stdin"]), &secret);

        assert_eq!(missing.code, Some(2), "{}", missing.err);
        assert!(imported.good().contains("new"));
        assert_eq!(agent.run(&["service", "show", "acme", "--json"]).json(), before, "{format}");
    }
}

// R-ST-14
#[tokio::test(flavor = "multi_thread")]
async fn a_file_never_alters_a_service_that_has_grants() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let text = agent.run(&["service", "export", "practice"]).good();
    let file = home.root().join("services");
    std::fs::write(&file, text.replace("127.0.0.1", "localhost") + &text.replace("practice", "new")[11..])
        .unwrap();

    let refused = agent.run(&["service", "import", file.to_str().unwrap()]);

    assert_eq!(refused.code, Some(1), "{}{}", refused.out, refused.err);
    assert!(
        refused.out.contains("practice  refused") && refused.out.contains("new       new"),
        "{}",
        refused.out
    );
    assert_eq!(
        agent.run(&["service", "list", "--json"]).json().as_array().unwrap().len(),
        1,
        "all or nothing"
    );
}

// R-ST-14
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_host_waits_for_the_person_to_confirm_it() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    add_confidential(&agent, &provider).good();
    crate::accounts::authorize(&agent, "acme/default", &Person::ada()).await;
    let elsewhere = provider.token_uri.replace("127.0.0.1", "localhost");

    let edited = agent.run(&["service", "edit", "acme", "--token-uri", &elsewhere]);
    let refused = agent.run(&["refresh", "acme"]);
    let unconfirmed = agent.run(&["service", "edit", "acme", "--confirm-hosts"]);
    let confirm = ["service", "edit", "acme", "--confirm-hosts", "--client-secret-stdin"];
    let confirmed = said(&mut agent.command(&confirm), secret(&provider));

    assert!(edited.err.contains("--confirm-hosts"), "{}", edited.err);
    assert_eq!((refused.code, unconfirmed.code), (Some(1), Some(2)), "{}", refused.err);
    assert_eq!(confirmed.code, Some(0), "{}", confirmed.err);
    assert_eq!(agent.run(&["service", "show", "acme", "--json"]).json()["hosts_to_confirm"], json!([]));
    agent.run(&["refresh", "acme"]).good();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conversation_on_a_terminal_adds_a_service() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    // By hand; a public client has no secret.
    let typed = format!(
        "\nTalked over\n{}\n{}\n{}\n\n",
        provider.authorize_uri, provider.token_uri, provider.client_id
    );

    let added = agent.in_terminal("service add --scope notes.read --param prompt=consent", &typed);

    assert_eq!(added.code, Some(0), "{}", added.out);
    crate::accounts::authorize(&agent, "talked-over/default", &Person::ada()).await;
}

/// The provider's client with a secret as the service `acme`.
fn add_confidential(agent: &AgentProcess, provider: &Provider) -> grantkeep_tests::Said {
    let scope = provider.scopes.join(" ");
    let client_id = provider.draft(Client::Basic).client_id;
    let flags = [
        "service",
        "add",
        "Acme",
        "--client-id",
        &client_id,
        "--client-secret-stdin",
        "--authorize-uri",
        &provider.authorize_uri,
        "--token-uri",
        &provider.token_uri,
        "--test-uri",
        &provider.notes_uri,
        "--issuer",
        &provider.issuer,
        "--scope",
        &scope,
        "--revocation-uri",
        &provider.revocation_uri,
        "--param",
        "prompt=consent",
        "--link-timeout",
        "2m",
    ];
    said(&mut agent.command(&flags), &format!("{}\n", secret(provider)))
}

fn secret(provider: &Provider) -> &str {
    provider.secret(Client::Basic).unwrap()
}
