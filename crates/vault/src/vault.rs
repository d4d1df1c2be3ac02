//! Making and opening a vault.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use grantkeep_core::model::{Passphrase, Retention};
use grantkeep_core::ports::{Later, StoreError};

use crate::folder::Folder;
use crate::header::{Header, KeyPlace};
use crate::key::{Cost, Sealed, VaultKey, random_id};
use crate::worker::Worker;
use crate::{KeyringHandle, OpenError, accounts, connection};

/// An open vault. Clones share it; it closes with the last of them, or by [`Vault::close`].
///
/// Its [`Store`](grantkeep_core::ports::Store) functions queue their transaction when they are called, not when
/// the future is first polled: dropping the future does not undo it.
#[derive(Clone)]
pub struct Vault {
    pub(crate) worker: Arc<Worker>,
    /// Lines of the history kept of each account.
    pub(crate) lines: Arc<AtomicU32>,
}

impl Vault {
    /// Makes a vault in `folder` whose key is kept in the keyring; the folder is made, too.
    ///
    /// The key is in the keyring, and was read back, before anything relies on it (R-ST-03).
    ///
    /// # Errors
    /// `AlreadyThere`; those of the keyring; `NotWritable`, `Unsafe`, `Io`.
    pub fn create_with_keyring(folder: &Path, keyring: &KeyringHandle) -> Result<Self, OpenError> {
        let folder = vacant(folder)?;
        let (key, vault_id) = (VaultKey::random()?, random_id()?);
        key.keep_in(keyring, &vault_id)?;
        let header = Header::new(vault_id, KeyPlace::Keyring);
        if let Err(error) = header.write(&folder) {
            if let Err(error) = VaultKey::forget_in(keyring, &header.vault_id) {
                tracing::warn!(%error, "a key without a vault stays in the keyring");
            }
            return Err(error);
        }
        open(&folder, header, &key)
    }

    /// Makes a vault in `folder` whose key is sealed by `passphrase`; the folder is made, too.
    ///
    /// Takes some 0.1 to 0.5 s and 64 MiB of memory.
    ///
    /// # Errors
    /// `AlreadyThere`, `NotWritable`, `Unsafe`, `Io`.
    pub fn create_with_passphrase(folder: &Path, passphrase: &Passphrase) -> Result<Self, OpenError> {
        Self::create_at_cost(folder, passphrase, Cost::STANDARD)
    }

    pub(crate) fn create_at_cost(
        folder: &Path,
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<Self, OpenError> {
        let folder = vacant(folder)?;
        let (key, vault_id) = (VaultKey::random()?, random_id()?);
        let sealed = Sealed::seal(&key, passphrase, cost, &vault_id)?;
        let header = Header::new(vault_id, KeyPlace::Passphrase(sealed));
        header.write(&folder)?;
        open(&folder, header, &key)
    }

    /// Opens the vault in `folder` with the key from the keyring.
    ///
    /// # Errors
    /// `KeyMissing`: the vault stays as it is, and no new key is made (R-ST-02). `NotThere`, `KeyElsewhere`; those of
    /// the keyring; `TooNew`, `Damaged`, `InUse`, `NotWritable`, `Unsafe`, `Io`.
    pub fn open_with_keyring(folder: &Path, keyring: &KeyringHandle) -> Result<Self, OpenError> {
        let (folder, header) = existing(folder)?;
        let key = match &header.key {
            KeyPlace::Keyring => VaultKey::find_in(keyring, &header.vault_id)?,
            KeyPlace::Passphrase(_) => return Err(OpenError::KeyElsewhere),
        };
        open(&folder, header, &key)
    }

    /// Opens the vault in `folder` with the key that `passphrase` unseals.
    ///
    /// # Errors
    /// `WrongPassphrase`, `NotThere`, `KeyElsewhere`, `TooNew`, `Damaged`, `InUse`, `NotWritable`, `Unsafe`, `Io`.
    pub fn open_with_passphrase(folder: &Path, passphrase: &Passphrase) -> Result<Self, OpenError> {
        let (folder, header) = existing(folder)?;
        let key = match &header.key {
            KeyPlace::Passphrase(sealed) => sealed.unseal(passphrase, &header.vault_id)?,
            KeyPlace::Keyring => return Err(OpenError::KeyElsewhere),
        };
        open(&folder, header, &key)
    }

    pub(crate) fn lines_kept(&self) -> u32 {
        self.lines.load(Ordering::Relaxed)
    }

    /// Finishes what was asked, folds the journal into `vault.db` and lets go of it.
    ///
    /// Later calls, of clones too, answer [`StoreError::Closed`].
    pub fn close(&self) -> Later<'static, ()> {
        self.worker.close()
    }

    /// Checks every page and row; answers with what is wrong, a sentence each, or nothing. Reads the whole file.
    ///
    /// # Errors
    /// `Damaged` when the file is too broken to be checked, `Closed`, `NotWritable`.
    pub fn integrity_check(&self) -> Later<'static, Result<Vec<String>, StoreError>> {
        self.worker.ask(|connection| {
            let mut findings = connection::integrity(connection)?;
            findings.extend(accounts::check(connection)?);
            Ok(findings)
        })
    }
}

/// A private folder without a vault.
fn vacant(folder: &Path) -> Result<Folder, OpenError> {
    let folder = Folder::at(folder)?;
    folder.make()?;
    match Header::read(&folder)? {
        None => Ok(folder),
        Some(_) => Err(OpenError::AlreadyThere),
    }
}

fn existing(folder: &Path) -> Result<(Folder, Header), OpenError> {
    let folder = Folder::at(folder)?;
    let header = Header::read(&folder)?.ok_or(OpenError::NotThere)?;
    Ok((folder, header))
}

fn open(folder: &Folder, mut header: Header, key: &VaultKey) -> Result<Vault, OpenError> {
    let connection = connection::open(folder, key, header.complete)?;
    if !header.complete {
        header.complete = true;
        header.write(folder)?;
    }
    let lines = Arc::new(AtomicU32::new(Retention::default().lines));
    Ok(Vault { worker: Arc::new(Worker::start(connection)?), lines })
}
