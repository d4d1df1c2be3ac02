//! The practice provider: a real authorization server in a process of its own.

mod admin;
mod definition;

use std::io::{BufRead as _, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tempfile::TempDir;

use crate::Group;

pub use admin::{Endpoint, Found, Settings, Stats, TokenRequestSeen};
pub use definition::Client;

/// A running provider for one test at a time.
///
/// Starting one takes half a second, so one that a test has done with is cleaned and lent to the next of the
/// same process.
pub struct Provider {
    running: Option<Running>,
    http: reqwest::Client,
}

/// What a client has to know, and the tests' side door.
#[derive(Debug, Clone, Deserialize)]
pub struct Descriptor {
    /// Issuer.
    pub issuer: String,
    /// Authorize URI.
    pub authorize_uri: String,
    /// Access Token URI.
    pub token_uri: String,
    /// RFC 7009.
    pub revocation_uri: String,
    /// RFC 7662.
    pub introspection_uri: String,
    /// OpenID Connect Core §5.3.
    pub userinfo_uri: String,
    /// A resource to try a token on; wants the scope `notes.read`.
    pub notes_uri: String,
    /// The public client.
    pub client_id: String,
    /// Every scope there is.
    pub scopes: Vec<String>,
    clients: Clients,
    admin_uri: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Clients {
    basic: Confidential,
    post: Confidential,
    strict: Strict,
}

#[derive(Debug, Clone, Deserialize)]
struct Confidential {
    client_id: String,
    client_secret: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Strict {
    client_id: String,
    redirect_uri: String,
}

impl Provider {
    /// A provider as it is after its start: no fault waits, nothing was counted, refresh tokens rotate, access
    /// tokens live 300 s.
    ///
    /// # Panics
    /// When it does not start.
    #[expect(clippy::expect_used, reason = "a test without a provider cannot go on")]
    pub async fn new() -> Self {
        let idle = idle().pop();
        let running = idle.unwrap_or_else(Running::start);
        grantkeep_agent::http::install_tls();
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        let provider = Self { running: Some(running), http };
        provider.clear_faults().await;
        provider.reset_stats().await;
        provider.set(Settings::default()).await;
        provider
    }

    /// The file that `GRANTKEEP_PRACTICE` names: what a window needs to offer this provider.
    ///
    /// # Panics
    /// Never: it is there until the provider is dropped.
    #[expect(clippy::expect_used, reason = "it is there until the provider is dropped")]
    pub fn descriptor_file(&self) -> PathBuf {
        self.running.as_ref().expect("a running provider").folder.path().join(DESCRIPTOR)
    }

    /// A host and port at which nothing listens any more: where this provider was.
    pub fn stop(&mut self) {
        if let Some(running) = &mut self.running {
            running.group.kill();
        }
    }
}

impl Deref for Provider {
    type Target = Descriptor;

    #[expect(clippy::expect_used, reason = "it is there until the provider is dropped")]
    fn deref(&self) -> &Descriptor {
        &self.running.as_ref().expect("a running provider").descriptor
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take()
            && running.group.ended().is_none()
        {
            idle().push(running);
        }
    }
}

struct Running {
    group: Group,
    descriptor: Descriptor,
    folder: TempDir,
}

impl Running {
    #[expect(clippy::expect_used, reason = "a test without a provider cannot go on")]
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(DESCRIPTOR);
        let mut command = Command::new("node");
        command
            .arg(server())
            .args(["--port", "0", "--admin", "--exit-with-parent", "--max-seconds", "1800", "--descriptor"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut group = Group::start(&mut command);
        let output = group.child().stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("its first line");
        assert!(line.starts_with("READY "), "the practice provider did not start: {line}");
        let text = std::fs::read(&path).expect("its descriptor");
        let descriptor = serde_json::from_slice(&text).expect("a descriptor as the kit knows it");
        Self { group, descriptor, folder }
    }
}

/// Name of the descriptor in the provider's folder.
const DESCRIPTOR: &str = "practice.json";

/// `GRANTKEEP_TEST_PRACTICE`, else the one of this workspace.
fn server() -> PathBuf {
    match std::env::var_os("GRANTKEEP_TEST_PRACTICE") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => Path::new(env!("CARGO_MANIFEST_DIR")).join("../practice/server.mjs"),
    }
}

fn idle() -> std::sync::MutexGuard<'static, Vec<Running>> {
    // They end with the test's process, which closes their standard input.
    static IDLE: Mutex<Vec<Running>> = Mutex::new(Vec::new());
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
