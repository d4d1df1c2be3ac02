//! The built program: exit codes, what goes to which stream, and an agent that does not start.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

#[test]
fn usage_is_told_on_standard_error() {
    let home = home();

    let output = run(&home, &["token"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("NAME"));
}

#[test]
fn each_command_has_an_example_in_its_help() {
    let home = home();
    for command in ["token", "status", "authorize", "unlock", "agent", "redirect"] {
        let output = run(&home, &[command, "--help"]);

        assert_eq!(output.status.code(), Some(0), "{command}");
        assert!(text(&output.stdout).contains(&format!("grantkeep {command}")), "{command}");
        assert!(text(&output.stdout).contains("Examples:"), "{command}");
    }
}

#[test]
fn a_token_stands_alone_on_standard_output() {
    let home = home();
    serve(&home, 200, r#"{"access_token":"t0ken","token_type":"Bearer","expires_at_ms":1000}"#);

    let output = run(&home, &["token", "podio/work"]);

    assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(0), "t0ken\n", ""));
}

#[test]
fn problems_choose_the_exit_code_and_come_with_a_hint() {
    let home = home();
    serve(
        &home,
        409,
        r#"{"code":"authorization_required","title":"podio/work must be authorized","detail":"",
        "hint":"run grantkeep authorize podio/work"}"#,
    );

    let words = run(&home, &["token", "podio/work"]);
    let json = run(&home, &["token", "podio/work", "--output", "json"]);

    assert_eq!((words.status.code(), text(&words.stdout)), (Some(4), ""));
    assert_eq!(
        text(&words.stderr),
        "error: podio/work must be authorized\nhint: run grantkeep authorize podio/work\n"
    );
    assert_eq!((json.status.code(), text(&json.stdout)), (Some(4), ""));
    assert!(text(&json.stderr).starts_with(r#"{"code":"authorization_required""#), "{}", text(&json.stderr));
}

#[test]
fn a_closed_pipe_is_quiet() {
    let home = home();
    serve(&home, 200, r#"{"access_token":"t0ken","token_type":"Bearer"}"#);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);

    let output = command(&home, &["token", "podio"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();

    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), ""));
}

#[test]
fn an_agent_that_does_not_start_is_quoted() {
    let home = home();
    let agent = script(&home, "echo 'the disk is on fire' >&2; exit 1");

    let output = command(&home, &["status"]).env("GRANTKEEP_AGENT", agent).output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the disk is on fire"), "{}", text(&output.stderr));
}

#[test]
fn a_problem_of_an_agent_that_does_not_start_is_kept_as_it_is() {
    let home = home();
    let problem = r#"{"code":"vault_too_new","title":"the vault is newer","detail":"","hint":"update"}"#;
    let agent = script(&home, &format!("echo starting >&2; echo '{problem}' >&2; exit 1"));

    let output = command(&home, &["token", "podio"]).env("GRANTKEEP_AGENT", agent).output().unwrap();

    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(1), "error: the vault is newer\nhint: update\n")
    );
}

#[test]
fn an_agent_that_is_missing_is_named() {
    let home = home();

    let output = command(&home, &["agent"]).env("GRANTKEEP_AGENT", "/nowhere/agent").output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("/nowhere/agent is not there"), "{}", text(&output.stderr));
}

#[test]
fn the_foreground_agent_takes_this_process() {
    let home = home();
    let agent = script(&home, "echo $$; exit 7");

    let started = command(&home, &["agent", "--foreground"])
        .env("GRANTKEEP_AGENT", agent)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = started.id();
    let output = started.wait_with_output().unwrap();

    assert_eq!((output.status.code(), text(&output.stdout).trim()), (Some(7), id.to_string().as_str()));
}

#[test]
fn an_address_of_another_scheme_is_refused_before_any_agent_is_asked() {
    let home = home();

    let output = run(&home, &["redirect", "https://example.com/?code=c0de"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stderr).contains("c0de"), "the code is not repeated");
}

fn home() -> TempDir {
    tempfile::Builder::new().prefix("gk").tempdir().unwrap()
}

fn command(home: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grantkeep"));
    command.args(args).env("GRANTKEEP_HOME", home.path()).env_remove("XDG_RUNTIME_DIR");
    command.env("GRANTKEEP_AGENT", "/nowhere/agent").stdin(Stdio::null());
    command
}

fn run(home: &TempDir, args: &[&str]) -> Output {
    command(home, args).output().unwrap()
}

fn script(home: &TempDir, lines: &str) -> std::path::PathBuf {
    let path = home.path().join("agent.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// An agent that answers its version, and everything else with one answer.
fn serve(home: &TempDir, status: u16, body: &str) {
    let listener = UnixListener::bind(Path::new(home.path()).join("agent.sock")).unwrap();
    let body = body.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let hello = format!(r#"{{"version":"{}","api":1}}"#, env!("CARGO_PKG_VERSION"));
            match request_line(&stream) {
                line if line.is_empty() => {}
                line if line.starts_with("GET /v1/agent ") => answer(&stream, 200, &hello),
                _ => answer(&stream, status, &body),
            }
        }
    });
}

fn request_line(stream: &UnixStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return first;
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
    reader.read_exact(&mut vec![0; length]).unwrap();
    first
}

fn answer(mut stream: &UnixStream, status: u16, body: &str) {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all((head + body).as_bytes());
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
