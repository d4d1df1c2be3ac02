//! R-ST-05: a changed byte or a swapped row is detected and reported, and nothing is overwritten.

use grantkeep_core::model::Slot;
use grantkeep_core::ports::StoreError;

use super::*;

#[test]
fn a_changed_byte_is_detected_wherever_it_is() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    wait(vault.save_pending(pending("one", id("google", "work")))).unwrap();
    wait(vault.log((0..200).map(|n| event("google", Some("work"), &n.to_string())).collect())).unwrap();
    drop(vault);
    let path = folder.path().join("vault.db");
    let sound = fs::read(&path).unwrap();
    assert!(sound.len() > 8 * PAGE);

    let mut undetected = Vec::new();
    for page in 0..sound.len() / PAGE {
        for place in [page * PAGE, page * PAGE + PAGE / 2, page * PAGE + PAGE - 1] {
            let mut changed = sound.clone();
            changed[place] ^= 1;
            fs::write(&path, &changed).unwrap();
            if let Ok(everything) = read_everything(folder.path()) {
                // A page that nothing was read from, such as a free one: the full check finds it.
                assert_eq!(everything.0, 200, "what was read is right");
                assert!(everything.1, "and the tokens, too");
                if everything.2.is_empty() {
                    undetected.push(place);
                }
            }
            assert!(fs::read(&path).unwrap() == changed, "byte {place}: nothing is overwritten");
        }
    }
    assert!(undetected.is_empty(), "{undetected:?}");

    fs::write(&path, &sound).unwrap();
    assert!(read_everything(folder.path()).unwrap().2.is_empty(), "the sound file is sound");
}

#[test]
fn a_row_in_another_ones_place_is_detected() {
    let cases = [
        ("UPDATE services SET name = 'other' WHERE name = 'unused'", "service other", "a renamed service"),
        (
            "UPDATE accounts SET body = (SELECT body FROM accounts WHERE account = 'home') WHERE account = 'work'",
            "account google/work",
            "a swapped account",
        ),
        (
            "UPDATE accounts SET revision = 9 WHERE account = 'home'",
            "account google/home",
            "another revision",
        ),
        ("UPDATE accounts SET body = '{' WHERE account = 'work'", "account google/work", "unreadable"),
        ("DELETE FROM tokens WHERE account = 'work'", "account google/work", "a grant without tokens"),
        ("UPDATE services SET body = '{}' WHERE name = 'google'", "service google", "an empty body"),
        ("DROP TABLE tokens", "vault.db", "a table is missing"),
        (
            "UPDATE pendings SET body = replace(body, 'one', 'two')",
            "pending authorization of google/work",
            "another pending authorization",
        ),
        ("UPDATE events SET kind = 'nonsense'", "event 1", "an unknown kind of event"),
    ];
    for (sql, named, why) in cases {
        let folder = folder();
        let vault = create_with_account(folder.path());
        wait(vault.save_service(service("unused"), SecretChange::Keep, Vec::new())).unwrap();
        wait(vault.save_account(account("google", "home", 1), set_current("2"), Vec::new())).unwrap();
        wait(vault.save_pending(pending("one", id("google", "work")))).unwrap();
        wait(vault.log(vec![event("google", Some("work"), "a")])).unwrap();
        drop(vault);
        let connection = raw(folder.path());
        connection.execute_batch(sql).unwrap();
        drop(connection);
        let before = bytes_of(folder.path());

        let found = read_everything(folder.path()).err();

        let Some(StoreError::Damaged { reason }) = found else { panic!("{why}: {found:?}") };
        assert!(reason.contains(named), "{why}: {reason}");
        assert!(bytes_of(folder.path()) == before, "{why}: nothing is overwritten");
    }
}

#[test]
fn the_full_check_names_what_it_finds() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let connection = raw(folder.path());
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; UPDATE accounts SET body = '{'; DELETE FROM services")
        .unwrap();
    drop(connection);

    let findings = wait(open(folder.path()).unwrap().integrity_check()).unwrap();

    assert!(findings.iter().any(|finding| finding == "a row of accounts belongs to nothing"), "{findings:?}");
    assert!(
        findings.iter().any(|finding| finding.starts_with("account google/work can't be read")),
        "{findings:?}"
    );
}

#[test]
fn a_database_of_another_vault_is_damage() {
    let (one, two) = (folder(), folder());
    drop(create_with_account(one.path()));
    drop(create_with_account(two.path()));

    fs::copy(one.path().join("vault.db"), two.path().join("vault.db")).unwrap();

    assert!(matches!(open(two.path()), Err(OpenError::Damaged { .. })));
}

/// Number of events, whether the access token is right, and findings of the full check.
fn read_everything(folder: &Path) -> Result<(usize, bool, Vec<String>), StoreError> {
    let vault = open(folder).map_err(|error| match error {
        OpenError::Damaged { reason } => StoreError::Damaged { reason },
        other => panic!("{other}"),
    })?;
    wait(vault.load())?;
    wait(vault.pendings())?;
    let events = history(&vault, None, u32::MAX)?.len();
    let tokens = wait(vault.tokens(id("google", "work"), Slot::Current))?;
    let right = is_access(&tokens.unwrap(), "access-1");
    Ok((events, right, wait(vault.integrity_check())?))
}

const PAGE: usize = 4096;
