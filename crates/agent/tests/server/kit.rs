//! A home for one agent, and HTTP by hand.

use std::path::Path;
use std::time::Duration;

use grantkeep_agent::access::Trust;
use grantkeep_agent::assembly::{Config, NotStarted, PortOverrides, RunningAgent, run};
use grantkeep_agent::vault_door::Keyring;
use grantkeep_api::folders::Folders;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

/// The passphrase of every vault here.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A temporary home; the agents in it trust this test.
pub struct Home {
    folder: TempDir,
    pub config: Config,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let folders = Folders { data: at("data"), log: at("log"), socket: at("run").join("agent.sock") };
        let config = Config { trust: Trust::SameUser, ..Config::of(folders) };
        Self { folder, config }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub async fn try_start(&self) -> Result<RunningAgent, NotStarted> {
        run(self.config.clone(), PortOverrides { keyring: Keyring::Absent, ..PortOverrides::default() }).await
    }

    pub async fn start(&self) -> RunningAgent {
        self.try_start().await.unwrap()
    }

    /// An agent with an open vault.
    pub async fn unlocked(&self) -> RunningAgent {
        let agent = self.start().await;
        assert!(agent.opened().await.is_err(), "a vault has to be made first");
        assert_eq!(self.ask("POST", "/v1/vault", &json!({ "passphrase": PASSPHRASE })).await.0, 204);
        agent
    }

    /// The same with the service `acme`.
    pub async fn with_service(&self) -> RunningAgent {
        let agent = self.unlocked().await;
        let (status, problem) = self.ask("POST", "/v1/services", &json!({ "draft": draft("Acme") })).await;
        assert_eq!(status, 200, "{problem}");
        agent
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, &Value::Null).await
    }

    pub async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.raw(&request(method, path, &body)).await;
        (answer.status, if answer.body.is_empty() { Value::Null } else { answer.json() })
    }

    /// Sends bytes and reads until the agent closes the connection.
    pub async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = UnixStream::connect(&self.config.folders.socket).await.unwrap();
        // An agent that refuses a request early may not read it to its end.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let _ = tokio::time::timeout(Duration::from_secs(20), read).await.expect("an answer in time");
        Answer::of(&String::from_utf8(answer).unwrap())
    }

    pub async fn follow(&self) -> Stream {
        let mut stream = UnixStream::connect(&self.config.folders.socket).await.unwrap();
        stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        Stream { reader: BufReader::new(stream) }
    }
}

/// A request that asks for the connection to be closed.
pub fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub struct Answer {
    /// 0 = the connection was closed without one.
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}{}", self.head, self.body))
    }
}

/// An event stream.
pub struct Stream {
    reader: BufReader<UnixStream>,
}

impl Stream {
    pub async fn next(&mut self) -> Value {
        loop {
            let line = self.line().await.expect("a change");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            let change = self.next().await;
            if change["kind"] == kind {
                return change;
            }
        }
    }

    pub async fn ended(&mut self) -> bool {
        while self.line().await.is_some() {}
        true
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(10), self.reader.read_line(&mut line)).await;
        (read.expect("in time").unwrap_or(0) > 0).then_some(line)
    }
}

/// A form that can be saved.
pub fn draft(title: &str) -> Value {
    json!({
        "title": title,
        "client_id": "client",
        "client_authentication": "none",
        "authorize_uri": "https://acme.example/authorize",
        "token_uri": "https://acme.example/token",
        "redirect_method": "loopback",
        "redirect_host": "ipv4",
        "revocation": { "kind": "none" },
        "revoke_previous": "never",
        "link_timeout_s": 300,
        "pkce": true,
    })
}
