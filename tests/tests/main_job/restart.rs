//! What survives an agent that ends and starts again.

use std::net::{Ipv4Addr, TcpListener};

use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::{Grant, RedirectAddress, TokenState};
use grantkeep_tests::{Client, Endpoint, Page, Person, World, account, minutes, until, within};
use url::Url;

#[tokio::test]
async fn a_grant_survives_a_restart() {
    let mut world = World::with_account("work").await;
    let id = account("practice/work");
    let (token, refresh_token) = (world.token(&id).await.unwrap(), world.refresh_token(&id).await);
    let named = || {
        let account = world.seen(&id).account;
        account.grant.as_ref()?.identity.as_ref()?.email.is_some().then_some(account)
    };
    let before = until("the account is named after the person", named).await;

    world.restart().await;

    let last_used_at = world.seen(&id).account.grant.and_then(|grant| grant.last_used_at);
    let grant = before.grant.map(|grant| Box::new(Grant { last_used_at, ..*grant }));
    assert_eq!(world.seen(&id).account.grant, grant);
    assert_eq!(world.token(&id).await.unwrap(), token);
    assert_eq!(world.refresh_token(&id).await, refresh_token);
    world.keeper().refresh(&id).await.unwrap();
}

#[tokio::test]
async fn a_token_that_ended_meanwhile_is_refreshed_at_the_start() {
    let mut world = World::with_account("work").await;
    let id = account("practice/work");
    world.close().await;
    world.clock.advance(minutes(60));

    world.open().await;
    world.settle().await;

    assert_eq!(world.state(&id), TokenState::Active);
    assert_eq!(world.provider.stats().await.refreshes(), 1);
}

// R-RS-06
#[tokio::test]
async fn an_agent_that_leaves_finishes_the_exchange_under_way() {
    let mut world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    world.provider.fault(Endpoint::Token, "slow:500").await;
    let browser = tokio::spawn(async move { Page::try_open(&address).await });
    until_asked(&world).await;

    world.restart().await;

    assert_eq!(world.state(&id), TokenState::Active);
    world.keeper().refresh(&id).await.expect("the grant is whole");
    assert_eq!(browser.await.unwrap().map(|page| page.status), Some(200));
}

// R-CB-04
#[tokio::test]
async fn a_pending_authorization_goes_on_at_the_same_port() {
    let mut world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;

    world.restart().await;

    assert_eq!(world.seen(&id).pending, Some(started.pending));
    assert_eq!(world.keeper().link(&id).unwrap().expose(), started.link.expose(), "the same link");
    assert_eq!(Person::ada().follow(started.link.expose()).await.status, 200);
    assert_eq!(world.state(&id), TokenState::Active);
}

#[tokio::test]
async fn a_pending_authorization_whose_port_was_taken_can_be_pasted() {
    let mut world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;
    let port = Url::parse(&started.pending.redirect_uri).unwrap().port().unwrap();
    world.close().await;
    let _other = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free while nobody waits");

    world.open().await;

    assert!(world.seen(&id).pending.unwrap().paste_only);
    let address = Person::ada().address(started.link.expose()).await;
    let outcome = world.keeper().paste(&id, RedirectAddress::new(address.as_str())).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
}

#[tokio::test]
async fn a_link_that_expired_meanwhile_is_dead() {
    let mut world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;
    world.close().await;
    world.clock.advance(minutes(6));

    world.open().await;

    let seen = world.seen(&id);
    assert_eq!(seen.pending, None);
    let (_, failure) = seen.account.shown_trouble().expect("it is told");
    assert_eq!(grantkeep_core::keeper::of_failure(failure, &seen.service).code, Code::LinkExpired);
    let address = Person::ada().address(started.link.expose()).await;
    assert!(Page::try_open(&address).await.is_none());
}

#[tokio::test]
async fn services_secrets_and_histories_survive_a_restart() {
    let mut world = World::new().await;
    let id = account(world.add(Client::Basic).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let (service, events) = (world.seen(&id).service, world.history(&id).await.len());

    world.restart().await;

    assert_eq!(world.seen(&id).service, service);
    assert_eq!(world.history(&id).await.len(), events);
    world.keeper().refresh(&id).await.expect("the client secret is there");
}

/// Waits until the provider has got a token request.
async fn until_asked(world: &World) {
    within("a token request", async {
        while world.provider.stats().await.token_requests() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
