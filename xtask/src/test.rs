//! `cargo xtask test`: everything that has to hold.

use std::fs;
use std::path::{Path, PathBuf};

use crate::check;
use crate::out::{self, Failure, Outcome};
use crate::packages::Group;
use crate::process::Run;
use crate::project::{cargo, npm, root, target};
use crate::setup;
use crate::steps::{self, FEATURES, Steps};

/// The parts, in their order, with what they do.
const PARTS: &[(&str, &str)] = &[
    ("setup", "installs what is missing"),
    ("ui", "the UI's types, lints, component tests and accessibility"),
    ("practice", "the practice provider's own tests"),
    ("check", "tidy, format, clippy, bindings, OpenAPI, licences"),
    ("build", "the UI and the programs"),
    ("doc", "the examples in the documentation"),
    ("rust", "all Rust tests, from pure ones to those in a real window"),
];

/// Prints the parts that a filter may name.
pub(crate) fn list() -> Outcome {
    for (name, what) in PARTS {
        out::answer(&format!("{name:9} {what}\n"));
    }
    Ok(())
}

/// Runs everything, or the part that `filter` names, or the Rust tests whose name contains `filter`.
///
/// The test runner comes last, so its closing lines end standard output.
pub(crate) fn run(filter: Option<&str>, yes: bool) -> Outcome {
    let plan = Plan::new(filter);
    let mut steps = Steps::default();
    steps.must("set up", || setup::everything(Group::Test, yes))?;
    if plan.has("ui") {
        check::ui(&mut steps);
        steps.try_it("ui: component tests", || npm("ui").args(["run", "--silent", "test"]).run());
        steps.must("ui: build", steps::build_ui)?;
        steps.try_it("ui: accessibility", || npm("ui").args(["run", "--silent", "test:axe"]).run());
    }
    if plan.has("practice") {
        steps.try_it("practice provider", || npm("practice").args(["test", "--silent"]).run());
    }
    if plan.has("check") {
        steps.try_it("cargo-deny", setup::cargo_deny);
        check::code(&mut steps);
    }
    if plan.has("build") || plan.has("rust") {
        steps.must("build the UI", steps::build_ui)?;
        steps.must("build the programs", build_programs)?;
    }
    if plan.has("doc") {
        steps.try_it("examples in the documentation", || {
            cargo().args(["test", "--quiet", "--doc", "--workspace", "--features", FEATURES]).run()
        });
    }
    steps.print();
    if plan.has("rust") {
        steps.try_it("rust tests", || runner(plan.name)?.run());
    }
    steps.verdict()
}

/// What a filter selects.
struct Plan<'a> {
    part: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> Plan<'a> {
    fn new(filter: Option<&'a str>) -> Self {
        match filter {
            Some(word) if PARTS.iter().any(|(part, _)| *part == word) => Self { part: filter, name: None },
            Some(_) => Self { part: Some("rust"), name: filter },
            None => Self { part: None, name: None },
        }
    }

    fn has(&self, part: &str) -> bool {
        self.part.is_none_or(|only| only == part)
    }
}

/// Builds everything twice: first for the agent that can be stopped at a named point, which is copied away.
///
/// Both come from one target folder and from the packages that the tests are built from,
/// so that cargo settles features in one way and compiles only the agent (and what uses it) again.
fn build_programs() -> Outcome {
    let failpoints = failpoints()?;
    steps::build(&["--workspace"]).args(["--features", "grantkeep-agent/failpoints"]).run()?;
    let agent = format!("grantkeep-agent{}", std::env::consts::EXE_SUFFIX);
    copy(&target()?.join("debug").join(&agent), &failpoints.join(&agent))?;
    steps::build(&["--workspace"]).run()
}

/// nextest where it is installed, else cargo's own runner; everything it says goes to standard output.
fn runner(name: Option<&str>) -> Outcome<Run> {
    let words: &[&str] = if cargo().args(["nextest", "--version"]).read().is_some() {
        &["nextest", "run", "--no-fail-fast", "--no-tests=pass"]
    } else {
        &["test", "--lib", "--bins", "--tests", "--no-fail-fast"]
    };
    Ok(cargo()
        .args(words)
        .args(["--workspace", "--features", FEATURES])
        .args(name)
        .env("GRANTKEEP_TEST_PROGRAMS", target()?.join("debug"))
        .env("GRANTKEEP_TEST_FAILPOINTS", failpoints()?)
        .env("GRANTKEEP_TEST_SCHEMATHESIS", target()?.join("tools/schemathesis/bin/schemathesis"))
        .env("GRANTKEEP_TEST_PRACTICE", root().join("practice").join("server.mjs"))
        .all_to_stdout())
}

/// Where the agent with failpoints is kept, apart from the real one.
fn failpoints() -> Outcome<PathBuf> {
    Ok(target()?.join("failpoints"))
}

fn copy(from: &Path, to: &Path) -> Outcome {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|e| Failure::because(folder.display(), e))?;
    }
    // A program that runs cannot be written over, but its name can be taken.
    let beside = to.with_extension("new");
    fs::copy(from, &beside).map_err(|e| Failure::because(from.display(), e))?;
    fs::rename(&beside, to).map_err(|e| Failure::because(to.display(), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_part_or_a_name() {
        let cases = [
            (None, "ui", true, "everything"),
            (Some("ui"), "ui", true, "the part itself"),
            (Some("ui"), "rust", false, "no other part"),
            (Some("two_clients"), "rust", true, "a test's name"),
            (Some("two_clients"), "check", false, "nothing but tests"),
        ];
        for (filter, part, has, why) in cases {
            assert_eq!(Plan::new(filter).has(part), has, "{filter:?} {part}: {why}");
        }
    }
}
