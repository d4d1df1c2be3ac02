//! What was and what will be: the history's length, timelines and the forecast, over days of a virtual clock.

use std::time::Duration;

use grantkeep_core::forecast::{Ends, Known};
use grantkeep_core::keeper::Code;
use grantkeep_core::model::{
    EventKind, GrantLife, HistoryOf, HistoryQuery, Retention, Standing, Timestamp, TokenState,
};
use grantkeep_core::ports::Clock as _;
use grantkeep_core::timeline::SpanState;
use grantkeep_tests::{Client, Endpoint, Person, World, account, minutes, within};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn an_outage_is_seen_in_the_timeline() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let authorized = world.clock.now();
    world.provider.fault(Endpoint::Token, "429:600").await;

    world.pass(minutes(4)).await;
    world.pass(minutes(10) + Duration::from_secs(2)).await;
    assert_eq!(world.state(&id), TokenState::Active, "it works again");
    world.pass(minutes(1)).await;

    let timeline = world.keeper().timeline(&id, 1).await.unwrap();
    let states: Vec<_> = timeline.spans.iter().map(|span| span.state).collect();
    let expected =
        [SpanState::NoToken, SpanState::Alive, SpanState::Failing, SpanState::Expired, SpanState::Alive];
    assert_eq!(states, expected, "{:?}", timeline.spans);
    assert_eq!((timeline.to, timeline.to.since(timeline.from)), (world.clock.now(), DAY));
    let near = |at: Timestamp, minutes: u64| at.since(authorized).as_secs().abs_diff(minutes * 60) <= 3;
    assert!(near(timeline.spans[2].from, 4), "the refresh failed");
    assert!(near(timeline.spans[3].from, 5), "the token ended");
    assert!(near(timeline.spans[4].from, 14), "and a new one came");
    let failed = world.history(&id).await.into_iter().find(|event| event.kind == EventKind::RefreshFailed);
    assert_eq!(failed.unwrap().facts.reason.as_deref(), Some("busy"));
}

#[tokio::test]
async fn a_revoked_grant_is_no_gap() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.pass(minutes(2)).await;
    world.keeper().revoke(&id).await.unwrap();
    world.pass(minutes(2)).await;

    let timeline = world.keeper().timeline(&id, 7).await.unwrap();

    let states: Vec<_> = timeline.spans.iter().map(|span| span.state).collect();
    assert_eq!(states, [SpanState::NoToken, SpanState::Alive, SpanState::NoToken]);
}

#[tokio::test]
async fn the_history_forgets_what_is_too_old() {
    let world = World::with_account("work").await;
    let whole = || HistoryQuery::newest(HistoryOf::All, 1000);
    let first = world.keeper().history(whole()).await.unwrap().events.last().unwrap().at;

    world.pass(DAY * 2).await;
    let before = world.keeper().history(whole()).await.unwrap().events;
    assert_eq!(before.last().unwrap().at, first, "as long as nothing else was chosen, lines alone count");
    world.keeper().set_retention(Retention { days: Some(1), lines: 1000 });

    let limit = world.clock.now() - DAY;
    within("the old lines to be forgotten", async {
        while world
            .keeper()
            .history(whole())
            .await
            .unwrap()
            .events
            .last()
            .is_some_and(|event| event.at < limit)
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let left = world.keeper().history(whole()).await.unwrap().events;
    assert!(!left.is_empty() && left.len() < before.len(), "{} of {}", left.len(), before.len());
}

#[tokio::test]
async fn the_forecast_has_what_the_person_knows() {
    let world = World::with_account("default").await;
    let id = account("practice");
    let keeper = world.keeper();
    let ahead = keeper.forecast();
    assert_eq!((ahead.dates.len(), ahead.renewing), (0, 1), "{ahead:?}");

    keeper.set_grant_life(&id, Some(30)).await.unwrap();
    let authorized = world.seen(&id).account.grant.unwrap().authorized_at;
    let ahead = keeper.forecast();
    let date = &ahead.dates[0];
    assert_eq!((date.at, date.what, date.known), (authorized + DAY * 30, Ends::RefreshToken, Known::Said));
    assert_eq!(ahead.renewing, 0);

    keeper.set_grant_life(&id, None).await.unwrap();
    assert_eq!(keeper.forecast().dates, []);
    for days in [0, 3651] {
        let refused = keeper.set_grant_life(&id, Some(days)).await.err().unwrap();
        assert_eq!(refused.problem().code, Code::InvalidInput, "{days}");
    }
}

#[tokio::test]
async fn a_client_secret_has_an_end_until_it_is_replaced() {
    let world = World::new().await;
    let name = world.add(Client::Basic).await;
    let keeper = world.keeper();
    let end = world.clock.now() + DAY * 10;

    keeper.set_secret_expiry(&name, Some(end)).await.unwrap();

    let date = keeper.forecast().dates.remove(0);
    assert_eq!((date.at, date.what, date.account), (end, Ends::ClientSecret, None));
    world.pass(DAY * 11).await;
    assert_eq!(world.keeper().forecast().dates[0].text, "The client secret has expired");
    world.keeper().set_secret_expiry(&name, None).await.unwrap();
    assert_eq!(world.keeper().forecast().dates, []);
    let public = World::new().await;
    let name = public.add(Client::Public).await;
    assert!(public.keeper().set_secret_expiry(&name, Some(end)).await.is_err(), "it has none");
}

#[tokio::test]
async fn a_client_in_testing_is_learned_from_how_a_grant_ended() {
    let world = World::new().await;
    let mut draft = world.provider.draft(Client::Public);
    draft.provider = Some("google".to_owned());
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    world.provider.fault(Endpoint::Token, "invalid_grant").await;

    world.pass(DAY * 7 + minutes(3)).await;
    assert!(
        matches!(world.seen(&id).account.standing, Standing::Ended { .. }),
        "{:?}",
        world.history(&id).await
    );
    assert_eq!(world.keeper().forecast().dates, [], "the person is needed by now");

    let learned = world.seen(&id).account.grant_life;
    assert_eq!(
        learned,
        Some(GrantLife { days: 7, learned: true }),
        "the next one is expected to end so, too"
    );
}
