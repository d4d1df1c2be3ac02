//! Definitions that are pasted: the form comes back, the client secret stays in the agent.

use grantkeep_api::requests::SecretChange;
use grantkeep_api::views::{Code, PastedView, ServiceDraft};
use grantkeep_core::model::PastedText;
use grantkeep_tests::{AgentProcess, Client, Home, Person, Provider, World, minutes};

/// A command against the provider's token endpoint, with the secret of its confidential client.
fn command(provider: &Provider) -> String {
    let id = provider.draft(Client::Basic).client_id;
    let secret = provider.secret(Client::Basic).unwrap();
    format!(
        "curl {} -u '{id}:{secret}' -d grant_type=authorization_code -d code=x -d scope='openid notes.read'",
        provider.token_uri
    )
}

/// What the agent makes of a text; its answer never holds the secret.
fn paste(agent: &AgentProcess, provider: &Provider) -> PastedView {
    let found = agent.client().read_pasted(command(provider).into()).unwrap();
    let answer = serde_json::to_string(&found).unwrap();
    assert!(!answer.contains(provider.secret(Client::Basic).unwrap()), "no_secret_crosses_to_the_webview");
    found
}

fn mended(found: &PastedView, provider: &Provider) -> ServiceDraft {
    ServiceDraft {
        title: "Pasted".to_owned(),
        authorize_uri: provider.authorize_uri.clone(),
        test_uri: provider.notes_uri.clone(),
        ..found.draft.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_secret_reaches_the_vault_without_leaving_the_agent() {
    let (home, provider) = (Home::new(), Provider::new().await);
    let agent = home.agent().start();
    let client = agent.client();

    let found = paste(&agent, &provider);

    assert_eq!((found.kind.as_str(), found.draft.token_uri.as_str()), ("curl command", &*provider.token_uri));
    assert!(found.fields.iter().any(|field| field == "client_id"));
    let secret_ref = found.secret_ref.clone().unwrap();
    let draft = mended(&found, &provider);
    let problem = client.add_pasted_service(found.draft.clone(), secret_ref.clone()).unwrap_err();
    assert_eq!(problem.fields[0].field, "authorize_uri", "the form has something to mend");
    let added = client.add_pasted_service(draft.clone(), secret_ref.clone()).unwrap();
    assert!(added.has_client_secret);
    let id = added.accounts[0].parse().unwrap();
    agent.authorize(&id, &Person::ada()).await;
    let problem = client.add_pasted_service(draft, secret_ref).unwrap_err();
    assert_eq!(
        (problem.code, problem.fields[0].field.as_str()),
        (Code::InvalidInput, "client_secret"),
        "good once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_secret_can_replace_another() {
    let (home, provider) = (Home::new(), Provider::new().await);
    let agent = home.agent().start();
    let id = agent.add_draft(&provider.draft(Client::Basic), Some("an older one"));
    let service = agent.client().service(&id.service).unwrap();
    let secret_ref = paste(&agent, &provider).secret_ref.unwrap();

    let change = SecretChange::Pasted { secret_ref };
    agent.client().save_service(&id.service, service.definition, change).unwrap();

    agent.authorize(&id, &Person::ada()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_the_wrong_kind_is_refused_with_what_to_use_instead() {
    let home = Home::new();
    let agent = home.agent().start();
    let text = r#"{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\nMII"}"#;

    let problem = agent.client().read_pasted(text.to_owned().into()).unwrap_err();

    assert_eq!((problem.code, problem.title.as_str()), (Code::InvalidInput, "This is a service account key"));
    assert!(problem.detail.contains("OAuth client of the kind Desktop app") && !problem.hint.is_empty());
    let long = agent.client().read_pasted(format!("curl {}", "x".repeat(1024 * 1024)).into()).unwrap_err();
    assert_eq!(long.title, "This is too long");
}

#[tokio::test]
async fn a_pasted_secret_is_forgotten_after_ten_minutes_and_when_too_many_wait() {
    let world = World::new().await;
    let keeper = world.keeper();
    let paste = || keeper.read_pasted(&PastedText::new(command(&world.provider))).unwrap();
    let add = async |found: &grantkeep_core::keeper::PastedSeen| {
        let mut draft = found.draft.clone();
        draft.authorize_uri.clone_from(&world.provider.authorize_uri);
        keeper.add_pasted_service(draft, found.secret_ref.as_ref().unwrap()).await
    };
    let (old, fresh) = (paste(), paste());
    world.clock.advance(minutes(9));
    assert!(add(&fresh).await.is_ok(), "in time");
    world.clock.advance(minutes(1));

    assert!(add(&old).await.is_err(), "ten minutes are over");
    let first = paste();
    world.clock.advance(minutes(1));
    let sixteen: Vec<_> = (0..16).map(|_| paste()).collect();
    assert!(add(&first).await.is_err(), "sixteen wait at most, the oldest goes");
    assert!(add(&sixteen[15]).await.is_ok());
}
