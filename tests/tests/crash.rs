//! kill -9 between each pair of steps: the vault opens, the grant lives.
//!
//! The agent ends itself at named points (feature `failpoints`) without any further step, and is killed from
//! outside at moments of no choice.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers, too")]

use std::time::Duration;

use grantkeep_api::account_id::AccountId;
use grantkeep_api::views::TokenState;
use grantkeep_tests::{Client, Endpoint, Home, Page, Person, Provider, Settings, until_blocking};

/// What becomes of a refresh token that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rotation {
    /// It stays.
    None,
    /// It works a while longer.
    Grace,
    /// It is dead, and using it again ends the grant.
    Zero,
}

impl Rotation {
    fn settings(self) -> Settings {
        let (rotate, grace_s) = match self {
            Self::None => (false, 0),
            Self::Grace => (true, 120),
            Self::Zero => (true, 0),
        };
        Settings { rotate, grace_s, ..Settings::default() }
    }
}

/// Steps of a refresh, and whether the provider's answer was lost on its way into the vault.
const REFRESH: [(&str, bool); 5] = [
    ("refresh-before-intent", false),
    ("refresh-after-intent", false),
    ("refresh-after-answer", true),
    ("refresh-before-commit", true),
    ("refresh-after-commit", false),
];

/// Steps of an authorization, and whether the code was exchanged by then.
const AUTHORIZE: [(&str, bool); 4] = [
    ("authorize-before-exchange", false),
    ("authorize-after-exchange", true),
    ("authorize-before-commit", true),
    ("authorize-after-commit", true),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_of_a_refresh_loses_nothing() {
    a_crash_while_refreshing_at_a_provider_with(Rotation::None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_of_a_refresh_loses_nothing_within_the_grace_of_a_rotated_token() {
    a_crash_while_refreshing_at_a_provider_with(Rotation::Grace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_loses_a_rotated_token_only_by_the_providers_own_rule() {
    a_crash_while_refreshing_at_a_provider_with(Rotation::Zero).await;
}

// R-RS-02, R-RS-03
async fn a_crash_while_refreshing_at_a_provider_with(rotation: Rotation) {
    for (point, answer_lost) in REFRESH {
        let (provider, home, id) = authorized(rotation.settings()).await;
        provider.reset_stats().await;
        crash_while_refreshing(&home, &id, point);

        let agent = home.agent().start();

        if answer_lost && rotation == Rotation::Zero {
            // The new refresh token never reached the disk, and the provider forgot the old one when it was used.
            let ended = || (agent.account(&id).token_state == TokenState::Reauthorize).then_some(());
            until_blocking("the old refresh token is tried", ended);
            assert_eq!(provider.stats().await.refreshes(), 2, "{point}: the old one is tried once");
            agent.authorize(&id, &Person::ada()).await;
        } else {
            if point != "refresh-before-intent" {
                let done = || agent.account(&id).grant?.last_refresh_at_ms;
                until_blocking("what was begun is done", done);
            }
            agent.client().refresh(&id).unwrap_or_else(|problem| panic!("{point}: {problem}"));
        }
        assert!(provider.honours(&agent.token(&id).unwrap()).await, "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_of_an_authorization_keeps_the_old_grant_or_has_the_new_one() {
    a_crash_while_authorizing_at_a_provider_with(Rotation::None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_a_crash_at_a_provider_that_rotates_with_grace() {
    a_crash_while_authorizing_at_a_provider_with(Rotation::Grace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_a_crash_at_a_provider_that_rotates() {
    a_crash_while_authorizing_at_a_provider_with(Rotation::Zero).await;
}

// R-CB-13
async fn a_crash_while_authorizing_at_a_provider_with(rotation: Rotation) {
    let (provider, home, id) = authorized(rotation.settings()).await;
    for point in ["authorize-before-pending", "authorize-after-pending"] {
        let mut agent = home.agent().stopping_at(point).start();
        let old = agent.token(&id).unwrap();
        agent.client().authorize(&id, None, false).err().unwrap();
        assert!(agent.group().crashed(), "{point}: {}", agent.output());

        let agent = home.agent().start();

        assert_eq!(agent.token(&id).unwrap(), old, "{point}: the grant stays");
        let waits = agent.account(&id).pending.is_some();
        assert_eq!(waits, point == "authorize-after-pending", "{point}: what was stored goes on waiting");
        if waits {
            agent.client().cancel_authorization(&id).unwrap();
        }
        agent.leave();
    }
    for (point, exchanged) in AUTHORIZE {
        let mut agent = home.agent().stopping_at(point).start();
        let old = agent.token(&id).unwrap();
        provider.reset_stats().await;
        let (link, _) = agent.begin(&id);
        let address = Person::ada().address(&link).await;
        assert!(Page::try_open(&address).await.is_none(), "{point}: no page promises what is not there");
        assert!(agent.group().crashed(), "{point}: {}", agent.output());

        let agent = home.agent().start();

        let token = agent.token(&id).unwrap();
        assert_eq!(token != old, point == "authorize-after-commit", "{point}");
        assert!(provider.honours(&token).await, "{point}");
        assert_eq!(agent.account(&id).pending, None, "{point}: the link was used");
        let exchanges = usize::from(exchanged);
        assert_eq!(provider.stats().await.exchanges(), exchanges, "{point}: the code is not sent again");
        agent.client().refresh(&id).unwrap_or_else(|problem| panic!("{point}: {problem}"));
        agent.leave();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_a_revocation_lets_it_be_done_again_or_is_done() {
    for rotation in [Rotation::None, Rotation::Grace, Rotation::Zero] {
        for point in ["revoke-before-commit", "revoke-after-commit"] {
            let (provider, home, id) = authorized(rotation.settings()).await;
            let mut agent = home.agent().stopping_at(point).start();
            let token = agent.token(&id).unwrap();
            agent.client().revoke(&id).unwrap_err();
            assert!(agent.group().crashed(), "{point}: {}", agent.output());
            assert!(!provider.honours(&token).await, "{point}");

            let agent = home.agent().start();

            if point == "revoke-before-commit" {
                agent.client().revoke(&id).unwrap();
            }
            assert_eq!(agent.account(&id).token_state, TokenState::Revoked, "{rotation:?} {point}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_killed_at_any_moment_loses_nothing() {
    let (provider, home, id) = authorized(Settings { rotate: false, ..Settings::default() }).await;
    provider.faults(Endpoint::Token, "slow:20", 100).await;
    // Spread over what a refresh takes.
    for moment in (0..10).map(|step| Duration::from_millis(step * 7)) {
        let agent = home.agent().start();
        agent.client().refresh(&id).unwrap_or_else(|problem| panic!("after {moment:?}: {problem}"));
        let client = agent.client();
        let asking = {
            let id = id.clone();
            std::thread::spawn(move || drop(client.refresh(&id)))
        };
        std::thread::sleep(moment);
        agent.kill();
        asking.join().unwrap();
    }

    let agent = home.agent().start();

    let token = agent.token(&id).unwrap();
    assert!(provider.honours(&token).await);
    assert_eq!(agent.account(&id).token_state, TokenState::Active);
}

/// A home whose agent has left, with an account that Ada authorized.
async fn authorized(settings: Settings) -> (Provider, Home, AccountId) {
    let (provider, home) = (Provider::new().await, Home::new());
    provider.set(settings).await;
    let agent = home.agent().start();
    let id = agent.add(&provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;
    agent.leave();
    (provider, home, id)
}

/// The agent ends at `point` of a refresh.
fn crash_while_refreshing(home: &Home, id: &AccountId, point: &str) {
    let mut agent = home.agent().stopping_at(point).start();
    assert!(agent.client().refresh(id).is_err(), "{point}: nobody gets an answer");
    assert!(agent.group().crashed(), "{point}: {}", agent.output());
}
