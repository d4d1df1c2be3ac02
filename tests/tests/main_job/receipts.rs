//! What became of revoked tokens, and how that is known.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use grantkeep_core::keeper::{Fate, Receipt};
use grantkeep_core::model::{AccountId, Draft, EventKind, RevocationDraft, TokenState};

use grantkeep_tests::{Asked, Client, Person, Resource, Settings, World, account, reply, until};

async fn authorized(edit: impl FnOnce(&World, &mut Draft)) -> (World, AccountId) {
    let world = World::new().await;
    // It must not end by itself while the clock runs.
    world.provider.set(Settings { access_token_ttl: 86_400, ..Settings::default() }).await;
    let mut draft = world.provider.draft(Client::Public);
    edit(&world, &mut draft);
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    (world, id)
}

/// A resource that takes any token until it was asked `good` times.
fn taking(good: usize) -> Resource {
    Resource::new(move |number, _: &Asked, stream: &mut TcpStream| {
        reply(stream, if number < good { 200 } else { 401 }, &[], b"{}");
    })
}

fn fates(receipt: &Receipt) -> Vec<Fate> {
    receipt.lines.iter().map(|line| line.fate).collect()
}

/// Lets time pass until no token is tried any more.
async fn tried(world: &World, receipt: &Receipt) -> Receipt {
    let id = receipt.id.clone().unwrap_or_default();
    until("the tokens are tried", || {
        world.clock.advance(Duration::from_millis(500));
        world.keeper().receipt_now(&id).ok().filter(|receipt| !receipt.is_trying())
    })
    .await
}

#[tokio::test]
async fn introspection_proves_that_both_tokens_are_dead() {
    let (world, id) =
        authorized(|world, draft| draft.introspection_uri.clone_from(&world.provider.introspection_uri))
            .await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert_eq!(fates(&receipt), [Fate::Dead, Fate::Dead]);
    assert!(receipt.lines.iter().all(|line| line.how.contains("not active") && line.dead_at.is_some()));
    assert_eq!(receipt.id, None, "there is nothing to wait for");
    let stats = world.provider.stats().await;
    assert_eq!((stats.introspection, stats.refreshes()), (4, 0), "before and after; never by a refresh");
    let history = world.history(&id).await;
    assert_eq!(history[0].text, "Tried afterwards: access token is dead, refresh token is dead");
}

#[tokio::test]
async fn the_test_uri_proves_it_for_the_access_token_alone() {
    let (world, id) = authorized(|_, _| {}).await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert_eq!(fates(&receipt), [Fate::Dead, Fate::Said]);
    assert!(receipt.lines[0].how.contains("401"), "{receipt:?}");
    assert!(receipt.lines[1].how.contains("only introspection could tell"), "{receipt:?}");
}

#[tokio::test]
async fn a_token_that_survives_its_revocation_for_a_while_is_tried_until_it_is_refused() {
    let resource = taking(3);
    let (world, id) = authorized(|_, draft| draft.test_uri = resource.url("/me")).await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert_eq!(fates(&receipt)[0], Fate::Trying);
    assert_eq!(world.state(&id), TokenState::Revoked, "it is out of the vault all the same");
    let began = receipt.at;
    let receipt = tried(&world, &receipt).await;
    assert_eq!(fates(&receipt)[0], Fate::Dead);
    assert!(receipt.lines[0].dead_at.unwrap() > began);
    assert_eq!(resource.asked().len(), 4, "before, at once, and twice more");
}

#[tokio::test]
async fn a_token_that_survives_for_good_is_said_to_live_and_until_when() {
    let resource = taking(usize::MAX);
    let (world, id) = authorized(|_, draft| draft.test_uri = resource.url("/me")).await;
    let ends = world.seen(&id).account.grant.unwrap().expires_at;

    let receipt = tried(&world, &world.keeper().revoke(&id).await.unwrap()).await;

    assert_eq!(fates(&receipt)[0], Fate::Lives);
    assert!(receipt.lines[0].how.contains("still accepted"), "{receipt:?}");
    assert_eq!(receipt.lines[0].lives_until, ends);
    assert_eq!(resource.asked().len(), 7, "before, at once, and five times in 10 s");
    let history = world.history(&id).await;
    let line = history.iter().find(|event| event.kind == EventKind::RevokeFailed).unwrap();
    assert!(line.text.contains("access token is still accepted"), "{line:?}");
}

#[tokio::test]
async fn the_trials_end_when_the_person_says_so() {
    let resource = taking(usize::MAX);
    let (world, id) = authorized(|_, draft| draft.test_uri = resource.url("/me")).await;
    let receipt = world.keeper().revoke(&id).await.unwrap();
    let name = receipt.id.unwrap();

    let ended = world.keeper().stop_trying(&name).await.unwrap();

    assert_eq!(fates(&ended)[0], Fate::Lives);
    assert_eq!(world.keeper().receipt(&name).await.unwrap(), ended, "it can be looked at again");
    assert_eq!(resource.asked().len(), 2);
    assert!(world.keeper().stop_trying("another").await.is_err());
}

#[tokio::test]
async fn an_endpoint_that_knows_no_token_proves_nothing() {
    let shy = Resource::new(|_, _: &Asked, stream: &mut TcpStream| {
        reply(stream, 200, &[], b"{\"active\":false}");
    });
    let (world, id) = authorized(|_, draft| draft.introspection_uri = shy.url("/introspect")).await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert_eq!(fates(&receipt), [Fate::Dead, Fate::Said]);
    assert!(receipt.lines[0].how.contains("Test URI"), "{receipt:?}");
    assert!(receipt.lines[1].how.contains("introspection does not know it"), "{receipt:?}");
}

#[tokio::test]
async fn where_nothing_can_be_tried_the_providers_word_is_all_there_is() {
    let (world, id) = authorized(|_, draft| draft.test_uri.clear()).await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert_eq!(fates(&receipt), [Fate::Said, Fate::Said]);
    assert!(receipt.lines[0].how.contains("neither an introspection endpoint nor a Test URI"));
}

#[tokio::test]
async fn a_revocation_by_hand_is_tried_once_the_person_says_that_it_is_done() {
    let page = "https://example.com/apps".to_owned();
    let (world, id) = authorized(|world, draft| {
        draft.revocation = RevocationDraft::ByHand { page: page.clone() };
        draft.introspection_uri.clone_from(&world.provider.introspection_uri);
    })
    .await;
    let token = world.token(&id).await.unwrap();
    let begun = world.keeper().revoke(&id).await.unwrap();
    assert_eq!((begun.page, world.state(&id)), (Some(page), TokenState::Active));
    world.provider.end_grant_of(&token).await;

    let receipt = world.keeper().revoked_by_hand(&id).await.unwrap();

    assert_eq!(fates(&receipt), [Fate::Dead, Fate::Dead]);
    assert_eq!(world.state(&id), TokenState::Revoked);
    assert!(world.refresh_token(&id).await.is_none(), "out of the vault");
    assert!(world.keeper().revoked_by_hand(&id).await.is_err(), "there is nothing left");
}

#[tokio::test]
async fn a_revocation_by_hand_that_was_not_done_is_found_out() {
    let (world, id) = authorized(|_, draft| {
        draft.revocation = RevocationDraft::ByHand { page: "https://example.com/apps".to_owned() };
    })
    .await;
    world.keeper().revoke(&id).await.unwrap();

    let receipt = tried(&world, &world.keeper().revoked_by_hand(&id).await.unwrap()).await;

    assert_eq!(fates(&receipt), [Fate::Lives, Fate::Unknown]);
    let other = authorized(|_, _| {}).await;
    assert!(other.0.keeper().revoked_by_hand(&other.1).await.is_err(), "only where it is done by hand");
}

#[tokio::test]
async fn deleting_with_a_revocation_tries_the_tokens_of_all_accounts() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let resource = Resource::new(move |number, _: &Asked, stream: &mut TcpStream| {
        counted.store(number + 1, Ordering::SeqCst);
        reply(stream, if number < 2 { 200 } else { 401 }, &[], b"{}");
    });
    let (world, id) = authorized(|_, draft| draft.test_uri = resource.url("/me")).await;
    let second = world.keeper().add_account(&id.service, "work").await.unwrap().account.id;
    world.authorize(&second, &Person::named("bob")).await;

    let receipt = world.keeper().remove_service(&id.service, true).await.unwrap();

    let what: Vec<_> = receipt.lines.iter().map(|line| line.what.as_str()).collect();
    let named = [
        "Access token of default",
        "Refresh token of default",
        "Access token of work",
        "Refresh token of work",
    ];
    assert_eq!(what, named);
    assert_eq!(fates(&receipt), [Fate::Dead, Fate::Said, Fate::Dead, Fate::Said]);
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}
