//! The socket: private, ours alone, and with limits.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use grantkeep_api::views::{Code, Problem};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tower_service::Service as _;

use super::peer::Peer;
use super::{App, router};

/// A listening server.
pub(crate) struct Server {
    path: PathBuf,
    app: App,
    accepting: JoinHandle<()>,
    /// Ends when the last connection did.
    connections: mpsc::Receiver<()>,
}

impl Server {
    /// Answers on a bound socket.
    pub(crate) fn start(listener: UnixListener, path: PathBuf, app: App) -> Self {
        let (alive, connections) = mpsc::channel(1);
        let desk = Desk { router: router(app.clone()), app: app.clone(), alive };
        let accepting = tokio::spawn(accept(listener, desk));
        Self { path, app, accepting, connections }
    }

    /// Removes the socket and accepts no more; who connected before is still answered.
    pub(crate) fn stop_accepting(&self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "the socket could not be removed");
        }
        self.app.close();
    }

    /// Waits until every connection was answered, `patience` at most.
    pub(crate) async fn drain(mut self, patience: Duration) {
        let _ = self.accepting.await;
        if tokio::time::timeout(patience, self.connections.recv()).await.is_err() {
            tracing::warn!("a connection was still open when the agent stopped");
        }
    }
}

/// Makes a folder for us alone, or sees that an existing one is.
///
/// # Errors
/// It can't be made, is not ours, or others can get at it.
pub(crate) fn make_private(folder: &Path) -> Result<(), Problem> {
    let failed = |error: io::Error| {
        Problem::new(Code::VaultReadOnly, "A folder of Grantkeep can't be used")
            .detail(format!("{}: {error}.", folder.display()))
            .hint("Make the folder above it writable, or set GRANTKEEP_HOME to another place.")
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let about = fs::symlink_metadata(folder).map_err(failed)?;
    let ours = about.is_dir() && about.uid() == rustix::process::geteuid().as_raw();
    if ours && about.mode() & 0o077 == 0 {
        return Ok(());
    }
    let detail = format!(
        "{} has to be a folder of yours with mode 0700; it has mode {:04o}.",
        folder.display(),
        about.mode() & 0o7777
    );
    Err(Problem::new(Code::VaultUnsafe, "Other users can get at a folder of Grantkeep")
        .detail(detail)
        .hint(format!("Run chmod 700 '{}', and see that it belongs to you.", folder.display())))
}

/// Binds the socket (0600) in its folder (0700); what an agent left behind is replaced.
///
/// The caller holds the vault's lock, so no other agent answers there (R-AG-01).
///
/// # Errors
/// The folder is not private, or something that is no socket stands in the way.
pub(crate) fn bind(path: &Path) -> Result<UnixListener, Problem> {
    make_private(path.parent().unwrap_or(Path::new("/")))?;
    let failed = |error: io::Error| {
        Problem::new(Code::AgentUnavailable, "The agent's socket can't be made")
            .detail(format!("{}: {error}.", path.display()))
            .hint("See to the cause, and start the agent again.")
    };
    match fs::symlink_metadata(path) {
        Ok(about) if about.file_type().is_socket() => fs::remove_file(path).map_err(failed)?,
        Ok(_) => return Err(failed(io::Error::other("something that is no socket stands there"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    // Until here the folder kept others out.
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

/// What each connection needs.
#[derive(Clone)]
struct Desk {
    router: Router,
    app: App,
    alive: mpsc::Sender<()>,
}

async fn accept(listener: UnixListener, desk: Desk) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS));
    let mut closing = desk.app.closing.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = async {
                let seat = seats.clone().acquire_owned().await;
                (listener.accept().await, seat)
            } => accepted,
            () = closed(&mut closing) => break,
        };
        match accepted {
            (Ok((stream, _)), seat) => desk.clone().open(stream, seat.ok()),
            // Out of file descriptors, as a rule: it passes.
            (Err(error), _) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    // The socket is gone by now, so nobody new comes: these connected before, and may have asked already.
    if let Ok(listener) = listener.into_std() {
        while let Ok((stream, _)) = listener.accept() {
            if let Ok(stream) = stream.set_nonblocking(true).and_then(|()| UnixStream::from_std(stream)) {
                desk.clone().open(stream, None);
            }
        }
    }
}

impl Desk {
    fn open(self, stream: UnixStream, seat: Option<OwnedSemaphorePermit>) {
        tokio::spawn(async move {
            self.serve(stream).await;
            drop(seat);
        });
    }

    async fn serve(self, stream: UnixStream) {
        let Self { router, app, alive: _alive } = self;
        let Ok(credentials) = stream.peer_cred() else { return };
        let peer = Peer::of(credentials, &app.programs);
        if !peer.caller.same_user {
            tracing::warn!(uid = credentials.uid(), "another user's connection was closed");
            return;
        }
        let _connected = app.activity.connected();
        let asked = Arc::new(Notify::new());
        let was_asked = Arc::clone(&asked);
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            was_asked.notify_one();
            request.extensions_mut().insert(peer.clone());
            router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(app.read_time)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let mut closing = app.closing.subscribe();
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = closed(&mut closing) => {
                // A connection that is shut before its first request loses what is on its way.
                let first = tokio::time::timeout(FIRST_REQUEST, asked.notified());
                let ended = tokio::select! {
                    ended = &mut connection => Some(ended),
                    _ = first => None,
                };
                match ended {
                    Some(ended) => ended,
                    None => {
                        connection.as_mut().graceful_shutdown();
                        connection.await
                    }
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

async fn closed(closing: &mut watch::Receiver<bool>) {
    if closing.wait_for(|closing| *closing).await.is_err() {
        std::future::pending().await
    }
}

/// Connections at once; further ones wait to be accepted.
const CONNECTIONS: usize = 512;

/// Bytes of a request's head.
const MAX_HEAD: usize = 32 * 1024;

/// How long a client that connected just before the end has to ask.
const FIRST_REQUEST: Duration = Duration::from_millis(500);

const PAUSE: Duration = Duration::from_millis(50);
