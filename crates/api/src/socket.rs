//! The way to the agent: a Unix socket that is surely ours (R-AG-01).
//!
//! Both ends check the other's user. macOS has no safe call for that, so there the socket's folder, which only
//! we can write, stands for it. Windows (a named pipe with an owner-only ACL) is not built.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use crate::views::{Code, Problem};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens there.
    #[error("no agent runs")]
    NoAgent(#[source] io::Error),
    /// Others can write the socket's folder, or it belongs to someone else.
    #[error("{} can be written by other users", .0.display())]
    UnsafeFolder(PathBuf),
    /// The other end is another user's process.
    #[error("the process behind {} belongs to another user", .0.display())]
    OtherUser(PathBuf),
    /// Any other trouble.
    #[error("cannot connect to the agent")]
    Io(#[source] io::Error),
}

/// Connects to the agent's socket, which must lie in a folder of ours and be served by our own user.
///
/// # Errors
/// [`ConnectError::NoAgent`] where none listens; the others never mean that one should be started.
pub fn connect(path: &Path) -> Result<UnixStream, ConnectError> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    if !folder_is_ours(folder)? {
        return Err(ConnectError::UnsafeFolder(folder.to_owned()));
    }
    let stream = UnixStream::connect(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ConnectError::NoAgent(error),
        _ => ConnectError::Io(error),
    })?;
    if peer_is_us(&stream).map_err(ConnectError::Io)? {
        Ok(stream)
    } else {
        Err(ConnectError::OtherUser(path.to_owned()))
    }
}

/// The process at the other end runs as our user.
///
/// # Errors
/// The system does not tell.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn peer_is_us(stream: &UnixStream) -> io::Result<bool> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    Ok(peer.uid == rustix::process::geteuid())
}

/// The system has no safe call: the folder was checked, and nobody else can put a socket there.
///
/// # Errors
/// None.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn peer_is_us(_stream: &UnixStream) -> io::Result<bool> {
    Ok(true)
}

/// Nobody but us can put a socket into this folder.
fn folder_is_ours(folder: &Path) -> Result<bool, ConnectError> {
    use std::os::unix::fs::MetadataExt as _;
    let about = std::fs::metadata(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ConnectError::NoAgent(error),
        _ => ConnectError::Io(error),
    })?;
    Ok(about.uid() == rustix::process::geteuid().as_raw() && about.mode() & WRITABLE_BY_OTHERS == 0)
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        let said = error.to_string();
        match error {
            ConnectError::NoAgent(_) => Self::new(Code::AgentUnavailable, said),
            ConnectError::UnsafeFolder(folder) => {
                Self::new(Code::VaultUnsafe, "the agent's socket is not safe")
                    .detail(said)
                    .hint(format!("run chmod go-w {}, and see that it belongs to you", folder.display()))
            }
            ConnectError::OtherUser(_) => {
                Self::new(Code::NotAllowed, "that is another user's agent").detail(said)
            }
            ConnectError::Io(source) => Self::new(Code::AgentUnavailable, said).detail(source.to_string()),
        }
    }
}

const WRITABLE_BY_OTHERS: u32 = 0o022;
