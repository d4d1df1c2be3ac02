//! Metadata of a real provider, and how it is remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use grantkeep_core::keeper::Outcome;
use grantkeep_core::model::Draft;
use grantkeep_tests::{Client, Home, Person, Provider, Resource, World, account, reply};

use super::{OPENID, metadata};

#[tokio::test]
async fn a_service_from_the_providers_own_metadata_can_be_authorized() {
    let world = World::new().await;

    let found = world.keeper().discover(&world.provider.issuer).await.unwrap();

    assert_eq!(found.issuer, world.provider.issuer);
    let given = &found.draft;
    assert_eq!(
        (&given.authorize_uri, &given.token_uri),
        (&world.provider.authorize_uri, &world.provider.token_uri)
    );
    assert_eq!(given.scopes, "openid profile email offline_access");
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let draft = Draft {
        title: "Practice".to_owned(),
        client_id: world.provider.client_id.clone(),
        client_authentication: world.provider.draft(Client::Public).client_authentication,
        ..found.draft
    };
    let name = world.add_draft(draft, Client::Public).await;
    let id = account(name.as_str());
    let (outcome, _) = world.authorize(&id, &Person::ada()).await;
    assert_eq!(outcome, Outcome::Done);
    world.settle().await;
    assert!(world.refresh_token(&id).await.is_some(), "offline_access and prompt=consent bring one");
    let tested = world.keeper().test(&id).await.unwrap();
    assert_eq!(tested.status, 200, "userinfo is what the token is tried at");
    world.keeper().revoke(&id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_front_end_gets_the_form_and_the_facts_for_a_host_alone() {
    let (home, provider) = (Home::new(), Provider::new().await);
    let agent = home.agent().start();
    let host = provider.issuer.trim_start_matches("http://").to_owned();

    let found = agent.client().discover(host).unwrap();

    assert_eq!(
        (found.issuer.as_str(), found.draft.token_uri.as_str()),
        (&*provider.issuer, &*provider.token_uri)
    );
    let fact = found.facts.iter().find(|fact| fact.name == "Revocation").unwrap();
    assert_eq!(fact.value, provider.revocation_uri);
    assert!(agent.client().services().unwrap().is_empty(), "nothing is stored before it is accepted");
    let problem = agent.client().discover("two words".to_owned()).unwrap_err();
    assert_eq!(problem.fields[0].field, "issuer");
}

#[tokio::test]
async fn every_place_is_tried_in_order_and_the_issuers_path_kept() {
    let resource = Resource::new(|_, asked, stream| {
        let issuer = format!("http://{}/realms/x", asked.header("host").unwrap());
        if asked.target == format!("{OPENID}/realms/x") {
            reply(stream, 200, &[], metadata(&issuer).to_string().as_bytes());
        } else {
            reply(stream, 404, &[], b"<html>not here</html>");
        }
    });
    let world = World::new().await;

    let found = world.keeper().discover(&resource.url("/realms/x")).await.unwrap();

    assert_eq!(found.issuer, resource.url("/realms/x"));
    let asked: Vec<_> = resource.asked().into_iter().map(|asked| asked.target).collect();
    let oauth = "/.well-known/oauth-authorization-server";
    assert_eq!(
        asked,
        [format!("/realms/x{OPENID}"), format!("{oauth}/realms/x"), format!("{OPENID}/realms/x")]
    );
}

#[tokio::test]
async fn metadata_is_remembered_as_long_as_it_says_and_then_asked_for_by_its_validator() {
    const NEW: u8 = 2;
    let version = Arc::new(AtomicU8::new(1));
    let served = Arc::clone(&version);
    let resource = Resource::new(move |_, asked, stream| {
        let tag = format!("\"{}\"", served.load(Ordering::SeqCst));
        let headers = [("cache-control", "max-age=60"), ("etag", tag.as_str())];
        if asked.header("if-none-match") == Some(tag.as_str()) {
            reply(stream, 304, &headers, b"");
            return;
        }
        let mut body = metadata(&format!("http://{}", asked.header("host").unwrap()));
        body["scopes_supported"] = serde_json::json!(["openid", tag]);
        reply(stream, 200, &headers, body.to_string().as_bytes());
    });
    let world = World::new().await;
    let asked = || resource.asked().len();
    let discover = async || world.keeper().discover(&resource.origin()).await.unwrap();

    let first = discover().await;
    assert_eq!((discover().await, asked()), (first.clone(), 1), "fresh: nobody is asked");
    world.clock.advance(Duration::from_secs(61));
    assert_eq!((discover().await, asked()), (first.clone(), 2), "asked whether it changed: no");
    assert_eq!(resource.asked()[1].header("if-none-match"), Some("\"1\""));
    assert_eq!((discover().await, asked()), (first.clone(), 2), "which makes it fresh again");
    version.store(NEW, Ordering::SeqCst);
    world.clock.advance(Duration::from_secs(61));

    let changed = discover().await;

    assert_ne!(changed.facts, first.facts);
    assert_eq!(asked(), 3, "the same question brought the new one");
}
