//! A client that was refused is tried with its secret sent in another way.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers below are part of the tests")]

use grantkeep_core::keeper::{Code, Error, Outcome, Problem, Started, Tried};
use grantkeep_core::model::{
    AccountId, Action, ClientAuthentication, ClientSecret, Draft, EventKind, FailureKind, HistoryOf,
    HistoryQuery, TokenState,
};
use grantkeep_core::ports::SecretChange;
use grantkeep_tests::{Client, Endpoint, Person, World, account};

use crate::problem;

use ClientAuthentication::{Basic, BasicRaw, Post};

/// The client takes `client_secret_post` alone, and the service says otherwise.
fn wrongly(world: &World) -> Draft {
    Draft { client_authentication: Basic, ..world.provider.draft(Client::Post) }
}

/// A world whose account is authorized, and whose service sends the secret wrongly since.
async fn refused_world() -> (World, AccountId) {
    let world = World::new().await;
    let id = account(world.add(Client::Post).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    world.keeper().edit_service(&id.service, wrongly(&world), SecretChange::Keep).await.unwrap();
    world.keeper().refresh(&id).await.unwrap_err();
    assert_eq!(world.state(&id), TokenState::CheckSettings);
    (world, id)
}

fn way(world: &World, id: &AccountId) -> ClientAuthentication {
    world.seen(id).service.client_authentication
}

fn offered(problem: &Problem) -> Vec<ClientAuthentication> {
    let way = |action: &Action| match action {
        Action::TryAuthentication { with } => Some(*with),
        _ => None,
    };
    problem.actions.iter().filter_map(way).collect()
}

async fn refusal(world: &World, id: &AccountId, way: ClientAuthentication) -> Error {
    match world.keeper().try_authentication(id, way).await {
        Err(error) => error,
        Ok(_) => panic!("it is refused"),
    }
}

/// Ada agrees in the browser: how it ended.
async fn agreed(world: &World, id: &AccountId, started: &Started) -> Outcome {
    let ada = Person::ada();
    let waiting = world.keeper().wait(id, &started.pending.id);
    let (outcome, _) = tokio::join!(waiting, ada.follow(started.link.expose()));
    outcome.unwrap()
}

// R-TK-01
#[tokio::test]
async fn a_refused_refresh_is_tried_the_other_way_and_the_service_keeps_what_worked() {
    let (world, id) = refused_world().await;

    let tried = world.keeper().try_authentication(&id, Post).await.unwrap();

    assert!(matches!(tried, Tried::Refreshed));
    assert_eq!((way(&world, &id), world.state(&id)), (Post, TokenState::Active));
    let asked = world.provider.stats().await.last_token_request.unwrap();
    assert_eq!((asked.grant_type.as_str(), asked.client_authentication.as_str()), ("refresh_token", "post"));
    let history = world.keeper().history(HistoryQuery::newest(HistoryOf::All, 100)).await.unwrap().events;
    let says = "The client secret is sent in the body (POST) from here on: that worked";
    assert!(history.iter().any(|event| event.kind == EventKind::Service && event.text == says));
    world.keeper().refresh(&id).await.unwrap();
}

#[tokio::test]
async fn a_refused_authorization_is_tried_the_other_way_in_the_browser() {
    let world = World::new().await;
    let name = world.add_draft(wrongly(&world), Client::Post).await;
    let id = account(name.as_str());
    let (outcome, _) = world.authorize(&id, &Person::ada()).await;
    let refused = problem(outcome);
    assert_eq!((refused.code, offered(&refused)), (Code::ClientRefused, vec![Post, BasicRaw]));

    let Tried::Authorizing(started) = world.keeper().try_authentication(&id, Post).await.unwrap() else {
        panic!("there is nothing to refresh")
    };
    assert_eq!(way(&world, &id), Basic, "nothing is changed before it worked");
    let outcome = agreed(&world, &id, &started).await;

    assert_eq!(outcome, Outcome::Done);
    assert_eq!((way(&world, &id), world.state(&id)), (Post, TokenState::Active));
}

#[tokio::test]
async fn what_is_tried_in_the_browser_outlives_the_agent() {
    let mut world = World::new().await;
    let name = world.add_draft(wrongly(&world), Client::Post).await;
    let id = account(name.as_str());
    world.authorize(&id, &Person::ada()).await;
    let Tried::Authorizing(started) = world.keeper().try_authentication(&id, Post).await.unwrap() else {
        panic!("there is nothing to refresh")
    };

    world.restart().await;
    let outcome = agreed(&world, &id, &started).await;

    assert_eq!(outcome, Outcome::Done);
    assert_eq!(way(&world, &id), Post);
}

#[tokio::test]
async fn what_is_refused_as_well_leaves_the_service_as_it_was() {
    let (world, id) = refused_world().await;
    let refresh_token = world.refresh_token(&id).await;
    let wrong = SecretChange::Set(ClientSecret::new("not-the-secret"));
    world.keeper().edit_service(&id.service, wrongly(&world), wrong).await.unwrap();
    world.keeper().refresh(&id).await.unwrap_err();

    let first = refusal(&world, &id, Post).await.problem();
    let second = refusal(&world, &id, BasicRaw).await.problem();

    assert_eq!((first.code, offered(&first)), (Code::ClientRefused, vec![BasicRaw]));
    assert!(
        first.detail.contains("in the body (POST) was refused, too; the service is as it was"),
        "{first:?}"
    );
    assert_eq!(offered(&second), vec![]);
    assert_eq!((way(&world, &id), world.state(&id)), (Basic, TokenState::CheckSettings));
    assert_eq!(world.refresh_token(&id).await, refresh_token, "the grant is kept");
    let again = SecretChange::Set(world.provider.client_secret(Client::Post).unwrap());
    world.keeper().edit_service(&id.service, world.provider.draft(Client::Post), again).await.unwrap();
    world.keeper().refresh(&id).await.unwrap();
}

#[tokio::test]
async fn an_authorization_that_is_refused_as_well_leaves_the_service_as_it_was() {
    let world = World::new().await;
    let wrong = Some(ClientSecret::new("not-the-secret"));
    let seen = world.keeper().add_service(wrongly(&world), wrong).await.unwrap();
    let id = account(seen.service.name.as_str());
    world.authorize(&id, &Person::ada()).await;

    let mut problems = Vec::new();
    for way in [Post, BasicRaw] {
        let Tried::Authorizing(started) = world.keeper().try_authentication(&id, way).await.unwrap() else {
            panic!("there is nothing to refresh")
        };
        problems.push(problem(agreed(&world, &id, &started).await));
    }

    assert_eq!(problems.iter().map(offered).collect::<Vec<_>>(), [vec![BasicRaw], vec![]]);
    assert_eq!(way(&world, &id), Basic);
}

// R-TK-12
#[tokio::test]
async fn trying_a_way_never_ends_a_grant() {
    let (world, id) = refused_world().await;
    let refresh_token = world.refresh_token(&id).await;
    world.provider.fault(Endpoint::Token, "error:invalid_grant").await;

    let error = refusal(&world, &id, Post).await;

    let said = matches!(error, Error::Failed { failure, .. } if failure.kind == FailureKind::GrantEnded);
    assert!(said, "the provider spoke of the grant, so it took the client");
    assert_eq!((way(&world, &id), world.state(&id)), (Post, TokenState::Active));
    assert_eq!(world.refresh_token(&id).await, refresh_token);
    world.keeper().refresh(&id).await.unwrap();
}

#[tokio::test]
async fn no_answer_teaches_nothing() {
    let (world, id) = refused_world().await;
    world.provider.fault(Endpoint::Token, "503").await;

    let error = refusal(&world, &id, Post).await;

    assert_eq!(error.problem().code, Code::ProviderBusy);
    assert_eq!((way(&world, &id), world.state(&id)), (Basic, TokenState::CheckSettings));
    assert!(matches!(world.keeper().try_authentication(&id, Post).await, Ok(Tried::Refreshed)));
}

#[tokio::test]
async fn only_another_way_for_a_client_secret_is_tried() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());

    for way in [Post, Basic, BasicRaw, ClientAuthentication::None] {
        assert_eq!(refusal(&world, &id, way).await.problem().code, Code::InvalidInput, "{way:?}");
    }
}
