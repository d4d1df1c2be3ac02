//! The vault key: 256 random bits, and how a passphrase seals them.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use grantkeep_core::model::Passphrase;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{KeyringHandle, OpenError};

/// The key of a vault. Has no `Debug`, `Display`, `Serialize` or `Clone`; wiped from memory when dropped.
pub(crate) struct VaultKey(Zeroizing<[u8; 32]>);

impl VaultKey {
    /// A new key from the system's randomness.
    pub(crate) fn random() -> Result<Self, OpenError> {
        let mut key = Zeroizing::new([0; 32]);
        fill(key.as_mut_slice())?;
        Ok(Self(key))
    }

    /// A key that was kept; `None` when it is no key.
    fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        (bytes.len() == key.len()).then(|| {
            key.copy_from_slice(bytes);
            Self(key)
        })
    }

    /// Puts the key into the keyring, reads it back and compares (R-ST-03).
    pub(crate) fn keep_in(&self, keyring: &KeyringHandle, vault_id: &str) -> Result<(), OpenError> {
        keyring.keep(&entry(vault_id), Zeroizing::new(self.0.to_vec()))
    }

    /// Finds the key of a vault in the keyring.
    ///
    /// # Errors
    /// `KeyMissing` when there is none or something else in its place; those of the keyring.
    pub(crate) fn find_in(keyring: &KeyringHandle, vault_id: &str) -> Result<Self, OpenError> {
        let kept = keyring.get(&entry(vault_id))?.ok_or(OpenError::KeyMissing)?;
        Self::from_slice(&kept).ok_or(OpenError::KeyMissing)
    }

    /// Takes the key of a vault that was not made after all out of the keyring.
    pub(crate) fn forget_in(keyring: &KeyringHandle, vault_id: &str) -> Result<(), OpenError> {
        keyring.delete(&entry(vault_id))
    }

    /// Gives the key to a SQLCipher connection: a raw key, so SQLCipher derives none.
    pub(crate) fn unlock(&self, connection: &Connection) -> rusqlite::Result<()> {
        // Grown once only: a reallocation would leave a copy behind.
        let mut statement = Zeroizing::new(String::with_capacity(96));
        statement.push_str("PRAGMA key = \"x'");
        push_hex(&mut statement, self.0.as_slice());
        statement.push_str("'\";");
        connection.execute_batch(&statement)
    }
}

/// Name of a vault's entry in the keyring.
fn entry(vault_id: &str) -> String {
    format!("vault-key:{vault_id}")
}

/// A vault key sealed by a passphrase: Argon2id makes the key that XChaCha20-Poly1305 seals with (R-ST-01).
#[derive(Serialize, Deserialize)]
pub(crate) struct Sealed {
    argon2id: Cost,
    salt: String,
    nonce: String,
    sealed_key: String,
}

/// What one try of a passphrase costs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, 3 passes (R-ST-01; RFC 9106 §4, second recommendation, with one lane).
    pub(crate) const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// For tests that are not about the passphrase.
    #[cfg(test)]
    pub(crate) const QUICK: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };
}

impl Sealed {
    /// Seals `key` under `passphrase`, for the vault of that id.
    pub(crate) fn seal(
        key: &VaultKey,
        passphrase: &Passphrase,
        cost: Cost,
        vault_id: &str,
    ) -> Result<Self, OpenError> {
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        fill(&mut salt)?;
        fill(&mut nonce)?;
        let cipher = cipher(passphrase, &salt, cost)?;
        let mut buffer = Zeroizing::new(*key.0);
        let tag = cipher
            .encrypt_inout_detached(
                &XNonce::from(nonce),
                bound_to(vault_id, cost).as_bytes(),
                buffer.as_mut_slice().into(),
            )
            .map_err(|_| unusable())?;
        let sealed_key = hex(&[buffer.as_slice(), tag.as_slice()].concat());
        Ok(Self { argon2id: cost, salt: hex(&salt), nonce: hex(&nonce), sealed_key })
    }

    /// Takes the key out again.
    ///
    /// # Errors
    /// `WrongPassphrase`; `Damaged` when the header's values can't be what was written.
    pub(crate) fn unseal(&self, passphrase: &Passphrase, vault_id: &str) -> Result<VaultKey, OpenError> {
        let cost = self.argon2id;
        // A changed header must not cost all memory or hours.
        if cost.memory_kib > MOST.memory_kib || cost.passes > MOST.passes || cost.lanes > MOST.lanes {
            return Err(unusable());
        }
        let salt: [u8; 16] = unhex(&self.salt)?;
        let nonce: [u8; 24] = unhex(&self.nonce)?;
        let sealed: [u8; 48] = unhex(&self.sealed_key)?;
        let (sealed, tag) = sealed.split_at(32);
        let tag = Tag::try_from(tag).map_err(|_| unusable())?;
        let mut key = VaultKey::from_slice(sealed).ok_or_else(unusable)?;
        cipher(passphrase, &salt, cost)?
            .decrypt_inout_detached(
                &XNonce::from(nonce),
                bound_to(vault_id, cost).as_bytes(),
                key.0.as_mut_slice().into(),
                &tag,
            )
            .map_err(|_| OpenError::WrongPassphrase)?;
        Ok(key)
    }
}

/// A new vault id: 128 random bits in hexadecimal.
pub(crate) fn random_id() -> Result<String, OpenError> {
    let mut id = [0; 16];
    fill(&mut id)?;
    Ok(hex(&id))
}

fn cipher(passphrase: &Passphrase, salt: &[u8], cost: Cost) -> Result<XChaCha20Poly1305, OpenError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| unusable())?;
    // argon2 does not wipe the memory that it allocates by itself.
    let mut memory = Zeroizing::new(vec![Block::default(); params.block_count()]);
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            passphrase.expose().as_bytes(),
            salt,
            key.as_mut_slice(),
            memory.as_mut_slice(),
        )
        .map_err(|_| unusable())?;
    XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_| unusable())
}

/// Binds the sealed key to its vault and to the cost: a header put together from two does not open.
fn bound_to(vault_id: &str, cost: Cost) -> String {
    let Cost { memory_kib, passes, lanes } = cost;
    format!("grantkeep vault key 1 {vault_id} argon2id {memory_kib} {passes} {lanes}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "keys, salts and nonces come from the system, never from a port"
)]
fn fill(bytes: &mut [u8]) -> Result<(), OpenError> {
    getrandom::fill(bytes).map_err(|e| OpenError::io("get random bytes", std::io::Error::other(e)))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes);
    text
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(nibble.into(), 16));
        }
    }
}

fn unhex<const N: usize>(text: &str) -> Result<[u8; N], OpenError> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return Err(unusable());
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * place..2 * place + 2).ok_or_else(unusable)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| unusable())?;
    }
    Ok(bytes)
}

fn unusable() -> OpenError {
    OpenError::Damaged { reason: "the sealed key in vault.json can't be used".to_owned() }
}

/// The dearest parameters that are tried: 1 GiB, 64 passes.
const MOST: Cost = Cost { memory_kib: 1024 * 1024, passes: 64, lanes: 16 };
