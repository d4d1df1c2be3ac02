//! The window beside this program.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use grantkeep_api::views::{Code, Problem};

/// Starts the window with one argument, detached; a window that runs takes it over. `None` where there is none.
///
/// # Errors
/// It is there and cannot be started.
pub(crate) fn start(argument: &str) -> Result<Option<Child>, Problem> {
    let window = std::env::current_exe().ok().map(|own| own.with_file_name("grantkeep-desktop"));
    let Some(window) = window.filter(|path| path.is_file()) else { return Ok(None) };
    let started = Command::new(&window)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    started.map(Some).map_err(|error| {
        Problem::new(Code::Internal, "the window cannot be opened").detail(error.to_string())
    })
}

/// A window could be shown: there is a display.
pub(crate) fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|set| !set.is_empty()))
}
