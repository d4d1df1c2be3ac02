//! [`Store`] on the vault: each function is one job for the database thread; tokens are read at once while it rests.

use std::sync::atomic::Ordering;

use grantkeep_core::model::{
    Account, AccountId, ClientSecret, Event, HistoryPage, HistoryQuery, Name, Pending, Permission,
    RegistrationAccessToken, Service, Slot, Timestamp, Tokens,
};
use grantkeep_core::ports::{Later, Loaded, Saving, SecretChange, Store, StoreError, TokenChange};

use rusqlite::Transaction;

use crate::error::Fault;
use crate::{Vault, accounts, history, permissions, rows, services};

impl Store for Vault {
    fn load(&self) -> Later<'_, Result<Loaded, StoreError>> {
        self.worker.ask(|connection| {
            Ok(Loaded { services: services::all(connection)?, accounts: accounts::all(connection)? })
        })
    }

    fn save_service(&self, service: Service, secret: SecretChange, events: Vec<Event>) -> Saving<'_> {
        let lines = self.lines_kept();
        self.worker.write(move |transaction| {
            services::save(transaction, &service, secret)?;
            history::add(transaction, events, lines)
        })
    }

    fn remove_service(&self, name: Name) -> Saving<'_> {
        self.worker.write(move |transaction| services::remove(transaction, &name).map(|()| Vec::new()))
    }

    fn client_secret(&self, service: Name) -> Later<'_, Result<Option<ClientSecret>, StoreError>> {
        self.worker.ask(move |connection| rows::client_secret(connection, &service))
    }

    fn registration_token(
        &self,
        service: Name,
    ) -> Later<'_, Result<Option<RegistrationAccessToken>, StoreError>> {
        self.worker.ask(move |connection| rows::registration_token(connection, &service))
    }

    fn save_account(&self, account: Account, tokens: TokenChange, events: Vec<Event>) -> Saving<'_> {
        let lines = self.lines_kept();
        self.worker.write(move |transaction| {
            accounts::save(transaction, &account, tokens)?;
            if account.intent.is_some() {
                take_room(transaction)?;
            }
            accounts::note_uses(transaction, &events)?;
            history::add(transaction, events, lines)
        })
    }

    fn remove_account(&self, id: AccountId, events: Vec<Event>) -> Saving<'_> {
        let lines = self.lines_kept();
        self.worker.write(move |transaction| {
            accounts::remove(transaction, &id)?;
            history::add(transaction, events, lines)
        })
    }

    fn tokens(&self, id: AccountId, slot: Slot) -> Later<'_, Result<Option<Tokens>, StoreError>> {
        self.worker.ask_now(move |connection| rows::tokens(connection, &id, slot))
    }

    fn save_pending(&self, pending: Pending) -> Saving<'_> {
        self.worker
            .write(move |transaction| accounts::save_pending(transaction, &pending).map(|()| Vec::new()))
    }

    fn take_pending(&self, id: String) -> Later<'_, Result<bool, StoreError>> {
        self.worker.write(move |transaction| accounts::take_pending(transaction, &id))
    }

    fn pendings(&self) -> Later<'_, Result<Vec<Pending>, StoreError>> {
        self.worker.ask(|connection| rows::pendings(connection))
    }

    fn permissions(&self) -> Later<'_, Result<Vec<Permission>, StoreError>> {
        self.worker.ask(|connection| permissions::all(connection))
    }

    fn save_permission(&self, permission: Permission, events: Vec<Event>) -> Saving<'_> {
        let lines = self.lines_kept();
        self.worker.write(move |transaction| {
            permissions::save(transaction, &permission)?;
            history::add(transaction, events, lines)
        })
    }

    fn save_uses(&self, used: Vec<Permission>) -> Saving<'_> {
        self.worker.write(move |transaction| permissions::save_uses(transaction, &used).map(|()| Vec::new()))
    }

    fn remove_permission(&self, id: String, events: Vec<Event>) -> Saving<'_> {
        let lines = self.lines_kept();
        self.worker.write(move |transaction| {
            permissions::remove(transaction, &id)?;
            history::add(transaction, events, lines)
        })
    }

    fn log(&self, events: Vec<Event>) -> Saving<'_> {
        let lines = self.lines_kept();
        self.worker.write(move |transaction| {
            accounts::note_uses(transaction, &events)?;
            history::add(transaction, events, lines)
        })
    }

    fn history(&self, query: HistoryQuery) -> Later<'_, Result<HistoryPage, StoreError>> {
        self.worker.ask(move |connection| history::page(connection, &query))
    }

    fn keep_lines(&self, lines: u32) {
        self.lines.store(lines, Ordering::Relaxed);
    }

    fn forget_history(&self, before: Timestamp) -> Later<'_, Result<bool, StoreError>> {
        self.worker.write(move |transaction| history::forget_before(transaction, before))
    }

    /// Commits a row of the size of a large save, durably.
    ///
    /// Nothing less tells: in WAL mode a transaction that is rolled back never reaches the disk, so neither a full
    /// disk nor a read-only file system would be noticed. It costs what a save costs, one `fsync`.
    fn check_writable(&self) -> Saving<'_> {
        self.worker.write(|transaction| take_room(transaction).map(|()| Vec::new()))
    }
}

/// Writes a row of the size of a large save.
fn take_room(transaction: &Transaction<'_>) -> Result<(), Fault> {
    transaction
        .prepare_cached("UPDATE touch SET count = count + 1, room = zeroblob(?1) WHERE id = 1")?
        .execute([ROOM])?;
    Ok(())
}

/// More than a token set with an ID token takes: some 2 KiB each.
const ROOM: i32 = 16 * 1024;
