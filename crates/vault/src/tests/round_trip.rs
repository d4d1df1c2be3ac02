//! What is stored comes back, and nothing of it can be read in the files.

use grantkeep_core::model::{ClientSecret, RegistrationAccessToken, Service, Slot, Standing};
use grantkeep_core::ports::{SecretChange, Store as _, StoreError, TokenChange};

use super::*;

#[test]
fn services_accounts_and_events_come_back_after_reopening() {
    let folder = folder();
    let vault = create(folder.path()).unwrap();
    let mut second = account("google", "work", 1);
    second.candidate = Some(Box::new(grant(9)));
    let secret = || SecretChange::Set(ClientSecret::new("client-secret-1"));

    let stored =
        wait(vault.save_service(service("google"), secret(), vec![event("google", None, "added")])).unwrap();
    wait(vault.save_account(account("google", "default", 1), set_current("1"), Vec::new())).unwrap();
    let no_tokens = wait(vault.save_account(second.clone(), set_current("2"), Vec::new()));
    second.candidate = None;
    wait(vault.save_account(second.clone(), set_current("2"), vec![event("google", Some("work"), "new")]))
        .unwrap();
    drop(vault);
    let vault = open(folder.path()).unwrap();

    let loaded = wait(vault.load()).unwrap();
    assert_eq!(loaded.services, [service("google")]);
    assert_eq!(loaded.accounts, [account("google", "default", 1), second]);
    assert_eq!(stored[0].id, 1);
    assert!(
        matches!(no_tokens, Err(StoreError::Damaged { .. })),
        "a grant is never stored without its tokens"
    );
    let texts = |of| -> Vec<_> {
        history(&vault, of, 10).unwrap().into_iter().map(|event| (event.id, event.text, event.kind)).collect()
    };
    let newest =
        [(2, "new".to_owned(), EventKind::RefreshFailed), (1, "added".to_owned(), EventKind::RefreshFailed)];
    assert_eq!(texts(None), newest);
    assert_eq!(texts(Some(id("google", "work"))), newest, "with the service's own");
    assert_eq!(texts(Some(id("google", "default"))), newest[1..]);
    assert_eq!(history(&vault, None, 1).unwrap().len(), 1, "the limit holds");
}

#[test]
fn a_hand_out_notes_when_the_account_was_used_last() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let handed = |at_ms: i64| Event {
        at: at(at_ms),
        kind: EventKind::HandedOut,
        ..event("google", Some("work"), "Token handed to a test")
    };

    let logged = wait(vault.log(vec![handed(7), handed(9), event("google", Some("none"), "gone")])).unwrap();

    assert_eq!(logged.len(), 3);
    let loaded = wait(vault.load()).unwrap();
    let work = loaded.accounts.iter().find(|account| account.id == id("google", "work")).unwrap();
    assert_eq!(work.grant.as_ref().unwrap().last_used_at, Some(at(9)));
    assert_eq!(work.revision, 1, "it is no change of the grant");
}

#[test]
fn a_client_secret_is_kept_set_copied_and_removed() {
    let folder = folder();
    let vault = create(folder.path()).unwrap();
    let save = |name: &str, change| wait(vault.save_service(service(name), change, Vec::new()));
    let has = |of: &str, wanted: &str| {
        let secret = wait(vault.client_secret(name(of))).unwrap();
        secret.is_some_and(|secret| secret.matches(&ClientSecret::new(wanted)))
    };

    save("a", SecretChange::Set(ClientSecret::new("one"))).unwrap();
    save("a", SecretChange::Keep).unwrap();
    assert!(has("a", "one"), "keep keeps");
    save("b", SecretChange::CopyFrom(name("a"))).unwrap();
    assert!(has("b", "one"), "copied");
    save("a", SecretChange::Remove).unwrap();
    assert!(wait(vault.client_secret(name("a"))).unwrap().is_none(), "removed");
    assert!(has("b", "one"), "the copy is its own");

    let copied = save("c", SecretChange::CopyFrom(name("a")));
    assert_eq!(copied, Err(StoreError::Conflict), "nothing to copy");
    assert_eq!(wait(vault.load()).unwrap().services.len(), 2, "and nothing was saved");
    assert!(wait(vault.client_secret(name("nobody"))).unwrap().is_none());
}

#[test]
fn a_registration_access_token_stays_as_long_as_the_address_it_is_for() {
    let folder = folder();
    let vault = create(folder.path()).unwrap();
    let registered = |is_known: bool| {
        let address = || "https://auth.example.com/register/1".parse().unwrap();
        Service { client_configuration: is_known.then(address).map(Box::new), ..service("a") }
    };
    let save = |is_known, change| wait(vault.save_service(registered(is_known), change, Vec::new())).unwrap();
    let token = || wait(vault.registration_token(name("a"))).unwrap();
    let (secret, access) = (ClientSecret::new("one"), RegistrationAccessToken::new("delete-me"));

    save(true, SecretChange::Registered(Some(secret), Some(access)));
    assert!(token().is_some_and(|token| token.matches(&RegistrationAccessToken::new("delete-me"))));
    assert!(wait(vault.client_secret(name("a"))).unwrap().is_some(), "with its secret");
    save(true, SecretChange::Set(ClientSecret::new("two")));
    save(true, SecretChange::Keep);
    assert!(token().is_some(), "whatever becomes of the secret");
    save(false, SecretChange::Keep);
    assert!(token().is_none(), "another client");
    assert!(wait(vault.registration_token(name("nobody"))).unwrap().is_none());
}

#[test]
fn each_change_of_tokens_does_what_it_says() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let mut revision = 1;
    let mut save = |candidate: bool, change| {
        revision += 1;
        let mut account = account("google", "work", revision);
        account.candidate = candidate.then(|| Box::new(grant(1)));
        wait(vault.save_account(account, change, Vec::new())).unwrap();
    };
    let stored = |account: &str, slot| wait(vault.tokens(id("google", account), slot)).unwrap();
    let has =
        |account, slot, wanted: &str| stored(account, slot).is_some_and(|tokens| is_access(&tokens, wanted));

    save(false, TokenChange::Keep);
    assert!(has("work", Slot::Current, "access-1"), "keep");
    save(true, TokenChange::Set(Slot::Candidate, tokens("2")));
    assert!(has("work", Slot::Current, "access-1"), "the other slot is untouched");
    let taken = TokenChange::TakeCandidateOf(id("google", "work"));
    wait(vault.save_account(account("google", "other", 1), taken, Vec::new())).unwrap();
    assert!(has("other", Slot::Current, "access-2"), "taken");
    save(false, TokenChange::Promote);
    assert!(has("work", Slot::Current, "access-2"), "promoted");
    assert!(stored("work", Slot::Candidate).is_none(), "and no candidate any more");
    save(true, TokenChange::Set(Slot::Candidate, tokens("3")));
    save(false, TokenChange::Remove(Slot::Candidate));
    assert!(stored("work", Slot::Candidate).is_none(), "removed");

    let mut account = account("google", "work", 7);
    account.standing = Standing::Revoked { at: at(9) };
    wait(vault.save_account(account, TokenChange::RemoveAll, Vec::new())).unwrap();
    assert!(stored("work", Slot::Current).is_none(), "all removed");
    assert_eq!(wait(vault.load()).unwrap().accounts.len(), 2, "a revoked grant may be without tokens");
}

#[test]
fn every_field_of_a_token_set_comes_back() {
    let folder = folder();
    let vault = create_with_account(folder.path());

    let found = wait(vault.tokens(id("google", "work"), Slot::Current)).unwrap().unwrap();

    let wanted = tokens("1");
    assert!(found.access.matches(&wanted.access));
    assert!(found.refresh.unwrap().matches(&wanted.refresh.unwrap()));
    assert!(found.previous_refresh.unwrap().matches(&wanted.previous_refresh.unwrap()));
    assert!(found.previous_access.unwrap().matches(&wanted.previous_access.unwrap()));
    assert!(found.id.unwrap().matches(&wanted.id.unwrap()));
    assert!(found.other.unwrap().matches(&wanted.other.unwrap()));
}

#[test]
fn a_pending_authorization_replaces_the_last_one_and_is_taken_once() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let account = || id("google", "work");

    wait(vault.save_pending(pending("one", account()))).unwrap();
    wait(vault.save_pending(pending("two", account()))).unwrap();
    let nobody = wait(vault.save_pending(pending("three", id("google", "nobody"))));

    assert_eq!(nobody, Err(StoreError::Conflict), "its account is gone");
    let found = wait(vault.pendings()).unwrap();
    assert_eq!(found.len(), 1);
    let (found, wanted) = (&found[0], pending("two", account()));
    assert!(
        found.id == wanted.id && found.account == wanted.account && found.redirect_uri == wanted.redirect_uri
    );
    assert!(found.asked == wanted.asked && found.issuer == wanted.issuer && found.hosts == wanted.hosts);
    assert!(found.started_at == wanted.started_at && found.expires_at == wanted.expires_at);
    assert!(found.link.matches(&wanted.link) && found.state.matches(&wanted.state));
    assert!(found.code_verifier.as_ref().unwrap().matches(&wanted.code_verifier.unwrap()));
    assert!(found.nonce.as_ref().unwrap().matches(&wanted.nonce.unwrap()));
    assert!(!wait(vault.take_pending("one".to_owned())).unwrap(), "it was replaced");
    assert!(wait(vault.take_pending("two".to_owned())).unwrap());
    assert!(!wait(vault.take_pending("two".to_owned())).unwrap(), "single use (R-CB-04)");
}

#[test]
fn removing_takes_everything_along() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    wait(vault.save_account(account("google", "home", 1), set_current("2"), Vec::new())).unwrap();
    wait(vault.save_pending(pending("one", id("google", "work")))).unwrap();
    wait(vault.log(vec![event("google", Some("work"), "a"), event("google", Some("home"), "b")])).unwrap();

    wait(vault.remove_account(id("google", "work"), vec![event("google", None, "removed work")])).unwrap();
    let texts: Vec<_> = history(&vault, None, 10).unwrap().into_iter().map(|event| event.text).collect();
    assert_eq!(texts, ["removed work", "b"]);
    assert!(wait(vault.pendings()).unwrap().is_empty());
    assert!(wait(vault.tokens(id("google", "work"), Slot::Current)).unwrap().is_none());

    wait(vault.remove_service(name("google"))).unwrap();
    let loaded = wait(vault.load()).unwrap();
    assert!(loaded.services.is_empty() && loaded.accounts.is_empty());
    assert!(history(&vault, None, 10).unwrap().is_empty());
    assert!(wait(vault.tokens(id("google", "home"), Slot::Current)).unwrap().is_none());
    assert!(wait(vault.integrity_check()).unwrap().is_empty());
}

#[test]
fn only_the_keeper_changes_a_grant() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let cases = [
        ("work", 1, "the revision that is stored: a late answer"),
        ("work", 3, "one was left out"),
        ("work", 0, "an older one"),
        ("new", 2, "a new account starts at 1"),
        ("new", u64::MAX, "out of range"),
    ];
    for (slug, revision, why) in cases {
        let saved = vault.save_account(
            account("google", slug, revision),
            set_current("late"),
            vec![event("google", Some(slug), "late")],
        );
        assert_eq!(wait(saved), Err(StoreError::Conflict), "{why}");
    }
    let orphan = wait(vault.save_account(account("gone", "work", 1), set_current("late"), Vec::new()));
    assert_eq!(orphan, Err(StoreError::Conflict), "its service is gone");

    assert_eq!(wait(vault.load()).unwrap().accounts, [account("google", "work", 1)]);
    let tokens = wait(vault.tokens(id("google", "work"), Slot::Current)).unwrap().unwrap();
    assert!(is_access(&tokens, "access-1"), "nothing of it was saved");
    assert!(history(&vault, None, 10).unwrap().is_empty(), "no event either");
    wait(vault.save_account(account("google", "work", 2), set_current("2"), Vec::new())).unwrap();
}

#[test]
fn a_write_happens_though_nobody_waits_for_it() {
    let folder = folder();
    let vault = create_with_account(folder.path());

    drop(vault.save_account(account("google", "work", 2), set_current("2"), Vec::new()));

    assert_eq!(wait(vault.load()).unwrap().accounts[0].revision, 2);
}

#[test]
fn a_closed_vault_says_so_and_can_be_opened_again() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let clone = vault.clone();

    drop(vault.check_writable());
    wait(vault.close());

    assert_eq!(wait(clone.check_writable()), Err(StoreError::Closed));
    assert!(matches!(wait(clone.load()), Err(StoreError::Closed)));
    wait(clone.close());
    open(folder.path()).unwrap();
}

// R-ST-13
#[test]
fn the_files_hold_no_plain_text() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    wait(vault.save_service(
        service("google"),
        SecretChange::Set(ClientSecret::new("client-secret")),
        Vec::new(),
    ))
    .unwrap();
    wait(vault.save_pending(pending("one", id("google", "work")))).unwrap();
    wait(vault.log(vec![event("google", Some("work"), "the words of an event")])).unwrap();
    let known = [
        "google",
        "work",
        "Title of",
        "client-id-of",
        "client-secret",
        "access-1",
        "refresh-1",
        "id-token",
        "team",
        "auth.example.com",
        "state-one",
        "verifier-one",
        "nonce-one",
        "mail.read",
        "words of an event",
        "SQLite",
        "correct horse",
        "CREATE TABLE",
    ];

    for moment in ["open, in the journal", "closed"] {
        for (file, bytes) in bytes_of(folder.path()) {
            let found: Vec<_> = known
                .iter()
                .filter(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
                .collect();
            assert!(found.is_empty(), "{file}, {moment}: {found:?}");
        }
        wait(vault.close());
    }
}
