//! Clients that register themselves, at the real provider and at one that lies.

use grantkeep_api::views::{Code as ViewCode, ServiceDraft};
use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::{ClientAuthentication, Draft, InitialAccessToken, RedirectMethod};
use grantkeep_core::ports::Store as _;
use grantkeep_tests::{Home, Person, Provider, Resource, Settings, World, account, reply};
use serde_json::json;

use super::metadata;

/// The form as discovery fills it in.
async fn discovered(world: &World) -> Draft {
    let found = world.keeper().discover(&world.provider.issuer).await.unwrap();
    assert!(found.registration);
    Draft { title: "Practice".to_owned(), ..found.draft }
}

#[tokio::test]
async fn a_client_registers_itself_works_and_is_deleted_with_its_service() {
    let world = World::new().await;

    let seen = world.keeper().register(discovered(&world).await, None).await.unwrap();

    let service = &seen.service;
    let client = world.provider.registered(&service.client_id).await.unwrap();
    assert_eq!(client["redirect_uris"], json!([service.registered_redirect_uri()]));
    assert_eq!(
        (&client["application_type"], &client["client_name"]),
        (&json!("native"), &json!("Grantkeep"))
    );
    assert_eq!(client["scope"], json!("openid profile email offline_access"));
    assert_eq!(service.client_authentication, ClientAuthentication::Basic);
    assert!(service.has_client_secret && service.client_secret_expires_at.is_none());
    let id = account("practice");
    let (outcome, page) = world.authorize(&id, &Person::ada()).await;
    assert_eq!(outcome, Outcome::Done, "{}", page.body);
    world.settle().await;
    world.keeper().refresh(&id).await.unwrap();
    let receipt = world.keeper().remove_service(&service.name, true).await.unwrap();
    let line = receipt.lines.last().unwrap();
    assert_eq!((line.what.as_str(), line.is_dead()), ("Client", true), "{receipt:?}");
    assert!(world.provider.registered(&service.client_id).await.is_none());
}

#[tokio::test]
async fn a_copy_keeps_its_client_and_a_quiet_removal_asks_nobody() {
    let world = World::new().await;
    let keeper = world.keeper();
    let original = keeper.register(discovered(&world).await, None).await.unwrap().service;
    let copy = keeper.duplicate_service(&original.name, "Copy").await.unwrap().service;
    let is_there = async || world.provider.registered(&original.client_id).await.is_some();

    let receipt = keeper.remove_service(&original.name, true).await.unwrap();

    assert_eq!(receipt.lines.len(), 1);
    assert!(!receipt.lines[0].is_dead() && receipt.lines[0].how.contains("Copy"), "{receipt:?}");
    assert!(is_there().await, "the copy uses it");
    assert!(copy.client_configuration.is_none(), "the copy's own removal leaves it alone");
    let second = keeper.register(discovered(&world).await, None).await.unwrap().service;
    keeper.remove_service(&second.name, false).await.unwrap();
    assert!(world.provider.registered(&second.client_id).await.is_some(), "nobody was asked");
}

#[tokio::test]
async fn another_client_id_or_secret_forgets_what_was_registered() {
    let world = World::new().await;
    let keeper = world.keeper();
    let service = keeper.register(discovered(&world).await, None).await.unwrap().service;
    let token = async || world.vault().registration_token(service.name.clone()).await.unwrap();
    assert!(token().await.is_some());
    let other = Draft { client_id: "another".to_owned(), ..Draft::from(&*service) };

    let edited =
        keeper.edit_service(&service.name, other, grantkeep_core::ports::SecretChange::Keep).await.unwrap();

    assert!(edited.service.client_configuration.is_none());
    assert!(token().await.is_none(), "the token was for the other client");
    assert!(keeper.remove_service(&service.name, true).await.unwrap().lines.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initial_access_token_is_asked_for_and_sent() {
    let (home, provider) = (Home::new(), Provider::new().await);
    provider.set(Settings { initial_access_token: Some("let-me-in"), ..Settings::default() }).await;
    let agent = home.agent().start();
    let client = agent.client();
    let draft =
        ServiceDraft { title: "Mine".to_owned(), ..client.discover(provider.issuer.clone()).unwrap().draft };
    let register =
        |token: Option<&str>| client.register(draft.clone(), token.map(|token| token.to_owned().into()));

    for token in [None, Some("wrong")] {
        let problem = register(token).unwrap_err();
        assert_eq!(problem.code, ViewCode::ProviderRefused);
        assert_eq!(problem.fields[0].field, "initial_access_token");
        assert!(problem.provider_said.unwrap().contains("invalid_token"));
    }
    assert!(client.services().unwrap().is_empty(), "nothing was stored");
    let added = register(Some(" let-me-in\n")).unwrap();

    assert!(added.client_is_registered && added.has_client_secret);
    let id = added.accounts[0].parse().unwrap();
    agent.authorize(&id, &Person::ada()).await;
    let receipt = client.delete_service(&added.name, true).unwrap();
    assert!(receipt.lines.iter().any(|line| line.what == "Client" && line.dead), "{receipt:?}");
}

#[tokio::test]
async fn a_form_to_be_mended_registers_nothing() {
    let world = World::new().await;
    let draft = discovered(&world).await;
    let nameless = Draft { title: String::new(), ..draft.clone() };
    let elsewhere = Draft { issuer: String::new(), ..draft.clone() };
    let odd = Draft {
        redirect_method: RedirectMethod::Paste,
        redirect_uri: "https://example.com/cb#x".to_owned(),
        ..draft.clone()
    };
    for (draft, field) in [(nameless, "title"), (elsewhere, "issuer"), (odd, "redirect_uri")] {
        let problem = world.keeper().register(draft, None).await.err().unwrap().problem();
        assert_eq!((problem.code, problem.fields[0].field.as_str()), (Code::InvalidInput, field));
    }
    // The provider's own refusal, in its words.
    let refused = Draft {
        redirect_method: RedirectMethod::Paste,
        redirect_uri: "https://localhost/callback".to_owned(),
        ..draft
    };
    let problem = world.keeper().register(refused, None).await.err().unwrap().problem();
    assert_eq!(problem.code, Code::ProviderRefused);
    assert!(problem.provider_said.unwrap().starts_with("invalid_redirect_uri"));
    assert!(world.keeper().services().is_empty());
}

#[tokio::test]
async fn a_provider_that_answers_oddly_is_taken_at_its_word_or_refused() {
    let resource = Resource::new(|_, asked, stream| {
        let origin = format!("http://{}", asked.header("host").unwrap());
        let (status, body) = match (asked.method.as_str(), asked.target.as_str()) {
            ("GET", _) => {
                let mut body = metadata(&origin);
                body["registration_endpoint"] = json!(format!("{origin}/register"));
                (200, body)
            }
            ("POST", _) => {
                let token = asked.header("authorization").unwrap_or_default().to_owned();
                let elsewhere = "http://127.0.0.1:9/delete";
                let here = format!("{origin}/delete");
                let client = json!({
                    "client_id": "c", "client_secret": "s-e-c-r-e-t", "client_secret_expires_at": 2_000_000_000,
                    "token_endpoint_auth_method": "client_secret_post", "registration_access_token": "r",
                    "registration_client_uri": if token == "Bearer here" { &here } else { elsewhere },
                });
                (200, client)
            }
            (_, _) => (503, json!({})),
        };
        reply(stream, status, &[], body.to_string().as_bytes());
    });
    let world = World::new().await;
    let keeper = world.keeper();
    let found = keeper.discover(&resource.origin()).await.unwrap();
    let register = async |token| {
        let token = Some(InitialAccessToken::new(token));
        keeper.register(found.draft.clone(), token).await.unwrap().service
    };

    let led_astray = register("elsewhere").await;

    assert_eq!(led_astray.client_authentication, ClientAuthentication::Post, "the provider's choice");
    assert_eq!(led_astray.client_secret_expires_at.map(|at| at.seconds()), Some(2_000_000_000));
    assert!(led_astray.client_configuration.is_none(), "R-ST-14: its token goes to no other server");
    keeper.remove_service(&led_astray.name, true).await.unwrap();
    let busy = register("here").await;
    let receipt = keeper.remove_service(&busy.name, true).await.unwrap();
    assert!(!receipt.lines[0].is_dead() && receipt.lines[0].how.contains("503"), "{receipt:?}");
    assert!(keeper.service(&busy.name).is_err(), "it is deleted here all the same");
    let asked = resource.asked();
    let deletion = asked.iter().find(|asked| asked.method == "DELETE").unwrap();
    assert_eq!((deletion.target.as_str(), deletion.header("authorization")), ("/delete", Some("Bearer r")));
}
