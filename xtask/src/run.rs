//! `cargo xtask run`: the app with the practice provider beside it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::out::{self, Failure, Outcome};
use crate::packages::Group;
use crate::process::{Run, Running};
use crate::project::{root, target};
use crate::steps::{self, Steps};
use crate::{setup, tour};

/// Sets up, builds and opens the app; plays the tour when `wants_tour` or without a display.
pub(crate) fn run(wants_tour: bool, release: bool, yes: bool) -> Outcome {
    if wants_tour {
        return tour::run(release, yes);
    }
    if !has_display() {
        out::note("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).");
        out::note("So here is the tour: the real app in a virtual display, playing its main job.");
        return tour::run(release, yes);
    }
    let mut steps = Steps::default();
    steps.must("set up", || setup::everything(Group::Build, yes))?;
    steps.must("build the UI", steps::build_ui)?;
    steps.must("build the programs", || steps::build_programs(release))?;

    let target = target()?;
    let descriptor = target.join("practice").join("provider.json");
    let practice = start_practice(&descriptor)?;
    let programs = target.join(if release { "release" } else { "debug" });
    out::step("Grantkeep is open; this command ends when its window does");
    let mut window =
        Run::new(programs.join("grantkeep-desktop")).env("GRANTKEEP_PRACTICE", &descriptor).start()?;
    let status = window.wait()?;
    // The agent is meant to go on.
    window.leave_the_rest();
    drop(practice);
    out::note("The window is closed, and with it the practice provider: its grants are gone.");
    out::note("The agent goes on keeping the others.");
    if status.success() { Ok(()) } else { Err(Failure::new(format!("the window ended with {status}"))) }
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Starts the practice provider on a free port and waits until it has written its descriptor.
///
/// It ends with what is returned, and by itself should this process vanish.
fn start_practice(descriptor: &Path) -> Outcome<Running> {
    if let Some(folder) = descriptor.parent() {
        fs::create_dir_all(folder).map_err(|e| Failure::because(folder.display(), e))?;
    }
    let mut practice = Run::new("node")
        .args(["server.mjs", "--exit-with-parent", "--descriptor"])
        .args([descriptor])
        .dir(&root().join("practice"))
        .watched_stdin()
        .read_by_us()
        .start()?;
    let output =
        practice.child.stdout.take().ok_or_else(|| Failure::new("the practice provider has no output"))?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).map_err(Failure::from_error)?;
    match line.strip_prefix("READY ") {
        Some(issuer) => {
            out::note(&format!("The practice provider listens at {}", issuer.trim()));
            Ok(practice)
        }
        None => Err(Failure::new("the practice provider did not start")),
    }
}
