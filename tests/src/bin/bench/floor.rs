//! The durable writes of an exchange, and nothing else: the code is used up, then the grant is stored.

use std::path::Path;

use grantkeep_tests::desktop::Outcome;
use rusqlite::{Connection, params};
use tokio::time::Instant;

/// A database with the vault's settings.
pub(crate) struct Floor {
    connection: Connection,
    number: i64,
}

impl Floor {
    /// A new one in a folder of the same disk.
    pub(crate) fn new(folder: &Path) -> Outcome<Self> {
        let connection = Connection::open(folder.join("floor.db"))?;
        connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"; {SETTINGS}", "5a".repeat(32)))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.execute_batch(TABLES)?;
        Ok(Self { connection, number: 0 })
    }

    /// Milliseconds of the two transactions.
    pub(crate) fn commit(&mut self) -> Outcome<f64> {
        self.number += 1;
        self.connection
            .execute("INSERT INTO pending VALUES (?1, ?2)", params![self.number, "p".repeat(400)])?;
        let started = Instant::now();
        self.connection.execute("DELETE FROM pending WHERE id = ?1", [self.number])?;
        let transaction = self.connection.transaction()?;
        transaction.execute("REPLACE INTO account VALUES (1, ?1)", ["a".repeat(1500)])?;
        transaction.execute("REPLACE INTO tokens VALUES (1, ?1)", ["t".repeat(1500)])?;
        transaction.execute("INSERT INTO history (line) VALUES (?1)", ["h".repeat(100)])?;
        transaction.commit()?;
        Ok(started.elapsed().as_secs_f64() * 1000.0)
    }
}

impl Floor {
    /// Milliseconds of a refresh' transactions: the intent, then the grant.
    pub(crate) fn refresh(&mut self) -> Outcome<f64> {
        let started = Instant::now();
        self.connection.execute("REPLACE INTO account VALUES (1, ?1)", ["i".repeat(1500)])?;
        let transaction = self.connection.transaction()?;
        transaction.execute("REPLACE INTO account VALUES (1, ?1)", ["a".repeat(1500)])?;
        transaction.execute("REPLACE INTO tokens VALUES (1, ?1)", ["t".repeat(1500)])?;
        transaction.execute("INSERT INTO history (line) VALUES (?1)", ["h".repeat(100)])?;
        transaction.commit()?;
        Ok(started.elapsed().as_secs_f64() * 1000.0)
    }
}

const SETTINGS: &str = "PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE;";
const TABLES: &str = "
    CREATE TABLE pending (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE account (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE tokens (account INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE history (id INTEGER PRIMARY KEY, line TEXT NOT NULL);";
