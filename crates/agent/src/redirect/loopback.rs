//! The listener on loopback (RFC 8252 §7.3).

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use grantkeep_core::model::{LoopbackHost, RedirectAddress};
use grantkeep_core::ports::{Arrival, CannotListen, Later, ListenAt, Listening, Page, Redirects};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use url::{Position, Url};
use zeroize::Zeroizing;

use super::holder::holder;
use super::page;
use super::request::{Expected, MAX_HEAD, Reading, Refused};
use super::room::{Room, Seat};

/// Opens listeners on loopback.
#[derive(Debug, Clone)]
pub struct Loopback {
    read_time: Duration,
}

impl Loopback {
    /// Gives a browser 5 s to send its request (R-CB-10).
    pub fn new() -> Self {
        Self::with_read_time(Duration::from_secs(5))
    }

    /// Gives a browser `read_time` to send its request.
    pub fn with_read_time(read_time: Duration) -> Self {
        Self { read_time }
    }
}

impl Default for Loopback {
    fn default() -> Self {
        Self::new()
    }
}

impl Redirects for Loopback {
    fn listen<'a>(&'a self, at: &'a ListenAt) -> Later<'a, Result<Box<dyn Listening>, CannotListen>> {
        Box::pin(async move {
            let (listeners, port) = bind(at).await?;
            Ok(Box::new(Open::start(at, port, listeners, self.read_time)?) as Box<dyn Listening>)
        })
    }
}

/// An open listener; closed when dropped (R-CB-09).
struct Open {
    redirect_uri: Url,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    room: Arc<Room>,
    accepting: Vec<JoinHandle<()>>,
}

/// What each connection needs.
struct Desk {
    expected: Expected,
    arrivals: mpsc::UnboundedSender<Arrival>,
    read_time: Duration,
}

impl Open {
    fn start(
        at: &ListenAt,
        port: u16,
        listeners: Vec<TcpListener>,
        read_time: Duration,
    ) -> Result<Self, CannotListen> {
        let authority = format!("{}:{port}", name(at.host));
        let redirect_uri = Url::parse(&format!("http://{authority}{}", at.path))
            .ok()
            .filter(|uri| at.path.starts_with('/') && uri.query().is_none() && uri.fragment().is_none())
            .ok_or_else(|| CannotListen::Refused {
                reason: format!("{} is no path for a redirect", at.path),
            })?;
        let expected = Expected {
            origin: redirect_uri[..Position::BeforePath].to_owned(),
            // Port 80 goes without saying: browsers leave it out, and so does `Url`.
            authority: redirect_uri[Position::BeforeHost..Position::AfterPort].to_owned(),
            path: redirect_uri.path().to_owned(),
            form_post: at.form_post,
        };
        // Not bounded: the room bounds it.
        let (sender, arrivals) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { expected, arrivals: sender, read_time });
        let room = Arc::new(Room::default());
        let accepting = listeners
            .into_iter()
            .map(|listener| tokio::spawn(accept(listener, Arc::clone(&room), Arc::clone(&desk))))
            .collect();
        Ok(Self { redirect_uri, arrivals, room, accepting })
    }
}

impl Listening for Open {
    fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    fn next(&mut self) -> Later<'_, Arrival> {
        Box::pin(async {
            match self.arrivals.recv().await {
                Some(arrival) => arrival,
                // The tasks that accept hold a sender and end with this value only.
                None => std::future::pending().await,
            }
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        for task in &self.accepting {
            task.abort();
        }
        self.room.close();
    }
}

async fn accept(listener: TcpListener, room: Arc<Room>, desk: Arc<Desk>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let serve = |stream, seat| tokio::spawn(Arc::clone(&desk).serve(stream, seat));
                room.admit(stream, serve).await;
            }
            // Out of file descriptors, as a rule: it passes.
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

impl Desk {
    async fn serve(self: Arc<Self>, mut stream: TcpStream, mut seat: Seat) {
        let answer = match self.read(&mut stream).await {
            Some(Reading::Arrived(address)) => {
                if !seat.keep() {
                    return;
                }
                self.hand_on(address).await
            }
            Some(Reading::Refused { why, with_body }) => page::refusal(why, with_body),
            Some(Reading::More) | None => return,
        };
        // Whether the browser takes it is its own affair.
        let _ = tokio::time::timeout(WRITE_TIME, stream.write_all(&answer)).await;
        let _ = stream.shutdown().await;
        let _ = tokio::time::timeout(LINGER, discard(&mut stream)).await;
    }

    /// Reads a request; `None` when the connection ended, or when nothing at all came (browsers open
    /// connections in advance).
    async fn read(&self, stream: &mut TcpStream) -> Option<Reading> {
        let mut head = Zeroizing::new(vec![0; MAX_HEAD]);
        let mut length = 0;
        match tokio::time::timeout(self.read_time, self.read_head(stream, &mut head, &mut length)).await {
            Ok(reading) => reading,
            Err(_) => (length > 0).then_some(Reading::Refused { why: Refused::Slow, with_body: true }),
        }
    }

    async fn read_head(
        &self,
        stream: &mut TcpStream,
        head: &mut [u8],
        length: &mut usize,
    ) -> Option<Reading> {
        loop {
            let count = stream.read(&mut head[*length..]).await.ok().filter(|count| *count > 0)?;
            // A head that comes byte by byte is not parsed as often: only a line's end can complete it. A form's end
            // is told by its length alone.
            let worth = self.expected.form_post || *length == 0 || head[*length..][..count].contains(&b'\n');
            *length += count;
            if worth || *length == MAX_HEAD {
                match self.expected.read(&head[..*length]) {
                    Reading::More => {}
                    reading => return Some(reading),
                }
            }
        }
    }

    /// Gives the redirect to the keeper and waits for its page.
    async fn hand_on(&self, address: RedirectAddress) -> Vec<u8> {
        let (sender, page) = oneshot::channel::<Page>();
        let reply = Box::new(move |page| drop(sender.send(page)));
        // When nobody takes it any more, the reply is dropped with it, which the next line sees.
        let _ = self.arrivals.send(Arrival { address, reply });
        page.await.map_or_else(|_| page::unanswered(), |page| page::answer(&page))
    }
}

/// Reads what the browser may still send: closing with unread bytes would tear the answer away from it.
async fn discard(stream: &mut TcpStream) {
    let mut bytes = [0; 4096];
    while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
}

/// Binds before the browser opens (R-CB-08); a fixed port is had alone or not at all.
async fn bind(at: &ListenAt) -> Result<(Vec<TcpListener>, u16), CannotListen> {
    let outcome = match at.host {
        LoopbackHost::Ipv4 => bind_one((Ipv4Addr::LOCALHOST, at.port).into()).await,
        LoopbackHost::Ipv6 => bind_one((Ipv6Addr::LOCALHOST, at.port).into()).await,
        LoopbackHost::Localhost => bind_both(at.port).await,
    };
    match outcome {
        Ok(bound) => Ok(bound),
        Err(error) => Err(refused(&error, at.port).await),
    }
}

async fn bind_one(at: SocketAddr) -> io::Result<(Vec<TcpListener>, u16)> {
    let listener = TcpListener::bind(at).await?;
    let port = listener.local_addr()?.port();
    Ok((vec![listener], port))
}

/// Binds the same port of both addresses that `localhost` may mean to a browser.
async fn bind_both(asked: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut tries = 0;
    loop {
        let (mut listeners, port) = bind_one((Ipv4Addr::LOCALHOST, asked).into()).await?;
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                tries += 1;
                if asked != 0 || tries == TRIES {
                    return Err(error);
                }
                // A free port that is taken over there: another free one.
                continue;
            }
            // No IPv6 on this computer, so no browser comes that way.
            Err(_) => {}
        }
        return Ok((listeners, port));
    }
}

async fn refused(error: &io::Error, port: u16) -> CannotListen {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let holder = tokio::task::spawn_blocking(move || holder(port)).await.ok().flatten();
            CannotListen::Busy { port, holder }
        }
        io::ErrorKind::PermissionDenied => {
            CannotListen::Refused { reason: format!("port {port} is reserved for the system") }
        }
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported => {
            CannotListen::Refused { reason: "this computer does not have that loopback address".to_owned() }
        }
        _ => CannotListen::Refused { reason: format!("port {port} can't be used: {error}") },
    }
}

fn name(host: LoopbackHost) -> &'static str {
    match host {
        LoopbackHost::Ipv4 => "127.0.0.1",
        LoopbackHost::Localhost => "localhost",
        LoopbackHost::Ipv6 => "[::1]",
    }
}

const TRIES: u32 = 16;

const PAUSE: Duration = Duration::from_millis(50);

const WRITE_TIME: Duration = Duration::from_secs(5);

const LINGER: Duration = Duration::from_millis(250);
