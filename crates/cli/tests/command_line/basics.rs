//! Exit codes, what goes to which stream, and an agent that does not start.

use std::process::Stdio;

use crate::fake::{Fake, Home, text};

#[test]
fn usage_is_told_on_standard_error() {
    let home = Home::new();

    let output = home.run(&["token"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("NAME"));
}

#[test]
fn each_command_has_an_example_in_its_help() {
    let home = Home::new();
    for command in ["token", "status", "authorize", "service add", "helper git", "access allow"] {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();

        let output = home.run(&words);

        assert_eq!(output.status.code(), Some(0), "{command}");
        assert!(text(&output.stdout).contains(&format!("grantkeep {command}")), "{command}");
        assert!(text(&output.stdout).contains("Examples:"), "{command}");
    }
}

#[test]
fn a_token_stands_alone_on_standard_output() {
    let home = Home::new();
    Fake::always(&home, 200, r#"{"access_token":"t0ken","token_type":"Bearer","expires_at_ms":1000}"#);

    let output = home.run(&["token", "podio/work"]);

    assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(0), "t0ken\n", ""));
}

#[test]
fn problems_choose_the_exit_code_and_come_with_a_hint() {
    let home = Home::new();
    Fake::always(
        &home,
        409,
        r#"{"code":"authorization_required","title":"podio/work must be authorized","detail":"",
        "hint":"run grantkeep authorize podio/work"}"#,
    );

    let words = home.run(&["token", "podio/work"]);
    let json = home.run(&["token", "podio/work", "--output", "json"]);

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
    let home = Home::new();
    Fake::always(&home, 200, r#"{"access_token":"t0ken","token_type":"Bearer"}"#);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);

    let output = home.command(&["token", "podio"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();

    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), ""));
}

#[test]
fn an_agent_that_does_not_start_is_quoted() {
    let home = Home::new();
    let agent = home.script("agent.sh", "echo 'the disk is on fire' >&2; exit 1");

    let output = home.command(&["status"]).env("GRANTKEEP_AGENT", agent).output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the disk is on fire"), "{}", text(&output.stderr));
}

#[test]
fn a_problem_of_an_agent_that_does_not_start_is_kept_as_it_is() {
    let home = Home::new();
    let problem = r#"{"code":"vault_too_new","title":"the vault is newer","detail":"","hint":"update"}"#;
    let agent = home.script("agent.sh", &format!("echo starting >&2; echo '{problem}' >&2; exit 1"));

    let output = home.command(&["token", "podio"]).env("GRANTKEEP_AGENT", agent).output().unwrap();

    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(1), "error: the vault is newer\nhint: update\n")
    );
}

#[test]
fn an_agent_that_is_missing_is_named() {
    let home = Home::new();

    let output = home.command(&["agent"]).env("GRANTKEEP_AGENT", "/nowhere/agent").output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("/nowhere/agent is not there"), "{}", text(&output.stderr));
}

#[test]
fn the_foreground_agent_takes_this_process() {
    let home = Home::new();
    let agent = home.script("agent.sh", "echo $$; exit 7");

    let started = home
        .command(&["agent", "--foreground"])
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
    let home = Home::new();

    let output = home.run(&["redirect", "https://example.com/?code=c0de"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stderr).contains("c0de"), "the code is not repeated");
}
