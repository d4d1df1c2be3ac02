//! ID tokens, for programs that prove with them who they are.

use grantkeep_api::requests::Purpose;
use grantkeep_api::views::Code;
use grantkeep_core::ports::Clock as _;
use grantkeep_tests::{Client, Endpoint, World, account, minutes};

use super::Scene;

#[tokio::test]
async fn an_id_token_is_handed_out_with_its_end_and_noted() {
    let scene = Scene::new().await;

    let handed = scene.agent.client().id_token(&scene.id, 60, Purpose::HandOut).unwrap();

    assert_eq!(handed.id_token.expose().split('.').count(), 3, "a compact JWS");
    assert!(handed.expires_at_ms > 1_700_000_000_000);
    assert_eq!(scene.provider.stats().await.refreshes(), 0, "it was good for long enough");
    let noted = scene.history().iter().any(|text| text.starts_with("ID token handed to "));
    assert!(noted, "{:?}", scene.history());
}

// R-AG-07
#[tokio::test]
async fn a_refresh_brings_a_new_one() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let first = world.keeper().id_token(&id, minutes(1), "a test").await.ok().unwrap();
    let left = first.expires_at.since(world.clock.now());

    let second = world.keeper().id_token(&id, left + minutes(1), "a test").await.ok().unwrap();

    assert_ne!(second.token.expose(), first.token.expose());
    assert_eq!(world.provider.stats().await.refreshes(), 1, "less was left than asked");
}

#[tokio::test]
async fn an_id_token_that_is_over_is_never_handed_out() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.provider.faults(Endpoint::Token, "429:120", 50).await;
    world.clock.advance(minutes(60));

    let problem = world.keeper().id_token(&id, minutes(0), "a test").await.err().unwrap().problem();

    assert_eq!(problem.code, grantkeep_core::keeper::Code::ProviderBusy);
}

#[tokio::test]
async fn without_the_scope_openid_it_is_said_which_one_is_needed() {
    let scene = Scene::with(|draft| draft.scopes = "offline_access notes.read".to_owned()).await;

    let problem = scene.agent.client().id_token(&scene.id, 0, Purpose::HandOut).err().unwrap();

    assert_eq!(problem.code, Code::NoIdToken);
    assert!(problem.hint.contains("openid") && problem.hint.contains("reauthorize"), "{problem:?}");
    let never = World::new().await;
    let id = account(never.add(Client::Public).await.as_str());
    let problem = never.keeper().id_token(&id, minutes(0), "a test").await.err().unwrap().problem();
    assert_eq!(problem.code, grantkeep_core::keeper::Code::AuthorizationRequired, "nobody authorized");
}
