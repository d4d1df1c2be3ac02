//! A full disk and a read-only folder: the vault says so, and the old data is unharmed.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::process::ExitStatus;

use grantkeep_core::ports::StoreError;

use super::*;
use crate::{Found, inspect};

// R-RS-07
#[test]
fn a_disk_that_fills_up_loses_nothing_that_was_acknowledged() {
    let folder = folder();
    drop(create_with_account(folder.path()));

    let status =
        limited("tests::limits::child_fills_the_disk", folder.path(), "ulimit -f 1024; trap '' XFSZ");
    assert!(status.success());

    let vault = open(folder.path()).unwrap();
    let accounts = wait(vault.load()).unwrap().accounts.len();
    assert_eq!(fs::read_to_string(folder.path().join("acknowledged")).unwrap(), accounts.to_string());
    assert_eq!(wait(vault.integrity_check()).unwrap(), [""; 0]);
    wait(vault.save_account(account("google", "work", 2), set_current("after"), Vec::new())).unwrap();
}

#[test]
#[ignore = "started by a_disk_that_fills_up_loses_nothing_that_was_acknowledged"]
fn child_fills_the_disk() {
    let Some(folder) = child_folder() else { return };
    let vault = open(&folder).unwrap();
    let (mut accounts, mut refused) = (1, Vec::new());
    // One that is refused makes room in the journal, so some get through after it.
    while refused.len() < 20 {
        let account = account("google", &format!("account-{accounts}"), 1);
        match wait(vault.save_account(account, set_current(&"x".repeat(4_000)), Vec::new())) {
            Ok(_) => accounts += 1,
            Err(error) => refused.push(error),
        }
    }
    assert!(refused.iter().all(|error| matches!(error, StoreError::NotWritable { .. })), "{refused:?}");
    assert!(accounts > 10, "some were saved before");
    assert_eq!(wait(vault.load()).unwrap().accounts.len(), accounts, "reading goes on");
    fs::write(folder.join("acknowledged"), accounts.to_string()).unwrap();
}

#[test]
fn a_full_disk_is_noticed_before_anything_is_sent() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let before = bytes_of(folder.path());

    let status =
        limited("tests::limits::child_finds_the_disk_full", folder.path(), "ulimit -f 1; trap '' XFSZ");

    assert!(status.success());
    let after = bytes_of(folder.path());
    assert!(before.iter().all(|file| after.contains(file)), "nothing that was there is changed");
    wait(open(folder.path()).unwrap().check_writable()).unwrap();
}

#[test]
#[ignore = "started by a_full_disk_is_noticed_before_anything_is_sent"]
fn child_finds_the_disk_full() {
    let Some(folder) = child_folder() else { return };
    let vault = open(&folder).unwrap();
    for _ in 0..3 {
        let checked = wait(vault.check_writable());
        assert!(matches!(checked, Err(StoreError::NotWritable { .. })), "{checked:?}");
        let saved = wait(vault.save_account(account("google", "work", 2), set_current("2"), Vec::new()));
        assert!(matches!(saved, Err(StoreError::NotWritable { .. })), "{saved:?}");
        assert_eq!(wait(vault.load()).unwrap().accounts[0].revision, 1, "reading goes on");
    }
}

#[test]
fn a_disk_too_full_for_a_new_vault_leaves_nothing_in_the_way() {
    // In blocks of 512 bytes: none for the header, none for the database, some for half of the tables.
    for blocks in [0, 1, 4, 20, 60] {
        let folder = folder();
        let set_up = format!("ulimit -f {blocks}; trap '' XFSZ");
        assert!(limited("tests::limits::child_finds_no_room", folder.path(), &set_up).success(), "{blocks}");
        let vault = match inspect(folder.path()).unwrap() {
            Found::Nothing => create(folder.path()).unwrap(),
            _ => open(folder.path()).unwrap(),
        };
        wait(vault.check_writable()).unwrap();
    }
}

#[test]
#[ignore = "started by a_disk_too_full_for_a_new_vault_leaves_nothing_in_the_way"]
fn child_finds_no_room() {
    let Some(folder) = child_folder() else { return };
    let refused = create(&folder).err().unwrap();
    assert!(matches!(refused, OpenError::NotWritable { .. }), "{refused}");
}

#[test]
fn a_read_only_folder_is_reported_and_nothing_is_changed() {
    for (folder_mode, file_mode, why) in
        [(0o500, 0o600, "the folder"), (0o700, 0o400, "the files"), (0o500, 0o400, "both")]
    {
        let folder = folder();
        let database = folder.path().join("vault.db");
        drop(create_with_account(folder.path()));
        let before = bytes_of(folder.path());
        fs::set_permissions(&database, fs::Permissions::from_mode(file_mode)).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(folder_mode)).unwrap();

        let status = unprivileged("tests::limits::child_can_not_write", folder.path());

        assert!(status.success(), "{why}");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        fs::set_permissions(&database, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(bytes_of(folder.path()) == before, "{why}");
        assert_eq!(wait(open(folder.path()).unwrap().load()).unwrap().accounts.len(), 1, "{why}");
    }
}

#[test]
#[ignore = "started by a_read_only_folder_is_reported_and_nothing_is_changed"]
fn child_can_not_write() {
    let Some(folder) = child_folder() else { return };
    let refused = open(&folder).err().unwrap();
    assert!(matches!(refused, OpenError::NotWritable { .. }), "{refused}");
}

/// Runs a child test with a limit set by the shell.
fn limited(test: &str, folder: &Path, set_up: &str) -> ExitStatus {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{set_up}; exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
    as_child(&mut command, test, folder);
    report(command)
}

/// Runs a child test as somebody for whom permissions count: for root they do not.
fn unprivileged(test: &str, folder: &Path) -> ExitStatus {
    if !rustix::process::geteuid().is_root() {
        return report(child(test, folder));
    }
    for path in [folder.to_owned(), folder.join("vault.json"), folder.join("vault.db")] {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups"]);
    command.arg(std::env::current_exe().unwrap());
    as_child(&mut command, test, folder);
    report(command)
}

const NOBODY: u32 = 65_534;
