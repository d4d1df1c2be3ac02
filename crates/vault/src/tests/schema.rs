//! R-ST-10: migrations, with steps that do not exist yet.

use super::*;
use crate::schema::{STEPS, migrate, version};

#[test]
fn a_migration_is_made_step_by_step_after_a_copy() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let at = Folder::at(folder.path()).unwrap();
    let mut connection = raw(folder.path());
    let fine = "ALTER TABLE services ADD COLUMN extra TEXT";
    let broken = "UPDATE services SET extra = 'half'; SELECT nonsense FROM nowhere";

    let stopped = migrate(&mut connection, &at, &[STEPS[0], STEPS[1], fine, broken]);
    assert!(stopped.is_err());
    assert_eq!(version(&connection).unwrap(), 3, "the step that worked stays");
    let extra: Option<String> =
        connection.query_row("SELECT extra FROM services", [], |row| row.get(0)).unwrap();
    assert_eq!(extra, None, "the one that did not left nothing");
    migrate(&mut connection, &at, &[STEPS[0], STEPS[1], fine, "UPDATE services SET extra = 'whole'"])
        .unwrap();
    assert_eq!(version(&connection).unwrap(), 4);
    drop(connection);

    let copy = at.backup(2);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&copy).unwrap()) & 0o777, 0o600);
    assert!(at.backup(3).exists(), "the second try copied what it found");
    // The copy opens with the vault's key and holds the old tables.
    fs::rename(&copy, at.database()).unwrap();
    let vault = open(folder.path()).unwrap();
    assert_eq!(wait(vault.load()).unwrap().accounts.len(), 1);
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
