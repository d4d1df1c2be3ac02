//! Why a vault does not open or a transaction did not happen.

use std::io;
use std::path::PathBuf;

use grantkeep_core::ports::StoreError;
use rusqlite::ErrorCode;

/// Why a vault could not be made or opened. Nothing that was stored is changed by any of these.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The vault is there, its key is not in the keyring (R-ST-02): locked, until the key is back.
    #[error("the keyring does not hold the key of this vault")]
    KeyMissing,
    /// The keyring wants to be unlocked first, or the person dismissed its question.
    #[error("the keyring is locked: {reason}")]
    KeyringLocked {
        /// What the keyring said.
        reason: String,
    },
    /// The keyring did not answer within the deadline; it may be asking the person (R-ST-04).
    #[error("the keyring did not answer in time")]
    KeyringTimedOut,
    /// An earlier call that ran out of time has not come back yet.
    #[error("the keyring still has an earlier question open")]
    KeyringBusy,
    /// There is no keyring, or it does not keep what it is given.
    #[error("the keyring can't be used: {reason}")]
    KeyringUnavailable {
        /// What was found.
        reason: String,
    },
    /// The passphrase does not open the vault. (A changed byte of the sealed key looks the same.)
    #[error("the passphrase does not open the vault")]
    WrongPassphrase,
    /// The key is kept in the other place: see [`crate::inspect`].
    #[error("the key of this vault is kept elsewhere")]
    KeyElsewhere,
    /// A vault was to be made where one is already.
    #[error("there is a vault already")]
    AlreadyThere,
    /// A vault was to be opened where there is none.
    #[error("there is no vault")]
    NotThere,
    /// A newer version wrote it. It was left untouched.
    #[error("the vault was written by a newer version (format {found}; this one knows {known})")]
    TooNew {
        /// Version found.
        found: u32,
        /// Newest version known.
        known: u32,
    },
    /// The files do not hold together (R-ST-05). They were left as they are.
    #[error("the vault is damaged: {reason}")]
    Damaged {
        /// What was found.
        reason: String,
    },
    /// Other users can read it (R-ST-07).
    #[error("other users can get at {path} (mode {mode:04o}); run: chmod go= '{path}'", path = path.display())]
    Unsafe {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Disk full, read-only, or not ours.
    #[error("the vault can't be written: {reason}")]
    NotWritable {
        /// What the system said.
        reason: String,
    },
    /// Another process has it open.
    #[error("the vault is in use by another process")]
    InUse,
    /// The system refused something else.
    #[error("could not {what}")]
    Io {
        /// What was tried.
        what: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

/// What stops a transaction.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite says so.
    Sql(rusqlite::Error),
    /// A row does not hold together.
    Row {
        /// Which, by table and key.
        row: String,
        /// What is wrong.
        reason: String,
    },
    /// Somebody else saved in between.
    Conflict,
}

impl Fault {
    pub(crate) fn row(row: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Row { row: row.into(), reason: reason.into() }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Conflict => Self::Conflict,
            Fault::Row { row, reason } => Self::Damaged { reason: format!("{row} {reason}") },
            Fault::Sql(error) => match Meaning::of(&error) {
                Meaning::NotWritable(reason) => Self::NotWritable { reason: reason.to_owned() },
                // One connection writes: only a service or account that is gone violates a constraint.
                Meaning::Constraint => Self::Conflict,
                Meaning::Busy => Self::NotWritable { reason: IN_USE.to_owned() },
                Meaning::Damaged(reason) => Self::Damaged { reason },
            },
        }
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        match fault {
            // The schema steps cannot conflict.
            Fault::Conflict => Self::InUse,
            Fault::Row { row, reason } => Self::Damaged { reason: format!("{row} {reason}") },
            Fault::Sql(error) => Self::from(error),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match Meaning::of(&error) {
            Meaning::NotWritable(reason) => Self::NotWritable { reason: reason.to_owned() },
            Meaning::Busy => Self::InUse,
            Meaning::Constraint => Self::Damaged { reason: "vault.db breaks its own rules".to_owned() },
            Meaning::Damaged(reason) => Self::Damaged { reason },
        }
    }
}

impl OpenError {
    /// An error of a file operation; `what` completes "could not …".
    pub(crate) fn io(what: impl Into<String>, source: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match source.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::NotWritable { reason: FULL.to_owned() },
            ReadOnlyFilesystem => Self::NotWritable { reason: READ_ONLY.to_owned() },
            _ => Self::Io { what: what.into(), source },
        }
    }
}

/// Whether SQLite could not write for want of room or permission.
pub(crate) fn is_not_writable(error: &rusqlite::Error) -> bool {
    matches!(Meaning::of(error), Meaning::NotWritable(_))
}

/// What an error of SQLite means to a person.
enum Meaning {
    NotWritable(&'static str),
    Busy,
    Constraint,
    Damaged(String),
}

impl Meaning {
    fn of(error: &rusqlite::Error) -> Self {
        let Some(failure) = error.sqlite_error() else {
            // A column of another type than the schema's, or a row too few.
            return Self::Damaged(format!("vault.db holds something unexpected ({error})"));
        };
        match failure.code {
            ErrorCode::DiskFull => Self::NotWritable(FULL),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::NotWritable(READ_ONLY),
            ErrorCode::CannotOpen => Self::NotWritable("a file could not be opened or made in its folder"),
            ErrorCode::SystemIoFailure if failure.extended_code == IOERR_READ => {
                Self::Damaged("the disk could not read a part of vault.db".to_owned())
            }
            ErrorCode::SystemIoFailure => Self::NotWritable("the disk did not take the data"),
            ErrorCode::OutOfMemory => Self::NotWritable("not enough memory"),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::ConstraintViolation => Self::Constraint,
            ErrorCode::NotADatabase => Self::Damaged("vault.db can't be read with its key".to_owned()),
            ErrorCode::DatabaseCorrupt => {
                Self::Damaged("a part of vault.db was changed from outside".to_owned())
            }
            other => Self::Damaged(format!("vault.db can't be used ({other:?})")),
        }
    }
}

const FULL: &str = "the disk is full";
const READ_ONLY: &str = "the file or its folder is read-only";
const IN_USE: &str = "another process has the vault open";
/// `SQLITE_IOERR_READ`.
const IOERR_READ: i32 = rusqlite::ffi::SQLITE_IOERR_READ;
