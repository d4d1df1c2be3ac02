//! `vault.json`: what must be known before the vault can be opened. Holds no secret in the clear.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::OpenError;
use crate::folder::{Folder, exists};
use crate::key::Sealed;

/// What [`inspect`] found in a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No vault.
    Nothing,
    /// A vault with its key in the OS keyring.
    Keyring,
    /// A vault with its key under a passphrase.
    Passphrase,
}

/// Says whether there is a vault in `folder` and where its key is kept, without opening it.
///
/// # Errors
/// `Damaged` when there are parts of a vault that can't be used, such as `vault.db` without `vault.json`;
/// `TooNew`, `Unsafe` and `Io` as for opening.
pub fn inspect(folder: &Path) -> Result<Found, OpenError> {
    let folder = Folder::at(folder)?;
    Ok(match Header::read(&folder)? {
        None => Found::Nothing,
        Some(Header { key: KeyPlace::Keyring, .. }) => Found::Keyring,
        Some(Header { key: KeyPlace::Passphrase(_), .. }) => Found::Passphrase,
    })
}

/// The plain header.
#[derive(Serialize, Deserialize)]
pub(crate) struct Header {
    /// Version of this format.
    format: u32,
    /// Names the vault in the keyring: 128 random bits in hexadecimal.
    pub(crate) vault_id: String,
    /// The database was made. False while the vault is being made: until then nothing in it was promised to anybody.
    pub(crate) complete: bool,
    /// Where the key is.
    pub(crate) key: KeyPlace,
}

/// Where the vault key is kept.
#[derive(Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub(crate) enum KeyPlace {
    /// In the OS keyring, under the vault id.
    Keyring,
    /// Here, sealed by a passphrase.
    Passphrase(Sealed),
}

impl Header {
    /// The header of a vault about to be made.
    pub(crate) fn new(vault_id: String, key: KeyPlace) -> Self {
        Self { format: FORMAT, vault_id, complete: false, key }
    }

    /// Reads the header; `None` where there is no vault.
    pub(crate) fn read(folder: &Folder) -> Result<Option<Self>, OpenError> {
        folder.check()?;
        let bytes = match fs::read(folder.header()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return if exists(&folder.database())? {
                    Err(damaged("vault.db is there without vault.json"))
                } else {
                    Ok(None)
                };
            }
            Err(error) => return Err(OpenError::io("read vault.json", error)),
        };
        // A newer format may have other fields: its number is read alone first.
        let version: FormatOnly = serde_json::from_slice(&bytes).map_err(|_| damaged(UNREADABLE))?;
        if version.format > FORMAT {
            return Err(OpenError::TooNew { found: version.format, known: FORMAT });
        }
        let header: Self = serde_json::from_slice(&bytes).map_err(|_| damaged(UNREADABLE))?;
        let is_id =
            header.vault_id.len() == 32 && header.vault_id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if header.format == FORMAT && is_id { Ok(Some(header)) } else { Err(damaged(UNREADABLE)) }
    }

    /// Writes the header, durably and whole.
    pub(crate) fn write(&self, folder: &Folder) -> Result<(), OpenError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|e| OpenError::io("write vault.json", io::Error::other(e)))?;
        folder.replace_header(&text)
    }
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

fn damaged(reason: &str) -> OpenError {
    OpenError::Damaged { reason: reason.to_owned() }
}

const FORMAT: u32 = 1;
const UNREADABLE: &str = "vault.json can't be read";
