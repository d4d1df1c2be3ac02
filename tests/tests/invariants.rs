//! What always holds: one test for each invariant of ARCHITECTURE.md, by its name.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use grantkeep_api::views::VaultState;
use grantkeep_core::keeper::Outcome;
use grantkeep_core::model::{FailureKind, RedirectAddress, Slot, TokenState};
use grantkeep_core::ports::{Store as _, StoreError, TokenChange};
use grantkeep_tests::{
    Client, Endpoint, Home, LocalKeeper, Page, Person, Provider, Settings, World, account, minutes,
};

#[tokio::test]
async fn only_the_keeper_changes_a_grant() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let stale = world.seen(&id).account;
    let before = world.token(&id).await.unwrap();
    world.keeper().refresh(&id).await.unwrap();

    let saved = world.vault().save_account(stale, TokenChange::RemoveAll, Vec::new()).await;

    assert_eq!(saved.unwrap_err(), StoreError::Conflict, "a late answer to an old question is dropped");
    let now = world.token(&id).await.unwrap();
    assert_ne!(now, before);
    assert!(world.provider.honours(&now).await, "what the keeper stored is still there");
}

#[tokio::test]
async fn starting_an_authorization_keeps_the_old_grant() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let (token, refresh_token) = (world.token(&id).await.unwrap(), world.refresh_token(&id).await);

    world.begin(&id).await;
    assert_eq!(world.token(&id).await.unwrap(), token, "while the browser is open");
    let (outcome, _) = world.authorize(&id, &Person::ada().refusing()).await;

    assert!(matches!(outcome, Outcome::Failed(_)));
    assert_eq!(world.state(&id), TokenState::Active);
    assert_eq!(world.token(&id).await.unwrap(), token, "after it came to nothing");
    assert_eq!(world.refresh_token(&id).await, refresh_token);
    assert!(world.provider.honours(&token).await);
}

#[tokio::test]
async fn only_invalid_grant_ends_a_grant() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.provider.set(Settings { rotate: false, ..Settings::default() }).await;
    let refresh_token = world.refresh_token(&id).await;
    let redirect = format!("redirect:{}", world.provider.token_uri);
    let faults = [
        ("503", FailureKind::Busy),
        ("429:120", FailureKind::Busy),
        ("html", FailureKind::BadAnswer),
        ("close", FailureKind::Unreachable),
        ("lost", FailureKind::Unreachable),
        ("half", FailureKind::Unreachable),
        ("huge:2097152", FailureKind::BadAnswer),
        (redirect.as_str(), FailureKind::BadAnswer),
        ("error:server_error", FailureKind::Busy),
        ("error:temporarily_unavailable", FailureKind::Busy),
        ("error200:slow_down", FailureKind::Busy),
        ("error:invalid_request", FailureKind::Refused),
        ("error:invalid_scope", FailureKind::InvalidScope),
        ("error:invalid_client", FailureKind::ClientRefused),
        ("error:unauthorized_client", FailureKind::ClientRefused),
        ("error:a_code_of_its_own", FailureKind::Refused),
    ];

    for (fault, kind) in faults {
        world.provider.fault(Endpoint::Token, fault).await;
        world.keeper().refresh(&id).await.expect_err(fault);

        let account = world.seen(&id).account;
        assert_eq!(account.trouble.map(|trouble| trouble.failure.kind), Some(kind), "{fault}");
        assert_ne!(world.state(&id), TokenState::Reauthorize, "{fault}");
        assert_eq!(world.refresh_token(&id).await, refresh_token, "{fault}");
        world.token(&id).await.expect("the token that is still good is handed out");
    }
    world.keeper().refresh(&id).await.expect("the refresh token was good all along");
    assert_eq!(world.state(&id), TokenState::Active);
    world.provider.fault(Endpoint::Token, "invalid_grant").await;
    world.keeper().refresh(&id).await.unwrap_err();
    assert_eq!(world.state(&id), TokenState::Reauthorize);
}

#[tokio::test]
async fn a_rotated_refresh_token_is_saved_before_the_access_token_is_handed_out() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let (first, first_refresh) = (world.token(&id).await.unwrap(), world.refresh_token(&id).await.unwrap());
    world.clock.advance(minutes(6));

    let second = world.token(&id).await.unwrap();

    // What is on the disk at this moment is all that a crash would leave.
    let copy = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(world.folder()).arg(copy.path()).status().unwrap();
    assert!(copied.success());
    let vault = LocalKeeper::open_vault(&copy.path().join("vault"));
    let tokens = vault.tokens(id, Slot::Current).await.unwrap().unwrap();
    let refresh = tokens.refresh.unwrap();
    assert_ne!(first, second);
    assert_eq!(tokens.access.expose(), second);
    assert_ne!(refresh.expose(), first_refresh, "the provider rotated it");
    assert!(world.provider.honours(refresh.expose()).await);
}

#[tokio::test]
async fn a_missing_refresh_token_in_the_response_keeps_the_old_one() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.provider.set(Settings { rotate: false, ..Settings::default() }).await;
    let (token, refresh_token) = (world.token(&id).await.unwrap(), world.refresh_token(&id).await);
    world.provider.fault(Endpoint::Token, "no_refresh_token").await;

    world.keeper().refresh(&id).await.unwrap();

    assert_ne!(world.token(&id).await.unwrap(), token);
    assert_eq!(world.refresh_token(&id).await, refresh_token);
    world.keeper().refresh(&id).await.expect("it goes on working");
}

// R-CB-05
#[tokio::test]
async fn a_redirect_with_an_unknown_state_changes_nothing() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let token = world.token(&id).await.unwrap();
    world.provider.reset_stats().await;
    let started = world.begin(&id).await;
    let forged = format!("{}?code=stolen&state=unknown", started.pending.redirect_uri);

    let page = Page::try_open(&forged.parse().unwrap()).await.expect("the listener answers");
    let pasted = world.keeper().paste(&id, RedirectAddress::new(forged.clone())).await;
    let unsolicited = world.keeper().redirected(RedirectAddress::new(forged)).await;

    assert_eq!(page.status, 400);
    assert!(pasted.is_err() && unsolicited.is_err());
    assert_eq!(world.provider.stats().await.token_requests(), 0, "nothing was exchanged");
    assert_eq!(world.seen(&id).pending, Some(started.pending), "the authorization goes on waiting");
    assert_eq!(world.token(&id).await.unwrap(), token);
    assert_eq!(Person::ada().follow(started.link.expose()).await.status, 200, "the login still succeeds");
}

// R-CB-01
#[tokio::test(flavor = "multi_thread")]
async fn the_agent_never_opens_a_browser() {
    let (provider, home) = (Provider::new().await, Home::new());
    let (tools, opened) = (home.root().join("tools"), home.root().join("opened"));
    std::fs::create_dir(&tools).unwrap();
    for name in ["xdg-open", "open", "gio", "sensible-browser", "x-www-browser", "firefox", "chromium"] {
        let program = tools.join(name);
        std::fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\n", opened.display())).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let agent =
        home.agent().env("PATH", path).env("BROWSER", tools.join("firefox")).env("DISPLAY", ":99").start();
    let id = agent.add(&provider, Client::Public);

    let (link, _) = agent.begin(&id);
    assert!(link.starts_with(&provider.authorize_uri), "it hands the link to the front end that asked");
    agent.authorize(&id, &Person::ada()).await;
    agent.client().refresh(&id).unwrap();
    agent.client().revoke(&id).unwrap();
    agent.leave();

    assert!(!opened.exists(), "{}", std::fs::read_to_string(opened).unwrap_or_default());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_cannot_own_one_vault() {
    let home = Home::new();
    let first = home.agent().start();
    // At another socket, so that only the vault's lock stands between them.
    let other_socket = home.root().join("elsewhere");
    std::fs::create_dir(&other_socket).unwrap();

    let mut same_socket = home.agent().spawn();
    let mut same_vault = home.agent().env("XDG_RUNTIME_DIR", other_socket).spawn();

    assert!(same_socket.group().wait().success(), "it leaves, as its client finds the first one");
    assert!(!same_vault.group().wait().success(), "nobody would find the vault there");
    assert!(same_vault.output().contains("Another agent has the vault"), "{}", same_vault.output());
    let view = first.client().agent().unwrap();
    assert_eq!((view.pid, view.vault), (first.pid(), VaultState::Open));
}

// R-RS-01
#[tokio::test]
async fn two_clients_refresh_once() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let old = world.token(&id).await.unwrap();
    world.provider.reset_stats().await;
    world.provider.fault(Endpoint::Token, "slow:300").await;
    world.clock.advance(minutes(6));

    let asking: Vec<_> = (0..100)
        .map(|_| {
            let (keeper, id) = (world.keeper().clone(), id.clone());
            tokio::spawn(async move {
                keeper.token(&id, Duration::ZERO, "a test").await.map(|handed| handed.token)
            })
        })
        .collect();
    let mut tokens = Vec::new();
    for asked in asking {
        tokens.push(asked.await.unwrap().unwrap());
    }

    assert_eq!(world.provider.stats().await.refreshes(), 1);
    assert!(tokens.iter().all(|token| token.matches(&tokens[0]) && token.expose() != old));
}

// R-RS-04
#[tokio::test]
async fn suspend_does_not_delay_a_refresh() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let old = world.token(&id).await.unwrap();
    world.provider.reset_stats().await;

    world.pass(minutes(3 * 60)).await;

    assert_eq!(world.provider.stats().await.refreshes(), 1, "at once, without another tick of the clock");
    assert_eq!(world.state(&id), TokenState::Active);
    assert_ne!(world.token(&id).await.unwrap(), old);
}

// R-RS-04
#[tokio::test]
async fn a_clock_that_is_set_back_does_no_harm() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let token = world.token(&id).await.unwrap();

    world.clock.set_back(minutes(120));
    world.settle().await;
    assert_eq!(world.token(&id).await.unwrap(), token);
    world.pass(minutes(125)).await;

    assert_eq!(world.state(&id), TokenState::Active);
    assert_ne!(world.token(&id).await.unwrap(), token);
}
