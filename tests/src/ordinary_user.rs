//! What depends on file rights, seen by somebody who is not root: root passes too much.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::agent_process::programs;

/// Says whether this process is an ordinary user's, so that the test `name` can go on.
///
/// Where it is root's, the test is run again in a process of `nobody`, and has to pass there.
///
/// # Panics
/// When it does not.
#[expect(clippy::expect_used, reason = "a test that cannot be run again has failed")]
pub fn is_ordinary_user(name: &str) -> bool {
    if !rustix::process::geteuid().is_root() {
        return true;
    }
    let own = std::env::current_exe().expect("the place of this program");
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("permissions");
    // The build's own folder may be closed to others.
    let copy = |from: &Path, name: &str| {
        let to = folder.path().join(name);
        std::fs::copy(from, &to).expect("a copy of a program");
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o755)).expect("permissions");
        to
    };
    let program = copy(&own, "test");
    copy(&programs().join("grantkeep-agent"), "grantkeep-agent");
    let output = Command::new(program)
        .args([name, "--exact", "--nocapture"])
        .env("GRANTKEEP_TEST_PROGRAMS", folder.path())
        .env_remove("TMPDIR")
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .expect("the test runs again");
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "as an ordinary user: {text}");
    false
}

const NOBODY: u32 = 65534;
