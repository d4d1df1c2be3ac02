//! The encrypted store of Grantkeep: one SQLCipher file, its key in the OS keyring or under a passphrase.
//!
//! In a data folder (0700) that belongs to one user stand
//! - `vault.json`: the plain header, see [`inspect`]: format, vault id, and where the key is kept;
//! - `vault.db` (and `vault.db-wal` while it is open): everything else, encrypted page by page with an HMAC;
//! - `vault.db.schema-‹n›.bak`: the copy made before a migration from schema ‹n›.
//!
//! [`Vault`] implements [`Store`](grantkeep_core::ports::Store). One thread owns the database connection and does
//! one transaction after the other; another one talks to the keyring ([`KeyringHandle`]).
//! All functions here that are not `async` block; call them where blocking is allowed.
//!
//! One process opens a vault at a time. SQLite's lock is a POSIX one: a process that opens `vault.db` by other
//! means and closes it again would lose the lock, so nothing here does.

mod accounts;
mod connection;
mod error;
mod folder;
mod header;
mod history;
mod key;
mod keyring;
mod permissions;
mod rows;
mod schema;
mod services;
mod store;
#[cfg(test)]
mod tests;
mod vault;
mod worker;

pub use error::OpenError;
pub use header::{Found, inspect};
pub use keyring::KeyringHandle;
pub use vault::Vault;

/// The schema of the tables of every vault that is open.
pub const SCHEMA: u32 = schema::KNOWN;
