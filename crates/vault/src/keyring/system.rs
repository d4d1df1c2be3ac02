//! The system's keyring through `keyring-core`.
//!
//! The stores are used directly: the `keyring` crate looks for its default store once and remembers failure.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::{Answer, KeyStore};
use crate::OpenError;

/// The system's keyring; connected at the first call, and again after a failure.
#[derive(Default)]
pub(super) struct System {
    store: Option<Arc<CredentialStore>>,
}

impl KeyStore for System {
    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), OpenError> {
        self.with_entry(user, |entry| entry.set_secret(secret))
    }

    fn get(&mut self, user: &str) -> Answer {
        self.with_entry(user, |entry| match entry.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn delete(&mut self, user: &str) -> Result<(), OpenError> {
        self.with_entry(user, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            result => result,
        })
    }
}

impl System {
    fn with_entry<T>(
        &mut self,
        user: &str,
        ask: impl FnOnce(&Entry) -> Result<T, Error>,
    ) -> Result<T, OpenError> {
        let result = self.entry(user).and_then(|entry| ask(&entry));
        result.map_err(|error| {
            // The daemon or the bus may have been restarted: its old connection is of no use.
            self.store = None;
            meaning(&error)
        })
    }

    fn entry(&mut self, user: &str) -> Result<Entry, Error> {
        let store = match &self.store {
            Some(store) => store,
            None => self.store.insert(connect()?),
        };
        store.build(SERVICE, user, Some(&HashMap::from(MODIFIERS)))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn connect() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What an error of the keyring means to a person. Some carry the secret: those are not formatted.
fn meaning(error: &Error) -> OpenError {
    match error {
        Error::NoStorageAccess(cause) => OpenError::KeyringLocked { reason: cause.to_string() },
        Error::PlatformFailure(cause) => OpenError::KeyringUnavailable { reason: cause.to_string() },
        Error::Ambiguous(_) => unavailable("it holds the entry twice"),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            unavailable("its entry can't be read")
        }
        Error::NoEntry | Error::NoDefaultStore => unavailable("there is none"),
        Error::TooLong(..) | Error::Invalid(..) | Error::NotSupportedByStore(_) => {
            unavailable("it does not take the entry")
        }
        // The list of errors is open.
        _ => unavailable("it failed"),
    }
}

fn unavailable(reason: &str) -> OpenError {
    OpenError::KeyringUnavailable { reason: reason.to_owned() }
}

const SERVICE: &str = "io.github.grantkeep";
/// Shown by the keyring's own window. The other systems name entries by service and user.
#[cfg(all(unix, not(target_os = "macos")))]
const MODIFIERS: [(&str, &str); 1] = [("label", "Grantkeep vault key")];
#[cfg(not(all(unix, not(target_os = "macos"))))]
const MODIFIERS: [(&str, &str); 0] = [];
