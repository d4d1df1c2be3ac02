//! Services and accounts: added, copied, renamed, deleted.

use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::{Draft, TokenState};
use grantkeep_core::ports::SecretChange;
use grantkeep_tests::{Client, Endpoint, Person, World, account};

#[tokio::test]
async fn a_copied_service_has_the_secret_and_a_redirect_path_of_its_own() {
    for client in [Client::Basic, Client::Public] {
        a_copy_of(client).await;
    }
}

#[expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]
async fn a_copy_of(client: Client) {
    let world = World::new().await;
    let original = world.add(client).await;

    let copy = world.keeper().duplicate_service(&original, "Practice for the shop").await.unwrap();

    assert_eq!(copy.service.name.as_str(), "practice-for-the-shop");
    let id = account("practice-for-the-shop");
    assert_ne!(copy.service.redirect_path, world.seen(&account("practice")).service.redirect_path);
    let (outcome, _) = world.authorize(&id, &Person::ada()).await;
    assert_eq!(outcome, Outcome::Done, "with the copied client secret, where there is one");
    assert_eq!(world.state(&account("practice")), TokenState::NotAuthorized);
}

#[tokio::test]
async fn a_renamed_service_keeps_its_name_path_and_grant() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let before = world.seen(&id);
    let draft = Draft { title: "My notes".to_owned(), ..world.provider.draft(Client::Public) };

    let seen = world.keeper().edit_service(&id.service, draft, SecretChange::Keep).await.unwrap();

    assert_eq!(seen.service.title, "My notes");
    assert_eq!(seen.service.redirect_path, before.service.redirect_path, "no registration is broken");
    assert_eq!(seen.service.name, before.service.name, "programs go on using it");
    world.keeper().refresh(&id).await.unwrap();
}

#[tokio::test]
async fn a_renamed_account_keeps_its_name_and_grant() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let token = world.token(&id).await.unwrap();

    let seen = world.keeper().rename_account(&id, "Night shift").await.unwrap();

    assert_eq!((seen.account.title.as_str(), &seen.account.id), ("Night shift", &id));
    assert_eq!(world.token(&id).await.unwrap(), token);
    let empty = world.keeper().rename_account(&id, " ").await.err().unwrap().problem();
    assert_eq!((empty.code, empty.fields[0].field.as_str()), (Code::InvalidInput, "title"));
}

#[tokio::test]
async fn a_deleted_account_takes_its_grant_with_it() {
    for revoke in [true, false] {
        let world = World::with_account("work").await;
        let id = account("practice/work");
        let token = world.token(&id).await.unwrap();

        let receipt = world.keeper().remove_account(&id, revoke).await.unwrap();

        assert_eq!(world.provider.honours(&token).await, !revoke, "revoke: {revoke}");
        assert_eq!(receipt.lines.iter().any(|line| line.is_dead()), revoke);
        assert!(world.keeper().account(&id).is_err());
        assert_eq!(world.refresh_token(&id).await, None, "nothing of it stays in the vault");
        assert!(world.keeper().account(&account("practice")).is_ok(), "the other account stays");
    }
}

#[tokio::test]
async fn a_deleted_service_takes_everything_with_it_also_after_a_restart() {
    for revoke in [true, false] {
        let mut world = World::with_account("work").await;
        let id = account("practice/work");
        let token = world.token(&id).await.unwrap();
        world.begin(&account("practice")).await;

        world.keeper().remove_service(&id.service, revoke).await.unwrap();
        world.restart().await;

        assert_eq!(world.provider.honours(&token).await, !revoke, "revoke: {revoke}");
        assert!(world.keeper().services().is_empty() && world.keeper().accounts().is_empty());
    }
}

#[tokio::test]
async fn what_could_not_be_revoked_is_not_deleted() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    let token = world.token(&id).await.unwrap();
    world.provider.faults(Endpoint::Revocation, "503", 4).await;

    let account_refused = world.keeper().remove_account(&id, true).await.err().unwrap();
    let service_refused = world.keeper().remove_service(&id.service, true).await.err().unwrap();

    for refused in [account_refused, service_refused] {
        assert_eq!(refused.problem().code, Code::RevocationFailed);
    }
    assert_eq!(world.token(&id).await.unwrap(), token);
}

#[tokio::test]
async fn a_service_added_twice_gets_a_name_of_its_own() {
    let world = World::new().await;

    let names = [world.add(Client::Public).await, world.add(Client::Public).await];

    assert_eq!(names.map(String::from), ["practice", "practice-2"]);
    let paths =
        ["practice", "practice-2"].map(|name| world.seen(&account(name)).service.redirect_path.clone());
    assert_ne!(paths[0], paths[1]);
}

#[tokio::test]
async fn a_mistyped_name_suggests_the_nearest() {
    let world = World::new().await;
    world.add(Client::Public).await;

    let problem = world.keeper().account(&account("practise")).err().unwrap().problem();

    assert_eq!((problem.code, problem.hint.as_str()), (Code::NotFound, "Did you mean “practice”?"));
}

#[tokio::test]
async fn a_form_that_needs_mending_saves_nothing() {
    let world = World::new().await;
    let good = world.provider.draft(Client::Public);
    let cases = [
        (Draft { token_uri: "not a url".into(), ..good.clone() }, "token_uri"),
        (Draft { token_uri: "http://example.com/token".into(), ..good.clone() }, "token_uri"),
        (Draft { authorize_uri: "https://example.com/#a".into(), ..good.clone() }, "authorize_uri"),
        (Draft { title: String::new(), ..good.clone() }, "title"),
        (Draft { client_id: String::new(), ..good.clone() }, "client_id"),
        (Draft { link_timeout_s: 29, ..good.clone() }, "link_timeout_s"),
    ];
    for (draft, field) in cases {
        let problem = world.keeper().add_service(draft, None).await.err().expect(field).problem();

        assert_eq!(problem.code, Code::InvalidInput, "{field}");
        assert!(problem.fields.iter().any(|one| one.field == field && !one.warning), "{field}: {problem:?}");
    }
    assert!(world.keeper().services().is_empty());
}
