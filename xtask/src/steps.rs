//! Steps that several commands share, timed.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::out::{self, Failure, Outcome};
use crate::process::Run;
use crate::project::{self, cargo, npm, root};

/// What the desktop binary needs to serve its own pages, in debug builds too.
pub(crate) const FEATURES: &str = "grantkeep-desktop/custom-protocol";

/// The three programs, selected together so that cargo resolves their features in one way.
const PROGRAMS: [&str; 6] = ["-p", "grantkeep-agent", "-p", "grantkeep-cli", "-p", "grantkeep-desktop"];

/// Runs steps one after the other, and remembers how long each took and which failed.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(String, Duration, bool)>,
}

impl Steps {
    /// Runs a step that the next ones stand on: its failure is the end.
    pub(crate) fn must(&mut self, name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
        self.time(name, work)
    }

    /// Runs a step that says something by itself: its failure is kept for the end.
    pub(crate) fn try_it(&mut self, name: &str, work: impl FnOnce() -> Outcome) {
        if let Err(failure) = self.time(name, work) {
            out::failed(&failure);
        }
    }

    /// Prints how long each step took.
    pub(crate) fn print(&self) {
        out::step("durations");
        for (name, took, well) in &self.done {
            out::finished(name, *took, *well);
        }
    }

    /// Fails when a step has.
    pub(crate) fn verdict(&self) -> Outcome {
        let failed: Vec<&str> =
            self.done.iter().filter(|(_, _, well)| !well).map(|(name, _, _)| name.as_str()).collect();
        if failed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("failed: {}", failed.join(", "))))
    }

    fn time(&mut self, name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
        out::step(name);
        let started = now();
        let outcome = work();
        let took = started.elapsed();
        out::finished(name, took, outcome.is_ok());
        self.done.push((name.to_owned(), took, outcome.is_ok()));
        outcome
    }
}

/// Builds the UI into `ui/dist`, unless what is there is newer than its sources.
///
/// The desktop crate embeds that folder, so this comes before any cargo command on it.
pub(crate) fn build_ui() -> Outcome {
    let ui = root().join("ui");
    if project::is_newer(&ui.join("dist/index.html"), &project::files(&ui)?) {
        out::note("ui/dist is up to date");
        return Ok(());
    }
    npm("ui").args(["run", "build"]).output_to_stderr().run()
}

/// Builds agent, command line and window.
pub(crate) fn build_programs(release: bool) -> Outcome {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    build(&PROGRAMS).args(profile).run()?;
    if release { link_command_line() } else { Ok(()) }
}

/// Links the release's command line without shared libraries, where the system has them for that: finding and
/// binding them takes a third of the time that `grantkeep token` takes as a whole.
fn link_command_line() -> Outcome {
    let libc = Run::new("cc").args(["-print-file-name=libc.a"]).read().unwrap_or_default();
    // The compiler answers with the bare name where there is no such file.
    if !cfg!(target_os = "linux") || !Path::new(libc.trim()).is_absolute() {
        return Ok(());
    }
    cargo()
        .args(["rustc", "-p", "grantkeep-cli", "--bin", "grantkeep", "--release"])
        .args(["--", "-C", "target-feature=+crt-static"])
        .output_to_stderr()
        .run()
}

/// Builds what the bench measures and the bench itself, in release: together, so that no dependency is built twice.
pub(crate) fn build_bench() -> Outcome {
    let packages = [&PROGRAMS[..], &["-p", "grantkeep-empty-window", "-p", "grantkeep-tests"]].concat();
    let programs =
        ["grantkeep-agent", "grantkeep", "grantkeep-desktop", "grantkeep-empty-window", "bench", "floor"];
    let wanted = programs.into_iter().flat_map(|name| ["--bin", name]);
    build(&packages).args(["--release"]).args(wanted).run()?;
    link_command_line()
}

/// `cargo build` with our features.
pub(crate) fn build(packages: &[&str]) -> Run {
    cargo().args(["build"]).args(packages).args(["--features", FEATURES]).output_to_stderr()
}

#[expect(
    clippy::disallowed_methods,
    reason = "durations for the person at the terminal, not the app's clock"
)]
fn now() -> Instant {
    Instant::now()
}
