//! The tables, and how older vaults come to have them.
//!
//! A step that was released is never edited; a change is a new step.

use std::fs::File;

use rusqlite::{Connection, TransactionBehavior};

use crate::OpenError;
use crate::folder::Folder;

/// The schema version that this program writes.
pub(crate) const KNOWN: u32 = 4;

/// All steps: the first one makes version 1.
pub(crate) const STEPS: [&str; KNOWN as usize] =
    [include_str!("0001.sql"), include_str!("0002.sql"), include_str!("0003.sql"), include_str!("0004.sql")];

/// Brings the tables from their version to the newest one, each step in a transaction of its own.
///
/// A vault that holds something is copied before the first step. A crash at any point leaves a version that
/// this function goes on from.
pub(crate) fn migrate(connection: &mut Connection, folder: &Folder, steps: &[&str]) -> Result<(), OpenError> {
    let found = version(connection)?;
    if found > 0 && (found as usize) < steps.len() {
        back_up(connection, folder, found)?;
    }
    for (done, step) in (0u32..).zip(steps) {
        if done < found {
            continue;
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", done + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The version of the tables; 0 = there are none.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Copies the vault, encrypted with the same key, beside it.
fn back_up(connection: &Connection, folder: &Folder, version: u32) -> Result<(), OpenError> {
    let path = folder.backup(version);
    let failed = |error| OpenError::io("copy the vault before changing its tables", error);
    // A copy that is there already was left by a try that ended early, perhaps half written.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // SQLite takes an empty file over, with the permissions that it has.
    drop(folder.create_file(&path).map_err(failed)?);
    let name = path.to_str().ok_or_else(|| OpenError::Damaged { reason: NOT_UNICODE.to_owned() })?;
    connection.execute("VACUUM INTO ?1", [name])?;
    File::open(&path).and_then(|copy| copy.sync_all()).map_err(failed)
}

const NOT_UNICODE: &str = "the data folder's name is not Unicode, so the vault can't be copied";
