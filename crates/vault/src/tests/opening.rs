//! Making and opening.

use super::*;
use crate::{Found, inspect};

#[test]
fn a_vault_is_found_by_where_its_key_is() {
    let (empty, with) = (folder(), folder());
    drop(create(with.path()).unwrap());

    assert_eq!(inspect(empty.path()).unwrap(), Found::Nothing);
    assert_eq!(inspect(&empty.path().join("not/there")).unwrap(), Found::Nothing);
    assert_eq!(inspect(with.path()).unwrap(), Found::Passphrase);
    assert!(matches!(open(empty.path()), Err(OpenError::NotThere)));
    assert!(matches!(create(with.path()), Err(OpenError::AlreadyThere)));
    open(with.path()).unwrap();
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let before = bytes_of(folder.path());

    let opened = Vault::open_with_passphrase(folder.path(), &Passphrase::new("correct horse battery stable"));

    assert!(matches!(opened, Err(OpenError::WrongPassphrase)));
    assert!(bytes_of(folder.path()) == before);
    open(folder.path()).unwrap();
}

// R-ST-01
#[test]
fn the_header_of_a_real_passphrase_says_what_it_costs() {
    let folder = folder();

    drop(Vault::create_with_passphrase(folder.path(), &passphrase()).unwrap());

    let header: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("vault.json")).unwrap()).unwrap();
    assert_eq!(
        header["key"]["argon2id"],
        serde_json::json!({ "memory_kib": 65536, "passes": 3, "lanes": 1 })
    );
    assert_eq!(header["complete"], true);
    open(folder.path()).unwrap();
}

#[test]
fn a_changed_header_does_not_open() {
    let cases = [
        ("\"format\": 1", "\"format\": 0", "no such format"),
        ("\"memory_kib\": 64", "\"memory_kib\": 65", "another cost"),
        ("\"memory_kib\": 64", "\"memory_kib\": 4000000000", "a cost that nobody can pay"),
        ("\"passes\": 1", "\"passes\": 4000000000", "a cost that nobody can wait for"),
        ("\"salt\": \"", "\"salt\": \"ä", "no hexadecimal number"),
        ("\"place\": \"passphrase\"", "\"place\": \"moon\"", "no such place"),
        ("{", "", "no JSON"),
    ];
    for (from, to, why) in cases {
        let folder = folder();
        drop(create(folder.path()).unwrap());
        let path = folder.path().join("vault.json");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        assert_ne!(text, fs::read_to_string(&path).unwrap(), "{why}");
        let opened = open(folder.path()).err().unwrap();
        assert!(matches!(opened, OpenError::WrongPassphrase | OpenError::Damaged { .. }), "{why}: {opened}");
        assert!(
            matches!(create(folder.path()), Err(OpenError::AlreadyThere | OpenError::Damaged { .. })),
            "{why}"
        );
    }
}

#[test]
fn parts_of_a_vault_are_damage_and_stay_as_they_are() {
    for (lost, why) in [("vault.json", "no header"), ("vault.db", "no database")] {
        let folder = folder();
        drop(create_with_account(folder.path()));
        fs::remove_file(folder.path().join(lost)).unwrap();
        let before = bytes_of(folder.path());
        assert!(matches!(open(folder.path()), Err(OpenError::Damaged { .. })), "{why}");
        let again = create(folder.path()).err().unwrap();
        assert!(matches!(again, OpenError::Damaged { .. } | OpenError::AlreadyThere), "{why}");
        assert!(bytes_of(folder.path()) == before, "{why}");
    }
    let folder = folder();
    drop(create_with_account(folder.path()));
    fs::write(folder.path().join("vault.db"), []).unwrap();
    assert!(
        matches!(open(folder.path()), Err(OpenError::Damaged { .. })),
        "an empty database is no new vault"
    );
    assert_eq!(fs::metadata(folder.path().join("vault.db")).unwrap().len(), 0);
}

// R-ST-10
#[test]
fn a_newer_vault_is_refused_untouched() {
    let (newer_header, newer_schema) = (folder(), folder());
    drop(create_with_account(newer_header.path()));
    drop(create_with_account(newer_schema.path()));
    fs::write(newer_header.path().join("vault.json"), br#"{"format": 2, "what": "else"}"#).unwrap();
    let connection = raw(newer_schema.path());
    connection.pragma_update(None, "user_version", 7).unwrap();
    // A journal stays behind, as after a crash of the newer program.
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    drop(connection);
    let before = [bytes_of(newer_header.path()), bytes_of(newer_schema.path())];
    assert!(before[1].iter().any(|(name, _)| name == "vault.db-wal"));

    assert!(matches!(open(newer_header.path()), Err(OpenError::TooNew { found: 2, known: 1 })));
    assert!(matches!(inspect(newer_header.path()), Err(OpenError::TooNew { .. })));
    assert!(matches!(open(newer_schema.path()), Err(OpenError::TooNew { found: 7, known: 2 })));
    assert!([bytes_of(newer_header.path()), bytes_of(newer_schema.path())] == before);
}

#[test]
fn two_agents_cannot_own_one_vault() {
    let folder = folder();
    let first = create_with_account(folder.path());

    assert!(matches!(open(folder.path()), Err(OpenError::InUse)), "in this process");
    let other = report(child("tests::opening::child_finds_the_vault_in_use", folder.path()));
    assert!(other.success(), "in another process");

    wait(first.check_writable()).unwrap();
    drop(first);
    open(folder.path()).unwrap();
}

#[test]
#[ignore = "started by two_agents_cannot_own_one_vault"]
fn child_finds_the_vault_in_use() {
    let Some(folder) = child_folder() else { return };
    assert!(matches!(open(&folder), Err(OpenError::InUse)));
}

// R-ST-07
#[cfg(unix)]
#[test]
fn files_are_private_and_refused_when_they_are_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let base = folder();
    let folder = base.path().join("data/grantkeep");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let chmod = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();

    let vault = create_with_account(&folder);
    assert_eq!(mode(&folder), 0o700);
    for (file, _) in bytes_of(&folder) {
        assert_eq!(mode(&folder.join(&file)), 0o600, "{file}");
    }
    assert!(folder.join("vault.db-wal").exists() && !folder.join("vault.db-shm").exists());
    drop(vault);

    let cases = [("", 0o750), ("", 0o701), ("vault.json", 0o640), ("vault.db", 0o604), ("vault.db", 0o620)];
    for (file, loose) in cases {
        let path = if file.is_empty() { folder.clone() } else { folder.join(file) };
        let tight = mode(&path);
        chmod(&path, loose);
        let refused = open(&folder).err().unwrap();
        assert!(matches!(inspect(&folder), Err(OpenError::Unsafe { .. })), "{file} {loose:o}");
        let text = refused.to_string();
        assert!(
            matches!(refused, OpenError::Unsafe { mode, .. } if mode == loose),
            "{file} {loose:o}: {text}"
        );
        assert!(text.contains(&format!("chmod go= '{}'", path.display())), "{text}");
        chmod(&path, tight);
    }
    open(&folder).unwrap();
}

#[test]
fn a_folder_with_an_odd_name_is_a_folder() {
    let base = folder();
    let folder = base.path().join("file:x?mode=memory&é'\"#%20");
    drop(create_with_account(&folder));
    assert!(folder.join("vault.db").exists());
    assert_eq!(wait(open(&folder).unwrap().load()).unwrap().accounts.len(), 1);
}
