//! `cargo xtask run --tour`: the real app in a virtual display, playing its main job.

use crate::out::{self, Outcome};
use crate::packages::Group;
use crate::project::{cargo, target};
use crate::setup;
use crate::steps::{self, Steps};

/// Sets up, builds, and plays the tour; a PNG of each step lands in `target/tour/`.
pub(crate) fn run(release: bool, yes: bool) -> Outcome {
    let mut steps = Steps::default();
    steps.must("set up", || setup::everything(Group::Test, yes))?;
    steps.must("build the UI", steps::build_ui)?;
    steps.must("build the programs", || steps::build_programs(release))?;

    let target = target()?;
    let pictures = target.join("tour");
    let programs = target.join(if release { "release" } else { "debug" });
    steps.must("the tour", || {
        cargo()
            .args(["run", "--quiet", "-p", "grantkeep-tests", "--bin", "tour", "--", "--out"])
            .args([&pictures])
            .env("GRANTKEEP_TEST_PROGRAMS", &programs)
            .run()
    })?;
    out::note(&format!("A picture of each step is in {}", pictures.display()));
    Ok(())
}
