//! The way that everything goes well, and what passes by itself.

use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::{Activity, EventKind, TokenState};
use grantkeep_tests::{Client, Endpoint, Person, World, account, minutes, until, within};
use url::Url;

// R-TK-01, R-TK-11
#[tokio::test]
async fn each_kind_of_client_authorizes_refreshes_revokes_and_reauthorizes() {
    for (client, authentication) in
        [(Client::Public, "none"), (Client::Basic, "basic"), (Client::Post, "post")]
    {
        let world = World::new().await;
        let id = account(world.add(client).await.as_str());
        assert_eq!(world.state(&id), TokenState::NotAuthorized);

        let (outcome, page) = world.authorize(&id, &Person::ada()).await;
        assert_eq!((outcome, page.status), (Outcome::Done, 200), "{client:?}");
        assert!(page.body.contains("Practice is authorized"), "{}", page.body);
        let asked = world.provider.stats().await.last_token_request.unwrap();
        assert_eq!(asked.client_authentication, authentication);
        assert!(asked.parameters.contains(&"code_verifier".to_owned()), "PKCE always: {asked:?}");
        assert_eq!(world.state(&id), TokenState::Active);
        let (token, refresh_token) =
            (world.token(&id).await.unwrap(), world.refresh_token(&id).await.unwrap());
        assert!(world.provider.honours(&token).await);

        world.keeper().refresh(&id).await.unwrap();
        let (new, new_refresh) = (world.token(&id).await.unwrap(), world.refresh_token(&id).await.unwrap());
        assert_ne!(new, token);
        assert!(world.provider.honours(&new).await);
        assert!(!world.provider.honours(&refresh_token).await, "rotated");
        assert!(world.provider.honours(&new_refresh).await);
        let asked = world.provider.stats().await.last_token_request.unwrap();
        assert_eq!(asked.client_authentication, authentication, "also to refresh");

        let tested = world.keeper().test(&id).await.unwrap();
        assert_eq!(tested.status, 200, "{}", tested.body);
        assert!(tested.is_json && tested.body.contains("Water the tomatoes"), "{}", tested.body);

        let receipt = world.keeper().revoke(&id).await.unwrap();
        assert!(receipt.lines.iter().any(|line| line.is_dead()), "{receipt:?}");
        assert!(!world.provider.honours(&new).await, "the provider says inactive");
        assert!(!world.provider.honours(&new_refresh).await);
        assert_eq!(world.state(&id), TokenState::Revoked);
        let refused = world.token(&id).await.unwrap_err();
        assert_eq!(refused.problem().code, Code::AuthorizationRequired);
        assert_eq!(world.refresh_token(&id).await, None, "nothing of it stays in the vault");

        let (outcome, _) = world.authorize(&id, &Person::ada()).await;
        assert_eq!(outcome, Outcome::Done);
        assert_eq!(world.state(&id), TokenState::Active);
        assert!(world.provider.honours(&world.token(&id).await.unwrap()).await);
    }
}

// R-CB-02, R-CB-03, R-CB-04, R-CB-06
#[tokio::test]
async fn each_link_asks_for_a_code_with_secrets_of_its_own() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());

    let links =
        [world.begin(&id).await, world.begin(&id).await].map(|started| Url::parse(started.link.expose()));

    let links = links.map(Result::unwrap);
    let of = |link: &Url, name: &str| {
        let mut found =
            link.query_pairs().filter(|(field, _)| field == name).map(|(_, value)| value.into_owned());
        (found.next(), found.next())
    };
    for link in &links {
        assert_eq!(of(link, "response_type"), (Some("code".into()), None));
        assert_eq!(of(link, "code_challenge_method"), (Some("S256".into()), None));
        assert_eq!(of(link, "prompt"), (Some("consent".into()), None), "the extra parameter");
        let (redirect_uri, _) = of(link, "redirect_uri");
        let path = world.seen(&id).service.redirect_path.clone();
        assert!(redirect_uri.unwrap().ends_with(&path), "the path is the service's own");
    }
    for name in ["state", "code_challenge", "nonce"] {
        let [first, second] = [&links[0], &links[1]].map(|link| of(link, name).0.unwrap());
        assert_ne!(first, second, "{name}");
        assert!(first.len() >= 43, "{name} has 256 bits");
    }
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let first = world.token(&id).await.unwrap();

    world.pass(minutes(3)).await;
    assert_eq!(world.provider.stats().await.refreshes(), 0, "too early");
    world.pass(minutes(1)).await;

    assert_eq!(world.provider.stats().await.refreshes(), 1, "60 s before its end");
    assert!(world.provider.honours(&first).await, "the old one was still good");
    assert_ne!(world.token(&id).await.unwrap(), first);
    let grant = world.seen(&id).account.grant.unwrap();
    assert!(grant.last_refresh_at.is_some());
}

// R-TK-12
#[tokio::test]
async fn a_passing_failure_is_tried_again_and_its_end_is_told() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let refresh_token = world.refresh_token(&id).await;
    world.provider.fault(Endpoint::Token, "503").await;

    world.pass(minutes(4)).await;
    assert_eq!(world.state(&id), TokenState::Active, "a 503 passes");
    assert!(matches!(world.seen(&id).status.activity, Activity::Retrying { tries: 1, .. }));
    assert_eq!(world.refresh_token(&id).await, refresh_token);
    world.clock.advance(std::time::Duration::from_secs(3));
    world.settle().await;

    assert_eq!(world.provider.stats().await.refreshes(), 2, "tried again with the same refresh token");
    assert_eq!(world.seen(&id).status.activity, Activity::None);
    let told = world.history(&id).await;
    assert!(told.iter().any(|event| event.kind == EventKind::RefreshFailed));
    assert!(told.iter().any(|event| event.kind == EventKind::WorkingAgain));
}

// R-TK-12
#[tokio::test]
async fn a_provider_that_asks_to_wait_is_left_alone_for_so_long() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.provider.fault(Endpoint::Token, "429:100").await;

    world.pass(minutes(4)).await;
    world.pass(std::time::Duration::from_secs(99)).await;
    assert_eq!(world.provider.stats().await.refreshes(), 1, "not before its time");
    world.pass(std::time::Duration::from_secs(2)).await;

    assert_eq!(world.provider.stats().await.refreshes(), 2);
    assert_eq!(world.state(&id), TokenState::Active);
}

// R-AG-07
#[tokio::test]
async fn a_token_is_handed_out_with_the_life_that_was_asked_or_not_at_all() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let first = world.token(&id).await.unwrap();
    world.pass(minutes(2)).await;

    let handed = world.keeper().token(&id, minutes(4), "a test").await.unwrap();
    assert_ne!(handed.token.expose(), first, "3 minutes were left, 4 were asked");
    assert!(handed.expires_at.unwrap() >= grantkeep_core::ports::Clock::now(&world.clock) + minutes(4));

    world.provider.faults(Endpoint::Token, "429:120", 50).await;
    world.clock.advance(minutes(6));
    let dead = world.token(&id).await.unwrap_err();
    assert_eq!(dead.problem().code, Code::ProviderBusy, "never a token known to be dead");
    assert_eq!(world.state(&id), TokenState::Expired);
}

#[tokio::test]
async fn a_caller_waits_for_a_retry_that_is_due_within_half_a_minute() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.provider.fault(Endpoint::Token, "429:20").await;
    world.clock.advance(minutes(6));

    let keeper = world.keeper().clone();
    let wanted = id.clone();
    let asking =
        tokio::spawn(async move { keeper.token(&wanted, std::time::Duration::ZERO, "a test").await.is_ok() });
    until("the failed refresh is known", || world.seen(&id).account.trouble).await;
    world.clock.advance(std::time::Duration::from_secs(21));

    assert!(within("the token", asking).await.unwrap(), "the retry brought a token");
    assert_eq!(world.provider.stats().await.refreshes(), 2);
}

// R-AG-06, R-ST-13
#[tokio::test]
async fn the_history_tells_what_was_done_and_never_holds_a_secret() {
    let world = World::new().await;
    let id = account(world.add(Client::Basic).await.as_str());
    let mut secrets = vec![world.provider.secret(Client::Basic).unwrap().to_owned()];

    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    secrets
        .extend(address.query_pairs().filter(|(name, _)| name != "iss").map(|(_, value)| value.into_owned()));
    world.authorize(&id, &Person::ada()).await;
    for _ in 0..2 {
        secrets.extend([world.token(&id).await.unwrap(), world.refresh_token(&id).await.unwrap()]);
        world.keeper().test(&id).await.unwrap();
        world.keeper().refresh(&id).await.unwrap();
    }
    world.provider.fault(Endpoint::Token, "error:invalid_client").await;
    world.keeper().refresh(&id).await.unwrap_err();
    world.keeper().revoke(&id).await.unwrap();

    let history = world.history(&id).await;
    let kinds = [
        EventKind::Service,
        EventKind::Authorization,
        EventKind::Authorized,
        EventKind::HandedOut,
        EventKind::Tested,
        EventKind::Refreshed,
        EventKind::RefreshFailed,
        EventKind::Revoked,
    ];
    for kind in kinds {
        assert!(history.iter().any(|event| event.kind == kind), "{kind:?} is told");
    }
    let text = format!("{history:?}");
    for secret in secrets {
        assert!(!text.contains(&secret), "a secret of {} characters is in the history", secret.len());
    }
}

// R-RS-05
#[tokio::test]
async fn more_accounts_than_a_host_takes_at_once_are_all_refreshed_at_their_time() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        let id = account(world.add(Client::Public).await.as_str());
        world.authorize(&id, &Person::ada()).await;
        ids.push(id);
    }

    world.pass(minutes(4)).await;

    for id in &ids {
        let grant = world.seen(id).account.grant;
        assert!(grant.is_some_and(|grant| grant.last_refresh_at.is_some()), "{id} did not wait in vain");
    }
}
