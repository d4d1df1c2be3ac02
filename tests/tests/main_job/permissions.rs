//! What programs may do: kept, counted, ended by time and by the person (R-AG-04).

use std::time::Duration;

use grantkeep_core::keeper::{Grantee, KeeperEvent, Verdict};
use grantkeep_core::model::{EventKind, HistoryOf, HistoryQuery, Name, Permission};
use grantkeep_core::ports::{Clock as _, Store as _};
use grantkeep_tests::{Client, World, minutes, within};

// R-AG-04, R-AG-06
#[tokio::test]
async fn a_permission_outlives_the_agent_with_its_uses() {
    let mut world = World::new().await;
    let service = world.add(Client::Public).await;
    let given = world.keeper().allow(builder(), Some(&service), None).await.unwrap();
    let manage = world.keeper().refuse_for_good(builder(), None).await.unwrap();

    for _ in 0..3 {
        assert_eq!(world.keeper().may(PROGRAM, Some(&service)), Verdict::Allowed);
    }
    assert_eq!(world.keeper().may(PROGRAM, None), Verdict::Refused { id: manage.id.clone() });
    assert_eq!(world.keeper().may("/usr/bin/git", Some(&service)), Verdict::Unasked);
    assert_eq!(
        stored(&world).await,
        [given.clone(), manage.clone()].map(|one| one.uses),
        "no write for a use"
    );
    world.restart().await;

    let now = world.clock.now();
    let used = Permission { uses: 3, last_used_at: Some(now), ..given };
    assert_eq!(by_id(world.keeper().permissions()), by_id(vec![used, manage]));
    let history = world.keeper().history(HistoryQuery::newest(HistoryOf::All, 2)).await.unwrap().events;
    let told: Vec<_> = history.iter().map(|event| (event.kind, event.text.as_str())).collect();
    let who = "report-builder (/home/x/bin/report-builder, process 4121)";
    let never = format!("{who} may never manage Grantkeep");
    let always = format!("{who} may always have tokens");
    assert_eq!(told, [(EventKind::Access, never.as_str()), (EventKind::Access, always.as_str())]);
    assert_eq!((&history[0].service, &history[1].service), (&None, &Some(service)));
}

// R-AG-04
#[tokio::test]
async fn uses_are_written_behind() {
    let world = World::new().await;
    let service = world.add(Client::Public).await;
    world.keeper().allow(builder(), Some(&service), None).await.unwrap();
    let mut events = world.keeper().subscribe();

    assert_eq!(world.keeper().may(PROGRAM, Some(&service)), Verdict::Allowed);

    let written = async {
        loop {
            // The keeper may begin its second at any moment.
            world.clock.advance(Duration::from_secs(1));
            let next = tokio::time::timeout(Duration::from_millis(20), events.recv()).await;
            if matches!(next, Ok(Ok(KeeperEvent::PermissionChanged(_)))) {
                return;
            }
        }
    };
    within("a use is written", written).await;
    assert_eq!(stored(&world).await, [1]);
}

// R-AG-04
#[tokio::test]
async fn a_permission_ends_by_itself_and_the_end_is_told() {
    let world = World::new().await;
    let service = world.add(Client::Public).await;
    let cases = [
        (Some(minutes(60)), minutes(60), "its time is over"),
        (None, Permission::IDLE, "not used for 90 days"),
    ];
    for (span, lasts, why) in cases {
        world.keeper().allow(builder(), Some(&service), span).await.unwrap();
        let mut events = world.keeper().subscribe();

        world.clock.advance(lasts - minutes(1));
        assert_eq!(world.keeper().permissions().len(), 1, "{why}: not yet");
        world.clock.advance(minutes(1));

        assert_eq!(world.keeper().may(PROGRAM, Some(&service)), Verdict::Unasked, "{why}: at once");
        assert!(world.keeper().permissions().is_empty());
        // Told once the vault has it.
        let gone = async { while !matches!(events.recv().await, Ok(KeeperEvent::PermissionRemoved(_))) {} };
        within("its removal", gone).await;
        assert!(world.vault().permissions().await.unwrap().is_empty(), "{why}");
        let told =
            world.keeper().history(HistoryQuery::newest(HistoryOf::All, 1)).await.unwrap().events.remove(0);
        assert_eq!(told.detail.as_deref(), Some(why));
        assert_eq!(told.text, "report-builder (/home/x/bin/report-builder) may no longer have tokens");
    }
}

// R-AG-04
#[tokio::test]
async fn the_newest_word_counts_and_can_be_taken_back() {
    let world = World::new().await;
    let service = world.add(Client::Public).await;
    let other: Name = "nowhere".parse().unwrap();
    let keeper = world.keeper();
    let first = keeper.allow(builder(), Some(&service), Some(minutes(5))).await.unwrap();
    let mut events = keeper.subscribe();

    let second = keeper.refuse_for_good(builder(), Some(&service)).await.unwrap();

    assert_eq!(first.id, second.id, "one of each program and service");
    assert_eq!(keeper.may(PROGRAM, Some(&service)), Verdict::Refused { id: second.id.clone() });
    assert_eq!(keeper.permissions(), std::slice::from_ref(&second));
    assert!(keeper.remove_permission(&second.id).await.unwrap());
    assert!(!keeper.remove_permission(&second.id).await.unwrap(), "it is gone");
    assert_eq!(keeper.may(PROGRAM, Some(&service)), Verdict::Unasked);
    let refused = keeper.allow(builder(), Some(&other), None).await.err().map(|error| error.to_string());
    assert_eq!(refused.as_deref(), Some("there is no `nowhere`"));
    let told = std::iter::from_fn(|| events.try_recv().ok());
    let told: Vec<_> = told.filter(|event| !matches!(event, KeeperEvent::Logged(_))).collect();
    assert!(
        matches!(&told[..], [KeeperEvent::PermissionChanged(a), KeeperEvent::PermissionRemoved(b)] if a == b),
        "{told:?}"
    );
}

// R-AG-04
#[tokio::test]
async fn a_deleted_service_takes_its_permissions_with_it() {
    let mut world = World::new().await;
    let service = world.add(Client::Public).await;
    world.keeper().allow(builder(), Some(&service), None).await.unwrap();
    let manage = world.keeper().allow(builder(), None, None).await.unwrap();
    assert_eq!(world.keeper().may(PROGRAM, Some(&service)), Verdict::Allowed);

    world.keeper().remove_service(&service, false).await.unwrap();

    assert_eq!(world.keeper().permissions(), std::slice::from_ref(&manage));
    world.restart().await;
    assert_eq!(world.keeper().permissions(), [manage], "what was used last brings nothing back");
}

#[expect(clippy::unwrap_used, reason = "called by tests only")]
async fn stored(world: &World) -> Vec<u64> {
    let mut stored = world.vault().permissions().await.unwrap();
    stored.sort_by_key(|permission| permission.service.is_none());
    stored.into_iter().map(|permission| permission.uses).collect()
}

fn by_id(mut permissions: Vec<Permission>) -> Vec<Permission> {
    permissions.sort_by(|a, b| a.id.cmp(&b.id));
    permissions
}

fn builder() -> Grantee {
    Grantee {
        program: PROGRAM.to_owned(),
        shown: "report-builder (/home/x/bin/report-builder, process 4121)".to_owned(),
    }
}

const PROGRAM: &str = "/home/x/bin/report-builder";
