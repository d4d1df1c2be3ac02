//! The vault's lock: two agents cannot own one vault.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;

/// The lock, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the lock was not had.
#[derive(Debug, thiserror::Error)]
pub enum NotLocked {
    /// Another agent has it.
    #[error("another agent has the vault{}", pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Held {
        /// Its process, where the file tells.
        pid: Option<u32>,
    },
    /// The file can't be used.
    #[error("the lock file can't be used")]
    Failed(#[source] io::Error),
}

/// Takes the lock of the vault in `folder`, which exists.
///
/// The file `agent.lock` (0600) stays when the lock is gone: its text, process and version, is for people
/// only.
///
/// # Errors
///
/// [`NotLocked::Held`] at once when another agent holds it; this function does not wait.
pub fn acquire(folder: &Path) -> Result<Lock, NotLocked> {
    let mut file = open(folder).map_err(NotLocked::Failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(NotLocked::Held { pid: holder(&mut file) }),
        Err(TryLockError::Error(error)) => return Err(NotLocked::Failed(error)),
    }
    sign(&mut file).map_err(NotLocked::Failed)?;
    Ok(Lock { _file: file })
}

fn open(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Cut only once the lock is had: until then the text belongs to its holder.
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(folder.join(FILE))
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{} Grantkeep {}", std::process::id(), env!("CARGO_PKG_VERSION"))
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(64).read_to_string(&mut text).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

const FILE: &str = "agent.lock";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_agents_cannot_own_one_vault() {
        let folder = tempfile::tempdir().unwrap();

        let lock = acquire(folder.path()).unwrap();
        let second = acquire(folder.path()).unwrap_err();

        assert!(
            matches!(second, NotLocked::Held { pid: Some(pid) } if pid == std::process::id()),
            "{second}"
        );
        drop(lock);
        acquire(folder.path()).unwrap();
    }

    #[test]
    fn what_an_agent_left_behind_locks_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "4194304 Grantkeep 99.0.0, with a longer text than ours\n")
            .unwrap();

        let _lock = acquire(folder.path()).unwrap();

        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(text, format!("{} Grantkeep {}\n", std::process::id(), env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn a_missing_folder_and_a_link_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(acquire(&folder.path().join("none")), Err(NotLocked::Failed(_))));

        std::os::unix::fs::symlink("/dev/null", folder.path().join(FILE)).unwrap();

        assert!(matches!(acquire(folder.path()), Err(NotLocked::Failed(_))), "a link is not followed");
    }

    #[test]
    fn the_lock_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();

        let _lock = acquire(folder.path()).unwrap();

        let mode = folder.path().join(FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
