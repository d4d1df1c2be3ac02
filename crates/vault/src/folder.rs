//! The data folder: private from the start (R-ST-07), and files that are whole after a crash.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::OpenError;

/// The folder of one vault.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, made absolute: SQLite would take a relative name such as `file:x` for a URI.
    pub(crate) fn at(path: &Path) -> Result<Self, OpenError> {
        let path = std::path::absolute(path).map_err(|e| OpenError::io("find the data folder", e))?;
        Ok(Self { path })
    }

    pub(crate) fn header(&self) -> PathBuf {
        self.path.join("vault.json")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("vault.db")
    }

    /// Where the copy goes before the schema `version` is migrated.
    pub(crate) fn backup(&self, version: u32) -> PathBuf {
        self.path.join(format!("vault.db.schema-{version}.bak"))
    }

    /// Makes the folder, readable for its owner only, if it is not there.
    pub(crate) fn make(&self) -> Result<(), OpenError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path).map_err(|e| OpenError::io("make the data folder", e))
    }

    /// Refuses a folder or file of the vault that other users can get at.
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let wal = self.path.join("vault.db-wal");
        [self.path.clone(), self.header(), self.database(), wal]
            .iter()
            .try_for_each(|path| check_private(path))
    }

    /// Makes an empty file that only its owner can read; fails if there is one.
    pub(crate) fn create_file(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        self.sync()?;
        Ok(file)
    }

    /// Puts `bytes` in the place of the header: after a crash there is the old or the new one.
    pub(crate) fn replace_header(&self, bytes: &[u8]) -> Result<(), OpenError> {
        let temporary = self.path.join("vault.json.new");
        self.try_replace(&temporary, bytes).map_err(|e| {
            // What is left of it says nothing and is replaced next time.
            let _ = fs::remove_file(&temporary);
            OpenError::io("write vault.json", e)
        })
    }

    fn try_replace(&self, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
        match fs::remove_file(temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = self.create_file(temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(temporary, self.header())?;
        self.sync()
    }

    /// Makes names in the folder durable.
    fn sync(&self) -> io::Result<()> {
        // Windows has no such call for folders; its file systems journal names.
        if cfg!(unix) { File::open(&self.path)?.sync_all() } else { Ok(()) }
    }
}

/// Whether something stands at `path`, be it unreadable.
pub(crate) fn exists(path: &Path) -> Result<bool, OpenError> {
    path.try_exists().map_err(|e| OpenError::io("look into the data folder", e))
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.mode() & 0o7777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OpenError::io("look into the data folder", error)),
    };
    if mode & 0o077 == 0 { Ok(()) } else { Err(OpenError::Unsafe { path: path.to_owned(), mode }) }
}

/// Windows: the profile's folders carry an access list for their owner.
#[cfg(not(unix))]
fn check_private(_path: &Path) -> Result<(), OpenError> {
    Ok(())
}
