//! Answers of the token endpoint that are odd, but good.

use std::time::Duration;

use grantkeep_core::keeper::Outcome;
use grantkeep_core::model::{Note, TokenState, TokenType};
use grantkeep_tests::{Client, Endpoint, Person, World, account};

// R-TK-05, R-TK-07, R-TK-08
#[tokio::test]
async fn odd_answers_are_read_at_the_exchange_and_at_a_refresh() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let cases = [
        ("form", TokenState::Active, false, "form-encoded"),
        ("text_plain", TokenState::Active, false, "JSON that calls itself text"),
        ("string_expires", TokenState::Active, false, "expires_in as a string"),
        ("no_expires", TokenState::UnknownLife, false, "no expires_in"),
        ("no_token_type", TokenState::Active, true, "no token_type, which is noted"),
        ("odd_token_type", TokenState::Active, false, "BEARER"),
    ];
    for (fault, state, noted, why) in cases {
        world.provider.fault(Endpoint::Token, fault).await;
        let (outcome, _) = world.authorize(&id, &Person::ada()).await;
        assert_eq!((outcome, world.state(&id)), (Outcome::Done, state), "exchange: {why}");
        let token = world.token(&id).await.unwrap();
        world.provider.fault(Endpoint::Token, fault).await;
        world.keeper().refresh(&id).await.expect(why);

        let seen = world.seen(&id);
        assert_eq!(seen.status.token_state, state, "refresh: {why}");
        assert_eq!(seen.account.grant.unwrap().token_type, TokenType::Bearer, "{why}");
        let has_note = seen.status.notes.iter().any(|note| matches!(note, Note::Oddity { .. }));
        assert_eq!(has_note, noted, "{why}: {:?}", seen.status.notes);
        assert_ne!(world.token(&id).await.unwrap(), token, "{why}");
    }
}

// R-TK-02
#[tokio::test]
async fn a_token_of_unknown_life_is_handed_out_and_never_refreshed_by_itself() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    world.provider.fault(Endpoint::Token, "no_expires").await;
    world.authorize(&id, &Person::ada()).await;
    let token = world.token(&id).await.unwrap();

    world.pass(Duration::from_secs(30 * 24 * 3600)).await;

    assert_eq!(world.token(&id).await.unwrap(), token);
    assert_eq!(world.provider.stats().await.refreshes(), 0);
}
