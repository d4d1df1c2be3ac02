//! Who came back, and with what.

use grantkeep_core::keeper::{Code, IdentityChoice, Outcome};
use grantkeep_core::model::{AccountId, Draft, Headline, Note, TokenState};
use grantkeep_tests::{Client, Person, Settings, World, account, minutes, until};

// R-TK-17
#[tokio::test]
async fn somebody_else_never_overwrites_and_can_replace() {
    let (world, id, ada) = somebody_else_came().await;

    let seen = world.keeper().resolve_identity(&id, IdentityChoice::Replace).await.unwrap();

    assert_eq!(subject(&world, &id), "bob");
    assert!(seen.account.candidate.is_none() && seen.status.notes.is_empty(), "{:?}", seen.status.notes);
    let bob = world.token(&id).await.unwrap();
    assert_ne!(bob, ada);
    assert!(world.provider.honours(&bob).await);
    world.keeper().refresh(&id).await.expect("with Bob's refresh token");
}

// R-TK-17
#[tokio::test]
async fn somebody_else_can_become_an_account_of_their_own() {
    let (world, id, ada) = somebody_else_came().await;

    let choice = IdentityChoice::NewAccount { title: "Bob".to_owned() };
    let seen = world.keeper().resolve_identity(&id, choice).await.unwrap();

    assert_eq!(seen.account.id, account("practice/bob"));
    assert_eq!((subject(&world, &id), subject(&world, &seen.account.id)), ("ada".into(), "bob".into()));
    assert_eq!(world.token(&id).await.unwrap(), ada);
    assert!(world.seen(&id).account.candidate.is_none());
    for id in [&id, &seen.account.id] {
        world.keeper().refresh(id).await.unwrap();
    }
}

#[tokio::test]
async fn the_choice_survives_a_restart_and_a_refused_name() {
    let (mut world, id, ada) = somebody_else_came().await;

    let taken = IdentityChoice::NewAccount { title: "Work".to_owned() };
    let refused = world.keeper().resolve_identity(&id, taken).await.err().unwrap();
    assert_eq!(refused.problem().code, Code::InvalidInput);
    world.restart().await;

    assert_eq!(world.token(&id).await.unwrap(), ada);
    world.keeper().resolve_identity(&id, IdentityChoice::Replace).await.unwrap();
    assert_eq!(subject(&world, &id), "bob");
}

// R-TK-09
#[tokio::test]
async fn an_unticked_scope_is_shown_until_the_person_accepts_it() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());

    let (outcome, page) = world.authorize(&id, &Person::ada().unticking("notes.write")).await;

    assert_eq!(outcome, Outcome::Done);
    assert!(page.body.contains("5 of 6 granted"), "{}", page.body);
    let seen = world.seen(&id);
    let missing = vec!["notes.write".to_owned()];
    assert_eq!(seen.status.notes, [Note::ScopesMissing { missing: missing.clone(), accepted: false }]);
    assert_eq!(seen.status.headline, Headline::ScopesMissing);
    assert_eq!(seen.status.token_state, TokenState::Active, "what was granted can be used");
    let seen = world.keeper().accept_scopes(&id).await.unwrap();
    assert_eq!(seen.status.notes, [Note::ScopesMissing { missing, accepted: true }]);
    assert_eq!(seen.status.headline, Headline::Active);
}

#[tokio::test]
async fn a_missing_refresh_token_is_explained_and_only_the_person_helps_at_the_end() {
    let world = World::new().await;
    world.provider.set(Settings { refresh: "offline_access", ..Settings::default() }).await;
    let draft = Draft { scopes: "openid notes.read".to_owned(), ..world.provider.draft(Client::Public) };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let notes = world.seen(&id).status.notes;
    assert!(
        matches!(&notes[..], [Note::NoRefreshToken { hint }] if hint.contains("offline_access")),
        "{notes:?}"
    );

    world.pass(minutes(6)).await;

    assert_eq!(world.state(&id), TokenState::Expired);
    assert_eq!(world.token(&id).await.unwrap_err().problem().code, Code::AuthorizationRequired);
    assert_eq!(world.keeper().refresh(&id).await.unwrap_err().problem().code, Code::NoRefreshToken);
    assert_eq!(world.provider.stats().await.refreshes(), 0);
}

/// Ada authorized the account; then Bob came back on reauthorizing. The account, and Ada's token.
#[expect(clippy::unwrap_used, reason = "called by tests only")]
async fn somebody_else_came() -> (World, AccountId, String) {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let ada = world.token(&id).await.unwrap();

    let (outcome, page) = world.authorize(&id, &Person::named("bob")).await;

    assert_eq!(outcome, Outcome::Done);
    assert!(page.body.contains("somebody else"), "{}", page.body);
    let note = Note::SomebodyElse { expected: "ada@example.test".into(), came: "bob@example.test".into() };
    until("both are known by name", || (world.seen(&id).status.notes == [note.clone()]).then_some(())).await;
    assert_eq!(world.token(&id).await.unwrap(), ada, "Ada's grant is untouched");
    (world, id, ada)
}

#[expect(clippy::unwrap_used, reason = "called by tests only")]
fn subject(world: &World, id: &AccountId) -> String {
    world.seen(id).account.grant.unwrap().identity.unwrap().subject
}
