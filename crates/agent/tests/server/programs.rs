//! An agent with programs around it: the test stands beside the agent as the window, copies of curl stand there as our
//! own command line and as programs, a copy of the shell as a program that calls the command line.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kit::{Home, PASSPHRASE, draft};

/// An agent in a process of its own, with an open vault and the service `acme`.
pub(super) struct Agent {
    pub(super) home: Home,
    pub(super) folder: TempDir,
    process: Child,
}

pub(super) const TOKEN: &str = "/v1/accounts/acme/default/token";
pub(super) const HAND_OUT: &str = r#"{"purpose":"hand_out"}"#;

impl Agent {
    pub(super) async fn start(passphrase_file: bool) -> Self {
        let home = Home::new();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // The agent looks at the folder that it was started from.
        copy(env!("CARGO_BIN_EXE_grantkeep-agent"), &at("grantkeep-agent"));
        std::os::unix::fs::symlink(std::env::current_exe().unwrap(), at("grantkeep-desktop")).unwrap();
        for name in ["grantkeep", "report-builder", "other", "curl", "once-program", "refused", "never-again"]
        {
            copy("/usr/bin/curl", &at(name));
        }
        copy("/bin/sh", &at("report-runner"));
        let mut command = Command::new(at("grantkeep-agent"));
        command
            .env("GRANTKEEP_HOME", &home.config.folders.data)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("GRANTKEEP_PASSPHRASE_FILE")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        if passphrase_file {
            let file = home.folder().join("passphrase");
            fs::write(&file, PASSPHRASE).unwrap();
            fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            command.env("GRANTKEEP_PASSPHRASE_FILE", file);
        }
        let agent = Self { process: command.spawn().unwrap(), home, folder };
        agent.home.until_it_answers().await;
        if !passphrase_file {
            // Answers once the agent has looked for a keyring.
            assert_eq!(agent.home.get("/v1/accounts").await.0, 423);
            let made = agent.home.ask("POST", "/v1/vault", &json!({ "passphrase": PASSPHRASE })).await;
            assert_eq!(made.0, 204, "{}", made.1);
        }
        let added = agent.home.ask("POST", "/v1/services", &json!({ "draft": draft("Acme") })).await;
        assert_eq!(added.0, 200, "{}", added.1);
        agent
    }

    pub(super) fn program(&self, name: &str) -> String {
        let path = self.folder.path().canonicalize().unwrap().join(name);
        path.into_os_string().into_string().unwrap()
    }

    /// A command that asks the agent by a copy of curl.
    pub(super) fn call(&self, name: &str, method: &str, path: &str, body: &str) -> String {
        let (program, socket) = (self.program(name), self.home.config.folders.socket.display());
        format!(r#"'{program}' -s --unix-socket '{socket}' -X {method} -d '{body}' "http://x{path}""#)
    }

    /// The same by our own command line.
    pub(super) fn cli(&self, method: &str, path: &str, body: &str) -> String {
        self.call("grantkeep", method, path, body)
    }

    /// Asks for a token by a program: status and answer.
    pub(super) fn token_by(&self, name: &str) -> (u16, Value) {
        let socket = self.home.config.folders.socket.display().to_string();
        let url = format!("http://x{TOKEN}");
        let with_status = ["-w", "\n%{http_code}", "-s", "--unix-socket", &socket, "-d", HAND_OUT, &url];
        let answer = String::from_utf8(self.run(name, &with_status)).unwrap();
        let (body, status) = answer.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), serde_json::from_str(body).unwrap())
    }

    pub(super) fn run(&self, name: &str, args: &[&str]) -> Vec<u8> {
        Command::new(self.program(name)).args(args).current_dir(self.folder.path()).output().unwrap().stdout
    }

    /// Runs a script as a person at a new terminal does.
    pub(super) fn at_a_terminal(&self, script: &str) {
        fs::write(self.folder.path().join("script"), script).unwrap();
        let status = Command::new("script")
            .args(["-qec", "/bin/sh ./script; true", "/dev/null"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success());
    }

    /// Lets a program ask, and answers in the window.
    pub(super) async fn answer(&self, name: &str, word: &str) {
        let asked = self.token_by(name);
        assert_eq!(self.answer_with(&asked.1, word).await, 204, "{asked:?}");
    }

    pub(super) async fn answer_with(&self, problem: &Value, word: &str) -> u16 {
        let id = problem["question"].as_str().unwrap();
        self.home.ask("POST", &format!("/v1/questions/{id}/answer"), &say(word)).await.0
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Copies a program by another process: one that this test has open for writing, and that a thread forks meanwhile,
/// could not be executed.
fn copy(from: &str, to: &Path) {
    assert!(Command::new("cp").arg("-L").arg(from).arg(to).status().unwrap().success());
}

pub(super) fn say(word: &str) -> Value {
    json!({ "answer": word })
}

/// What was answered; nothing is `null`.
pub(super) fn json_of(answer: &[u8]) -> Value {
    if answer.is_empty() { Value::Null } else { serde_json::from_slice(answer).unwrap() }
}
