//! Whose a grant is, where the token answer does not say it all.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use grantkeep_core::keeper::{IdentityChoice, Outcome};
use grantkeep_core::model::{AccountId, Draft, IdentityRequest, IdentitySource, Note, Provider};

use grantkeep_tests::{Asked, Client, Endpoint, Person, Resource, World, account, reply, until};

#[tokio::test]
async fn an_account_names_itself_after_the_person() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());

    let (outcome, _) = world.authorize(&id, &Person::ada()).await;

    assert_eq!(outcome, Outcome::Done);
    title_is(&world, &id, "ada@example.test").await;
    let seen = world.seen(&id);
    assert_eq!(seen.account.id, account("practice"), "programs go on using its name");
    let identity = seen.account.grant.unwrap().identity.unwrap();
    assert_eq!((identity.subject.as_str(), identity.source), ("ada", IdentitySource::Issuer));
    assert!(tells(&world, &id, "It is ada@example.test").await);
    assert_eq!(world.provider.stats().await.userinfo, 1, "asked once");
    world.authorize(&id, &Person::ada()).await;
    world.keeper().refresh(&id).await.unwrap();
    assert_eq!(world.provider.stats().await.userinfo, 1, "the same person came: nothing to ask");
    assert_eq!(world.seen(&id).account.title, "ada@example.test");
}

#[tokio::test]
async fn a_title_that_the_person_gave_stays() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    world.keeper().rename_account(&id, "Mine").await.unwrap();

    world.authorize(&id, &Person::ada()).await;

    until("the person is known", || named(&world, &id).filter(|name| name == "ada@example.test")).await;
    assert_eq!(world.seen(&id).account.title, "Mine");
}

#[tokio::test]
async fn an_authorization_neither_fails_nor_waits_where_nobody_says_whose_it_is() {
    for fault in ["503", "html", "close", "hang"] {
        let world = World::new().await;
        let id = account(world.add(Client::Public).await.as_str());
        world.provider.fault(Endpoint::Userinfo, fault).await;

        let (outcome, page) = world.authorize(&id, &Person::ada()).await;

        assert_eq!((outcome, page.status), (Outcome::Done, 200), "{fault}");
        assert!(world.token(&id).await.is_ok(), "{fault}");
        if fault != "hang" {
            until_told(&world, &id, "Whose it is could not be asked").await;
        }
        assert_eq!(world.seen(&id).account.title, "default", "{fault}");
        assert_eq!(named(&world, &id).as_deref(), Some("ada"), "what the ID token says is kept: {fault}");
    }
}

// R-ST-14
#[tokio::test]
async fn the_token_is_shown_to_no_host_that_the_service_does_not_allow() {
    let (world, id, api, _) = with_catalog("").await;

    world.authorize(&id, &Person::ada()).await;
    world.keeper().refresh(&id).await.unwrap();

    assert!(api.asked().is_empty(), "{:?}", api.asked());
    assert_eq!(named(&world, &id), None);
}

#[tokio::test]
async fn the_catalog_knows_where_to_ask() {
    let (world, id, api, _) = with_catalog("api").await;

    world.authorize(&id, &Person::ada()).await;

    title_is(&world, &id, "person-1").await;
    let token = world.token(&id).await.unwrap();
    assert_eq!(api.asked()[0].header("authorization"), Some(format!("Bearer {token}").as_str()));
    world.authorize(&id, &Person::ada()).await;
    let seen = world.seen(&id);
    assert!(seen.account.candidate.is_none() && seen.status.notes.is_empty(), "{:?}", seen.status.notes);
    assert_ne!(world.token(&id).await.unwrap(), token, "the same person: the new grant counts");
    assert_eq!(api.asked().len(), 2, "who came back has to be asked each time");
}

#[tokio::test]
async fn somebody_else_is_told_by_the_catalogs_address_too() {
    let (world, id, _api, person) = with_catalog("api").await;
    world.authorize(&id, &Person::ada()).await;
    title_is(&world, &id, "person-1").await;
    let first = world.token(&id).await.unwrap();
    person.store(2, Ordering::SeqCst);

    let (outcome, _) = world.authorize(&id, &Person::named("bob")).await;

    assert_eq!(outcome, Outcome::Done);
    assert_eq!(world.token(&id).await.unwrap(), first, "the first grant is untouched");
    let note = Note::SomebodyElse { expected: "person-1".into(), came: "person-2".into() };
    assert!(world.seen(&id).status.notes.contains(&note), "{:?}", world.seen(&id).status.notes);
    let seen = world.keeper().resolve_identity(&id, IdentityChoice::Replace).await.unwrap();
    assert_eq!(seen.account.title, "person-2", "the title follows the person");
    assert_ne!(world.token(&id).await.unwrap(), first);
    world.keeper().refresh(&id).await.expect("with the new refresh token");
}

#[tokio::test]
async fn a_reauthorization_goes_on_where_the_address_is_down() {
    let (world, id, _api, person) = with_catalog("api").await;
    world.authorize(&id, &Person::ada()).await;
    title_is(&world, &id, "person-1").await;
    let first = world.token(&id).await.unwrap();
    person.store(0, Ordering::SeqCst);

    let (outcome, _) = world.authorize(&id, &Person::ada()).await;

    assert_eq!(outcome, Outcome::Done);
    assert_ne!(world.token(&id).await.unwrap(), first, "who can't be asked is not held to be somebody else");
    assert!(world.seen(&id).account.candidate.is_none());
    assert_eq!(named(&world, &id).as_deref(), Some("person-1"));
}

/// An account of a catalog entry whose `identity` is at a resource: the resource, and whom it names (0 = it fails).
#[expect(clippy::unwrap_used, reason = "called by tests only")]
async fn with_catalog(allowed: &str) -> (World, AccountId, Resource, Arc<AtomicUsize>) {
    let world = World::new().await;
    let person = Arc::new(AtomicUsize::new(1));
    let named = Arc::clone(&person);
    let api = Resource::new(move |_, _: &Asked, stream: &mut TcpStream| {
        let number = named.load(Ordering::SeqCst);
        let body = format!("{{\"user\":{{\"id\":{number},\"login\":\"person-{number}\"}}}}");
        reply(stream, if number == 0 { 503 } else { 200 }, &[], body.as_bytes());
    });
    let identity =
        IdentityRequest { uri: api.url("/me"), subject: "user.id".into(), name: "user.login".into() };
    let mut provider: Provider = (*world.keeper().providers()[0]).clone();
    provider.id = "practice".into();
    provider.variables.clear();
    provider.identity = Some(identity);
    world.keeper().set_practice(Some(Arc::new(provider)));
    let draft = Draft {
        provider: Some("practice".into()),
        issuer: String::new(),
        scopes: "notes.read".into(),
        request_hosts: if allowed.is_empty() { String::new() } else { api.origin() },
        ..world.provider.draft(Client::Public)
    };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    assert_eq!(world.seen(&id).account.title, "default");
    assert!(world.keeper().provider(Some("practice")).unwrap().identity.is_some());
    (world, id, api, person)
}

fn named(world: &World, id: &AccountId) -> Option<String> {
    let identity = world.seen(id).account.grant?.identity?;
    Some(identity.label().to_owned())
}

async fn title_is(world: &World, id: &AccountId, title: &str) {
    until(title, || (world.seen(id).account.title == title).then_some(())).await;
}

async fn tells(world: &World, id: &AccountId, text: &str) -> bool {
    world.history(id).await.iter().any(|event| event.text.contains(text))
}

async fn until_told(world: &World, id: &AccountId, text: &str) {
    let mut events = world.keeper().subscribe();
    while !tells(world, id, text).await {
        // Woken by whatever happens next; what happened before is in the history.
        let _ = grantkeep_tests::within(text, events.recv()).await;
    }
}
