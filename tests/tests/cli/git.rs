//! git, the real one, over HTTP: the token is the password, or a bearer token where the server wants that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use grantkeep_tests::{AgentProcess, Home, Provider, Resource, Said, reply, said};
use tempfile::TempDir;

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn git_clones_with_the_token_as_password() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let token = agent.run(&["token", "practice"]).good().trim().to_owned();
    let server = Server::start("Basic realm=\"here\"");
    server.accept(&format!("Basic {}", base64(&format!("oauth2:{token}"))));
    agent.run(&["service", "edit", "practice", "--allow-host", &server.origin]).good();

    let cloned = clone(&agent, &home, &server, "practice");
    let elsewhere = clone(&agent, &home, &Server::start("Basic realm=\"there\""), "practice");

    assert_eq!(cloned.code, Some(0), "{}", cloned.err);
    assert_ne!(elsewhere.code, Some(0), "a host that is not the service's gets nothing");
    assert!(elsewhere.err.contains("could not read Username"), "git goes on: {}", elsewhere.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn git_sends_a_bearer_token_where_the_server_wants_one() {
    if git_version() < (2, 46) {
        return;
    }
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let token = agent.run(&["token", "practice"]).good().trim().to_owned();
    let server = Server::start("Bearer realm=\"here\"");
    server.accept(&format!("Bearer {token}"));
    agent.run(&["service", "edit", "practice", "--allow-host", &server.origin]).good();

    // The "dumb" protocol of this server fetches objects without the header; what there is to fetch is enough.
    let listed = git(&agent, &server, "practice", &["ls-remote", &server.repository()]);

    assert!(listed.good().contains("refs/heads/main"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_server_refuses_is_reported_once() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let server = Server::start("Basic realm=\"here\"");
    agent.run(&["service", "edit", "practice", "--allow-host", &server.origin]).good();

    let refused = clone(&agent, &home, &server, "practice");

    assert_ne!(refused.code, Some(0));
    let whole = agent.run(&["log", "practice", "--json"]).json();
    assert_eq!(whole.as_array().unwrap().iter().filter(|event| event["what"] == "reported").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn git_stops_where_the_account_has_to_be_authorized() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let server = Server::start("Basic realm=\"here\"");
    agent.run(&["service", "edit", "practice", "--allow-host", &server.origin]).good();
    agent.run(&["revoke", "practice", "--yes"]).good();

    let stopped = clone(&agent, &home, &server, "practice");

    assert!(stopped.err.contains("grantkeep authorize practice"), "{}", stopped.err);
    assert!(stopped.err.contains("told us to quit"), "{}", stopped.err);
}

/// Clones with our helper for this server alone.
fn clone(agent: &AgentProcess, home: &Home, server: &Server, name: &str) -> Said {
    let target = tempfile::tempdir_in(home.root()).unwrap();
    let into = target.path().join("clone");
    let ended = git(agent, server, name, &["clone", &server.repository(), into.to_str().unwrap()]);
    if ended.code == Some(0) {
        assert!(into.join("README").is_file(), "{}", ended.err);
    }
    ended
}

fn git(agent: &AgentProcess, server: &Server, name: &str, args: &[&str]) -> Said {
    let helper = format!("!{} helper git {name}", agent.cli_path().display());
    let mut command = agent.beside("git");
    command
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_TERMINAL_PROMPT", "0")])
        .args(["-c", &format!("credential.{}.helper={helper}", server.origin)])
        .args(args);
    said(&mut command, "")
}

/// A repository over HTTP (git's "dumb" protocol), for those who have what it accepts.
struct Server {
    origin: String,
    accepted: Arc<Mutex<BTreeSet<String>>>,
    _resource: Resource,
    _folder: TempDir,
}

impl Server {
    fn start(challenge: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = repository(folder.path());
        let accepted = Arc::new(Mutex::new(BTreeSet::<String>::new()));
        let known = accepted.clone();
        let resource = Resource::new(move |_, asked, stream| {
            let path = asked.target.split('?').next().unwrap_or_default().trim_start_matches("/a.git/");
            let allowed =
                asked.header("authorization").is_some_and(|said| known.lock().unwrap().contains(said));
            match std::fs::read(repository.join(path)) {
                _ if !allowed => reply(stream, 401, &[("www-authenticate", challenge)], b""),
                Ok(content) => reply(stream, 200, &[("content-type", "application/octet-stream")], &content),
                Err(_) => reply(stream, 404, &[], b""),
            };
        });
        Self { origin: resource.origin(), accepted, _resource: resource, _folder: folder }
    }

    fn repository(&self) -> String {
        format!("{}/a.git", self.origin)
    }

    fn accept(&self, authorization: &str) {
        self.accepted.lock().unwrap().insert(authorization.to_owned());
    }
}

fn repository(folder: &Path) -> PathBuf {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        let identity =
            ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let ended = said(command.current_dir(folder).args(identity).args(args), "");
        assert_eq!(ended.code, Some(0), "{args:?}: {}", ended.err);
    };
    git(&["init", "work"]);
    std::fs::write(folder.join("work/README"), "read me\n").unwrap();
    git(&["-C", "work", "add", "README"]);
    git(&["-C", "work", "commit", "-m", "a"]);
    git(&["clone", "--bare", "work", "a.git"]);
    git(&["-C", "a.git", "update-server-info"]);
    folder.join("a.git")
}

fn git_version() -> (u32, u32) {
    let said = said(Command::new("git").arg("--version"), "").good();
    let mut numbers = said.split(['.', ' ']).filter_map(|word| word.parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// RFC 4648 §4.
fn base64(text: &str) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .map(|chunk| {
            let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            let digit = |at: usize| char::from(digits[(bits >> (18 - 6 * at)) as usize & 63]);
            (0..4).map(|at| if at <= chunk.len() { digit(at) } else { '=' }).collect::<String>()
        })
        .collect()
}
