//! A home for one agent, and HTTP by hand.

use std::path::Path;
use std::process::{Child, Command, Stdio};
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
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// A temporary home; the agents in it trust this test.
pub(crate) struct Home {
    folder: TempDir,
    pub(crate) config: Config,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As `GRANTKEEP_HOME` has it where there is no runtime folder.
        let data = folder.path().join("home");
        let (log, config, socket) = (data.join("log"), data.clone(), data.join("agent.sock"));
        let folders = Folders { data, log, config, socket };
        let config = Config { trust: Trust::SameUser, ..Config::of(folders) };
        Self { folder, config }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn try_start(&self) -> Result<RunningAgent, NotStarted> {
        run(self.config.clone(), PortOverrides { keyring: Keyring::Absent, ..PortOverrides::default() }).await
    }

    pub(crate) async fn start(&self) -> RunningAgent {
        self.try_start().await.unwrap()
    }

    /// The real program in this home, with neither keyring nor passphrase.
    pub(crate) fn spawn(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantkeep-agent"));
        command
            .env("GRANTKEEP_HOME", &self.config.folders.data)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("GRANTKEEP_PASSPHRASE_FILE")
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub(crate) async fn until_it_answers(&self) {
        for _ in 0..500 {
            if UnixStream::connect(&self.config.folders.socket).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the agent does not answer");
    }

    /// An agent with an open vault.
    pub(crate) async fn unlocked(&self) -> RunningAgent {
        let agent = self.start().await;
        assert!(agent.opened().await.is_err(), "a vault has to be made first");
        assert_eq!(self.ask("POST", "/v1/vault", &json!({ "passphrase": PASSPHRASE })).await.0, 204);
        agent
    }

    /// The same with the service `acme`.
    pub(crate) async fn with_service(&self) -> RunningAgent {
        let agent = self.unlocked().await;
        let (status, problem) = self.ask("POST", "/v1/services", &json!({ "draft": draft("Acme") })).await;
        assert_eq!(status, 200, "{problem}");
        agent
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, &Value::Null).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.raw(&request(method, path, &body)).await;
        (answer.status, if answer.body.is_empty() { Value::Null } else { answer.json() })
    }

    /// Sends bytes and reads until the agent closes the connection.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = UnixStream::connect(&self.config.folders.socket).await.unwrap();
        // An agent that refuses a request early may not read it to its end.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let _ = tokio::time::timeout(Duration::from_secs(20), read).await.expect("an answer in time");
        Answer::of(&String::from_utf8(answer).unwrap())
    }

    pub(crate) async fn follow(&self) -> Stream {
        let mut stream = UnixStream::connect(&self.config.folders.socket).await.unwrap();
        stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        Stream { reader: BufReader::new(stream) }
    }
}

/// A request that asks for the connection to be closed.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub(crate) struct Answer {
    /// 0 = the connection was closed without one.
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}{}", self.head, self.body))
    }
}

/// An event stream.
pub(crate) struct Stream {
    reader: BufReader<UnixStream>,
}

impl Stream {
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let line = self.line().await.expect("a change");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let change = self.next().await;
            if change["kind"] == kind {
                return change;
            }
        }
    }

    pub(crate) async fn ended(&mut self) -> bool {
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
pub(crate) fn draft(title: &str) -> Value {
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
