//! A home, and an agent in it that answers what a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use grantkeep_api::routes::{AGENT_VERSION, OWN_VERSION};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the program installed in it, and with the agent's socket.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("gk").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        let home = Self { folder };
        private(&home.path().join("home"));
        let built = Path::new(env!("CARGO_BIN_EXE_grantkeep"));
        // A link is enough on the same disk; the window is looked for beside it.
        if std::fs::hard_link(built, home.program()).is_err() {
            std::fs::copy(built, home.program()).unwrap();
        }
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.path().join("bin/grantkeep")
    }

    /// The program, without terminal, display or anything else of the environment but `PATH`.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command.args(args);
        self.clean(&mut command);
        command
    }

    pub(crate) fn clean(&self, command: &mut Command) {
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("GRANTKEEP_HOME", self.path().join("home")).env("HOME", self.path());
        command.env("GRANTKEEP_AGENT", "/nowhere/agent").stdin(Stdio::null());
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs it with something on standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: &str) -> Output {
        run_with(&mut self.command(args), input)
    }

    /// Runs it in a terminal of its own, with something typed there; what the terminal showed.
    pub(crate) fn in_terminal(&self, args: &str, typed: &str) -> Output {
        let mut command = Command::new("script");
        let line = format!("{} {args}", self.program().display());
        command.args(["--quiet", "--return", "--echo", "never", "--command", &line, "/dev/null"]);
        self.clean(&mut command);
        // The keyboard stays there: its end would be an answer, too.
        run(command.env("TERM", "dumb"), typed, true)
    }

    /// A program of this home.
    pub(crate) fn script(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// Runs a command with something on standard input.
pub(crate) fn run_with(command: &mut Command, input: &str) -> Output {
    run(command, input, false)
}

fn run(command: &mut Command, input: &str, stays_open: bool) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take();
    // A command that does not read may have ended already.
    let _ = stdin.as_mut().unwrap().write_all(input.as_bytes());
    let open = stdin.filter(|_| stays_open);
    let output = child.wait_with_output().unwrap();
    drop(open);
    output
}

/// What the program asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Method and path: `GET /v1/agent`.
    pub(crate) what: String,
    pub(crate) body: Value,
}

/// What it is answered.
pub(crate) struct Reply {
    status: u16,
    headers: String,
    body: String,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl ToString) -> Self {
        Self { status, headers: String::new(), body: body.to_string() }
    }

    pub(crate) fn ok(body: impl ToString) -> Self {
        Self::new(200, body)
    }

    pub(crate) fn done() -> Self {
        Self::new(204, "")
    }

    pub(crate) fn problem(code: &str, title: &str) -> Self {
        Self::new(409, json!({ "code": code, "title": title, "detail": "", "hint": "" }))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }
}

/// The agent: it answers its version and health, and everything else as the test says.
pub(crate) struct Fake {
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    /// One answer to everything.
    pub(crate) fn always(home: &Home, status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::serve(home, move |_| Some(Reply::new(status, &body)))
    }

    /// Answers by what is asked; `None` is no such route.
    pub(crate) fn serve(
        home: &Home,
        answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let socket = home.path().join("home/agent.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600)).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, answer) = (seen.clone(), answer.clone());
                std::thread::spawn(move || converse(&stream.unwrap(), &seen, &*answer));
            }
        });
        Self { asked }
    }

    /// What was asked, without the looks at the agent itself.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Methods and paths of what was asked.
    pub(crate) fn routes(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.what).collect()
    }
}

fn converse(stream: &UnixStream, seen: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked) -> Option<Reply>) {
    let Some(asked) = read(stream) else { return };
    let reply = match asked.what.as_str() {
        "GET /v1/agent" => Some(Reply::ok(agent())),
        "POST /v1/session" => Some(Reply::done()),
        _ => {
            seen.lock().unwrap().push(asked.clone());
            answer(&asked)
        }
    };
    let reply =
        reply.unwrap_or_else(|| Reply::problem("not_found", &format!("no such route: {}", asked.what)));
    let Reply { status, headers, body } = reply;
    let version = format!("{AGENT_VERSION}: {OWN_VERSION}\r\n");
    let head = format!("HTTP/1.1 {status} X\r\n{version}{headers}content-length: {}\r\n\r\n", body.len());
    let mut stream = stream;
    // A program that was ended reads no answer.
    let _ = stream.write_all((head + &body).as_bytes());
}

fn read(stream: &UnixStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        if first.is_empty() {
            first = line;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let what = first.rsplit_once(' ').map(|(what, _)| what.to_owned())?;
    Some(Asked { what, body: serde_json::from_slice(&body).unwrap_or_default() })
}

fn agent() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "api": 1,
        "pid": 1,
        "vault": { "kind": "open" },
        "unlocked_from_file": false,
    })
}

/// A token, as the agent hands it out.
pub(crate) fn token(text: &str) -> Reply {
    Reply::ok(json!({ "access_token": text, "token_type": "Bearer", "expires_at_ms": 4_102_444_800_000_i64 }))
}

/// A service with these hosts allowed.
pub(crate) fn service(name: &str, hosts: &str, accounts: &[&str]) -> Value {
    json!({
        "name": name,
        "definition": draft(name, hosts),
        "has_client_secret": false,
        "redirect_uri": format!("http://127.0.0.1/callback/{name}"),
        "hosts_to_confirm": [],
        "test_host_to_confirm": false,
        "accounts": accounts.iter().map(|account| format!("{name}/{account}")).collect::<Vec<_>>(),
    })
}

/// A service's form.
pub(crate) fn draft(title: &str, hosts: &str) -> Value {
    json!({
        "title": title,
        "client_id": "client",
        "client_authentication": "none",
        "authorize_uri": "https://a.example/authorize",
        "token_uri": "https://a.example/token",
        "redirect_method": "loopback",
        "redirect_host": "ipv4",
        "revocation": { "kind": "none" },
        "revoke_previous": "never",
        "link_timeout_s": 300,
        "pkce": true,
        "request_hosts": hosts,
    })
}

/// An account, with or without a grant.
pub(crate) fn account(id: &str, has_grant: bool) -> Value {
    let (service, name) = id.split_once('/').unwrap();
    let grant = json!({
        "token_type": "Bearer", "access_token_length": 5, "is_jwt": false, "obtained_at_ms": 0,
        "authorized_at_ms": 0, "has_refresh_token": true, "has_id_token": false, "hosts": [], "scopes": [],
        "other_fields": [],
    });
    let mut account = json!({
        "id": id, "service": service, "account": name, "service_title": service, "title": name,
        "token_state": if has_grant { "active" } else { "not_authorized" },
        "activity": { "kind": "none" }, "notes": [],
        "headline": if has_grant { "active" } else { "not_authorized" },
        "group": if has_grant { "active" } else { "other" },
        "possible": { "copy": has_grant, "refresh": has_grant, "revoke": has_grant, "test": false, "authorize": true },
    });
    if has_grant {
        account["grant"] = grant;
    }
    account
}

fn private(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
