//! The door of the vault: finds its key, opens it, and starts the keeper behind it.
//!
//! At the start the door looks for itself: in the keyring, or in the passphrase file. Where only the person can
//! help it waits, and says so ([`Seen`]). A keyring that is locked is looked at again now and then.
//! One opening happens at a time.

mod lock;
mod passphrase_file;
mod problem;
mod waiting;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use grantkeep_api::views::{KeyPlace, Problem, VaultState};
use grantkeep_core::keeper::{Keeper, Ports};
use grantkeep_core::model::Passphrase;
use grantkeep_core::ports::{Clock, Entropy, Http, Redirects};
use grantkeep_vault::{Found, KeyringHandle, OpenError, Vault, inspect};
use tokio::sync::watch;

pub(crate) use self::problem::of_state as problem_of_state;
use crate::server::convert;

/// Which keyring there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keyring {
    /// The system's.
    #[default]
    System,
    /// None: for tests, which leave the person's keyring alone.
    Absent,
}

/// What the keeper gets from outside, besides the vault.
#[derive(Clone)]
pub struct Outside {
    /// Wall clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// HTTP.
    pub http: Arc<dyn Http>,
    /// Redirect listeners.
    pub redirects: Arc<dyn Redirects>,
}

/// How the door stands.
#[derive(Clone)]
pub struct Seen {
    /// For front ends.
    pub vault: VaultState,
    /// Where the key is, once that is known.
    pub key_place: Option<KeyPlace>,
    /// The agent itself unlocked a passphrase vault from a private file (R-AG-08).
    pub unlocked_from_file: bool,
    /// The keeper behind an open door.
    pub keeper: Option<Arc<Keeper>>,
    /// The keeper that was stopped when the person locked the vault: good for names and status alone.
    pub resting: Option<Arc<Keeper>>,
}

/// The door.
pub struct Door {
    folder: PathBuf,
    passphrase_file: Option<PathBuf>,
    outside: Outside,
    keyring: Keyring,
    /// Let go of once the vault is open: its connection and threads are of no more use.
    handle: Mutex<Option<KeyringHandle>>,
    seen: watch::Sender<Seen>,
    /// The open vault; held while an opening is under way.
    vault: tokio::sync::Mutex<Option<Vault>>,
    /// The agent leaves: nothing is opened any more.
    leaving: AtomicBool,
}

impl Door {
    /// The closed door of the vault in `folder`.
    pub fn new(
        folder: PathBuf,
        passphrase_file: Option<PathBuf>,
        keyring: Keyring,
        outside: Outside,
    ) -> Self {
        let seen = Seen {
            vault: VaultState::Opening,
            key_place: None,
            unlocked_from_file: false,
            keeper: None,
            resting: None,
        };
        Self {
            folder,
            passphrase_file,
            outside,
            keyring,
            handle: Mutex::new(None),
            seen: watch::Sender::new(seen),
            vault: tokio::sync::Mutex::new(None),
            leaving: AtomicBool::new(false),
        }
    }

    /// How the door stands.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// How the door stands, and each change of it.
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.seen.subscribe()
    }

    /// The keeper, once an opening under way has ended.
    ///
    /// # Errors
    /// Why the vault is not open, and what the person can do.
    pub async fn keeper(&self) -> Result<Arc<Keeper>, Problem> {
        let mut seen = self.watch();
        let opened = seen.wait_for(|seen| seen.vault != VaultState::Opening);
        let seen = match tokio::time::timeout(OPENING_PATIENCE, opened).await {
            Ok(Ok(seen)) => seen.clone(),
            Ok(Err(_)) | Err(_) => self.seen(),
        };
        seen.keeper.ok_or_else(|| problem::of_state(seen.vault))
    }

    /// The keeper for looking at names and status: the open one, or the one that rests while the vault is locked.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn shown(&self) -> Result<Arc<Keeper>, Problem> {
        match self.seen().resting {
            Some(resting) => Ok(resting),
            None => self.keeper().await,
        }
    }

    /// Looks for the key and opens the vault, or makes one where there is none.
    pub async fn look(self: &Arc<Self>) {
        self.look_and(|door| door.tell(|seen| seen.vault = VaultState::Opening)).await;
    }

    async fn look_and(self: &Arc<Self>, tell: impl FnOnce(&Self)) {
        let mut vault = self.vault.lock().await;
        if vault.is_some() || self.leaving.load(Ordering::Acquire) {
            return;
        }
        tell(self);
        let door = self.clone();
        let found = blocking(move || door.find()).await;
        match found {
            Ok(Looked::Open(opened)) => {
                if let Err(problem) = self.enter(&mut vault, opened).await {
                    self.stay_closed(VaultState::Unavailable { problem }, None);
                }
            }
            Ok(Looked::Person(state, place)) => self.stay_closed(state, place),
            Err(problem) => self.stay_closed(VaultState::Unavailable { problem }, None),
        }
    }

    /// Opens a vault that has a passphrase.
    ///
    /// # Errors
    /// It is another one, or the vault does not open.
    pub async fn unlock(self: &Arc<Self>, passphrase: Passphrase) -> Result<(), Problem> {
        self.by_passphrase(passphrase, Vault::open_with_passphrase).await
    }

    /// Makes a vault with a passphrase, where there is none.
    ///
    /// # Errors
    /// There is one, or it can't be made.
    pub async fn create(self: &Arc<Self>, passphrase: Passphrase) -> Result<(), Problem> {
        if self.seen().keeper.is_some() {
            return Err(problem::of_open(&OpenError::AlreadyThere));
        }
        self.by_passphrase(passphrase, Vault::create_with_passphrase).await
    }

    /// Stops the keeper within `patience` (R-RS-06) and closes the vault.
    pub async fn close(&self, patience: Duration) {
        self.leaving.store(true, Ordering::Release);
        if let Some(keeper) = self.seen().keeper
            && tokio::time::timeout(patience, keeper.stop()).await.is_err()
        {
            tracing::warn!("a change was still under way when the agent stopped");
        }
        let vault = tokio::time::timeout(patience, self.vault.lock()).await;
        let vault = vault.ok().and_then(|mut vault| vault.take());
        self.tell(|seen| {
            seen.vault = VaultState::Unavailable { problem: problem::stopping() };
            seen.keeper = None;
        });
        if let Some(vault) = vault
            && tokio::time::timeout(patience, vault.close()).await.is_err()
        {
            tracing::warn!("the vault was not closed in time; its journal is read at the next start");
        }
    }

    async fn by_passphrase(
        self: &Arc<Self>,
        passphrase: Passphrase,
        open: fn(&Path, &Passphrase) -> Result<Vault, OpenError>,
    ) -> Result<(), Problem> {
        if passphrase.is_empty() {
            return Err(problem::empty_passphrase());
        }
        let mut vault = self.vault.lock().await;
        if vault.is_some() {
            return Ok(());
        }
        if self.leaving.load(Ordering::Acquire) {
            return Err(problem::stopping());
        }
        let door = self.clone();
        let opened =
            blocking(move || open(&door.folder, &passphrase).map_err(|error| problem::of_open(&error)))
                .await?;
        let opened = Opened { vault: opened, place: KeyPlace::Passphrase, from_file: false };
        self.enter(&mut vault, opened).await
    }

    /// Starts the keeper in an open vault.
    async fn enter(&self, place: &mut Option<Vault>, opened: Opened) -> Result<(), Problem> {
        let Outside { clock, entropy, http, redirects } = self.outside.clone();
        let store = Arc::new(opened.vault.clone());
        match Keeper::start(Ports { clock, entropy, http, redirects, store }).await {
            Ok(keeper) => {
                *place = Some(opened.vault);
                *self.handle.lock().unwrap_or_else(PoisonError::into_inner) = None;
                self.tell(|seen| {
                    *seen = Seen {
                        vault: VaultState::Open,
                        key_place: Some(opened.place),
                        unlocked_from_file: opened.from_file,
                        keeper: Some(keeper),
                        resting: None,
                    };
                });
                tracing::info!(from_file = opened.from_file, "the vault is open");
                Ok(())
            }
            Err(error) => {
                opened.vault.close().await;
                Err(convert::problem(error.problem()))
            }
        }
    }

    /// Finds a way in without the person. Blocks.
    fn find(&self) -> Result<Looked, Problem> {
        let file = self.passphrase_file.as_deref();
        let by_file = |open: fn(&Path, &Passphrase) -> Result<Vault, OpenError>| {
            file.map(|file| {
                let passphrase = passphrase_file::read(file)?;
                let vault = open(&self.folder, &passphrase).map_err(|error| match error {
                    OpenError::WrongPassphrase => problem::wrong_file(file),
                    error => problem::of_open(&error),
                })?;
                Ok(Looked::Open(Opened { vault, place: KeyPlace::Passphrase, from_file: true }))
            })
        };
        match inspect(&self.folder).map_err(|error| problem::of_open(&error))? {
            Found::Passphrase => {
                let person = Looked::Person(VaultState::NeedsPassphrase, Some(KeyPlace::Passphrase));
                by_file(Vault::open_with_passphrase).unwrap_or(Ok(person))
            }
            Found::Keyring => self.by_keyring(Vault::open_with_keyring),
            // Whoever names a passphrase file wants it used, keyring or not: a server may have both.
            Found::Nothing => match by_file(Vault::create_with_passphrase) {
                Some(made) => made,
                None => self.make(),
            },
        }
    }

    /// Makes a vault with its key in the keyring; asks for a passphrase where there is none.
    fn make(&self) -> Result<Looked, Problem> {
        match self.keyring().and_then(|keyring| keyring.usable()) {
            Ok(()) => self.by_keyring(Vault::create_with_keyring),
            Err(error @ OpenError::KeyringUnavailable { .. }) => {
                tracing::info!(%error, "there is no keyring");
                Ok(Looked::Person(VaultState::ChoosePassphrase, None))
            }
            Err(error) => Err(problem::of_open(&error)),
        }
    }

    fn by_keyring(
        &self,
        open: fn(&Path, &KeyringHandle) -> Result<Vault, OpenError>,
    ) -> Result<Looked, Problem> {
        let opened = self.keyring().and_then(|keyring| open(&self.folder, &keyring));
        let vault = opened.map_err(|error| problem::of_open(&error))?;
        Ok(Looked::Open(Opened { vault, place: KeyPlace::Keyring, from_file: false }))
    }

    fn keyring(&self) -> Result<KeyringHandle, OpenError> {
        match self.keyring {
            Keyring::System => {
                let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(handle.get_or_insert_with(|| KeyringHandle::system(KEYRING_PATIENCE)).clone())
            }
            Keyring::Absent => Err(OpenError::KeyringUnavailable { reason: "there is none".to_owned() }),
        }
    }

    fn stay_closed(&self, vault: VaultState, key_place: Option<KeyPlace>) {
        self.seen.send_if_modified(|seen| {
            if seen.vault == vault {
                return false;
            }
            if let VaultState::Unavailable { problem } = &vault {
                let Problem { code, title, detail, .. } = problem;
                tracing::warn!(?code, detail, "the vault is closed: {title}");
            }
            let resting = seen.resting.take();
            *seen = Seen { vault, key_place, unlocked_from_file: false, keeper: None, resting };
            true
        });
    }

    fn tell(&self, change: impl FnOnce(&mut Seen)) {
        self.seen.send_modify(change);
    }
}

/// What a look found.
enum Looked {
    Open(Opened),
    /// Only the person can help.
    Person(VaultState, Option<KeyPlace>),
}

struct Opened {
    vault: Vault,
    place: KeyPlace,
    from_file: bool,
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(problem::internal()))
}

/// How long the keyring may take to answer: time to type a password (R-ST-04). Its question stays open after that.
const KEYRING_PATIENCE: Duration = Duration::from_secs(10);

/// How long a request waits for an opening under way: a probe of the keyring, then its key.
const OPENING_PATIENCE: Duration = Duration::from_secs(25);
