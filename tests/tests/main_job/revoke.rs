//! Taking tokens back, and trying them.

use grantkeep_core::keeper::Code;
use grantkeep_core::model::{
    Draft, EventKind, Note, RevocationAuth, RevocationBody, RevocationDraft, RevocationMethod,
    RevokePrevious, TokenState,
};
use grantkeep_tests::{Client, Endpoint, Person, World, account};

#[tokio::test]
async fn a_revocation_that_fails_changes_nothing() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let token = world.token(&id).await.unwrap();
    for fault in ["503", "close", "error:invalid_client", "error:unsupported_token_type"] {
        world.provider.faults(Endpoint::Revocation, fault, 2).await;

        let failed = world.keeper().revoke(&id).await.unwrap_err().problem();

        assert_eq!(failed.code, Code::RevocationFailed, "{fault}");
        assert_eq!(failed.title, "Practice did not take the token back");
        assert_eq!(world.state(&id), TokenState::Active, "{fault}");
        assert_eq!(world.token(&id).await.unwrap(), token, "{fault}");
        world.provider.clear_faults().await;
    }
    assert!(world.provider.honours(&token).await);
    assert!(world.history(&id).await.iter().any(|event| event.kind == EventKind::RevokeFailed));
}

// RFC 7009 §2.2.1
#[tokio::test]
async fn a_kind_of_token_that_the_provider_does_not_revoke_is_said_so_on_the_receipt() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.provider.fault(Endpoint::Revocation, "error:unsupported_token_type").await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    let dead: Vec<_> = receipt.lines.iter().map(|line| line.is_dead()).collect();
    assert_eq!(dead.iter().filter(|dead| **dead).count(), 1, "{receipt:?}");
    assert_eq!(dead.len(), 2, "{receipt:?}");
    assert_eq!(world.state(&id), TokenState::Revoked);
    assert_eq!(world.provider.stats().await.revocation, 2);
}

#[tokio::test]
async fn a_revocation_by_hand_names_the_page_and_sends_nothing() {
    let world = World::new().await;
    let page = "https://example.com/apps".to_owned();
    let revocation = RevocationDraft::ByHand { page: page.clone() };
    let draft = Draft { revocation, ..world.provider.draft(Client::Public) };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert_eq!(receipt.page, Some(page));
    assert!(receipt.lines.iter().all(|line| !line.is_dead()));
    assert_eq!(world.state(&id), TokenState::Active, "nobody knows whether the person did it");
    assert_eq!(world.provider.stats().await.revocation, 0);
}

// R-TK-14
#[tokio::test]
async fn a_recipe_of_the_services_own_revokes() {
    let world = World::new().await;
    let mut draft = world.provider.draft(Client::Public);
    draft.revocation = RevocationDraft::Custom {
        method: RevocationMethod::Post,
        url: world.provider.grant_ending_uri(),
        parameter: "token".to_owned(),
        body: RevocationBody::Json,
        auth: RevocationAuth::None,
    };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let token = world.token(&id).await.unwrap();

    let receipt = world.keeper().revoke(&id).await.unwrap();

    assert!(receipt.lines.iter().any(|line| line.is_dead()), "{receipt:?}");
    assert!(!world.provider.honours(&token).await);
    assert_eq!(world.state(&id), TokenState::Revoked);
}

#[tokio::test]
async fn without_a_recipe_there_is_nothing_to_revoke_with() {
    let world = World::new().await;
    let draft = Draft { revocation: RevocationDraft::None, ..world.provider.draft(Client::Public) };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;

    let refused = world.keeper().revoke(&id).await.unwrap_err();

    assert_eq!(refused.problem().code, Code::NoRevocation);
    assert!(!world.seen(&id).status.possible.revoke);
}

#[tokio::test]
async fn the_previous_token_is_revoked_after_the_new_one_is_stored() {
    let (world, id) = with_policy(RevokePrevious::After).await;
    let first = world.token(&id).await.unwrap();

    world.authorize(&id, &Person::ada()).await;

    let second = world.token(&id).await.unwrap();
    assert!(!world.provider.honours(&first).await, "after reauthorizing");
    assert!(world.provider.honours(&second).await);
    assert_eq!(world.provider.stats().await.revocation, 1);
    assert_eq!(world.seen(&id).service.revoke_previous, RevokePrevious::After);
    assert!(world.seen(&id).status.notes.is_empty());
}

#[tokio::test]
async fn a_previous_token_that_could_not_be_revoked_is_a_note() {
    let (world, id) = with_policy(RevokePrevious::After).await;
    let first = world.token(&id).await.unwrap();
    world.provider.fault(Endpoint::Revocation, "503").await;

    world.keeper().refresh(&id).await.expect("the new token counts");

    let notes = world.seen(&id).status.notes;
    assert!(matches!(&notes[..], [Note::PreviousNotRevoked { .. }]), "{notes:?}");
    assert!(world.provider.honours(&first).await);
    assert_eq!(world.state(&id), TokenState::Active);
}

#[tokio::test]
async fn the_policy_turns_itself_off_where_the_new_token_dies_with_the_old_one() {
    // Revoking any token ends the whole grant here, as RFC 7009 §2.1 allows: a refresh gives no grant of its own.
    let (world, id) = with_policy(RevokePrevious::After).await;

    world.keeper().refresh(&id).await.unwrap();

    let seen = world.seen(&id);
    assert!(seen.status.notes.contains(&Note::PolicyTurnedOff), "{:?}", seen.status.notes);
    assert_eq!(seen.service.revoke_previous, RevokePrevious::Never);
}

#[tokio::test]
async fn the_previous_grant_is_revoked_before_asking_but_never_for_a_refresh() {
    let (world, id) = with_policy(RevokePrevious::Before).await;
    let first = world.token(&id).await.unwrap();
    world.keeper().refresh(&id).await.unwrap();
    assert!(world.provider.honours(&first).await, "a refresh revokes nothing");
    let second = world.token(&id).await.unwrap();

    let started = world.begin(&id).await;
    assert!(!world.provider.honours(&second).await, "before the browser opens");
    assert_eq!(world.state(&id), TokenState::Revoked);
    assert_eq!(Person::ada().follow(started.link.expose()).await.status, 200);

    assert_eq!(world.state(&id), TokenState::Active);
    assert!(world.provider.honours(&world.token(&id).await.unwrap()).await);
}

#[tokio::test]
async fn a_provider_that_is_down_does_not_keep_the_person_from_authorizing_anew() {
    let (world, id) = with_policy(RevokePrevious::Before).await;
    let token = world.token(&id).await.unwrap();
    world.provider.faults(Endpoint::Revocation, "503", 2).await;

    let started = world.begin(&id).await;

    assert_eq!(world.token(&id).await.unwrap(), token, "what was not revoked is kept");
    assert_eq!(Person::ada().follow(started.link.expose()).await.status, 200);
}

// R-ST-13
#[tokio::test]
async fn the_test_uri_shows_the_answer_and_never_the_token() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let token = world.token(&id).await.unwrap();

    let good = world.keeper().test(&id).await.unwrap();
    world.provider.end_grant_of(&token).await;
    let dead = world.keeper().test(&id).await.unwrap();

    assert_eq!((good.status, dead.status), (200, 401), "revoked behind our back");
    assert!(good.body.contains("\"owner\": \"ada\""), "formatted: {}", good.body);
    assert!(good.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")));
    assert_eq!(good.request, format!("GET {}", world.provider.notes_uri));
    assert!(dead.body.contains("invalid_token"), "{}", dead.body);
    for tested in [good, dead] {
        assert!(!format!("{tested:?}").contains(&token));
    }
}

/// An authorized account whose service treats previous tokens so.
async fn with_policy(revoke_previous: RevokePrevious) -> (World, grantkeep_core::model::AccountId) {
    let world = World::new().await;
    let draft = Draft { revoke_previous, ..world.provider.draft(Client::Public) };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    (world, id)
}
