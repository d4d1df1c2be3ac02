//! One window a vault: a second start hands its arguments to the first and ends.
//!
//! A lock file and a Unix socket beside the agent's do it, before GTK or WebKit are touched. That needs no
//! session bus, and two vaults (`GRANTKEEP_HOME`) may each have their window. Where the folder cannot be
//! used, the window starts all the same: two windows of one agent do no harm.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use grantkeep_api::folders::Folders;
use grantkeep_api::socket::peer_is_us;

/// What became of this start.
pub(crate) enum Claim {
    /// This process has the window.
    First(Instance),
    /// Another process has it, and took the arguments.
    Second,
    /// Another process has it and does not answer.
    Stuck,
}

/// Being the one window, for as long as this value lives.
pub(crate) struct Instance {
    listener: Option<UnixListener>,
    _lock: Option<File>,
}

/// Becomes the one window, or hands `arguments` (without the program's name) to the one there is.
pub(crate) fn claim(arguments: &[String]) -> Claim {
    match Folders::of_environment().map(|folders| Place::beside(&folders.socket)) {
        Ok(place) => place.claim(arguments),
        Err(_) => Claim::First(Instance { listener: None, _lock: None }),
    }
}

impl Instance {
    /// Calls `on_start` with the arguments of each further start, on a thread of its own.
    ///
    /// The returned value keeps the lock.
    pub(crate) fn serve(mut self, on_start: impl Fn(Vec<String>) + Send + 'static) -> Self {
        if let Some(listener) = self.listener.take() {
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    if let Some(arguments) = receive(&stream) {
                        on_start(arguments);
                        // The other end may be gone; the window comes forward all the same.
                        let _ = (&stream).write_all(TAKEN);
                    }
                }
            });
        }
        self
    }
}

/// Where the lock and the socket are.
struct Place {
    lock: PathBuf,
    socket: PathBuf,
}

impl Place {
    /// `window….lock` and `window….sock` beside `agent….sock`: each vault has its own.
    fn beside(agent: &Path) -> Self {
        let name = agent.file_stem().unwrap_or_default().to_string_lossy().replacen("agent", "window", 1);
        Self {
            lock: agent.with_file_name(format!("{name}.lock")),
            socket: agent.with_file_name(format!("{name}.sock")),
        }
    }

    /// The other process may have just started, or be about to end: this tries for a while.
    fn claim(&self, arguments: &[String]) -> Claim {
        for _ in 0..TRIES {
            match self.lock() {
                Ok(Some(lock)) => {
                    return Claim::First(Instance { listener: self.listen().ok(), _lock: Some(lock) });
                }
                Ok(None) => {}
                Err(_) => return Claim::First(Instance { listener: None, _lock: None }),
            }
            match send(&self.socket, arguments) {
                Ok(()) => return Claim::Second,
                Err(error) if is_silence(&error) => return Claim::Stuck,
                Err(_) => std::thread::sleep(AGAIN_AFTER),
            }
        }
        Claim::Stuck
    }

    /// The lock, or nothing where another process has it.
    fn lock(&self) -> io::Result<Option<File>> {
        if let Some(folder) = self.lock.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600).open(&self.lock)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// A fresh socket; a stale one is replaced, which only the owner of the lock does.
    fn listen(&self) -> io::Result<UnixListener> {
        match std::fs::remove_file(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&self.socket)?;
        std::fs::set_permissions(&self.socket, std::fs::Permissions::from_mode(0o600))?;
        Ok(listener)
    }
}

/// Sends the arguments and waits until they are taken.
fn send(socket: &Path, arguments: &[String]) -> io::Result<()> {
    let stream = UnixStream::connect(socket)?;
    if !peer_is_us(&stream)? {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    stream.set_read_timeout(Some(ANSWER_PATIENCE))?;
    stream.set_write_timeout(Some(ANSWER_PATIENCE))?;
    (&stream).write_all(&serde_json::to_vec(arguments)?)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    (&stream).read_exact(&mut [0; TAKEN.len()])
}

/// The other process has the connection and says nothing.
fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The arguments of a further start, if it is ours and says them in time.
fn receive(stream: &UnixStream) -> Option<Vec<String>> {
    if !peer_is_us(stream).ok()? {
        return None;
    }
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let mut said = Vec::new();
    stream.take(MAX_ARGUMENTS).read_to_end(&mut said).ok()?;
    serde_json::from_slice(&said).ok()
}

/// What the first process says once it has the arguments.
const TAKEN: &[u8; 3] = b"ok\n";

const MAX_ARGUMENTS: u64 = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(3);
/// A process that has just started answers once its window is there.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);
const TRIES: u32 = 60;
const AGAIN_AFTER: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_second_start_hands_its_arguments_to_the_first() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = Place::beside(&folder.path().join("run/agent-0badcafe.sock"));
        let (started, starts) = mpsc::channel();
        let Claim::First(first) = place.claim(&[]) else { panic!("nobody else is there") };
        let first = first.serve(move |arguments| started.send(arguments).unwrap_or_default());

        let second = place.claim(&["--select".to_owned(), "podio/work".to_owned()]);

        assert!(matches!(second, Claim::Second));
        assert_eq!(starts.recv_timeout(PATIENCE), Ok(vec!["--select".to_owned(), "podio/work".to_owned()]));
        drop(first);
        assert!(
            matches!(place.claim(&[]), Claim::First(_)),
            "the lock is free and the stale socket is replaced"
        );
    }

    #[test]
    fn each_vault_has_a_window_of_its_own() {
        let place = Place::beside(Path::new("/run/user/1000/grantkeep/agent-0badcafe.sock"));

        assert_eq!(place.lock, Path::new("/run/user/1000/grantkeep/window-0badcafe.lock"));
        assert_eq!(place.socket, Path::new("/run/user/1000/grantkeep/window-0badcafe.sock"));
    }

    #[test]
    fn a_folder_that_cannot_be_used_does_not_keep_the_window_away() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("a file where a folder should be");

        let claim = Place::beside(&file.join("agent.sock")).claim(&[]);

        assert!(matches!(claim, Claim::First(Instance { listener: None, _lock: None })));
    }
}
