//! Opens the database: key, settings, lock and tables, in this order.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::OpenError;
use crate::folder::{Folder, exists};
use crate::key::VaultKey;
use crate::schema;

/// Opens `vault.db` and takes SQLite's lock on it until the connection is closed.
///
/// `complete` = the vault was made before: its database must be there with its tables.
pub(crate) fn open(folder: &Folder, key: &VaultKey, complete: bool) -> Result<Connection, OpenError> {
    let path = folder.database();
    if !exists(&path)? {
        if complete {
            return Err(damaged("vault.db is missing"));
        }
        folder.create_file(&path).map_err(|e| OpenError::io("make vault.db", e))?;
    }
    let mut connection = Connection::open_with_flags(
        &path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    // Until the vault is known to be ours to change, closing must not write either.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.execute_batch(BEFORE_THE_KEY)?;
    key.unlock(&connection)?;
    connection.execute_batch(SETTINGS)?;
    // The first read: proves the key and takes the lock.
    let found = schema::version(&connection)?;
    if found > schema::KNOWN {
        return Err(OpenError::TooNew { found, known: schema::KNOWN });
    }
    if complete && found == 0 {
        return Err(damaged("vault.db is empty"));
    }
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::NotWritable { reason: format!("its journal stays in mode {mode}") });
    }
    schema::migrate(&mut connection, folder, &schema::STEPS)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

/// Moves what the journal holds into `vault.db` and empties the journal.
pub(crate) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Moves what the journal holds into `vault.db`, where most pages have their place already; the journal keeps its
/// length and is written from its start again.
pub(crate) fn make_room(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// What SQLCipher and SQLite find wrong with the file; nothing when it is sound.
pub(crate) fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    // SQLCipher checks vault.db itself, which is behind as long as the journal holds something.
    checkpoint(connection)?;
    let mut findings = Vec::new();
    for check in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check"] {
        let mut statement = connection.prepare(check)?;
        let found: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0))?.collect();
        findings.extend(found?.into_iter().filter(|finding| finding != "ok"));
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let orphans: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0))?.collect();
    findings.extend(orphans?.into_iter().map(|table| format!("a row of {table} belongs to nothing")));
    Ok(findings)
}

fn damaged(reason: &str) -> OpenError {
    OpenError::Damaged { reason: reason.to_owned() }
}

/// Settings of the whole process. SQLCipher would print errors on stderr; with memory security it wipes what it
/// frees, the text of the statement with the key included.
const BEFORE_THE_KEY: &str = "PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON;";

/// `locking_mode` stands before the first read, so that the lock is exclusive and no `-shm` file is made.
const SETTINGS: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA temp_store = MEMORY;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
";
