//! A machine with a display and without a session bus: forwarded over SSH, or a bare window manager.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use grantkeep_tests::Group;
use grantkeep_tests::desktop::{Display, program, wait_until};
use rustix::process::{Pid, Signal, kill_process};

#[tokio::test]
async fn the_window_opens_where_there_is_no_session_bus() {
    let home = tempfile::Builder::new().prefix("gk").tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let display = Display::start(&home.path().join("display.log")).unwrap();
    let mut command = Command::new(program("grantkeep-desktop").unwrap());
    command.env("DISPLAY", display.name()).env("GRANTKEEP_HOME", home.path()).env("HOME", home.path());
    command.env("XDG_RUNTIME_DIR", home.path()).env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());

    let window = Group::start(&mut command);
    let screen = display.screen().unwrap();
    let seen = wait_until("the window", async || screen.window_of("grantkeep-desktop")).await;

    drop(window);
    let lock = fs::read_to_string(home.path().join("agent.lock")).unwrap();
    let agent = lock.split_whitespace().next().and_then(|pid| Pid::from_raw(pid.parse().unwrap())).unwrap();
    kill_process(agent, Signal::TERM).unwrap();
    seen.unwrap();
}
