//! `cargo xtask bench`: the figures, from release builds.

use crate::out::Outcome;
use crate::packages::Group;
use crate::process::Run;
use crate::project::target;
use crate::setup;
use crate::steps::{self, Steps};

/// Builds everything in release and measures; `name` picks one figure.
///
/// With `json` standard output holds one object a figure and nothing else.
pub(crate) fn run(json: bool, name: Option<&str>, yes: bool) -> Outcome {
    let mut steps = Steps::default();
    steps.must("set up", || setup::everything(Group::Bench, yes))?;
    steps.must("build the UI", steps::build_ui)?;
    steps.must("build the programs", steps::build_bench)?;
    let options: &[&str] = if json { &["--json"] } else { &[] };
    let programs = target()?.join("release");
    steps.must("measure", || {
        Run::new(programs.join("bench"))
            .args(options)
            .args(name)
            .env("GRANTKEEP_BENCH_PROGRAMS", &programs)
            .run()
    })
}
