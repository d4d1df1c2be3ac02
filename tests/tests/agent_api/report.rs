//! A program got a 401 with our token, and says so.

use grantkeep_api::requests::HistoryQuery;
use grantkeep_api::views::{Code, EventKind, TokenState};
use grantkeep_tests::{Endpoint, Settings, World, account, minutes};

use super::Scene;

#[tokio::test]
async fn a_401_refreshes_once_and_is_in_the_history() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let first = world.token(&id).await.unwrap();
    world.pass(minutes(1)).await;

    let reports = (0..20).map(|_| world.keeper().report(&id, 401, "curl"));
    for report in reports.collect::<Vec<_>>() {
        report.await.unwrap();
    }

    assert_eq!(world.provider.stats().await.refreshes(), 1, "further reports are about the token before");
    assert_ne!(world.token(&id).await.unwrap(), first);
    let told = world.history(&id).await;
    assert!(told.iter().any(|event| event.text == "curl said that a resource answered 401"), "{told:?}");
}

#[tokio::test]
async fn reports_at_once_refresh_once() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.pass(minutes(1)).await;

    let reports = (0..20).map(|_| {
        let (keeper, id) = (world.keeper().clone(), id.clone());
        tokio::spawn(async move { keeper.report(&id, 401, "curl").await.is_ok() })
    });
    for report in reports.collect::<Vec<_>>() {
        assert!(report.await.unwrap());
    }

    assert_eq!(world.provider.stats().await.refreshes(), 1);
}

#[tokio::test]
async fn a_grant_that_ended_needs_the_person() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.pass(minutes(1)).await;
    world.provider.end_grant_of(&world.token(&id).await.unwrap()).await;

    let problem = world.keeper().report(&id, 401, "curl").await.unwrap_err().problem();

    assert_eq!(problem.code, grantkeep_core::keeper::Code::GrantEnded);
    assert_eq!(world.state(&id), grantkeep_core::model::TokenState::Reauthorize);
}

#[tokio::test]
async fn without_a_refresh_token_the_person_is_told_to_reauthorize() {
    let world = World::new().await;
    world.provider.set(Settings { refresh: "offline_access", ..Settings::default() }).await;
    let mut draft = world.provider.draft(grantkeep_tests::Client::Public);
    draft.scopes = "notes.read".to_owned();
    let service = world.add_draft(draft, grantkeep_tests::Client::Public).await;
    let id = account(service.as_str());
    world.authorize(&id, &grantkeep_tests::Person::ada()).await;
    world.pass(minutes(1)).await;

    let problem = world.keeper().report(&id, 401, "curl").await.unwrap_err().problem();

    assert_eq!(problem.code, grantkeep_core::keeper::Code::AuthorizationRequired);
    assert!(problem.hint.contains("grantkeep authorize practice"), "{problem:?}");
    assert!(world.history(&id).await[0].text.contains("401"), "the report is noted");
    assert_eq!(world.provider.stats().await.refreshes(), 0);
}

#[tokio::test]
async fn other_statuses_are_noted_and_nonsense_is_refused() {
    let scene = Scene::new().await;
    let client = scene.agent.client();

    assert_eq!(client.report(&scene.id, 403).unwrap().token_state, TokenState::Active);
    assert_eq!(client.report(&scene.id, 200).unwrap_err().code, Code::InvalidInput);
    assert_eq!(
        client.report(&scene.id, 401).unwrap().token_state,
        TokenState::Active,
        "too young to refresh"
    );

    assert_eq!(scene.provider.stats().await.refreshes(), 0);
    let lines = client.account_history(&scene.id, &HistoryQuery::newest(20)).unwrap().events;
    let reports: Vec<_> = lines.iter().filter(|line| line.what == EventKind::Reported).collect();
    assert_eq!(reports.len(), 2, "{lines:?}");
    assert!(reports[1].text.ends_with("said that a resource answered 403"), "{reports:?}");
}

#[tokio::test]
async fn a_provider_that_is_busy_is_no_reason_to_reauthorize() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.pass(minutes(1)).await;
    world.provider.fault(Endpoint::Token, "503").await;

    let problem = world.keeper().report(&id, 401, "curl").await.unwrap_err().problem();

    assert_eq!(problem.code, grantkeep_core::keeper::Code::ProviderBusy);
    assert_eq!(world.state(&id), grantkeep_core::model::TokenState::Active);
}
