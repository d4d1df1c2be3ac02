//! The keeper within the test's process: real HTTP, redirects and vault; only the clock is the test's.

use std::sync::Arc;
use std::time::Duration;

use grantkeep_agent::entropy::SystemEntropy;
use grantkeep_agent::http::{HttpClient, HttpOptions};
use grantkeep_agent::redirect::Loopback;
use grantkeep_core::keeper::{AccountSeen, AuthorizeOptions, Error, Keeper, Ports, Started};
use grantkeep_core::model::{AccountId, Activity, Event, HistoryQuery, Passphrase, Slot, TokenState};
use grantkeep_core::ports::{Clock as _, Store as _};
use grantkeep_vault::Vault;
use tempfile::TempDir;

use crate::{VirtualClock, until, within};

/// A keeper with a vault and a clock of its own.
pub struct LocalKeeper {
    /// The keeper's clock.
    pub clock: VirtualClock,
    home: TempDir,
    open: Option<Open>,
}

/// What is there while the keeper runs.
struct Open {
    keeper: Arc<Keeper>,
    vault: Vault,
}

impl LocalKeeper {
    /// A keeper without any service.
    ///
    /// # Panics
    /// When the vault cannot be made.
    #[expect(clippy::expect_used, reason = "a test without a vault cannot go on")]
    pub async fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let vault =
            Vault::create_with_passphrase(&home.path().join("vault"), &passphrase()).expect("a vault");
        let mut local = Self { clock: VirtualClock::new(), home, open: None };
        local.start(vault).await;
        local
    }

    /// The keeper.
    ///
    /// # Panics
    /// While it is closed.
    #[expect(clippy::expect_used, reason = "a test that closes the keeper knows it")]
    pub fn keeper(&self) -> &Arc<Keeper> {
        &self.open.as_ref().expect("an open keeper").keeper
    }

    /// The vault's folder.
    pub fn folder(&self) -> std::path::PathBuf {
        self.home.path().join("vault")
    }

    /// The vault, past the keeper.
    ///
    /// # Panics
    /// While it is closed.
    #[expect(clippy::expect_used, reason = "a test that closes the vault knows it")]
    pub fn vault(&self) -> &Vault {
        &self.open.as_ref().expect("an open vault").vault
    }

    /// Opens another vault of the same passphrase.
    ///
    /// # Panics
    /// When it does not open.
    #[expect(clippy::expect_used, reason = "a vault that does not open fails the test")]
    pub fn open_vault(folder: &std::path::Path) -> Vault {
        Vault::open_with_passphrase(folder, &passphrase()).expect("the vault opens")
    }

    /// Begins an authorization.
    ///
    /// # Panics
    /// When the keeper refuses.
    #[expect(clippy::panic, reason = "the test is about what comes next")]
    pub async fn begin(&self, id: &AccountId) -> Started {
        match self.keeper().authorize(id, AuthorizeOptions::default()).await {
            Ok(started) => started,
            Err(error) => panic!("no authorization began: {:?}", error.problem()),
        }
    }

    /// The account as it is seen from outside.
    ///
    /// # Panics
    /// When there is none.
    #[expect(clippy::panic, reason = "a test names accounts that are there")]
    pub fn seen(&self, id: &AccountId) -> AccountSeen {
        match self.keeper().account(id) {
            Ok(seen) => seen,
            Err(error) => panic!("{id}: {error}"),
        }
    }

    /// The account's token state.
    pub fn state(&self, id: &AccountId) -> TokenState {
        self.seen(id).status.token_state
    }

    /// The access token, as a program gets it.
    ///
    /// # Errors
    /// The keeper's.
    pub async fn token(&self, id: &AccountId) -> Result<String, Error> {
        let handed = self.keeper().token(id, Duration::ZERO, "a test").await?;
        Ok(handed.token.expose().to_owned())
    }

    /// The refresh token, read from the vault itself: the keeper never hands it out.
    ///
    /// # Panics
    /// When the vault cannot be read.
    #[expect(clippy::expect_used, reason = "the test is about what comes next")]
    pub async fn refresh_token(&self, id: &AccountId) -> Option<String> {
        let tokens = self.vault().tokens(id.clone(), Slot::Current).await.expect("readable tokens");
        tokens.and_then(|tokens| tokens.refresh).map(|refresh| refresh.expose().to_owned())
    }

    /// Waits until no refresh is under way and none is due.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn settle(&self) {
        let keeper = self.keeper();
        until("nothing is under way", || {
            let now = self.clock.now();
            let quiet = |seen: AccountSeen| {
                let is_due = seen.refreshes_at.is_some_and(|at| at <= now);
                let is_busy = matches!(seen.status.activity, Activity::Refreshing | Activity::Revoking);
                !is_due && !is_busy
            };
            keeper.accounts().into_iter().all(quiet).then_some(())
        })
        .await;
    }

    /// Moves the clock and waits until what became due is done.
    pub async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.settle().await;
    }

    /// Ends the keeper and closes the vault, as an agent that leaves.
    pub async fn close(&mut self) {
        if let Some(open) = self.open.take() {
            within("the keeper's end", open.keeper.stop()).await;
            drop(open.keeper);
            within("the vault's end", open.vault.close()).await;
        }
    }

    /// Opens the vault again with a new keeper.
    ///
    /// # Panics
    /// When the vault does not open.
    pub async fn open(&mut self) {
        let vault = Self::open_vault(&self.folder());
        self.start(vault).await;
    }

    /// Closes and opens: the agent was started again.
    pub async fn restart(&mut self) {
        self.close().await;
        self.open().await;
    }

    /// The account's history, newest first, as one text.
    ///
    /// # Panics
    /// When the vault cannot be read.
    #[expect(clippy::expect_used, reason = "the test is about what comes next")]
    pub async fn history(&self, id: &AccountId) -> Vec<Event> {
        let query = HistoryQuery::of_account(id.clone(), 1000);
        self.keeper().history(query).await.expect("a readable history").events
    }

    #[expect(clippy::expect_used, reason = "a keeper that does not start fails the test")]
    async fn start(&mut self, vault: Vault) {
        let ports = Ports {
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SystemEntropy),
            http: Arc::new(HttpClient::new(HttpOptions::default())),
            redirects: Arc::new(Loopback::new()),
            store: Arc::new(vault.clone()),
        };
        let keeper = Keeper::start(ports).await.expect("the keeper starts");
        self.open = Some(Open { keeper, vault });
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple")
}
