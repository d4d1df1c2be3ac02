//! Hand-outs stand in the history, though no token waits for it.

use std::time::Duration;

use grantkeep_core::keeper::KeeperEvent;
use grantkeep_core::model::{Event, EventKind};
use grantkeep_core::ports::Clock as _;
use grantkeep_tests::{World, account, minutes, within};

// R-AG-06
#[tokio::test]
async fn a_hand_out_is_told_soon_and_survives_the_end() {
    let mut world = World::with_account("work").await;
    let id = account("practice/work");
    let mut told = world.keeper().subscribe();

    world.token(&id).await.unwrap();

    let logged = async {
        loop {
            if let Ok(KeeperEvent::Logged(event)) = told.recv().await {
                return event;
            }
        }
    };
    let event = within("the history", logged).await;
    assert_eq!((event.kind, event.text.as_str()), (EventKind::HandedOut, "Token handed to a test"));
    assert!(event.id > 0, "as it is stored");
    world.clock.advance(minutes(1));
    world.token(&id).await.unwrap();
    let used_at = world.clock.now();
    world.restart().await;
    assert_eq!(hand_outs(&world.history(&id).await).len(), 2, "the end writes what waits");
    assert_eq!(world.seen(&id).account.grant.unwrap().last_used_at, Some(used_at));
}

// R-AG-06
#[tokio::test]
async fn no_hand_out_is_left_out_and_a_refresh_keeps_the_order() {
    let world = World::with_account("work").await;
    let id = account("practice/work");

    for _ in 0..300 {
        world.token(&id).await.unwrap();
    }
    world.keeper().token(&id, Duration::from_secs(290), "another").await.unwrap();
    world.keeper().refresh(&id).await.unwrap();

    let history = world.history(&id).await;
    assert_eq!(hand_outs(&history).len(), 301);
    let newest: Vec<_> = history.iter().take(2).map(|event| event.kind).collect();
    assert_eq!(newest, [EventKind::Refreshed, EventKind::HandedOut], "as they happened");
    assert!(world.seen(&id).account.grant.unwrap().last_used_at.is_some(), "a refresh keeps the last use");
}

fn hand_outs(history: &[Event]) -> Vec<&Event> {
    history.iter().filter(|event| event.kind == EventKind::HandedOut).collect()
}
