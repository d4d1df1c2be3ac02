//! Authorizations that come to nothing: what is said, and that nothing is lost.

use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::ClientSecret;
use grantkeep_core::model::{Parameter, TokenState};
use grantkeep_core::ports::SecretChange;
use grantkeep_tests::{Client, Endpoint, Landed, Page, Person, World, account, ended};

use crate::problem;

#[tokio::test]
async fn a_refused_consent_stores_nothing_and_says_so() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());

    let (outcome, page) = world.authorize(&id, &Person::ada().refusing()).await;

    let problem = problem(outcome);
    assert_eq!(problem.code, Code::ConsentRefused);
    assert_eq!(
        (problem.title.as_str(), problem.detail.as_str()),
        ("You refused at Practice", "Nothing was stored.")
    );
    assert!(problem.provider_said.unwrap().contains("access_denied"));
    assert_eq!(page.status, 400);
    assert!(page.body.contains("You refused at Practice"), "{}", page.body);
    assert_eq!(world.state(&id), TokenState::NotAuthorized);
    assert_eq!(world.refresh_token(&id).await, None);
    assert_eq!(world.provider.stats().await.token_requests(), 0);
}

#[tokio::test]
async fn a_wrong_secret_asks_to_check_the_settings_and_an_edit_mends_it() {
    for client in [Client::Basic, Client::Post] {
        let world = World::new().await;
        let draft = world.provider.draft(client);
        let wrong = ClientSecret::new("not-the-secret");
        let seen = world.keeper().add_service(draft.clone(), Some(wrong)).await.unwrap();
        let id = account(seen.service.name.as_str());

        let (outcome, page) = world.authorize(&id, &Person::ada()).await;
        let problem = problem(outcome);
        assert_eq!((problem.code, page.status), (Code::ClientRefused, 400));
        assert!(problem.hint.contains("client secret"), "{problem:?}");
        assert!(problem.provider_said.unwrap().contains("invalid_client"));
        assert_eq!(world.state(&id), TokenState::CheckSettings);
        let right = SecretChange::Set(world.provider.client_secret(client).unwrap());
        world.keeper().edit_service(&id.service, draft, right).await.unwrap();

        assert_eq!(world.state(&id), TokenState::NotAuthorized);
        let (outcome, _) = world.authorize(&id, &Person::ada()).await;
        assert_eq!(outcome, Outcome::Done);
    }
}

#[tokio::test]
async fn a_secret_replaced_at_the_provider_keeps_the_grant_until_it_is_entered() {
    let world = World::new().await;
    let id = account(world.add(Client::Basic).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let draft = world.provider.draft(Client::Basic);
    let refresh_token = world.refresh_token(&id).await;
    let wrong = SecretChange::Set(ClientSecret::new("an older one"));
    world.keeper().edit_service(&id.service, draft.clone(), wrong).await.unwrap();

    world.keeper().refresh(&id).await.unwrap_err();
    assert_eq!(world.state(&id), TokenState::CheckSettings);
    assert_eq!(world.refresh_token(&id).await, refresh_token, "the grant is kept");
    world.token(&id).await.expect("the token is still good");
    let right = SecretChange::Set(world.provider.client_secret(Client::Basic).unwrap());
    world.keeper().edit_service(&id.service, draft, right).await.unwrap();

    assert_eq!(world.state(&id), TokenState::Active);
    world.keeper().refresh(&id).await.unwrap();
}

// R-CB-13
#[tokio::test]
async fn a_provider_that_is_down_at_the_exchange_says_so_and_the_code_is_not_sent_again() {
    let mut world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let mut events = world.keeper().subscribe();
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;

    world.provider.stop();
    let page = Page::try_open(&address).await.expect("the listener answers");
    let problem = problem(ended(&mut events, &id).await);

    assert_eq!((problem.code, page.status), (Code::ProviderUnreachable, 400));
    assert_eq!(problem.title, "Practice can't be reached");
    assert!(page.body.contains("Practice can&#39;t be reached") || page.body.contains("can't be reached"));
    assert_eq!(world.state(&id), TokenState::NotAuthorized);
    assert!(Page::try_open(&address).await.is_none(), "the link was used");
}

#[tokio::test]
async fn each_failure_of_the_exchange_is_told_and_keeps_what_was_there() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let (token, refresh_token) = (world.token(&id).await.unwrap(), world.refresh_token(&id).await);
    let faults = [
        ("503", Code::ProviderBusy),
        ("html", Code::BadAnswer),
        ("close", Code::ProviderUnreachable),
        ("invalid_grant", Code::ProviderRefused),
        ("error200:invalid_grant", Code::ProviderRefused),
        ("error:invalid_scope", Code::InvalidScope),
        ("error:unauthorized_client", Code::ClientRefused),
    ];
    for (fault, code) in faults {
        world.provider.fault(Endpoint::Token, fault).await;

        let (outcome, page) = world.authorize(&id, &Person::ada()).await;

        assert_eq!((problem(outcome).code, page.status), (code, 400), "{fault}");
        assert_eq!(world.state(&id), TokenState::Active, "{fault}");
        assert_eq!(world.token(&id).await.unwrap(), token, "{fault}");
        assert_eq!(world.refresh_token(&id).await, refresh_token, "{fault}");
    }
}

#[tokio::test]
async fn an_error_that_the_provider_sends_back_is_told_in_its_own_words() {
    let world = World::new().await;
    let mut draft = world.provider.draft(Client::Public);
    draft.authorize_parameters = vec![Parameter { name: "prompt".into(), value: "none".into() }];
    let id = account(world.add_draft(draft, Client::Public).await.as_str());

    let (outcome, page) = world.authorize(&id, &Person::ada()).await;

    let problem = problem(outcome);
    assert_eq!((problem.code, page.status), (Code::ProviderRefused, 400));
    assert!(problem.provider_said.unwrap().contains("login_required"));
    assert!(page.body.contains("login_required"), "{}", page.body);
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_stops_at_the_provider_and_the_link_waits_on() {
    let world = World::new().await;
    let id = account(world.add(Client::Strict).await.as_str());

    let started = world.begin(&id).await;
    let landed = Person::ada().answer(started.link.expose()).await;

    let Landed::Stuck(page) = landed else { panic!("the provider let it pass") };
    assert!(page.body.contains("redirect_uri"), "{}", page.body);
    assert_eq!(world.seen(&id).pending, Some(started.pending));
    world.keeper().cancel(&id).await.unwrap();
    assert_eq!(world.seen(&id).pending, None);
}
