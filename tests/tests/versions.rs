//! An agent of an older version makes room for ours; a newer one is left alone.

#![expect(clippy::unwrap_used, reason = "the helpers below are part of the tests")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::mpsc::{self, Receiver};

use grantkeep_api::routes::{AGENT_VERSION, CLIENT_VERSION};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

#[test]
fn an_older_agent_is_retired_and_ours_takes_its_place() {
    let home = home();
    let asked = other_agent(home.path(), "0.0.1", true);

    let output = grantkeep(home.path(), &["status", "--json"]);

    let ours = running(home.path());
    end(ours);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "[]\n", "our agent answered");
    assert_eq!(asked.iter().filter(|line| line.starts_with("POST /v1/retire")).count(), 1);
}

#[test]
fn a_newer_agent_is_left_alone_and_the_front_end_told_to_update() {
    let home = home();
    let asked = other_agent(home.path(), "99.0.0", true);

    let output = grantkeep(home.path(), &["status"]);

    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("99.0.0") && said.contains("update"), "{said}");
    assert!(asked.try_iter().all(|line| !line.contains("retire")));
}

#[test]
fn an_agent_that_says_no_version_is_an_older_one() {
    let home = home();
    let asked = other_agent(home.path(), "0.0.1", false);

    let output = grantkeep(home.path(), &["status", "--json"]);

    let ours = running(home.path());
    end(ours);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "[]\n", "our agent answered");
    assert_eq!(asked.iter().filter(|line| line.starts_with("POST /v1/retire")).count(), 1);
}

/// A socket that answers as an agent of that version, until it is told to retire; each request line is told. It
/// refuses who says another version, unless it is so old that it does not know the header.
fn other_agent(home: &Path, version: &'static str, says_it: bool) -> Receiver<String> {
    let socket = home.join("agent.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let (told, asked) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let Some(request) = lines.next() else { continue };
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let refuses = says_it && head.iter().any(|line| line.starts_with(CLIENT_VERSION));
            let retires = request.starts_with("POST /v1/retire");
            told.send(request).unwrap();
            if retires {
                fs::remove_file(&socket).unwrap();
                stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").unwrap();
                return;
            }
            let body = format!(r#"{{"version":"{version}","api":1}}"#);
            let status = if refuses { "426 Upgrade Required" } else { "200 OK" };
            let said = if says_it { format!("{AGENT_VERSION}: {version}/1\r\n") } else { String::new() };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\n{said}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    asked
}

fn grantkeep(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(programs().join("grantkeep"));
    command.args(arguments).env("GRANTKEEP_HOME", home).env("GRANTKEEP_PASSPHRASE_FILE", home.join("pass"));
    command.env_remove("XDG_RUNTIME_DIR").env_remove("DBUS_SESSION_BUS_ADDRESS").output().unwrap()
}

/// The process of our agent, from its lock file.
fn running(home: &Path) -> Pid {
    let lock = fs::read_to_string(home.join("agent.lock")).unwrap();
    let number = lock.split_whitespace().next().unwrap().parse().unwrap();
    Pid::from_raw(number).unwrap()
}

fn end(agent: Pid) {
    kill_process(agent, Signal::TERM).unwrap();
}

fn home() -> TempDir {
    let home = tempfile::Builder::new().prefix("gk").tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let pass = home.path().join("pass");
    fs::write(&pass, "correct horse battery\n").unwrap();
    fs::set_permissions(&pass, fs::Permissions::from_mode(0o600)).unwrap();
    home
}

fn programs() -> PathBuf {
    let named = std::env::var_os("GRANTKEEP_TEST_PROGRAMS").filter(|folder| !folder.is_empty());
    let own = std::env::current_exe().unwrap();
    named.map_or_else(|| own.ancestors().nth(2).unwrap().to_owned(), PathBuf::from)
}
