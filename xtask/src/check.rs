//! `cargo xtask check`: everything quick.

use crate::out::{self, Outcome};
use crate::packages::Group;
use crate::process::Run;
use crate::project::{cargo, npm, root};
use crate::setup;
use crate::steps::{self, FEATURES, Steps};
use crate::{bindings, openapi, tidy};

/// Sets up what is needed, then looks at everything and tells all that is wrong.
pub(crate) fn run(yes: bool) -> Outcome {
    let mut steps = Steps::default();
    steps.must("set up", || setup::everything(Group::Build, yes))?;
    ui(&mut steps);
    code(&mut steps);
    steps.print();
    steps.verdict()
}

/// The UI's types, lints and format, and the format of the practice provider, by the same prettier.
pub(crate) fn ui(steps: &mut Steps) {
    steps.try_it("ui: types", || npm("ui").args(["run", "--silent", "check"]).run());
    steps.try_it("ui: lint and format", || npm("ui").args(["run", "--silent", "lint"]).run());
    steps.try_it("practice: format", || {
        Run::new("node")
            .args(["../ui/node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."])
            .dir(&root().join("practice"))
            .run()
    });
}

/// Everything about the Rust code and the licences of what it is built from.
pub(crate) fn code(steps: &mut Steps) {
    steps.try_it("tidy", tidy::run);
    steps.try_it("format", || cargo().args(["fmt", "--all", "--check"]).run());
    // The desktop crate embeds the built UI, so even clippy needs it.
    steps.try_it("clippy", || steps::build_ui().and_then(|()| clippy()));
    steps.try_it("bindings", bindings::check);
    steps.try_it("openapi", openapi::check);
    steps.try_it("licences and sources", deny);
}

fn clippy() -> Outcome {
    cargo()
        .args([
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--features",
            FEATURES,
            "--",
            "-D",
            "warnings",
        ])
        .run()
}

/// Advisories are not asked for here: their database is not always within reach.
fn deny() -> Outcome {
    let Some(cargo_deny) = setup::find_cargo_deny()? else {
        out::note("left out: cargo-deny is not installed (`cargo xtask setup --test` does)");
        return Ok(());
    };
    Run::new(cargo_deny)
        .args(["--log-level", "error", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
        .dir(&root())
        .run()
}
