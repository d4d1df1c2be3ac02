//! R-ST-10: migrations, with steps that do not exist yet.

use super::*;
use crate::schema::{KNOWN, STEPS, migrate, version};

#[test]
fn a_migration_is_made_step_by_step_after_a_copy() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let at = Folder::at(folder.path()).unwrap();
    let mut connection = raw(folder.path());
    let fine = "ALTER TABLE services ADD COLUMN extra TEXT";
    let broken = "UPDATE services SET extra = 'half'; SELECT nonsense FROM nowhere";
    let with = |further: &[&'static str]| [&STEPS[..], further].concat();

    let stopped = migrate(&mut connection, &at, &with(&[fine, broken]));
    assert!(stopped.is_err());
    assert_eq!(version(&connection).unwrap(), KNOWN + 1, "the step that worked stays");
    let extra: Option<String> =
        connection.query_row("SELECT extra FROM services", [], |row| row.get(0)).unwrap();
    assert_eq!(extra, None, "the one that did not left nothing");
    migrate(&mut connection, &at, &with(&[fine, "UPDATE services SET extra = 'whole'"])).unwrap();
    assert_eq!(version(&connection).unwrap(), KNOWN + 2);
    drop(connection);

    let copy = at.backup(KNOWN);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&copy).unwrap()) & 0o777, 0o600);
    assert!(at.backup(KNOWN + 1).exists(), "the second try copied what it found");
    // The copy opens with the vault's key and holds the old tables.
    fs::rename(&copy, at.database()).unwrap();
    let vault = open(folder.path()).unwrap();
    assert_eq!(wait(vault.load()).unwrap().accounts.len(), 1);
}

#[test]
fn a_vault_of_the_second_version_gets_the_columns_of_later_ones() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let at = Folder::at(folder.path()).unwrap();
    let mut connection = raw(folder.path());
    let later = [
        ("services", "registration_token"),
        ("events", "took_ms"),
        ("events", "reason"),
        ("events", "token_ends_at"),
    ];
    for (table, column) in later {
        connection.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN {column}")).unwrap();
    }
    connection.pragma_update(None, "user_version", 2).unwrap();

    migrate(&mut connection, &at, &STEPS).unwrap();
    drop(connection);

    assert!(at.backup(2).exists());
    let vault = open(folder.path()).unwrap();
    assert!(wait(vault.registration_token(name("google"))).unwrap().is_none());
    let logged = wait(vault.log(vec![event("google", Some("work"), "new")])).unwrap();
    assert_eq!(history(&vault, None, 1).unwrap(), logged);
    assert_eq!(wait(vault.load()).unwrap().accounts.len(), 1, "and what was there is there");
}

#[test]
fn a_vault_that_was_not_made_to_the_end_is_finished_on_opening() {
    let states: [(&str, Make); 4] = [
        ("a header alone", |_| {}),
        ("an empty database", |at| drop(at.create_file(&at.database()).unwrap())),
        ("a database without tables", |at| {
            drop(at.create_file(&at.database()).unwrap());
            let connection = rusqlite::Connection::open(at.database()).unwrap();
            key_of(at).unlock(&connection).unwrap();
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
        }),
        ("all but the last word in the header", |at| {
            drop(connection::open(at, &key_of(at), false).unwrap());
        }),
    ];
    for (state, make) in states {
        let folder = folder();
        drop(create(folder.path()).unwrap());
        let at = Folder::at(folder.path()).unwrap();
        fs::remove_file(at.database()).unwrap();
        let mut header = Header::read(&at).unwrap().unwrap();
        header.complete = false;
        header.write(&at).unwrap();
        make(&at);

        assert!(matches!(create(folder.path()), Err(OpenError::AlreadyThere)), "{state}");
        let vault = open(folder.path()).expect(state);
        wait(vault.check_writable()).expect(state);
        assert!(Header::read(&at).unwrap().unwrap().complete, "{state}");
    }
}

/// Makes what a creation that ended early left behind.
type Make = fn(&Folder);
