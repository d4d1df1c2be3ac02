//! R-ST-14: grants and client secrets go only to the hosts that they were obtained for.

use grantkeep_core::keeper::{AuthorizeOptions, Code};
use grantkeep_core::model::{Draft, Note, RevocationDraft, TokenState};
use grantkeep_core::ports::SecretChange;
use grantkeep_tests::{Bystander, Client, Page, Person, World, account, ended, minutes};

use crate::problem;

// R-ST-14
#[tokio::test]
async fn after_an_edited_token_uri_nothing_is_sent_to_the_new_host_until_it_is_confirmed() {
    let world = World::new().await;
    let id = account(world.add(Client::Basic).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let refresh_token = world.refresh_token(&id).await;
    let bystander = Bystander::listen();
    let draft = Draft { token_uri: bystander.url("/token"), ..world.provider.draft(Client::Basic) };

    world.keeper().edit_service(&id.service, draft, SecretChange::Keep).await.unwrap();
    assert_eq!(world.state(&id), TokenState::CheckSettings);
    let notes = world.seen(&id).status.notes;
    assert!(notes.iter().any(|note| matches!(note, Note::HostsToConfirm { .. })), "{notes:?}");
    world.token(&id).await.expect("a token that is good is still handed out");
    let refused = [
        world.keeper().refresh(&id).await.map(drop),
        world.keeper().revoke(&id).await.map(drop),
        world.keeper().authorize(&id, AuthorizeOptions::default()).await.map(drop),
    ];
    world.pass(minutes(10)).await;

    for refusal in refused {
        assert_eq!(refusal.unwrap_err().problem().code, Code::HostsToConfirm);
    }
    assert_eq!(bystander.connections(), 0, "nothing was sent");
    assert_eq!(world.refresh_token(&id).await, refresh_token);
    let without = world.keeper().confirm_hosts(&id.service, None).await.err().unwrap();
    assert_eq!(without.problem().title, "Enter the client secret again");
    assert_eq!(bystander.connections(), 0);
    let secret = world.provider.client_secret(Client::Basic);
    world.keeper().confirm_hosts(&id.service, secret).await.unwrap();
    world.settle().await;
    world.keeper().refresh(&id).await.unwrap_err();
    assert!(bystander.connections() > 0, "the person confirmed it");
    assert_eq!(world.refresh_token(&id).await, refresh_token, "and nothing was lost there");
}

#[tokio::test]
async fn an_edit_back_needs_no_confirmation() {
    let world = World::new().await;
    let id = account(world.add(Client::Basic).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let original = world.provider.draft(Client::Basic);
    let elsewhere = Draft { token_uri: "https://elsewhere.example/token".to_owned(), ..original.clone() };
    world.keeper().edit_service(&id.service, elsewhere, SecretChange::Keep).await.unwrap();

    world.keeper().edit_service(&id.service, original, SecretChange::Keep).await.unwrap();

    assert_eq!(world.state(&id), TokenState::Active);
    world.keeper().refresh(&id).await.unwrap();
}

// R-ST-14
#[tokio::test]
async fn a_revocation_recipe_of_another_host_waits_for_the_person_too() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let bystander = Bystander::listen();
    let revocation = RevocationDraft::Rfc7009 { url: bystander.url("/revoke") };
    let draft = Draft { revocation, ..world.provider.draft(Client::Public) };
    world.keeper().edit_service(&id.service, draft, SecretChange::Keep).await.unwrap();

    let refused = world.keeper().revoke(&id).await.err().unwrap();

    assert_eq!(refused.problem().code, Code::HostsToConfirm);
    assert_eq!(bystander.connections(), 0);
    world.keeper().confirm_hosts(&id.service, None).await.expect("a public client has no secret to enter");
    world.keeper().refresh(&id).await.unwrap();
}

// R-ST-14
#[tokio::test]
async fn an_authorization_under_way_does_not_send_its_code_to_an_edited_host() {
    let world = World::new().await;
    let id = account(world.add(Client::Basic).await.as_str());
    let mut events = world.keeper().subscribe();
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    let bystander = Bystander::listen();
    let draft = Draft { token_uri: bystander.url("/token"), ..world.provider.draft(Client::Basic) };
    world.keeper().edit_service(&id.service, draft, SecretChange::Keep).await.unwrap();

    let page = Page::try_open(&address).await.expect("the listener answers");

    assert_eq!((problem(ended(&mut events, &id).await).code, page.status), (Code::HostsToConfirm, 400));
    assert_eq!(bystander.connections(), 0);
    assert_eq!(world.provider.stats().await.token_requests(), 0);
}

// R-ST-14
#[tokio::test]
async fn a_changed_test_uri_host_suspends_testing_only() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let bystander = Bystander::listen();
    let draft = Draft { test_uri: bystander.url("/me"), ..world.provider.draft(Client::Public) };
    world.keeper().edit_service(&id.service, draft, SecretChange::Keep).await.unwrap();

    let refused = world.keeper().test(&id).await.err().unwrap();

    assert_eq!(refused.problem().code, Code::NoTestUri);
    assert_eq!(bystander.connections(), 0);
    assert_eq!(world.state(&id), TokenState::Active, "all else goes on");
    assert!(!world.seen(&id).status.possible.test);
    world.keeper().refresh(&id).await.unwrap();
    world.keeper().confirm_hosts(&id.service, None).await.unwrap();
    world.keeper().test(&id).await.map(drop).unwrap_err();
    assert!(bystander.connections() > 0, "the person confirmed it");
}
