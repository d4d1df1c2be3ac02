//! A host that should hear nothing.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

/// A listener on a free port of 127.0.0.1 that counts connections and closes them without a word.
pub struct Bystander {
    port: u16,
    connections: Arc<AtomicUsize>,
    leaving: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bystander {
    /// Begins to listen.
    ///
    /// # Panics
    /// When there is no free port.
    #[expect(clippy::expect_used, reason = "a test without a port cannot go on")]
    pub fn listen() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (connections, leaving) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, leave) = (Arc::clone(&connections), Arc::clone(&leaving));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if leave.load(Ordering::SeqCst) {
                    return;
                }
                if connection.is_ok() {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        Self { port, connections, leaving, thread: Some(thread) }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// An address at this host.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        self.leaving.store(true, Ordering::SeqCst);
        // The thread waits for a connection: this is its last one.
        drop(std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
