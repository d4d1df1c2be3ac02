//! The program itself, in a process of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::kit::Home;

// R-RS-06, R-AG-01
#[tokio::test(flavor = "multi_thread")]
async fn the_program_runs_once_a_vault_and_leaves_when_it_is_told() {
    let home = Home::new();
    let mut first = home.spawn();
    home.until_it_answers().await;

    let mut second = home.spawn();

    assert!(second.wait().unwrap().success(), "another one that answers is what was wanted");
    let pid = rustix::process::Pid::from_child(&first);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(first.wait().unwrap().success());
    assert!(!home.config.folders.socket.exists());
    let log = fs::read_dir(&home.config.folders.log).unwrap().flatten().next().unwrap();
    assert!(fs::read_to_string(log.path()).unwrap().contains("the agent leaves"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_cannot_run_says_why_in_one_line() {
    let home = Home::new();
    fs::create_dir_all(&home.config.folders.data).unwrap();
    fs::set_permissions(&home.config.folders.data, fs::Permissions::from_mode(0o777)).unwrap();

    let output = home.spawn().wait_with_output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    let problem: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(problem["code"], json!("vault_unsafe"), "what the client reads: {problem}");
}
